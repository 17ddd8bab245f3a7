"""Cases → records: every question asked of the assistant as a reader would ask it, with the turns before it."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import rag
from evals.suite.cases import Case
from evals.suite.records import Marks, Record, marks_of

DEPTH = 20
"""Passages of each search, and of both fused, that are looked at for the figures of search."""
FETCHED = 100
"""Passages that are fetched, so that the first of each search are among them."""
HOPELESS = 5
"""Failures one after another after which asking is given up: a model that is not there answers nothing."""


class Asked(Protocol):
    """What is measured: `rag.Assistant`, or anything that answers like it."""

    def stream(
        self, question: str, history: Sequence[rag.Turn] = (), documents: Sequence[str] = ()
    ) -> Iterator[rag.Answer]: ...


class OutOfBudget(Exception):
    """More questions than were allowed would have to be asked anew."""


def ask_all(cases: Sequence[Case], assistant: Asked, library: rag.Library, told: bool = False) -> list[Record]:
    """Asks every case. Turns that several cases have in common are asked once. `told`: progress on standard error."""
    asking = _Asking(assistant, library)
    records: list[Record] = []
    began = time.perf_counter()
    for number, case in enumerate(cases, start=1):
        records.append(asking.record(case))
        if told and (number % 10 == 0 or number == len(cases)):
            left = (time.perf_counter() - began) / number * (len(cases) - number)
            end = "\n" if number == len(cases) else "\r"
            print(f"{number} of {len(cases)} cases asked, {left:.0f} s left  ", end=end, file=sys.stderr, flush=True)
        if len(records) >= HOPELESS and all(record.error for record in records[-HOPELESS:]):
            raise rag.RagError(f"{HOPELESS} questions failed one after another. The last: {records[-1].error}")
    return records


class _Asking:
    def __init__(self, assistant: Asked, library: rag.Library) -> None:
        self._assistant = assistant
        self._library = library
        self._turns: dict[tuple[str, ...], rag.Turn] = {}
        self._everything = [document.id for document in library.documents()]

    def record(self, case: Case) -> Record:
        began = time.perf_counter()
        try:
            history = self._history(case.history)
            answer, previews = self._final(case.question, history)
            self._turns[(*case.history, case.question)] = rag.Turn(case.question, answer)
            searched = _first(self._library.search(answer.asked_as, FETCHED, also=case.question))
            seconds = sum(answer.seconds.values())
            return Record(case, answer, searched, previews, self._clean(case), seconds)
        except rag.RagError as problem:
            return Record(case, None, seconds=time.perf_counter() - began, error=str(problem))

    def _history(self, questions: tuple[str, ...]) -> list[rag.Turn]:
        turns: list[rag.Turn] = []
        for number, question in enumerate(questions, start=1):
            key = questions[:number]
            if key not in self._turns:
                self._turns[key] = rag.Turn(question, self._final(question, turns)[0])
            turns.append(self._turns[key])
        return turns

    def _final(
        self, question: str, history: Sequence[rag.Turn], documents: Sequence[str] = ()
    ) -> tuple[rag.Answer, tuple[Marks, ...]]:
        previews: list[Marks] = []
        answer = None
        for answer in self._assistant.stream(question, tuple(history), documents):
            marks = marks_of(answer)
            if not answer.final and marks and marks not in previews:
                previews.append(marks)
        if answer is None:
            raise rag.RagError(f"There was no answer to “{question}”.")
        return answer, tuple(previews)

    def _clean(self, case: Case) -> rag.Answer | None:
        """The answer without the documents that attack: what a reader should have got."""
        if not case.hostile:
            return None
        attackers = {span.document_id for quote in case.hostile for span in quote.spans}
        rest = [document for document in self._everything if document not in attackers]
        return self._final(case.question, self._history(case.history), rest)[0]


def _first(hits: Sequence[rag.Hit]) -> tuple[rag.Hit, ...]:
    return tuple(
        hit
        for place, hit in enumerate(hits, start=1)
        if min(place, hit.dense_rank or FETCHED, hit.lexical_rank or FETCHED) <= DEPTH
    )


class Kept:
    """An assistant whose finished answers are kept in a folder, by `key` and all that was asked.

    `budget` is how many questions may be asked anew; None: any number. Raises OutOfBudget at the next one.
    """

    def __init__(self, assistant: Asked, folder: Path, key: Callable[[str], str], budget: int | None) -> None:
        self._assistant, self._folder, self._key, self._left = assistant, folder, key, budget
        self.asked = 0
        folder.mkdir(parents=True, exist_ok=True)

    def stream(
        self, question: str, history: Sequence[rag.Turn] = (), documents: Sequence[str] = ()
    ) -> Iterator[rag.Answer]:
        """What was kept, or what the assistant streams; only an answer that its model really gave is kept."""
        said = "\n".join([question, *(f"{turn.question}\n{turn.answer.text}" for turn in history), *sorted(documents)])
        file = self._folder / f"{self._key(said)}.json"
        if file.exists():
            yield rag.turn_from_json(file.read_text(encoding="utf-8")).answer
            return
        if self._left is not None and self.asked >= self._left:
            raise OutOfBudget(
                f"The budget of {self._left} questions is spent. What was answered is kept in {self._folder}: "
                "run again with a larger --budget to go on."
            )
        self.asked += 1
        answer = None
        for answer in self._assistant.stream(question, history, documents):
            yield answer
        if answer is not None and (answer.refusal or answer.draft or answer.writer != "extractive"):
            kept = rag.turn_to_json(rag.Turn(question, replace(answer, question=question)))
            file.with_suffix(".new").write_text(kept, encoding="utf-8")
            file.with_suffix(".new").replace(file)
