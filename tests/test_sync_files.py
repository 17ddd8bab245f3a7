"""What a sync makes of single files: strange names, links, files that cannot be read, files that are being written."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from libraries import Open, counts, healthy, sources

from rag.catalogue import Entry
from rag.intake import Finished, Intake
from rag.library import Library
from rag.scan import Found
from rag.settings import Settings
from rag.splitting import Splitter
from rag.types import Document, Problem

# -- links and names


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
