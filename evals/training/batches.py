"""Pairs of texts as padded batches: what long evidence is cut to, and what the network is to say of each piece."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch

from evals.training.examples import ClaimPair, Label, QuestionPair
from evals.training.network import Batch
from rag.bundled import BUNDLED, bundled_tokenizer
from rag.cross_encoder import Pieces, Texts, pieces_of
from rag.grounding.windows import Nearness, window
from rag.models import load_embedder
from rag.types import Interval

_STEP = 16
_ALLOWED = {
    Label.SUPPORTED: (1, 0, 0),
    Label.NEITHER: (0, 1, 0),
    Label.CONTRADICTED: (0, 0, 1),
    Label.UNSUPPORTED: (0, 1, 1),
}


@dataclass(frozen=True, slots=True)
class Example:
    """A pair in word pieces, with what is known of it (see `Batch`)."""

    pieces: Pieces
    support: tuple[int, int, int] | None = None
    answers: int = -1
    begin: int = -1
    end: int = -1
    lacking: tuple[float, ...] = ()


def examples_of(pairs: Sequence[ClaimPair | QuestionPair]) -> list[Example]:
    """In the order of the pairs. Long evidence is cut to the window that the judge would read."""
    tokenizer, embedder = bundled_tokenizer(), load_embedder(BUNDLED)
    near = Nearness(embedder)
    read = []
    for pair in pairs:
        if isinstance(pair, ClaimPair):
            read.append(Texts(pair.claim, window(pair.claim, [pair.evidence], embedder.count, near)))
        else:
            read.append(Texts(pair.question, pair.passage, pair.context))
    return [_example(pair, pieces) for pair, pieces in zip(pairs, pieces_of(read, tokenizer), strict=True)]


def _example(pair: ClaimPair | QuestionPair, pieces: Pieces) -> Example:
    if isinstance(pair, ClaimPair):
        return Example(pieces, _ALLOWED[pair.label], lacking=_lacking(pair.lacking, pieces))
    if pair.span is None:
        return Example(pieces, answers=int(pair.answers))
    inside = [n for n, (start, end) in enumerate(pieces.text_places) if start < pair.span[1] and end > pair.span[0]]
    if not inside:  # cut off: the answer is in what is not read
        return Example(pieces)
    return Example(pieces, answers=1, begin=pieces.text + inside[0], end=pieces.text + inside[-1])


def _lacking(intervals: Sequence[Interval] | None, pieces: Pieces) -> tuple[float, ...]:
    if intervals is None:
        return ()
    return tuple(float(any(s < end and e > start for s, e in intervals)) for start, end in pieces.first_places)


def batches(examples: Sequence[Example], pieces: int, chance: random.Random) -> Iterator[Batch]:
    """All examples once, those of nearly one length together, at most so many word pieces in a batch."""
    order = sorted(range(len(examples)), key=lambda n: len(examples[n].pieces.ids) + chance.uniform(0, 24))
    groups: list[list[int]] = [[]]
    for number in order:
        longest = _rounded(len(examples[number].pieces.ids))
        if groups[-1] and (len(groups[-1]) + 1) * longest > pieces:
            groups.append([])
        groups[-1].append(number)
    chance.shuffle(groups)
    for group in groups:
        yield padded([examples[number] for number in group])


def padded(examples: Sequence[Example]) -> Batch:
    """One batch of these examples."""
    longest = _rounded(max(len(example.pieces.ids) for example in examples))
    ids = torch.zeros(len(examples), longest, dtype=torch.long)
    types, real = torch.zeros_like(ids), torch.zeros_like(ids)
    lacking = torch.full((len(examples), longest), -1.0)
    for row, example in enumerate(examples):
        length = len(example.pieces.ids)
        ids[row, :length] = torch.tensor(example.pieces.ids)
        types[row, example.pieces.second : length] = 1
        real[row, :length] = 1
        if example.lacking:
            lacking[row, 1 : 1 + len(example.lacking)] = torch.tensor(example.lacking)
    return Batch(
        ids,
        types,
        real,
        torch.tensor([example.support or (1, 1, 1) for example in examples]),
        torch.tensor([float(example.support is not None) for example in examples]),
        torch.tensor([float(example.answers) for example in examples]),
        torch.tensor([example.begin for example in examples]),
        torch.tensor([example.end for example in examples]),
        lacking,
    )


def _rounded(length: int) -> int:
    return -(-length // _STEP) * _STEP
