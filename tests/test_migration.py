"""A catalogue of an older format is brought to the present one: wholly, or not at all."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from rag.catalogue import Catalogue, TurnRow
from rag.errors import StoreMismatch

FORMAT_1 = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY, path BLOB UNIQUE NOT NULL, source TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, hash TEXT NOT NULL, reading TEXT NOT NULL, problems TEXT NOT NULL
);
CREATE TABLE documents (
    id TEXT PRIMARY KEY, file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE, source TEXT UNIQUE NOT NULL,
    title TEXT NOT NULL, kind TEXT NOT NULL, content_hash TEXT NOT NULL, fingerprint TEXT NOT NULL,
    synced_at REAL NOT NULL, metadata TEXT NOT NULL, warnings TEXT NOT NULL, shape TEXT NOT NULL,
    layout BLOB NOT NULL, text TEXT NOT NULL
);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_content ON documents (content_hash);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY, id TEXT UNIQUE NOT NULL, document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER, headings TEXT NOT NULL,
    vector TEXT NOT NULL REFERENCES vectors (key), text TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document, start);
CREATE INDEX passages_by_vector ON passages (vector);
CREATE TABLE vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL);
PRAGMA user_version = 1;
"""
ROWS = """
INSERT INTO meta VALUES ('roots', '["/papers"]');
INSERT INTO files VALUES (1, x'2f61', 'a.txt', 3, 4, 'hash', 'reading', '[]');
INSERT INTO documents VALUES ('d', 1, 'a.txt', 'Tides', 'txt', 'content', 'print', 5.0, '{"year": "2021"}', '[]',
    '{"pages": [0], "page_labels": ["iv"], "sections": [[0, ["One"]]], "furniture": []}', x'00ff', 'abc def');
INSERT INTO vectors VALUES ('key', x'0000803f');
INSERT INTO passages VALUES (1, 'p', 'd', 0, 3, 1, '["One"]', 'key', 'abc');
"""
DIES = """
import os, signal, sqlite3, sys
from pathlib import Path
connect, dies_at = sqlite3.connect, sys.argv[2]
def watched(*given, **named):
    connection = connect(*given, **named)
    connection.set_trace_callback(lambda said: os.kill(os.getpid(), signal.SIGKILL) if dies_at in said else None)
    return connection
sqlite3.connect = watched
from rag.catalogue import Catalogue
Catalogue(Path(sys.argv[1]))
"""


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A catalogue of format 1 that holds one document."""
    path = tmp_path / "catalogue.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA journal_mode = WAL;" + FORMAT_1 + ROWS)
    return path


@contextmanager
def opened(path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(path)) as catalogue:
        yield catalogue


def look(path: Path, query: str) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute(query).fetchall()


def shape(path: Path) -> set[tuple[object, ...]]:
    """Tables, columns and indexes, whatever the layout of the statements that made them."""
    return set(
        look(
            path,
            'SELECT m.type, m.name, c.name, c.type, c."notnull", c.pk FROM sqlite_master m'
            " LEFT JOIN pragma_table_info(m.name) c ON m.type = 'table'",
        )
    )


def test_a_catalogue_of_format_1_keeps_what_it_holds_and_gains_conversations(old: Path) -> None:
    with opened(old) as catalogue:
        document = catalogue.document("d")
        assert (document.text, document.pages, document.page_labels, document.layout) == (
            "abc def",
            (0,),
            ("iv",),
            b"\x00\xff",
        )
        [passage] = catalogue.passages_of("d")
        assert (passage.text, passage.headings, passage.title) == ("abc", ("One",), "Tides")
        assert catalogue.vectors.get(["key"]).tolist() == [[1.0]]
        assert catalogue.recall("roots") == '["/papers"]'
        assert catalogue.files().keys() == {b"/a"}
        catalogue.conversations.create("c", "", "Title")
        assert catalogue.conversations.append("c", TurnRow(0, 1.0, "Q", "A", "{}", {"d": "content"}), "") == 1
    with opened(old) as catalogue:
        assert [head.title for head in catalogue.conversations.of_owner("")] == ["Title"]
    assert look(old, "PRAGMA user_version") == [(2,)]


def test_a_migrated_catalogue_has_the_tables_of_a_new_one(old: Path, tmp_path: Path) -> None:
    new = tmp_path / "new.db"
    for path in (old, new):
        Catalogue(path).close()
    assert shape(old) == shape(new)
    assert {"turns", "conversations", "turn_documents", "passages"} <= {name for _, name, *_ in shape(new)}


@pytest.mark.parametrize(
    "statement", ["CREATE TABLE conversations", "CREATE TABLE turns", "PRAGMA user_version = 2", "COMMIT"]
)
def test_a_migration_that_is_killed_has_not_been(old: Path, statement: str) -> None:
    before = shape(old)
    ended = subprocess.run([sys.executable, "-c", DIES, old, statement], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    assert look(old, "PRAGMA user_version") == [(1,)]
    assert shape(old) == before
    with opened(old) as catalogue:
        assert catalogue.counts() == (1, 1)
        assert catalogue.conversations.of_owner("") == []


def test_a_first_opening_that_is_killed_leaves_a_file_that_can_be_opened(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    ended = subprocess.run([sys.executable, "-c", DIES, path, "CREATE TABLE turns"], check=False, timeout=60)
    assert ended.returncode == -signal.SIGKILL
    with opened(path) as catalogue:
        assert catalogue.counts() == (0, 0)


@pytest.mark.parametrize("version", [3, 99, -1])
def test_a_newer_format_is_refused_and_left_as_it_is(old: Path, version: int) -> None:
    look(old, f"PRAGMA user_version = {version}")
    before = shape(old)
    with pytest.raises(StoreMismatch, match=f"has format {version} and this version reads format 1 to 2"):
        Catalogue(old)
    assert look(old, "PRAGMA user_version") == [(version,)]
    assert shape(old) == before
