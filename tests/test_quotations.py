"""What an answer quotes must stand in a passage that it cites, word for word and digit for digit."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citations.quotations import find_quotation, quotations, unfound_quotations
from rag.types import Citation, Claim, Passage

TEXT = 'The mayor said: “We will not\nclose the dyke – never.” It cost 1,200 crowns, rose by 3.5 m and fell "at once".'


def passage(
    text: str = TEXT, title: str = "Minutes of the board", headings: tuple[str, ...] = ("The dyke road",)
) -> Passage:
    return Passage("p", "d", "s", title, 100, 100 + len(text), text, None, headings)


def claim(text: str, *passages: Passage) -> Claim:
    citations = tuple(Citation(1, cited, cited.start, cited.end, cited.text) for cited in passages)
    return Claim(text, 0, len(text), citations)


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ("He said “we will not” and left.", ["we will not"]),
        ('He said "we will not" and left.', ["we will not"]),
        ("Er sagte „wir gehen nicht“ dann.", ["wir gehen nicht"]),
        ("Il dit « nous partons » puis.", [" nous partons "]),
        ("He said ‘it’s not so’ and left.", ["it’s not so"]),
        ("“One ‘and the’ other” and “two “and three” four”", ["One ‘and the’ other", "two “and three” four"]),
        ("The “dyke” is “3” m.", ["3"]),
        ("It’s the boys’ own and the ’90s were Per’s.", []),
        ('An “open one and a 5" disk with a 6" one', []),
        ("An “open one\n\nends at the” paragraph", []),
        ("Closed” one “two three”", ["two three"]),
        ("(“two three”)", ["two three"]),
    ],
)
def test_quotations_are_what_stands_in_quotation_marks(text: str, quoted: list[str]) -> None:
    assert [text[start:end] for start, end in quotations(text)] == quoted


@pytest.mark.parametrize(
    "words",
    [
        "We will not close the dyke",
        "we will not close the dyke - never.",
        "will not close the dyke,",
        "[w]e will not",
        "We will … the dyke",
        "We will [...] never",
        "said: 'We will not",
        "cost 1,200 crowns",
        "the mayor said",
        "fell 'at once'",
        "Minutes of the board",
        "dyke road",
        "We **will not** close",
    ],
)
def test_a_quotation_may_differ_in_what_does_not_matter(words: str) -> None:
    assert unfound_quotations(claim(f"It says “{words}” there.", passage())) == []


@pytest.mark.parametrize(
    "words",
    [
        "We will close the dyke",
        "We will not shut the dyke",
        "never … We will",
        "cost 1,300 crowns",
        "cost 1200 crowns",
        "cost 1,20",
        "rose by 3",
        "5 m and",
        "The mayor SAID",
        "he mayor said",
    ],
)
def test_a_quotation_may_not_differ_in_words_or_digits(words: str) -> None:
    assert unfound_quotations(claim(f"It says “{words}” there.", passage())) == [words]


def test_a_quotation_must_stand_in_a_passage_that_is_cited() -> None:
    text = "It says “at once and never again” there."
    other = passage("They left at once and never again.")
    assert unfound_quotations(claim(text)) == ["at once and never again"]
    assert unfound_quotations(claim(text, passage())) == ["at once and never again"]
    assert (
        unfound_quotations(
            claim(
                text,
                passage(),
                Passage(
                    "q", *(getattr(other, name) for name in ("document_id", "source", "title", "start", "end", "text"))
                ),
            )
        )
        == []
    )


def test_the_place_of_a_quotation_is_an_interval_of_the_document() -> None:
    found = find_quotation("we will not close the dyke", passage())
    assert found
    assert TEXT[found[0] - 100 : found[1] - 100] == "We will not\nclose the dyke"
    assert find_quotation("Minutes of the board", passage()) is None


@given(st.text("ab 1.,-–\n“”'…[]", min_size=1, max_size=40), st.data())
def test_every_slice_of_whole_words_is_found_where_it_says_so(text: str, data: st.DataObject) -> None:
    words = text.split()
    if not words:
        return
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    found = find_quotation(" ".join(words[first : last + 1]), passage(text))
    if found:
        assert 100 <= found[0] <= found[1] <= 100 + len(text)


@given(st.text('“”„«»‘’" a1\n', max_size=80))
def test_quotations_are_in_order_and_apart(text: str) -> None:
    last = 0
    for start, end in quotations(text):
        assert last <= start < end <= len(text)
        last = end


@pytest.mark.parametrize("unit", ["“", "”", '"', '" ', "‘a ", "“a ”b ", "…", "a ", "[a]"])
def test_hostile_texts_are_read(unit: str) -> None:
    text = unit * (200_000 // len(unit))
    assert all(start < end for start, end in quotations(text))
    assert find_quotation(text[:20_000], passage("zzz")) is None
