"""A document as passages: slices at sentence bounds, each of which fits the embedder's window."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from rag.sentences import cut, sentences, trimmed
from rag.types import Document, Interval, Passage

HEADER_BYTES = 240
"""The title and the heading path embedded with a passage have at most this many UTF-8 bytes: about a quarter
of a window of 254 word pieces. Bytes, because a script that needs more of them needs more word pieces."""
LONGEST_WINDOW = 512
"""A model may read thousands of word pieces at once, but a passage of that size points to nothing."""
TINY_SECTION = 40
"""A section with fewer word pieces than this is joined with its next sibling, if both fit."""

# What it costs to end a passage here. A passage that fills a share f of its room costs (1 - f) ** 2.
_AFTER_LINE = 0.1
_IN_LINE = 0.2
_AFTER_LEAD_IN = 0.3
_IN_SENTENCE = 0.5
_AFTER_HEADING = 2.0

_SHORT_LINE = 60  # A paragraph with no more characters is perhaps a heading that nobody marked as one.
_CHARACTERS_PER_TOKEN = 16  # Ordinary text has 3 to 5: no passage should be a megabyte of base64.
_LAST_CHARACTERS = frozenset(".!?…:。！？｡।॥؟۔\"'”’»›」』)]}")


def embedded_text(passage: Passage) -> str:
    """What is embedded of a passage: "title\\nheading > heading\\ntext".

    A title that is the first heading too is said once; what the passage itself begins with is not said again.
    """
    title, path = _header(passage.title, passage.headings)
    beginning = _one_line(passage.text[: 4 * HEADER_BYTES])
    if path and _begins_with(beginning, path[-1]):
        path = path[:-1]
    if _begins_with(beginning, title):
        title = ""
    return "\n".join(line for line in (title, " > ".join(path), passage.text) if line)


def _header(title: str, headings: Sequence[str]) -> tuple[str, list[str]]:
    """Title and headings cut to HEADER_BYTES: the innermost heading is kept first, then the title."""
    title, *path = (_one_line(name) for name in (title, *headings))
    if path and path[0].casefold() == title.casefold():
        del path[0]
    kept: list[str] = []
    room = HEADER_BYTES // 2
    for heading in reversed(path):
        if kept and len(heading.encode()) > room:
            break
        kept.insert(0, _shortened(heading, room))
        room = max(0, room - len(heading.encode()) - len(" > "))
    return _shortened(title, HEADER_BYTES - len(" > ".join(kept).encode())), kept


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _shortened(text: str, size: int) -> str:
    """The text cut at a word to at most `size` bytes."""
    encoded = text.encode()
    if len(encoded) <= size:
        return text
    fitting = encoded[: size + 1].decode(errors="ignore")
    return fitting.rpartition(" ")[0] or encoded[:size].decode(errors="ignore")


def _begins_with(text: str, name: str) -> bool:
    return text[: len(name)].casefold() == name.casefold() and not text[len(name) : len(name) + 1].isalnum()


@dataclass(slots=True)
class _Stretch:
    """The text between two bounds no passage crosses without need: section starts and furniture."""

    start: int
    end: int
    headings: tuple[str, ...]
    body: int
    """Where its own heading ends; `start` where it has none."""
    follows: bool
    """Whether nothing but white space is between it and the stretch before."""
    units: list[_Unit] = field(default_factory=list)

    @property
    def only_heading(self) -> bool:
        return self.body >= self.end

    @property
    def tokens(self) -> int:
        return sum(unit.tokens for unit in self.units)


@dataclass(frozen=True, slots=True)
class _Unit:
    """A sentence, or a piece of one that is longer than the window."""

    start: int
    end: int
    tokens: int

    @property
    def size(self) -> int:
        """The tokens, or more where one stands for very many characters (an unknown word of any length)."""
        return max(self.tokens, (self.end - self.start) // _CHARACTERS_PER_TOKEN)


class Splitter:
    """Cuts documents into passages for one embedder.

    `count` gives the number of word pieces of each text; `window` is how many the embedder reads.
    """

    def __init__(self, count: Callable[[Sequence[str]], list[int]], window: int) -> None:
        if window < 16:
            raise ValueError(f"a window of {window} word pieces is too small: 16 or more are needed")
        self._count = count
        self._window = min(window, LONGEST_WINDOW)

    def split(self, document: Document) -> list[Passage]:
        """The passages in order, without overlap; together they hold all but white space and furniture.

        What is embedded of each (`embedded_text`) has at most `window` word pieces. Where title and headings
        alone would take more than half of the window, the passages carry less of them.
        """
        stretches = list(_stretches(document))
        names = self._names(document.title, {stretch.headings for stretch in stretches})
        rooms = {headings: self._window - tokens for headings, (_, _, tokens) in names.items()}
        self._fill(document.text, stretches, min(rooms.values(), default=0))
        intervals: list[Interval] = []
        for group in _groups(stretches, rooms):
            room = min(rooms[stretch.headings] for stretch in group)
            units = [unit for stretch in group for unit in stretch.units]
            sizes = [min(room, unit.size) for unit in units]
            for first, last in pairwise(_partition(sizes, _break_costs(document.text, group), room)):
                intervals.append((units[first].start, units[last - 1].end))
        return self._checked(document, intervals, names)

    def _names(self, title: str, paths: set[tuple[str, ...]]) -> _Names:
        """For each heading path: the title and headings its passages carry, and the tokens of both."""
        ordered = sorted(paths)
        counts = self._count([_header_text(title, path) for path in ordered])
        names: _Names = {}
        for path, tokens in zip(ordered, counts, strict=True):
            kept_title, kept_path = title, path
            while tokens > self._window // 2:
                kept_title, kept_path = _shortened(_one_line(kept_title), HEADER_BYTES), kept_path[1:]
                if not kept_path:
                    kept_title = _shortened(kept_title, len(kept_title.encode()) // 2)
                tokens = self._count([_header_text(kept_title, kept_path)])[0]
            names[path] = (kept_title, kept_path, tokens)
        return names

    def _fill(self, text: str, stretches: list[_Stretch], room: int) -> None:
        """Gives each stretch its sentences as units of at most `room` tokens."""
        found = [
            (stretch, stretch.start + start, stretch.start + end)
            for stretch in stretches
            for start, end in sentences(text[stretch.start : stretch.end])
        ]
        counts = self._count([text[start:end] for _, start, end in found])
        for (stretch, start, end), tokens in zip(found, counts, strict=True):
            stretch.units += self._pieces(text, _Unit(start, end, tokens), room)

    def _pieces(self, text: str, unit: _Unit, room: int) -> list[_Unit]:
        """The unit, cut at clauses or words until each piece has at most `room` tokens."""
        if unit.tokens <= room:
            return [unit]
        assert unit.end - unit.start > 1, f"one character has {unit.tokens} word pieces"
        parts = -(-unit.tokens // room)
        intervals = cut(text, unit.start, unit.end, -(-(unit.end - unit.start) // parts))
        counts = self._count([text[start:end] for start, end in intervals])
        pieces = [_Unit(start, end, tokens) for (start, end), tokens in zip(intervals, counts, strict=True)]
        return [fitting for piece in pieces for fitting in self._pieces(text, piece, room)]

    def _checked(self, document: Document, intervals: list[Interval], names: _Names) -> list[Passage]:
        """The passages of these intervals, each counted as it will be embedded; too long ones are halved.

        The counts of sentences need not add up to the count of their passage: that depends on the tokenizer.
        """
        fitting: list[Passage] = []
        while intervals:
            passages = [_passage(document, start, end, names) for start, end in intervals]
            counts = self._count([embedded_text(passage) for passage in passages])
            intervals = []
            for passage, tokens in zip(passages, counts, strict=True):
                if tokens <= self._window:
                    fitting.append(passage)
                else:
                    intervals += _halves(document.text, passage.start, passage.end)
        return sorted(fitting, key=lambda passage: passage.start)


_Names = dict[tuple[str, ...], tuple[str, tuple[str, ...], int]]


def _header_text(title: str, headings: Sequence[str]) -> str:
    title, path = _header(title, headings)
    return f"{title}\n{' > '.join(path)}"


def _passage(document: Document, start: int, end: int, names: _Names) -> Passage:
    title, headings, _ = names[document.headings_at(start)]
    passage = Passage(
        id="",
        document_id=document.id,
        source=document.source,
        title=title,
        start=start,
        end=end,
        text=document.text[start:end],
        page=document.page_at(start),
        headings=headings,
    )
    key = f"{passage.document_id}\0{start}\0{end}\0{embedded_text(passage)}"
    return replace(passage, id=hashlib.sha256(key.encode()).hexdigest()[:24])


def _halves(text: str, start: int, end: int) -> list[Interval]:
    """Two parts that meet at the sentence bound nearest to the middle, or at a clause or word bound."""
    assert end - start > 1, "one character and its header do not fit the window"
    middle = (end - start) // 2
    bounds = [bound for bound, _ in sentences(text[start:end])][1:]
    if not bounds:
        return cut(text, start, end, (end - start + 1) // 2)
    place = start + min(bounds, key=lambda bound: abs(bound - middle))
    return cut(text, start, place, end - start) + cut(text, place, end, end - start)


def _stretches(document: Document) -> Iterator[_Stretch]:
    """The text outside furniture, cut where sections begin, without white space at its ends."""
    text = document.text
    openings = {section.start for section in document.sections}
    furniture = sorted(document.furniture, reverse=True)
    bounds = {0, len(text), *openings, *(offset for interval in furniture for offset in interval)}
    furnished = 0
    follows = False
    for bound, next_bound in pairwise(sorted(bounds)):
        while furniture and furniture[-1][0] <= bound:
            furnished = max(furnished, furniture.pop()[1])
        if bound < furnished:
            follows = False
            continue
        start, end = trimmed(text, bound, next_bound)
        if start < end:
            headings = document.headings_at(start)
            body = _heading_end(text, start, end, headings) if bound in openings else start
            yield _Stretch(start, end, headings, body, follows)
            follows = True


def _heading_end(text: str, start: int, end: int, headings: Sequence[str]) -> int:
    """Where the block at `start` ends if it is the heading itself; otherwise `start`."""
    empty_line = text.find("\n\n", start, end)
    block_end = empty_line if empty_line >= 0 else end
    name = _one_line(headings[-1]) if headings else ""
    block = _one_line(text[start : min(block_end, start + 4000)])
    # A long heading is cut where its section's name is made.
    is_heading = block == name or (len(name) >= 290 and block.startswith(name))
    return block_end if name and is_heading else start


def _groups(stretches: Sequence[_Stretch], rooms: Mapping[tuple[str, ...], int]) -> Iterator[list[_Stretch]]:
    """Stretches that make passages together: a bare heading and what follows it, and tiny siblings."""
    group: list[_Stretch] = []
    for stretch in stretches:
        if group and not (stretch.follows and _belongs(group, stretch, rooms)):
            yield group
            group = []
        group.append(stretch)
    if group:
        yield group


def _belongs(group: list[_Stretch], stretch: _Stretch, rooms: Mapping[tuple[str, ...], int]) -> bool:
    last = group[-1]
    if last.only_heading:
        return True
    siblings = len(stretch.headings) == len(last.headings) > 0 and stretch.headings[:-1] == last.headings[:-1]
    if not siblings or stretch.only_heading:
        return False
    tokens = sum(member.tokens for member in group)
    room = min(rooms[member.headings] for member in (*group, stretch))
    return tokens < TINY_SECTION and tokens + stretch.tokens <= room


def _break_costs(text: str, group: Sequence[_Stretch]) -> list[float]:
    """For each unit of the group, what it costs to begin a passage with it."""
    costs = [0.0]
    paragraph = group[0].start
    units = [(unit, stretch.body) for stretch in group for unit in stretch.units]
    for (before, body), (unit, _) in pairwise(units):
        line_breaks = text.count("\n", before.end, unit.start)
        new_paragraph = line_breaks > 1
        if before.end <= body:
            cost = _AFTER_HEADING
        elif text[before.end - 1] == ":" or (new_paragraph and before.end - paragraph <= _SHORT_LINE):
            cost = _AFTER_LEAD_IN
        elif new_paragraph:
            cost = 0.0
        elif text[before.end - 1] not in _LAST_CHARACTERS:
            cost = _IN_SENTENCE
        else:
            cost = _AFTER_LINE if line_breaks else _IN_LINE
        costs.append(cost)
        if new_paragraph:
            paragraph = unit.start
    return costs


def _partition(sizes: Sequence[int], break_costs: Sequence[float], room: int) -> list[int]:
    """The bounds of consecutive groups, none larger than `room`, that cost least in all.

    The square makes three groups of 170 cheaper than 250, 250 and 10.
    """
    least = [0.0]
    begins = [0]
    for end in range(1, len(sizes) + 1):
        best, best_begin, size = math.inf, end - 1, 0
        for begin in range(end - 1, -1, -1):
            size += sizes[begin]
            if size > room:
                break
            cost = least[begin] + break_costs[begin] + (1 - size / room) ** 2
            if cost < best:
                best, best_begin = cost, begin
        least.append(best)
        begins.append(best_begin)
    bounds = [len(sizes)]
    while bounds[-1]:
        bounds.append(begins[bounds[-1]])
    return bounds[::-1]
