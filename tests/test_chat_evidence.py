"""The panel of evidence: the exact words in their place, on the page, and what became of them."""

from __future__ import annotations

import html
import io
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pdfs import content, write_pdf

import rag
from rag.library import Library
from rag.types import Document, Section
from rag.ui.evidence import evidence, passage, whole
from rag.ui.surroundings import Mark, around, marked_text

ATTACK = "<script>window.harm=1</script>"
SHEET = content(
    [
        (72, 600, "The gauge at the north pier was replaced in June 2022 by Ingrid Solvei, who came from Orlo."),
        (72, 586, "The old one had stood there since 1931 and was read by hand twice a day, in the rain too."),
    ]
)


def pictures(document_id: str, page: int) -> str:
    return f"pictures/{document_id}/{page}"


def quoted(fragment: str) -> str:
    """The text of the element that is scrolled to."""
    found = re.search(r'<mark class="quote" id="quote">(.*?)</mark>', fragment, re.DOTALL)
    assert found, fragment
    return html.unescape(re.sub(r"<[^>]*>", "", found[1]))


def answer_citing(library: Library, name: str, *words: str) -> rag.Answer:
    """An answer of one sentence that cites these words of a document."""
    document = library.document(name)
    citations = []
    for number, quote in enumerate(words, start=1):
        start = document.text.index(quote)
        end = start + len(quote)
        of = next(p for p in library.passages_of(document.id) if p.start <= start < p.end)
        citations.append(rag.Citation(number, of, start, end, quote))
    verdict = rag.Verdict(rag.Support.SUPPORTED, 0.9, "The cited passage says this.", "footnote", 0.93)
    claim = rag.Claim("It was replaced.", 0, 16, tuple(citations), verdict)
    return rag.Answer("When?", "When?", "It was replaced.", (claim,))


@pytest.fixture
def shelf(opened: Library, papers: Any) -> Library:
    """The small library with a PDF and a document that attacks."""
    write_pdf(papers.path / "gauge.pdf", [SHEET])
    papers.write("hostile.txt", f"Before. {HOSTILE} After the rest.\n")
    opened.sync(papers.path)
    return opened


# -- the fragment


def test_the_words_are_marked_in_what_stands_around_them_with_the_verdict(shelf: Library) -> None:
    answer = answer_citing(shelf, "birds.md", "The little tern returned to the sand bar in May 2020 after nine years.")
    shown = evidence(shelf, answer, 0, 0, pictures)
    assert quoted(shown) == "The little tern returned to the sand bar in May 2020 after nine years."
    plain = html.unescape(re.sub(r"<[^>]*>", "", shown))
    assert "312 oystercatchers" in plain
    assert "Supported. The cited passage says this. Support 0.93." in " ".join(plain.split())
    assert "of ten unsupported sentences" in plain
    assert "Citation 1 of 1" in plain
    assert "Terns" in plain


def test_other_words_of_the_same_sentence_are_marked_less(shelf: Library) -> None:
    first, second = "The station counted 312 oystercatchers in the winter of 2023.", "The little tern returned"
    shown = evidence(shelf, answer_citing(shelf, "birds.md", first, second), 0, 0, pictures)
    assert quoted(shown) == first
    assert f'<mark class="also">{second}</mark>' in shown
    assert 'data-claim="0" data-citation="1"' in shown


def test_a_page_of_a_pdf_is_shown_with_the_words_boxed(shelf: Library) -> None:
    from PIL import Image

    words = "was replaced in June 2022"
    shown = evidence(shelf, answer_citing(shelf, "gauge.pdf", words), 0, 0, pictures)
    document = shelf.document("gauge.pdf")
    assert f'src="pictures&#47;{document.id}&#47;1"' in shown
    start = document.text.index(words)
    [box] = shelf.boxes(document.id, start, start + len(words))
    picture = Image.open(io.BytesIO(shelf.picture(document.id, 1, 2.0))).convert("L")
    width, height = picture.size
    left, top = box.left * width, box.top * height
    inside = picture.crop((int(left), int(top), int(left + box.width * width), int(top + box.height * height)))
    assert min(inside.tobytes()) < 80  # there is ink in the box
    above = picture.crop((int(left), max(0, int(top - box.height * height * 2)), int(left + 20), int(top - 6)))
    assert min(above.tobytes()) > 200  # and none above the first line


def test_a_picture_of_what_is_no_page_is_refused_in_a_sentence(shelf: Library) -> None:
    with pytest.raises(rag.UnreadableDocument, match="has no page 7"):
        shelf.picture(shelf.document("gauge.pdf").id, 7)
    with pytest.raises(rag.UnreadableDocument, match="Only a PDF"):
        shelf.picture(shelf.document("birds.md").id, 1)


def test_a_pdf_that_is_gone_leaves_its_text(shelf: Library, papers: Any) -> None:
    answer = answer_citing(shelf, "gauge.pdf", "was replaced in June 2022")
    papers.path.joinpath("gauge.pdf").unlink()
    shown = evidence(shelf, answer, 0, 0, pictures)
    assert "is no longer there: sync again" in html.unescape(shown)
    assert "<img" not in shown
    assert quoted(shown) == "was replaced in June 2022"


def test_a_document_that_was_forgotten_or_changed_is_shown_as_it_was(shelf: Library, papers: Any) -> None:
    answer = answer_citing(shelf, "birds.md", "The little tern returned to the sand bar in May 2020")
    papers.write("birds.md", "# Bird counts\n\nNothing of all this is true any more.\n")
    shelf.sync(papers.path)
    shown = evidence(shelf, answer, 0, 0, pictures)
    assert quoted(shown) == "The little tern returned to the sand bar in May 2020"
    assert "no longer has these words" in html.unescape(shown)
    assert "Open the whole document" not in shown
    shelf.forget("birds.md")
    assert "no longer in the library" in html.unescape(evidence(shelf, answer, 0, 0, pictures))


def test_what_came_near_is_shown_in_its_place(shelf: Library) -> None:
    [hit] = shelf.search("spare impeller", 1)
    assert quoted(passage(shelf, hit, pictures)) == hit.passage.text


def test_a_long_document_is_shown_in_parts(shelf: Library, papers: Any) -> None:
    papers.write("long.txt", "A line of words that goes on. " * 5000)
    shelf.sync(papers.path)
    document = shelf.document("long.txt")
    first = whole(shelf, document.id, 0, 0, 0)
    assert "Characters 0 to 60,000 of 150,000" in html.unescape(first).replace(f"{len(document.text):,}", "150,000")
    later = whole(shelf, document.id, 70_000, 70_010, 0)
    assert quoted(later) == document.text[70_000:70_010]


def test_nothing_of_a_document_is_live(shelf: Library) -> None:
    answer = answer_citing(shelf, "hostile.txt", ATTACK)
    for shown in (evidence(shelf, answer, 0, 0, pictures), whole(shelf, shelf.document("hostile.txt").id, 0, 0, 0)):
        tags = set(re.findall(r"<(\w+)", shown))
        assert tags <= {"h2", "p", "span", "div", "b", "button", "mark"}
    assert quoted(evidence(shelf, answer, 0, 0, pictures)) == ATTACK


@given(st.data())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_interval_of_any_text_is_shown_exactly(data: st.DataObject) -> None:
    text = data.draw(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=200)
    )
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    sections = tuple(
        Section(at, (text[at : at + 5],))
        for at in sorted(data.draw(st.sets(st.integers(0, len(text) - 1), max_size=3)))
    )
    document = Document("a.txt", "A", text, "txt", sections=sections)
    also = data.draw(st.integers(0, len(text) - 1))
    first, last = around(document, start, end)
    shown = marked_text(document, first, last, [Mark(start, end, "quote"), Mark(also, len(text), "also")])
    assert html.unescape(re.sub(r"<[^>]*>", "", shown)) == text[first:last]
    assert quoted(shown) == text[start:end]


DOCS = Path(__file__).parents[2] / "shared" / "data" / "docs" / "kgrag_pdfs"


@pytest.mark.skipif(not DOCS.is_dir(), reason="the development data are not there")
def test_boxes_of_real_reports_lie_over_ink(shelf: Library, tmp_path: Path) -> None:
    from PIL import Image

    for path in sorted(DOCS.rglob("*.pdf"), key=lambda path: path.stat().st_size)[:3]:
        shutil.copy(path, tmp_path / path.name)
    shelf.sync(*tmp_path.glob("*.pdf"))
    for listed in [one for one in shelf.documents() if one.kind == "pdf" and one.source.endswith(".pdf")]:
        passages = [one for one in shelf.passages_of(listed.id) if len(one.text) > 100][::5][:6]
        for one in passages:
            words = re.search(r"\w{4,}[^\n]{20,60}\w", one.text)
            if not words:
                continue
            start = one.start + words.start()
            for box in shelf.boxes(listed.id, start, one.start + words.end()):
                assert 0 <= box.left < box.left + box.width <= 1.001
                picture = Image.open(io.BytesIO(shelf.picture(listed.id, box.page, 1.5))).convert("L")
                width, height = picture.size
                place = (
                    box.left * width,
                    box.top * height,
                    (box.left + box.width) * width,
                    (box.top + box.height) * height,
                )
                pixels = picture.crop(tuple(map(round, place))).tobytes()
                assert max(pixels) - min(pixels) > 60, (listed.source, box)
