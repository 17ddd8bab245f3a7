"""Whose opinion a sentence is: named where somebody holds it, and never where a document states a fact."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.evidence import Quote
from rag.evidence.opinions import speaker
from rag.evidence.opinions.attribution import attributed, hedged, says_i
from rag.types import Document, Hit, Passage, Section


def written(text: str, title: str = "Untitled", kind: str = "txt", headings: str = "", **metadata: str) -> Document:
    """A document; each line of `headings` that its text holds begins a section."""
    sections = [Section(text.index(heading), (heading,)) for heading in headings.split("\n") if heading]
    return Document("a/file", title, text, kind, sections=tuple(sections), metadata=metadata)


def quote_at(document: Document, start: int, end: int) -> Quote:
    whole = Passage("p", document.id, document.source, document.title, 0, len(document.text), document.text)
    return Quote(Hit(whole, 1.0), start, end)


def holder(document: Document, words: str) -> str:
    start = document.text.index(words)
    return speaker(quote_at(document, start, start + len(words)), document)


COLUMN = written(
    "Opinion\n\nThe Bridge Nobody Needs\n\nBy Rosa Lindt · 4 May 2021\n\nRosa Lindt keeps a shop at the ferry.\n\n"
    "The bridge cost nine million. It must come down.\n\nMr Oakes argues that trade has grown. Critics "
    "say that it has not."
    "\n\nMy brother told me that the ferry was faster.",
    "The Bridge Nobody Needs",
)


def test_an_article_that_calls_itself_an_opinion_is_its_authors_with_its_facts() -> None:
    assert holder(COLUMN, "It must come down.") == "Rosa Lindt"
    assert holder(COLUMN, "The bridge cost nine million.") == "Rosa Lindt"
    assert holder(COLUMN, "My brother told me that the ferry was faster.") == "Rosa Lindt"


def test_a_sentence_that_names_its_holder_is_left_as_it_is() -> None:
    assert holder(COLUMN, "Mr Oakes argues that trade has grown.") == ""


def test_unnamed_critics_in_an_opinion_are_still_its_authors_claim() -> None:
    assert holder(COLUMN, "Critics say that it has not.") == "Rosa Lindt"


def test_the_note_about_an_author_is_not_his_opinion() -> None:
    assert holder(COLUMN, "Rosa Lindt keeps a shop at the ferry.") == ""


@pytest.mark.parametrize(
    "document",
    [
        written("The road is too narrow.", "Opinion: A wider road, by Ida Wolff"),
        written("Comment\n\nThe road is too narrow.", "A wider road", author="Ida Wolff"),
        written("Meinung\n\nVon Ida Wolff\n\nThe road is too narrow.", "Die Straße"),
        written("The road is too narrow.\n\nIda Wolff, Mill Lane", "Letter to the editor"),
        written("By [Ida Wolff](#)\n\nThe road is too narrow.", "Roads", category="Opinion"),
        written("Dear editor,\n\nThe road is too narrow.\n\nYours sincerely,\n\nIda Wolff", "Roads"),
        written("The road is too narrow.", "Re: roads", "eml", **{"from": '"Wolff, Ida" <ida@example.org>'}),
    ],
)
def test_the_author_is_found_in_title_byline_metadata_signature_and_sender(document: Document) -> None:
    assert holder(document, "The road is too narrow.") == "Ida Wolff"


def test_each_letter_of_a_page_of_letters_has_its_own_writer() -> None:
    page = written(
        "The bus is never late.\n\nTom Ashby, Quay Street\n\nThe bus is always late.\n\nHanna Brook\n\nThe "
        "bus is blue.",
        "Letters to the editor",
    )
    assert holder(page, "The bus is never late.") == "Tom Ashby"
    assert holder(page, "The bus is always late.") == "Hanna Brook"
    assert holder(page, "The bus is blue.") == "a reader"


def test_the_quoted_part_of_a_mail_is_of_whom_it_quotes() -> None:
    mail = written(
        "Re: pump\n\nThe pump is too small.\n\nOn Mon, 2 May 2022 at 09:31, Karl Maier wrote:\n\n> The pump is fine.",
        "Re: pump",
        "eml",
        **{"from": "Anna Berg <anna@example.org>"},
    )
    assert holder(mail, "The pump is too small.") == "Anna Berg"
    assert holder(mail, "The pump is fine.") == "Karl Maier"


INTERVIEW = written(
    "Rosa Lindt in conversation with Paul Kern.\n\nPaul Kern: What did the mill look like?\n\n"
    "Rosa Lindt: It was huge. The wheel had forty blades.\n\nPK: And you liked it?\n\nRL: I loved it. We "
    "should have kept it.",
    "The mill",
)


def test_in_an_interview_the_label_of_the_turn_says_who_speaks() -> None:
    assert holder(INTERVIEW, "The wheel had forty blades.") == "Rosa Lindt"
    assert holder(INTERVIEW, "We should have kept it.") == "Rosa Lindt"


def test_answers_are_the_interviewees_where_the_title_names_one_and_nobodys_on_a_page_of_frequent_questions() -> None:
    turns = "Q: What went wrong?\n\nA: You know, the pump was too small.\n\nQ: And then?\n\nA: I called the office."
    assert holder(written(turns, "An interview with Paul Kern"), "the pump was too small") == "Paul Kern"
    assert holder(written(turns, "Frequently asked questions"), "the pump was too small") == ""


def test_fields_of_a_record_are_no_turns_of_talk() -> None:
    staff = written(
        "Name: Anna Berg\nRole: Head of the pump house\n\nName: Karl Maier\nRole: Clerk at the harbour office"
    )
    assert holder(staff, "Head of the pump house") == ""
    assert holder(staff, "Clerk at the harbour office") == ""


NEWS = written(
    "The town opened a new pool on Monday.\n\n“It is the best pool in the county,” said Nora Finch, the "
    "mayor. “We should "
    "have built it years ago. Nobody can deny that.”\n\nPeter Doyle was less happy. “They should have "
    "asked the school,” "
    "he said.\n\nEntry costs four crowns.",
    "New pool opens",
    author="Mia Stern",
)


def test_quoted_speech_is_of_whom_the_report_names() -> None:
    assert holder(NEWS, "We should have built it years ago.") == "Nora Finch"
    assert holder(NEWS, "Nobody can deny that.") == "Nora Finch"
    assert holder(NEWS, "“They should have asked the school,” he said.") == "Peter Doyle"


def test_speech_that_is_shown_with_its_speaker_and_plain_news_need_no_name() -> None:
    assert holder(NEWS, "“It is the best pool in the county,” said Nora Finch, the mayor.") == ""
    assert holder(NEWS, "The town opened a new pool on Monday.") == ""
    assert holder(NEWS, "Entry costs four crowns.") == ""


MINUTES = written(
    "Present: seven members.\n\nMs Hart held that the wall is unsafe. She added that nobody had tested "
    "it. Ten years is the "
    "most she can give it. The wall was built in 1901.\n\nThe treasurer reported a surplus. She expects "
    "a loss next year.\n\n"
    "The Guild objects to the plan. It fears that boats will be lost.",
    "Minutes of the harbour council",
)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("She added that nobody had tested it.", "Ms Hart"),
        ("Ten years is the most she can give it.", "Ms Hart"),
        ("She expects a loss next year.", "the treasurer"),
        ("It fears that boats will be lost.", "the Guild"),
        ("Ms Hart held that the wall is unsafe.", ""),
        ("The wall was built in 1901.", ""),
    ],
)
def test_in_minutes_a_pronoun_is_given_its_name(words: str, expected: str) -> None:
    assert holder(MINUTES, words) == expected


def test_a_pronoun_does_not_take_a_name_of_the_other_gender() -> None:
    document = written("Ms Hart spoke first. Mr Oakes was late. She argued that the wall is unsafe.")
    assert holder(document, "She argued that the wall is unsafe.") == "Ms Hart"


REPORT = written(
    "Foreword\n\nIt was a year of corrections. None of them was large.\n\nDr Anna Berg, director\n\nResults\n\n"
    "The gates were closed 41 times. Boats must not pass at night. We recommend that the wall be raised.\n\n"
    "Phase I was finished in May. During World War I the pier belonged to the army.",
    "Annual Report",
    "docx",
    "Foreword\nResults",
    author="Tim Clerk",
)


def test_a_foreword_is_of_whoever_signs_it_and_the_report_below_is_nobodys() -> None:
    assert holder(REPORT, "None of them was large.") == "Dr Anna Berg"
    assert holder(REPORT, "The gates were closed 41 times.") == ""
    assert holder(REPORT, "Boats must not pass at night.") == ""


def test_what_a_report_recommends_is_the_reports_own() -> None:
    assert holder(REPORT, "We recommend that the wall be raised.") == "“Annual Report”"


def test_a_numeral_is_not_a_person_who_says_i() -> None:
    assert holder(REPORT, "Phase I was finished in May.") == ""
    assert holder(REPORT, "During World War I the pier belonged to the army.") == ""


def test_whoever_says_i_is_the_author_of_the_page_or_else_unnamed() -> None:
    words = "I think that the wall will hold."
    assert holder(written(words, "Walls", author="Anna Berg"), words) == "Anna Berg"
    assert holder(written(words, "Walls", author="Harbour Office"), words) == "the author of “Walls”"


def test_a_question_of_a_visitor_is_not_the_pages_author_speaking() -> None:
    page = written("My bag is lost. Where do I ask?\n\nAt the desk.", "Guide", "html", author="Anna Berg")
    assert holder(page, "My bag is lost.") == ""


def test_in_a_signed_article_only_what_judges_is_its_authors() -> None:
    article = written(
        "By Karl Maier, pilot\n\nI have worked here for ten years.\n\nThe lamp stands on the pier. It should "
        "be brighter.\n\n"
        "I would like a second one.",
        "The lamp",
    )
    assert holder(article, "It should be brighter.") == "Karl Maier"
    assert holder(article, "The lamp stands on the pier.") == ""


def test_a_byline_counts_for_its_own_section_only() -> None:
    bulletin = written(
        "The storm\n\nBy Anna Berg\n\nI was awake all night.\n\nThe lamp\n\nI lit it at "
        "six.\n\nTides\n\nHigh water is at noon.",
        "Bulletin",
        headings="The storm\nThe lamp\nTides",
    )
    assert holder(bulletin, "I was awake all night.") == "Anna Berg"
    assert holder(bulletin, "I lit it at six.") == "the author of “Bulletin”"
    assert holder(bulletin, "High water is at noon.") == ""


def test_a_motto_is_of_whom_the_dash_names() -> None:
    page = written("The lake is the finest in the land.\n\n— Clara Holm\n\nBoats may be hired.", "Guide")
    assert holder(page, "The lake is the finest in the land.") == "Clara Holm"
    assert holder(page, "Boats may be hired.") == ""


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Lindt argues that the bridge is ugly.", "Lindt"),
        ("The board held that the vote was fair.", "the board"),
        ("Dr. Ida Wolff, who runs the mill, also believes that prices will fall.", "Dr. Ida Wolff"),
        ("According to the harbour office, 47 cellars were wet.", "the harbour office"),
        ("The bridge had, as Lindt told everybody, killed the ferry.", "Lindt"),
        ("Lindt’s view is that the ferry was faster.", "Lindt"),
        ("“It is late,” said Nora Finch, the mayor.", "Nora Finch"),
        ("The board held its meeting on Monday.", ""),
        ("She argues that the bridge is ugly.", ""),
        ("The results suggest that the water is warmer.", ""),
        ("There is no doubt about the bridge.", ""),
        ("The town received 39 claims.", ""),
    ],
)
def test_the_holder_that_a_sentence_names(sentence: str, expected: str) -> None:
    assert attributed(sentence) == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("The wall may be unsafe.", True),
        ("The wall is said to be unsafe.", True),
        ("Lindt claims that the wall is unsafe.", True),
        ("Reportedly the wall is unsafe.", True),
        ("The wall is reportedly unsafe.", True),
        ("The wall was built in May 1901.", False),
        ("The wall is unsafe.", False),
    ],
)
def test_a_hedge_is_told_from_a_flat_statement(sentence: str, expected: bool) -> None:
    assert hedged(sentence) is expected


def test_i_inside_closed_quotation_marks_is_not_the_writer() -> None:
    assert says_i("Today I think so.")
    assert not says_i("Oakes said: “I think so.”")


_TEXTS = [document.text for document in (COLUMN, INTERVIEW, NEWS, MINUTES, REPORT)]
_SLICES = [text[start : start + 30] for text in _TEXTS for start in range(0, len(text), 30)]
_PIECES = st.sampled_from([*_SLICES, "“", '"', "\n\n", "\n> ", "\nFrom: ", "\nDear ", "\nYours\n", "\nA: ", "\ud800"])


@given(st.lists(_PIECES | st.text(max_size=8), max_size=40).map("".join), st.data())
def test_any_interval_of_any_text_has_a_speaker_or_none_and_always_the_same(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    document = written(text, data.draw(st.sampled_from(["", "Opinion", "Minutes", "Interview with Ann Hale"])))
    found = speaker(quote_at(document, start, end), document)
    assert found == speaker(quote_at(document, start, end), document)
    assert "\n" not in found
