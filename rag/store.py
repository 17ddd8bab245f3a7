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

from rag.catalogue import Catalogue, Entry
from rag.dense import Dense, wipe_unused
from rag.errors import StoreError, StoreMismatch
from rag.indexes import PIECE, Indexes
from rag.lexical import Lexical
from rag.logs import warn
from rag.ownership import Ownership
from rag.seal import Seal, State

_KINDS = ("chroma", "lexical")
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
        self._indexes: Indexes | None = None

    @property
    def dense(self) -> Dense:
        """The vector index, opened and mended at first use."""
        return self._open_indexes().dense

    @property
    def lexical(self) -> Lexical:
        """The word index, opened and mended at first use."""
        return self._open_indexes().lexical

    def replace(self, entries: Sequence[Entry]) -> None:
        """Puts documents, whose vectors the catalogue has already, in the place of their old versions."""
        self.unsettle()
        passages = [passage for entry in entries for passage in entry.passages]
        keys = [key for entry in entries for key in entry.keys]
        with self._writing() as indexes:
            for start in range(0, len(passages), PIECE):
                vectors = self.catalogue.vectors.get(keys[start : start + PIECE])
                indexes.add(passages[start : start + PIECE], vectors)
            indexes.commit()
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
        with self._writing() as indexes:
            indexes.commit()
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
            new = self._filled(number)
            self.catalogue.remember(indexes=str(number), waste="0", unsettled="yes", seal="")
            self._indexes, self._unsafe = new, False
            self._put_seal_on()
            if old is not None:  # only now, so that searches go on while the new ones are filled
                old.close()
            self._drop_old(number)

    def examine(self) -> Health:
        """Compares the three stores passage by passage and vector by vector."""
        documents, passages = self.catalogue.counts()
        problems = self._open_indexes().disagreements(self.catalogue, deep=True)
        return Health(documents, passages, self.dense.count(), self.lexical.count(), tuple(problems), self.healed)

    def close(self) -> None:
        """Lets go of the folder."""
        if self._indexes is not None:
            self._indexes.close()
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

    def _open_indexes(self) -> Indexes:
        with self._opening:
            if self._indexes is None:
                self._indexes = self._heal()
            return self._indexes

    def _heal(self) -> Indexes:
        """The indexes as the catalogue says they are, rebuilt or mended where they were not."""
        number = self._number
        stopped = bool(self.catalogue.recall("unsettled"))
        try:
            state = self._seal.state(number)
            indexes = self._open_numbered(number)
            problems = indexes.disagreements(self.catalogue, deep=state is State.TOUCHED)
            if problems and state is State.TOUCHED:
                raise StoreError("; ".join(problems))
            if (problems or state is not State.SEALED) and (indexes.mend(self.catalogue) or problems or stopped):
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
        return indexes

    def _remember_heal(self) -> None:
        when = time.strftime("%Y-%m-%dT%H:%M:%S%z")
        warn("healed", store=self.folder, because=self.healed)
        self.catalogue.remember(last_heal=f"{when} {self.healed}")

    def _put_seal_on(self) -> None:
        wipe_unused(self._at("chroma", self._number))
        self._seal.put_on(self._number)

    @property
    def _number(self) -> int:
        """Of the folders that hold the indexes."""
        return int(self.catalogue.recall("indexes") or 0)

    def _at(self, kind: str, number: int) -> Path:
        return self.folder / kind / str(number)

    def _open_numbered(self, number: int) -> Indexes:
        if number and not all(self._at(kind, number).is_dir() for kind in _KINDS):
            raise StoreError("a folder of the indexes is missing")
        return self._make_numbered(number)

    def _make_numbered(self, number: int) -> Indexes:
        return Indexes(self._at("chroma", number), self._at("lexical", number))

    @contextmanager
    def _writing(self) -> Iterator[Indexes]:
        """The indexes, to be changed. After a failure, such as a full disk, they are read, but not written to again.

        Chroma does not return from a write that follows a failed one. The next change begins with new indexes.
        """
        try:
            yield self._open_indexes()
        except StoreError:
            self._unsafe = True
            raise

    def _filled(self, number: int) -> Indexes:
        """New indexes of all that the catalogue holds; where that fails, nothing is left of them."""
        made: Indexes | None = None
        try:
            made = self._make_numbered(number)
            made.fill(self.catalogue, sorted(self.catalogue.passage_ids()))
        except StoreError:
            if made is not None:
                made.close()
            for kind in _KINDS:
                shutil.rmtree(self._at(kind, number), ignore_errors=True)
            raise
        return made

    def _unused_number(self) -> int:
        """Higher than that of any folder, also of one that a killed rebuild has left half-filled."""
        there = [folder.name for kind in _KINDS for folder in (self.folder / kind).glob("*")]
        return max([self._number, *map(int, filter(str.isdecimal, there))]) + 1

    def _leave_indexes(self, passage_ids: Sequence[str]) -> None:
        with self._writing() as indexes:
            if passage_ids:
                indexes.remove(passage_ids)
                waste = int(self.catalogue.recall("waste") or 0) + len(passage_ids)
                self.catalogue.remember(waste=str(waste))
            indexes.commit()

    def _drop_old(self, number: int) -> None:
        for kind in _KINDS:
            for folder in (self.folder / kind).iterdir():
                if folder.name != str(number):
                    shutil.rmtree(folder, ignore_errors=True)  # what stays goes at the next open
