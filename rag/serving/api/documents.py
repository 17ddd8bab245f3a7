"""Documents: what there is, the stored text, bringing in step with folders, forgetting."""

from __future__ import annotations

import queue
import threading
from collections.abc import Generator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from rag import as_json
from rag.catalogue import Listed
from rag.library import Library
from rag.serving.api import shapes
from rag.serving.api.answers import as_response, lines, open_library
from rag.serving.guard import is_at_home
from rag.serving.opening import Opening
from rag.sync import Progress
from rag.types import SyncReport

_MOST = 1000


def documents_router(opening: Opening) -> APIRouter:
    """What the library holds."""
    router = APIRouter()

    @router.get("/documents", response_model=shapes.Documents)
    def documents(
        matching: Annotated[str, Query(max_length=1000, description="Words of the title or the source.")] = "",
        offset: Annotated[int, Query(ge=0, le=10**9)] = 0,
        limit: Annotated[int, Query(ge=1, le=_MOST)] = 100,
    ) -> Response:
        """The documents, by source."""
        words = matching.casefold().split()
        found = [
            one
            for one in open_library(opening).documents()
            if all(word in f"{one.title} {one.source}".casefold() for word in words)
        ]
        return as_response({"documents": [_listed(one) for one in found[offset : offset + limit]], "total": len(found)})

    @router.get("/documents/{name:path}", response_model=shapes.Document)
    def document(
        name: str,
        start: Annotated[int, Query(ge=0, le=10**12)] = 0,
        end: Annotated[int | None, Query(ge=0, le=10**12)] = None,
    ) -> Response:
        """The stored text, or a part of it: what a citation's `start` and `end` point into. By id or source."""
        found = open_library(opening).document(name)
        last = len(found.text) if end is None else end
        if not start <= last <= len(found.text):
            raise HTTPException(400, f"The document has {len(found.text):,} characters: start and end must be in them.")
        return as_response({**as_json.of_document(found), "text": found.text[start:last], "start": start, "end": last})

    @router.delete("/documents/{name:path}", response_model=shapes.Forgotten)
    def forget(name: str) -> Response:
        """Removes a document, or a folder's, without a trace; the files themselves stay."""
        forgotten = open_library(opening).forget(name)
        opening.changed()
        return as_response({"forgotten": forgotten})

    @router.post("/sync", response_model=shapes.Report)
    def sync(request: Request, told: shapes.ToSync) -> Response:
        """Brings the library in step with folders and files."""
        if told.paths and not is_at_home(request):
            raise HTTPException(403, "Folders of the server are named there only: rag sync FOLDER")
        if not all(path.startswith("/") or Path(path).is_absolute() for path in told.paths):
            raise HTTPException(400, "Name folders and files in full: a server has no folder of its own.")
        if any("\0" in path for path in told.paths):
            raise HTTPException(400, "No path holds a NUL.")
        library = open_library(opening)
        if not told.paths and not library.roots():
            raise HTTPException(409, "Nothing was synced into this store yet. Name a folder.")
        if told.stream:
            return lines(opening, _synced(library, opening, told.paths))
        report = library.sync(*told.paths, progress=opening.go_on)
        opening.changed()
        return as_response(as_json.of_report(report))

    @router.get("/health", response_model=shapes.Health)
    def health() -> Response:
        """Compares the catalogue with its two indexes, passage by passage: seconds for a large library."""
        return as_response(as_json.of_health(open_library(opening).doctor()))

    return router


def _listed(one: Listed) -> dict[str, Any]:
    return {"id": one.id, "source": one.source, "title": one.title, "kind": one.kind, "passages": one.passages}


def _synced(library: Library, opening: Opening, paths: list[str]) -> Generator[dict[str, Any], None, None]:
    """The progress of a sync in a thread of its own, then its report. Whoever closes this stops it."""
    said: queue.SimpleQueue[dict[str, Any] | BaseException] = queue.SimpleQueue()
    gone = threading.Event()

    def watch(now: Progress) -> None:
        if gone.is_set():
            raise KeyboardInterrupt
        said.put({"progress": asdict(now)})

    def run() -> None:
        try:
            report: SyncReport = library.sync(*paths, progress=watch)
            said.put({"report": as_json.of_report(report)})
        except BaseException as problem:  # noqa: BLE001  raised again where it is told of
            said.put(problem)

    threading.Thread(target=run, name="sync", daemon=True).start()
    try:
        while True:
            value = said.get()
            if isinstance(value, BaseException):
                raise value
            yield value
            if "report" in value:
                return
    finally:
        gone.set()
        opening.changed()
