"""Files → documents cut into passages, read ahead by worker processes while the caller embeds."""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Full, Queue

from rag.catalogue import Catalogue, Entry, File
from rag.errors import UnreadableDocument
from rag.reading.worker import Worker
from rag.scan import Found, source_of
from rag.settings import Settings
from rag.splitting import Splitter, embedded_text
from rag.types import Document, Problem

# Raised when files should be read, or documents cut, anew although they have not changed.
READER_VERSION = 1
SPLITTER_VERSION = 1

_AHEAD = 16  # documents that wait for the embedder
_FRESH = 2_000_000_000  # ns: a file this young may be written once more at the same time stamp


@dataclass(frozen=True, slots=True)
class Finished:
    """How the reading of one file ended. Its documents came before."""

    found: Found
    source: str
    hash: str
    seen: frozenset[str]
    """Ids of the documents that it holds now."""
    unchanged: int
    problems: tuple[Problem, ...]
    failed: bool
    """It could not be read to its end: what was stored of it before stays."""

    def as_file(self, reading: str, read_at_ns: int) -> File:
        """The file as it is remembered; one that is very fresh is looked at again next time."""
        fresh = read_at_ns - self.found.mtime_ns < _FRESH
        return File(
            self.found.path,
            self.source,
            self.found.size,
            -1 if fresh else self.found.mtime_ns,
            self.hash,
            reading,
            self.problems,
        )


class Intake:
    """Reads files for one store. `model` is the fingerprint of the embedder."""

    def __init__(self, catalogue: Catalogue, splitter: Splitter, model: str, settings: Settings, home: Path) -> None:
        self._catalogue = catalogue
        self._splitter = splitter
        self._model = model
        self._settings = settings
        self._home = home
        self._known: Mapping[bytes, File] = {}

    @property
    def reading(self) -> str:
        """What the outcome of reading a file depends on beside the file."""
        limits = self._settings
        return (
            f"{READER_VERSION}.{SPLITTER_VERSION} {limits.max_file_mb} {limits.max_text_mb}"
            f" {limits.read_seconds} {limits.read_memory_mb}"
        )

    def read(self, files: Sequence[Found], known: Mapping[bytes, File]) -> Generator[Entry | Finished, None, None]:
        """New and changed documents of the files, and after those of each file its end.

        Files are read side by side, so their documents may come mixed. One whose bytes are those of
        the file `known` by its path is not parsed.
        """
        self._known = known
        waiting: Queue[Found] = Queue()
        for file in files:
            waiting.put(file)
        ready: Queue[Entry | Finished | Exception] = Queue(maxsize=_AHEAD)
        stop = threading.Event()
        workers = min(len(files), max(1, min(8, (os.cpu_count() or 2) // 2)))
        threads = [
            threading.Thread(target=self._work, args=(waiting, ready, stop), name="reader") for _ in range(workers)
        ]
        for thread in threads:
            thread.start()
        try:
            remaining = len(files)
            while remaining:
                item = ready.get()
                if isinstance(item, Exception):
                    raise item
                remaining -= isinstance(item, Finished)
                yield item
        finally:
            stop.set()
            for thread in threads:
                thread.join()

    def entry(self, path: bytes, document: Document, fingerprint: str) -> Entry:
        """The document cut into passages, each with the key of its vector."""
        passages = tuple(self._splitter.split(document))
        keys = tuple(_digest(self._model, embedded_text(passage))[:32] for passage in passages)
        return Entry(path, document, passages, keys, fingerprint)

    # -- in a reader's thread

    def _work(self, waiting: Queue[Found], ready: Queue[Entry | Finished | Exception], stop: threading.Event) -> None:
        try:
            with Worker(self._settings) as worker:
                while True:
                    for item in self._read_stable(worker, waiting.get_nowait()):
                        if not _put(ready, item, stop):
                            return
        except Empty:
            return
        except Exception as problem:  # noqa: BLE001  whatever it is, the caller's thread must raise it
            _put(ready, problem, stop)

    def _read_stable(self, worker: Worker, found: Found) -> Iterator[Entry | Finished]:
        """Reads a file, and once more if it changed meanwhile.

        The last document is held back until the file has proved to be the same before and after.
        """
        for _ in range(2):
            held: Entry | None = None
            for item in self._read_once(worker, found):
                if isinstance(item, Entry):
                    if held:
                        yield held
                    held = item
                    continue
                now = _look(found.path)
                if item.failed or now == found:
                    if held:
                        yield held
                    yield item
                    return
                last, found = item, now or found
        reason = "The file changed while it was read. Sync again when it is no longer written to."
        yield _failed(last, Problem(last.source, reason))

    def _read_once(self, worker: Worker, found: Found) -> Iterator[Entry | Finished]:
        source = source_of(found.path, self._home)
        known = self._catalogue.fingerprints(found.path)
        seen: set[str] = set()
        problems: list[Problem] = []
        digest, unchanged, failed = "", 0, False
        try:
            digest = _hash_of(found, self._settings)
            before = self._known.get(found.path)
            if before and digest and (before.hash, before.reading) == (digest, self.reading):
                yield Finished(found, source, digest, frozenset(known), len(known), before.problems, failed=False)
                return
            for item in worker.read(Path(os.fsdecode(found.path)), source):
                if isinstance(item, Problem):
                    problems.append(item)
                    continue
                seen.add(item.id)
                fingerprint = _fingerprint(item)
                if known.get(item.id) == fingerprint:
                    unchanged += 1
                else:
                    yield self.entry(found.path, item, fingerprint)
        except UnreadableDocument as problem:
            kept = " What was read of it before stays searchable." if known else ""
            problems.append(Problem(source, f"{problem}{kept}"))
            failed = True
        except OSError as problem:
            problems.append(Problem(source, f"The file cannot be opened ({problem.strerror})."))
            failed = True
        yield Finished(found, source, digest, frozenset(seen), unchanged, tuple(problems), failed)


def _put(ready: Queue[Entry | Finished | Exception], item: Entry | Finished | Exception, stop: threading.Event) -> bool:
    """Waits for room; False when the caller has gone."""
    while not stop.is_set():
        try:
            ready.put(item, timeout=0.1)
            return True
        except Full:
            continue
    return False


def _look(path: bytes) -> Found | None:
    try:
        status = os.stat(path, follow_symlinks=False)
    except OSError:
        return None
    return Found(path, status.st_size, status.st_mtime_ns)


def _failed(finished: Finished, problem: Problem) -> Finished:
    return Finished(
        finished.found,
        finished.source,
        "",
        finished.seen,
        finished.unchanged,
        (*finished.problems, problem),
        failed=True,
    )


def _hash_of(found: Found, settings: Settings) -> str:
    """SHA-256 of the file, or "" for one that is too large to be read anyway."""
    if found.size > settings.max_file_mb << 20:
        return ""
    with open(found.path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _fingerprint(document: Document) -> str:
    """Equal for equal documents: the text and all that is shown or embedded with it."""
    return _digest(
        str(SPLITTER_VERSION),
        document.text,
        document.title,
        document.kind,
        json.dumps(dict(document.metadata), sort_keys=True),
        repr((document.pages, document.page_labels, document.sections, document.furniture)),
        repr(document.warnings),
    )


def _digest(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode("utf-8", "surrogatepass"))
        digest.update(b"\0")
    return digest.hexdigest()
