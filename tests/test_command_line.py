"""The commands: exit statuses, one JSON document on standard output, and the keys that other programs rely on."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import rag
from rag.__main__ import main

pytestmark = pytest.mark.usefixtures("shared_embedder")
Run = Callable[..., tuple[int, str, str]]

HIT = {
    *("passage_id", "document_id", "source", "title", "page", "headings", "start", "end"),
    *("text", "score", "dense_rank", "lexical_rank"),
}
ANSWER = {
    *("question", "asked_as", "text", "refusal", "claims", "hits", "nearest", "disagreements"),
    *("invented_marks", "writer", "seconds"),
}
CITATION = {"mark", "document_id", "source", "title", "page", "start", "end", "quote"}
REPORT = {
    *("added", "changed", "removed", "unchanged", "unreadable", "warnings", "documents", "passages", "seconds"),
}


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs a command on `tmp_path/store`; gives its exit status and what it wrote."""

    def run_one(command: str, *arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([command, *map(str, arguments), "--store", str(tmp_path / "store")])
        except SystemExit as ended:
            status = int(ended.code or 0)
        written = capsys.readouterr()
        assert "Traceback" not in written.err
        return status, written.out, written.err

    return run_one


def document(done: tuple[int, str, str]) -> Any:
    status, out, _ = done
    assert status == 0
    return json.loads(out)


# -- sync


def test_sync_reports_as_json(run: Run, papers) -> None:
    papers.write("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    report = document(run("sync", papers.path, "--json"))
    assert set(report) == REPORT
    assert [report[key] for key in ("added", "changed", "removed", "unchanged", "documents", "passages")] == [
        *(6, 0, 0, 0, 6, 7)
    ]
    [problem] = report["unreadable"]
    assert set(problem) == {"source", "reason"}
    assert problem["source"] == "papers/scan.png"
    again = document(run("sync", "--json"))  # the folders that were synced before
    assert (again["added"], again["unchanged"], again["unreadable"]) == (0, 6, [problem])


def test_sync_reports_in_words(run: Run, papers) -> None:
    papers.write("scan.png", b"\x89PNG\r\n\x1a\n" + bytes(100))
    status, out, said = run("sync", papers.path)
    assert status == 0
    assert out.startswith("6 added, 0 changed, 0 removed, 0 unchanged, 1 not read. The library holds 6 documents in")
    assert "not read: papers/scan.png: " in said


def test_sync_of_a_missing_folder_is_a_problem_with_a_message(run: Run, tmp_path: Path) -> None:
    status, out, said = run("sync", tmp_path / "none", "--json")
    assert (status, out) == (1, "")
    assert said.startswith(f"rag: There is no {tmp_path / 'none'}. Check the path")
    status, out, said = run("sync")
    assert (status, out) == (1, "")
    assert "Name a folder: rag sync FOLDER" in said


# -- search


def test_search_gives_hits_as_json(run: Run, store: Path) -> None:
    hits = document(run("search", "ACME-4711", "-k", 2, "--json"))
    assert len(hits) == 2
    assert set(hits[0]) >= HIT
    first = hits[0]
    assert (first["source"], first["lexical_rank"], first["headings"]) == ("papers/pumps.txt", 1, [])
    assert hits[1]["lexical_rank"] is None
    assert document(run("search", "", "--json")) == []


def test_search_gives_hits_in_words(run: Run, store: Path) -> None:
    status, out, _ = run("search", "ACME-4711", "-k", 1)
    assert status == 0
    assert "(papers/pumps.txt)\nPart ACME-4711 is the spare impeller" in out
    assert run("search", " ")[1] == "Nothing was found.\n"


def test_search_filters_by_source_and_metadata(run: Run, store: Path) -> None:
    hits = document(run("search", "station", "--source", "*.md", "--json"))
    assert {hit["source"] for hit in hits} == {"papers/birds.md", "papers/notes/board.md"}
    hits = document(run("search", "station", "--where", "role=fitter", "--json"))
    assert [hit["source"] for hit in hits] == ["papers/people.jsonl#per"]


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


# -- ask


def test_ask_answers_as_json_with_true_offsets(run: Run, store: Path) -> None:
    answer = document(run("ask", "How high was the highest tide of 2021?", "--json"))
    assert set(answer) >= ANSWER
    assert answer["refusal"] is None
    assert answer["writer"] == "extractive"
    assert answer["claims"]
    for claim in answer["claims"]:
        assert set(claim) == {"text", "start", "end", "citations", "verdict"}
        assert answer["text"][claim["start"] : claim["end"]] == claim["text"]
        assert set(claim["verdict"]) == {"support", "confidence", "because", "judge"}
        for citation in claim["citations"]:
            assert set(citation) == CITATION
            shown = document(
                run("show", citation["document_id"], "--start", citation["start"], "--end", citation["end"], "--json")
            )
            assert shown["text"] == citation["quote"]
    assert "4.82 m" in answer["text"]
    assert set(answer["hits"][0]) >= HIT
    assert all(isinstance(seconds, float) for seconds in answer["seconds"].values())


def test_a_refusal_is_a_good_answer(run: Run, store: Path) -> None:
    answer = document(run("ask", "What does Professor Zimmermann say of the Xylotrix reactor?", "--json"))
    assert answer["refusal"] == "NOT_IN_THE_DOCUMENTS"
    assert answer["claims"] == []
    assert answer["nearest"]
    assert set(answer["nearest"][0]) >= HIT


def test_an_empty_library_says_what_to_do(run: Run) -> None:
    answer = document(run("ask", "How high is the tide?", "--json"))
    assert answer["refusal"] == "NOTHING_INDEXED"
    assert "rag sync" in answer["text"]


def test_ask_answers_in_words_with_footnotes(run: Run, store: Path) -> None:
    status, out, _ = run("ask", "How high was the highest tide of 2021?")
    assert status == 0
    assert "[1]" in out
    assert "papers/tides.txt" in out


def test_ask_in_a_batch(run: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "q.jsonl").write_text('{"id": "a", "question": "Who led the survey?"}\n{"id": "b", "question": ""}\n')
    status, out, _ = run("ask", "--batch", tmp_path / "q.jsonl")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["id"] for row in rows] == ["a", "b"]
    assert all(set(row) >= {*ANSWER, "id"} for row in rows)


# -- show, doctor, repair, forget


def test_show_gives_a_document_or_a_part_of_it(run: Run, store: Path) -> None:
    whole = document(run("show", "birds.md", "--json"))
    assert set(whole) >= {"id", "source", "title", "text", "pages", "sections", "metadata"}
    assert (whole["source"], whole["title"], whole["start"], whole["end"]) == (
        *("papers/birds.md", "Bird counts", 0, len(whole["text"])),
    )
    part = document(run("show", whole["id"], "--start", 5, "--end", 30, "--json"))
    assert part["text"] == whole["text"][5:30]
    assert (part["start"], part["end"]) == (5, 30)
    assert run("show", "papers/birds.md", "--end", 4)[1] == whole["text"][:4] + "\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing.txt"], "There is no document nothing.txt"),
        (["birds.md", "--start", "90000"], "--start and --end must be in order and within them"),
        (["birds.md", "--start", "9", "--end", "3"], "--start and --end must be in order and within them"),
        (["papers"], "There is no document papers"),
        ([""], "There is no document"),
    ],
)
def test_show_says_what_is_wrong(run: Run, store: Path, arguments: list[str], message: str) -> None:
    status, out, said = run("show", *arguments)
    assert (status, out) == (1, "")
    assert message in said


def test_doctor_and_repair_say_what_they_find(run: Run, store: Path) -> None:
    keys = {"documents", "passages", "dense", "lexical", "problems", "healed", "healthy"}
    for command in ("doctor", "repair", "doctor"):
        health = document(run(command, "--json"))
        assert set(health) == keys
        assert (health["documents"], health["passages"], health["dense"], health["lexical"]) == (6, 7, 7, 7)
        assert (health["problems"], health["healthy"]) == ([], True)
    assert "The three agree." in run("doctor")[1]
    assert "Both indexes were made anew: 7 passages of 6 documents." in run("repair")[1]


def test_doctor_ends_with_1_where_something_is_wrong(run: Run, store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rag.store.Store._disagreements", lambda *_, deep: ["two differ"] if deep else [])
    status, out, _ = run("doctor")
    assert status == 1
    assert "two differ" in out
    assert "rag repair" in out


def test_forget_names_what_is_forgotten(run: Run, store: Path) -> None:
    assert document(run("forget", "papers/people.jsonl", "--json")) == {
        "forgotten": ["papers/people.jsonl#ada", "papers/people.jsonl#per"]
    }
    assert run("forget", "birds.md")[1] == "Forgotten: papers/birds.md\n"
    status, _, said = run("forget", "birds.md")
    assert status == 1
    assert "There is no document birds.md" in said
    assert document(run("doctor", "--json"))["documents"] == 3


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An embedder of 16 dimensions with random weights, as a folder that sentence-transformers reads."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, PreTrainedTokenizerFast

    from rag.models import _bundled_folder

    folder = tmp_path_factory.mktemp("bert")
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_file=str(_bundled_folder() / "tokenizer.json"),
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
    )
    tokenizer.save_pretrained(folder)
    torch.manual_seed(1)
    sizes = {"hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 16}
    BertModel(BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **sizes)).save_pretrained(folder)
    transformer = Transformer(str(folder), max_seq_length=64)
    model = SentenceTransformer(modules=[transformer, Pooling(16)], device="cpu")
    saved = tmp_path_factory.mktemp("tiny")
    model.save(str(saved))
    return saved


def test_another_embedder_is_refused_until_everything_is_embedded_anew(
    run: Run, store: Path, tiny_model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = document(run("show", "tides.txt", "--json"))
    monkeypatch.setenv("RAG_EMBEDDER", str(tiny_model))
    status, out, said = run("search", "tide", "--json")
    assert (status, out) == (1, "")
    assert "holds vectors of the model all-MiniLM-L6-v2 (" in said
    assert "Set RAG_EMBEDDER=all-MiniLM-L6-v2, or embed everything anew: rag repair --embed" in said
    assert document(run("doctor", "--json"))["healthy"]
    health = document(run("repair", "--embed", "--json"))
    assert health["healthy"]
    assert health["passages"] >= 7  # a window of 64 word pieces holds less
    hits = document(run("search", "ACME-4711", "--json"))  # the weights are random, so only the words tell
    assert [hit["source"] for hit in hits if hit["lexical_rank"] == 1] == ["papers/pumps.txt"]
    assert document(run("show", "tides.txt", "--json")) == before
    monkeypatch.delenv("RAG_EMBEDDER")
    assert run("search", "tide")[0] == 1
    assert document(run("repair", "--embed", "--json"))["passages"] == 7
    assert document(run("search", "ACME-4711", "--json"))[0]["source"] == "papers/pumps.txt"


# -- usage and errors


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["nonsense"],
        ["search"],
        ["search", "tide", "--batch", "-"],
        ["ask"],
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


# -- as a real process


def rag_process(*arguments: object, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rag", *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, timeout=120, check=False, env={**os.environ, **environment}
    )


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


def test_help_and_version_need_no_store() -> None:
    assert rag_process("--version").stdout.startswith(b"footnote-rag ")
    helped = rag_process("sync", "--help")
    assert (helped.returncode, helped.stderr) == (0, b"")
