"""A conversation that is opened again says of each citation where its words are today."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kept import answer, citation

from rag.catalogue import Catalogue
from rag.conversations import Conversation, Conversations, Whereabouts
from rag.conversations.standing import Place, _nearest, look_up
from rag.library import Library
from rag.types import Answer, Disagreement, Turn, Value

HERE, MOVED, GONE, ALTERED = Whereabouts
TIDE = "The highest tide of 2021 stood 4.82 m above datum on 3 November."
TERN = "The little tern returned to the sand bar in May 2020 after nine years."


def kept_answer(library: Library, *given_answers: Answer) -> tuple[Conversations, Conversation]:
    conversations = Conversations(library.catalogue)
    begun = conversations.new()
    for one in given_answers:
        conversations.add(begun.id, Turn(one.question, one))
    return conversations, conversations.open(begun.id)


def standing_of(conversations: Conversations, conversation: Conversation) -> list[Any]:
    standings = conversations.standing(conversation)
    return [standings.of(turn, cited) for turn in conversation.turns for cited in turn.answer.citations]


def test_words_of_an_unchanged_document_are_here_without_a_look_at_its_text(
    opened: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversations, kept = kept_answer(opened, answer("Q", citation(opened, "tides.txt", TIDE)))
    monkeypatch.setattr(Catalogue, "document", None)
    monkeypatch.setattr(Catalogue, "texts", None)
    [standing] = standing_of(conversations, kept)
    assert (standing.whereabouts, standing.because) == (HERE, "The document is unchanged.")


def test_words_before_a_change_are_here_and_words_after_it_have_moved(opened: Library, papers: Any) -> None:
    gauge = "The gauge at the north pier was replaced in June 2022 by Ingrid Solvei."
    cited = [citation(opened, "tides.txt", TIDE), citation(opened, "tides.txt", gauge, 2)]
    conversations, kept = kept_answer(opened, answer("Q", *cited))
    papers.write("tides.txt", f"Tides at the quay\n\n{TIDE} New. {gauge}\n")
    opened.sync(papers)
    here, moved = standing_of(conversations, kept)
    assert (here.whereabouts, here.because) == (HERE, "The document has changed, but not at these words.")
    assert (moved.whereabouts, moved.document_id) == (MOVED, opened.document("tides.txt").id)
    assert (moved.start, moved.end) == (cited[1].start + len("New. "), cited[1].end + len("New. "))
    assert opened.document("tides.txt").text[moved.start : moved.end] == gauge


def test_words_that_were_rewritten_are_gone(opened: Library, papers: Any) -> None:
    conversations, kept = kept_answer(opened, answer("Q", citation(opened, "tides.txt", TIDE)))
    papers.write("tides.txt", "Tides at the quay\n\nThe highest tide of 2021 stood 4.83 m above datum.\n")
    opened.sync(papers)
    [gone] = standing_of(conversations, kept)
    assert (gone.whereabouts, gone.because) == (GONE, "The document no longer has these words.")


def test_words_of_a_renamed_document_have_moved_to_its_new_name(opened: Library, papers: Any) -> None:
    cited = citation(opened, "birds.md", TERN)
    conversations, kept = kept_answer(opened, answer("Q", cited))
    papers.write("archive/terns.md", (papers.path / "birds.md").read_bytes())
    papers.remove("birds.md")
    opened.sync(papers)
    [moved] = standing_of(conversations, kept)
    assert (moved.whereabouts, moved.source, moved.title) == (MOVED, "papers/archive/terns.md", "Bird counts")
    assert (moved.start, moved.end) == (cited.start, cited.end)
    assert moved.because == "The same text is in the library under another source."


def test_words_that_another_document_took_over_have_moved_there(opened: Library, papers: Any) -> None:
    conversations, kept = kept_answer(opened, answer("Q", citation(opened, "birds.md", TERN)))
    papers.write("new.txt", f"A new paper. {TERN}\n")
    papers.remove("birds.md")
    opened.sync(papers)
    [moved] = standing_of(conversations, kept)
    assert (moved.whereabouts, moved.source, moved.start) == (MOVED, "papers/new.txt", len("A new paper. "))
    assert moved.because.startswith("The document is no longer in the library. Another document")


def test_words_of_a_forgotten_document_are_gone_and_still_in_the_conversation(opened: Library) -> None:
    cited = citation(opened, "birds.md", TERN)
    conversations, kept = kept_answer(opened, answer("Q", cited))
    opened.forget("birds.md")
    [gone] = standing_of(conversations, kept)
    assert (gone.whereabouts, gone.because) == (GONE, "The document is no longer in the library.")
    assert conversations.open(kept.id).turns[0].answer.citations == (cited,)


def test_few_words_are_not_looked_for_in_other_documents(opened: Library, papers: Any) -> None:
    conversations, kept = kept_answer(opened, answer("Q", citation(opened, "birds.md", "May 2020")))
    papers.write("other.txt", "It rained in May 2020.\n")
    opened.forget("birds.md")
    [gone] = standing_of(conversations, kept)
    assert gone.whereabouts is GONE
    assert gone.because.endswith("They are too few to be looked for elsewhere.")


def test_the_citations_of_a_disagreement_stand_somewhere_too(opened: Library) -> None:
    one, other = citation(opened, "tides.txt", TIDE), citation(opened, "birds.md", TERN, 2)
    given_answer = replace(
        answer("Q", one), disagreements=(Disagreement("it", (Value("1", one), Value("2", other, "2020"))),)
    )
    conversations, kept = kept_answer(opened, given_answer)
    opened.forget("birds.md")
    standings = conversations.standing(kept)
    assert standings.of(kept.turns[0], one).whereabouts is HERE
    assert standings.of(kept.turns[0], other).whereabouts is GONE


def test_a_document_that_changed_while_it_was_answered_from_vouches_for_nothing(opened: Library, papers: Any) -> None:
    late = answer("Q", citation(opened, "tides.txt", TIDE))
    papers.write("tides.txt", "Tides at the quay\n\nNothing is known of the highest tide.\n")
    opened.sync(papers)
    conversations, kept = kept_answer(opened, late)
    assert list(kept.turns[0].hashes.values()) == [""]
    [gone] = standing_of(conversations, kept)
    assert gone.whereabouts is GONE


def test_a_quote_that_is_not_its_interval_is_never_here(opened: Library) -> None:
    cited = citation(opened, "tides.txt", TIDE)
    wrong = replace(cited, quote=TIDE.replace("4.82", "9.99"))
    conversations, kept = kept_answer(opened, answer("Q", wrong))
    [standing] = standing_of(conversations, kept)
    assert standing.whereabouts is GONE


def test_conversations_that_hold_words_of_a_document_are_named(opened: Library) -> None:
    conversations, kept = kept_answer(opened, answer("Q", citation(opened, "tides.txt", TIDE)))
    found_only = replace(answer("Q", citation(opened, "birds.md", TERN)), claims=())
    _, other = kept_answer(opened, found_only)
    tides, birds = opened.document("tides.txt").id, opened.document("birds.md").id
    assert [head.id for head in conversations.quoting([tides])] == [kept.id]
    assert [head.id for head in conversations.quoting([birds])] == [other.id]
    assert [head.id for head in conversations.quoting([tides, birds, "\udc80"])] == [other.id, kept.id]
    assert conversations.quoting([opened.document("pumps.txt").id]) == ()


def test_a_conversation_never_changes_the_library(opened: Library) -> None:
    before = [opened.catalogue.document(listed.id) for listed in opened.documents()]
    conversations, kept = kept_answer(opened, answer("Q", citation(opened, "tides.txt", TIDE)))
    conversations.delete(kept.id)
    assert [opened.catalogue.document(listed.id) for listed in opened.documents()] == before
    assert opened.doctor().problems == ()


# -- looking words up


@settings(deadline=None)
@given(st.text("ab", max_size=30), st.text("ab", min_size=1, max_size=3), st.integers(0, 40))
def test_of_several_places_the_nearest_is_taken(text: str, quote: str, start: int) -> None:
    everywhere = [place for place in range(len(text)) if text.startswith(quote, place)]
    found = _nearest(text, quote, start)
    if not everywhere:
        assert found is None
    else:
        assert found in everywhere
        assert abs(found - start) == min(abs(place - start) for place in everywhere)


def test_an_unchanged_text_with_other_words_at_the_place_is_altered_unless_trusted(opened: Library) -> None:
    document = opened.document("tides.txt")
    place = Place(document.id, document.content_hash, 0, 5, "Birds")
    assert look_up(opened.catalogue, [place])[place].whereabouts is ALTERED
    moved_away = Place("nowhere", document.content_hash, 0, 5, "Birds")
    assert look_up(opened.catalogue, [moved_away])[moved_away].whereabouts is ALTERED
    right = Place(document.id, document.content_hash, 0, 5, "Tides")
    assert look_up(opened.catalogue, [right])[right].whereabouts is HERE


def test_where_no_hash_was_known_nothing_is_said_of_a_change(opened: Library) -> None:
    place = Place(opened.document("tides.txt").id, "", 0, 5, "Tides")
    standing = look_up(opened.catalogue, [place])[place]
    assert (standing.whereabouts, standing.because) == (HERE, "The document has these words at this place.")
