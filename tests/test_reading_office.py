"""Word, PowerPoint, Excel, OpenDocument and RTF files, made here, read back."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import docx
import openpyxl
import pptx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.styles import Font
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from rag.errors import UnreadableDocument
from rag.reading import archives
from rag.reading.manuscript import Manuscript
from rag.reading.opendocument import read_odt
from rag.reading.rtf import read_rtf
from rag.reading.sheets import read_xlsx
from rag.reading.slides import read_pptx
from rag.reading.tables import Cell, add_table, names_columns
from rag.reading.word import read_docx
from rag.types import Document

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
EXAMPLES = Path(__file__).parents[2] / "shared" / "data" / "docs" / "unstructured_examples"


def finished(manuscript: Manuscript) -> Document:
    return manuscript.finish("file", "the file's name")


def blocks(manuscript: Manuscript) -> list[str]:
    return finished(manuscript).text.split("\n\n")


def word_file(path: Path, body: str, **parts: str) -> Path:
    """A Word file from the XML of its body and of its other parts."""
    relations = "".join(
        f'<Relationship Id="r{kind}" Type="{_RELATIONS}/{kind}" Target="{kind}.xml"/>' for kind in parts
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", f'<w:document xmlns:w="{_WORD}"><w:body>{body}</w:body></w:document>')
        file.writestr("word/_rels/document.xml.rels", f"<Relationships>{relations}</Relationships>")
        for kind, xml in parts.items():
            file.writestr(f"word/{kind}.xml", f'<w:{kind} xmlns:w="{_WORD}">{xml}</w:{kind}>')
    return path


def line(text: str, properties: str = "", run: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:rPr>{run}</w:rPr><w:t>{text}</w:t></w:r></w:p>"


# Word


def test_the_text_of_a_word_file_stands_under_its_headings(tmp_path: Path) -> None:
    made = docx.Document()
    made.core_properties.title = "Rain in Harrow Sound"
    made.core_properties.author = "I. Tern"
    made.add_heading("Methods", level=1)
    made.add_heading("Gauges", level=2)
    made.add_paragraph("Four gauges were read.")
    made.add_heading("Results", level=1)
    made.add_paragraph("It rained.")
    made.save(str(tmp_path / "a.docx"))
    document = finished(read_docx(tmp_path / "a.docx"))
    assert document.title == "Rain in Harrow Sound"
    assert document.metadata["author"] == "I. Tern"
    assert document.headings_at(document.text.index("Four gauges")) == ("Methods", "Gauges")
    assert document.headings_at(document.text.index("It rained")) == ("Results",)
    assert document.pages == ()


def test_a_localised_heading_style_is_known_by_its_name_and_by_its_base(tmp_path: Path) -> None:
    styles = (
        '<w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style>'
        '<w:style w:styleId="Eigene"><w:name w:val="Meine"/><w:basedOn w:val="berschrift1"/></w:style>'
    )
    body = line("Erstes", '<w:pStyle w:val="berschrift1"/>') + line("Zweites", '<w:pStyle w:val="Eigene"/>')
    document = finished(read_docx(word_file(tmp_path / "a.docx", body, styles=styles)))
    assert [section.headings for section in document.sections] == [("Erstes",), ("Zweites",)]


def test_styles_that_are_based_on_each_other_come_to_an_end(tmp_path: Path) -> None:
    styles = (
        '<w:style w:styleId="A"><w:name w:val="a"/><w:basedOn w:val="B"/></w:style>'
        '<w:style w:styleId="B"><w:name w:val="b"/><w:basedOn w:val="A"/></w:style>'
    )
    path = word_file(tmp_path / "a.docx", line("Text.", '<w:pStyle w:val="A"/>'), styles=styles)
    assert blocks(read_docx(path)) == ["Text."]


def test_deleted_and_hidden_text_is_left_out_and_inserted_text_kept(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>The pump </w:t></w:r><w:del><w:r><w:delText>must </w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>may </w:t></w:r></w:ins><w:r><w:rPr><w:vanish/></w:rPr><w:t>never </w:t></w:r>"
        "<w:r><w:t>run.</w:t></w:r></w:p>"
    )
    assert blocks(read_docx(word_file(tmp_path / "a.docx", body))) == ["The pump may run."]


def test_a_footnote_follows_the_paragraph_that_refers_to_it(tmp_path: Path) -> None:
    body = '<w:p><w:r><w:t>Seals were counted.</w:t><w:footnoteReference w:id="2"/></w:r></w:p>' + line("Next.")
    notes = f'<w:footnote w:id="0" w:type="separator">{line("---")}</w:footnote>'
    notes += f'<w:footnote w:id="2">{line("From the air.")}</w:footnote>'
    path = word_file(tmp_path / "a.docx", body, footnotes=notes)
    assert blocks(read_docx(path)) == ["Seals were counted.", "Note 1: From the air.", "Next."]


def test_a_text_box_follows_its_paragraph_once(tmp_path: Path) -> None:
    box = f"<w:txbxContent>{line('In the box.')}</w:txbxContent>"
    body = (
        '<w:p xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><w:r><w:t>Beside it.</w:t>'
        f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
        "</w:r></w:p>"
    )
    assert blocks(read_docx(word_file(tmp_path / "a.docx", body))) == ["Beside it.", "In the box."]


def test_numbered_paragraphs_carry_their_numbers(tmp_path: Path) -> None:
    numbering = (
        '<w:abstractNum w:abstractNumId="7">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl>'
        '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="7"/></w:num>'
    )

    def item(text: str, level: int) -> str:
        return line(text, f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="3"/></w:numPr>')

    body = item("Open", 0) + item("Left", 1) + item("Right", 1) + item("Close", 0) + item("Again", 1)
    path = word_file(tmp_path / "a.docx", body, numbering=numbering)
    assert blocks(read_docx(path)) == ["1. Open", "1.a) Left", "1.b) Right", "2. Close", "2.a) Again"]


def test_a_raised_number_is_not_run_into_the_number_before_it(tmp_path: Path) -> None:
    body = (
        "<w:p><w:r><w:t>10</w:t></w:r>"
        '<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:t>5</w:t></w:r><w:r><w:t> cells</w:t></w:r></w:p>'
    )
    assert blocks(read_docx(word_file(tmp_path / "a.docx", body))) == ["10⁵ cells"]


def test_a_word_table_names_its_columns_and_repeats_a_label_that_spans_rows(tmp_path: Path) -> None:
    made = docx.Document()
    table = made.add_table(rows=3, cols=3)
    for row, texts in enumerate((("Town", "Year", "Rain (mm)"), ("Harrow", "2020", "412"), ("", "2021", "388"))):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    table.cell(1, 0).merge(table.cell(2, 0))
    made.save(str(tmp_path / "a.docx"))
    assert blocks(read_docx(tmp_path / "a.docx")) == [
        "Town: Harrow; Year: 2020; Rain (mm): 412",
        "Town: Harrow; Year: 2021; Rain (mm): 388",
    ]


def test_headers_and_footers_are_furniture_and_each_stands_there_once(tmp_path: Path) -> None:
    made = docx.Document()
    made.add_paragraph("The body.")
    made.sections[0].header.paragraphs[0].text = "Confidential"
    made.sections[0].footer.paragraphs[0].text = "Confidential"
    made.save(str(tmp_path / "a.docx"))
    document = finished(read_docx(tmp_path / "a.docx"))
    assert [document.text[start:end] for start, end in document.furniture] == ["Confidential"]
    assert document.text.startswith("The body.")


def test_short_bold_lines_are_headings_where_no_style_says_so(tmp_path: Path) -> None:
    body = line("Summary", run="<w:b/>") + line("It went well.") + line("Bold end.", run="<w:b/>")
    document = finished(read_docx(word_file(tmp_path / "a.docx", body)))
    assert [section.headings for section in document.sections] == [("Summary",)]


def test_a_document_of_pictures_only_is_unreadable_with_the_reason(tmp_path: Path) -> None:
    with pytest.raises(UnreadableDocument, match="only pictures"):
        read_docx(word_file(tmp_path / "a.docx", "<w:p><w:r><w:drawing/></w:r></w:p>"))


# What comes from strangers


def test_a_file_that_is_no_zip_file_is_named_for_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    path.write_bytes(b"<html>not a Word file</html>")
    with pytest.raises(UnreadableDocument, match="not a Word document"):
        read_docx(path)
    path.write_bytes(archives._OLE_MAGIC + "EncryptedPackage".encode("utf-16-le"))
    with pytest.raises(UnreadableDocument, match="password"):
        read_docx(path)
    path.write_bytes(archives._OLE_MAGIC + b"WordDocument")
    with pytest.raises(UnreadableDocument, match="older Office file"):
        read_docx(path)


def test_a_file_that_was_cut_off_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = word_file(tmp_path / "a.docx", line("Text. " * 100))
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(UnreadableDocument, match="damaged"):
        read_docx(path)


def test_a_zip_bomb_is_not_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", b"0" * (40 << 20))
    with pytest.raises(UnreadableDocument, match="zip bomb"):
        read_docx(path)


def test_no_entity_is_expanded_and_no_file_is_fetched(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    path = tmp_path / "a.docx"
    with zipfile.ZipFile(path, "w") as file:
        file.writestr(
            "word/document.xml",
            f'<!DOCTYPE d [<!ENTITY x SYSTEM "{secret.as_uri()}">]><w:document xmlns:w="{_WORD}"><w:body><w:p><w:r>'
            "<w:t>Before &x; after</w:t></w:r></w:p></w:body></w:document>",
        )
    assert "secret" not in finished(read_docx(path)).text


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cut=st.integers(0, 2000), noise=st.binary(max_size=8))
def test_a_damaged_word_file_is_read_or_refused_but_nothing_else(tmp_path: Path, cut: int, noise: bytes) -> None:
    path = word_file(tmp_path / "a.docx", line("Some words. " * 20), footnotes=line("x"))
    data = path.read_bytes()
    cut = min(cut, len(data))
    path.write_bytes(data[:cut] + noise + data[cut + len(noise) :])
    try:
        assert finished(read_docx(path)).text
    except UnreadableDocument as problem:
        assert len(str(problem)) > 20  # noqa: PT017 - either outcome is right


# PowerPoint


def test_each_slide_is_a_page_with_its_title_texts_table_chart_and_notes(tmp_path: Path) -> None:
    made = pptx.Presentation()
    first = made.slides.add_slide(made.slide_layouts[5])
    first.shapes.title.text = "Plan for 2024"
    right = first.shapes.add_textbox(Inches(5), Inches(2), Inches(3), Inches(1))
    right.text_frame.text = "on the right"
    left = first.shapes.add_textbox(Inches(1), Inches(2.05), Inches(3), Inches(1))
    left.text_frame.text = "on the left"
    first.notes_slide.notes_text_frame.text = "Say it slowly."
    second = made.slides.add_slide(made.slide_layouts[6])
    table = second.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for place, text in enumerate(("Town", "Rain", "Harrow", "412")):
        table.cell(place // 2, place % 2).text = text
    data = CategoryChartData()
    data.categories = ["2020", "2021"]
    data.add_series("Seals", (12, 15.5))
    second.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(3), Inches(4), Inches(3), data)
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(tmp_path / "a.pptx"))
    document = finished(read_pptx(tmp_path / "a.pptx"))
    assert document.text.split("\n\n") == [
        "Plan for 2024",
        "on the left",
        "on the right",
        "Notes",
        "Say it slowly.",
        "Slide 2",
        "Town: Harrow; Rain: 412",
        "2020; Seals: 12",
        "2021; Seals: 15.5",
    ]
    assert document.page_labels == ("1", "2", "3")
    assert document.page_at(document.text.index("Say it")) == 1
    assert document.page_at(document.text.index("Harrow")) == 2
    assert document.headings_at(document.text.index("Say it")) == ("Plan for 2024", "Notes")
    assert document.headings_at(document.text.index("Harrow")) == ("Slide 2",)


def test_slides_without_text_are_unreadable_with_the_remedy(tmp_path: Path) -> None:
    made = pptx.Presentation()
    made.slides.add_slide(made.slide_layouts[6])
    made.save(str(tmp_path / "a.pptx"))
    with pytest.raises(UnreadableDocument, match="OCR"):
        read_pptx(tmp_path / "a.pptx")


# Excel


def sheet_file(path: Path, *rows: tuple[object, ...]) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "Rainfall"
    for row in rows:
        made.active.append(row)
    made.save(path)
    return path


def test_the_rows_of_a_sheet_name_their_columns(tmp_path: Path) -> None:
    path = sheet_file(
        tmp_path / "a.xlsx",
        ("Measured at the station",),
        (),
        ("Date", "Place", "Rain (mm)"),
        (datetime(2021, 3, 1), "Quay", 0.1 + 0.2),
        (datetime(2021, 3, 2, 6, 30), "Hill", 12),
    )
    assert blocks(read_xlsx(path)) == [
        "Rainfall",
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
    path = sheet_file(
        tmp_path / "a.xlsx",
        ("Town", "Rain", None, "Gull", "Count"),
        ("Harrow", 412, None, "Herring", 7),
        ("Quay", 388, None, "Common", 9),
    )
    assert blocks(read_xlsx(path))[1:] == [
        "Town: Harrow; Rain: 412",
        "Town: Quay; Rain: 388",
        "Gull: Herring; Count: 7",
        "Gull: Common; Count: 9",
    ]


def test_an_empty_column_does_not_part_labels_from_their_numbers(tmp_path: Path) -> None:
    path = sheet_file(
        tmp_path / "a.xlsx",
        ("In millions", None, "2023", None, None, "2022"),
        (None, "Sales", "Profit", None, "Sales", "Profit"),
        (),
        ("Zone A", 10, 2, None, 9, 1),
        ("Zone B", 20, 4, None, 18, 3),
    )
    assert blocks(read_xlsx(path)) == [
        "Rainfall",
        "In millions; 2023; 2022",
        "Zone A; 2023 Sales: 10; 2023 Profit: 2; 2022 Sales: 9; 2022 Profit: 1",
        "Zone B; 2023 Sales: 20; 2023 Profit: 4; 2022 Sales: 18; 2022 Profit: 3",
    ]


def test_a_table_goes_on_after_an_empty_row(tmp_path: Path) -> None:
    path = sheet_file(
        tmp_path / "a.xlsx",
        ("Name", "Role", "Room"),
        ("Ann", "Chair", "A"),
        (),
        ("Bo", "Clerk", "B"),
        ("Cy", "Cook", "C"),
    )
    assert blocks(read_xlsx(path))[1:] == [
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


# Tables


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


# OpenDocument and RTF


def open_document(path: Path, body: str, **parts: str) -> Path:
    spaces = " ".join(
        f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
        for prefix, name in (
            ("office", "office"),
            ("text", "text"),
            ("table", "table"),
            ("draw", "drawing"),
            ("style", "style"),
            ("meta", "meta"),
            ("manifest", "manifest"),
        )
    )
    spaces += ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("content.xml", f"<a {spaces}><office:text>{body}</office:text></a>")
        for name, xml in parts.items():
            file.writestr(f"{name}.xml", f"<a {spaces}>{xml}</a>")
    return path


def test_an_open_document_gives_headings_lists_tables_notes_and_furniture(tmp_path: Path) -> None:
    row = "<table:table-row>{}</table:table-row>"
    cell = "<table:table-cell><text:p>{}</text:p></table:table-cell>"
    body = (
        '<text:h text:outline-level="1">Rain</text:h>'
        "<text:p>It<text:s/>rained<text:note><text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>In March.</text:p></text:note-body></text:note> much.</text:p>"
        "<text:list><text:list-item><text:p>a gauge</text:p></text:list-item></text:list>"
        "<table:table><table:table-header-rows>"
        + row.format(cell.format("Town") + cell.format("Mayor"))
        + "</table:table-header-rows>"
        + row.format(cell.format("Harrow") + cell.format("Ann"))
        + "</table:table><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>"
    )
    meta = "<dc:title>The wet year</dc:title><dc:creator>I. Tern</dc:creator>"
    path = open_document(
        tmp_path / "a.odt", body, meta=meta, styles="<style:header><text:p>Draft</text:p></style:header>"
    )
    document = finished(read_odt(path))
    assert document.text.split("\n\n") == [
        "Rain",
        "It rained much.",
        "Note 1: In March.",
        "a gauge",
        "Town: Harrow; Mayor: Ann",
        "Draft",
    ]
    assert (document.title, document.metadata["author"]) == ("The wet year", "I. Tern")
    assert [document.text[start:end] for start, end in document.furniture] == ["Draft"]


def test_an_rtf_file_gives_headings_tables_and_characters_of_its_code_page(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_bytes(
        rb"{\rtf1\ansi\ansicpg1251{\info{\title Weather notes}{\author I. Tern}}"
        rb"{\pard\outlinelevel0 Rain\par}{\pard It rained, \'c4\'e0 \u8211? much.\par}"
        rb"\trowd\cellx1\cellx2 Town\cell Rain\cell\row\trowd\cellx1\cellx2 Harrow\cell 412\cell\row\pard After.\par}"
    )
    document = finished(read_rtf(path))
    assert document.text.split("\n\n") == [
        "Rain",
        "It rained, Да – much.",
        "Town: Harrow; Rain: 412",
        "After.",
    ]
    assert document.title == "Weather notes"
    assert document.headings_at(document.text.index("Harrow")) == ("Rain",)


# Real files


@pytest.mark.skipif(not EXAMPLES.is_dir(), reason="the public example files are not on this machine")
def test_real_office_files_are_read_or_refused_with_a_reason() -> None:
    readers = {
        ".docx": read_docx,
        ".pptx": read_pptx,
        ".xlsx": read_xlsx,
        ".odt": read_odt,
        ".rtf": read_rtf,
    }
    refused: set[str] = set()
    count = 0
    for path in sorted(EXAMPLES.rglob("*")):
        if reader := readers.get(path.suffix):
            count += 1
            try:
                document = finished(reader(path))
                assert document.text
                assert all(document.text[section.start :] for section in document.sections)
            except UnreadableDocument:
                refused.add(path.name)
    assert count > 30
    assert refused == {"empty.xlsx", "password_protected.xlsx", "picture.pptx", "test-image-jpg-mime.pptx"}
