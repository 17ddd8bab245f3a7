"""The truth: documents, passages, vectors and conversations in one SQLite file.

A document is replaced in one transaction, so a reader finds it wholly old or wholly new. Nothing
outside this folder knows that it is SQLite.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rag.catalogue.conversations import ConversationRows, Head, TurnRow
from rag.catalogue.database import Database
from rag.catalogue.rows import (
    DOCUMENT,
    LISTED,
    PASSAGE,
    Entry,
    File,
    Listed,
    as_document,
    as_file,
    as_listed,
    as_passage,
    document_row,
    passage_row,
)
from rag.catalogue.vectors import Vectors
from rag.errors import NotInStore
from rag.types import Document, Passage, Problem

__all__ = ["Catalogue", "Entry", "File", "Head", "Listed", "TurnRow"]


class Catalogue:
    """Documents with their passages, the files they came from, and their vectors."""

    def __init__(self, path: Path) -> None:
        """Opens the file, or makes it. Raises StoreError, or StoreMismatch for another version's."""
        self._database = Database(path)
        self.vectors = Vectors(self._database)
        self.conversations = ConversationRows(self._database)

    def close(self) -> None:
        """Closes the file."""
        self._database.close()

    # -- what is known of the store itself

    def recall(self, key: str) -> str:
        """What was remembered under this key, or ""."""
        row = self._database.one("SELECT value FROM meta WHERE key = ?", key)
        return row[0] if row else ""

    def remember(self, **values: str) -> None:
        """Keeps small facts about the store."""
        with self._database.transaction() as connection:
            connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())

    def copy_to(self, path: Path) -> None:
        """Writes all of it, as of one moment, to a file that is not there yet; others go on meanwhile."""
        self._database.copy_to(path)

    def damage(self) -> str:
        """What is wrong in the file itself; "" for nothing."""
        return self._database.damage()

    # -- files

    def files(self) -> dict[bytes, File]:
        """Every file that was read, by its path."""
        rows = self._database.all(
            "SELECT f.path, f.source, f.size, f.mtime_ns, f.hash, f.reading, f.problems, count(d.id)"
            " FROM files f LEFT JOIN documents d ON d.file = f.id GROUP BY f.id"
        )
        return {row[0]: as_file(row) for row in rows}

    def save_file(self, file: File) -> None:
        """Keeps what a file was like when it was read; its documents are saved by `replace`."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO files (path, source, size, mtime_ns, hash, reading, problems)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (path) DO UPDATE SET source = excluded.source,"
                " size = excluded.size, mtime_ns = excluded.mtime_ns, hash = excluded.hash,"
                " reading = excluded.reading, problems = excluded.problems",
                (
                    file.path,
                    file.source,
                    file.size,
                    file.mtime_ns,
                    file.hash,
                    file.reading,
                    json.dumps([(problem.source, problem.reason) for problem in file.problems]),
                ),
            )

    def note_file(self, path: bytes, source: str) -> None:
        """Makes a file known whose documents are about to come; it counts as not read until `save_file`."""
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT OR IGNORE INTO files (path, source, size, mtime_ns, hash, reading, problems)"
                " VALUES (?, ?, -1, -1, '', '', '[]')",
                (path, source),
            )

    # -- documents and passages

    def entries(self, document_ids: Iterable[str]) -> list[Entry]:
        """These documents as they were stored; one that is not there is left out."""
        found = []
        for document_id in document_ids:
            row = self._database.one(
                "SELECT f.path, d.fingerprint, d.synced_at"
                " FROM documents d JOIN files f ON f.id = d.file WHERE d.id = ?",
                document_id,
            )
            if row is None:
                continue
            path, fingerprint, synced_at = row
            keys = self._database.all("SELECT vector FROM passages WHERE document = ? ORDER BY start", document_id)
            passages = tuple(self.passages_of(document_id))
            document = self.document(document_id)
            found.append(Entry(path, document, passages, tuple(key for (key,) in keys), fingerprint, synced_at))
        return found

    def replace(self, entries: Iterable[Entry], embedder: str = "") -> list[str]:
        """Puts documents in the place of what stood under their ids, in one transaction.

        Their vectors and their files must be saved already. With `embedder`, the store is that
        model's from then on, and both indexes must be made anew. Returns the ids of the passages
        that are no longer there.
        """
        gone: set[str] = set()
        with self._database.transaction() as connection:
            for entry in entries:
                held = connection.execute("SELECT id FROM passages WHERE document = ?", (entry.document.id,))
                gone.update(row[0] for row in held)
                connection.execute("DELETE FROM documents WHERE id = ?", (entry.document.id,))
                connection.execute(
                    "INSERT INTO documents VALUES (?, (SELECT id FROM files WHERE path = ?),"
                    " ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    document_row(entry),
                )
                connection.executemany(
                    "INSERT INTO passages (id, document, start, end, page, headings, vector, text)"
                    " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                    map(passage_row, entry.passages, entry.keys),
                )
                gone.difference_update(passage.id for passage in entry.passages)
            if embedder:
                connection.execute("INSERT OR REPLACE INTO meta VALUES ('embedder', ?)", (embedder,))
                # Passages keep their ids and get other vectors, so what the indexes hold is wrong: the
                # number of those that count is raised to one that is not there.
                connection.execute(
                    "INSERT INTO meta VALUES ('indexes', '1')"
                    " ON CONFLICT (key) DO UPDATE SET value = CAST(value + 1 AS TEXT)"
                )
        return sorted(gone)

    def forget(self, document_ids: Sequence[str], paths: Sequence[bytes] = ()) -> list[str]:
        """Removes documents, and files with all their documents. Returns the passages' ids."""
        with self._database.transaction() as connection:
            doomed = set(document_ids)
            for path in paths:
                doomed.update(
                    row[0]
                    for row in connection.execute(
                        "SELECT d.id FROM documents d JOIN files f ON d.file = f.id WHERE f.path = ?", (path,)
                    )
                )
            gone: list[str] = []
            for document_id in sorted(doomed):
                rows = connection.execute("SELECT id FROM passages WHERE document = ?", (document_id,))
                gone.extend(row[0] for row in rows)
                connection.execute("DELETE FROM documents WHERE id = ?", (document_id,))
            connection.executemany("DELETE FROM files WHERE path = ?", [(path,) for path in paths])
        return gone

    def fingerprints(self, path: bytes) -> dict[str, str]:
        """For each document of a file, by id, the fingerprint that it was stored with."""
        rows = self._database.all(
            "SELECT d.id, d.fingerprint FROM documents d JOIN files f ON d.file = f.id WHERE f.path = ?", path
        )
        return dict(rows)

    def holds(self, document_id: str) -> bool:
        """Whether there is a document with this id."""
        return self._database.one("SELECT 1 FROM documents WHERE id = ?", document_id) is not None

    def origins(self) -> list[tuple[str, bytes, str]]:
        """Id, file and fingerprint of every document."""
        return self._database.all(
            "SELECT d.id, f.path, d.fingerprint FROM documents d JOIN files f ON f.id = d.file ORDER BY d.source"
        )

    def path_of(self, document_id: str) -> bytes:
        """The file that the document was read from. Raises NotInStore."""
        row = self._database.one(
            "SELECT f.path FROM documents d JOIN files f ON f.id = d.file WHERE d.id = ?", document_id
        )
        if row is None:
            raise NotInStore(f"There is no document {document_id} in the store.")
        return bytes(row[0])

    def document(self, document_id: str) -> Document:
        """The stored document. Raises NotInStore."""
        row = self._database.one(f"SELECT {DOCUMENT} FROM documents WHERE id = ?", document_id)
        if row is None:
            raise NotInStore(f"There is no document {document_id} in the store.")
        return as_document(row)

    def documents_of(self, ids: Iterable[str]) -> dict[str, Document]:
        """The documents with these ids, as of one moment; one that is gone is left out."""
        rows = self._database.all(
            f"SELECT {DOCUMENT} FROM documents WHERE id IN (SELECT value FROM json_each(?))", json.dumps(sorted(ids))
        )
        documents = map(as_document, rows)
        return {document.id: document for document in documents}

    def texts(self) -> Iterator[tuple[str, str]]:
        """Id and text of every document, one at a time, by source; one that goes meanwhile is left out."""
        for (document_id,) in self._database.all("SELECT id FROM documents ORDER BY source"):
            row = self._database.one("SELECT text FROM documents WHERE id = ?", document_id)
            if row is not None:
                yield document_id, row[0]

    def content_hashes(self, document_ids: Iterable[str]) -> dict[str, str]:
        """The content hash of each of these documents; one that is not there is left out."""
        return dict(
            self._database.all(
                "SELECT id, content_hash FROM documents WHERE id IN (SELECT value FROM json_each(?))",
                json.dumps(sorted(set(document_ids))),
            )
        )

    def with_content(self, content_hash: str) -> list[str]:
        """Ids of the documents that have this content, by source."""
        rows = self._database.all("SELECT id FROM documents WHERE content_hash = ? ORDER BY source", content_hash)
        return [row[0] for row in rows]

    def documents(self) -> list[Listed]:
        """All stored documents without their texts, by source."""
        rows = self._database.all(f"SELECT {LISTED} FROM documents d ORDER BY d.source")
        return [as_listed(row) for row in rows]

    def find(self, name: str) -> list[tuple[str, str]]:
        """Id and source of the documents that have this id, this source, or a source that ends with it."""
        exact = self._database.all("SELECT id, source FROM documents WHERE id = ?1 OR source = ?1", name)
        return exact or self._database.all(
            "SELECT id, source FROM documents WHERE substr(source, -length(?1) - 1) = '/' || ?1 ORDER BY source", name
        )

    def select(self, sources: str = "", metadata: dict[str, str] | None = None) -> list[str]:
        """Ids of the documents whose source matches a glob (`*`, `?`, `[ab]`) and that have this metadata."""
        where, values = ["source GLOB ?"] if sources else [], [sources] if sources else []
        for key, value in (metadata or {}).items():
            where.append("EXISTS (SELECT 1 FROM json_each(metadata) WHERE key = ? AND value = ?)")
            values += [key, value]
        rows = self._database.all(f"SELECT id FROM documents WHERE {' AND '.join(where) or 'true'}", *values)
        return [row[0] for row in rows]

    def warnings(self, sources: Iterable[str]) -> list[Problem]:
        """What a reader should know of these documents: pages without text and the like."""
        rows = self._database.all(
            "SELECT source, warnings FROM documents"
            " WHERE source IN (SELECT value FROM json_each(?)) AND warnings != '[]' ORDER BY source",
            json.dumps(list(sources)),
        )
        return [Problem(source, warning) for source, warnings in rows for warning in json.loads(warnings)]

    def identical(self, sources: Iterable[str]) -> list[tuple[str, ...]]:
        """Groups of documents, by source, that have the same text, where one of these is among them."""
        groups = self._database.all(
            "SELECT json_group_array(source) FROM ("
            " SELECT content_hash, source FROM documents WHERE content_hash IN ("
            "  SELECT content_hash FROM documents WHERE source IN (SELECT value FROM json_each(?))"
            " ) ORDER BY source"
            ") GROUP BY content_hash HAVING count(*) > 1 ORDER BY min(source)",
            json.dumps(list(sources)),
        )
        return [tuple(json.loads(row[0])) for row in groups]

    def passages(self, ids: Sequence[str]) -> dict[str, Passage]:
        """The passages with these ids, as of one moment; one that is gone is left out."""
        rows = self._database.all(
            f"SELECT {PASSAGE} FROM passages p JOIN documents d ON d.id = p.document"
            " WHERE p.id IN (SELECT value FROM json_each(?))",
            json.dumps(list(ids)),
        )
        return {row[0]: as_passage(row) for row in rows}

    def passages_of(self, document_id: str) -> list[Passage]:
        """The passages of one document in order."""
        rows = self._database.all(
            f"SELECT {PASSAGE} FROM passages p JOIN documents d ON d.id = p.document"
            " WHERE p.document = ? ORDER BY p.start",
            document_id,
        )
        return [as_passage(row) for row in rows]

    def passage_ids(self) -> set[str]:
        """The ids of all passages."""
        return {row[0] for row in self._database.all("SELECT id FROM passages")}

    def some_passage_ids(self, number: int) -> list[str]:
        """The ids of a few passages, the newest first."""
        return [row[0] for row in self._database.all("SELECT id FROM passages ORDER BY number DESC LIMIT ?", number)]

    def counts(self) -> tuple[int, int]:
        """How many documents and how many passages are stored."""
        row = self._database.one("SELECT (SELECT count(*) FROM documents), (SELECT count(*) FROM passages)")
        return row[0], row[1]
