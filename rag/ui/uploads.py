"""Files that readers drop on the page: taken in whole or not at all, under names that can do no harm."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from starlette.requests import ClientDisconnect

import rag
from rag.reading.formats import format_of

_LONGEST = 120  # characters of a name
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_AT_MOST = 500  # files in a minute
_HEAD = 4_096  # bytes by which a format is told
_MINUTE = 60.0


def uploads_router(folder: Callable[[], Path], most_mb: int, arrived: Callable[[Path], None]) -> APIRouter:
    """`folder` is where the files are kept, `most_mb` the size of the largest; `arrived` is told the folder."""
    router = APIRouter()
    recent: deque[float] = deque()

    @router.post("/library/files")
    async def add(request: Request, name: str = "") -> dict[str, Any]:
        now = time.monotonic()
        while recent and now - recent[0] > _MINUTE:
            recent.popleft()
        if len(recent) >= _AT_MOST:
            raise HTTPException(429, f"More than {_AT_MOST} files in a minute: add their folder instead.")
        recent.append(now)
        place = folder()
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        kept = safe_name(name)
        part = place / f".{secrets.token_hex(8)}{Path(kept).suffix}"  # hidden: no sync reads it
        try:
            size, content = await _received(request, part, most_mb)
            kept = _settled(part, place, kept, content)
        except ClientDisconnect:
            raise HTTPException(400, "The file broke off. Add it again.") from None
        except OSError as problem:
            raise HTTPException(507, f"The file cannot be kept ({problem.strerror}).") from None
        finally:
            part.unlink(missing_ok=True)
        arrived(place)
        return {"name": kept, "bytes": size}

    return router


def safe_name(name: str) -> str:
    """A file name that is one on every system: no folders, no hidden file, no control characters, not too long."""
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    plain = re.split(r"[/\\]", plain)[-1]
    plain = _NOT_IN_NAMES.sub("_", plain).strip(" .")
    if not plain or _RESERVED.match(plain):
        plain = f"file {plain}".strip()
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = plain, ""
    room = _LONGEST - len(ending) - 1
    while len(stem.encode()) > room * 2:
        stem = stem[:-1]
    return f"{stem[:room].rstrip(' .')}.{ending}" if ending else stem[:room].rstrip(" .")


async def _received(request: Request, part: Path, most_mb: int) -> tuple[int, str]:
    """Writes what is sent to a file of its own, until it is too much. Its size and hash."""
    size, content, head = 0, hashlib.sha256(), b""
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > most_mb * 1_000_000:
                raise HTTPException(413, f"The file is larger than {most_mb} MB (RAG_MAX_FILE_MB).")
            head = (head + piece)[:_HEAD] if len(head) < _HEAD else head
            content.update(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if not size:
        raise HTTPException(400, "The file is empty.")
    try:
        format_of(part, head)
    except rag.UnreadableDocument as problem:
        raise HTTPException(415, str(problem)) from None
    return size, content.hexdigest()


def _settled(part: Path, place: Path, name: str, content: str) -> str:
    """Gives the file its name; the same content under the same name is the same file."""
    stem, dot, ending = name.rpartition(".")
    stem, ending = (stem, f".{ending}") if dot else (name, "")
    for number in range(1, 10_000):
        there = place / (name if number == 1 else f"{stem} ({number}){ending}")
        if there.exists() and hashlib.sha256(there.read_bytes()).hexdigest() == content:
            return there.name
        try:
            os.link(part, there)  # never over another
        except FileExistsError:
            continue
        return there.name
    raise HTTPException(409, "Too many files have this name. Rename it.")
