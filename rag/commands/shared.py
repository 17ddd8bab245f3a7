"""What the commands share: the library they open, the rows they are given, and what they write."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from typing import Any

from rag.errors import RagError
from rag.library import Library
from rag.settings import Settings
from rag.terms import whole_characters


def open_library(options: Namespace, *, any_embedder: bool = False) -> Library:
    """The library of `--store`."""
    return Library(Settings.from_environment(store=options.store), any_embedder=any_embedder)


def one_of(options: Namespace, name: str) -> None:
    """Ends with status 2 unless exactly one of this argument and --batch is given."""
    if (getattr(options, name) is None) == (options.batch is None):
        sys.stderr.write(f"rag {options.command}: give either a {name} or --batch FILE\n")
        sys.exit(2)


def rows(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers."""
    try:
        # A byte that is not UTF-8 becomes a mark, in which no question turns on it.
        file = sys.stdin if name == "-" else open(name, encoding="utf-8-sig", errors="replace")  # noqa: SIM115  closed below
    except OSError as problem:
        raise RagError(f"{name} cannot be read ({problem.strerror}).") from problem
    with file:
        for number, line in enumerate(file, start=1):
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


def write_document(value: Any) -> None:
    """One JSON document on standard output."""
    write(json.dumps(value, ensure_ascii=False, indent=1))


def write_line(value: Any) -> None:
    """One line of JSON on standard output, at once."""
    write(json.dumps(value, ensure_ascii=False))
    sys.stdout.flush()


def write(text: str) -> None:
    """Text on standard output, as a line of its own."""
    # Lone surrogates of strange file names must not break the stream.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
