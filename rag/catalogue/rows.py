"""Documents, passages and files as the rows that the tables hold, and back."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from rag.types import Document, Passage, Problem, Section

PASSAGE = "p.id, p.document, d.source, d.title, p.start, p.end, p.text, p.page, p.headings"
LISTED = (
    "d.id, d.source, d.title, d.kind, length(d.text), json_array_length(d.shape, '$.pages'),"
    " (SELECT count(*) FROM passages p WHERE p.document = d.id), d.synced_at, d.metadata, d.warnings"
)
DOCUMENT = "source, title, text, kind, shape, metadata, warnings, layout"


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was when it was last read. `reading` names the reader's version and limits."""

    path: bytes
    source: str
    size: int
    mtime_ns: int
    hash: str
    reading: str
    problems: tuple[Problem, ...] = ()
    documents: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A document that is to be stored, with its passages and the key of each one's vector."""

    path: bytes
    document: Document
    passages: tuple[Passage, ...]
    keys: tuple[str, ...]
    fingerprint: str
    synced_at: float | None = None
    """When it was read; None: now."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A stored document without its text."""

    id: str
    source: str
    title: str
    kind: str
    characters: int
    pages: int
    passages: int
    synced_at: float
    metadata: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


def document_row(entry: Entry) -> tuple[object, ...]:
    """The columns of the table `documents`."""
    document = entry.document
    shape = {
        "pages": document.pages,
        "page_labels": document.page_labels,
        "sections": [(section.start, section.headings) for section in document.sections],
        "furniture": document.furniture,
    }
    return (
        document.id,
        entry.path,
        document.source,
        document.title,
        document.kind,
        document.content_hash,
        entry.fingerprint,
        time.time() if entry.synced_at is None else entry.synced_at,
        json.dumps(dict(document.metadata), ensure_ascii=False),
        json.dumps(document.warnings, ensure_ascii=False),
        json.dumps(shape, ensure_ascii=False),
        document.layout,
        document.text,
    )


def passage_row(passage: Passage, key: str) -> tuple[object, ...]:
    """The columns of the table `passages` after its number."""
    return (
        passage.id,
        passage.document_id,
        passage.start,
        passage.end,
        passage.page,
        json.dumps(passage.headings, ensure_ascii=False),
        key,
        passage.text,
    )


def as_passage(row: Sequence[Any]) -> Passage:
    """A passage from the columns of `PASSAGE`."""
    passage_id, document_id, source, title, start, end, text, page, headings = row
    return Passage(passage_id, document_id, source, title, start, end, text, page, tuple(json.loads(headings)))


def as_document(row: Sequence[Any]) -> Document:
    """A document from the columns of `DOCUMENT`."""
    source, title, text, kind, shape, metadata, warnings, layout = row
    form = json.loads(shape)
    return Document(
        source=source,
        title=title,
        text=text,
        kind=kind,
        pages=tuple(form["pages"]),
        page_labels=tuple(form["page_labels"]),
        sections=tuple(Section(start, tuple(headings)) for start, headings in form["sections"]),
        furniture=tuple((start, end) for start, end in form["furniture"]),
        metadata=json.loads(metadata),
        warnings=tuple(json.loads(warnings)),
        layout=layout,
    )


def as_file(row: Sequence[Any]) -> File:
    """A file from its columns and the number of its documents."""
    path, source, size, mtime_ns, content_hash, reading, problems, documents = row
    known = tuple(Problem(where, reason) for where, reason in json.loads(problems))
    return File(path, source, size, mtime_ns, content_hash, reading, known, documents)


def as_listed(row: Sequence[Any]) -> Listed:
    """A document without its text from the columns of `LISTED`."""
    document_id, source, title, kind, characters, pages, passages, synced_at, metadata, warnings = row
    return Listed(
        id=document_id,
        source=source,
        title=title,
        kind=kind,
        characters=characters,
        pages=pages,
        passages=passages,
        synced_at=synced_at,
        metadata=json.loads(metadata),
        warnings=tuple(json.loads(warnings)),
    )
