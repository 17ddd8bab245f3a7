"""PowerPoint, OpenDocument and RTF files, made here, read back; and real office files."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pptx
import pytest
from documents import DATA, finished
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

from rag.errors import UnreadableDocument
from rag.reading.opendocument import read_odt
from rag.reading.rtf import read_rtf
from rag.reading.sheets import read_xlsx
from rag.reading.slides import read_pptx
from rag.reading.word import read_docx

# -- PowerPoint


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


# -- OpenDocument and RTF


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


# -- real files

EXAMPLES = DATA / "unstructured_examples"


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
