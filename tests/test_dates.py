"""The dates that a text names, and the date of a document."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.types import Document
from rag.values.dates import document_date, meet, periods


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("On 17 March 2022 they met.", ["2022-03-17"]),
        ("On March 17, 2022 they met.", ["2022-03-17"]),
        ("Am 17. März 2022 und am 17.03.2022.", ["2022-03-17", "2022-03-17"]),
        ("2022-03-17T10:00:00Z and 2022-03", ["2022-03-17", "2022-03"]),
        ("03/17/2022 and 17/03/2022", ["2022-03-17", "2022-03-17"]),
        ("03/04/2022", ["2022"]),
        ("In March 2022, in Sept. 2021, in May.", ["2022-03", "2021-09", "--05"]),
        ("It may be so; they march on.", []),
        ("On 9 January it rained.", ["--01-09"]),
        ("The winter of 2021/22, 2019–2022, the 1930s.", ["2021/2022", "2019/2022", "1930/1939"]),
        ("In 1931 and since 2018.", ["1931", "2018"]),
        ("1800 m, 2000 people, 1585 geese, FP-2020, 1.2022, 2022.5", []),
    ],
)
def test_a_text_names_these_dates(text: str, dates: list[str]) -> None:
    assert [period.date for period in periods(text)] == dates


@given(st.text(alphabet="0123456789-–/., :TMaySeptof19 20", max_size=60))
def test_a_period_has_an_interval_and_years_in_order(text: str) -> None:
    found = periods(text)
    assert all(0 <= period.start < period.end <= len(text) for period in found)
    assert all(one.end <= other.start for one, other in pairwise(found))
    assert all(period.years is None or period.years[0] <= period.years[1] for period in found)
    assert all(period.meets(period) for period in found)


@pytest.mark.parametrize(
    ("one", "other", "can_be_one"),
    [
        ("2022", "2022-03-17", True),
        ("2022-03", "2022-04-01", False),
        ("--03-17", "2022-03-17", True),
        ("--03-17", "--03-18", False),
        ("2019/2023", "2022-03", True),
        ("2021/2022", "2022/2023", False),
        ("2019/2023", "2024", False),
        ("04:20", "04:35", False),
    ],
)
def test_dates_meet_as_far_as_they_are_known(one: str, other: str, can_be_one: bool) -> None:
    assert meet(one, other) is can_be_one
    assert meet(other, one) is can_be_one


def dated(source: str = "notes.txt", title: str = "", text: str = "", kind: str = "txt", **metadata: str) -> str:
    return document_date(Document(source, title, text, kind, metadata=metadata))


def test_a_date_stated_in_the_metadata_comes_first() -> None:
    assert dated("minutes-2020-01-01.md", "Minutes of 2 May 2021", kind="md", date="3 April 2023") == "2023-04-03"


def test_when_a_file_was_made_comes_last() -> None:
    assert dated(title="Annual Report 2022", kind="docx", date="2024-06-01T00:00:00Z") == "2022"
    assert dated(title="Untitled", kind="pdf", created="2024-06-01T00:00:00Z") == "2024-06-01"


def test_a_day_in_the_title_comes_before_one_in_the_name_of_the_file() -> None:
    assert dated("minutes-2022-03-24.docx", "Minutes of 17 March 2022") == "2022-03-17"
    assert dated("minutes-2022-03-24.docx", "Minutes") == "2022-03-24"
    assert dated("scans/minutes_2022_03.docx", "Minutes") == "2022"


def test_the_first_lines_say_more_than_a_year_in_the_title() -> None:
    head = "Annual Report 2022\n\nAdopted by the board on 28 February 2023.\n\n"
    assert dated(title="Annual Report 2022", text=head + "In March 2024 we met.") == "2023-02-28"


def test_the_latest_of_several_amendments_counts() -> None:
    text = "Adopted on 14 September 1998; amended on 3 June 2010 and on 9 June 2022."
    assert dated(text=text) == "2022-06-09"


def test_a_line_that_ends_with_a_day_dates_the_document() -> None:
    assert dated(text="Five years of ferries\n\nTown hall, Brackley, 6 June 2024\n\nWelcome.") == "2024-06-06"


def test_what_a_story_tells_is_no_date_of_the_document() -> None:
    assert dated(text="The flood came on 3 February 1976. It took the bridge.") == ""


def test_the_dates_of_rows_are_not_those_of_their_table() -> None:
    assert dated("counts-2023.csv", "counts 2023", "date: 2021-01-14; birds: 3", "csv") == "2023"
