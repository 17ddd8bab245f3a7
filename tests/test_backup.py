"""A store in one file and back; what doctor and the log tell."""

from __future__ import annotations

import json
import stat
import threading
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from commands import Run, document, rag_process
from libraries import Open, healthy, sources

import rag.backup
from rag.errors import RagError, StoreError, StoreInUse
from rag.library import Library
from rag.types import Answer, Turn

MADE = ("documents", "passages", "conversations")


@pytest.fixture
def backup(store: Path, library: Open, tmp_path: Path) -> Path:
    """Of the small library with one conversation and an added file."""
    (store / "uploads").mkdir()
    (store / "uploads" / "added.txt").write_text("Added by hand.\n")
    (store / "uploads" / ".part-1.txt").write_text("half")
    with library() as opened:
        known = opened.conversations
        known.add(known.new("tides").id, Turn("How high?", Answer("How high?", "", "4.82 m")))
        opened.back_up(tmp_path / "kept.footnote")
    return tmp_path / "kept.footnote"


def altered(backup: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A copy whose members are changed."""
    with zipfile.ZipFile(backup) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    change(members)
    with zipfile.ZipFile(backup.with_suffix(".altered"), "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return backup.with_suffix(".altered")


def test_what_was_backed_up_comes_back_whole(backup: Path, filled: Library, library: Open, tmp_path: Path) -> None:
    before = {one.source: filled.document(one.source).text for one in filled.documents()}
    made = rag.backup.restore(backup, tmp_path / "again" / "store")
    assert (made.documents, made.passages, made.conversations) == (6, 7, 1)
    with library(tmp_path / "again" / "store") as restored:
        assert {source: restored.document(source).text for source in sources(restored)} == before
        assert healthy(restored)
        assert restored.store.healed == ""
        assert restored.search("ACME-4711", 1)[0].passage.text == filled.search("ACME-4711", 1)[0].passage.text
        assert [head.title for head in restored.conversations.list()] == ["tides"]
    assert [path.name for path in (tmp_path / "again" / "store" / "uploads").iterdir()] == ["added.txt"]


def test_only_the_user_can_read_a_backup_and_none_is_written_over(backup: Path, filled: Library) -> None:
    assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    with pytest.raises(RagError, match="is there already"):
        filled.back_up(backup)
    with pytest.raises(RagError, match="cannot be written"):
        filled.back_up(backup.parent / "nowhere" / "x")
    assert not list(backup.parent.glob(".*.part"))


def test_a_store_with_documents_is_replaced_only_when_that_is_said(
    backup: Path, library: Open, papers: Any, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "store"
    papers.write("later.txt", "The dyke was closed to lorries in 2025.\n")
    with library(other) as opened:
        opened.sync(papers.path / "later.txt")
        with pytest.raises(StoreInUse):
            rag.backup.restore(backup, other, replace=True)
    with pytest.raises(StoreError, match="rag restore --replace"):
        rag.backup.restore(backup, other)
    rag.backup.restore(backup, other, replace=True)
    with library(other) as opened:
        assert len(opened.documents()) == 6
        assert opened.search("dyke lorries 2025", 1)[0].passage.source != "papers/later.txt"
        assert healthy(opened)


def _without_its_end(members: dict[str, bytes]) -> None:
    members["catalogue.db"] = members["catalogue.db"][:-4096]


def _with_a_flip(members: dict[str, bytes]) -> None:
    content = bytearray(members["catalogue.db"])
    content[len(content) // 2] ^= 1
    members["catalogue.db"] = bytes(content)


def _that_leads_outside(members: dict[str, bytes]) -> None:
    told = json.loads(members["footnote.json"])
    told["members"]["uploads/../../outside.txt"] = told["members"].pop("uploads/added.txt")
    members["footnote.json"] = json.dumps(told).encode()
    members["uploads/../../outside.txt"] = members.pop("uploads/added.txt")


def _without_a_manifest(members: dict[str, bytes]) -> None:
    del members["footnote.json"]


def _of_another_form(members: dict[str, bytes]) -> None:
    members["footnote.json"] = members["footnote.json"].replace(b'"format": 1', b'"format": 99')


@pytest.mark.parametrize(
    "change", [_without_its_end, _with_a_flip, _that_leads_outside, _without_a_manifest, _of_another_form]
)
def test_a_damaged_backup_changes_nothing(
    backup: Path, change: Callable[[dict[str, bytes]], None], store: Path, library: Open
) -> None:
    with pytest.raises(RagError):
        rag.backup.restore(altered(backup, change), store, replace=True)
    assert not list(store.parent.rglob("outside.txt"))
    with library() as opened:
        assert len(opened.documents()) == 6
        assert healthy(opened)


def test_what_is_no_backup_is_told_of(tmp_path: Path, run: Run) -> None:
    (tmp_path / "noise").write_bytes(bytes(range(256)) * 10)
    status, _, err = run("restore", tmp_path / "noise")
    assert (status, err) == (
        1,
        f"rag: {tmp_path / 'noise'} is no whole backup of rag backup. Take another one; nothing was changed.\n",
    )
    assert run("restore", tmp_path / "nowhere")[0] == 1


def test_a_backup_made_during_a_sync_is_of_one_moment(library: Open, papers: Any, tmp_path: Path) -> None:
    for number in range(120):
        papers.write(f"more-{number}.txt", f"Report {number}: the gauge stood at {number} cm. " * 30)
    with library() as opened:
        opened.sync(papers.path / "tides.txt")
        syncing = threading.Thread(target=opened.sync, args=(papers.path,))
        syncing.start()
        made = [opened.back_up(tmp_path / f"{number}.footnote") for number in range(5)]
        syncing.join()
    for number, backup in enumerate(made):
        rag.backup.restore(tmp_path / f"{number}.footnote", tmp_path / f"{number}" / "store")
        with library(tmp_path / f"{number}" / "store") as restored:
            assert len(restored.documents()) == backup.documents
            assert healthy(restored)


def test_the_commands_say_what_was_written_and_restored(run: Run, store: Path, tmp_path: Path) -> None:
    written = document(run("backup", tmp_path / "kept.footnote", "--json"))
    assert [written[key] for key in MADE] == [6, 7, 0]
    status, out, _ = run("restore", tmp_path / "kept.footnote", "--replace")
    assert status == 0
    assert out.startswith(f"Restored to {store}, as of {written['made_at']}: 6 documents, 7 passages, 0 conversations.")


# -- what is told of a store


def test_doctor_tells_sizes_versions_and_times(run: Run, store: Path) -> None:
    told = document(run("doctor", "--json"))
    assert told["healthy"]
    assert told["bytes"]["catalogue"] >= (store / "catalogue.db").stat().st_size > 0
    assert min(told["bytes"][part] for part in ("chroma", "lexical")) > 0
    assert told["versions"]["footnote-rag"]
    assert told["embedder"].startswith("all-MiniLM-L6-v2:")
    assert told["last_sync"][:2] == "20"
    assert told["last_heal"] == ""
    for path in (store / "lexical").rglob("*.term"):
        path.unlink()
    run("search", "tide")
    assert "The indexes were rebuilt from the catalogue" in document(run("doctor", "--json"))["last_heal"]


def test_the_log_tells_what_was_done_and_none_of_the_words(tmp_path: Path) -> None:
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "tides.txt").write_text("The highest tide of 2021 stood 4.82 m above datum.\n")
    store = ("--store", tmp_path / "store", "--verbose")
    synced = rag_process("sync", tmp_path / "papers", *store)
    asked = rag_process("ask", "How high was the tide?", *store, RAG_LLM_API_KEY="secret-key")
    written = (synced.stderr + asked.stderr).splitlines()
    lines = [json.loads(line) for line in written if line.startswith(b"{")]  # a slow sync tells how far it is, too
    by_event = {line["event"]: line for line in lines}
    assert (by_event["synced"]["added"], by_event["answered"]["claims"]) == (1, 1)
    assert set(by_event["answered"]["seconds"]) == {"rewrite", "search", "weigh", "write", "check"}
    for secret in (b"4.82", b"highest tide", b"How high", b"secret-key"):
        assert secret not in synced.stderr + asked.stderr
