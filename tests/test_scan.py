"""Which files lie under a folder, and what they are called."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from rag.errors import RagError
from rag.scan import Found, scan, source_of


def names(paths: list[Path], store: Path) -> list[str]:
    return [source_of(path, store.parent) for path in sorted(scan(paths, store).files)]


def test_files_are_found_with_their_size_and_time(empty, tmp_path: Path) -> None:
    path = empty.write("a/b/c.txt", "12345")
    found = scan([empty.path], tmp_path / "store")
    raw = os.fsencode(path)
    assert found.files == {raw: Found(raw, 5, path.stat().st_mtime_ns)}
    assert found.roots == [os.fsencode(empty.path)]


def test_a_file_can_be_named_itself_even_a_hidden_one(empty, tmp_path: Path) -> None:
    hidden = empty.write(".hidden.txt", "x")
    assert names([hidden], tmp_path / "store") == ["papers/.hidden.txt"]
    assert names([empty.path], tmp_path / "store") == []


def test_a_scan_covers_what_it_would_have_found(empty, tmp_path: Path) -> None:
    empty.write("a.txt", "x")
    found = scan([empty.path], tmp_path / "store")
    folder = os.fsencode(empty.path)
    assert found.covers(folder + b"/gone.txt")
    assert found.covers(folder + b"/deep/gone.txt")
    assert not found.covers(folder + b"2/gone.txt")
    assert not found.covers(b"/elsewhere.txt")
    found.unreadable[folder + b"/deep"] = "closed"
    assert not found.covers(folder + b"/deep/gone.txt")
    assert found.covers(folder + b"/deeper.txt")


def test_a_missing_path_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RagError, match=r"There is no .*none\. Check the path; .*rag forget .*none"):
        scan([tmp_path / "none"], tmp_path / "store")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        (b"/home/me/papers/a.txt", "papers/a.txt"),
        (b"/home/me/a.txt", "a.txt"),
        (b"/home/me2/a.txt", "/home/me2/a.txt"),
        (b"/srv/a.txt", "/srv/a.txt"),
        (b"/home/me/caf\xc3\xa9.txt", "caf\u00e9.txt"),
        (b"/home/me/caf\xe9.txt", "caf\\xe9.txt"),
        (b"/home/me/caf\\xe9.txt", "caf\\\\xe9.txt"),
        (b"/home/me", "."),
    ],
)
def test_a_source_counts_from_the_folder_that_holds_the_store(path: bytes, source: str) -> None:
    assert source_of(path, Path("/home/me")) == source


def test_every_path_can_be_a_root(tmp_path: Path) -> None:
    assert source_of(b"/srv/a.txt", Path("/")) == "srv/a.txt"
