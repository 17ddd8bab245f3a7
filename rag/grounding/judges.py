"""What a judge is: claims and the texts that they must rest on, in; a verdict for each, out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rag.types import Support, Verdict


@dataclass(frozen=True, slots=True)
class Pair:
    """A claim, and the texts that are to support it: together, or one of them alone."""

    claim: str
    evidence: tuple[str, ...]
    context: str = ""
    """What stands above the evidence, such as its title and headings: it may name what the evidence calls "it"."""


class Judge(Protocol):
    """Says whether texts support claims. Any text is a claim and any text evidence; the same in, the same out."""

    @property
    def name(self) -> str:
        """What a verdict calls it."""
        ...

    def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair, in order. Many pairs in one call are faster than many calls.

        Raises ModelError where a model that it needs cannot be loaded.
        """
        ...


_ORDER = (Support.UNCHECKED, Support.UNSUPPORTED, Support.CONTRADICTED, Support.PARTLY, Support.SUPPORTED)


def rank(verdict: Verdict) -> tuple[int, float]:
    """How much a verdict says for its claim: the greatest is on the evidence that supports it best."""
    return (_ORDER.index(verdict.support) if verdict.support in _ORDER else 0), verdict.score or 0.0
