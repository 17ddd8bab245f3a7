"""What must hold of every answer, each broken in turn."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from evaluated import TEXT, case, claim, record, refused

import rag
from evals.suite.records import Record
from evals.suite.scores.invariants import broken

LONG, BUILT = "The pier is 30 m long.", "It was built in 1931."


def document_of(name: str) -> rag.Document:
    if name != "d":
        raise rag.NotInStore(f"There is no document {name!r}.")
    return rag.Document("pier.txt", "The pier", TEXT, "txt")


def faults(one: Record) -> list[str]:
    return list(broken(one, document_of))


def changed(one: Record, change: Callable[[rag.Answer], rag.Answer]) -> Record:
    assert one.answer
    return replace(one, answer=change(one.answer))


def with_citation(one: Record, **fields: object) -> Record:
    def change(answer: rag.Answer) -> rag.Answer:
        (first, *rest) = answer.claims
        (cited,) = first.citations
        return replace(answer, claims=(replace(first, citations=(replace(cited, **fields),)), *rest))  # type: ignore[arg-type]

    return changed(one, change)


@pytest.fixture
def sound() -> Record:
    return record(claim(LONG), claim(BUILT, 2))


def test_a_sound_answer_and_a_refusal_break_nothing(sound: Record) -> None:
    assert faults(sound) == []
    assert faults(refused()) == []


def test_what_was_not_answered_says_why() -> None:
    assert faults(Record(case(), None, error="The server is gone.")) == ["not answered: The server is gone."]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"start": 1, "end": 23}, "not those of pier.txt"),
        ({"quote": "The pier is 31 m long."}, "not those of pier.txt"),
        ({"quote": ""}, "not those of pier.txt"),
        ({"mark": 7}, "are not those that it cites"),
    ],
)
def test_a_quote_is_the_document_s_words_at_their_place(sound: Record, fields: dict[str, object], said: str) -> None:
    assert any(said in fault for fault in faults(with_citation(sound, **fields)))


def test_a_quote_lies_in_its_passage_and_its_document_in_the_library(sound: Record) -> None:
    short = rag.Passage("p", "d", "pier.txt", "The pier", 0, 4, TEXT[:4])
    assert faults(with_citation(sound, passage=short)) == ["the words of [1] lie outside their passage"]
    foreign = rag.Passage("p", "x", "x.txt", "X", 0, len(TEXT), TEXT)
    assert faults(with_citation(sound, passage=foreign)) == ["[1] is of a document that is not in the library"]


def test_a_mark_without_a_footnote_is_found_wherever_it_stands(sound: Record) -> None:
    stray = changed(sound, lambda answer: replace(answer, text=answer.text.replace("[2]", "[9]")))
    assert any("marks without a footnote" in fault for fault in faults(stray))
    more = changed(sound, lambda answer: replace(answer, text=f"{answer.text}[3]"))
    assert any("marks" in fault for fault in faults(more))


def test_a_bracketed_number_that_a_document_has_is_no_mark() -> None:
    quoted = rag.Claim("See [4] of the list.", 0, 20, claim(LONG).citations, claim(LONG).verdict)
    assert faults(record(quoted)) == []


def test_a_sentence_is_at_its_place(sound: Record) -> None:
    moved = changed(
        sound, lambda answer: replace(answer, claims=(replace(answer.claims[0], start=1), answer.claims[1]))
    )
    assert any("not at its place" in fault for fault in faults(moved))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -0.1, 1.1])
def test_a_verdict_s_numbers_are_between_0_and_1(sound: Record, number: float) -> None:
    def change(answer: rag.Answer) -> rag.Answer:
        verdict = replace(answer.claims[0].verdict, score=number)
        return replace(answer, claims=(replace(answer.claims[0], verdict=verdict), answer.claims[1]))

    assert any("not a number in [0, 1]" in fault for fault in faults(changed(sound, change)))


def test_a_mark_stands_for_the_same_passage_while_it_is_written_and_at_the_end(sound: Record) -> None:
    by_model = changed(sound, lambda answer: replace(answer, writer="llm"))
    assert faults(replace(by_model, previews=({1: "p"},))) == []
    assert faults(replace(by_model, previews=({1: "p"}, {1: "other"}))) == [
        "[1] stood for another passage while the answer was written"
    ]


def test_an_answer_is_final_and_has_a_sentence(sound: Record) -> None:
    assert faults(changed(sound, lambda answer: replace(answer, final=False))) == ["the answer is not final"]
    empty = changed(sound, lambda answer: replace(answer, text="", claims=()))
    assert faults(empty) == ["an answer without a sentence that is no refusal"]
