"""The SQLite file itself: its tables, a connection for each thread, and transactions."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from weakref import WeakSet

from rag.errors import StoreError, StoreMismatch

_DOCUMENTS = """
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path BLOB UNIQUE NOT NULL,
    source TEXT NOT NULL,
    size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL,
    hash TEXT NOT NULL,
    reading TEXT NOT NULL,
    problems TEXT NOT NULL
);
CREATE TABLE documents (
    id TEXT PRIMARY KEY,
    file INTEGER NOT NULL REFERENCES files ON DELETE CASCADE,
    source TEXT UNIQUE NOT NULL,
    title TEXT NOT NULL,
    kind TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    synced_at REAL NOT NULL,
    metadata TEXT NOT NULL,
    warnings TEXT NOT NULL,
    shape TEXT NOT NULL,
    layout BLOB NOT NULL,
    text TEXT NOT NULL
);
CREATE INDEX documents_by_file ON documents (file);
CREATE INDEX documents_by_content ON documents (content_hash);
CREATE TABLE passages (
    number INTEGER PRIMARY KEY,
    id TEXT UNIQUE NOT NULL,
    document TEXT NOT NULL REFERENCES documents ON DELETE CASCADE,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    page INTEGER,
    headings TEXT NOT NULL,
    vector TEXT NOT NULL REFERENCES vectors (key),
    text TEXT NOT NULL
);
CREATE INDEX passages_by_document ON passages (document, start);
CREATE INDEX passages_by_vector ON passages (vector);
CREATE TABLE vectors (key TEXT PRIMARY KEY, vector BLOB NOT NULL);
"""
# What was said outlives what it was said of: `turn_documents` names documents that may be gone.
_CONVERSATIONS = """
CREATE TABLE conversations (
    id TEXT PRIMARY KEY,
    owner TEXT NOT NULL,
    title TEXT NOT NULL,
    created_at REAL NOT NULL,
    updated_at REAL NOT NULL
);
CREATE INDEX conversations_by_owner ON conversations (owner, updated_at);
CREATE TABLE turns (
    conversation TEXT NOT NULL REFERENCES conversations ON DELETE CASCADE,
    number INTEGER NOT NULL,
    asked_at REAL NOT NULL,
    question TEXT NOT NULL,
    text TEXT NOT NULL,
    answer TEXT NOT NULL,
    PRIMARY KEY (conversation, number)
);
CREATE TABLE turn_documents (
    conversation TEXT NOT NULL,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    content_hash TEXT NOT NULL,
    PRIMARY KEY (conversation, number, document),
    FOREIGN KEY (conversation, number) REFERENCES turns ON DELETE CASCADE
);
CREATE INDEX turns_by_document ON turn_documents (document);
"""
_MIGRATIONS = (_DOCUMENTS, _CONVERSATIONS)
"""The n-th makes format n + 1 of format n. What has been released is never edited: another is added."""
SCHEMA_VERSION = len(_MIGRATIONS)
SQLITE_VERSION = sqlite3.sqlite_version


class _Connection(sqlite3.Connection):
    """One that can be referred to weakly: it is held by its thread alone, and closed when that ends."""


class Database:
    """One SQLite file, made if it is not there and brought to the present format if it is of an older one.

    Raises StoreError where it cannot be used, StoreMismatch where its format is a newer one.

    Threads each have a connection of their own; readers never wait for the writer (WAL).
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._local = threading.local()
        self._connections: WeakSet[_Connection] = WeakSet()
        self._writing = threading.RLock()
        version = self.one("PRAGMA user_version")[0]
        if not 0 <= version <= SCHEMA_VERSION:
            raise StoreMismatch(
                f"The store {path.parent} has format {version} and this version reads format 1 to "
                f"{SCHEMA_VERSION}. Use the version that made it, or sync into a new store."
            )
        if version < SCHEMA_VERSION:
            self._migrate(version)

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing: what is done inside is kept together, or not at all."""
        with self._writing, self._errors():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")

    def all(self, query: str, *values: object) -> list[Any]:
        """The rows of a query."""
        with self._errors():
            return self._connection().execute(query, values).fetchall()

    def one(self, query: str, *values: object) -> Any:
        """The first row of a query, or None."""
        with self._errors():
            return self._connection().execute(query, values).fetchone()

    def empty_log(self) -> None:
        """Moves the write-ahead log into the file, so that what was deleted is in neither."""
        self.all("PRAGMA wal_checkpoint(TRUNCATE)")

    def copy_to(self, path: Path) -> None:
        """Writes the file as it is at this moment to another, while readers and the writer go on."""
        self.all("VACUUM INTO ?", str(path))

    def damage(self) -> str:
        """What SQLite finds to be wrong in the file; "" for nothing."""
        found = str(self.one("PRAGMA quick_check(1)")[0])
        return "" if found == "ok" else found

    def close(self) -> None:
        """Closes every thread's connection."""
        for connection in list(self._connections):
            connection.close()

    def _connection(self) -> sqlite3.Connection:
        connection: _Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = sqlite3.connect(
                self._path, timeout=30, isolation_level=None, check_same_thread=False, factory=_Connection
            )
            # secure_delete: what is forgotten is overwritten, not only unlinked.
            for pragma in ("journal_mode=WAL", "synchronous=NORMAL", "foreign_keys=ON", "secure_delete=ON"):
                connection.execute(f"PRAGMA {pragma}")
            # SQLite's own lower() knows the letters of ASCII only.
            connection.create_function("casefold", 1, str.casefold, deterministic=True)
            self._local.connection = connection
            self._connections.add(connection)
        return connection

    def _migrate(self, version: int) -> None:
        """From this format, 0 for a new file, to the present one: wholly, or not at all."""
        with self.transaction() as connection:
            for migration in _MIGRATIONS[version:]:
                for statement in migration.split(";\n"):
                    connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")

    @contextmanager
    def _errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as problem:
            raise StoreError(
                f"The catalogue {self._path} cannot be used ({problem}). If the disk is full or the folder"
                " is not writable, mend that; if the file is damaged, restore it from a backup."
            ) from problem
