"""Texts, tables, records and mail as files: what becomes of them, and that nothing in them does harm."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.reading import read, readable_name
from rag.reading.encoding import decode, mend
from rag.settings import Settings
from rag.types import Document, Problem

SHARED = Path(__file__).parents[2] / "shared" / "data" / "docs"
PROSE = "It was in July, 1805, and the speaker was the well-known Anna Pavlovna Scherer, maid of honor."


def read_one(folder: Path, name: str, content: str | bytes, limits: Settings | None = None) -> Document:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (document,) = read(path, name, limits or Settings())
    assert isinstance(document, Document)
    return document


def read_all(folder: Path, name: str, content: str) -> list[Document | Problem]:
    path = folder / name
    path.write_text(content, encoding="utf-8")
    return list(read(path, name, Settings()))


def reason(folder: Path, name: str, content: str | bytes, limits: Settings | None = None) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_one(folder, name, content, limits)
    return str(caught.value)


def blocks(document: Document) -> list[str]:
    return document.text.split("\n\n")


def headings(document: Document) -> list[str]:
    return [" > ".join(section.headings) for section in document.sections]


# -- encodings

text_without_controls = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=0, max_size=200)


@given(text_without_controls.filter(lambda text: not text.startswith("\ufeff")))
@settings(max_examples=300, deadline=None)
def test_utf_8_comes_back_and_so_does_utf_16_and_32_with_a_mark(text: str) -> None:
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "utf-32"):
        if text:
            assert decode(text.encode(encoding)) == text


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=4, max_size=200))
@settings(max_examples=200, deadline=None)
def test_ascii_in_utf_16_and_32_without_a_mark_comes_back(text: str) -> None:
    for encoding in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        assert decode(text.encode(encoding)) == text


@pytest.mark.parametrize(
    ("encoding", "text"),
    [
        ("cp1252", "## können\n\nkönnen\n\näöüß\n"),
        ("cp1252", "café “quoted” – naïve façade"),
        ("cp1252", "L'été dernier, les élèves ont été reçus à l'école. Où êtes-vous né ? Garçon, où ça ?"),
        ("cp1250", "Příliš žluťoučký kůň úpěl ďábelské ódy. Česká republika leží ve střední Evropě."),
        ("cp1254", "Bu bir test belgesidir. Türkiye'nin başkenti Ankara'dır; şehir büyük ve güzeldir."),
        ("iso8859-8", "עדכון Tesla - שוקיים מעודכן"),
        ("cp1251", "Привет, мир"),
        ("koi8-r", "Это проверочный документ на русском языке, который содержит несколько слов."),
        ("cp1253", "Αυτό είναι ένα δοκιμαστικό έγγραφο στα ελληνικά."),
        ("shift_jis", "日本語の文章をシフトJISで保存したファイルです。漢字とひらがなとカタカナ。"),
        ("gb18030", "这是一个用于单元测试的中文文件，包含若干汉字和标点符号。"),
        ("euc_kr", "이것은 한국어로 된 시험 문서입니다. 여러 단어가 있습니다."),
    ],
)
def test_a_code_page_is_recognised(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_a_code_page_is_recognised_behind_a_long_stretch_of_ascii() -> None:
    text = "Nothing to see here.\n" * 100_000 + "Das Gebäude gehört der Universität.\n"
    assert decode(text.encode("cp1252")) == text


def test_characters_that_were_encoded_twice_are_put_right_and_said() -> None:
    garbled = "the season 1985–86, Leicester’s best, cost £300".encode().decode("cp1252")
    assert garbled == "the season 1985â€“86, Leicesterâ€™s best, cost Â£300"
    text, warning = mend(garbled)
    assert text == "the season 1985–86, Leicester’s best, cost £300"
    assert warning.startswith("3 characters had been garbled")


def test_a_letter_that_may_be_meant_is_left_alone() -> None:
    assert mend("Ã© is what é becomes") == ("Ã© is what é becomes", "")


# -- which format it is


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("blank.txt", b" \n\t\n", "holds no text"),
        ("photo.png", b"\x89PNG\r\n\x1a\n\0\0", "run OCR"),
        ("photo.txt", b"\xff\xd8\xff\xe0\0\x10JFIF", "run OCR"),
        ("song.mp3", b"ID3\x04\0", "transcribe"),
        ("film.mp4", b"\0\0\0\x20ftypisom", "film"),
        ("tool.exe", b"MZ\x90\0\x03\0", "program"),
        ("tool", b"\x7fELF\x02\x01", "program"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le"), "save it as .docx"),
        ("old.dat", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le"), "save it as .xlsx"),
        ("mail.msg", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_".encode("utf-16-le"), "save it as .eml"),
        ("new.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("files.zip", b"PK\x03\x04 and then nothing", "zip archive"),
        ("data.bin", bytes(range(256)) * 8, "unknown kind"),
        ("report.docx", b"\0\x01\x02\x03" * 100, "damaged"),
        ("all.mbox.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "picture"),
    ],
)
def test_what_cannot_be_read_is_said_with_the_remedy(tmp_path: Path, name: str, content: bytes, words: str) -> None:
    assert words in reason(tmp_path, name, content)


def test_a_text_with_the_ending_of_an_old_word_file_is_read(tmp_path: Path) -> None:
    assert read_one(tmp_path, "notes.doc", PROSE).text == PROSE


def test_a_mail_message_in_a_text_file_is_read_as_mail(tmp_path: Path) -> None:
    message = "MIME-Version: 1.0\nSubject: Well levels\nFrom: Ann <ann@example.org>\n\nThe well is low.\n"
    assert read_one(tmp_path, "message.txt", message).kind == "eml"


def test_a_large_file_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = tmp_path / "big.txt"
    with path.open("wb") as file:
        file.truncate(2048 << 20)
    with pytest.raises(UnreadableDocument, match="is 2,048 MB, more than the 200 MB that RAG_MAX_FILE_MB allows"):
        list(read(path, "big.txt", Settings()))


def test_a_document_with_too_much_text_is_refused(tmp_path: Path) -> None:
    words = reason(tmp_path, "long.txt", "word " * 300_000, Settings(max_text_mb=1))
    assert "more than the 1 MB of text that RAG_MAX_TEXT_MB allows" in words


def test_folders_and_missing_files_are_unreadable_and_no_other_error(tmp_path: Path) -> None:
    for path, words in ((tmp_path, "not a file"), (tmp_path / "gone.txt", "no such file")):
        with pytest.raises(UnreadableDocument, match=words):
            list(read(path, "x", Settings()))


def test_a_file_name_becomes_a_title() -> None:
    assert readable_name(Path("annual_report-2021.txt")) == "annual report-2021"
    assert readable_name(Path("annual-report-2021.txt")) == "annual report 2021"
    assert readable_name(Path(b"caf\xe9.txt".decode("utf-8", "surrogateescape"))) == "caf\ufffd"


# -- plain text


def test_a_wrapped_paragraph_is_one_block_and_the_chapter_a_heading(tmp_path: Path) -> None:
    text = (
        'CHAPTER I\n\n"Well, Prince, so Genoa and Lucca are now just family estates of the\n'
        "Buonapartes. But I warn you, if you don't tell me that this means war,\n"
        "if you still try to defend the infamies, I will have nothing more to do\nwith you.\n\n"
        "It was in July, 1805, and the speaker was the well-known Anna Pavlovna\nScherer.\n"
    )
    document = read_one(tmp_path, "war-and-peace.txt", text)
    assert headings(document) == ["CHAPTER I"]
    assert document.title == "war and peace"
    assert [block.count("\n") for block in blocks(document)] == [0, 3, 1]


def test_list_items_addresses_and_fields_are_blocks_of_their_own(tmp_path: Path) -> None:
    text = (
        f"{PROSE}\n\nImportant points:\n   - Hamburgers are delicious\n   - Dogs are\n     the best\n\n"
        "The Titan Corporation\n3033 Science Park Road\nSan Diego, CA 92122\n\nRent: $ 400\nTerm: five years\n"
    )
    assert blocks(read_one(tmp_path, "a.txt", text))[1:] == [
        "Important points:",
        "Hamburgers are delicious",
        "Dogs are\nthe best",
        "The Titan Corporation",
        "3033 Science Park Road",
        "San Diego, CA 92122",
        "Rent: $ 400",
        "Term: five years",
    ]


def test_a_minus_sign_is_no_bullet(tmp_path: Path) -> None:
    assert read_one(tmp_path, "a.txt", "- 5 degrees at night").text == "- 5 degrees at night"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Findings\n========\n\nIt rained.\n\nWells\n-----\nThe well is low.", ["Findings", "Findings > Wells"]),
        ("SUBLEASE AGREEMENT\n\nThis agreement is made today.", ["SUBLEASE AGREEMENT"]),
        ("ARTICLE IV. Rent\n\nThe rent is due.", ["ARTICLE IV. Rent"]),
        ("1.2 Water levels\n\nThe level fell.", ["1.2 Water levels"]),
        (
            "1. Basic Sublease Information.\nThe information in this section supplements it.",
            ["1. Basic Sublease Information."],
        ),
        ("1. Buy milk\n\n2. Sell milk\n\n3. Go home", []),
        ("4.1 Term. The term shall commence on the\n\nCommencement date.", []),
        ("Section 3 of the lease states that the rent is due.", []),
        ("STOP. THE WELL IS LOW.\n\nSEND WATER\n\nAND FOOD AT ONCE", []),
        ("ACME REPORT\n\nOne.\n\nACME REPORT\n\nTwo.\n\nACME REPORT\n\nThree.\n\nACME REPORT\n\nFour.", []),
    ],
)
def test_headings_are_recognised_with_care(tmp_path: Path, text: str, found: list[str]) -> None:
    assert headings(read_one(tmp_path, "a.txt", text)) == found


def test_form_feeds_are_page_breaks(tmp_path: Path) -> None:
    document = read_one(tmp_path, "a.txt", "First page.\fSecond page.\f")
    assert document.pages == (0, 13)
    assert document.page_at(document.text.index("Second")) == 2


# -- Markdown, reStructuredText, Org


def test_markdown_is_read_without_its_marks(tmp_path: Path) -> None:
    text = (
        "---\ntitle: Water in Norvik\nauthor: 'A. Lind'\n---\n"
        "# Levels\n\nThe **well** at [the farm](http://example.org/x) is `low`.<!-- no --> ![a chart](c.png)\n\n"
        "3. first\n4. second\n   - inner\n\n> said\n> she\n\nRivers\n------\n\n```py\na = 1\n\nb = 2\n```\n\n"
        "| Year | Rain |\n|---|---|\n| 2021 | 412 |\n\n<details><summary>More</summary>Hidden words</details>\n"
    )
    document = read_one(tmp_path, "a.md", text)
    assert document.title == "Water in Norvik"
    assert document.metadata == {"author": "A. Lind"}
    assert headings(document) == ["Levels", "Levels > Rivers"]
    assert blocks(document) == [
        "Levels",
        "The well at the farm is low. a chart",
        "3. first",
        "4. second",
        "inner",
        "said\nshe",
        "Rivers",
        "a = 1\nb = 2",
        "Year: 2021; Rain: 412",
        "More",
        "Hidden words",
    ]


def test_restructured_text_is_read_without_its_marks(tmp_path: Path) -> None:
    text = (
        "=====\nWater\n=====\n\n:Author: A. Lind\n\n"
        "The *well* at `the farm <http://x.org>`_ is ``low``; see :ref:`wells`.\n\n"
        "Levels\n------\n\n.. note:: Mind the step.\n   It is high.\n\n.. image:: a.png\n   :alt: x\n\n.. a comment\n\n"
        "Run this::\n\n    a = 1\n\n    b = 2\n\n====  ====\nYear  Rain\n====  ====\n2021  412\n====  ====\n\n"
        "+------+------+\n| Year | Rain |\n+======+======+\n| 2022 | 390  |\n+------+------+\n"
    )
    document = read_one(tmp_path, "a.rst", text)
    assert headings(document) == ["Water", "Water > Levels"]
    assert blocks(document) == [
        "Water",
        "Author: A. Lind",
        "The well at the farm is low; see wells.",
        "Levels",
        "Mind the step.",
        "It is high.",
        "Run this:",
        "a = 1\nb = 2",
        "Year: 2021; Rain: 412",
        "Year: 2022; Rain: 390",
    ]


def test_org_is_read_without_its_marks(tmp_path: Path) -> None:
    text = (
        "#+TITLE: Water\n#+AUTHOR: A. Lind\n* TODO Levels :wells:\n:PROPERTIES:\n:ID: 7\n:END:\n"
        "The *well* at [[http://x.org][the farm]] is =low=.\n# a comment\n** Code\n"
        "#+BEGIN_SRC py\na = 1\n\nb = 2\n#+END_SRC\n"
        "| Year | Rain |\n|------+------|\n| 2021 | 412 |\n"
    )
    document = read_one(tmp_path, "a.org", text)
    assert (document.title, document.metadata) == ("Water", {"author": "A. Lind"})
    assert headings(document) == ["Levels", "Levels > Code"]
    assert blocks(document)[1:] == ["The well at the farm is low.", "Code", "a = 1\nb = 2", "Year: 2021; Rain: 412"]


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


# -- any bytes at all

ENDINGS = ("txt", "md", "rst", "org", "csv", "tsv", "jsonl", "json", "xml", "eml", "log", "html")
PIECES = st.one_of(
    st.binary(max_size=200),
    st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.lists(
        st.sampled_from(
            b"\n~\r\n~\f~* ~# ~```~===~---~> ~,~;~\t~::~{~word~A. ~\xe9~&x;~<a>~</a>~<!--~=== ===~+--+--+~--b".split(
                b"~"
            )
        )
        | st.sampled_from(
            b'"~{"text": "x"}~.. note:: ~#+BEGIN_SRC~Subject: x~| a | b |~|---|---|~MIME-Version: 1\n'.split(b"~")
        )
        | st.just(b"Content-Type: multipart/mixed; boundary=b\n"),
        max_size=30,
    ).map(b"".join),
)


def outcome(path: Path) -> tuple[list[Document | Problem], str]:
    try:
        return list(read(path, path.name, Settings())), ""
    except UnreadableDocument as problem:
        return [], str(problem)


@given(st.sampled_from(ENDINGS), PIECES)
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_make_it_raise_anything_but_unreadable_document(tmp_path: Path, ending: str, data: bytes) -> None:
    path = tmp_path / f"a.{ending}"
    path.write_bytes(data)
    items, why = outcome(path)
    assert bool(items) != bool(why)
    assert "parser failed" not in why
    for document in items:
        if isinstance(document, Document):
            assert document.text.strip()
            assert document.title
            assert "\n\n\n" not in document.text
            assert all(0 <= section.start < len(document.text) for section in document.sections)


@pytest.mark.skipif(not SHARED.exists(), reason="the development data are not here")
@pytest.mark.parametrize("folder", ["leases_txt", "unstructured_examples/eml", "unstructured_examples/language-docs"])
def test_every_real_file_is_read_or_its_reason_is_a_sentence(folder: str) -> None:
    for path in sorted((SHARED / folder).iterdir()):
        if path.suffix in {".txt", ".eml", ".md", ".rst", ".org", ".xml"}:
            items, why = outcome(path)
            assert items or why.endswith(".")
            assert "parser failed" not in why
