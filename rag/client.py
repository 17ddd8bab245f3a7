"""A command whose store another process serves: that process carries it out, and what it says is shown here.

Nothing is loaded for it: no model, no index.
"""

from __future__ import annotations

import http.client
import json
import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import rag
from rag.errors import RagError
from rag.ownership import Owner, serving, token_of
from rag.settings import Settings

if TYPE_CHECKING:
    from rag.sync import Progress

_ELSEWHERE = ("chat", "check", "restore", "serve")
"""Commands that need no store, or one that nobody has open."""
_CONNECT = 5  # seconds
_AT_ONCE = 1 << 16  # characters of a file's lines that are sent together


def carried_out(arguments: Sequence[str], options: Namespace) -> int | None:
    """The exit status of a command that the store's owner carried out; None where nobody serves the store."""
    if options.command in _ELSEWHERE:
        return None
    try:
        settings = Settings.from_environment(store=options.store)
        owner = serving(settings.store)
        if owner is None:
            return None
        return _Call(owner, settings).carry_out(arguments, options)
    except RagError as problem:
        sys.stderr.write(f"rag: {problem}\n")
    except KeyboardInterrupt:
        sys.stderr.write("rag: stopped. What was done so far is kept; run the same command to go on.\n")
    return 1


class _Call:
    """One command, asked of the owner."""

    def __init__(self, owner: Owner, settings: Settings) -> None:
        self._owner = owner
        self._settings = settings
        self._token = token_of(settings.store)
        self._id = ""
        self._is_reading = False
        self._was_interrupted = False

    def carry_out(self, arguments: Sequence[str], options: Namespace) -> int:
        asked = {
            "version": rag.__version__,
            "arguments": list(arguments),
            "folder": str(Path.cwd()),
            "settings": {name: value for name, value in asdict(self._settings).items() if name != "store"},
        }
        with (
            _chunks(getattr(options, "batch", None)) as given,
            self._interruptible(),
            self._asked("/v1/commands", asked, None) as response,
            ExitStack() as shown,
        ):
            watch: Callable[[Progress], None] | None = None
            for said in self._said(response):
                if "id" in said:
                    self._id = said["id"]
                elif "out" in said:
                    sys.stdout.write(said["out"])
                    sys.stdout.flush()
                elif "err" in said:
                    sys.stderr.write(said["err"])
                    sys.stderr.flush()
                elif "wants" in said:
                    self._give(given)
                elif said.get("progress", "") is None:
                    shown.close()
                    watch = None
                elif "progress" in said:
                    watch = watch or _shown(shown)
                    watch(_as_progress(said["progress"]))
                elif "status" in said:
                    return int(said["status"])
        raise RagError(f"{self._owner} stopped before it was done. Run the same command again.")

    def _give(self, given: Iterator[list[str]]) -> None:
        """Sends the next lines of the batch; none at its end. Whoever types them may be waited for."""
        self._is_reading = True
        try:
            if self._was_interrupted:
                raise KeyboardInterrupt
            some = next(given, [])
        finally:
            self._is_reading = False
        with self._asked(f"/v1/commands/{self._id}/input", {"lines": some}, _CONNECT):
            pass

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """The first Ctrl-C is passed on, the second ends it here; so does the first while a line is waited for."""

        def pressed(signum: int, frame: FrameType | None) -> None:
            if self._was_interrupted or self._is_reading or not self._id:
                raise KeyboardInterrupt
            self._was_interrupted = True
            with self._asked(f"/v1/commands/{self._id}/interrupt", {}, _CONNECT):
                pass

        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = signal.signal(signal.SIGINT, pressed)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, before)

    @contextmanager
    def _asked(self, path: str, body: object, seconds: float | None) -> Iterator[http.client.HTTPResponse]:
        address = urlsplit(self._owner.address)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=_CONNECT)
        try:
            with self._reaching():
                connection.connect()
                connection.sock.settimeout(seconds)
                sent = json.dumps(body).encode()
                headers = {"authorization": f"Bearer {self._token}", "content-type": "application/json"}
                connection.request("POST", path, sent, headers)
                response = connection.getresponse()
                if response.status != http.client.OK:
                    raise RagError(f"{self._owner} has the store open and does not do this: {_why(response)}")
            yield response
        finally:
            connection.close()

    def _said(self, response: http.client.HTTPResponse) -> Iterator[dict[str, Any]]:
        while True:
            with self._reaching():
                line = response.readline()
            if not line:
                return
            yield json.loads(line)

    @contextmanager
    def _reaching(self) -> Iterator[None]:
        # Only around what is sent and received: where `head` has seen enough, it is not the owner that is gone.
        try:
            yield
        except (OSError, http.client.HTTPException) as problem:
            raise RagError(
                f"{self._owner} has the store open and cannot be reached at {self._owner.address} ({problem})."
                " Stop it, or wait until it answers."
            ) from problem


@contextmanager
def _chunks(batch: str | None) -> Iterator[Iterator[list[str]]]:
    """The lines of a batch: some at once of a file, and one after the other as they come through a pipe."""
    if batch is None:
        yield iter(())
        return
    from rag.terminal import Console

    with Console().lines(batch) as lines:
        if batch == "-":
            yield ([line] for line in lines)
        else:
            yield _together(lines)


def _together(lines: Iterable[str]) -> Iterator[list[str]]:
    some: list[str] = []
    held = 0
    for line in lines:
        some.append(line)
        held += len(line)
        if held >= _AT_ONCE:
            yield some
            some, held = [], 0
    if some:
        yield some


def _shown(stack: ExitStack) -> Callable[[Progress], None]:
    from rag.progress import shown

    return stack.enter_context(shown())


def _as_progress(fields: dict[str, Any]) -> Progress:
    from rag.sync import Progress

    return Progress(**fields)


def _why(response: http.client.HTTPResponse) -> str:
    try:
        return str(json.loads(response.read())["error"]["message"])
    except (ValueError, LookupError, TypeError):
        return f"status {response.status}"
