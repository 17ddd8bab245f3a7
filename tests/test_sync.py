"""What a sync counts, keeps and forgets of the folders that it is given."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from libraries import Open, counts, healthy, sources

from rag.errors import RagError
from rag.sync import Progress
from rag.types import Problem

# -- added, changed, removed, unchanged


def test_a_folder_is_added_and_then_unchanged(library: Open, papers, embedded: list[str]) -> None:
    opened = library()
    report = opened.sync(papers)
    assert counts(report) == (6, 0, 0, 0)
    assert (report.documents, report.unreadable, report.warnings) == (6, (), ())
    assert report.passages == sum(listed.passages for listed in opened.documents()) == len(embedded)
    assert report.seconds > 0
    embedded.clear()
    assert counts(opened.sync(papers)) == (0, 0, 0, 6)
    assert embedded == []
    assert sources(opened) == [
        "papers/birds.md",
        "papers/notes/board.md",
        "papers/people.jsonl#ada",
        "papers/people.jsonl#per",
        "papers/pumps.txt",
        "papers/tides.txt",
    ]
    assert healthy(opened)


def test_two_files_one_edited_one_gone(library: Open, papers) -> None:
    opened = library()
    opened.sync(papers)
    papers.write("tides.txt", "The highest tide of 2024 stood 5.01 m above datum.")
    papers.remove("pumps.txt")
    papers.write("new.txt", "The ferry to the island leaves at seven.")
    report = opened.sync(papers)
    assert counts(report) == (1, 1, 1, 4)
    assert report.documents == 6
    assert opened.document("tides.txt").text == "The highest tide of 2024 stood 5.01 m above datum."
    assert opened.search("highest tide", 1)[0].passage.text.startswith("The highest tide of 2024")
    assert all("ACME" not in hit.passage.text for hit in opened.search("ACME-4711", 20))
    assert healthy(opened)


def test_a_file_that_is_only_touched_is_unchanged(library: Open, papers, embedded: list[str]) -> None:
    opened = library()
    opened.sync(papers)
    before = opened.documents()
    embedded.clear()
    papers.touch("tides.txt")
    papers.touch("people.jsonl")
    assert counts(opened.sync(papers)) == (0, 0, 0, 6)
    assert embedded == []
    assert opened.documents() == before


def test_a_touched_file_is_known_by_its_hash_and_not_parsed(library: Open, papers, reads: list[str]) -> None:
    opened = library()
    opened.sync(papers)
    reads.clear()
    papers.touch("tides.txt")
    assert counts(opened.sync(papers)) == (0, 0, 0, 6)
    assert reads == []


def test_a_fresh_file_that_is_written_again_in_the_same_moment_is_seen(library: Open, empty) -> None:
    opened = library()
    path = empty.path / "log.txt"
    path.write_text("The pump ran for six hours.")
    moment = path.stat().st_mtime_ns
    opened.sync(empty)
    path.write_text("The pump ran for two hours.")
    os.utime(path, ns=(moment, moment))
    assert counts(opened.sync(empty)) == (0, 1, 0, 0)
    assert opened.document("log.txt").text == "The pump ran for two hours."


def test_an_edited_document_keeps_the_vectors_of_its_unchanged_passages(
    library: Open, empty, embedded: list[str]
) -> None:
    parts = ["# The dyke"] + [
        f"## Part {part}\n\n" + f"Part {part} tells how the dyke was mended. " * 22 for part in range(1, 9)
    ]
    opened = library()
    empty.write("dyke.md", "\n\n".join(parts))
    assert opened.sync(empty).passages == 8
    assert len(embedded) == 8
    embedded.clear()
    parts[3] = "## Part 3\n\n" + "This part was written anew from its first word. " * 15
    parts.insert(5, "## Thanks\n\n" + "A word of thanks stands among the others. " * 20)
    empty.write("dyke.md", "\n\n".join(parts))
    report = opened.sync(empty)
    assert counts(report) == (0, 1, 0, 0)
    assert report.passages == 9
    assert len(embedded) == 2  # part 3 and the thanks; what comes after only moved
    assert healthy(opened)


def test_a_row_of_a_file_vanishes_and_another_changes(library: Open, empty, embedded: list[str]) -> None:
    rows = [{"_id": f"r{n}", "text": f"Row {n} speaks of the lighthouse."} for n in range(4)]

    def write() -> None:
        empty.write("rows.jsonl", "\n".join(map(json.dumps, rows)))

    opened = library()
    write()
    assert counts(opened.sync(empty)) == (4, 0, 0, 0)
    embedded.clear()
    rows[2]["text"] = "Row 2 speaks of the harbour."
    del rows[0]
    write()
    assert counts(opened.sync(empty)) == (0, 1, 1, 2)
    assert len(embedded) == 1
    assert sources(opened) == ["papers/rows.jsonl#r1", "papers/rows.jsonl#r2", "papers/rows.jsonl#r3"]
    empty.remove("rows.jsonl")
    assert counts(opened.sync(empty)) == (0, 0, 3, 0)
    assert healthy(opened)


def test_metadata_alone_makes_a_document_changed(library: Open, empty) -> None:
    opened = library()
    empty.write("rows.jsonl", '{"_id": 1, "text": "The mill stands still.", "year": 2020}')
    opened.sync(empty)
    empty.write("rows.jsonl", '{"_id": 1, "text": "The mill stands still.", "year": 2021}')
    assert counts(opened.sync(empty)) == (0, 1, 0, 0)
    assert opened.document("rows.jsonl#1").metadata == {"year": "2021"}


def test_identical_documents_are_said_once(library: Open, papers) -> None:
    papers.write("copy.txt", (papers.path / "tides.txt").read_bytes())
    opened = library()
    report = opened.sync(papers)
    assert counts(report) == (7, 0, 0, 0)
    assert report.warnings == (Problem("papers/tides.txt", "It has the same text as papers/copy.txt."),)
    assert opened.sync(papers).warnings == ()


# -- which folders


def test_a_folder_inside_a_synced_one_gives_no_document_twice(library: Open, papers) -> None:
    opened = library()
    opened.sync(papers)
    report = opened.sync(papers.path / "notes")
    assert counts(report) == (0, 0, 0, 1)
    assert counts(opened.sync(papers.path / "notes", papers)) == (0, 0, 0, 6)
    assert counts(opened.sync(papers.path / "notes" / "board.md")) == (0, 0, 0, 1)
    assert len(sources(opened)) == 6
    assert opened.roots() == [papers.path]


def test_syncing_a_folder_leaves_another_folder_alone(library: Open, papers, tmp_path: Path) -> None:
    opened = library()
    other = type(papers)(tmp_path / "papers2")  # a name that begins like the first
    other.write("other.txt", "The other folder has one document.")
    assert counts(opened.sync(papers, other)) == (7, 0, 0, 0)
    papers.remove("tides.txt")
    other.remove("other.txt")
    assert counts(opened.sync(papers)) == (0, 0, 1, 5)
    assert "papers2/other.txt" in sources(opened)
    assert counts(opened.sync()) == (0, 0, 1, 5)
    assert "papers2/other.txt" not in sources(opened)


def test_a_missing_path_is_an_error_and_nothing_is_forgotten(library: Open, papers, tmp_path: Path) -> None:
    opened = library()
    opened.sync(papers)
    os.rename(papers.path, tmp_path / "away")
    with pytest.raises(RagError, match=r"There is no .*papers"):
        opened.sync(papers)
    with pytest.raises(RagError, match="There is no"):
        opened.sync()
    assert len(sources(opened)) == 6
    os.rename(tmp_path / "away", papers.path)
    assert counts(opened.sync()) == (0, 0, 0, 6)


def test_an_emptied_folder_empties_the_store(library: Open, papers) -> None:
    opened = library()
    opened.sync(papers)
    for name in ("tides.txt", "birds.md", "pumps.txt", "notes/board.md", "people.jsonl"):
        papers.remove(name)
    report = opened.sync(papers)
    assert counts(report) == (0, 0, 6, 0)
    assert (report.documents, report.passages) == (0, 0)
    assert opened.search("tide") == []
    assert healthy(opened)


def test_an_empty_folder_is_no_error(library: Open, empty) -> None:
    report = library().sync(empty)
    assert counts(report) == (0, 0, 0, 0)
    assert (report.documents, report.unreadable, report.warnings) == (0, (), ())


def test_the_store_inside_the_synced_folder_is_not_indexed(library: Open, papers) -> None:
    store = papers.path / "my store"  # not hidden, so only its place tells
    opened = library(store)
    assert counts(opened.sync(papers)) == (6, 0, 0, 0)
    assert counts(opened.sync(papers)) == (0, 0, 0, 6)
    assert "birds.md" in sources(opened)  # sources count from the folder that holds the store


def test_a_project_that_moves_with_its_store_keeps_its_documents(
    library: Open, papers, tmp_path: Path, embedded: list[str]
) -> None:
    opened = library(papers.path / ".rag")
    opened.sync(papers)
    before = sources(opened)
    opened.close()
    embedded.clear()
    os.rename(papers.path, tmp_path / "moved")
    opened = library(tmp_path / "moved" / ".rag")
    report = opened.sync(tmp_path / "moved")
    assert report.documents == 6
    assert embedded == []
    assert sources(opened) == before
    assert counts(opened.sync(tmp_path / "moved")) == (0, 0, 0, 6)


# -- progress


def test_progress_is_told_from_the_first_file_to_the_last(library: Open, papers) -> None:
    told: list[Progress] = []
    opened = library()
    report = opened.sync(papers, progress=told.append)
    assert (told[-1].files, told[-1].files_done) == (5, 5)
    assert told[-1].bytes == told[-1].bytes_done == sum(f.stat().st_size for f in papers.path.rglob("*.*"))
    assert told[-1].passages == report.passages
    assert [now.files_done for now in told] == sorted(now.files_done for now in told)
    opened.sync(papers, progress=told.append)
    assert told[-1].files == 0


def test_the_time_left_is_that_of_the_bytes_left() -> None:
    assert Progress(10, 5, 1000, 250, 80, seconds=10.0).seconds_left == 30.0
    assert Progress(10, 0, 1000, 0, 0, seconds=10.0).seconds_left is None
    assert Progress(10, 5, 1000, 250, 80, seconds=1.0).seconds_left is None


def test_progress_on_no_terminal_is_plain_lines_on_stderr(
    library: Open, papers, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rag.progress._EVERY", 0.0)
    library().sync(papers, progress=True)
    said = capsys.readouterr()
    assert said.out == ""
    assert "5 of 5 files, " in said.err
    assert "\r" not in said.err
    assert "\x1b" not in said.err
