"""Talking in the chat: follow-ups, a language model that writes while one reads, and stopping it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from chats import Chat, address_of, ask, opened, start
from openai_server import Body, OpenAIServer

PAPERS = {
    "gulls.txt": (
        "Gulls\n\nThe herring gull colony on the north dyke held 140 pairs in 2021. It held 155 pairs in 2022.\n"
    ),
    "tides.txt": "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n",
}
TIDE = "How high was the highest tide of 2021?"


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="module")
def chat(tmp_path_factory: pytest.TempPathFactory, server: OpenAIServer) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("talk")
    (home / "papers").mkdir()
    for name, text in PAPERS.items():
        (home / "papers" / name).write_text(text, encoding="utf-8")
    settings = {"RAG_LLM_BASE_URL": server.base_url, "RAG_LLM_MODEL": "fake-model", "RAG_LLM_SECONDS": "30"}
    running = start(home / "papers", "--store", home / "store", "--port", 0, **settings)
    try:
        yield Chat(running, address_of(running), home / "store")
    finally:
        running.kill()
        running.wait()


@pytest.fixture
def page(chat: Chat, browser: Any) -> Iterator[Any]:
    with opened(chat, browser) as page:
        yield page


def number_of(body: Body, words: str) -> int:
    """The number under which the passage with these words is shown; 0 where none is, as for a rewriting."""
    if "<passage " not in str(body["messages"][-1]["content"]):
        return 0
    return int(str(body["messages"][-1]["content"]).partition(words)[0].rpartition("<passage ")[2].split()[0])


def test_the_model_s_answer_has_the_words_it_rests_on(page: Any, server: OpenAIServer) -> None:
    server.answers(lambda body: f"It stood at 4.82 m [{number_of(body, '4.82 m')}]. It was a storm.")
    shown = ask(page, TIDE)
    shown.locator(".actions").wait_for()
    assert shown.locator(".said").text_content() == "It stood at 4.82 m.[1] It was a storm. without a source"
    assert shown.locator(".quote").all_text_contents() == [PAPERS["tides.txt"].split("\n\n")[1].strip()]


def test_strict_hides_what_the_sources_do_not_support_and_says_how_much(page: Any, server: OpenAIServer) -> None:
    server.answers(lambda body: f"It stood at 4.82 m [{number_of(body, '4.82 m')}]. It was a storm.")
    shown = ask(page, TIDE)
    shown.locator(".actions").wait_for()
    page.locator(".sentence").filter(has_text="It was a storm.").wait_for()
    assert shown.locator("p.hidden").is_hidden()
    page.check("#strict")
    assert page.locator(".sentence").filter(has_text="It was a storm.").is_hidden()
    assert page.locator(".sentence").filter(has_text="4.82 m").is_visible()
    assert shown.locator("p.hidden").is_visible()
    assert shown.locator("p.hidden").text_content().startswith("1 sentence not shown:")
    page.uncheck("#strict")
    assert page.locator(".sentence").filter(has_text="It was a storm.").is_visible()


def test_a_line_of_a_million_letters_does_not_break_the_page(page: Any, server: OpenAIServer) -> None:
    server.answers(lambda body: f"It stood at 4.82 m [{number_of(body, '4.82 m')}]. {'w' * 1_000_000}")
    shown = ask(page, TIDE)
    shown.locator(".actions").wait_for(timeout=60_000)
    assert "4.82 m" in shown.text_content()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    server.answers(lambda body: f"It stood at 4.82 m [{number_of(body, '4.82 m')}].")
    shown = ask(page, TIDE)
    shown.locator(".actions").wait_for()
    assert "4.82 m" in shown.text_content()


def test_a_follow_up_is_understood_and_says_how(page: Any, server: OpenAIServer) -> None:
    server.answers(lambda body: f"It held 140 pairs. [{number_of(body, '140 pairs')}]")
    ask(page, "How many pairs of herring gulls nested on the north dyke in 2021?")
    page.locator("#question button[aria-label='Submit'], #question .submit-button").first.wait_for()
    server.fails("500")
    shown = ask(page, "and in 2022?")
    shown.locator(".remarks").wait_for()
    assert "155 pairs in 2022" in shown.text_content()
    assert "Searched for: How many pairs of herring gulls nested on the north dyke in 2022?" in shown.text_content()
    assert "These are the documents’ own sentences instead." in shown.text_content()


def test_an_answer_can_be_stopped_and_is_kept_as_far_as_it_came(page: Any, server: OpenAIServer) -> None:
    server.fails("stall", said=lambda body: f"It stood at 4.82 m [{number_of(body, '4.82 m')}]. And then the")
    page.fill("#question textarea", TIDE)
    page.keyboard.press("Enter")
    page.get_by_text("And then the").wait_for(timeout=20_000)
    page.locator("#question .stop-button").click()
    shown = page.locator("#conversation .answer").last
    shown.get_by_text("Stopped: this is what was written until then.").wait_for()
    assert "4.82 m" in shown.locator(".quote").text_content()
    assert server.disconnected.wait(10)
    server.answers(lambda body: f"On 3 November. [{number_of(body, '4.82 m')}]")
    assert "On 3 November" in ask(page, "On what day was the highest tide of 2021?").text_content()
