"""A quantity, and whether two of them can both be true of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rag.values.units import size_of, unit_named

Range = tuple[Decimal, Decimal]


class Bound(StrEnum):
    """What is said of a number beside its value."""

    EXACT = "exact"
    ABOUT = "about"
    OVER = "over"
    UNDER = "under"


@dataclass(frozen=True, slots=True)
class Quantity:
    """`text`, from `start` to `end` of where it was found, says a value, or from a low to a high one, of a unit.

    `unit` is the short name of a measure ("m", "ha", "%", "crown", "m/s"), the stem of what is counted
    ("cellar"), either with what it is reckoned by ("crown/year"), or "". "Half" is 0.5 of the unit "part",
    "twice" is 2 of the unit "times".
    """

    value: Decimal | Range
    unit: str
    start: int
    end: int
    text: str
    bound: Bound = Bound.EXACT

    @property
    def range(self) -> Range:
        """The lowest and the highest value; the same where there is one."""
        return self.value if isinstance(self.value, tuple) else (self.value, self.value)

    @property
    def is_counted(self) -> bool:
        """Whether it counts things, or says not what it counts; not where it measures or is money."""
        base = self.unit.partition("/")[0]
        return unit_named(self.unit) == "" and unit_named(base) == ""


def same_unit(one: Quantity, other: Quantity) -> bool:
    """Whether two values can be compared: units of one dimension, the same things counted, or not said what.

    "25,000 crowns a year" can be compared with "25,000 crowns", but not 3 m with 3 m/s.
    """
    (kind, _, by), (other_kind, _, other_by) = _measure(one.unit), _measure(other.unit)
    return (kind == other_kind or "" in (kind, other_kind)) and (by == other_by or "" in (by, other_by))


def agree(one: Quantity, other: Quantity) -> bool:
    """Whether both can be true of one thing: equal, or one the other rounded, or within its bound or its range.

    3.18 and 3.2 agree, and about 290 and 287, at least four and seven, 3 to 5 and 4. Not 287 and 279, over sixty
    and 47, 1.50 and 1.60. Two limits of one kind agree where they are the same. False where the units differ.
    """
    if not same_unit(one, other):
        return False
    size, other_size = (_measure(quantity.unit)[1] for quantity in (one, other))
    if not (one.unit and other.unit):
        size = other_size = Decimal(1)
    low, high = (end * size for end in one.range)
    other_low, other_high = (end * other_size for end in other.range)
    slack = max(_slack(one) * size, _slack(other) * other_size)
    if one.bound is not other.bound and Bound.OVER in (one.bound, other.bound):
        return (other_high >= low - slack) if one.bound is Bound.OVER else (high >= other_low - slack)
    if one.bound is not other.bound and Bound.UNDER in (one.bound, other.bound):
        return (other_low <= high + slack) if one.bound is Bound.UNDER else (low <= other_high + slack)
    if (low == high) != (other_low == other_high):  # a value and a range
        return low - slack <= other_high and other_low - slack <= high
    return abs(low - other_low) <= slack and abs(high - other_high) <= slack


def _measure(unit: str) -> tuple[str, Decimal, str]:
    """The dimension of a unit, its size in it, and by what a rate is reckoned."""
    if unit_named(unit):
        return *size_of(unit), ""
    base, _, by = unit.partition("/")
    return *size_of(base), by


def _slack(quantity: Quantity) -> Decimal:
    """How far another value may be away and be the same, rounded: half a unit of the last place written.

    The noughts of a round number count as rounded, as far as that is not more than a fortieth of it, or a
    twentieth where the text says "about".
    """
    value = max(map(abs, quantity.range))
    exponent = value.as_tuple().exponent
    assert isinstance(exponent, int)
    if exponent < 0:
        half = Decimal(5).scaleb(exponent - 1)
    else:
        figures = f"{value:f}"
        half = Decimal(5).scaleb(len(figures) - len(figures.rstrip("0")) - 1) if value else Decimal("0.5")
    about = quantity.bound is Bound.ABOUT
    half = min(half, max(value / 40, Decimal("0.5"))) if exponent >= 0 else half
    return max(half, value / 20) if about else half
