"""Which words of a claim are which words of its evidence.

The claim is laid beside the sentences of the evidence, and the one (or two that follow each other) that shares most
of its telling words is taken. Rules then look at what differs: a word put in the place of another, a word that only
one of them has.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache

from rag.grounding.synonyms import are_alike, sense
from rag.sentences import sentences
from rag.terms import STOP_WORDS, terms
from rag.types import Interval

_WORD = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+(?:['’][^\W\d_]+)?|%")
_CONTRACTED = re.compile(r"(?:n['’]t|['’](?:s|re|ve|ll|d|m))$", re.IGNORECASE)
_MOST = 120  # words of a claim or a sentence that are laid beside each other
_LEAST = 0.4  # share of the claim's telling words without which nothing can be said
_SECOND = 0.12  # share of the telling words that a second sentence must add to be read with the first
_READ = 40_000  # characters of a text in which the words are looked for


@dataclass(frozen=True, slots=True)
class Word:
    """A word, where it stands, and what it is compared by."""

    text: str
    start: int
    end: int
    term: str
    """Its stem."""
    sense: str
    """The same for words that say the same."""

    @property
    def lower(self) -> str:
        """The word in small letters."""
        return self.text.lower()

    @property
    def tells(self) -> bool:
        """Whether it is no stop word."""
        return self.lower not in STOP_WORDS and self.term not in STOP_WORDS


@dataclass(frozen=True, slots=True)
class Difference:
    """What the claim has in the place of what the evidence has; either may be nothing."""

    claimed: tuple[Word, ...]
    given: tuple[Word, ...]
    before: tuple[Word, ...]
    """The matched words of the claim shortly before."""
    after: tuple[Word, ...]
    at: int
    """How many words of the evidence stand before it."""


@dataclass(frozen=True)
class Alignment:
    """A claim beside the words of the evidence that are nearest to it."""

    claim: tuple[Word, ...]
    given: tuple[Word, ...]
    text: str
    """The sentence, or the two, of the evidence."""
    coverage: float
    """The share of the claim's telling words that it has."""
    pairs: tuple[tuple[int, int], ...]
    """The numbers of the words of the claim and of the evidence that are the same, in order."""
    differences: tuple[Difference, ...]

    @cached_property
    def is_verbatim(self) -> bool:
        """Whether the claim's very words stand in the evidence one after another."""
        return (
            len(self.pairs) == len(self.claim)
            and len({given - claimed for claimed, given in self.pairs}) == 1
            and all(_bare(self.claim[one].text) == _bare(self.given[other].text) for one, other in self.pairs)
        )

    @cached_property
    def in_order(self) -> float:
        """The share of the claim's telling words that stand in the evidence in the same order."""
        telling = [number for number, word in enumerate(self.claim) if word.tells]
        return sum(number in self.of_claim for number in telling) / len(telling) if telling else 0.0

    @cached_property
    def of_claim(self) -> Mapping[int, int]:
        """For the number of a matched word of the claim that of the evidence's."""
        return dict(self.pairs)

    @cached_property
    def of_given(self) -> Mapping[int, int]:
        """For the number of a matched word of the evidence that of the claim's."""
        return {given: claimed for claimed, given in self.pairs}

    @cached_property
    def held(self) -> frozenset[str]:
        """The senses of the words of the evidence."""
        return frozenset(word.sense for word in self.given)


def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text; a contraction is compared by what it is contracted from."""
    found = []
    for match in _WORD.finditer(text):
        plain = _CONTRACTED.sub("", match.group()) or match.group()
        found.append(Word(match.group(), *match.span(), _term(plain), sense(plain)))
    return tuple(found)


def senses_of(text: str) -> frozenset[str]:
    """The senses of the words of a text."""
    return frozenset().union(*(_senses_of(text[start:end]) for start, end in _sentences_of(text[:_READ])))


def aligned(claim: str, evidence: Sequence[str]) -> Alignment | None:
    """The claim beside what is nearest to it, or None where that shares too little with it."""
    said = words_of(claim)[:_MOST]
    telling = {word.sense for word in said if word.tells}
    if not telling:
        return None
    best: tuple[float, str] = (0.0, "")
    for text in evidence:
        places = _sentences_of(text[:_READ])
        held = [telling & _senses_of(text[start:end]) for start, end in places]
        for number, (start, end) in enumerate(places):
            score = len(held[number]) / len(telling)
            if score > best[0]:
                best = (score, text[start:end])
            if score < 1.0 and number + 1 < len(places):
                score = len(held[number] | held[number + 1]) / len(telling) - _SECOND
                if score > best[0]:
                    best = (score, text[start : places[number + 1][1]])
    score, text = best
    if score < _LEAST:
        return None
    return _laid_out(said, words_of(text)[: 2 * _MOST], text, telling)


def same(one: Word, other: Word) -> bool:
    """Whether two words are the same but for their ending, or say the same."""
    return are_alike(one.text, other.text)


def _laid_out(said: Sequence[Word], given: Sequence[Word], text: str, telling: set[str]) -> Alignment:
    a, b = [word.sense for word in said], [word.sense for word in given]
    pairs: list[tuple[int, int]] = []
    differences = []
    for tag, i, j, k, m in SequenceMatcher(a=a, b=b, autojunk=False).get_opcodes():
        if tag == "equal":
            pairs += zip(range(i, j), range(k, m), strict=True)
            continue
        before, after = tuple(said[max(0, i - 3) : i]), tuple(said[j : j + 3])
        differences.append(Difference(tuple(said[i:j]), tuple(given[k:m]), before, after, k))
    coverage = len(telling & set(b)) / len(telling)
    return Alignment(tuple(said), tuple(given), text, coverage, tuple(pairs), tuple(differences))


def _bare(word: str) -> str:
    return word.lower().replace("’", "'")


@lru_cache(maxsize=50_000)
def _term(word: str) -> str:
    found = terms(word)
    return found[0] if found else word.lower()


@lru_cache(maxsize=256)
def _sentences_of(text: str) -> tuple[Interval, ...]:
    return tuple(sentences(text))


@lru_cache(maxsize=4096)
def _senses_of(text: str) -> frozenset[str]:
    return frozenset(sense(_CONTRACTED.sub("", word) or word) for word in _WORD.findall(text))
