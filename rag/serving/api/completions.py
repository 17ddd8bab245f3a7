"""OpenAI's form of a chat, so that other programs' chats can ask a library.

The last message of the user is the question, those before it the conversation. The answer's text has its footnotes
below it; `footnote` holds the whole answer, and `annotations` each citation with its place in the text.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field

from rag import as_json
from rag.citations.footnotes import Told, below, with_footnotes
from rag.serving.api.answers import as_response, events, open_library
from rag.serving.api.asking import turns_of
from rag.serving.opening import Opening
from rag.types import Answer, Citation

MODELS = ("footnote", "footnote-extractive")
"""With the language model of the settings where there is one, and without."""
_LONGEST = 100_000
_MARK = re.compile(r"\[(\d+)\]")


class Part(BaseModel):
    model_config = ConfigDict(extra="allow")

    type: str
    text: Annotated[str, Field(max_length=_LONGEST)] = ""


class Message(BaseModel):
    model_config = ConfigDict(extra="allow")

    role: Literal["system", "developer", "user", "assistant", "tool", "function"]
    content: Annotated[str, Field(max_length=_LONGEST)] | Annotated[list[Part], Field(max_length=1000)] | None = None

    @property
    def text(self) -> str:
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class Completion(BaseModel):
    """Fields of OpenAI's that steer how a model writes have no effect: what is written is bound to the documents."""

    model_config = ConfigDict(extra="allow")

    model: str = MODELS[0]
    messages: list[Message] = Field(min_length=1, max_length=2000)
    stream: bool = False
    n: int | None = Field(1, ge=1, le=1)


class CompletionChoice(BaseModel):
    index: int
    message: dict[str, Any]
    finish_reason: str


class Completed(BaseModel):
    id: str
    object: Literal["chat.completion"]
    created: int
    model: str
    choices: list[CompletionChoice]
    footnote: dict[str, Any]


class Model(BaseModel):
    id: str
    object: Literal["model"]
    created: int
    owned_by: str


class Models(BaseModel):
    object: Literal["list"]
    data: list[Model]


def completions_router(opening: Opening) -> APIRouter:
    """What OpenAI's clients ask for."""
    router = APIRouter()
    since = int(time.time())

    @router.get("/models", response_model=Models)
    def models() -> Response:
        """The names under which the library answers."""
        known = [{"id": name, "object": "model", "created": since, "owned_by": "footnote"} for name in MODELS]
        return as_response({"object": "list", "data": known})

    @router.post("/chat/completions", response_model=Completed)
    def complete(asked: Completion) -> Response:
        """An answer in OpenAI's form."""
        if asked.model not in MODELS:
            raise HTTPException(404, f"There is no model {asked.model}: {' or '.join(MODELS)}.")
        question, before = _conversation(asked.messages)
        open_library(opening)
        assistant = opening.assistant(extractive=asked.model != MODELS[0])
        answers = assistant.stream(question, turns_of(before))
        head = {"id": f"chatcmpl-{secrets.token_hex(12)}", "created": int(time.time()), "model": asked.model}
        if asked.stream:
            return events(opening, _pieces(answers, head))
        *_, answer = answers
        message = {"role": "assistant", "content": with_footnotes(answer), "annotations": _annotations(answer)}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        return as_response(
            {**head, "object": "chat.completion", "choices": [choice], "footnote": as_json.of_answer(answer)}
        )

    return router


def _conversation(messages: Sequence[Message]) -> tuple[str, list[tuple[str, str]]]:
    """The question, and the questions and answers before it. Raises HTTPException where the user says nothing last."""
    said = [(message.role, message.text.strip()) for message in messages if message.role in ("user", "assistant")]
    if not said or said[-1][0] != "user" or not said[-1][1]:
        raise HTTPException(400, "The last message must be the user's, and have a text: it is the question.")
    turns: list[tuple[str, str]] = []
    asked = ""
    for role, text in said[:-1]:
        if role == "user":
            asked = text
        elif asked:
            turns.append((asked, _without_footnotes(text)))
            asked = ""
    return said[-1][1], turns


def _without_footnotes(text: str) -> str:
    """An answer as it was given here, without what stood below it."""
    return re.split(r"\n\n(?=\[\d+\] )", text, maxsplit=1)[0]


def _annotations(answer: Answer) -> list[dict[str, Any]]:
    """Each citation where its mark stands in the text."""
    by_mark: dict[int, list[Citation]] = {}
    for citation in answer.citations:
        by_mark.setdefault(citation.mark, []).append(citation)
    return [
        {
            "type": "file_citation",
            "file_id": citation.passage.document_id,
            "filename": citation.passage.source,
            "index": found.start(),
            "mark": citation.mark,
            "title": citation.passage.title,
            "page": citation.page,
            "quote": citation.quote,
            "start": citation.start,
            "end": citation.end,
        }
        for found in _MARK.finditer(answer.text)
        for citation in by_mark.get(int(found[1]), ())
    ]


def _pieces(
    answers: Generator[Answer, None, None], head: dict[str, Any]
) -> Generator[dict[str, Any] | str, None, None]:
    """The text as it grows, then what stands below it; the last piece holds the whole answer."""
    told = Told()
    with closing(answers):
        yield _piece(head, {"role": "assistant", "content": ""})
        for answer in answers:
            if new := told.next(answer):
                yield _piece(head, {"content": new})
        for part in below(answer):
            yield _piece(head, {"content": f"\n\n{part}"})
        annotations = {"annotations": _annotations(answer)}
        yield {**_piece(head, annotations, "stop"), "footnote": as_json.of_answer(answer)}
        yield "[DONE]"


def _piece(head: dict[str, Any], delta: dict[str, Any], finished: str | None = None) -> dict[str, Any]:
    choice = {"index": 0, "delta": delta, "finish_reason": finished}
    return {**head, "object": "chat.completion.chunk", "choices": [choice]}
