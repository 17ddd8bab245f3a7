"""Word files, made here, read back; and those that strangers made to do harm."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import pytest
from documents import blocks, finished
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.reading import archives
from rag.reading.word import read_docx

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


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


# -- what is read


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


# -- what comes from strangers


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
