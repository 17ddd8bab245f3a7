"""Documents that a question names: "what does @annual-report-2023 say about dikes?" """

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.catalogue import Listed

# After a space or an opening bracket, so that no address of electronic mail is one; in quotation marks, or one word.
_MENTION = re.compile(r"(?<![^\s(\[{“\"'])@(?:\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|([\w][\w./\\+%~-]{0,200}))")
_TRAILING = re.compile(r"[.\-/]+$")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_MOST = 5  # documents that one name may stand for, unless it is that of a folder
_NAMED = 3  # documents that are named where a name could be of too many


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a question says besides the documents that it names, and which those are."""

    question: str
    """The question to be answered: each mention of a known document is its title."""
    documents: tuple[str, ...] = ()
    """Ids, each once, in order of their mention."""
    unknown: tuple[str, ...] = ()
    """A sentence for each name that is of no document, or of too many."""


def mentioned(question: str, documents: Sequence[Listed]) -> Mentions:
    """The documents that are named with `@`: by title, file name, path or folder, or the beginning of one.

    Capitals, hyphens and spaces make no difference. A name that is of no document, or of too many, is left in the
    question as it stands.
    """
    found: dict[str, None] = {}
    unknown: list[str] = []

    def replaced(match: re.Match[str]) -> str:
        name = match[1] or match[2] or match[3]
        rest = ""
        if match[3]:
            ends = _TRAILING.search(name)
            name, rest = (name[: ends.start()], name[ends.start() :]) if ends else (name, "")
        matching = _named(name, documents)
        if not matching or (len(matching) > _MOST and not _is_folder(name, matching)):
            unknown.append(_why(name, matching))
            return match.group()
        found.update(dict.fromkeys(document.id for document in matching))
        titles = " and ".join(document.title for document in matching[:_NAMED])
        return f"{titles if len(matching) <= _NAMED else name}{rest}"

    text = _MENTION.sub(replaced, question)
    return Mentions(text, tuple(found), tuple(unknown))


def _named(name: str, documents: Sequence[Listed]) -> list[Listed]:
    """The documents with this name: the whole of one of their names, else the beginning of one, else a folder."""
    wanted = _plain(name)
    if not wanted:
        return []
    names = {document.id: _names_of(document) for document in documents}
    whole = [document for document in documents if wanted in names[document.id]]
    if whole:
        return whole
    folder = [document for document in documents if _holds(name, document)]
    if folder:
        return folder
    return [document for document in documents if any(other.startswith(wanted) for other in names[document.id])]


def _names_of(document: Listed) -> set[str]:
    """Title, source, file name with and without its ending, and the ends of its path."""
    path = document.source.partition("#")[0]
    parts = path.split("/")
    ends = ["/".join(parts[number:]) for number in range(len(parts))]
    stems = [end.rpartition(".")[0] for end in ends if "." in end]
    return {_plain(name) for name in (document.title, document.source, *ends, *stems)} - {""}


def _holds(name: str, document: Listed) -> bool:
    """Whether the name is that of a folder, or of a file of several documents, that this one lies in."""
    path = f"/{document.source.replace('#', '/')}".casefold()
    return f"/{name.strip('/').casefold()}/" in path


def _is_folder(name: str, matching: Sequence[Listed]) -> bool:
    return all(_holds(name, document) for document in matching)


def _plain(name: str) -> str:
    return _NOT_A_LETTER.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def _why(name: str, matching: Sequence[Listed]) -> str:
    if not matching:
        return f"No document is called “{name}”."
    some = ", ".join(f"“{document.title}”" for document in matching[:_NAMED])
    return f"“{name}” may be any of {len(matching)} documents: {some} and others."
