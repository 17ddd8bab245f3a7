"""The cases over the sample corpus are what they say they are: enough of them, and every quote in its document."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from evals.suite.cases import KINDS, Suite, load
from rag.library import Library

CASES = Path(__file__).parents[1] / "evals" / "cases"


def suite(station: Library) -> Suite:
    return load(CASES, station)  # which looks up every quote in its document


def test_there_are_enough_cases_of_every_kind(station: Library) -> None:
    kinds = Counter(case.kind for case in suite(station).cases)
    assert sum(kinds.values()) >= 240
    assert {kind: kinds[kind] for kind in KINDS if kinds[kind] < 30} == {}


def test_every_case_was_read_a_second_time(station: Library) -> None:
    assert suite(station).without_second_reading == ()


def test_each_question_is_asked_once(station: Library) -> None:
    asked = Counter((case.history, case.question) for case in suite(station).cases)
    assert [question for question, times in asked.items() if times > 1] == []


def test_an_accepted_form_of_each_fact_stands_in_the_evidence(station: Library) -> None:
    """Or is said by the documents in other words, in a case that compares two of them."""
    from evals.suite.scores.stating import states

    missing = [
        (case.id, fact)
        for case in suite(station).cases
        if case.kind in ("number", "date", "table look-up", "list", "superseded")
        for fact in case.facts
        if not any(states(quote.text, form) for form in fact for group in case.evidence for quote in group)
    ]
    assert missing == []
