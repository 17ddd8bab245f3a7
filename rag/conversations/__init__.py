"""Conversations: kept in the catalogue, opened again, and honest about what has become of their sources.

What was shown is kept as it was shown, also when a document changes or is forgotten: a conversation
is its reader's record. `standing` says of each citation where its words are today.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from rag.catalogue import Catalogue, Head, TurnRow
from rag.conversations.kept import from_text, to_text
from rag.conversations.standing import Place, Standing, Whereabouts, look_up
from rag.errors import NotInStore, RagError
from rag.terms import whole_characters
from rag.types import Answer, Citation, Passage, Turn

__all__ = ["Conversation", "Conversations", "Head", "KeptTurn", "Standing", "Standings", "Whereabouts"]

_TITLE = 60  # characters of a question that become a title
_LETTERS = "abcdefghijkmnpqrstuvwxyz23456789"  # none that is read as another, no capital, no hyphen in front
_LENGTH = 10  # of 31 letters: one of 8 * 10^14


@dataclass(frozen=True, slots=True)
class KeptTurn(Turn):
    """A turn as it was kept: its number, counted from 1, and when it was asked, in seconds since 1970."""

    number: int = 1
    asked_at: float = 0.0
    hashes: Mapping[str, str] = field(default_factory=dict)
    """For each document whose words the answer holds, its content hash then; "" where it was not known."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """What was asked and answered, in order. Times are seconds since 1970."""

    id: str
    title: str
    created_at: float
    updated_at: float
    turns: tuple[KeptTurn, ...] = ()
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Standings:
    """Where the words of a conversation's citations stood at a moment, in seconds since 1970."""

    at: float
    places: Mapping[Place, Standing]

    def of(self, turn: KeptTurn, citation: Citation) -> Standing:
        """Where the words of this citation of this turn stood."""
        return self.places[_place(turn, citation)]


class Conversations:
    """The conversations of one library. Any thread may use it; what it changes is kept when it returns.

    `owner` keeps the conversations of several people apart; whoever uses a library alone is "".
    """

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._rows = catalogue.conversations

    def new(self, title: str = "", owner: str = "") -> Conversation:
        """Begins a conversation. Without a title it gets that of its first question."""
        made = "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
        return _conversation(self._rows.create(made, whole_characters(owner), _one_line(title)))

    def add(self, conversation_id: str, turn: Turn) -> None:
        """Keeps a turn as the conversation's last. Raises NotInStore."""
        row = TurnRow(
            number=0,
            asked_at=time.time(),
            question=whole_characters(turn.question),
            text=whole_characters(turn.answer.text),
            answer=to_text(turn),
            hashes=self._content_hashes(turn.answer),
        )
        self._rows.append(whole_characters(conversation_id), row, title_of(turn.question))

    def rewind(self, conversation_id: str, number: int) -> None:
        """Removes the turns from this number on, counted from 1: the question is asked anew, or otherwise."""
        self._rows.rewind(whole_characters(conversation_id), number)

    def list(self, owner: str = "", matching: str = "") -> tuple[Head, ...]:
        """This owner's conversations without their turns, newest first.

        `matching`: only those that have each of these words in the title, a question or an answer.
        """
        return tuple(self._rows.of_owner(whole_characters(owner), whole_characters(matching).split()))

    def open(self, conversation_id: str) -> Conversation:
        """A conversation with its turns. Raises NotInStore.

        A turn whose answer cannot be read any more has in its place an answer that says so.
        """
        known = whole_characters(conversation_id)
        return _conversation(self._rows.head(known), self._rows.turns(known))

    def find(self, name: str, owner: str = "") -> str:
        """The id of this owner's conversation with this id, beginning of an id, or title.

        Raises NotInStore, naming the candidates where several match.
        """
        name, owner = whole_characters(name), whole_characters(owner)
        found = self._rows.named(name, owner) if name else []
        exact = [head for head in found if head.id == name]
        found = exact or found
        if len(found) == 1:
            return found[0].id
        if found:
            raise NotInStore(f"{len(found)} conversations match {name}: {_some(found)}. Name one by its id.")
        there = self._rows.of_owner(owner)
        hint = f" There are: {_some(there)}." if there else " None has been kept yet."
        raise NotInStore(f"There is no conversation {name} in the store.{hint}")

    def find_or_begin(self, name: str, owner: str = "") -> str:
        """As `find`; where none matches, one with this title is begun. Raises NotInStore where several match."""
        if name and self._rows.named(whole_characters(name), whole_characters(owner)):
            return self.find(name, owner)
        return self.new(name, owner).id

    def rename(self, conversation_id: str, title: str) -> None:
        """Gives a conversation another title; "" lets its next question name it. Raises NotInStore."""
        self._rows.rename(whole_characters(conversation_id), _one_line(title))

    def delete(self, conversation_id: str) -> None:
        """Removes a conversation without a trace. Raises NotInStore."""
        self._rows.delete(whole_characters(conversation_id))

    def standing(self, conversation: Conversation) -> Standings:
        """Where the words of every citation of a conversation are now."""
        places = [_place(turn, citation) for turn in conversation.turns for citation in all_citations(turn.answer)]
        trusted = [place for place in places if place.content_hash]
        others = [place for place in places if not place.content_hash]
        found = look_up(self._catalogue, trusted, trusted=True) | look_up(self._catalogue, others)
        return Standings(time.time(), found)

    def quoting(self, document_ids: Iterable[str]) -> tuple[Head, ...]:
        """The conversations, whosever they are, that hold words of these documents, newest first.

        Also words that were found and not cited: they are kept with the answer.
        """
        return tuple(self._rows.with_words_of(map(whole_characters, document_ids)))

    def _content_hashes(self, answer: Answer) -> dict[str, str]:
        """For each document of an answer its content hash, if its passages still stand where they stood.

        The document may have changed while it was being answered from: then nothing is known of the
        version that was read, and the hash of this one would vouch for words that it never had.
        """
        passages = set(_passages(answer))
        documents = {passage.document_id for passage in passages}
        before = self._catalogue.content_hashes(documents)
        stored = self._catalogue.passages([passage.id for passage in passages])
        after = self._catalogue.content_hashes(documents)  # the passages are of this version if it is the same
        known = {document: before[document] for document in before if after.get(document) == before[document]}
        for passage in passages:
            if not _same_words(stored.get(passage.id), passage):
                known[passage.document_id] = ""
        for citation in all_citations(answer):
            start = citation.start - citation.passage.start
            if start < 0 or citation.passage.text[start : citation.end - citation.passage.start] != citation.quote:
                known[citation.passage.document_id] = ""
        return {whole_characters(document): known.get(document, "") for document in documents}


def title_of(question: str) -> str:
    """A question as a title: one line, cut between words where it is long."""
    line = _one_line(question)
    if len(line) <= _TITLE:
        return line
    return (line[: _TITLE + 1].rpartition(" ")[0] or line[:_TITLE]) + " …"


def all_citations(answer: Answer) -> Iterator[Citation]:
    """The citations of an answer's claims, then those of its disagreements."""
    for claim in answer.claims:
        yield from claim.citations
    for disagreement in answer.disagreements:
        for value in disagreement.values:
            yield value.citation


def _passages(answer: Answer) -> Iterator[Passage]:
    for hit in (*answer.hits, *answer.nearest):
        yield hit.passage
    for citation in all_citations(answer):
        yield citation.passage


def _same_words(stored: Passage | None, passage: Passage) -> bool:
    return stored is not None and (stored.document_id, stored.start, stored.text) == (
        passage.document_id,
        passage.start,
        passage.text,
    )


def _place(turn: KeptTurn, citation: Citation) -> Place:
    document_id = citation.passage.document_id
    content_hash = turn.hashes.get(document_id, "")
    return Place(document_id, content_hash, citation.start, citation.end, citation.quote)


def _conversation(head: Head, rows: Iterable[TurnRow] = ()) -> Conversation:
    turns = tuple(map(_turn, rows))
    return Conversation(head.id, head.title, head.created_at, head.updated_at, turns, head.owner)


def _turn(row: TurnRow) -> KeptTurn:
    try:
        turn = from_text(row.answer)
    except RagError as problem:
        said = f"The record of this answer cannot be read, so its footnotes cannot be shown. {problem}"
        if row.text:
            said += f" What it said was: {row.text}"
        turn = Turn(row.question, Answer(row.question, row.question, said))
    return KeptTurn(turn.question, turn.answer, row.number, row.asked_at, row.hashes)


def _one_line(text: str) -> str:
    return " ".join(whole_characters(text).split())


def _some(heads: Iterable[Head]) -> str:
    shown = list(heads)
    named = ", ".join(f"{head.id} (“{head.title or 'untitled'}”)" for head in shown[:5])
    return f"{named} and {len(shown) - 5} more" if len(shown) > 5 else named
