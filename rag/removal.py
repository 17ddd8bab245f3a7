"""Taking documents out of a store, and putting them back as they were: an undo that is held in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from rag.catalogue import Catalogue, Entry, File
from rag.errors import StoreMismatch
from rag.models import Vectors
from rag.store import Store


@dataclass(frozen=True, slots=True)
class Doomed:
    """What is to be removed."""

    documents: Mapping[str, str]
    """The source of each, by id."""
    files: Sequence[bytes]
    """Those of which nothing stays."""
    halved: Sequence[bytes]
    """Those of which other documents stay."""
    roots: Sequence[Path]
    """The folders that were synced and no longer are."""


@dataclass(frozen=True, slots=True)
class Removed:
    """What was removed from a library, held in memory until it is put back or let go."""

    sources: tuple[str, ...]
    entries: tuple[Entry, ...] = field(repr=False)
    files: tuple[File, ...] = field(repr=False)
    vectors: Mapping[str, Vectors] = field(repr=False)
    """The vector of each key that a passage has."""
    embedder: str
    """The fingerprint of the model whose vectors they are."""
    roots: tuple[Path, ...] = ()
    """The folders that `sync()` no longer goes to since."""


def copied(catalogue: Catalogue, doomed: Doomed) -> Removed:
    """All that the catalogue holds of what is to be removed."""
    entries = tuple(catalogue.entries(doomed.documents))
    keys = list(dict.fromkeys(key for entry in entries for key in entry.keys))
    vectors = dict(zip(keys, catalogue.vectors.get(keys), strict=True)) if keys else {}
    known = catalogue.files()
    files = tuple(known[path] for path in (*doomed.files, *doomed.halved))
    embedder = catalogue.recall("embedder")
    return Removed(tuple(doomed.documents.values()), entries, files, vectors, embedder, tuple(doomed.roots))


def take_out(store: Store, doomed: Doomed) -> None:
    """Removes it from all three stores without a trace."""
    for path in doomed.halved:
        _read_again(store.catalogue, path)
    store.forget(sorted(doomed.documents), sorted(doomed.files))
    store.rebuild()  # neither index overwrites what it is told to drop
    store.settle()


def put_back(store: Store, removed: Removed) -> None:
    """Brings back what was taken out; a document that has come back meanwhile stays as it is.

    Raises StoreMismatch where the store was embedded anew by another model since.
    """
    catalogue = store.catalogue
    if catalogue.recall("embedder") != removed.embedder:
        raise StoreMismatch("The library was embedded anew since this was removed. Add the files again: rag sync")
    entries = [entry for entry in removed.entries if not catalogue.holds(entry.document.id)]
    # The files count as not read until the end: who is killed here has them read again by the next sync.
    for entry in entries:
        catalogue.note_file(entry.path, entry.document.source)
    if removed.vectors:
        catalogue.vectors.save(list(removed.vectors), np.stack(list(removed.vectors.values())))
    if entries:
        store.replace(entries)
    store.settle()
    known = catalogue.files()
    for file in removed.files:
        now = known.get(file.path)
        if now is None or (now.hash in ("", file.hash) and now.documents == file.documents):
            catalogue.save_file(file)
        elif any(entry.path == file.path for entry in entries):  # it holds other documents since
            _read_again(catalogue, file.path)


def _read_again(catalogue: Catalogue, path: bytes) -> None:
    """The next sync of a folder that holds the file reads it, although it has not changed."""
    source = catalogue.files()[path].source
    catalogue.save_file(File(path, source, size=-1, mtime_ns=-1, hash="", reading=""))
