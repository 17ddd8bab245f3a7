"""Answers by a language model behind a real server: bound to their sources, and replaced where they are not."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openai_server import Body, OpenAIServer
from told import QUESTION, assert_true, assistant_of, number_of, passages_shown

from rag import Assistant, Refusal, Support
from rag.library import Library
from rag.prompts import NOT_IN_THE_DOCUMENTS


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture
def assistant(station: Library, server: OpenAIServer) -> Assistant:
    return assistant_of(station, server)


# -- a model that does well


def test_a_sentence_rests_on_the_words_of_the_passage_that_its_mark_names(
    assistant: Assistant, server: OpenAIServer, station: Library
) -> None:
    server.answers(lambda body: f"Senna Trobisk designed the Tide House [{number_of(body, 'Senna Trobisk')}].")
    answer = assistant.ask(QUESTION)
    assert_true(answer, station)
    assert answer.text == "Senna Trobisk designed the Tide House. [1]"
    (claim,) = answer.claims
    (citation,) = claim.citations
    assert "Senna Trobisk" in citation.quote
    assert len(citation.quote) < len(citation.passage.text)
    assert claim.verdict.support is Support.SUPPORTED
    assert (answer.writer, answer.refusal, answer.notice) == ("llm:fake-model", None, "")


def test_a_mark_that_points_nowhere_is_hidden_and_reported(assistant: Assistant, server: OpenAIServer) -> None:
    server.answers(lambda body: f"Senna Trobisk designed it. [{number_of(body, 'Senna Trobisk')}][99]")
    answer = assistant.ask(QUESTION)
    assert answer.text == "Senna Trobisk designed it. [1]"
    assert answer.invented_marks == ("[99]",)
    assert "[99]" in answer.draft


def test_a_sentence_without_a_mark_is_uncited(assistant: Assistant, server: OpenAIServer) -> None:
    server.answers(lambda body: f"She is an architect. Trobisk designed it. [{number_of(body, 'Senna Trobisk')}]")
    first, second = assistant.ask(QUESTION).claims
    assert (first.verdict.support, first.citations) == (Support.UNCITED, ())
    assert second.citations


def test_a_number_and_a_quotation_that_the_passage_lacks_are_named(assistant: Assistant, server: OpenAIServer) -> None:
    def said(body: Body) -> str:
        mark = f"[{number_of(body, 'Senna Trobisk')}]"
        return f"Senna Trobisk designed it. {mark} It has 731 windows. {mark} She called it “a ship on land”. {mark}"

    server.answers(said)
    verdicts = [claim.verdict for claim in assistant.ask(QUESTION).claims]
    assert [verdict.support for verdict in verdicts] == [
        Support.SUPPORTED,
        Support.UNSUPPORTED,
        Support.UNSUPPORTED,
    ]
    assert verdicts[1].because == "“731 windows” is not in the cited passage."
    assert verdicts[2].because == "“a ship on land” does not stand in the cited passage."


def test_the_agreed_phrase_is_a_refusal_like_any_other(assistant: Assistant, server: OpenAIServer) -> None:
    server.answers(NOT_IN_THE_DOCUMENTS)
    answer = assistant.ask(QUESTION)
    assert answer.refusal is Refusal.NOT_IN_THE_DOCUMENTS
    assert answer.claims == ()
    assert len(answer.nearest) == 3
    assert answer.draft == NOT_IN_THE_DOCUMENTS


def test_a_question_that_nothing_speaks_of_never_reaches_the_model(assistant: Assistant, server: OpenAIServer) -> None:
    assert assistant.ask("Who is the mayor of Berlin?").refusal is Refusal.NOT_IN_THE_DOCUMENTS
    assert server.requests == []


def test_passages_are_numbered_dated_and_fenced(assistant: Assistant, server: OpenAIServer) -> None:
    assistant.ask(QUESTION)
    shown = passages_shown(server.requests[0])
    opened = [line for line in shown.splitlines() if line.startswith("<passage ")]
    assert [line.split()[1] for line in opened] == [str(number) for number in range(1, 9)]
    fence = opened[0].split()[2].rstrip(">")
    assert shown.count(fence) == 2 * 8
    assert shown.endswith("with the number of a passage after every sentence.")
    assert server.requests[0]["temperature"] == 0


def test_what_does_not_fit_the_window_is_counted_and_told(station: Library, server: OpenAIServer) -> None:
    server.answers(lambda body: f"Senna Trobisk designed it. [{number_of(body, 'Senna Trobisk')}]")
    answer = assistant_of(station, server, llm_window=2600, llm_answer_tokens=256).ask(QUESTION)
    shown = passages_shown(server.requests[0]).count("<passage ")
    assert 1 <= shown < 8
    assert answer.warnings[0].startswith(f"{8 - shown} of 8 passages did not fit into the window of fake-model")


def test_a_follow_up_is_written_to_stand_alone_by_the_model(assistant: Assistant, server: OpenAIServer) -> None:
    from rag import Turn

    server.answers(lambda body: f"Senna Trobisk designed it. [{number_of(body, 'Senna Trobisk')}]")
    first = assistant.ask(QUESTION)
    server.answers("What did the Tide House cost?", times=1)
    answer = assistant.ask("and what did it cost?", [Turn(QUESTION, first)])
    assert (answer.question, answer.asked_as) == ("and what did it cost?", "What did the Tide House cost?")
    rewriting = passages_shown(server.requests[1])
    assert "and what did it cost?" in rewriting
    assert "<passage" not in rewriting


def test_the_other_side_of_a_disagreement_is_added(
    assistant: Assistant, server: OpenAIServer, station: Library
) -> None:
    server.answers(lambda body: f"It covered 287 hectares. [{number_of(body, '287 hectares')}]")
    answer = assistant.ask("How large was the eelgrass in 2022?")
    assert_true(answer, station)
    (disagreement,) = answer.disagreements
    assert {value.value.split()[0] for value in disagreement.values} == {"287", "279"}
    for value in disagreement.values:
        assert value.citation.mark in {citation.mark for citation in answer.citations}
    assert "279" in answer.text


# -- while it is written


def test_what_is_stopped_is_kept_and_marked_unfinished(
    assistant: Assistant, server: OpenAIServer, station: Library
) -> None:
    server.fails("stall", said=lambda body: f"Trobisk designed it. [{number_of(body, 'Senna Trobisk')}] She also dre")
    stream = assistant.stream(QUESTION)
    preview = next(answer for answer in stream if answer.text.endswith("dre"))
    stream.close()
    assert server.disconnected.wait(5)
    answer = assistant.stopped(preview)
    assert_true(answer, station)
    assert answer.unfinished
    assert answer.text == "Trobisk designed it. [1] She also dre"
    assert [bool(claim.citations) for claim in answer.claims] == [True, False]
    assert answer.notice == "Stopped: this is what was written until then."


def test_every_preview_is_the_beginning_of_the_answer(assistant: Assistant, server: OpenAIServer) -> None:
    def said(body: Body) -> list[str]:
        number = number_of(body, "Senna Trobisk")
        return [
            "Senna ",
            "Trobisk designed it [",
            str(number),
            "]. It is 3",
            ".5 m above the quay [9",
            "9]",
            ". Ask",
            f" her. [{number}",
        ]

    server.answers(said)
    *previews, final = assistant.stream(QUESTION)
    assert len(previews) >= 8
    for preview in previews:
        assert not preview.final
        assert final.text.startswith(preview.text)
        assert [(c.start, c.end, c.citations) for c in preview.claims] == [
            (c.start, c.end, c.citations) for c in final.claims[: len(preview.claims)]
        ]


MARKS = st.sampled_from(
    ["", " [1]", " [2]", "[1][3]", " [1, 2]", " [2-4]", " [9]", "【1】", " [77]", " [1", "]", " [^2]", " `[1]`"]
)
SENTENCES = st.sampled_from(
    [
        "The gates close at 1.60 m",
        "Vass said “close the gates at night”",
        "Dr. Morvenne agreed",
        "- a list item",
        "Es regnet",
        "42",
    ]
)
DRAFTS = st.lists(st.tuples(SENTENCES, MARKS, st.sampled_from([". ", ".", "? ", "\n", " "]), MARKS), max_size=8).map(
    lambda parts: "".join("".join(part) for part in parts)
)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(draft=st.one_of(DRAFTS, st.text(max_size=120)), cuts=st.lists(st.integers(0, 200), max_size=6))
def test_whatever_a_model_writes_its_quotes_and_marks_are_true(station: Library, draft: str, cuts: list[int]) -> None:
    answers = list(told(station, draft, cuts).stream("At what level do the gates close?"))
    assert_true(answers[-1], station)
    if answers[-1].writer != "extractive":
        for preview in answers[:-1]:
            assert answers[-1].text.startswith(preview.text) or answers[-1].refusal


def told(library: Library, draft: str, cuts: list[int]) -> Assistant:
    """An assistant whose model says this, in pieces cut at these places."""
    from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
    from llama_index.core.llms import CustomLLM
    from llama_index.core.llms.callbacks import llm_completion_callback

    places = sorted({0, len(draft), *(cut for cut in cuts if cut < len(draft))})
    pieces = [draft[start:end] for start, end in pairwise(places)]

    class Scripted(CustomLLM):  # type: ignore[misc]
        @property
        def metadata(self) -> LLMMetadata:
            return LLMMetadata(context_window=8192, num_output=1024, model_name="scripted")

        @llm_completion_callback()  # type: ignore[untyped-decorator]
        def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
            return CompletionResponse(text=draft)

        @llm_completion_callback()  # type: ignore[untyped-decorator]
        def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:
            for piece in pieces:
                yield CompletionResponse(text=piece, delta=piece)

    return Assistant(library, Scripted())
