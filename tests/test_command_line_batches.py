"""Many questions at once, a line each: from a file, from standard input, and with broken lines."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from commands import ANSWER, HIT, Run, rag_process


def test_search_in_a_batch_from_a_file_and_from_standard_input(
    run: Run, store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = '{"id": 1, "text": "ACME-4711"}\n\n{"id": "zwei", "text": ""}\n{"text": "tern"}\n'
    (tmp_path / "questions.jsonl").write_text("\ufeff" + lines, encoding="utf-8")
    monkeypatch.setattr("sys.stdin", io.StringIO(lines))
    expected = [(1, 3), ("zwei", 0), (None, 3)]
    for name in (tmp_path / "questions.jsonl", "-"):
        status, out, said = run("search", "--batch", name, "-k", 3)
        rows = [json.loads(line) for line in out.splitlines()]
        assert (status, said) == (0, "")
        assert [set(row) for row in rows] == [{"id", "hits"}] * 3
        assert [(row["id"], len(row["hits"])) for row in rows] == expected
        assert set(rows[0]["hits"][0]) >= HIT


@pytest.mark.parametrize(
    ("command", "line", "message"),
    [
        ("search", '{"id": 2, "text": ', "Line 2 of {} is not JSON ("),
        ("search", '["text"]', "Line 2 of {} is not a JSON object."),
        ("search", '{"id": 2}', 'Line 2 has no text under "text".'),
        ("search", '{"id": 2, "text": 7}', 'Line 2 has no text under "text".'),
        ("ask", '{"id": 2, "text": "x"}', 'Line 2 has no text under "question".'),
    ],
)
def test_a_broken_line_of_a_batch_is_named(
    run: Run, store: Path, tmp_path: Path, command: str, line: str, message: str
) -> None:
    path = tmp_path / "batch.jsonl"
    path.write_text('{"id": 1, "text": "tide", "question": "tide"}\n' + line)
    status, out, said = run(command, "--batch", path)
    assert status == 1
    assert json.loads(out)["id"] == 1  # what came before is answered
    assert said.startswith("rag: " + message.format(path))


def test_a_batch_that_is_not_there_or_not_text_is_no_traceback(run: Run, store: Path, tmp_path: Path) -> None:
    assert run("search", "--batch", tmp_path / "none")[0] == 1
    assert run("search", "--batch", tmp_path)[0] == 1
    (tmp_path / "latin.jsonl").write_bytes(b'{"id": 1, "text": "caf\xe9"}\n')
    assert run("search", "--batch", tmp_path / "latin.jsonl")[0] in (0, 1)


def test_ask_in_a_batch(run: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": "a", "question": "Who led the survey?"}\n{"id": "b", "question": ""}\n')
    status, out, _ = run("ask", "--batch", tmp_path / "q.jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["id"] for row in rows] == ["a", "b"]
    assert all(set(row) >= {*ANSWER, "id"} for row in rows)


# -- as a real process


def test_a_batch_from_standard_input_in_a_plain_locale(store: Path) -> None:
    given = '{"id": 1, "text": "oystercatchers — 中文"}\n'.encode()
    done = rag_process("search", "--batch", "-", "--store", store, given=given, LC_ALL="C", PYTHONUTF8="0")
    assert done.stderr == b""
    assert done.returncode == 0
    assert json.loads(done.stdout)["hits"][0]["source"] == "papers/birds.md"


def test_a_broken_line_ends_the_process_with_1_and_a_message(store: Path) -> None:
    done = rag_process("search", "--batch", "-", "--store", store, given=b'{"id": 1, "text": "tide"}\n{nonsense\n')
    assert done.returncode == 1
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr.startswith(b"rag: Line 2 of - is not JSON (")


def test_a_reader_that_has_seen_enough_is_no_error(store: Path) -> None:
    line = json.dumps({"id": 1, "text": "tide"})
    command = f"{sys.executable} -m rag search --batch - --store {store} | head -c 10"
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command}"],
        input=(line + "\n") * 200,
        text=True,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert (done.stdout, done.stderr) == ('{"id": 1, ', "")
