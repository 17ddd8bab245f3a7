"""What was asked and answered, so that it can be scored again without asking."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag
from evals.suite.cases import Case

Marks = Mapping[int, str]
"""The id of the passage that each mark stands for."""


@dataclass(frozen=True, slots=True)
class Record:
    """One case as it went."""

    case: Case
    answer: rag.Answer | None
    """None: asking failed, and `error` says why."""
    searched: tuple[rag.Hit, ...] = ()
    """Passages for the question as it was really asked: the first of both searches, and of the two fused."""
    previews: tuple[Marks, ...] = ()
    """What the marks stood for while the answer was being written, each state once."""
    clean: rag.Answer | None = None
    """Of an attack: the answer of the library without the documents that attack."""
    seconds: float = 0.0
    error: str = ""


class StaleRecords(Exception):
    """Records that are not of these cases; the message says which."""


def marks_of(answer: rag.Answer) -> Marks:
    """What each mark of an answer stands for."""
    return {citation.mark: citation.passage.id for citation in answer.citations}


def write(records: Iterable[Record], path: Path) -> None:
    """Records as JSON Lines."""
    with path.open("w", encoding="utf-8") as file:
        for record in records:
            file.write(json.dumps(_as_row(record)) + "\n")


def read(path: Path, cases: Sequence[Case], library: rag.Library) -> list[Record]:
    """The records of these cases, in their order. Raises StaleRecords where one is not of them or of this library."""
    try:
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        by_id = {row["id"]: row for row in rows}
        asked = {row["id"]: row["question"] for row in rows}
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise StaleRecords(f"{path} cannot be read as records: {problem}") from None
    for case in cases:
        if asked.get(case.id) != case.question:
            raise StaleRecords(f"{path} does not hold the case {case.id!r} as it is now: run it again")
    passages = {passage.id: passage for each in library.documents() for passage in library.passages_of(each.id)}
    try:
        return [_from_row(by_id[case.id], case, passages) for case in cases]
    except (LookupError, TypeError, ValueError, rag.RagError) as problem:
        raise StaleRecords(f"{path} is not of these documents as they are now: run it again ({problem})") from None


def _as_row(record: Record) -> dict[str, Any]:
    return {
        "id": record.case.id,
        "question": record.case.question,
        "answer": _kept(record.answer),
        "searched": [
            [hit.passage.id, hit.score, hit.dense_rank, hit.lexical_rank, hit.reranked, hit.cosine]
            for hit in record.searched
        ],
        "previews": [sorted(marks.items()) for marks in record.previews],
        "clean": _kept(record.clean),
        "seconds": round(record.seconds, 4),
        "error": record.error,
    }


def _from_row(row: Mapping[str, Any], case: Case, passages: Mapping[str, rag.Passage]) -> Record:
    return Record(
        case,
        _given(row["answer"]),
        tuple(rag.Hit(passages[name], *figures) for name, *figures in row["searched"]),
        tuple({int(mark): passage for mark, passage in marks} for marks in row["previews"]),
        _given(row["clean"]),
        float(row["seconds"]),
        str(row["error"]),
    )


def _kept(answer: rag.Answer | None) -> str | None:
    return rag.turn_to_json(rag.Turn(answer.question, answer)) if answer else None


def _given(text: str | None) -> rag.Answer | None:
    return rag.turn_from_json(text).answer if text else None
