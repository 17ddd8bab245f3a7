"""Pages of a PDF as pictures, and where words stand on them."""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pypdfium2

from rag.errors import UnreadableDocument
from rag.reading.pdf import Box, boxes, opened
from rag.types import Document

_MOST_PIXELS = 12_000_000  # of a picture; a larger one is drawn smaller
_ONE_AT_A_TIME = threading.Lock()  # PDFium is not made for threads


@dataclass(frozen=True, slots=True)
class PageBox:
    """A rectangle on a page (counted from 1) as it is shown, in shares of its width and height, from left and top."""

    page: int
    left: float
    top: float
    width: float
    height: float


def picture(path: Path, page: int, scale: float) -> bytes:
    """The page, counted from 1, as PNG: `scale` pixels for a point, fewer where that would be too many.

    Raises UnreadableDocument where there is no such page, or it cannot be drawn.
    """
    with _ONE_AT_A_TIME, opened(path) as pdf:
        if not 1 <= page <= len(pdf):
            raise UnreadableDocument(f"The file {path.name} has no page {page}.")
        try:
            drawn = pdf[page - 1]
            width, height = drawn.get_size()
            scale = min(scale, (_MOST_PIXELS / max(1.0, width * height)) ** 0.5)
            image = drawn.render(scale=scale).to_pil()
        except (pypdfium2.PdfiumError, ValueError, MemoryError) as problem:
            raise UnreadableDocument(f"Page {page} of {path.name} cannot be drawn.") from problem
    kept = io.BytesIO()
    image.convert("RGB").save(kept, "PNG", compress_level=1)
    return kept.getvalue()


def page_boxes(path: Path, document: Document, start: int, end: int) -> list[PageBox]:
    """Where `document.text[start:end]` is seen on the pages: a rectangle for each line of text.

    Raises UnreadableDocument where the file is gone or no longer holds that text.
    """
    with _ONE_AT_A_TIME:
        found = boxes(path, document, start, end)
        return _shown(path, found) if found else []


def _shown(path: Path, found: Sequence[Box]) -> list[PageBox]:
    """The boxes after the page is cut to what is seen of it, and turned."""
    shown = []
    with opened(path) as pdf:
        for box in found:
            page = pdf[box.page - 1]
            left, bottom, right, top = page.get_bbox()
            width, height = max(1e-6, right - left), max(1e-6, top - bottom)
            x = sorted(((box.left - left) / width, (box.right - left) / width))
            y = sorted(((top - box.top) / height, (top - box.bottom) / height))
            for _ in range(page.get_rotation() // 90):  # each turns it clockwise by a quarter
                x, y = [1 - y[1], 1 - y[0]], x
            shown.append(PageBox(box.page, x[0], y[0], x[1] - x[0], y[1] - y[0]))
    return shown
