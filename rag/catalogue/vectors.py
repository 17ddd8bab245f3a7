"""The vectors: kept for good under a hash of model and text, so that no text is embedded twice."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

import numpy as np

from rag.catalogue.database import Database


class Vectors:
    """float32 vectors by key, in the catalogue's own file."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def missing(self, keys: Iterable[str]) -> set[str]:
        """Those of the keys that have no vector."""
        wanted = set(keys)
        held = self._database.all(
            "SELECT key FROM vectors WHERE key IN (SELECT value FROM json_each(?))",
            json.dumps(sorted(wanted)),
        )
        return wanted.difference(row[0] for row in held)

    def save(self, keys: Sequence[str], vectors: np.ndarray) -> None:
        """Keeps vectors [n, dimensions] under their keys, at once and for good."""
        rows = zip(keys, (vector.astype("<f4").tobytes() for vector in vectors), strict=True)
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO vectors VALUES (?, ?)", rows)

    def get(self, keys: Sequence[str]) -> np.ndarray:
        """The vectors under these keys, in their order [n, dimensions]; each must be there."""
        found = dict(
            self._database.all(
                "SELECT key, vector FROM vectors WHERE key IN (SELECT value FROM json_each(?))",
                json.dumps(sorted(set(keys))),
            )
        )
        return np.stack([_vector(found[key]) for key in keys])

    def of_passages(self, passage_ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The vector of each of these passages; one that is gone is left out."""
        rows = self._database.all(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector"
            " WHERE p.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(passage_ids)),
        )
        return {passage_id: _vector(vector) for passage_id, vector in rows}

    def drop_unused(self) -> None:
        """Removes the vectors that no passage has: what is forgotten leaves no trace."""
        with self._database.transaction() as connection:
            # By two indexes: to look for them in the table itself would read every vector there is.
            connection.execute(
                "DELETE FROM vectors WHERE key IN (SELECT key FROM vectors EXCEPT SELECT vector FROM passages)"
            )


def _vector(stored: bytes) -> np.ndarray:
    return np.frombuffer(stored, dtype="<f4")
