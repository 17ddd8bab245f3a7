"""Small files read as documents, and the documents taken apart."""

from __future__ import annotations

from pathlib import Path

import pytest

from rag.errors import UnreadableDocument
from rag.reading import read
from rag.reading.manuscript import Manuscript
from rag.settings import Settings
from rag.types import Document

DATA = Path(__file__).parents[2] / "shared" / "data" / "docs"
"""The development data, where they are."""
PROSE = "It was in July, 1805, and the speaker was the well-known Anna Pavlovna Scherer, maid of honor."


def read_one(folder: Path, name: str, content: str | bytes, limits: Settings | None = None) -> Document:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    (document,) = read(path, name, limits or Settings())
    assert isinstance(document, Document)
    return document


def reason(folder: Path, name: str, content: str | bytes, limits: Settings | None = None) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        read_one(folder, name, content, limits)
    return str(caught.value)


def finished(manuscript: Manuscript) -> Document:
    return manuscript.finish("file", "the file's name")


def blocks(of: Document | Manuscript) -> list[str]:
    document = finished(of) if isinstance(of, Manuscript) else of
    return document.text.split("\n\n")


def headings(document: Document) -> list[str]:
    return [" > ".join(section.headings) for section in document.sections]
