"""A sync that is killed, stopped with Ctrl-C or broken off by an error: nothing is lost, and the next goes on."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import numpy as np
import pytest
from libraries import Open, counts, healthy

from rag.errors import RagError, UnreadableDocument
from rag.models import Embedder


@pytest.fixture
def many(empty) -> Path:
    """A folder that takes some seconds to sync."""
    words = ("dyke", "quay", "tide", "gauge", "marsh", "pump", "ferry", "board", "survey", "winter", "storm", "north")
    draw = random.Random(3)
    for number in range(40):
        sentences = (f"{' '.join(draw.choices(words, k=12)).capitalize()}." for _ in range(60))
        empty.write(f"{number}.txt", f"Report {number}\n\n" + " ".join(sentences))
    return empty.path


def start(store: Path, folder: Path) -> subprocess.Popen[str]:
    """A real `rag sync`, that stores what it has after every 40 passages."""
    program = "import sys, rag.sync; rag.sync._BATCH = 40; from rag.__main__ import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "sync", str(folder), "--store", str(store)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)


def vectors_kept(store: Path) -> int:
    try:
        with closing(sqlite3.connect(f"file:{store / 'catalogue.db'}?mode=ro", uri=True, timeout=5)) as connection:
            return int(connection.execute("SELECT count(*) FROM vectors").fetchone()[0])
    except sqlite3.Error:  # not made yet
        return 0


def wait_until(condition: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    end = time.monotonic() + 60
    while not condition() and process.poll() is None and time.monotonic() < end:
        time.sleep(0.005)


def test_a_sync_that_is_killed_at_any_moment_is_finished_by_the_next(
    library: Open, many: Path, tmp_path: Path, embedded: list[str]
) -> None:
    whole = library(tmp_path / "whole")
    expected = whole.sync(many)
    texts = len(embedded)
    whole.close()
    store = tmp_path / "store"
    draw = random.Random(11)
    kept = 0
    for wanted in (1, 41, 81, 121):
        process = start(store, many)
        wait_until(lambda wanted=wanted: vectors_kept(store) >= wanted, process)
        time.sleep(draw.random() / 10)
        with suppress(ProcessLookupError):  # it has come to its end
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        assert vectors_kept(store) >= kept  # what was made once is never lost
        kept = vectors_kept(store)
    assert kept > 0
    embedded.clear()
    opened = library(store)
    report = opened.sync(many)
    assert len(embedded) == texts - kept
    assert (report.documents, report.passages) == (expected.documents, expected.passages) == (40, texts)
    assert report.unreadable == ()
    assert healthy(opened)
    opened.close()
    assert library(store).doctor().healed == ""


def test_ctrl_c_ends_a_sync_with_a_message_and_the_next_goes_on(
    library: Open, many: Path, tmp_path: Path, embedded: list[str]
) -> None:
    store = tmp_path / "store"
    process = start(store, many)
    wait_until(lambda: vectors_kept(store) >= 41, process)
    stopped = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)  # as a terminal does: to the readers too
    out, said = process.communicate(timeout=60)
    assert time.monotonic() - stopped < 20
    assert process.returncode == 1
    assert out == ""
    *progress, last = said.splitlines()  # on a slow machine there is a line now and then before it
    assert last == "rag: stopped. What was done so far is kept; run the same command to go on."
    assert all(" passages embedded" in line for line in progress)
    kept = vectors_kept(store)
    opened = library(store)
    report = opened.sync(many)
    assert (report.documents, report.unreadable) == (40, ())
    assert len(embedded) == report.passages - kept
    assert healthy(opened)


def test_vectors_of_a_killed_sync_whose_file_is_gone_are_dropped(library: Open, store: Path, empty) -> None:
    opened = library()
    opened.catalogue.vectors.save(["left behind"], np.ones((1, 384), np.float32))
    opened.sync(empty)
    assert opened.catalogue.vectors.missing(["left behind"]) == {"left behind"}


def test_a_sync_that_breaks_in_the_middle_leaves_what_was_there(
    library: Open, papers, shared_embedder: Embedder, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = library()
    opened.sync(papers)
    papers.write("tides.txt", "The highest tide of 2024 stood 5.01 m above datum.")

    def broken(texts: list[str]) -> None:
        raise UnreadableDocument("no power")

    with monkeypatch.context() as patch:
        patch.setattr(shared_embedder, "embed_passages", broken)
        with pytest.raises(RagError, match="no power"):
            opened.sync(papers)
    assert "2021" in opened.document("tides.txt").text
    assert counts(opened.sync(papers)) == (0, 1, 0, 5)
    assert healthy(opened)
