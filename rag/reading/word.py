"""DOCX: the text that Word shows, in the order of the body, with headings, numbers, tables and notes.

Read from the XML itself: text boxes, notes, inserted and deleted text and numbering are beyond python-docx.
A DOCX file has no pages: they come about when a program lays it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from lxml import etree

from rag.errors import UnreadableDocument
from rag.reading.archives import Archive, open_archive
from rag.reading.manuscript import Manuscript
from rag.reading.numbers import whole_number
from rag.reading.office import describe, related_parts
from rag.reading.tables import Cell, add_table
from rag.reading.word_styles import Numbering, Styles, attribute, local, on

_TRANSPARENT_TAGS = """
    sdt sdtContent customXml smartTag ins moveTo hyperlink fldSimple r oMath oMathPara AlternateContent Choice
    dir bdo ruby rubyBase
"""
_TRANSPARENT = frozenset(_TRANSPARENT_TAGS.split())
_UNSEEN = frozenset(("del", "moveFrom", "instrText", "delText", "Fallback", "rt", "pPr", "rPr", "sdtPr", "tblPr"))
_SIGNS = {"tab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-", "ptab": " "}
_LONGEST_HEADING = 250
_LONGEST_BOLD_HEADING = 100


def read_docx(path: Path) -> Manuscript:
    """The body with notes and text boxes; headers and footers as furniture. Raises UnreadableDocument."""
    manuscript = Manuscript("docx")
    with open_archive(path, "a Word document") as archive:
        main = next(iter(related_parts(archive, "", "officeDocument")), "word/document.xml")
        root = archive.xml(main)
        body = next(root.iterchildren("{*}body"), None)
        if body is None:
            raise UnreadableDocument("This is an Office file but not a Word document. Give it its real ending.")
        describe(manuscript, archive)
        _Body(manuscript, archive, main).add_all(body)
        _add_furniture(manuscript, archive, main)
        if next(body.iter("{*}altChunk"), None) is not None:
            manuscript.warnings.append(
                "Parts are embedded in another format and were not read. Open the file in Word and save it again."
            )
    if manuscript.empty:
        raise UnreadableDocument(
            "The document holds only pictures or nothing, and no text. If they are scans, recognise their text first."
        )
    return manuscript


class _Body:
    """Adds the blocks of a document to a manuscript."""

    def __init__(self, manuscript: Manuscript, archive: Archive, main: str) -> None:
        self._manuscript = manuscript
        self._styles = Styles(_root(archive, main, "styles"))
        self._numbering = Numbering(_root(archive, main, "numbering"), self._styles)
        self._notes = {
            kind: {
                attribute(note, "id"): note
                for note in _children(_root(archive, main, f"{kind}s"), kind)
                if attribute(note, "type") in ("", "normal")
            }
            for kind in ("footnote", "endnote")
        }
        self._noted = 0
        self._has_headings = True

    def add_all(self, body: etree._Element) -> None:
        """Adds the document. Where no heading has a style, short lines in bold are headings."""
        self._has_headings = any(self._styles.heading_level(paragraph) for paragraph in body.iter("{*}p"))
        self.add_blocks(body)

    def add_blocks(self, parent: etree._Element) -> None:
        """Adds what stands in `parent`, in order. The XML parser bounds how deep it can be nested."""
        for element in parent:
            name = local(element)
            if name == "p":
                self._add_paragraph(element)
            elif name == "tbl":
                self._add_table(element)
            elif name in _TRANSPARENT:
                self.add_blocks(element)

    def _add_paragraph(self, paragraph: etree._Element) -> None:
        text = inline(paragraph)
        style = self._styles.of(paragraph)
        if style.is_contents:
            self._manuscript.furniture(text)
        elif text.strip():
            number = self._numbering.next_number(paragraph)
            text = f"{number} {text.lstrip()}" if number else text
            level = self._styles.heading_level(paragraph)
            if not self._has_headings and _is_bold_line(paragraph, text):
                level = 1
            if level and len(text) <= _LONGEST_HEADING:
                self._manuscript.heading(text, level)
            else:
                self._manuscript.paragraph(text)
        self._add_beside(paragraph)

    def _add_beside(self, paragraph: etree._Element) -> None:
        """The text boxes that hang on a paragraph and the notes that it refers to, after it."""
        for box in _seen(paragraph, "txbxContent"):
            if not any(local(above) == "txbxContent" for above in box.iterancestors()):
                self.add_blocks(box)
        for kind, notes in self._notes.items():
            for reference in _seen(paragraph, f"{kind}Reference"):
                note = notes.pop(attribute(reference, "id"), None)
                text = " ".join(inline(line).strip() for line in note.iter("{*}p")) if note is not None else ""
                if text.strip():
                    self._noted += 1
                    self._manuscript.paragraph(f"Note {self._noted}: {text}")

    def _add_table(self, table: etree._Element) -> None:
        rows = list(_rows(table))
        if self._is_layout(table, rows):
            for row in rows:
                for cell in _within(row, "tc"):
                    self.add_blocks(cell)
            return
        header_rows = 0
        for row in rows:
            if not on(row.find("./{*}trPr/{*}tblHeader")):
                break
            header_rows += 1
        if not header_rows and _stands_out(rows):
            header_rows = 1
        add_table(self._manuscript, list(_cells(rows)), min(header_rows, len(rows) - 1) or None)
        for paragraph in table.iter("{*}p"):
            self._add_beside(paragraph)

    def _is_layout(self, table: etree._Element, rows: list[etree._Element]) -> bool:
        """Whether the table is there to place things on the page and not to relate values."""
        if max((len(list(_within(row, "tc"))) for row in rows), default=0) < 2:
            return True
        if next(table.iterdescendants("{*}tbl"), None) is not None:
            return True
        headings = (self._styles.heading_level(paragraph) for paragraph in table.iter("{*}p"))
        return len(rows) == 1 or any(headings)


def _is_bold_line(paragraph: etree._Element, text: str) -> bool:
    """Whether a paragraph of the body looks like a heading: short, all in bold, no sentence, no list item."""
    if len(text) > _LONGEST_BOLD_HEADING or text.rstrip().endswith((".", ":", ";", ",")):
        return False
    if local(paragraph.getparent()) != "body" or paragraph.find("./{*}pPr/{*}numPr") is not None:
        return False
    return _is_bold(paragraph) and any(map(str.isalpha, text))


def _is_bold(element: etree._Element) -> bool:
    runs = [run for run in element.iter("{*}r") if inline(run).strip()]
    return bool(runs) and all(on(run.find("./{*}rPr/{*}b")) for run in runs)


def inline(element: etree._Element) -> str:
    """The running text of a paragraph as it stands now: without what was deleted or hidden."""
    return "".join(_pieces(element))


def _pieces(element: etree._Element) -> Iterator[str]:
    for child in element:
        name = local(child)
        if name == "t":
            yield child.text or ""
        elif name in _SIGNS:
            # A break to a new page or column ends no sentence.
            yield " " if attribute(child, "type") in ("page", "column") else _SIGNS[name]
        elif name == "r":
            properties = child.find("./{*}rPr")
            if properties is None or not on(properties.find("./{*}vanish")):
                text = "".join(_pieces(child))
                yield text.translate(_RAISED) if _is_exponent(properties, text) else text
        elif name not in _UNSEEN and name not in ("txbxContent", "drawing", "pict", "p", "tbl", "object"):
            yield from _pieces(child)


_RAISED = str.maketrans("0123456789+-−n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻ⁿ")
_EXPONENT = re.compile(r"[0-9+\-−n]{1,6}")


def _is_exponent(properties: etree._Element | None, text: str) -> bool:
    """10 with a raised 5 is not 105."""
    if properties is None or not _EXPONENT.fullmatch(text):
        return False
    raised = properties.find("./{*}vertAlign")
    return raised is not None and attribute(raised, "val") == "superscript"


def _seen(paragraph: etree._Element, name: str) -> Iterator[etree._Element]:
    """Descendants of this name that Word shows: not deleted, and not a copy for older programs."""
    for element in paragraph.iter(f"{{*}}{name}"):
        if not any(local(above) in ("Fallback", "del", "moveFrom") for above in element.iterancestors()):
            yield element


def _within(parent: etree._Element, name: str) -> Iterator[etree._Element]:
    """Children of this name, also those inside content controls and insertions."""
    for child in parent:
        if local(child) == name:
            yield child
        elif local(child) in _TRANSPARENT:
            yield from _within(child, name)


def _rows(table: etree._Element) -> Iterator[etree._Element]:
    for row in _within(table, "tr"):
        if row.find("./{*}trPr/{*}del") is None:
            yield row


def _cells(rows: list[etree._Element]) -> Iterator[list[Cell]]:
    """The cells of each row; what continues the cell above becomes part of it."""
    grid: list[list[Cell]] = []
    starts: dict[int, tuple[int, int]] = {}  # column: where the cell that reaches down into it stands
    for index, row in enumerate(rows):
        line: list[Cell] = []
        column = _number(row.find("./{*}trPr/{*}gridBefore"))
        if column:
            line.append(Cell("", columns=column))
        for cell in _within(row, "tc"):
            properties = cell.find("./{*}tcPr")
            span = max(1, _number(None if properties is None else properties.find("./{*}gridSpan")))
            merge = None if properties is None else properties.find("./{*}vMerge")
            if merge is not None and attribute(merge, "val") != "restart" and column in starts:
                above_row, above_place = starts[column]
                above = grid[above_row][above_place]
                grid[above_row][above_place] = Cell(above.text, above.columns, index - above_row + 1)
            else:
                starts.pop(column, None)
                if merge is not None:
                    starts[column] = (index, len(line))
                text = " ".join(inline(paragraph) for paragraph in cell.iter("{*}p"))
                line.append(Cell(text, columns=span))
            column += span
        grid.append(line)
    yield from grid


def _stands_out(rows: list[etree._Element]) -> bool:
    """Whether the first row is in bold and the second is not."""
    return len(rows) > 1 and _is_bold(rows[0]) and not _is_bold(rows[1])


def _number(element: etree._Element | None) -> int:
    return 0 if element is None else min(max(0, whole_number(attribute(element, "val"), 0)), 1000)


def _root(archive: Archive, main: str, kind: str) -> etree._Element | None:
    """The root of the first part of this kind that belongs to the main part."""
    return next((archive.xml(name) for name in related_parts(archive, main, kind)), None)


def _children(root: etree._Element | None, name: str) -> Iterator[etree._Element]:
    if root is not None:
        yield from root.iterchildren(f"{{*}}{name}")


def _add_furniture(manuscript: Manuscript, archive: Archive, main: str) -> None:
    parts = [*related_parts(archive, main, "header"), *related_parts(archive, main, "footer")]
    lines = (inline(line).strip() for part in parts for line in archive.xml(part).iter("{*}p"))
    for line in dict.fromkeys(lines):
        manuscript.furniture(line)
