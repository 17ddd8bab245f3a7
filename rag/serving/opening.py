"""The library behind the page: opened, and brought in step with folders and files, while the page is shown already."""

from __future__ import annotations

import os
import threading
from collections import deque
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
    done: float | None = None
    """The share of the reading that is done, in [0, 1]; None: not known, or nothing is being read."""


class Opening:
    """Opens a library in a thread of its own and syncs `folders` into it, and later what `read` is given.

    Without folders, a library into which nothing was synced yet begins with `sample`. `failed` is
    called, in that thread, when the library cannot be opened or a folder is not there; `close` then
    raises the reason. `address`: where this process carries out the commands of others.
    """

    def __init__(
        self,
        settings: rag.Settings,
        folders: Sequence[Path],
        sample: Path | None,
        failed: Callable[[], None],
        address: str = "",
    ) -> None:
        self.status = Status("Opening the library …")
        self.health = {"status": "opening", "version": rag.__version__}
        """What whoever watches over the chat is told: "opening", "ready" or "failed"."""
        self.sample = sample
        self.settings = settings
        self._folders = folders
        self._failed = failed
        self._address = address
        self._library: rag.Library | None = None
        self._assistants: dict[tuple[bool, int | None], rag.Assistant] = {}
        self._problem: BaseException | None = None
        self._answering = threading.Event()
        self._stopping = threading.Event()
        self._wanted = threading.Condition()
        self._to_read: deque[tuple[Path, ...]] = deque()
        self._unread: dict[str, rag.Problem] = {}
        self._thread = threading.Thread(target=self._run, name="opening the library", daemon=True)

    def start(self) -> None:
        """Begins; returns at once."""
        self._thread.start()

    def waiting(self) -> Iterator[str]:
        """What is being done, again and again, until questions can be answered."""
        while not self._answering.wait(_POLL):
            yield self.status.said

    def library(self) -> rag.Library:
        """Raises RagError where it is not open yet, or no longer."""
        library = self._library
        if library is None:
            raise rag.RagError("The library is not open.")
        return library

    def assistant(self, extractive: bool = False, passages: int | None = None) -> rag.Assistant:
        """Who answers: with the language model that is set, unless `extractive`, from so many passages.

        Raises RagError where the library is not open, or no longer.
        """
        library = self.library()
        extractive = extractive or not library.settings.wants_a_model
        kind = (extractive, passages)
        if kind not in self._assistants:
            model = None if extractive else rag.connect(library.settings)
            self._assistants[kind] = rag.Assistant(library, model, k=passages)
        return self._assistants[kind]

    def sayable(self, problem: rag.RagError) -> str:
        """What is told of a problem to whoever may sit elsewhere: where the store lies is left out."""
        said = str(problem)
        for folder in (os.path.realpath(self.settings.store), str(self.settings.store)):
            said = said.replace(folder, "STORE") if len(folder) > 1 else said
        return said

    def read(self, *paths: Path) -> None:
        """These folders and files are synced as soon as may be; none: those that were synced before."""
        with self._wanted:
            if paths not in self._to_read:
                self._to_read.append(paths)
            self.status = Status("Waiting to read the documents …", unread=self.status.unread)
            self._wanted.notify()

    def changed(self) -> None:
        """Documents were removed or brought back: the status tells what there is now."""
        if self.status.settled:
            self._settle(self.library())

    def go_on(self, now: rag.Progress) -> None:
        """The progress of a sync that stops when the library is to be closed."""
        if self._stopping.is_set():
            raise _Stopped("The library is being closed. What was done so far is kept; sync again to go on.")

    def close(self) -> None:
        """Stops a sync where it is, lets go of the store, and raises what went wrong, if anything did."""
        self._stopping.set()
        with self._wanted:
            self._wanted.notify()
        self._thread.join()
        if self._problem is not None:
            raise self._problem

    def _run(self) -> None:
        """Opens the library and keeps it open until `close`."""
        try:
            with rag.open(settings=self.settings, address=self._address) as library:
                self._begin(library)
                self.health["status"] = "ready"
                self._answering.set()
                while self._wait():
                    self._read_more(library)
        except _Stopped:
            pass
        except BaseException as problem:  # noqa: BLE001  raised again by close, in the main thread
            self._problem = problem
            self.health["status"] = "failed"
            self._failed()
        finally:
            self._library = None
            self._assistants.clear()
            self._answering.set()

    def _begin(self, library: rag.Library) -> None:
        library.search("the first search opens the indexes", 1)
        self._library = library
        self.assistant()  # a model that cannot be used is told of at once
        folders = self._folders or ([self.sample] if self.sample and not library.roots() else [])
        if library.documents():
            self.health["status"] = "ready"
            self._answering.set()  # from what it holds, while it reads the rest
        if folders:
            self._sync(library, folders)
        self._settle(library)

    def _wait(self) -> bool:
        """Until there is something to read (True) or the library is to be closed (False)."""
        with self._wanted:
            self._wanted.wait_for(lambda: bool(self._to_read) or self._stopping.is_set())
        return not self._stopping.is_set()

    def _read_more(self, library: rag.Library) -> None:
        """What was asked for since; a folder that is not there is told of like a file that cannot be read."""
        with self._wanted:
            paths = self._to_read.popleft()
        try:
            self._sync(library, paths)
        except rag.RagError as problem:
            name = ", ".join(map(str, paths)) or "the folders"
            self._unread[name] = rag.Problem(name, str(problem))
        if not self._to_read:
            self._settle(library)

    def _sync(self, library: rag.Library, paths: Sequence[Path]) -> None:
        self.status = Status("Reading the documents …", unread=self.status.unread)
        report = library.sync(*paths, progress=self._watch)
        self._unread = {problem.source: problem for problem in report.unreadable}

    def _settle(self, library: rag.Library) -> None:
        self.status = Status(_contents(library), settled=True, unread=tuple(self._unread.values()))

    def _watch(self, now: rag.Progress) -> None:
        self.go_on(now)
        if now.files:
            # A file counts as done when its passages are stored, so the one being read is the next.
            said = f"Reading {min(now.files_done + 1, now.files):,} of {now.files:,} files …"
            if now.seconds_left is not None:
                said += f" {_minutes(now.seconds_left)} left"
            done = now.bytes_done / now.bytes if now.bytes else None
            self.status = Status(said, unread=self.status.unread, done=done)


class _Stopped(rag.RagError):
    """It is closed while documents are still being read."""


def _minutes(seconds: float) -> str:
    return f"about {round(seconds / 60)} min" if seconds >= 90 else f"about {max(1, round(seconds))} s"


def _contents(library: rag.Library) -> str:
    documents = library.documents()
    if not documents:
        return "The library is empty. Drop files here, or close the chat and name a folder: rag sync FOLDER"
    passages = sum(document.passages for document in documents)
    return f"Ready: {len(documents):,} documents, {passages:,} passages"
