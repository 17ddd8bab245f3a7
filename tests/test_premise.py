"""What a question takes for granted: called false only where the documents say otherwise."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.evidence import Choice, Evidence, Quote, gather
from rag.evidence.premise import Premise, false_premise, unfounded
from rag.evidence.premise.changes import changes, record
from rag.evidence.premise.opposites import alike, listed, opposed
from rag.evidence.premise.presupposed import presupposed
from rag.evidence.premise.statement import statement
from rag.evidence.premise.times import weekdays
from rag.models import Embedder
from rag.types import Hit, Passage

Asked = Callable[..., Evidence]


@pytest.fixture
def asked(embedder: Embedder) -> Asked:
    def evidence(question: str, *texts: str, title: str = "Parish notes") -> Evidence:
        hits = [
            Hit(Passage(f"p{place}", f"d{place}", f"{place}.txt", title, 50, 50 + len(text), text), 1.0, cosine=0.6)
            for place, text in enumerate(texts)
        ]
        return gather(question, hits, embedder, lambda term: 1.0)

    return evidence


def quoted(premise: Premise | None) -> list[str]:
    assert premise is not None
    return [quote.text for quote in premise.instead]


CONTRADICTED = [
    ("Why was the bus fare raised in 2019?", "The bus fare was lowered in 2019 to 2.10 crowns."),
    ("Why was the library closed on 4 May 2021?", "On 4 May 2021 the library was open as usual."),
    ("Why is the museum closed on Fridays?", "The museum is open Tuesday to Saturday."),
    ("Why did the council reject the new bridge?", "The council approved the new bridge by nine votes."),
    ("Why was the head teacher dismissed?", "The head teacher retired at sixty-five."),
    ("Why was the mill insured?", "The mill was never insured."),
    ("Why does the lift carry nine persons?", "The lift carries six persons."),
    ("Why is a permit required for fishing?", "A permit is not required for fishing."),
    ("When did Ada Brok design the lighthouse?", "The lighthouse was designed by Per Lund."),
    ("Why did the mill burn in 1920?", "The mill burned in 1911."),
    ("Why does the ferry have nine cabins?", "The ferry has six cabins."),
    ("Why did the membership fall in 2020?", "The membership was 512 in 2020, the highest number since the beginning."),
    ("Why did the harvest go up in 2020?", "The harvest was 12 tonnes in 2020, after 15 tonnes in 2019."),
]


@pytest.mark.parametrize(("question", "text"), CONTRADICTED)
def test_a_premise_that_the_documents_contradict_is_named_with_what_they_say(
    asked: Asked, question: str, text: str
) -> None:
    premise = false_premise(asked(question, text))
    assert quoted(premise) == [text]


FOUND = [
    ("Why was the bus fare raised in 2019?", "The bus fare was raised in 2019 because oil was dear."),
    ("Why was the bus fare raised in 2019?", "Because oil was dear, the bus fare went up in 2019."),
    ("Why did the library close in 2015?", "The library was shut down in 2015."),
    ("Why was the head teacher dismissed?", "The head teacher had to go in spring."),
    ("Why was the bus fare raised in 2019?", "The bus fare was lowered in 2021."),
    ("Why was the bridge closed?", "The bridge was opened in 1931."),
    ("When does the beach open again?", "From May to August the beach is closed for the terns."),
    ("Why is a permit required for fishing?", "A permit is required not only for fishing but for boats."),
    ("Why was the tax raised in 2019?", "The mayor argued that the tax would be lowered in 2019."),
    ("When did Ada Brok design the lighthouse?", "The lighthouse was designed by Ada Brok and Per Lund."),
    ("Why did the mill burn in 1911?", "The mill burned on 3 May 1911, and was built anew in 1913."),
    ("Why does the ferry have nine cabins?", "The ferry has nine cabins. The old one had six cabins."),
    ("Why did the lower gate jam?", "The upper gate was painted in May."),
]


@pytest.mark.parametrize(("question", "text"), FOUND)
def test_nothing_is_called_false_where_the_documents_agree_or_speak_of_something_else(
    asked: Asked, question: str, text: str
) -> None:
    assert false_premise(asked(question, text)) is None


@pytest.mark.parametrize(
    "question",
    [
        "Was the bus fare raised in 2019?",
        "Is it true that the bus fare was raised in 2019?",
        "Was the bus fare raised or lowered in 2019?",
        "Why was the bus fare not raised in 2019?",
        "bus fare raised 2019",
        "",
    ],
)
def test_a_question_that_takes_nothing_for_granted_has_no_premise(asked: Asked, question: str) -> None:
    evidence = asked(question, "The bus fare was lowered in 2019 to 2.10 crowns.")
    assert false_premise(evidence) is None
    assert unfounded(evidence) is None


def test_one_document_that_agrees_is_enough_to_call_nothing_false(asked: Asked) -> None:
    texts = ("The bus fare was lowered in 2019.", "The bus fare was raised in 2019 to 2.40 crowns.")
    assert false_premise(asked("Why was the bus fare raised in 2019?", *texts)) is None


def test_the_reader_is_told_what_is_taken_for_granted(asked: Asked) -> None:
    premise = false_premise(asked("Why was the bus fare raised in 2019?", "The bus fare was lowered in 2019."))
    assert premise is not None
    assert premise.said == (
        "The question takes for granted that the bus fare was raised in 2019. The documents say otherwise:"
    )


def test_what_nothing_was_found_of_is_named_with_what_comes_near(asked: Asked) -> None:
    near = "The library has opened a second room in 2015."
    premise = unfounded(asked("Why did the library close in 2015?", near, "Hay is dried on racks in June."))
    assert premise is not None
    assert premise.said == "Nothing that was found in the documents says that the library closed in 2015."
    assert quoted(premise) == [near]
    premise = unfounded(asked("Why was Ada Brok elected mayor?", "Hay is dried on racks in June."))
    assert premise == Premise("Nothing that was found in the documents says that Ada Brok was elected mayor.", ())


def test_nothing_is_said_of_what_was_found_or_nobody_doubts(asked: Asked) -> None:
    text = "Ada Brok was elected mayor in May, to the surprise of many."
    assert unfounded(asked("Why was Ada Brok elected mayor?", text)) is None
    assert unfounded(asked("Where was Per Lund born?", text)) is None


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Why was the bus fare raised in 2019?", "the bus fare was raised in 2019"),
        ("Why did Ada Brok leave the council?", "Ada Brok left the council"),
        ("When did the town buy the mill?", "the town bought the mill"),
        ("Who lost the keys of the mill?", "somebody lost the keys of the mill"),
        ("Why did Ada Brok's claim on the fund fail?", ""),
        ("How many votes did the plan get?", ""),
        ("Where did the idea come from?", ""),
    ],
)
def test_a_clause_becomes_a_statement_where_the_subject_can_be_told(question: str, said: str) -> None:
    held = presupposed(question)
    assert held is not None
    assert statement(held) == said


def test_words_exclude_each_other_at_one_time_or_for_ever() -> None:
    assert "shut" in opposed("open")
    assert "shut" not in opposed("open", at_one_time=False)
    assert "reject" in opposed("approv", at_one_time=False)
    assert "close" in alike("shut")
    assert opposed("lighthous") == frozenset()


@pytest.mark.parametrize(
    ("text", "ways"),
    [
        ("It rose from 4 t to 6 t.", [1]),
        ("Landings: 11.2 t (2018) → 6.9 t (2023)", [-1]),
        ("They caught 6 t of eel, after 9 t.", [-1]),
        ("They caught 6 t of eel (2021: 9 t) and 5 t of crab (2021: 4 t).", [-1, 1]),
        ("They caught 6 t of eel and 9 t of crab.", []),
    ],
)
def test_figures_that_went_up_or_down_are_read(text: str, ways: list[int]) -> None:
    assert [change.way for change in changes(text)] == ways


def test_a_record_is_high_or_low() -> None:
    assert record("the largest area since 1988") == 1
    assert record("the lowest level ever") == -1
    assert record("the largest room of the house") == 0


def test_a_span_of_weekdays_holds_the_days_between() -> None:
    assert weekdays("Friday to Monday") == {4, 5, 6, 0}
    assert weekdays("on Tuesdays and Thursday") == {1, 3}


WORDS = st.sampled_from(
    sorted(
        listed(
            "why when who how did was the a not no never mill fare raised lowered closed open in 2019 2020 5 t after"
            " from to → , . ? by Ada Brok ( ) largest since Monday insured don’t"
        )
    )
)
TEXTS = st.one_of(st.text(max_size=120), st.lists(WORDS, min_size=3, max_size=25).map(" ".join))


@settings(max_examples=200, deadline=None)
@given(question=TEXTS, texts=st.lists(TEXTS, max_size=4), cosine=st.floats(-1, 1))
def test_whatever_is_asked_nothing_is_raised_and_the_quotes_are_of_the_evidence(
    question: str, texts: list[str], cosine: float
) -> None:
    hits = tuple(
        Hit(Passage(f"p{n}", "d", "s", "T", 7, 7 + len(text), text), 1.0, cosine=0.5) for n, text in enumerate(texts)
    )
    choices = tuple(Choice(Quote(hit, 7, hit.passage.end), 1.0, cosine, 0.5, False) for hit in hits)
    evidence = Evidence(question, hits, choices)
    quotes = {choice.quote for choice in choices}
    for premise in (false_premise(evidence), unfounded(evidence)):
        if premise is not None:
            assert set(premise.instead) <= quotes
            assert len(premise.instead) <= 2
            assert premise.said
