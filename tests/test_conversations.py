"""Conversations are kept whole, found again, and say where their sources stand today."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import answer, answers, citation, turns
from libraries import Open

from rag.catalogue import Catalogue, TurnRow
from rag.conversations import Conversations, KeptTurn, Whereabouts, title_of
from rag.conversations.kept import from_text, to_text
from rag.errors import NotInStore, RagError
from rag.library import Library
from rag.types import Answer, Turn

TIDE = "The highest tide of 2021 stood 4.82 m above datum on 3 November."
TERN = "The little tern returned to the sand bar in May 2020 after nine years."


@pytest.fixture
def catalogue(tmp_path: Path) -> Iterator[Catalogue]:
    with closing(Catalogue(tmp_path / "catalogue.db")) as opened:
        yield opened


@pytest.fixture
def conversations(catalogue: Catalogue) -> Conversations:
    return Conversations(catalogue)


def plain(question: str, text: str = "") -> Turn:
    return Turn(question, Answer(question, question, text))


# -- what is kept comes back


@settings(deadline=None)
@given(turns)
def test_any_turn_comes_back_as_it_was(turn: Turn) -> None:
    assert from_text(to_text(turn)) == turn


@settings(max_examples=25, deadline=None)
@given(st.lists(turns, max_size=3))
def test_any_conversation_comes_back_from_the_catalogue(given_turns: list[Turn]) -> None:
    with tempfile.TemporaryDirectory() as folder, closing(Catalogue(Path(folder, "c.db"))) as catalogue:
        conversations = Conversations(catalogue)
        begun = conversations.new()
        for turn in given_turns:
            conversations.add(begun.id, turn)
        opened = conversations.open(begun.id)
        assert [Turn(turn.question, turn.answer) for turn in opened.turns] == given_turns
        assert [turn.number for turn in opened.turns] == list(range(1, len(given_turns) + 1))
        standings = conversations.standing(opened)
        assert all(
            standings.of(turn, cited).whereabouts is Whereabouts.GONE
            for turn in opened.turns
            for cited in turn.answer.citations
        )


@settings(max_examples=50, deadline=None)
@given(answers)
def test_every_field_of_an_answer_is_kept(given_answer: Answer) -> None:
    kept = json.loads(to_text(Turn("Q", given_answer)))["answer"]
    assert kept.keys() == {field.name for field in fields(Answer)}


def test_a_passage_is_kept_once(filled: Library) -> None:
    cited = citation(filled, "tides.txt", TIDE)
    given_answer = answer("How high?", cited, replace(cited, mark=2))
    kept = json.loads(to_text(Turn("How high?", given_answer)))
    assert [passage["id"] for passage in kept["passages"]] == [cited.passage.id]


def test_a_conversation_has_its_turns_and_times_after_the_store_was_closed(library: Open, papers: Any) -> None:
    opened = library()
    opened.sync(papers)
    begun = Conversations(opened.catalogue).new()
    turn = Turn("How high?", answer("How high?", citation(opened, "tides.txt", TIDE)))
    Conversations(opened.catalogue).add(begun.id, turn)
    content = opened.document("tides.txt").content_hash
    opened.close()
    conversations = Conversations(library().catalogue)
    again = conversations.open(begun.id)
    [kept] = again.turns
    assert (kept.question, kept.answer) == (turn.question, turn.answer)
    assert kept.hashes == {turn.answer.citations[0].passage.document_id: content}
    assert begun.created_at == again.created_at <= kept.asked_at == again.updated_at
    assert (again.title, begun.title) == ("How high?", "")


def test_what_was_added_survives_a_kill(tmp_path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path; from rag.catalogue import Catalogue;"
        "from rag.conversations import Conversations; from rag.types import Answer, Turn;"
        "kept = Conversations(Catalogue(Path(sys.argv[1]))); begun = kept.new();"
        "kept.add(begun.id, Turn('Why?', Answer('Why?', 'Why?', 'Because.')));"
        "print(begun.id, flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    path = tmp_path / "catalogue.db"
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == -signal.SIGKILL
    with closing(Catalogue(path)) as catalogue:
        opened = Conversations(catalogue).open(done.stdout.strip())
    assert [turn.answer.text for turn in opened.turns] == ["Because."]


def test_turns_from_several_threads_are_each_kept_once(conversations: Conversations) -> None:
    begun = conversations.new()
    said = [f"{thread} {number}" for thread in range(4) for number in range(5)]

    def add(mine: list[str]) -> None:
        for question in mine:
            conversations.add(begun.id, plain(question))

    threads = [threading.Thread(target=add, args=(said[start : start + 5],)) for start in range(0, 20, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    kept = conversations.open(begun.id).turns
    assert [turn.number for turn in kept] == list(range(1, 21))
    assert sorted(turn.question for turn in kept) == sorted(said)


# -- answers that cannot be read any more


def broken(text: str) -> list[str]:
    """What may have become of a kept turn."""
    kept = json.loads(text)
    missing = {**kept, "answer": {key: value for key, value in kept["answer"].items() if key != "claims"}}
    wrong = {**kept, "answer": {**kept["answer"], "text": 5}}
    astray = {**kept, "passages": []}
    return [
        "",
        "null",
        text[: len(text) // 2],
        "[" * 100_000,
        *map(json.dumps, ({**kept, "format": 2}, missing, wrong, astray)),
    ]


def test_an_answer_that_cannot_be_read_says_so_and_the_others_are_there(catalogue: Catalogue, filled: Library) -> None:
    good = Turn("How high?", answer("How high?", citation(filled, "tides.txt", TIDE)))
    conversations = Conversations(catalogue)
    begun = conversations.new()
    records = broken(to_text(good))
    for record in records:
        catalogue.conversations.append(begun.id, TurnRow(0, 1.0, "Lost?", "It stood high.", record), "")
    conversations.add(begun.id, good)
    *lost, last = conversations.open(begun.id).turns
    assert last.answer == good.answer
    assert len(lost) == len(records)
    for turn in lost:
        assert turn.question == turn.answer.question == "Lost?"
        assert turn.answer.text.startswith("The record of this answer cannot be read")
        assert turn.answer.text.endswith("What it said was: It stood high.")
        assert turn.answer.claims == ()


def test_what_is_wrong_is_said_with_its_place(filled: Library) -> None:
    kept = json.loads(to_text(Turn("Q", answer("Q", citation(filled, "tides.txt", TIDE)))))
    kept["answer"]["claims"][0]["citations"][0]["start"] = "x" * 100
    with pytest.raises(
        RagError, match=r"^answer\.claims\[0\]\.citations\[0\]\.start is the text “x{40}…” and not a wh"
    ):
        from_text(json.dumps(kept))


# -- titles, lists and names


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("Why?", "Why?"),
        ("  How\n high? ", "How high?"),
        ("word " * 30, "word " * 12 + "…"),
        ("x" * 70, "x" * 60 + " …"),
        ("x" * 60, "x" * 60),
        ("\udc80", "?"),
    ],
)
def test_an_untitled_conversation_takes_its_first_question_as_title(
    conversations: Conversations, question: str, title: str
) -> None:
    assert title_of(question) == title
    begun = conversations.new()
    conversations.add(begun.id, plain(question))
    conversations.add(begun.id, plain("And then?"))
    assert conversations.open(begun.id).title == title
    named = conversations.new("Named")
    conversations.add(named.id, plain(question))
    assert conversations.open(named.id).title == "Named"


def test_conversations_are_listed_newest_first_with_their_turns_counted(conversations: Conversations) -> None:
    first, second = conversations.new("First"), conversations.new("Second")
    assert [head.title for head in conversations.list()] == ["Second", "First"]
    conversations.add(first.id, plain("Q"))
    assert [(head.title, head.turns) for head in conversations.list()] == [("First", 1), ("Second", 0)]
    conversations.rename(second.id, "  Another\nname ")
    assert [head.title for head in conversations.list()] == ["First", "Another name"]


def test_people_see_their_own_conversations(conversations: Conversations) -> None:
    mine, theirs = conversations.new("Mine"), conversations.new("Theirs", owner="other")
    assert [head.id for head in conversations.list()] == [mine.id]
    assert [head.id for head in conversations.list(owner="other")] == [theirs.id]
    assert conversations.open(theirs.id).owner == "other"
    assert conversations.find("Theirs", owner="other") == theirs.id
    for name in ("Theirs", theirs.id):
        with pytest.raises(NotInStore):
            conversations.find(name)


def test_a_search_looks_in_titles_questions_and_answers(conversations: Conversations) -> None:
    begun = conversations.new("Ébb and flow")
    conversations.add(begun.id, plain("How high was the Tide?", "It stood 100 % above datum_x."))
    conversations.new("Birds")
    for matching in ("éBB", "tide", "DATUM", "high flow", "100 %", "m_x", ""):
        assert begun.id in [head.id for head in conversations.list(matching=matching)], matching
    for matching in ("tern", "high tern", "1%0", "datum.x"):
        assert conversations.list(matching=matching) == (), matching


def test_a_conversation_is_found_by_id_by_its_beginning_and_by_title(conversations: Conversations) -> None:
    begun, other = conversations.new("Tides"), conversations.new("Twins")
    conversations.new("Twins")
    assert begun.id.isalnum()
    assert len(begun.id) == 10
    assert conversations.find(begun.id) == conversations.find(begun.id[:9]) == conversations.find("Tides") == begun.id
    with pytest.raises(NotInStore, match=r"^2 conversations match Twins: .*“Twins”.*Name one by its id"):
        conversations.find("Twins")
    assert conversations.find(other.id) == other.id
    for name in ("", "Nothing", "\udc80", "%"):
        with pytest.raises(NotInStore, match=r"There are: .*“Tides”"):
            conversations.find(name)


@pytest.mark.parametrize("name", ["nothing", "", "\udc80"])
def test_a_conversation_that_is_not_there_is_named(conversations: Conversations, name: str) -> None:
    for change in (
        lambda: conversations.open(name),
        lambda: conversations.add(name, plain("Q")),
        lambda: conversations.rename(name, "x"),
        lambda: conversations.delete(name),
    ):
        with pytest.raises(NotInStore, match="There is no conversation"):
            change()


def test_what_is_deleted_leaves_no_trace(catalogue: Catalogue, tmp_path: Path) -> None:
    conversations = Conversations(catalogue)
    kept, doomed = conversations.new("Kept"), conversations.new("The quagwort affair")
    conversations.add(doomed.id, plain("Where is Xylotrix?", "In the vault of Ombrello. " * 4000))
    conversations.add(kept.id, plain("Q"))
    conversations.delete(doomed.id)
    for path in tmp_path.iterdir():
        assert not [
            word for word in (b"quagwort", b"Xylotrix", b"Ombrello", doomed.id.encode()) if word in path.read_bytes()
        ]
    assert [head.id for head in conversations.list()] == [kept.id]
    assert catalogue._database.one("SELECT count(*) FROM turn_documents")[0] == 0


def test_a_kept_turn_is_a_turn_for_whoever_reads_a_history() -> None:
    assert isinstance(KeptTurn("Q", Answer("Q", "Q", "A")), Turn)
