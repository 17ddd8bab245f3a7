"""Which way a quantity went, where a sentence gives it before and after."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rag.values.dates import periods
from rag.values.measures import Quantity
from rag.values.quantities import quantities

_ONWARDS = re.compile(r"→|->|⇒")
_FROM_TO = re.compile(r"\bto\b")
_FROM = re.compile(r"\bfrom (?:about |some |nearly |over )?\Z", re.IGNORECASE)
_BACKWARDS = re.compile(
    r"\b(?:after|compared (?:with|to)|up from|down from|previously|before that)\b|\((?=\d{4}:)", re.IGNORECASE
)
_FURTHEST = 60  # characters between the two
_RECORD = re.compile(
    r"\b(?:(?P<most>largest|biggest|highest|most|greatest|longest|best)|(?P<least>smallest|lowest|fewest|least|shortest))"
    r"\b[^.;]{0,60}?\b(?:since|ever|on record|so far|in the record)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Change:
    """A quantity rose (`way` 1) or fell (-1): `text[start:end]` says so."""

    way: int
    years: tuple[int, ...]
    """The years of the later value, where they stand beside it."""
    start: int
    end: int


def changes(text: str) -> list[Change]:
    """The changes that a text gives in figures: "from 4 t to 6 t", "4 t → 6 t", "6 t, after 4 t", "6 t (2021: 4 t)"."""
    if not (_ONWARDS.search(text) or _FROM_TO.search(text) or _BACKWARDS.search(text)):
        return []
    return list(_changes(text, quantities(text)))


def record(text: str) -> int:
    """1 for "the largest since …", -1 for "the lowest ever", 0 for neither."""
    found = _RECORD.search(text)
    return 0 if found is None else 1 if found["most"] else -1


def _changes(text: str, found: list[Quantity]) -> Iterator[Change]:
    since = 0
    for one, other in pairwise(found):
        between = text[one.end : other.start]
        if one.unit != other.unit or not one.unit or len(between) > _FURTHEST:
            continue
        backwards = _BACKWARDS.search(between)
        if _ONWARDS.search(between) or (_FROM_TO.search(between) and _FROM.search(text[: one.start])):
            before, after, then = one, other, text[other.end : other.end + 20]
        elif backwards:
            before, after, then = other, one, between[: backwards.start()]
        else:
            continue
        (low, high), (later_low, later_high) = before.range, after.range
        way = (later_low > high) - (later_high < low)
        if way:
            yield Change(way, tuple(period.years[1] for period in periods(then) if period.years), since, other.end)
        since = other.end
