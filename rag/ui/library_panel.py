"""The list of documents: what there is, what is being read, what could not be; adding, removing, bringing back."""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from contextlib import suppress
from pathlib import Path
from typing import Any

from fastapi import APIRouter, HTTPException, Request

import rag
from rag.catalogue import Listed
from rag.exports.rendering import counted, escape, escape_attribute
from rag.serving.opening import Opening
from rag.ui.asked import sent, text_of, told

_SHOWN = 300
_UNDONE = 20  # removals that can be taken back
_PATH = 4_096  # characters


def library_router(opening: Opening, *, at_home: bool) -> APIRouter:
    """What all readers share. Folders can be named only `at_home`."""
    router = APIRouter()
    removals = _Removals()

    @router.get("/library")
    def contents(matching: str = "") -> dict[str, Any]:
        status = opening.status
        listed: list[Listed] = []
        with suppress(rag.RagError):  # it is still being opened
            listed = opening.library().documents()
        words = matching.casefold().split()
        found = [one for one in listed if all(w in f"{one.title} {one.source}".casefold() for w in words)]
        return {
            "said": status.said,
            "settled": status.settled,
            "done": status.done,
            "unread": [{"source": problem.source, "reason": problem.reason} for problem in status.unread],
            "count": len(listed),
            "found": len(found),
            "html": "".join(_item(one) for one in found[:_SHOWN]) + _rest(len(found) - _SHOWN),
            "sample": _has_sample(opening, listed),
            "folders": at_home,
        }

    @router.post("/library/folder")
    async def add_folder(request: Request) -> dict[str, str]:
        if not at_home:
            raise HTTPException(403, "Folders of the server are added there: rag sync FOLDER")
        path = Path(text_of(await sent(request), "path", _PATH)).expanduser()
        if "\0" in str(path) or not path.exists():
            raise HTTPException(404, f"There is no folder or file {path} on this machine.")
        opening.read(path)
        return {"reading": str(path)}

    @router.post("/library/sync")
    def sync_again() -> dict[str, str]:
        opening.read()
        return {"reading": "the folders that were read before"}

    @router.delete("/library/documents/{document_id}")
    def remove(document_id: str) -> dict[str, str]:
        with told(opening):
            title = opening.library().document(document_id).title
            undo = removals.keep(opening.library().remove(document_id))
            opening.changed()
        return {"removed": title, "undo": undo}

    @router.delete("/library/sample")
    def remove_sample() -> dict[str, str]:
        with told(opening):
            undo = removals.keep(opening.library().remove(str(opening.sample)))
            opening.changed()
        return {"removed": "The sample documents", "undo": undo}

    @router.post("/library/undo/{token}")
    def undo(token: str) -> dict[str, str]:
        with told(opening):
            opening.library().put_back(removals.take(token))
            opening.changed()
        return {"back": token}

    return router


class _Removals:
    """What was removed, to be brought back."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, rag.Removed] = OrderedDict()
        self._lock = threading.Lock()

    def keep(self, removed: rag.Removed) -> str:
        """The token by which it is brought back."""
        token = secrets.token_urlsafe(9)
        with self._lock:
            self._kept[token] = removed
            while len(self._kept) > _UNDONE:
                self._kept.popitem(last=False)
        return token

    def take(self, token: str) -> rag.Removed:
        """Raises NotInStore where it was brought back already, or is too long ago."""
        with self._lock:
            removed = self._kept.pop(token, None)
        if removed is None:
            raise rag.NotInStore("This can no longer be taken back. Add the file again.")
        return removed


def _has_sample(opening: Opening, listed: list[Listed]) -> bool:
    """Whether the documents that come with the package are among them."""
    if opening.sample is None:
        return False
    with suppress(rag.RagError):
        return opening.sample.resolve() in opening.library().roots() and bool(listed)
    return False


def _item(one: Listed) -> str:
    about = [one.kind.upper(), counted(one.pages, "page") if one.pages > 1 else "", counted(one.passages, "passage")]
    synced = time.localtime(one.synced_at)
    when = time.strftime("%d %b" if synced.tm_year == time.localtime().tm_year else "%d %b %Y", synced).lstrip("0")
    shown = " · ".join(filter(None, [*about, when]))
    title, named = escape(one.title), escape_attribute(one.title)
    warned = "".join(f"<li>{escape(warning)}</li>" for warning in one.warnings)
    return (
        f'<li class="document" data-document="{one.id}">'
        f'<input type="checkbox" value="{one.id}" aria-label="Ask only “{named}”" title="Ask only this">'
        f'<button class="open" title="{escape_attribute(one.source)}">{title}</button>'
        f'<button class="remove" aria-label="Remove “{named}”" title="Remove">×</button>'
        f'<span class="about">{escape(shown)}</span>{f"<ul class=warnings>{warned}</ul>" if warned else ""}</li>'
    )


def _rest(number: int) -> str:
    return f'<li class="none">and {number:,} more: search for them</li>' if number > 0 else ""
