"""PDF: text in reading order, and later the place on the page of any interval of it.

The document's `layout` holds for each character of the text its index among PDFium's characters of
its page. That is small, and enough to find the boxes again in the file.
"""

from __future__ import annotations

import ctypes
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from rag.errors import UnreadableDocument
from rag.reading.manuscript import Manuscript, unpack_layout, useful_title
from rag.reading.pdf_characters import stands_for
from rag.reading.pdf_columns import in_reading_order
from rag.reading.pdf_furniture import furniture
from rag.reading.pdf_headings import folded
from rag.reading.pdf_layout import Block, blocks, divides_words, joined
from rag.reading.pdf_page import Frame, Line, char_box, char_turn, codes, lines, turned
from rag.reading.pdf_typography import Typography
from rag.types import Document

_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?(?:([+-])(\d\d)'?(\d\d)?|Z)?")
_CHANGED = "The file {} no longer holds the text that was read from it: sync again."
_OUTLINE_DEPTH = 6

_Text = tuple[Block, str, Sequence[int], list[int]]
"""A block, its text, the origins of that, and where in it each line of the block begins."""


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (counted from 1), in points of the page before it is turned for display."""

    page: int
    left: float
    bottom: float
    right: float
    top: float


def read_pdf(path: Path) -> Manuscript:
    """The PDF's text in reading order, with its headings, pages and their labels, title and dates.

    Raises UnreadableDocument where no text can be had: a password, a broken file, no pages, a scan.
    """
    manuscript = Manuscript("pdf")
    with opened(path) as pdf:
        # Of more pages than the file has bytes most are not there, whatever it says of their number.
        count = min(len(pdf), path.stat().st_size)
        pages, frames = _pages(pdf, count, manuscript.warnings)
        labels = [_label(pdf, number) for number in range(count)]
        outline = _outline(pdf)
        manuscript.metadata, manuscript.title = _described(pdf)
    aside = furniture(pages, frames)
    ordered: list[Line] = []
    for page in pages:
        body = [line for line in page if id(line) not in aside]
        ordered += in_reading_order(body, regions=ordered[-1].region if ordered else 0)
    usual = Typography.of(ordered)
    divides = divides_words(ordered, usual.words)
    texts = [(block, *joined(block.lines, usual.words, divides)) for block in blocks(ordered, outline, usual)]
    manuscript.title = useful_title(manuscript.title) or _largest_heading(texts)
    _write(manuscript, texts, labels)
    for text in dict.fromkeys(line.text for page in pages for line in page if id(line) in aside):
        manuscript.furniture(text)
    return manuscript


def boxes(path: Path, document: Document, start: int, end: int) -> list[Box]:
    """Where `document.text[start:end]` stands on the pages: a rectangle for each line of text.

    Raises UnreadableDocument where the file is gone or no longer holds that text.
    """
    layout = unpack_layout(document.layout)
    places = [
        (document.page_at(offset) or 1, layout[offset], document.text[offset])
        for offset in range(max(0, start), min(end, len(layout)))
        if layout[offset] >= 0
    ]
    if not places:
        return []
    found: list[Box] = []
    with opened(path) as pdf:
        for page, group in groupby(places, key=lambda place: place[0]):
            rectangles = _rectangles(pdf, page, [(index, character) for _, index, character in group])
            if rectangles is None:
                raise UnreadableDocument(_CHANGED.format(path.name))
            found += rectangles
    return found


def _rectangles(pdf: pypdfium2.PdfDocument, page: int, places: Sequence[tuple[int, str]]) -> list[Box] | None:
    """One for each line; None: the page does not hold these characters at these places."""
    if page > len(pdf):
        return None
    textpage = pdf[page - 1].get_textpage()
    found = codes(textpage)
    if not all(index < len(found) and stands_for(found[index], character) for index, character in places):
        return None
    merged: list[tuple[int, Frame]] = []
    for index, _ in places:
        turn = char_turn(textpage, index)
        box = turned(char_box(textpage, index), turn)
        if merged and merged[-1][0] == turn and _on_one_line(merged[-1][1], box):
            last = merged[-1][1]
            box = (min(last[0], box[0]), min(last[1], box[1]), max(last[2], box[2]), max(last[3], box[3]))
            merged[-1] = (turn, box)
        else:
            merged.append((turn, box))
    return [Box(page, *turned(box, -turn % 4 if turn < 4 else 4)) for turn, box in merged]


def _on_one_line(line: Frame, box: Frame) -> bool:
    height = min(line[3] - line[1], box[3] - box[1])
    across = min(line[3], box[3]) - max(line[1], box[1])
    along = min(line[2], box[2]) - max(line[0], box[0])
    return across >= 0.5 * height and along > -2.5 * max(line[3] - line[1], box[3] - box[1])


# ---- the file


@contextmanager
def opened(path: Path) -> Iterator[pypdfium2.PdfDocument]:
    """The file, for PDFium. Raises UnreadableDocument with the reason and what to do."""
    try:
        pdf = pypdfium2.PdfDocument(path)
    except FileNotFoundError:
        raise UnreadableDocument(f"The file {path.name} is no longer there: sync again.") from None
    except pypdfium2.PdfiumError as error:
        if error.err_code == pdfium.FPDF_ERR_PASSWORD:
            reason = "is protected by a password: save a copy without it and sync again"
        elif error.err_code == pdfium.FPDF_ERR_SECURITY:
            reason = "is protected in a way that cannot be opened: save a copy without it and sync again"
        else:
            reason = "is not a whole PDF (damaged or cut off): get it anew, or repair it, and sync again"
        raise UnreadableDocument(f"The file {reason}.") from error
    try:
        yield pdf
    finally:
        pdf.close()


def _pages(pdf: pypdfium2.PdfDocument, count: int, warnings: list[str]) -> tuple[list[list[Line]], list[Frame]]:
    """The lines of each page, and what part of its coordinates is seen."""
    pages: list[list[Line]] = []
    frames: list[Frame] = []
    blank: list[int] = []
    garbled: list[int] = []
    for number in range(count):
        found, frame, legible = _page(pdf, number)
        if not legible:
            garbled.append(number + 1)
        elif not found:
            blank.append(number + 1)
        pages.append(found if legible else [])
        frames.append(frame)
    if not pages:
        raise UnreadableDocument("The file has no pages: get it anew and sync again.")
    if not any(pages):
        raise UnreadableDocument(f"The file {_no_text(len(pages), bool(garbled))}.")
    ocr = "if words are seen there, run OCR on the file, e.g. with ocrmypdf"
    if blank:
        warnings.append(f"No text on {_listed(blank)} of {len(pages)}: {ocr}.")
    if garbled:
        warnings.append(f"The letters on {_listed(garbled)} cannot be told (a broken font): {ocr} --force-ocr.")
    return pages, frames


def _page(pdf: pypdfium2.PdfDocument, number: int) -> tuple[list[Line], Frame, bool]:
    """The page's lines, the part of its coordinates that is seen, and whether its letters can be told."""
    try:
        page = pdf[number]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return [], (0.0, 0.0, 0.0, 0.0), True  # a damaged page is named with those that hold no text
    frame = page.get_bbox()
    found = lines(textpage, number, frame)
    drawn = found or not any(code >= 0x20 or code < 9 for code in codes(textpage) if code != 0x20)
    textpage.close()
    page.close()
    return found, frame, bool(drawn) and not _garbled(found)


def _garbled(found: Sequence[Line]) -> bool:
    text = "".join(line.text for line in found).replace(" ", "")
    strange = sum("\ue000" <= character <= "\uf8ff" or character == "\ufffd" for character in text)
    return strange > 0.3 * len(text)


def _no_text(pages: int, garbled: bool) -> str:
    of = "1 page" if pages == 1 else f"{pages} pages"
    if garbled:
        return f"holds letters that cannot be told (broken fonts) on {of}: run ocrmypdf --force-ocr on it first"
    return f"holds no text, only images of {of}: run OCR on it first, e.g. with ocrmypdf"


def _listed(numbers: Sequence[int]) -> str:
    """ "page 3", "pages 1, 4-9"."""
    spans: list[list[int]] = []
    for number in numbers:
        if spans and number == spans[-1][-1] + 1:
            spans[-1] = [spans[-1][0], number]
        else:
            spans.append([number])
    text = ", ".join("-".join(map(str, span)) for span in spans)
    return f"page{'s' if len(numbers) > 1 else ''} {text}"


def _outline(pdf: pypdfium2.PdfDocument) -> dict[str, int]:
    """A level for the text of each bookmark."""
    levels: dict[str, int] = {}
    try:
        for bookmark in pdf.get_toc(max_depth=_OUTLINE_DEPTH):
            levels.setdefault(folded(bookmark.get_title()), bookmark.level + 1)
    except (pypdfium2.PdfiumError, UnicodeError, RecursionError):
        return {}  # a broken outline costs only the levels of headings
    levels.pop("", None)
    return levels


def _described(pdf: pypdfium2.PdfDocument) -> tuple[dict[str, str], str]:
    """Metadata, and the title that stands in it."""

    def given(key: bytes) -> str:
        return _utf16(lambda buffer, size: pdfium.FPDF_GetMetaText(pdf, key, buffer, size))

    metadata = {
        "author": given(b"Author"),
        "subject": given(b"Subject"),
        "keywords": given(b"Keywords"),
        "created": _iso(given(b"CreationDate")),
        "modified": _iso(given(b"ModDate")),
    }
    return metadata, given(b"Title")


def _label(pdf: pypdfium2.PdfDocument, number: int) -> str:
    return _utf16(lambda buffer, size: pdfium.FPDF_GetPageLabel(pdf, number, buffer, size))


def _utf16(told: Callable[[ctypes.Array[ctypes.c_char] | None, int], int]) -> str:
    """What PDFium tells, whose UTF-16 may be as damaged as the file: pypdfium2's own methods fail on half a pair."""
    size = told(None, 0)
    buffer = ctypes.create_string_buffer(size)
    told(buffer, size)
    return buffer.raw[: max(0, size - 2)].decode("utf-16-le", "replace")


def _iso(date: str) -> str:
    """ "D:20200131120000+01'00'" as "2020-01-31T12:00:00+01:00"; what is no date as ""."""
    found = _DATE.match(date.strip())
    if not found:
        return ""
    year, month, day, hour, minute, second, sign, hours, minutes = found.groups()
    if not 1 <= int(month or 1) <= 12 or not 1 <= int(day or 1) <= 31 or int(year) < 1900:
        return ""
    text = "-".join(part for part in (year, month, day) if part)
    if not hour or not day:
        return text
    text += f"T{hour}:{minute or '00'}:{second or '00'}"
    if sign and int(hours) < 15:
        return f"{text}{sign}{hours}:{minutes or '00'}"
    return f"{text}Z" if date.strip().endswith("Z") else text


# ---- the manuscript


def _largest_heading(texts: Sequence[_Text]) -> str:
    """The heading of the first page in the largest letters."""
    first = [(block.lines[0].size, text) for block, text, _, _ in texts if block.level and block.lines[0].page == 0]
    return max(first, key=lambda heading: round(heading[0]), default=(0.0, ""))[1]


def _write(manuscript: Manuscript, texts: Sequence[_Text], labels: Sequence[str]) -> None:
    begun = 0
    for block, text, origin, starts in texts:
        while begun <= block.lines[0].page:
            manuscript.page(labels[begun])
            begun += 1
        if block.level:
            manuscript.heading(text, block.level, origin)
            continue
        inside: list[tuple[int, str]] = []
        for line, start in zip(block.lines, starts, strict=True):
            inside += ((start, labels[page]) for page in range(begun, line.page + 1))
            begun = max(begun, line.page + 1)
        manuscript.paragraph(text, origin, inside)
    for label in labels[begun:]:
        manuscript.page(label)
