"""Questions that name the documents that are asked, and questions of chosen documents."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rag
from rag.catalogue import Listed
from rag.library import Library
from rag.mentions import chosen, mentioned


def listed(source: str, title: str) -> Listed:
    return Listed(source, source, title, "txt", 1, 0, 1, 0.0)


SHELF = [
    listed("reports/annual-2022.pdf", "Annual Report 2022"),
    listed("reports/annual-2023.pdf", "Annual Report 2023"),
    listed("notes/board.md", "Board"),
    listed("people.jsonl#ada", "Ada Brok"),
    listed("people.jsonl#per", "Per Lund"),
    listed("überblick.odt", "Überblick"),
    *(listed(f"letters/{number}.txt", f"Letter {number}") for number in range(7)),
]
REPORTS = ["reports/annual-2022.pdf", "reports/annual-2023.pdf"]


@pytest.mark.parametrize(
    ("question", "said", "documents"),
    [
        ("What does @board say?", "What does Board say?", ["notes/board.md"]),
        ("What does @BOARD.md say?", "What does Board say?", ["notes/board.md"]),
        ("Who signed @notes/board?", "Who signed Board?", ["notes/board.md"]),
        ('In @"annual report 2023", who led?', "In Annual Report 2023, who led?", ["reports/annual-2023.pdf"]),
        ("See @annual-2022.", "See Annual Report 2022.", ["reports/annual-2022.pdf"]),
        (
            "Compare @annual-2022 with @board",
            "Compare Annual Report 2022 with Board",
            ["reports/annual-2022.pdf", "notes/board.md"],
        ),
        (
            "@annual?",
            "Annual Report 2022 and Annual Report 2023?",
            ["reports/annual-2022.pdf", "reports/annual-2023.pdf"],
        ),
        ("How high was it? @board", "How high was it?", ["notes/board.md"]),
        ("@board: who signed?", "who signed?", ["notes/board.md"]),
        ("@board @annual-2022 what was decided?", "what was decided?", ["notes/board.md", "reports/annual-2022.pdf"]),
        ("@board", "Board", ["notes/board.md"]),
        ("Is it in @people.jsonl#ada?", "Is it in Ada Brok?", ["people.jsonl#ada"]),
        ("Is it in @people.jsonl?", "Is it in Ada Brok and Per Lund?", ["people.jsonl#ada", "people.jsonl#per"]),
        ("Is it in @Reports/?", "Is it in Annual Report 2022 and Annual Report 2023?", REPORTS),
        ("Is it in (@board)?", "Is it in (Board)?", ["notes/board.md"]),
        ("Is it in @überblick?", "Is it in Überblick?", ["überblick.odt"]),
        ("Who wrote @letters?", "Who wrote letters?", [f"letters/{number}.txt" for number in range(7)]),
    ],
)
def test_a_document_is_named_by_title_file_path_folder_or_a_beginning(
    question: str, said: str, documents: list[str]
) -> None:
    found = mentioned(question, SHELF)
    assert (found.question, list(found.documents), found.unknown) == (said, documents, ())


@pytest.mark.parametrize("question", ["Write to ada@example.org", "a@board", "@ board", "@", "5@6", "mail me@"])
def test_an_address_is_no_mention(question: str) -> None:
    found = mentioned(question, SHELF)
    assert (found.question, found.documents, found.unknown) == (question, (), ())


def test_a_name_of_nothing_or_of_too_many_stays_and_is_told() -> None:
    found = mentioned("What do @letter and @zeppelin say?", SHELF)
    assert found.question == "What do @letter and @zeppelin say?"
    assert found.unknown == (
        "“letter” may be any of 7 documents: “Letter 0”, “Letter 1”, “Letter 2” and others.",
        "No document is called “zeppelin”.",
    )


_PIECES = st.sampled_from(
    ["@", "@board", '@"', '"', "“", "@annual", "@letter", "?", " ", "/", "#", ".", "who", "ß", "\u202e"]
)


@given(st.text() | st.lists(_PIECES | st.text(max_size=3), max_size=12).map("".join))
def test_any_text_is_a_question(text: str) -> None:
    found = mentioned(text, SHELF)
    assert len(set(found.documents)) == len(found.documents)
    assert {*found.documents} <= {document.id for document in SHELF}
    if "@" not in text:
        assert (found.question, found.documents, found.unknown) == (text, (), ())
    if not found.documents:
        assert found.question == text


@given(st.sampled_from(SHELF))
def test_every_document_is_named_by_its_title_and_by_its_source(document: Listed) -> None:
    for name in (document.title, document.source):
        assert mentioned(f'What is in @"{name}"?', SHELF).documents == (document.id,)
    assert chosen([document.source], SHELF) == [document.id]


def test_chosen_names_add_up_and_one_that_is_unknown_is_a_problem() -> None:
    assert chosen(["board", "annual", "Board"], SHELF) == ["notes/board.md", *REPORTS]
    with pytest.raises(rag.NotInStore, match=r"No document is called “zeppelin”\. Give a title, a file name"):
        chosen(["board", "zeppelin"], SHELF)
    with pytest.raises(rag.NotInStore, match="“letter” may be any of 7 documents"):
        chosen(["letter"], SHELF)


# -- asking chosen documents


TIDE = "How high was the highest tide of 2021?"


def test_only_the_chosen_documents_are_asked(filled: Library) -> None:
    assistant = rag.Assistant(filled)
    tides, birds = filled.document("tides.txt").id, filled.document("birds.md").id
    assert "4.82 m" in assistant.ask(TIDE, documents=[tides]).text
    elsewhere = assistant.ask(TIDE, documents=[birds])
    assert elsewhere.refusal is rag.Refusal.NOT_IN_THE_DOCUMENTS
    assert {hit.passage.document_id for hit in elsewhere.hits} == {birds}


def test_a_question_that_names_a_document_asks_it_and_is_kept_as_it_was_typed(filled: Library) -> None:
    answer = rag.Assistant(filled).ask("What did the station count in the winter of 2023, says @birds?")
    assert answer.question == "What did the station count in the winter of 2023, says @birds?"
    assert answer.asked_as == "What did the station count in the winter of 2023, says Bird counts?"
    assert {hit.passage.source.rpartition("/")[2] for hit in answer.hits} == {"birds.md"}


def test_a_name_that_no_document_has_is_told_with_the_answer(filled: Library) -> None:
    answer = rag.Assistant(filled).ask(f"{TIDE} @zeppelin")
    assert answer.warnings[0] == "No document is called “zeppelin”. The whole library was searched."


def test_what_a_question_names_is_asked_instead_of_what_was_chosen(filled: Library) -> None:
    tides = filled.document("tides.txt").id
    answer = rag.Assistant(filled).ask("What did the station count in the winter of 2023? @birds", documents=[tides])
    assert answer.asked_as == "What did the station count in the winter of 2023?"
    assert "312 oystercatchers" in answer.text
    assert answer.warnings == ()


def test_a_name_that_no_document_has_is_told_where_chosen_documents_are_asked(filled: Library) -> None:
    tides = filled.document("tides.txt").id
    answer = rag.Assistant(filled).ask(f"{TIDE} @zeppelin", documents=[tides])
    assert answer.warnings[0] == "No document is called “zeppelin”. The chosen documents were searched."


def test_a_question_after_one_that_names_a_document_is_completed_without_the_mention(filled: Library) -> None:
    assistant = rag.Assistant(filled)
    first = assistant.ask("How high was the highest tide of 2021, says @tides?")
    second = assistant.ask("When was it?", [rag.Turn(first.question, first)])
    assert "@" not in second.asked_as
    assert "@" in first.question
