"""Command lines of other terminals on the same machine, carried out here: what they say goes back as it is said.

The terminal that asked gets lines of JSON: first `{"id"}`, by which it may be interrupted, then `{"out"}`, `{"err"}`
and `{"progress"}` in the order in which they were said, last `{"status"}`. At `{"wants": "lines"}` it sends the next
lines of its batch.
"""

from __future__ import annotations

import queue
import secrets
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

import rag
from rag.errors import RagError, StoreMismatch
from rag.library import Library
from rag.serving import CarryOut
from rag.serving.api.answers import lines
from rag.serving.guard import is_at_home
from rag.serving.opening import Opening
from rag.settings import Settings
from rag.sync import Progress
from rag.terminal import Interrupt, Terminal

_THEIRS = ("llm_base_url", "llm_model", "llm_api_key", "llm_window", "llm_answer_tokens", "llm_seconds", "passages")
"""The settings of the terminal that hold for its command; the others are those of the open library."""
_OURS = ("reranker", "judge", "max_file_mb", "max_text_mb", "read_seconds", "read_memory_mb")
_POLL = 1.0  # seconds after which it is looked whether whoever asked is still there


class CommandLine(BaseModel):
    """What was typed, and where."""

    model_config = ConfigDict(extra="forbid")

    version: str = Field(description="The version of the program that asks: it must be that of the owner.")
    arguments: list[str]
    folder: str = Field(description="Where relative paths begin.")
    settings: dict[str, str | int] = Field(default_factory=dict)


class Lines(BaseModel):
    """What a command reads."""

    model_config = ConfigDict(extra="forbid")

    lines: list[str] = Field(description="The next lines of standard input or of a batch's file; none at its end.")


def commands_router(opening: Opening, carry_out: CarryOut) -> APIRouter:
    """For the programs of this machine that show the token; nobody else may name files here."""
    router = APIRouter()
    running: dict[str, Wire] = {}

    def said(command: Wire) -> Generator[dict[str, Any], None, None]:
        """What it says, as it says it. Whoever goes away stops the command."""
        try:
            while (line := command.next()) is not None:
                yield line
        finally:
            command.leave()
            running.pop(command.id, None)

    @router.post("/commands")
    def run(request: Request, line: CommandLine) -> StreamingResponse:
        _only_at_home(request)
        if line.version != rag.__version__:
            raise HTTPException(
                409, f"it is version {rag.__version__} and this program is {line.version}. Stop it and start it again."
            )
        command = Wire(opening, line)
        running[command.id] = command
        name = f"command {command.id}"
        threading.Thread(target=command.run, args=(carry_out, line.arguments), name=name, daemon=True).start()
        return lines(opening, said(command))

    @router.post("/commands/{command_id}/interrupt")
    def interrupt(request: Request, command_id: str) -> dict[str, bool]:
        _only_at_home(request)
        command = running.get(command_id)
        if command is not None:
            command.interrupt()
        return {"interrupted": command is not None}

    @router.post("/commands/{command_id}/input")
    def give(request: Request, command_id: str, given: Lines) -> dict[str, bool]:
        _only_at_home(request)
        command = running.get(command_id)
        if command is not None:
            command.give(given.lines)
        return {"given": command is not None}

    return router


def _only_at_home(request: Request) -> None:
    if not is_at_home(request):
        raise HTTPException(403, "Commands are carried out for the programs of the same machine only.")


class Wire(Terminal):
    """A terminal at the other end of a request."""

    def __init__(self, opening: Opening, line: CommandLine) -> None:
        self.id = secrets.token_hex(8)
        self.folder = Path(line.folder)
        self._opening = opening
        self._given: queue.SimpleQueue[list[str]] = queue.SimpleQueue()
        self._theirs = line.settings
        self._said: queue.SimpleQueue[dict[str, Any] | None] = queue.SimpleQueue()
        self._gone = threading.Event()
        self._interrupt = Interrupt()
        self._say(id=self.id)

    # -- for the request

    def run(self, carry_out: CarryOut, arguments: Sequence[str]) -> None:
        """Carries the command out, and says how it ended."""
        status = 1
        try:
            status = carry_out(arguments, self)
        except SystemExit as ended:  # wrong usage; the terminal has seen to that before it asked
            status = ended.code if isinstance(ended.code, int) else 2
        except KeyboardInterrupt:
            pass
        finally:
            self._say(status=status)
            self._said.put(None)

    def next(self) -> dict[str, Any] | None:
        """What is said next, now and then nothing while there is nothing; None at the end."""
        try:
            return self._said.get(timeout=_POLL)
        except queue.Empty:
            return {}  # by which it is seen whether whoever asked is still there

    def give(self, lines: list[str]) -> None:
        """The lines that it wanted."""
        self._given.put(lines)

    def interrupt(self) -> None:
        """Ctrl-C there."""
        try:
            self._interrupt.press()
        except KeyboardInterrupt:
            self.leave()

    def leave(self) -> None:
        """Whoever asked is gone: the command stops when it next says something."""
        self._gone.set()

    # -- for the command

    @property
    def stopped(self) -> threading.Event:
        """Set when whoever asked is gone."""
        return self._gone

    def out(self, text: str) -> None:
        """To the stdout of the other end."""
        self._go_on()
        self._say(out=text)

    def err(self, text: str) -> None:
        """To the stderr of the other end, also when it was interrupted: that is what it is told."""
        self._say(err=text)

    @contextmanager
    def lines(self, name: str) -> Iterator[Iterable[str]]:
        """Those of the other end, which sends some when the command has read what it sent before."""
        yield self._lines()

    @contextmanager
    def progress(self) -> Iterator[Callable[[Progress], None]]:
        """Shown at the other end."""

        def tell(now: Progress) -> None:
            self._go_on()
            self._say(progress=asdict(now))

        try:
            yield tell
        finally:
            self._say(progress=None)
            self._opening.changed()

    def settings(self, store: Path | None) -> Settings:
        """What the other end says of a language model; the rest is as the library was opened."""
        theirs = {name: self._theirs[name] for name in _THEIRS if name in self._theirs}
        return replace(self._opening.settings, **theirs)  # type: ignore[arg-type]

    @contextmanager
    def library(self, settings: Settings, *, any_embedder: bool = False) -> Iterator[Library]:
        """The one that is open here; it stays open."""
        library = self._opened()
        embedder = self._theirs.get("embedder", library.settings.embedder)
        if not any_embedder and embedder != library.settings.embedder:
            raise StoreMismatch(
                f"The store is open with the model {library.settings.embedder}, and the settings name {embedder}."
                f" Set RAG_EMBEDDER={library.settings.embedder}, or stop the process that has it open."
            )
        if others := [f"RAG_{name.upper()}" for name in _OURS if self._differs(library.settings, name)]:
            self.err(f"note: {', '.join(others)}: the process that has the store open goes by its own.\n")
        yield library

    def _opened(self) -> Library:
        for _ in self._opening.waiting():
            self._go_on()
            try:
                return self._opening.library()  # also while it is still reading its first documents
            except RagError:
                pass
        return self._opening.library()

    @contextmanager
    def interruptible(self) -> Iterator[Interrupt]:
        """What the other end presses."""
        yield self._interrupt
        self._interrupt.can_wait = False

    # -- inside

    def _lines(self) -> Iterator[str]:
        while True:
            self._say(wants="lines")
            some = self._next_lines()
            if not some:
                return
            yield from some

    def _next_lines(self) -> list[str]:
        while True:
            self._go_on()
            with suppress(queue.Empty):
                return self._given.get(timeout=_POLL)

    def _differs(self, settings: Settings, name: str) -> bool:
        return name in self._theirs and self._theirs[name] != getattr(settings, name)

    def _go_on(self) -> None:
        if self._gone.is_set():
            raise KeyboardInterrupt

    def _say(self, **said: Any) -> None:
        self._said.put(said)
