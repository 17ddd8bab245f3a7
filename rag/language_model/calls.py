"""One request under way, in a thread of its own: whatever hangs, hangs there, and the asker goes on.

A thread cannot be killed, but what it waits for can be closed. The sockets that a request opens are noted here
(endpoint.py does it) and shut when the call is stopped, so that a server notices at once that nobody listens.
"""

from __future__ import annotations

import contextlib
import socket
from collections.abc import Callable, Generator
from contextvars import ContextVar
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Piece:
    """What one event of a stream held; without text it is still a sign of life."""

    text: str = ""
    thought: str = ""
    """What a reasoning model thinks aloud, where the server tells it from the answer."""
    prompt_tokens: int | None = None
    finish: str = ""
    """Why the answer ended, as the server says: "stop" or "length"."""


@dataclass(frozen=True, slots=True)
class Pause:
    """A silence that is meant: so many seconds of it are no sign of trouble."""

    seconds: float


@dataclass(frozen=True, slots=True)
class End:
    """Nothing more comes, because of `error` or because all is said."""

    error: BaseException | None = None


class Call:
    """A thread that runs `work` and hands over what it yields, until it ends or is stopped."""

    def __init__(
        self,
        work: Callable[[Call], Generator[Piece | Pause, None, None]],
        explain: Callable[[BaseException], BaseException],
    ) -> None:
        self._work = work
        self._explain = explain
        self._said: Queue[Piece | Pause | End] = Queue(maxsize=1024)
        self._stopped = Event()
        self._sockets: list[socket.socket] = []
        self._thread = Thread(target=self._run, name="language-model", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def next(self, seconds: float) -> Piece | Pause | End | None:
        """What comes next; None where nothing comes within `seconds`, End once stopped."""
        try:
            return self._said.get(timeout=max(0.0, seconds))
        except Empty:
            return End() if self._stopped.is_set() else None

    def stop(self) -> None:
        """Ends the call, from any thread: its connection is closed and whoever waits in `next` wakes."""
        self._stopped.set()
        for opened in list(self._sockets):
            _shut(opened)
        with contextlib.suppress(Full):
            self._said.put_nowait(End())

    def hold(self, opened: socket.socket) -> None:
        """Notes a connection of this call, to be shut when it is stopped."""
        self._sockets.append(opened)
        if self._stopped.is_set():
            _shut(opened)

    def sleep(self, seconds: float) -> bool:
        """Waits, or less where the call is stopped; whether it is."""
        return self._stopped.wait(seconds)

    def _run(self) -> None:
        UNDER_WAY.set(self)
        end = End()
        try:
            with contextlib.closing(self._work(self)) as pieces:
                for piece in pieces:
                    if not self._say(piece):
                        return
        except BaseException as error:  # noqa: BLE001  another's code; the asker's thread raises it, explained
            end = End(error if self._stopped.is_set() else self._explain(error))
        self._say(end)

    def _say(self, item: Piece | Pause | End) -> bool:
        """Hands over; False where nobody listens any more."""
        while not self._stopped.is_set():
            with contextlib.suppress(Full):
                self._said.put(item, timeout=0.2)
                return True
        return False


UNDER_WAY: ContextVar[Call | None] = ContextVar("UNDER_WAY", default=None)
"""The call whose thread this is."""


def briefly(work: Callable[[], T], seconds: float) -> T | None:
    """What `work` gives within `seconds`; None where it takes longer or fails in any way."""
    found: Queue[T | None] = Queue()

    def run() -> None:
        try:
            found.put(work())
        except Exception:  # noqa: BLE001  the question was a courtesy: any failure means that nothing is known
            found.put(None)

    Thread(target=run, name="language-model-window", daemon=True).start()
    try:
        return found.get(timeout=seconds)
    except Empty:
        return None


def _shut(opened: socket.socket) -> None:
    """Wakes a thread that reads from the socket, which closing it would not."""
    with contextlib.suppress(OSError):
        opened.shutdown(socket.SHUT_RDWR)
