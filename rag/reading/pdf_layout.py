"""From lines in reading order to what a document is made of: headings, paragraphs, items, rows."""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.reading.pdf_columns import LABEL
from rag.reading.pdf_page import HYPHENS, SOFT_HYPHEN, Line

_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")
_LAST_WORD = re.compile(r"(?<![-\u2010])\b[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_ENDS = re.compile(r"[.!?:;。！？][\"'”’)\]»⁰-⁹¹²³]*$")
_NUMBERED = re.compile(
    r"(?:(?:chapter|section|part|article|appendix|annex|item)\s+)?(\d{1,2}(?:\.\d{1,2})*)[.)]?\s+\S", re.IGNORECASE
)
_ITEM = re.compile(rf"(?:{LABEL.pattern})\s+\S")
_BULLETS = "•●○▪▫■□◦‣⁃∙"
_HEADING_LENGTH = 180
# Before these a hyphen is mostly part of the word.
_PREFIXES = frozenset(("self", "non", "well", "anti", "multi", "semi", "co", "ex", "cross", "half", "all", "high", "low"))


@dataclass(slots=True)
class Block:
    """Lines that are one paragraph, one heading (`level` from 1) or one row of a table."""

    lines: list[Line]
    level: int = 0


@dataclass(slots=True)
class Typography:
    """What is usual in a document: how large its text is, how far its lines are apart, what its words are."""

    size: float
    bold: bool
    leading: Mapping[int, float]
    """For each size in half points, the usual distance of base lines."""
    words: Counter[str] = field(default_factory=Counter)
    edges: dict[int, float] = field(default_factory=dict)
    """For each line, by its `id`, how far to the right the lines about it run."""
    hanging: set[int] = field(default_factory=set)
    """The regions in which the first line of a paragraph stands out to the left."""

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Typography:
        styles: Counter[tuple[float, bool]] = Counter()
        distances: dict[int, Counter[float]] = defaultdict(Counter)
        words: Counter[str] = Counter()
        for line in lines:
            if not line.cells:
                styles[_half_points(line.size), line.bold] += len(line.text)
            found = _WORD.findall(line.text.casefold())
            words.update(found[:-1] if line.text[-1] in HYPHENS else found)
        for above, below in pairwise(lines):
            distance = above.baseline - below.baseline
            if _same_place(above, below) and _alike(above, below) and 0 < distance < 3 * below.size:
                distances[round(2 * below.size)][_half_points(distance)] += 1
        (size, bold), _ = (styles or Counter({(10.0, False): 1})).most_common(1)[0]
        usual = cls(size, bold, {key: _usual(counts) for key, counts in distances.items()}, words)
        usual.edges = _right_edges(lines, usual)
        usual.hanging = _hanging(lines)
        return usual

    def close(self, last: Line, line: Line) -> bool:
        """Whether the line is as near below the last as lines of one paragraph are."""
        if not _same_place(last, line) or abs(last.size - line.size) > 0.12 * last.size:
            return False
        usual = self.leading.get(round(2 * last.size), 1.25 * last.size)
        most = 1.18 * min(max(usual, last.size), 2.6 * last.size) + 1
        return 0.2 * line.size < last.baseline - line.baseline <= most


def _half_points(size: float) -> float:
    return round(size * 2) / 2


def _usual(distances: Counter[float]) -> float:
    """The smallest distance that is common: paragraphs of one line must not pass for the rule."""
    most = max(distances.values())
    return min(distance for distance, count in distances.items() if count >= 0.4 * most)


def _alike(one: Line, other: Line) -> bool:
    return abs(one.size - other.size) < 0.12 * max(one.size, other.size) and one.bold == other.bold


def _same_place(one: Line, other: Line) -> bool:
    return one.page == other.page and one.region == other.region and not one.cells and not other.cells


def _runs(lines: Sequence[Line], usual: Typography) -> list[list[Line]]:
    """Lines that stand close together."""
    runs: list[list[Line]] = []
    for line in lines:
        if runs and usual.close(runs[-1][-1], line):
            runs[-1].append(line)
        else:
            runs.append([line])
    return runs


def _right_edges(lines: Sequence[Line], usual: Typography) -> dict[int, float]:
    widest: dict[int, float] = {}
    for line in lines:
        if not line.cells:
            widest[line.region] = max(widest.get(line.region, line.right), line.right)
    edges: dict[int, float] = {}
    for run in _runs(lines, usual):
        left, edge = min(line.left for line in run), max(line.right for line in run)
        region_edge = widest.get(run[0].region, edge)
        if len(run) < 3 or edge - left < 0.5 * (region_edge - left):
            edge = region_edge
        edges.update((id(line), edge) for line in run)
    return edges


def _hanging(lines: Sequence[Line]) -> set[int]:
    """Regions in which lines that stand out are mostly followed by indented ones, as in a list of references."""
    regions: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        if not line.cells:
            regions[line.region].append(line)
    hanging: set[int] = set()
    for region, members in regions.items():
        left = min(line.left for line in members)
        indents = [(line.left - left) / line.size for line in members]
        out = sum(indent < 0.3 for indent in indents)
        followed = sum(one < 0.3 and 0.7 < other < 4 for one, other in pairwise(indents))
        if out > 2 and followed >= 0.7 * out:
            hanging.add(region)
    return hanging


# ---- blocks


def blocks(lines: Sequence[Line], outline: Mapping[str, int], usual: Typography) -> list[Block]:
    """The paragraphs, headings and rows of a document, in order.

    `outline` has a level for each bookmark's text, `folded`.
    """
    levels = _heading_levels(lines, outline, usual)
    found: list[Block] = []
    broken_off: Block | None = None
    for line in lines:
        level = levels.get(id(line), 0)
        if found and _continues(found[-1], line, level, usual):
            found[-1].lines.append(line)
        elif broken_off and not level and _resumes(broken_off, found[-1], line, usual):
            # What stood below it on its page, a foot note mostly, now comes before it.
            found.remove(broken_off)
            found.append(broken_off)
            broken_off.lines.append(line)
        else:
            found.append(Block([line], level))
        if level or line.cells:
            broken_off = None
        elif abs(line.size - usual.size) < 0.6:
            broken_off = found[-1]
    return found


def _continues(block: Block, line: Line, level: int, usual: Typography) -> bool:
    """Whether the line goes on with the block that ends just before it."""
    last = block.lines[-1]
    if bool(block.level) != bool(level):
        return False
    if line.cells or block.lines[0].cells or last.cells:
        return not level and _continues_row(block, line, usual)
    if line.page != last.page or line.region != last.region:
        return not level and _resumes(block, block, line, usual)
    if level:
        alike = block.level == level or line.size > 1.12 * usual.size
        return alike and usual.close(last, line) and not _NUMBERED.match(line.text)
    if not usual.close(last, line) or _begins_item(line.text):
        return False
    ended, edge = bool(_ENDS.search(last.text)), usual.edges[id(last)]
    full = not _room_for(line, last, edge)
    indent = (line.left - last.left) / line.size
    first = block.lines[0]
    if line.region in usual.hanging and abs(indent) > 0.7:
        return indent > 0 and (full or not ended)
    label = bool(_ITEM.match(first.text))
    if indent > 0.8 and not (label and last is first):
        return full and not ended
    if indent < -0.8 and (len(block.lines) > 1 or label):
        return not ended and line.text[0].islower()
    if last.bold != line.bold and (last.bold or ended) and last.right < edge - 2 * line.size:
        return False
    return full or (line.text[0].islower() and not ended)


def _continues_row(block: Block, line: Line, usual: Typography) -> bool:
    """Whether the line holds the rest of a row's label, with the figures beside it, or of its last cell."""
    first, last = block.lines[0], block.lines[-1]
    distance = last.baseline - line.baseline
    near = line.page == last.page and line.region == last.region and 0.5 * line.size < distance < 1.7 * line.size
    if not near or abs(last.size - line.size) > 0.12 * last.size or _begins_item(line.text):
        return False
    if line.cells:
        return len(block.lines) < 3 and not first.cells and line.text[0].islower() and not _ENDS.search(last.text)
    return bool(first.cells) and abs(line.left - first.cells[-1]) < 2 and usual.edges[id(line)] > line.left


def _room_for(line: Line, last: Line, edge: float) -> bool:
    """Whether the first word of the line had fitted on the line before: then the break was meant."""
    word = len(line.text.split(" ", 1)[0]) + 1
    width = (line.right - line.left) / max(1, len(line.text))
    return last.right + 1.15 * word * width < edge


def _resumes(broken_off: Block, latest: Block, line: Line, usual: Typography) -> bool:
    """Whether the line goes on with a paragraph that a page or column break, or foot notes, cut off."""
    last = broken_off.lines[-1]
    if (last.page, last.region) == (line.page, line.region) or line.page - last.page > 1:
        return False
    if broken_off.level or last.cells or line.cells or not _alike(last, line):
        return False
    if latest is not broken_off and not _aside(latest.lines[0], last, usual):
        return False
    if last.text[-1] in HYPHENS:
        return line.text[0].islower()
    if _ENDS.search(last.text) or _begins_item(line.text):
        return False
    wide = last.right - last.left > 18 * last.size and last.right > usual.edges[id(last)] - 6 * last.size
    return line.text[0].islower() or (wide and (last.text[-1].isalnum() or last.text[-1] in ",–—"))


def _aside(line: Line, last: Line, usual: Typography) -> bool:
    """Whether the line is a foot note below `last`, or something printed along the edge of its page."""
    return line.page == last.page and (line.turn != last.turn or line.size < 0.95 * usual.size)


def _begins_item(text: str) -> bool:
    if text[0] in _BULLETS or re.match(r"\(?[a-z\d]{1,3}[.)]\s", text):
        return True
    return bool(_ITEM.match(text)) and not text[0].islower()


# ---- headings


@dataclass(frozen=True, slots=True)
class _Style:
    size: float
    bold: bool
    capitals: bool


def folded(text: str) -> str:
    """The text as headings and bookmarks are compared."""
    return "".join(text.casefold().split())


def _heading_levels(lines: Sequence[Line], outline: Mapping[str, int], usual: Typography) -> dict[int, int]:
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
    for run in _runs(lines, usual):
        for part in _of_one_style(run):
            text = " ".join(line.text for line in part)
            if part[0].cells or len(text) > _HEADING_LENGTH or len(part) > 4:
                continue
            if _beside_rows(part, rows):
                continue
            if level := outline.get(folded(text)):
                levels.update((id(line), level) for line in part)
            elif _looks_like_heading(part[0], text, usual, bold_tells):
                styles.update((id(line), _style(part[0])) for line in part)
                first.append(part[0])
    ranks = _ranks(first)
    deepen = {id(line): 0 if outline else _depth(line.text) - 1 for line in first}
    deeper = 0
    for line in lines:
        if style := styles.get(id(line)):
            deeper = deepen.get(id(line), deeper)
            levels[id(line)] = min(6, ranks[style] + deeper)
    return levels


def _beside_rows(part: Sequence[Line], rows: Mapping[tuple[int, int], Sequence[Line]]) -> bool:
    """Whether the lines are a label between the rows of a table."""
    first, last = part[0], part[-1]
    near = [
        row
        for row in rows.get((first.page, first.region), ())
        if first.size < 1.1 * row.size and (0 < row.baseline - first.baseline < 2 * first.size)
    ]
    below = [
        row
        for row in rows.get((first.page, first.region), ())
        if last.size < 1.1 * row.size and (0 < last.baseline - row.baseline < 2 * last.size)
    ]
    return bool(near) and bool(below)


def _of_one_style(run: Sequence[Line]) -> list[list[Line]]:
    parts = [[run[0]]]
    for line in run[1:]:
        if line.bold == parts[-1][-1].bold and not _NUMBERED.match(line.text):
            parts[-1].append(line)
        else:
            parts.append([line])
    return parts


def _looks_like_heading(line: Line, text: str, usual: Typography, bold_tells: bool) -> bool:
    letters = sum(map(str.isalpha, text))
    if letters < 3 or letters < 0.55 * len(text.replace(" ", "")):
        return False
    if text[0].islower() or text[0] in _BULLETS or text[-1] in ",;":
        return False
    if line.size > 1.12 * usual.size:
        return len(text) < 90 or not text.endswith(".")
    if line.size < 0.88 * usual.size:
        return False
    if line.bold and (bold_tells or _NUMBERED.match(text)):
        return bool(_NUMBERED.match(text)) or not text.endswith((".", ":"))
    return text.isupper() and len(text) >= 5 and not text.endswith((".", ":"))


def _style(line: Line) -> _Style:
    return _Style(_half_points(line.size), line.bold, line.text.isupper())


def _depth(text: str) -> int:
    number = _NUMBERED.match(text)
    return number[1].count(".") + 1 if number else 1


def _ranks(headings: Sequence[Line]) -> dict[_Style, int]:
    """The largest style is outermost; but a title that stands once, before all others, is not counted."""
    styles = [_style(line) for line in headings]
    ranks = sorted(set(styles), key=lambda style: (-style.size, not style.bold, not style.capitals))
    if len(ranks) > 1 and styles.count(ranks[0]) == 1 and headings[styles.index(ranks[0])].page == headings[0].page:
        return {ranks[0]: 1} | {style: rank for rank, style in enumerate(ranks[1:], 1)}
    return {style: rank for rank, style in enumerate(ranks, 1)}


# ---- text


def divides_words(lines: Sequence[Line], words: Mapping[str, int]) -> bool:
    """Whether hyphens at the ends of this document's lines mostly divide words that it has whole elsewhere."""
    whole = hyphened = 0
    for line, following in pairwise(lines):
        if parts := _divided(line.text, following.text):
            whole += words.get("".join(parts), 0) > 0
            hyphened += words.get("-".join(parts), 0) > 0
    return whole > 2 * hyphened


def joined(lines: Sequence[Line], words: Mapping[str, int], divides: bool) -> tuple[str, array[int], list[int]]:
    """The lines as one text with its origins, and where in it each line begins.

    Words divided at line ends are made whole: see `divides_words`.
    """
    text, origin, starts = lines[0].text, array("i", lines[0].origin), [0]
    for line in lines[1:]:
        if text[-1] == SOFT_HYPHEN or (text[-1] in HYPHENS and _is_division(text, line.text, words, divides)):
            text = text[:-1]
            origin.pop()
        elif not _without_space(text, line.text):
            text += " "
            origin.append(-1)
        starts.append(len(text))
        text += line.text
        origin.extend(line.origin)
    return text.replace(SOFT_HYPHEN, "-"), origin, starts


def _without_space(text: str, following: str) -> bool:
    end, begin = text[-1], following[0]
    if end in HYPHENS or (_wide(end) and _wide(begin)):
        return True
    return (end in "–—" and text[-2:-1] != " ") or (end == "/" and "://" in text.rsplit(" ", 1)[-1])


def _wide(character: str) -> bool:
    """Whether it is of a script that has no spaces between words."""
    return "\u2e80" <= character <= "\ua4cf" or "\uff00" <= character <= "\uffef"


def _divided(text: str, following: str) -> tuple[str, str] | None:
    """The two parts of the word, in small letters, that the end of a line divides."""
    before, after = _LAST_WORD.search(text[:-1]), _FIRST_WORD.match(following)
    if text[-1] not in HYPHENS or not before or not after or not after[0][0].islower():
        return None
    return before[0].casefold(), after[0].casefold()


def _is_division(text: str, following: str, words: Mapping[str, int], divides: bool) -> bool:
    """Whether the hyphen divides a word; otherwise it belongs to it, as in "well-known"."""
    parts = _divided(text, following)
    if parts is None:
        return False
    whole, hyphened = words.get("".join(parts), 0), words.get("-".join(parts), 0)
    if whole or hyphened:
        return whole >= hyphened
    compound = all(len(part) > 2 and words.get(part) for part in parts)
    return parts[0] not in _PREFIXES and (divides or not compound)
