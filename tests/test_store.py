"""The catalogue and its two indexes: they agree, heal, forget, and belong to one process."""

from __future__ import annotations

import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import rag.store
from rag.catalogue import Entry
from rag.errors import NotInStore, StoreError, StoreInUse, StoreMismatch
from rag.library import Library
from rag.store import Store
from rag.types import Document, Passage

Open = Callable[..., Library]
QUESTIONS = ("How high was the highest tide?", "ACME-4711", "Who decided to close the road?", "wind pump")


def found(library: Library) -> list[tuple[str, float, float]]:
    hits = [hit for question in QUESTIONS for hit in library.search(question, 5)]
    return [(hit.passage.text, round(hit.score, 5), round(hit.cosine, 5)) for hit in hits]


def healthy(library: Library) -> bool:
    health = library.doctor()
    return not health.problems and health.passages == health.dense == health.lexical


# -- healing


def test_the_doctor_finds_agreement(filled: Library) -> None:
    health = filled.doctor()
    assert (health.documents, health.passages, health.dense, health.lexical) == (6, 7, 7, 7)
    assert (health.problems, health.healed) == ((), "")


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


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
    started = time.monotonic()
    command = [sys.executable, "-m", "rag", "search", "tide", "--store", str(store)]
    second = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert time.monotonic() - started < 10  # of which the lock itself waits no time at all
    assert second.returncode == 1
    assert second.stdout == ""
    assert f"The store {store} is in use by `" in second.stderr
    assert f"(process {os.getpid()} of " in second.stderr
    assert "Traceback" not in second.stderr


def test_a_second_opening_is_refused_at_once_and_harms_nothing(library: Open, store: Path) -> None:
    first = library()
    started = time.monotonic()
    for _ in range(3):
        with pytest.raises(StoreInUse, match=rf"process {os.getpid()} of .* since 20"):
            library()
    assert time.monotonic() - started < 2
    assert healthy(first)
    first.close()
    assert healthy(library())


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


# -- killed and stopped


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
    assert said == "rag: stopped. What was done so far is kept; run the same command to go on.\n"
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
