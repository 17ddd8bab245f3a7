"""A run as Markdown for a pull request or the summary of a job: the verdict first, then what changed."""

from __future__ import annotations

from collections.abc import Iterator

from evals.suite.gate import Comparison, Verdict
from evals.suite.results import Results

SIGNS = {Verdict.PASS: "✅", Verdict.FAIL: "❌", Verdict.INCONCLUSIVE: "⚠️", Verdict.SHOWN: "·"}
MOST = 15


def summary(results: Results, comparison: Comparison) -> str:
    """The Markdown."""
    return "\n".join(_lines(results, comparison)) + "\n"


def _lines(results: Results, comparison: Comparison) -> Iterator[str]:
    yield f"## {SIGNS[comparison.verdict]} Groundedness: {comparison.verdict}"
    yield ""
    yield f"{_plain(comparison.because)}. {len(results.items)} cases, {results.seconds:.0f} s."
    yield ""
    yield "| figure | baseline | now [90 %] | change [90 %] | detectable | n | |"
    yield "|---|---|---|---|---|---|---|"
    for row in comparison.rows:
        before = f"{row.baseline.value:.3f}" if row.baseline else "–"
        now = f"{row.candidate.value:.3f} [{row.candidate.low:.3f}, {row.candidate.high:.3f}]"
        change, detectable = "–", "–"
        if row.delta:
            change = f"{row.delta.value:+.3f} [{row.delta.low:+.3f}, {row.delta.high:+.3f}]"
            detectable = f"{row.delta.detectable:.3f}"
        cells = [row.metric.name, before, now, change, detectable, str(row.candidate.n), SIGNS[row.verdict]]
        yield f"| {' | '.join(cells)} |"
    for title, some in (
        ("Worse", [flip for flip in comparison.flips if flip.is_worse]),
        ("Changed otherwise", [flip for flip in comparison.flips if not flip.is_worse]),
    ):
        if some:
            yield ""
            yield f"**{title}: {len(some)} cases**"
            yield ""
            for flip in some[:MOST]:
                names = ", ".join(flip.changes[:3]) or "the text"
                yield f"- `{flip.id}` {_plain(flip.question)} ({names})"
            if len(some) > MOST:
                yield f"- and {len(some) - MOST} more"


def _plain(text: str) -> str:
    """Text on one line that Markdown leaves as it is."""
    return "".join(f"\\{mark}" if mark in "\\`*_{}[]<>#|!@" else mark for mark in " ".join(text.split()))
