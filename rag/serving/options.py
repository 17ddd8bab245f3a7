"""How a library is served from a command line: `rag chat`, `python app.py` and `rag serve`."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

_ACCOUNTS = "RAG_CHAT_AUTH"


def add_serving_options(parser: argparse.ArgumentParser) -> None:
    """The options of `rag.serving.Place`, and the folders to begin with."""
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="folders or files to read first (a new store: corpus/)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    parser.add_argument(
        "--auth",
        action="append",
        default=[],
        metavar="USER:PASSWORD",
        help=f"ask for this name and password; may be given again (or {_ACCOUNTS}, separated by spaces,"
        " which no list of processes shows)",
    )
    parser.add_argument(
        "--root-path",
        default="",
        metavar="PATH",
        help="where a proxy serves it: a path such as /footnote, or a whole address; the proxy says for whom it"
        " asks (X-Forwarded-For)",
    )


def add_chat_options(parser: argparse.ArgumentParser) -> None:
    """Those, and what only a page needs."""
    add_serving_options(parser)
    parser.add_argument(
        "--open-to-all", action="store_true", help="let anyone who can reach a --host of the network in, without --auth"
    )


def accounts_of(options: argparse.Namespace) -> list[str]:
    """Each account that was named, as "user:password"."""
    return [*options.auth, *os.environ.get(_ACCOUNTS, "").split()]
