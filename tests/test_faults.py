"""Processes that are killed, disks that are full, files that are another's: the next opening puts it right by itself.

A short part of `python tests/faults --kills 200`, and what a disk or a person can do to the files of a store.
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from libraries import Open, healthy
from serving import environment, rag

from rag.library import Library

ROOT = Path(__file__).parents[1]


def test_a_store_survives_deaths_at_any_moment() -> None:
    """Each plan, once; by a process of its own, since a fork must not find threads."""
    command = [sys.executable, str(ROOT / "tests" / "faults"), "--kills", "7", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=400, check=False, env=environment({}))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].endswith(" killed, 0 with a fault")
    assert int(done.stdout.splitlines()[-1].split()[0]) == 7  # one of each plan


# -- the files of an index


@pytest.fixture
def kept(library: Open, papers, store: Path) -> Path:
    """A store with several passages, closed."""
    with library() as opened:
        opened.sync(papers.path)
    return store


def index_files(store: Path) -> list[Path]:
    return sorted(path for kind in ("chroma", "lexical") for path in (store / kind).rglob("*") if path.is_file())


def finds_all(library: Library) -> bool:
    found = library.search("ACME-4711 impeller", 1)
    return healthy(library) and found[0].passage.source == "papers/pumps.txt"


def in_another_process(store: Path) -> str:
    """What `doctor` says of it: if Chroma were to die of what it reads, it must not be this process."""
    done = rag("doctor", "--store", store)
    assert done.returncode == 0, done.stdout + done.stderr
    assert rag("search", "ACME-4711 impeller", "-k", 1, "--store", store).stdout.count("pumps.txt") == 1
    return done.stdout


@pytest.mark.parametrize("seed", range(3))
def test_random_bytes_in_the_files_of_an_index_are_noticed(kept: Path, seed: int) -> None:
    chance = random.Random(seed)
    for path in index_files(kept):
        if path.stat().st_size and not path.name.endswith(".lock"):
            content = bytearray(path.read_bytes())
            for _ in range(max(1, len(content) // 500)):
                content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
            path.write_bytes(content)
    assert "The indexes were rebuilt from the catalogue" in in_another_process(kept)


def test_each_file_that_is_damaged_alone_is_noticed(kept: Path) -> None:
    chance = random.Random(0)
    for name in [path.relative_to(kept) for path in index_files(kept)]:
        path = kept / name
        if not path.is_file() or not path.stat().st_size or path.name.endswith((".lock", ".managed.json")):
            continue
        path.write_bytes(chance.randbytes(path.stat().st_size))
        assert "The three agree." in in_another_process(kept), name


def test_noise_of_the_right_size_that_a_killed_process_left_does_not_take_the_reader_down(kept: Path) -> None:
    """Without a seal, as in the middle of a change: Chroma dies of such a graph, in a process of its own."""
    with sqlite3.connect(kept / "catalogue.db") as catalogue:
        catalogue.execute("UPDATE meta SET value = 'yes' WHERE key = 'unsettled'")
        catalogue.execute("UPDATE meta SET value = '' WHERE key = 'seal'")
    catalogue.close()
    for path in (kept / "chroma").rglob("*.bin"):
        if path.name not in ("header.bin", "link_lists.bin"):
            path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    in_another_process(kept)


def test_the_index_of_another_store_with_as_many_passages_is_noticed(
    kept: Path, library: Open, papers, tmp_path: Path
) -> None:
    papers.write("pumps.txt", "Part ZETA-1234 is the old impeller for the marsh pumps. It costs 99 crowns in all.\n")
    with library(tmp_path / "other" / "store") as other:
        other.sync(papers.path)
    for kind in ("chroma", "lexical"):
        shutil.rmtree(kept / kind)
        shutil.copytree(tmp_path / "other" / "store" / kind, kept / kind)
    with library() as opened:
        assert finds_all(opened)
        assert opened.store.healed.startswith("The indexes were rebuilt from the catalogue")


def test_a_catalogue_put_back_from_an_older_copy_gets_its_own_indexes(
    kept: Path, library: Open, papers, tmp_path: Path
) -> None:
    shutil.copy(kept / "catalogue.db", tmp_path / "older.db")
    papers.write("pumps.txt", "Part ZETA-1234 is the old impeller for the marsh pumps. It costs 99 crowns in all.\n")
    with library() as opened:
        opened.sync(papers.path)
        assert opened.search("ZETA-1234", 1)[0].lexical_rank == 1
    for leftover in kept.glob("catalogue.db*"):
        leftover.unlink()
    shutil.copy(tmp_path / "older.db", kept / "catalogue.db")
    with library() as opened:
        assert finds_all(opened)
        assert "ZETA" not in opened.document("pumps.txt").text
        assert opened.sync(papers.path).changed == 1  # and the next sync goes on from there
        assert healthy(opened)


def test_a_store_that_is_as_it_was_left_is_not_mended(kept: Path, library: Open) -> None:
    for _ in range(2):
        with library() as opened:
            assert finds_all(opened)
            assert opened.store.healed == ""


# -- the disk, the clock


def test_a_full_disk_is_told_of_and_the_next_sync_goes_on(kept: Path, library: Open, papers) -> None:
    """A file may be no longer than so much: what the system then says is what it says of a full disk."""
    for number in range(60):
        papers.write(f"more-{number}.txt", f"Report {number} of the gauge at the lock. " * 300)
    limit = max(path.stat().st_size for path in kept.rglob("*") if path.is_file()) + 200_000

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    command = [sys.executable, "-m", "rag", "sync", str(papers.path), "--store", str(kept)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=300, check=False, preexec_fn=limited, env=environment({})
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.splitlines()[-1].startswith("rag: ")
    with library() as opened:
        assert opened.sync(papers.path).documents == 66
        assert healthy(opened)


def test_a_clock_that_goes_back_does_not_hide_a_change(kept: Path, library: Open, papers) -> None:
    path = papers.write(
        "pumps.txt", "Part ACME-4711 is the spare impeller for the pumps. It costs 231 crowns a piece.\n"
    )
    os.utime(path, (1, 1))  # long before what was read
    with library() as opened:
        assert opened.sync(papers.path).changed == 1
        assert "231 crowns" in opened.document("pumps.txt").text
