"""The whole of what is served at one address: the page, its parts, the panels' requests, behind the guard."""

from __future__ import annotations

import os
import socket
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import rag
from rag.ui.guard import Account, Guard, is_loopback
from rag.ui.opening import Opening

if TYPE_CHECKING:
    import uvicorn

_PARTS = Path(__file__).with_name("parts")
_BACKLOG = 128
_GRACE = 2  # seconds for open connections when the chat is closed


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


def server(opening: Opening, host: str, accounts: Sequence[Account], root_path: str) -> uvicorn.Server:
    """The server, ready to be run."""
    # Gradio would ask its makers' hosts for news and count its use; both go by the environment alone.
    os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
    import gradio as gr
    import uvicorn
    from fastapi import FastAPI
    from fastapi.staticfiles import StaticFiles

    from rag.ui.answers import Answers
    from rag.ui.page import HEAD, build
    from rag.ui.panels import routers
    from rag.ui.theme import theme
    from rag.ui.uploads import uploads_router

    answers = Answers(opening)
    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    at_home = is_loopback(host) and not accounts
    for router in routers(opening, answers, at_home=at_home):
        app.include_router(router)
    uploads = opening.settings.store / "uploads"
    app.include_router(uploads_router(lambda: uploads, opening.settings.max_file_mb, opening.read))
    app.mount("/parts", StaticFiles(directory=_PARTS), name="parts")
    app = gr.mount_gradio_app(
        app,
        build(opening, answers),
        path="",
        theme=theme(),
        head=HEAD,
        footer_links=[],
        run_history=False,
        ssr_mode=False,
        root_path=root_path or None,
        auth_dependency=(lambda request: request.scope.get("state", {}).get("user")) if accounts else None,
    )
    guarded = Guard(app, accounts, host, opening.health)
    return uvicorn.Server(
        uvicorn.Config(
            guarded,
            log_level="critical",
            timeout_graceful_shutdown=_GRACE,
            server_header=False,
            root_path=root_path,
        )
    )
