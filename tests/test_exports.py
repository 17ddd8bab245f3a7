"""Conversations as Markdown, HTML and JSON, and a JSON export against the library later."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hostile import HOSTILE
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import REFUSED, UNMOVED, answers, conversation_of, standings_of
from markdown_it import MarkdownIt

from rag.conversations import Conversation, Standing, Standings, Whereabouts
from rag.exports import as_html, as_markdown
from rag.exports.markdown import plain
from rag.exports.rendering import escape, render
from rag.types import (
    Answer,
    Citation,
    Claim,
    Disagreement,
    Hit,
    Passage,
    Refusal,
    Support,
    Value,
    Verdict,
)

HERE, MOVED, GONE, ALTERED = Whereabouts
TIDE = "The highest tide of 2021 stood 4.82 m above datum on 3 November."
GAUGE = "The gauge at the north pier was replaced in June 2022 by Ingrid Solvei."
TERN = "The little tern returned to the sand bar in May 2020 after nine years."


class Reader(HTMLParser):
    """What a browser would take for elements, and what for text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_data(self, data: str) -> None:
        self.text += data


def hostile_answer(words: str) -> Answer:
    """An answer with these words wherever there can be words."""
    passage = Passage("p", words, words, words, 0, len(words), words, 3, (words, words))
    cited = Citation(1, passage, 0, len(words), words)
    claim = Claim(words, 0, len(words), (cited,), Verdict(Support.CONTRADICTED, 0.5, words, words))
    return Answer(
        question=words,
        asked_as=f"{words} again",
        text=f"{words} [1]",
        claims=(claim,),
        hits=(Hit(passage, 1.0),),
        draft=words,
        invented_marks=(words,),
        refusal=Refusal.FALSE_PREMISE,
        nearest=(Hit(passage, 1.0),),
        absent_terms=(words, f"{words} too"),
        disagreements=(Disagreement(words, (Value(words, cited, words), Value(words, replace(cited, mark=2)))),),
        writer=words,
        notice=words,
        warnings=(words,),
        unfinished=True,
    )


def hostile_conversation(words: str) -> tuple[Conversation, Standings]:
    conversation = conversation_of(hostile_answer(words), title=words)
    return conversation, standings_of(conversation, Standing(MOVED, words, words, words, words, 2, 1, 2))


def rich_answer() -> Answer:
    """An answer with everything that a reader should see."""
    text = "It rose by 4 cm. It fell."
    passage = Passage("p", "d1", "papers/tides.pdf", "Tides", 100, 100 + len(text), text, 3, ("Tides", "At the quay"))
    other = replace(passage, document_id="d2", source="papers/late.pdf", title="Late tides", page=None, headings=())
    one = Citation(1, passage, 100, 116, "It rose by 4 cm.")
    two = Citation(2, other, 117, 125, "It fell.")
    claims = (
        Claim("It rose by 4 cm.", 0, 16, (one,), Verdict(Support.SUPPORTED, 0.93, "The words say so.", "rules")),
        Claim("It fell.", 21, 29, (two,), Verdict(Support.PARTLY, 0.5, "Only “fell” is there.", "rules")),
    )
    return Answer(
        question="And then?",
        asked_as="What did the tide do then?",
        text="It rose by 4 cm. [1] It fell. [2]",
        claims=claims,
        hits=(Hit(passage, 1.0), Hit(other, 0.5)),
        invented_marks=("[7]",),
        disagreements=(Disagreement("the tide", (Value("rose", one, "2021"), Value("fell", two))),),
        writer="extractive",
        notice="The model did not answer in time.",
        warnings=("2 passages did not fit.",),
    )


SHOWN = [
    *("And then?", "It rose by 4 cm.", "It fell.", "Searched for: What did the tide do then?", "Writer: extractive"),
    *("Supported", "The words say so.", "rules, 0.93", "Partly supported", "Only “fell” is there."),
    *("Tides", "page 3", "At the quay", "papers/tides.pdf", "Late tides", "papers/late.pdf"),
    *("Characters 100–116", "Characters 117–125", "ab" * 32, "Still there. The document is unchanged."),
    *("The documents disagree about the tide", "rose", "2021", "The model did not answer in time."),
    *("2 passages did not fit.", "Left out, because no passage has these numbers: [7]", "2020-09-13 12:26 UTC"),
    *("Is there a zeppelin?", "No document mentions “zeppelin”.", "What came nearest", "The tern came back."),
    "of 4 citations 4 still there",
]


def as_shown(markdown: str) -> str:
    """The text that a reader of rendered Markdown sees."""
    return Reader(MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)).text


@pytest.mark.parametrize("shown", SHOWN)
@pytest.mark.parametrize("form", ["html", "markdown"])
def test_a_reader_is_shown_everything(form: str, shown: str) -> None:
    conversation = conversation_of(rich_answer(), REFUSED)
    standings = standings_of(conversation, UNMOVED)
    page = (
        Reader(as_html(conversation, standings)).text
        if form == "html"
        else as_shown(as_markdown(conversation, standings))
    )
    assert shown in page


# -- HTML


def test_marks_and_footnotes_of_each_answer_lead_to_one_another() -> None:
    conversation = conversation_of(rich_answer(), rich_answer())
    page = Reader(as_html(conversation, standings_of(conversation, UNMOVED)))
    ids = [value for name, value in page.attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {"cite-1-0-0", "note-1-2", "cite-2-0-0", "note-2-2", "turn-1", "turn-2"} <= set(ids)
    assert {value.removeprefix("#") for name, value in page.attributes if name == "href"} <= set(ids)


def test_a_mark_with_words_of_two_places_has_two_footnotes_and_one_target() -> None:
    given_answer = rich_answer()
    [first, second] = given_answer.claims
    again = replace(second.citations[0], mark=1)
    page = Reader(render(replace(given_answer, claims=(first, replace(second, citations=(again,))))))
    ids = [value for name, value in page.attributes if name == "id" and not value.startswith("claim-")]
    assert ids == ["answer-answer", "cite-answer-0-0", "cite-answer-1-0", "note-answer-1"]
    assert page.text.count("It fell.") == 2  # the sentence and its footnote, to which the disagreement leads


def test_where_words_stand_is_said_in_words() -> None:
    conversation = conversation_of(rich_answer())
    moved = Standing(MOVED, "The words moved within the document.", "d1", "papers/t.pdf", "Tides", 4, 120, 136)
    page = Reader(as_html(conversation, standings_of(conversation, moved))).text
    assert "Moved. The words moved within the document. Now in papers/t.pdf, page 4, characters 120–136." in page
    gone = standings_of(conversation, Standing(GONE, "The document is no longer in the library."))
    assert "Gone. The document is no longer in the library." in Reader(as_html(conversation, gone)).text
    assert "of 4 citations 4 gone." in Reader(as_html(conversation, gone)).text


def test_a_page_is_one_file_that_fetches_nothing_and_runs_nothing() -> None:
    page = as_html(*hostile_conversation(HOSTILE))
    read = Reader(page)
    assert set(read.tags) <= {
        *("html", "head", "meta", "title", "style", "body", "header", "main", "footer", "section"),
        *("h1", "h2", "div", "p", "span", "sup", "small", "a", "b", "ol", "ul", "li", "blockquote"),
        *("table", "caption", "thead", "tbody", "tr", "th", "td"),
    }
    assert {name for name, _ in read.attributes} <= {
        *("class", "id", "href", "title", "lang", "charset", "content", "name", "http-equiv"),
    }
    assert all(value.startswith("#") for name, value in read.attributes if name == "href")
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'") in (
        read.attributes
    )
    assert page.count("<style>") == page.count("</style>") == 1
    style = page.partition("<style>")[2].partition("</style>")[0]
    assert not re.search(r"url\(|@import|expression|http", style)
    outside = re.sub(r"<[^>]*>|&#\d+;", "", page.replace(style, ""))
    assert not re.search(r"[`*\[\]{}$!|\\<>]", outside.replace("[1]", "").replace("[2]", ""))


def test_every_hostile_word_reads_back_from_the_page() -> None:
    assert Reader(as_html(*hostile_conversation(HOSTILE))).text.count(HOSTILE) >= 20


@settings(deadline=None)
@given(st.text(st.characters(exclude_characters="\0")))
def test_any_text_reads_back_as_it_was(text: str) -> None:
    assert Reader(escape(text)).text == text.encode("utf-8", "replace").decode()


@settings(max_examples=50, deadline=None)
@given(answers)
def test_any_answer_is_a_page_and_markdown_without_live_parts(given_answer: Answer) -> None:
    conversation = conversation_of(given_answer, title=given_answer.question)
    standings = standings_of(conversation, UNMOVED)
    page = Reader(as_html(conversation, standings))
    assert not {"script", "img", "iframe", "link", "object"} & set(page.tags)
    assert all(value.startswith("#") for name, value in page.attributes if name in {"href", "src"})
    as_markdown(conversation, standings).encode()
    assert live(as_markdown(conversation, standings)) == set()


def test_a_long_line_is_exported_in_linear_time() -> None:
    for words in (" " * 200_000 + "x", "[" * 200_000, "`" * 200_000, "1" * 200_000, "`@" * 100_000):
        text = f"{words} [1]"
        passage = Passage("p", "d", "s", "T", 0, len(words), words)
        claim = Claim(words, 0, len(words), (Citation(1, passage, 0, len(words), words),))
        conversation = conversation_of(Answer("Q", "Q", text, (claim,)))
        standings = standings_of(conversation, UNMOVED)
        assert len(as_html(conversation, standings)) > 200_000
        assert as_markdown(conversation, standings).startswith("# Tides")


# -- Markdown

LIVE = {"link_open", "image", "html_inline", "html_block"}


def live(markdown: str) -> set[str]:
    """What in it would be more than text, if HTML were let through as well."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    return {token.type for block in parser.parse(markdown) for token in (block, *(block.children or []))} & LIVE


ATTACKS = [
    HOSTILE,
    "![x](http://harm.invalid/a.png)",
    "[x](javascript:alert(1))",
    "[x]: http://harm.invalid",
    "<http://harm.invalid> <a@harm.invalid> a@harm.invalid www.harm.invalid http://harm.invalid/?a=1&b=2",
    "# head\n## head\n===\n---\n* * *\n+ a\n- b\n1. c\n2) d\n> e\n    code\n\tcode\n```\nfence\n~~~\n",
    "| a | b |\n|---|---|\n| c | d |",
    "`code` ``co`de`` *e* _e_ **s** ~~s~~ \\* &lt; &amp; &#60; \\",
    "a\\\nb  \nc",
    "<!-- x --> <b>x</b> <?x?> <![CDATA[x]]>",
    "[^1] and ^[note] $x$ $$y$$ {{z}} :smile: #1",
    "`@ `` www.`x`.y \\`http://a`",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_markdown_in_any_text_is_no_markdown(attack: str) -> None:
    markdown = as_markdown(*hostile_conversation(attack))
    assert live(markdown) == set()
    read = as_shown(markdown)
    for line in filter(None, map(str.strip, attack.splitlines())):
        assert " ".join(re.sub("[\u202a-\u202e]", lambda c: f"⟨U+{ord(c[0]):04X}⟩", line).split()) in " ".join(
            read.split()
        )


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u200e\u200f")))
def test_any_line_reads_back_from_markdown(text: str) -> None:
    shown = re.sub("[\u202a-\u202e\u2066-\u2069]", lambda c: f"⟨U+{ord(c[0]):04X}⟩", text)
    assert as_shown(plain(text)).split() == shown.split()
    assert live(plain(text)) == set()
    assert MarkdownIt("commonmark").render(plain(text)).startswith("<p>") or not text.split()


@settings(deadline=None)
@given(st.text("`*_[]()!<>&#-+=.1a:/@\\|~ \n", max_size=40))
def test_any_markdown_reads_back_as_text(text: str) -> None:
    assert as_shown(plain(text)).split() == text.split()
    assert live(plain(text)) == set()


def test_a_quote_stands_in_a_block_of_its_own_lines() -> None:
    cited = replace(rich_answer().citations[0], quote="One *line*\n\n- two")
    given_answer = Answer("Q", "Q", "One", (Claim("One", 0, 3, (cited,)),))
    conversation = conversation_of(given_answer)
    markdown = as_markdown(conversation, standings_of(conversation, UNMOVED))
    assert "> One \\*line\\*\n>\n> \\- two\n" in markdown
