"""Opening a library and asking it for documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from libraries import Open

import rag
from rag.errors import ModelError, NotInStore, SettingsError
from rag.library import Library
from rag.settings import Settings


def test_a_library_opens_where_it_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, shared_embedder: object
) -> None:
    with rag.open(tmp_path / "one") as library:
        assert library.settings.store == tmp_path / "one"
    with rag.open(settings=Settings(store=tmp_path / "two", passages=3)) as library:
        assert library.settings.passages == 3
    monkeypatch.setenv("RAG_STORE", str(tmp_path / "three"))
    with rag.open() as library:
        assert library.settings.store == tmp_path / "three"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "three", "two"]


def test_a_library_that_cannot_be_opened_leaves_no_store(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        Library(Settings(store=tmp_path / "store", embedder=str(tmp_path / "no model")))
    with pytest.raises(SettingsError, match="RAG_PASSAGES is 0"):
        Settings(passages=0)


def test_a_closed_library_can_be_opened_again(library: Open, papers) -> None:
    with library() as opened:
        opened.sync(papers)
    with library() as opened:
        assert len(opened.documents()) == 6
        assert opened.search("ACME-4711", 1)[0].passage.source == "papers/pumps.txt"


def test_documents_are_listed_by_source(filled: Library) -> None:
    listed = filled.documents()
    assert [document.source for document in listed] == sorted(document.source for document in listed)
    birds = listed[0]
    assert (birds.source, birds.title, birds.kind, birds.pages, birds.passages) == (
        *("papers/birds.md", "Bird counts", "md", 0, 2),
    )
    assert birds.characters == len(filled.document(birds.id).text)


@pytest.mark.parametrize("name", ["papers/notes/board.md", "notes/board.md", "board.md"])
def test_a_document_is_found_by_the_end_of_its_source(filled: Library, name: str) -> None:
    assert filled.document(name).source == "papers/notes/board.md"


def test_a_document_is_found_by_its_id_and_by_its_path(filled: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    document = filled.document("tides.txt")
    assert filled.document(document.id) == document
    monkeypatch.chdir(filled.settings.store.parent / "papers")
    assert filled.document("./tides.txt") == document
    assert filled.document(str(Path("tides.txt").absolute())) == document


@pytest.mark.parametrize("name", ["", "ides.txt", "papers", "*", "nothing", "a\0b", "\ud800", "x" * 5000, "%", "_"])
def test_what_is_not_there_is_said(filled: Library, name: str) -> None:
    with pytest.raises(NotInStore, match="There is no document"):
        filled.document(name)


def test_passages_cover_a_document_in_order(filled: Library) -> None:
    document = filled.document("birds.md")
    passages = filled.passages_of(document.id)
    assert len(passages) == 2
    assert [passage.text for passage in passages] == [document.text[p.start : p.end] for p in passages]
    covered = "".join(passage.text for passage in passages)
    assert "".join(covered.split()) == "".join(document.text.split())
    assert passages[1].headings == ("Bird counts", "Terns")
    assert filled.passages_of("nothing") == []


def test_threads_share_a_library(filled: Library) -> None:
    questions = ["tide", "ACME-4711", "tern", "wind pump"] * 8
    expected = [[hit.passage.id for hit in filled.search(question, 3)] for question in questions]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(lambda question: [hit.passage.id for hit in filled.search(question, 3)], questions))
    assert found == expected
