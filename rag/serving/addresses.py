"""Where the library is served: a socket, and what a proxy before it changes."""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from rag.errors import RagError, SettingsError
from rag.serving.guard import secured

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_BACKLOG = 128


@dataclass(frozen=True, slots=True)
class Proxy:
    """Where a proxy serves the chat: the path, the name if it was told, and both as they were given."""

    prefix: str = ""
    name: str = ""
    given: str = ""

    @classmethod
    def read(cls, text: str) -> Proxy:
        """Of "/path" or "https://name/path"; "" is no proxy. Raises SettingsError."""
        given = text.strip().rstrip("/")
        parts = urlsplit(given)
        if given and not (given.startswith("/") and not parts.netloc) and parts.scheme not in ("http", "https"):
            raise SettingsError(
                f"--root-path is {text}: write the path under which a proxy serves the chat, as /footnote, or its"
                " whole address, as https://docs.example.org/footnote"
            )
        return cls(parts.path, parts.hostname or "", given)


def listen(host: str, port: int) -> socket.socket:
    """A socket at this address. Raises RagError where it cannot be had."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.socket(family, kind, protocol)
        if os.name == "posix":  # elsewhere it would let two programs have one port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(_BACKLOG)
    except (OSError, OverflowError) as problem:
        reason = problem.strerror if isinstance(problem, OSError) and problem.strerror else str(problem)
        raise RagError(
            f"Footnote cannot listen at {host}:{port} ({reason}). If another program has the port,"
            f" name another one: --port {port + 1 if 0 < port < 65535 else 7861}"
        ) from problem
    return listener


class Prefixed:
    """What is served, under a path, whether the proxy takes the path away or leaves it."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self._app = app
        self._prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        path = scope["path"]
        if path == self._prefix:  # the page's links go from its folder
            headers = [(b"location", f"{self._prefix}/".encode()), (b"content-length", b"0")]
            send = secured(send)
            await send({"type": "http.response.start", "status": 308, "headers": headers})
            await send({"type": "http.response.body"})
            return
        if not path.startswith(f"{self._prefix}/"):
            path = self._prefix + path
        inner = {**scope, "path": path, "raw_path": path.encode(), "root_path": self._prefix}
        await self._app(inner, receive, send)
