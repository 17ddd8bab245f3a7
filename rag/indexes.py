"""The two indexes of a catalogue's passages, held in step: by vector and by word."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from rag.catalogue import Catalogue
from rag.dense import Dense, open_client
from rag.errors import StoreError
from rag.lexical import Lexical
from rag.types import Passage

PIECE = 2000
"""Passages that are held in memory at once."""
_SAME = 0.99  # cosine of a vector with itself, less what rounding takes


class Indexes:
    """A vector index and a word index in two folders. Raises StoreError where one of them cannot be used."""

    def __init__(self, chroma: Path, lexical: Path) -> None:
        self.dense = Dense(open_client(chroma))
        try:
            self.lexical = Lexical(lexical)
        except StoreError:
            self.dense.close()
            raise

    def add(self, passages: Sequence[Passage], vectors: np.ndarray) -> None:
        """Adds passages and their vectors [n, dimensions]; searches by word see them after `commit`."""
        self.dense.add([passage.id for passage in passages], vectors, [passage.document_id for passage in passages])
        self.lexical.add(passages)

    def remove(self, passage_ids: Sequence[str]) -> None:
        """Removes passages; searches by word see it after `commit`."""
        self.dense.remove(passage_ids)
        self.lexical.remove(passage_ids)

    def commit(self) -> None:
        """Makes what was added and removed durable."""
        self.lexical.commit()

    def fill(self, catalogue: Catalogue, ids: Sequence[str]) -> None:
        """Adds passages of the catalogue, with the vectors that it has."""
        for start in range(0, len(ids), PIECE):
            piece = ids[start : start + PIECE]
            passages, vectors = catalogue.passages(piece), catalogue.vectors.of_passages(piece)
            self.add([passages[i] for i in piece], np.stack([vectors[i] for i in piece]))
        self.commit()

    def disagreements(self, catalogue: Catalogue, *, deep: bool) -> list[str]:
        """What is not as the catalogue says. Not deep: the counts, and whether one known vector is found again."""
        passages = catalogue.counts()[1]
        problems = [
            f"the {name} index holds {count} passages, the catalogue {passages}"
            for name, count in (("vector", self.dense.count()), ("word", self.lexical.count()))
            if count != passages
        ]
        ids = sorted(catalogue.passage_ids()) if deep else catalogue.some_passage_ids(1)
        for start in range(0, len(ids), PIECE):
            piece = ids[start : start + PIECE]
            wanted, held = catalogue.vectors.of_passages(piece), self.dense.vectors(piece)
            wrong = [i for i in piece if i not in held or not _same(wanted[i], held[i])]
            if wrong:
                problems.append(f"the vector index has no or another vector for {len(wrong)} passages")
            if not deep and not wrong and not self._finds_again(wanted[piece[0]]):
                problems.append("the vector index does not find a passage that it holds")
        if deep and (strayed := self.lexical.ids() ^ set(ids)):
            problems.append(f"the word index differs from the catalogue by {len(strayed)} passages")
        return problems

    def mend(self, catalogue: Catalogue) -> bool:
        """Adds what is lacking and removes what the catalogue does not hold; says whether there was any.

        Raises StoreError where they still do not agree.
        """
        wanted = catalogue.passage_ids()
        in_dense, in_lexical = self.dense.ids(), self.lexical.ids()
        self.dense.remove(sorted(in_dense - wanted))
        self.lexical.remove(in_lexical - wanted)
        self.fill(catalogue, sorted(wanted - (in_dense & in_lexical)))
        if problems := self.disagreements(catalogue, deep=False):
            raise StoreError("; ".join(problems))
        return not wanted == in_dense == in_lexical

    def close(self) -> None:
        """Lets go of both folders."""
        self.dense.close()
        self.lexical.close()

    def _finds_again(self, vector: np.ndarray) -> bool:
        # By nearness and not by id: hundreds of passages may have the same words.
        return any(cosine > _SAME for _, cosine in self.dense.nearest(vector, 1))


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.allclose(one, other, atol=1e-5)
