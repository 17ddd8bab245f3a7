"""What is usual in a document: the size and spacing of its text, its words, the shape of its paragraphs."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from rag.reading.pdf_characters import HYPHENS
from rag.reading.pdf_page import Line

ENDS = re.compile(r"[.!?:;。！？][\"'”’)\]»⁰-⁹¹²³]*$")
"""How a sentence, or what may stand for one, ends."""
LEADS_TO_PAGE = re.compile(r"\.{3} ?[\divxlc]{1,5}$")
"""How a line of a table of contents ends."""
BULLETS = "•●○▪▫■□◦‣⁃∙"
_WORD = re.compile(r"[^\W\d_]+(?:[-\u2010][^\W\d_]+)*")


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
                styles[half_points(line.size), line.bold] += len(line.text)
            found = _WORD.findall(line.text.casefold())
            words.update(found[:-1] if line.text[-1] in HYPHENS else found)
        for above, below in pairwise(lines):
            distance = above.baseline - below.baseline
            if _same_place(above, below) and alike(above, below) and 0 < distance < 3 * below.size:
                distances[round(2 * below.size)][half_points(distance)] += 1
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


def half_points(size: float) -> float:
    """The size as it is counted: font sizes that differ by less are one."""
    return round(size * 2) / 2


def _usual(distances: Counter[float]) -> float:
    """The smallest distance that is common: paragraphs of one line must not pass for the rule."""
    most = max(distances.values())
    return min(distance for distance, count in distances.items() if count >= 0.4 * most)


def alike(one: Line, other: Line) -> bool:
    """Whether the lines are of one size and weight."""
    return abs(one.size - other.size) < 0.12 * max(one.size, other.size) and one.bold == other.bold


def _same_place(one: Line, other: Line) -> bool:
    return one.page == other.page and one.region == other.region and not one.cells and not other.cells


def runs(lines: Sequence[Line], usual: Typography) -> list[list[Line]]:
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
    for run in runs(lines, usual):
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
