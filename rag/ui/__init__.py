"""The chat in a browser. It knows the rest of the package by its public names, and how it is served."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import rag
from rag.serving import CarryOut, Place, only_to_known, serve
from rag.ui.serving import UPLOADS, page_application


def launch(
    settings: rag.Settings,
    place: Place,
    carry_out: CarryOut,
    folders: Sequence[Path] = (),
    sample: Path | None = None,
    *,
    open_to_all: bool = False,
) -> None:
    """Shows the chat at this place until Ctrl-C; the page is there at once and says how far the reading has come.

    Without accounts only this machine may be listened to, unless it is `open_to_all`. Otherwise as
    `rag.serving.serve`, and raises the same.
    """
    only_to_known(place, open_to_all=open_to_all)
    serve(settings, place, page_application, carry_out, folders, sample, {UPLOADS: None})
