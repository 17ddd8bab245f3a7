"""The writer that needs no language model: it answers with sentences of the documents themselves."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rag.citations import Quote
from rag.models import Embedder
from rag.sentences import sentences
from rag.terms import question_terms, terms
from rag.types import Hit

MOST_SENTENCES = 4
_MOST_CHOSEN = 3  # before the sentences that these lean on are added

# Weights and margin: chosen on the questions of QED, checked by `python -m evals.answers`. A sentence is
# compared together with its title and heading, without which "It opened in 1931." says nothing.
_COVERAGE = 0.3
_FUSED = 0.3
_KIND = 0.1
_MARGIN = 0.3  # a sentence this much worse than the best is not shown
_REPEATED = 0.7  # share of a sentence's terms that are in one already chosen

_FEWEST_TERMS = 3
_LEANING = re.compile(
    r"(It|He|She|They|This|That|These|Those|Its|His|Her|Their|Such|Both|Here|There|Then|However|But|Also|So|Instead"
    r"|Therefore|Thus|The (former|latter|same|other|others))\b(?! (is|are|was|were) (a|an|no|some|many|two|three)\b)"
)
_ANNOUNCING = re.compile(
    r":$|\b(two|three|four|five|six|several|following)\b[^.]{0,20}"
    r"\b(things|points|reasons|steps|conditions|options|parts|ways|cases|items|aims)\b[^.]{0,20}[.:]$|as follows[.:]$"
)

_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
    r"|million|half|dozen|first|second|third)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(1\d{3}|20\d{2})\b|\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century|spring|summer|autumn|winter|daily|weekly)\b"
)
_NAME = re.compile(r"(?<=[^.!?] )[A-Z][\w’'-]+")
_REASON = re.compile(r"\b(because|since|due to|owing to|so that|in order to|reason|therefore|to (avoid|prevent))\b")
_ASKED_FOR = (
    (
        re.compile(
            r"\bhow (many|much|long|old|far|tall|big|often|deep|high|large|wide|fast)\b"
            r"|\bwhat (percent|number|age|share)"
        ),
        _NUMBER,
    ),
    (re.compile(r"\bwhen\b|\b(what|which|in which) (year|date|day|month|time)\b|\bhow long ago\b"), _DATE),
    (re.compile(r"\bwho(m|se)?\b|\bwhere\b|\b(what|which) (country|city|state|town|person)\b"), _NAME),
    (re.compile(r"\bwhy\b"), _REASON),
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence of a hit and how well it may answer."""

    quote: Quote
    score: float
    cosine: float
    """Nearness of the question and the sentence with its title and heading, in [-1, 1]."""
    coverage: float
    """Share of the question's terms that sentence and title hold, each counted by its rarity."""
    of_kind: bool
    """Whether it holds what is asked for: a number, a date, a name, a reason."""


class ExtractiveWriter:
    """Chooses sentences of the hits. The same question and hits give the same choice.

    `rarity` says how much a term tells, 0 for one that every passage has.
    """

    name = "extractive"

    def __init__(self, embedder: Embedder, rarity: Callable[[str], float]) -> None:
        self._embedder = embedder
        self._rarity = rarity

    def choose(self, question: str, hits: Sequence[Hit], most: int = MOST_SENTENCES) -> list[Choice]:
        """At most `most` sentences in an order that reads: what answers, and the sentences that it leans on."""
        ranked = self.rank(question, hits)
        chosen: list[Choice] = []
        for choice in ranked:
            if len(chosen) == min(most, _MOST_CHOSEN) or choice.score < ranked[0].score - _MARGIN:
                break
            if not any(_repeats(choice.quote, other.quote) for other in chosen):
                chosen.append(choice)
        for choice in list(chosen):
            for needed in _needed(choice, ranked):
                if needed not in chosen and len(chosen) < most:
                    chosen.append(needed)
        return _in_order(chosen)

    def rank(self, question: str, hits: Sequence[Hit]) -> list[Choice]:
        """Every sentence of the hits, best first. Headings and questions do not answer and are left out."""
        quotes = [quote for hit in hits for quote in _answering(hit)]
        if not quotes:
            return []
        vectors = self._embedder.embed_passages([self._in_context(quote) for quote in quotes])
        cosines = vectors @ self._embedder.embed_question(question)
        asked = {term: self._rarity(term) for term in question_terms(question)}
        whole = sum(asked.values()) or 1.0
        kind = next((holds for asks, holds in _ASKED_FOR if asks.search(question.lower())), None)
        choices = []
        for quote, cosine in zip(quotes, map(float, cosines), strict=True):
            held = {*terms(quote.text), *terms(quote.hit.passage.title)}
            coverage = sum(rarity for term, rarity in asked.items() if term in held) / whole
            of_kind = kind is not None and _holds(kind, quote.text, question)
            score = cosine + _COVERAGE * coverage + _FUSED * quote.hit.score + _KIND * of_kind
            choices.append(Choice(quote, score, cosine, coverage, of_kind))
        return sorted(choices, key=lambda choice: -choice.score)

    def _in_context(self, quote: Quote) -> str:
        """The sentence under its title and heading, as far as the embedder reads."""
        passage = quote.hit.passage
        context = "\n".join(dict.fromkeys([passage.title, *passage.headings[-1:], quote.text]))
        return context if self._embedder.count([context])[0] <= self._embedder.window else quote.text


def _answering(hit: Hit) -> list[Quote]:
    """The sentences of a hit that can be an answer: not its headings, questions and scraps."""
    passage = hit.passage
    names = [terms(name) for name in (*passage.headings, passage.title)]
    quotes = []
    for start, end in sentences(passage.text):
        quote = Quote(hit, passage.start + start, passage.start + end)
        words = terms(quote.text)
        if len(words) >= _FEWEST_TERMS and words not in names and not quote.text.endswith("?"):
            quotes.append(quote)
    return quotes


def _holds(kind: re.Pattern[str], text: str, question: str) -> bool:
    """Whether the text holds a thing of this kind that the question does not name already."""
    asked = question.lower()
    return any(match.group().lower() not in asked for match in kind.finditer(text))


def _repeats(quote: Quote, other: Quote) -> bool:
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
