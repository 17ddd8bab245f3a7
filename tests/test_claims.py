"""A draft becomes a text with claims: what a reader sees, while it is written and at the end."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.citations.draft import Draft, Parsed, parse
from rag.types import Hit, Passage


def hits(count: int) -> list[Hit]:
    return [Hit(Passage(f"p{place}", "d", "s", "t", 0, 5, "words"), 1.0) for place in range(count)]


EIGHT = hits(8)


def said(draft: str) -> list[tuple[str, tuple[int, ...]]]:
    """Each claim with the passages it cites, by the numbers of the draft."""
    parsed = parse(draft, EIGHT)
    return [(parsed.text[claim.start : claim.end], tuple(hit + 1 for hit in claim.hits)) for claim in parsed.claims]


SHOWN = {
    "a mark before the full stop": ("The sea rose by 3 m [2, 5].", "The sea rose by 3 m. [1] [2]"),
    "a mark after the full stop": ("It rose. [1] It fell. [2]", "It rose. [1] It fell. [2]"),
    "a mark that touches the next sentence": ("It rose.[1]It fell.[2]", "It rose. [1] It fell. [2]"),
    "a mark in the middle": ("It rose [3] by 3 m [1]. It fell.", "It rose by 3 m. [1] [2] It fell."),
    "a mark named twice": ("It rose [1] by 3 m [1, 1].", "It rose by 3 m. [1]"),
    "numbers by first appearance": ("A fell [7]. B fell [2]. C fell [7].", "A fell. [1] B fell. [2] C fell. [1]"),
    "nothing between marks is left": (
        "It rose [1], [2] and [3], then fell [4].",
        "It rose, then fell. [1] [2] [3] [4]",
    ),
    "brackets around marks": ("It rose ([1], [2]).", "It rose. [1] [2]"),
    "words that only a mark separated": ("From 10[1]20 m", "From 10 20 m [1]"),
    "a full stop on both sides": ("“It rose.” [1]. It fell.", "“It rose.” [1] It fell."),
    "bold": ("**It rose [1].** It fell *fast [2]*.", "**It rose.** [1] It fell *fast*. [2]"),
    "a list": ("- pears [2]\n- plums [1]\n", "- pears [1]\n- plums [2]"),
    "a row of a table": ("| a | b |\n|---|---|\n| x [1] | 3 |\n", "| a | b |\n|---|---|\n| x | 3 [1] |"),
    "a heading": ("## Tides [1]\n\nIt rose.", "## Tides [1]\n\nIt rose."),
    "marks on a line of their own": ("It rose.\n[1] [2]\n\nIt fell.", "It rose. [1] [2]\n\nIt fell."),
    "a mark that begins a line": ("It rose.\n\n[1] says it fell.", "It rose.\n\nsays it fell. [1]"),
    "a footnote": ("It rose [^1].\n\n[^1]: Annual report", "It rose. [1]\n\nAnnual report [1]"),
    "an abbreviation": (
        "It is approx. 3 m [1] high, as Dr. Smith says.",
        "It is approx. 3 m high, as Dr. Smith says. [1]",
    ),
    "sentences in a quotation": ("He said: “It rose. It fell.” [1] Then", "He said: “It rose. It fell.” [1] Then"),
    "no space in Chinese": ("今天下雨[1]。我们走！[2]好", "今天下雨。 [1] 我们走！ [2] 好"),
    "white space at the end": ("  It rose [1].  \n\n", "It rose. [1]"),
    "inline code": ("`x[1]` rose. It `is [2]` so. [3]", "`x[1]` rose. It `is [2]` so. [1]"),
    "a backtick that is not closed": ("It `is so [1]. Yes", "It `is so. [1] Yes"),
    "a code block": ("It rose [1]:\n```py\nx[2]\n```\nYes [3]", "It rose: [1]\n```py\nx[2]\n```\nYes [2]"),
    "a link": (
        "See [1](http://x.org/[2]) and [the map](map.png) [2].",
        "See [1](http://x.org/[2]) and [the map](map.png). [1]",
    ),
    "brackets behind a mark": ("It rose [1](page 3).", "It rose (page 3). [1]"),
    "a link definition": ("See [it][x].\n\n[1]: http://x.org [2]\nYes", "See [it][x].\n\n[1]: http://x.org [2]\nYes"),
    "years and words in brackets": ("It rose [sic] in [2019] by [x].", "It rose [sic] in [2019] by [x]."),
    "a line that goes on": ("It rose\nby 3 m [1].", "It rose\nby 3 m. [1]"),
    "a hard line break": ("It rose [1]  \nIt fell", "It rose [1]  \nIt fell"),
    "an escaped bracket": ("It rose \\[1\\] \\[x\\].", "It rose \\[x\\]. [1]"),
}


@pytest.mark.parametrize(("draft", "text"), SHOWN.values(), ids=SHOWN)
def test_marks_stand_behind_the_sentence_they_belong_to(draft: str, text: str) -> None:
    assert parse(draft, EIGHT).text == text


CLAIMED = {
    "the sentence without a mark is not cited": ("It rose. It fell [1].", [("It rose.", ()), ("It fell.", (1,))]),
    "also after an open bracket": ("It (rose. It fell. [1]", [("It (rose.", ()), ("It fell.", (1,))]),
    "after the full stop is before the next": ("It rose. [1] It fell.", [("It rose.", (1,)), ("It fell.", ())]),
    "an abbreviation before a mark": ("It was 5 p.m. [1] Per left.", [("It was 5 p.m.", (1,)), ("Per left.", ())]),
    "after a quotation": ("He said “It rose.” [2] So.", [("He said “It rose.”", (2,)), ("So.", ())]),
    "headings are no claims": ("# Tides of 2020\n\nIt rose.\n\nSums\n====\n**Names**\n", [("It rose.", ())]),
    "what cites is a claim": ("# Tides [1]\n**Names:** [2]", [("Tides", (1,)), ("Names:", (2,))]),
    "lead-ins are no claims": ("The reasons are:\n- It rose.", [("It rose.", ())]),
    "lead-ins that tell something are": (
        "In 1998 it fell:\nSo Per Lund said:",
        [("In 1998 it fell:", ()), ("So Per Lund said:", ())],
    ),
    "rules and code are none": ("---\n```\nIt rose.\n```\n***\n~~~\nIt.\n", []),
    "bold around it does not belong to it": (
        "**It rose.** **It** fell **fast**",
        [("It rose.", ()), ("**It** fell **fast**", ())],
    ),
    "bold around two": ("**It rose. It fell.**", [("It rose.", ()), ("It fell.", ())]),
    "bullets do not": ("1. It rose.\n> It fell.\n* [1] So", [("It rose.", ()), ("It fell.", ()), ("So", (1,))]),
    "a table's head is none": ("|a|b|\n|-|-|\n|c|d [1]|", [("c|d", (1,))]),
    "every line ends one": ("It rose [1]\nIt fell", [("It rose", (1,)), ("It fell", ())]),
}


@pytest.mark.parametrize(("draft", "claims"), CLAIMED.values(), ids=CLAIMED)
def test_claims_are_the_sentences_of_prose(draft: str, claims: list[tuple[str, tuple[int, ...]]]) -> None:
    assert said(draft) == claims


def test_words_are_shown_at_once_and_marks_when_their_sentence_has_ended() -> None:
    draft = Draft(EIGHT)
    shown = []
    for piece in ["The se", "a rose ", "[", "2", "].", " Th", "en ", "it fe", "ll"]:
        draft.feed(piece)
        shown.append(draft.text)
    assert shown == [
        "The se",
        "The sea rose",
        "The sea rose",
        "The sea rose",
        "The sea rose.",
        "The sea rose.",
        "The sea rose. [1] Then",
        "The sea rose. [1] Then it fe",
        "The sea rose. [1] Then it fell",
    ]


def test_marks_that_point_nowhere_are_reported_as_written_and_not_shown() -> None:
    parsed = parse("It [9]. He [1, 12]. We [Passage 0]. So 【９】. Yes [1-500] no [3-2].", EIGHT)
    assert parsed.text == "It. He. [1] We. So. Yes no."
    assert parsed.invented == ("[9]", "[12]", "[Passage 0]", "【９】", "[1-500]", "[3-2]")


def test_marks_at_no_sentence_are_reported() -> None:
    parsed = parse("[1]\n\n- [2]\n\nIt rose.", EIGHT)
    assert (parsed.loose, parsed.numbers) == (("[1]", "[2]"), {})


_WORDS = """the sea rose by 3 m 3.5 12 fell Dr. approx. e.g. Smith It However A.B. U.S. (see below) and
    “so it is. Yes” it’s
    "Yes." **bold** *it* _so_ `x[1]` `` `a` `` ( ) “ ” " ' , ; : – … ... ? ! . 今天。 \\ | # http://x.org
    [x](http://a.b) [sic] [2019] [] [[ ]] ` ``"""
WORDS = st.sampled_from(_WORDS.split())
CITED: dict[str, tuple[int, ...]] = {
    "[1]": (1,),
    "[2,3]": (2, 3),
    "[1][4]": (1, 4),
    "[1] [2]": (1, 2),
    "[1], [3]": (1, 3),
    "([5])": (5,),
    "[3-5]": (3, 4, 5),
    "[1–2]": (1, 2),
    "[8; 2]": (8, 2),
    "[1 and 2]": (1, 2),
    "【6】": (6,),
    "［７］": (7,),
    "[^2]": (2,),
    "[Passage 3]": (3,),
    "[source 1]": (1,),
    "[doc 8]": (8,),
    "[Passages 1, 2 and 9]": (1, 2),
    "【1†s】": (1,),
    "\\[4\\]": (4,),
    "[1, 99]": (1,),
    "[9]": (),
    "[0]": (),
    "[1-500]": (),
}
"""Every form of mark, and the passages of eight that it cites."""
MARKS = st.sampled_from(sorted(CITED))
BROKEN = st.sampled_from(["[1]:", "[1](", "[1", "[Passage", "1]", "[12345]"])
SPACES = st.sampled_from(
    [
        " ",
        " ",
        " ",
        " ",
        "",
        ". ",
        ". ",
        ".",
        "\n",
        "\n\n",
        "\n- ",
        "\n## ",
        "\n| ",
        " |\n",
        "\n```\n",
        "  \n",
        "\n1. ",
        "\n> ",
        "\n---\n",
        "?\n",
    ]
)
DRAFTS = st.lists(st.tuples(WORDS | WORDS | MARKS | BROKEN, SPACES), max_size=16).map(
    lambda parts: "".join(word + space for word, space in parts)
) | st.text('[]()【】1,2-`.\n #*a\\|“”" A:!。', max_size=40)


def pieces(draft: str, cuts: list[int]) -> list[str]:
    places = [0, *sorted(cut % (len(draft) + 1) for cut in cuts), len(draft)]
    return [draft[start:end] for start, end in pairwise(places)]


@given(DRAFTS, st.lists(st.integers(0, 10_000), max_size=8))
@settings(max_examples=300, deadline=None)
def test_what_was_shown_is_never_taken_back_however_the_draft_is_cut(draft: str, cuts: list[int]) -> None:
    whole = parse(draft, EIGHT)
    for parts in (pieces(draft, cuts), list(draft)):
        reader = Draft(EIGHT)
        steps = []
        for piece in parts:
            reader.feed(piece)
            steps.append((reader.text, reader.claims, reader.numbers, reader.invented))
        assert reader.finish() == whole
        for text, claims, numbers, invented in steps:
            assert whole.text.startswith(text)
            assert whole.claims[: len(claims)] == claims
            assert whole.invented[: len(invented)] == invented
            assert numbers.items() <= whole.numbers.items()
            assert all(claim.end <= len(text) for claim in claims)


@given(DRAFTS)
@settings(max_examples=300, deadline=None)
def test_claims_are_intervals_of_the_text_and_every_mark_shown_is_one_of_a_claim(draft: str) -> None:
    parsed = parse(draft, EIGHT)
    last = 0
    for claim in parsed.claims:
        assert last <= claim.start <= claim.end <= len(parsed.text)
        words = parsed.text[claim.start : claim.end]
        assert words == words.strip()
        last = claim.end
    assert list(parsed.numbers) == list(range(1, len(parsed.numbers) + 1))
    assert len(set(parsed.numbers.values())) == len(parsed.numbers)
    assert {hit for claim in parsed.claims for hit in claim.hits} == set(parsed.numbers.values())
    assert all(0 <= hit < 8 for hit in parsed.numbers.values())


PLAIN = st.sampled_from(
    ["the", "sea", "rose", "by", "3", "m", "and", "fell", "in", "Berlin", "as", "he", "said", "so", "3.5", "of", "it"]
)


@given(
    st.lists(
        st.tuples(
            st.lists(PLAIN, min_size=2, max_size=8),
            st.lists(MARKS, max_size=3),
            st.booleans(),
        ),
        min_size=1,
        max_size=8,
    )
)
@settings(max_examples=500, deadline=None)
def test_every_mark_is_shown_at_the_end_of_its_sentence_and_no_invented_one_is(
    written: list[tuple[list[str], list[str], bool]],
) -> None:
    sentences = ["The " + " ".join(words) for words, _, _ in written]
    draft = " ".join(
        f"{sentence} {''.join(marks)}." if before and marks else f"{sentence}. {' '.join(marks)}".rstrip()
        for sentence, (_, marks, before) in zip(sentences, written, strict=True)
    )
    parsed = parse(draft, EIGHT)
    expected, numbered = [], dict[int, int]()
    for sentence, (_, marks, _) in zip(sentences, written, strict=True):
        cited = [hit for mark in marks for hit in CITED[mark]]
        shown = sorted({numbered.setdefault(hit, len(numbered) + 1) for hit in cited})
        expected.append(f"{sentence}." + "".join(f" [{mark}]" for mark in shown))
    assert parsed.text == " ".join(expected)
    shown_marks = {int(number) for number in re.findall(r"\[(\d{1,3})\]", parsed.text)}
    assert shown_marks == set(parsed.numbers)


@pytest.mark.parametrize(
    "unit",
    [
        "[",
        "`",
        ".",
        ". ",
        "[1",
        "[1](",
        "“a. B [1] ",
        "(",
        "Mr. ",
        "*",
        "\\",
        "` `` ",
        "\n",
        " ",
        "|",
        "[1]",
        "。",
        "- ",
        "a",
    ],
)
def test_any_draft_is_read_in_linear_time(unit: str) -> None:
    draft = unit * (200_000 // len(unit))
    parsed: Parsed = parse(draft, EIGHT)
    assert len(parsed.text) <= 3 * len(draft)
