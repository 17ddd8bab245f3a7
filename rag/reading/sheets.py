"""XLSX: each sheet is a section; its tables are found and their rows read one by one, however many there are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from itertools import chain, groupby, islice, takewhile
from pathlib import Path
from typing import Any

from rag.errors import UnreadableDocument
from rag.reading.archives import damaged, open_archive
from rag.reading.manuscript import Manuscript, tidy, useful_title
from rag.reading.office import describe
from rag.reading.tables import could_be_name, names_columns

_AHEAD = 200
"""How many rows of a block are looked at to find its columns and their names."""
_NAMES_AMONG = 10
"""The names of columns stand in one of so many rows at the top."""
_LONGEST_TITLE = 200
_MOST_ROWS = 1 << 20
"""Excel has no more. For a row that is numbered higher openpyxl would give all the empty ones before it."""
_LITERAL = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')
_DECIMALS = re.compile(r"[0#](?:\.(0+))?(?![\d#.,?/E])")
_CURRENCY = re.compile(r'"\s*([$€£¥]|[A-Z]{3})\s*"|\[([$€£¥])[-\]]|\[\$([^-\]]+)|(?<!\[)([$€£¥])')

Cells = Sequence[Any]
"""One row of openpyxl cells."""


def read_xlsx(path: Path) -> Manuscript:
    """All sheets, hidden ones too. Raises UnreadableDocument."""
    manuscript = Manuscript("xlsx")
    with open_archive(path, "an Excel workbook") as archive:
        describe(manuscript, archive)
    # The first sheet's name, which comes first among the headings, says less than the file's.
    manuscript.title = useful_title(manuscript.title) or path.stem
    _add_sheets(manuscript, path)
    if manuscript.empty:
        raise UnreadableDocument(
            "The sheets are empty, or hold only pictures, charts or formulas that were never calculated. If it "
            "shows numbers when you open it, save it again from Excel or LibreOffice."
        )
    return manuscript


def _add_sheets(manuscript: Manuscript, path: Path) -> None:
    from openpyxl import load_workbook

    # Read-only streams the rows; data_only gives what formulas came to when the file was saved.
    # Of a path it asks that it end as Excel's files do.
    with path.open("rb") as file:
        try:
            workbook = load_workbook(file, read_only=True, data_only=True)
        except MemoryError:
            raise
        except Exception as problem:  # openpyxl takes it for granted that each part is as it should be
            raise UnreadableDocument(damaged(f"{type(problem).__name__}: {problem}")) from problem
        hidden = [sheet.title for sheet in workbook.worksheets if _add_sheet(manuscript, sheet)]
        workbook.close()
    manuscript.metadata["hidden sheets"] = ", ".join(hidden)


def _add_sheet(manuscript: Manuscript, sheet: Any) -> bool:
    """Adds what the sheet holds, as far as it is whole. Returns whether it is hidden and holds something."""
    reader = _Sheet(manuscript, sheet.title)
    try:
        sheet.reset_dimensions()  # the size that a file declares is often wrong
        return reader.add(islice(sheet.iter_rows(), _MOST_ROWS)) and sheet.sheet_state != "visible"
    except MemoryError:
        raise
    except Exception as problem:  # noqa: BLE001 - of openpyxl, as above; what was read is whole
        why = tidy(f"{type(problem).__name__}: {problem}")[:200]
        manuscript.warnings.append(f"The sheet {tidy(sheet.title)!r} is damaged ({why}): text may be missing.")
        return False


class _Sheet:
    """Finds the tables of one sheet. Its name becomes a heading once it has content."""

    def __init__(self, manuscript: Manuscript, name: str) -> None:
        self._manuscript = manuscript
        self._name = name
        self._names: list[str] = []
        self._columns = range(0)

    def add(self, rows: Iterable[Cells]) -> bool:
        """Adds the sheet's tables, which empty rows part. Returns whether there was anything."""
        added = False
        for filled, block in groupby(_without_gaps(rows), key=lambda row: any(map(_is_filled, row))):
            if filled:
                if not added:
                    self._manuscript.heading(self._name, 1)
                added = True
                self._add_block(block)
        return added

    def _add_block(self, rows: Iterator[Cells]) -> None:
        head = list(islice(rows, _AHEAD))
        ranges = list(_column_ranges(head))
        parts = [_texts_of(head, columns) for columns in ranges]
        # An empty column may part two tables, or only the labels of one from their numbers.
        if len(head) < _AHEAD and len(parts) > 1 and all(map(_is_complete, parts)):
            for columns in ranges:
                self._add_table([row[columns.start : columns.stop] for row in head], columns, [])
        else:
            columns = range(ranges[0].start, max(map(len, head)))
            self._add_table([row[columns.start :] for row in head], columns, rows)

    def _add_table(self, head: list[Cells], columns: range, rest: Iterable[Cells]) -> None:
        head = [row for row in head if any(map(_is_filled, row))]
        wide = [_texts(row, len(columns)) for row in head]
        filled = [column for column in range(len(columns)) if any(row[column] for row in wide)]
        texts = [_narrowed(row, filled) for row in wide]
        goes_on = bool(self._names) and self._columns == columns
        place = _place_of_names(head, texts, certain=goes_on)
        if place is not None:
            self._names = _narrowed(_told_apart(wide[place], wide[place - 1] if place else []), filled)
        elif not goes_on:
            self._names = []
        titles = place if place is not None else _leading_titles(texts)
        self._add_titles(texts[:titles])
        self._columns = columns
        below = texts[titles + (place is not None) :]
        more = (_narrowed(_texts(row[columns.start :], len(columns)), filled) for row in rest)
        self._manuscript.rows(self._names, chain(below, more))

    def _add_titles(self, rows: Sequence[Sequence[str]]) -> None:
        """What stands above a table says what its rows are about: its unit, its year."""
        title = "; ".join(text for row in rows for text in row if text)
        if len(title) > _LONGEST_TITLE:
            self._manuscript.rows([], rows)
        elif title != self._name:
            self._manuscript.heading(title, 2)


def _without_gaps(rows: Iterable[Cells]) -> Iterator[Cells]:
    """The rows without an empty one between the names of columns and the numbers below."""
    previous: Cells = ()
    gap: Cells | None = None
    for row in rows:
        is_empty = not any(map(_is_filled, row))
        if gap is not None:
            if is_empty or not _goes_below(previous, row):
                yield gap
            gap = None
        elif is_empty and previous:
            gap, is_empty = row, True
            continue
        yield row
        previous = () if is_empty else row


def _goes_below(names: Cells, row: Cells) -> bool:
    pairs = [(name.value, cell.value) for name, cell in zip(names, row, strict=False) if _is_filled(name)]
    return (
        len(pairs) > 1
        and all(isinstance(name, str) and could_be_name(name.strip()) for name, _ in pairs)
        and any(isinstance(value, int | float) for _, value in pairs)
    )


def _is_complete(part: list[list[str]]) -> bool:
    """Whether some columns are a table of their own: names above, a label or a date before each row."""
    place = next((place for place, row in enumerate(part) if names_columns(row, part[place + 1 :])), None)
    if place is None or len(part[0]) < 2:
        return False
    labels = [row[0] for row in part[place + 1 :] if any(row)]
    return all(label and not _is_plain_number(label) for label in labels)


def _is_plain_number(text: str) -> bool:
    return bool(re.fullmatch(r"[-+]?[\d.,]+%?", text)) and not re.fullmatch(r"(19|20)\d\d", text)


def _leading_titles(texts: Sequence[Sequence[str]]) -> int:
    """How many rows at the top hold one text only, above wider rows."""
    alone = takewhile(lambda row: sum(map(bool, row)) == 1 < len(row), texts)
    count = sum(1 for _ in alone)
    return count if count < len(texts) else 0


def _told_apart(names: list[str], above: Sequence[str]) -> list[str]:
    """The names; where some are the same ("Sales" of two years), with the text above their group.

    An empty column ends a group.
    """
    if len(set(filter(None, names))) == sum(map(bool, names)):
        return names
    told = list(names)
    for is_group, places in groupby(range(len(names)), key=lambda place: bool(names[place])):
        group = list(places)
        labels = [above[place] for place in group if place < len(above) and above[place]]
        if is_group and len(labels) == 1:
            for place in group:
                told[place] = f"{labels[0]} {names[place]}"
    return told


def _is_filled(cell: Any) -> bool:
    return cell.value is not None and (not isinstance(cell.value, str) or bool(cell.value.strip()))


def _column_ranges(rows: Sequence[Cells]) -> Iterator[range]:
    """The ranges of neighbouring columns with values in them."""
    filled = {column for row in rows for column, cell in enumerate(row) if _is_filled(cell)}
    for column in sorted(filled):
        if column - 1 in filled:
            continue
        stop = column
        while stop in filled:
            stop += 1
        yield range(column, stop)


def _place_of_names(rows: Sequence[Cells], texts: Sequence[Sequence[str]], certain: bool) -> int | None:
    """Which row at the top names the columns. `certain`: words over words do not count."""
    for place in range(min(_NAMES_AMONG, len(texts) - 1)):
        if place and len(texts[0]) < 3 and sum(map(bool, texts[place - 1])) > 1:
            break  # of two columns the rows above are as likely to be rows of the table
        marked = _is_bold(rows[place]) and not _is_bold(rows[place + 1])
        if names_columns(texts[place], texts[place + 1 :], marked=marked, certain=certain):
            below = texts[place + 1], texts[place + 2 :]
            # Names of groups stand above the names of columns.
            return place + 1 if len(below[1]) and names_columns(*below, certain=True) else place
    return None


def _is_bold(row: Cells) -> bool:
    filled = [cell for cell in row if _is_filled(cell)]
    return bool(filled) and all(cell.font is not None and cell.font.b for cell in filled)


def _narrowed(row: Sequence[str], filled: Sequence[int]) -> list[str]:
    """The texts of the filled columns, then any that came up elsewhere further down."""
    others = [text for column, text in enumerate(row) if text and column not in filled]
    return [row[column] for column in filled] + others


def _texts_of(rows: Iterable[Cells], columns: range) -> list[list[str]]:
    return [_texts(row[columns.start : columns.stop], len(columns)) for row in rows]


def _texts(row: Cells, width: int) -> list[str]:
    texts = [_shown(cell) for cell in row]
    return texts + [""] * (width - len(texts))


def _shown(cell: Any) -> str:
    """The value as a person reads it: 0.125 formatted as percent is "12.5%", a date is 2021-03-01."""
    value = cell.value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _shown_number(value, cell.number_format or "General")
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return " ".join(str(value).split())


def _shown_number(value: float, number_format: str) -> str:
    plain = _LITERAL.sub("", number_format)
    decimals = _DECIMALS.search(plain)
    percent = "%" in plain
    value = value * 100 if percent else value
    # Excel keeps 15 digits; further ones are noise of binary fractions.
    shown = f"{value:.15g}"
    if decimals and "e" not in shown and "n" not in shown:
        shown = str(Decimal(shown).quantize(Decimal(1).scaleb(-len(decimals[1] or "")), ROUND_HALF_UP))
    currency = _CURRENCY.search(number_format)
    sign = next(filter(None, currency.groups()), "") if currency else ""
    return f"{sign}{' ' if len(sign) > 1 else ''}{shown}{'%' if percent else ''}"
