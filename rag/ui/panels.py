"""What the page's scripts ask for beside the talk: proofs, documents, conversations, settings."""

from __future__ import annotations

from fastapi import APIRouter

from rag.serving.opening import Opening
from rag.ui.answers import Answers
from rag.ui.conversations_panel import conversations_router
from rag.ui.evidence_panel import evidence_router
from rag.ui.library_panel import library_router
from rag.ui.settings_panel import settings_router


def routers(opening: Opening, answers: Answers, *, at_home: bool) -> list[APIRouter]:
    """`at_home`: whether whoever sees the page sits at this machine, and may name its folders."""
    return [
        evidence_router(opening, answers),
        library_router(opening, at_home=at_home),
        conversations_router(opening, answers),
        settings_router(opening, answers),
    ]
