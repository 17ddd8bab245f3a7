"""Questions that a library can answer: their grammar, and that they are answered from where they were made."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest
from conftest import Folder
from hypothesis import given
from hypothesis import strategies as st
from libraries import Open

import rag
from rag.library import Library
from rag.questions import questions_of
from rag.suggestions import Suggestions, parts_of

HERE = Path(__file__).parents[1]


def passage(text: str, title: str = "Tide report 2021", headings: tuple[str, ...] = ()) -> rag.Passage:
    return rag.Passage("p", "d", "s.txt", title, 100, 100 + len(text), text, headings=headings)


def asked(text: str) -> list[str]:
    return [question.text for question in questions_of(passage(text))]


@pytest.mark.parametrize(
    ("sentence", "questions"),
    [
        ("The Tide House was opened on 20 May 2023.", ["When was the Tide House opened?"]),
        (
            "The Tide House was opened by Mayor Hanne Dorrick on 20 May 2023.",
            ["When was the Tide House opened?", "Who opened the Tide House?"],
        ),
        ("The northern gates were first repaired in 1954.", ["When were the northern gates first repaired?"]),
        ("The little tern returned to the sand bar in May 2020.", ["When did the little tern return to the sand bar?"]),
        ("In 1931, Emmet Dansby built a float gauge.", ["When did Emmet Dansby build a float gauge?"]),
        (
            "The harbour board decided on 12 March 2019 to close the dyke road.",
            ["When did the harbour board decide to close the dyke road?"],
        ),
        ("The annual meeting takes place each year before 30 June.", ["When does the annual meeting take place?"]),
        ("The history of the Brelm was written by Agnete Forr.", ["Who wrote the history of the Brelm?"]),
        ("Ada Brok led the survey of the marsh.", ["Who led the survey of the marsh?"]),
        ("The Board has seven members.", ["How many members does the Board have?"]),
        (
            "The harbour office counted 47 flooded cellars in January 2022.",
            ["How many flooded cellars did the harbour office count in January 2022?"],
        ),
        ("In 2023, 4,812 people visited the Tide House.", ["How many people visited the Tide House in 2023?"]),
        ("The yearly fee is 20 crowns for adults.", ["How much is the yearly fee?"]),
        ("The Tide House lies on Farrow Point.", ["Where is the Tide House?"]),
        ("The Brelm is a lagoon of 41.6 km².", ["What is the Brelm?"]),
        ("A tide gauge is an instrument that draws a curve.", ["What is a tide gauge?"]),
        ("Iwan Wyn Roberts (born 26 June 1968) is a Welsh footballer.", ["Who is Iwan Wyn Roberts?"]),
        ("The green book includes all near misses.", ["What does the green book include?"]),
        ("The drainage pumps are used to keep the pastures dry.", ["What are the drainage pumps used for?"]),
    ],
)
def test_a_plain_sentence_makes_a_question_that_reads_well(sentence: str, questions: list[str]) -> None:
    assert asked(sentence) == questions


@pytest.mark.parametrize(
    "sentence",
    [
        "It was opened in 1931.",
        "The house was opened in 1931.",  # which house?
        "The project was completed in 2019.",
        "The gauge that he built was replaced in 2022.",
        "The Tide House was not opened in 1931.",
        "The Tide House was destroyed by fire in 1931.",
        "The Tide House was opened by January 2023.",
        "This Tide House was opened in 1931.",
        "The Raspberry Pi Foundation started by a handful of people in 2012.",
        "The Board met in 2019 and decided nothing.",
        "Salinity was introduced in 1931.",  # a name, or only the beginning of a sentence?
        "The new work took 3 years.",
        "The Board has two weeks.",
        "The greatest mistake is a lack of care.",
        "The Tide House was opened in 1931",
        "Was the Tide House opened in 1931?",
        "Die Schleuse wurde 1931 gebaut und schließt bei Sturm.",
        "La maison a été ouverte en 1931.",
        "date: 2023-01-14; post: P4 Great Kell; species: Brent goose; count: 902.",
    ],
)
def test_what_leans_on_other_words_or_is_no_plain_english_makes_none(sentence: str) -> None:
    assert asked(sentence) == []


def test_a_name_of_one_word_is_one_where_it_has_a_capital_within_a_sentence() -> None:
    assert asked("Brask died on 2 March 1967.") == []
    assert asked("Brask died on 2 March 1967. The gauge of Brask is kept.") == ["When did Brask die?"]


def test_a_question_knows_the_words_that_answer_it() -> None:
    text = "A word before.  The Tide House was\nopened in 2023. A word after."
    [question] = questions_of(passage(text))
    assert text[question.start - 100 : question.end - 100] == "The Tide House was\nopened in 2023."


@given(
    st.text() | st.lists(st.sampled_from("The Tide House was opened in 1931 by Ada . , ( 12 has".split())).map(" ".join)
)
def test_any_text_makes_questions_or_none(text: str) -> None:
    for question in questions_of(passage(text)):
        assert question.text.endswith("?")
        assert question.text[0].isupper()
        assert 100 <= question.start < question.end <= 100 + len(text)


@pytest.mark.parametrize(
    ("title", "heading", "question"),
    [
        ("Tide report 2021", "Boat tours", "What does “Tide report 2021” say about “Boat tours”?"),
        ("Tide report 2021", "Section 2. Members", "What does “Tide report 2021” say about “Members”?"),
        (
            "Tide report 2021",
            "2.1 Open fields of law",
            "What does “Tide report 2021” say about “Open fields of law”?",
        ),
        ("Tide report 2021", "P8 by month", "What does “Tide report 2021” say about “P8 by month”?"),
        ("Tide report 2021", "Introduction", None),
        ("Tide report 2021", "What we promised", None),
        ("Tide report 2021", "BOAT TOURS", None),
        ("Tide report 2021", "Tide report", None),
        ("tide_report.pdf", "Boat tours", None),
        ("Introduction", "Boat tours", None),
        ("Tide report 2021", "Boat tours: <b>now</b>", None),
    ],
)
def test_a_heading_that_names_something_makes_a_question(title: str, heading: str, question: str | None) -> None:
    of_it = passage("The boat takes visitors to the island and back on every Saturday.", title, (title, heading))
    assert [part.text for part in parts_of(of_it)] == ([question] if question else [])


# -- asked of a library


def test_each_beginning_is_answered_from_a_document_of_its_own(station: Library) -> None:
    suggestions = Suggestions(station)
    starters = suggestions.starters(6, seconds=60)
    assert len(starters) == 6
    assert len({starter.split()[0] for starter in starters[:3]}) >= 2  # not three times "When …?"
    answers = [rag.Assistant(station).ask(question) for question in starters]
    assert len({answer.citations[0].passage.document_id for answer in answers}) == 6
    for answer in answers:
        assert answer.refusal is None
        assert {claim.verdict.support for claim in answer.claims} == {rag.Support.SUPPORTED}
    assert suggestions.starters(6, seconds=60) == starters


def test_what_follows_an_answer_is_answered_by_what_it_did_not_use(station: Library) -> None:
    assistant, suggestions = rag.Assistant(station), Suggestions(station)
    answer = assistant.ask("When was the Tide House opened?")
    used = {citation.quote for citation in answer.citations}
    follow_ups = suggestions.follow_ups(answer, 3, seconds=60)
    assert len(follow_ups) == 3
    for question in follow_ups:
        then = assistant.ask(question)
        assert then.refusal is None
        assert then.claims[0].citations[0].quote not in used
    assert not any("Tide House" in question and question.startswith("When was") for question in follow_ups)


def test_a_short_document_is_asked_what_else_it_says(library: Open, empty: Folder) -> None:
    empty.write(
        "house.md",
        "# The Tide House\n\nThe Tide House was opened on 20 May 2023. The yearly fee is 20 crowns. "
        "The annual meeting takes place each year before 30 June.\n",
    )
    opened = library()
    opened.sync(empty)
    answer = rag.Assistant(opened).ask("When was the Tide House opened?")
    follow_ups = Suggestions(opened).follow_ups(answer, seconds=60)
    assert follow_ups
    assert {*follow_ups} <= {"How much is the yearly fee?", "When does the annual meeting take place?"}


@pytest.mark.parametrize("names", [["data/bird-counts-2023.csv"], ["reports/gastbericht-porenwasser-2022.odt"], []])
def test_tables_german_and_nothing_make_no_question(library: Open, names: list[str]) -> None:
    opened = library()
    if names:
        opened.sync(*(HERE / "corpus" / name for name in names))
    assert Suggestions(opened).starters(seconds=60) == []
    answer = rag.Assistant(opened).ask("Wo wächst das Seegras? Where does the Brent goose stay?")
    assert Suggestions(opened).follow_ups(answer, seconds=60) == []


def test_there_is_no_question_where_there_is_no_time(station: Library) -> None:
    suggestions = Suggestions(station)
    begun = time.monotonic()
    assert suggestions.starters(50, seconds=0) == []
    assert suggestions.follow_ups(rag.Assistant(station).ask("When was the Tide House opened?"), seconds=0) == []
    assert time.monotonic() - begun < 30


def test_document_text_is_never_markup_in_a_question(library: Open, empty: Folder) -> None:
    empty.write(
        "bad.md",
        "# A report of <b>tides</b>\n\n## <img src=x onerror=alert(1)>\n\nThe <script>alert(1)</script> House was"
        " opened in 1931.\n\n## Boats {{x}}\n\nThe boat takes visitors to the island and back each Saturday.\n",
    )
    opened = library()
    opened.sync(empty)
    found: Any = Suggestions(opened).starters(seconds=60)
    assert not any(mark in question for question in found for mark in "<>{}")
