"""From the pieces of text on a page to its lines in the order in which they are read."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from rag.reading.pdf_page import Line, raised

CELL_BREAK = " | "
LABEL = re.compile(
    r"[•●○▪▫■□◦‣⁃∙·o*–—−-]|\(?(\d{1,3}|[a-z]|[ivxl]{1,5}|[A-Z])[.)\]]|\(?[\divx]{1,3}(\.\d{1,2}){0,3}[.)]?|\[\d{1,3}\]"
)
"""A bullet or a number, as it stands before an item of a list."""
_CURRENCIES = frozenset("$€£¥₩")
_CLOSERS = frozenset((")", "%", ")%", "%)", ".", ","))


def in_reading_order(pieces: Sequence[Line], regions: int = 0) -> list[Line]:
    """The page's lines, column by column; rows of a table whole. `regions`: how many there were on the pages before."""
    ordered: list[Line] = []
    turns = sorted({piece.turn for piece in pieces}, key=lambda turn: -_weight(pieces, turn))
    for turn in turns:
        for part in _regions([piece for piece in pieces if piece.turn == turn]):
            regions += 1
            ordered += (replace(line, region=regions) for line in _joined_rows(part))
    return ordered


def _weight(pieces: Sequence[Line], turn: int) -> int:
    return sum(len(piece.text) for piece in pieces if piece.turn == turn) if turn != 4 else 0


# ---- columns


@dataclass(frozen=True, slots=True)
class _Band:
    """What stands between two lines that cross the gutter: left of it, right of it, or the line itself."""

    left: list[Line]
    right: list[Line]
    crossing: list[Line]


def _regions(pieces: list[Line]) -> list[list[Line]]:
    """The pieces cut into parts that are each read line by line, in the order of reading."""
    gutter = _gutter(pieces)
    if gutter is None:
        return [pieces]
    parts: list[list[Line]] = []
    pending: list[Line] = []
    for band in _bands(pieces, gutter):
        if _are_columns(band, strict=False):
            parts += _regions(pending) if pending else []
            pending = []
            parts += _regions(band.left) + _regions(band.right)
        else:
            pending += band.left + band.right + band.crossing
    return parts + (_regions(pending) if pending else [])


def _gutter(pieces: list[Line]) -> float | None:
    """Where a column begins that has the most text beside it; None: there are no columns."""
    lefts = sorted(piece.left for piece in pieces)
    rights = [piece.right for piece in pieces]
    best, most = None, 0
    previous = float("-inf")
    for place, left in enumerate(lefts):
        if left - previous < 3 or left - lefts[0] < 40:
            continue
        previous = left
        if bisect_left(lefts, left + 3) - place < 3:
            continue
        gutter = (left + max((right for right in rights if right < left), default=left - 2)) / 2
        bands = _bands(pieces, gutter)
        if not any(_are_columns(band, strict=True) for band in bands):
            continue
        text = sum(
            len(piece.text) for band in bands if _are_columns(band, strict=False) for piece in band.left + band.right
        )
        if text > most:
            best, most = gutter, text
    return best


def _bands(pieces: list[Line], gutter: float) -> list[_Band]:
    crossing = sorted(
        (piece for piece in pieces if piece.left < gutter and piece.right > gutter + 1), key=lambda piece: -piece.middle
    )
    heights = [-piece.middle for piece in crossing]
    sides: list[tuple[list[Line], list[Line]]] = [([], []) for _ in range(len(crossing) + 1)]
    for piece in pieces:
        if not (piece.left < gutter and piece.right > gutter + 1):
            sides[bisect_left(heights, -piece.middle)][piece.left >= gutter].append(piece)
    bands: list[_Band] = []
    for place, (left, right) in enumerate(sides):
        if left or right:
            bands.append(_Band(left, right, []))
        if place < len(crossing):
            bands.append(_Band([], [], [crossing[place]]))
    return bands


def _are_columns(band: _Band, strict: bool) -> bool:
    """Whether the two sides are read one after the other, and not row by row as a table is.

    Columns are prose: lines of some length, mostly letters, that mostly run up to the edge. A table is
    often written row by row in the file; text in columns hardly ever.
    """
    if not band.left or not band.right:
        return False
    lines = (_rows(band.left), _rows(band.right))
    fewest = min(len(side) for side in lines)
    if fewest < (4 if strict else 2):
        return False
    if min(_letters(side) for side in lines) < 0.55 or _overlap(*lines) < 0.5:
        return False
    if min(_cell_width(side) for side in (band.left, band.right)) < 7:
        return False
    width = min(median((line.right - line.left) / line.size for line in side) for side in lines)
    order = sorted([(min(piece.origin), 0) for piece in band.left] + [(min(piece.origin), 1) for piece in band.right])
    changes = sum(one[1] != other[1] for one, other in pairwise(order))
    if changes <= max(1, 0.15 * fewest):
        return width >= 6 and (fewest >= 4 or width >= 9)
    return width >= 12 and min(_filled(side) for side in lines) >= 0.4


def _cell_width(pieces: Sequence[Line]) -> float:
    """How wide, in letters' heights, what stands between wide gaps is for the text's middle letter.

    In a table it is small; the labels of a figure in a column of prose have few letters.
    """
    cells = [cell for group in _grouped(pieces) for cell in _cells(group)]
    widths = sorted(((cell.right - cell.left) / cell.size, len(cell.text)) for cell in cells)
    letters, so_far = sum(length for _, length in widths), 0
    for width, length in widths:
        so_far += length
        if 2 * so_far >= letters:
            return width
    return 0.0


def _letters(lines: Sequence[Line]) -> float:
    text = "".join(line.text for line in lines).replace(" ", "")
    return sum(character.isalpha() for character in text) / max(1, len(text))


def _filled(lines: Sequence[Line]) -> float:
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    return sum(line.right > right - 0.15 * (right - left) for line in lines) / len(lines)


def _overlap(one: Sequence[Line], other: Sequence[Line]) -> float:
    bottom = max(min(line.bottom for line in side) for side in (one, other))
    top = min(max(line.top for line in side) for side in (one, other))
    shorter = min(max(line.top for line in side) - min(line.bottom for line in side) for side in (one, other))
    return (top - bottom) / shorter if shorter > 0 else 0.0


# ---- rows


def _joined_rows(pieces: Sequence[Line]) -> list[Line]:
    """The lines of one region from top to bottom; the cells of a table's row with a bar between them."""
    groups = [_cells(group) for group in _grouped(pieces)]
    table = [_in_table(groups, place) for place in range(len(groups))]
    for place in reversed(range(len(groups) - 1)):  # what stands in cells just above a table is its head
        table[place] = table[place] or (len(groups[place]) > 1 and table[place + 1])
    return [_merged(group, row) for group, row in zip(groups, table, strict=True)]


def _rows(pieces: Sequence[Line]) -> list[Line]:
    return [_merged(group, table=False) for group in _grouped(pieces)]


def _grouped(pieces: Sequence[Line]) -> list[list[Line]]:
    """Pieces that stand on one line together, from left to right; the lines from top to bottom."""
    groups: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda piece: -piece.middle):
        for group in reversed(groups[-4:]):
            if _beside(group, piece):
                group.append(piece)
                break
        else:
            groups.append([piece])
    for group in groups:
        group.sort(key=lambda piece: piece.left)
    return groups


def _beside(group: Sequence[Line], piece: Line) -> bool:
    main = max(group, key=lambda other: other.right - other.left)
    low, high = sorted((main.height, piece.height))
    shared = min(main.top, piece.top) - max(main.bottom, piece.bottom)
    if shared < (0.3 if low < 0.85 * high else 0.5) * low or (
        high > 2.2 * low and abs(main.baseline - piece.baseline) > 0.5 * high
    ):
        return False
    if low > 0.85 * high and abs(main.baseline - piece.baseline) > 0.6 * low and shared < 0.8 * low:
        return False
    return all(
        min(other.right, piece.right) - max(other.left, piece.left)
        < 0.5 * min(other.right - other.left, piece.right - piece.left) + 1
        for other in group
    )


def _cells(group: Sequence[Line]) -> list[Line]:
    """The group with what belongs to one cell put together: words, "$" and its figure, a label and its text."""
    cells: list[Line] = []
    for piece in group:
        if cells and (
            piece.left - cells[-1].right < 0.85 * max(piece.height, cells[-1].height) or _belong(cells, piece)
        ):
            cells[-1] = _merged([cells[-1], piece], table=False)
        else:
            cells.append(piece)
    return cells


def _belong(cells: Sequence[Line], piece: Line) -> bool:
    before = cells[-1].text
    if before in _CURRENCIES or before.endswith(" $") or piece.text in _CLOSERS:
        return True
    return len(cells) == 1 and bool(LABEL.fullmatch(before)) and any(map(str.isalpha, piece.text))


def _in_table(groups: Sequence[Sequence[Line]], place: int) -> bool:
    """Whether a gap between cells goes on in a line before or after, which gaps in justified text do not."""
    around = (place - 2, place - 1, place + 1, place + 2)
    others = [gap for other in around if 0 <= other < len(groups) for gap in _gaps(groups[other])]
    return any(
        min(gap[1], other[1]) - max(gap[0], other[0]) > 0.7 * groups[place][0].height
        for gap in _gaps(groups[place])
        for other in others
    )


def _gaps(group: Sequence[Line]) -> list[tuple[float, float]]:
    return [(one.right, other.left) for one, other in pairwise(group)]


def _merged(group: Sequence[Line], table: bool) -> Line:
    """One line made of several that stand beside each other."""
    if len(group) == 1:
        return group[0]
    main = max(group, key=lambda piece: len(piece.text))
    text, origin = "", array("i")
    right = 0.0
    for piece in group:
        high = piece.size < 0.85 * main.size and piece.baseline > main.baseline + 0.12 * main.height
        words = raised(piece) if high else piece.text
        if text:
            gap = piece.left - right
            between = CELL_BREAK if table else " " if gap > 0.12 * main.size and not text.endswith(" ") else ""
            text += between
            origin.extend([-1] * len(between))
        text += words
        origin.extend(piece.origin)
        right = piece.right
    return replace(
        main,
        text=text,
        origin=origin,
        left=min(piece.left for piece in group),
        right=max(piece.right for piece in group),
        bold=all(piece.bold for piece in group if any(map(str.isalpha, piece.text))) and main.bold,
        cells=tuple(piece.left for piece in group) if table else (),
    )
