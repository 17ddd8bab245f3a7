"""The command that opens the chat."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rag.settings import Settings


def chat(options: Namespace) -> int:
    """`rag chat`: as `python app.py`, which is beside this package, with the sample corpus, in a checkout."""
    from rag.ui import launch
    from rag.ui.options import accounts_of

    checkout = Path(__file__).parents[2]
    launch(
        Settings.from_environment(store=options.store),
        options.host,
        options.port,
        options.folders,
        sample=checkout / "corpus" if (checkout / "app.py").is_file() else None,
        accounts=accounts_of(options),
        root_path=options.root_path,
        open_to_all=options.open_to_all,
    )
    return 0
