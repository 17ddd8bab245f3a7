"""The answers that say why there is none: what came nearest, and what no document mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.citations import quoted
from rag.evidence import Evidence
from rag.evidence.premise import Premise
from rag.types import Answer, Refusal

_NEAREST = 3
_WHERE = {
    None: ("The documents do not seem to hold an answer to this.", "No document mentions"),
    1: ("The chosen document does not seem to hold an answer to this.", "It does not mention"),
    2: ("The chosen documents do not seem to hold an answer to this.", "None of them mentions"),
}
"""What a refusal says where all documents were asked, one, or several."""


def nothing_indexed(question: str) -> Answer:
    """The library is empty."""
    text = "Nothing has been indexed yet. Name a folder of documents: rag sync FOLDER"
    return Answer(question, question, text, refusal=Refusal.NOTHING_INDEXED)


def chosen_are_gone(question: str) -> Answer:
    """None of the documents that were to be asked is in the library any more."""
    text = "The chosen documents are no longer in the library. Choose others, or ask all documents."
    return Answer(question, question, text, refusal=Refusal.NOT_IN_THE_DOCUMENTS)


def not_in_the_documents(
    question: str,
    evidence: Evidence,
    absent: Sequence[str] = (),
    missing: Sequence[str] = (),
    chosen: int | None = None,
) -> Answer:
    """What was found does not answer the question.

    `absent`: words of the question that no document has; `missing`: those that stand in some document,
    but nowhere near the rest of the question. `chosen`: how many documents were asked; None: all.
    """
    text, none = _WHERE.get(chosen, _WHERE[2])
    if absent:
        text += f" {none} {_listed(absent)}."
    elif missing:
        text += f" What came nearest says nothing of {_listed(missing)}."
    return Answer(
        question,
        evidence.question,
        text,
        hits=evidence.hits,
        refusal=Refusal.NOT_IN_THE_DOCUMENTS,
        nearest=evidence.hits[:_NEAREST],
        absent_terms=tuple(absent),
    )


def false_premise_of(question: str, evidence: Evidence, premise: Premise, absent: Sequence[str] = ()) -> Answer:
    """The question takes something for granted: what that is, and what the documents say instead."""
    answer = quoted(question, evidence.question, premise.instead, evidence.hits, lead=premise.said)
    return replace(
        answer,
        refusal=Refusal.FALSE_PREMISE,
        nearest=() if premise.instead else evidence.hits[:_NEAREST],
        absent_terms=tuple(absent),
    )


def _listed(words: Sequence[str]) -> str:
    marked = [f"“{word}”" for word in words]
    return " or ".join([", ".join(marked[:-1]), marked[-1]] if len(marked) > 1 else marked)
