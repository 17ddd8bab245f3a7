"""The settings that a reader sees, and questions to begin with. Keys are never sent."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request

import rag
from rag.grounding.card import known_error
from rag.language_model.endpoint import check
from rag.serving.guard import owner_of
from rag.serving.opening import Opening
from rag.suggestions import Suggestions
from rag.ui.answers import Answers
from rag.ui.asked import told


def settings_router(opening: Opening, answers: Answers) -> APIRouter:
    """What is set on the machine, and whether its language model answers."""
    router = APIRouter()

    @router.get("/settings")
    def settings() -> dict[str, Any]:
        kept = opening.settings
        return {
            "model": kept.llm_model,
            "passages": kept.passages,
            "reranker": kept.reranker,
            "judge": kept.judge,
            "error": "" if kept.judge else known_error(),
            "version": rag.__version__,
        }

    @router.post("/settings/test")
    def test() -> dict[str, str]:
        with told(opening):
            said = check(opening.settings)
        return {"said": f"It answers: “{said}”"}

    @router.get("/suggestions")
    def starters() -> dict[str, list[str]]:
        for _ in opening.waiting():
            pass
        with told(opening):
            return {"questions": list(Suggestions(opening.library()).starters())}

    @router.get("/suggestions/{key}")
    def follow_ups(key: str, request: Request) -> dict[str, list[str]]:
        with told(opening):
            answer = answers.find(owner_of(request), key).answer
            return {"questions": list(Suggestions(opening.library()).follow_ups(answer))}

    return router
