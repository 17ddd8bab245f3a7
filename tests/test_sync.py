"""A folder and its store: what a sync adds, changes, removes, keeps and reports."""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rag.catalogue import Entry
from rag.errors import RagError, UnreadableDocument
from rag.intake import Finished, Intake
from rag.library import Library
from rag.models import Embedder
from rag.scan import Found
from rag.settings import Settings
from rag.splitting import Splitter
from rag.sync import Progress
from rag.types import Document, Problem, SyncReport

Open = Callable[..., Library]


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def sources(library: Library) -> list[str]:
    return [listed.source for listed in library.documents()]


def healthy(library: Library) -> bool:
    health = library.doctor()
    return not health.problems and health.passages == health.dense == health.lexical


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


# -- which files


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


def test_hidden_files_lock_files_and_litter_are_passed_over(library: Open, papers) -> None:
    for name in (".hidden.txt", "~$report.docx", "Thumbs.db", ".git/config.txt", "__MACOSX/x.txt"):
        papers.write(name, "Nobody wants to read this.")
    assert counts(library().sync(papers)) == (6, 0, 0, 0)


def test_symbolic_links_are_said_and_not_followed(library: Open, papers, tmp_path: Path) -> None:
    (papers.path / "loop").symlink_to(papers.path)
    (papers.path / "notes" / "up").symlink_to(papers.path)
    (papers.path / "again.txt").symlink_to(papers.path / "tides.txt")
    (papers.path / "dangling.txt").symlink_to(tmp_path / "nowhere")
    report = library().sync(papers)
    assert counts(report) == (6, 0, 0, 0)
    [warning] = report.warnings
    assert warning.reason == "Symbolic links are not followed."
    assert warning.source.split(", ") == [
        "papers/again.txt",
        "papers/dangling.txt",
        "papers/loop",
        "papers/notes/up",
    ]


def test_a_link_that_is_named_itself_is_followed(library: Open, papers, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(papers.path)
    assert counts(library().sync(tmp_path / "link")) == (6, 0, 0, 0)


NAMES = [
    b"with space.txt",
    b"quote'\".txt",
    b"line\nbreak.txt",
    "gr\u00f6\u00dfe \u4e2d\u6587 \U0001f600.txt".encode(),
    b"invalid \xff\xfe.txt",
    b"-k.txt",
    b"a#b.txt",
    b"100%.txt",
    b"star*[x].txt",
    b"back\\slash.txt",
]


def test_any_file_name_can_be_indexed_found_and_removed(library: Open, empty, tmp_path: Path) -> None:
    opened = library()
    for number, name in enumerate(NAMES):
        empty.write(name, f"Text number {number} of the strange names.")
    assert counts(opened.sync(empty)) == (10, 0, 0, 0)
    assert counts(opened.sync(empty)) == (0, 0, 0, 10)
    assert r"papers/invalid \xff\xfe.txt" in sources(opened)
    for listed in opened.documents():
        document = opened.document(listed.source)
        assert document.source == listed.source
        assert "of the strange names" in document.text
    assert {hit.passage.source for hit in opened.search("strange names", 20)} == set(sources(opened))
    opened.close()
    opened = library()
    for name in NAMES:
        os.unlink(os.fsencode(empty.path) + b"/" + name)
    assert counts(opened.sync(empty)) == (0, 0, 10, 0)


def test_a_folder_whose_name_is_not_text_is_remembered(library: Open, tmp_path: Path) -> None:
    folder = os.fsencode(tmp_path) + b"/\xe9t\xe9"
    os.mkdir(folder)
    with open(folder + b"/a.txt", "w") as file:
        file.write("The summer was dry.")
    opened = library()
    assert counts(opened.sync(os.fsdecode(folder))) == (1, 0, 0, 0)
    assert opened.roots() == [Path(os.fsdecode(folder))]
    assert counts(opened.sync()) == (0, 0, 0, 1)
    assert opened.document(os.fsdecode(folder + b"/a.txt")).text == "The summer was dry."
    assert opened.forget(os.fsdecode(folder)) == [r"\xe9t\xe9/a.txt"]


def test_two_names_that_are_shown_alike_are_two_documents_or_said(library: Open, empty) -> None:
    empty.write(b"a\xff.txt", "The first has bytes that are not text.")
    empty.write(rb"a\xff.txt", "The second has a backslash in its name.")
    opened = library()
    report = opened.sync(empty)
    assert report.documents == 2 or len(report.unreadable) == 1
    assert counts(opened.sync(empty))[3] == report.documents
    assert healthy(opened)


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


# -- what cannot be read


def test_a_file_that_cannot_be_read_is_reported_each_time_and_read_once(
    library: Open, papers, reads: list[str]
) -> None:
    papers.write("scan.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    papers.write("empty.txt", "")
    opened = library()
    report = opened.sync(papers)
    assert counts(report) == (6, 0, 0, 0)
    assert [problem.source for problem in report.unreadable] == ["papers/empty.txt", "papers/scan.doc"]
    assert report.unreadable[0].reason == "The file is empty."
    reads.clear()
    assert opened.sync(papers).unreadable == report.unreadable
    assert reads == []
    papers.write("scan.doc", "It is text after all.")
    report = opened.sync(papers)
    assert counts(report) == (1, 0, 0, 6)
    assert [problem.source for problem in report.unreadable] == ["papers/empty.txt"]
    papers.remove("empty.txt")
    assert opened.sync(papers).unreadable == ()


def test_a_file_that_becomes_unreadable_keeps_its_last_version(library: Open, papers) -> None:
    opened = library()
    opened.sync(papers)
    papers.write("tides.txt", b"\x89PNG\r\n\x1a\n" + bytes(100))
    for _ in range(2):
        report = opened.sync(papers)
        assert (report.added, report.changed, report.removed, report.documents) == (0, 0, 0, 6)
        [problem] = report.unreadable
        assert problem.source == "papers/tides.txt"
        assert problem.reason.endswith("What was read of it before stays searchable.")
        assert opened.search("highest tide of 2021", 1)[0].passage.source == "papers/tides.txt"
    papers.write("tides.txt", "The gauge was repaired.")
    report = opened.sync(papers)
    assert (report.changed, report.unreadable) == (1, ())
    assert opened.document("tides.txt").text == "The gauge was repaired."


def test_a_file_without_permission_is_reported(library: Open, papers) -> None:
    path = papers.write("secret.txt", "For the board only.")
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read every file (root)")
    [problem] = library().sync(papers).unreadable
    assert problem.source == "papers/secret.txt"
    assert "permission denied" in problem.reason.lower()


def test_what_is_not_a_regular_file_is_reported_and_does_not_block(library: Open, papers) -> None:
    os.mkfifo(papers.path / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as listener:
        home = os.getcwd()
        os.chdir(papers.path)  # a socket's whole path would be too long
        try:
            listener.bind("socket.txt")
        finally:
            os.chdir(home)
        report = library().sync(papers)
    assert counts(report) == (6, 0, 0, 0)
    assert {(problem.source, problem.reason) for problem in report.unreadable} == {
        (f"papers/{name}.txt", "This is not a regular file (a device, a pipe or a socket).")
        for name in ("pipe", "socket")
    }


def test_a_file_over_the_limit_is_reported_with_the_setting(library: Open, papers, embedded: list[str]) -> None:
    papers.write("long.txt", "All work and no play. " * 60_000)
    opened = library(max_file_mb=1)
    report = opened.sync(papers)
    assert counts(report) == (6, 0, 0, 0)
    [problem] = report.unreadable
    assert problem.source == "papers/long.txt"
    assert "RAG_MAX_FILE_MB" in problem.reason
    opened.close()
    papers.write("long.txt", "Short.")
    opened = library(max_file_mb=2)  # other limits: every file may end otherwise, so each is read again
    assert counts(opened.sync(papers)) == (1, 0, 0, 6)


def test_a_bad_row_is_reported_and_the_others_are_indexed(library: Open, empty) -> None:
    empty.write("rows.jsonl", '{"_id": 1, "text": "The first row."}\n{broken\n{"_id": 3, "text": "The third row."}\n')
    opened = library()
    for expected in ((2, 0, 0, 0), (0, 0, 0, 2)):
        report = opened.sync(empty)
        assert counts(report) == expected
        [problem] = report.unreadable
        assert problem.source == "papers/rows.jsonl#2"
        assert "not valid JSON" in problem.reason


def test_identical_documents_are_said_once(library: Open, papers) -> None:
    papers.write("copy.txt", (papers.path / "tides.txt").read_bytes())
    opened = library()
    report = opened.sync(papers)
    assert counts(report) == (7, 0, 0, 0)
    assert report.warnings == (Problem("papers/tides.txt", "It has the same text as papers/copy.txt."),)
    assert opened.sync(papers).warnings == ()


# -- a file that is written while it is read


class Scribbler:
    """A worker that finds a file changed under its eyes, `times` over; each time the file holds more."""

    def __init__(self, times: int) -> None:
        self.times = times

    def read(self, path: Path, source: str) -> Iterator[Document | Problem]:
        lines = path.read_text().splitlines()
        if self.times:
            self.times -= 1
            path.write_text("\n".join([*lines, f"line {len(lines)}"]))
        for number, line in enumerate(lines):
            yield Document(f"{source}#{number}", "Log", line, "jsonl")


def stable(opened: Library, path: Path, times: int) -> list[Entry | Finished]:
    embedder, settings = opened.embedder, opened.settings
    intake = Intake(opened.catalogue, Splitter(embedder.count, embedder.window), "model", settings, path.parent)
    state = path.stat()
    return list(intake._read_stable(Scribbler(times), Found(os.fsencode(path), state.st_size, state.st_mtime_ns)))


def test_a_file_that_changes_once_while_it_is_read_is_read_again(library: Open, empty) -> None:
    path = empty.write("log.txt", "line 0\nline 1")
    *entries, end = stable(library(), path, 1)
    assert isinstance(end, Finished)
    assert not end.failed
    assert end.found.size == path.stat().st_size
    texts = {entry.document.source: entry.document.text for entry in entries if isinstance(entry, Entry)}
    assert texts == {"log.txt#0": "line 0", "log.txt#1": "line 1", "log.txt#2": "line 2"}


def test_a_file_that_never_rests_is_reported(library: Open, empty) -> None:
    path = empty.write("log.txt", "line 0")
    end = stable(library(), path, 9)[-1]
    assert isinstance(end, Finished)
    assert end.failed
    assert end.problems[-1].reason == "The file changed while it was read. Sync again when it is no longer written to."


def test_a_file_of_rows_that_grows_while_it_is_read_is_stored_once(
    library: Open, empty, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first reading has given rows away by the time that the change is seen; the second gives them again."""
    opened = library()
    path = empty.write("log.txt", "line 0\nline 1\nline 2")

    class Scribbling(Scribbler):
        def __init__(self, settings: Settings) -> None:
            super().__init__(1)

        def __enter__(self) -> Scribbling:
            return self

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("rag.intake.Worker", Scribbling)
    report = opened.sync(path)
    assert counts(report) == (4, 0, 0, 0)
    assert report.documents == 4
    assert healthy(opened)


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


# -- an embedder that fails


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
