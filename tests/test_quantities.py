"""The quantities of a text, and whether two of them agree."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.values.measures import Bound, Quantity, agree, same_unit
from rag.values.quantities import quantities


def only(text: str) -> Quantity:
    found = quantities(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("The wood covers 287 hectares.", "287", "ha"),
        ("The wall is 1.75 m high.", "1.75", "m"),
        ("Die Mauer ist 2,87 m hoch.", "2.87", "m"),
        ("12,000 visitors came.", "12000", "visitor"),
        ("12 000 visitors came.", "12000", "visitor"),
        ("12.000 visitors came.", "12000", "visitor"),
        ("It cost 1,234.50 euros.", "1234.50", "euro"),
        ("Es kostete 1.234,50 euros.", "1234.50", "euro"),
        ("They found 47 flooded cellars.", "47", "cellar"),
        ("It cost £3.2 million.", "3200000", "pound"),
        ("It cost £5m.", "5000000", "pound"),
        ("The rope is 5m long.", "5", "m"),
        ("A share of 14 %.", "14", "%"),
        ("A share of 14 per cent.", "14", "%"),
        ("A share of 14 percent.", "14", "%"),
        ("It blew at 9 m/s.", "9", "m/s"),
        ("It blew at nine metres per second.", "9", "m/s"),
        ("They get 25,000 crowns a year.", "25000", "crown/year"),
        ("It is open for six and a half hours per tide.", "6.5", "h/tide"),
        ("Two hundred and fifty people came.", "250", "peopl"),
        ("They ate three dozen eggs.", "36", "egg"),
        ("The grid has 25-metre squares.", "25", "m"),
        ("It took half an hour.", "0.5", "h"),
        ("Half of the crop was lost.", "0.5", "part"),
        ("It was twice as large.", "2", "times"),
        ("At −5 °C it freezes.", "-5", "°C"),
        ("Income (crowns): 43000", "43000", "crown"),
        ("Hours per tide: 6.5", "6.5", "h/tide"),
        ("Days with data: 332", "332", "day"),
    ],
)
def test_a_number_is_read_with_its_unit_however_it_is_written(text: str, value: str, unit: str) -> None:
    found = only(text)
    assert (found.value, found.unit) == (Decimal(value), unit)


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("It stays at 3–5 °C.", 3, 5, "°C"),
        ("It stays at 3 to 5 °C.", 3, 5, "°C"),
        ("It stays between 3 and 5 °C.", 3, 5, "°C"),
        ("Two or three visitors came.", 2, 3, "visitor"),
    ],
)
def test_a_range_is_one_quantity(text: str, low: int, high: int, unit: str) -> None:
    found = only(text)
    assert (found.range, found.unit) == ((low, high), unit)


def test_a_change_is_two_quantities_of_one_unit() -> None:
    found = quantities("The wood grew from 212 to 334 hectares.")
    assert [(each.value, each.unit) for each in found] == [(212, "ha"), (334, "ha")]


@pytest.mark.parametrize(
    "text",
    [
        "In 1931 it was founded, on 14 September it closed, by 2022-03-17 it was gone.",
        "See section 5.2, page 3, § 5, Fig. 7 and FP-07.",
        "Gates 2, 3 and 5 are old; so are Phase 2 and Bulletin No. 31.",
        "1. Read the gauge.",
        "(1) The Board decides.",
        "It opens from 10:00, at 4 pm and at 4 o'clock.",
        "The winter of 2021/22 was mild.",
        "One of them knew the two.",
        "The 214th meeting was short.",
        "Wells . . . 11",
    ],
)
def test_dates_and_the_numbers_of_things_are_no_quantities(text: str) -> None:
    assert quantities(text) == []


@pytest.mark.parametrize(
    ("text", "bound", "written"),
    [
        ("There were over sixty cellars.", Bound.OVER, "over sixty cellars"),
        ("It holds no more than eight persons.", Bound.UNDER, "no more than eight persons"),
        ("It covers about 290 ha.", Bound.ABOUT, "about 290 ha"),
        ("It rose to 3.04 m or more.", Bound.OVER, "3.04 m or more"),
        ("It took 12 days.", Bound.EXACT, "12 days"),
    ],
)
def test_what_is_said_of_a_number_belongs_to_it(text: str, bound: Bound, written: str) -> None:
    assert (only(text).bound, only(text).text) == (bound, written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("3.18 m", "3.2 m"),
        ("287 ha", "about 290 ha"),
        ("1.75 m", "175 cm"),
        ("287 hectares", "2.87 km²"),
        ("60 minutes", "one hour"),
        ("half", "50 %"),
        ("at least four boats", "seven boats"),
        ("3 to 5 m", "4 m"),
        ("25,000 crowns a year", "25,000 crowns"),
        ("47 cellars", "47"),
    ],
)
def test_values_agree_that_can_both_be_true(one: str, other: str) -> None:
    assert agree(only(one), only(other))
    assert agree(only(other), only(one))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("287 ha", "279 ha"),
        ("over sixty cellars", "47 cellars"),
        ("1.50 m", "1.60 m"),
        ("above 9 m/s", "above 11 m/s"),
        ("212,000 crowns", "226,400 crowns"),
        ("3 to 5 m", "7 m"),
        ("at most 8 persons", "9 persons"),
    ],
)
def test_values_disagree_that_cannot_both_be_true(one: str, other: str) -> None:
    assert same_unit(only(one), only(other))
    assert not agree(only(one), only(other))


@pytest.mark.parametrize(("one", "other"), [("3 m", "3 m/s"), ("3 boats", "3 gates"), ("3 euros", "3 dollars")])
def test_values_of_other_things_cannot_be_compared(one: str, other: str) -> None:
    assert not same_unit(only(one), only(other))
    assert not agree(only(one), only(other))


PIECES = st.sampled_from(
    [
        *(
            "12",
            "3.5",
            "1,200",
            "12 000",
            "sixty",
            "half",
            "a dozen",
            "hundred",
            "½",
            "−4",
            "5",
            "2022",
            "May",
            "10:30",
        ),
        *("twice", "over", "from", "to", "and", "version", "–", "m", "ha", "%", "per cent", "£", "crowns", "a year"),
        *("(", ")", ".", ",", ";", "\n", "1."),
    ]
)


@given(st.lists(PIECES, max_size=30).map(" ".join) | st.text(max_size=80))
def test_a_quantity_is_its_interval_and_none_overlaps_another(text: str) -> None:
    found = quantities(text)
    assert all(text[each.start : each.end] == each.text for each in found)
    assert all(each.start < each.end for each in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(each.range[0] <= each.range[1] for each in found)
    assert all(agree(each, each) for each in found)
