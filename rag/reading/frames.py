"""What a worker and its user say to each other: four bytes of length, then JSON.

No pickle: what a hostile file made of the worker must not run in the process that asked.
"""

from __future__ import annotations

import base64
import json
import struct
from typing import IO, Any

from rag.types import Document, Problem, Section

_LENGTH = struct.Struct(">I")


def write(pipe: IO[bytes], frame: dict[str, Any]) -> None:
    """Sends one frame. Raises OSError where the other side is gone."""
    # A file name that is not UTF-8 holds lone surrogates, which pass both ways.
    data = json.dumps(frame, ensure_ascii=False).encode("utf-8", "surrogatepass")
    pipe.write(_LENGTH.pack(len(data)) + data)
    pipe.flush()


def read_frame(pipe: IO[bytes]) -> dict[str, Any] | None:
    """The next frame; None where the other side is gone."""
    length = pipe.read(_LENGTH.size)
    if len(length) < _LENGTH.size:
        return None
    size = _LENGTH.unpack(length)[0]
    data = pipe.read(size)
    if len(data) < size:
        return None
    frame: dict[str, Any] = json.loads(data.decode("utf-8", "surrogatepass"))
    return frame


def to_frame(item: Document | Problem) -> dict[str, Any]:
    """What JSON can hold of a document or a problem."""
    if isinstance(item, Problem):
        return {"source": item.source, "reason": item.reason}
    return {
        "source": item.source,
        "title": item.title,
        "text": item.text,
        "kind": item.kind,
        "pages": item.pages,
        "page_labels": item.page_labels,
        "sections": [(section.start, section.headings) for section in item.sections],
        "furniture": item.furniture,
        "metadata": dict(item.metadata),
        "warnings": item.warnings,
        "layout": base64.b64encode(item.layout).decode(),
    }


def from_frame(frame: dict[str, Any]) -> Document | Problem:
    """The document or problem that `to_frame` was given."""
    if "reason" in frame:
        return Problem(**frame)
    return Document(
        source=frame["source"],
        title=frame["title"],
        text=frame["text"],
        kind=frame["kind"],
        pages=tuple(frame["pages"]),
        page_labels=tuple(frame["page_labels"]),
        sections=tuple(Section(start, tuple(headings)) for start, headings in frame["sections"]),
        furniture=tuple((start, end) for start, end in frame["furniture"]),
        metadata=frame["metadata"],
        warnings=tuple(frame["warnings"]),
        layout=base64.b64decode(frame["layout"]),
    )
