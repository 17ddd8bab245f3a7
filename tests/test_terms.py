"""The words that passages and questions are searched by."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.terms import numbers, question_terms, question_words, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The tides were rising.", ["the", "tide", "were", "rise"]),
        ("ACME-4711", ["acme-4711", "acm", "4711"]),
        ("C++ and C#", ["c++", "and", "c#"]),
        ("3.14 and 1,200,000", ["3.14", "and", "1200000"]),
        ("Zürich, naïve, ŁÓDŹ", ["zurich", "naiv", "łodz"]),
        ("中文", ["中", "文", "中文"]),
        ("潮位計", ["潮", "位", "計", "潮位", "位計"]),
        ("the gauge's reading", ["the", "gaug", "read"]),
        ("snake_case and/or", ["snake_case", "snake", "case", "and/or", "and", "or"]),
        ("ﬁsh", ["fish"]),
        ("!!! … —", []),
        ("", []),
    ],
)
def test_a_text_has_these_terms(text: str, expected: list[str]) -> None:
    assert terms(text) == expected


def test_a_question_is_searched_without_stop_words_and_repetitions() -> None:
    assert question_terms("What is the tide, and when was the tide highest?") == ["tide", "highest"]


def test_a_question_of_stop_words_is_searched_by_them() -> None:
    assert question_terms("What is it?") == ["what", "is", "it"]


def test_a_long_question_is_cut() -> None:
    assert len(question_terms(" ".join(f"word{n}" for n in range(500)))) == 64


def test_the_words_of_a_question_are_kept_as_they_are_written() -> None:
    assert question_words("Does ACME-4711 fit the Pumps?") == {
        "ACME-4711": ("acme-4711", "acm", "4711"),
        "fit": ("fit",),
        "Pumps": ("pump",),
    }


def test_numbers_are_read_without_their_separators() -> None:
    assert numbers("From 1,200 to 3.5 in 2021, and 4711.") == ["1200", "3.5", "2021", "4711"]


@given(st.text(st.characters(), max_size=80))
def test_any_text_has_terms_without_spaces_and_a_question_only_terms_of_its_text(text: str) -> None:
    found = terms(text)
    assert all(term and not any(character.isspace() for character in term) for term in found)
    assert set(question_terms(text)) <= set(found)
    assert terms(text.upper().lower()) == terms(text.upper().lower().upper().lower())


@given(st.text("abcdefg hijk", max_size=40))
def test_case_does_not_matter(text: str) -> None:
    assert terms(text.upper()) == terms(text)
