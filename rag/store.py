"""The catalogue and its two indexes, kept in step, in one folder that one process owns.

    DIR/catalogue.db        the truth
    DIR/chroma/<n>/         vectors, rebuilt from the catalogue whenever they are not what it says
    DIR/lexical/<n>/        terms, likewise
    DIR/lock, DIR/owner     who has it open (see `rag.ownership`)

New passages are put in the indexes first, then the catalogue is switched to them in one
transaction, then the old ones leave the indexes. A search takes ids from the indexes and reads the
passages from the catalogue, which passes over every id that it does not hold: so a reader finds a
document wholly old or wholly new, and what a killed process leaves behind is never seen. While the
indexes may differ the catalogue says so (`unsettled`), and the next open mends them.

A rebuild writes a new numbered folder and then turns the catalogue to it, because Chroma's client
keeps a folder for as long as the process lives.
"""

from __future__ import annotations

import shutil
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from rag.catalogue import Catalogue, Entry
from rag.dense import Dense, open_client
from rag.errors import StoreError, StoreMismatch
from rag.lexical import Lexical
from rag.logs import warn
from rag.ownership import Ownership
from rag.seal import Seal, State

_PIECE = 2000  # passages held in memory at once while an index is rebuilt
_KINDS = ("chroma", "lexical")
_SAME = 0.99  # cosine of a vector with itself, less what rounding takes
_WASTE = 1000  # Chroma never frees a deleted vector's place: this many are worth a rebuild


@dataclass(frozen=True, slots=True)
class Health:
    """What `doctor` found: passages in each of the three stores, and what does not agree."""

    documents: int
    passages: int
    dense: int
    lexical: int
    problems: tuple[str, ...] = ()
    healed: str = ""


class Store:
    """An open store. Raises StoreInUse, StoreMismatch or StoreError when it cannot be opened.

    `embedder` is the fingerprint of the model whose vectors it holds; "" opens it without asking. `address` is
    where this process serves others that want the store.
    """

    def __init__(self, folder: Path, embedder: str = "", address: str = "") -> None:
        self.folder = folder
        self._ownership = Ownership(folder, address)
        try:
            self.catalogue = Catalogue(folder / "catalogue.db")
            self._check_embedder(embedder)
        except BaseException:
            self._ownership.release()
            raise
        self.healed = ""
        self._seal = Seal(self.catalogue, folder)
        self._changed = False
        self._unsafe = False
        self._opening = threading.RLock()
        self._indexes: tuple[Dense, Lexical] | None = None

    @property
    def dense(self) -> Dense:
        """The vector index, opened and mended at first use."""
        return self._open_indexes()[0]

    @property
    def lexical(self) -> Lexical:
        """The word index, opened and mended at first use."""
        return self._open_indexes()[1]

    def replace(self, entries: Sequence[Entry]) -> None:
        """Puts documents, whose vectors the catalogue has already, in the place of their old versions."""
        self.unsettle()
        passages = [passage for entry in entries for passage in entry.passages]
        keys = [key for entry in entries for key in entry.keys]
        for start in range(0, len(passages), _PIECE):
            piece = passages[start : start + _PIECE]
            vectors = self.catalogue.vectors.get(keys[start : start + _PIECE])
            with self._writing() as (dense, lexical):
                dense.add([p.id for p in piece], vectors, [p.document_id for p in piece])
                lexical.add(piece)
        with self._writing() as (_, lexical):
            lexical.commit()
        self._leave_indexes(self.catalogue.replace(entries))

    def forget(self, document_ids: Sequence[str], paths: Sequence[bytes] = ()) -> None:
        """Removes documents, and files with all their documents, from all three."""
        self.unsettle()
        self._leave_indexes(self.catalogue.forget(document_ids, paths))

    def unsettle(self) -> None:
        """Says for good that the indexes may differ from the catalogue until `settle`."""
        if self._unsafe:
            self.rebuild()
        if not self.catalogue.recall("unsettled"):
            self._open_indexes()
            self.catalogue.remember(unsettled="yes", seal="")
        self._changed = True

    def settle(self) -> None:
        """The end of a change: unused vectors go, and the indexes are what the catalogue says."""
        # Here only: after a sync was killed, the next one finds the vectors that it had made.
        self.catalogue.vectors.drop_unused()
        if not self.catalogue.recall("unsettled"):
            return
        with self._writing() as (_, lexical):
            lexical.commit()
        waste = int(self.catalogue.recall("waste") or 0)
        if self._unsafe or waste > max(_WASTE, self.dense.count() // 2):
            self.rebuild()
        else:
            self._put_seal_on()

    def rebuild(self) -> None:
        """Makes both indexes anew from the catalogue, without embedding anything."""
        with self._opening:
            old = self._indexes
            number = self._unused_number()
            dense, lexical = self._filled(number)
            self.catalogue.remember(indexes=str(number), waste="0", unsettled="yes", seal="")
            self._indexes, self._unsafe = (dense, lexical), False
            self._put_seal_on()
            if old is not None:  # only now, so that searches go on while the new ones are filled
                self._close_indexes(*old)
            self._drop_old(number)

    def examine(self) -> Health:
        """Compares the three stores passage by passage and vector by vector."""
        documents, passages = self.catalogue.counts()
        problems = self._disagreements(self.dense, self.lexical, deep=True)
        return Health(documents, passages, self.dense.count(), self.lexical.count(), tuple(problems), self.healed)

    def close(self) -> None:
        """Lets go of the folder."""
        if self._indexes is not None:
            self._close_indexes(*self._indexes)
            self._indexes = None
            if self._changed and not self.catalogue.recall("unsettled"):
                self._put_seal_on()  # tantivy may have merged what was sealed
        self.catalogue.close()
        self._ownership.release()

    # -- inside

    def _check_embedder(self, embedder: str) -> None:
        made_with = self.catalogue.recall("embedder")
        if embedder and made_with and made_with != embedder:
            old, new = (fingerprint.rpartition(":")[0] for fingerprint in (made_with, embedder))
            raise StoreMismatch(
                f"The store {self.folder} holds vectors of the model {old} ({made_with}), and the settings name"
                f" {new} ({embedder}). Set RAG_EMBEDDER={old}, or embed everything anew: rag repair --embed"
            )
        if embedder and not made_with:
            self.catalogue.remember(embedder=embedder)

    def _open_indexes(self) -> tuple[Dense, Lexical]:
        with self._opening:
            if self._indexes is None:
                self._indexes = self._heal()
            return self._indexes

    def _heal(self) -> tuple[Dense, Lexical]:
        """The indexes as the catalogue says they are, rebuilt or mended where they were not."""
        number = self._number
        stopped = bool(self.catalogue.recall("unsettled"))
        try:
            state = self._seal.state(number)
            dense, lexical = self._open_numbered(number)
            problems = self._disagreements(dense, lexical, deep=state is State.TOUCHED)
            if problems and state is State.TOUCHED:
                raise StoreError("; ".join(problems))
            if (problems or state is not State.SEALED) and (self._mend(dense, lexical) or problems or stopped):
                self.healed = "The indexes did not agree with the catalogue and were brought in step."
        except StoreError as problem:
            self.rebuild()
            self.healed = f"The indexes were rebuilt from the catalogue: {problem}"
            self._remember_heal()
            assert self._indexes is not None
            return self._indexes
        self._drop_old(number)
        self._seal.put_on(number, opened=state is State.SEALED)
        if self.healed:
            self._remember_heal()
        return dense, lexical

    def _remember_heal(self) -> None:
        when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        warn("healed", store=self.folder, because=self.healed)
        self.catalogue.remember(last_heal=f"{when} {self.healed}")

    def _put_seal_on(self) -> None:
        self._seal.put_on(self._number)

    @property
    def _number(self) -> int:
        """Of the folders that hold the indexes."""
        return int(self.catalogue.recall("indexes") or 0)

    def _at(self, kind: str, number: int) -> Path:
        return self.folder / kind / str(number)

    def _open_numbered(self, number: int) -> tuple[Dense, Lexical]:
        if number and not all(self._at(kind, number).is_dir() for kind in _KINDS):
            raise StoreError("a folder of the indexes is missing")
        return self._make_numbered(number)

    def _make_numbered(self, number: int) -> tuple[Dense, Lexical]:
        dense = Dense(open_client(self._at("chroma", number)))
        try:
            return dense, Lexical(self._at("lexical", number))
        except StoreError:
            dense.close()
            raise

    @contextmanager
    def _writing(self) -> Iterator[tuple[Dense, Lexical]]:
        """The indexes, to be changed. After a failure, such as a full disk, they are read, but not written to again.

        Chroma does not return from a write that follows a failed one. The next change begins with new indexes.
        """
        try:
            yield self._open_indexes()
        except StoreError:
            self._unsafe = True
            raise

    def _filled(self, number: int) -> tuple[Dense, Lexical]:
        """New indexes of all that the catalogue holds; where that fails, nothing is left of them."""
        made: tuple[Dense, Lexical] | None = None
        try:
            made = self._make_numbered(number)
            self._fill(*made, sorted(self.catalogue.passage_ids()))
        except StoreError:
            if made is not None:
                self._close_indexes(*made)
            for kind in _KINDS:
                shutil.rmtree(self._at(kind, number), ignore_errors=True)
            raise
        return made

    def _unused_number(self) -> int:
        """Higher than that of any folder, also of one that a killed rebuild has left half-filled."""
        there = [folder.name for kind in _KINDS for folder in (self.folder / kind).glob("*")]
        return max([self._number, *map(int, filter(str.isdecimal, there))]) + 1

    def _disagreements(self, dense: Dense, lexical: Lexical, *, deep: bool) -> list[str]:
        """What does not agree. Not deep: the counts, and whether one known vector is found again."""
        passages = self.catalogue.counts()[1]
        problems = [
            f"the {name} index holds {count} passages, the catalogue {passages}"
            for name, count in (("vector", dense.count()), ("word", lexical.count()))
            if count != passages
        ]
        ids = sorted(self.catalogue.passage_ids()) if deep else self.catalogue.some_passage_ids(1)
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            wanted, held = self.catalogue.vectors.of_passages(piece), dense.vectors(piece)
            wrong = [i for i in piece if i not in held or not _same(wanted[i], held[i])]
            if wrong:
                problems.append(f"the vector index has no or another vector for {len(wrong)} passages")
            if not deep and not wrong and not _found_again(dense, wanted[piece[0]]):
                problems.append("the vector index does not find a passage that it holds")
        if deep and (strayed := lexical.ids() ^ set(ids)):
            problems.append(f"the word index differs from the catalogue by {len(strayed)} passages")
        return problems

    def _mend(self, dense: Dense, lexical: Lexical) -> bool:
        """Adds what an index lacks and removes what the catalogue does not hold; says whether there was any."""
        wanted = self.catalogue.passage_ids()
        in_dense, in_lexical = dense.ids(), lexical.ids()
        dense.remove(sorted(in_dense - wanted))
        lexical.remove(in_lexical - wanted)
        self._fill(dense, lexical, sorted(wanted - (in_dense & in_lexical)))
        if problems := self._disagreements(dense, lexical, deep=False):
            raise StoreError("; ".join(problems))
        return not wanted == in_dense == in_lexical

    def _fill(self, dense: Dense, lexical: Lexical, ids: Sequence[str]) -> None:
        for start in range(0, len(ids), _PIECE):
            piece = ids[start : start + _PIECE]
            passages, vectors = self.catalogue.passages(piece), self.catalogue.vectors.of_passages(piece)
            dense.add(piece, np.stack([vectors[i] for i in piece]), [passages[i].document_id for i in piece])
            lexical.add(passages[i] for i in piece)
        lexical.commit()

    def _leave_indexes(self, passage_ids: Sequence[str]) -> None:
        with self._writing() as (dense, lexical):
            if passage_ids:
                dense.remove(passage_ids)
                lexical.remove(passage_ids)
                waste = int(self.catalogue.recall("waste") or 0) + len(passage_ids)
                self.catalogue.remember(waste=str(waste))
            lexical.commit()

    @staticmethod
    def _close_indexes(dense: Dense, lexical: Lexical) -> None:
        dense.close()
        lexical.close()

    def _drop_old(self, number: int) -> None:
        for kind in _KINDS:
            for folder in (self.folder / kind).iterdir():
                if folder.name != str(number):
                    shutil.rmtree(folder, ignore_errors=True)  # what stays goes at the next open


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and np.allclose(one, other, atol=1e-5)


def _found_again(dense: Dense, vector: np.ndarray) -> bool:
    # By nearness and not by id: hundreds of passages may have the same words.
    return any(cosine > _SAME for _, cosine in dense.nearest(vector, 1))
