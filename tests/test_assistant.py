"""From a question to a footnoted answer, over the sample corpus."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rag import Answer, Assistant, Refusal, Support, Turn
from rag.citations.footnotes import with_footnotes
from rag.library import Library
from rag.models import Embedder
from rag.settings import Settings


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many persons may the Ottoline carry?", "no more than eight persons"),
        ("Who designed the Tide House?", "Senna Trobisk"),
        ("Above what mean wind may no boat leave?", "above 9 m/s"),
        ("How large was the eelgrass in 2022?", "287 hectares"),
        ("What did the Tide House cost?", "226,400 crowns"),
    ],
)
def test_a_question_is_answered_from_the_corpus(station: Library, question: str, said: str) -> None:
    answer = Assistant(station).ask(question)
    assert answer.refusal is None
    assert said in answer.text


@pytest.mark.parametrize("question", ["Who is the mayor of Berlin?", "How do I bake sourdough bread?"])
def test_a_question_that_no_document_answers_is_refused_with_what_came_nearest(station: Library, question: str) -> None:
    answer = Assistant(station).ask(question)
    assert answer.refusal is Refusal.NOT_IN_THE_DOCUMENTS
    assert answer.claims == ()
    assert len(answer.nearest) == 3
    assert set(answer.absent_terms) & {"Berlin", "sourdough"}
    assert f"“{answer.absent_terms[0]}”" in answer.text


def test_nothing_indexed_is_said_with_the_command(tmp_path: Path, shared_embedder: Embedder) -> None:
    with Library(Settings(store=tmp_path / "store")) as library:
        answer = Assistant(library).ask("Is anything here?")
    assert answer.refusal is Refusal.NOTHING_INDEXED
    assert "rag sync" in answer.text


def assert_true(answer: Answer, library: Library) -> None:
    """What every answer owes: quotes byte for byte, claims at their places, marks from 1 on."""
    assert answer.final
    assert [citation.mark for citation in answer.citations] == list(range(1, len(answer.citations) + 1))
    for claim in answer.claims:
        assert answer.text[claim.start : claim.end] == claim.text
        assert claim.verdict.support is Support.SUPPORTED
        for citation in claim.citations:
            document = library.document(citation.passage.document_id)
            assert document.text[citation.start : citation.end] == citation.quote
            words = " ".join(citation.quote.split())
            assert claim.text == words or re.fullmatch(f"According to .+: “{re.escape(words)}”", claim.text)
            assert citation.passage in [hit.passage for hit in answer.hits]


WORDS = ["eelgrass", "sluice", "gates", "board", "Vass", "2022", "why", "how many", "cellars", "of", "?", "salinity"]
QUESTIONS = st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=8).map(" ".join))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(question=QUESTIONS)
def test_any_question_gives_quotes_that_are_the_documents_own(station: Library, question: str) -> None:
    answer = Assistant(station).ask(question)
    assert_true(answer, station)
    assert len(answer.claims) <= 4 + sum(len(disagreement.values) for disagreement in answer.disagreements)
    if answer.refusal in (None, Refusal.NOT_IN_THE_DOCUMENTS):
        assert (answer.refusal is None) == bool(answer.claims)


def test_the_same_question_has_the_same_answer(station: Library) -> None:
    first, second = (Assistant(station).ask("Why was the closing level lowered?") for _ in range(2))
    assert (first.text, first.claims) == (second.text, second.claims)


def test_an_answer_has_at_most_the_sentences_asked_for(station: Library) -> None:
    for limit in (1, 2, 3):
        answer = Assistant(station, sentences=limit).ask("What did the storm of January 2022 do?")
        assert 1 <= len(answer.claims) <= limit


def test_a_question_can_be_kept_to_some_documents(station: Library) -> None:
    answer = Assistant(station, sources="*protocols*").ask("Above what mean wind may no boat leave?")
    assert answer.hits
    assert all("protocols" in hit.passage.source for hit in answer.hits)


def test_an_answer_says_how_long_each_stage_took(station: Library) -> None:
    answer = Assistant(station).ask("Who designed the Tide House?")
    assert set(answer.seconds) == {"rewrite", "search", "weigh", "write", "check"}
    assert answer.writer == "extractive"


def test_footnotes_name_document_place_and_words(station: Library) -> None:
    answer = Assistant(station, sentences=1).ask("Who designed the Tide House?")
    (citation,) = answer.citations
    printed = with_footnotes(answer)
    assert printed.startswith(answer.text)
    assert f"[1] {citation.passage.title}" in printed
    assert f"characters {citation.start}-{citation.end}" in printed
    assert f"“{answer.claims[0].text}”" in printed


def test_both_sides_of_a_disagreement_are_quoted_and_told_apart(station: Library) -> None:
    answer = Assistant(station).ask("How large was the eelgrass in 2022?")
    (disagreement,) = answer.disagreements
    assert {value.value.split()[0] for value in disagreement.values} == {"279", "287"}
    for value in disagreement.values:
        assert value.citation in answer.citations
        assert value.value.split()[0] in answer.text
    assert "The documents differ on the eelgrass in 2022: " in with_footnotes(answer)


def test_an_opinion_is_introduced_by_whose_it_is(station: Library) -> None:
    answer = Assistant(station, sources="*opinion-vass*").ask("Should the gates be closed at night?")
    assert "According to Rolf Vass: “" in answer.text
    for claim in answer.claims:
        assert claim.verdict.support is Support.SUPPORTED


def test_what_a_question_takes_for_granted_is_corrected_with_the_documents_words(station: Library) -> None:
    answer = Assistant(station).ask("Why did the eelgrass shrink between 2022 and 2023?")
    assert answer.refusal is Refusal.FALSE_PREMISE
    assert_true(answer, station)
    assert answer.text.startswith("The question takes for granted that the eelgrass shrank between 2022 and 2023.")
    assert "334 hectares in September 2023, the largest area since" in answer.text


def test_a_follow_up_is_asked_as_what_it_means(station: Library) -> None:
    assistant = Assistant(station)
    question = "How large was the eelgrass in 2022?"
    answer = assistant.ask("and in 2021?", [Turn(question, assistant.ask(question))])
    assert (answer.question, answer.asked_as) == ("and in 2021?", "How large was the eelgrass in 2021?")
    assert "Searched for: How large was the eelgrass in 2021?" in with_footnotes(answer)
    assert answer.refusal is None
