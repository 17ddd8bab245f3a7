"""ODT, the text format of LibreOffice: a zip file with one XML file of content."""

from __future__ import annotations

from pathlib import Path

from lxml import etree

from rag.errors import UnreadableDocument
from rag.reading.archives import Archive, open_archive
from rag.reading.manuscript import Manuscript
from rag.reading.numbers import whole_number
from rag.reading.tables import Cell, add_table

_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_STYLE = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_META = "{urn:oasis:names:tc:opendocument:xmlns:meta:1.0}"
_DRAW = "{urn:oasis:names:tc:opendocument:xmlns:drawing:1.0}"
_MANIFEST = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"

_UNSEEN = frozenset(
    (
        f"{_TEXT}tracked-changes",  # holds what was deleted
        f"{_TEXT}note",  # read after its paragraph
        f"{_OFFICE}annotation",
        f"{_OFFICE}forms",
        f"{_TEXT}sequence-decls",
        f"{_TEXT}variable-decls",
        f"{_TEXT}user-field-decls",
        f"{_TEXT}hidden-text",
    )
)
_BOXES = f"{_DRAW}text-box"
_INDEXES = frozenset(
    _TEXT + name for name in ("table-of-content", "illustration-index", "table-index", "object-index", "user-index")
)
_SPACES = {f"{_TEXT}tab": " ", f"{_TEXT}line-break": "\n"}
_HEADER_PLACES = frozenset(_STYLE + place + turn for place in ("header", "footer") for turn in ("", "-left", "-first"))


def read_odt(path: Path) -> Manuscript:
    """The text with headings, lists, tables and notes. Raises UnreadableDocument."""
    manuscript = Manuscript("odt")
    with open_archive(path, "an OpenDocument text") as archive:
        _refuse_encryption(archive)
        content = archive.xml("content.xml")
        body = next(content.iter(f"{_OFFICE}text"), None)
        if body is None:
            raise UnreadableDocument("This is an OpenDocument file but not a text. Export it as PDF.")
        _describe(manuscript, archive)
        _Text(manuscript).add_blocks(body)
        if "styles.xml" in archive.names:
            _add_furniture(manuscript, archive.xml("styles.xml"))
    if manuscript.empty:
        raise UnreadableDocument("The document holds only pictures or nothing, and no text.")
    return manuscript


def _refuse_encryption(archive: Archive) -> None:
    if "META-INF/manifest.xml" in archive.names:
        manifest = archive.xml("META-INF/manifest.xml")
        if next(manifest.iter(f"{_MANIFEST}encryption-data"), None) is not None:
            raise UnreadableDocument("The file is protected by a password. Save a copy without one.")


class _Text:
    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript

    def add_blocks(self, parent: etree._Element) -> None:
        """Adds all that stands in `parent`, in order. Nesting is bounded by the XML parser."""
        for element in parent:
            if element.tag in _UNSEEN or not isinstance(element.tag, str):
                continue
            if element.tag == f"{_TEXT}h":
                level = element.get(f"{_TEXT}outline-level", "1")
                self._manuscript.heading(_inline(element), whole_number(level, 1))
                self._add_beside(element)
            elif element.tag == f"{_TEXT}p":
                self._add_paragraph(element)
            elif element.tag == f"{_TABLE}table":
                self._add_table(element)
            elif element.tag in _INDEXES:
                for line in element.iter(f"{_TEXT}p"):
                    self._manuscript.furniture(_inline(line))
            else:
                self.add_blocks(element)

    def _add_paragraph(self, element: etree._Element) -> None:
        text = _inline(element)
        if element.get(f"{_TEXT}style-name") == "Title" and text.strip():
            self._manuscript.title = self._manuscript.title or text
            self._manuscript.heading(text, 1)
        else:
            self._manuscript.paragraph(text)
        self._add_beside(element)

    def _add_beside(self, element: etree._Element) -> None:
        """The notes and the text boxes that hang on a paragraph, after it."""
        for part in element.iter(f"{_TEXT}note", _BOXES):
            if part.tag == _BOXES:
                if not any(above.tag == _BOXES for above in part.iterancestors()):
                    self.add_blocks(part)
                continue
            mark = "".join(part.xpath("string(*[local-name()='note-citation'])")).strip()
            note = " ".join(_inline(line) for line in part.iter(f"{_TEXT}p"))
            self._manuscript.paragraph(f"Note {mark}: {note}" if note.strip() else "")

    def _add_table(self, table: etree._Element) -> None:
        if next(table.iterdescendants(f"{_TABLE}table"), None) is not None:
            self.add_blocks(table)  # a table that holds tables is there for the layout
            return
        rows, header_rows = [], 0
        for row in table.iter(f"{_TABLE}table-row"):
            header_rows += row.getparent().tag == f"{_TABLE}table-header-rows"
            rows.append([cell for element in row for cell in _cells(element)])
        if max(map(len, rows), default=0) < 2:
            self.add_blocks(table)
        else:
            add_table(self._manuscript, rows, header_rows or None)


def _cells(element: etree._Element) -> list[Cell]:
    if element.tag != f"{_TABLE}table-cell":
        return []  # what a cell above or beside it covers
    text = " ".join(_inline(line) for line in element.iter(f"{_TEXT}p", f"{_TEXT}h"))
    columns, rows, copies = (
        min(max(1, whole_number(element.get(_TABLE + name), 1)), 1000)
        for name in ("number-columns-spanned", "number-rows-spanned", "number-columns-repeated")
    )
    return [Cell(text, columns, rows)] * copies


def _inline(element: etree._Element) -> str:
    """The running text of one paragraph, without notes and boxes."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" ")
        elif child.tag in _SPACES:
            parts.append(_SPACES[child.tag])
        elif isinstance(child.tag, str) and child.tag not in _UNSEEN and child.tag != _BOXES:
            parts.append(_inline(child))
        parts.append(child.tail or "")
    return "".join(parts)


def _add_furniture(manuscript: Manuscript, styles: etree._Element) -> None:
    places = (element for element in styles.iter() if element.tag in _HEADER_PLACES)
    lines = (_inline(line) for place in places for line in place.iter(f"{_TEXT}p", f"{_TEXT}h"))
    for line in dict.fromkeys(lines):
        manuscript.furniture(line)


def _describe(manuscript: Manuscript, archive: Archive) -> None:
    if "meta.xml" not in archive.names:
        return
    meta = archive.xml("meta.xml")
    manuscript.title = _said(meta, f"{_DC}title")
    manuscript.metadata["author"] = _said(meta, f"{_META}initial-creator") or _said(meta, f"{_DC}creator")
    manuscript.metadata["date"] = _said(meta, f"{_META}creation-date") or _said(meta, f"{_DC}date")


def _said(meta: etree._Element, name: str) -> str:
    element = next(meta.iter(name), None)
    return "" if element is None else element.text or ""
