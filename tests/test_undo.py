"""Removing with undo: without a trace until it is put back, and then as it was."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from conftest import TEXTS, Folder
from hypothesis import given, settings
from hypothesis import strategies as st
from libraries import Open, counts, files, healthy, sources

import rag
from rag.library import Library
from rag.models import Embedder
from rag.settings import Settings

ALL = [
    f"papers/{name}"
    for name in ("birds.md", "notes/board.md", "people.jsonl#ada", "people.jsonl#per", "pumps.txt", "tides.txt")
]
QUESTIONS = ("highest tide of 2021", "oystercatchers in winter", "spare impeller", "survey of the marsh", "dyke road")


def state(library: Library) -> Any:
    """All that a reader can see of a library."""
    documents = library.documents()
    passages = [library.passages_of(listed.id) for listed in documents]
    texts = [library.document(listed.id) for listed in documents]
    hits = [[(hit.passage, round(hit.score, 5), round(hit.cosine, 5)) for hit in library.search(q)] for q in QUESTIONS]
    return documents, passages, texts, hits, library.roots()


@pytest.mark.parametrize("name", ["tides.txt", "papers/people.jsonl", "papers/people.jsonl#ada", "papers/notes", "."])
def test_what_is_put_back_is_as_it_was(opened: Library, papers: Folder, monkeypatch: Any, name: str) -> None:
    monkeypatch.chdir(papers.path.parent)
    before = state(opened)
    removed = opened.remove(name)
    assert not {*removed.sources} & {*sources(opened)}
    assert healthy(opened)
    opened.put_back(removed)
    assert state(opened) == before
    assert healthy(opened)
    assert counts(opened.sync()) == (0, 0, 0, 6)


def test_nothing_is_read_or_embedded_and_the_file_may_be_gone(
    opened: Library, papers: Folder, reads: list[str], embedded: list[str]
) -> None:
    before = state(opened)
    removed = opened.remove("tides.txt")
    papers.remove("tides.txt")
    opened.put_back(removed)
    assert (reads, embedded) == ([], [])
    assert state(opened) == before
    assert embedded == []
    assert counts(opened.sync()) == (0, 0, 1, 5)  # what is gone from disk is forgotten


def test_what_is_removed_leaves_no_trace_while_it_can_be_put_back(library: Open, papers: Folder) -> None:
    papers.write("secret.txt", "The quagwort password is Xylotrix-99 and the vault of Ombrello holds it.\n")
    opened = library()
    opened.sync(papers)
    removed = opened.remove("secret.txt")
    assert opened.store.lexical.passages_with("quagwort") == 0
    assert "quagwort" not in repr(removed)
    opened.close()
    words = (b"quagwort", b"xylotrix", b"ombrello", b"secret.txt")
    assert [
        path.name for path in files(opened.store.folder) if any(w in path.read_bytes().lower() for w in words)
    ] == []
    opened = library()  # it is a value: another library of the same store takes it
    opened.put_back(removed)
    assert opened.search("Who holds the quagwort password?")[0].passage.source == "papers/secret.txt"
    assert healthy(opened)


def test_what_chroma_writes_from_its_memory_is_overwritten(library: Open, papers: Folder) -> None:
    """A graph without vectors is written with all its room, in which there may stand what a forgotten document said."""
    opened = library()
    opened.sync(papers)
    level, lengths = (next(opened.store.folder.rglob(name)) for name in ("data_level0.bin", "length.bin"))
    for path in (level, lengths):
        path.write_bytes(b"quagwort".ljust(path.stat().st_size, b"q"))
    papers.write("more.txt", "The lamp on the mole was lit again in March 2024.\n")
    opened.sync(papers)
    assert not any(level.read_bytes())
    assert not any(lengths.read_bytes())
    opened.close()
    assert healthy(library())


def test_a_removed_row_comes_back_by_the_next_sync_of_its_file(opened: Library, papers: Folder) -> None:
    opened.remove("people.jsonl#ada")
    assert counts(opened.sync()) == (1, 0, 0, 5)
    assert sources(opened) == ALL


def test_what_was_removed_twice_is_put_back_in_any_order(opened: Library, papers: Folder) -> None:
    before = state(opened)
    first, second = opened.remove("people.jsonl#ada"), opened.remove("people.jsonl#per")
    opened.put_back(first)
    opened.put_back(second)
    assert state(opened) == before
    assert counts(opened.sync()) == (0, 0, 0, 6)


def test_putting_back_one_folder_does_not_bring_back_another(
    library: Open, papers: Folder, tmp_path: Path, monkeypatch: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    other = Folder(tmp_path / "other")
    other.write("other.txt", "The other folder has one document.")
    opened = library()
    opened.sync(papers, other)
    first = opened.remove("papers")
    opened.remove("other")
    opened.put_back(first)
    assert opened.roots() == [papers.path]
    assert counts(opened.sync()) == (0, 0, 0, 6)


def test_a_file_that_changed_meanwhile_is_what_it_is_now(opened: Library, papers: Folder) -> None:
    removed = opened.remove("papers/people.jsonl")
    papers.write("people.jsonl", '{"_id": "ada", "title": "Ada Brok", "text": "Ada Brok keeps bees."}\n')
    opened.sync()
    opened.put_back(removed)  # "ada" has come back by itself; "per" is nowhere but here
    assert sources(opened) == ALL
    assert opened.document("people.jsonl#ada").text == "Ada Brok keeps bees."
    assert healthy(opened)
    assert counts(opened.sync()) == (0, 0, 1, 5)  # the file has no "per"


def test_files_that_could_not_be_read_go_and_come_with_their_folder(library: Open, papers: Folder) -> None:
    papers.write("broken.pdf", b"%PDF-1.4 nothing")
    opened = library()
    [problem] = opened.sync(papers).unreadable
    removed = opened.remove(str(papers.path))
    assert opened.catalogue.files() == {}
    opened.put_back(removed)
    assert list(opened.sync().unreadable) == [problem]


def test_it_is_not_put_back_among_vectors_of_another_model(opened: Library) -> None:
    removed = opened.remove("tides.txt")
    opened.catalogue.remember(embedder="another:model")
    with pytest.raises(rag.StoreMismatch, match="embedded anew"):
        opened.put_back(removed)
    assert "papers/tides.txt" not in sources(opened)


def test_putting_back_what_was_never_lost_changes_nothing(opened: Library) -> None:
    removed = opened.remove("tides.txt")
    opened.put_back(removed)
    before = state(opened)
    opened.put_back(removed)
    assert state(opened) == before


def test_putting_back_that_is_cut_off_is_made_good_by_the_next_sync(
    opened: Library, papers: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = state(opened)[1:]
    removed = opened.remove("tides.txt")

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(opened.catalogue, "replace", cut_off)
        with pytest.raises(KeyboardInterrupt):
            opened.put_back(removed)
    assert "papers/tides.txt" not in sources(opened)
    assert counts(opened.sync()) == (1, 0, 0, 5)
    assert state(opened)[1:] == before
    assert healthy(opened)


# -- any order


@pytest.fixture(scope="module")
def fresh(
    tmp_path_factory: pytest.TempPathFactory, embedder: Embedder
) -> Callable[[ExitStack], tuple[Library, Folder]]:
    """Opens a small library in a folder of its own."""

    def make(opened: ExitStack) -> tuple[Library, Folder]:
        home = tmp_path_factory.mktemp("undo")
        folder = Folder(home / "papers")
        for name, text in TEXTS.items():
            folder.write(name, text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rag.library, "load_embedder", lambda name: embedder)
            library = opened.enter_context(Library(Settings(store=home / "store")))
        library.sync(folder.path)
        return library, folder

    return make


_NAMES = st.sampled_from([*ALL, "papers/people.jsonl", "papers/notes"])
_STEPS = st.lists(
    st.tuples(st.just("remove"), _NAMES) | st.tuples(st.just("back"), st.integers(0, 3)) | st.just(("sync", None)),
    max_size=7,
)


@given(steps=_STEPS)
@settings(max_examples=25, deadline=None)
def test_any_order_of_removing_putting_back_and_syncing(
    fresh: Callable[[ExitStack], tuple[Library, Folder]], steps: list[tuple[str, Any]]
) -> None:
    with ExitStack() as opened:
        library, folder = fresh(opened)
        whole = state(library)
        there, taken = {*ALL}, list[rag.Removed]()
        for step, value in steps:
            if step == "sync":
                library.sync(folder.path)
                there = {*ALL}
            elif step == "back" and value < len(taken):
                removed = taken.pop(value)
                library.put_back(removed)
                there |= {*removed.sources}
            elif step == "remove":
                lost = {one for one in there if one == value or one.startswith((f"{value}#", f"{value}/"))}
                if not lost:
                    continue
                taken.append(library.remove(str(folder.path.parent / value)))
                assert {*taken[-1].sources} == lost
                there -= lost
            assert {*sources(library)} == there
        assert healthy(library)
        for removed in taken:
            library.put_back(removed)
        library.sync(folder.path)
        assert healthy(library)
        seen = state(library)
        assert [listed.source for listed in seen[0]] == ALL
        assert seen[1:] == whole[1:]
