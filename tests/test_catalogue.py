"""The catalogue: documents, passages, files and vectors in one SQLite file."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from rag.catalogue import Catalogue, Entry, File
from rag.errors import NotInStore, StoreError
from rag.types import Document, Passage, Problem, Section


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    opened = Catalogue(tmp_path / "catalogue.db")
    yield opened
    opened.close()


def entry(source: str, *texts: str, path: bytes = b"/a", **more: object) -> Entry:
    document = Document(source, "Title", "".join(texts), "txt", **more)
    passages, start = [], 0
    for text in texts:
        end = start + len(text)
        passages.append(
            Passage(f"{source}:{text}", document.id, source, "Title", start, end, text, None, ("One", "Two"))
        )
        start = end
    return Entry(path, document, tuple(passages), texts, f"print of {texts}")


def put(catalogue: Catalogue, *entries: Entry) -> list[str]:
    for one in entries:
        catalogue.note_file(one.path, "a")
        catalogue.vectors.save(one.keys, np.eye(4, dtype=np.float32)[: len(one.keys)])
    return catalogue.replace(entries)


def test_a_document_comes_back_as_it_was_put_in(catalogue: Catalogue) -> None:
    shape = {
        "pages": (0, 3),
        "page_labels": ("iv", "1"),
        "sections": (Section(0, ("One",)), Section(3, ("One", "Two"))),
        "furniture": ((1, 2),),
        "metadata": {"year": "2021", "author": "Ingrid Sólvei"},
        "warnings": ("Page 2 has no text.",),
        "layout": b"\0\xff",
    }
    given = entry("a.txt", "abc", "def 中文 😀", **shape)
    assert put(catalogue, given) == []
    assert catalogue.document(given.document.id) == given.document
    assert catalogue.passages_of(given.document.id) == list(given.passages)
    assert catalogue.passages([p.id for p in given.passages] + ["x"]) == {p.id: p for p in given.passages}
    assert catalogue.counts() == (1, 2)
    [listed] = catalogue.documents()
    assert (listed.characters, listed.pages, listed.passages) == (11, 2, 2)
    assert listed.metadata == given.document.metadata


def test_replacing_tells_which_passages_are_gone(catalogue: Catalogue) -> None:
    put(catalogue, entry("a.txt", "one", "two", "three"))
    assert put(catalogue, entry("a.txt", "two", "four")) == ["a.txt:one", "a.txt:three"]
    assert catalogue.passage_ids() == {"a.txt:two", "a.txt:four"}


def test_documents_are_replaced_all_or_none(catalogue: Catalogue) -> None:
    put(catalogue, entry("a.txt", "old"))
    bad = entry("b.txt", "no vector")
    with pytest.raises(StoreError, match=r"catalogue\.db cannot be used"):
        catalogue.replace([entry("a.txt", "old"), bad])
    assert catalogue.passage_ids() == {"a.txt:old"}


def test_a_reader_never_waits_for_a_writer_nor_sees_half(catalogue: Catalogue) -> None:
    put(catalogue, entry("a.txt", "one", "two"))
    seen: list[object] = []
    with catalogue._database.transaction() as connection:
        connection.execute("DELETE FROM documents")
        reader = threading.Thread(target=lambda: seen.append(catalogue.counts()))
        reader.start()
        reader.join(5)
    assert seen == [(1, 2)]
    assert catalogue.counts() == (0, 0)


def test_forgetting_takes_documents_and_files_with_all_they_have(catalogue: Catalogue) -> None:
    put(catalogue, entry("a#1", "one"), entry("a#2", "two"), entry("b", "three", path=b"/b"))
    [first] = [document.id for document in catalogue.documents() if document.source == "a#1"]
    assert catalogue.forget([first]) == ["a#1:one"]
    assert catalogue.forget([], [b"/a", b"/nothing"]) == ["a#2:two"]
    assert [document.source for document in catalogue.documents()] == ["b"]
    assert catalogue.files().keys() == {b"/b"}
    catalogue.vectors.drop_unused()
    assert catalogue.vectors.missing(["one", "two", "three"]) == {"one", "two"}
    with pytest.raises(NotInStore):
        catalogue.document(first)


def test_files_are_remembered(catalogue: Catalogue) -> None:
    file = File(b"/p\xff\n", "p", 10, 20, "hash", "reading", (Problem("p", "“why”"),))
    catalogue.note_file(file.path, "p")
    assert (catalogue.files()[file.path].size, catalogue.files()[file.path].hash) == (-1, "")
    catalogue.save_file(file)
    assert catalogue.files() == {file.path: file}
    catalogue.note_file(file.path, "p")
    assert catalogue.files() == {file.path: file}


def test_vectors_come_back_bit_by_bit(catalogue: Catalogue) -> None:
    vectors = np.random.default_rng(1).normal(size=(3, 7)).astype(np.float32)
    catalogue.vectors.save(["a", "b", "c"], vectors)
    assert np.array_equal(catalogue.vectors.get(["c", "a", "c"]), vectors[[2, 0, 2]])
    assert catalogue.vectors.missing(["a", "z"]) == {"z"}


def test_documents_are_found_by_the_end_of_their_source_and_not_by_patterns(catalogue: Catalogue) -> None:
    put(catalogue, entry("x/a_b.txt", "one"), entry("y/a_b.txt", "two"), entry("y/acb.txt", "three"))
    assert [source for _, source in catalogue.find("a_b.txt")] == ["x/a_b.txt", "y/a_b.txt"]
    assert [source for _, source in catalogue.find("y/a_b.txt")] == ["y/a_b.txt"]
    assert catalogue.find("b.txt") == catalogue.find("%") == catalogue.find("") == []


def test_equal_texts_are_grouped(catalogue: Catalogue) -> None:
    put(catalogue, entry("a", "same"), entry("b", "other"))
    put(catalogue, Entry(b"/c", Document("c", "Another title", "same", "md"), (), (), ""))
    assert catalogue.identical(["c"]) == [("a", "c")]
    assert catalogue.identical(["b"]) == []


def test_a_full_disk_is_a_store_error(catalogue: Catalogue) -> None:
    with pytest.raises(StoreError, match=r"disk is full.*"), catalogue._database.transaction() as connection:
        raise sqlite3.OperationalError("database or disk is full")
    assert connection.in_transaction is False
    catalogue.remember(still="works")
    assert catalogue.recall("still") == "works"
