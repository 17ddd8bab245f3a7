"""A disk of a few megabytes that a sync fills, and a store on a disk that is only read: real ones, in a namespace."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from libraries import Open
from serving import environment

from rag.types import Passage

ROOT = Path(__file__).parents[1]
OF_ITS_OWN = ("unshare", "--map-root-user", "--mount")
"""Mounts are seen by this process alone, and need no rights."""


def in_namespace(command: Sequence[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*OF_ITS_OWN, *command], capture_output=True, text=True, timeout=300, check=False, env=environment({})
    )


def cannot_mount() -> str:
    if shutil.which("unshare") is None:
        return "there is no unshare program to make a small disk with"
    tried = in_namespace(["mount", "-t", "tmpfs", "footnote", "/mnt"])
    return f"this system lets nobody make a small disk: {tried.stderr.strip()}" if tried.returncode else ""


pytestmark = pytest.mark.skipif(bool(cannot_mount()), reason=cannot_mount() or "it can be made")


@pytest.fixture
def kept(library: Open, papers: Any, store: Path) -> Path:
    with library() as opened:
        opened.sync(papers.path)
    return store


def size_of(store: Path) -> int:
    return sum(-(-path.stat().st_size // 4096) * 4096 for path in store.rglob("*") if path.is_file())


@pytest.mark.parametrize("room", [300_000, 2_000_000])
def test_a_sync_that_fills_the_disk_says_so_and_goes_on_in_the_same_process_once_there_is_room(
    kept: Path, papers: Any, room: int
) -> None:
    """How much room there is decides which of the three stores meets the end."""
    for number in range(150):
        papers.write(f"more-{number}.txt", f"Report {number} of the gauge at the lock, {number * 7} cm. " * 20)
    disk = [sys.executable, str(ROOT / "tests" / "faults" / "disk.py")]
    done = in_namespace([*disk, str(kept), str(papers.path), str(size_of(kept) + room)])
    assert done.returncode == 0, done.stderr
    steps = json.loads(done.stdout)
    assert steps["sync"].startswith("StoreError: ")
    assert "full" in steps["sync"]
    assert steps["search"] == "papers/pumps.txt" or "disk is full" in steps["search"]  # Chroma may need room to read
    assert steps["search with room"] == "papers/pumps.txt"
    assert steps["sync with room"] == steps["opened again"] == 6 + 150
    assert steps["problems"] == steps["problems then"] == []


def test_the_word_index_works_again_after_its_disk_was_full(tmp_path: Path) -> None:
    """Its writer is dead then; what was committed stays, and the next writer begins from it."""
    program = """
import os, subprocess, sys
from pathlib import Path
from rag.errors import StoreError
from rag.lexical import Lexical
from test_full_disk import passages

disk = Path(sys.argv[1])
subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "footnote", str(disk)], check=True)
index = Lexical(disk / "lexical")
index.add(passages(0, 20))
index.commit()
try:
    index.add(passages(20, 12_000))
    index.commit()
except StoreError as problem:
    print(problem)
print(index.count(), len(index.best("word3x4", 1)))
subprocess.run(["mount", "-o", "remount,size=200m", str(disk)], check=True)
index.add(passages(20, 300))
index.commit()
print(index.count())
index.close()
"""
    done = in_namespace(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT / 'tests')!r})\n{program}", str(tmp_path)]
    )
    assert done.returncode == 0, done.stderr
    said, full, after = done.stdout.splitlines()
    assert said.startswith("The word index cannot be used")
    assert "Where the disk is full, make room" in said
    assert full == "20 1"
    assert after == "300"


def passages(first: int, end: int) -> list[Passage]:
    texts = {number: " ".join(f"word{number}x{place}" for place in range(100)) for number in range(first, end)}
    return [Passage(f"p{number}", "d", "d.txt", "D", 0, len(text), text) for number, text in texts.items()]


def test_a_store_on_a_disk_that_is_only_read_is_told_of(kept: Path) -> None:
    read_only = 'mount --bind "$0" "$0" && mount -o remount,ro,bind "$0" && exec "$@"'
    done = in_namespace(
        ["sh", "-c", read_only, str(kept), sys.executable, "-m", "rag", "search", "tide", "--store", str(kept)]
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("rag: The store ")
    assert "Name a folder that can be written to" in done.stderr
