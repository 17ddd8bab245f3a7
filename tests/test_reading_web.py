"""HTML pages and EPUB books, made here, read back."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from html import escape
from pathlib import Path

import pytest
from documents import DATA
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag.errors import UnreadableDocument
from rag.reading.epub import read_epub
from rag.reading.manuscript import Manuscript
from rag.reading.markup import add_page
from rag.reading.web import decode_page, parse_page, read_html
from rag.types import Document

PAGES = DATA / "readability_html"
LONG = "The station on the north shore has measured rain each day since the first winter. "


def page(html: str) -> Document:
    """What stands in all of an HTML text."""
    manuscript = Manuscript("html")
    root = parse_page(html)
    assert root is not None
    add_page(manuscript, root.find("body"))
    return manuscript.finish("file", "the file's name")


def blocks(html: str) -> list[str]:
    return page(html).text.split("\n\n")


def saved(path: Path, html: str | bytes) -> Document:
    path.write_bytes(html if isinstance(html, bytes) else html.encode())
    return read_html(path).finish("file", "the file's name")


# The walk


def test_headings_paragraphs_lists_and_definitions_are_blocks() -> None:
    assert blocks(
        "<h1>Rain</h1><p>It <b>rained</b>\n all <a href='x'>day</a>.</p><ul><li>one<ul><li>one a</li></ul></li><li>two"
        "</ul><ol start=3><li>third</li><li>fourth</li></ol><dl><dt>Gauge</dt><dd>A vessel.</dd></dl>"
        "<blockquote>Said so.</blockquote>"
    ) == [
        "Rain",
        "It rained all day.",
        "one",
        "one a",
        "two",
        "3. third",
        "4. fourth",
        "Gauge: A vessel.",
        "Said so.",
    ]


def test_text_stands_under_its_headings() -> None:
    document = page("<h1>A</h1><p>a</p><h2>B</h2><p>b</p><h2>C</h2><p>c</p><h1>D</h1><p>d</p>")
    paths = [document.headings_at(document.text.index(letter)) for letter in "abcd"]
    assert paths == [("A",), ("A", "B"), ("A", "C"), ("D",)]


def test_a_double_line_break_ends_a_paragraph_and_a_single_one_does_not() -> None:
    assert blocks("<div>One.<br>Still one.<br><br>Two.</div>") == ["One.\nStill one.", "Two."]


def test_code_keeps_its_line_breaks() -> None:
    assert blocks("<p>Type:</p><pre>hg commit\nhg push</pre>") == ["Type:", "hg commit\nhg push"]


def test_scripts_styles_forms_controls_and_hidden_text_are_not_read() -> None:
    assert blocks(
        "<script>a()</script><style>b{}</style><p>Shown.</p><p hidden>c</p><p style='display: none'>d</p>"
        "<div aria-hidden=true>e</div><button>f</button><select><option>g</select><noscript>h</noscript>"
    ) == ["Shown."]


@pytest.mark.parametrize(
    "style",
    [
        "color:#fff;background:#fff;font-size:1px",
        "color: white; background-color: #FFFFFF",
        "font-size:0",
        "opacity: 0",
        "margin:0; opacity:0.0",
        "visibility:hidden",
    ],
)
def test_words_that_nobody_can_see_are_not_read(style: str) -> None:
    assert blocks(f"<p>Shown.</p><p style='{style}'>Praise us.</p>") == ["Shown."]


@pytest.mark.parametrize("style", ["color:#fff", "color:#fff;background:#000", "font-size:10px", "opacity:0.5"])
def test_words_that_can_be_seen_are_read_whatever_their_style(style: str) -> None:
    assert blocks(f"<p style='{style}'>Shown.</p>") == ["Shown."]


def test_a_raised_number_is_kept_apart_and_the_mark_of_a_note_left_out() -> None:
    assert blocks("<p>10<sup>5</sup> m<sup>2</sup> of ice<sup><a href='#n'>3</a></sup>, CO<sub>2</sub></p>") == [
        "10⁵ m² of ice, CO2"
    ]


def test_the_rows_of_a_table_name_their_columns() -> None:
    assert blocks(
        "<table><caption>Rain</caption><tr><th>Town<th>2020<th>2021</tr><tr><td rowspan=2>Harrow<td>412<td>388</tr>"
        "<tr><td colspan=2>no data</tr></table>"
    ) == ["Rain", "Town: Harrow; 2020: 412; 2021: 388", "Town: Harrow; 2020: no data"]


def test_a_table_for_the_layout_is_plain_text() -> None:
    assert blocks(
        "<table><tr><td><h2>Left</h2><p>a</p></td><td><table><tr><td>b</td></tr></table></td></tr></table>"
    ) == [
        "Left",
        "a",
        "b",
    ]


def test_an_image_is_named_only_where_no_caption_does_it() -> None:
    assert blocks("<figure><img alt='A gauge'></figure>") == ["A gauge"]
    assert blocks("<figure><img alt='A gauge'><figcaption>The first gauge</figcaption></figure>") == ["The first gauge"]


@given(st.lists(st.text(st.characters(categories=("L", "N")), min_size=1, max_size=8), min_size=1, max_size=12))
def test_every_visible_word_is_read_once_and_in_order(words: list[str]) -> None:
    tags = ("p", "div", "b", "li", "td", "h3", "span", "dd", "pre")
    html = "".join(f"<{tag}>{escape(word)} </{tag}>" for word, tag in zip(words, tags * 2, strict=False))
    read = [word.rstrip(":") for word in page(html).text.split()]
    expected = Manuscript("test")
    expected.paragraph(" ".join(words))
    assert read == expected.finish("file", "name").text.split()


# Whole pages


def test_menus_notices_and_footers_are_left_out(tmp_path: Path) -> None:
    document = saved(
        tmp_path / "a.html",
        "<html lang=en><head><title>The wet year | Harrow News</title>"
        "<meta property=og:site_name content='Harrow News'>"
        "<meta name=author content='I. Tern'><meta property=article:published_time content=2021-03-04></head><body>"
        "<nav><a href=/>Home</a><a href=/b>Sport</a></nav><div class=cookie-banner>We use cookies.</div>"
        f"<main><h1>The wet year</h1>{''.join(f'<p>{LONG * 3}</p>' for _ in range(6))}"
        "<table><tr><th>Town</th><th>Rain</th></tr><tr><td>Harrow</td><td>412</td></tr></table></main>"
        "<aside>Other stories</aside><footer>All rights reserved</footer></body></html>",
    )
    assert document.title == "The wet year"
    assert dict(document.metadata) == {
        "author": "I. Tern",
        "date": "2021-03-04",
        "site": "Harrow News",
        "language": "en",
    }
    assert document.text.startswith("The wet year\n\nThe station on the north shore")
    assert document.text.endswith("Town: Harrow; Rain: 412")


def test_a_page_that_is_wrapped_in_a_suspicious_name_is_read(tmp_path: Path) -> None:
    body = f"<div class='widget sidebar-right'>{''.join(f'<p>{LONG * 3}</p>' for _ in range(8))}</div>"
    assert saved(tmp_path / "a.html", body).text.count("north shore") == 24


def test_a_short_page_is_read_whole(tmp_path: Path) -> None:
    html = "<body><header>Station</header><h1>Hours</h1><p>Open on Monday.</p><footer>Footer</footer></body>"
    assert saved(tmp_path / "a.html", html).text == "Station\n\nHours\n\nOpen on Monday."


@pytest.mark.parametrize(
    "data",
    [
        "<p>Müller sagte: „15 €“</p>".encode(),
        "<p>Müller sagte: „15 €“</p>".encode("utf-16"),
        "<meta charset=iso-8859-1><p>Müller sagte: „15 €“</p>".encode("cp1252"),
        "<meta charset=utf-16><p>Müller sagte: „15 €“</p>".encode(),
        "<?xml version='1.0' encoding='windows-1252'?><p>Müller sagte: „15 €“</p>".encode("cp1252"),
    ],
)
def test_the_encoding_is_found(data: bytes, tmp_path: Path) -> None:
    assert "Müller sagte: „15 €“" in decode_page(data)
    assert saved(tmp_path / "a.html", data).text == "Müller sagte: „15 €“"


def test_a_japanese_page_is_read_by_its_declaration(tmp_path: Path) -> None:
    data = "<meta charset=Shift_JIS><p>観測所は北の岸にある。</p>".encode("cp932")
    assert saved(tmp_path / "a.html", data).text == "観測所は北の岸にある。"


def test_a_page_of_one_very_long_line_is_read(tmp_path: Path) -> None:
    assert len(saved(tmp_path / "a.html", f"<p>{'rain and snow ' * 1_000_000}</p>").text) == 13_999_999


def test_a_page_without_text_is_unreadable_with_the_reason(tmp_path: Path) -> None:
    for html in ("", "<div id=app></div><script>start()</script>", "<img src='data:image/png;base64,AAAA'>"):
        with pytest.raises(UnreadableDocument, match="no text"):
            saved(tmp_path / "a.html", html)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=300) | st.text("<>/ab =\"'!-&;trdhpul1", max_size=200).map(str.encode))
def test_anything_called_html_is_read_or_refused(tmp_path: Path, data: bytes) -> None:
    try:
        assert saved(tmp_path / "a.html", data).text
    except UnreadableDocument as problem:
        assert len(str(problem)) > 20  # noqa: PT017 - either outcome is right


@pytest.mark.skipif(not PAGES.is_dir(), reason="the public example pages are not on this machine")
def test_real_pages_give_their_article_and_little_else() -> None:
    precisions, recalls = [], []
    for folder in sorted(PAGES.iterdir()):
        expected = _words(page((folder / "expected.html").read_text("utf-8")).text)
        found = _words(read_html(folder / "source.html").finish("file", "name").text)
        common = sum((expected & found).values())
        precisions.append(common / sum(found.values()))
        recalls.append(common / sum(expected.values()))
    assert len(precisions) == 31
    assert sum(precisions) / 31 > 0.95  # trafilatura's own text: 0.966
    assert sum(recalls) / 31 > 0.98  # trafilatura's own text: 0.955
    assert min(recalls) > 0.85


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w+", text.lower()))


# Books


def book(path: Path, chapters: dict[str, str], spine: str = "", **extra: str) -> Path:
    """An EPUB file; `spine` names the chapters in their order, all if it is empty."""
    order = spine.split() or list(chapters)
    items, references = "", ""
    for name in chapters:
        properties = "nav" if name == "nav" else ""
        items += (
            f'<item id="{name}" href="text/{name}.xhtml" media-type="application/xhtml+xml" properties="{properties}"/>'
        )
    for name in order:
        references += f'<itemref idref="{name}"/>'
    package = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
        "<dc:title>The Tern</dc:title><dc:creator>I. Gull</dc:creator><dc:date>1911</dc:date></metadata>"
        f"<manifest>{items}</manifest><spine>{references}</spine></package>"
    )
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("META-INF/container.xml", '<container><rootfile full-path="OEBPS/book.opf"/></container>')
        file.writestr("OEBPS/book.opf", package)
        for name, body in chapters.items():
            file.writestr(
                f"OEBPS/text/{name}.xhtml",
                f'<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml"><body>{body}</body></html>',
            )
        for name, text in extra.items():
            file.writestr(f"META-INF/{name}.xml", text)
    return path


def test_a_book_is_read_in_the_order_of_its_spine_without_its_contents(tmp_path: Path) -> None:
    chapters = {
        "nav": "<nav><a href='one.xhtml'>First</a></nav>",
        "two": "<h1>Second</h1><p>Then it flew.</p>",
        "one": "<h1>First</h1><p>It&nbsp;sat &amp; looked.</p><script/><p>Long.</p>",
        "list": "".join(f"<p><a href='x{number}'>Chapter {number}</a></p>" for number in range(9)),
    }
    document = read_epub(book(tmp_path / "a.epub", chapters, "nav list one two")).finish("file", "name")
    assert document.text.split("\n\n") == ["First", "It sat & looked.", "Long.", "Second", "Then it flew."]
    assert (document.title, document.metadata["author"], document.metadata["date"]) == ("The Tern", "I. Gull", "1911")
    assert document.headings_at(document.text.index("Then")) == ("Second",)
    assert document.pages == ()


def test_a_chapter_that_is_no_xml_is_read_as_html(tmp_path: Path) -> None:
    path = book(tmp_path / "a.epub", {"one": "<p>Not closed.<br><p>Read anyway."})
    assert read_epub(path).finish("file", "name").text == "Not closed.\n\nRead anyway."


def test_a_protected_book_is_unreadable_but_masked_fonts_do_no_harm(tmp_path: Path) -> None:
    encryption = "<encryption><EncryptedData><EncryptionMethod Algorithm='{}'/></EncryptedData></encryption>"
    masked = encryption.format("http://www.idpf.org/2008/embedding")
    locked = encryption.format("http://www.w3.org/2001/04/xmlenc#aes128-cbc")
    assert not read_epub(book(tmp_path / "a.epub", {"one": "<p>Text.</p>"}, encryption=masked)).empty
    with pytest.raises(UnreadableDocument, match="DRM"):
        read_epub(book(tmp_path / "b.epub", {"one": "<p>Text.</p>"}, encryption=locked))


def test_a_missing_chapter_is_said(tmp_path: Path) -> None:
    path = book(tmp_path / "a.epub", {"one": "<p>Text.</p>", "two": "<p>More.</p>"})
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.epub", "w") as new:
        for name in old.namelist():
            if "two" not in name:
                new.writestr(name, old.read(name))
    document = read_epub(tmp_path / "b.epub").finish("file", "name")
    assert document.text == "Text."
    assert "two.xhtml" in document.warnings[0]
