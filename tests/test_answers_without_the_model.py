"""A language model that fails, or writes what cannot be shown: the documents' own sentences take over."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from openai_server import OpenAIServer
from told import QUESTION, assert_true, assistant_of

from rag import Assistant, Refusal, Turn
from rag.library import Library
from rag.prompts import NOT_IN_THE_DOCUMENTS

INSTEAD = "These are the documents’ own sentences instead."


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def assistant(station: Library, server: OpenAIServer) -> Assistant:
    return assistant_of(station, server)


FAILURES = {
    "401": "RAG_LLM_API_KEY",
    "404": "fake-model",
    "500": "500",
    "silent": "1 s",
    "stall": "1 s",
    "drop": "",
    "malformed": "",
    "html": "",
    "empty": "",
    "endless": "",
    "overflow": "RAG_LLM_WINDOW",
    "error_inside": "",
}


@pytest.mark.parametrize("failure", FAILURES)
def test_a_failure_gives_the_documents_own_sentences_and_says_why(
    assistant: Assistant, server: OpenAIServer, station: Library, failure: str
) -> None:
    server.fails(failure, said="The Tide House was")
    answer = assistant.ask(QUESTION)
    assert_true(answer, station)
    assert answer.writer == "extractive"
    assert "Senna Trobisk" in answer.text
    assert answer.notice.endswith(INSTEAD)
    assert FAILURES[failure] in answer.notice
    if failure in ("stall", "drop", "error_inside"):
        assert answer.draft.startswith("The Tide House was")


def test_a_server_that_is_not_there_is_named(station: Library) -> None:
    with OpenAIServer() as gone:
        pass
    answer = assistant_of(station, gone).ask(QUESTION)
    assert gone.host in answer.notice
    assert "Senna Trobisk" in answer.text


@pytest.mark.parametrize(
    ("draft", "reason"),
    [
        ("I'm sorry, but I can't help with that.", "declined"),
        ("The Tide House was designed by an architect.", "named no source"),
        ("It was built with 9,731 bricks in 1412. [1]", "supported by what it cites"),
    ],
    ids=["declined", "no source", "nothing supported"],
)
def test_a_draft_that_cannot_be_shown_is_kept_and_replaced(
    assistant: Assistant, server: OpenAIServer, draft: str, reason: str
) -> None:
    server.answers(draft)
    answer = assistant.ask(QUESTION)
    assert (answer.writer, answer.draft) == ("extractive", draft)
    assert reason in answer.notice
    assert "Senna Trobisk" in answer.text


def test_an_answer_in_another_language_is_replaced(assistant: Assistant, server: OpenAIServer) -> None:
    draft = "Das Haus wurde von einer Architektin aus der Stadt entworfen, die dort schon sehr lange lebt. [1]"
    server.answers(draft)
    answer = assistant.ask("Who designed the Tide House, and what did the building cost when it was finished?")
    assert (answer.writer, answer.draft) == ("extractive", draft)
    assert "language" in answer.notice


def test_a_model_that_fails_at_the_follow_up_is_not_asked_for_the_answer(
    assistant: Assistant, server: OpenAIServer, station: Library
) -> None:
    first = Assistant(station).ask(QUESTION)
    server.fails("500")
    answer = assistant.ask("and what did it cost?", [Turn(QUESTION, first)])
    assert len(server.requests) == 1
    assert answer.writer == "extractive"
    assert "Tide House" in answer.asked_as


def test_a_model_that_fails_where_there_is_too_little_to_quote_leaves_a_refusal_that_says_so(
    assistant: Assistant, server: OpenAIServer, station: Library
) -> None:
    question = "How old is Noor Abellane?"
    assert Assistant(station).ask(question).refusal is Refusal.NOT_IN_THE_DOCUMENTS
    server.answers(NOT_IN_THE_DOCUMENTS)
    assert assistant.ask(question).refusal is Refusal.NOT_IN_THE_DOCUMENTS
    assert len(server.requests) == 1
    server.fails("500")
    answer = assistant.ask(question)
    assert answer.refusal is Refusal.NOT_IN_THE_DOCUMENTS
    assert "500" in answer.notice
