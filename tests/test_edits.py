"""Atomic edits and rewordings: what they change, and that they change nothing else."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.edits import OPERATORS, edits, rewordings
from evals.edits.language import begun_small, is_plural, is_prose, subject_number, with_article
from evals.edits.names import Kind, kind_of, names
from evals.edits.verbs import base_of, third_person
from rag.types import Support

OTHERS = ["Marie Curie left Warsaw in 1891, and the Sorbonne gave her a place in its laboratory."]
EXAMPLES = {
    "number": "The ferry carries 64 passengers.",
    "date": "The mill was built in 1958 by two brothers.",
    "unit": "The dyke is 14 kilometres long.",
    "entity": "The painter met Anna Torvane in the harbour.",
    "negation": "The board was told of the plan.",
    "role": "Torvane defeated Dorrick in the vote.",
    "quantifier": "Most of the members agreed to it.",
    "direction": "The price rose after the storm.",
    "hedge": "The drug may reduce the risk of a stroke.",
    "fusion": "The gates were closed on Monday.",
    "noun": "They wrote about the harbour of the town.",
}


def drawn(sentence: str, operator: str, seed: int, context: str = "") -> str:
    made = edits(sentence, context or sentence, OTHERS, random.Random(seed))
    return next((edit.text for edit in made if edit.operator == operator), "")


def all_drawn(sentence: str, operator: str, context: str = "") -> set[str]:
    return {drawn(sentence, operator, seed, context) for seed in range(80)} - {""}


def reworded(sentence: str, context: str = "") -> set[str]:
    return {edit.text for seed in range(80) for edit in rewordings(sentence, context or sentence, random.Random(seed))}


@pytest.mark.parametrize(("operator", "sentence"), EXAMPLES.items())
def test_each_operator_changes_a_sentence_it_is_made_for(operator: str, sentence: str) -> None:
    changed = all_drawn(sentence, operator)
    assert changed
    assert sentence not in changed


def test_the_operators_that_are_named_are_those_there_are() -> None:
    assert set(EXAMPLES) == set(OPERATORS)


def test_an_edit_says_which_words_it_changed() -> None:
    for seed in range(30):
        for edit in edits(EXAMPLES["date"], EXAMPLES["date"], OTHERS, random.Random(seed)):
            if edit.operator == "date":
                (start, end), *_ = edit.changed
                assert edit.text[:start] == EXAMPLES["date"][:start]
                assert edit.text[start:end] != "1958"


@pytest.mark.parametrize(
    ("operator", "sentence", "edit"),
    [
        ("negation", "The company released the album in May.", "The company did not release the album in May."),
        ("negation", "The council did not approve the plan.", "The council approved the plan."),
        ("negation", "The pump failed to stop the flood.", "The pump stopped the flood."),
        ("negation", "It is possible to walk to the isle today.", "It is impossible to walk to the isle today."),
        ("role", "Torvane defeated Dorrick in the vote.", "Dorrick defeated Torvane in the vote."),
        ("role", "The line runs from Oslo to Bergen every day.", "The line runs from Bergen to Oslo every day."),
        ("role", "The bridge was designed by Rolf Vass in 1931.", "Rolf Vass was designed by the bridge in 1931."),
        ("role", "The risk was higher in women than in men.", "The risk was higher in men than in women."),
        ("direction", "The station lies above the town and the lake.", "The station lies below the town and the lake."),
        ("quantifier", "Both Anna and Ole signed the letter.", "Neither Anna nor Ole signed the letter."),
        ("quantifier", "The pump needs at least 40 litres of oil.", "The pump needs at most 40 litres of oil."),
        ("hedge", "The drug may reduce the risk of a stroke.", "The drug reduces the risk of a stroke."),
        ("hedge", "These drugs may be useful against the disease.", "These drugs are useful against the disease."),
        ("hedge", "The author argues that the dyke will not hold.", "The dyke will not hold."),
        ("hedge", "The tower is thought to be the oldest in town.", "The tower is the oldest in town."),
        ("hedge", "The tax is associated with lower sales of sugar.", "The tax causes lower sales of sugar."),
        ("unit", "It cost 20 million euros to build the dyke.", "It cost 20 billion euros to build the dyke."),
    ],
)
def test_an_edit_leaves_a_sentence_that_reads(operator: str, sentence: str, edit: str) -> None:
    assert edit in all_drawn(sentence, operator)


def test_a_bound_is_never_made_weaker() -> None:
    for text in all_drawn("The hall holds more than 500 guests.", "number"):
        assert int(text.split()[5].replace(",", "")) > 500
    for text in all_drawn("The hall holds less than 500 guests.", "number"):
        assert int(text.split()[5].replace(",", "")) < 500


def test_what_is_only_possible_is_not_denied() -> None:
    assert not all_drawn("The drug may be useful for older people.", "negation")


def test_all_never_becomes_some_or_most() -> None:
    for text in all_drawn("All members of the board were told of it.", "quantifier"):
        assert not text.lower().startswith(("some ", "most ", "many "))


def test_who_met_whom_is_not_turned_round() -> None:
    assert not all_drawn("Anna met Peter in the harbour of the town.", "role")


@pytest.mark.parametrize(
    "sentence",
    [
        "It is thought that `` the only one '' was lost.",
        'The song "All of us" was never sung in the town again.',
        "The rate was confirmed by others [12, 14] in the same year.",
    ],
)
def test_quotations_and_citations_keep_their_words(sentence: str) -> None:
    kept = re.search(r"``.*''|\".*\"|\[.*\]", sentence)
    assert kept
    for seed in range(60):
        for edit in edits(sentence, sentence, OTHERS, random.Random(seed)):
            assert kept.group() in edit.text


def test_a_name_becomes_one_of_the_same_kind() -> None:
    passage = (
        "The delegates came from Norway. Peter Hansen spoke for the University of Bergen. They then went to Denmark."
    )
    found = all_drawn("The delegates came from Norway.", "entity", passage)
    assert found
    assert not any(word in text for text in found for word in ("Hansen", "University"))


def test_no_edit_says_what_the_passage_says_elsewhere() -> None:
    passage = "The ferry carries 64 passengers. The ferry carries 65 passengers."
    for seed in range(200):
        for edit in edits("The ferry carries 64 passengers.", passage, OTHERS, random.Random(seed)):
            assert edit.text not in passage


@pytest.mark.parametrize(
    ("sentence", "wording"),
    [
        ("It cost 2.5 million crowns in all.", "It cost 2,500,000 crowns in all."),
        ("It opened on 5 May 2022 at last.", "It opened on 2022-05-05 at last."),
        ("However, the board agreed to the plan.", "The board agreed to the plan."),
        ("In 2019, the station closed its doors for good.", "The station closed its doors for good in 2019."),
        ("The bridge was built by Rolf Vass in 1931.", "Rolf Vass built the bridge in 1931."),
        ("Rolf Vass built the bridge in 1931.", "The bridge was built by Rolf Vass in 1931."),
        ("The risk was higher in women than in men.", "The risk was lower in men than in women."),
        ("The board was unable to agree on it.", "The board was not able to agree on it."),
        ("The colour of the paint had faded by then.", "The color of the paint had faded by then."),
        ("The trial went on for 24 months in all.", "The trial went on for 2 years in all."),
        ("The company purchased the land for a new mill.", "The company bought the land for a new mill."),
        ("The harbour holds over 300 boats in summer.", "The harbour holds more than 300 boats in summer."),
    ],
)
def test_a_rewording_keeps_the_meaning(sentence: str, wording: str) -> None:
    assert wording in reworded(sentence)


def test_initials_stand_for_the_name_that_the_passage_gives_them_for() -> None:
    passage = "The Brelm Lagoon Station (BLS) was built in 1931. The BLS has three boats and a crane."
    assert "The Brelm Lagoon Station has three boats and a crane." in reworded(
        "The BLS has three boats and a crane.", passage
    )


def test_a_number_is_rounded_with_a_bound_on_the_right_side() -> None:
    for text in reworded("The library lent 1,834 books in that year."):
        assert "over 1,900" not in text
        assert "nearly 1,800" not in text


def test_two_sentences_of_the_passage_are_joined() -> None:
    passage = "The gates were closed on Monday. The water fell by nine centimetres."
    joined = reworded("The gates were closed on Monday.", passage)
    assert "The gates were closed on Monday; the water fell by nine centimetres." in joined


def test_a_synonym_leaves_no_word_out() -> None:
    sentence = "The boats need a crane and a large number of ropes."
    for seed in range(80):
        for edit in rewordings(sentence, sentence, random.Random(seed)):
            assert edit.operator != "paraphrase:synonym" or " a crane" in edit.text


def test_a_date_of_a_clause_is_not_moved_to_the_front() -> None:
    for text in reworded("It was the first vote since the country became free in August 1947."):
        assert not text.startswith("In August 1947")


def test_rewordings_are_supported_and_edits_are_not() -> None:
    for sentence in EXAMPLES.values():
        chance = random.Random(3)
        assert all(edit.supported and not edit.changed for edit in rewordings(sentence, sentence, chance))
        made = edits(sentence, sentence, OTHERS, chance)
        assert all(edit.support is not Support.SUPPORTED and edit.changed for edit in made)
        assert all(edit.contradicts == (edit.support is Support.CONTRADICTED) for edit in made)


def test_the_same_seed_gives_the_same_edits() -> None:
    for sentence in EXAMPLES.values():
        one, other = (edits(sentence, sentence, OTHERS, random.Random(5)) for _ in range(2))
        assert one == other


@pytest.mark.parametrize(
    ("form", "base"), [("reduced", "reduce"), ("stopped", "stop"), ("carried", "carry"), ("rose", "rise"), ("bed", "")]
)
def test_the_base_of_a_verb_is_found(form: str, base: str) -> None:
    assert base_of(form) == base


def test_the_third_person_of_a_verb() -> None:
    assert [third_person(verb) for verb in ("reduce", "carry", "pass", "play")] == [
        "reduces",
        "carries",
        "passes",
        "plays",
    ]


@pytest.mark.parametrize(
    ("before", "plural"),
    [
        ("The analysis of the samples ", False),
        ("The results of this study ", True),
        ("Anna and Ole ", True),
        ("We know that the virus ", False),
        ("", None),
    ],
)
def test_the_number_of_a_subject(before: str, plural: bool | None) -> None:
    assert subject_number(before) is plural


def test_singular_nouns_that_end_in_s_are_not_plural() -> None:
    assert not any(map(is_plural, ("virus", "analysis", "process", "series")))
    assert all(map(is_plural, ("boats", "children", "people")))


def test_the_article_follows_the_word_behind_it() -> None:
    assert with_article("a older", 2, "older")[0] == "an older"
    assert with_article("an younger", 3, "younger")[0] == "a younger"
    assert with_article("an less", 3, "less")[0] == "a less"


def test_prose_is_told_from_tables_and_code() -> None:
    assert is_prose("The ferry carries 64 passengers.")
    assert not is_prose('const msg = await client.create({ model: "a", max_tokens: 10 });')
    assert not is_prose("Input Output Price Context")


def test_a_name_keeps_its_capital_within_a_sentence() -> None:
    assert begun_small("The board met.") == "the board met."
    assert begun_small("Oslo is a city.") == "Oslo is a city."


def test_names_are_found_with_their_kind() -> None:
    found = [
        name for _, name in names("In May, Anna Torvane flew from Norway to the University of Bergen with the WHO.")
    ]
    assert found == ["Anna Torvane", "Norway", "University of Bergen", "WHO"]
    assert [kind_of(name) for name in found] == [Kind.PERSON, Kind.COUNTRY, Kind.INSTITUTION, Kind.LETTERS]


@given(st.text(max_size=200), st.text(max_size=200), st.integers(0, 5))
def test_any_text_can_be_given(sentence: str, context: str, seed: int) -> None:
    for edit in edits(sentence, context, [context], random.Random(seed)):
        assert all(0 <= start <= end <= len(edit.text) for start, end in edit.changed)
    assert all(edit.text.strip() for edit in rewordings(sentence, context, random.Random(seed)))


_WORDS = st.sampled_from(
    (
        "The a may not all Norway Anna 12 % 1,500 May 2019 was higher than in women and men rose by (WHO) is , . `` ''"
        " did reduces"
    ).split()
)


@given(st.lists(_WORDS, min_size=3, max_size=30), st.integers(0, 9))
def test_any_sentence_of_such_words_can_be_given(words: list[str], seed: int) -> None:
    sentence = " ".join(words) + " ."
    for edit in edits(sentence, sentence, [*OTHERS, sentence], random.Random(seed)):
        assert edit.text != sentence
        assert all(0 <= start < end <= len(edit.text) for start, end in edit.changed)
    for edit in rewordings(sentence, f"{sentence} {sentence}", random.Random(seed)):
        assert edit.text != sentence


@pytest.mark.parametrize(
    "text", ["", "\x00", "\ud800 is not", "a" * 10_000, "A is b. " * 1_250, "( " * 5_000, "in the " * 1_500]
)
def test_odd_texts_are_no_trouble(text: str) -> None:
    edits(text, text, [text], random.Random(1))
    rewordings(text, text, random.Random(1))
