"""Vectors of words and sentences that are compared with question after question: each is embedded once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from rag.models import Embedder, Vectors

_MOST = 50_000
"""Texts that are remembered: at 384 numbers each some 80 MB."""


def vectors_of(texts: Sequence[str], embedder: Embedder) -> Vectors:
    """One row for each text, as `Embedder.embed_passages` gives it; no text is longer than the embedder's window."""
    known = _known(embedder)
    if len(known) > _MOST:
        known.clear()
    vectors = {text: known[text] for text in texts if text in known}
    new = [text for text in dict.fromkeys(texts) if text not in vectors]
    vectors.update(zip(new, embedder.embed_passages(new), strict=True))
    known.update(vectors)
    return np.stack([vectors[text] for text in texts])


@lru_cache(maxsize=2)
def _known(embedder: Embedder) -> dict[str, Vectors]:
    return {}
