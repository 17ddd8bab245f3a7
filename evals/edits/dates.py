"""Edits of dates: another year, month, day, weekday, decade or century."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence

from evals.edits import Edit
from evals.edits.language import is_free, untouched
from rag.types import Interval, Support
from rag.values.dates import periods

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(_MONTHS)
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
_YEAR = re.compile(r"(?<!\d)(?:1[0-9]\d\d|20[0-3]\d)(?!\d)")
_IN_YEAR = re.compile(r"\b[Ii]n (?P<year>1[5-9]\d\d|20[0-2]\d)\b(?! ?[-–])")
_IN_MONTH = re.compile(
    rf"(?<=\d )(?P<one>{_MONTH})\b|\b(?P<two>{_MONTH})\b(?=,? \d)"
    rf"|\b(?:in|since|until|of|by|late|early|mid|to|from) (?P<three>{_MONTH})\b"
)
_WEEKDAY = re.compile(rf"\b(?:{'|'.join(_DAYS)})(?=s?\b)")
_DAY = re.compile(
    rf"(?<![\d.,-])(?P<first>[12]?\d|3[01])(?=(?:st|nd|rd|th)? (?:of )?(?:{_MONTH})\b)|(?:{_MONTH}) "
    r"(?P<then>[12]?\d|3[01])\b"
    r"(?!\d|th|st|nd|rd)"
)
_CENTURIES = "fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
_CENTURY = re.compile(
    rf"\b(?P<figures>\d\d?)(?=th(?:[ -]| and)[^.;]{{0,12}}centur(?:y|ies))|\b(?:{'|'.join(_CENTURIES)})(?=[ -]centur)"
)
_NOT_AFTER = re.compile(
    r"\b(?:before|by|until|till|prior to|no later than|since)\s+(?:[a-z]+\s+){0,2}\Z", re.IGNORECASE
)
_NOT_BEFORE = re.compile(r"\bafter\s+(?:[a-z]+\s+){0,2}\Z", re.IGNORECASE)
_ROUGH = re.compile(r"\b(?:around|about|circa|c\.|ca\.|approximately)\s+(?:[A-Za-z]+\s+)?\Z", re.IGNORECASE)
_BEFORE_CHRIST = re.compile(r"\s?(?:BC|BCE)\b")
_THIS_YEAR = 2026


def date(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """Another date in the place of one."""
    kept = untouched(sentence)
    forms = [_years, _years, _months, _days, _weekdays, _centuries]
    chance.shuffle(forms)
    if chance.random() < 0.4 and (edit := _two_swapped(sentence, kept)):
        return edit
    for form in forms:
        made = [one for one in form(sentence, context, chance) if is_free((one[0], one[1]), kept)]
        if made:
            start, end, other = chance.choice(made)
            text = sentence[:start] + other + sentence[end:]
            if other != sentence[start:end]:
                return Edit("date", text, Support.CONTRADICTED, ((start, start + len(other)),))
    return None


def _two_swapped(sentence: str, kept: Sequence[Interval]) -> Edit | None:
    """Two years, each of an event of its own, in the place of each other."""
    years = [match.span("year") for match in _IN_YEAR.finditer(sentence)]
    for (a, b), (c, d) in itertools.pairwise(years):
        between = sentence[b:c]
        apart = sentence[a:b] != sentence[c:d] and re.search(r"[a-z]{4,}\W+(?:\w+\W+)*?[a-z]{4,}", between) is not None
        if (
            apart
            and is_free((a, b), kept)
            and is_free((c, d), kept)
            and ("," in between or " and " in between or ";" in between)
        ):
            text = sentence[:a] + sentence[c:d] + between + sentence[a:b] + sentence[d:]
            return Edit("date", text, Support.CONTRADICTED, ((a, b), (c, d)))
    return None


_Made = list[tuple[int, int, str]]


def _years(sentence: str, context: str, chance: random.Random) -> _Made:
    made = []
    dated = [(period.start, period.end) for period in periods(sentence) if period.years]
    here = [int(match.group()) for match in _YEAR.finditer(sentence)]
    near = sorted({int(year) for year in _YEAR.findall(context[:2000])} - set(here)) if here else []
    for match in _YEAR.finditer(sentence):
        start, end = match.span()
        if not any(a <= start and end <= b for a, b in dated) or _BEFORE_CHRIST.match(sentence, end):
            continue
        other = _other_year(
            int(match.group()), sentence[end : end + 1] == "s", sentence[max(0, start - 30) : start], near, chance
        )
        changed = [other if year == int(match.group()) else year for year in here]
        in_order = here == sorted(here)
        if other and other not in here and (not in_order or changed == sorted(changed)):
            made.append((start, end, str(other)))
    return made


def _other_year(year: int, is_decade: bool, before: str, near: Sequence[int], chance: random.Random) -> int:
    """Another year, that can not be true beside this one; 0 where none is."""
    if is_decade:
        return year + chance.choice([-30, -20, -10, 10, 20]) if year % 10 == 0 and year < 2000 else year - 10
    steps = [-20, -12, -10, -7, -5, -4, -3, -2, -1, 1, 2, 3, 4, 5, 6, 8, 10]
    if _ROUGH.search(before):
        steps = [-60, -45, -30, -25, 25, 30, 40]
    choices = [year + step for step in steps]
    if near and chance.random() < 0.4 and not _ROUGH.search(before):
        choices = list(near)
    if _NOT_AFTER.search(before):
        choices = [one for one in choices if one < year]
    elif _NOT_BEFORE.search(before):
        choices = [one for one in choices if one > year]
    choices = [one for one in choices if one <= max(_THIS_YEAR, year) and abs(one - year) < 150]
    return chance.choice(choices) if choices else 0


def _months(sentence: str, context: str, chance: random.Random) -> _Made:
    here = {match.group() for match in re.finditer(_MONTH, sentence)}
    rivals = [month for month in _MONTHS if month not in here] or _MONTHS
    if re.search(r"\b(?:29|30|31)(?:st|th)?\b", sentence):  # no 31 September
        rivals = [
            month for month in rivals if month in ("January", "March", "May", "July", "August", "October", "December")
        ]
    found = [(match, match.lastgroup or "one") for match in _IN_MONTH.finditer(sentence)]
    return [(*match.span(group), chance.choice(rivals)) for match, group in found if rivals]


def _days(sentence: str, context: str, chance: random.Random) -> _Made:
    made = []
    for match in _DAY.finditer(sentence):
        name = "first" if match["first"] else "then"
        value, after = int(match[name]), sentence[match.end(name) : match.end(name) + 2]
        rivals = [day for day in range(1, 29) if day != value and abs(day - value) < 15]
        if after in ("st", "nd", "rd", "th"):
            rivals = [day for day in rivals if _suffix(day) == after]
        if rivals and value:
            made.append((*match.span(name), str(chance.choice(rivals))))
    return made


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _weekdays(sentence: str, context: str, chance: random.Random) -> _Made:
    here = {match.group() for match in _WEEKDAY.finditer(sentence)}
    rivals = [day for day in _DAYS if day not in here] or _DAYS
    return [(*match.span(), chance.choice(rivals)) for match in _WEEKDAY.finditer(sentence)]


def _centuries(sentence: str, context: str, chance: random.Random) -> _Made:
    made = []
    for match in _CENTURY.finditer(sentence):
        if match["figures"]:
            value = int(match["figures"])
            rivals = [str(one) for one in range(max(4, value - 3), min(20, value + 2) + 1) if one != value]
        else:
            rivals = [one for one in _CENTURIES if one != match.group()]
        rivals = [one for one in rivals if f"{one}th" not in sentence and one not in sentence]
        if rivals:
            made.append((*match.span(), chance.choice(rivals)))
    return made
