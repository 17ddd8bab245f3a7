"""When there is enough to answer, and which words of a question are said to be missing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import Evidence, gather
from rag.evidence.matches import Match, is_misspelt, matched, met
from rag.evidence.sufficiency import (
    ENOUGH,
    ENOUGH_FOR_A_MODEL,
    is_enough,
    lacks_a_number,
    lacks_the_kind,
    likelihood,
    missing,
)
from rag.models import Embedder
from rag.types import Hit, Passage

TEXT = "The ferry Alkyone carries 64 passengers. It was built in 1958 and repaired in 2016 by Brandt and Sons."


def hit(text: str = TEXT, title: str = "The ferries", source: str = "notes.txt") -> Hit:
    passage = Passage("p" + title, "d" + title, source, title, 0, len(text), text)
    return Hit(passage, 1.0, cosine=0.6)


def evidence_of(embedder: Embedder, question: str, *hits: Hit) -> Evidence:
    return gather(question, hits or [hit()], embedder, lambda term: 1.0)


def everywhere(term: str) -> int:
    return 1


@pytest.mark.parametrize(
    ("answered", "near_miss"),
    [
        ("How many passengers does the Alkyone carry?", "How many passengers does the Meridian carry?"),
        ("When was the Alkyone built?", "When was the Alkyone insured?"),
        ("Who repaired the Alkyone in 2016?", "Who repaired the Alkyone in 2019?"),
    ],
)
def test_a_question_with_a_word_that_nothing_found_meets_is_less_likely_answered(
    embedder: Embedder, answered: str, near_miss: str
) -> None:
    assert likelihood(evidence_of(embedder, answered)) > likelihood(evidence_of(embedder, near_miss))


def test_a_year_that_other_documents_have_is_missing_where_the_answer_would_stand(embedder: Embedder) -> None:
    evidence = evidence_of(embedder, "Who repaired the Alkyone in 2019?")
    assert missing(evidence) == ["2019"]
    assert is_enough(evidence_of(embedder, "Who repaired the Alkyone in 2016?"), everywhere)
    assert not is_enough(evidence, everywhere)


def test_a_year_in_the_name_of_the_file_is_met(embedder: Embedder) -> None:
    asked = "Who repaired the Alkyone in 2019?"
    assert missing(evidence_of(embedder, asked, hit(source="ships/report-2019.txt"))) == []


def test_a_word_that_means_nearly_the_same_is_not_missing(embedder: Embedder) -> None:
    assert missing(evidence_of(embedder, "Which boat takes the most passengers?")) == []


def test_a_language_model_is_asked_where_an_extractive_answer_is_refused() -> None:
    assert ENOUGH_FOR_A_MODEL < ENOUGH


def test_the_limit_decides(embedder: Embedder) -> None:
    evidence = evidence_of(embedder, "When was the Alkyone built?")
    exact = likelihood(evidence)
    assert is_enough(evidence, everywhere, enough=exact)
    assert not is_enough(evidence, everywhere, enough=exact + 0.01)


def test_a_name_that_is_misspelt_by_one_letter_is_not_taken_for_an_absent_one(embedder: Embedder) -> None:
    evidence = evidence_of(embedder, "When was the Alkyonne built?")
    assert is_enough(evidence, lambda term: 0 if term.startswith("alkyonn") else 1)
    other = evidence_of(embedder, "When was the Halcyon built?")
    assert not is_enough(other, lambda term: 0 if term == "halcyon" else 1)


def test_without_sentences_nothing_is_likely_and_without_telling_words_nothing_is_missing(embedder: Embedder) -> None:
    assert likelihood(Evidence("Who?", (), ())) == 0.0
    assert missing(Evidence("Who?", (), ())) == []
    assert matched("Who?", [], np.empty((0, 384), np.float32), embedder, lambda term: 1.0) == ()


def test_a_better_met_word_never_makes_an_answer_less_likely(embedder: Embedder) -> None:
    evidence = evidence_of(embedder, "When was the Alkyone built?")
    found = []
    for likeness in (0.0, 0.3, 0.6, 0.9, 1.0):
        words = (Match("Alkyone", 2.0, likeness, 0.0), Match("built", 1.0, 1.0, 0.0))
        found.append(likelihood(replace(evidence, words=words)))
    assert found == sorted(found)


def test_met_is_a_mean_of_logarithms_in_which_rare_words_count_for_more() -> None:
    assert met([1.0, 1.0], [2.0, 1.0]) == 0.0
    assert met([0.5], [3.0]) == pytest.approx(np.log(0.5))
    assert met([0.5, 1.0], [4.0, 1.0]) == pytest.approx(np.log(0.5) * 2 / 3, abs=1e-4)


@pytest.mark.parametrize("typed", ["harbor", "harbouur", "harbuor", "barbour", "harbou"])
def test_one_letter_wrong_missing_too_much_or_swapped_is_misspelt(typed: str) -> None:
    assert is_misspelt(typed, "harbour")
    assert is_misspelt("harbour", typed)


@pytest.mark.parametrize(
    ("one", "other"),
    [("harbour", "harbour"), ("harbour", "hrbuor"), ("eel", "eels"), ("2019", "2018"), ("p10000", "p10001")],
)
def test_equal_short_and_numbered_words_and_two_letters_are_not(one: str, other: str) -> None:
    assert not is_misspelt(one, other)


@given(st.text("abc", min_size=5, max_size=9), st.text("abc", min_size=5, max_size=9))
def test_being_misspelt_goes_both_ways(one: str, other: str) -> None:
    assert is_misspelt(one, other) == is_misspelt(other, one)


@given(st.text(max_size=60))
def test_any_text_is_a_question(embedder: Embedder, question: str) -> None:
    evidence = evidence_of(embedder, question)
    assert 0.0 <= likelihood(evidence) <= 1.0
    assert all(0.0 <= match.likeness <= 1.0 for match in evidence.words)
    assert set(missing(evidence)) <= {match.word for match in evidence.words}


@pytest.mark.parametrize(
    ("question", "enough"),
    [
        ("How many pairs of gulls were counted in 2021?", True),
        ("How many pairs of gulls were counted in 2020?", False),  # of which another sentence speaks
        ("How high is the mast of the Alkyone?", True),
        ("How old is the mast of the Alkyone?", False),
        ("What colour is the mast of the Alkyone?", False),
        ("What did the mast of the Alkyone cost?", False),
    ],
)
def test_the_year_and_the_kind_of_value_that_are_asked_for_must_be_there(
    embedder: Embedder, question: str, enough: bool
) -> None:
    text = (
        "The warden counted 140 pairs of gulls on the dyke in 2021. He counted 155 pairs of gulls in 2022. "
        + "The path along the dyke was closed for half a year while the stones were set anew by the county. " * 2
        + "In 2020 it rained. The mast of the Alkyone is nine metres high and was made by Ivo Strand."
    )
    passage = Passage("p", "d", "notes.txt", "Notes", 0, len(text), text)
    evidence = gather(question, [Hit(passage, 1.0, cosine=0.6)], embedder, lambda term: 1.0)
    assert (not lacks_a_number(evidence) and not lacks_the_kind(evidence)) is enough
