"""Whether a run may replace the one before: PASS, FAIL or INCONCLUSIVE, in three layers.

1. Invariants: one that is broken fails, whatever the figures say; so does a run of other cases or another corpus.
2. The exact difference: what changed for which case. The pipeline is deterministic, so every change has a cause.
3. Statistics, on the gated figures only: a paired difference with an interval by drawing whole documents. It fails
   where the difference is below 0 for all of the interval and at least half a point, after Holm's correction over
   the gated figures, or where the upper bound of the figure itself is below its floor. It passes where the lower
   bound is above the margin. Otherwise it is inconclusive, and it is said how many cases would decide. A rise of the
   whole interval above the margin is inconclusive too: figures that leap are often those of a broken measure.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from evals.suite.results import Results
from evals.suite.scores import GATED, Metric, Scored
from evals.suite.statistics import Difference, Estimate, difference, items_needed, mean

LEAST_LOSS = 0.005
ALPHA = 0.05
SAME = 1e-5
"""Scores are kept to five digits."""
JUDGE_FLOOR = 0.6
JUDGE_MARGIN = 0.02
FEWEST = 30
"""A figure of fewer cases is shown and not gated."""


class Verdict(StrEnum):
    PASS = "PASS"
    FAIL = "FAIL"
    INCONCLUSIVE = "INCONCLUSIVE"
    SHOWN = "shown only"


@dataclass(frozen=True, slots=True)
class Row:
    """One gated figure in both runs."""

    metric: Metric
    candidate: Estimate
    baseline: Estimate | None
    delta: Difference | None
    verdict: Verdict
    because: str


@dataclass(frozen=True, slots=True)
class Flip:
    """A case of which something changed."""

    id: str
    question: str
    before: Mapping[str, float]
    after: Mapping[str, float]
    text_before: str
    text_after: str

    @property
    def changes(self) -> list[str]:
        """The figures that changed, those that are gated first."""
        order = {metric.name: number for number, metric in enumerate(GATED)}
        names = {name for name in self.before.keys() | self.after.keys() if not _same(self, name)}
        return sorted(names, key=lambda name: (order.get(name, len(order)), name))

    @property
    def is_worse(self) -> bool:
        """Whether any gated figure fell, or is no longer there."""
        return any(self.after.get(m.name, -1.0) < self.before[m.name] - SAME for m in GATED if m.name in self.before)


@dataclass(frozen=True, slots=True)
class Comparison:
    """The verdict on a candidate, with all it rests on."""

    verdict: Verdict
    because: str
    rows: tuple[Row, ...]
    flips: tuple[Flip, ...]
    broken: tuple[str, ...]
    notes: tuple[str, ...] = ()

    @property
    def exit_status(self) -> int:
        """0 PASS, 1 FAIL, 3 INCONCLUSIVE (2 is for what cannot be compared at all)."""
        return {Verdict.PASS: 0, Verdict.FAIL: 1}.get(self.verdict, 3)


class NotComparable(Exception):
    """Two runs that have no case in common, or not the same cases; the message says what to do."""


def compare(candidate: Results, baseline: Results | None) -> Comparison:
    """The verdict on a candidate; without a baseline only invariants and floors are looked at.

    Raises NotComparable where the baseline is of other cases or another corpus.
    """
    broken = candidate.broken
    notes: list[str] = []
    if baseline is not None:
        notes = _agree(candidate, baseline)
    broken += [*_lost(candidate, baseline), *_judges(candidate, baseline)]
    flips = _flips(candidate, baseline) if baseline else ()
    rows = _rows(candidate, baseline)
    verdict, because = _overall(rows, broken)
    return Comparison(verdict, because, tuple(rows), flips, tuple(broken), tuple(notes))


def _agree(candidate: Results, baseline: Results) -> list[str]:
    """What differs between the two besides the code. Raises NotComparable."""
    ours, theirs = candidate.provenance, baseline.provenance
    for name in ("suite", "cases", "corpus"):
        if getattr(ours, name) != getattr(theirs, name):
            raise NotComparable(
                f"The baseline is of {'another ' if name != 'cases' else 'other '}{name}: "
                f"{getattr(theirs, name)[:12]}, not {getattr(ours, name)[:12]}. Make it anew from the version that you "
                "compare with, and commit it with the reason."
            )
    return [
        f"{name}: {getattr(theirs, name)} before, {getattr(ours, name)} now"
        for name in ("judge", "embedder", "reranker", "writer", "passages", "versions")
        if getattr(ours, name) != getattr(theirs, name)
    ]


def _lost(candidate: Results, baseline: Results | None) -> list[str]:
    """Cases, and figures of a case, that the baseline has and the candidate has not: nothing is dropped in silence."""
    if baseline is None:
        return []
    now = {item.id: item for item in candidate.items}
    return [f"{item.id}: not scored, and is in the baseline" for item in baseline.items if item.id not in now]


def _judges(candidate: Results, baseline: Results | None) -> list[str]:
    """What is wrong with the judge, by the gold evidence: a figure that rests on a bent judge says nothing."""
    now = candidate.judge_on_gold
    if not now:
        return []
    found = []
    if now["balanced accuracy"] < JUDGE_FLOOR:
        found.append(f"the judge tells own from foreign evidence in only {now['balanced accuracy']:.3f} of the cases")
    before = baseline.judge_on_gold if baseline else {}
    for name in before.keys() & now.keys():
        if name != "n" and abs(before[name] - now[name]) > JUDGE_MARGIN:
            found.append(f"the judge is another: {name} was {before[name]:.3f} and is {now[name]:.3f}")
    return sorted(found)


def _flips(candidate: Results, baseline: Results) -> tuple[Flip, ...]:
    before = {item.id: item for item in baseline.items}
    found = []
    for item in candidate.items:
        old = before.get(item.id)
        if old and (item.text != old.text or _differ(item.scores, old.scores)):
            found.append(Flip(item.id, item.question, old.scores, item.scores, old.text, item.text))
    return tuple(sorted(found, key=lambda flip: (not flip.is_worse, flip.id)))


def _differ(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    return one.keys() != other.keys() or any(abs(one[name] - other[name]) > SAME for name in one)


def _same(flip: Flip, name: str) -> bool:
    before, after = flip.before.get(name), flip.after.get(name)
    return before is not None and after is not None and abs(before - after) <= SAME


def _rows(candidate: Results, baseline: Results | None) -> list[Row]:
    deltas = {
        metric.name: _delta(metric.name, candidate.items, baseline.items) if baseline else None for metric in GATED
    }
    allowed = _holm({name: delta.p_worse for name, delta in deltas.items() if delta})
    rows = []
    for metric in GATED:
        having = _estimate(metric.name, candidate.items)
        old = _estimate(metric.name, baseline.items) if baseline else None
        if having is None:
            if old is not None:
                rows.append(Row(metric, Estimate(0, 0, 0, 0), old, None, Verdict.FAIL, "no case has it any more"))
            continue
        verdict, because = _verdict(metric, having, deltas[metric.name], allowed.get(metric.name, 0.0))
        rows.append(Row(metric, having, old, deltas[metric.name], verdict, because))
    return rows


def _delta(name: str, now: Sequence[Scored], before: Sequence[Scored]) -> Difference | None:
    """Over the cases that have the figure in the baseline; one that lost it counts as its worst."""
    old = {item.id: item.scores[name] for item in before if name in item.scores}
    new = {item.id: item.scores.get(name, 0.0) for item in now if item.id in old}
    if not new:
        return None
    return difference(old, new, {item.id: item.cluster for item in now})


def _estimate(name: str, items: Sequence[Scored]) -> Estimate | None:
    having = [item for item in items if name in item.scores]
    return mean([item.scores[name] for item in having], [item.cluster for item in having]) if having else None


def _verdict(metric: Metric, now: Estimate, delta: Difference | None, alpha: float) -> tuple[Verdict, str]:
    n = max(now.n, delta.n if delta else 0)  # what the baseline had and is gone counts, as its worst
    if n < FEWEST:
        return Verdict.SHOWN, f"only {n} cases have it, and {FEWEST} are wanted"
    if now.high < metric.floor:
        return Verdict.FAIL, f"it is below its floor of {metric.floor:.2f}"
    if delta is None:
        return Verdict.PASS, f"above its floor of {metric.floor:.2f}"
    if delta.high < 0 and delta.value <= -LEAST_LOSS and delta.p_worse <= alpha:
        return Verdict.FAIL, f"it fell by {-delta.value:.3f}, and not by chance (p {delta.p_worse:.4f})"
    if delta.low > metric.margin:
        return Verdict.INCONCLUSIVE, f"it rose by {delta.value:.3f}: look at why, and make this run the baseline"
    if delta.low > -metric.margin:
        return Verdict.PASS, "no loss beyond the margin"
    spread = delta.detectable / 2.4865 * delta.n**0.5
    more = items_needed(metric.margin, spread) - delta.n
    return Verdict.INCONCLUSIVE, f"a loss of {metric.margin:.2f} cannot be excluded; {max(more, 1):,} more cases would"


def _holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """The level that each test has to meet: Holm's step-down, the smallest p against alpha / m and so on."""
    allowed = {}
    open_still = True
    for number, (name, p) in enumerate(sorted(p_values.items(), key=lambda pair: pair[1])):
        level = ALPHA / (len(p_values) - number)
        open_still = open_still and p <= level
        allowed[name] = level if open_still else 0.0
    return allowed


def _overall(rows: Sequence[Row], broken: Sequence[str]) -> tuple[Verdict, str]:
    if broken:
        more = f" (and {len(broken) - 1} more)" if len(broken) > 1 else ""
        return Verdict.FAIL, f"an invariant is broken: {broken[0]}{more}"
    for verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE):
        for row in rows:
            if row.verdict is verdict:
                return verdict, f"{row.metric.name}: {row.because}"
    return Verdict.PASS, "all invariants hold, and no gated figure fell"
