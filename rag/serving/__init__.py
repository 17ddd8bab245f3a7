"""A library that is open in this process, served to others: the API for programs, and the page where there is one.

`rag chat` serves both, `rag serve` the API alone. While the library is open, the commands of other terminals on its
store are carried out here too (see `rag.ownership`).
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from rag.errors import RagError
from rag.ownership import token_of
from rag.serving.accounts import read_accounts
from rag.serving.addresses import Prefixed, Proxy, listen
from rag.serving.guard import API, Guard, is_loopback
from rag.serving.opening import Opening
from rag.settings import Settings

if TYPE_CHECKING:
    import socket

    import uvicorn
    from starlette.types import ASGIApp

    from rag.terminal import Terminal

_GRACE = 2  # seconds for open connections when it is closed
_MB = 1 << 20
_LARGE = 64 * _MB  # what is sent as JSON and may be long: the sources of a check
_HOME = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a library is served, and for whom."""

    host: str = "127.0.0.1"
    port: int = 7860
    accounts: Sequence[str] = ()
    """Those who are let in, each "user:password"; none: whoever reaches the page, and who has the store's token."""
    root_path: str = ""
    """Where a proxy serves it: a path, or a whole address."""


@dataclass(frozen=True, slots=True)
class Site:
    """What an application is told of where it is served."""

    at_home: bool
    """Whether whoever sees the page sits at this machine, and may name its folders."""
    logged_in: bool
    """Whether only those are let in whose name the guard says."""
    proxy: Proxy


Application = Callable[[Opening, Site, "ASGIApp"], "ASGIApp"]
"""What is behind the guard, given the API."""

CarryOut = Callable[[Sequence[str], "Terminal"], int]
"""Runs a command line of another terminal and returns its exit status."""


def serve(
    settings: Settings,
    place: Place,
    application: Application,
    carry_out: CarryOut,
    folders: Sequence[Path] = (),
    sample: Path | None = None,
    limits: Mapping[str, int | None] = MappingProxyType({}),
) -> None:
    """Serves the library at this place until Ctrl-C.

    `folders` are synced first; without them, a library into which nothing was synced yet begins with `sample`.
    `limits`: see `Guard`. Raises RagError where the address cannot be used, the library cannot be opened, or a
    folder is not there.
    """
    accounts, proxy = read_accounts(place.accounts), Proxy.read(place.root_path)
    site = Site(is_loopback(place.host) and not accounts and not proxy.given, bool(accounts), proxy)
    with ExitStack() as sockets:
        listener = sockets.enter_context(listen(place.host, place.port))
        # Where others may come in, this machine's own programs have a door of their own.
        private = listener if site.at_home else sockets.enter_context(listen(_HOME, 0))
        home = private.getsockname()[1]
        servers: list[uvicorn.Server] = []
        stopped: list[bool] = []

        def stop() -> None:
            stopped.append(True)
            for running in servers:
                running.should_exit = True

        at_home = f"http://{_written(place.host if site.at_home else _HOME)}:{home}"
        opening = Opening(settings, folders, sample, failed=stop, address=at_home)
        opening.start()
        try:
            from rag.serving.api import api

            app = application(opening, site, api(opening, carry_out))
            limits = {f"{API}/check": _LARGE, **limits}
            guard = Guard(
                app,
                accounts,
                place.host,
                opening.health,
                token=lambda: token_of(settings.store),
                home=home,
                names={proxy.name} - {""},
                limits=limits,
            )
            running = _server(guard, proxy)
            servers.append(running)
            if not stopped:
                _say_where(place.host, listener)
                running.run(sockets=[listener] if private is listener else [listener, private])
        except KeyboardInterrupt:
            pass
        finally:
            opening.close()


def api_alone(opening: Opening, site: Site, api: ASGIApp) -> ASGIApp:
    """An application that has nothing but the API."""
    from fastapi import FastAPI

    app = FastAPI(title="Footnote", docs_url=None, redoc_url=None, openapi_url=None)
    app.mount(API, api)
    return app


def only_to_known(place: Place, *, open_to_all: bool) -> None:
    """Raises RagError where a page would be shown to the network without asking who looks at it."""
    if not is_loopback(place.host) and not place.accounts and not open_to_all:
        raise RagError(
            f"At {place.host} others could reach the chat and read the library. Say who may: --auth USER:PASSWORD"
            " (or RAG_CHAT_AUTH); or let everybody in: --open-to-all"
        )


def _server(app: ASGIApp, proxy: Proxy) -> uvicorn.Server:
    import uvicorn

    return uvicorn.Server(
        uvicorn.Config(
            Prefixed(app, proxy.prefix) if proxy.prefix else app,
            log_level="critical",
            timeout_graceful_shutdown=_GRACE,
            server_header=False,
            ws="none",
            proxy_headers=bool(proxy.given),  # else whoever guesses passwords says from where
        )
    )


def _say_where(host: str, listener: socket.socket) -> None:
    sys.stderr.write(f"Footnote is at http://{_written(host)}:{listener.getsockname()[1]} (Ctrl-C stops it)\n")
    sys.stderr.flush()


def _written(host: str) -> str:
    return f"[{host}]" if ":" in host else host
