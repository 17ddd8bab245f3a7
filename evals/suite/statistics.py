"""Intervals and tests over items that share documents: drawn by whole clusters, seeded.

Sources: the bootstrap by clusters, Field and Welsh (2007); the exact interval of a share, Clopper and Pearson
(1934); the score interval, Wilson (1927); a p-value of draws is (b + 1) / (m + 1), so that it is never 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SAMPLES = 2000
_NORMAL_95, _NORMAL_80 = 1.6449, 0.8416  # one-sided .05, and a power of .8


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean with its two-sided 90 % interval: each bound is one-sided at .05."""

    value: float
    low: float
    high: float
    n: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A paired difference, candidate less baseline."""

    value: float
    low: float
    high: float
    n: int
    p_worse: float
    """How often, were there no difference, it would be as low as this by chance."""
    detectable: float
    """The smallest loss that would be noticed four times in five with so many items that change so much."""


def mean(values: Sequence[float], clusters: Sequence[str]) -> Estimate:
    """The mean of the values, and its interval by drawing clusters. Raises ValueError without values."""
    if not values:
        raise ValueError("no values")
    drawn = _drawn_means(np.asarray(values, float), clusters)
    return Estimate(sum(values) / len(values), *_bounds(drawn), len(values))


def difference(
    baseline: Mapping[str, float], candidate: Mapping[str, float], clusters: Mapping[str, str]
) -> Difference:
    """The mean difference over the items that both have. Raises ValueError where that is none."""
    both = sorted(baseline.keys() & candidate.keys())
    if not both:
        raise ValueError("no item in common")
    deltas = np.asarray([candidate[name] - baseline[name] for name in both])
    groups = [clusters[name] for name in both]
    drawn = _drawn_means(deltas, groups)
    return Difference(float(deltas.mean()), *_bounds(drawn), len(both), _p_worse(deltas, groups), _detectable(drawn))


def clopper_pearson_upper(failures: int, n: int, alpha: float = 0.05) -> float:
    """The one-sided upper bound of a share; 1 where nothing was tried."""
    if failures >= n:
        return 1.0
    low, high = failures / n, 1.0
    for _ in range(60):  # bisection of the binomial tail
        middle = (low + high) / 2
        tail = sum(math.comb(n, k) * middle**k * (1 - middle) ** (n - k) for k in range(failures + 1))
        low, high = (middle, high) if tail > alpha else (low, middle)
    return high


def wilson(successes: float, n: int, z: float = 1.96) -> tuple[float, float]:
    """The two-sided 95 % score interval of a share."""
    if not n:
        return 0.0, 1.0
    share = successes / n
    centre = (share + z * z / (2 * n)) / (1 + z * z / n)
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def items_needed(effect: float, spread: float) -> int:
    """How many paired items would notice a loss of `effect` four times in five, with this deviation of an item."""
    return math.ceil(((_NORMAL_95 + _NORMAL_80) * spread / effect) ** 2) if effect > 0 else 0


def _drawn_means(values: NDArray[np.float64], clusters: Sequence[str]) -> NDArray[np.float64]:
    """The mean of each of SAMPLES draws of as many clusters as there are, with what is in them."""
    names = {name: number for number, name in enumerate(dict.fromkeys(clusters))}
    place = np.asarray([names[name] for name in clusters])
    sums = np.bincount(place, values, len(names))
    counts = np.bincount(place, minlength=len(names)).astype(float)
    draws = np.random.default_rng(0).integers(0, len(names), (SAMPLES, len(names)))
    return np.asarray(sums[draws].sum(axis=1) / counts[draws].sum(axis=1))


def _bounds(drawn: NDArray[np.float64]) -> tuple[float, float]:
    return float(np.quantile(drawn, 0.05)), float(np.quantile(drawn, 0.95))


def _p_worse(deltas: NDArray[np.float64], clusters: Sequence[str]) -> float:
    """By turning the signs of whole clusters at random."""
    names = {name: number for number, name in enumerate(dict.fromkeys(clusters))}
    sums = np.bincount([names[name] for name in clusters], deltas, len(names))
    signs = np.random.default_rng(1).choice((-1.0, 1.0), (SAMPLES, len(names)))
    as_low = int(((signs @ sums) <= sums.sum() + 1e-12).sum())
    return (as_low + 1) / (SAMPLES + 1)


def _detectable(drawn: NDArray[np.float64]) -> float:
    return float((_NORMAL_95 + _NORMAL_80) * drawn.std())
