"""Words of a document in what stands around them: the exact text, with headings, pages and marks laid over it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.exports.rendering import escape
from rag.types import Document, Interval

_AROUND = 1_500  # characters on either side of the words
_PART = 60_000  # characters of a long document that are shown at once
_REACH = 300  # characters within which a part ends with a line


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters of a document that are marked: "quote", the words themselves, or "also", others of the sentence."""

    start: int
    end: int
    kind: str


def around(document: Document, start: int, end: int) -> Interval:
    """The words with some of the text before and after, by whole lines where that is not far."""
    text = document.text
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    if first:
        first = _line_after(text, first, start)
    if last < len(text):
        last = _line_before(text, last, end)
    return first, last


def part_of(document: Document, offset: int) -> Interval:
    """The part of a long document that holds the character at `offset`."""
    length = len(document.text)
    number = min(max(0, offset), max(0, length - 1)) // _PART
    return number * _PART, min(length, (number + 1) * _PART)


def marked_text(document: Document, first: int, last: int, marks: Sequence[Mark], *, pages: bool = False) -> str:
    """The text from `first` to `last` as HTML whose text content is exactly that, apart from the names of pages."""
    parts: list[str] = []
    quoting = False
    for start, end, kind in _stretches(document, first, last, marks):
        if quoting != ("quote" in kind):  # the whole of the words is one element, whatever else is marked in it
            parts.append("</mark>" if quoting else '<mark class="quote" id="quote">')
            quoting = not quoting
        if pages and start in document.pages:
            parts.append(f'<span class="page" data-name="Page {bisect_right(document.pages, start)}"></span>')
        shown = escape(document.text[start:end])
        if "heading" in kind:
            shown = f'<span class="heading">{shown}</span>'
        parts.append(f'<mark class="also">{shown}</mark>' if "also" in kind and not quoting else shown)
    return "".join(parts) + ("</mark>" if quoting else "")


def _stretches(
    document: Document, first: int, last: int, marks: Sequence[Mark]
) -> Iterator[tuple[int, int, frozenset[str]]]:
    """Runs of characters that are all marked alike, in order."""
    spans = [(mark.start, mark.end, mark.kind) for mark in marks]
    spans += [(start, end, "heading") for start, end in _headings(document, first, last)]
    cuts = {first, last, *(page for page in document.pages if first <= page < last)}
    cuts |= {min(last, max(first, bound)) for start, end, _ in spans for bound in (start, end)}
    order = sorted(cuts)
    for start, end in pairwise(order):
        yield start, end, frozenset(kind for a, b, kind in spans if a <= start and end <= b)


def _headings(document: Document, first: int, last: int) -> Iterator[Interval]:
    """Where the headings stand that begin in this part: the line at the beginning of a section, if it is its name."""
    starts = [section.start for section in document.sections]
    for section in document.sections[bisect_right(starts, first - 1) : bisect_right(starts, last)]:
        if not section.headings:
            continue
        end = document.text.find("\n", section.start)
        end = len(document.text) if end < 0 else end
        line = document.text[section.start : end].strip("# ").strip()
        if line and line == section.headings[-1].strip():
            yield section.start, end


def _line_after(text: str, first: int, limit: int) -> int:
    found = text.find("\n", first, min(limit, first + _REACH))
    return found + 1 if found >= 0 else first


def _line_before(text: str, last: int, limit: int) -> int:
    found = text.rfind("\n", max(limit, last - _REACH), last)
    return found if found >= 0 else last
