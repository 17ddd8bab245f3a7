"""A store in one file, and back: the catalogue as of one moment, and the files that readers have added.

The indexes are not in it: they are made from the catalogue, without embedding anything. The file is a ZIP archive of

    footnote.json    its form, what it holds, and the size and hash of every other member
    catalogue.db     documents, passages, vectors, conversations
    uploads/…        the files that were added in the chat
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from rag.catalogue import Catalogue
from rag.errors import RagError, StoreError
from rag.ownership import Ownership
from rag.store import Store

_FORMAT = 1
_MANIFEST = "footnote.json"
_CATALOGUE = "catalogue.db"
_UPLOADS = "uploads"
_PIECE = 1 << 20
_MOST_MANIFEST = 64 << 20  # bytes


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds."""

    documents: int
    passages: int
    conversations: int
    made_at: str
    bytes: int


def back_up(store: Store, file: Path) -> Backup:
    """Writes a store to a file that is not there yet; searches and syncs go on meanwhile.

    The file is there when it is whole, and only its owner can read it. Raises RagError where it cannot be written.
    """
    if file.exists():
        raise RagError(f"{file} is there already. Name another file, or remove it.")
    half = file.with_name(f".{file.name}.part")
    copy = store.folder / ".backup.db"
    try:
        copy.unlink(missing_ok=True)
        store.catalogue.copy_to(copy)
        return _written(copy, store.folder / _UPLOADS, half, file)
    except OSError as problem:
        raise RagError(f"{file} cannot be written ({problem.strerror}). Make room, or name another place.") from problem
    finally:
        copy.unlink(missing_ok=True)
        half.unlink(missing_ok=True)


def restore(file: Path, folder: Path, *, replace: bool = False) -> Backup:
    """Makes a store of a backup; with `replace` in the place of what is there.

    What is there stays until everything was read and found whole. Raises StoreInUse where a process has the store
    open, StoreError where it holds documents and is not to be replaced, RagError where the file is no whole backup.
    """
    ownership = Ownership(folder)
    try:
        if (folder / _CATALOGUE).exists() and not replace and _holds_something(folder):
            raise StoreError(
                f"The store {folder} holds documents already. Name another one with --store, or put the backup in its"
                " place: rag restore --replace"
            )
        fresh = folder / ".restoring"
        shutil.rmtree(fresh, ignore_errors=True)
        try:
            backup = _unpacked(file, fresh)
            _check(fresh / _CATALOGUE, file)
            _put_in_place(fresh, folder)
        except OSError as problem:
            raise RagError(f"{file} cannot be restored to {folder} ({problem.strerror or problem}).") from problem
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    finally:
        ownership.release()
    store = Store(folder)
    try:
        store.rebuild()
    finally:
        store.close()
    return backup


def _written(copy: Path, uploads: Path, half: Path, file: Path) -> Backup:
    members = {_CATALOGUE: copy}
    if uploads.is_dir():
        kept = (path for path in sorted(uploads.iterdir()) if path.is_file() and not path.name.startswith("."))
        members |= {f"{_UPLOADS}/{path.name}": path for path in kept}
    catalogue = Catalogue(copy)
    documents, passages = catalogue.counts()
    conversations = catalogue.conversations.count()
    catalogue.close()
    made_at = time.strftime("%Y-%m-%dT%H:%M:%S%z")
    sums: dict[str, list[Any]] = {}
    descriptor = os.open(half, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w+b") as target:
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, path in members.items():
                with path.open("rb") as source, archive.open(name, "w", force_zip64=True) as member:
                    sums[name] = list(_copied(source, member))
            told = {"format": _FORMAT, "made_at": made_at, "documents": documents, "passages": passages}
            told |= {"conversations": conversations, "members": sums}
            archive.writestr(_MANIFEST, json.dumps(told, indent=1))
        target.flush()
        os.fsync(target.fileno())
    half.replace(file)
    return Backup(documents, passages, conversations, made_at, file.stat().st_size)


def _unpacked(file: Path, fresh: Path) -> Backup:
    """Everything that the manifest names, compared with what it says. Raises RagError where something differs."""
    broken = RagError(f"{file} is no whole backup of rag backup. Take another one; nothing was changed.")
    try:
        with zipfile.ZipFile(file) as archive:
            if archive.getinfo(_MANIFEST).file_size > _MOST_MANIFEST:
                raise broken
            told = json.loads(archive.read(_MANIFEST))
            if told["format"] != _FORMAT:
                raise RagError(f"{file} was made by another version (form {told['format']}). Restore it with that one.")
            (fresh / _UPLOADS).mkdir(mode=0o700, parents=True)
            for name, (size, sha256) in told["members"].items():
                if name != _CATALOGUE and (PurePosixPath(name).parent != PurePosixPath(_UPLOADS) or "\\" in name):
                    raise broken
                with archive.open(name) as member, (fresh / name).open("wb") as target:
                    if _copied(member, target, most=size) != (size, sha256):
                        raise broken
            documents, passages, conversations = (int(told[k]) for k in ("documents", "passages", "conversations"))
            return Backup(documents, passages, conversations, str(told["made_at"]), file.stat().st_size)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, ValueError, LookupError, TypeError) as problem:
        raise broken from problem


def _copied(source: IO[bytes], target: IO[bytes], most: int | None = None) -> tuple[int, str]:
    """Size and hash of what was copied: no more than a piece above `most`, whatever the archive unpacks to."""
    size, content = 0, hashlib.sha256()
    while piece := source.read(_PIECE):
        size += len(piece)
        content.update(piece)
        target.write(piece)
        if most is not None and size > most:
            break
    target.flush()
    return size, content.hexdigest()


def _check(copy: Path, file: Path) -> None:
    catalogue = Catalogue(copy)
    try:
        if problem := catalogue.damage():
            raise RagError(f"The catalogue in {file} is damaged ({problem}). Take another backup; nothing was changed.")
    finally:
        catalogue.close()


def _holds_something(folder: Path) -> bool:
    catalogue = Catalogue(folder / _CATALOGUE)
    try:
        return catalogue.counts()[0] > 0 or catalogue.conversations.count() > 0
    finally:
        catalogue.close()


def _put_in_place(fresh: Path, folder: Path) -> None:
    """The log of the old catalogue goes first: with the new one it would be read as changes to that."""
    for name in (f"{_CATALOGUE}-wal", f"{_CATALOGUE}-shm"):
        (folder / name).unlink(missing_ok=True)
    (fresh / _CATALOGUE).replace(folder / _CATALOGUE)
    for path in (fresh / _UPLOADS).iterdir():
        (folder / _UPLOADS).mkdir(mode=0o700, exist_ok=True)
        path.replace(folder / _UPLOADS / path.name)
