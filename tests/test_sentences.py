import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.sentences import LONGEST, cut, sentences

ONE_SENTENCE = {
    "a title": "Dr. Smith and Prof. Jones met Mr. Brown.",
    "a figure": "As Fig. 3 and Eqs. 4 show, it is so.",
    "an example": "Some metals, e.g. Copper or i.e. Gold, shine.",
    "et al.": "This was shown by Smith et al. (2003) and Brown et al. in mice.",
    "a country": "He joined the U.S. Army in the U.K. Parliament.",
    "a decimal": "It grew by 3.5 % to $4.25 million at v1.2.3 of it.",
    "initials": "The book by J. R. R. Tolkien was sold.",
    "a shortened word": "It is approx. five m long, max. 3 m wide.",
    "a volume and a number": "See Vol. 3, No. 5 of pp. 5-6 in Ch. IV and Sec. A there.",
    "a month": "On Jan. 5 and Sept. 11 it rained.",
    "a firm": "Acme Inc. Chairman Brown bought Foo Ltd. and Bar Co. for it.",
    "a species": "We caught 12 An. gambiae and P. falciparum there.",
    "a name with a mark": "Yahoo! announced it and Jeopardy! went on.",
    "a question that someone asks": '"Is it so?" he asked.',
    "an exclamation inside": "He said, “Go!” and left.",
    "sentences in a short quotation": "She said, “I am here. You are there.”",
    "sentences in brackets": "It is so (see above. It was shown there).",
    "an ellipsis": "It was ... well, not … good.",
    "a list number": "1. The first point.",
    "a section number": "Section 3.2. The tenant pays.",
    "a list letter": "a. The first point.",
    "dots of a table of contents": "Introduction ........ 5",
    "colons and semicolons": "Three things: one; two; three.",
    "a line break": "It goes\non here\nand ends.",
    "German abbreviations": "Das gilt z. B. nicht, d. h. nie, bzw. Sonntags u. a. Leuten.",
    "a German ordinal": "Der 3. Mai im 19. Jahrhundert war am 2. Sonntag.",
    "a Japanese quotation": "これは「本当です。」と言った。",
    "code with spaces": "We call client . messages . create here .",
    "a dotted name": "Node.js and torch.Tensor and www.example.com are names.",
}

SPLIT = {
    "a country at the end": ["He moved to the U.S.", "The man stayed."],
    "a firm at the end": ["It was Acme Inc.", "The firm grew."],
    "a time": ["We left at 5 p.m.", "Then it rained at 3 a.m. on Monday."],
    "a vitamin": ["They lack vitamin C.", "Patients were given it."],
    "a unit": ["It was kept at 37 °C.", "Cells were counted."],
    "a year": ["It was in 1999.", "Nobody knew."],
    "quotations": ["“Why?” she asked.", "“No.”", "He left."],
    "a reference in brackets": ["It works.[1][2]", "It does. [3, 4]", "Then."],
    "a superscript": ["It works.¹²", "Next."],
    "a note number": ["It works.12", "Next one.1,2", "Then it ends."],
    "words apart from their marks": ["We build traps .", "Players gain points .", "It is so . ''", "Then ?", "Yes ."],
    "a missing space": ["We have plans?", "What are they.", "The end."],
    "marks": ["Is this it?", "Really?!", "No...", "Well…", "Yes!"],
    "Chinese": ["今天下雨。", "我们走！", "好吗？"],
    "Hindi and Arabic": ["हिन्दी वाक्य।", "دوسرا جملہ۔", "نعم."],
    "a list in a line": ["1. The first.", "2. The second."],
    "inches": ['A 5" disk.', 'Another 6" disk.'],
    "an open bracket": ["(It is so.", "It was."],
    "a small letter": ["The end was near.", "then it came."],
}


def texts_of(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize("text", ONE_SENTENCE.values(), ids=ONE_SENTENCE)
def test_one_sentence_is_not_split(text: str) -> None:
    assert texts_of(text) == [text]


@pytest.mark.parametrize("expected", SPLIT.values(), ids=SPLIT)
def test_sentences_are_split(expected: list[str]) -> None:
    # The sentences of a script without spaces, and those with a space missing, touch each other.
    touching = expected[0][-1] in "。" or expected[0].endswith("plans?")
    assert texts_of(("" if touching else " ").join(expected)) == expected


def test_an_empty_line_ends_a_sentence_whatever_stands_before_it() -> None:
    assert texts_of("The heading\n\nby Dr.\n \n\tSmith (and\n\nothers).") == [
        "The heading",
        "by Dr.",
        "Smith (and",
        "others).",
    ]


def test_no_text_has_no_sentences() -> None:
    assert sentences("") == sentences(" \n\n\t ") == []


def test_a_table_without_stops_is_cut_at_its_lines() -> None:
    rows = [f"row {number} with some words" for number in range(100)]
    pieces = texts_of("\n".join(rows))
    assert max(map(len, pieces)) <= LONGEST
    assert [line for piece in pieces for line in piece.split("\n")] == rows
    assert len(pieces) == 3


def test_a_long_sentence_is_cut_at_semicolons_then_commas_then_spaces() -> None:
    assert texts_of("word, word; " * 100)[0].endswith("word;")
    assert texts_of("word word, " * 100)[0].endswith("word,")
    assert texts_of("word " * 300)[0].endswith("word")
    assert [len(piece) for piece in texts_of("x" * 2500)] == [1000, 1000, 500]


@given(st.text(st.sampled_from('aAbB1.!?…。 \n\n"“”()[]´`,;:\u2003\u2028中é😀') | st.characters(codec="utf-8")))
@settings(max_examples=500, deadline=None)
def test_sentences_are_in_order_and_hold_all_that_is_not_white_space(text: str) -> None:
    held, last = [], 0
    for start, end in sentences(text):
        assert last <= start < end <= len(text)
        assert end - start <= LONGEST
        assert text[start:end] == text[start:end].strip()
        assert "\n\n" not in text[start:end]
        held.append(text[start:end])
        last = end
    assert "".join("".join(held).split()) == "".join(text.split())


@given(st.text("ab ,;\n", max_size=200), st.integers(1, 30))
def test_pieces_are_as_short_as_asked_and_hold_all_that_is_not_white_space(text: str, size: int) -> None:
    pieces = [text[start:end] for start, end in cut(text, 0, len(text), size)]
    assert all(0 < len(piece) <= size for piece in pieces)
    assert "".join("".join(pieces).split()) == "".join(text.split())


@pytest.mark.parametrize(
    "unit",
    [
        "Some ordinary words stand here. ",
        ".",
        ". ",
        "(",
        '"',
        "“a. ",
        "Mr. ",
        "\n",
        "\n \n",
        " ",
        "中文。",
        "1. 2. ",
        "a.b",
        ".x",
    ],
)
def test_the_time_is_linear_whatever_the_text_holds(unit: str) -> None:
    text = unit * (500_000 // len(unit))
    began = time.perf_counter()
    sentences(text)
    assert time.perf_counter() - began < 60, "a tenth of a second or so, and hours where it is squared"
