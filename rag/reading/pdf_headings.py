"""Which lines of a document are headings, and of what level."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.reading.pdf_page import Line
from rag.reading.pdf_typography import BULLETS, ENDS, LEADS_TO_PAGE, Typography, half_points, runs

NUMBERED = re.compile(
    r"(?:(?:chapter|section|part|article|appendix|annex|item)\s+)?(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+\S", re.IGNORECASE
)
"""How a heading with a number begins."""
_LENGTH = 180
_LINES = 4
_DEEPEST = 6


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    bold: bool
    capitals: bool


def folded(text: str) -> str:
    """The text as headings and bookmarks are compared."""
    return "".join(text.casefold().split())


def heading_levels(lines: Sequence[Line], outline: Mapping[str, int], usual: Typography) -> dict[int, int]:
    """The level of each line, by its `id`, that is a heading or a part of one."""
    single = [line for line in lines if not line.cells]
    bold_tells = not usual.bold and sum(line.bold for line in single) <= 0.3 * len(single)
    styles: dict[int, _Style] = {}
    levels: dict[int, int] = {}
    first: list[Line] = []
    rows: dict[tuple[int, int], list[Line]] = defaultdict(list)
    for line in lines:
        if line.cells:
            rows[line.page, line.region].append(line)
    for run in runs(lines, usual):
        for part, alone in _of_one_style(run):
            text = " ".join(line.text for line in part)
            if part[0].cells or len(text) > _LENGTH or len(part) > _LINES:
                continue
            if _between_rows(part, rows[part[0].page, part[0].region]):
                continue
            if level := outline.get(folded(text)):
                levels.update((id(line), level) for line in part)
            elif _looks_like_heading(part[0], text, usual, bold_tells and alone):
                styles.update((id(line), _style(part[0])) for line in part)
                first.append(part[0])
    ranks = _ranks(first)
    deepen = {id(line): 0 if outline else _depth(line.text) - 1 for line in first}
    deeper = 0
    for line in lines:
        if style := styles.get(id(line)):
            deeper = deepen.get(id(line), deeper)
            levels[id(line)] = min(_DEEPEST, ranks[style] + deeper)
    return levels


def _between_rows(part: Sequence[Line], rows: Sequence[Line]) -> bool:
    """Whether the lines are a label inside a table, in letters no larger than the table's."""
    first, last = part[0], part[-1]
    near = [row for row in rows if first.size < 1.1 * row.size]
    above = any(0 < row.baseline - first.baseline < 2 * first.size for row in near)
    return above and any(0 < last.baseline - row.baseline < 2 * last.size for row in near)


def _of_one_style(run: Sequence[Line]) -> Iterator[tuple[Sequence[Line], bool]]:
    """The parts of a run, and for each whether it stands by itself, not in the middle of a sentence."""
    begin = 0
    for end in range(1, len(run) + 1):
        if end < len(run) and run[end].bold == run[begin].bold and not NUMBERED.match(run[end].text):
            continue
        before, after = run[begin - 1 : begin], run[end : end + 1]
        broken = (before and not ENDS.search(before[0].text)) or (after and after[0].text[0].islower())
        yield run[begin:end], not broken
        begin = end


def _looks_like_heading(line: Line, text: str, usual: Typography, bold_tells: bool) -> bool:
    letters = sum(map(str.isalpha, text))
    if letters < 3 or letters < 0.55 * len(text.replace(" ", "")):
        return False
    if text[0].islower() or text[0] in BULLETS or text[-1] in ",;" or LEADS_TO_PAGE.search(text):
        return False
    if line.size > 1.12 * usual.size:
        return len(text) < 90 or not text.endswith(".")
    if line.size < 0.88 * usual.size:
        return False
    if line.bold and (bold_tells or NUMBERED.match(text)):
        return bool(NUMBERED.match(text)) or not text.endswith((".", ":"))
    return text.isupper() and len(text) >= 5 and not text.endswith((".", ":"))


def _style(line: Line) -> _Style:
    return _Style(half_points(line.size), line.bold, line.text.isupper())


def _depth(text: str) -> int:
    number = NUMBERED.match(text)
    return number[1].count(".") + 1 if number else 1


def _ranks(headings: Sequence[Line]) -> dict[_Style, int]:
    """The largest style is outermost; but a title that stands once, before all others, is not counted."""
    styles = [_style(line) for line in headings]
    ranks = sorted(set(styles), key=lambda style: (-style.size, not style.bold, not style.capitals))
    if len(ranks) > 1 and styles.count(ranks[0]) == 1 and headings[styles.index(ranks[0])].page == headings[0].page:
        return {ranks[0]: 1} | {style: rank for rank, style in enumerate(ranks[1:], 1)}
    return {style: rank for rank, style in enumerate(ranks, 1)}
