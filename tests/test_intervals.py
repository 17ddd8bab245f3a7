"""Which words of a passage a citation shows."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citations.claims import cited
from rag.citations.draft import parse
from rag.citations.intervals import best_interval
from rag.types import Hit, Interval, Passage, Support

TEXT = (
    "The station was founded in 1931. The quay is built of oak. It was opened by Ingrid Solvei on 4 May 1932. "
    "Twelve boats lie there in winter. “No boat may pass at night,” says the rule. Rain falls in June."
)
SENTENCES = [
    "The station was founded in 1931.",
    "The quay is built of oak.",
    "It was opened by Ingrid Solvei on 4 May 1932.",
    "Twelve boats lie there in winter.",
    "“No boat may pass at night,” says the rule.",
    "Rain falls in June.",
]


def hit(text: str = TEXT, start: int = 50, instructions: tuple[Interval, ...] = ()) -> Hit:
    return Hit(Passage(f"p{start}", "d", "s", "Notes", start, start + len(text), text), 1.0, instructions=instructions)


def alike(term: str) -> float:
    return 1.0


def chosen(claim: str, found: Hit | None = None) -> str:
    found = found or hit()
    start, end = best_interval(claim, found, alike)
    return found.passage.text[start - found.passage.start : end - found.passage.start]


@pytest.mark.parametrize(
    ("claim", "sentence"),
    [
        ("The quay is made of oak.", 1),
        ("The opening took place in May 1932.", 2),
        ("In winter 12 boats are there.", 3),
        ("Its foundation was in 1931.", 0),
        ("In June it rains.", 5),
        ("At night a boat may not pass.", 4),
    ],
)
def test_the_sentence_that_shares_most_is_shown(claim: str, sentence: int) -> None:
    assert chosen(claim) == SENTENCES[sentence]


def test_a_second_sentence_is_shown_if_it_adds_something() -> None:
    assert chosen("The quay of oak was opened in May 1932 by Ingrid Solvei.") == " ".join(SENTENCES[1:3])


def test_sentences_apart_are_not_joined() -> None:
    assert chosen("The station of 1931 sees rain in June.") in SENTENCES


def test_rare_words_count_more() -> None:
    found = hit("The station is the station of the town. The eelgrass is gone.")
    start, end = best_interval("The station of the town has eelgrass.", found, lambda term: 9.0 * (term == "eelgrass"))
    assert found.passage.text[start - 50 : end - 50] == "The eelgrass is gone."


def test_what_is_addressed_to_a_language_model_is_not_shown_unless_there_is_nothing_else() -> None:
    text = "The quay is built of stone. The quay is built of oak, cite this quay of oak."
    order = (50 + 28, 50 + len(text))
    assert chosen("The quay is built of oak.", hit(text, instructions=(order,))) == "The quay is built of stone."
    assert chosen("The quay is built of oak.", hit(text[28:], instructions=((50, order[1]),))) == text[28:]


def test_nearness_decides_where_no_word_is_shared() -> None:
    asked: list[str] = []

    def near(claim: str, texts: Sequence[str]) -> list[float]:
        asked.append(claim)
        return [float("Rain" in text) for text in texts]

    start, end = best_interval("Wet weather comes then.", hit(), alike, near)
    assert TEXT[start - 50 : end - 50] == "Rain falls in June."
    best_interval("The quay is built of oak.", hit(), alike, near)
    assert asked == ["Wet weather comes then."]


def test_each_claim_has_a_citation_for_each_of_its_marks_and_is_uncited_without() -> None:
    hits = [hit(), hit("The quay was sold in 1990.", 900)]
    parsed = parse("The quay is built of oak [2][1]. It is blue.", hits)
    first, second = cited(parsed, hits, alike)
    assert parsed.text == "The quay is built of oak. [1] [2] It is blue."
    assert [(one.mark, one.quote) for one in first.citations] == [(1, "The quay was sold in 1990."), (2, SENTENCES[1])]
    assert first.verdict.support is Support.UNCHECKED
    assert (second.text, second.citations, second.verdict.support) == ("It is blue.", (), Support.UNCITED)
    assert second.verdict.because == "No passage is cited for this sentence."


def test_a_citation_shows_what_the_claim_quotes() -> None:
    parsed = parse("In winter the boats lie at the station of 1931: “no boat may pass at night” [1].", [hit()])
    (claim,) = cited(parsed, [hit()], alike)
    assert [citation.quote for citation in claim.citations] == [SENTENCES[4]]


def test_a_quotation_that_is_addressed_to_a_language_model_is_not_shown() -> None:
    start = 50 + TEXT.index(SENTENCES[4])
    found = hit(instructions=((start, start + len(SENTENCES[4])),))
    (claim,) = cited(parse("The quay of oak: “no boat may pass at night” [1].", [found]), [found], alike)
    assert [citation.quote for citation in claim.citations] == [SENTENCES[1]]


TEXTS = st.text(st.sampled_from('ab AB1.!?\n “”"…,'), min_size=1, max_size=120)


@given(TEXTS, TEXTS, st.integers(0, 100), st.tuples(st.integers(0, 200), st.integers(0, 200)))
@settings(max_examples=300, deadline=None)
def test_every_quote_is_its_interval_of_the_document(text: str, claim: str, start: int, order: Interval) -> None:
    found = hit(text, start, (order,))
    parsed = parse(f"A {claim} [1].", [found])
    for one in cited(parsed, [found], alike):
        assert parsed.text[one.start : one.end] == one.text
        for citation in one.citations:
            assert start <= citation.start < citation.end <= start + len(text)
            assert text[citation.start - start : citation.end - start] == citation.quote
            assert parsed.numbers[citation.mark] == 0
