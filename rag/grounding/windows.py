"""What of long evidence is read together with a claim: the sentences that may bear on it, in their order.

A cross-encoder reads some two hundred word pieces at once. Evidence that fits is read whole; of longer evidence the
sentences that are nearest to the claim, from anywhere, which holds the two halves of a claim that needs two places.
A second window, of what stands around the nearest sentence, was tried: it cost as much again and told nothing more
(mean AUROC of six sets .793 with it, .791 without).
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from rag.models import Embedder, Vectors
from rag.sentences import cut, sentences
from rag.terms import STOP_WORDS, terms

Sizes = Callable[[Sequence[str]], Sequence[int]]
"""How many word pieces each text has."""

WINDOW = 208
"""Word pieces of evidence in a window."""

_COMPARED = 32  # sentences whose vectors are compared: those with most words of the claim, and their neighbours
_KEPT = 4000  # vectors
_LONGEST = 600  # characters of a sentence; a longer one is a table or a list, and is cut
_LEXICAL = 0.7
_GAP = " … "


class Nearness:
    """How near texts are to a claim, in [-1, 1]. The vectors of the last texts are kept: claims share their sources."""

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder
        self._known: dict[str, Vectors] = {}

    def __call__(self, claim: str, texts: Sequence[str]) -> list[float]:
        """One number for each text. Of what does not fit the embedder, the beginning is compared."""
        # Another thread may put a new dictionary in the place of this one, but takes nothing out of it.
        known = self._known
        read = self._fitting([claim, *texts])
        new = [text for text in dict.fromkeys(read) if text not in known]
        if len(known) + len(new) > _KEPT:
            known = self._known = {text: known[text] for text in dict.fromkeys(read) if text in known}
        known.update(zip(new, self._embedder.embed_passages(new), strict=True))
        first, *rest = (known[text] for text in read)
        return [float(first @ vector) for vector in rest]

    def _fitting(self, texts: Sequence[str]) -> list[str]:
        """Each text, or as much of it as surely fits: no word piece is less than a character."""
        window = self._embedder.window
        short = [text[: window * 6] for text in texts]
        sizes = zip(short, self._embedder.count(short), strict=True)
        return [text if size <= window else text[:window] for text, size in sizes]


def window(claim: str, evidence: Sequence[str], sizes: Sizes, nearness: Nearness) -> str:
    """All of the evidence where it fits, else what of it is nearest to the claim."""
    whole = "\n".join(evidence)
    if len(whole) < WINDOW * 12 and sizes([whole])[0] <= WINDOW:
        return whole
    pieces = [text[start:end] for text in evidence for start, end in _pieces(text)]
    if not pieces:
        return ""
    scores = _scores(claim, pieces, nearness)
    likely = set(np.argsort(-scores)[:_COMPARED].tolist())
    likely |= {number + 1 for number in likely if number + 1 < len(pieces)} | {
        number - 1 for number in likely if number
    }
    order = sorted(likely)
    counted = dict(zip(order, sizes([pieces[number] for number in order]), strict=True))
    best = max(order, key=lambda number: scores[number])
    return _joined(_anywhere(best, scores, counted), pieces)


def _pieces(text: str) -> list[tuple[int, int]]:
    return [place for start, end in sentences(text) for place in cut(text, start, end, _LONGEST)]


def _scores(claim: str, pieces: Sequence[str], nearness: Nearness) -> NDArray[np.float64]:
    """How much of the claim each piece has, rare words counted for more, and for the best how near it is."""
    held = [_telling(piece) for piece in pieces]
    common = Counter(term for terms in held for term in terms)
    asked = {term: math.log(1 + len(pieces) / common[term]) for term in _telling(claim) if term in common}
    total = sum(asked.values()) or 1.0
    scores = np.array([sum(asked[term] for term in terms if term in asked) / total for terms in held])
    compared = np.argsort(-scores, kind="stable")[:_COMPARED]
    near = np.full(len(pieces), -1.0)
    near[compared] = nearness(claim, [pieces[number] for number in compared])
    return np.asarray(_LEXICAL * scores + near)


def _telling(text: str) -> set[str]:
    return {term for term in terms(text) if term not in STOP_WORDS}


def _anywhere(best: int, scores: NDArray[np.float64], sizes: dict[int, int]) -> list[int]:
    """The best pieces from anywhere, and what stands before the very best, which may name what it calls "it"."""
    chosen: list[int] = []
    room = WINDOW
    ranked = sorted(sizes, key=lambda number: -scores[number])
    for number in dict.fromkeys([best, best - 1, *ranked]):
        if number in sizes and (sizes[number] <= room or not chosen):
            chosen.append(number)
            room -= sizes[number]
    return sorted(chosen)


def _joined(numbers: Sequence[int], pieces: Sequence[str]) -> str:
    parts = [pieces[numbers[0]]]
    for before, number in pairwise(numbers):
        parts += [" " if number == before + 1 else _GAP, pieces[number]]
    return "".join(parts)
