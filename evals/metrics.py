"""Figures of a judge: pure functions of labels and of what it says, and their intervals by drawing whole groups.

A label is 1 where people say that the claim is supported, else 0. `said` is 1 where the judge says SUPPORTED.
A figure that the data does not have, such as an AUROC of one label only, is None, never NaN.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Interval = tuple[float, float]
SAMPLES = 2000
BINS = 10


def auroc(labels: Array, scores: Array) -> float | None:
    """How often a supported claim scores higher than one that is not; a tie counts half. None: only one label."""
    return told(auroc_drawn(labels, scores, np.ones((1, len(labels))))[0])


def balanced_accuracy(labels: Array, said: Array) -> float | None:
    """The mean of the shares that are right of the supported and of the others. None: only one label."""
    return told(balanced_drawn(labels, said, np.ones((1, len(labels))))[0])


def misses(labels: Array, said: Array) -> float | None:
    """The share of the unsupported claims that are said to be SUPPORTED. None: there are none."""
    return told(misses_drawn(labels, said, np.ones((1, len(labels))))[0])


def false_alarms(labels: Array, said: Array) -> float | None:
    """The share of the supported claims that are not said to be SUPPORTED. None: there are none."""
    return misses(1.0 - labels, 1.0 - said)


def flag_f1(labels: Array, said: Array) -> float | None:
    """F1 of flagging what is unsupported. None: nothing is. It is high for a checker that flags all: see beside it."""
    right = float(((labels < 0.5) & (said < 0.5)).sum())
    flagged, unsupported = float((said < 0.5).sum()), float((labels < 0.5).sum())
    return 2 * right / (flagged + unsupported) if unsupported else None


def brier(labels: Array, scores: Array) -> float:
    """The mean squared difference of label and score."""
    return float(((labels - scores) ** 2).mean())


def calibration_error(labels: Array, scores: Array, weights: Array | None = None) -> float:
    """The expected calibration error over ten bins of equal width in [0, 1] (Naeini et al. 2015)."""
    weigh = np.ones(len(labels)) if weights is None else weights
    place = np.minimum((scores * BINS).astype(int), BINS - 1)
    gaps = [abs(float((weigh * (labels - scores))[place == number].sum())) for number in range(BINS)]
    return sum(gaps) / float(weigh.sum())


def wilson(right: int, total: int) -> Interval | None:
    """A 95 % interval of a share of independent cases (Wilson 1927). None: there are none."""
    if not total:
        return None
    z = 1.959964
    share, square = right / total, z * z / total
    middle = (share + square / 2) / (1 + square)
    half = z * math.sqrt(share * (1 - share) / total + square / (4 * total)) / (1 + square)
    low = 0.0 if right == 0 else max(0.0, middle - half)
    return low, 1.0 if right == total else min(1.0, middle + half)


# -- by drawing groups: each function has a row of weights for each sample, and gives a figure for each


def drawn(groups: Sequence[str], samples: int = SAMPLES, seed: int = 0) -> Array:
    """How often each item is drawn: a row for each sample, in which whole groups are drawn with replacement.

    Of fewer than two groups nothing can be learnt: there are no rows, and so no interval.
    """
    names, places = np.unique(np.asarray(groups), return_inverse=True)
    if len(names) < 2:
        return np.zeros((0, len(groups)))
    chances = np.full(len(names), 1.0 / len(names))
    counts = np.random.default_rng(seed).multinomial(len(names), chances, size=samples)
    return np.asarray(counts[:, places], dtype=np.float64)


def auroc_drawn(labels: Array, scores: Array, weights: Array) -> Array:
    """The AUROC of each sample; NaN where it has one label only."""
    if not len(labels):
        return np.full(len(weights), np.nan)
    order = np.argsort(scores, kind="stable")
    starts = np.flatnonzero(np.concatenate([[True], np.diff(scores[order]) > 0]))  # of runs of equal scores
    positive = labels[order] > 0.5
    there = np.add.reduceat(weights[:, order] * positive, starts, axis=1)
    rest = np.add.reduceat(weights[:, order] * ~positive, starts, axis=1)
    below = np.cumsum(rest, axis=1) - rest / 2
    return _quotient((there * below).sum(axis=1), there.sum(axis=1) * rest.sum(axis=1))


def misses_drawn(labels: Array, said: Array, weights: Array) -> Array:
    """The misses of each sample; NaN where nothing is unsupported."""
    unsupported = labels < 0.5
    return _quotient(weights[:, unsupported] @ said[unsupported], weights[:, unsupported].sum(axis=1))


def alarms_drawn(labels: Array, said: Array, weights: Array) -> Array:
    """The false alarms of each sample; NaN where nothing is supported."""
    return misses_drawn(1.0 - labels, 1.0 - said, weights)


def balanced_drawn(labels: Array, said: Array, weights: Array) -> Array:
    """The balanced accuracy of each sample; NaN where it has one label only."""
    return 1.0 - (misses_drawn(labels, said, weights) + alarms_drawn(labels, said, weights)) / 2


def interval(values: Array) -> Interval | None:
    """The 95 % interval of the figures of all samples that have one. None: none has."""
    there = values[~np.isnan(values)]
    return (float(np.quantile(there, 0.025)), float(np.quantile(there, 0.975))) if len(there) else None


def told(value: float) -> float | None:
    """The number, or None where there is none."""
    return None if math.isnan(value) else float(value)


def _quotient(above: Array, below: Array) -> Array:
    quotient = np.full(len(above), np.nan)
    np.divide(above, below, out=quotient, where=below > 0)
    return quotient
