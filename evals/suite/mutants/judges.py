"""Judges that are bent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import rag


class Bent:
    """A judge that is not asked: always yes, always no, or by the length of the sentence."""

    def __init__(self, name: str, says: Callable[[rag.Pair], bool]) -> None:
        self.name = f"bent: {name}"
        self._says = says

    def verdicts(self, pairs: Sequence[rag.Pair]) -> list[rag.Verdict]:
        """A verdict for each pair."""
        return [_verdict(self._says(pair), self.name) for pair in pairs]


class Moved:
    """A judge with another threshold on its score, moved by so much from where it was fitted."""

    def __init__(self, judge: rag.Judge, threshold: float, by: float) -> None:
        self.name = f"{judge.name} with its threshold moved by {by:+.1f}"
        self._judge, self._threshold = judge, threshold + by

    def verdicts(self, pairs: Sequence[rag.Pair]) -> list[rag.Verdict]:
        """A verdict for each pair, by its score alone."""
        return [
            _verdict((verdict.score or 0.0) >= self._threshold, self.name) for verdict in self._judge.verdicts(pairs)
        ]


BENT: Mapping[str, Callable[[rag.Pair], bool]] = {
    "the judge always says yes": lambda pair: True,
    "the judge always says no": lambda pair: False,
    "the judge goes by length": lambda pair: len(pair.claim) < 80,
}


def _verdict(holds: bool, name: str) -> rag.Verdict:
    support = rag.Support.SUPPORTED if holds else rag.Support.UNSUPPORTED
    return rag.Verdict(support, 1.0, "A bent judge said so.", name, 1.0 if holds else 0.0)
