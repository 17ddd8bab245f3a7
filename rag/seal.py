"""What the files of the indexes were when these last agreed with the catalogue, and whether they still are that.

Every change leaves another stamp in each index's folder. So a folder of another store, of another time, or under a
catalogue that was put back from a backup, is told from the right one, also where both hold as many passages.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum, auto
from pathlib import Path

from rag import dense, lexical
from rag.catalogue import Catalogue
from rag.errors import StoreError

_LASTING = {"chroma": dense.lasting_files, "lexical": lexical.lasting_files}
_REWRITTEN = "chroma.sqlite3"  # by Chroma, whenever it is opened
_STAMP = "stamp"
_TRIES = 20


class State(Enum):
    """How the indexes lie there, before they are opened."""

    SEALED = auto()
    """As they were when they last agreed with the catalogue."""
    TOUCHED = auto()
    """Only the file that Chroma writes at each opening is another one."""
    UNSEALED = auto()
    """In the middle of a change, or new."""


class Seal:
    """The hashes of the files of a store's indexes, which the catalogue keeps while nothing is being changed."""

    def __init__(self, catalogue: Catalogue, folder: Path) -> None:
        self._catalogue = catalogue
        self._folder = folder
        self._hashes: dict[str, dict[str, str]] = {}

    def state(self, number: int) -> State:
        """How the indexes of this number lie there.

        Raises StoreError where they must be made anew: a file that Chroma or tantivy never writes again is another
        one, or Chroma does not survive reading what a process has left that was killed.
        """
        if hashes := json.loads(self._catalogue.recall("seal") or "{}"):
            changed = [name for kind in _LASTING for name in _broken(self._at(kind, number), hashes[kind])]
            if [name for name in changed if name != _REWRITTEN]:
                raise StoreError(f"{len(changed)} files of the indexes are not what they were ({changed[0]})")
            self._hashes = hashes
            return State.TOUCHED if changed else State.SEALED
        chroma = self._at("chroma", number)
        if chroma.is_dir() and not dense.survives_opening(chroma):
            raise StoreError("Chroma cannot read the vector index that a process left when it was stopped")
        return State.UNSEALED

    def put_on(self, number: int, *, opened: bool = False) -> None:
        """The indexes of this number agree with the catalogue as they lie there now.

        `opened`: since `state` looked at them they were opened, and nothing else.
        """
        for kind, lasting_files in _LASTING.items():
            folder = self._at(kind, number)
            known = dict(self._hashes[kind]) if opened else {}
            for name in (_STAMP, _REWRITTEN):
                known.pop(name, None)
            _stamp(folder)
            self._hashes[kind] = _hashes(folder, lasting_files, known)
        self._catalogue.remember(unsettled="", seal=json.dumps(self._hashes))

    def _at(self, kind: str, number: int) -> Path:
        return self._folder / kind / str(number)


def _hashes(folder: Path, lasting_files: Callable[[Path], Sequence[Path]], known: Mapping[str, str]) -> dict[str, str]:
    """Of each file, by its name; those that are `known` are not read. Raises StoreError where files keep going."""
    for _ in range(_TRIES):
        files = {path.relative_to(folder).as_posix(): path for path in (*lasting_files(folder), folder / _STAMP)}
        try:
            return {name: known.get(name) or _hash(path) for name, path in files.items()}
        except FileNotFoundError:  # tantivy has just merged it into another
            continue
    raise StoreError(f"The files in {folder} change while nothing is written. Run the same command again.")


def _stamp(folder: Path) -> None:
    half = folder / f".{_STAMP}"
    half.write_text(secrets.token_hex(16), encoding="ascii")
    half.replace(folder / _STAMP)


def _broken(folder: Path, hashes: Mapping[str, str]) -> Iterator[str]:
    """The files that are gone, or no longer what they were. Files that came since are not looked at."""
    for name, was in hashes.items():
        path = folder / name
        if not path.is_file() or _hash(path) != was:
            yield name


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
