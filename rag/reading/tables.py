"""Tables as they stand in files, with merged cells and with or without named columns, made into rows.

A row that carries its column names can be understood, found and quoted by itself.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.reading.manuscript import Manuscript

_MAX_COLUMNS = 1000
_LONGEST_NAME = 80
_REPEATED_BELOW = 80
"""A label that spans several rows is given to each of them; longer text is given once."""
_SAMPLE = 20

_NUMBER = re.compile(
    r"[(+\-−–±~<>≤≥]*\s?([$€£¥]|[A-Z]{3})?\s?[(\-−]?\d[\d.,'\s]*([eE][+-]?\d+)?\s?(%|‰|[^\W\d_]{1,3})?\)?"
)
_DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T]\d{1,2}:\d{2}(:\d{2})?)?|\d{1,2}:\d{2}(:\d{2})?")
_YEAR = re.compile(r"(FY\s?)?(1[5-9]|20|21)\d\d([-/–]\d{2,4})?")
_BLANK = re.compile(r"[-–—.\s]*|n/?a", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, with the columns and rows it spans. `header`: the file says that it names others."""

    text: str
    columns: int = 1
    rows: int = 1
    header: bool = False


def add_table(manuscript: Manuscript, rows: Sequence[Sequence[Cell]], header_rows: int | None = None) -> None:
    """Adds a table. `header_rows`: how many rows name the columns, where the file says so.

    Rows above the names that hold a single text are its titles. Without named columns the cells of a row
    follow one another.
    """
    if header_rows is None:
        header_rows = _marked_header_rows(rows)
    grid = _expanded(rows, header_rows)
    header_rows = sum(any(row) for row in grid[:header_rows])
    grid = [row for row in grid if any(row)]
    while len(grid) > 1 and sum(map(bool, grid[0])) <= 1 < len(grid[0]):
        manuscript.paragraph("".join(grid.pop(0)))
        header_rows = max(0, header_rows - 1)
    filled = [column for column in range(len(grid[0]) if grid else 0) if any(row[column] for row in grid)]
    grid = [[row[column] for column in filled] for row in grid]
    if not header_rows and grid and names_columns(grid[0], grid[1:]):
        header_rows = 1
    add_grid(manuscript, grid, header_rows)


def add_grid(manuscript: Manuscript, grid: Sequence[Sequence[str]], header_rows: int) -> None:
    """Adds rows of equal length, of which the first `header_rows` name the columns."""
    body = grid[header_rows:]
    if not body:
        header_rows, body = 0, grid
    if not header_rows and _is_form(body):
        for row in body:
            manuscript.paragraph(" ".join(filter(None, row)))
        return
    names = [" ".join(dict.fromkeys(filter(None, column))) for column in zip(*grid[:header_rows], strict=False)]
    manuscript.rows(names, body)
    empty = [name for name, *values in zip(names, *body, strict=False) if not any(values)]
    manuscript.paragraph("; ".join(filter(None, empty)))  # with no value it would be lost


def names_columns(
    first: Sequence[str], below: Sequence[Sequence[str]], marked: bool = False, certain: bool = False
) -> bool:
    """Whether the texts in `first` look like the names of the columns below them.

    `marked`: they stand out from the rows below, in bold for instance. `certain`: that they are words above
    words is not enough.
    """
    names = [text for text in first if not _BLANK.fullmatch(text)]
    distinct = len(set(names))
    if not below or len(names) < max(2, 0.6 * len(first)) or distinct < max(2, 0.5 * len(names)):
        return False
    if not all(map(could_be_name, names)):
        return False
    if marked or any(_is_named_column(column) for column in zip(first, *below[:_SAMPLE], strict=False)):
        return True
    # Of two columns of words the first may well hold the names: "Author | A. Smith".
    return (
        len(first) > 2
        and not certain
        and distinct == len(names)
        and not any(map(_YEAR.fullmatch, names))
        and not any(name.endswith(":") for name in names)
    )


def is_number(text: str) -> bool:
    """Whether the text is a number, an amount or a date, and so names nothing."""
    return bool(_NUMBER.fullmatch(text) or _DATE.fullmatch(text))


def could_be_name(text: str) -> bool:
    """Whether the text is short and says something, as a year does and another number does not."""
    if len(text) > _LONGEST_NAME or not any(map(str.isalnum, text)) or (" " in text and text.endswith((".", "!", ";"))):
        return False
    return bool(_YEAR.fullmatch(text)) or not (is_number(text) or _BLANK.fullmatch(text))


def _is_named_column(column: Sequence[str]) -> bool:
    """Words over numbers, or a year over numbers that are no years."""
    name, *values = column
    values = [value for value in values if not _BLANK.fullmatch(value)]
    if not name or not values or not all(map(is_number, values)):
        return False
    return not _YEAR.fullmatch(name) or not all(map(_YEAR.fullmatch, values))


def _is_form(grid: Sequence[Sequence[str]]) -> bool:
    """Two columns, "Author:" before "A. Smith"."""
    labels = [row[0] for row in grid if len(row) == 2 and row[0]]
    return len(labels) * 2 > len(grid) and all(label.endswith(":") for label in labels)


def _marked_header_rows(rows: Sequence[Sequence[Cell]]) -> int:
    """How many rows from the top are made of header cells only, when others are not."""
    count = 0
    for row in rows:
        texts = [cell for cell in row if cell.text]
        if not texts or not all(cell.header for cell in texts):
            break
        count += 1
    return min(count, max(0, len(rows) - 1))


def _expanded(rows: Sequence[Sequence[Cell]], header_rows: int) -> list[list[str]]:
    """A grid with one text for each place, all rows of equal length.

    A cell over several columns is repeated where it names columns and stands once where it does not.
    """
    lines: list[dict[int, str]] = []
    hanging: dict[int, tuple[int, str]] = {}  # column: rows it still reaches into, with this text
    for index, row in enumerate(rows):
        line = {column: text for column, (_, text) in hanging.items()}
        hanging = {column: (left - 1, text) for column, (left, text) in hanging.items() if left > 1}
        column = 0
        for cell in row:
            while column in line:
                column += 1
            text = " ".join(cell.text.split())
            for place in range(column, min(column + max(1, cell.columns), _MAX_COLUMNS)):
                line[place] = text if place == column or index < header_rows else ""
                if cell.rows > 1:
                    hanging[place] = (cell.rows - 1, line[place] if len(text) <= _REPEATED_BELOW else "")
            column += max(1, cell.columns)
        lines.append(line)
    width = 1 + max((max(line, default=-1) for line in lines), default=-1)
    return [[line.get(column, "") for column in range(width)] for line in lines]
