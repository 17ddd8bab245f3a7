"""Which groups of the public sets a model is trained on, and which are kept back to measure it.

A group is what belongs together: a claim with all its sources, a document with all its claims, a story with all its
questions. A quarter of the groups of each set is kept back, chosen by a hash of the group's name, so that the same
groups are kept back on every machine and in every version.
"""

from __future__ import annotations

import hashlib

_KEPT_BACK = 4  # one group in so many


def is_held_out(group: str) -> bool:
    """Whether this group is kept back: nothing that ships is trained or fitted on it."""
    return _bucket(group) % _KEPT_BACK == 0


def fold_of(group: str, folds: int) -> int:
    """The fold, from 0, of a held-out group when what is kept back is itself divided for fitting and measuring."""
    return _bucket(group) // _KEPT_BACK % folds


def _bucket(group: str) -> int:
    return int.from_bytes(hashlib.sha256(group.encode("utf-8", "surrogatepass")).digest()[:8])
