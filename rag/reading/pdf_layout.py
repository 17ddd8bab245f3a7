"""From lines in reading order to what a document is made of: headings, paragraphs, items, rows."""

from __future__ import annotations

import re
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from rag.reading.pdf_characters import HYPHENS, SOFT_HYPHEN
from rag.reading.pdf_columns import LABEL
from rag.reading.pdf_headings import NUMBERED, heading_levels
from rag.reading.pdf_page import Line
from rag.reading.pdf_typography import BULLETS, ENDS, LEADS_TO_PAGE, Typography, alike

_LAST_WORD = re.compile(r"(?<![-\u2010])\b[^\W\d_]+$")
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_ITEM = re.compile(rf"(?:{LABEL.pattern})\s+\S")
_NUMBER = re.compile(r"(?:\(?(?:\d{1,3}|[A-Za-z]|[ivxl]{1,5})[.)\]]|\[\d{1,3}\])\s")
_DECIMAL = re.compile(r"\d{1,2}(?:\.\d{1,2})+\s")
# Between one of these and a word that the document has by itself, a hyphen is mostly part of the word.
_PREFIXES = frozenset("self non well anti multi semi co ex cross half all high low north south east west".split())


@dataclass(slots=True)
class Block:
    """Lines that are one paragraph, one heading (`level` from 1) or one row of a table."""

    lines: list[Line]
    level: int = 0


def blocks(lines: Sequence[Line], outline: Mapping[str, int], usual: Typography) -> list[Block]:
    """The paragraphs, headings and rows of a document, in order.

    `outline` has a level for each bookmark's text, `folded`.
    """
    levels = heading_levels(lines, outline, usual)
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
        fits = block.level == level or line.size > 1.12 * usual.size
        return fits and usual.close(last, line) and not NUMBERED.match(line.text)
    if LEADS_TO_PAGE.search(last.text):
        return False
    ended, edge = bool(ENDS.search(last.text)), usual.edges[id(last)]
    full = not _room_for(line, last, edge)
    if not usual.close(last, line) or _begins_item(block, line, going_on=full and not ended):
        return False
    if last.text[-1] in HYPHENS:
        return True
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
    if not near or abs(last.size - line.size) > 0.12 * last.size or _begins_item(block, line, going_on=False):
        return False
    if line.cells:
        return len(block.lines) < 3 and not first.cells and line.text[0].islower() and not ENDS.search(last.text)
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
    if broken_off.level or last.cells or line.cells or not alike(last, line):
        return False
    if latest is not broken_off and not _aside(latest.lines[0], last, usual):
        return False
    if last.text[-1] in HYPHENS:
        return line.text[0].islower()
    if ENDS.search(last.text) or _begins_item(broken_off, line, going_on=False):
        return False
    wide = last.right - last.left > 18 * last.size and last.right > usual.edges[id(last)] - 6 * last.size
    return line.text[0].islower() or (wide and (last.text[-1].isalnum() or last.text[-1] in ",–—"))


def _aside(line: Line, last: Line, usual: Typography) -> bool:
    """Whether the line is a foot note below `last`, or something printed along the edge of its page."""
    return line.page == last.page and (line.turn != last.turn or line.size < 0.95 * usual.size)


def _begins_item(block: Block, line: Line, going_on: bool) -> bool:
    """Whether a list item begins; a number where a sentence is `going_on` is a part of it, outside a list."""
    if line.text[0] in BULLETS:
        return True
    if _DECIMAL.match(line.text):
        return not going_on
    return bool(_NUMBER.match(line.text)) and (not going_on or bool(_NUMBER.match(block.lines[0].text)))


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
    if parts[0] in _PREFIXES and words.get(parts[1]):
        return False
    return divides or not compound
