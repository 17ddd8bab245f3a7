"""Where a command reads and writes: the terminal it was typed at, also where another process carries it out."""

from __future__ import annotations

import json
import signal
import sys
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import FrameType
from typing import Any

from rag import progress
from rag.errors import RagError
from rag.library import Library
from rag.settings import Settings
from rag.sync import Progress


class Interrupt:
    """Ctrl-C while an answer is being written is noted, so that no word is lost or written twice.

    Until something was written (`can_wait`), and when it is pressed again, it stops the command as ever.
    """

    def __init__(self) -> None:
        self.can_wait = False
        self.pressed = False

    def press(self) -> None:
        """Raises KeyboardInterrupt where it cannot wait."""
        if self.pressed or not self.can_wait:
            raise KeyboardInterrupt
        self.pressed = True


class Terminal(ABC):
    """What a command has instead of stdin, stdout and stderr."""

    folder: Path
    """Where relative paths begin."""

    @abstractmethod
    def out(self, text: str) -> None:
        """Results, at once and as they are."""

    @abstractmethod
    def err(self, text: str) -> None:
        """Remarks, at once and as they are."""

    @abstractmethod
    def lines(self, name: str) -> AbstractContextManager[Iterable[str]]:
        """The lines of a file, or of standard input for "-". Raises RagError where it cannot be read."""

    @abstractmethod
    def progress(self) -> AbstractContextManager[Callable[[Progress], None]]:
        """Shows a person what the function is told."""

    @abstractmethod
    def settings(self, store: Path | None) -> Settings:
        """The RAG_* variables there, and the store that a command names."""

    @abstractmethod
    def library(self, settings: Settings, *, any_embedder: bool = False) -> AbstractContextManager[Library]:
        """The library of these settings' store."""

    @abstractmethod
    def interruptible(self) -> AbstractContextManager[Interrupt]:
        """Ctrl-C goes to the interrupt until the block ends."""

    @property
    @abstractmethod
    def stopped(self) -> threading.Event | None:
        """Set when whoever waits for the command is gone; None where that ends the process anyhow."""

    def write(self, text: str) -> None:
        """Text on standard output, as a line of its own."""
        # Lone surrogates of strange file names must not break the stream.
        self.out(text.encode("utf-8", "backslashreplace").decode() + "\n")

    def write_document(self, value: Any) -> None:
        """One JSON document on standard output."""
        self.write(json.dumps(value, ensure_ascii=False, indent=1))

    def write_line(self, value: Any) -> None:
        """One line of JSON on standard output."""
        self.write(json.dumps(value, ensure_ascii=False))


class Console(Terminal):
    """The terminal of this process."""

    stopped = None

    def __init__(self) -> None:
        self.folder = Path()

    def out(self, text: str) -> None:
        """To stdout."""
        sys.stdout.write(text)
        sys.stdout.flush()

    def err(self, text: str) -> None:
        """To stderr."""
        sys.stderr.write(text)
        sys.stderr.flush()

    @contextmanager
    def lines(self, name: str) -> Iterator[Iterable[str]]:
        """Of the file or of stdin, one after the other."""
        try:
            # A byte that is not UTF-8 becomes a mark, in which no question turns on it.
            file = sys.stdin if name == "-" else open(name, encoding="utf-8-sig", errors="replace")  # noqa: SIM115
        except OSError as problem:
            raise RagError(f"{name} cannot be read ({problem.strerror}).") from problem
        with file:
            yield file

    def progress(self) -> AbstractContextManager[Callable[[Progress], None]]:
        """A bar on a terminal, a plain line now and then elsewhere."""
        return progress.shown()

    def settings(self, store: Path | None) -> Settings:
        """Of this process."""
        return Settings.from_environment(store=store)

    def library(self, settings: Settings, *, any_embedder: bool = False) -> Library:
        """Opened here, and closed when the block ends."""
        return Library(settings, any_embedder=any_embedder)

    @contextmanager
    def interruptible(self) -> Iterator[Interrupt]:
        """By a handler of its own; elsewhere than in the main thread Python gives no Ctrl-C."""
        interrupt = Interrupt()
        if threading.current_thread() is not threading.main_thread():
            yield interrupt
            return

        def pressed(signum: int, frame: FrameType | None) -> None:
            interrupt.press()

        before = signal.signal(signal.SIGINT, pressed)
        try:
            yield interrupt
        finally:
            signal.signal(signal.SIGINT, before)
