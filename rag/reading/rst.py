"""reStructuredText: titles by their underlines, directives, comments, tables and inline marks."""

from __future__ import annotations

import csv
import re
import textwrap
from itertools import pairwise

from rag.reading.manuscript import Manuscript, clean
from rag.reading.plain import add_plain

_ADORNMENT = re.compile(r"([!-/:-@[-`{-~])\1{2,}\s*")
_EXPLICIT = re.compile(r"\.\.(\s+|$)")
_DIRECTIVE = re.compile(r"\.\.\s+(?:\|[^|]+\|\s+)?([\w:.+-]+)::(?:\s+(.*))?")
_NOTE = re.compile(r"\.\.\s+(\[[^\]]+\])\s+(.*)")
_OPTION = re.compile(r":[\w -]+:(\s|$)")
_FIELD = re.compile(r":([^:\s][^:]*):\s+(\S.*)")
_GRID = re.compile(r"\+[-=]+(\+[-=]+)+\+\s*")
_COLUMNS = re.compile(r"=+( +=+)+\s*")
_INLINE = re.compile(
    r"``(.{1,300}?)``"
    r"|:[\w:+.-]{1,50}:`~?([^`<]{1,300}?)(?:\s{0,9}<[^`>]{0,500}>)?`"
    r"|`([^`<]{1,300}?)\s{0,9}<[^`>]{1,500}>`__?"
    r"|`([^`]{1,300})`(?:__?)?"
    r"|\*\*(\S.{0,300}?)\*\*"
    r"|(?<![\w*])\*(\S(?:.{0,300}?\S)?)\*(?![\w*])"
    r"|(?<!\w)\|([^\s|][^|\n]{0,300})\|(?:__?)?(?!\w)"
    r"|\b([^\W_][\w-]{0,100}[^\W_])__?(?=[\s.,;:!?)]|$)",
    re.DOTALL,
)
_CODE = frozenset({"code", "code-block", "sourcecode", "parsed-literal", "math", "highlight", "literal", "doctest"})
_UNREAD = frozenset(
    (
        *("image", "include", "contents", "toctree", "raw", "meta", "index", "role", "default-role", "sectnum"),
        *("literalinclude", "target-notes", "automodule", "autoclass", "autofunction"),
    )
)


def read_rst(text: str) -> Manuscript:
    """The manuscript of a reStructuredText; a field list at its beginning becomes metadata."""
    manuscript = Manuscript("rst")
    _Reader(manuscript).add(clean(text).expandtabs(8).split("\n"))
    return manuscript


class _Reader:
    """Goes over lines; what directives hold is gone over in turn."""

    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript
        self._levels: list[str] = []  # the adornments in the order of their first use
        self._running: list[str] = []
        self._at_top = True
        self._has_open_table = False  # one that never ends: then no later one does either

    def add(self, lines: list[str]) -> None:
        outer, self._has_open_table = self._has_open_table, False
        place = 0
        while place < len(lines):
            place = self._next(lines, place)
        self._flush()
        self._has_open_table = outer

    def _next(self, lines: list[str], place: int) -> int:
        """Reads what begins at `place` and returns where it ends."""
        line = lines[place]
        if title := _title(lines, place):
            adornment, name, after = title
            self._flush()
            if adornment not in self._levels:
                self._levels.append(adornment)
            self._manuscript.heading(_words(name), self._levels.index(adornment) + 1)
            return after
        if _EXPLICIT.match(line):
            self._flush()
            body, after = _indented(lines, place + 1)
            self._explicit(line, body)
            return after
        if _GRID.fullmatch(line) or (not self._has_open_table and _COLUMNS.fullmatch(line)):
            table, after = _table_lines(lines, place)
            self._has_open_table |= not table
            if len(table) > 2:
                self._flush()
                self._table(table)
                return after
        if (field := _FIELD.fullmatch(line)) and not any(self._running):
            if self._at_top:
                self._manuscript.metadata[field[1].lower()] = _words(field[2])
            self._manuscript.paragraph(_words(f"{field[1]}: {field[2]}"))
            return place + 1
        if line.rstrip().endswith("::"):
            self._running.append(line.rstrip()[:-1] if line.strip() != "::" else "")
            body, after = _indented(lines, place + 1)
            self._flush()
            self._block(body)
            return after
        self._running.append("" if _ADORNMENT.fullmatch(line) else line.rstrip())
        return place + 1

    def _explicit(self, line: str, body: list[str]) -> None:
        if note := _NOTE.fullmatch(line):
            self._running.append(" ".join([note[1], note[2], *body]))
            self._flush()
        directive = _DIRECTIVE.fullmatch(line.rstrip())
        if not directive or directive[1] in _UNREAD:
            return  # a comment, a target of links, a file that is elsewhere
        argument = directive[2] or ""
        while body and _OPTION.match(body[0]):
            body = body[1:]
        if directive[1] in _CODE:
            self._block(body)
            return
        if directive[1] != "figure":
            self._manuscript.paragraph(_words(argument))
        if directive[1] == "csv-table":
            self._manuscript.rows([], csv.reader(filter(None, body), skipinitialspace=True))
        else:
            self.add(body)

    def _block(self, lines: list[str]) -> None:
        self._manuscript.paragraph("\n".join(line for line in lines if line.strip()))

    def _table(self, lines: list[str]) -> None:
        header, rows = _grid_rows(lines) if lines[0].startswith("+") else _column_rows(lines)
        self._manuscript.rows([_words(name) for name in header], ([_words(cell) for cell in row] for row in rows))

    def _flush(self) -> None:
        self._at_top = self._at_top and not any(self._running)
        add_plain(self._manuscript, _words("\n".join(self._running)), headings=False)
        self._running.clear()


def _title(lines: list[str], place: int) -> tuple[str, str, int] | None:
    """The adornment, the words and the end of a title that begins here."""
    line, *below = (text.rstrip() for text in lines[place : place + 3])
    if len(below) == 2 and _ADORNMENT.fullmatch(line) and below[0] and below[1] == line and not _is_rule(below[0]):
        return f"{line[0]} over", below[0].strip(), place + 3
    if not below or not line or line[0].isspace() or _is_rule(line) or not _ADORNMENT.fullmatch(below[0]):
        return None
    # An underline that is too short is an error in a title, but no reason to lose it.
    if len(below[0]) < min(len(line), 4):
        return None
    return below[0][0], line, place + 2


def _is_rule(line: str) -> bool:
    return bool(_ADORNMENT.fullmatch(line) or _GRID.fullmatch(line) or _COLUMNS.fullmatch(line))


def _indented(lines: list[str], place: int) -> tuple[list[str], int]:
    """The indented lines from `place` on, without their indentation, and where they end."""
    stop = place
    while stop < len(lines) and (not lines[stop].strip() or lines[stop][0].isspace()):
        stop += 1
    body = textwrap.dedent("\n".join(lines[place:stop])).strip("\n")
    return body.split("\n") if body.strip() else [], stop


def _table_lines(lines: list[str], place: int) -> tuple[list[str], int]:
    if lines[place].startswith("+"):
        stop = place
        while stop < len(lines) and lines[stop].startswith(("+", "|")):
            stop += 1
        return lines[place:stop], stop
    borders = 0
    for stop in range(place, len(lines)):
        borders += bool(_COLUMNS.fullmatch(lines[stop]))
        at_end = stop + 1 == len(lines) or not lines[stop + 1].strip()
        if borders > 1 and at_end and _COLUMNS.fullmatch(lines[stop]):
            return lines[place : stop + 1], stop + 1
    return [], place


def _grid_rows(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    edges = [place for place, mark in enumerate(lines[0]) if mark == "+"]
    rows: list[list[str]] = []
    header: list[str] = []
    cells = [""] * (len(edges) - 1)
    for line in lines[1:]:
        if line.startswith("+"):
            rows.append(cells)
            if "=" in line:
                header, rows = rows[-1], rows[:-1]
            cells = [""] * (len(edges) - 1)
        else:
            slices = (line[start + 1 : end] for start, end in pairwise(edges))
            cells = [f"{cell} {part.strip(' |')}" for cell, part in zip(cells, slices, strict=True)]
    return header, rows


def _column_rows(lines: list[str]) -> tuple[list[str], list[list[str]]]:
    starts = [match.start() for match in re.finditer("=+", lines[0])]
    bounds = list(zip(starts, [*starts[1:], None], strict=True))
    parts: list[list[list[str]]] = [[]]
    for line in lines[1:]:
        if _COLUMNS.fullmatch(line):
            parts.append([])
            continue
        cells = [line[start:end].strip() for start, end in bounds]
        if parts[-1] and not cells[0] and any(cells):  # the row above goes on
            parts[-1][-1] = [f"{above} {cell}" for above, cell in zip(parts[-1][-1], cells, strict=True)]
        elif any(cells) and not re.fullmatch(r"[-\s]+", line):
            parts[-1].append(cells)
    head, body = (parts[0], parts[1]) if len(parts) > 2 else ([], parts[0])
    header = [" ".join(filter(None, column)) for column in zip(*head, strict=True)]
    return header, body


def _words(text: str) -> str:
    return _INLINE.sub(lambda match: next(group for group in match.groups() if group is not None), text)
