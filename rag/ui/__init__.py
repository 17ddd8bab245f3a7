"""The chat in a browser. It knows the rest of the package by its public names only."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import rag
from rag.ui.opening import Opening

if TYPE_CHECKING:
    import uvicorn
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_CSS = Path(__file__).with_name("page.css")
_BACKLOG = 128
_GRACE = 2  # seconds for open connections when the chat is closed

# Gradio writes scripts and styles into its page and compiles templates. What a document says never
# gets that far; and whatever did, could not speak to any other host.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline';"
    " img-src 'self' data: blob:; font-src 'self' data:; object-src 'none'; base-uri 'self';"
    " form-action 'self'; frame-ancestors 'none'"
)
_HEADERS = (
    (b"content-security-policy", _POLICY.encode()),
    (b"referrer-policy", b"no-referrer"),
    (b"x-content-type-options", b"nosniff"),
)


def launch(
    settings: rag.Settings,
    host: str = "127.0.0.1",
    port: int = 7860,
    folders: Sequence[Path] = (),
    sample: Path | None = None,
) -> None:
    """Shows the chat at this address until Ctrl-C.

    `folders` are synced first; without them, a library into which nothing was synced yet begins with
    `sample`. The page is there at once and says how far the reading has come. Raises RagError where
    the address cannot be used, the library cannot be opened, or a folder is not there.
    """
    with _listen(host, port) as listener:
        servers: list[uvicorn.Server] = []
        stopped: list[bool] = []

        def stop() -> None:
            stopped.append(True)
            for server in servers:
                server.should_exit = True

        opening = Opening(settings, folders, sample, failed=stop)
        opening.start()
        try:
            server = _server(opening)
            servers.append(server)
            if not stopped:
                address = f"[{host}]" if ":" in host else host
                _say(f"Footnote is at http://{address}:{listener.getsockname()[1]} (Ctrl-C stops it)")
                server.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            opening.close()


def _listen(host: str, port: int) -> socket.socket:
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


def _server(opening: Opening) -> uvicorn.Server:
    # Gradio would ask its makers' hosts for news and count its use; both go by the environment alone.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI

    from rag.ui.page import build
    from rag.ui.theme import theme

    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    app.add_middleware(_Secured)
    # As a part of the head: Gradio rewrites a stylesheet that is given as one, and loses some of it.
    style = f"<style>{_CSS.read_text(encoding='utf-8')}</style>"
    app = gr.mount_gradio_app(
        app, build(opening), path="", theme=theme(), head=style, footer_links=[], run_history=False, ssr_mode=False
    )
    return uvicorn.Server(uvicorn.Config(app, log_level="critical", timeout_graceful_shutdown=_GRACE))


class _Secured:
    """Sends the security headers with every response, and lets streams through as they come."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_HEADERS]
            await send(message)

        await self._app(scope, receive, secured)


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
