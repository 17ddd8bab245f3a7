"""Documents that a question names: "what does @annual-report-2023 say about dikes?" """

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rag.catalogue import Listed
from rag.errors import NotInStore

# After a space or an opening bracket, so that no address of electronic mail is one; in quotation marks, or one word.
_MENTION = re.compile(r"(?<![^\s(\[{“\"'])@(?:\"([^\"\n]{1,200})\"|“([^”\n]{1,200})”|([\w][\w./\\+%~#-]{0,200}))")
_TRAILING = re.compile(r"[.\-#\\]+$")
_NOT_A_LETTER = re.compile(r"[\W_]+")
_MOST = 5  # documents that one name may stand for, unless it is that of a folder
_NAMED = 3  # documents that are named in the place of a mention, or where a name could be of too many
_BETWEEN = " \t\n,:;–—-"
# A mention before one of these, or after the end of a sentence, only says where to look.
_ASKS = re.compile(
    r"(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|do|does|did|can|could|has|have|had|will|would"
    r"|should|please|tell|show|list|explain|describe|give)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Mentions:
    """What a question says besides the documents that it names, and which those are."""

    question: str
    """The question to be answered: a mention is the document's title, or left out where it stands apart."""
    documents: tuple[str, ...] = ()
    """Ids, each once, in order of their mention."""
    unknown: tuple[str, ...] = ()
    """A sentence for each name that is of no document, or of too many."""


def mentioned(question: str, documents: Sequence[Listed]) -> Mentions:
    """The documents that are named with `@`: by title, file name, path or folder, or the beginning of a name.

    Capitals, hyphens and spaces make no difference. A name that is of no document, or of too many, is left in the
    question as it stands. Any text is a question.
    """
    found: dict[str, None] = {}
    unknown: dict[str, None] = {}
    pieces: list[str] = []
    place = 0
    for match in _MENTION.finditer(question):
        name, rest = _name_of(match)
        matching = _named(name, documents)
        pieces.append(question[place : match.start()])
        place = match.end()
        if why := _why_not(name, matching):
            unknown[why] = None
            pieces.append(match.group())
            continue
        found.update(dict.fromkeys(document.id for document in matching))
        before, after = question[: match.start()], question[match.end() :]
        if not _stands_apart(before, after):
            pieces.append(_said(name, matching) + rest)
        elif after.strip():
            place += len(after) - len(after.lstrip(_BETWEEN))
        else:
            pieces[-1] = pieces[-1].rstrip(_BETWEEN)
    pieces.append(question[place:])
    return Mentions("".join(pieces), tuple(found), tuple(unknown))


def chosen(names: Sequence[str], documents: Sequence[Listed]) -> list[str]:
    """The ids of the documents that have these names, as after an `@`.

    Raises NotInStore where one is the name of no document, or of too many.
    """
    found: dict[str, None] = {}
    for name in names:
        matching = _named(name, documents)
        if why := _why_not(name, matching):
            raise NotInStore(f"{why} Give a title, a file name, a path or a folder.")
        found.update(dict.fromkeys(document.id for document in matching))
    return list(found)


def _name_of(match: re.Match[str]) -> tuple[str, str]:
    """The name, and what of a bare word belongs to the sentence and not to the name."""
    if not match[3]:
        return match[1] or match[2], ""
    ends = _TRAILING.search(match[3])
    return (match[3][: ends.start()], match[3][ends.start() :]) if ends else (match[3], "")


def _stands_apart(before: str, after: str) -> bool:
    """Whether the sentence is whole without the mention that stands between: "How high was the tide? @tides"."""
    before, after = (_MENTION.sub("", part).strip(_BETWEEN) for part in (before, after))
    return (not after and before.endswith(("?", "!", "."))) or (not before and bool(_ASKS.match(after)))


def _said(name: str, matching: Sequence[Listed]) -> str:
    titles = list(dict.fromkeys(document.title for document in matching))
    if len(titles) > _NAMED:
        return name.rstrip("/")
    return " and ".join([", ".join(titles[:-1]), titles[-1]] if len(titles) > 1 else titles)


# -- whose name it is


def _named(name: str, documents: Sequence[Listed]) -> list[Listed]:
    """The documents with this name: the whole of one of their names, else a folder's, else the beginning of one."""
    wanted = _plain(name)
    if not wanted:
        return []
    near = [one for one in documents if wanted in f"{_plain(one.title)} {_plain(one.source)}"]
    inside = [document for document in near if _holds(name, document)]
    if name.endswith("/") and inside:
        return inside
    names = [(document, _names_of(document)) for document in near]
    whole = [document for document, own in names if wanted in own]
    beginning = [document for document, own in names if any(other.startswith(wanted) for other in own)]
    return whole or inside or beginning


def _names_of(document: Listed) -> set[str]:
    """Title, source, file name with and without its ending, and the ends of its path."""
    path = document.source.partition("#")[0]
    parts = path.split("/")
    ends = ["/".join(parts[number:]) for number in range(len(parts))]
    stems = [end.rpartition(".")[0] for end in ends if "." in end]
    row = [document.source.rpartition("/")[2]]
    return {_plain(name) for name in (document.title, document.source, *ends, *stems, *row)} - {""}


def _holds(name: str, document: Listed) -> bool:
    """Whether the name is that of a folder, or of a file of several documents, that this one lies in."""
    path = [_plain(part) for part in document.source.replace("#", "/").split("/")[:-1]]
    wanted = [_plain(part) for part in name.strip("/").split("/")]
    return any(path[start : start + len(wanted)] == wanted for start in range(len(path)))


def _plain(name: str) -> str:
    return _NOT_A_LETTER.sub(" ", unicodedata.normalize("NFKC", name).casefold()).strip()


def _why_not(name: str, matching: Sequence[Listed]) -> str:
    """Why these documents are not meant by the name; "": they are."""
    if not matching:
        return f"No document is called “{name}”."
    if len(matching) <= _MOST or all(_holds(name, document) for document in matching):
        return ""
    some = ", ".join(f"“{document.title}”" for document in matching[:_NAMED])
    return f"“{name}” may be any of {len(matching)} documents: {some} and others."
