"""A library that is opened, and brought in step with folders, while the page is shown already."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag

_POLL = 0.25  # seconds


@dataclass(frozen=True, slots=True)
class Status:
    """What a reader is told of the library. `unread`: files that could not be read, and why."""

    said: str
    settled: bool = False
    unread: tuple[rag.Problem, ...] = ()


class Opening:
    """Opens a library in a thread of its own and syncs `folders` into it.

    Without folders, a library into which nothing was synced yet begins with `sample`. `failed` is
    called, in that thread, when the library cannot be opened or a folder is not there; `close` then
    raises the reason.
    """

    def __init__(
        self, settings: rag.Settings, folders: Sequence[Path], sample: Path | None, failed: Callable[[], None]
    ) -> None:
        self.status = Status("Opening the library …")
        self._settings = settings
        self._folders = folders
        self._sample = sample
        self._failed = failed
        self._assistant: rag.Assistant | None = None
        self._problem: BaseException | None = None
        self._answering = threading.Event()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="opening the library", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def waiting(self) -> Iterator[str]:
        """What is being done, again and again, until questions can be answered."""
        while not self._answering.wait(_POLL):
            yield self.status.said

    def assistant(self) -> rag.Assistant:
        """Who answers. Raises RagError where the library is closed or could not be opened."""
        assistant = self._assistant
        if assistant is None:
            raise rag.RagError("The library is not open.")
        return assistant

    def close(self) -> None:
        """Stops a sync where it is, lets go of the store, and raises what went wrong, if anything did."""
        self._stopping.set()
        self._thread.join()
        if self._problem is not None:
            raise self._problem

    def _run(self) -> None:
        """Opens the library and keeps it open until `close`."""
        try:
            with rag.open(settings=self._settings) as library:
                self._read(library)
                self._answering.set()
                self._stopping.wait()
        except _Stopped:
            pass
        except BaseException as problem:  # noqa: BLE001  raised again by close, in the main thread
            self._problem = problem
            self._failed()
        finally:
            self._assistant = None
            self._answering.set()

    def _read(self, library: rag.Library) -> None:
        library.search("the first search opens the indexes", 1)
        settings = library.settings
        self._assistant = rag.Assistant(library, rag.connect(settings) if settings.wants_a_model else None)
        folders = self._folders or ([self._sample] if self._sample and not library.roots() else [])
        if library.documents():
            self._answering.set()  # from what it holds, while it reads the rest
        unread: tuple[rag.Problem, ...] = ()
        if folders:
            self.status = Status("Reading the documents …")
            unread = library.sync(*folders, progress=self._watch).unreadable
        self.status = Status(_contents(library), settled=True, unread=unread)

    def _watch(self, now: rag.Progress) -> None:
        if self._stopping.is_set():
            raise _Stopped
        if now.files:
            # A file counts as done when its passages are stored, so the one being read is the next.
            self.status = Status(f"Reading {min(now.files_done + 1, now.files):,} of {now.files:,} files …")


class _Stopped(Exception):
    """The reader closes the chat while the library is still being read."""


def _contents(library: rag.Library) -> str:
    documents = library.documents()
    if not documents:
        return "The library is empty. Close the chat and name a folder: rag sync FOLDER"
    passages = sum(document.passages for document in documents)
    return f"Ready: {len(documents):,} documents, {passages:,} passages"
