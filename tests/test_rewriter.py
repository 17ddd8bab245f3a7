"""Follow-up questions made to stand alone: by rules, and by a language model whose answer is looked at first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.errors import LanguageModelError
from rag.prompts import Message
from rag.rewriter import Rewriter, carried_forward
from rag.rewriter.phrases import listed, person, phrases
from rag.types import Answer, Citation, Claim, Passage, Refusal, Turn


def turn(question: str, text: str = "It is so.", title: str = "", asked_as: str = "", refused: bool = False) -> Turn:
    """A turn whose answer is one claim, which cites a document of this title."""
    passage = Passage("p", "d", "a.txt", title, 0, len(text), text)
    cited = (Citation(1, passage, 0, len(text), text),) if title else ()
    refusal = Refusal.NOT_IN_THE_DOCUMENTS if refused else None
    claims = () if refused else (Claim(text, 0, len(text), cited),)
    return Turn(question, Answer(question, asked_as or question, text, claims, refusal=refusal))


def after(*turns: Turn | str, then: str) -> str:
    return carried_forward(then, [one if isinstance(one, Turn) else turn(one) for one in turns])


# -- another time


@pytest.mark.parametrize(
    ("before", "then", "meant"),
    [
        ("How large was the meadow in 2022?", "and in 2021?", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "What about 2021?", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "2021?", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "und 2021?", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "How large was it in 2021?", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "no wait, 2021", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "And the year before?", "How large was the meadow in 2021?"),
        ("How large was the meadow in 2022?", "and two years later?", "How large was the meadow in 2024?"),
        ("How much rain fell in May 2022?", "and in June?", "How much rain fell in June 2022?"),
        ("How much rain fell in May 2022?", "and in 2021?", "How much rain fell in May 2021?"),
        ("How many visitors came in 2022?", "How many in 2021?", "How many visitors came in 2021?"),
        ("How large was the meadow?", "and in 2021?", "How large was the meadow in 2021?"),
    ],
)
def test_a_time_takes_the_place_of_a_time(before: str, then: str, meant: str) -> None:
    assert after(before, then=then) == meant


# -- another thing


@pytest.mark.parametrize(
    ("before", "then", "meant"),
    [
        ("How many persons may the Ottoline carry?", "and the Dunlin?", "How many persons may the Dunlin carry?"),
        ("What does a ticket cost for adults?", "and for pupils?", "What does a ticket cost for pupils?"),
        ("What did he decide about the harbour?", "And about the pier?", "What did he decide about the pier?"),
        ("How deep is post P2?", "what about P8?", "How deep is P8?"),
        ("What is the yearly fee?", "And for students?", "What is the yearly fee for students?"),
        ("How much is the year ticket?", "What about the family ticket?", "How much is the family ticket?"),
        ("Who wrote FP-07 version 3?", "And version 2?", "Who wrote FP-07 version 2?"),
        ("How many eels were landed in 2022?", "and cockles in 2023?", "How many cockles were landed in 2023?"),
        ("How many tonnes of eels were landed?", "and cockles?", "How many tonnes of cockles were landed?"),
    ],
)  # fmt: skip
def test_a_thing_takes_the_place_of_one_of_its_kind(before: str, then: str, meant: str) -> None:
    assert after(before, then=then) == meant


def test_what_has_no_place_is_added() -> None:
    assert after("When was it built?", then="and the fees?") == "When was it built, and the fees?"


# -- why, and other bare words


@pytest.mark.parametrize(
    ("before", "then", "meant"),
    [
        ("How large was the meadow in 2022?", "why?", "Why was the meadow so large in 2022?"),
        ("When was the sluice shut?", "But why?", "Why was the sluice shut?"),
        ("Did the council vote for the plan?", "Why not?", "Why did the council vote for the plan?"),
        ("Who paid for the pier?", "Why?", "Why? (about: who paid for the pier)"),
        ("Is the house open on Mondays?", "Since when?", "Since when is the house open on Mondays?"),
        ("When was the gauge built?", "By whom?", "By whom was the gauge built?"),
    ],
)
def test_a_bare_question_word_asks_of_the_last_question(before: str, then: str, meant: str) -> None:
    assert after(before, then=then) == meant


# -- words that point


@pytest.mark.parametrize(
    ("before", "then", "meant"),
    [
        ("When did the boathouse burn?", "Who owned it?", "Who owned the boathouse?"),
        ("When was the roof of the hut paid?", "How much did it cost?", "How much did the roof of the hut cost?"),
        ("Where do little terns nest?", "How many eggs do they lay?", "How many eggs do little terns lay?"),
        ("When was the gauge built?", "What is its height?", "What is the gauge’s height?"),
        ("What did the town say about the plan?", "Who is against it?", "Who is against the plan? (about: the town)"),
        ("Which gates are open?", "How wide are these gates?", "How wide are these gates?"),
    ],
)  # fmt: skip
def test_a_pronoun_is_replaced_by_what_the_last_question_was_about(before: str, then: str, meant: str) -> None:
    assert after(before, then=then) == meant


def test_she_is_whom_the_answer_names() -> None:
    who = turn("Who designed the house?", "It was designed by the architect Senna Trobisk, who lives on Salt Lane.")
    assert after(who, then="Where did she grow up?") == "Where did Senna Trobisk grow up? (about: the house)"


def test_he_is_whom_an_earlier_question_names_and_no_lady() -> None:
    turns = (turn("What did Mr Vass say about eels?"), turn("What does Mrs Ferrand play?"), turn("Is the pier open?"))
    assert after(*turns, then="Where does he live?").startswith("Where does Mr Vass live?")


def test_a_pronoun_inside_its_own_question_is_left() -> None:
    question = "When Ada Brok surveyed the marsh, how many posts did she set?"
    assert after("How deep is the lake?", then=question) == question


def test_it_takes_no_antecedent_where_it_means_nothing() -> None:
    question = "How long does it take to walk round the lake?"
    assert after("How deep is the harbour?", then=question) == question


@pytest.mark.parametrize("then", ["who wrote it?", "Who wrote this report?", "who is the author of the report?"])
def test_who_wrote_it_asks_of_the_document_that_was_cited(then: str) -> None:
    cited = turn("How large was the meadow?", "It covered 287 hectares.", title="Annual Report 2022")
    assert "“Annual Report 2022”" in after(cited, then=then)


@pytest.mark.parametrize(
    ("answer", "then", "item"),
    [
        ("The boats are Hale Annick, Two Sisters and Merry Dun.", "Who owned the second one?", "Two Sisters"),
        ("There are three:\n1. the gauge\n2. the model\n3. the panel", "What does the last show?", "the panel"),
        ("There are three:\n- the gauge\n- the model\n- the panel", "What does the third one show?", "the panel"),
    ],
)
def test_an_ordinal_counts_in_the_list_that_was_answered(answer: str, then: str, item: str) -> None:
    assert item in after(turn("What is there?", answer), then=then)


def test_an_ordinal_without_a_list_stays_with_what_it_is_about() -> None:
    asked = after(turn("What are the parts of the show?", "It has three parts."), then="What is the third one?")
    assert asked == "What is the third one? (about: the parts of the show)"


def test_there_is_where_the_last_question_was() -> None:
    assert after("Who lives at Farrow Point?", then="Can I swim there?").startswith("Can I swim at Farrow Point?")


# -- which turns are leaned on


def test_what_says_too_little_is_followed_by_what_it_is_about() -> None:
    asked = after("When was the accident with the Dunlin?", then="Who was hurt?")
    assert asked == "Who was hurt? (about: the accident with the Dunlin)"


def test_the_last_turn_is_leaned_on_and_not_the_first() -> None:
    assert after("How deep is the lake?", "How old is the pier?", then="Who built it?") == "Who built the pier?"


def test_a_chain_leans_on_what_was_asked_as() -> None:
    second = turn("and in 2021?", asked_as="How large was the meadow in 2021?")
    assert (
        after("How large was the meadow in 2022?", second, then="and in 2020?") == "How large was the meadow in 2020?"
    )


def test_a_pronoun_leans_on_what_was_answered_before_a_refusal() -> None:
    refused = turn("Who is the mayor of Berlin?", "The documents do not hold an answer.", refused=True)
    assert after("How old is the pier?", refused, then="Who built it?") == "Who built the pier?"


def test_what_one_goes_back_to_is_found_again() -> None:
    turns = ("How large was the meadow in 2022?", "How old is the pier?")
    assert after(*turns, then="Back to the meadow. And in 2021?") == "How large was the meadow in 2021?"


def test_passages_lend_nothing() -> None:
    quoted = turn("How old is the pier?", "It is old.", title="A secret title")
    assert after(quoted, then="Who built it?") == "Who built the pier?"


# -- what stands alone


@pytest.mark.parametrize(
    "question",
    [
        "How deep is the Kettle?",
        "Who is the mayor of Skarrowmouth?",
        "May I fly a drone over the flats?",
        "What is eelgrass?",
        "What does TEP mean?",
        "Are there seals?",
        "Thanks. How many persons may the Ottoline carry?",
        "When was the annual report for 2022 adopted by the council?",
        "Wer schrieb den Bericht über das Porenwasser?",
        "潮位はいつ最高でしたか？",
        "what is the highest tide ever recorded at the north pier",
        "Is it true that the station was founded in 1931?",
        "word " * 100,
    ],
)
def test_a_new_subject_is_asked_as_it_was_typed(question: str) -> None:
    assert after("How large was the meadow in 2022?", then=question) == question


@pytest.mark.parametrize("question", ["", " ", "?", "...", "\n\t", "!?"])
def test_nothing_is_made_of_nothing(question: str) -> None:
    assert after("How large was the meadow in 2022?", then=question) == question


SAID = """
    and but what about why who which how many the a it its she her they these that there then one second last year
    before 2021 May for in of is was did Ada Brok P8 report wrote back to . , ? ; (about: x) 1. - \ud800 é 中
"""
TYPED = st.text(max_size=120) | st.lists(st.sampled_from(SAID.split()), max_size=14).map(" ".join)


@given(TYPED, st.lists(st.tuples(TYPED, TYPED, TYPED, st.booleans()), max_size=5))
def test_any_conversation_gives_a_question(question: str, said: list[tuple[str, str, str, bool]]) -> None:
    history = [turn(asked, answer, title, refused=refused) for asked, answer, title, refused in said]
    meant = carried_forward(question, history)
    assert meant.strip() or not question.strip()
    assert len(meant) <= len(question) + 2000
    assert meant == carried_forward(question, history)
    assert history or meant == question


# -- parts of speech


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("Why did the number of boat days fall in 2022", ["the number of boat days", "2022"]),
        ("What did the rope fence on Noust Bar cost", ["the rope fence", "Noust Bar"]),
        ("Which questions did Noor Abellane ask Cobus Trewen", ["questions", "Noor Abellane", "Cobus Trewen"]),
        ("When did the station buy the boat", ["the station", "the boat"]),
        ("Who designed the house", ["the house"]),
        ("When was the gauge built", ["the gauge"]),
        ("", []),
    ],
)
def test_the_noun_phrases_of_a_question(question: str, found: list[str]) -> None:
    assert [phrase.text for phrase in phrases(question)] == found
    assert all(question[phrase.start : phrase.end] == phrase.text for phrase in phrases(question))


def test_the_items_of_a_list() -> None:
    assert listed("We have oats, rye and barley.") == ["We have oats", "rye", "barley"]
    assert listed("1. oats\n2. rye") == ["oats", "rye"]
    assert listed("There is nothing.") == []


def test_a_place_is_no_person() -> None:
    assert person("The hut stands at Farrow Point. It was built by Joren Okeby.") == "Joren Okeby"
    assert person("Nobody was there.") == ""


# -- by a language model


class Model:
    """Says what it was made to say."""

    def __init__(self, says: str | Exception) -> None:
        self.says = says
        self.asked: list[Sequence[Message]] = []

    def complete(self, messages: Sequence[Message]) -> str:
        self.asked.append(messages)
        if isinstance(self.says, Exception):
            raise self.says
        return self.says


def by(model: Any, question: str = "and in 2021?") -> tuple[str, str]:
    rewritten = Rewriter(model).stand_alone(question, [turn("How large was the meadow in 2022?")])
    return rewritten.text, rewritten.by


BY_RULES = ("How large was the meadow in 2021?", "rules")


def test_a_model_writes_the_question() -> None:
    assert by(Model("How many hectares was the meadow in 2021?")) == (
        "How many hectares was the meadow in 2021?",
        "model",
    )


@pytest.mark.parametrize(
    "says", ['"{}"', "Standalone question: {}", "**Question:** “{}”", "\n {} \n", "Rewritten question: {}"]
)
def test_labels_and_quotation_marks_of_a_model_are_taken_off(says: str) -> None:
    assert by(Model(says.format("How wide was the meadow?"))) == ("How wide was the meadow?", "model")


@pytest.mark.parametrize(
    "says",
    [
        "",
        "  \n ",
        "The meadow covered 248 hectares in 2021.",
        "Here is the question.\n\nHow large was the meadow in 2021?",
        "How large " * 60 + "?",
        "2021年の草地の広さは？",
    ],
    ids=["empty", "blank", "an answer", "an explanation", "too long", "another script"],
)
def test_what_is_no_question_is_not_used(says: str) -> None:
    assert by(Model(says)) == BY_RULES


def test_a_model_that_fails_is_told_of_and_the_rules_write() -> None:
    failure = LanguageModelError("The model does not answer.")
    history = [turn("How large was the meadow in 2022?")]
    rewritten = Rewriter(Model(failure)).stand_alone("and in 2021?", history)  # type: ignore[arg-type]
    assert (rewritten.text, rewritten.by) == BY_RULES
    assert rewritten.failure is failure


def test_a_first_question_asks_no_model() -> None:
    model = Model("What?")
    rewritten = Rewriter(model).stand_alone("and in 2021?", [])  # type: ignore[arg-type]
    assert (rewritten.text, rewritten.by, model.asked) == ("and in 2021?", "unchanged", [])


def test_a_question_that_stands_alone_is_shown_to_the_model_and_may_stay() -> None:
    model = Model("How deep is the lake?")
    assert by(model, "How deep is the lake?") == ("How deep is the lake?", "unchanged")
    assert len(model.asked) == 1
