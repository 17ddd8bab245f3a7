"""How well each sentence may answer: by its words, and by the models where that can still matter.

The models take nearly all of the time that an answer without a language model takes. So the passages of the best
sentences are read first, and the best sentences compared first; what then cannot come near enough to be shown beside
the best is neither read nor compared.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rag.evidence.answers import read
from rag.evidence.quotes import Quote
from rag.evidence.vectors import vectors_of
from rag.models import Embedder, Vectors
from rag.terms import question_terms, terms

# Weights: chosen on the questions of QED, checked by `python -m evals.answers`. A sentence is compared
# together with its title and heading, without which "It opened in 1931." says nothing.
_COVERAGE = 0.3
_FUSED = 0.3
_KIND = 0.1
_ANSWERING = 0.4
_OTHER_YEAR = 0.2  # taken from a sentence that names years, and none of those that the question names
SHOWN_MARGIN = 0.3
"""A sentence whose score is this much less than the best's is not shown."""

_READ_FIRST = 2  # passages
_COMPARED_FIRST = 12  # sentences
_NEARER = 0.3  # how much nearer than its passage a sentence may be; of 1,000 at most three are

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


@dataclass(slots=True)
class Weighed:
    """A sentence with what is known of it so far."""

    quote: Quote
    coverage: float
    of_kind: bool
    by_words: float
    """The part of the score that no model gives."""
    cosine: float
    """Until the sentence is compared, its passage's."""
    answering: float = 0.0
    vector: Vectors | None = None
    """None: not compared."""

    @property
    def score(self) -> float:
        return self.cosine + self.by_words + _ANSWERING * self.answering


def weigh(question: str, quotes: Sequence[Quote], embedder: Embedder, rarity: Callable[[str], float]) -> list[Weighed]:
    """The sentences, best first; those that were not compared come last. The same in, the same out.

    `rarity` says how much a term tells, 0 for one that every passage has.
    """
    asked = {term: rarity(term) for term in question_terms(question)}
    kind = next((holds for asks, holds in _ASKED_FOR if asks.search(question.lower())), None)
    sentences = [_by_words(question, quote, asked, kind) for quote in quotes]
    _read(question, sentences)
    _compare(question, sentences, embedder)
    return sorted(sentences, key=lambda sentence: (sentence.vector is None, -sentence.score))


def _by_words(question: str, quote: Quote, asked: Mapping[str, float], kind: re.Pattern[str] | None) -> Weighed:
    held = {*terms(quote.text), *terms(quote.hit.passage.title)}
    coverage = sum(rarity for term, rarity in asked.items() if term in held) / (sum(asked.values()) or 1.0)
    of_kind = kind is not None and _holds(kind, quote.text, question)
    score = _COVERAGE * coverage + _FUSED * quote.hit.score + _KIND * of_kind
    score -= _OTHER_YEAR * _is_of_another_year(quote.text, question)
    return Weighed(quote, coverage, of_kind, score, quote.hit.cosine)


def _read(question: str, sentences: Sequence[Weighed]) -> None:
    """Sets how likely the answer begins in each sentence."""
    best: dict[str, float] = {}
    for sentence in sentences:
        passage = sentence.quote.hit.passage.id
        best[passage] = max(best.get(passage, sentence.score), sentence.score)
    first = sorted(best, key=lambda passage: -best[passage])[:_READ_FIRST]
    _read_passages(question, sentences, first)
    least = max(sentence.score for sentence in sentences) - SHOWN_MARGIN
    _read_passages(question, sentences, [p for p in best if p not in first and best[p] + _ANSWERING >= least])


def _read_passages(question: str, sentences: Sequence[Weighed], passages: Iterable[str]) -> None:
    hits = {sentence.quote.hit.passage.id: sentence.quote.hit for sentence in sentences}
    readings = read(question, [hits[passage] for passage in passages])
    for sentence in sentences:
        quote = sentence.quote
        if reading := readings.get(quote.hit.passage.id):
            sentence.answering = reading.chance * reading.shares([(quote.start, quote.end)])[0]


def _compare(question: str, sentences: Sequence[Weighed], embedder: Embedder) -> None:
    """Sets the vectors of the sentences, and how near they are to the question."""
    asked = embedder.embed_question(question)

    def compare(some: Sequence[Weighed]) -> None:
        if some:
            vectors = vectors_of([_in_context(sentence.quote, embedder) for sentence in some], embedder)
            for sentence, vector, cosine in zip(some, vectors, vectors @ asked, strict=True):
                sentence.vector, sentence.cosine = vector, float(cosine)

    likeliest = sorted(sentences, key=lambda sentence: -sentence.score)
    first, others = likeliest[:_COMPARED_FIRST], likeliest[_COMPARED_FIRST:]
    compare(first)
    least = max(sentence.score for sentence in first) - SHOWN_MARGIN
    compare([sentence for sentence in others if sentence.score + _NEARER >= least])


def _in_context(quote: Quote, embedder: Embedder) -> str:
    """The sentence under its title and heading, as far as the embedder reads."""
    passage = quote.hit.passage
    context = "\n".join(dict.fromkeys([passage.title, *passage.headings[-1:], quote.text]))
    return context if embedder.count([context])[0] <= embedder.window else quote.text


def _is_of_another_year(text: str, question: str) -> bool:
    named = set(_YEAR.findall(text))
    asked = set(_YEAR.findall(question))
    return bool(named and asked) and named.isdisjoint(asked)


def _holds(kind: re.Pattern[str], text: str, question: str) -> bool:
    """Whether the text holds a thing of this kind that the question does not name already."""
    asked = question.lower()
    return any(match.group().lower() not in asked for match in kind.finditer(text))
