"""Org: headings by stars, keywords, blocks, drawers and tables."""

from __future__ import annotations

import re

from rag.reading.manuscript import Manuscript, clean
from rag.reading.plain import add_plain

_HEADING = re.compile(r"(\*+)\s+(?:(?:TODO|DONE)\s+)?(?:\[#\w\]\s+)?(.*)")
_TAGS = re.compile(r"\s:[\w@#%:]+:$")
_KEYWORD = re.compile(r"\s*#\+(\w+):\s*(.*)")
_BEGIN = re.compile(r"\s*#\+begin_(\w+)", re.IGNORECASE)
_DRAWER = re.compile(r"\s*:\w+:\s*")
_COMMENT = re.compile(r"\s*#(\s|$)")
_TABLE_RULE = re.compile(r"\s*\|[-+]+\|?\s*")
_LINK = re.compile(r"\[\[([^\]\[]+)\](?:\[([^\]\[]+)\])?\]")
_MARKED = re.compile(r"(?<![\w*/=~+])([*/_=~+])(\S(?:.{0,300}?\S)?)\1(?![\w*/=~+])")
_CODE = frozenset({"src", "example", "export"})


def read_org(text: str) -> Manuscript:
    """The manuscript of an Org text; #+TITLE and the like become title and metadata."""
    manuscript = Manuscript("org")
    lines = clean(text).split("\n")
    running: list[str] = []
    table: list[str] = []
    place = 0
    while place < len(lines):
        line = lines[place]
        place += 1
        if line.lstrip().startswith("|"):
            _flush(manuscript, running)
            table.append(line)
            continue
        _flush_table(manuscript, table)
        if heading := _HEADING.fullmatch(line):
            _flush(manuscript, running)
            manuscript.heading(_words(_TAGS.sub("", heading[2].rstrip())), len(heading[1]))
        elif begin := _BEGIN.match(line):
            _flush(manuscript, running)
            inside, place = _until(lines, place, f"#+end_{begin[1].lower()}")
            if begin[1].lower() in _CODE:
                manuscript.paragraph("\n".join(line for line in inside if line.strip()))
            elif begin[1].lower() != "comment":
                add_plain(manuscript, _words("\n".join(inside)), headings=False)
        elif keyword := _KEYWORD.fullmatch(line):
            _describe(manuscript, keyword[1].lower(), keyword[2])
        elif _DRAWER.fullmatch(line) and ":END:" in (other.strip().upper() for other in lines[place : place + 50]):
            place = _until(lines, place, ":end:")[1]
        elif not _COMMENT.match(line):
            running.append(line)
    _flush_table(manuscript, table)
    _flush(manuscript, running)
    return manuscript


def _describe(manuscript: Manuscript, keyword: str, value: str) -> None:
    if keyword == "title":
        manuscript.title = value
    elif keyword in ("author", "date", "subtitle", "description", "keywords", "email", "language"):
        manuscript.metadata[keyword] = value
    elif keyword == "caption":
        manuscript.paragraph(_words(value))


def _until(lines: list[str], place: int, end: str) -> tuple[list[str], int]:
    """The lines before the one that says `end`, and the place after it."""
    for stop in range(place, len(lines)):
        if lines[stop].strip().lower() == end:
            return lines[place:stop], stop + 1
    return lines[place:], len(lines)


def _flush(manuscript: Manuscript, running: list[str]) -> None:
    add_plain(manuscript, _words("\n".join(running)), headings=False)
    running.clear()


def _flush_table(manuscript: Manuscript, table: list[str]) -> None:
    if not table:
        return
    rows = [_words(line).strip().strip("|").split("|") for line in table if not _TABLE_RULE.fullmatch(line)]
    named = len(table) > 2 and _TABLE_RULE.fullmatch(table[1]) and len(rows) > 1
    manuscript.rows(rows[0] if named else [], rows[1:] if named else rows)
    table.clear()


def _words(text: str) -> str:
    text = _LINK.sub(lambda link: link[2] or link[1], text)
    return _MARKED.sub(r"\2", text)
