"""CSV and TSV: which character separates the cells, and which row names the columns."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import chain, islice
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.reading.encoding import open_text
from rag.reading.limits import text_limit, too_much_text
from rag.reading.manuscript import Manuscript
from rag.reading.tables import is_number, names_columns
from rag.settings import Settings

_SAMPLE = 1 << 16
_SAMPLE_ROWS = 50
_LONGEST_CELL = 1 << 30
_LINES_IN_A_CELL = 100
"""A cell with more lines than this is a quotation mark that nobody closed."""
_CONSISTENT = 0.7

Row = list[str]


def read_delimited(path: Path, kind: str, settings: Settings) -> Manuscript:
    """The manuscript of a CSV or TSV file: each row becomes a block that names its columns.

    Rows above the names with a single text become headings. Raises UnreadableDocument, and stops
    reading, where the text would be longer than the settings allow.
    """
    manuscript = Manuscript(kind)
    csv.field_size_limit(_LONGEST_CELL)
    with open_text(path) as file:
        sample = file.read(_SAMPLE)
        file.seek(0)
        try:
            _add(manuscript, csv.reader(_without_nul(file), _dialect(sample, kind)), settings)
        except csv.Error as problem:
            raise UnreadableDocument(
                f"The file is not a table that can be read ({problem}). Open it in a spreadsheet program and save "
                "it as CSV again."
            ) from problem
    return manuscript


def _add(manuscript: Manuscript, rows: Iterator[Row], settings: Settings) -> None:
    rows = (stripped for row in rows if any(stripped := [cell.strip() for cell in row]))
    first = list(islice(rows, _SAMPLE_ROWS))
    width = Counter(map(_width, first)).most_common(1)[0][0] if first else 0
    while width > 1 and len(first) > 1 and sum(map(bool, first[0])) == 1 and _width(first[1]) > 1:
        manuscript.heading("".join(first.pop(0)), 1)
    header: Row = []
    if first and width > 1 and names_columns(_padded(first[0], width), first[1:]):
        header = first.pop(0)
        if _continues(header, first):
            header = _joined(header, first.pop(0))
    limit = text_limit(settings)
    manuscript.rows(header, _within(chain(first, rows), sum(map(len, header)) + 2 * len(header), limit, settings))


def _within(rows: Iterable[Row], names: int, limit: int, settings: Settings) -> Iterator[Row]:
    """The rows, as long as the text made of them stays within the limit."""
    length = 0
    for row in rows:
        length += names + sum(map(len, row))
        if length > limit:
            raise too_much_text(settings)
        yield row


def _width(row: Row) -> int:
    """The number of cells up to the last that is not empty."""
    return max((place for place, cell in enumerate(row, 1) if cell), default=0)


def _padded(row: Row, width: int) -> Row:
    return row[: max(width, _width(row))] + [""] * (width - len(row))


def _continues(header: Row, rows: list[Row]) -> bool:
    """Whether the names go on in a second row: "Accuracy" and "Time" under "Results" and the gap beside it."""
    if len(rows) < 2 or "" not in header or rows[0][0]:
        return False
    names = [place for place, cell in enumerate(rows[0]) if cell]
    under_gap = any(header[place : place + 1] == [""] for place in names)
    return under_gap and not any(is_number(rows[0][place]) for place in names)


def _joined(upper: Row, lower: Row) -> Row:
    """Two rows of names as one; a name in the upper row reaches over the gaps to its right."""
    names: Row = []
    above = ""
    for place in range(max(len(upper), len(lower))):
        over = upper[place] if place < len(upper) else ""
        under = lower[place] if place < len(lower) else ""
        above = over or above
        names.append(f"{above} {under}".strip() if under else over)
    return names


def _dialect(sample: str, kind: str) -> type[csv.Dialect]:
    preferred = "\t" if kind == "tsv" else ","
    candidates = [preferred, *(mark for mark in ",;\t|" if mark != preferred)]
    best, delimiter = _CONSISTENT, ""
    for mark in candidates:
        score = _consistency(sample, mark)
        if score > best:
            best, delimiter = score, mark

    class Found(csv.excel):
        pass

    # Where nothing separates cells each line is one cell; the unit separator stands in no text.
    Found.delimiter = delimiter or "\x1f"
    Found.skipinitialspace = True
    if any(cell.count("\n") > _LINES_IN_A_CELL for row in csv.reader(sample.splitlines(True), Found) for cell in row):
        Found.quoting = csv.QUOTE_NONE
    return Found


def _consistency(sample: str, mark: str) -> float:
    """The share of rows that have the commonest number of cells, if that is more than one."""
    reader = csv.reader(sample.splitlines(True), delimiter=mark, skipinitialspace=True)
    widths = Counter(len(row) for row in islice(reader, _SAMPLE_ROWS) if row)
    if not widths:
        return 0.0
    width, count = widths.most_common(1)[0]
    return count / widths.total() if width > 1 else 0.0


def _without_nul(lines: Iterable[str]) -> Iterator[str]:
    return (line.replace("\0", "") for line in lines)
