"""The commands that serve a library: with the chat, or without a page."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from rag.serving import Place, api_alone
from rag.serving import serve as served
from rag.serving.options import accounts_of
from rag.terminal import Terminal
from rag.usage import parse


def chat(options: Namespace, terminal: Terminal) -> int:
    """`rag chat`: as `python app.py`, which is beside this package, with the sample corpus, in a checkout."""
    from rag.ui import launch

    checkout = Path(__file__).parents[2]
    sample = checkout / "corpus" if (checkout / "app.py").is_file() else None
    settings = terminal.settings(options.store)
    launch(settings, _place(options), _carry_out, options.folders, sample, open_to_all=options.open_to_all)
    return 0


def serve(options: Namespace, terminal: Terminal) -> int:
    """`rag serve`."""
    served(terminal.settings(options.store), _place(options), api_alone, _carry_out, options.folders)
    return 0


def _place(options: Namespace) -> Place:
    return Place(options.host, options.port, accounts_of(options), options.root_path)


def _carry_out(arguments: Sequence[str], terminal: Terminal) -> int:
    from rag.commands import run

    return run(parse(arguments), terminal)
