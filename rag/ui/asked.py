"""What a part of the page is asked with, and how it is told what went wrong."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import HTTPException, Request

import rag
from rag.serving.opening import Opening


@contextmanager
def told(opening: Opening) -> Iterator[None]:
    """A problem of the library becomes an answer with its sentence, which does not say where the store lies."""
    try:
        yield
    except rag.NotInStore as problem:
        raise HTTPException(404, opening.sayable(problem)) from None
    except rag.RagError as problem:
        raise HTTPException(409, opening.sayable(problem)) from None


async def sent(request: Request) -> dict[str, Any]:
    """The JSON object that was sent."""
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, dict):
        raise HTTPException(400, "A JSON object is wanted.")
    return body


def text_of(body: dict[str, Any], name: str, most: int) -> str:
    """A text of the object. Raises HTTPException where it is none, is empty or too long."""
    text = body.get(name)
    if not isinstance(text, str) or not text.strip() or len(text) > most:
        raise HTTPException(400, f"{name!r} must be a text of 1 to {most:,} characters.")
    return text.strip()
