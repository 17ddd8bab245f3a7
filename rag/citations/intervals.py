"""Which words of a cited passage support a claim: an interval of one sentence, or of two that follow each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from rag.sentences import sentences
from rag.terms import STOP_WORDS, numbers, question_words, terms
from rag.types import Hit, Interval

Rarity = Callable[[str], float]
"""How much a term tells, 0 for one that every passage has."""
Nearness = Callable[[str, Sequence[str]], Sequence[float]]
"""How near each text is to the first one, in [-1, 1]."""

# Checked on the questions of QED with their answers against the sentence that people marked as the evidence.
_NUMBER = 2.0
_NAME = 1.5
_FEW = 0.2
"""Where no sentence has this share of a claim, it is a paraphrase, and nearness decides."""
_ADDS = 0.2
"""The share of a claim that a second sentence must add to the first."""

_CAPITAL = re.compile(r"(?<=[\w,;:] )[A-Z][\w’'-]+")
_QUOTED = re.compile(r"[“„«\"]([^“”„«»\"]{1,300})[”“»\"]")
_IN_DIGITS = {
    "two": "2",
    "three": "3",
    "four": "4",
    "five": "5",
    "six": "6",
    "seven": "7",
    "eight": "8",
    "nine": "9",
    "ten": "10",
    "eleven": "11",
    "twelve": "12",
    "fifteen": "15",
    "twenty": "20",
    "thirty": "30",
    "forty": "40",
    "fifty": "50",
    "sixty": "60",
}
_CARDINAL = re.compile(rf"\b(?:{'|'.join(_IN_DIGITS)})\b", re.IGNORECASE)


def best_interval(claim: str, hit: Hit, rarity: Rarity, nearness: Nearness | None = None) -> Interval:
    """The interval of the document, within the passage of the hit, that supports the claim best.

    By the share of the claim's words that a sentence has, each counted by its rarity, numbers, names and quoted
    words more than others. Where that is little, `nearness` is asked, if given; it costs an embedding, and mixed in
    everywhere it was no better. What is addressed to a language model is taken only where there is nothing else.
    """
    passage = hit.passage
    places = candidates(hit)
    if len(places) == 1:
        return places[0]
    told = _told(claim, rarity)
    texts = [passage.text[start - passage.start : end - passage.start] for start, end in places]
    held = [{term for term in told if term in _terms_of(text)} for text in texts]
    whole = sum(told.values()) or 1.0
    scores = [sum(told[term] for term in shared) / whole for shared in held]
    if nearness is not None and max(scores) < _FEW:
        scores = [score + near for score, near in zip(scores, nearness(claim, texts), strict=True)]
    best = max(range(len(places)), key=lambda place: (scores[place], -place))
    gains = {
        beside: sum(told[term] for term in held[beside] - held[best]) / whole
        for beside in (best - 1, best + 1)
        if 0 <= beside < len(places) and _touch(hit, places[min(best, beside)], places[max(best, beside)])
    }
    second = max(gains, key=lambda place: gains[place], default=best)
    if second != best and gains[second] >= _ADDS and _adds(held[second] - held[best]):
        first, last = sorted((best, second))
        return places[first][0], places[last][1]
    return places[best]


def candidates(hit: Hit) -> list[Interval]:
    """The sentences of the passage as intervals of the document, without those addressed to a language model."""
    passage = hit.passage
    places = [(passage.start + start, passage.start + end) for start, end in _sentences_of(passage.text)]
    plain = [
        (start, end)
        for start, end in places
        if not any(begin < end and start < stop for begin, stop in hit.instructions)
    ]
    return plain or places or [(passage.start, passage.end)]


def _told(claim: str, rarity: Rarity) -> dict[str, float]:
    """The telling terms of a claim, and how much each counts."""
    named = {term for word in _CAPITAL.findall(claim) for term in terms(word)}
    named |= {term for words in _QUOTED.findall(claim) for term in terms(words)}
    counted = set(numbers(_digits(claim)))
    telling = {term for found in question_words(_digits(claim)).values() for term in found}
    weights = {term: max(rarity(term), 0.01) for term in telling - STOP_WORDS}
    for term in weights:
        weights[term] *= _NUMBER if term in counted else _NAME if term in named else 1.0
    return weights


def _touch(hit: Hit, first: Interval, second: Interval) -> bool:
    """Whether only white space stands between the two sentences."""
    passage = hit.passage
    return not passage.text[first[1] - passage.start : second[0] - passage.start].strip()


def _adds(new: set[str]) -> bool:
    """Whether these terms are worth a second sentence: a number, or two of them."""
    return len(new) >= 2 or any(term[0].isdigit() for term in new)


def _digits(text: str) -> str:
    return _CARDINAL.sub(lambda match: _IN_DIGITS[match.group().lower()], text)


@lru_cache(maxsize=256)
def _sentences_of(text: str) -> tuple[Interval, ...]:
    return tuple(sentences(text))


@lru_cache(maxsize=4096)
def _terms_of(text: str) -> frozenset[str]:
    return frozenset(terms(_digits(text)))
