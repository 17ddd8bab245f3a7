"""Questions of chosen documents: only these are searched, and a refusal speaks of these."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

import rag
from rag.library import Library

Run = Callable[..., tuple[int, str, str]]

TIDE = "How high was the highest tide of 2021?"


def test_only_the_chosen_documents_are_searched(filled: Library) -> None:
    every = {listed.id for listed in filled.documents()}
    for chosen in ({filled.document("birds.md").id}, {filled.document("birds.md").id, filled.document("pumps.txt").id}):
        hits = filled.search("tide", 50, documents=chosen)
        assert {hit.passage.document_id for hit in hits} == chosen
    assert {hit.passage.document_id for hit in filled.search("tide", 50, documents=every)} == every
    assert filled.search("tide", 50, documents=every) == filled.search("tide", 50)
    assert filled.search("tide", 50, documents=["gone"]) == []


def test_the_choice_goes_together_with_a_glob_and_metadata(filled: Library) -> None:
    ada, per, tides = (filled.document(name).id for name in ("people.jsonl#ada", "people.jsonl#per", "tides.txt"))
    found = filled.search("work", 50, "*.jsonl#*", documents=[ada, tides])
    assert {hit.passage.document_id for hit in found} == {ada}
    assert filled.search("work", 50, "", {"role": "fitter"}, documents=[ada, tides]) == []
    found = filled.search("work", 50, "", {"role": "fitter"}, documents=[ada, per])
    assert {hit.passage.document_id for hit in found} == {per}


def test_an_answer_rests_on_the_chosen_documents(filled: Library) -> None:
    tides = filled.document("tides.txt").id
    answer = rag.Assistant(filled).ask(TIDE, documents=[tides, filled.document("pumps.txt").id])
    assert "4.82 m" in answer.text
    assert {citation.passage.document_id for citation in answer.citations} == {tides}
    assert answer.warnings == ()


@pytest.mark.parametrize(
    ("names", "said"),
    [
        (["birds.md"], "The chosen document does not seem to hold an answer to this. It does not mention"),
        (
            ["birds.md", "pumps.txt"],
            "The chosen documents do not seem to hold an answer to this. None of them mentions",
        ),
    ],
)
def test_a_refusal_speaks_of_what_was_searched(filled: Library, names: list[str], said: str) -> None:
    assistant = rag.Assistant(filled)
    question = "Who replaced the gauge at the north pier?"
    assert "Ingrid Solvei" in assistant.ask(question).text
    answer = assistant.ask(question, documents=[filled.document(name).id for name in names])
    assert answer.refusal is rag.Refusal.NOT_IN_THE_DOCUMENTS
    assert answer.text.startswith(said)
    assert "gauge" in answer.absent_terms  # another document mentions it
    assert all(f"“{term}”" in answer.text for term in answer.absent_terms)


def test_a_name_that_only_another_document_has_is_not_answered_from_the_chosen_ones(filled: Library) -> None:
    answer = rag.Assistant(filled).ask("What did Ada Brok count?", documents=[filled.document("birds.md").id])
    assert answer.refusal is rag.Refusal.NOT_IN_THE_DOCUMENTS
    assert {"Ada", "Brok"} <= {*answer.absent_terms}


def test_documents_that_are_gone_are_told_of_and_where_none_is_left_that_is_the_answer(filled: Library) -> None:
    assistant = rag.Assistant(filled)
    answer = assistant.ask(TIDE, documents=["gone", filled.document("tides.txt").id])
    assert answer.refusal is None
    assert answer.warnings == ("Of the 2 chosen documents 1 is no longer in the library.",)
    *_, refused = assistant.stream(TIDE, documents=["gone", "away"])
    assert refused.final
    assert refused.refusal is rag.Refusal.NOT_IN_THE_DOCUMENTS
    assert refused.text.startswith("The chosen documents are no longer in the library.")
    assert refused.question == TIDE
    assert refused.claims == refused.hits == ()


def test_a_thousand_chosen_documents_are_searched_like_one(library: Callable[..., Library], tmp_path: Path) -> None:
    rows = [{"_id": str(n), "text": f"Buoy {n} of the outer row was painted in shade {n * 7}."} for n in range(1200)]
    (tmp_path / "buoys.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    opened = library()
    opened.sync(tmp_path / "buoys.jsonl")
    ids = [listed.id for listed in opened.documents()]
    wanted = opened.document("buoys.jsonl#17").id
    without = [document_id for document_id in ids if document_id != wanted][:1000]
    hits = opened.search("What shade has buoy 17?", 8, documents=[*without[:999], wanted])
    assert hits[0].passage.document_id == wanted
    assert wanted not in {
        hit.passage.document_id for hit in opened.search("What shade has buoy 17?", 8, documents=without)
    }
    assert opened.store.lexical.passages_with("buoy", without) == 1000
    assert opened.store.lexical.passages_with("17", [wanted]) == 1


# -- from the command line


def test_ask_only_asks_the_named_documents(run: Run, store: Path) -> None:
    status, out, _ = run("ask", TIDE, "--only", "tides", "--only", "birds.md", "--json")
    assert status == 0
    assert "4.82 m" in json.loads(out)["text"]
    status, out, _ = run("ask", TIDE, "--only", "notes/", "--json")
    told = json.loads(out)
    assert (status, told["refusal"]) == (0, "NOT_IN_THE_DOCUMENTS")
    assert {hit["source"] for hit in told["hits"]} == {"papers/notes/board.md"}


def test_ask_only_goes_with_a_batch(run: Run, store: Path, tmp_path: Path) -> None:
    (tmp_path / "asked.jsonl").write_text(json.dumps({"id": 1, "question": TIDE}) + "\n", encoding="utf-8")
    status, out, _ = run("ask", "--batch", tmp_path / "asked.jsonl", "--only", "birds")
    assert (status, json.loads(out)["refusal"]) == (0, "NOT_IN_THE_DOCUMENTS")


def test_ask_only_says_which_name_is_unknown(run: Run, store: Path) -> None:
    status, out, said = run("ask", TIDE, "--only", "zeppelin")
    assert (status, out) == (1, "")
    assert "No document is called “zeppelin”. Give a title, a file name, a path or a folder." in said
