"""What is a mark and what is only a bracket, and what white space is left where one stood."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.citations.marks import Gap, may_go_on, read_mark

CITED = {
    "[1]": (1,),
    "[ 1 ]": (1,),
    "[1, 3]": (1, 3),
    "[1,3,1]": (1, 3),
    "[1; 3]": (1, 3),
    "[1 3]": (1, 3),
    "[1 and 3]": (1, 3),
    "[1, 2, and 3]": (1, 2, 3),
    "[1-3]": (1, 2, 3),
    "[1–3]": (1, 2, 3),
    "[1,2-4]": (1, 2, 3, 4),
    "【1】": (1,),
    "［１］": (1,),
    "[１，３]": (1, 3),
    "[^1]": (1,),
    "[Passage 1]": (1,),
    "[passage 1]": (1,),
    "[Passages 1, 2 and 5]": (1, 2, 5),
    "[Source 2]": (2,),
    "[doc 3]": (3,),
    "[Document #3]": (3,),
    "[ID:4]": (4,),
    "[Ref. 4]": (4,),
    "[Passage 1, Passage 2]": (1, 2),
    "【2†source】": (2,),
    "[1, p. 3]": (1,),
    "[2: pages 3-4]": (2,),
}


@pytest.mark.parametrize(("written", "passages"), CITED.items(), ids=CITED)
def test_a_mark_cites_passages(written: str, passages: tuple[int, ...]) -> None:
    mark = read_mark(written, 5)
    assert mark
    assert [hit + 1 for hit in mark.hits] == list(passages)
    assert mark.invented == ()


@pytest.mark.parametrize(
    "written",
    [
        "[]",
        "[ ]",
        "[x]",
        "[sic]",
        "[2019]",
        "[1990, 2019]",
        "[1.5]",
        "[1:2]",
        "[a 1]",
        "[12345]",
        "[…]",
        "[1a]",
        "[and]",
    ],
)
def test_other_brackets_are_text(written: str) -> None:
    assert read_mark(written, 5) is None


@pytest.mark.parametrize(
    ("written", "passages", "invented"),
    [
        ("[9]", (), ("[9]",)),
        ("[0]", (), ("[0]",)),
        ("[1, 9]", (1,), ("[9]",)),
        ("[1-500]", (), ("[1-500]",)),
        ("[3-2]", (), ("[3-2]",)),
        ("[Source 9]", (), ("[Source 9]",)),
        ("[Source 2019]", (), ("[Source 2019]",)),
        ("【９】", (), ("【９】",)),
    ],
)
def test_what_points_nowhere_is_kept_as_written(
    written: str, passages: tuple[int, ...], invented: tuple[str, ...]
) -> None:
    mark = read_mark(written, 5)
    assert mark
    assert [hit + 1 for hit in mark.hits] == list(passages)
    assert mark.invented == invented


def test_without_passages_every_mark_points_nowhere() -> None:
    mark = read_mark("[1]", 0)
    assert mark
    assert (mark.hits, mark.invented) == ((), ("[1]",))


@given(st.sampled_from(sorted(CITED)))
def test_a_mark_is_never_given_up_before_it_is_closed(written: str) -> None:
    assert all(may_go_on(written[:size], written[size]) for size in range(1, len(written) - 1))


@pytest.mark.parametrize(
    ("written", "character"), [("[", "["), ("[the", " "), ("[x", "y"), ("[1", "\n"), ("[" + "1 " * 60, "1")]
)
def test_a_bracket_is_given_up_as_soon_as_it_can_be_no_mark(written: str, character: str) -> None:
    assert not may_go_on(written, character)


@given(st.text("[]1,2-a n\n†^【", max_size=60), st.integers(0, 4))
def test_any_bracket_is_read_without_error_and_cites_passages_that_are_there(inside: str, hits: int) -> None:
    mark = read_mark(f"[{inside}]", hits)
    assert mark is None or all(0 <= hit < hits for hit in mark.hits)


@pytest.mark.parametrize(
    ("before", "after", "following", "left"),
    [
        (" ", "", ".", ""),
        (" ", " ", ".", ""),
        (" ", " ", "a", " "),
        ("", "", "a", " "),
        (" ", "", "a", " "),
        (" ", ", ", "a", ", "),
        (" ", "  ", "\n", "  "),
        (" ", "", "\n", ""),
        (" (", "", "a", " ("),
        (" (", ")", ".", ""),
    ],
)
def test_what_is_left_between_words_when_the_mark_is_gone(before: str, after: str, following: str, left: str) -> None:
    gap = Gap()
    assert all(gap.takes(character) for character in before)
    gap.mark()
    assert all(gap.takes(character) for character in after)
    assert gap.closed("x", following) == left
    assert not gap
