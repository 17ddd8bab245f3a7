"""JSON Lines, whose rows are documents, and JSON, which is one document of "name: value" blocks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import chain, islice
from pathlib import Path
from typing import Any, TextIO

from rag.reading.encoding import open_text
from rag.reading.limits import text_limit, too_much_text
from rag.reading.manuscript import Manuscript, plain_words
from rag.reading.markdown import add_markdown
from rag.reading.plain import add_plain, read_plain
from rag.settings import Settings
from rag.types import Document, Problem

_PEEKED = 100
"""Rows that are looked at to learn whether the rows of the file are documents."""
_MOST_PROBLEMS = 20
_LONG = 120
"""A value with more characters than this is a paragraph of its own."""
_DEEPEST = 40

Numbered = tuple[int, Any]


def read_rows(path: Path, source: str, name: str, settings: Settings) -> Iterator[Document | Problem]:
    """One document for each row with a "text", with the source `source#id`; a Problem for each other row.

    Where no row has a "text" the rows are records, and the file is one document called `name`.
    """
    with open_text(path) as file:
        rows = _rows(file)
        first = list(islice(rows, _PEEKED))
        if any(isinstance(row, dict) for _, row in first) and not any(_text_of(row) for _, row in first):
            records = _records(chain(first, rows), source, name, settings)
            if records.text:
                yield records
            return
        problems = 0
        for item in _documents(chain(first, rows), source, name, settings):
            if isinstance(item, Problem):
                problems += 1
                if problems > _MOST_PROBLEMS:
                    continue
            yield item
        if problems > _MOST_PROBLEMS:
            yield Problem(source, f"{problems - _MOST_PROBLEMS:,} more rows of the file could not be read.")


def _rows(file: TextIO) -> Iterator[Numbered]:
    """The rows with their numbers, counted from 1; a row that is not JSON is a ValueError."""
    for number, line in enumerate(file, 1):
        if not line.strip():
            continue
        try:
            yield number, json.loads(line)
        except ValueError as problem:
            yield number, problem
        except RecursionError:
            yield number, ValueError("it is nested too deeply")


def _documents(rows: Iterator[Numbered], source: str, name: str, settings: Settings) -> Iterator[Document | Problem]:
    seen: dict[str, int] = {}
    for number, row in rows:
        if isinstance(row, ValueError):
            yield Problem(f"{source}#{number}", f"Line {number:,} is not valid JSON ({row}).")
            continue
        text = _text_of(row)
        if not text:
            yield Problem(f"{source}#{number}", f'Line {number:,} has no "text" with words in it.')
            continue
        row_id = _id_of(row) or str(number)
        if row_id in seen:
            reason = f"Line {number:,} has the id {row_id!r} of line {seen[row_id]:,}: give each row its own."
            yield Problem(f"{source}#{number}", reason)
            continue
        seen[row_id] = number
        if len(text) > text_limit(settings):
            yield Problem(f"{source}#{row_id}", str(too_much_text(settings)))
            continue
        document = _document(row, text, f"{source}#{row_id}", f"{name} {row_id}")
        yield document if document.text else Problem(document.source, f"Line {number:,} holds no text.")


def _document(row: dict[str, Any], text: str, source: str, name: str) -> Document:
    manuscript = Manuscript("jsonl")
    add_plain(manuscript, text)
    title = row.get("title")
    manuscript.title = title if isinstance(title, str) else ""
    for key, value in row.items():
        if key not in ("text", "title", "_id", "id") and _is_scalar(value):
            manuscript.metadata[key] = _said(value)
    return manuscript.finish(source, name)


def _records(rows: Iterator[Numbered], source: str, name: str, settings: Settings) -> Document:
    manuscript = Manuscript("jsonl")
    length = 0
    for number, row in rows:
        if isinstance(row, ValueError):
            manuscript.warnings.append(f"Line {number:,} is not valid JSON ({row}).")
            continue
        for block in _blocks(row, ""):
            manuscript.paragraph(block)
            length += len(block)
        if length > text_limit(settings):
            raise too_much_text(settings)
    return manuscript.finish(source, name)


def read_json(text: str, name: str) -> Manuscript:
    """The manuscript of a JSON text: a block for each record, a paragraph for each long value.

    What is not JSON in spite of its name is read as plain text, with a warning.
    """
    manuscript = Manuscript("json")
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as problem:
        manuscript = read_plain(text, name)
        manuscript.warnings.append(f"It is not valid JSON ({problem}) and was read as plain text.")
        return manuscript
    if isinstance(value, dict) and isinstance(value.get("title"), str):
        manuscript.title = value["title"]
    if isinstance(value, dict) and "nbformat" in value and isinstance(value.get("cells"), list):
        _add_notebook(manuscript, value["cells"])
        return manuscript
    for block in _blocks(value, ""):
        manuscript.paragraph(block)
    return manuscript


def _add_notebook(manuscript: Manuscript, cells: list[Any]) -> None:
    """A Jupyter notebook: its text and its code, without what the code printed."""
    for cell in cells:
        source = cell.get("source") if isinstance(cell, dict) else None
        text = "".join(filter(lambda line: isinstance(line, str), source or []))
        if isinstance(cell, dict) and cell.get("cell_type") == "markdown":
            add_markdown(manuscript, text)
        else:
            manuscript.paragraph("\n".join(line for line in text.splitlines() if line.strip()))


def _blocks(value: Any, path: str, depth: int = 0) -> Iterator[str]:
    """The blocks of a value that stands at `path`: its short values together, then what is long or nested."""
    if _is_scalar(value) or depth > _DEEPEST:
        yield _pair(path, _said(value) if _is_scalar(value) else json.dumps(value, ensure_ascii=False))
    elif isinstance(value, list):
        short = [_said(item) for item in value if _is_scalar(item) and len(_said(item)) <= _LONG]
        if short:
            yield _pair(path, ", ".join(short))
        for item in value:
            if not _is_scalar(item) or len(_said(item)) > _LONG:
                yield from _blocks(item, path, depth + 1)
    elif isinstance(value, dict):
        names = {key: f"{path} {key}".strip() if path else str(key) for key in value}
        pairs = [_pair(names[key], _said(item)) for key, item in value.items() if _is_short(item)]
        yield "; ".join(filter(None, pairs))
        for key, item in value.items():
            if not _is_short(item):
                yield from _blocks(item, names[key], depth + 1)


def _is_short(value: Any) -> bool:
    return _is_scalar(value) and len(_said(value)) <= _LONG


def _pair(name: str, value: str) -> str:
    value = value.strip()
    return f"{name}: {value}" if name and value else value


def _is_scalar(value: Any) -> bool:
    return value is None or isinstance(value, str | int | float)


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _text_of(row: Any) -> str:
    text = row.get("text") if isinstance(row, dict) else None
    return text if isinstance(text, str) and text.strip() else ""


def _id_of(row: dict[str, Any]) -> str:
    for key in ("_id", "id"):
        value = row.get(key)
        if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
            return plain_words(str(value))
    return ""
