"""Plain text: which lines belong together, and which of them are headings.

A text file says nothing of its structure. What can be seen: empty lines, indentation, bullets,
underlines, capitals, and lines that end although the next word would still have had room.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rag.reading.manuscript import Manuscript, clean

_BULLET = re.compile(r"([•◦▪‣●○■□·]|[-–*+](?=\s+\D))\s+(?=\S)")
_NUMBERED = re.compile(
    r"(\d{1,3}(\.\d{1,3})*[.)]|\(\d{1,3}\)|[A-Za-z][.)]|\([A-Za-z]\)|\(?[ivxlc]{1,5}\)|[IVXLC]{1,5}\.)\s+(?=\S)"
)
_FIELD = re.compile(r"^\s*[^\W\d][\w .,()/&'’-]{0,40}:\s+\S")
_COLUMNS = re.compile(r"\t| {3,}|\|")
_RULE = re.compile(r"\s*([-=_*~#.+^])(\s?\1){2,}\s*")
_UNDERLINE_LEVELS = {"=": 1, "-": 2, "~": 3, "^": 3}
_SENTENCE_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*$")

_DIVISION = re.compile(
    r"(part|book|volume|chapter|article|section|appendix|annex|exhibit|schedule|teil|kapitel|chapitre|capítulo)"
    r"\s+([ivxlc]+|\d+(\.\d+)*|[A-Z]|one|two|three|four|five|six|seven|eight|nine|ten)"
    r"(\s*$|\s*[.:–—-].*|\s+[A-ZÀ-Þ“\"(].*)",
    re.IGNORECASE,
)
_BARE_DIVISION = re.compile(r"\w+\s+[\w.]{1,8}")
_DIVISION_LEVELS = {"part": 1, "book": 1, "volume": 1, "teil": 1, "section": 3}
_DECIMAL = re.compile(r"(\d{1,2}(?:\.\d{1,3})+)\.?\s+[A-ZÀ-Þ]")
_SINGLE = re.compile(r"(?:\d{1,2}|[IVXLC]{1,5}|[A-Z])\.\s+[A-ZÀ-Þ]")
_LONG_WORD = re.compile(r"[^\W\d_]{4,}")
_PAGE = re.compile(r"page\s+\w{1,5}(\s+of\s+\w{1,5})?", re.IGNORECASE)
_RUNS_ON = re.compile(r"[^\W\d_]{3,}\.\s+[^\W\d_]")
_LEADERS = re.compile(r"[.…·]{4,}\s*\w{1,5}$")
_DIVISION_LEVEL, _CAPITALS_LEVEL, _NUMBER_LEVEL = 2, 2, 3
_LONGEST_HEADING = 80
_MOST_WORDS = 10
"""A line that ends like a sentence and has more words than this is one."""

_NARROW, _WIDE = 50, 170
"""Between these line widths a text is taken to be wrapped by hand."""
_NEAR, _SHORT_STANZA = 8, 4
_MOST_OFTEN = 3
_TITLE_WITHIN = 8
"""A heading gives the document its title only among its first blocks."""


def read_plain(text: str, name: str) -> Manuscript:
    """The manuscript of a plain text. `name` becomes its title where no heading near its beginning can be."""
    manuscript = Manuscript("txt")
    first_headings = add_plain(manuscript, text)
    # "CHAPTER I" or "Exhibit 10.4" is the name of a part.
    named = (heading for heading in first_headings if not _BARE_DIVISION.fullmatch(heading))
    manuscript.title = next(named, name)
    return manuscript


def add_plain(manuscript: Manuscript, text: str, *, headings: bool = True, mark: str = "") -> list[str]:
    """Adds a plain text, in which form feeds begin pages, and returns the headings near its beginning.

    `headings`: whether it may hold any; `mark` is put before each paragraph.
    """
    sheets = text.removesuffix("\f").split("\f")
    lines = text.splitlines()
    width = _line_width(lines)
    shouted = sum(map(str.isupper, text)) > sum(map(str.islower, text))
    times = Counter(line.strip() for line in lines)
    first_headings: list[str] = []
    count = 0
    for sheet in sheets:
        if len(sheets) > 1:
            manuscript.page()
        blocks = [block for stanza in _stanzas(sheet) for block in _blocks(stanza, width)]
        for before, block, after in zip([None, *blocks], blocks, [*blocks[1:], None], strict=False):
            count += 1
            level = block.level or _heading_level(block, before, after, shouted) if headings else 0
            if not level or times[block.text.strip()] > _MOST_OFTEN:  # at the head of every page
                manuscript.paragraph(mark + block.text)
                continue
            manuscript.heading(block.text, level)
            if count <= _TITLE_WITHIN:
                first_headings.append(block.text.strip())
    return first_headings


@dataclass(frozen=True, slots=True)
class _Block:
    lines: list[str]
    level: int = 0
    """Of a heading that is underlined; 0: the words must show whether it is one."""

    @property
    def text(self) -> str:
        first, *others = self.lines
        return "\n".join(
            [_BULLET.sub("", first.lstrip(), count=1) if _BULLET.match(first.lstrip()) else first, *others]
        )


def _line_width(lines: list[str]) -> int:
    """How wide the lines of the text are: nine of ten are no wider."""
    lengths = sorted(len(line.rstrip()) for line in lines[:5000] if line.strip())
    return _wide(lengths) if lengths else 0


def _wide(lengths: list[int]) -> int:
    return lengths[min(len(lengths) - 1, int(0.9 * len(lengths)))]


def _stanzas(sheet: str) -> Iterator[list[str]]:
    """The runs of lines between empty lines."""
    stanza: list[str] = []
    for line in clean(sheet).split("\n"):
        if line.strip():
            stanza.append(line.rstrip())
        elif stanza:
            yield stanza
            stanza = []
    if stanza:
        yield stanza


def _blocks(stanza: list[str], width: int) -> Iterator[_Block]:
    """Underlined headings, list items, table rows, fields and paragraphs. Ruled lines are left out."""
    rows = _most(_COLUMNS, [line.strip() for line in stanza], 0.6)
    fields = _most(_FIELD, stanza, 0.5)
    block: list[str] = []
    for place, line in enumerate(stanza):
        if _RULE.fullmatch(line):
            level = _UNDERLINE_LEVELS.get(line.strip()[0], 0)
            if len(block) == 1 and level and place and _underlines(line, stanza[place - 1]):
                yield _Block(block, level)
            elif block:
                yield _Block(block)
            block = []
            continue
        is_title = place + 1 < len(stanza) and _underlines(stanza[place + 1], line)
        is_row = rows or (fields and _FIELD.match(line))
        if block and (is_title or is_row or _begins(line, block, _wrap(stanza, place, width))):
            yield _Block(block)
            block = []
        block.append(line)
    if block:
        yield _Block(block)


def _most(pattern: re.Pattern[str], stanza: list[str], share: float) -> bool:
    """Whether the pattern is found in two lines or more, and in that share of them."""
    return len(stanza) > 1 and sum(map(bool, map(pattern.search, stanza))) >= max(2.0, share * len(stanza))


def _wrap(stanza: list[str], place: int, width: int) -> int:
    """How wide lines are wrapped about `place`; where they are not, wider than any line."""
    if width > _WIDE:
        return 1 << 30
    lengths = sorted(map(len, stanza[max(0, place - _NEAR) : place + _NEAR]))
    if width >= _NARROW and (len(stanza) < _SHORT_STANZA or lengths[-1] < 0.6 * width):
        return max(lengths[-1], width)
    return _wide(lengths)


def _underlines(rule: str, line: str) -> bool:
    rule, line = rule.strip(), line.strip()
    return (
        len(rule) >= 3
        and rule[0] in _UNDERLINE_LEVELS
        and rule == rule[0] * len(rule)
        and len(line) <= _LONGEST_HEADING
        and 0.6 * len(line) <= len(rule) <= 1.6 * len(line) + 2
        and not _RULE.fullmatch(line)
    )


def _begins(line: str, block: list[str], wrap: int) -> bool:
    """Whether something new begins with `line`, and not only a new line of the block before it."""
    last, words = block[-1], line.strip()
    # A line was ended on purpose where the next word would still have had room.
    room = len(last) + 1 + len(words.split(maxsplit=1)[0]) <= wrap
    ended = bool(_SENTENCE_END.search(last))
    if _BULLET.match(words):
        return room or ended or bool(_BULLET.match(block[0].strip()))
    if _NUMBERED.match(words):
        return room or ended or last.endswith((",", " and", " or"))
    if ended and not words[0].islower() and (room or _indent(line) >= 2 + _indent(last)):
        return True
    return room and len(last) < 0.75 * wrap and not words[0].islower() and not last.endswith((",", "-", "–"))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _heading_level(block: _Block, before: _Block | None, after: _Block | None, shouted: bool) -> int:
    """The level of a heading, 0 for anything else. In doubt it is none."""
    line = block.lines[0].strip()
    if len(block.lines) > 1 or len(line) > _LONGEST_HEADING or after is None or _BULLET.match(line):
        return 0
    if line.endswith((",", ";", ":", "-")) or _LEADERS.search(line) or _COLUMNS.search(line):
        return 0
    if (line.endswith((".", "!", "?")) and len(line.split()) > _MOST_WORDS) or _PAGE.fullmatch(line):
        return 0
    if division := _DIVISION.fullmatch(line):
        return _DIVISION_LEVELS.get(division[1].lower(), _DIVISION_LEVEL)
    neighbours = [neighbour.lines[0].strip() for neighbour in (before, after) if neighbour]
    if _RUNS_ON.search(line):
        return 0  # "4.1 Term. The term of this lease shall"
    if (decimal := _DECIMAL.match(line)) and not line.endswith("."):
        depth = decimal[1].count(".")
        if any((other := _DECIMAL.match(text)) and other[1].count(".") == depth for text in neighbours):
            return 0  # one of a list
        return _NUMBER_LEVEL + depth
    if _SINGLE.match(line):
        is_listed = any(_SINGLE.match(text) and len(text) <= _LONGEST_HEADING for text in neighbours)
        return _NUMBER_LEVEL if not is_listed and _is_titled(line) and len(after.text) > len(line) else 0
    letters = sum(map(str.isalpha, line))
    in_capitals = line.isupper() and letters >= 4 and letters >= 0.6 * len(line.replace(" ", ""))
    return _CAPITALS_LEVEL if in_capitals and not shouted and not line.endswith(".") else 0


def _is_titled(line: str) -> bool:
    """Whether most of the longer words begin with a capital."""
    words = _LONG_WORD.findall(line)
    return bool(sum(word[0].isupper() for word in words) > 0.6 * len(words))
