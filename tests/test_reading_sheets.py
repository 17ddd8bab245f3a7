"""Excel files, made here, read back; and the tables of every format."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import openpyxl
import pytest
from documents import blocks, finished
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl.styles import Font

from rag.errors import UnreadableDocument
from rag.reading.manuscript import Manuscript
from rag.reading.sheets import read_xlsx
from rag.reading.tables import Cell, add_table, names_columns

# -- Excel


def sheet_file(path: Path, *rows: tuple[object, ...]) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "Rainfall"
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def blocks_of_rows(folder: Path, *rows: tuple[object, ...]) -> list[str]:
    """What is read of a sheet of these rows, without the sheet's name."""
    name, *read = blocks(read_xlsx(sheet_file(folder / "a.xlsx", *rows)))
    assert name == "Rainfall"
    return read


def test_the_rows_of_a_sheet_name_their_columns(tmp_path: Path) -> None:
    read = blocks_of_rows(
        tmp_path,
        ("Measured at the station",),
        (),
        ("Date", "Place", "Rain (mm)"),
        (datetime(2021, 3, 1), "Quay", 0.1 + 0.2),
        (datetime(2021, 3, 2, 6, 30), "Hill", 12),
    )
    assert read == [
        "Measured at the station",
        "Date: 2021-03-01; Place: Quay; Rain (mm): 0.3",
        "Date: 2021-03-02 06:30:00; Place: Hill; Rain (mm): 12",
    ]


def test_numbers_are_shown_as_their_format_shows_them(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["Share", "Cost", "Sum", "Length"])
    made.active.append([0.125, 1234.5, 1234567.5, 2.5])
    for cell, number_format in zip(made.active[2], ("0.0%", "[$€-407] #,##0.00", "#,##0", "General"), strict=True):
        cell.number_format = number_format
    made.save(tmp_path / "a.xlsx")
    assert blocks(read_xlsx(tmp_path / "a.xlsx"))[1] == "Share: 12.5%; Cost: €1234.50; Sum: 1234568; Length: 2.5"


def test_two_tables_side_by_side_are_two_tables(tmp_path: Path) -> None:
    read = blocks_of_rows(
        tmp_path,
        ("Town", "Rain", None, "Gull", "Count"),
        ("Harrow", 412, None, "Herring", 7),
        ("Quay", 388, None, "Common", 9),
    )
    assert read == [
        "Town: Harrow; Rain: 412",
        "Town: Quay; Rain: 388",
        "Gull: Herring; Count: 7",
        "Gull: Common; Count: 9",
    ]


def test_an_empty_column_does_not_part_labels_from_their_numbers(tmp_path: Path) -> None:
    read = blocks_of_rows(
        tmp_path,
        ("In millions", None, "2023", None, None, "2022"),
        (None, "Sales", "Profit", None, "Sales", "Profit"),
        (),
        ("Zone A", 10, 2, None, 9, 1),
        ("Zone B", 20, 4, None, 18, 3),
    )
    assert read == [
        "In millions; 2023; 2022",
        "Zone A; 2023 Sales: 10; 2023 Profit: 2; 2022 Sales: 9; 2022 Profit: 1",
        "Zone B; 2023 Sales: 20; 2023 Profit: 4; 2022 Sales: 18; 2022 Profit: 3",
    ]


def test_a_table_goes_on_after_an_empty_row(tmp_path: Path) -> None:
    read = blocks_of_rows(
        tmp_path,
        ("Name", "Role", "Room"),
        ("Ann", "Chair", "A"),
        (),
        ("Bo", "Clerk", "B"),
        ("Cy", "Cook", "C"),
    )
    assert read == [
        "Name: Ann; Role: Chair; Room: A",
        "Name: Bo; Role: Clerk; Room: B",
        "Name: Cy; Role: Cook; Room: C",
    ]


def test_the_header_row_may_be_bold_only(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["Author", "Title"])
    made.active.append(["A. Smith", "On rain"])
    for cell in made.active[1]:
        cell.font = Font(bold=True)
    made.save(tmp_path / "a.xlsx")
    assert blocks(read_xlsx(tmp_path / "a.xlsx"))[1] == "Author: A. Smith; Title: On rain"


def test_hidden_sheets_are_read_and_named(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    made.active.append(["Shown"])
    hidden = made.create_sheet("Secret")
    hidden.append(["Kept aside"])
    hidden.sheet_state = "hidden"
    made.save(tmp_path / "a.xlsx")
    document = finished(read_xlsx(tmp_path / "a.xlsx"))
    assert "Kept aside" in document.text
    assert document.metadata["hidden sheets"] == "Secret"


def test_an_empty_workbook_is_unreadable_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="never calculated"):
        read_xlsx(sheet_file(tmp_path / "a.xlsx", ("=1+1",)))


# -- tables


@pytest.mark.parametrize(
    ("first", "below", "expected"),
    [
        (["Town", "Rain"], [["Harrow", "412"]], True),
        (["", "2020", "2021"], [["Rain", "412", "388"]], True),
        (["Name", "Role", "Room"], [["Ann", "Chair", "A"]], True),
        (["Author", "A. Smith"], [["Reviewer", "B. Jones"]], False),
        (["Harrow", "412", "388"], [["Quay", "390", "371"]], False),
        (["2019", "2020", "2021"], [["2022", "2023", "2024"]], False),
        (["Town", "Rain"], [], False),
    ],
)
def test_names_of_columns_are_told_from_values(first: list[str], below: list[list[str]], expected: bool) -> None:
    assert names_columns(first, below) is expected


def test_a_name_over_several_columns_is_part_of_each_name() -> None:
    manuscript = Manuscript("test")
    add_table(
        manuscript,
        [
            [Cell("Town", rows=2), Cell("Rain", columns=2)],
            [Cell("2020"), Cell("2021")],
            [Cell("Harrow"), Cell("412"), Cell("388")],
            [Cell("No data for the others", columns=3)],
        ],
        header_rows=2,
    )
    assert blocks(manuscript) == ["Town: Harrow; Rain 2020: 412; Rain 2021: 388", "Town: No data for the others"]


@example([[Cell(".0"), Cell(".1")], [Cell("0")]])
@given(
    st.lists(
        st.lists(
            st.builds(Cell, st.text("0123456789 .,", max_size=3), st.integers(-1, 4), st.integers(-1, 4)), max_size=4
        ),
        max_size=5,
    )
)
def test_every_value_of_any_table_is_in_the_text(rows: list[list[Cell]]) -> None:
    manuscript = Manuscript("test")
    add_table(manuscript, rows)
    expected = Manuscript("test")
    for row in rows:
        for cell in row:
            expected.paragraph(" ".join(cell.text.split()))
    words = finished(manuscript).text
    assert all(word in words for word in finished(expected).text.split())
