"""`rag check`: one sentence, a text sentence by sentence, and many pairs, against any sources."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from commands import Run
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.commands import checking
from rag.commands.markdown import prose, without_marks
from rag.grounding.judges import Pair
from rag.types import Support, Verdict

SOURCE = (
    "The ferry Alkyone was built in 1958. It carries 64 passengers and sails from Farrow to Brelm on weekdays only. "
    "The board did not approve a second ferry."
)
KEYS = {"id", "support", "confidence", "score", "because", "lacking", "judge"}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(SOURCE, encoding="utf-8")
    return path


def batch(run: Run, monkeypatch: pytest.MonkeyPatch, *rows: object) -> list[dict[str, Any]]:
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(row) + "\n" for row in rows)))
    status, out, said = run("check", "--batch", "-")
    assert status == 0
    assert re.fullmatch(r"(?:[\d,]+ checked\n)*", said)  # a slow machine is told of its progress
    return [json.loads(line) for line in out.splitlines()]


def test_a_batch_is_answered_line_by_line_in_order(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = batch(
        run,
        monkeypatch,
        {"id": 1, "claim": "The ferry Alkyone was built in 1958.", "source": SOURCE},
        {"id": "two", "claim": "The ferry Alkyone was built in 1985.", "source": SOURCE},
        {"claim": "The Alkyone carries 64 passengers.", "source": ["Nothing of that.", SOURCE]},
    )
    assert [row["id"] for row in rows] == [1, "two", None]
    assert all(set(row) == KEYS for row in rows)
    assert [row["support"] == "SUPPORTED" for row in rows] == [True, False, True]
    assert rows[0]["score"] > rows[1]["score"]
    assert all(0.0 <= row["score"] <= 1.0 and row["because"] for row in rows)


@pytest.mark.parametrize(
    ("claim", "source", "support"),
    [
        ("", SOURCE, "UNCHECKED"),
        ("?!", SOURCE, "UNCHECKED"),
        ("The ferry sails.", "", "UNSUPPORTED"),
        (SOURCE, SOURCE, "SUPPORTED"),
        ("Die Fähre wurde im Jahr 1958 von zwei Brüdern aus dem Norden gebaut.", SOURCE, "UNCHECKED"),
        ("渡し船は1958年に建造されました。", SOURCE, "UNCHECKED"),
        ("def f(x): return x + 1", "def f(x): return x + 1", "SUPPORTED"),
    ],
)
def test_what_no_judge_can_judge_has_a_verdict_with_its_reason(
    run: Run, monkeypatch: pytest.MonkeyPatch, claim: str, source: str, support: str
) -> None:
    (row,) = batch(run, monkeypatch, {"id": 0, "claim": claim, "source": source})
    assert row["support"] == support
    assert row["because"]


@pytest.mark.parametrize("claim", ["word " * 2000, "1958 64 1958", "\x00\ud800 x", "a" * 10_000, "x = {1: [2, 3]}"])
def test_strange_claims_are_judged_without_a_crash(run: Run, monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    (row,) = batch(run, monkeypatch, {"id": 0, "claim": claim, "source": SOURCE})
    assert all(0 <= start < end <= len(claim) for start, end in row["lacking"])


def test_a_source_of_five_megabytes_is_searched_whole(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    filler = "Herons nest on the island and nobody counts them in winter. " * 42_000
    long = filler + SOURCE + filler
    (row,) = batch(run, monkeypatch, {"id": 0, "claim": "The Alkyone carries 64 passengers.", "source": long})
    assert len(long) > 5_000_000
    assert row["support"] in ("SUPPORTED", "PARTLY")


def test_a_broken_line_is_named_after_what_came_before_it(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "pairs.jsonl"
    path.write_text('{"id": 1, "claim": "x y", "source": "x y"}\n{"id": 2, "claim": "x"}\n', encoding="utf-8")
    status, out, said = run("check", "--batch", path)
    assert status == 1
    assert json.loads(out)["id"] == 1
    assert said == 'rag: Line 2 has no text under "source".\n'


def test_a_long_batch_is_judged_in_pieces_and_told_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []

    class Noting:
        name = "noting"

        def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
            sizes.append(len(pairs))
            return [Verdict(Support.PARTLY, 0.5, pair.claim, self.name) for pair in pairs]

    monkeypatch.setattr(checking, "load_judge", lambda settings: Noting())
    monkeypatch.setattr(checking, "_EVERY", 0.0)
    long = [{"id": n, "claim": f"Claim {n}.", "source": "word " * 400_000} for n in range(5)]
    short = [{"id": n, "claim": f"Claim {n}.", "source": "word"} for n in range(5, 150)]
    monkeypatch.setattr("sys.stdin", io.StringIO("".join(json.dumps(row) + "\n" for row in [*long, *short])))
    status, out, said = run("check", "--batch", "-")
    rows = [json.loads(line) for line in out.splitlines()]
    assert status == 0
    assert [row["id"] for row in rows] == list(range(150))
    assert all(row["score"] == 0.5 and row["because"] == f"Claim {row['id']}." for row in rows)
    assert max(sizes) <= 64
    assert sizes[0] == 3  # six million characters are enough at once
    assert said.splitlines()[-1] == "150 checked"


@pytest.mark.parametrize(
    "claim", ["It carries 64 passengers [1].", "It carries 64 passengers. [2, 3]", "It [^4] sails."]
)
def test_marks_of_citations_state_nothing(run: Run, monkeypatch: pytest.MonkeyPatch, claim: str) -> None:
    (row,) = batch(run, monkeypatch, {"id": 0, "claim": claim, "source": SOURCE})
    assert not re.search(r"“\d”", row["because"])


def test_one_claim_against_a_file_says_its_verdict_by_its_exit_status(run: Run, source: Path) -> None:
    status, out, _ = run("check", "The Alkyone carries 64 passengers.", "--source", source)
    assert status == 0
    assert "Supported: " in out
    status, out, _ = run("check", "The Alkyone carries 46 passengers.", "--source", source)
    assert status == 1
    assert "[46" in out
    assert "not “46 passengers”" in out


def test_one_claim_in_json(run: Run, source: Path) -> None:
    status, out, _ = run("check", "The board approved a second ferry.", "--source", source, "--json")
    found = json.loads(out)
    assert status == 1
    assert found["support"] == "CONTRADICTED"
    assert found["source"] == str(source)


def test_a_text_is_checked_sentence_by_sentence(run: Run, source: Path, tmp_path: Path) -> None:
    answer = tmp_path / "answer.md"
    answer.write_text(
        "# The ferry\n\nThe ferry Alkyone was built in 1958. It carries 46 passengers.\n", encoding="utf-8"
    )
    status, out, _ = run("check", "--answer", answer, "--source", source, "--json")
    found = json.loads(out)
    assert status == 1
    assert [one["text"] for one in found["sentences"]] == [
        "The ferry Alkyone was built in 1958.",
        "It carries 46 passengers.",
    ]
    assert found["sentences"][0]["support"] == "SUPPORTED"
    assert found["counts"]["SUPPORTED"] == 1
    status, out, _ = run("check", "--answer", answer, "--source", source)
    assert out.splitlines()[-2].startswith("2 sentences: 1 supported")
    assert "of ten unsupported sentences" in out.splitlines()[-1]


def test_sentences_of_markdown_are_intervals_of_the_file_without_headings_and_code(
    run: Run, source: Path, tmp_path: Path
) -> None:
    answer = tmp_path / "answer.md"
    text = (
        "---\ntitle: Ferries\n---\n# The ferry\n\nThe **ferry Alkyone** was built in 1958 [1].\r\n\n"
        "```python\nx = 1. Nothing of that.\n```\n\n1. It carries 64 passengers.\n"
    )
    answer.write_bytes(text.encode())
    _, out, _ = run("check", "--answer", answer, "--source", source, "--json")
    found = json.loads(out)
    assert [one["text"] for one in found["sentences"]] == [
        "The **ferry Alkyone** was built in 1958 [1].",
        "It carries 64 passengers.",
    ]
    assert all(text[one["start"] : one["end"]] == one["text"] for one in found["sentences"])
    assert found["sentences"][0]["support"] == "SUPPORTED"
    assert sum(found["counts"].values()) == 2


def test_an_answer_without_a_sentence_has_nothing_to_check(run: Run, source: Path, tmp_path: Path) -> None:
    (tmp_path / "answer.md").write_text("# Only a heading\n\n```\ncode\n```\n", encoding="utf-8")
    status, out, _ = run("check", "--answer", tmp_path / "answer.md", "--source", source)
    assert status == 0
    assert out.startswith("0 sentences: nothing to check\n")


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet=st.sampled_from("ab.1 \n\t#-*`~>|[]()_=!:\r"), max_size=200) | st.text(max_size=100))
def test_sentences_of_any_markdown_are_inside_it_and_in_order(text: str) -> None:
    places = prose(text)
    assert all(0 <= start < end <= len(text) and text[start:end].strip() for start, end in places)
    assert all(before[1] <= after[0] for before, after in pairwise(places))
    assert len(without_marks(text)) == len(text)


def test_the_source_that_supports_a_claim_is_named(run: Run, source: Path, tmp_path: Path) -> None:
    other = tmp_path / "herons.txt"
    other.write_text("Herons nest on the island.", encoding="utf-8")
    _, out, _ = run("check", "The ferry Alkyone was built in 1958.", "--source", other, "--source", source, "--json")
    assert json.loads(out)["source"] == str(source)


def test_a_long_source_is_not_named_for_its_many_words(run: Run, source: Path, tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text(
        "The ferry Helle was built in 1931. Two boats were sold in 1958. The Alkyone is a hotel.", encoding="utf-8"
    )
    _, out, _ = run("check", "The ferry Alkyone was built in 1958.", "--source", long, "--source", source, "--json")
    assert json.loads(out)["source"] == str(source)


def test_text_can_be_given_as_it_stands(run: Run) -> None:
    assert run("check", "Herons nest here.", "--text", "Herons nest here. So do gulls.")[0] == 0


@pytest.mark.parametrize(
    "arguments",
    [(), ("a claim",), ("a claim", "--batch", "x"), ("--batch", "x", "--source", "y"), ("--answer", "x")],
)
def test_wrong_usage_is_said_in_a_line(run: Run, arguments: tuple[str, ...]) -> None:
    status, out, said = run("check", *arguments)
    assert (status, out) == (2, "")
    assert said.startswith("rag check: ")


def test_a_source_that_cannot_be_read_is_a_problem_with_its_reason(run: Run, tmp_path: Path) -> None:
    assert (
        run("check", "A claim.", "--source", tmp_path / "none.txt")[2]
        == f"rag: {tmp_path / 'none.txt'} is not a file.\n"
    )
    (tmp_path / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    status, _, said = run("check", "A claim.", "--source", tmp_path / "broken.pdf")
    assert status == 1
    assert "broken.pdf cannot be read: " in said


def test_help_says_what_the_exit_status_means_and_loads_nothing_heavy() -> None:
    code = (
        "import sys; from rag.__main__ import main\n"
        "try: main(['check', '--help'])\n"
        "except SystemExit: print(sorted({'torch', 'numpy', 'transformers', 'py3langid'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert "Exit status: 0 where everything is supported" in " ".join(done.stdout.split())
    assert done.stdout.splitlines()[-1] == "[]"
