"""PDFs: the text in the order a person reads it, and where on the page each word stands."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import DATA, blocks
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfs import Piece, content, lines_of, write_pdf

from rag.errors import UnreadableDocument
from rag.reading.manuscript import Manuscript, clean, unpack_layout
from rag.reading.pdf import Box, boxes, read_pdf
from rag.types import Document

PROSE = """The station was built on the north side of the bay
in the summer of 1911, when the first measurements of
the tide were made, and it has been in use ever since
for the study of the weather and of the sea."""


def read(path: Path) -> Document:
    return read_pdf(path).finish(str(path), "fallback")


def test_lines_are_joined_to_a_paragraph_and_each_character_knows_its_origin(tmp_path: Path) -> None:
    document = read(write_pdf(tmp_path / "a.pdf", [content(lines_of(PROSE, 72, 700))]))
    assert document.text == PROSE.replace("\n", " ")
    layout = unpack_layout(document.layout)
    assert len(layout) == len(document.text)
    assert layout[0] == 0
    assert layout[PROSE.index("\n")] == -1


def test_a_gap_between_lines_and_an_indented_line_begin_a_paragraph(tmp_path: Path) -> None:
    pieces = lines_of(PROSE, 72, 700) + lines_of(PROSE, 72, 630)
    indented = lines_of(PROSE, 72, 582)
    left, baseline, text, size = indented[0]
    pieces += [(left + 14, baseline, text.replace("The", "This"), size), *indented[1:]]
    assert len(blocks(read(write_pdf(tmp_path / "a.pdf", [content(pieces)])))) == 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the tide was a mea-\nsurement of care", "the tide was a measurement of care"),
        ("a well-\nknown place of work", "a well-known place of work"),
        ("the North-\nSouth railway is old", "the North-South railway is old"),
        ("pages 12-\n14 of the report", "pages 12-14 of the report"),
        ("long-term care and a long-\nterm plan for it", "long-term care and a long-term plan for it"),
        (
            "standing here and under-\nstanding it, understanding all",
            "standing here and understanding it, understanding all",
        ),
    ],
)
def test_a_hyphen_at_a_line_end_is_joined_where_it_divides_a_word(tmp_path: Path, text: str, expected: str) -> None:
    assert read(write_pdf(tmp_path / "a.pdf", [content(lines_of(text, 72, 700))])).text == expected


def test_two_columns_are_read_one_after_the_other_and_what_spans_them_before(tmp_path: Path) -> None:
    left = [f"left column line {number:02} of the page" for number in range(12)]
    right = [f"right column line {number:02} of the page" for number in range(12)]
    pieces: list[Piece] = [(72, 740, "A title that goes over both of the columns of this page", 16, "F2")]
    for place, (one, other) in enumerate(zip(left, right, strict=True)):  # written row by row, which is the hard case
        pieces += [(72, 700 - 12 * place, one), (320, 700 - 12 * place, other)]
    document = read(write_pdf(tmp_path / "a.pdf", [content(pieces)]))
    assert document.text.replace("\n\n", " ").split(" ", 12)[12] == " ".join(left + right)
    assert document.title == "A title that goes over both of the columns of this page"


def test_the_rows_of_a_table_are_blocks_with_bars_between_their_cells(tmp_path: Path) -> None:
    rows = [("Year", "Rain (mm)", "Days"), ("2020", "$", "412"), ("2021", "388", "97"), ("2022", "401", "103")]
    pieces: list[Piece] = [
        (left, 700 - 14 * place, cell)
        for place, row in enumerate(rows)
        for left, cell in zip((72, 200, 330), row, strict=True)
    ]
    document = read(write_pdf(tmp_path / "a.pdf", [content(pieces)]))
    assert blocks(document) == ["Year | Rain (mm) | Days", "2020 | $ 412", "2021 | 388 | 97", "2022 | 401 | 103"]


def test_headings_have_levels_by_their_size_and_their_number(tmp_path: Path) -> None:
    pieces: list[Piece] = [
        (72, 740, "The Bay Report", 20, "F2"),
        (72, 700, "1 Tides", 14, "F2"),
        *lines_of(PROSE, 72, 680),
    ]
    pieces += [
        (72, 610, "1.1 Spring tides", 14, "F2"),
        *lines_of(PROSE, 72, 590),
        (72, 520, "2 Winds", 14, "F2"),
        *lines_of(PROSE, 72, 500),
    ]
    document = read(write_pdf(tmp_path / "a.pdf", [content(pieces)]))
    assert [section.headings for section in document.sections] == [
        ("The Bay Report",), ("1 Tides",), ("1 Tides", "1.1 Spring tides"), ("2 Winds",),
    ]  # fmt: skip


def test_a_bookmark_gives_a_heading_its_level(tmp_path: Path) -> None:
    more = [
        "<</Type/Outlines/First 6 0 R/Last 6 0 R/Count 2>>",
        "<</Title(Tides)/Parent 5 0 R/First 7 0 R/Last 7 0 R/Count 1>>",
        "<</Title(Spring tides)/Parent 6 0 R>>",
    ]
    pieces: list[Piece] = [
        (72, 740, "Tides"),
        *lines_of(PROSE, 72, 710),
        (72, 640, "Spring tides"),
        *lines_of(PROSE, 72, 610),
    ]
    document = read(write_pdf(tmp_path / "a.pdf", [content(pieces)], catalog="/Outlines 5 0 R", more=more))
    assert [section.headings for section in document.sections] == [("Tides",), ("Tides", "Spring tides")]


def page_with_furniture(number: int, text: str) -> bytes:
    return content([(72, 760, "Bay Institute"), *lines_of(text, 72, 700), (300, 30, f"Page {number} of 4")])


def test_running_headers_and_page_numbers_are_in_the_text_but_aside(tmp_path: Path) -> None:
    texts = [PROSE.replace("1911", str(1911 + number)) for number in range(4)]
    path = write_pdf(tmp_path / "a.pdf", [page_with_furniture(number, text) for number, text in enumerate(texts, 1)])
    document = read(path)
    assert blocks(document)[:4] == [text.replace("\n", " ") for text in texts]
    aside = [document.text[start:end] for start, end in document.furniture]
    assert aside == ["Bay Institute", "Page 1 of 4", "Page 2 of 4", "Page 3 of 4", "Page 4 of 4"]
    assert [document.page_at(document.text.index(year)) for year in ("1911", "1914")] == [1, 4]


def test_a_paragraph_goes_on_over_a_page_break_and_past_a_footnote(tmp_path: Path) -> None:
    first, second = PROSE.rsplit("\n", 1)
    pages = [
        content([*lines_of(PROSE, 72, 740), *lines_of(first, 72, 660), (72, 60, "1 Of the old harbour.", 7)]),
        content([*lines_of(second, 72, 740), *lines_of(PROSE, 72, 700)]),
    ]
    document = read(write_pdf(tmp_path / "a.pdf", pages))
    whole = PROSE.replace("\n", " ")
    assert blocks(document) == [whole, "1 Of the old harbour.", whole, whole]
    goes_on = document.text.index(second, document.text.index("harbour"))
    assert document.pages == (0, goes_on)
    assert (document.page_at(goes_on - 1), document.page_at(goes_on)) == (1, 2)


def test_page_labels_title_author_and_dates_are_kept(tmp_path: Path) -> None:
    document = read(
        write_pdf(
            tmp_path / "a.pdf",
            [content(lines_of(PROSE, 72, 700))] * 3,
            catalog="/PageLabels<</Nums[0<</S/r>>2<</S/D/St 1>>]>>",
            info="/Title(The Bay Report)/Author(Ida Holm)/CreationDate(D:20200131120000+01'00')/ModDate(D:2021)",
        )
    )
    assert document.page_labels == ("i", "ii", "1")
    assert document.title == "The Bay Report"
    assert document.metadata == {"author": "Ida Holm", "created": "2020-01-31T12:00:00+01:00", "modified": "2021"}


def test_bold_that_is_made_by_drawing_twice_is_read_once(tmp_path: Path) -> None:
    twice: list[Piece] = []
    left = 72.0
    for letter, width in zip("TIDE", (6.1, 2.8, 7.2, 6.7), strict=True):
        twice += [(left, 700, letter), (left + 0.4, 700, letter)]
        left += width
    assert read(write_pdf(tmp_path / "a.pdf", [content(twice)])).text == "TIDE"


def test_a_turned_page_and_turned_text_read_as_a_person_reads_them(tmp_path: Path) -> None:
    sideways = "\n".join(
        f"BT /F1 10 Tf 0 1 -1 0 {100 + 12 * place} 72 Tm ({line}) Tj ET" for place, line in enumerate(PROSE.split("\n"))
    )
    path = write_pdf(tmp_path / "a.pdf", [sideways.encode()], page="/Rotate 90")
    document = read(path)
    assert document.text == PROSE.replace("\n", " ")
    found = boxes(path, document, 0, len(PROSE.split("\n")[0]))
    assert len(found) == 1
    assert found[0].right - found[0].left < 15 < 150 < found[0].top - found[0].bottom


def test_ligatures_and_accents_are_plain_letters(tmp_path: Path) -> None:
    encoding = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding<</Differences[65/fi/fl/eacute/acute]>>>>"
    stream = b"BT /F3 10 Tf 1 0 0 1 72 700 Tm (A) Tj (B) Tj (C) Tj ET"
    path = write_pdf(tmp_path / "a.pdf", [stream], page="/Resources<</Font<</F3 5 0 R>>>>", more=[encoding])
    path.write_bytes(path.read_bytes().replace(b"/Resources<</Font 4 0 R>>", b""))
    document = read(path)
    assert document.text == "fiflé"
    assert list(unpack_layout(document.layout))[-1] > 0


def test_boxes_are_one_rectangle_for_each_line(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [content(lines_of(PROSE, 72, 700))] * 2)
    document = read(path)
    second = document.pages[1]
    start, end = document.text.index("summer", second), document.text.index("tide", second) + 4
    one, other = boxes(path, document, start, end)
    assert isinstance(one, Box)
    assert (one.page, other.page) == (2, 2)
    assert one.left > 72 > 71.9 < other.left
    assert one.bottom < 688 < one.top
    assert other.bottom < 676 < other.top
    assert boxes(path, document, 5, 5) == []


def test_boxes_say_when_the_file_is_gone_or_another(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [content(lines_of(PROSE, 72, 700))])
    document = read(path)
    write_pdf(path, [content(lines_of(PROSE.upper()[7:], 72, 700))])
    with pytest.raises(UnreadableDocument, match="no longer holds the text"):
        boxes(path, document, 0, 40)
    path.unlink()
    with pytest.raises(UnreadableDocument, match="no longer there"):
        boxes(path, document, 0, 40)


def test_what_cannot_be_read_is_said_with_the_remedy(tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "whole.pdf", [content(lines_of(PROSE, 72, 700))])
    locked = tmp_path / "locked.pdf"
    encryption = b"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O(%s)/U(%s)>>/ID[(a)(a)]" % (b"o" * 32, b"u" * 32)
    locked.write_bytes(whole.read_bytes().replace(b"/Info 3 0 R", b"/Info 3 0 R" + encryption))
    torn = tmp_path / "torn.pdf"
    torn.write_bytes(whole.read_bytes()[:200])
    (tmp_path / "other.pdf").write_text("not a PDF at all")
    scan = write_pdf(tmp_path / "scan.pdf", [b"0 0 100 100 re f"] * 3)
    empty = write_pdf(tmp_path / "empty.pdf", [])
    for path, reason in (
        (locked, r"The file is protected by a password: save a copy without it and sync again"),
        (torn, "The file is not a whole PDF"),
        (tmp_path / "other.pdf", "The file is not a whole PDF"),
        (scan, "The file holds no text, only images of 3 pages: run OCR on it first, e.g. with ocrmypdf"),
        (empty, "The file "),
    ):
        with pytest.raises(UnreadableDocument, match=reason):
            read_pdf(path)


def test_pages_without_text_are_named(tmp_path: Path) -> None:
    text, image = content(lines_of(PROSE, 72, 700)), b"0 0 100 100 re f"
    manuscript = read_pdf(write_pdf(tmp_path / "a.pdf", [text, image, image, text, image]))
    assert manuscript.warnings == [
        "No text on pages 2-3, 5 of 5: if words are seen there, run OCR on the file, e.g. with ocrmypdf."
    ]
    document = manuscript.finish("a.pdf", "a")
    assert len(document.pages) == len(document.page_labels) == 5


def test_a_page_may_begin_inside_a_block() -> None:
    manuscript = Manuscript("pdf")
    manuscript.page("i")
    manuscript.paragraph("one two three", range(13), pages=[(4, "ii"), (8, "")])
    manuscript.page("iv")
    document = manuscript.finish("a.pdf", "a")
    assert (document.pages, document.page_labels) == ((0, 4, 8, 13), ("i", "ii", "3", "iv"))


printable = st.text(alphabet=st.characters(codec="cp1252", exclude_categories=("Cc", "Cf")), max_size=30)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 780), printable, st.integers(4, 30)), max_size=25))
def test_whatever_stands_on_a_page_the_text_is_clean_and_its_boxes_can_be_had(
    tmp_path: Path, pieces: list[Piece]
) -> None:
    path = write_pdf(tmp_path / "any.pdf", [content(pieces)] * 2)
    try:
        document = read(path)
    except UnreadableDocument:
        return
    assert clean(document.text) == document.text
    assert all(block == block.strip() != "" for block in blocks(document))
    assert list(document.pages) == sorted(document.pages)
    body = document.furniture[0][0] if document.furniture else len(document.text)
    assert len(unpack_layout(document.layout)) <= len(document.text)
    assert boxes(path, document, 0, body) or body == 0


@pytest.mark.skipif(not DATA.is_dir(), reason="the public development documents are not here")
@pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "unstructured_examples/pdf/multi-column.pdf",
            "Retrieval in open-domain QA is usually implemented using TF-IDF or BM25",
        ),
        (
            "unstructured_examples/pdf/layout-parser-paper-fast.pdf",
            "several practical difficulties for taking advantages of recent advances",
        ),
        ("unstructured_examples/rotated-page-90.pdf", "Second line of text here"),
        ("unstructured_examples/language-docs/fr_olap.pdf", "Université François Rabelais Tours"),
        ("kgrag_pdfs/sec-10-q/2022 Q3 AAPL.pdf", "Total net sales | 82,959 | 81,434 | 304,182 | 282,457"),
        ("kgrag_pdfs/ntsb/20071229X02007.pdf", "Location: | Tallahassee, FL | Accident Number: | NYC08CA055"),
    ],
)
def test_a_real_document_is_read_and_its_words_are_found_on_the_page(name: str, expected: str) -> None:
    document = read(DATA / name)
    start = document.text.index(expected)
    found = boxes(DATA / name, document, start, start + len(expected))
    assert found
    assert all(box.left < box.right and box.bottom < box.top for box in found)
    assert {box.page for box in found} == {document.page_at(start)}
