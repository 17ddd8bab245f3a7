"""Questions: the passages nearest to one, its answer, and whether sources support a sentence."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import closing
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import Response

from rag import as_json
from rag.assistant import Assistant
from rag.grounding.judges import Pair
from rag.grounding.loading import load_judge
from rag.language_model.endpoint import connect
from rag.library import Library
from rag.mentions import chosen
from rag.serving.api import shapes
from rag.serving.api.answers import as_response, events, open_library
from rag.serving.guard import owner_of
from rag.serving.opening import Opening
from rag.terms import whole_characters
from rag.types import Answer, Turn


def asking_router(opening: Opening) -> APIRouter:
    """What is found and answered."""
    router = APIRouter()

    @router.post("/search", response_model=shapes.Hits)
    def search(told: shapes.ToSearch) -> Response:
        """The passages nearest to a question, best first."""
        library = open_library(opening)
        hits = library.search(told.query, told.k or library.settings.passages, told.source, told.where)
        return as_response({"hits": [as_json.of_hit(hit) for hit in hits]})

    @router.post("/ask", response_model=shapes.Answer)
    def ask(request: Request, told: shapes.ToAsk) -> Response:
        """The answer, each sentence with its footnote and a verdict; or a refusal, which is an answer too."""
        library = open_library(opening)
        assistant = _assistant(library, opening, told)
        only = chosen(told.only, library.documents()) if told.only else []
        kept, history = _history(library, told, owner_of(request))
        answers = assistant.stream(told.question, history, only)
        if told.stream:
            return events(opening, _told(library, answers, kept, told.question))
        *_, answer = answers
        _keep(library, kept, told.question, answer)
        return as_response(as_json.of_answer(answer))

    @router.post("/check", response_model=shapes.Verdict)
    def check(told: shapes.ToCheck) -> Response:
        """Whether texts support a sentence."""
        library = open_library(opening)
        pair = Pair(whole_characters(told.claim), tuple(map(whole_characters, told.sources)))
        (verdict,) = load_judge(library.settings, library.embedder).verdicts([pair])
        return as_response(as_json.of_verdict(verdict))

    return router


def turns_of(said: Sequence[tuple[str, str]]) -> list[Turn]:
    """Questions and answers, as a program remembers them, as the turns of a conversation."""
    return [Turn(question, Answer(question, question, answer)) for question, answer in said]


def _assistant(library: Library, opening: Opening, told: shapes.ToAsk) -> Assistant:
    """That of the page, where nothing particular is asked for."""
    if not (told.source or told.where or told.k or told.writer == "llm"):
        return opening.assistant(extractive=told.writer == "extractive")
    settings = library.settings
    wants_a_model = told.writer == "llm" or (told.writer is None and settings.wants_a_model)
    llm = connect(settings) if wants_a_model else None
    return Assistant(library, llm, k=told.k, sources=told.source, metadata=told.where)


def _history(library: Library, told: shapes.ToAsk, owner: str) -> tuple[str, Sequence[Turn]]:
    """The id of the conversation that is gone on with, "" for none, and the turns before the question."""
    if told.conversation is None:
        return "", turns_of([(turn.question, turn.answer) for turn in told.history])
    conversation = library.conversations.find_or_begin(told.conversation, owner)
    return conversation, library.conversations.open(conversation).turns


def _told(
    library: Library, answers: Generator[Answer, None, None], kept: str, question: str
) -> Generator[dict[str, Any] | str, None, None]:
    with closing(answers):
        for answer in answers:
            if answer.final:
                _keep(library, kept, question, answer)
                yield {"answer": as_json.of_answer(answer)}
            elif answer.text:
                yield {"preview": answer.text}


def _keep(library: Library, kept: str, question: str, answer: Answer) -> None:
    if kept:
        library.conversations.add(kept, Turn(question, answer))
