"""How long a judge takes for an answer: six claims, each with each of five passages; and for a single pair."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

import rag
from evals.judging.texts import Texts
from evals.training.true_sentences import true_sentences

RUNS = 30
CLAIMS, PASSAGES, WORDS = 6, 5, 200


@dataclass(frozen=True, slots=True)
class Latency:
    """Milliseconds: the median, and what 95 of 100 runs stay under."""

    p50: float
    p95: float


def latency(judge: rag.Judge, texts: Texts) -> tuple[Latency, Latency] | None:
    """Of all pairs of an answer, and of one pair; None: the texts are too few.

    Of enough texts none comes twice, so that nothing is remembered.
    """
    claims = [sentence.text for sentence in islice(true_sentences(texts, 11), (RUNS + 1) * (CLAIMS + 1))]
    passages = _passages(texts, (RUNS + 1) * (PASSAGES + 1))
    if not claims or not passages:
        return None
    answers, pairs = [], []
    for run in range(RUNS + 1):
        asked = [claims[(run * (CLAIMS + 1) + number) % len(claims)] for number in range(CLAIMS + 1)]
        held = [passages[(run * (PASSAGES + 1) + number) % len(passages)] for number in range(PASSAGES + 1)]
        many = [rag.Pair(claim, (passage,)) for claim in asked[:CLAIMS] for passage in held[:PASSAGES]]
        answers.append(_seconds(judge, many))
        pairs.append(_seconds(judge, [rag.Pair(asked[-1], (held[-1],))]))
    return _told(answers[1:]), _told(pairs[1:])  # in the first, models are loaded


def _passages(texts: Texts, count: int) -> list[str]:
    """Slices of 200 words, each from one kind of text."""
    found = []
    for origin in sorted(texts):
        words = " ".join(texts[origin]).split()
        found += [" ".join(words[at : at + WORDS]) for at in range(0, len(words) - WORDS + 1, WORDS)]
    random.Random(11).shuffle(found)
    return found[:count]


def _seconds(judge: rag.Judge, pairs: Sequence[rag.Pair]) -> float:
    started = time.perf_counter()
    judge.verdicts(pairs)
    return time.perf_counter() - started


def _told(seconds: Sequence[float]) -> Latency:
    return Latency(1000 * float(np.quantile(seconds, 0.5)), 1000 * float(np.quantile(seconds, 0.95)))
