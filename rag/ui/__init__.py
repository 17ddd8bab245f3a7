"""The chat in a browser. It knows the rest of the package by its public names only."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import rag
from rag.ui.accounts import read_accounts
from rag.ui.guard import is_loopback
from rag.ui.opening import Opening
from rag.ui.serving import Proxy, listen, server

if TYPE_CHECKING:
    import uvicorn


def launch(
    settings: rag.Settings,
    host: str = "127.0.0.1",
    port: int = 7860,
    folders: Sequence[Path] = (),
    sample: Path | None = None,
    accounts: Sequence[str] = (),
    root_path: str = "",
    *,
    open_to_all: bool = False,
) -> None:
    """Shows the chat at this address until Ctrl-C.

    `folders` are synced first; without them, a library into which nothing was synced yet begins with
    `sample`. The page is there at once and says how far the reading has come. `accounts`, each
    "user:password", are those who are let in; without them only this machine may be listened to, unless
    it is `open_to_all`. `root_path` is where a proxy serves the chat: a path, or a whole address. Raises
    RagError where the address cannot be used, the library cannot be opened, or a folder is not there.
    """
    known, proxy = read_accounts(accounts), Proxy.read(root_path)
    if not is_loopback(host) and not known and not open_to_all:
        raise rag.RagError(
            f"At {host} others could reach the chat and read the library. Say who may: --auth USER:PASSWORD"
            " (or RAG_CHAT_AUTH); or let everybody in: --open-to-all"
        )
    with listen(host, port) as listener:
        servers: list[uvicorn.Server] = []
        stopped: list[bool] = []

        def stop() -> None:
            stopped.append(True)
            for running in servers:
                running.should_exit = True

        opening = Opening(settings, folders, sample, failed=stop)
        opening.start()
        try:
            running = server(opening, host, known, proxy)
            servers.append(running)
            if not stopped:
                address = f"[{host}]" if ":" in host else host
                _say(f"Footnote is at http://{address}:{listener.getsockname()[1]} (Ctrl-C stops it)")
                running.run(sockets=[listener])
        except KeyboardInterrupt:
            pass
        finally:
            opening.close()


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()
