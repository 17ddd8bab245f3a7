"""What is measured of a claim and its evidence: by the small model, by the rules, and by plain comparison.

Everything is a number, so that a small combination (`rag.grounding.combination`) can weigh it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from rag.cross_encoder import Reading
from rag.grounding.findings import Finding, Kind
from rag.terms import STOP_WORDS, terms
from rag.types import Interval, Support

NAMES = (
    "supported",
    "contradicted",
    "lacking",
    "overlap",
    "cosine",
    "verbatim",
    "number",
    "date",
    "name",
    "negation",
    "quantifier",
    "direction",
    "role",
    "hedge",
    "wording",
    "swap",
)
"""The features in the order of the weights."""

_RULED = (Kind.DATE, Kind.NEGATION, Kind.QUANTIFIER, Kind.DIRECTION, Kind.ROLE, Kind.HEDGE, Kind.WORDING)
_CLIP = 7.0  # logits beyond this say no more
_LACKS = 0.5
_JOIN = 2  # characters between two pieces that lack support which are marked as one


@dataclass(frozen=True, slots=True)
class Measured:
    """A claim and its evidence in numbers, and what a reader can be told of them."""

    row: tuple[float, ...]
    """One number for each of `NAMES`."""
    findings: tuple[Finding, ...]
    lacking: tuple[Interval, ...]
    """The words of the claim for which the model finds no support."""
    is_verbatim: bool


def measured(
    claim: str, evidence: Sequence[str], reading: Reading, cosine: float, findings: Sequence[Finding]
) -> Measured:
    """`reading` and `cosine` are of the claim with the window of the evidence."""
    contradicted = _odds(reading.support, 2)
    chances = 1 / (1 + np.exp(-reading.lacking)) if len(reading.lacking) else np.zeros(1)
    verbatim = any(f.kind is Kind.WORDING and not f.is_fault and f.end - f.start > 0 for f in findings)
    row = (
        _odds(reading.support, 0),
        contradicted,
        float(np.log(chances.max() + 1e-3)),
        overlap(claim, evidence),
        cosine,
        float(verbatim),
        _share(findings, Kind.NUMBER),
        _share(findings, Kind.DATE),
        _share(findings, Kind.NAME),
        *(_worst(findings, kind) for kind in (Kind.NEGATION, Kind.QUANTIFIER, Kind.DIRECTION, Kind.ROLE)),
        *(_worst(findings, kind) for kind in (Kind.HEDGE, Kind.WORDING, Kind.SWAP)),
    )
    return Measured(row, tuple(findings), _intervals(reading, chances), verbatim)


def overlap(claim: str, evidence: Sequence[str]) -> float:
    """The share of the claim's telling words that the evidence has, in [0, 1]."""
    asked = {term for term in terms(claim) if term not in STOP_WORDS} or {*terms(claim)}
    held = {term for text in evidence for term in terms(text)}
    return len(asked & held) / len(asked) if asked else 0.0


def _odds(logits: np.ndarray[tuple[int], np.dtype[np.float32]], which: int) -> float:
    others = np.delete(logits.astype(float), which)
    odds = float(logits[which]) - float(np.logaddexp(*others))
    return min(_CLIP, max(-_CLIP, odds))


def _share(findings: Sequence[Finding], kind: Kind) -> float:
    """How much of what was compared is at fault: 0 where all is met or nothing was there, 1 or more else."""
    faults = [_grade(finding) for finding in findings if finding.kind is kind]
    return sum(faults) / len(faults) + max(faults) if any(faults) else 0.0


def _worst(findings: Sequence[Finding], kind: Kind) -> float:
    return max((_grade(finding) for finding in findings if finding.kind is kind), default=0.0)


def _grade(finding: Finding) -> float:
    return {Support.CONTRADICTED: 1.5, Support.UNSUPPORTED: 1.0, Support.PARTLY: 0.5}.get(finding.support, 0.0)


def _intervals(reading: Reading, chances: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[Interval, ...]:
    found: list[Interval] = []
    for (start, end), chance in zip(reading.first_places, chances, strict=False):
        if chance < _LACKS:
            continue
        if found and start - found[-1][1] <= _JOIN:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return tuple(found)
