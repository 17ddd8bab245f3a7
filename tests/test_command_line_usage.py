"""How the commands are called: wrong usage, settings, and words that are not text."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from commands import Run, document, rag_process

import rag
from rag.__main__ import main


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["search"],
        ["search", "tide", "--batch", "-"],
        ["ask"],
        ["ask", "--batch", "-", "--conversation", "x"],
        ["ask", "why?", "--writer", "poet"],
        ["conversation"],
        ["conversation", "x", "--delete", "--rename", "y"],
        ["verify"],
        ["search", "tide", "-k", "0"],
        ["search", "tide", "-k", "many"],
        ["search", "tide", "--where", "role"],
        ["show"],
        ["show", "x", "--start", "-1"],
        ["sync", "--nonsense"],
    ],
    ids=" ".join,
)
def test_wrong_usage_ends_with_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err
    assert not (tmp_path / ".rag").exists()


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"footnote-rag {rag.__version__}\n"


def test_a_wrong_setting_names_its_variable(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RAG_PASSAGES", "many")
    status, _, said = run("search", "tide")
    assert status == 1
    assert said == "rag: RAG_PASSAGES is 'many': it must be a whole number.\n"


@pytest.mark.usefixtures("shared_embedder")
def test_the_store_is_named_by_the_environment_too(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RAG_STORE", str(store))
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["documents"] == 6


def test_arguments_that_are_not_text_are_no_traceback(run: Run, store: Path) -> None:
    name = os.fsdecode(b"\xff\xfe.txt")
    assert run("search", name)[0] == 0
    assert run("search", "tide", "--source", name)[0] == 0
    assert run("search", "tide", "--where", f"{name}={name}")[0] == 0
    assert run("ask", name, "--json")[0] == 0
    for command in ("show", "sync"):
        done = rag_process(command, name, "--store", store)
        assert (done.returncode, done.stdout) == (1, b"")
        assert done.stderr.startswith(b"rag: There is no ")


def test_names_that_are_not_text_are_printed_as_valid_json(run: Run, empty) -> None:
    empty.write(b"caf\xe9\n.txt", "The caf\u00e9 opens at nine.")
    assert run("sync", empty.path)[0] == 0
    hits = document(run("search", "When does the caf\u00e9 open?", "--json"))
    assert hits[0]["source"] == "papers/caf\\xe9\n.txt"
    assert document(run("show", "caf\\xe9\n.txt", "--json"))["source"] == "papers/caf\\xe9\n.txt"
    assert "caf\\xe9\\n.txt" in run("search", "When does the caf\u00e9 open?")[1]


def test_a_row_with_half_a_character_is_no_traceback(run: Run, empty) -> None:
    empty.write("rows.jsonl", '{"_id": "\\ud800", "text": "A row with \\ud800 in it.", "key\\udfff": "\\udfff"}\n')
    assert run("sync", empty.path)[0] == 0
    assert run("search", "row", "--json")[0] == 0


def test_help_and_version_need_no_store() -> None:
    assert rag_process("--version").stdout.startswith(b"footnote-rag ")
    helped = rag_process("sync", "--help")
    assert (helped.returncode, helped.stderr) == (0, b"")
