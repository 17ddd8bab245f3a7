"""Numbers as they are written, in figures of any style or in English words, with their values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

_SMALL = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_ONES = {
    **{word: value for value, word in enumerate(_SMALL.split())},
    **{word: 10 * value for value, word in enumerate(_TENS.split(), 2)},
}
_SCALES = {"hundred": 2, "thousand": 3, "million": 6, "billion": 9, "trillion": 12}
_SHORT_SCALES = {"k": 3, "m": 6, "mn": 6, "bn": 9, "tn": 12}
_FRACTIONS = {"half": "0.5", "third": "0.3333", "quarter": "0.25", "fifth": "0.2", "tenth": "0.1"}
_SCALE = "|".join(_SCALES)
_UNDER_100 = rf"(?:(?:{_TENS.replace(' ', '|')})(?:[ -](?:{_SMALL.replace(' ', '|')}))?|{_SMALL.replace(' ', '|')})\b"
_SCALED = rf"(?:[ -](?:{_SCALE}|dozen)\b)++(?:\s(?:and\s)?{_UNDER_100})?"
_GROUP = "[,.'’\u00a0\u2009\u202f]"
_MOST_DIGITS = 30

# A figure does not begin inside a word, a date, a ratio or a section number; signs, brackets and currencies may stand
# before it.
_NUMBER = re.compile(
    rf"""(?<![\w/§#])(?<!\w[.,])(?<![^\W\d][-–])(?<!\d:)
      (?:(?P<minus>(?<![^\s(])[-−](?=\d))?
         (?P<figures>\d{{1,3}}(?:[ ]\d{{3}})++(?![\d,.]*\d)|\d++(?:{_GROUP}\d++)*+)
         (?:\s?(?P<vulgar>[½¼¾⅓⅔]))?
         (?![:/]\d|\d)
         (?:\s(?P<scale>{_SCALE})\b|[ ]?(?P<short>(?:k|m|mn|bn|tn)\b))?
       | (?P<only_vulgar>[½¼¾⅓⅔])
       | (?P<fraction>(?:(?:an?|one|two|three|four)[ -])?(?:half|thirds?|quarters?|fifths?|tenths?)\b
            (?![ ]an?[ ](?:{_SCALE}|dozen)\b))
       | (?P<words>(?:half\s)?(?:an?|{_UNDER_100})(?:{_SCALED})++(?:\sand\sa\s(?:half|quarter)\b)?
           | {_UNDER_100}(?:\sand\sa\s(?:half|quarter)\b)?)
      )""",
    re.VERBOSE | re.IGNORECASE,
)
_VULGAR = {"½": "0.5", "¼": "0.25", "¾": "0.75", "⅓": "0.3333", "⅔": "0.6667"}


@dataclass(frozen=True, slots=True)
class Number:
    """`value` is written from `start` to `end`, with as many places as are written."""

    value: Decimal
    start: int
    end: int
    in_words: bool = False
    is_fraction: bool = False
    """"Half", "a third", "two fifths": part of something, unless a unit follows."""
    is_unsure: bool = False
    """"2,3" may be a number or two of a list."""
    short_scale: int = 0
    """The powers of ten that the letter behind "5m" stands for, if it is no unit: not in value and end."""
    short_end: int = 0


def numbers_of(text: str) -> Iterator[Number]:
    """The numbers of a text in order, dates, years and the numbers of things among them."""
    for match in _NUMBER.finditer(text):
        number = _figures(match) if match["figures"] else _words(match)
        if number is not None:
            yield number


def _figures(match: re.Match[str]) -> Number | None:
    read = _read(match["figures"])
    if read is None:
        return None
    value, is_unsure = read
    if match["vulgar"]:
        value += Decimal(_VULGAR[match["vulgar"]])
    if match["minus"]:
        value = -value
    if match["scale"]:
        value = value.scaleb(_SCALES[match["scale"].lower()])
    short_scale = _SHORT_SCALES[match["short"].lower()] if match["short"] else 0
    end = match.end()
    if match["short"]:
        end = match.end("vulgar") if match["vulgar"] else match.end("figures")
    return Number(value, match.start(), end, is_unsure=is_unsure, short_scale=short_scale, short_end=match.end())


def _read(figures: str) -> tuple[Decimal, bool] | None:
    """The value, and whether it may be something else; None where it is no number ("5.2.1")."""
    figures = re.sub("[ '’\u00a0\u2009\u202f]", "", figures)
    marks = [character for character in figures if character in ",."]
    if len(figures) > _MOST_DIGITS:
        return None
    if not marks:
        return Decimal(figures), False
    decimal = marks[-1] if len(set(marks)) == 2 else ""
    groups = figures.rpartition(decimal)[0] if decimal else figures
    parts = re.split("[,.]", groups)
    grouped = len(parts[0]) <= 3 and parts[0] != "0" and all(len(part) == 3 for part in parts[1:])
    if decimal:  # 1,234.5 and 1.234,5
        return (Decimal(_plain(groups) + "." + figures.rpartition(decimal)[2]), False) if grouped else None
    if len(marks) > 1:  # 1,200,000 and 1.200.000, but 5.2.1
        return (Decimal(_plain(figures)), False) if grouped else None
    whole, mark, places = figures.partition(marks[0])
    if mark == ".":  # 12.000 is twelve thousand: nobody measures that exactly in round numbers
        return Decimal(_plain(figures)) if grouped and places == "000" else Decimal(figures), False
    if grouped:
        return Decimal(_plain(figures)), False
    return Decimal(f"{whole}.{places}"), len(places) == 1 and whole != "0"


def _plain(figures: str) -> str:
    return re.sub("[,.]", "", figures)


def _words(match: re.Match[str]) -> Number | None:
    start, end = match.span()
    if match["only_vulgar"]:
        return Number(Decimal(_VULGAR[match["only_vulgar"]]), start, end, is_fraction=True)
    if match["fraction"]:
        count, _, name = match.group().lower().replace("-", " ").rpartition(" ")
        value = Decimal(_FRACTIONS[name.rstrip("s")]) * _ONES.get(count, 1)
        # A third of something, but "the third" and "third" are places in a row.
        if not count and name != "half":
            return None
        return Number(value, start, end, in_words=True, is_fraction=True)
    return Number(_value_of(match["words"].lower()), start, end, in_words=True)


def _value_of(words: str) -> Decimal:
    """Two hundred and fifty thousand: what comes before a scale is multiplied by it."""
    total, current = Decimal(0), Decimal(0)
    rest, _, fraction = words.rpartition(" and a ")
    for word in (rest or words).replace("-", " ").split():
        if word == "half":
            current = Decimal("0.5")
        elif word == "dozen":
            current = (current or Decimal(1)) * 12
        elif word == "hundred":
            current = (current or Decimal(1)) * 100
        elif word in _SCALES:
            total += (current or Decimal(1)) * Decimal(10) ** _SCALES[word]
            current = Decimal(0)
        else:
            current += _ONES.get(word, 0)
    return total + current + (Decimal(_FRACTIONS[fraction]) if rest else 0)
