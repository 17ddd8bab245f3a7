"""What kind of value a question asks for, and how to name what it asks."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import takewhile

from rag.terms import STOP_WORDS, terms
from rag.values.dates import Period
from rag.values.measures import Quantity
from rag.values.units import MONEY, size_of, unit_named

_NOUN_PHRASE = re.compile(
    r"(?:what|which|when|how (?:large|big|high|deep|long|old|wide|tall|heavy|fast|far))\s(?:is|was|are|were)\s"
    r"(?P<phrase>(?:the|a|an|its|their)\s.+)",
    re.IGNORECASE,
)

_ASKED = (
    (
        re.compile(r"\bhow (?:deep|high|tall|wide|thick|broad|far)\b|\b(?:depth|height|width|length|distance)\b"),
        {"length"},
    ),
    (re.compile(r"\bhow long\b|\bduration\b"), {"length", "time"}),
    (re.compile(r"\bhow (?:fast|windy)\b|\bspeed\b|\bwind\b|\bgust"), {"speed"}),
    (re.compile(r"\bhow (?:hot|cold|warm)\b|\btemperature\b"), {"celsius", "fahrenheit", "kelvin"}),
    (re.compile(r"\bhow heavy\b|\bweighs?\b|\bweight\b"), {"mass"}),
    (re.compile(r"\b(?:percent|per cent|percentage|share|proportion)\b"), {"share"}),
    (re.compile(r"\bhow old\b"), {"time"}),
    (re.compile(r"\b(?:cost|costs|price|paid|pay|fee|salary|salaries|expensive|worth|income|expenses)\b"), set(MONEY)),
)
_HOW_MANY = re.compile(r"\bhow many\s+((?:[\w’'-]+\s*){1,4})", re.IGNORECASE)
_WHEN = re.compile(r"\bwhen\b|\b(?:what|which) (?P<unit>time|year|date|day|month)\b", re.IGNORECASE)
_ASKS_FOR_NO_VALUE = re.compile(r"\s*(?:who|whom|whose|why|where|is|are|was|were|does|do|did|has|have|can|may)\b", re.I)
MEASURING = frozenset(
    terms(
        "deepest highest longest largest biggest greatest shortest smallest lowest widest strongest maximum minimum"
        " most many much long high deep large big wide tall far fast old time times year date day number amount size"
        " speed"
    )
)
"""Terms of a question that say what kind of value is asked for, and not of what."""


def asks_for_a_value(question: str) -> bool:
    """Whether a quantity or a date can answer: not where it asks who, why, where, or for yes or no."""
    return not _ASKS_FOR_NO_VALUE.match(question)


def names_a_kind(question: str) -> bool:
    """Whether a question says what kind of quantity it wants: a length, a sum, a number of things."""
    return bool(_HOW_MANY.search(question) or any(asks.search(question.lower()) for asks, _ in _ASKED))


def wanted_by(question: str) -> Callable[[Quantity | Period], bool]:
    """Which values can answer: a date, a time of day, or a quantity by its unit or by what it counts."""
    if when := _WHEN.search(question):
        unit = (when["unit"] or "").lower()
        return lambda value: isinstance(value, Period) and (not unit or (unit == "time") == (":" in value.date))
    suits = _suits(question)
    return lambda value: isinstance(value, Quantity) and suits(value)


def _suits(question: str) -> Callable[[Quantity], bool]:
    if counted := _HOW_MANY.search(question):
        words = list(takewhile(lambda word: word.lower() not in STOP_WORDS, counted[1].split()))
        stems = {term for word in words for term in terms(word)}
        kinds = {size_of(unit_named(word))[0] for word in words if unit_named(word)}
        if not kinds:
            stems.add("")  # "47 flooded on 9 January", under the heading "Cellars"
        return lambda quantity: bool({_base(quantity), _kind(quantity)} & (stems | kinds))
    kinds = next((kinds for asks, kinds in _ASKED if asks.search(question.lower())), set())
    if kinds:
        return lambda quantity: _kind(quantity) in kinds
    return lambda quantity: quantity.unit not in ("", "part", "times")


def _base(quantity: Quantity) -> str:
    return quantity.unit if unit_named(quantity.unit) else quantity.unit.partition("/")[0]


def _kind(quantity: Quantity) -> str:
    return size_of(_base(quantity))[0]


def subject_of(question: str) -> str:
    """What is asked for, as a phrase: "the eelgrass in 2022" of "How large was the eelgrass in 2022?"."""
    plain = question.strip().rstrip("?!. ")
    found = _NOUN_PHRASE.match(plain)
    return found["phrase"] if found else plain[:1].lower() + plain[1:]
