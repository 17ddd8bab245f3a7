"""Any LlamaIndex LLM, bounded: its pieces, its thoughts, its limits, and stopping it at any moment."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from llama_index.core.base.llms.types import ChatMessage, ChatResponse, CompletionResponse, LLMMetadata, MessageRole
from llama_index.core.llms import CustomLLM, MockLLM
from llama_index.llms.openai_like import OpenAILike
from openai_server import OpenAIServer

from rag.errors import LanguageModelError
from rag.language_model import LanguageModel, NoAnswer
from rag.language_model.counting import count
from rag.prompts import Message

ASKED = [Message("system", "Answer from the passages."), Message("user", "How high was the tide?")]
SECONDS = 0.2


class Scripted(CustomLLM):
    """An LLM as a user may write one: it only completes, and does what its `script` does."""

    script: Any
    window: int = 8000
    prompts: list[str] = []  # noqa: RUF012  pydantic copies it

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self.window, model_name="scripted")

    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        assert not kwargs
        self.prompts.append(prompt)
        return CompletionResponse(text="".join(self.script()))

    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:
        assert not kwargs
        self.prompts.append(prompt)
        for piece in self.script():
            yield CompletionResponse(text="", delta=piece)


class NotStreaming(Scripted):
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:
        raise NotImplementedError


class Chatting(Scripted):
    """A chat model of somebody's that gives no deltas, only the text so far."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=self.window, model_name="chatting", is_chat_model=True)

    def stream_chat(self, messages: Any, **kwargs: Any) -> Iterator[ChatResponse]:
        so_far = ""
        for piece in self.script():
            so_far += piece
            yield ChatResponse(message=ChatMessage(role=MessageRole.ASSISTANT, content=so_far))


def bounded(llm: Any, **limits: Any) -> LanguageModel:
    return LanguageModel(llm, **{"seconds": SECONDS, **limits})


def failure(model: LanguageModel) -> tuple[str, NoAnswer]:
    """What was written before it failed, and how it failed."""
    pieces: list[str] = []
    with pytest.raises(NoAnswer) as raised:
        pieces.extend(model.stream(ASKED))
    return "".join(pieces), raised.value


@pytest.mark.parametrize("kind", [Scripted, NotStreaming, Chatting])
def test_an_llm_of_any_sort_answers_in_pieces(kind: type[Scripted]) -> None:
    model = bounded(kind(script=lambda: ["It stood ", "at 4.82 m. ", "[1]"]))
    pieces = list(model.stream(ASKED))
    assert "".join(pieces) == "It stood at 4.82 m. [1]"
    assert len(pieces) == (1 if kind is NotStreaming else 3)
    assert model.complete(ASKED) == "It stood at 4.82 m. [1]"


def test_a_completing_llm_is_given_all_messages_in_one_prompt() -> None:
    llm = Scripted(script=lambda: ["ready"])
    assert bounded(llm).complete(ASKED) == "ready"
    assert "Answer from the passages." in llm.prompts[0]
    assert "How high was the tide?" in llm.prompts[0]


def test_llamaindexs_own_mock_can_be_asked() -> None:
    model = bounded(MockLLM(max_tokens=3))
    assert model.complete(ASKED) == "text text text"
    assert model.name == "MockLLM"
    assert model.window_from == "as the LLM says"


def test_the_window_is_the_llms_unless_it_is_told_and_an_answer_is_half_of_it_at_most() -> None:
    llm = Scripted(script=lambda: ["ready"], window=1000)
    model = bounded(llm, answer_tokens=1024)
    assert (model.name, model.window, model.window_from, model.answer_tokens) == (
        "scripted",
        1000,
        "as the LLM says",
        500,
    )
    model = bounded(llm, answer_tokens=1024, window=9000)
    assert (model.window, model.window_from, model.answer_tokens) == (9000, "as it was given", 1024)


def test_an_llm_that_hangs_is_given_up_and_one_that_stalls_too() -> None:
    hang = threading.Event()

    def stalls() -> Iterator[str]:
        yield "It stood "
        hang.wait(20)

    def never() -> Iterator[str]:
        hang.wait(20)
        yield "too late"

    written, problem = failure(bounded(Scripted(script=never)))
    assert (written, problem.kind) == ("", "silent")
    assert str(problem) == (
        "The language model scripted said nothing within 0.2 s: try again, take a smaller model, or allow it more time."
    )
    written, problem = failure(bounded(Scripted(script=stalls)))
    assert (written, problem.kind) == ("It stood ", "stalled")
    assert isinstance(problem, LanguageModelError)
    written, problem = failure(bounded(NotStreaming(script=never), seconds=0.05))
    assert (written, problem.kind) == ("", "silent")
    assert "within 0.25 s" in str(problem)  # 5 times 0.05 s: an LLM that cannot stream has the whole time
    hang.set()


def test_an_llm_that_writes_slowly_without_end_is_given_up_after_five_times_the_limit() -> None:
    tick = threading.Event()

    def drips() -> Iterator[str]:
        while not tick.wait(0.002):
            yield "a "

    _, problem = failure(bounded(Scripted(script=drips), answer_tokens=1_000_000, window=9_000_000))
    assert problem.kind == "slow"
    assert "not done after 1 s" in str(problem)


def test_an_llm_that_writes_without_end_is_stopped_and_its_generator_closed() -> None:
    closed = threading.Event()

    def loops() -> Iterator[str]:
        try:
            while True:
                yield "the tide "
        finally:
            closed.set()

    written, problem = failure(bounded(Scripted(script=loops), answer_tokens=50))
    assert problem.kind == "endless"
    assert 50 <= count(written) <= 2 * 50 + 64 + 200
    assert closed.wait(2)


def test_a_reader_who_leaves_stops_the_llm() -> None:
    closed = threading.Event()

    def loops() -> Iterator[str]:
        try:
            while True:
                yield "the tide "
        finally:
            closed.set()

    reply = bounded(Scripted(script=loops), answer_tokens=3000).stream(ASKED)
    assert next(reply) == "the tide "
    reply.close()
    assert list(reply) == []
    assert closed.wait(2)

    closed.clear()
    reply = bounded(Scripted(script=loops), answer_tokens=3000).stream(ASKED)
    assert next(reply) == "the tide "
    del reply
    assert closed.wait(2)


def test_another_thread_can_stop_a_reader_who_waits() -> None:
    hang, begun = threading.Event(), threading.Event()

    def never() -> Iterator[str]:
        begun.set()
        hang.wait(20)
        yield "too late"

    reply = bounded(Scripted(script=never), seconds=20).stream(ASKED)
    stopper = threading.Thread(target=lambda: (begun.wait(5), reply.close()))
    stopper.start()
    assert list(reply) == []
    stopper.join()
    hang.set()


def test_an_exception_of_an_llm_is_one_line_without_its_key() -> None:
    class Odd(Exception):
        pass

    def breaks() -> Iterator[str]:
        yield "It "
        raise Odd("quota of sk-proj-abcdef123456 exceeded\n  at line 7")

    written, problem = failure(bounded(Scripted(script=breaks)))
    assert (written, problem.kind) == ("It ", "other")
    assert str(problem) == "The language model scripted failed with Odd: quota of … exceeded."


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (ConnectionRefusedError(111, "Connection refused"), "unreachable"),
        (ConnectionResetError(104, "Connection reset by peer"), "dropped"),
        (TimeoutError("timed out"), "silent"),
        (ValueError("This model's maximum context length is 4096 tokens"), "overflow"),
        (ValueError("no such option"), "other"),
        (SystemExit(3), "other"),
    ],
)
def test_what_an_llm_raises_is_told_apart(raised: BaseException, kind: str) -> None:
    def breaks() -> Iterator[str]:
        raise raised
        yield ""

    written, problem = failure(bounded(Scripted(script=breaks)))
    assert (written, problem.kind) == ("", kind)
    assert "RAG_" not in str(problem)  # its address and its window are no settings of ours


@pytest.mark.parametrize(
    ("named", "kind", "written"),
    [
        ("401", "key", ""),
        ("404", "model", ""),
        ("500", "server", ""),
        ("overflow", "overflow", ""),
        ("drop", "dropped", "The tide stood at"),
    ],
)
def test_an_openailike_of_the_users_own_fails_as_plainly(named: str, kind: str, written: str) -> None:
    key = "sk-test-0123456789abcdef"
    with OpenAIServer() as server:
        llm = OpenAILike(model="theirs", api_base=server.base_url, api_key=key, is_chat_model=True, max_retries=0)
        model = bounded(llm, seconds=5)
        server.answers("It stood at 4.82 m. [1]")
        assert model.complete(ASKED) == "It stood at 4.82 m. [1]"
        assert set(server.requests[0]) == {"model", "messages", "stream", "temperature"}  # left as it is
        server.fails(named, detail=f"Something about {key}" if named == "500" else "")
        said, problem = failure(model)
    assert (problem.kind, said) == (kind, written)
    assert str(problem).startswith("The language model theirs ")
    assert "RAG_" not in str(problem)
    assert key not in str(problem)


@pytest.mark.parametrize("pieces", [[], [""], [" ", "\n"], ["<think>", "Hm.", "</think>", " \n"], ["<think>no end"]])
def test_an_answer_without_a_word_is_empty(pieces: list[str]) -> None:
    _, problem = failure(bounded(Scripted(script=lambda: pieces)))
    assert problem.kind == "empty"
    assert ("after its thoughts" in str(problem)) == any("think" in piece for piece in pieces)


def test_thoughts_are_no_part_of_the_answer_but_are_bounded() -> None:
    model = bounded(Scripted(script=lambda: ["<thi", "nk>Hm. 4", ".82?</th", "ink>\n\nIt stood ", "at 4.82 m."]))
    assert list(model.stream(ASKED)) == ["It stood ", "at 4.82 m."]

    def broods() -> Iterator[str]:
        yield "<think>"
        while True:
            yield "or perhaps not, " * 100

    _, problem = failure(bounded(Scripted(script=broods), answer_tokens=20))
    assert problem.kind == "endless"


def test_thoughts_whose_beginning_the_template_wrote_are_taken_off_a_whole_answer() -> None:
    assert bounded(Scripted(script=lambda: ["Hm. ", "</think>", "4.82 m."])).complete(ASKED) == "4.82 m."


def test_the_package_can_be_imported_without_what_it_speaks_to() -> None:
    told = (
        "import rag.language_model.endpoint, rag.writing.drafts, sys; "
        "print(sorted({'llama_index', 'openai', 'httpx', 'py3langid', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "[]"
