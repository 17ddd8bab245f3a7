"""Tables, JSON, XML and mail as files: names stay with their values."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from documents import PROSE, blocks, headings, read_one, reason

from rag.reading import read
from rag.settings import Settings
from rag.types import Document, Problem

# -- tables


@pytest.mark.parametrize(
    ("name", "text", "first"),
    [
        ("a.csv", "Year,Rain (mm)\n2021,412\n2022,390\n", "Year: 2021; Rain (mm): 412"),
        ("a.csv", "Year;Rain\n2021;412,5\n2022;390,1\n", "Year: 2021; Rain: 412,5"),
        ("a.tsv", "Year\tRain\n2021\t412\n2022\t390\n", "Year: 2021; Rain: 412"),
        ("a.csv", "a|b|c\n1|2|3\n4|5|6\n", "a: 1; b: 2; c: 3"),
        ("a.csv", "2021,412\n2022,390\n", "2021; 412"),
        ("a.csv", "Lorem, ipsum\ndolor sit\namet elit\nsed, do\n", "Lorem, ipsum"),
        (
            "a.csv",
            'Name,Note,Year\nAnn,"low, then\nhigh",2021\nBob,dry,2022\n',
            "Name: Ann; Note: low, then high; Year: 2021",
        ),
        (
            "a.csv",
            "Team,Results,\n,Accuracy,Time\nRed,34,9\nBlue,71,8\n",
            "Team: Red; Results Accuracy: 34; Results Time: 9",
        ),
    ],
)
def test_a_row_names_its_columns(tmp_path: Path, name: str, text: str, first: str) -> None:
    assert blocks(read_one(tmp_path, name, text))[0] == first


def test_a_title_above_the_columns_is_a_heading(tmp_path: Path) -> None:
    document = read_one(tmp_path, "a.csv", "Stanley Cups,,\nTeam,Location,Cups\nBlues,STL,1\n".encode("utf-16"))
    assert document.title == "Stanley Cups"
    assert blocks(document)[1] == "Team: Blues; Location: STL; Cups: 1"


def test_a_quotation_mark_that_is_not_closed_does_not_swallow_the_rows(tmp_path: Path) -> None:
    rows = "".join(f"{number},word\n" for number in range(1000))
    assert len(blocks(read_one(tmp_path, "a.csv", f'Number,Word\n0,"open\n{rows}'))) == 1001


def test_a_table_of_a_million_rows_is_given_up_at_the_limit(tmp_path: Path) -> None:
    text = "Year,Rain\n" + "2021,412\n" * 1_000_000
    assert "more than the 1 MB of text" in reason(tmp_path, "a.csv", text, Settings(max_text_mb=1))


# -- JSON and XML


def read_all(folder: Path, name: str, content: str) -> list[Document | Problem]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return list(read(path, name, Settings()))


def test_rows_with_a_text_are_documents_and_other_rows_problems(tmp_path: Path) -> None:
    rows = [
        '{"_id": "w1", "title": "Wells", "text": "The well is low.", "year": 2021, "dry": true}',
        "{broken",
        '{"text": ""}',
        '{"id": 7, "text": "It rained."}',
        "",
        '{"text": "No id."}',
        '{"_id": "w1", "text": "Again."}',
    ]
    wells, broken, empty, rain, no_id, again = read_all(tmp_path, "a.jsonl", "\n".join(rows))
    assert isinstance(wells, Document)
    assert isinstance(rain, Document)
    assert isinstance(no_id, Document)
    assert (wells.source, wells.title, wells.text) == ("a.jsonl#w1", "Wells", "The well is low.")
    assert wells.metadata == {"year": "2021", "dry": "true"}
    assert (rain.source, no_id.source) == ("a.jsonl#7", "a.jsonl#6")
    assert isinstance(broken, Problem)
    assert broken.source == "a.jsonl#2"
    assert "not valid JSON" in broken.reason
    assert isinstance(empty, Problem)
    assert isinstance(again, Problem)
    assert "id 'w1' of line 1" in again.reason


def test_ten_thousand_bad_rows_are_twenty_problems_and_a_count(tmp_path: Path) -> None:
    items = read_all(tmp_path, "a.jsonl", '{"text": "One."}\n' + "{broken\n" * 10_000)
    assert len(items) == 1 + 20 + 1
    assert items[-1] == Problem("a.jsonl", "9,980 more rows of the file could not be read.")


def test_rows_without_texts_are_records_of_one_document(tmp_path: Path) -> None:
    (document,) = read_all(tmp_path, "a.ndjson", '{"sku": "G-1", "price": 12.5}\n{"sku": "G-2", "price": 18}\n')
    assert isinstance(document, Document)
    assert blocks(document) == ["sku: G-1; price: 12.5", "sku: G-2; price: 18"]


def test_json_becomes_names_and_values(tmp_path: Path) -> None:
    value = {"name": "Ann", "address": {"city": "Norvik", "zip": 12}, "tags": ["a", "b"], "about": PROSE * 2}
    document = read_one(tmp_path, "a.json", json.dumps(value))
    assert blocks(document) == [
        "name: Ann",
        "address city: Norvik; address zip: 12",
        "tags: a, b",
        f"about: {PROSE * 2}",
    ]


def test_what_is_not_json_is_read_as_text_with_a_warning(tmp_path: Path) -> None:
    for text in ('{"name": "Ann",', "[" * 100_000 + "word"):
        document = read_one(tmp_path, "a.json", text)
        assert document.warnings[0].startswith("It is not valid JSON")


def test_a_notebook_is_its_text_and_its_code(tmp_path: Path) -> None:
    cells = [{"cell_type": "markdown", "source": ["# Wells\n", "All *low*."]}, {"cell_type": "code", "source": "a = 1"}]
    document = read_one(tmp_path, "a.ipynb", json.dumps({"nbformat": 4, "cells": cells}))
    assert blocks(document) == ["Wells", "All low.", "a = 1"]


def test_xml_records_and_running_text(tmp_path: Path) -> None:
    text = (
        "<?xml version='1.0' encoding='latin-1'?><book><title>Water</title>"
        "<well><name>North</name><depth>12 m</depth></well><p>The <b>well</b> is low &amp; dry.</p>"
        "<well name='South' depth='9 m'/></book>"
    )
    document = read_one(tmp_path, "a.xml", text)
    assert blocks(document) == [
        "Water",
        "name: North; depth: 12 m",
        "The well is low & dry.",
        "name: South; depth: 9 m",
    ]


def test_xml_entities_neither_expand_nor_reach_for_files(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("SECRET")
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    text = (
        f'<!DOCTYPE a [<!ENTITY e0 "boom">{bomb}<!ENTITY s SYSTEM "file://{tmp_path}/secret.txt">]>'
        "<a><p>Before &e9; and &s; after.</p></a>"
    )
    document = read_one(tmp_path, "a.xml", text)
    assert "Before" in document.text
    assert "SECRET" not in document.text
    assert len(document.text) < 100


# -- mail


def test_a_message_tells_who_wrote_what_to_whom(tmp_path: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Wells in März"
    message["From"] = "Ann <ann@example.org>"
    message["To"] = "Bob <bob@example.org>"
    message["Date"] = "Tue, 01 Oct 2024 12:34:56 -0500"
    message.set_content("The well is low.\n\n> Is the well\n> low?\n> > It was.\n\nAnn\n")
    message.add_alternative("<p>Other words</p>", subtype="html")
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="levels.csv")
    document = read_one(tmp_path, "a.eml", message.as_bytes())
    assert document.title == "Wells in März"
    assert document.metadata["date"] == "2024-10-01T12:34:56-05:00"
    assert blocks(document) == [
        "Wells in März",
        "From: Ann <ann@example.org>; To: Bob <bob@example.org>; Date: Tue, 01 Oct 2024 12:34:56 -0500",
        "The well is low.",
        "> Is the well\nlow?",
        "> It was.",
        "Ann",
        "Attachments: levels.csv (text/csv)",
    ]
    assert "levels.csv" in document.warnings[0]


def test_html_mail_and_enclosed_messages_are_read(tmp_path: Path) -> None:
    inner = EmailMessage()
    inner["Subject"] = "Inner"
    inner["From"] = "eve@example.org"
    inner.set_content("The first letter.")
    message = EmailMessage()
    message["Subject"] = "Outer"
    message.set_content("<p>See <b>below</b>.</p><script>alert(1)</script>", subtype="html")
    message.add_attachment(inner)
    document = read_one(tmp_path, "a.eml", message.as_bytes())
    assert headings(document) == ["Outer", "Outer > Inner"]
    assert blocks(document) == ["Outer", "See below.", "Inner", "From: eve@example.org", "The first letter."]


def test_unknown_charsets_and_broken_headers_do_no_harm(tmp_path: Path) -> None:
    raw = (
        b"Subject: =?x-none?Q?caf=E9?= and more\nFrom: <<@>,;:\nDate: yesterday\n"
        b"Content-Type: text/plain; charset=x-none\nContent-Transfer-Encoding: quoted-printable\n\n"
        b"Das Geb=E4ude geh=F6rt der Universit=E4t.\n"
    )
    document = read_one(tmp_path, "a.eml", raw)
    assert "Das Gebäude gehört der Universität." in blocks(document)


def test_an_encrypted_message_is_said_to_be_one(tmp_path: Path) -> None:
    raw = b'Subject: x\nContent-Type: multipart/encrypted; boundary="b"\n\n--b\n\nxx\n--b--\n'
    assert "encrypted" in reason(tmp_path, "a.eml", raw)
