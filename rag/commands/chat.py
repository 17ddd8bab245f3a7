"""The command that opens the chat."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rag.settings import Settings


def chat(options: Namespace) -> int:
    """`rag chat`: as `python app.py`, which is beside this package, with the sample corpus, in a checkout."""
    from rag.ui import launch

    checkout = Path(__file__).parents[2]
    sample = checkout / "corpus" if (checkout / "app.py").is_file() else None
    launch(Settings.from_environment(store=options.store), host=options.host, port=options.port, sample=sample)
    return 0
