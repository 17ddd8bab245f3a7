"""The list of conversations: found, renamed, deleted."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, Response

import rag
from rag.conversations import Standings
from rag.exports import as_html, as_markdown, as_record
from rag.exports.rendering import escape, escape_attribute
from rag.serving.guard import owner_of
from rag.serving.opening import Opening
from rag.ui.answers import Answers
from rag.ui.asked import sent, text_of, told

_SHOWN = 200
_NO_FILE_NAME = re.compile(r"[^A-Za-z0-9]+")
_FORMS: dict[str, tuple[str, Callable[[rag.Conversation, Standings], str]]] = {
    "md": ("text/markdown; charset=utf-8", as_markdown),
    "html": ("text/html; charset=utf-8", as_html),
    "json": ("application/json", lambda *of: json.dumps(as_record(*of), indent=1)),
}
_TITLE = 200  # characters


def conversations_router(opening: Opening, answers: Answers) -> APIRouter:
    """Each reader's own; another's is as if it were not there."""
    router = APIRouter()

    def mine(request: Request, conversation_id: str) -> rag.Conversations:
        conversations = opening.library().conversations
        if conversations.open(conversation_id).owner != owner_of(request):
            raise rag.NotInStore(f"There is no conversation {conversation_id}.")
        return conversations

    @router.get("/conversations", response_class=HTMLResponse)
    def found(request: Request, matching: str = "") -> str:
        with told(opening):
            heads = [h for h in opening.library().conversations.list(owner_of(request), matching) if h.turns]
        items = "".join(_item(head.id, head.title, head.turns) for head in heads[:_SHOWN])
        if not items:
            return f'<li class="none">{"None has these words." if matching else "None yet."}</li>'
        more = f'<li class="none">and {len(heads) - _SHOWN:,} more: search for them</li>' if heads[_SHOWN:] else ""
        return items + more

    @router.get("/conversations/{conversation_id}.{form}")
    def take(conversation_id: str, form: str, request: Request) -> Response:
        if form not in _FORMS:
            raise HTTPException(404, "A conversation can be taken away as md, html or json.")
        with told(opening):
            conversations = mine(request, conversation_id)
            conversation = conversations.open(conversation_id)
            content = _FORMS[form][1](conversation, conversations.standing(conversation))
        name = _NO_FILE_NAME.sub("-", conversation.title or "conversation").strip("-")[:60] or "conversation"
        headers = {"content-disposition": f'attachment; filename="{name}.{form}"'}
        return Response(content.encode("utf-8", "replace"), media_type=_FORMS[form][0], headers=headers)

    @router.post("/conversations/{conversation_id}/title")
    async def rename(conversation_id: str, request: Request) -> dict[str, str]:
        title = text_of(await sent(request), "title", _TITLE)
        with told(opening):
            mine(request, conversation_id).rename(conversation_id, title)
        return {"title": title}

    @router.delete("/conversations/{conversation_id}")
    def delete(conversation_id: str, request: Request) -> dict[str, str]:
        with told(opening):
            mine(request, conversation_id).delete(conversation_id)
            answers.forget(owner_of(request), conversation_id)
        return {"deleted": conversation_id}

    return router


def _item(conversation_id: str, title: str, turns: int) -> str:
    asked = f"{turns} question" if turns == 1 else f"{turns} questions"
    named = escape_attribute(title or "Untitled")
    return (
        f'<li class="conversation" data-conversation="{conversation_id}">'
        f'<button class="open" title="{asked}">{escape(title or "Untitled")}</button>'
        f'<button class="more" aria-label="Rename, export or delete “{named}”" aria-haspopup="menu">⋯</button></li>'
    )
