"""Runs and comparisons as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from evals.suite.gate import Comparison, Row
from evals.suite.proof import DRAWS, EFFECT, Power
from evals.suite.results import Results, figures
from evals.suite.scores import GATED
from evals.suite.statistics import Estimate

MOST_FLIPS = 20


def run(results: Results) -> Iterator[str]:
    """The figures of a run: gated ones by kind of case, all others, the controls and the judge beside them."""
    counted = f"{len(results.items)} of {results.expected} cases scored"
    yield f"{counted}, {results.seconds:.0f} s, {results.memory_mb:.0f} MB; intervals: 90 %, by whole documents"
    yield ""
    yield from _kinds(results)
    yield ""
    for name, estimate in results.figures.items():
        yield f"{name:34} {_with_interval(estimate)}  n {estimate.n}"
    yield ""
    yield from _controls(results)
    if results.judge_on_gold:
        told = results.judge_on_gold
        yield ""
        yield (
            f"the judge on {told['n']:.0f} right answers: supported by their own evidence "
            f"{told['supported by its own evidence']:.3f}, not supported by foreign evidence "
            f"{told['not supported by foreign evidence']:.3f}, balanced accuracy {told['balanced accuracy']:.3f}"
        )


def _kinds(results: Results) -> Iterator[str]:
    yield f"{'kind':16} {'n':>4}  " + "  ".join(f"{metric.name:>21}" for metric in GATED)
    for kind in dict.fromkeys(item.kind for item in results.items):
        of_kind = figures([item for item in results.items if item.kind == kind])
        n = sum(item.kind == kind for item in results.items)
        cells = (_cell(of_kind.get(metric.name)) for metric in GATED)
        yield f"{kind:16} {n:4}  " + "  ".join(f"{cell:>21}" for cell in cells)
    unseen = [item for item in results.items if not item.seen]
    if len(unseen) < len(results.items):
        cells = (_cell(figures(unseen).get(metric.name)) for metric in GATED)
        yield f"{'never looked at':16} {len(unseen):4}  " + "  ".join(f"{cell:>21}" for cell in cells)


def _cell(estimate: Estimate | None) -> str:
    return f"{estimate.value:.3f}" if estimate else "-"


def _controls(results: Results) -> Iterator[str]:
    yield f"{'beside it':24} " + "  ".join(f"{metric.name:>21}" for metric in GATED)
    own = {name: estimate.value for name, estimate in results.figures.items()}
    for name, means in {"Footnote": own, **results.controls}.items():
        cells = (f"{means[metric.name]:.3f}" if metric.name in means else "-" for metric in GATED)
        yield f"{name:24} " + "  ".join(f"{cell:>21}" for cell in cells)


def comparison(found: Comparison) -> Iterator[str]:
    """The verdict first, then what it rests on."""
    yield ""
    yield f"{found.verdict}: {found.because}"
    for line in found.broken:
        yield f"  broken: {line}"
    for line in found.notes:
        yield f"  differs: {line}"
    yield ""
    yield f"{'gated figure':24} {'baseline':>8}  {'now':26} {'change':28} {'detectable':>10} {'n':>4}  verdict"
    for row in found.rows:
        yield _row(row)
    if found.flips:
        worse = sum(flip.is_worse for flip in found.flips)
        yield ""
        yield f"{len(found.flips)} cases changed, {worse} of them for the worse"
    for flip in found.flips[:MOST_FLIPS]:
        names = flip.changes[:3]
        changes = ", ".join(f"{name} {_told(flip.before, name)} → {_told(flip.after, name)}" for name in names)
        which = "worse" if flip.is_worse else "other"
        yield f"  {which:6} {flip.id:14} {flip.question[:60]:60}  {changes or 'the text'}"


def _told(scores: object, name: str) -> str:
    value = scores.get(name) if hasattr(scores, "get") else None
    return "-" if value is None else f"{value:.2f}"


def _row(row: Row) -> str:
    before = f"{row.baseline.value:8.3f}" if row.baseline else f"{'-':>8}"
    change, detectable = "-", "-"
    if row.delta:
        change = f"{row.delta.value:+.3f} [{row.delta.low:+.3f}, {row.delta.high:+.3f}]"
        detectable = f"{row.delta.detectable:.3f}"
    now = _with_interval(row.candidate)
    return (
        f"{row.metric.name:24} {before}  {now:26} {change:28} {detectable:>10} {row.candidate.n:4}"
        f"  {row.verdict}: {row.because}"
    )


def _with_interval(estimate: Estimate) -> str:
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]"


def power(found: Sequence[Power]) -> Iterator[str]:
    """The power curve."""
    yield f"corrupted answers: how often the gate fails, and does not pass ({DRAWS} draws each)"
    for each in found:
        declared = "  the declared effect" if each.share == EFFECT else ""
        yield f"  {each.share:5.0%}  {each.failed:5.0%}  {each.not_passed:5.0%}{declared}"
