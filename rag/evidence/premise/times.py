"""Whether two texts can speak of the same time."""

from __future__ import annotations

import re

from rag.values.dates import Period

_DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
_NAMED = "|".join(_DAYS)
_DAY = re.compile(rf"\b({_NAMED})s?\b", re.IGNORECASE)
_SPAN = re.compile(rf"\b({_NAMED})s?\s?(?:-|–|to|until|through)\s?({_NAMED})", re.IGNORECASE)


def overlap(one: Period, other: Period) -> bool:
    """Whether two dates can be of the same time, as far as each is known."""
    if one.years and other.years and (one.years[0] > other.years[1] or other.years[0] > one.years[1]):
        return False
    if "/" in one.date or "/" in other.date:
        return True
    parts = zip(one.date.removeprefix("-").split("-")[1:], other.date.removeprefix("-").split("-")[1:], strict=False)
    return all(mine == theirs for mine, theirs in parts)


def weekdays(text: str) -> frozenset[int]:
    """The days of the week that a text names (Monday is 0), with those inside a span such as "Wednesday to Sunday"."""
    days = {_DAYS.index(match[1].lower()) for match in _DAY.finditer(text)}
    for match in _SPAN.finditer(text):
        first, last = (_DAYS.index(day.lower()) for day in match.groups())
        days |= {day % 7 for day in range(first, (last if last >= first else last + 7) + 1)}
    return frozenset(days)
