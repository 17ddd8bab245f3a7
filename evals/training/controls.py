"""What a trivial checker says of a claim and its source: plain word overlap, and nearness of vectors."""

from __future__ import annotations

from collections.abc import Sequence

from rag.bundled import BUNDLED
from rag.grounding.features import overlap
from rag.grounding.windows import Nearness, window
from rag.models import load_embedder


def overlaps(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The share of each claim's telling words that its source has."""
    return [overlap(claim, [source]) for claim, source in pairs]


def cosines(pairs: Sequence[tuple[str, str]]) -> list[float]:
    """The nearness of each claim and the nearest window of its source, by the bundled embedder."""
    embedder = load_embedder(BUNDLED)
    near = Nearness(embedder)
    return [near(claim, [window(claim, [source], embedder.count, near)])[0] for claim, source in pairs]
