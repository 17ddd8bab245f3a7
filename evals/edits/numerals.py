"""Edits of numbers: another count, amount, share or place in a row."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from evals.edits import Edit
from evals.edits.language import is_free, untouched, with_article
from rag.types import Interval, Support
from rag.values.measures import Bound, Quantity, agree
from rag.values.quantities import quantities

_FIGURES = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?")
_WORDS = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_IN_WORDS = re.compile(rf"\b(?:{'|'.join(_WORDS + _TENS)})\b", re.IGNORECASE)
_FRACTIONS = ("half", "a third", "a quarter", "two thirds", "three quarters", "a tenth")
_FRACTION = re.compile(
    r"(?:one|a|two|three)[ -](?:half|thirds?|quarters?|fifths?|tenths?)(?![\w-])|half(?![\w-]| -)", re.IGNORECASE
)
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth tenth".split()
_ORDINAL = re.compile(
    rf"(?<=\b(?:the|its|his|her|our) )(?:{'|'.join(_ORDINALS[1:])})\b"
    r"(?! (?:half|hand|thoughts?|world|party|parties|person|to|world|reich|quarter|degree|and|,))(?!-)",
)
_FIGURED = re.compile(r"(?<![\w.,-])([2-9]|[1-9]\d)(?:st|nd|rd|th)\b(?! (?:of )?[A-Z])(?!.{1,22}centur)(?!-)")
_LISTED = re.compile(r"\d\s*,\s*\Z|\[[^\]]*\Z|\w\(\Z|[A-Za-z]-\s?\Z|[×x^]\s?\Z")
_CODE_AFTER = re.compile(r"\s?[-–]\s?[A-Za-z]\b|:\d|::|\s?[×^]")


@dataclass(frozen=True, slots=True)
class _Place:
    """A number as it is written within a quantity."""

    span: Interval
    quantity: Quantity


def number(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """Another number, in figures or in words, that the one of the sentence cannot be rounded to or bounded by."""
    kept = untouched(sentence)
    said = [one for one in quantities(sentence) if is_free((one.start, one.end), kept)]
    forms = [_two_swapped, _from_the_context, _changed, _changed, _changed]
    chance.shuffle(forms)
    if chance.random() < 0.3:
        forms.insert(0, _ordinal)
    forms.append(_ordinal)
    for form in forms:
        if edit := form(sentence, context, said, chance):
            return edit
    return None


def _places(sentence: str, said: Sequence[Quantity]) -> list[_Place]:
    found = []
    for quantity in said:
        for match in (_FRACTION if quantity.unit == "part" else _FIGURES).finditer(
            sentence, quantity.start, quantity.end
        ):
            found.append(_Place(match.span(), quantity))
        if quantity.unit != "part":
            found += [_Place(m.span(), quantity) for m in _IN_WORDS.finditer(sentence, quantity.start, quantity.end)]
    return [place for place in found if _is_plain(sentence, place.span)]


def _is_plain(sentence: str, span: Interval) -> bool:
    """Whether it is no part of a code, a list of references or a power."""
    before, after = sentence[max(0, span[0] - 12) : span[0]], sentence[span[1] : span[1] + 4]
    if before and not (before[-1].isspace() or before[-1] in '$€£(~<>≤≥=-–≈+"“*'):
        return False
    return not (_LISTED.search(before) or _CODE_AFTER.match(after)) and not (
        before[-1:].isalpha() or (after[:1].isalpha() and not after[:1].islower())
    )


def _changed(sentence: str, context: str, said: Sequence[Quantity], chance: random.Random) -> Edit | None:
    """A near value, another order of digits, ten times as much."""
    places = _places(sentence, said)
    chance.shuffle(places)
    for place in places[:3]:
        written = sentence[slice(*place.span)]
        for _ in range(4):
            other = _another(written, place.quantity, chance)
            if other and (edit := _replaced(sentence, place, other)):
                return edit
    return None


def _from_the_context(sentence: str, context: str, said: Sequence[Quantity], chance: random.Random) -> Edit | None:
    """A number that the passage gives for another thing of the kind."""
    places = [place for place in _places(sentence, said) if sentence[place.span[0]].isdigit()]
    if not places:
        return None
    place = chance.choice(places)
    here = {match.group() for match in _FIGURES.finditer(sentence)}
    rivals = [
        match.group()
        for one in quantities(context[:1500])
        if one.unit == place.quantity.unit
        for match in _FIGURES.finditer(one.text)
        if match.group() not in here
    ]
    if not rivals or not place.quantity.unit:
        return None
    return _replaced(sentence, place, chance.choice(rivals))


def _two_swapped(sentence: str, context: str, said: Sequence[Quantity], chance: random.Random) -> Edit | None:
    """Two numbers of one unit, each in the place of the other: "40 % men, 60 % women"."""
    exact = [one for one in said if one.bound is Bound.EXACT and not isinstance(one.value, tuple)]
    places = [place for place in _places(sentence, exact) if sentence[place.span[0]].isdigit()]
    pairs = [
        (one, other)
        for one, other in itertools.pairwise(places)
        if one.quantity.unit == other.quantity.unit
        and one.quantity.unit not in ("", "times")
        and not agree(one.quantity, other.quantity)
        and re.search(r"[a-z]{4,}", sentence[one.quantity.end : other.quantity.start])
    ]
    if not pairs:
        return None
    one, other = chance.choice(pairs)
    (a, b), (c, d) = one.span, other.span
    text = sentence[:a] + sentence[c:d] + sentence[b:c] + sentence[a:b] + sentence[d:]
    place = a + (d - c) + (c - b)
    return Edit("number", text, Support.CONTRADICTED, ((a, a + d - c), (place, place + b - a)))


def _ordinal(sentence: str, context: str, said: Sequence[Quantity], chance: random.Random) -> Edit | None:
    kept = untouched(sentence)
    found = [
        match for match in [*_ORDINAL.finditer(sentence), *_FIGURED.finditer(sentence)] if is_free(match.span(), kept)
    ]
    if not found:
        return None
    match = chance.choice(found)
    if match.group()[0].isdigit():
        value = int(match[1])
        other = _figured(value + chance.choice([step for step in (-2, -1, 1, 2, 3) if value + step > 1]))
    else:
        near = [word for word in _ORDINALS[1:] if word != match.group()]
        other = chance.choice(near)
    start = match.start()
    text = sentence[:start] + other + sentence[match.end() :]
    return Edit("number", text, Support.CONTRADICTED, ((start, start + len(other)),))


def _figured(value: int) -> str:
    suffix = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
    return f"{value}{suffix}"


def _another(written: str, quantity: Quantity, chance: random.Random) -> str:
    """Another number in the same style, "" where none is good."""
    lower = written.lower()
    if quantity.unit == "part" and not written[0].isdigit():
        rivals = [one for one in _FRACTIONS if one != lower.replace("-", " ").replace("one ", "a ")]
        return chance.choice(rivals) if lower != "half" else chance.choice(rivals[1:])
    if lower in _TENS:
        return chance.choice([one for one in _TENS if one != lower])
    if lower in _WORDS:
        place = _WORDS.index(lower)
        near = [one for one in _WORDS[max(0, place - 3) : place + 5] if one != lower]
        other = chance.choice(near)
        return other.capitalize() if written[0].isupper() else other
    return _other_figures(written, quantity, chance)


def _other_figures(written: str, quantity: Quantity, chance: random.Random) -> str:
    plain = written.replace(",", "")
    value = Decimal(plain)
    places = len(plain.partition(".")[2])
    if value == 0 or len(plain) > 12 or (value == 1 and not places and quantity.unit != "%"):
        return ""
    step = Decimal(1).scaleb(-places)
    ways = [value * factor for factor in map(Decimal, ("0.5", "0.7", "0.8", "1.2", "1.3", "1.5", "2", "10", "0.1"))]
    ways += [value + step * count for count in (-3, -2, -1, 1, 2, 3)] if value < 30 or places else []
    ways += [_digits_changed(plain, chance)] * 3 if len(plain.replace(".", "")) > 1 else []
    other = chance.choice(ways).quantize(step)
    least = Decimal(0) if quantity.unit == "%" or places else Decimal(1)
    if other <= least or (quantity.unit == "%" and other > 100 >= value):
        return ""
    return f"{other:,}" if "," in written else f"{other}"


def _digits_changed(plain: str, chance: random.Random) -> Decimal:
    """Two digits in each other's place, or one digit another."""
    digits = list(plain)
    places = [place for place, digit in enumerate(digits) if digit != "."]
    one, other = chance.sample(places[:4], 2) if len(places) > 1 else (places[0], places[0])
    if digits[one] != digits[other] and chance.random() < 0.5 and digits[max(one, other)] != "0":
        digits[one], digits[other] = digits[other], digits[one]
    else:
        digits[one] = chance.choice([digit for digit in "123456789" if digit != digits[one]])
    return Decimal("".join(digits))


def _replaced(sentence: str, place: _Place, other: str) -> Edit | None:
    """The edit, unless the number that it has can still be true beside the one that it had."""
    start, end = place.span
    text = sentence[:start] + other + sentence[end:]
    text, start = with_article(text, start, other if not other[0].isdigit() else "")
    near = [one for one in quantities(text) if one.start <= start < one.end]
    if not near or near[0].bound is not place.quantity.bound or near[0].unit != place.quantity.unit:
        return None
    (low, high), (new_low, new_high) = place.quantity.range, near[0].range
    bound = place.quantity.bound
    if isinstance(place.quantity.value, tuple) != isinstance(near[0].value, tuple) or (low, high) == (
        new_low,
        new_high,
    ):
        return None
    if (bound is Bound.OVER and new_low <= low) or (bound is Bound.UNDER and new_high >= high):
        return None
    if bound is Bound.ABOUT and abs(new_low - low) * 6 < max(low, new_low):
        return None
    if low == high and agree(place.quantity, near[0]):
        return None
    return Edit("number", text, Support.CONTRADICTED, ((start, start + len(other)),))
