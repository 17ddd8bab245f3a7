"""Rules on values: numbers, quantities with their units, and dates that the claim states."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import combinations

from rag.grounding.alignment import words_of
from rag.grounding.findings import Finding, Kind
from rag.types import Support
from rag.values.dates import Period, periods
from rag.values.measures import Bound, Quantity, agree, same_unit
from rag.values.quantities import quantities

_READ = 40_000  # characters of a text in which values are looked for
_MOST = 200  # values of the evidence that are compared
_SMALL = Decimal(5)
_AROUND = 60  # characters on either side that say of what a value is
_PLAIN = re.compile(r"\d+(?:[.,]\d+)*")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
_WRITTEN_ORDINAL = re.compile(rf"\b(?:{'|'.join(_ORDINALS[1:])})\b(?! (?:half|hand|thoughts?|world))", re.IGNORECASE)
_CENTURY = re.compile(
    r"\b(?P<number>\d{1,2})(?:st|nd|rd|th) centur(?:y|ies)\b|\b(?P<decade>1[5-9]\d0|20[0-3]0)['’]?s\b", re.IGNORECASE
)


def value_findings(claim: str, evidence: Sequence[str], context: str = "") -> list[Finding]:
    """One finding for each number and date of the claim that can be compared.

    `context` is what stands above the evidence, such as its title: a year may be found there.
    """
    texts = [text[:_READ] for text in evidence]
    return [*_dates(claim, texts, context), *_quantities(claim, texts, context), *_ordinals(claim, texts)]


def _quantities(claim: str, texts: Sequence[str], context: str) -> Iterator[Finding]:
    given = [(quantity, text) for text in texts for quantity in _read(text)][:_MOST]
    figures = {figure for text in (*texts, context) for figure in _figures(text)}
    for said in quantities(claim):
        if _is_met(said, given, figures):
            yield Finding(Kind.NUMBER, said.start, said.end, Support.SUPPORTED)
            continue
        if _may_be_counted(said) or _is_reckoned(said, [quantity for quantity, _ in given]):
            continue
        rival = _rival(claim, said, given)
        if rival is not None:
            because = f"The cited passage says “{rival.text}”, not “{said.text}”."
            yield Finding(Kind.NUMBER, said.start, said.end, Support.CONTRADICTED, because)
        else:
            yield _missing(Kind.NUMBER, said.text, said.start, said.end)


def _is_met(said: Quantity, given: Sequence[tuple[Quantity, str]], figures: set[str]) -> bool:
    for other, _ in given:
        if agree(said, other):
            return True
        if {said.unit, other.unit} == {"%", "part"} and _as_share(said) == _as_share(other):
            return True
    plain = [figure.replace(",", "") for figure in _PLAIN.findall(said.text)]
    # A figure that the other text gives, but not as a quantity: in a table, in a code, after a sign.
    bare = said.bound is Bound.EXACT and not _other_unit(said, given)
    return bool(plain) and bare and all(figure in figures for figure in plain)


def _other_unit(said: Quantity, given: Sequence[tuple[Quantity, str]]) -> bool:
    """Whether the same figure stands there with another unit only: hours for days."""
    same = [other for other, _ in given if other.value == said.value and other.unit and said.unit]
    return bool(same) and not any(agree(said, other) for other in same)


def _as_share(quantity: Quantity) -> Decimal:
    low, _ = quantity.range
    return low / 100 if quantity.unit == "%" else low


def _may_be_counted(said: Quantity) -> bool:
    """A small number in words may count what the evidence lists."""
    return said.is_counted and said.range[1] <= _SMALL and not any(character.isdigit() for character in said.text)


def _is_reckoned(said: Quantity, given: Sequence[Quantity]) -> bool:
    """Whether it is the sum or the difference of two values of its unit."""
    like = [quantity.range[0] for quantity in given if same_unit(said, quantity)][:30]
    value = said.range[0]
    return any(value in (one + other, abs(one - other)) for one, other in combinations(like, 2)) and value > _SMALL


def _rival(claim: str, said: Quantity, given: Sequence[tuple[Quantity, str]]) -> Quantity | None:
    """Another value of the same unit, of what looks like the same thing."""
    about = _terms_around(claim, said.start, said.end)
    best: tuple[float, Quantity | None] = (0.34, None)
    for other, text in given:
        if not same_unit(said, other) or bool(said.unit) != bool(other.unit):
            continue
        there = _terms_around(text, other.start, other.end)
        share = len(about & there) / len(about) if about else 0.0
        if share > best[0]:
            best = (share, other)
    return best[1]


def _terms_around(text: str, start: int, end: int) -> set[str]:
    near = text[max(0, start - _AROUND) : start] + " " + text[end : end + _AROUND]
    return {word.term for word in words_of(near) if word.tells and not word.text[0].isdigit()}


def _dates(claim: str, texts: Sequence[str], context: str) -> Iterator[Finding]:
    given = [period for text in texts for period in _periods(text)]
    above = periods(context)
    figures = {figure for text in (*texts, context) for figure in _figures(text)}
    for said in periods(claim):
        if ":" in said.date:
            continue
        words = claim[said.start : said.end]
        met = [other for other in (*given, *above) if said.meets(other)]
        if met:
            coarser = all(_is_coarser(other.date, said.date) for other in met) and not _all_there(said, figures)
            if not coarser:
                yield Finding(Kind.DATE, said.start, said.end, Support.SUPPORTED)
                continue
            because = f"The cited passage is less exact than “{words}”."
            yield Finding(Kind.DATE, said.start, said.end, Support.PARTLY, because)
        elif _all_there(said, figures) or _in_a_span(said, texts):
            yield Finding(Kind.DATE, said.start, said.end, Support.SUPPORTED)
        elif len({other.date for other in given}) == 1:
            because = f"The cited passage gives the date {given[0].date.strip('-')}, not “{words}”."
            yield Finding(Kind.DATE, said.start, said.end, Support.CONTRADICTED, because)
        else:
            yield _missing(Kind.DATE, words, said.start, said.end)


def _is_coarser(date: str, said: str) -> bool:
    return said.startswith(date) and len(date) < len(said)


def _all_there(said: Period, figures: set[str]) -> bool:
    years = said.years
    return years is not None and len(said.date) == 4 and str(years[0]) in figures


def _in_a_span(said: Period, texts: Sequence[str]) -> bool:
    """Whether a decade or a century that the evidence names holds the year; less exact, but no fault of its own."""
    years = said.years
    if years is None:
        return False
    for text in texts:
        for match in _CENTURY.finditer(text):
            start = int(match["decade"]) if match["decade"] else (int(match["number"]) - 1) * 100
            if start <= years[0] < start + (10 if match["decade"] else 101):
                return True
    return False


def _ordinals(claim: str, texts: Sequence[str]) -> Iterator[Finding]:
    """Third, 3rd: met by either form, or by the plain number."""
    held = {figure for text in texts for figure in _figures(text)}
    lower = [text.lower() for text in texts]
    for match in _WRITTEN_ORDINAL.finditer(claim):
        number = _ORDINALS.index(match.group().lower()) + 1
        if number > 2:
            yield _ordinal(match, str(number) in held or any(match.group().lower() in text for text in lower))
    for match in _ORDINAL.finditer(claim):
        number = int(match[1])
        written = _ORDINALS[number - 1] if 0 < number <= len(_ORDINALS) else match.group()
        yield _ordinal(match, match[1] in held or any(written in text for text in lower))


def _ordinal(match: re.Match[str], met: bool) -> Finding:
    if met:
        return Finding(Kind.NUMBER, match.start(), match.end(), Support.SUPPORTED)
    return _missing(Kind.NUMBER, match.group(), match.start(), match.end())


def _missing(kind: Kind, words: str, start: int, end: int) -> Finding:
    return Finding(kind, start, end, Support.UNSUPPORTED, f"“{words.strip()}” is not in the cited passage.")


@lru_cache(maxsize=256)
def _read(text: str) -> tuple[Quantity, ...]:
    return tuple(quantities(text))


@lru_cache(maxsize=256)
def _periods(text: str) -> tuple[Period, ...]:
    return tuple(periods(text))


@lru_cache(maxsize=256)
def _figures(text: str) -> frozenset[str]:
    return frozenset(figure.replace(",", "") for figure in _PLAIN.findall(text))
