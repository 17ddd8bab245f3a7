"""Which lines of a document's pages are running headers, footers and page numbers."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence

from rag.reading.pdf_page import Frame, Line

_DIGITS = re.compile(r"\d+")
_ROMAN = re.compile(r"[ivxlc]{1,7}", re.IGNORECASE)
_BARE_NUMBER = re.compile(
    r"[-–—\[(]?\s*(page\s+)?(\d{1,4}|[ivxlc]{1,6})(\s*(of|/)\s*\d{1,4})?\s*[-–—\])]?", re.IGNORECASE
)
_MARGIN = 0.14
"""The part of a page's height, above and below, in which furniture stands."""
_PAGES = 3
"""On so many pages a text must stand; in a shorter document on all."""
_ROWS = 5
"""Furniture is in the first or last few rows of a page."""


def furniture(pages: Sequence[Sequence[Line]], frames: Sequence[Frame]) -> set[int]:
    """The `id` of each line that is furniture.

    It stands near the upper or lower edge, and so does the same text, but for its figures, on other
    pages; or it is a page number far from the text.
    """
    places: dict[tuple[str, int], list[Line]] = defaultdict(list)
    printed = [line for lines in pages for line in lines if line.turn == 0]
    low, high = min((line.bottom for line in printed), default=0.0), max((line.top for line in printed), default=0.0)
    edges = [
        list(_at_edges(lines, max(frame[1], low), min(frame[3], high)))
        for lines, frame in zip(pages, frames, strict=True)
    ]
    for page in edges:
        for line, edge in page:
            places[_without_figures(line.text), edge].append(line)
    repeated: set[int] = set()
    enough = min(max(2, len(pages)), _PAGES)
    for same in places.values():
        for group in _at_one_height(same):
            alike = _same_or_counting(group, enough)
            if _on_pages_nearby(alike, enough):
                repeated.update(id(line) for line in alike)
    if len(pages) == 2 and len({line.text for line in printed}) < 0.75 * len(printed):
        repeated.clear()  # the same page twice
    found: set[int] = set()
    for lines, page in zip(pages, edges, strict=True):
        for edge in (0, 1):
            found.update(_from_edge(lines, [line for line, side in page if side == edge], edge, repeated))
    return found


def _at_edges(lines: Sequence[Line], bottom: float, top: float) -> Iterator[tuple[Line, int]]:
    """The lines at the lower edge, with 0, and at the upper edge, with 1."""
    margin = _MARGIN * (top - bottom)
    upright = [line for line in lines if line.turn == 0]
    heights = sorted({round(line.baseline) for line in upright})
    if not heights:
        return
    for line in upright:
        if line.baseline <= min(heights[:_ROWS][-1] + 1, bottom + margin):
            yield line, 0
        elif line.baseline >= max(heights[-_ROWS:][0] - 1, top - margin):
            yield line, 1


def _without_figures(text: str) -> str:
    text = text.strip(" -–—|.[]")
    return "#" if _ROMAN.fullmatch(text) else _DIGITS.sub("#", text.casefold())


def _at_one_height(lines: Sequence[Line]) -> Iterator[list[Line]]:
    group: list[Line] = []
    for line in sorted(lines, key=lambda line: line.baseline):
        if group and line.baseline - group[-1].baseline > 3:
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _same_or_counting(group: Sequence[Line], enough: int) -> list[Line]:
    """The lines whose text is the same on several pages, or has a number that counts the pages."""
    texts = Counter(line.text for line in group)
    steps = Counter(step for line in group for step in _steps(line))
    return [
        line
        for line in group
        if (texts[line.text] >= enough and not line.text.isdigit()) or any(steps[step] >= 2 for step in _steps(line))
    ]


def _steps(line: Line) -> set[tuple[int, int]]:
    """How far its first and its last number are ahead of the number of its page."""
    numbers = _DIGITS.findall(line.text)
    if not numbers:
        roman = _ROMAN.fullmatch(line.text.strip(" -–—|.[]"))
        return {(0, 0)} if roman else set()
    return {(place, int(numbers[place][:9]) - line.page) for place in (0, -1)}


def _on_pages_nearby(lines: Sequence[Line], enough: int) -> bool:
    pages = sorted({line.page for line in lines})
    return any(last - first <= 3 * enough for first, last in zip(pages, pages[enough - 1 :], strict=False))


def _from_edge(lines: Sequence[Line], at_edge: Sequence[Line], edge: int, repeated: set[int]) -> set[int]:
    """From the edge of the page inwards what is repeated, as far as the first wide gap or the first other text."""
    inward = -1 if edge else 1
    rows: list[list[Line]] = []
    for line in sorted(at_edge, key=lambda line: inward * line.baseline):
        if rows and abs(rows[-1][0].baseline - line.baseline) < 3:
            rows[-1].append(line)
        else:
            rows.append([line])
    heights = sorted(inward * line.baseline for line in lines if line.turn == 0)
    found: set[int] = set()
    for place, row in enumerate(rows):
        height = inward * row[0].baseline
        gap = next((other - height for other in heights if other - height >= 3), float("inf"))
        lonely = gap > 2.2 * row[0].size
        known = [line for line in row if id(line) in repeated]
        number = place == 0 and lonely and len(row) == 1 and _is_page_number(row[0], edge)
        if not number and len(known) < len(row) and not (known and lonely and place == 0):
            break
        found.update(id(line) for line in row)
        if lonely:
            break
    return found


def _is_page_number(line: Line, edge: int) -> bool:
    """A number alone, or the page's own number at the end of a short line, or above the text at its beginning."""
    if _BARE_NUMBER.fullmatch(line.text):
        return True
    words = line.text.split()
    return len(words) < 12 and str(line.page + 1) in (words[-1], words[0] if edge else "")
