"""Whether what cannot be answered is refused, and what can is not.

`right or refused` is the score of CRAG (Yang et al. 2024): 1 for a right answer or a right refusal, 0 for a refusal
of what could be answered, -1 for a wrong answer.
"""

from __future__ import annotations

from collections.abc import Iterator

import rag
from evals.suite.records import Record
from evals.suite.scores.citing import is_on_evidence
from evals.suite.scores.stating import said, states


def scores(record: Record) -> Iterator[tuple[str, float]]:
    """Figures of one answer, by what should have become of it."""
    case, answer = record.case, record.answer
    if answer is None:
        return
    refused = answer.refusal is not None
    yield "right or refused", _of_crag(record, answer)
    if case.is_answerable:
        yield "answered", float(not refused)
        yield "no false premise seen", float(answer.refusal is not rag.Refusal.FALSE_PREMISE)
        return
    yield "refused", float(refused)
    if case.contradicted:
        named = answer.refusal is rag.Refusal.FALSE_PREMISE
        yield "premise named", float(named)
        shown = any(is_on_evidence(citation, case) for citation in answer.citations)
        yield "what is so shown", float(named and shown)


def confidence(record: Record) -> float:
    """What answers are ordered by on the curve of risk and coverage: the score of the first passage; 0: refused."""
    if record.answer is None or record.answer.refusal is not None or not record.answer.hits:
        return 0.0
    return record.answer.hits[0].score


def is_right(record: Record, answer: rag.Answer) -> bool:
    """Whether it states all facts; where a case names none, whether it cites gold evidence."""
    if record.case.facts:
        shown = said(answer)
        return all(any(states(shown, form) for form in fact) for fact in record.case.facts)
    return any(is_on_evidence(citation, record.case) for citation in answer.citations)


def _of_crag(record: Record, answer: rag.Answer) -> float:
    if not record.case.is_answerable:
        return 1.0 if answer.refusal is not None else -1.0
    if answer.refusal is not None:
        return 0.0
    return 1.0 if is_right(record, answer) else -1.0
