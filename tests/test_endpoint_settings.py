"""What the settings say of a language model, and what its server says: its window, and settings that cannot be used."""

from __future__ import annotations

from typing import Any

import pytest
from openai_server import OpenAIServer

from rag.errors import SettingsError
from rag.language_model import LanguageModel, NoAnswer
from rag.language_model.endpoint import check, connect
from rag.prompts import Message
from rag.settings import Settings

ASKED = [Message("user", "How high was the tide?")]
KEY = "sk-test-0123456789abcdef"


def connected(server: OpenAIServer, **knobs: Any) -> LanguageModel:
    return connect(Settings(llm_base_url=server.base_url, llm_model="fake-model", **knobs))


@pytest.mark.parametrize(
    ("kind", "window", "loaded", "found", "known"),
    [
        ("vllm", 16384, True, 16384, "as the server says"),
        ("llama.cpp", 8192, True, 8192, "as the server says"),
        ("lm-studio", 12000, True, 12000, "as the server says"),
        ("lm-studio", 12000, False, 4096, "LM Studio's default until it has loaded the model"),
        ("ollama", 32768, True, 32768, "as the server says"),
        ("ollama", 6000, False, 6000, "as the model's file on the server says"),
        ("ollama", 0, False, 4096, "Ollama's default until it has loaded the model"),
        ("plain", 0, True, 4096, "assumed, since the server does not say"),
    ],
)
def test_each_kind_of_server_is_asked_for_its_window_in_its_own_way(
    kind: Any, window: int, loaded: bool, found: int, known: str
) -> None:
    with OpenAIServer(kind=kind, window=window, loaded=loaded) as server:
        model = connected(server)
        assert server.paths == []  # not before it is needed
        assert (model.window, model.window_from) == (found, known)
        asked = len(server.paths)
        assert model.window == found
        assert len(server.paths) == asked  # and remembered


def test_a_window_that_was_only_a_default_is_asked_for_again_after_an_answer() -> None:
    with OpenAIServer(kind="ollama", window=0, loaded=False) as server:
        model = connected(server)
        assert model.window == 4096
        assert model.complete(ASKED)
        server.loaded, server.window = True, 32768
        assert (model.window, model.window_from) == (32768, "as the server says")


def test_the_setting_for_the_window_wins_and_nothing_is_asked() -> None:
    with OpenAIServer(kind="vllm", window=16384) as server:
        model = connected(server, llm_window=2000, llm_answer_tokens=1500)
        assert (model.window, model.window_from, model.answer_tokens) == (2000, "as RAG_LLM_WINDOW says", 1000)
        assert server.paths == []


def test_openais_own_windows_are_known_without_asking() -> None:
    model = connect(Settings(llm_model="gpt-4o-mini", llm_api_key=KEY))
    assert (model.window, model.window_from) == (128000, "as OpenAI says")
    assert connect(Settings(llm_model="no-such-model", llm_api_key=KEY)).window == 4096


@pytest.mark.parametrize(
    ("knobs", "named"),
    [
        ({"llm_base_url": "http://localhost:1/v1"}, "RAG_LLM_MODEL is empty"),
        ({"llm_model": "m"}, "RAG_LLM_BASE_URL is empty, which means OpenAI's own server"),
        ({"llm_model": "m", "llm_api_key": KEY + "\n\nx"}, "RAG_LLM_API_KEY has characters"),
        ({"llm_model": "m", "llm_base_url": "localhost:11434/v1"}, "RAG_LLM_BASE_URL is 'localhost:11434/v1'"),
        ({"llm_model": "m", "llm_base_url": "ftp://localhost/v1"}, "like http://localhost:11434/v1"),
        ({"llm_model": "m", "llm_base_url": "http://"}, "like http://localhost:11434/v1"),
        ({"llm_model": "m", "llm_base_url": "http://localhost:port/v1"}, "like http://localhost:11434/v1"),
        ({"llm_model": "m", "llm_base_url": "http://local host/v1"}, "like http://localhost:11434/v1"),
        ({"llm_model": "m", "llm_base_url": "http://me:secret@localhost/v1"}, "holds a user or a password"),
        ({"llm_model": "m", "llm_base_url": "http://localhost/v1?key=secret"}, "has a part after ?"),
        ({"llm_model": "m", "llm_base_url": "http://localhost/v1/chat/completions"}, "leave out what follows /v1"),
    ],
)
def test_settings_that_cannot_be_used_are_told_with_the_remedy(knobs: dict[str, Any], named: str) -> None:
    with pytest.raises(SettingsError) as raised:
        connect(Settings(**knobs))
    assert named in str(raised.value)
    assert KEY not in str(raised.value)
    assert "secret" not in str(raised.value)


def test_the_connection_can_be_tested() -> None:
    with OpenAIServer() as server:
        settings = Settings(llm_base_url=server.base_url + "/", llm_model="fake-model")
        server.answers("ready")
        assert check(settings) == "ready"
        server.fails("401")
        with pytest.raises(NoAnswer, match="asks for a key"):
            check(settings)


def test_a_proxy_that_cannot_be_used_is_told_but_does_not_matter_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ALL_PROXY", "gopher://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    with pytest.raises(SettingsError, match="HTTPS_PROXY, ALL_PROXY"):
        connect(Settings(llm_base_url="https://models.invalid/v1", llm_model="m"))
    assert connect(Settings(llm_base_url="http://[::1]:9/v1", llm_model="m", llm_window=2000)).window == 2000
