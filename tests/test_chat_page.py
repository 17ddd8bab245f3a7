"""The chat in a real browser over a real server: what is shown, and that nothing of a document runs."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from chats import Chat, ask, running, start
from hostile import HOSTILE

import rag

DOCUMENTS = {
    "tides.txt": "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n",
    "keeper.txt": f"Keepers {HOSTILE}\n\nThe lighthouse keeper Osmund Kray wrote {HOSTILE} in the log of 1931.\n",
}


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("chat")
    (home / "papers").mkdir()
    for name, text in DOCUMENTS.items():
        (home / "papers" / name).write_text(text, encoding="utf-8")
    with running(home / "papers", home / "store") as chat:
        yield chat


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


# -- the page in a browser


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


def test_a_mark_opens_the_exact_words_in_their_place(page: Any, answered: Callable[[str], rag.Answer]) -> None:
    question = "How high was the highest tide of 2021?"
    shown = ask(page, question)
    shown.locator("p .chip").first.click()
    page.wait_for_selector("#proof #quote")
    [citation] = answered(question).citations
    assert page.text_content("#proof #quote") == citation.quote
    assert "Supported." in page.text_content("#proof .finding")
    assert "tides.txt" in page.text_content("#proof .source")
    assert shown.locator(".claim.being-shown").count() == 1
    page.keyboard.press("Escape")
    assert not page.is_visible("#proof")
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


def test_a_new_conversation_begins_with_nothing_said(page: Any) -> None:
    ask(page, "How high was the highest tide of 2021?")
    page.click("#new-conversation")
    page.locator("#conversation .asked").wait_for(state="detached")
    ask(page, "Who kept the lighthouse?")
    assert page.locator("#conversation .asked").all_text_contents() == ["Who kept the lighthouse?"]


def test_another_browser_begins_with_nothing_said(page: Any, chat: Chat) -> None:
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
    assert f"Footnote cannot listen at 127.0.0.1:{port} (Address already in use)." in last[1]
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
