"""A process that reads files for another, so that no file can hang, crash or exhaust the reader's user.

The two talk over the worker's stdin and stdout, in frames (see `reading.frames`).
"""

from __future__ import annotations

import base64
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from rag.errors import UnreadableDocument
from rag.reading.frames import from_frame, read_frame, to_frame, write
from rag.settings import Settings
from rag.types import Document, Problem

_LIMITS = ("max_file_mb", "max_text_mb", "read_seconds", "read_memory_mb")
_FRAME_TEXT = 1 << 18
"""Small documents are sent together until they hold this many characters."""
_NETWORK = frozenset(
    f"socket.{act}"
    for act in ("connect", "bind", "sendto", "sendmsg", "getaddrinfo", "getnameinfo", "gethostbyname", "gethostbyaddr")
)
"""What Python calls its ways to the network when it tells its audit hooks of them."""
_GRACE = 30
"""Seconds after which a worker whose user is gone ends by itself."""


class Worker:
    """Reads files in a process of its own, which is started when needed and used for many files.

    A context manager; not to be used by two threads at once.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._process: subprocess.Popen[bytes] | None = None
        self._files_read = 0

    def __enter__(self) -> Worker:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Ends the process. The worker can still be used: it starts another."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with suppress(OSError):  # what it was sent and did not read
                    pipe.close()

    def read(self, path: Path, source: str) -> Iterator[Document | Problem]:
        """What `rag.reading.read` yields for the file.

        Raises UnreadableDocument as that does, and where the file takes too long (while it is waited
        for), needs too much memory or crashes its parser.
        """
        was_used = self._files_read > 0
        yielded = False
        try:
            for item in self._read_once(path, source):
                yielded = True
                yield item
        except _NoMemory as problem:
            # What earlier files left in a used process counts too, so the file gets a fresh one.
            if not was_used or yielded:
                raise UnreadableDocument(str(problem)) from None
        else:
            return
        try:
            yield from self._read_once(path, source)
        except _NoMemory as problem:
            raise UnreadableDocument(str(problem)) from None

    def _read_once(self, path: Path, source: str) -> Iterator[Document | Problem]:
        done = False
        waiting = _Patience(self._settings.read_seconds)
        try:
            self._send({"path": base64.b64encode(os.fsencode(path.absolute())).decode(), "source": source})
            while not done:
                frame = self._receive(waiting)
                done = frame["done"]
                if frame["no_memory"]:
                    done = False  # it is not used again
                    raise _NoMemory(
                        f"The file needs more than {self._settings.read_memory_mb:,} MB of memory to read. Split it, "
                        "or raise RAG_READ_MEMORY_MB."
                    )
                yield from map(from_frame, frame["items"])
                if frame["unreadable"]:
                    raise UnreadableDocument(frame["unreadable"])
        finally:
            if not done:  # too late, crashed, interrupted, or left by its user before the end
                self.close()

    def _send(self, request: dict[str, str]) -> None:
        if self._process is None or self._process.poll() is not None:
            self.close()
            self._process = _start(self._settings)
            self._files_read = 0
        assert self._process.stdin is not None
        self._files_read += 1
        try:
            write(self._process.stdin, request)
        except OSError:
            raise self._crash() from None

    def _receive(self, waiting: _Patience) -> dict[str, Any]:
        process = self._process
        assert process is not None
        assert process.stdout is not None
        with waiting.kills(process):
            frame = read_frame(process.stdout)
        if frame is not None:
            return frame
        if waiting.is_over:
            raise UnreadableDocument(
                f"The file took longer than {self._settings.read_seconds:,} s to read. Split it, or raise "
                "RAG_READ_SECONDS."
            )
        raise self._crash()

    def _crash(self) -> UnreadableDocument:
        status = self._process.wait() if self._process else 0
        why = f"exit status {status}"
        with suppress(ValueError):
            why = f"signal {-status}, {signal.Signals(-status).name}"
        return UnreadableDocument(
            f"Its parser crashed ({why}), so the file may be damaged. Open it in the program that made it and save "
            "it again, or save it as PDF."
        )


class _NoMemory(Exception):
    pass


class _Patience:
    """The seconds that may still be spent waiting for the answer on one file."""

    def __init__(self, seconds: float) -> None:
        self._left = seconds

    @property
    def is_over(self) -> bool:
        return self._left <= 0

    @contextmanager
    def kills(self, process: subprocess.Popen[bytes]) -> Iterator[None]:
        """Ends the process, and so whatever waits for it, when no second is left."""
        timer = threading.Timer(max(0.0, self._left), process.kill)
        timer.daemon = True
        began = time.monotonic()
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
            self._left -= time.monotonic() - began


def _start(settings: Settings) -> subprocess.Popen[bytes]:
    limits = {name: getattr(settings, name) for name in _LIMITS}
    # The same modules in the same order as here, but nothing that lies in the current folder (-P): that
    # may be a folder of strangers' files, with a csv.py among them.
    places = [os.path.abspath(place) for place in sys.path if place]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(places)}
    # Each thread of a numeric library reserves address space, which is limited.
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MALLOC_ARENA_MAX": "1"}
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "rag.reading.worker", json.dumps(limits)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )


# -- in the worker's process


def serve(limits: str) -> None:
    """Answers requests on stdin until it is closed."""
    settings = Settings(**json.loads(limits))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the one who asked
    requests, replies = _take_pipes()
    sys.addaudithook(_refuse_network)
    _limit_memory(settings)
    while request := read_frame(requests):
        path = Path(os.fsdecode(base64.b64decode(request["path"])))
        try:
            _answer(path, request["source"], settings, replies)
        except MemoryError:
            write(replies, _reply(no_memory=True, done=True))
        except BrokenPipeError:
            return  # whoever asked is gone


def _answer(path: Path, source: str, settings: Settings, replies: IO[bytes]) -> None:
    from rag.reading import read

    unreadable = ""
    items: list[dict[str, Any]] = []
    held = 0
    try:
        with _deadline(settings):
            for item in read(path, source, settings):
                items.append(to_frame(item))
                held += len(item.text) if isinstance(item, Document) else len(item.reason)
                if held >= _FRAME_TEXT:
                    with _no_deadline(settings):
                        write(replies, _reply(items))
                    items, held = [], 0
    except UnreadableDocument as problem:
        unreadable = str(problem)
    write(replies, _reply(items, unreadable, done=True))


def _reply(
    items: list[dict[str, Any]] | None = None, unreadable: str = "", *, no_memory: bool = False, done: bool = False
) -> dict[str, Any]:
    return {"items": items or [], "unreadable": unreadable, "no_memory": no_memory, "done": done}


def _take_pipes() -> tuple[IO[bytes], IO[bytes]]:
    """The two ends of the talk, out of reach of what a parser reads and prints."""
    requests, replies = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    os.close(nothing)
    return requests, replies


def _refuse_network(event: str, arguments: tuple[Any, ...]) -> None:
    """No file is a reason to go to the network. The parsers in C are told so by their readers, or cannot."""
    if event in _NETWORK:
        raise PermissionError("what reads files may not use the network")


def _limit_memory(settings: Settings) -> None:
    """Where the system can: no more address space than this process has now and the setting together."""
    try:
        import resource
    except ImportError:
        return
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        most = (settings.read_memory_mb << 20) + _address_space()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        if hard != resource.RLIM_INFINITY:
            most = min(most, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, most))


def _address_space() -> int:
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def _deadline(settings: Settings) -> Iterator[None]:
    """Ends this process when it works on and on for someone who was killed and cannot end it."""
    if not hasattr(signal, "alarm"):
        yield
        return
    signal.alarm(settings.read_seconds + _GRACE)
    try:
        yield
    finally:
        signal.alarm(0)


@contextmanager
def _no_deadline(settings: Settings) -> Iterator[None]:
    """While the other side takes its time to listen."""
    if not hasattr(signal, "alarm"):
        yield
        return
    signal.alarm(0)
    yield
    signal.alarm(settings.read_seconds + _GRACE)


if __name__ == "__main__":
    serve(sys.argv[1])
