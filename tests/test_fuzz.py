"""Damaged files of each format: read or refused with a reason, and the process that asked lives on."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest
from fuzz.mutate import LARGEST
from fuzz.promises import FOUND, outcome_of
from fuzz.reading import damaged, read_all
from fuzz.seeds import ENDINGS, seeds

from rag.errors import UnreadableDocument
from rag.reading.worker import Worker
from rag.settings import Settings
from rag.types import Document

_INPUTS = 12
pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits memory as it is told")


@pytest.mark.parametrize("kind", ENDINGS)
def test_damaged_files_are_read_or_refused_and_nothing_else(kind: str) -> None:
    tally = read_all(kind, 7, range(_INPUTS))
    assert tally.outcomes.total() == _INPUTS
    assert [(finding.number, finding.why) for finding in tally.findings] == []


@pytest.mark.parametrize("kind", ENDINGS)
def test_the_files_that_are_damaged_are_good_and_a_seed_damages_them_alike(kind: str, tmp_path: Path) -> None:
    for number, content in enumerate(seeds(kind)):
        path = tmp_path / f"{number}.{ENDINGS[kind].split()[0]}"
        path.write_bytes(content)
        assert outcome_of(path, Settings()).what == "read"
    assert damaged(kind, 3, 5) == damaged(kind, 3, 5)
    assert len({damaged(kind, 3, number) for number in range(20)}) > 15


def test_a_promise_that_is_broken_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.txt"
    path.write_text("It rained.")
    bad = [
        Document("a.txt", "a", "It\u202e rained.", "txt"),
        Document("a.txt", "a", "It rained.", "txt", pages=(5, 3), page_labels=("1", "2")),
        Document("a.txt", "a", "It rained.", "txt", warnings=("",)),
        Document("a.txt", "a", "It rained.", "txt", furniture=((2, 99),)),
        Document("a.txt", "a", " ", "txt"),
    ]
    for document in bad:
        monkeypatch.setattr("fuzz.promises.read", lambda *_, document=document: iter([document]))
        assert outcome_of(path, Settings()).what == FOUND
    monkeypatch.setattr("fuzz.promises.read", lambda *_: iter({}[0]))
    assert "KeyError" in outcome_of(path, Settings()).why


def _worst() -> dict[str, bytes]:
    """What takes its parser very long, very much memory, or to the end of its stack."""
    sheet = b"<worksheet><sheetData>%s</sheetData></worksheet>"
    return {
        "slow.md": b"![" * (LARGEST // 2),
        "slow.html": b"<p><b><i>" * 200_000,
        "deep.json": b"[" * LARGEST,
        "deep.rtf": b"{\\rtf1" + b"{" * LARGEST,
        "endless.pdf": b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 1 0 R/Kids[1 0 R 1 0 R]/Count 99999999>>endobj "
        b"trailer<</Root 1 0 R>>",
        "wide.csv": b"," * LARGEST,
        "wide.xml": b"<a>" + b"<b/>" * 400_000,
        "greedy.txt": b"\x81\xff\xfe" * 500_000,
        "none.xlsx": sheet,
    }


def test_the_worst_files_do_no_harm_to_the_process_that_asks_nor_to_the_next_file(tmp_path: Path) -> None:
    good = tmp_path / "good.txt"
    good.write_text("Good.")
    with Worker(Settings(read_seconds=2, read_memory_mb=300)) as worker:
        for name, content in _worst().items():
            path = tmp_path / name
            path.write_bytes(content)
            began = time.monotonic()
            try:
                items = list(worker.read(path, name))
            except UnreadableDocument as problem:
                assert re.match(r"(The|This|Its) .{15,}", str(problem)), name  # noqa: PT017 - either is right
            else:
                assert items, name
            assert time.monotonic() - began < 12, name
            assert [item.text for item in worker.read(good, "good.txt") if isinstance(item, Document)] == ["Good."]
