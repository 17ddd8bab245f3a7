"""Where a sentence of an answer begins and ends."""

from __future__ import annotations

import re
from functools import lru_cache

from rag.sentences import sentences

_EMPHASIS = re.compile(r"[*_~]+")
_PAIRS = (("(", ")"), ("“", "”"), ("„", "“”"), ("«", "»"), ("「", "」"), ("（", "）"))
_STRAIGHT = re.compile(r'"')
_WRAPPER = re.compile(r"[*_~]{1,3}")
_LAST_WRAPPER = re.compile(r"[*_~]{1,3}\Z")


@lru_cache(maxsize=4096)
def ends_between(before: str, after: str) -> bool:
    """Whether a sentence ends between these, by the rules of `rag.sentences`."""
    before, after = _EMPHASIS.sub("", before), _EMPHASIS.sub("", after)
    return any(end == len(before) for _, end in sentences(before + after))


def enclosure(tail: str) -> tuple[str, int] | None:
    """What would close the last quotation or bracket that is open at the end of the text, and how far back it began."""
    opened = -1
    closers = ""
    for opener, closer in _PAIRS:
        place = tail.rfind(opener)
        if place > opened and place > max(map(tail.rfind, closer)) and not (opener == "“" and "„" in tail):
            opened, closers = place, closer
    straight = -1
    for match in _STRAIGHT.finditer(tail):
        begins = match.start() == 0 or tail[match.start() - 1] in " \n\t([—–*_"
        straight = match.start() if straight < 0 and begins else -1
    if straight > opened:
        opened, closers = straight, '"'
    return (closers, len(tail) - opened) if closers else None


def without_wrappers(text: str) -> tuple[int, int]:
    """The interval without white space, pipes of a table, and bold or italics that wrap it or are open."""
    start, end = 0, len(text)
    while True:
        while start < end and (text[start].isspace() or text[start] == "|"):
            start += 1
        while start < end and (text[end - 1].isspace() or text[end - 1] == "|"):
            end -= 1
        first = _WRAPPER.match(text, start, end)
        last = _LAST_WRAPPER.search(text, max(start, end - 3), end)
        if first and last and first.end() < last.start() and first.group() == last.group():
            inside = text.find(first.group(), first.end(), last.start()) >= 0
            if inside:  # **one** and **two**
                return start, end
            start, end = first.end(), last.start()
        elif first and text.find(first.group(), first.end(), end) < 0:
            start = first.end()
        elif last and text.find(last.group(), start, last.start()) < 0:
            end = last.start()
        else:
            return start, end
