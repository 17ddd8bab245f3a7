"""Where quoted words stand today: where they stood, somewhere else, or nowhere any more."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from rag.catalogue import Catalogue
from rag.errors import NotInStore
from rag.types import Document

_TELLING = 24
"""Characters from which a quote that is found in another document may be taken for the same words."""
_MOST_SOUGHT = 500
"""Quotes that are looked for in all documents at once: each costs a reading of every text."""


class Whereabouts(StrEnum):
    HERE = "HERE"
    MOVED = "MOVED"
    GONE = "GONE"
    ALTERED = "ALTERED"
    """What was written down contradicts itself, or the very text it says it is from."""


@dataclass(frozen=True, slots=True)
class Place:
    """Words as they were quoted: the interval, and the content hash of the document then ("": not known)."""

    document_id: str
    content_hash: str
    start: int
    end: int
    quote: str


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the words of a citation stand now, and `because`, one sentence for a reader.

    For MOVED, the document and interval where they were found; for the others these are empty.
    """

    whereabouts: Whereabouts
    because: str
    document_id: str = ""
    source: str = ""
    title: str = ""
    page: int | None = None
    start: int = 0
    end: int = 0


_UNCHANGED = Standing(Whereabouts.HERE, "The document is unchanged.")
_UNMOVED = Standing(Whereabouts.HERE, "The document has changed, but not at these words.")
_FOUND = Standing(Whereabouts.HERE, "The document has these words at this place.")
_OTHER_WORDS = Standing(Whereabouts.ALTERED, "The text that this is said to be from has other words at this place.")
_FORGOTTEN = "The document is no longer in the library."
_REWORDED = "The document no longer has these words."


def look_up(catalogue: Catalogue, places: Iterable[Place], *, trusted: bool = False) -> dict[Place, Standing]:
    """Where the words of each place are now.

    `trusted`: the quotes are known to have been right when their hashes were taken, so that an equal
    hash is enough and no text is read. Otherwise the words are compared even then, and a quote that
    the very same text does not have at its place is ALTERED.
    """
    found: dict[Place, Standing] = {}
    missing: dict[Place, str] = {}
    wanted = dict.fromkeys(places)
    hashes = catalogue.content_hashes(place.document_id for place in wanted) if trusted else {}
    for document_id, quoted in _by_document(wanted).items():
        unchanged = {place for place in quoted if trusted and hashes.get(document_id) == place.content_hash}
        found |= dict.fromkeys(unchanged, _UNCHANGED)
        changed = [place for place in quoted if place not in unchanged]
        document = _document(catalogue, document_id) if changed else None
        content = document.content_hash if document else ""
        for place in changed:
            standing = _in_document(document, content, place) if document else None
            standing = standing or _in_a_copy(catalogue, place)
            if standing:
                found[place] = standing
            else:
                missing[place] = _REWORDED if document else _FORGOTTEN
    return found | _elsewhere(catalogue, missing)


def _by_document(places: Iterable[Place]) -> dict[str, list[Place]]:
    grouped: dict[str, list[Place]] = {}
    for place in places:
        grouped.setdefault(place.document_id, []).append(place)
    return grouped


def _document(catalogue: Catalogue, document_id: str) -> Document | None:
    try:
        return catalogue.document(document_id)
    except NotInStore:
        return None


def _in_document(document: Document, content: str, place: Place) -> Standing | None:
    """HERE, MOVED within the document, or ALTERED; None where it does not have the words."""
    unchanged = place.content_hash == content
    if document.text[place.start : place.end] == place.quote:
        return _UNCHANGED if unchanged else _UNMOVED if place.content_hash else _FOUND
    if unchanged:
        return _OTHER_WORDS
    start = _nearest(document.text, place.quote, place.start)
    return None if start is None else _moved(document, start, place, "The words moved within the document.")


def _in_a_copy(catalogue: Catalogue, place: Place) -> Standing | None:
    """MOVED to a document that has the very same text, such as a file under its new name."""
    copies = catalogue.with_content(place.content_hash) if place.content_hash else []
    document = _document(catalogue, copies[0]) if copies else None
    if document is None:
        return None
    if document.text[place.start : place.end] != place.quote:
        return _OTHER_WORDS
    return _moved(document, place.start, place, "The same text is in the library under another source.")


def _elsewhere(catalogue: Catalogue, missing: Mapping[Place, str]) -> dict[Place, Standing]:
    """MOVED to the first document, by source, that has the words; GONE where none has."""
    telling = [place for place in missing if len(place.quote) >= _TELLING]
    sought = dict.fromkeys(telling[:_MOST_SOUGHT])
    found: dict[Place, Standing] = {}
    for document_id, text in catalogue.texts() if sought else ():
        here = [place for place in sought if place not in found and place.quote in text]
        document = _document(catalogue, document_id) if here else None
        for place in here if document else ():
            assert document is not None
            start = _nearest(document.text, place.quote, place.start)
            if start is not None:  # it may have changed since its text was read
                because = f"{missing[place]} Another document has them, word for word."
                found[place] = _moved(document, start, place, because)
        if len(found) == len(sought):
            break
    for place, reason in missing.items():
        if place not in found:
            found[place] = Standing(Whereabouts.GONE, reason + _not_sought(place, sought))
    return found


def _not_sought(place: Place, sought: Container[Place]) -> str:
    """Why it was not looked for in other documents, where it was not."""
    if place in sought:
        return ""
    few = len(place.quote) < _TELLING
    return (
        " They are too few to be looked for elsewhere." if few else " Too many are missing to look for all elsewhere."
    )


def _nearest(text: str, quote: str, start: int) -> int | None:
    """Where the text has the quote, nearest to `start`; None: nowhere."""
    if not quote:
        return None
    after = text.find(quote, start)
    # Backwards through the turned text: str.find takes linear time in any text, str.rfind does not.
    turned = text[: start + len(quote)][::-1]
    past = turned.find(quote[::-1])
    found = [place for place in (after, len(turned) - past - len(quote) if past >= 0 else -1) if place >= 0]
    return min(found, key=lambda place: abs(place - start), default=None)


def _moved(document: Document, start: int, place: Place, because: str) -> Standing:
    return Standing(
        Whereabouts.MOVED,
        because,
        document.id,
        document.source,
        document.title,
        document.page_at(start),
        start,
        start + len(place.quote),
    )
