"""How well each telling word of a question is met by one passage: as it stands, misspelt, or by a word that is like it.

A passage that answers speaks of everything the question names. One that is only near the question speaks of the
same topic and lacks the year, the name or the attribute: its nearness is high, and one word stands out as not met.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from rag.evidence.vectors import vectors_of
from rag.models import Embedder, Vectors
from rag.terms import STOP_WORDS, question_words, terms
from rag.types import Passage

MISSPELT = 0.95
"""The likeness of two words that differ by one letter; words that only mean the same have less."""
LEAST = 0.15
"""A likeness below this is none: any two words have some."""

_LIKEST = 0.9
_SHORTEST_MISSPELT = 5  # letters: of shorter words many differ by one letter and mean another thing
_NEAREST = 3  # sentences that a question without one of its words is compared with
_MOST_WORDS = 16  # of a question
_PASSAGES = 3  # whose words are compared one by one: those that have most words of the question as they stand
_WORD = re.compile(r"[^\W_]+(?:[-’'][^\W_]+)*")

# What says how is asked, or says nothing by itself. On public questions whose answering passage is known, fewer
# than half of the passages have the word; the rest are their other forms.
_GENERAL_WORDS = """
    able advantage advantages allow allows amount area around ask asked asks became because become becomes began
    begin begins begun benefit benefits best big called come comes common compare compared concerning consider
    considered contain contains create created creates current currently date day decide decided deep describe
    described difference different else end ended ever exactly example examples far fast feel feels felt find finds
    first following found function gave get gets give given gives got happen happened happens help high hold holds
    important importance include includes key kind kinds know known large last late lead leads like list located
    location long made main make makes many mean meaning means mention mentioned month much name named names
    necessary need needed needs new number often old originally part people percent percentage person place play
    purpose reason reasons refer role say set share show shown significance similar size someone something sort
    start started still tall take taken takes term terms thing things think three time times took two type types
    unable use used uses using usually want wanted wants way ways went wide word words work year years
"""
_GENERAL = frozenset(_GENERAL_WORDS.split())


@dataclass(frozen=True, slots=True)
class Match:
    """A telling word of the question, and how well the passage meets it that meets them all best."""

    word: str
    """As it was typed."""
    telling: float
    """Its rarity in the library."""
    likeness: float
    """1 where the passage, its title or its headings have the word, 0 where nothing there is like it."""
    gain: float
    """How much nearer the question comes to the best sentences by this word. Negative: they are of something else."""

    @property
    def is_number(self) -> bool:
        return any(character.isdigit() for character in self.word)


def matched(
    question: str,
    passages: Sequence[Passage],
    nearest: Vectors,
    embedder: Embedder,
    rarity: Callable[[str], float],
) -> tuple[Match, ...]:
    """The telling words of the question as the best of `passages` meets them.

    `nearest` holds the vectors of the sentences that may answer, best first; `rarity` says how much a term
    tells. Numbers are met only by themselves.
    """
    asked = _telling_words(question)
    if not asked or not passages:
        return ()
    words = list(asked)
    tells = np.array([rarity(forms[0]) for forms in asked.values()])
    distinct = {passage.id: passage for passage in passages}.values()
    exact = [(_exact(asked, passage), passage) for passage in distinct]
    exact.sort(key=lambda pair: -met(pair[0], tells))
    compared = exact[:_PASSAGES]
    there = [_comparable(passage) for _, passage in compared]
    less = [_without(question, word) for word in words]
    # In one go, of which every core has its share; what follows finds them known.
    _vectors([*map(str.lower, words), *chain(*there), question, *less], embedder)
    rows = [_likenesses(asked, row, its, embedder) for (row, _), its in zip(compared, there, strict=True)]
    likeness = max(rows, key=lambda row: met(row, tells))
    gains = _gains(question, less, nearest[:_NEAREST], embedder)
    return tuple(
        Match(word, float(tell), float(like), float(gain))
        for word, tell, like, gain in zip(words, tells, likeness, gains, strict=True)
    )


def met(likeness: Sequence[float] | NDArray[np.float64], telling: Sequence[float] | NDArray[np.float64]) -> float:
    """How well a passage meets all words: the mean logarithm of its likenesses, at best 0.

    Rare words count for more.
    """
    weights = np.sqrt(np.asarray(telling, float)) + 1e-6
    return float(weights @ np.log(np.maximum(likeness, LEAST)) / weights.sum())


def is_misspelt(one: str, other: str) -> bool:
    """Whether two longer words differ by one letter that is wrong, missing, too much, or changed places."""
    if one == other or min(len(one), len(other)) < _SHORTEST_MISSPELT or abs(len(one) - len(other)) > 1:
        return False
    if not (one.isalpha() and other.isalpha()):
        return False
    start = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    rest, others = one[start:], other[start:]
    swapped = rest[1::-1] + rest[2:] == others
    return swapped or rest[1:] == others[1:] or rest[1:] == others or rest == others[1:]


def _telling_words(question: str) -> Mapping[str, tuple[str, ...]]:
    words = question_words(question)
    telling = {word: forms for word, forms in words.items() if word.lower() not in _GENERAL} or words
    return dict(list(telling.items())[:_MOST_WORDS])


def _exact(asked: Mapping[str, tuple[str, ...]], passage: Passage) -> NDArray[np.float64]:
    """1 for each word that the passage has, else 0."""
    held = {*terms(_read(passage))}
    return np.array([_is_held(forms, held) for forms in asked.values()], np.float64)


def _comparable(passage: Passage) -> list[str]:
    """The words of a passage that a word of the question may be like."""
    return [word for word in dict.fromkeys(_WORD.findall(_read(passage).lower())) if _may_be_like(word)]


def _likenesses(
    asked: Mapping[str, tuple[str, ...]], exact: NDArray[np.float64], there: Sequence[str], embedder: Embedder
) -> NDArray[np.float64]:
    row = exact.copy()
    words = list(asked)
    open_words = [n for n, word in enumerate(words) if not row[n] and not any(map(str.isdigit, word))]
    if not open_words or not there:
        return row
    cosines = _vectors([words[n].lower() for n in open_words], embedder) @ _vectors(there, embedder).T
    for n, cosine in zip(open_words, cosines.max(axis=1), strict=True):
        misspelt = any(is_misspelt(words[n].lower(), word) for word in there)
        row[n] = MISSPELT if misspelt else min(_LIKEST, max(0.0, float(cosine)))
    return row


def _read(passage: Passage) -> str:
    file = re.split(r"[/\\#]", passage.source)[-1]  # reports are often named by their year
    return " ".join([passage.title, *passage.headings, file, passage.text])


def _may_be_like(word: str) -> bool:
    return len(word) > 2 and word not in STOP_WORDS and not any(map(str.isdigit, word))


def _is_held(forms: Sequence[str], held: set[str]) -> bool:
    """Whole, or in all its parts."""
    return forms[0] in held or (len(forms) > 1 and all(form in held for form in forms[1:]))


def _without(question: str, word: str) -> str:
    return re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", "", question)


def _gains(question: str, less: Sequence[str], nearest: Vectors, embedder: Embedder) -> Vectors:
    """What each of the questions that lack a word is less near. They are embedded as passages: only then in one go."""
    if embedder.count([question])[0] > embedder.window:
        return np.zeros(len(less), np.float32)
    whole, *fewer = _vectors([question, *less], embedder) @ nearest.T
    return np.asarray([(whole - each).max() for each in fewer])


def _vectors(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """A row for each text; nothing for one that is longer than the embedder reads."""
    counts = embedder.count(texts) if texts else []
    short = [text for text, count in zip(texts, counts, strict=True) if count <= embedder.window]
    vectors = dict(zip(short, vectors_of(short, embedder), strict=True)) if short else {}
    nothing = np.zeros(embedder.dimensions, np.float32)
    return np.stack([vectors.get(text, nothing) for text in texts])
