"""RTF: striprtf gives the words; headings and table cells are marked for it beforehand."""

from __future__ import annotations

import re
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.reading.manuscript import Manuscript
from rag.reading.numbers import whole_number
from rag.reading.tables import Cell, add_table

# Private characters, which striprtf leaves as they are, stand for control words that it would lose.
_HEADING, _ROW_START, _CELL_END, _ROW_END = "\ue710", "\ue711", "\ue712", "\ue713"
_CONTROLS = (
    (re.compile(r"\\outlinelevel([0-8])(?!\d) ?"), rf"{_HEADING}\1"),
    (re.compile(r"\\trowd(?![a-z]) ?"), _ROW_START),
    (re.compile(r"\\cell(?![a-z]) ?"), _CELL_END),
    (re.compile(r"\\row(?![a-z]) ?"), _ROW_END),
    # Else striprtf searches the whole file for the end of each link, to write its address into the text.
    (re.compile(r"(\\fldinst\b[^{}]{0,80}\{?[^{}]{0,80})HYPERLINK"), r"\1"),
    # A picture: striprtf would go through it digit by digit.
    (re.compile(r"[0-9a-fA-F\r\n]{2000,}"), ""),
)
_HEADING_MARKS = re.compile(rf"(?:{_HEADING}[0-8])+")
_HEADING_LINE = re.compile(rf"\s*(?:{_HEADING}([0-8]))+(.*)", re.DOTALL)
_CHARACTER = re.compile(r"\\u(-?[0-9]+)")
_LONGEST_HEADING = 300


def read_rtf(path: Path) -> Manuscript:
    """The text, with headings where the file gives outline levels, and tables. Raises UnreadableDocument."""
    # RTF is ASCII: other characters are escapes, which striprtf decodes by the code page of their font.
    source = path.read_bytes().decode("latin-1").lstrip("\xef\xbb\xbf \r\n\t")
    if not source.startswith("{\\rtf"):
        raise UnreadableDocument("This is not an RTF file, whatever its name says. Give it its real ending.")
    manuscript = Manuscript("rtf", title=_said(source, "title"))
    manuscript.metadata["author"] = _said(source, "author")
    for control, mark in _CONTROLS:
        source = control.sub(mark, source)
    source = _CHARACTER.sub(_fitting, source)
    _add_text(manuscript, _plain(source))
    if manuscript.empty:
        raise UnreadableDocument("The document holds only pictures or nothing, and no text.")
    if "\\footnote" in source:
        manuscript.warnings.append("The footnotes were not read. Save the document as DOCX to have them too.")
    return manuscript


def _fitting(character: re.Match[str]) -> str:
    """A character that there is: striprtf fails on any other."""
    return character[0] if -0x8000 <= whole_number(character[1], -0x10000) <= 0xFFFF else r"\u65533"


def _plain(source: str) -> str:
    from striprtf.striprtf import rtf_to_text

    return str(rtf_to_text(source, errors="replace"))


def _said(source: str, name: str) -> str:
    """A text from the information at the beginning of the file."""
    found = re.search(rf"\{{\\{name} ((?:[^{{}}\\]|\\.)*)\}}", source[:100_000])
    return _plain(f"{{\\rtf1\\ansi {found[1]}}}") if found else ""


def _add_text(manuscript: Manuscript, text: str) -> None:
    rows: list[list[Cell]] = []
    for part in text.split(_ROW_END):
        before, in_row, row = part.partition(_ROW_START)
        if rows and not in_row and _CELL_END in part:
            before, in_row, row = "", _ROW_START, part  # a row that looks like the one above
        if before.strip() and rows:
            add_table(manuscript, rows)
            rows = []
        for line in before.split("\n"):
            _add_line(manuscript, line)
        if in_row:
            cells = row.replace(_ROW_START, "").split(_CELL_END)
            rows.append([Cell(_HEADING_MARKS.sub("", cell)) for cell in cells[:-1]])
    if rows:
        add_table(manuscript, rows)


def _add_line(manuscript: Manuscript, line: str) -> None:
    line = line.replace(_CELL_END, " ")
    heading = _HEADING_LINE.fullmatch(line)
    if heading and len(line) <= _LONGEST_HEADING:
        manuscript.heading(heading[2], int(heading[1]) + 1)
    else:
        manuscript.paragraph(heading[2] if heading else line)
