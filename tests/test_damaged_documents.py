"""What damaged files taught, each as the smallest file that showed it: one broken part costs no more than itself."""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import openpyxl
import pptx
import pytest
from documents import blocks, read_one, reason
from fuzz.seeds import seeds
from pdfs import content, write_pdf
from test_hostile_documents import pdf_of, with_part

_PAGE = content([(72, 700, "It rained in Harrow.")])


def changed(folder: Path, kind: str, name: str, old: str, new: str) -> bytes:
    """A good file of the format in whose part `name` one text is another."""
    path = with_part(folder, kind, "none", b"")
    with zipfile.ZipFile(path) as file:
        part = file.read(name).decode()
    assert old in part
    return with_part(folder, kind, name, part.replace(old, new).encode()).read_bytes()


# -- PDF


def test_half_a_character_in_a_title_costs_that_character(tmp_path: Path) -> None:
    path = write_pdf(tmp_path / "a.pdf", [_PAGE], info="/Title<FEFF005200610069006ED83D>/Author<FEFFDC00>")
    document = read_one(tmp_path, "a.pdf", path.read_bytes())
    assert (document.title, document.metadata["author"]) == ("Rain\ufffd", "\ufffd")


def test_of_a_million_pages_that_are_claimed_those_that_are_there_are_read(tmp_path: Path) -> None:
    document = read_one(tmp_path, "a.pdf", pdf_of("3 0 R", 1_000_000, _PAGE))
    assert document.text == "It rained in Harrow."
    assert len(document.pages) < 1000


# -- office files


def test_a_damaged_sheet_costs_none_of_the_others(tmp_path: Path) -> None:
    made = openpyxl.Workbook()
    for name in ("One", "Two", "Three"):
        made.create_sheet(name).append([f"It rained in {name}."])
    made.save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for entry in old.infolist():
            part = old.read(entry)
            new.writestr(entry.filename, part[:-30] if entry.filename.endswith("sheet3.xml") else part)
    document = read_one(tmp_path, "b.xlsx", (tmp_path / "b.xlsx").read_bytes())
    assert "It rained in One." in document.text
    assert "It rained in Three." in document.text
    [warning] = document.warnings
    assert warning.startswith("The sheet 'Two' is damaged (")


def test_a_row_numbered_beyond_the_last_of_excel_is_not_waited_for(tmp_path: Path) -> None:
    data = changed(tmp_path, "xlsx", "xl/worksheets/sheet1.xml", '<row r="3"', '<row r="3000000000"')
    began = time.monotonic()
    assert "Harrow" in read_one(tmp_path, "a.xlsx", data).text
    assert time.monotonic() - began < 30


def test_a_workbook_is_read_whatever_its_name_says(tmp_path: Path) -> None:
    assert "Harrow" in read_one(tmp_path, "a.epub", seeds("xlsx")[0]).text


def test_a_damaged_slide_costs_none_of_the_others(tmp_path: Path) -> None:
    made = pptx.Presentation()
    for words in ("It rained.", "It poured.", "It stopped."):
        made.slides.add_slide(made.slide_layouts[5]).shapes.title.text = words
    made.slides[1].shapes.title.top = 10
    made.save(str(tmp_path / "a.pptx"))
    with zipfile.ZipFile(tmp_path / "a.pptx") as old, zipfile.ZipFile(tmp_path / "b.pptx", "w") as new:
        for entry in old.infolist():
            new.writestr(entry.filename, old.read(entry).replace(b'y="10"', b'y="none"'))
    document = read_one(tmp_path, "b.pptx", (tmp_path / "b.pptx").read_bytes())
    assert blocks(document) == ["It rained.", "It stopped."]
    assert document.page_labels == ("1", "2", "3")
    [warning] = document.warnings
    assert warning.startswith("Slide 2 is damaged (ValueError")


@pytest.mark.parametrize(("kind", "name"), [("pptx", "ppt/presentation.xml"), ("xlsx", "xl/workbook.xml")])
def test_a_damaged_part_that_all_depends_on_is_said_without_what_hides_in_it(
    tmp_path: Path, kind: str, name: str
) -> None:
    path = with_part(tmp_path, kind, name, '<a xmlns="\u202e\u2066">'.encode())
    why = reason(tmp_path, path.name, path.read_bytes())
    assert why.startswith("The file is damaged (")
    assert not set("\u202e\u2066\n") & set(why)


@pytest.mark.parametrize("level", ["²", "9" * 5000, "0x10", "-1", "NaN", ""])
def test_a_level_that_is_no_number_costs_no_file(tmp_path: Path, level: str) -> None:
    word = changed(tmp_path, "docx", "word/numbering.xml", 'w:ilvl="0"', f'w:ilvl="{level}"')
    assert "It rained in Harrow." in read_one(tmp_path, "a.docx", word).text
    for old in ('outline-level="1"', 'number-columns-repeated="2"'):
        odt = changed(tmp_path, "odt", "content.xml", old, f'{old.split("=")[0]}="{level}"')
        assert {"Rain", "a gauge"} <= set(blocks(read_one(tmp_path, "a.odt", odt)))


def test_a_member_whose_two_names_differ_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = with_part(tmp_path, "epub", "OPS/a.xhtml", b"<html><body><p>It rained.</p></body></html>")
    data = path.read_bytes().replace(b"OPS/a.xhtml", b"OPS/\x80.xhtml", 1)
    assert "damaged" in reason(tmp_path, "a.epub", data)


def test_a_character_that_there_is_not_costs_no_rtf_file(tmp_path: Path) -> None:
    text = read_one(tmp_path, "a.rtf", r"{\rtf1\ansi It \u-99999? rained \u1234567? on \u8211? and on.\par}").text
    assert text == "It \ufffd rained \ufffd on – and on."


# -- texts


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.txt", b"Rain \xe9t\xe9\n" + b"a" * 300_000 + b"\n"),
        ("a.txt", b"Rain \xe9t\xe9\n" + b"a b " * 100_000),
        ("a.html", b" " * 200_000 + b"<p>Rain in the town and on the hills.</p>"),
        ("a.xml", b"<?xml version='1.0'?>" + b"<!-- c -->" * 2000 + b"<a>Rain</a>"),
        ("e.rst", b"Rain\n\n" + b"=== ===\na b\n" * 20_000),
        ("f.rst", b"Rain\n\n" + b"=== ===\na b\n+--+--+\n|a |b |\n+--+--+\nc\n" * 10_000),
        ("d.eml", b"From: a\nSubject: " + b"=?utf-8?q?" * 100_000 + b"\nMIME-Version: 1.0\n\nRain\n"),
        ("e.eml", b"From: " + b"(" * 1900 + b"\nContent-Disposition: " + b"(" * 1900 + b"\n\nRain\n"),
        ("a.org", b"* Rain" + b"\t" * 100_000 + b"<"),
        ("a.rst", b"Rain " + b":" * 100_000),
        ("b.rst", b"Rain " + b"a-" * 100_000),
        ("c.rst", b"Rain " + b"|a" * 100_000),
        ("a.rtf", b"{\\rtf1 Rain\\par\\trowd " + b"\t" * 200_000 + b"\\cell\\row}"),
        ("a.eml", b"Subject: Rain\nTo: " + b"a b, " * 40_000 + b"\nMIME-Version: 1.0\n\nRain\n"),
        (
            "c.eml",
            b"Subject: Rain\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\nRain\n" * 20_000 + b"--a--\n",
        ),
        ("b.eml", b"Subject: Rain\nContent-Type: text/plain; " + b"a=b; " * 40_000 + b"\n\nRain\n"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_line_without_end_is_read_in_the_time_of_its_length(tmp_path: Path, name: str, data: bytes) -> None:
    began = time.monotonic()
    assert "Rain" in read_one(tmp_path, name, data).text
    assert time.monotonic() - began < 10


def test_a_name_that_is_no_name_of_xml_costs_no_file(tmp_path: Path) -> None:
    document = read_one(tmp_path, "a.xml", '<a><b:::c d:::e="1">Rain</b:::c><f g:::h="2"/><f>much</f></a>')
    assert "c: Rain" in document.text


def test_a_mail_header_that_is_long_is_kept_and_decoded(tmp_path: Path) -> None:
    many = ", ".join(f"=?utf-8?q?Andr=C3=A9?= <a{number}@example.org>" for number in range(200))
    document = read_one(tmp_path, "a.eml", f"Subject: Rain\nTo: {many}\nMIME-Version: 1.0\n\nIt rained.\n")
    assert "André <a199@example.org>" in document.metadata["to"]


def test_rows_whose_names_and_ids_hold_nothing_visible_have_none(tmp_path: Path) -> None:
    document = read_one(
        tmp_path, "a.jsonl", '{"id": "\\u2066a\\u2069", "text": "It rained.", "\\u202e": "x", "b": "y"}\n'
    )
    assert (document.source, document.metadata) == ("a.jsonl#a", {"b": "y"})
    assert reason(tmp_path, "b.jsonl", '{"a": ""}\n{"a": null}\n') == "The file holds no text."
