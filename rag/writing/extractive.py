"""The writer that needs no language model: it answers with sentences of the documents themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.citations import quoted
from rag.evidence import SHOWN_MARGIN, Choice, Evidence, Quote
from rag.terms import numbers, terms
from rag.types import Answer

MOST_SENTENCES = 4
_MOST_CHOSEN = 3  # before the sentences that these lean on are added

# Chosen on the questions of QED, checked by `python -m evals.answers`.
_REPEATED = 0.7  # share of a sentence's terms that are in one already chosen

_LEANING = re.compile(
    r"(It|He|She|They|This|That|These|Those|Its|His|Her|Their|Such|Both|Here|There|Then|However|But|Also|So|Instead"
    r"|Therefore|Thus|The (former|latter|same|other|others))\b(?! (is|are|was|were) (a|an|no|some|many|two|three)\b)"
)
_ANNOUNCING = re.compile(
    r":$|\b(two|three|four|five|six|several|following)\b[^.]{0,20}"
    r"\b(things|points|reasons|steps|conditions|options|parts|ways|cases|items|aims)\b[^.]{0,20}[.:]$|as follows[.:]$"
)


class ExtractiveWriter:
    """Answers with at most `most` sentences of the documents. `speaker_of` names whose opinion one is, or ""."""

    name = "extractive"

    def __init__(self, speaker_of: Callable[[Quote], str], most: int = MOST_SENTENCES) -> None:
        self._speaker_of = speaker_of
        self._most = most

    def write(self, question: str, evidence: Evidence) -> Answer:
        """The same evidence gives the same answer."""
        quotes = [choice.quote for choice in choose(evidence, self._most)]
        answer = quoted(question, evidence.question, quotes, evidence.hits, self._speaker_of)
        return replace(answer, writer=self.name)


def choose(evidence: Evidence, most: int = MOST_SENTENCES) -> list[Choice]:
    """At most `most` sentences in an order that reads: what answers, and the sentences that it leans on."""
    ranked = evidence.choices
    chosen: list[Choice] = []
    for choice in ranked:
        if len(chosen) == min(most, _MOST_CHOSEN) or choice.score < ranked[0].score - SHOWN_MARGIN:
            break
        if not any(_repeats(choice.quote, other.quote) for other in chosen):
            chosen.append(choice)
    for choice in list(chosen):
        for needed in _needed(choice, ranked):
            if needed not in chosen and len(chosen) < most:
                chosen.append(needed)
    return _in_order(chosen)


def _repeats(quote: Quote, other: Quote) -> bool:
    if numbers(quote.text) != numbers(other.text):  # the one may be of another year
        return False
    words, others = set(terms(quote.text)), set(terms(other.text))
    return len(words & others) >= _REPEATED * min(len(words), len(others))


def _needed(choice: Choice, ranked: Sequence[Choice]) -> list[Choice]:
    """The sentences without which this one says too little: the one it leans on, those it announces."""
    quote = choice.quote
    beside = sorted((other for other in ranked if other.quote.hit is quote.hit), key=lambda other: other.quote.start)
    place = beside.index(choice)
    needed = beside[max(0, place - 1) : place] if _LEANING.match(quote.text) else []
    if _ANNOUNCING.search(quote.text):
        needed += beside[place + 1 : place + MOST_SENTENCES]
    return needed


def _in_order(chosen: Sequence[Choice]) -> list[Choice]:
    """What answers best comes first; sentences that follow each other in their document stay together."""
    runs: list[list[Choice]] = []
    for choice in sorted(chosen, key=lambda choice: (choice.quote.hit.passage.document_id, choice.quote.start)):
        if runs and _follows(choice.quote, runs[-1][-1].quote):
            runs[-1].append(choice)
        else:
            runs.append([choice])
    runs.sort(key=lambda run: -max(choice.score for choice in run))
    return [choice for run in runs for choice in run]


def _follows(quote: Quote, other: Quote) -> bool:
    if quote.hit is not other.hit:
        return False
    passage = quote.hit.passage
    return not passage.text[other.end - passage.start : quote.start - passage.start].strip()
