"""What is removed leaves no trace, and can be put back as it was."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import rag
from rag.library import Library, Removed
from rag.suggestions import Suggestions

QUESTIONS = ("highest tide of 2021", "oystercatchers", "spare impeller", "Ada Brok", "eastern dyke road")


def found(library: Library) -> list[list[tuple[str, float]]]:
    return [[(hit.passage.id, round(hit.score, 5)) for hit in library.search(q, 5)] for q in QUESTIONS]


def test_a_document_that_is_put_back_is_found_as_before_without_embedding(
    opened: Library, papers: Any, embedded: list[str]
) -> None:
    before = found(opened)
    papers.remove("tides.txt")
    removed = opened.remove("tides.txt")
    assert [source.rpartition("/")[2] for source in removed.sources] == ["tides.txt"]
    assert all("tides" not in hit.passage.source for hit in opened.search("highest tide of 2021", 5))
    assert opened.doctor().problems == ()
    opened.put_back(removed)
    assert found(opened) == before
    assert opened.doctor().problems == ()
    assert [text for text in embedded if "highest" in text and "stood" in text] == []


def test_a_folder_that_is_put_back_is_one_that_sync_goes_to_again(opened: Library, papers: Any) -> None:
    roots = opened.roots()
    removed = opened.remove(str(papers.path))
    assert (opened.documents(), opened.roots()) == ([], [])
    opened.put_back(removed)
    assert (len(opened.documents()), opened.roots()) == (6, roots)
    report = opened.sync()
    assert (report.added, report.changed, report.unchanged) == (0, 0, 6)


def test_what_has_come_back_by_itself_stays_as_it_is(opened: Library, papers: Any) -> None:
    removed = opened.remove("tides.txt")
    papers.write("tides.txt", "Tides\n\nAll of this was written anew.\n")
    opened.sync(papers.path)
    opened.put_back(removed)
    assert opened.document("tides.txt").text.strip().endswith("All of this was written anew.")
    assert opened.doctor().problems == ()


@given(steps=st.lists(st.sampled_from(["tides.txt", "birds.md", "pumps.txt", "people.jsonl", "back"]), max_size=8))
@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_order_of_removing_and_putting_back_keeps_the_store_whole(opened: Library, steps: list[str]) -> None:
    whole = found(opened)
    taken: list[Removed] = []
    for step in [*steps, *["back"] * len(steps)]:
        if step == "back":
            if taken:
                opened.put_back(taken.pop())
            continue
        try:
            taken.append(opened.remove(step))
        except rag.NotInStore:
            continue
    assert opened.doctor().problems == ()
    assert found(opened) == whole


# -- questions that can be answered


def test_suggested_questions_are_answered_and_of_different_documents(station: Library) -> None:
    suggestions = Suggestions(station)
    starters = suggestions.starters(3, seconds=60)
    assert len(starters) == 3
    assistant = rag.Assistant(station)
    first = [assistant.ask(question) for question in starters]
    assert [answer.refusal for answer in first] == [None] * 3
    assert len({answer.citations[0].passage.document_id for answer in first}) == 3
    follow_ups = suggestions.follow_ups(first[0], 3, seconds=60)
    assert starters[0] not in follow_ups
    assert all(assistant.ask(question).refusal is None for question in follow_ups)


def test_nothing_is_suggested_of_what_is_not_english_or_not_there(library: Any, empty: Any) -> None:
    opened = library()
    assert Suggestions(opened).starters() == []
    empty.write(
        "deich.md", "# Der Deich\n\n## Die Schleuse\n\nDie Schleuse wurde 1931 gebaut und schließt bei Sturm.\n"
    )
    opened.sync(empty.path)
    assert Suggestions(opened).starters() == []
