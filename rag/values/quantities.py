"""The quantities of a text: numbers, in figures or in words, with what they measure or count.

Dates, years, clock times and the numbers that name things (section 5.2, page 3, FP-07, gate 2, the "1." of a
list) are none. One pass over the places where a number can begin, each looking at the next few words only, so
the time is linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from rag.terms import STOP_WORDS, terms
from rag.values.dates import periods
from rag.values.measures import Bound, Quantity
from rag.values.units import SPELLINGS, unit_named
from rag.values.written_numbers import Number, numbers_of

_UNITS = "|".join(re.escape(spelling) for spelling in sorted(SPELLINGS, key=len, reverse=True)).replace("\\ ", r"\s")
_UNIT = re.compile(rf"[ \u00a0\u2009\u202f\n-]?(?P<unit>{_UNITS})(?![\w²³])", re.IGNORECASE)
_OF_A_UNIT = re.compile(rf"\s(?:of\s)?an?\s(?P<unit>{_UNITS})(?!\w)", re.IGNORECASE)
_RATE = re.compile(rf"\s?/\s?(?P<unit>{_UNITS})(?!\w)|\sper\s(?P<by>{_UNITS}|[a-z]+)(?!\w)|\sa\s(?P<time>[a-z]+)(?!\w)")
_TIMES_OF = frozenset(["second", "minute", "hour", "day", "night", "week", "month", "year", "season", "head", "visit"])
_CURRENCY = re.compile(r"(?:(?P<sign>(?:US)?[$€£¥])|\b(?P<code>USD|EUR|GBP|CHF|SEK|NOK|DKK|JPY))\s?\Z")
_KEY = re.compile(r"\((?P<unit>[^()\n]{1,20})\)\s?[:|]\s?\Z")
_COLUMN = re.compile(r"(?:^|[;\n]\s?)(?P<unit>[A-Za-z]{1,12})(?:\sper\s(?P<by>[a-z]+))?(?:\s[^;:\n]{0,40})?:\s\Z")
_WORD = re.compile(r"[ \n](?P<word>[^\W\d_][\w’'-]*)")
_PLURAL = re.compile(r"[\w’'-]*(?:[^siu\W]s|people|men|children|geese|sheep|fish|crew|staff|mice)", re.IGNORECASE)
_NO_NOUN = frozenset(
    ["gives", "remains", "means", "makes", "stands", "comes", "needs", "costs", "includes", "shows", "says"]
)
_NOUN_WITHIN = 3  # words
_BOUND_BEFORE = re.compile(
    r"(?:\b(?:(?P<under>(?:no|not) (?:more|higher|later|longer|larger|greater) than|not (?:above|over|exceed)|at most"
    r"|up to|less than|fewer than|lower than|below|under|maximum of)"
    r"|(?P<over>(?:no|not) (?:less|fewer|lower) than|at least|more than|greater than|higher than|over|above"
    r"|upwards? of|exceed(?:s|ed|ing)?|passed|minimum of)"
    r"|(?P<about>about|around|approximately|approx\.|roughly|some|circa|ca?\.|nearly|almost|close to|just under"
    r"|just over))\s(?:the |an? )?|(?:(?P<under_sign>[<≤])|(?P<over_sign>[>≥])|(?P<about_sign>[~≈±]))\s?)\Z",
    re.IGNORECASE,
)
_BOUND_AFTER = re.compile(r"\s(?:(?P<over>or (?:more|over|above))|(?P<under>or (?:less|fewer|under)|at most))\b")
_NAMING = (
    "gates? phases? versions? channels? steps? items? sections? chapters? pages? tables? figures? numbers? nos? nr"
    " posts? stations? rooms? lines? routes? class grade stage parts? volumes? issue release edition decision articles?"
    " rules? questions? rows? columns? appendix platform building units? groups? type model annex bulletin protocol"
    " layer sheet slide paragraphs? clause marks? pier berth lot zone transects? band highway gauge"
)
_LABEL = re.compile(
    rf"(?:\b(?:{_NAMING.replace(' ', '|')})|(?:\b(?:no|nos|p|pp|vol|fig|figs|nr|sec|ch)\.)|§)\s?\Z", re.I
)
_NAME = re.compile(r"(?<=[^.!?:;\s(] )[A-Z][\w’'-]*\s\Z")
_JOINED = re.compile(r",\s?(?:(?:and|or|und)\s)?|\s(?:and|or|to|und)\s|\s?[–-]\s?")
_SHARING = re.compile(r"\s(?:and|or|to|und)\s|\s?[–-]\s?")
_TO = re.compile(r"\s?[–—-]\s?|\s(?:to|bis|or)\s")
_FROM = re.compile(r"(?<!range )(?<!ranges )(?<!ranged )(?<!ranging )(?<!anything )\b(?:from|between)\s[$€£]?\Z", re.I)
_BETWEEN = re.compile(r"\bbetween\s[$€£]?\Z", re.IGNORECASE)
_LIST_MARK = re.compile(r"[.)]\s|\s(?=[A-Z][a-z])")
_LEADER = re.compile(r"\.\s?\.\s?\Z")  # "Wells . . . 11": the page, in a table of contents
_CLOCK = re.compile(r"\s?(?:o['’]clock|[ap]\.?m\b|Uhr\b)")
_POINTING = re.compile(r"\b(?:the|these|those|other|no)\s\Z", re.IGNORECASE)
_MULTIPLE = re.compile(r"\b(?:(?P<two>twice|doubled?|doubling)|(?P<three>thrice|trebled?|tripled?))\b", re.IGNORECASE)
_DASHES = "-–—"
_BEFORE = 30  # characters before a number that say what it is


def quantities(text: str) -> list[Quantity]:
    """The quantities of a text, in order, none inside another."""
    numbers = _numbers(text)
    read = _apart(text, numbers, [_quantity(text, number) for number in numbers])
    found = [_multiple(text, match) for match in _MULTIPLE.finditer(text)]
    consumed, label_end = -1, -1
    for place, (number, quantity) in enumerate(zip(numbers, read, strict=True)):
        if place == consumed:
            continue
        if _is_label(text, number, quantity, label_end):
            label_end = number.end
            continue
        following = read[place + 1] if place + 1 < len(read) else None
        if following is not None and (both := _range(text, quantity, following)):
            quantity, consumed = both, place + 1
        elif following is not None and not quantity.unit and _SHARING.fullmatch(text, quantity.end, following.start):
            quantity = replace(quantity, unit=following.unit)
        if _is_quantity(text, number, quantity):
            found.append(_bounded(text, quantity))
    return sorted(found, key=lambda quantity: quantity.start)


def _numbers(text: str) -> list[Number]:
    """The numbers that are not part of a date and not the mark of a list's item."""
    spans = iter([*((period.start, period.end) for period in periods(text)), (len(text), len(text))])
    start, end = next(spans)
    kept = []
    for number in numbers_of(text):
        while end <= number.start and end < len(text):
            start, end = next(spans)
        if number.end <= start and not _is_list_mark(text, number):
            kept.append(number)
    return kept


def _apart(text: str, numbers: Sequence[Number], read: Sequence[Quantity]) -> list[Quantity]:
    """Each with what is its own: the sign in "12 £ 12" is the second's."""
    kept = list(read)
    for place in range(len(kept) - 1):
        if kept[place].end > kept[place + 1].start:
            start, end = kept[place].start, numbers[place].end
            kept[place] = replace(kept[place], unit="", end=end, text=text[start:end])
    return kept


def _is_list_mark(text: str, number: Number) -> bool:
    before = text[max(0, number.start - 8) : number.start]
    if before.endswith("(") and text[number.end : number.end + 1] == ")":
        return True
    alone = not before.rpartition("\n")[2].strip(" \t(-*•") and ("\n" in before or number.start < 8)
    return alone and not number.in_words and bool(_LIST_MARK.match(text, number.end))


def _quantity(text: str, number: Number) -> Quantity:
    """The number with the currency before it, or the unit or the things counted after it."""
    before = text[max(0, number.start - _BEFORE) : number.start]
    start, end, value, unit = number.start, number.end, number.value, ""
    if currency := _CURRENCY.search(before):
        unit = unit_named(currency["sign"] or currency["code"])
        start -= len(currency.group())
    else:
        unit, end = _unit_after(text, number)
    if number.short_scale and end == number.end:  # 5m is five metres, but £5m five million
        value, end = value.scaleb(number.short_scale), number.short_end
    if unit:
        by, end = _rate_after(text, end)
        unit += by
    elif key := _KEY.search(before):
        unit = unit_named(key["unit"])
    elif column := _COLUMN.search(before):  # "Hours per tide: 6.5"
        unit = unit_named(column["unit"]) if len(column["unit"]) > 2 else ""
        unit += f"/{terms(column['by'])[-1]}" if unit and column["by"] else ""
    elif number.is_fraction:
        unit = "part"
    return Quantity(value, unit, start, end, text[start:end])


def _unit_after(text: str, number: Number) -> tuple[str, int]:
    """The unit, or the stem of what is counted, and where it ends."""
    found = _UNIT.match(text, number.end) or (number.is_fraction and _OF_A_UNIT.match(text, number.end))
    if found and (unit := unit_named(found["unit"])):
        return unit, found.end()
    if number.is_fraction or (number.value == 1 and number.in_words):
        return "", number.end
    end = number.end
    for _ in range(_NOUN_WITHIN):
        word = _WORD.match(text, end)
        if word is None or word["word"].lower() in STOP_WORDS or word["word"] in _NO_NOUN:
            break
        end = word.end()
        if _PLURAL.fullmatch(word["word"]):
            return terms(word["word"])[-1], end
    return "", number.end


def _rate_after(text: str, end: int) -> tuple[str, int]:
    """ "/year" for "per year", "a year" and "/yr"; "" where nothing of the kind follows."""
    found = _RATE.match(text, end)
    if found is None or (found["time"] and found["time"] not in _TIMES_OF):
        return "", end
    by = found["unit"] or found["by"] or found["time"]
    return "/" + (unit_named(by) or terms(by)[-1]), found.end()


def _is_label(text: str, number: Number, quantity: Quantity, label_end: int) -> bool:
    """Whether the number names a thing ("gate 2", "Phase 3", "gates 2, 3 and 5") and counts none."""
    is_measured = unit_named(quantity.unit.partition("/")[0]) != ""
    if is_measured or number.in_words or quantity.start < number.start:
        return False
    before = text[max(0, number.start - _BEFORE) : number.start]
    if _LABEL.search(before):
        return True
    if quantity.unit or "." in quantity.text:
        return False
    joined = label_end >= 0 and _JOINED.fullmatch(text, label_end, number.start) is not None
    return joined or _NAME.search(before) is not None


def _range(text: str, one: Quantity, other: Quantity) -> Quantity | None:
    """ "3–5 °C", "3 to 5 °C", "between 3 and 5 °C" as one; None for "from 3 to 5", which is a change."""
    before = text[max(0, one.start - _BEFORE) : one.start]
    between = text[one.end : other.start] if other.start - one.end < 8 else ""
    joined = _TO.fullmatch(between) and (between.strip() in _DASHES or not _FROM.search(before))
    if not (joined or (between.strip() == "and" and _BETWEEN.search(before))):
        return None
    low, high = one.range[0], other.range[0]
    if low >= high or one.unit not in ("", other.unit):
        return None
    return Quantity((low, high), other.unit, one.start, other.end, text[one.start : other.end])


def _is_quantity(text: str, number: Number, quantity: Quantity) -> bool:
    """Whether it is one after all: no clock time, no "one" or "the two" that stands for a noun, no part of a code."""
    if _CLOCK.match(text, number.end) or re.match(r"\w", text[quantity.end : quantity.end + 1]):
        return False
    before = text[max(0, number.start - _BEFORE) : number.start]
    if (before[-1:] in _DASHES and before[-2:-1].isalnum()) or _LEADER.search(before):
        return False
    if quantity.unit:
        return True
    if number.in_words:
        return number.value != 1 and not _POINTING.search(before)
    return not number.is_unsure


def _bounded(text: str, quantity: Quantity) -> Quantity:
    """With "over", "at most", "about" and their like, if they stand before or behind it."""
    start, end = quantity.start, quantity.end
    before = _BOUND_BEFORE.search(text[max(0, start - _BEFORE) : start])
    after = None if before else _BOUND_AFTER.match(text, end)
    if before:
        start -= len(before.group())
    elif after:
        end = after.end()
    said = (before or after) and (before or after).lastgroup  # type: ignore[union-attr]
    bound = Bound(said.removesuffix("_sign")) if said else Bound.EXACT
    return replace(quantity, start=start, end=end, text=text[start:end], bound=bound)


def _multiple(text: str, match: re.Match[str]) -> Quantity:
    """ "Twice" and "doubled" are two times, "tripled" three."""
    return Quantity(Decimal(2 if match["two"] else 3), "times", *match.span(), match.group())
