"""Whether two statements can be compared, are equal, and are of the same thing and the same time."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.evidence.disagreement.statements import Statement, telling
from rag.terms import terms
from rag.values.dates import Period, meet, periods
from rag.values.measures import Quantity, agree, same_unit
from rag.values.units import size_of

# Shares of the terms that two statements have in common, from which on they are of the same thing: of the
# shorter sentence's; of the shorter clause's; of the longer sentence's for two dates of an event, and for two
# values of which one is so many times the other.
_ALIKE = 0.25
_ALIKE_BESIDE = 0.5
_ALIKE_EVENTS = 0.5
_ALIKE_FAR_APART = 0.6
_FAR_APART = 3
_SHORT = 3  # terms: of a sentence as short, one that is shared is enough
_ASIDE = re.compile(r"remarks?|notes?|observer|source|comments?|period|date|year|reason", re.IGNORECASE)
# What one has and the other lacks makes them values of different kinds.
STATISTICS = tuple(
    frozenset(terms(words))
    for words in (
        "lowest minimum smallest shallowest shortest",
        "mean average median",
        "planned plan expected estimated estimate budget forecast target proposed projected intended offer",
    )
)
_OPPOSITES = tuple(
    (frozenset(terms(one)), frozenset(terms(other)))
    for one, other in (
        ("lowest minimum smallest shallowest", "highest maximum greatest largest deepest strongest"),
        ("mean average median", "highest maximum greatest largest deepest strongest peak"),
        *(("summer", "winter"), ("spring", "autumn"), ("north northern", "south southern"), ("east", "west")),
        *(("inside inner", "outside outer"), ("upper", "lower"), ("gross", "net"), ("day", "night"), ("won", "lost")),
        *(("adult", "child children pupil student family"), ("men male", "women female"), ("income", "expenses")),
        *(("arrival arrived", "departure departed"), ("begin began start", "end finish"), ("born", "died")),
    )
)


def are_comparable(one: Statement, other: Statement) -> bool:
    """Whether the values are of one unit, or both dates, or both times of day."""
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        return same_unit(one.value, other.value)
    if isinstance(one.value, Period) and isinstance(other.value, Period):
        return (":" in one.value.date) == (":" in other.value.date)
    return False


def are_equal(one: Statement, other: Statement) -> bool:
    """Whether both values can be true of one thing, allowing for rounding and for what is not said of a date."""
    if isinstance(one.value, Quantity) and isinstance(other.value, Quantity):
        return agree(one.value, other.value)
    if isinstance(one.value, Period) and isinstance(other.value, Period):
        return one.value.meets(other.value)
    return False


def are_alike(one: Statement, other: Statement, question: str) -> bool:
    """Whether two values are said of the same thing, by the words they are said in."""
    if _have_other_fields(one, other) or _have_other_names(one, other) or _differ_in_kind(one, other):
        return False
    words, others = (each.clause if each.fields else each.words for each in (one, other))
    shared, fewer = words & others, min(len(words), len(others))
    if not shared:
        return False
    alike = len(shared) / fewer
    wholly = len(shared) / max(len(words), len(others))
    if isinstance(one.value, Period) or isinstance(other.value, Period):
        return len(shared) >= 2 and _are_of_one_event(one, other, alike, wholly)
    if are_far_apart(one, other):
        return wholly >= _ALIKE_FAR_APART
    if one.value.unit == other.value.unit and one.value.is_counted and _are_of_one_day(one, other):
        return True
    if not (one.clause & other.clause or one.value.is_counted):
        return False
    asked = telling(question)
    if fewer <= _SHORT:
        return alike >= _ALIKE and bool(shared & asked)
    beside = one.clause & other.clause
    if len(beside - asked) >= 1 and len(beside) >= max(2, _ALIKE_BESIDE * min(len(one.clause), len(other.clause))):
        return True
    return len(shared) >= 2 and alike >= (_ALIKE_EVENTS if shared <= asked else _ALIKE)


def _are_of_one_day(one: Statement, other: Statement) -> bool:
    """Whether both name a month or a day, and the same."""
    exact = [[date for date in each.dates if "-" in date] for each in (one, other)]
    return bool(exact[0] and exact[1]) and any_meet(exact[0], exact[1])


def _are_of_one_event(one: Statement, other: Statement, alike: float, wholly: float) -> bool:
    """Whether two dates, or two times of day, are told of one event, by how much of the words is the same."""
    dates = [each.value.date for each in (one, other) if isinstance(each.value, Period)]
    if all(":" in date for date in dates):
        return alike >= _ALIKE
    told = one.is_past and other.is_past and not (one.fields or other.fields)
    return told and wholly >= _ALIKE_EVENTS and not any(date.startswith("-") for date in dates)


def are_far_apart(one: Statement, other: Statement) -> bool:
    """Whether one value is so many times the other that they are seldom of one thing."""
    values = [each.value for each in (one, other) if isinstance(each.value, Quantity)]
    has_units = all(value.unit for value in values)
    sizes = [abs(value.range[1]) * (size_of(value.unit)[1] if has_units else 1) for value in values]
    return len(sizes) == 2 and max(sizes) > _FAR_APART * min(sizes)


def _have_other_fields(one: Statement, other: Statement) -> bool:
    """Whether two rows of tables differ in another column than that of the value, dates aside."""
    for name in one.fields.keys() & other.fields.keys():
        said, said_by_other = one.fields[name], other.fields[name]
        if one.written not in said and not periods(said) and said != said_by_other and not _ASIDE.match(name):
            return True
    return False


def _have_other_names(one: Statement, other: Statement) -> bool:
    """Whether each has names that the other lacks; of a row, whether any of its names is not in the other."""
    names, others = ({term for name in each.names for term in terms(name)} for each in (one, other))
    missing, missing_here = names - other.around, others - one.around
    if bool(one.fields) != bool(other.fields):
        return bool(missing if one.fields else missing_here)
    return bool(names and others and missing == names and missing_here == others)


def _differ_in_kind(one: Statement, other: Statement) -> bool:
    """A mean and a maximum, a plan and a result, summer and winter."""
    differs = any(bool(one.clause & words) != bool(other.clause & words) for words in STATISTICS)
    return differs or are_opposed(one.words, other.words)


def are_opposed(words: frozenset[str], others: frozenset[str]) -> bool:
    """Whether one says something of which the other says the opposite, and neither says both."""
    return any(
        bool(words & one) != bool(words & other)
        and bool(others & one) != bool(others & other)
        and bool(words & one) != bool(others & one)
        for one, other in _OPPOSITES
    )


def are_of_one_time(one: Statement, other: Statement) -> bool:
    """Whether both speak of one time, or both of what holds, so that the newer replaces the older."""
    if isinstance(one.value, Period) or not (one.dates or other.dates or one.is_past or other.is_past):
        return True
    times, others = _times(one), _times(other)
    return not (times and others) or any_meet(times, others)


def _times(statement: Statement) -> Sequence[str]:
    """The dates that a sentence is about; of one that tells what was, those of its headings or its title."""
    return statement.dates or (dates_above(statement) if statement.is_past else ())


def dates_above(statement: Statement) -> list[str]:
    """The dates in the nearest heading that has any, else those in the title."""
    passage = statement.choice.quote.hit.passage
    for heading in (*reversed(passage.headings), passage.title):
        if dates := [period.date for period in periods(heading)]:
            return dates
    return []


def any_meet(dates: Sequence[str], others: Sequence[str]) -> bool:
    """Whether one of some dates can be one of the others."""
    return any(meet(date, other) for date in dates for other in others)
