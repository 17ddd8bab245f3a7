"""Which format and which encoding a file has, what cannot be read, and that no bytes do harm."""

from __future__ import annotations

from pathlib import Path

import pytest
from documents import DATA, PROSE, read_one, reason
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.reading import read, readable_name
from rag.reading.encoding import decode, mend
from rag.settings import Settings
from rag.types import Document, Problem

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


@pytest.mark.skipif(not DATA.exists(), reason="the development data are not here")
@pytest.mark.parametrize("folder", ["leases_txt", "unstructured_examples/eml", "unstructured_examples/language-docs"])
def test_every_real_file_is_read_or_its_reason_is_a_sentence(folder: str) -> None:
    for path in sorted((DATA / folder).iterdir()):
        if path.suffix in {".txt", ".eml", ".md", ".rst", ".org", ".xml"}:
            items, why = outcome(path)
            assert items or why.endswith(".")
            assert "parser failed" not in why
