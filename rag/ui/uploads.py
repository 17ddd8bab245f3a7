"""Files that readers drop on the page: taken in whole or not at all, under names that can do no harm."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import threading
import time
import unicodedata
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

import rag
from rag.reading.formats import format_of
from rag.reading.limits import MB, too_large
from rag.ui.serving import UPLOADS

_LONGEST = 100  # characters of a name, of which some may need three bytes: file systems take 255
_ENDING = re.compile(r"\.[A-Za-z0-9]{1,10}$")
_NOT_IN_NAMES = re.compile(r'[\x00-\x1f\x7f-\x9f:*?"<>|\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_AT_MOST = 500  # files in a minute
_MINUTE = 60.0
_HEAD = 4_096  # bytes by which a format is told
_PART = ".part-"  # a file that is being received; hidden, so no sync reads it
_DAY = 86_400.0


def uploads_router(settings: rag.Settings, arrived: Callable[[Path], None]) -> APIRouter:
    """Files are kept in the store's folder `uploads`; `arrived` is told each."""
    router = APIRouter()
    folder = settings.store / "uploads"
    recent: deque[float] = deque(maxlen=_AT_MOST)
    naming = threading.Lock()
    _sweep(folder)

    @router.post(UPLOADS)
    async def add(request: Request, name: str = "") -> dict[str, Any]:
        now = time.monotonic()
        if len(recent) == _AT_MOST and now - recent[0] < _MINUTE:
            raise HTTPException(
                429,
                f"More than {_AT_MOST} files in a minute. Wait a minute, or add their folder.",
                {"retry-after": "60"},
            )
        recent.append(now)
        wanted = safe_name(name)
        part = folder / f"{_PART}{secrets.token_hex(8)}{Path(wanted).suffix}"
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            size, content = await _received(request, part, settings)
            await run_in_threadpool(_examine, part)
            kept = await run_in_threadpool(_settle, part, wanted, content, naming)
        except ClientDisconnect:
            raise HTTPException(400, "The file broke off. Add it again.") from None
        except OSError as problem:
            raise HTTPException(
                507, f"The file cannot be kept ({problem.strerror}). Make room and add it again."
            ) from None
        finally:
            part.unlink(missing_ok=True)
        arrived(kept)
        return {"name": kept.name, "bytes": size}

    return router


def safe_name(name: str) -> str:
    """A file name that is one on every system: no folders, no hidden file, no control characters, not too long.

    Raises HTTPException where nothing is left of it.
    """
    plain = unicodedata.normalize("NFC", name.encode("utf-8", "replace").decode())
    plain = re.split(r"[/\\]", plain)[-1]
    plain = _NOT_IN_NAMES.sub("_", plain).strip(" .")
    if not plain:
        raise HTTPException(400, "The file has no name. Send it with one: ?name=report.pdf")
    if _RESERVED.match(plain):
        plain = f"file {plain}"
    stem, ending = _split(plain)
    stem = stem[: _LONGEST - len(ending)]
    while len(stem.encode()) > 2 * _LONGEST:
        stem = stem[:-1]
    return f"{stem.rstrip(' .')}{ending}"


async def _received(request: Request, part: Path, settings: rag.Settings) -> tuple[int, str]:
    """Writes what is sent to a file of its own, until it is too much. Its size and hash."""
    most = settings.max_file_mb * MB
    length = request.headers.get("content-length", "0")
    if int(length) > most:
        raise HTTPException(413, str(too_large(int(length), settings)))
    size, content = 0, hashlib.sha256()
    descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        async for piece in request.stream():
            size += len(piece)
            if size > most:
                raise HTTPException(413, str(too_large(size, settings)))
            content.update(piece)
            file.write(piece)
        file.flush()
        await run_in_threadpool(os.fsync, file.fileno())
    if not size:
        raise HTTPException(400, "The file is empty. Add one with a text in it.")
    return size, content.hexdigest()


def _examine(part: Path) -> None:
    """Raises HTTPException for a kind of file that cannot be read, with what to do about it."""
    with part.open("rb") as file:
        head = file.read(_HEAD)
    try:
        format_of(part, head)
    except rag.UnreadableDocument as problem:
        raise HTTPException(415, str(problem)) from None


def _settle(part: Path, name: str, content: str, naming: threading.Lock) -> Path:
    """Gives the file its name, never over another; the same content under the same name is the same file."""
    stem, ending = _split(name)
    with naming:
        for number in range(1, 10_000):
            there = part.with_name(name if number == 1 else f"{stem} ({number}){ending}")
            if not there.exists():
                part.rename(there)
                _keep(there.parent)
                return there
            if there.stat().st_size == part.stat().st_size and _hash_of(there) == content:
                return there
    raise HTTPException(409, "Too many files have this name. Rename it and add it again.")


def _split(name: str) -> tuple[str, str]:
    ending = _ENDING.search(name)
    return (name[: ending.start()], ending.group()) if ending else (name, "")


def _hash_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _keep(folder: Path) -> None:
    """Sees to it that a name is still there after a power cut, where the system knows how."""
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _sweep(folder: Path) -> None:
    """Removes what a process that was killed had half received; another may be receiving now."""
    with suppress(OSError):
        for part in folder.glob(f"{_PART}*"):
            if time.time() - part.stat().st_mtime > _DAY:
                part.unlink()
