"""Files made to do harm: bombs, entities, names that lead elsewhere, pages without end, letters that deceive."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pytest
from documents import read_one, reason
from fuzz.seeds import seeds
from pdfs import content

from rag import Assistant
from rag.errors import UnreadableDocument
from rag.reading.worker import Worker
from rag.scan import scan
from rag.settings import Settings
from rag.types import Document

_MB = 1 << 20
_LAUGHS = "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
_ZIPPED = {
    "docx": "word/document.xml",
    "pptx": "ppt/slides/slide1.xml",
    "xlsx": "xl/worksheets/sheet1.xml",
    "odt": "content.xml",
    "epub": "OPS/a.xhtml",
}
"""For each format that is a zip file the part that holds its text."""


def with_part(folder: Path, kind: str, name: str, part: bytes) -> Path:
    """A good file of the format in which one part is another, or one more."""
    path, good = folder / f"a.{kind}", folder / "good.zip"
    good.write_bytes(seeds(kind)[0])
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            if entry.filename != name:
                new.writestr(entry.filename, old.read(entry))
        new.writestr(name, part)
    good.unlink()
    return path


def what_came(folder: Path, path: Path) -> str:
    """The text of the file, or the reason why it has none."""
    try:
        return read_one(folder, path.name, path.read_bytes()).text
    except UnreadableDocument as problem:
        return str(problem)


# -- bombs


@pytest.mark.parametrize("kind", ["xlsx", "epub", "odt", "pptx"])
def test_a_zip_bomb_of_any_format_is_not_unpacked(tmp_path: Path, kind: str) -> None:
    path = with_part(tmp_path, kind, _ZIPPED[kind], b" " * (40 * _MB))
    assert "zip bomb" in reason(tmp_path, path.name, path.read_bytes())


def test_a_bomb_that_lies_about_its_size_gains_nothing(tmp_path: Path) -> None:
    path = with_part(tmp_path, "docx", "word/document.xml", b"<a>" + b" " * (40 * _MB))
    size = (40 * _MB + 3).to_bytes(4, "little")
    path.write_bytes(path.read_bytes().replace(size, (1000).to_bytes(4, "little")))
    assert "damaged" in reason(tmp_path, path.name, path.read_bytes())


@pytest.mark.parametrize("kind", list(_ZIPPED))
def test_entities_of_any_format_neither_grow_nor_fetch_a_file(tmp_path: Path, kind: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the-secret-words")
    with_part(tmp_path, kind, "none", b"")
    with zipfile.ZipFile(tmp_path / f"a.{kind}") as file:
        part = re.sub(r"^<\?xml[^>]*>", "", file.read(_ZIPPED[kind]).decode())
    called = re.sub("(Rain|One|Harrow|inlineStr|<v>)", r"\1&e11;&s;&p;", part, count=3)
    declared = f'<!ENTITY s SYSTEM "{secret.as_uri()}"><!ENTITY p SYSTEM "file:///etc/passwd">'
    hostile = f'<!DOCTYPE a [<!ENTITY e0 "boom">{_LAUGHS}{declared}]>{called}'
    came = what_came(tmp_path, with_part(tmp_path, kind, _ZIPPED[kind], hostile.encode()))
    assert called != part
    assert not any(word in came for word in ("the-secret-words", "root:", "boomboom"))
    assert len(came) < 2000


def test_entities_of_pages_and_their_file_addresses_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("the-secret-words")
    page = (
        f'<!DOCTYPE html [<!ENTITY e0 "boom">{_LAUGHS}<!ENTITY s SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><html>'
        '<body><p>It rained &e11; and &s; all day.</p><iframe src="secret.txt"></iframe>'
        '<object data="file:///etc/passwd"></object></body></html>'
    )
    text = read_one(tmp_path, "a.html", page).text
    assert "It rained" in text
    assert not any(word in text for word in ("the-secret-words", "root:", "boomboom"))


# -- names that lead elsewhere


@pytest.mark.parametrize("kind", list(_ZIPPED))
def test_members_whose_names_lead_out_of_the_file_are_written_nowhere(tmp_path: Path, kind: str) -> None:
    folder = tmp_path / "a" / "b"
    folder.mkdir(parents=True)
    path = with_part(folder, kind, "../../escaped.txt", b"out")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr(str(tmp_path / "absolute.txt"), b"out")
        file.writestr("..\\..\\windows.txt", b"out")
    assert read_one(folder, path.name, path.read_bytes()).text
    assert [found for found in tmp_path.rglob("*") if found.is_file()] == [path]


def test_a_book_and_a_document_cannot_name_files_outside_themselves(tmp_path: Path) -> None:
    (tmp_path / "secret.xhtml").write_text("<html><body><p>the-secret-words</p></body></html>")
    book = f"""<package><manifest><item id="a" href="{(tmp_path / "secret.xhtml").as_uri()}" media-type="text/html"/>
        <item id="b" href="../../../../../../../../{tmp_path}/secret.xhtml" media-type="text/html"/></manifest>
        <spine><itemref idref="a"/><itemref idref="b"/></spine></package>"""
    assert "no text" in what_came(tmp_path, with_part(tmp_path, "epub", "OPS/book.opf", book.encode()))
    office = "http://schemas.openxmlformats.org"
    relations = (
        f'<Relationships xmlns="{office}/package/2006/relationships"><Relationship Id="rId1" Type="{office}'
        f'/officeDocument/2006/relationships/officeDocument" Target="../../../..{tmp_path}/secret.xhtml"/>'
        "</Relationships>"
    )
    came = what_came(tmp_path, with_part(tmp_path, "docx", "_rels/.rels", relations.encode()))
    assert "the-secret-words" not in came


def test_links_that_lead_out_of_a_folder_are_not_followed(empty, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    (outside / "deep").mkdir(parents=True)
    (outside / "deep" / "secret.txt").write_text("secret")
    empty.write("own.txt", "own")
    (empty.path / "folder").symlink_to(outside)
    (empty.path / "file.txt").symlink_to(outside / "deep" / "secret.txt")
    (empty.path / "up").symlink_to("..")
    (tmp_path / "root").symlink_to(empty.path)
    for root in (empty.path, tmp_path / "root"):
        found = scan([root], tmp_path / "store")
        assert [Path(path.decode()).name for path in found.files] == ["own.txt"]
        assert sorted(Path(path.decode()).name for path in found.links) == ["file.txt", "folder", "up"]


# -- without end


def pdf_of(kids: str, count: int, page: bytes) -> bytes:
    """A PDF whose tree of pages says what it wants; object 3 is a page, object 5 a branch."""
    return (
        b"%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count %d/Kids[%s]>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1<</Type/Font"
        b"/Subtype/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length %d>>stream\n%s\nendstream endobj\n"
        b"5 0 obj<</Type/Pages/Parent 2 0 R/Count 1/Kids[2 0 R 5 0 R 3 0 R]>>endobj\ntrailer<</Root 1 0 R>>"
        % (count, kids.encode(), len(page), page)
    )


@pytest.mark.parametrize(
    ("kids", "count"), [("3 0 R", 1_000_000), ("3 0 R " * 20_000, 20_000), ("5 0 R", 1_000_000), ("2 0 R", -1)]
)
def test_pages_without_end_end(tmp_path: Path, kids: str, count: int) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf_of(kids, count, content([(72, 700, "It rained.")])))
    with Worker(Settings(read_seconds=4)) as worker:
        try:
            [document] = worker.read(path, "a.pdf")
        except UnreadableDocument as problem:
            assert re.search("4 s|no pages|no text|not a whole PDF", str(problem))  # noqa: PT017 - either is right
        else:
            assert isinstance(document, Document)
            assert "It rained." in document.text
        path.with_suffix(".txt").write_text("Good.")
        assert [item.text for item in worker.read(path.with_suffix(".txt"), "a.txt")] == ["Good."]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", "<div>" * 100_000 + "It rained." + "</div>" * 100_000),
        ("a.html", "<table><tr><td>" * 5_000 + "It rained."),
        ("a.json", "[" * 100_000 + '"It rained."' + "]" * 100_000),
        ("b.json", '{"a":' * 900 + '"It rained."' + "}" * 900),
        ("a.jsonl", '{"text": "It rained."}\n{"text": ' + "[" * 100_000 + "\n"),
        ("a.xml", "<a>" * 100_000 + "It rained." + "</a>" * 100_000),
        ("a.md", "> " * 5_000 + "It rained."),
        ("a.rtf", "{\\rtf1 " + "{\\b " * 100_000 + "It rained." + "}" * 100_001),
        ("a.eml", "Subject: " + "(" * 100_000 + "\nFrom: " + "<" * 100_000 + "\nMIME-Version: 1.0\n\nIt rained.\n"),
        ("a.txt", "(" * 1_000_000 + "\n\nIt rained.\n"),
        ("b.txt", "a" * 1_000_000 + " é\n\nIt rained.\n"),
    ],
    ids=lambda value: value[:12],
)
def test_what_is_nested_or_long_without_end_is_read_or_refused_in_time(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_bytes(text.encode("cp1252" if name == "b.txt" else "utf-8"))
    with Worker(Settings(read_seconds=20)) as worker:
        try:
            items = list(worker.read(tmp_path / name, name))
        except UnreadableDocument as problem:
            assert not re.search("crashed|took longer|parser failed", str(problem))  # noqa: PT017 - either is right
        else:
            assert "It rained." in "".join(item.text for item in items if isinstance(item, Document))


# -- letters that deceive


@pytest.mark.parametrize("ending", ["txt", "md", "csv", "jsonl", "html", "rst", "org", "eml", "xml"])
def test_control_characters_are_in_no_text_and_look_alikes_stay_what_they_are(tmp_path: Path, ending: str) -> None:
    words = "The p\u0430yment of \u202e21\u202c crowns \u2066is\u2069 d\0ue\u200b to\x1b[31m Ann\ufeff today."
    text = {
        "csv": f"{words}\n{words}\n",
        "jsonl": json.dumps({"text": words}),
        "html": f"<html><body><p>{words}</p></body></html>",
        "eml": f"From: a\nSubject: b\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{words}\n",
        "xml": f"<a><p>{words}</p></a>",
    }.get(ending, f"{words}\n")
    # Of what is no text for its NUL the reason says so; JSON and mail write it otherwise.
    for harmless in (text.replace("\0", "").replace("\x1b", "") if ending == "xml" else text.replace("\0", ""), text):
        came = what_came(tmp_path, _written(tmp_path / f"a.{ending}", harmless))
        assert not re.search("[\0\x1b\u200b\u202a-\u202e\u2066-\u2069\ufeff]", came)
        assert "p\u0430yment of 21 crowns is due" in came or (came != text and "no text" in came) or ending == "xml"


def _written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_a_quotation_is_the_stored_text_without_what_turns_it_round(library, empty) -> None:
    empty.write("fees.txt", "The mooring fee is \u202e214\u202c crowns for each b\u043eat at the quay.\n")
    opened = library()
    opened.sync(empty.path)
    answer = Assistant(opened).ask("What is the mooring fee?")
    [citation] = answer.citations
    text = opened.document(citation.passage.source).text
    assert citation.quote == text[citation.start : citation.end]
    assert "fee is 214 crowns for each b\u043eat" in citation.quote
