"""`python -m evals` as it is typed: a run, a comparison, and everything that cannot be used."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from evaluated import NAMES, row, write_rows, write_world
from openai_server import OpenAIServer

from evals.__main__ import main
from rag.models import Embedder

Said = tuple[int, str, str]
Evals = Callable[..., Said]


@pytest.fixture
def evals(capsys: pytest.CaptureFixture[str], shared_embedder: Embedder) -> Evals:
    """Runs a command; gives its exit status and what it wrote."""

    def run(*words: object) -> Said:
        status = main([str(word) for word in words])
        said = capsys.readouterr()
        assert "Traceback" not in said.err
        return status, said.out, said.err

    return run


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with papers, a few cases of them, and a store once it was asked."""
    home = tmp_path_factory.mktemp("evals")
    (home / "papers").mkdir()
    write_world(home / "papers")
    given = []
    for number, name in enumerate(NAMES[:5]):
        quote = f"was built in {1801 + 3 * number}"
        question = f"When was the lighthouse of {name} built?"
        given.append(row(f"q-{number}", "date", question, [[str(1801 + 3 * number)]], [[f"{name.lower()}.txt", quote]]))
    write_rows(home / "cases.jsonl", given)
    return home


def asked(world: Path) -> list[object]:
    return ["--cases", world / "cases.jsonl", "--corpus", world / "papers", "--store", world / "store"]


def test_a_run_is_written_compared_reported_and_corrupted(evals: Evals, world: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "first.json", tmp_path / "second.json"
    status, out, _ = evals("run", *asked(world), "--out", first)
    assert status == 0
    assert "5 of 5 cases scored" in out
    assert re.search(r"^date +5 +1\.000 +1\.000", out, re.MULTILINE)
    assert "copies the top passage" in out
    assert "PASS: all invariants hold" in out

    status, out, _ = evals("run", *asked(world), "--out", second, "--baseline", first)
    assert status == 0
    assert "cases changed" not in out
    status, out, _ = evals("compare", first, second)
    assert (status, "PASS" in out) == (0, True)

    status, out, _ = evals("mutate", second, *asked(world), "--out", tmp_path / "proof.json")
    assert status == 1  # so few cases prove nothing, and that is said
    assert re.search(r"★ quotes forged +killed", out)
    assert "survived: marks off by one" in out

    status, out, _ = evals(
        *("report", second, *asked(world), "--baseline", first, "--proof", tmp_path / "proof.json"),
        *("--out", tmp_path / "report"),
    )
    assert status == 0
    assert {Path(line).name for line in out.split()} == {"report.html", "junit.xml", "summary.md", "cases.csv"}
    assert "Groundedness: PASS" in (tmp_path / "report" / "summary.md").read_text()
    suites = ElementTree.parse(tmp_path / "report" / "junit.xml").getroot()
    assert [suite.get("failures") for suite in suites] == ["0", "0"]
    assert len(suites.findall("testsuite[@name='cases']/testcase")) == 5


def test_results_that_got_worse_fail_with_status_1(evals: Evals, world: Path, tmp_path: Path) -> None:
    evals("run", *asked(world), "--out", tmp_path / "first.json")
    kept = json.loads((tmp_path / "first.json").read_text())
    kept["items"][0]["broken"] = ["a quote is false"]
    (tmp_path / "second.json").write_text(json.dumps(kept))
    status, out, _ = evals("compare", tmp_path / "first.json", tmp_path / "second.json")
    assert status == 1
    assert "FAIL: an invariant is broken: q-0: a quote is false" in out


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            lambda case: case | {"evidence": [[{"source": "abbermouth.txt", "quote": "It is oak."}]]},
            "does not hold “It",
        ),
        (lambda case: case | {"evidence": [[{"source": "nowhere.txt", "quote": "It"}]]}, "nowhere.txt"),
        (lambda case: case | {"kind": "riddle"}, "the kind 'riddle' is none of"),
        (lambda case: case | {"question": " "}, "no text under 'question'"),
        (lambda case: case | {"id": "q-1"}, "the id 'q-1' is that of cases.jsonl, line 1"),
        (lambda case: case | {"fact": []}, "unknown field 'fact'"),
        (lambda case: case | {"facts": "1801"}, "a list of texts is wanted"),
        (lambda case: case | {"facts": [[]]}, "an empty fact"),
        (lambda case: case | {"evidence": []}, "needs evidence"),
        (lambda case: "{", "not JSON"),
        (lambda case: [], "not an object"),
    ],
)
def test_a_case_that_cannot_be_used_is_named_with_its_line(
    evals: Evals, world: Path, tmp_path: Path, change: Callable[[Any], Any], said: str
) -> None:
    lines = (world / "cases.jsonl").read_text().splitlines()
    changed = change(json.loads(lines[0]))
    lines[0] = changed if isinstance(changed, str) else json.dumps(changed)
    (tmp_path / "cases.jsonl").write_text("\n".join([*lines[1:], lines[0]]) + "\n")
    words = ["--cases", tmp_path / "cases.jsonl", "--corpus", world / "papers", "--store", world / "store"]
    status, out, err = evals("run", *words, "--out", tmp_path / "r.json")
    assert (status, out) == (2, "")
    assert said in err
    assert not (tmp_path / "r.json").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["compare", "{}/nothing.json", "{}/nothing.json"], "is not there: make it with"),
        (["run", "--cases", "{}/nothing.jsonl"], "cannot be read"),
        (["report", "{}/nothing.json"], "is not there"),
        (["mutate", "{}/nothing.json"], "is not there"),
        (["run", "--baseline", "{}/nothing.json"], "is not there"),
        (["init", "--out", "{}"], "is there already"),
    ],
)
def test_what_is_missing_is_one_sentence_and_status_2(
    evals: Evals, world: Path, tmp_path: Path, words: list[str], said: str
) -> None:
    given = [word.format(tmp_path) for word in words]
    if words[0] == "run":
        given += ["--store", str(world / "store"), "--out", str(tmp_path / "r.json")]
    status, out, err = evals(*given)
    assert (status, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_a_baseline_of_other_cases_is_refused(evals: Evals, world: Path, tmp_path: Path) -> None:
    evals("run", *asked(world), "--out", tmp_path / "first.json")
    lines = (world / "cases.jsonl").read_text().splitlines()[:4]
    (tmp_path / "fewer.jsonl").write_text("\n".join(lines) + "\n")
    words = ["--cases", tmp_path / "fewer.jsonl", "--corpus", world / "papers", "--store", world / "store"]
    status, _, err = evals("run", *words, "--out", tmp_path / "r.json", "--baseline", tmp_path / "first.json")
    assert status == 2
    assert "The baseline is of other cases" in err


def test_starter_cases_of_a_store_can_be_run_as_they_are(evals: Evals, world: Path, tmp_path: Path) -> None:
    evals("run", *asked(world), "--out", tmp_path / "r.json")  # which makes the store
    status, out, _ = evals("init", "--store", world / "store", "-n", 20, "--out", tmp_path / "mine.jsonl")
    assert status == 0
    assert out.startswith("20 cases in ")
    made = [json.loads(line) for line in (tmp_path / "mine.jsonl").read_text().splitlines()]
    assert {"near miss", "number"} <= {case["kind"] for case in made}
    tower = next(case for case in made if case["kind"] == "number")
    assert re.fullmatch(r"The (tower|bell) of \w+ (is|weighs) how many \w+( high)?\?", tower["question"])
    words = ["--cases", tmp_path / "mine.jsonl", "--store", world / "store"]
    status, out, _ = evals("run", *words, "--out", tmp_path / "m.json")
    assert status in (0, 3)
    assert "20 of 20 cases scored" in out


def test_a_model_is_asked_once_for_each_case_within_its_budget(
    evals: Evals, world: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["run", *asked(world), "--writer", "llm", "--cache", tmp_path / "cache", "--out", tmp_path / "r.json"]
    status, _, err = evals(*words)
    assert (status, "No language model is set" in err) == (2, True)
    with OpenAIServer() as server:
        server.answers("It was built in 1801. [1]")
        monkeypatch.setenv("RAG_LLM_BASE_URL", server.base_url)
        monkeypatch.setenv("RAG_LLM_MODEL", "fake-model")
        status, _, err = evals(*words, "--budget", 3)
        assert (status, "The budget of 3 questions is spent" in err) == (2, True)
        before = len(server.requests)
        status, out, _ = evals(*words, "--budget", 3)
        assert "5 of 5 cases scored" in out
        assert len(server.requests) > before
        before = len(server.requests)
        evals(*words, "--budget", 0)
        assert len(server.requests) == before


def test_the_command_says_what_it_can_do(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["evals", "--help"])
    with pytest.raises(SystemExit) as stopped:
        main()
    assert stopped.value.code == 0
    said = capsys.readouterr().out
    assert all(command in said for command in ("run", "compare", "meta", "mutate", "report", "init"))
