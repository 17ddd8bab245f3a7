"""How the API's routes answer: JSON, lines of JSON, and events that come while an answer is written."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Generator, Mapping
from typing import Any

from fastapi import HTTPException
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response, StreamingResponse

from rag.errors import RagError
from rag.library import Library
from rag.serving.guard import error_of
from rag.serving.opening import Opening

_END = object()
_JSON = "application/json"


def as_response(value: Any, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """In ASCII: a lone surrogate of a strange file name goes through as it is."""
    content = json.dumps(value).encode()
    return Response(content, status, media_type=_JSON, headers={"cache-control": "no-store", **(headers or {})})


def open_library(opening: Opening) -> Library:
    """Raises HTTPException while it is not open."""
    try:
        return opening.library()
    except RagError:
        raise HTTPException(503, "The library is still being opened. Try again.", {"retry-after": "1"}) from None


def lines(opening: Opening, said: Generator[dict[str, Any], None, None]) -> StreamingResponse:
    """One line of JSON for each."""
    return StreamingResponse(
        _steps(opening, said, lambda value: json.dumps(value) + "\n"), media_type="application/x-ndjson"
    )


def events(opening: Opening, said: Generator[dict[str, Any] | str, None, None]) -> StreamingResponse:
    """One event for each; a text goes as it is."""

    def event(value: dict[str, Any] | str) -> str:
        return f"data: {value if isinstance(value, str) else json.dumps(value)}\n\n"

    return StreamingResponse(
        _steps(opening, said, event), media_type="text/event-stream", headers={"cache-control": "no-store"}
    )


async def _steps(
    opening: Opening, said: Generator[Any, None, None], written: Callable[[Any], str]
) -> AsyncIterator[bytes]:
    """Each as it is made, in a thread. Whoever goes away closes the generator, between two steps."""
    try:
        while (value := await run_in_threadpool(next, said, _END)) is not _END:
            yield written(value).encode()
    except RagError as problem:
        yield written(error_of(409, opening.sayable(problem))).encode()
    finally:
        said.close()
