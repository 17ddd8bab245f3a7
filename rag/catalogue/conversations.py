"""Conversations as rows: who has which, and each turn's question and answer as they were kept.

What an answer is made of is not known here: it comes and goes as a text (see `rag.conversations`).
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from rag.catalogue.database import Database
from rag.errors import NotInStore

_HEAD = "c.id, c.owner, c.title, c.created_at, c.updated_at, (SELECT count(*) FROM turns t WHERE t.conversation = c.id)"
_NEWEST_FIRST = "ORDER BY c.updated_at DESC, c.rowid DESC"


@dataclass(frozen=True, slots=True)
class Head:
    """A conversation without its turns, of which it has `turns`. Times are seconds since 1970."""

    id: str
    owner: str
    title: str
    created_at: float
    updated_at: float
    turns: int = 0


@dataclass(frozen=True, slots=True)
class TurnRow:
    """A turn as it is kept.

    `answer` is the whole record, of which `text` is what a search looks in; `hashes` has the content
    hash of each document whose words the record holds, "" where it is not known.
    """

    number: int
    asked_at: float
    question: str
    text: str
    answer: str
    hashes: Mapping[str, str] = field(default_factory=dict)


class ConversationRows:
    """The tables of conversations. Whatever changes them is kept when the call returns."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def create(self, conversation_id: str, owner: str, title: str) -> Head:
        """A conversation without turns."""
        now = time.time()
        with self._database.transaction() as connection:
            connection.execute(
                "INSERT INTO conversations VALUES (?, ?, ?, ?, ?)", (conversation_id, owner, title, now, now)
            )
        return Head(conversation_id, owner, title, now, now)

    def append(self, conversation_id: str, turn: TurnRow, title: str) -> int:
        """Adds a turn at the end, whatever its `number`, and returns the number that it has.

        `title` becomes that of a conversation that has none. Raises NotInStore.
        """
        with self._database.transaction() as connection:
            renamed = connection.execute(
                "UPDATE conversations SET updated_at = ?, title = iif(title = '', ?, title) WHERE id = ?",
                (turn.asked_at, title, conversation_id),
            )
            if not renamed.rowcount:
                raise _missing(conversation_id)
            [number] = connection.execute(
                "INSERT INTO turns SELECT ?1, coalesce(max(number), 0) + 1, ?2, ?3, ?4, ?5 FROM turns"
                " WHERE conversation = ?1 RETURNING number",
                (conversation_id, turn.asked_at, turn.question, turn.text, turn.answer),
            ).fetchone()
            connection.executemany(
                "INSERT INTO turn_documents VALUES (?, ?, ?, ?)",
                [(conversation_id, number, document, content) for document, content in turn.hashes.items()],
            )
        return int(number)

    def rewind(self, conversation_id: str, number: int) -> None:
        """Removes the turns from this number on, and overwrites where they stood."""
        with self._database.transaction() as connection:
            connection.execute("DELETE FROM turns WHERE conversation = ? AND number >= ?", (conversation_id, number))
        self._database.empty_log()

    def head(self, conversation_id: str) -> Head:
        """The conversation without its turns. Raises NotInStore."""
        row = self._database.one(f"SELECT {_HEAD} FROM conversations c WHERE c.id = ?", conversation_id)
        if row is None:
            raise _missing(conversation_id)
        return Head(*row)

    def count(self) -> int:
        """How many conversations there are, of all owners."""
        return int(self._database.one("SELECT count(*) FROM conversations")[0])

    def turns(self, conversation_id: str) -> list[TurnRow]:
        """Its turns in order."""
        hashes: dict[int, dict[str, str]] = {}
        for number, document, content in self._database.all(
            "SELECT number, document, content_hash FROM turn_documents WHERE conversation = ?", conversation_id
        ):
            hashes.setdefault(number, {})[document] = content
        rows = self._database.all(
            "SELECT number, asked_at, question, text, answer FROM turns WHERE conversation = ? ORDER BY number",
            conversation_id,
        )
        return [
            TurnRow(number, asked_at, question, text, answer, hashes.get(number, {}))
            for number, asked_at, question, text, answer in rows
        ]

    def of_owner(self, owner: str, words: Iterable[str] = ()) -> list[Head]:
        """Somebody's conversations, newest first; with `words`, those that have each of them somewhere.

        A word is looked for within words, in titles, questions and answers, in capitals or not.
        """
        where, values = ["c.owner = ?"], [owner]
        for word in words:
            where.append(
                "(instr(casefold(c.title), ?) OR EXISTS (SELECT 1 FROM turns t WHERE t.conversation = c.id"
                " AND (instr(casefold(t.question), ?) OR instr(casefold(t.text), ?))))"
            )
            values += [word.casefold()] * 3
        rows = self._database.all(
            f"SELECT {_HEAD} FROM conversations c WHERE {' AND '.join(where)} {_NEWEST_FIRST}", *values
        )
        return [Head(*row) for row in rows]

    def named(self, name: str, owner: str) -> list[Head]:
        """Somebody's conversations whose id begins with this or whose title is this, newest first."""
        rows = self._database.all(
            f"SELECT {_HEAD} FROM conversations c WHERE c.owner = ?1"
            f" AND (substr(c.id, 1, length(?2)) = ?2 OR c.title = ?2) {_NEWEST_FIRST}",
            owner,
            name,
        )
        return [Head(*row) for row in rows]

    def with_words_of(self, document_ids: Iterable[str]) -> list[Head]:
        """Whosever conversations hold words of these documents, newest first."""
        rows = self._database.all(
            f"SELECT {_HEAD} FROM conversations c WHERE c.id IN (SELECT conversation FROM turn_documents"
            f" WHERE document IN (SELECT value FROM json_each(?))) {_NEWEST_FIRST}",
            json.dumps(list(document_ids)),
        )
        return [Head(*row) for row in rows]

    def rename(self, conversation_id: str, title: str) -> None:
        """Gives it another title. Raises NotInStore."""
        with self._database.transaction() as connection:
            done = connection.execute("UPDATE conversations SET title = ? WHERE id = ?", (title, conversation_id))
            if not done.rowcount:
                raise _missing(conversation_id)

    def delete(self, conversation_id: str) -> None:
        """Removes it with its turns, and overwrites where they stood. Raises NotInStore."""
        with self._database.transaction() as connection:
            if not connection.execute("DELETE FROM conversations WHERE id = ?", (conversation_id,)).rowcount:
                raise _missing(conversation_id)
        self._database.empty_log()


def _missing(conversation_id: str) -> NotInStore:
    return NotInStore(f"There is no conversation {conversation_id} in the store.")
