"""`python -m evals.judge`: what it prints, what it writes, and how it stops."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
from judging import Words, crossed, kept_back, put

import rag
from evals.judge import card_of, main
from evals.judging.report import report
from evals.judging.sets import load
from evals.judging.texts import development_texts


@pytest.fixture
def data(tmp_path: Path) -> Path:
    put(tmp_path / "ground" / "qags.jsonl.gz", crossed())
    return tmp_path / "ground"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    put(tmp_path / "texts" / "made.jsonl.gz", kept_back())
    return tmp_path / "texts"


def test_the_command_prints_a_report_and_writes_the_same_card_each_time(
    data: Path, texts: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rag, "load_judge", Words, raising=False)
    words = [str(data), "--sets", "qags", "--texts", str(texts), "--edits", "4", "--card", str(data / "card.json")]
    main(words)
    first = (data / "card.json").read_text(encoding="utf-8")
    printed = capsys.readouterr().out
    assert printed.startswith("$ python -m evals.judge ")
    assert "qags" in printed
    assert "nan" not in printed
    assert "6 claims with each of 5 passages: p50" in printed
    main([str(data.parent), *words[1:]])  # the folder above is as good
    assert (data / "card.json").read_text(encoding="utf-8") == first
    card = json.loads(first)
    assert list(card) == sorted(card)
    assert card["weights_sha256"] == "f00d"
    assert card["with_trained_groups"] is False
    assert "p50" not in first


def test_groups_that_were_trained_on_are_told_of_loudly(data: Path) -> None:
    lines = list(report(card_of(Words(), [load(data, "qags", everything=True)], with_trained_groups=True)))
    assert any(line.startswith("GROUPS THAT THE MODEL WAS TRAINED ON") for line in lines)


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("{", "line 1: Expecting property name"),
        ('{"claim": "a", "source": "b", "label": 1}', "line 1: claim, source and group must be texts"),
        ('{"claim": "a", "source": "b", "group": "c", "label": "yes"}', "line 1: label must be 0 or 1"),
        ("[]", "line 1: claim, source and group must be texts"),
        ("", "line 1: Expecting value"),
    ],
)
def test_a_malformed_row_is_named(tmp_path: Path, row: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with gzip.open(tmp_path / "qags.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(row + "\n")
    with pytest.raises(SystemExit) as stopped:
        main([str(tmp_path), "--sets", "qags", "--edits", "0"])
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["/nowhere"], "/nowhere is not a folder"),
        (["{}", "--sets", "scifact"], "scifact.jsonl.gz cannot be read"),
        (["{}", "--sets", "nonsense"], "invalid choice: 'nonsense'"),
        (["{}", "--sets", "qags"], "--texts names other texts, --edits 0 needs none"),
        (["{}", "--sets", "qags", "--texts", "{}/none"], "holds no .jsonl.gz files"),
        (["{}", "--sets", "qags", "--edits", "0", "--card", "{}/none/card.json"], "none is not a folder"),
    ],
)
def test_what_is_missing_is_named(data: Path, words: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([word.format(data) for word in words])
    assert stopped.value.code == 2
    assert told in capsys.readouterr().err


def test_a_file_that_is_not_gzip_is_named(tmp_path: Path) -> None:
    (tmp_path / "qags.jsonl.gz").write_text("plain")
    with pytest.raises(ValueError, match="cannot be read"):
        load(tmp_path, "qags")
    with pytest.raises(ValueError, match=r"contexts\.jsonl\.gz cannot be read"):
        development_texts(tmp_path)


def test_a_judge_whose_model_is_missing_is_told_of(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing() -> rag.Judge:
        raise rag.ModelError("The weights are not there.")

    monkeypatch.setattr(rag, "load_judge", missing, raising=False)
    with pytest.raises(SystemExit) as stopped:
        main([str(data), "--sets", "qags", "--edits", "0"])
    assert stopped.value.code == 2
    assert "The weights are not there." in capsys.readouterr().err
