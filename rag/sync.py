"""Brings a store in step with folders: what is new or changed is read, split and embedded.

What is ready is stored in batches, each document wholly or not at all, and vectors are kept as soon
as they are made: a sync that is stopped at any moment goes on where it was.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from rag.catalogue import Entry, File
from rag.intake import Finished, Intake
from rag.models import Embedder
from rag.scan import Found, Scan, scan, source_of
from rag.settings import Settings
from rag.splitting import Splitter, embedded_text
from rag.store import Store
from rag.types import Problem, SyncReport

_BATCH = 256  # passages that are embedded and stored together: some seconds of work
_LINKS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a sync has come. `bytes` are those of the files that must be read."""

    files: int
    files_done: int
    bytes: int
    bytes_done: int
    passages: int
    seconds: float

    @property
    def seconds_left(self) -> float | None:
        """What remains at the rate so far; None while that says nothing."""
        if not self.bytes_done or self.seconds < 2:
            return None
        return self.seconds * (self.bytes - self.bytes_done) / self.bytes_done


Watch = Callable[[Progress], None]


class Sync:
    """One sync of one store. `watch` is told the progress as it is made."""

    def __init__(self, store: Store, embedder: Embedder, settings: Settings, watch: Watch) -> None:
        self._store = store
        self._embedder = embedder
        self._watch = watch
        self._home = Path(os.path.realpath(store.folder)).parent
        splitter = Splitter(embedder.count, embedder.window)
        self._intake = Intake(store.catalogue, splitter, embedder.fingerprint, settings, self._home)
        self._started = time.monotonic()
        self._entries: dict[str, Entry] = {}
        self._finished: list[Finished] = []
        self._new: set[str] = set()
        self._held: set[str] = set()
        self._files = self._bytes = self._files_done = self._bytes_done = self._embedded = 0
        self._removed = self._unchanged = self._added = self._changed = 0

    def run(self, paths: Sequence[Path]) -> SyncReport:
        """Syncs these folders and files. Raises RagError for one that is not there."""
        found = scan(list(paths), self._store.folder)
        known = self._store.catalogue.files()
        gone = [path for path in known if path not in found.files and found.covers(path)]
        if gone:
            self._removed += sum(known[path].documents for path in gone)
            self._store.forget([], gone)
        to_read = []
        for file in found.files.values():
            before = known.get(file.path)
            if (
                before is None
                or before.reading != self._intake.reading
                or (before.size, before.mtime_ns) != (file.size, file.mtime_ns)
            ):
                to_read.append(file)
            else:
                self._unchanged += before.documents
        self._read(to_read, known)
        self._store.settle()
        return self._report(found)

    def _read(self, files: Sequence[Found], known: Mapping[bytes, File]) -> None:
        self._files, self._bytes = len(files), sum(file.size for file in files)
        waiting = 0
        self._tell()
        # Closed at once, whatever happens: no reader may go on when the store is closed.
        with closing(self._intake.read(files, known)) as items:
            for item in items:
                if isinstance(item, Entry):
                    # By id: of a file that changed while it was read, a document may come twice.
                    self._entries[item.document.id] = item
                    waiting += len(item.passages)
                else:
                    self._finished.append(item)
                    self._files_done += 1
                    self._bytes_done += item.found.size
                    self._tell()
                if waiting >= _BATCH or len(self._finished) >= _BATCH:
                    self._flush()
                    waiting = 0
        self._flush()

    def _flush(self) -> None:
        """Stores what has been read, then what is known of the files that were read to their end."""
        catalogue = self._store.catalogue
        entries = list(self._entries.values())
        if entries:
            for made in embed_missing(self._store, self._embedder, entries):
                self._embedded += made
                self._tell()
            for path in {entry.path for entry in entries}:
                catalogue.note_file(path, source_of(path, self._home))
            for entry in entries:
                if catalogue.holds(entry.document.id):
                    self._changed += 1
                else:
                    self._added += 1
                self._new.add(entry.document.source)
            self._store.replace(entries)
            self._entries = {}
        for finished in self._finished:
            self._finish(finished)
        self._finished = []
        self._tell()

    def _finish(self, finished: Finished) -> None:
        catalogue = self._store.catalogue
        if not finished.failed:
            vanished = catalogue.fingerprints(finished.found.path).keys() - finished.seen
            if vanished:
                self._removed += len(vanished)
                self._store.forget(sorted(vanished))
            self._unchanged += finished.unchanged
        catalogue.save_file(finished.as_file(self._intake.reading, time.time_ns()))

    def _tell(self) -> None:
        seconds = time.monotonic() - self._started
        self._watch(Progress(self._files, self._files_done, self._bytes, self._bytes_done, self._embedded, seconds))

    def _report(self, found: Scan) -> SyncReport:
        catalogue = self._store.catalogue
        documents, passages = catalogue.counts()
        unreadable = [Problem(source_of(path, self._home), why) for path, why in found.unreadable.items()]
        for file in catalogue.files().values():
            if found.covers(file.path):
                unreadable.extend(file.problems)
        return SyncReport(
            added=self._added,
            changed=self._changed,
            removed=self._removed,
            unchanged=self._unchanged,
            unreadable=tuple(sorted(unreadable, key=lambda problem: problem.source)),
            warnings=tuple(self._warnings(found)),
            documents=documents,
            passages=passages,
            seconds=time.monotonic() - self._started,
        )

    def _warnings(self, found: Scan) -> list[Problem]:
        warnings = self._store.catalogue.warnings(self._new)
        for first, *others in self._store.catalogue.identical(self._new):
            for other in others:
                if {first, other} & self._new:
                    warnings.append(Problem(other, f"It has the same text as {first}."))
        if found.links:
            names = ", ".join(source_of(link, self._home) for link in found.links[:_LINKS_NAMED])
            more = f" and {len(found.links) - _LINKS_NAMED} more" if len(found.links) > _LINKS_NAMED else ""
            warnings.append(Problem(names + more, "Symbolic links are not followed."))
        return warnings


def embed_missing(store: Store, embedder: Embedder, entries: Iterable[Entry]) -> Iterator[int]:
    """Makes the vectors that the entries lack and keeps them; yields how many, batch by batch."""
    passages = {key: passage for entry in entries for key, passage in zip(entry.keys, entry.passages, strict=True)}
    missing = sorted(store.catalogue.vectors.missing(passages))
    for start in range(0, len(missing), _BATCH):
        keys = missing[start : start + _BATCH]
        vectors = embedder.embed_passages([embedded_text(passages[key]) for key in keys])
        store.catalogue.vectors.save(keys, vectors)
        yield len(keys)


def embed_anew(store: Store, embedder: Embedder, settings: Settings, watch: Watch) -> None:
    """Splits and embeds every stored document for another model, from the stored texts.

    Vectors are kept as they are made, so it can be stopped and run again. The store works as before
    until the end, when it is switched to the new passages in one transaction.
    """
    catalogue, started = store.catalogue, time.monotonic()
    splitter = Splitter(embedder.count, embedder.window)
    intake = Intake(catalogue, splitter, embedder.fingerprint, settings, store.folder)
    origins = catalogue.origins()

    def entries() -> Iterator[Entry]:
        for document_id, path, fingerprint in origins:
            yield intake.entry(path, catalogue.document(document_id), fingerprint)

    embedded, waiting = 0, list[Entry]()
    for done, entry in enumerate(entries(), start=1):
        waiting.append(entry)
        if done == len(origins) or sum(len(each.passages) for each in waiting) >= _BATCH:
            embedded += sum(embed_missing(store, embedder, waiting))
            waiting.clear()
            watch(Progress(len(origins), done, len(origins), done, embedded, time.monotonic() - started))
    catalogue.replace(entries(), embedder=embedder.fingerprint)
    store.rebuild()
    catalogue.vectors.drop_unused()
