"""The catalogue and its two indexes agree, and an index that is damaged is made anew without embedding."""

from __future__ import annotations

import os
import random
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from libraries import Open, files, healthy

import rag.store
from rag.catalogue import Entry
from rag.library import Library
from rag.store import Store
from rag.types import Document, Passage

QUESTIONS = ("How high was the highest tide?", "ACME-4711", "Who decided to close the road?", "wind pump")


def found(library: Library) -> list[tuple[str, float, float]]:
    hits = [hit for question in QUESTIONS for hit in library.search(question, 5)]
    return [(hit.passage.text, round(hit.score, 5), round(hit.cosine, 5)) for hit in hits]


def test_the_doctor_finds_agreement(filled: Library) -> None:
    health = filled.doctor()
    assert (health.documents, health.passages, health.dense, health.lexical) == (6, 7, 7, 7)
    assert (health.problems, health.healed) == ((), "")


# -- files that are damaged


def delete(index: Path) -> None:
    shutil.rmtree(index)


def empty_out(index: Path) -> None:
    for path in files(index):
        path.unlink()


def truncate(index: Path) -> None:
    for path in files(index):
        os.truncate(path, path.stat().st_size // 2)


def scramble(index: Path) -> None:
    noise = random.Random(7)
    for path in files(index):
        path.write_bytes(noise.randbytes(max(40, path.stat().st_size)))


@pytest.mark.parametrize("damage", [delete, empty_out, truncate, scramble])
@pytest.mark.parametrize("kinds", [["chroma"], ["lexical"], ["chroma", "lexical"]], ids="+".join)
def test_a_damaged_index_is_healed_at_the_next_open_without_embedding(
    library: Open,
    filled: Library,
    store: Path,
    embedded: list[str],
    damage: Callable[[Path], None],
    kinds: list[str],
) -> None:
    for kind in kinds:
        damage(store / kind)
    opened = library()
    assert found(opened) == found(filled)
    health = opened.doctor()
    assert health.problems == ()
    assert health.passages == health.dense == health.lexical == 7
    assert health.healed
    assert embedded == []
    opened.close()
    reopened = library()
    assert reopened.doctor().healed == ""


@pytest.mark.parametrize("damage", [delete, scramble])
def test_an_index_that_was_rebuilt_before_is_healed_too(
    library: Open, filled: Library, store: Path, damage: Callable[[Path], None]
) -> None:
    opened = library()
    opened.repair()
    opened.close()
    for kind in ("chroma", "lexical"):
        damage(store / kind)
    opened = library()
    assert found(opened) == found(filled)
    assert opened.doctor().healed
    assert healthy(opened)


def test_each_file_of_an_index_can_be_lost(library: Open, filled: Library, store: Path) -> None:
    """One at a time: a half-written index is harder to recognise than none."""
    expected = found(filled)
    for number, path in enumerate(files(store / "chroma") + files(store / "lexical")):
        copy = shutil.copytree(store, store.with_name(f"copy{number}"))
        (copy / path.relative_to(store)).unlink()
        opened = library(copy)
        assert found(opened) == expected, path.name
        assert healthy(opened), path.name
        opened.close()


# -- passages that are not the catalogue's


def stray(store: Store) -> None:
    """What a process leaves that is killed after the indexes have a passage and before the catalogue has."""
    store.unsettle()
    passage = next(iter(store.catalogue.passages(sorted(store.catalogue.passage_ids())).values()))
    orphan = replace(passage, id="f" * 24, document_id="f" * 16, text="An orphan speaks of zebras.")
    vector = np.full((1, 384), 384**-0.5, np.float32)
    store.dense.add([orphan.id], vector, [orphan.document_id])
    store.lexical.add([orphan])
    store.lexical.commit()


def test_a_stray_passage_is_never_returned_and_goes_at_the_next_open(
    library: Open, filled: Library, store: Path
) -> None:
    opened = library()
    stray(opened.store)
    assert opened.store.lexical.best("zebras", 5)
    assert all(hit.passage.document_id != "f" * 16 for hit in opened.search("orphan zebras", 20))
    assert len(opened.doctor().problems) == 3
    opened.close()
    reopened = library()
    assert not reopened.store.lexical.best("zebras", 5)
    assert found(reopened) == found(filled)
    assert healthy(reopened)
    assert reopened.doctor().healed


def test_a_passage_that_an_index_lacks_comes_back(library: Open, filled: Library, store: Path) -> None:
    opened = library()
    lost = sorted(opened.catalogue.passage_ids())[:2]
    opened.store.dense.remove(lost[:1])
    opened.store.lexical.remove(lost[1:])
    opened.store.lexical.commit()
    assert len(opened.doctor().problems) == 4
    opened.close()
    reopened = library()
    assert healthy(reopened)
    assert [text for text, _, _ in found(reopened)] == [text for text, _, _ in found(filled)]


def test_repair_mends_a_wrong_vector(library: Open, store: Path, embedded: list[str]) -> None:
    opened = library()
    [wrong] = opened.catalogue.some_passage_ids(1)
    opened.store.dense.remove([wrong])
    opened.store.dense.add([wrong], np.full((1, 384), 384**-0.5, np.float32), ["x"])
    assert opened.doctor().problems == ("the vector index has no or another vector for 1 passages",)
    assert opened.repair().problems == ()
    assert healthy(opened)
    assert embedded == []


# -- indexes that are made anew


def test_a_search_while_the_indexes_are_rebuilt_finds_what_is_there(
    library: Open, filled: Library, store: Path
) -> None:
    opened = library()
    expected = found(filled)
    results: list[bool | Exception] = []
    stop = threading.Event()

    def search() -> None:
        while not stop.is_set():
            try:
                results.append(found(opened) == expected)
            except Exception as problem:  # noqa: BLE001 - whatever it is, the test shows it
                results.append(problem)

    searcher = threading.Thread(target=search)
    searcher.start()
    for _ in range(3):
        opened.repair()
    stop.set()
    searcher.join()
    assert set(results) == {True}


def test_much_waste_in_the_vector_index_is_cleared(library: Open, empty, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rag.store, "_WASTE", 2)
    opened = library()
    numbers = []
    for year in range(2000, 2006):
        empty.write("log.txt", f"The dyke was inspected in {year}.")
        opened.sync(empty)
        numbers.append(opened.catalogue.recall("indexes"))
        assert len(list((opened.store.folder / "chroma").iterdir())) == 1
    assert numbers == ["", "", "", "1", "1", "1"]
    assert opened.search("inspected", 5)[0].passage.text == "The dyke was inspected in 2005."
    assert healthy(opened)


# -- an index that Chroma has written to its graph


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store of 1,100 passages, so that Chroma has written some of them to its graph's files. Vectors are random."""
    folder = tmp_path_factory.mktemp("large") / "store"
    opened = Store(folder, "random:3")
    passages = [
        Passage(f"{n:024x}", f"{n % 10:016x}", f"{n % 10}.txt", f"Text {n % 10}", n, n + 1, f"word{n} common")
        for n in range(1100)
    ]
    vectors = np.random.default_rng(5).normal(size=(1100, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    keys = [f"key {n}" for n in range(1100)]
    opened.catalogue.vectors.save(keys, vectors)
    entries = []
    for number in range(10):
        opened.catalogue.note_file(b"%d" % number, f"{number}.txt")
        document = Document(f"{number}.txt", f"Text {number}", "text", "txt")
        mine = [replace(p, document_id=document.id) for p in passages[number::10]]
        entries.append(Entry(b"%d" % number, document, tuple(mine), tuple(keys[number::10]), "f"))
    opened.replace(entries)
    opened.settle()
    opened.close()
    return folder


def test_a_sound_graph_is_not_made_anew(large: Path) -> None:
    opened = Store(large)
    health = opened.examine()
    opened.close()
    assert (health.problems, health.healed, health.dense) == ((), "", 1100)


GRAPH = ("header.bin", "data_level0.bin", "link_lists.bin", "length.bin", "index_metadata.pickle")
DAMAGES = [
    *((name, damage) for name in GRAPH for damage in ("gone", "half", "longer")),
    ("header.bin", "noise"),
    ("index_metadata.pickle", "noise"),
]


@pytest.mark.parametrize(("name", "damage"), DAMAGES)
def test_a_damaged_graph_is_healed(large: Path, tmp_path: Path, name: str, damage: str) -> None:
    store = shutil.copytree(large, tmp_path / "store")
    [path] = (store / "chroma").rglob(name)
    if damage == "gone":
        path.unlink()
    elif damage == "half":
        os.truncate(path, path.stat().st_size // 2)
    elif damage == "longer":
        path.write_bytes(path.read_bytes() + bytes(64))
    else:
        path.write_bytes(random.Random(1).randbytes(path.stat().st_size))
    opened = Store(store)
    wanted = opened.catalogue.vectors.of_passages(opened.catalogue.some_passage_ids(40))
    nearest = [opened.dense.nearest(vector, 1)[0][0] for vector in wanted.values()]
    assert nearest == list(wanted)
    assert opened.examine().problems == ()
    opened.close()
