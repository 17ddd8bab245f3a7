"""The panel on the right: the words that a sentence rests on, in their place; and whole documents."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, PlainTextResponse, Response

import rag
from rag.serving.guard import owner_of
from rag.serving.opening import Opening
from rag.ui.answers import Answers
from rag.ui.asked import told
from rag.ui.evidence import evidence, passage, whole, with_reference

_KEPT = {"cache-control": "private, max-age=600"}


def evidence_router(opening: Opening, answers: Answers) -> APIRouter:
    """Fragments of HTML by the key of an answer, and pictures of pages."""
    router = APIRouter()

    @router.get("/evidence/{key}/{claim}/{citation}", response_class=HTMLResponse)
    def of_claim(key: str, claim: int, citation: int, request: Request) -> str:
        with told(opening):
            answer = answers.find(owner_of(request), key).answer
            if not 0 <= claim < len(answer.claims):
                raise rag.NotInStore("There is no such sentence.")
            return evidence(opening.library(), answer, claim, citation, _picture)

    @router.get("/nearest/{key}/{number}", response_class=HTMLResponse)
    def of_refusal(key: str, number: int, request: Request) -> str:
        with told(opening):
            answer = answers.find(owner_of(request), key).answer
            if not 0 <= number < len(answer.nearest):
                raise rag.NotInStore("There is no such passage.")
            return passage(opening.library(), answer.nearest[number], _picture)

    @router.get("/documents/{document_id}", response_class=HTMLResponse)
    def document(document_id: str, start: int = 0, end: int = 0, offset: int = 0) -> str:
        with told(opening):
            return whole(opening.library(), document_id, start, end, offset)

    @router.get("/pictures/{document_id}/{page}")
    def picture(document_id: str, page: int, scale: float = 2.0) -> Response:
        with told(opening):
            drawn = opening.library().picture(document_id, page, min(4.0, max(0.5, scale)))
        return Response(drawn, media_type="image/png", headers=_KEPT)

    @router.get("/answers/{key}", response_class=PlainTextResponse)
    def as_text(key: str, request: Request) -> str:
        with told(opening):
            return _as_text(answers.find(owner_of(request), key).answer)

    return router


def _picture(document_id: str, page: int) -> str:
    return f"pictures/{document_id}/{page}"


def _as_text(answer: rag.Answer) -> str:
    """An answer to paste elsewhere: its text, then what each mark stands for."""
    notes = [f"[{citation.mark}] {with_reference(citation)}" for citation in answer.citations]
    return "\n\n".join(filter(None, [answer.text, "\n".join(notes)])) + "\n"
