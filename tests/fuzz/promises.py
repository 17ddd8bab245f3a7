"""What `rag.reading.read` promises of every file, and whether it kept that for one."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.reading import read
from rag.reading.frames import from_frame, to_frame
from rag.reading.manuscript import clean, unpack_layout
from rag.settings import Settings
from rag.types import Document, Problem

READ, REFUSED, FOUND = "read", "refused", "found"
_ESCAPED = ("Its parser failed", "The file cannot be opened")
"""How `read` begins the reason where a reader let an exception of its library pass."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """`what` is one of the three above; `why` the reason of a refusal or the broken promise."""

    what: str
    why: str = ""


def outcome_of(path: Path, settings: Settings) -> Outcome:
    """What became of the file. Nothing is raised: that would be a finding too."""
    items: list[Document | Problem] = []
    try:
        items += read(path, path.name, settings)
    except UnreadableDocument as problem:
        why = str(problem)
        if why.startswith(_ESCAPED) or (broken := _broken_words(why)):
            return Outcome(FOUND, f"refused with: {why!r}" if why.startswith(_ESCAPED) else f"{broken}: {why!r}")
        return Outcome(REFUSED, why)
    except MemoryError:
        return Outcome(FOUND, f"more than {settings.read_memory_mb} MB of memory")
    except BaseException as problem:  # noqa: BLE001 - whatever else it is, it should not have come
        return Outcome(FOUND, f"raised {type(problem).__name__}: {problem}")
    if not items:
        return Outcome(FOUND, "neither a document nor a refusal")
    broken = next(filter(None, (_broken(item, settings) for item in items)), "")
    return Outcome(FOUND, broken) if broken else Outcome(READ)


def _broken(item: Document | Problem, settings: Settings) -> str:
    """The promise that the item breaks, or ""."""
    if json.loads(json.dumps(to_frame(item))) != json.loads(json.dumps(to_frame(from_frame(to_frame(item))))):
        return "is another document after it was sent"
    if isinstance(item, Problem):
        return _broken_words(item.reason) or _broken_words(item.source)
    if not item.text.strip():
        return "a document without text"
    if len(item.text) > settings.max_text_mb << 20:
        return "more text than the settings allow"
    if clean(item.text) != item.text:
        return "text that is not clean"
    return _broken_offsets(item) or next(filter(None, map(_broken_words, _words(item))), "")


def _broken_offsets(document: Document) -> str:
    length = len(document.text)
    starts = [section.start for section in document.sections]
    if list(document.pages) != sorted(document.pages) or not all(0 <= start <= length for start in document.pages):
        return "pages out of order or outside the text"
    if len(document.pages) != len(document.page_labels):
        return "more pages than labels, or fewer"
    if starts != sorted(starts) or not all(0 <= start < length for start in starts):
        return "sections out of order or outside the text"
    if not all(section.headings and all(section.headings) for section in document.sections):
        return "a section without a heading"
    if not all(0 <= start < end <= length for start, end in document.furniture):
        return "furniture outside the text"
    layout = unpack_layout(document.layout)
    first = min((start for start, _ in document.furniture), default=length + 2)
    return "a layout longer than the text" if len(layout) > max(0, first) else ""


def _words(document: Document) -> list[str]:
    """All that is said beside the text."""
    headings = [heading for section in document.sections for heading in section.headings]
    said = [*document.metadata, *document.metadata.values(), *document.warnings, *document.page_labels, *headings]
    return [document.source, document.title, *said]


def _broken_words(words: str) -> str:
    """What is wrong with words that people are shown: empty, or with characters that none should be shown."""
    if not words.strip():
        return "says nothing"
    return "" if clean(words) == words else f"characters that no reader should be shown: {words[:200]!r}"
