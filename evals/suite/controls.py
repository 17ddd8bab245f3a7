"""Systems that cheat. Each is good at some figure; a gate that lets one pass is no gate.

Each makes its answers from what was searched for the case, and from nothing that is gold.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import rag
from evals.suite.records import Record

Control = Callable[[Record], Record]

_SAID = rag.Verdict(rag.Support.SUPPORTED, 1.0, "These are the document's own words.", "verbatim")
_DECLINES = "The documents do not seem to hold an answer to this."


def copies_the_top_passage(record: Record) -> Record:
    """Answers with the whole of the first passage and cites it: perfectly grounded, and no answer."""
    return _with(record, [(hit.passage.text, [hit]) for hit in record.searched[:1]])


def cites_everything(record: Record) -> Record:
    """Answers as the product does, and cites all passages of its context behind every sentence."""
    if record.answer is None or not record.answer.claims:
        return record
    return _with(record, [(claim.text, list(record.answer.hits)) for claim in record.answer.claims])


def always_refuses(record: Record) -> Record:
    """Declines every question: never wrong, and useless."""
    if record.answer is None:
        return record
    nearest = record.answer.hits[:3]
    refusal = rag.Refusal.NOT_IN_THE_DOCUMENTS
    answer = rag.Answer(
        record.case.question, record.answer.asked_as, _DECLINES, hits=record.answer.hits, refusal=refusal,
        nearest=nearest, writer="control",
    )  # fmt: skip
    return replace(record, answer=answer, previews=())


def never_refuses(record: Record) -> Record:
    """Quotes the beginning of the first three passages, whatever is asked."""
    said = [
        (hit.passage.text.split("\n")[0][:200].strip() or hit.passage.text[:80], [hit]) for hit in record.searched[:3]
    ]
    return _with(record, said)


CONTROLS: Mapping[str, Control] = {
    "copies the top passage": copies_the_top_passage,
    "cites everything": cites_everything,
    "always refuses": always_refuses,
    "never refuses": never_refuses,
}


def _with(record: Record, said: Sequence[tuple[str, Sequence[rag.Hit]]]) -> Record:
    """The record with an answer of these sentences, each with the passages that it cites."""
    text, claims = "", []
    marks: dict[str, int] = {}
    for sentence, hits in said:
        start = len(text)
        citations = [_citation(marks.setdefault(hit.passage.id, len(marks) + 1), sentence, hit.passage) for hit in hits]
        claims.append(rag.Claim(sentence, start, start + len(sentence), tuple(citations), _SAID))
        text += f"{sentence} {''.join(f'[{citation.mark}]' for citation in citations)} "
    asked_as = record.answer.asked_as if record.answer else record.case.question
    hits_seen = record.answer.hits if record.answer else ()
    answer = rag.Answer(record.case.question, asked_as, text, tuple(claims), hits_seen, writer="control")
    return replace(record, answer=answer, previews=())


def _citation(mark: int, sentence: str, passage: rag.Passage) -> rag.Citation:
    """The sentence where the passage has it, else the whole passage."""
    at = passage.text.find(sentence)
    start, end = (at, at + len(sentence)) if at >= 0 else (0, len(passage.text))
    return rag.Citation(mark, passage, passage.start + start, passage.start + end, passage.text[start:end])
