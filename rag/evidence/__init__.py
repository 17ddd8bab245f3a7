"""What was found for a question: every sentence of the hits, each compared with the question once.

Whoever decides over an answer reads it from here: whether it is enough, what the question takes for
granted, where documents disagree, whose opinion a sentence is, and which sentences are shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evidence.answers import read
from rag.evidence.matches import Match, matched
from rag.evidence.vectors import vectors_of
from rag.models import Embedder
from rag.sentences import sentences
from rag.terms import STOP_WORDS, question_terms, terms
from rag.types import Hit

# Weights: chosen on the questions of QED, checked by `python -m evals.answers`. A sentence is compared
# together with its title and heading, without which "It opened in 1931." says nothing.
_COVERAGE = 0.3
_FUSED = 0.3
_KIND = 0.1
_ANSWERING = 0.4
_OTHER_YEAR = 0.2  # taken from a sentence that names years, and none of those that the question names

_FEWEST_TERMS = 3
_FEWEST_TELLING = 4  # terms that are no stop words, of a line that does not end as a sentence does
_ENDED = re.compile(r"[.!:;…。！][\"'”’»)\]]*$")
_MATCHED = 6  # sentences whose passages the words of the question are looked for in

_NUMBER = re.compile(
    r"\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|hundred|thousand"
    r"|million|half|dozen|first|second|third)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(1\d{3}|20\d{2})\b|\b(January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|century|spring|summer|autumn|winter|daily|weekly)\b"
)
_YEAR = re.compile(r"\b(?:1\d|20)\d\d\b")
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


_OWN_MARKS = re.compile(r"(?:\s*\[\d{1,3}\])+\s*$")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document: `hit.passage` holds them from `start` to `end` (offsets of the document)."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The document's text, byte for byte."""
        passage = self.hit.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


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
    answering: float = 0.0
    """How likely the small model finds that the answer begins in it, in [0, 1]."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The hits of one question, and their sentences that can be an answer, best first."""

    question: str
    hits: tuple[Hit, ...]
    choices: tuple[Choice, ...]
    words: tuple[Match, ...] = ()
    """The telling words of the question, as the passage meets them that meets them best."""


def gather(question: str, hits: Sequence[Hit], embedder: Embedder, rarity: Callable[[str], float]) -> Evidence:
    """Compares every sentence of the hits with the question.

    Headings, questions, scraps and what is addressed to a language model do not answer and are left
    out. `rarity` says how much a term tells, 0 for one that every passage has. The same question and
    hits give the same evidence.
    """
    quotes = [quote for hit in hits for quote in _answering(hit)]
    if not quotes:
        return Evidence(question, tuple(hits), ())
    vectors = vectors_of([_in_context(quote, embedder) for quote in quotes], embedder)
    cosines = np.asarray(vectors @ embedder.embed_question(question))
    asked = {term: rarity(term) for term in question_terms(question)}
    whole = sum(asked.values()) or 1.0
    kind = next((holds for asks, holds in _ASKED_FOR if asks.search(question.lower())), None)
    readings = read(question, hits)
    answering = [readings[quote.hit.passage.id] for quote in quotes]
    shares = [
        one.chance * one.shares([(quote.start, quote.end)])[0] for one, quote in zip(answering, quotes, strict=True)
    ]
    choices = []
    for quote, cosine, share in zip(quotes, map(float, cosines), shares, strict=True):
        held = {*terms(quote.text), *terms(quote.hit.passage.title)}
        coverage = sum(rarity for term, rarity in asked.items() if term in held) / whole
        of_kind = kind is not None and _holds(kind, quote.text, question)
        score = cosine + _COVERAGE * coverage + _FUSED * quote.hit.score + _KIND * of_kind + _ANSWERING * share
        score -= _OTHER_YEAR * _is_of_another_year(quote.text, question)
        choices.append(Choice(quote, score, cosine, coverage, of_kind, share))
    order = sorted(range(len(choices)), key=lambda number: -choices[number].score)
    best = order[:_MATCHED]
    words = matched(question, [quotes[number].hit.passage for number in best], vectors[best], embedder, rarity)
    return Evidence(question, tuple(hits), tuple(choices[number] for number in order), words)


def _in_context(quote: Quote, embedder: Embedder) -> str:
    """The sentence under its title and heading, as far as the embedder reads."""
    passage = quote.hit.passage
    context = "\n".join(dict.fromkeys([passage.title, *passage.headings[-1:], quote.text]))
    return context if embedder.count([context])[0] <= embedder.window else quote.text


def _answering(hit: Hit) -> list[Quote]:
    """The sentences of a hit that can be an answer."""
    passage = hit.passage
    names = [terms(name) for name in (*passage.headings, passage.title)]
    quotes = []
    for start, end in sentences(passage.text):
        # A document's own "[1]" behind a sentence would look like a footnote of ours.
        end = start + len(_OWN_MARKS.sub("", passage.text[start:end]))
        quote = Quote(hit, passage.start + start, passage.start + end)
        words = terms(quote.text)
        addressed = any(begin < quote.end and quote.start < stop for begin, stop in hit.instructions)
        if len(words) >= _FEWEST_TERMS and words not in names and not addressed and not _is_scrap(quote.text):
            quotes.append(quote)
    return quotes


def _is_scrap(text: str) -> bool:
    """A question, or a few words without an end and a figure: a heading, the head of a table, a signature."""
    if text.endswith("?"):
        return True
    telling = [term for term in terms(text) if term not in STOP_WORDS]
    return len(telling) < _FEWEST_TELLING and not _ENDED.search(text) and not any(map(str.isdigit, text))


def _is_of_another_year(text: str, question: str) -> bool:
    named = set(_YEAR.findall(text))
    asked = set(_YEAR.findall(question))
    return bool(named and asked) and named.isdisjoint(asked)


def _holds(kind: re.Pattern[str], text: str, question: str) -> bool:
    """Whether the text holds a thing of this kind that the question does not name already."""
    asked = question.lower()
    return any(match.group().lower() not in asked for match in kind.finditer(text))
