"""What of a Markdown text states something: its sentences, as intervals of the very text, without headings and code.

`rag.reading` gives the words of a Markdown file without its marks. Here the text stays as it is, so that whoever
checks an answer finds each sentence where it stands in the file.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from rag.sentences import sentences
from rag.types import Interval

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(?:(?!---).*\n)*---[ \t]*(?:\r?\n|\Z)")
_FENCE = re.compile(r"[ \t>]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+)?(`{3,}|~{3,})")
_HEADING = re.compile(r" {0,3}#{1,6}(?:\s|$)")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)\s*$")
_RULE = re.compile(r" {0,3}([-*_])(?:[ \t]*\1){2,}\s*$")
_ROW = re.compile(r"[ \t]*\|")
_ROW_OF_DASHES = re.compile(r"[ \t]*\|[ \t:|-]*-[ \t:|-]*$")
_DEFINITION = re.compile(r" {0,3}\[[^\[\]\n]{1,200}\]:")
_ITEM = re.compile(r"[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+")
_INDENTED = re.compile(r" {4}| {0,3}\t")
_MARKS = re.compile(
    r"!?\[(?=[^\[\]\n]{1,300}\]\()"  # before the words of a link
    r"|\]\([^()\s]{0,1000}(?:[ ]\"[^\"\n]{0,200}\")?\)"  # behind them
    r"|\*{1,3}|`{1,3}|__|~~|^[ \t]*>[> \t]*",
    re.MULTILINE,
)


def prose(text: str) -> list[Interval]:
    """The intervals of the sentences, in order."""
    return [(start + a, start + b) for start, end in _blocks(text) for a, b in sentences(text[start:end])]


def without_marks(text: str) -> str:
    """A text of the same length with spaces in the place of the marks of Markdown."""
    return _MARKS.sub(lambda mark: " " * len(mark.group()), text)


def _blocks(text: str) -> Iterator[Interval]:
    """Paragraphs, items of lists, rows of tables."""
    front = _FRONT_MATTER.match(text)
    at = front.end() if front else 0
    begun: int | None = None  # where the open block begins
    fence = ""
    in_list = False
    for line in text[at:].splitlines(keepends=True):
        start, at = at, at + len(line)
        bare = line.rstrip()
        if fence:
            mark = bare.lstrip(" \t>")
            if mark.startswith(fence) and not mark.strip(fence[0]):
                fence = ""
            continue
        code = begun is None and not in_list and bool(_INDENTED.match(line))
        opened, item = _FENCE.match(line), _ITEM.match(line)
        underline = _UNDERLINE.match(bare) or _ROW_OF_DASHES.match(bare)
        no_prose = not bare or _HEADING.match(line) or _RULE.match(bare) or _DEFINITION.match(line)
        if code or opened or no_prose or underline:
            if begun is not None and not underline:  # what is underlined is a heading
                yield begun, start
            begun = None
            fence = opened[1] if opened else ""
            in_list = in_list and not bare
        elif item or _ROW.match(line):
            if begun is not None:
                yield begun, start
            begun = start + (item.end() if item else 0)
            in_list = bool(item)
        elif begun is None:
            begun = start
            in_list = in_list and bool(_INDENTED.match(line) or line.startswith("  "))
    if begun is not None:
        yield begun, len(text)
