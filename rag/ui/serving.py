"""The whole of what is served at one address: the page, its parts, the panels' requests, behind the guard."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import rag
from rag.ui.accounts import Account
from rag.ui.guard import Guard, is_loopback, secured
from rag.ui.opening import Opening

if TYPE_CHECKING:
    import gradio as gr
    import uvicorn
    from fastapi import APIRouter, FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_PARTS = Path(__file__).with_name("parts")
_BACKLOG = 128
_GRACE = 2  # seconds for open connections when the chat is closed
# What Gradio takes for components that the page doesn't have.
_UNUSED = (
    "upload",
    "upload_progress",
    "component_server",
    "process_recording",
    "proxy={rest:path}",
    "stream/{rest:path}",
)


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
            raise rag.SettingsError(
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
        raise rag.RagError(
            f"The chat cannot listen at {host}:{port} ({reason}). If another program has the port,"
            f" name another one: --port {port + 1 if 0 < port < 65535 else 7861}"
        ) from problem
    return listener


def server(opening: Opening, host: str, accounts: Sequence[Account], proxy: Proxy) -> uvicorn.Server:
    """The server, ready to be run."""
    # Gradio would ask its makers' hosts for news and count its use; both go by the environment alone.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import uvicorn

    from rag.ui.answers import Answers
    from rag.ui.page import HEAD, build
    from rag.ui.panels import routers
    from rag.ui.uploads import UPLOADS, uploads_router

    answers = Answers(opening)
    at_home = is_loopback(host) and not accounts and not proxy.given
    panels = [*routers(opening, answers, at_home=at_home), uploads_router(opening.settings, opening.read)]
    app: ASGIApp = application(build(opening, answers), panels, HEAD, proxy, logged_in=bool(accounts))
    app = Guard(app, accounts, host, opening.health, names={proxy.name} - {""}, large={UPLOADS})
    return uvicorn.Server(
        uvicorn.Config(
            _Prefixed(app, proxy.prefix) if proxy.prefix else app,
            log_level="critical",
            timeout_graceful_shutdown=_GRACE,
            server_header=False,
            ws="none",
            proxy_headers=bool(proxy.given),  # else whoever guesses passwords says from where
        )
    )


def application(page: gr.Blocks, panels: Sequence[APIRouter], head: str, proxy: Proxy, *, logged_in: bool) -> FastAPI:
    """What is behind the guard. `logged_in`: whether it lets in only those whose name it says."""
    import gradio as gr
    from fastapi import FastAPI

    from rag.ui.theme import theme

    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    for router in panels:
        app.include_router(router)
    for path in _UNUSED:
        app.add_api_route(f"/gradio_api/{path}", _nothing, methods=["GET", "HEAD", "POST"])
    app.mount("/parts", _parts(), name="parts")
    gr.mount_gradio_app(
        app,
        page,
        path="",
        theme=theme(),
        head=head,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        root_path=proxy.given or None,
        auth_dependency=(lambda request: request.scope["state"].get("user")) if logged_in else None,
    )
    return app


def _nothing() -> None:
    from fastapi import HTTPException

    raise HTTPException(404, "There is nothing here.")


def _parts() -> ASGIApp:
    """The page's scripts and styles: a browser asks each time whether they are still the same."""
    from fastapi.staticfiles import StaticFiles

    files = StaticFiles(directory=_PARTS)

    async def fresh(scope: Scope, receive: Receive, send: Send) -> None:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": [*message["headers"], (b"cache-control", b"no-cache")]}
            await send(message)

        await files(scope, receive, sending)

    return fresh


class _Prefixed:
    """The chat under a path, whether the proxy takes the path away or leaves it."""

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
