"""Assistants whose model is behind a real server, and what every answer owes."""

from __future__ import annotations

from typing import Any

from openai_server import Body, OpenAIServer

from rag import Answer, Assistant
from rag.language_model.endpoint import connect
from rag.library import Library
from rag.settings import Settings

QUESTION = "Who designed the Tide House?"


def assistant_of(library: Library, server: OpenAIServer, **more: Any) -> Assistant:
    knobs: dict[str, Any] = {"llm_window": 8192, "llm_seconds": 1, **more}
    return Assistant(library, connect(Settings(llm_base_url=server.base_url, llm_model="fake-model", **knobs)))


def passages_shown(body: Body) -> str:
    return str(body["messages"][-1]["content"])


def number_of(body: Body, words: str) -> int:
    """The number under which the passage with these words was shown."""
    before = passages_shown(body).partition(words)[0]
    return int(before.rpartition("<passage ")[2].split()[0])


def assert_true(answer: Answer, library: Library) -> None:
    """What every answer owes, whatever a model wrote."""
    assert answer.final
    marks = {citation.mark for citation in answer.citations}
    assert marks == set(range(1, len(marks) + 1))
    for claim in answer.claims:
        assert answer.text[claim.start : claim.end] == claim.text
        for citation in claim.citations:
            document = library.document(citation.passage.document_id)
            assert document.text[citation.start : citation.end] == citation.quote
            assert citation.passage in [hit.passage for hit in answer.hits]
