"""What a judge and trivial checkers make of a labelled set."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from zlib import crc32

import numpy as np

import rag
from evals import metrics
from evals.judging.claim_alone import claims_alone
from evals.judging.sets import Item, LabelledSet
from evals.metrics import Array
from evals.training.controls import cosines, overlaps

AT_ONCE = 128  # pairs in one call
FOREIGN = 200  # claims of a set that are put beside foreign evidence
UNSCORED = 0.5  # the score of what the judge says it cannot judge: neither


@dataclass(frozen=True, slots=True)
class Judged:
    """What a judge says of claims, in their order."""

    scores: Array
    said: Array
    """1 where it says SUPPORTED."""
    verdicts: tuple[rag.Verdict, ...]

    @property
    def unscored(self) -> int:
        """How many have no score; they count with `UNSCORED`."""
        return sum(verdict.score is None for verdict in self.verdicts)


@dataclass(frozen=True, slots=True)
class Measured:
    """The figures of a set, and what is needed to pool it with others."""

    figures: dict[str, Any]
    labels: Array
    scores: Array
    misses: Array
    """In each sample, as the false alarms."""
    alarms: Array


def judged(judge: rag.Judge, claims: Sequence[tuple[str, tuple[str, ...]]]) -> Judged:
    """Asks of every claim with each of its sources alone; the source that supports it best counts."""
    pairs = [rag.Pair(claim, (source,)) for claim, sources in claims for source in sources]
    verdicts: list[rag.Verdict] = []
    for start in range(0, len(pairs), AT_ONCE):
        verdicts += judge.verdicts(pairs[start : start + AT_ONCE])
    if len(verdicts) != len(pairs):
        raise RuntimeError(f"{judge.name} gave {len(verdicts)} verdicts for {len(pairs)} pairs")
    bounds = np.cumsum([0, *(len(sources) for _, sources in claims)])
    best = tuple(max(verdicts[start:end], key=_standing) for start, end in pairwise(bounds.tolist()))
    said = [float(verdict.support is rag.Support.SUPPORTED) for verdict in best]
    return Judged(np.array([_score(verdict) for verdict in best]), np.array(said), best)


def _standing(verdict: rag.Verdict) -> tuple[bool, float]:
    return verdict.support is rag.Support.SUPPORTED, _score(verdict)


def _score(verdict: rag.Verdict) -> float:
    score = UNSCORED if verdict.score is None else verdict.score
    if not 0.0 <= score <= 1.0:  # as of NaN
        raise RuntimeError(f"{verdict.judge} gave the score {score}")
    return score


def measure(judge: rag.Judge, labelled: LabelledSet) -> Measured:
    """All figures of a set."""
    items = labelled.measured
    found = judged(judge, [(item.claim, item.sources) for item in items])
    labels = np.array([float(item.supported) for item in items])
    # Another seed for each set: where they are pooled, what is drawn of one has nothing to do with what is of another.
    weights = metrics.drawn([item.group for item in items], seed=crc32(labelled.name.encode()))
    misses = metrics.misses_drawn(labels, found.said, weights)
    alarms = metrics.alarms_drawn(labels, found.said, weights)
    aurocs = metrics.auroc_drawn(labels, found.scores, weights)
    figures = {
        "n": len(items),
        "sampled_from": labelled.of,
        "groups": len({item.group for item in items}),
        "supported": float(labels.mean()),
        "unscored": found.unscored,
        "auroc": metrics.auroc(labels, found.scores),
        "auroc_interval": metrics.interval(aurocs),
        **_at_verdicts(labels, found.said),
        "balanced_accuracy_interval": metrics.interval(metrics.balanced_drawn(labels, found.said, weights)),
        "misses_interval": metrics.interval(misses),
        "false_alarms_interval": metrics.interval(alarms),
        "brier": metrics.brier(labels, found.scores),
        "calibration_error": metrics.calibration_error(labels, found.scores),
        "said_by_label": _said_by_label(items, found.verdicts),
        "controls": _controls(labelled, labels, aurocs, weights) | {"foreign_evidence": foreign(judge, items)},
    }
    return Measured(figures, labels, found.scores, misses, alarms)


def _at_verdicts(labels: Array, said: Array) -> dict[str, float | None]:
    return {
        "balanced_accuracy": metrics.balanced_accuracy(labels, said),
        "misses": metrics.misses(labels, said),
        "false_alarms": metrics.false_alarms(labels, said),
        "flag_f1": metrics.flag_f1(labels, said),
    }


def _said_by_label(items: Sequence[Item], verdicts: Sequence[rag.Verdict]) -> dict[str, dict[str, float]]:
    """For each label that people gave, how many there are and the share of each support that the judge gave."""
    table: dict[str, dict[str, float]] = {}
    for label in sorted({item.named for item in items}):
        given = Counter(v.support.value for item, v in zip(items, verdicts, strict=True) if item.named == label)
        count = given.total()
        table[label] = {"n": count} | {support: given[support] / count for support in sorted(given)}
    return table


def _controls(labelled: LabelledSet, labels: Array, aurocs: Array, weights: Array) -> dict[str, Any]:
    """The AUROC of trivial checkers, by how much the judge is better than word overlap, and both constant answers."""
    overlap = _best_source(overlaps, labelled.measured)
    return {
        "overlap_auroc": metrics.auroc(labels, overlap),
        "cosine_auroc": metrics.auroc(labels, _best_source(cosines, labelled.measured)),
        "claim_alone_auroc": metrics.auroc(labels, np.array(claims_alone(labelled.items, labelled.measured))),
        "gain_over_overlap_interval": metrics.interval(aurocs - metrics.auroc_drawn(labels, overlap, weights)),
        "always_flag": _at_verdicts(labels, np.zeros(len(labels))),
        "never_flag": _at_verdicts(labels, np.ones(len(labels))),
    }


def _best_source(checker: Any, items: Sequence[Item]) -> Array:
    scores = checker([(item.claim, source) for item in items for source in item.sources])
    starts = np.cumsum([0, *(len(item.sources) for item in items)])[:-1]
    return np.asarray(np.maximum.reduceat(np.array(scores), starts))


def foreign(judge: rag.Judge, items: Sequence[Item]) -> dict[str, Any]:
    """The share that is flagged of claims with the sources of another group."""
    pairs = list(shuffled(items))
    flagged = int((1.0 - judged(judge, pairs).said).sum()) if pairs else 0
    return share(flagged, len(pairs), "flagged")


def shuffled(items: Sequence[Item], most: int = FOREIGN) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Claims, each with the sources of an item of another group; none where there is only one group."""
    chance = random.Random(1)
    for item in chance.sample(list(items), min(most, len(items))):
        others = [other for other in items if other.group != item.group]
        if others:
            yield item.claim, chance.choice(others).sources


def share(count: int, total: int, name: str) -> dict[str, Any]:
    """A share of independent cases with its 95 % interval (Wilson); None where there is no case."""
    return {"n": total, name: count / total if total else None, "interval": metrics.wilson(count, total)}


def pooled(measured: Mapping[str, Measured]) -> dict[str, Any]:
    """Figures over sets, which weigh alike whatever their size. Empty where there are none."""
    if not measured:
        return {}
    parts = list(measured.values())
    weights = np.concatenate([np.full(len(part.labels), 1.0 / len(part.labels)) for part in parts])
    labels, scores = (np.concatenate([getattr(part, key) for part in parts]) for key in ("labels", "scores"))
    means: dict[str, Any] = {
        key: _mean([part.figures[key] for part in parts])
        for key in ("auroc", "balanced_accuracy", "misses", "false_alarms", "brier")
    }
    return means | {
        "sets": len(parts),
        "calibration_error": metrics.calibration_error(labels, scores, weights),
        "misses_interval": _mean_interval([part.misses for part in parts]),
        "false_alarms_interval": _mean_interval([part.alarms for part in parts]),
    }


def _mean(values: Sequence[float | None]) -> float | None:
    there = [value for value in values if value is not None]
    return float(np.mean(there)) if there else None


def _mean_interval(samples: Sequence[Array]) -> metrics.Interval | None:
    # Sets are drawn independently of each other, so that any sample of one may go with any of another.
    there = [values for values in samples if len(values) and not np.isnan(values).all()]
    return metrics.interval(np.mean(there, axis=0)) if there else None
