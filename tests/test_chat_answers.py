"""What the chat makes of an answer, and the library that it opens behind the page."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hostile import HOSTILE
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.exports.rendering import escape, render, render_question
from rag.serving.opening import Opening

NOTICE = "No language model is set: these are the documents’ own sentences."


class Reader(HTMLParser):
    """What a browser would take for elements, and what for text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(name, value or "") for name, value in attrs}

    def handle_data(self, data: str) -> None:
        self.text += data


def answer_with(words: str, title: str = "Annual report", **more: Any) -> rag.Answer:
    """An answer of one claim that cites these words, found on page 3."""
    passage = rag.Passage("p1", "d1", f"papers/{title}.pdf", title, 10, 10 + len(words), words, 3, (title, "Results"))
    citation = rag.Citation(1, passage, 10, 10 + len(words), words)
    shown = " ".join(words.split())
    claim = rag.Claim(shown, 0, len(shown), (citation,))
    hit = rag.Hit(passage, 0.9)
    return rag.Answer("Why?", "Why?", f"{shown} [1]", (claim,), (hit,), writer="extractive", notice=NOTICE, **more)


# -- an answer as HTML


def test_an_answer_has_its_sentence_its_mark_and_the_footnote_with_place_and_quote() -> None:
    page = Reader(render(answer_with("It rose by\n4 cm.", seconds={"search": 0.2, "write": 0.1}), "k"))
    assert page.text.startswith(
        "It rose by 4 cm.[1]1 source[1]Annual reportpage 3Resultspapers/Annual report.pdfIt rose by\n4 cm."
    )
    assert {("href", "#note-k-1"), ("id", "note-k-1"), ("href", "#cite-k-0-0"), ("id", "cite-k-0-0")} <= page.attributes
    assert NOTICE in page.text
    assert page.text.endswith("Looked at 1 passage of 1 document in 0.3\u00a0s.")


def test_a_mark_that_stands_in_a_document_s_own_words_is_no_link() -> None:
    page = Reader(render(answer_with("Earlier work [1] says so.")))
    assert page.text.startswith("Earlier work [1] says so.[1]")
    assert len([value for name, value in page.attributes if name == "href" and value.startswith("#note")]) == 1


def test_a_refusal_says_what_came_nearest_and_which_terms_are_nowhere() -> None:
    passage = rag.Passage(
        "p1", "d1", "birds.md", "Birds", 0, 400, "The tern came back. " * 20, None, ("Birds", "Terns")
    )
    refused = rag.Answer(
        "Is there a zeppelin?",
        "Is there a zeppelin?",
        "The documents do not seem to hold an answer to this.",
        refusal=rag.Refusal.NOT_IN_THE_DOCUMENTS,
        nearest=(rag.Hit(passage, 0.2),),
        absent_terms=("zeppelin",),
        writer="extractive",
        notice=NOTICE,
    )
    page = Reader(render(refused))
    assert page.text.startswith("The documents do not seem to hold an answer to this.No document mentions “zeppelin”.")
    assert "What came nearestBirdsTernsbirds.mdThe tern came back." in page.text
    assert page.text.endswith("The tern came back. …")
    assert "No language model" not in page.text
    named = replace(refused, text="Nothing. No document mentions “zeppelin”.")
    assert Reader(render(named)).text.count("zeppelin") == 1


def test_nothing_from_a_document_is_live() -> None:
    answer = answer_with(f"Before {HOSTILE} after", title=HOSTILE)
    hit = answer.hits[0]
    refused = replace(answer, claims=(), text=HOSTILE, refusal=rag.Refusal.NOT_IN_THE_DOCUMENTS, nearest=(hit,))
    for page in map(Reader, (render(answer), render(refused), render_question(HOSTILE))):
        assert page.tags <= {
            *("div", "p", "span", "sup", "small", "a", "ol", "ul", "li", "blockquote", "details", "summary"),
        }
        assert {name for name, _ in page.attributes} <= {"class", "id", "href", "title", "role", "tabindex"}
        assert all(value.startswith("#") for name, value in page.attributes if name == "href")
        assert HOSTILE in page.text


def test_nothing_from_a_document_is_markdown_and_no_line_ends() -> None:
    page = render(answer_with(f"- one\n\n    {HOSTILE}\n\n# two | three\n---\n"))
    assert "\n" not in page
    of_others = re.sub(r"<[^>]*>|&#\d+;", "", page).replace("[1]", "")
    assert set(re.findall(r"[!-/:-@\[-`{-~]", of_others)) == set()


def test_what_would_turn_the_text_around_it_is_kept_and_shut_in() -> None:
    assert escape("a\u202eb\u2066c") == 'a<span class="turn">\u202e</span>b<span class="turn">\u2066</span>c'


@given(st.text(st.characters(exclude_characters="\0")))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    assert Reader(escape(text)).text == text.encode("utf-8", "replace").decode()


# -- a library that is opened behind the page


@pytest.fixture
def opening(tmp_path: Path, shared_embedder: object) -> Callable[..., Opening]:
    """Begins to open `tmp_path/store`."""

    def begin(*folders: Path, sample: Path | None = None) -> Opening:
        begun = Opening(rag.Settings(store=tmp_path / "store"), folders, sample, failed=lambda: None)
        begun.start()
        return begun

    return begin


def test_whoever_asks_waits_for_the_first_reading_and_is_told_of_it(
    opening: Callable[..., Opening], papers: Any
) -> None:
    papers.write("scan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    opened = opening(papers.path)
    said = set(opened.waiting())
    known = re.compile(r"Opening the library …|Reading the documents …|Reading \d of 6 files …")
    assert all(map(known.fullmatch, said))
    answer = opened.assistant().ask("How high was the highest tide of 2021?")
    assert "4.82 m" in answer.text
    opened.close()
    assert opened.status.said == "Ready: 6 documents, 7 passages"
    assert [Path(problem.source).name for problem in opened.status.unread] == ["scan.doc"]


def test_the_sample_is_for_a_library_into_which_nothing_was_synced(
    opening: Callable[..., Opening], papers: Any, tmp_path: Path
) -> None:
    (tmp_path / "sample").mkdir()
    (tmp_path / "sample" / "one.txt").write_text("A sample.\n", encoding="utf-8")
    for folders, documents in (((papers.path,), 6), ((), 6)):
        opened = opening(*folders, sample=tmp_path / "sample")
        list(opened.waiting())
        opened.close()
        assert opened.status.said.startswith(f"Ready: {documents} documents")


def test_a_reading_that_is_stopped_lets_go_of_the_store(
    opening: Callable[..., Opening], papers: Any, tmp_path: Path
) -> None:
    opened = opening(papers.path)
    opened.close()
    with pytest.raises(rag.RagError, match="The library is not open"):
        opened.assistant()
    rag.open(tmp_path / "store").close()


def test_a_folder_that_is_not_there_is_said_at_the_end(opening: Callable[..., Opening], tmp_path: Path) -> None:
    opened = opening(tmp_path / "nowhere")
    list(opened.waiting())
    with pytest.raises(rag.RagError, match="nowhere"):
        opened.close()
