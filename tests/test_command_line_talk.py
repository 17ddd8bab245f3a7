"""Asking a language model, conversations and their exports, as a shell does it."""

from __future__ import annotations

import html
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from commands import ANSWER, Run, document
from openai_server import OpenAIServer

from rag import Hit, Passage
from rag.citations.draft import parse

TIDE = "How high was the highest tide of 2021?"


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        monkeypatch.setenv("RAG_LLM_BASE_URL", running.base_url)
        monkeypatch.setenv("RAG_LLM_MODEL", "fake-model")
        monkeypatch.setenv("RAG_LLM_SECONDS", "1")
        running.answers("The tide stood at 4.82 m [1].")
        yield running


# -- with a language model


def test_the_model_that_is_set_writes_the_answer(run: Run, store: Path, server: OpenAIServer) -> None:
    answer = document(run("ask", TIDE, "--json"))
    assert set(answer) >= ANSWER
    assert answer["writer"] == "llm:fake-model"
    assert answer["text"] == "The tide stood at 4.82 m. [1]"
    (citation,) = answer["claims"][0]["citations"]
    assert "4.82 m" in citation["quote"]


def test_the_extractive_writer_can_be_named_all_the_same(run: Run, store: Path, server: OpenAIServer) -> None:
    answer = document(run("ask", TIDE, "--json", "--writer", "extractive"))
    assert answer["writer"] == "extractive"
    assert server.requests == []


def test_the_answer_is_written_as_it_comes_with_its_footnotes_below(
    run: Run, store: Path, server: OpenAIServer
) -> None:
    status, out, _ = run("ask", TIDE, "--writer", "llm")
    assert status == 0
    said, note, *_ = out.split("\n\n")
    assert said == "The tide stood at 4.82 m. [1]"
    assert note.startswith("[1] tides (")


def test_a_model_that_fails_in_the_middle_is_replaced_before_the_reader_s_eyes(
    run: Run, store: Path, server: OpenAIServer
) -> None:
    server.fails("drop", said="Well, the tide")
    status, out, _ = run("ask", TIDE)
    assert status == 0
    begun, why, said, *_ = out.split("\n\n")
    assert begun == "Well, the tide …"
    assert why.endswith("These are the documents’ own sentences instead.")
    assert said.startswith("The highest tide of 2021 stood 4.82 m above datum on 3 November. [1]")


def test_llm_without_a_model_says_which_setting_is_missing(run: Run, store: Path) -> None:
    status, out, err = run("ask", TIDE, "--writer", "llm")
    assert (status, out) == (1, "")
    assert "RAG_LLM_MODEL" in err


def test_a_server_without_a_model_is_not_passed_over(run: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_LLM_BASE_URL", "http://localhost:1/v1")
    status, out, err = run("ask", TIDE)
    assert (status, out) == (1, "")
    assert "RAG_LLM_MODEL" in err


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGINT to send")
def test_ctrl_c_keeps_what_was_written(store: Path, server: OpenAIServer) -> None:
    words = ["The ", "tide ", "stood ", "at ", "4.82 ", "m ", "[1]. ", "And"]
    server.fails("stall", said=words)
    command = [sys.executable, "-m", "rag", "ask", TIDE, "--store", str(store), "--conversation", "tides"]
    environment = {**os.environ, "RAG_LLM_SECONDS": "60"}
    # Without a buffer, in which what is read here would be lost to `communicate`.
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0, env=environment)
    assert running.stdout is not None
    began = b""
    while not began.endswith(b"4.82") and (more := running.stdout.read(1)):
        began += more
    running.send_signal(signal.SIGINT)
    rest, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    out = (began + rest).decode()
    # The stop may fall on any of the last words: what is kept is what was written until then, read to its end.
    hit = Hit(Passage("p", "d", "tides.txt", "Tides", 0, 5, "Tides"), 1.0)
    kept = {parse("".join(words[:end]), [hit]).text for end in range(5, 9)}
    assert out.split("\n\n")[0] in kept
    assert "Stopped: this is what was written until then." in out
    assert server.disconnected.wait(5)


# -- conversations


def test_a_conversation_is_begun_gone_on_with_and_listed(run: Run, store: Path) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    answer = document(run("ask", "and when was that?", "--conversation", "Tides", "--json"))
    assert answer["question"] == "and when was that?"
    assert "tide" in answer["asked_as"]
    (head,) = document(run("conversations", "--json"))
    assert (head["title"], head["turns"]) == ("Tides", 2)
    status, out, _ = run("conversations")
    assert status == 0
    assert out.startswith(head["id"])
    assert "2 questions  Tides" in out
    assert document(run("conversations", "--matching", "walrus", "--json")) == []


def test_a_conversation_can_be_read_renamed_and_deleted(run: Run, store: Path) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    status, out, _ = run("conversation", "Tides")
    assert status == 0
    assert TIDE in out
    assert "4.82 m above datum" in out
    run("conversation", "Tides", "--rename", "High water")
    assert [head["title"] for head in document(run("conversations", "--json"))] == ["High water"]
    assert run("conversation", "High water", "--delete")[0] == 0
    assert document(run("conversations", "--json")) == []
    status, _, err = run("conversation", "Tides")
    assert status == 1
    assert "There is no conversation Tides" in err


@pytest.mark.parametrize("name", ["tides.md", "tides.html", "tides.json"])
def test_a_conversation_is_exported_in_the_form_that_the_name_says(
    run: Run, store: Path, tmp_path: Path, name: str
) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    status, out, _ = run("conversation", "Tides", "--export", tmp_path / name)
    assert (status, out) == (0, f"Written: {tmp_path / name}\n")
    assert "4.82 m above datum" in html.unescape((tmp_path / name).read_text(encoding="utf-8"))


def test_an_export_says_in_which_form_it_cannot_be(run: Run, store: Path, tmp_path: Path) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    status, _, err = run("conversation", "Tides", "--export", tmp_path / "tides.pdf")
    assert status == 1
    assert "let its name end with .md, .html or .json" in err


def test_an_export_holds_as_long_as_its_documents_do(run: Run, store: Path, tmp_path: Path) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    file = tmp_path / "tides.json"
    run("conversation", "Tides", "--export", file)
    verification = document(run("verify", file, "--json"))
    assert verification["holds"]
    run("forget", "tides.txt")
    status, out, _ = run("verify", file)
    assert status == 1
    assert "no longer in the library" in out


def test_an_export_that_was_altered_is_found_out(run: Run, store: Path, tmp_path: Path) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    file = tmp_path / "tides.json"
    run("conversation", "Tides", "--export", file)
    file.write_text(file.read_text(encoding="utf-8").replace("4.82 m", "5.82 m"), encoding="utf-8")
    status, out, _ = run("verify", file)
    assert status == 1
    assert "Altered" in out


@pytest.mark.parametrize("text", ["", "{", "[]", json.dumps({"footnote_export": 99})])
def test_what_is_no_export_is_one_sentence(run: Run, store: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "other.json").write_text(text, encoding="utf-8")
    status, out, err = run("verify", tmp_path / "other.json")
    assert (status, out) == (1, "")
    assert "other.json" in err or "The export has format 99" in err


def test_forgetting_names_the_conversations_that_still_quote_it(run: Run, store: Path) -> None:
    run("ask", TIDE, "--conversation", "Tides")
    status, out, err = run("forget", "tides.txt")
    assert (status, out) == (0, "Forgotten: papers/tides.txt\n")
    assert "1 conversation still holds words of it: Tides" in err
