"""Curves as SVG: drawn once, without a script, readable in both colour schemes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from evals.suite.scores import Scored

_WIDTH, _HEIGHT, _EDGE = 420, 240, 42
Points = Sequence[tuple[float, float]]


def risk_and_coverage(items: Sequence[Scored]) -> Points:
    """Answers by falling confidence: the share of all cases that is answered, and how many of those are wrong."""
    answered = sorted((item for item in items if not item.refusal), key=lambda item: -item.confidence)
    points, wrong = [], 0
    for number, item in enumerate(answered, start=1):
        wrong += item.scores.get("right or refused", 0.0) < 0
        points.append((number / len(items), wrong / number))
    return points


def area_under(points: Points) -> float:
    """The mean risk over all coverages that were reached (AURC); 0 without a point."""
    return sum(risk for _, risk in points) / len(points) if points else 0.0


def by_threshold(items: Sequence[Scored], steps: int = 50) -> Mapping[str, Points]:
    """What would be answered, and wrongly, were every answer of less confidence than a threshold refused."""
    answered: list[tuple[float, float]] = []
    wrong: list[tuple[float, float]] = []
    for step in range(steps + 1):
        threshold = step / steps
        kept = [item for item in items if not item.refusal and item.confidence >= threshold]
        answered.append((threshold, len(kept) / len(items)))
        wrong.append((threshold, sum(item.scores.get("right or refused", 0.0) < 0 for item in kept) / len(items)))
    return {"answered": answered, "answered wrongly": wrong}


def drawn(lines: Mapping[str, Points], across: str, up: str) -> str:
    """Lines over axes from 0 to 1. The names are our own words and need no escaping."""
    shapes = "".join(_line(points, number) for number, points in enumerate(lines.values()))
    legend = "".join(
        f'<text class="line-{number}" x="{_EDGE + 8}" y="{22 + 16 * number}">{name}</text>'
        for number, name in enumerate(lines)
    )
    ticks = "".join(
        f'<text x="{_x(tick)}" y="{_HEIGHT - _EDGE + 16}" text-anchor="middle">{tick:.1f}</text>'
        f'<text x="{_EDGE - 6}" y="{_y(tick) + 4}" text-anchor="end">{tick:.1f}</text>'
        for tick in (0.0, 0.5, 1.0)
    )
    return (
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{up} by {across}">'
        f'<path class="axis" d="M{_EDGE} {_y(1)}V{_y(0)}H{_x(1)}"/>{ticks}{shapes}{legend}'
        f'<text x="{_x(0.5)}" y="{_HEIGHT - 6}" text-anchor="middle">{across}</text>'
        f'<text transform="translate(12 {_y(0.5)}) rotate(-90)" text-anchor="middle">{up}</text></svg>'
    )


def power(found: Sequence[Mapping[str, Any]]) -> str:
    """The power curve: the share of corrupted answers stretched so that a fifth fills the width."""
    failed = [(5 * each["share"], each["failed"]) for each in found]
    stopped = [(5 * each["share"], each["not_passed"]) for each in found]
    return drawn({"fails": failed, "does not pass": stopped}, "share of corrupted answers, in fifths", "how often")


def _line(points: Points, number: int) -> str:
    path = " ".join(f"{'L' if place else 'M'}{_x(x):.1f} {_y(y):.1f}" for place, (x, y) in enumerate(points))
    return f'<path class="line line-{number}" d="{path}"/>' if points else ""


def _x(share: float) -> float:
    return _EDGE + share * (_WIDTH - _EDGE - 12)


def _y(share: float) -> float:
    return _HEIGHT - _EDGE - share * (_HEIGHT - _EDGE - 12)
