"""A store forgets without a trace, belongs to one process, and refuses what it cannot use."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from libraries import Open, files, healthy

from rag.catalogue import Entry
from rag.errors import NotInStore, StoreError, StoreInUse, StoreMismatch
from rag.library import Library

# -- forgetting


def traces(store: Path, words: list[bytes]) -> list[str]:
    """The files that hold one of the words.

    Not Chroma's data_level0.bin: its unused room is memory that was not cleared, of whatever this process did before.
    """
    return [
        path.name
        for path in files(store)
        if path.name != "data_level0.bin" and any(word in path.read_bytes().lower() for word in words)
    ]


def test_what_is_forgotten_leaves_no_trace(library: Open, papers) -> None:
    papers.write("secret.txt", "The quagwort password is Xylotrix-99 and the vault of Ombrello holds it.\n")
    words = [b"quagwort", b"xylotrix", b"ombrello", b"secret.txt"]
    opened = library()
    opened.sync(papers)
    [passage] = opened.passages_of(opened.document("secret.txt").id)
    vector = opened.catalogue.vectors.of_passages([passage.id])[passage.id].tobytes()
    more = [passage.id.encode(), passage.document_id.encode(), vector[:32].lower()]
    opened.close()
    assert traces(opened.store.folder, words) == ["catalogue.db"]
    assert {"catalogue.db", "chroma.sqlite3"} <= set(traces(opened.store.folder, more))
    opened = library()
    assert opened.forget("secret.txt") == ["papers/secret.txt"]
    assert opened.store.lexical.passages_with("quagwort") == 0
    assert opened.store.lexical.passages_with("ombrello") == 0
    assert healthy(opened)
    opened.close()
    assert traces(opened.store.folder, words) == []
    assert not {"catalogue.db"} & set(traces(opened.store.folder, more))
    opened = library()
    opened.repair()  # the indexes write over what they hold of it, its number and its vector, in their own time
    opened.close()
    assert traces(opened.store.folder, words + more) == []


def test_what_is_removed_or_rewritten_leaves_no_trace(library: Open, papers) -> None:
    papers.write("secret.txt", "The quagwort password is Xylotrix-99.\n")
    papers.write("changing.txt", "The vault of Ombrello holds it.\n")
    opened = library()
    opened.sync(papers)
    papers.remove("secret.txt")
    papers.write("changing.txt", "The vault holds nothing.\n")
    opened.sync(papers)
    assert opened.store.lexical.passages_with("quagwort") == 0
    opened.close()
    assert traces(opened.store.folder, [b"quagwort", b"xylotrix", b"ombrello"]) == []


SOURCES = [
    f"papers/{name}"
    for name in ("birds.md", "notes/board.md", "people.jsonl#ada", "people.jsonl#per", "pumps.txt", "tides.txt")
]


def test_a_document_a_folder_and_a_file_of_rows_can_be_forgotten(library: Open, papers, monkeypatch) -> None:
    monkeypatch.chdir(papers.path.parent)
    opened = library()
    opened.sync(papers)
    assert opened.forget("tides.txt") == ["papers/tides.txt"]
    assert opened.forget("papers/people.jsonl#ada") == ["papers/people.jsonl#ada"]
    assert opened.forget("papers/people.jsonl") == ["papers/people.jsonl#per"]
    assert opened.forget("papers/notes/") == ["papers/notes/board.md"]
    assert opened.forget(str(papers.path / "birds.md")) == ["papers/birds.md"]
    with pytest.raises(NotInStore, match=r"There is no document nothing\.txt"):
        opened.forget("nothing.txt")
    with pytest.raises(NotInStore):
        opened.forget("")
    assert healthy(opened)
    report = opened.sync()
    assert (report.added, report.unchanged) == (5, 1)
    assert opened.forget(".") == SOURCES
    assert opened.documents() == []


def test_a_name_that_several_documents_have_is_not_forgotten(library: Open, papers) -> None:
    papers.write("notes/tides.txt", "Other tides.")
    opened = library()
    opened.sync(papers)
    with pytest.raises(NotInStore, match=r"2 documents match tides\.txt: papers/notes/tides\.txt, papers/tides\.txt"):
        opened.forget("tides.txt")


def test_a_folder_that_is_gone_and_forgotten_is_not_missed_by_the_next_sync(
    library: Open, papers, tmp_path: Path
) -> None:
    other = type(papers)(tmp_path / "other")
    other.write("other.txt", "The other folder has one document.")
    opened = library()
    opened.sync(papers, other)
    shutil.rmtree(other.path)
    assert opened.forget(str(other.path)) == ["other/other.txt"]
    assert opened.sync().unchanged == 6
    assert opened.roots() == [papers.path]


# -- one owner


def test_a_second_process_is_told_the_owner(library: Open, store: Path) -> None:
    library()
    command = [sys.executable, "-m", "rag", "search", "tide", "--store", str(store)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert second.returncode == 1
    assert second.stdout == ""
    assert f"The store {store} is in use by `" in second.stderr
    assert f"(process {os.getpid()} on " in second.stderr
    assert "Traceback" not in second.stderr


def test_a_second_opening_is_refused_at_once_and_harms_nothing(library: Open, store: Path) -> None:
    first = library()
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(StoreInUse, match=rf"process {os.getpid()} on .* since 20"):
            library()
    assert time.monotonic() - started < 2
    assert healthy(first)
    first.close()
    assert healthy(library())


# -- what cannot be used


def test_a_damaged_catalogue_is_an_error_that_names_it(store: Path, library: Open) -> None:
    (store / "catalogue.db").write_bytes(b"This is not a database at all. " * 40)
    with pytest.raises(StoreError, match=r"catalogue\.db cannot be used .*restore it from a backup"):
        library()
    shutil.rmtree(store)
    assert library().search("tide") == []  # the failed open has let go of the folder


def test_a_store_of_another_format_is_refused(store: Path, library: Open) -> None:
    with sqlite3.connect(store / "catalogue.db") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(StoreMismatch, match="has format 99 and this version reads format 1"):
        library()


def test_a_store_where_a_file_stands_is_refused(tmp_path: Path, library: Open) -> None:
    (tmp_path / "store").write_text("a file")
    with pytest.raises(StoreError, match=r"--store or RAG_STORE"):
        library()


# -- another embedder


def test_another_embedder_is_refused_with_the_command(store: Path, library: Open) -> None:
    opened = library()
    opened.catalogue.remember(embedder="some/other-model:1234abcd")
    opened.close()
    with pytest.raises(StoreMismatch) as refused:
        library()
    assert "holds vectors of the model some/other-model (" in str(refused.value)
    assert "Set RAG_EMBEDDER=some/other-model, or embed everything anew: rag repair --embed" in str(refused.value)
    assert library(any_embedder=True).document("tides.txt").title


def test_a_switch_of_embedder_that_is_killed_before_its_end_is_healed(
    library: Open, filled: Library, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the catalogue is switched and before the indexes are: passages keep their ids and have other vectors."""
    opened = library()
    opened.catalogue.remember(embedder="another:model")
    entries = []
    for document_id, path, fingerprint in opened.catalogue.origins():
        passages = tuple(opened.passages_of(document_id))
        keys = tuple(f"new {passage.id}" for passage in passages)
        opened.catalogue.vectors.save(keys, np.eye(3, dtype=np.float32)[: len(keys)])
        document = opened.catalogue.document(document_id)
        entries.append(Entry(path, document, passages, keys, fingerprint))
    opened.catalogue.replace(entries, embedder="tiny:model")
    opened.close()
    reopened = library(any_embedder=True)
    assert reopened.catalogue.recall("embedder") == "tiny:model"
    assert healthy(reopened)
    assert reopened.store.dense.vectors(sorted(reopened.catalogue.passage_ids())).popitem()[1].shape == (3,)
