"""What a language model wrote: whether it can be used, and whether it says that the documents do not tell."""

from __future__ import annotations

import pytest

from rag.prompts import NOT_IN_THE_DOCUMENTS
from rag.writing.drafts import objection, says_not_in_documents

QUESTION = "How many persons may the Ottoline carry?"
ANSWER = "The Ottoline may carry twelve persons, crew included, and no more than eight in winter. [1]"
GERMAN_QUESTION = "Wie viele Personen darf die Ottoline befördern?"
GERMAN = "Die Ottoline darf zwölf Personen befördern, die Besatzung eingeschlossen, im Winter jedoch nur acht. [1]"

RUSSIAN = "«Оттолина» может взять двенадцать человек, включая экипаж, а зимой — восемь. [1]"
CHINESE = "奥托琳号最多可以载十二人，其中包括船员，冬季最多八人。根据该站二零二三年的安全规定，任何人不得例外。[1]"


@pytest.mark.parametrize("draft", ["", "  \n", "[1]", "[1] [2], ….", "**", "【1】"])
def test_a_draft_without_a_word_is_nothing(draft: str) -> None:
    assert objection(QUESTION, draft) == "The language model wrote nothing."


@pytest.mark.parametrize(
    "draft",
    [
        ANSWER,
        "Twelve. [1]",
        "12",
        "Nein. [1]",
        "The board cannot help with the dredging before May. [1]",
        "“I cannot help with that,” wrote Vass to the board in September. [2]",
        "I am sorry, but I cannot help with that, Vass told the board. [2]",
        "Sorry sight, the pier: it lost four piles in the storm of 2021. [1]",
        "As an AI-assisted survey, the count of 2023 is provisional. [1]",
        "As an assistant of the station, Ida Morvenne measures the salinity. [3]",
        "I'm sorry, but the passages do not say how many persons the ferry carries.",
        "I cannot provide a number, as the documents only speak of the crew.",
        "Sorry, I cannot give an exact figure: the passages differ.",
        "Como asistente del director, Vass escribió la carta. [1]",
        NOT_IN_THE_DOCUMENTS,
    ],
)
def test_an_answer_is_no_refusal_because_of_a_word_in_it(draft: str) -> None:
    assert objection("What did Vass say of the Ottoline and the pier?", draft) == ""


@pytest.mark.parametrize(
    "draft",
    [
        "I'm sorry, but I can't help with that.",
        "I’m sorry, but I can’t assist with that request.",
        "I am very sorry. I am unable to provide this.",
        "I apologize, but I cannot fulfill your request.",
        "Sorry, but I won't discuss that.",
        "I cannot assist with that.",
        "**I can't help with that.**",
        "As an AI language model, I do not have access to current events.",
        "As a large language model trained by Example, I have no opinions.",
        "Es tut mir leid, aber ich kann dir dabei nicht helfen.",
        "Tut mir leid, das kann ich leider nicht beantworten.",
        "Ich kann Ihnen dabei leider nicht helfen.",
        "Als KI-Sprachmodell habe ich keine Meinung.",
        "Je suis désolé, mais je ne peux pas vous aider avec cela.",
        "En tant que modèle de langage, je n'ai pas d'avis.",
        "Lo siento, pero no puedo ayudar con eso.",
        "Como modelo de lenguaje, no tengo opiniones.",
    ],
)
def test_a_refusal_of_the_models_own_is_named(draft: str) -> None:
    assert objection(QUESTION, draft) == "The language model declined to answer."


@pytest.mark.parametrize(
    ("question", "draft", "language"),
    [
        (QUESTION, GERMAN, "German"),
        (GERMAN_QUESTION, ANSWER, "English"),
        (QUESTION, "L'Ottoline peut transporter douze personnes, équipage compris, et huit en hiver. [1]", "French"),
        (QUESTION, CHINESE, "the script of Chinese"),
        ("奥托琳号可以载多少人？", ANSWER, "the script of Latin"),
        (QUESTION, RUSSIAN, "the script of Cyrillic"),
    ],
)  # fmt: skip
def test_another_language_than_the_questions_is_named(question: str, draft: str, language: str) -> None:
    assert objection(question, draft) == (
        f"The language model answered in {language}, not in the language of the question."
    )


@pytest.mark.parametrize(
    ("question", "draft"),
    [
        (QUESTION, ANSWER),
        (GERMAN_QUESTION, GERMAN),
        (QUESTION, f"The guest report says: „{GERMAN[:-4]}“ [1]"),
        (QUESTION, "Zwölf. [1]"),
        ("FP-07 v3?", GERMAN),
        ("Who sits on the board?", "Anselm Torvane, Orla Fenmarch, Hanne Dorrick, Ida Morvenne and Rolf Vass. [1]"),
        ("Salinity in 2022?", "Salinity 31.2, 30.9 and 31.0 PSU; pH 8.1; level 4.82 m; flow 0.41 m/s; n = 48. [1]"),
        (GERMAN_QUESTION, NOT_IN_THE_DOCUMENTS),
        ("Was heißt “tidal exchange programme” im Bericht?", "Das Programm für den Austausch der Gezeiten. [1]"),
        ("奥托琳号可以载多少人？", "Ottoline Fenmarch. [1]"),
    ],
)  # fmt: skip
def test_quotes_names_numbers_and_short_texts_are_no_other_language(question: str, draft: str) -> None:
    assert objection(question, draft) == ""


@pytest.mark.parametrize(
    "draft",
    [
        "The gates close at 4.82 m. " + "The board met in May and agreed on the plan for the gates. [1] " * 3,
        "It is so " + "very " * 60,
        ANSWER + " " + "I do not know. " * 40 + "I do n",
        "- the gates\n" * 30,
    ],
)
def test_a_draft_that_ends_in_a_loop_is_named(draft: str) -> None:
    assert objection(QUESTION, draft) == "The language model repeated itself without end."


@pytest.mark.parametrize(
    "draft",
    [
        "In 2021 the count was 312. [1] In 2022 the count was 318. [2] In 2023 the count was 340. [3]",
        "The rule says it thrice: keep clear, keep clear, keep clear. [1]",
        "| year | level |\n|------|-------|\n" + "\n".join(f"| {2000 + i} | 4.{i} m |" for i in range(20)),
        "The table of the gates ends here. [1]\n" + "-" * 400,
        "The gates close at 4.82 m above datum. [1] The gates close at 4.82 m above datum. [2]",
    ],
)
def test_a_list_a_table_and_a_repeated_sentence_are_no_loop(draft: str) -> None:
    assert objection(QUESTION, draft) == ""


@pytest.mark.parametrize(
    "draft",
    [
        NOT_IN_THE_DOCUMENTS,
        NOT_IN_THE_DOCUMENTS.upper().rstrip("."),
        f"“{NOT_IN_THE_DOCUMENTS}”",
        f"Answer: {NOT_IN_THE_DOCUMENTS}",
        f"**Answer:** *{NOT_IN_THE_DOCUMENTS}*\n",
        f"{NOT_IN_THE_DOCUMENTS} [1]",
        f"{NOT_IN_THE_DOCUMENTS[:-1]} [1][2].",
        f"{NOT_IN_THE_DOCUMENTS} They speak of the crew only.",
        f"\n\n {NOT_IN_THE_DOCUMENTS.replace(' ', '  ')} ",
    ],
)
def test_the_agreed_phrase_is_heard_however_it_is_dressed(draft: str) -> None:
    assert says_not_in_documents(draft)
    assert objection(QUESTION, draft) == ""


@pytest.mark.parametrize(
    "draft",
    [
        "",
        ANSWER,
        "The documents do not answer",
        "The documents do not answer this questionnaire.",
        f"{NOT_IN_THE_DOCUMENTS} However, the Ottoline carries twelve persons. [2]",
        f"{NOT_IN_THE_DOCUMENTS} [1] The Ottoline carries twelve [2].",
        f"The Ottoline carries twelve. [1] {NOT_IN_THE_DOCUMENTS}",
        f"Vass wrote that {NOT_IN_THE_DOCUMENTS}",
        "Answer:",
    ],
)
def test_an_answer_is_not_taken_for_the_agreed_phrase(draft: str) -> None:
    assert not says_not_in_documents(draft)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[1", ""),
        ("“", "The language model wrote nothing."),
        ("I'm sorry, ", "The language model repeated itself without end."),
        ("a", "The language model repeated itself without end."),
        ("[ ", "The language model wrote nothing."),
        ("\x00", "The language model wrote nothing."),
    ],
)
def test_a_hostile_draft_of_a_megabyte_is_judged(text: str, says: str) -> None:
    draft = (text * 1_000_000)[:1_000_000]
    assert objection(QUESTION, draft) == says
    assert not says_not_in_documents(draft)
