"""Where documents give different values for what is asked, and where they only seem to."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rag.evidence import Choice, Evidence, Quote, gather
from rag.evidence.disagreement import disagreements
from rag.models import Embedder
from rag.types import Disagreement, Hit, Passage

DATES = {"guide": "2019-04-01", "letter": "2021-06-30", "report": "2023", "": ""}


def hit(text: str, document: str, title: str = "", headings: tuple[str, ...] = ()) -> Hit:
    title = title or f"The ferry {document}"
    passage = Passage("p" + document, document, f"{document}.txt", title, 50, 50 + len(text), text, None, headings)
    return Hit(passage, 1.0, cosine=0.6)


def date_of(document_id: str) -> str:
    return DATES.get(document_id, "")


Found = Callable[..., list[tuple[str, str]]]


@pytest.fixture
def evidence(embedder: Embedder) -> Callable[..., Evidence]:
    def of(question: str, *hits: Hit) -> Evidence:
        return gather(question, hits, embedder, lambda term: 1.0)

    return of


@pytest.fixture
def found(evidence: Callable[..., Evidence]) -> Found:
    """The values reported with their dates, newest first."""

    def values(question: str, *hits: Hit) -> list[tuple[str, str]]:
        reported = disagreements(evidence(question, *hits), date_of)
        return [(value.value, value.date) for disagreement in reported for value in disagreement.values]

    return values


def test_two_documents_that_give_different_values_are_reported_the_newer_first(found: Found) -> None:
    assert found(
        "How much did the new pier cost?",
        hit("The new pier cost 212,000 euros.", "guide"),
        hit("The final cost of the new pier was 226,400 euros.", "letter"),
    ) == [("226,400 euros", "2021-06-30"), ("212,000 euros", "2019-04-01")]


def test_a_rule_that_was_replaced_is_reported_with_the_date_since_which_it_holds(found: Found) -> None:
    assert found(
        "What is the wind limit of the ferry?",
        hit("The ferry does not leave if the wind is above 11 m/s.", "guide"),
        hit("Since 15 January 2024 the ferry does not leave if the wind is above 9 m/s.", "letter"),
    ) == [("above 9 m/s", "2024-01-15"), ("above 11 m/s", "2019-04-01")]


def test_a_sentence_that_corrects_another_document_is_reported(found: Found) -> None:
    assert found(
        "How large was the reed bed in 2022?",
        hit("The reed bed covered 287 hectares in September 2022.", "guide"),
        hit("The reed bed in 2022 was first printed as 287, now 279.", "letter"),
    ) == [("279", "2021-06-30"), ("287 hectares", "2019-04-01")]


def test_a_value_that_its_own_sentence_corrects_has_no_date(found: Found) -> None:
    assert found(
        "How many pages has the form of the harbour fund?",
        hit("The form of the harbour fund was shortened from six pages to two.", "guide"),
    ) == [("two", "2019-04-01"), ("six pages", "")]


def test_a_bound_that_excludes_a_count_is_reported(found: Found) -> None:
    assert found(
        "How many cellars were flooded in January 2022?",
        hit("In the storm of January 2022, over sixty cellars were flooded.", "guide"),
        hit("The town counted 47 flooded cellars after the storm of January 2022.", "letter"),
    ) == [("47 flooded cellars", "2021-06-30"), ("over sixty cellars", "2019-04-01")]


def test_times_of_day_that_differ_are_reported(found: Found) -> None:
    assert found(
        "At what time did the water reach its highest level?",
        hit("The water reached its highest level at 04:20 on 9 January 2022.", "guide"),
        hit("The highest level of the water was read at 04:35 on 9 January 2022.", "letter"),
    ) == [("04:35", "2021-06-30"), ("04:20", "2019-04-01")]


def test_years_of_one_event_that_differ_are_reported(found: Found) -> None:
    assert found(
        "When was the iron bridge opened?",
        hit("The iron bridge was opened by the mayor in 1931.", "guide"),
        hit("The iron bridge was opened by the mayor in 1932.", "letter"),
    ) == [("1932", "2021-06-30"), ("1931", "2019-04-01")]


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        ("How high was the tide?", "The tide was 3.18 m high.", "The tide was 3.2 m high."),
        ("How large is the reed bed?", "The reed bed covers 287 ha.", "The reed bed covers about 290 hectares."),
        ("How long is the pier?", "The pier is 175 cm long.", "The pier is 1.75 m long."),
        ("When was the bridge opened?", "The bridge was opened in 1931.", "The bridge was opened on 4 May 1931."),
    ],
)
def test_values_that_are_the_same_are_no_disagreement(found: Found, question: str, one: str, other: str) -> None:
    assert found(question, hit(one, "guide"), hit(other, "letter")) == []


@pytest.mark.parametrize(
    ("question", "one", "other"),
    [
        (
            "How large was the reed bed?",
            "The reed bed covered 248 hectares in 2021.",
            "The reed bed covered 287 hectares in 2022.",
        ),
        (
            "How many geese were counted?",
            "The highest number of geese in the winter of 2020/21 was 1,205.",
            "The highest number of geese in the winter of 2021/22 was 1,310.",
        ),
        (
            "What is the depth of the lake?",
            "The mean depth of the lake is 2.3 m.",
            "The greatest depth of the lake is 4.4 m.",
        ),
        (
            "What does the new pier cost?",
            "The planned cost of the new pier is 200,000 euros.",
            "The cost of the new pier is 226,400 euros.",
        ),
        (
            "What was the salinity in summer 2021?",
            "Post: P7 Old Mouth; Year: 2021; Salinity (%): 2.2",
            "Post: P9 Sluice; Year: 2021; Salinity (%): 2.5",
        ),
        (
            "How many persons may the Gannet carry?",
            "The Gannet carries no more than eight persons.",
            "The Puffin carries no more than three persons.",
        ),
        (
            "How large is the reed bed?",
            "The reed bed covers 287 hectares.",
            "The reed bed is 39 hectares more than the year before.",
        ),
        (
            "How much does an adult pay for the ferry?",
            "An adult pays 6 euros for the ferry.",
            "A child pays 3 euros for the ferry.",
        ),
        (
            "How many members has the board?",
            "The board has seven members.",
            "The board has a quorum if four members are present.",
        ),
        (
            "How long was the longest leaf?",
            "The longest leaf measured 91 cm.",
            "Area (ha): 27; Longest leaf (cm): 91; Quadrat (m): 0.5; Remarks: Area formerly 28 ha",
        ),
        (
            "When does the ferry house open?",
            "The ferry house was opened on 20 May 2023.",
            "The ferry house is open from 1 April to 31 October.",
        ),
    ],
)
def test_values_of_other_things_and_times_are_no_disagreement(
    found: Found, question: str, one: str, other: str
) -> None:
    assert found(question, hit(one, "guide"), hit(other, "letter")) == []


def test_two_values_in_one_document_are_no_disagreement(found: Found) -> None:
    text = "The old pier cost 212,000 euros. The new pier cost 226,400 euros."
    assert found("How much did the pier cost?", hit(text, "guide")) == []


def test_a_year_in_the_title_is_the_year_of_what_was(found: Found) -> None:
    assert (
        found(
            "How high was the income of the ferry?",
            hit("Income of the ferry was 531,000 euros.", "guide", "Annual Report 2021"),
            hit("Income of the ferry was 548,000 euros.", "letter", "Annual Report 2022"),
        )
        == []
    )


@pytest.mark.parametrize("question", ["Why is the pier closed?", "Who built the pier?", "Is the pier 3 m wide?", ""])
def test_a_question_that_no_value_answers_has_no_disagreement(found: Found, question: str) -> None:
    one, other = hit("The pier is 3 m wide.", "guide"), hit("The pier is 4 m wide.", "letter")
    assert found(question, one, other) == []


def test_nothing_found_is_no_disagreement() -> None:
    assert disagreements(Evidence("How wide is the pier?", (), ()), date_of) == ()


@pytest.fixture
def piers(evidence: Callable[..., Evidence]) -> Evidence:
    one = hit("Rain fell all day. The old pier is 30 m long.", "guide")
    return evidence("How long is the old pier?", one, hit("The old pier is 34 m long.", "letter"))


def reported(evidence: Evidence) -> Sequence[Disagreement]:
    return disagreements(evidence, date_of)


def test_a_disagreement_says_what_it_is_about_and_cites_whole_sentences(piers: Evidence) -> None:
    (disagreement,) = reported(piers)
    assert disagreement.about == "the old pier"
    for value in disagreement.values:
        citation = value.citation
        passage = citation.passage
        assert passage.text[citation.start - passage.start : citation.end - passage.start] == citation.quote
        assert value.value in citation.quote


WORDS = st.sampled_from(
    ["The", "pier", "is", "was", "47", "12.5 m", "over sixty", "2022", "first printed as", "now", "cost", "£3", "04:20",
     "; Year: ", "Length (m): 3", "from", "to", "five boats", "mean", "It", "since 4 May 2019", "."]
)  # fmt: skip


@example(["47 pier £3 over sixty Length (m): 3 over sixty first printed as"], 0)
@given(st.lists(st.lists(WORDS, min_size=3, max_size=12).map(" ".join), min_size=1, max_size=4), st.integers(0, 3))
def test_whatever_is_said_a_report_has_two_to_four_values_in_their_own_words(texts: list[str], asked: int) -> None:
    question = ["How long is the pier?", "How many boats?", "When was the pier built?", "What is the pier?"][asked]
    hits = [hit(text, f"d{place}") for place, text in enumerate(texts)]
    choices = tuple(
        Choice(Quote(each, 50, 50 + len(each.passage.text)), 1.0 - place / 10, 0.5, 0.5, True)
        for place, each in enumerate(hits)
    )
    for disagreement in disagreements(Evidence(question, tuple(hits), choices), date_of):
        assert 2 <= len(disagreement.values) <= 4
        assert len({value.value for value in disagreement.values}) == len(disagreement.values)
        for value in disagreement.values:
            assert value.value in " ".join(value.citation.quote.split())
