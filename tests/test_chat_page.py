"""The chat: what is made of an answer, and the page in a real browser over a real server."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.ui.opening import Opening
from rag.ui.rendering import escape, render, render_question

ROOT = Path(__file__).parents[1]
NOTICE = "No language model is set: these are the documents’ own sentences."

HOSTILE = (
    '<script>window.harm=1</script> <img src="http://harm.invalid/a.png" onerror="window.harm=1">'
    " ![see](http://harm.invalid/b.png) [click](javascript:window.harm=1) http://harm.invalid/c"
    " {{constructor}} ${window.harm=1} $$x$$ `code` **bold** \u202egnp.exe\u202c"
)


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
        "It rose by 4 cm.[1][1]Annual reportpage 3Resultspapers/Annual report.pdfIt rose by\n4 cm."
    )
    assert {("href", "#note-k-1"), ("id", "note-k-1"), ("href", "#mark-k-1"), ("id", "mark-k-1")} <= page.attributes
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
        assert page.tags <= {"div", "p", "span", "sup", "a", "ol", "ul", "li", "blockquote"}
        assert {name for name, _ in page.attributes} <= {"class", "id", "href", "title"}
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
    assert said & {"Opening the library …", "Reading the documents …"}
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


# -- the page in a browser

DOCUMENTS = {
    "tides.txt": "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n",
    "keeper.txt": f"Keepers {HOSTILE}\n\nThe lighthouse keeper Osmund Kray wrote {HOSTILE} in the log of 1931.\n",
}


@dataclass
class Chat:
    """A running chat and where its documents are."""

    process: subprocess.Popen[str]
    address: str
    store: Path


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("chat")
    (home / "papers").mkdir()
    for name, text in DOCUMENTS.items():
        (home / "papers" / name).write_text(text, encoding="utf-8")
    running = start(home / "papers", "--store", home / "store", "--port", 0)
    try:
        yield Chat(running, address_of(running), home / "store")
    finally:
        running.kill()
        running.wait()


def start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, str(ROOT / "app.py"), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")}
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


def address_of(running: subprocess.Popen[str]) -> str:
    assert running.stderr is not None
    said = running.stderr.readline()
    found = re.search(r"http://\S+", said)
    assert found, said + running.stderr.read()
    return found.group()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        reason = "no browser to test the page with: install Debian's chromium, and playwright from PyPI"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    quiet = ("background-networking", "component-update", "sync")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", *(f"--disable-{service}" for service in quiet)],
        )
        yield browser
        browser.close()


@pytest.fixture
def page(chat: Chat, browser: Any) -> Iterator[Any]:
    """The page, ready. Whatever it does, it asks no other host, has no error, and runs nothing of a document."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    errors: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(chat.address)
    page.wait_for_selector("#status .settled", timeout=40_000)
    yield page
    hosts = {urlsplit(url).netloc for url in asked if not url.startswith(("data:", "blob:"))}
    harmed = page.evaluate("window.harm")
    context.close()
    assert hosts == {urlsplit(chat.address).netloc}
    assert errors == []
    assert harmed is None


def ask(page: Any, question: str) -> Any:
    """Types a question and waits for what is said to it."""
    answers = page.locator("#conversation .answer")
    before = answers.count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    answers.nth(before).wait_for(timeout=20_000)
    return answers.nth(before)


@pytest.fixture
def answered(chat: Chat, tmp_path: Path, shared_embedder: object) -> Iterator[Callable[[str], rag.Answer]]:
    """The answer to a question from a copy of the chat's store, with its quotes compared to the texts."""
    shutil.copytree(chat.store, tmp_path / "store")
    with rag.open(tmp_path / "store") as library:

        def answer(question: str) -> rag.Answer:
            found = rag.Assistant(library).ask(question)
            for citation in found.citations:
                document = library.document(citation.passage.document_id)
                assert document.text[citation.start : citation.end] == citation.quote
            return found

        yield answer


def test_an_answer_s_footnotes_hold_the_exact_words_of_the_documents(
    page: Any, answered: Callable[[str], rag.Answer]
) -> None:
    question = "How high was the highest tide of 2021?"
    assert page.text_content("#status").strip() == "Ready: 2 documents, 2 passages"
    shown = ask(page, question)
    assert "The highest tide of 2021 stood 4.82 m above datum on 3 November.[1]" in shown.text_content()
    assert page.text_content('[data-testid="user"]').strip() == question
    quotes = [citation.quote for citation in answered(question).citations]
    assert quotes
    assert shown.locator(".quote").all_text_contents() == quotes
    assert "tides.txt" in shown.locator(".source").first.text_content()
    assert page.input_value("#question textarea") == ""


def test_a_mark_leads_to_its_footnote_and_back(page: Any) -> None:
    shown = ask(page, "How high was the highest tide of 2021?")
    shown.locator("p .chip").first.click()
    note = shown.locator(".note:target")
    assert note.count() == 1
    assert note.is_visible()
    note.locator(".chip").click()
    assert shown.locator("p .chip:target").count() == 1
    assert len(page.context.pages) == 1


def test_what_no_document_holds_is_refused(page: Any) -> None:
    shown = ask(page, "How tall is the Eiffel Tower?")
    assert "The documents do not seem to hold an answer to this. No document mentions “tall”, " in shown.text_content()
    assert shown.locator(".label").text_content() == "What came nearest"


def test_hostile_words_of_a_document_are_only_words(page: Any, answered: Callable[[str], rag.Answer]) -> None:
    question = "What did the lighthouse keeper Osmund Kray write in the log of 1931?"
    shown = ask(page, question)
    answer = answered(question)
    assert shown.locator(".quote").all_text_contents() == [citation.quote for citation in answer.citations]
    assert "<script>window.harm=1</script>" in "".join(citation.quote for citation in answer.citations)
    assert shown.locator("img, script, iframe, form, code, strong, a:not(.chip)").count() == 0
    page.wait_for_timeout(300)  # what would run, has run


def test_a_hostile_question_is_only_words(page: Any) -> None:
    ask(page, HOSTILE)
    assert page.text_content("#conversation .asked") == HOSTILE
    assert page.locator("#conversation .asked").locator("img, a, script, code, strong").count() == 0
    page.wait_for_timeout(300)


def test_an_empty_question_says_nothing(page: Any) -> None:
    page.fill("#question textarea", "   ")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert page.locator("#conversation .asked").count() == 0


def test_a_cleared_conversation_stays_cleared(page: Any) -> None:
    ask(page, "How high was the highest tide of 2021?")
    page.click('#conversation button[aria-label="Clear"]')
    page.locator("#conversation .asked").wait_for(state="detached")
    ask(page, "Who kept the lighthouse?")
    assert page.locator("#conversation .asked").all_text_contents() == ["Who kept the lighthouse?"]


def test_a_second_reader_sees_nothing_of_the_first(page: Any, chat: Chat) -> None:
    ask(page, "How high was the highest tide of 2021?")
    other = page.context.browser.new_context()
    second = other.new_page()
    second.goto(chat.address)
    second.wait_for_selector("#conversation .welcome")
    assert second.locator("#conversation .asked").count() == 0
    other.close()


# -- starting and stopping


def test_a_store_in_use_a_taken_port_and_a_missing_folder_are_one_sentence(chat: Chat, tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        cases = [
            start("--store", chat.store, "--port", 0),
            start("--store", tmp_path / "a", "--port", port),
            start(tmp_path / "nowhere", "--store", tmp_path / "b", "--port", 0),
        ]
        said = [running.communicate(timeout=60)[1] for running in cases]
    assert [running.returncode for running in cases] == [1, 1, 1]
    last = [lines.strip().splitlines()[-1] for lines in said]
    assert f"The store {chat.store} is in use by `app.py" in last[0]
    assert f"The chat cannot listen at 127.0.0.1:{port} (Address already in use)." in last[1]
    assert last[1].endswith(f"--port {port + 1}")
    assert "nowhere" in last[2]
    assert "Traceback" not in "".join(said)


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGINT to send")
def test_ctrl_c_stops_the_chat_and_lets_go_of_the_store(chat: Chat, shared_embedder: object) -> None:
    chat.process.send_signal(signal.SIGINT)
    began = time.monotonic()
    assert chat.process.wait(timeout=20) == 0
    assert time.monotonic() - began < 10
    assert chat.process.stderr is not None
    assert chat.process.stderr.read() == ""
    with rag.open(chat.store) as library:
        assert len(library.documents()) == 2
