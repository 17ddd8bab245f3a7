"""Which sentences are chosen, and in what order."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from rag.citations import quoted
from rag.evidence import Evidence, Quote, gather
from rag.evidence.sufficiency import absent_words, is_enough, likelihood
from rag.models import Embedder
from rag.types import Hit, Passage
from rag.writing.extractive import choose


def hit(text: str, title: str = "Harbour notes", headings: tuple[str, ...] = (), start: int = 100) -> Hit:
    passage = Passage("p" + title, "d" + title, "notes.txt", title, start, start + len(text), text, None, headings)
    return Hit(passage, 1.0, cosine=0.6)


Chosen = Callable[..., list[str]]


def evidence_of(embedder: Embedder, question: str, *hits: Hit) -> Evidence:
    return gather(question, hits, embedder, lambda term: 1.0)


@pytest.fixture
def chosen(embedder: Embedder) -> Chosen:
    def texts(question: str, *hits: Hit) -> list[str]:
        return [choice.quote.text for choice in choose(evidence_of(embedder, question, *hits))]

    return texts


def test_the_sentence_that_answers_comes_first(chosen: Chosen) -> None:
    text = "The quay was built of oak. The quay was opened on 4 May 1931. Fish is sold on Fridays."
    assert chosen("When was the quay opened?", hit(text))[0] == "The quay was opened on 4 May 1931."


def test_a_sentence_that_leans_on_the_one_before_brings_it_along(chosen: Chosen) -> None:
    text = "The Tide House stands by the gauge. It was designed by Senna Trobisk. Rain fell all day."
    assert chosen("Who designed the Tide House?", hit(text))[:2] == [
        "The Tide House stands by the gauge.",
        "It was designed by Senna Trobisk.",
    ]


def test_a_sentence_that_announces_brings_what_it_announces(chosen: Chosen) -> None:
    text = "Mr Vass asks for three things. First, fewer hours. Second, night closing. Third, two seats for the Guild."
    assert chosen("What three things does Vass ask for?", hit(text)) == [
        "Mr Vass asks for three things.",
        "First, fewer hours.",
        "Second, night closing.",
        "Third, two seats for the Guild.",
    ]


def test_a_document_s_own_marks_behind_a_sentence_are_not_quoted(chosen: Chosen) -> None:
    text = "The quay was opened on 4 May 1931. [1][12] Fish is sold on Fridays. [2]"
    assert chosen("When was the quay opened?", hit(text))[0] == "The quay was opened on 4 May 1931."


def test_what_two_documents_say_in_the_same_words_is_said_once(chosen: Chosen) -> None:
    text = "The lagoon is 17 km long."
    assert chosen("How long is the lagoon?", hit(text), hit(text, "A second report")) == [text]


def test_two_values_for_the_same_thing_are_both_shown(chosen: Chosen) -> None:
    first = hit("The eelgrass covered 287 hectares in September 2022.", "Report of 2022")
    second = hit("The corrected value for the eelgrass in 2022 is 279 hectares.", "Report of 2023")
    said = chosen("How many hectares of eelgrass were there in 2022?", first, second)
    assert len(said) == 2


def test_headings_and_questions_are_not_answers(chosen: Chosen) -> None:
    text = "Opening hours of the house\n\nWhen is the house open? The house is open from ten to four."
    said = chosen("When is the house open?", hit(text, headings=("Opening hours of the house",)))
    assert said == ["The house is open from ten to four."]


def test_signatures_and_heads_of_tables_are_not_answers(chosen: Chosen) -> None:
    text = "Premises and rent\n\nMonthly basic rent\n\n/s/ John S. Teutsch\n\nThe rent is 4,100 crowns a month."
    assert chosen("What is the monthly rent of the premises?", hit(text)) == ["The rent is 4,100 crowns a month."]


def test_no_hits_give_no_sentences(embedder: Embedder) -> None:
    nothing = evidence_of(embedder, "Anything?")
    assert choose(nothing) == []
    assert likelihood(nothing) == 0.0


def test_quotes_become_claims_with_marks_and_places() -> None:
    found = hit("One fact.\nIt runs\nover lines. Another.", start=50)
    quotes = [Quote(found, 60, 79), Quote(found, 50, 59)]
    answer = quoted("Q?", "Q?", quotes, [found])
    assert answer.text == "It runs over lines. [1] One fact. [2]"
    assert [(claim.start, claim.end) for claim in answer.claims] == [(0, 19), (24, 33)]
    assert [citation.quote for citation in answer.citations] == ["It runs\nover lines.", "One fact."]


def test_a_quote_outside_its_passage_is_never_made() -> None:
    found = hit("One fact.", start=50)
    with pytest.raises(ValueError, match="not within the passage"):
        quoted("Q?", "Q?", [Quote(found, 40, 55)], [found])


def test_absent_words_are_named_as_they_were_typed() -> None:
    held = {"quay": 3, "open": 2}
    assert absent_words("Was the Quay opened in Zanzibar by ACME-4711?", lambda term: held.get(term, 0)) == [
        "Zanzibar",
        "ACME-4711",
    ]


def test_a_name_or_number_that_no_document_has_is_refused_however_near_the_rest(embedder: Embedder) -> None:
    found = hit("The quay was opened on 4 May 1931 by the mayor.")

    def enough(question: str, absent: str = "") -> bool:
        return is_enough(evidence_of(embedder, question, found), lambda term: 0 if term == absent else 1)

    assert enough("When was the quay opened?")
    assert not enough("When was the quay opened by Zanzibar?", "zanzibar")
    assert not enough("Was the quay opened in 1987?", "1987")
