"""The language model that the settings name, over the real wire: every way in which a server can fail an asker."""

from __future__ import annotations

import re
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path
from time import time
from typing import Any

import pytest
from openai_server import OpenAIServer

from rag.language_model import LanguageModel, NoAnswer
from rag.language_model.endpoint import connect
from rag.prompts import Message
from rag.settings import Settings

ASKED = [Message("system", "Answer from the passages."), Message("user", "How high was the tide?")]
ANSWER = "It stood at 4.82 m. [1]"
BEGUN = "The tide stood at"
KEY = "sk-test-0123456789abcdef"


@pytest.fixture
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as server:
        yield server


def connected(server: OpenAIServer, seconds: float = 5, **knobs: Any) -> LanguageModel:
    """The server's model, given up after a shorter time than a setting (whole seconds) can say."""
    named = {"llm_base_url": server.base_url, "llm_model": "fake-model", "llm_window": 4096, **knobs}
    model = connect(Settings(**named))
    model.seconds = seconds
    return model


def failure(model: LanguageModel) -> tuple[str, NoAnswer]:
    """What was written before it failed, and how it failed."""
    pieces: list[str] = []
    with pytest.raises(NoAnswer) as raised:
        pieces.extend(model.stream(ASKED))
    assert "\n" not in str(raised.value)
    return "".join(pieces), raised.value


def test_an_answer_comes_in_the_servers_pieces_and_its_usage_after_them(server: OpenAIServer) -> None:
    server.answers(["It stood ", "at 4.82 m. ", "[1]"], prompt_tokens=17)
    reply = connected(server, llm_answer_tokens=200).stream(ASKED)
    assert list(reply) == ["It stood ", "at 4.82 m. ", "[1]"]
    assert (reply.prompt_tokens, reply.cut_short, reply.prompt_was_cut) == (17, False, False)
    assert server.requests == [
        {
            "model": "fake-model",
            "messages": [
                {"role": "system", "content": "Answer from the passages."},
                {"role": "user", "content": "How high was the tide?"},
            ],
            "temperature": 0.0,
            "max_tokens": 200,
            "stream": True,
            "stream_options": {"include_usage": True},
        }
    ]


def test_the_first_piece_is_there_before_the_server_writes_the_second(server: OpenAIServer) -> None:
    go_on = threading.Event()

    def pieces(_: object) -> Iterator[str]:
        yield "It stood "
        go_on.wait(5)
        yield "at 4.82 m."

    server.answers(pieces)  # type: ignore[arg-type]
    reply = connected(server).stream(ASKED)
    assert next(reply) == "It stood "
    assert len(server.written) == 1
    go_on.set()
    assert list(reply) == ["at 4.82 m."]


def test_a_key_is_sent_and_where_there_is_none_openais_own_key_is_not(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-of-another-service")
    assert connected(server, llm_api_key=KEY).complete(ASKED)
    assert connected(server).complete(ASKED)
    assert [headers["authorization"] for headers in server.headers] == [f"Bearer {KEY}", "Bearer none"]


def test_a_model_on_this_machine_is_not_asked_through_a_proxy(
    server: OpenAIServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    server.answers(ANSWER)
    assert connected(server).complete(ASKED) == ANSWER


def test_thoughts_are_signs_of_life_and_no_answer(server: OpenAIServer) -> None:
    server.answers(ANSWER, thoughts=["4.82? ", "Or 4.79?"])
    assert connected(server).complete(ASKED) == ANSWER
    server.answers("", thoughts=["4.82? "])
    written, problem = failure(connected(server))
    assert (written, problem.kind) == ("", "empty")
    assert "gave no answer: raise RAG_LLM_ANSWER_TOKENS" in str(problem)


def test_an_answer_that_was_cut_at_its_limit_says_so(server: OpenAIServer) -> None:
    server.fails("cut", said=ANSWER)
    reply = connected(server).stream(ASKED)
    assert "".join(reply) == ANSWER
    assert reply.cut_short


def test_a_prompt_that_the_server_cut_silently_is_noticed(server: OpenAIServer) -> None:
    long = [Message("user", "How high was the tide of November at the quay? " * 1000)]  # 11 tokens, 1000 times
    model = connected(server, llm_window=32000)
    for read, cut in ((11_000, False), (4096, True)):
        server.answers(ANSWER, prompt_tokens=read)
        reply = model.stream(long)
        assert "".join(reply) == ANSWER
        assert reply.prompt_was_cut is cut


FAILED = {
    "301": ("other", "", "sends elsewhere (301), and questions are not sent on: correct RAG_LLM_BASE_URL"),
    "400": ("other", "", "did not accept the question (400: The request is not right)"),
    "401": ("key", "", "refused the key (401): set RAG_LLM_API_KEY"),
    "403": ("key", "", "refused the key (403)"),
    "429": ("busy", "", "has had too many requests (429: Too many requests)"),
    "500": ("server", "", "failed (500: The model ran out of memory)"),
    "503": ("server", "", "failed (503: The server is loading the model)"),
    "overflow": ("overflow", "", "maximum context length is 2048 tokens: set RAG_LLM_WINDOW"),
    "silent": ("silent", "", "said nothing within 0.3 s: try again, take a smaller model, or raise RAG_LLM_SECONDS"),
    "stall": ("stalled", BEGUN, "stopped in the middle and said nothing for 0.3 s"),
    "drop": ("dropped", BEGUN, "closed the connection before its answer was done"),
    "ends_early": ("dropped", BEGUN, "closed the connection before its answer was done"),
    "error_inside": ("server", BEGUN, "broke off (The model crashed)"),
    "malformed": ("malformed", "", "something that is not JSON"),
    "nonsense": ("malformed", "", "something that is not OpenAI's protocol"),
    "html": ("malformed", "", "sent a web page in place of an answer: correct RAG_LLM_BASE_URL"),
    "empty": ("empty", "", "gave an empty answer"),
    "blank": ("empty", "", "gave an empty answer"),
}


@pytest.mark.parametrize("named", FAILED)
def test_each_failure_is_one_sentence_and_what_was_written_remains(server: OpenAIServer, named: str) -> None:
    kind, begun, sentence = FAILED[named]
    server.fails(named)
    written, problem = failure(connected(server, 0.3 if named in ("silent", "stall") else 5, llm_api_key=KEY))
    assert (problem.kind, written) == (kind, begun)
    assert sentence in str(problem)
    assert server.host in str(problem)
    assert KEY not in str(problem)
    server.answers(ANSWER)
    assert connected(server).complete(ASKED) == ANSWER


@pytest.mark.parametrize("named", ["silent", "stall", "endless", "drip"])
def test_a_server_that_is_given_up_sees_that_its_client_is_gone(server: OpenAIServer, named: str) -> None:
    server.fails(named, seconds=0.02)
    limits = {"llm_answer_tokens": 20} if named == "endless" else {"seconds": 0.3}
    _, problem = failure(connected(server, **limits))
    assert problem.kind in {"silent": "silent", "stall": "stalled", "endless": "endless", "drip": "slow stalled"}[named]
    assert server.disconnected.wait(2)


@pytest.mark.parametrize("named", ["stall", "endless"])
def test_a_server_sees_at_once_that_the_reader_stopped(server: OpenAIServer, named: str) -> None:
    server.fails(named)
    reply = connected(server, seconds=20, llm_answer_tokens=2000).stream(ASKED)
    assert next(reply)
    reply.close()
    assert server.disconnected.wait(2)
    assert list(reply) == []


def test_a_server_that_takes_no_stream_is_asked_for_the_whole_answer(server: OpenAIServer) -> None:
    server.fails("not_streaming", said=ANSWER)
    model = connected(server)
    assert model.complete(ASKED) == ANSWER
    assert model.complete(ASKED) == ANSWER
    assert [bool(request.get("stream")) for request in server.requests] == [True, False, False]  # asked once only


def test_a_parameter_that_the_server_does_not_know_is_left_out_from_then_on(server: OpenAIServer) -> None:
    server.rejects("stream_options", "temperature", "max_tokens")
    server.answers(ANSWER)
    model = connected(server, llm_answer_tokens=300)
    assert model.complete(ASKED) == ANSWER
    assert model.complete(ASKED) == ANSWER
    assert len(server.requests) == 3 + 1 + 1
    assert set(server.requests[-1]) == {"model", "messages", "max_completion_tokens", "stream"}


def test_a_busy_server_is_waited_for_once_if_it_asks_for_no_more_than_5_s(server: OpenAIServer) -> None:
    server.fails("429", retry_after=0.4, times=1)
    server.answers(ANSWER)
    assert connected(server, seconds=0.3).complete(ASKED) == ANSWER  # the wait is longer than a silence may be
    assert len(server.requests) == 2

    server.fails("429", retry_after=0)
    assert failure(connected(server))[1].kind == "busy"
    assert len(server.requests) == 2 + 2


@pytest.mark.parametrize("as_a_date", [False, True])
def test_a_busy_server_that_asks_for_longer_is_not_waited_for(server: OpenAIServer, as_a_date: bool) -> None:
    server.fails("429", retry_after=formatdate(time() + 3600, usegmt=True) if as_a_date else 3600)
    _, problem = failure(connected(server))
    assert problem.kind == "busy"
    told = re.search(r"asks to wait (\d+) s \(429: Too many requests\)", str(problem))
    assert told
    assert 3500 < int(told.group(1)) <= 3600
    assert len(server.requests) == 1


def test_an_unknown_model_is_told_with_those_that_the_server_has() -> None:
    with OpenAIServer(models=["llama3.2:3b", "qwen3:8b"]) as server:
        server.fails("404")
        _, problem = failure(connected(server, llm_model="gpt-6"))
    assert problem.kind == "model"
    assert str(problem) == (
        f"{server.host} has no model gpt-6 (404): set RAG_LLM_MODEL to one that it has: llama3.2:3b, qwen3:8b."
    )


def test_a_wrong_path_is_told() -> None:
    with OpenAIServer() as server:
        _, problem = failure(connected(server, llm_base_url=f"http://{server.host}/api"))
    assert problem.kind == "model"
    assert "RAG_LLM_BASE_URL, which mostly ends in /v1" in str(problem)


def test_a_server_that_is_not_there_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        host = "{}:{}".format(*free.getsockname())
        model = connect(Settings(llm_base_url=f"http://{host}/v1", llm_model="m", llm_window=4096))
        _, problem = failure(model)
    assert problem.kind == "unreachable"
    assert str(problem) == f"Nothing answers at {host}: start the server there, or correct RAG_LLM_BASE_URL."


def test_a_host_that_is_not_known_is_unreachable(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    model = connect(Settings(llm_base_url="http://nosuch.invalid/v1", llm_model="m", llm_window=4096))
    _, problem = failure(model)
    assert problem.kind == "unreachable"
    assert "The address of nosuch.invalid cannot be found" in str(problem)


def test_https_where_there_is_none_is_told(server: OpenAIServer) -> None:
    _, problem = failure(connected(server, llm_base_url=f"https://{server.host}/v1"))
    assert problem.kind == "certificate"
    assert "does not speak https" in str(problem)


@pytest.mark.skipif(shutil.which("openssl") is None, reason="a certificate is made by the openssl program")
def test_a_certificate_that_nobody_vouches_for_is_told(tmp_path: Path) -> None:
    pem = tmp_path / "server.pem"
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"]
    named = ["-subj", "/CN=localhost", "-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "cert.pem")]
    subprocess.run([*made, *named], check=True, capture_output=True)
    pem.write_text((tmp_path / "key.pem").read_text() + (tmp_path / "cert.pem").read_text())
    with OpenAIServer(certificate=pem) as server:
        _, problem = failure(connected(server))
    assert problem.kind == "certificate"
    assert "is not to be trusted: set SSL_CERT_FILE" in str(problem)


def test_a_key_that_the_server_repeats_is_not_told(server: OpenAIServer) -> None:
    server.fails("400", detail=f"Bad field near {KEY} and sk-another1234567 in\nthe header")
    _, problem = failure(connected(server, llm_api_key=KEY))
    assert "(400: Bad field near … and … in)" in str(problem)
