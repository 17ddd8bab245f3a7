"""What the commands share: the library they open and the rows they are given."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from rag.errors import NotInStore, RagError
from rag.library import Library
from rag.terminal import Terminal
from rag.terms import whole_characters

_Found = TypeVar("_Found")


def library_of(
    options: Namespace, terminal: Terminal, *, any_embedder: bool = False
) -> AbstractContextManager[Library]:
    """The library of `--store`."""
    return terminal.library(terminal.settings(options.store), any_embedder=any_embedder)


def rows(name: str, terminal: Terminal) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers."""
    with terminal.lines(name) as lines:
        for number, line in enumerate(lines, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except (ValueError, RecursionError) as problem:
                raise RagError(f"Line {number} of {name} is not JSON ({problem}).") from problem
            if not isinstance(row, dict):
                raise RagError(f"Line {number} of {name} is not a JSON object.")
            yield number, row


def field(row: dict[str, Any], name: str, number: int) -> str:
    """The text under this name in a row. Raises RagError, naming the line."""
    if not isinstance(row.get(name), str):
        raise RagError(f'Line {number} has no text under "{name}".')
    return whole_characters(row[name])


def named(name: str, terminal: Terminal, find: Callable[[str], _Found]) -> _Found:
    """What a document's name finds, as it is cited or as a path from the folder in which it was typed.

    Raises NotInStore.
    """
    try:
        return find(name)
    except NotInStore:
        if terminal.folder == Path() or not name:
            raise
        try:
            return find(str(terminal.folder / name))
        except NotInStore:
            pass
        raise  # in the words that were typed
