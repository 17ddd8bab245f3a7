"""A conversation as JSON, and what becomes of it when it is compared with the library later."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from kept import REFUSED, UNMOVED, answer, answers, citation, conversation_of, standings_of, texts

from rag import as_json
from rag.conversations import Conversations, Whereabouts, all_citations
from rag.errors import RagError
from rag.exports import Verification, as_html, as_markdown, as_record, read_record, verify
from rag.library import Library
from rag.types import Answer, Disagreement, Turn, Value

HERE, MOVED, GONE, ALTERED = Whereabouts
TIDE = "The highest tide of 2021 stood 4.82 m above datum on 3 November."
GAUGE = "The gauge at the north pier was replaced in June 2022 by Ingrid Solvei."
TERN = "The little tern returned to the sand bar in May 2020 after nine years."


def exported(library: Library, *given_answers: Answer) -> dict[str, Any]:
    conversations = Conversations(library.catalogue)
    begun = conversations.new()
    for one in given_answers:
        conversations.add(begun.id, Turn(one.question, one))
    conversation = conversations.open(begun.id)
    return through_json(as_record(conversation, conversations.standing(conversation)))


def through_json(record: dict[str, Any]) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(json.dumps(record))
    return read


def found(verification: Verification) -> list[tuple[str, Whereabouts]]:
    return [(finding.what, finding.whereabouts) for finding in verification.findings]


def asked(library: Library) -> list[Answer]:
    """Two answers with three citations."""
    tide, gauge = citation(library, "tides.txt", TIDE), citation(library, "tides.txt", GAUGE, 2)
    return [answer("How high?", tide, gauge), answer("Which bird?", citation(library, "birds.md", TERN))]


@pytest.fixture
def record(filled: Library) -> dict[str, Any]:
    """An export of both, made without keeping them."""
    conversation = conversation_of(*asked(filled))
    hashes = {listed.id: filled.catalogue.document(listed.id).content_hash for listed in filled.documents()}
    turns = tuple(replace(turn, hashes=hashes) for turn in conversation.turns)
    conversation = replace(conversation, turns=turns)
    return through_json(as_record(conversation, standings_of(conversation, UNMOVED)))


def test_an_export_has_the_keys_of_an_answer_with_hash_and_standing(opened: Library) -> None:
    record = exported(opened, *asked(opened))
    assert record["footnote_export"] == 1
    assert record["conversation"]["title"] == "How high?"
    given_answer = answer("How high?", citation(opened, "tides.txt", TIDE))
    assert as_json.of_answer(given_answer).keys() - {"hits"} <= record["turns"][0].keys()
    [cited] = record["turns"][1]["claims"][0]["citations"]
    birds = opened.document("birds.md")
    assert birds.text[cited["start"] : cited["end"]] == cited["quote"] == TERN
    assert cited["content_hash"] == birds.content_hash
    assert cited["standing"] == {"whereabouts": "HERE", "because": "The document is unchanged."}


def test_an_export_of_an_unchanged_library_holds(filled: Library, record: dict[str, Any]) -> None:
    verification = verify(record, filled.catalogue)
    assert found(verification) == [("[1]", HERE), ("[2]", HERE), ("[1]", HERE)]
    assert verification.holds
    assert verification.as_dict()["counts"] == {"HERE": 3, "MOVED": 0, "GONE": 0, "ALTERED": 0}
    [first, *_, last] = verification.lines()
    start = filled.document("tides.txt").text.index(TIDE)
    assert (
        first == f"Still there: turn 1, [1] (papers/tides.txt {start}-{start + len(TIDE)}). The document is unchanged."
    )
    assert last == "2 turns: 3 still there, 0 moved, 0 gone, 0 altered."
    json.dumps(verification.as_dict())


def test_what_moved_and_what_is_gone_is_told_apart(opened: Library, papers: Any) -> None:
    record = exported(opened, *asked(opened))
    papers.write("tides.txt", f"{GAUGE}\n")
    papers.write("archive/birds.md", (papers.path / "birds.md").read_bytes())
    papers.remove("birds.md")
    opened.sync(papers)
    verification = verify(record, opened.catalogue)
    assert found(verification) == [("[1]", GONE), ("[2]", MOVED), ("[1]", MOVED)]
    assert not verification.holds
    _, gauge, tern = verification.findings
    assert (gauge.source, gauge.start, gauge.end) == ("papers/tides.txt", 0, len(GAUGE))
    assert tern.source == "papers/archive/birds.md"
    assert "Moved: turn 1, [2] (now in papers/tides.txt 0-71)." in list(verification.lines())[1]


def test_an_export_of_a_forgotten_document_is_gone(opened: Library) -> None:
    record = exported(opened, *asked(opened))
    opened.forget("birds.md")
    assert found(verify(record, opened.catalogue))[-1] == ("[1]", GONE)


Change = Callable[[dict[str, Any]], object]


def claim_of(record: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = record["turns"][0]["claims"][0]
    return found


CONTRADICTIONS: list[tuple[Change, str, str]] = [
    (lambda r: claim_of(r)["citations"][0].update(quote="x" * 64), "[1]", "has other words at this place"),
    (lambda r: claim_of(r)["citations"][0].update(quote="x"), "[1]", "The quote has 1 characters and its interval 64."),
    (lambda r: claim_of(r)["citations"][0].update(start=0, end=64), "[1]", "has other words at this place"),
    (lambda r: claim_of(r)["citations"][0].update(quote="", start=5, end=5), "[1]", "The quote has no words."),
    (lambda r: claim_of(r)["citations"][0].update(document_id="0" * 16, start=0, end=64), "[1]", "has other words"),
    (lambda r: claim_of(r).update(text="The tide stood 9 m high."), "claim 1", "The answer has other words"),
    (lambda r: claim_of(r).update(start=10**15), "claim 1", "The answer has other words"),
    (lambda r: r["turns"][0].update(text=r["turns"][0]["text"].replace("4.82", "9.82")), "claim 1", "other words"),
    (lambda r: r["turns"][0].update(text=r["turns"][0]["text"] + " And so. [3]"), "the text", "the mark [3], which"),
    (lambda r: r["turns"][0]["claims"].pop(), "the text", "It has the mark [2], which no citation has."),
]


@pytest.mark.parametrize(("change", "what", "because"), CONTRADICTIONS)
def test_a_record_that_was_altered_is_found_out(
    filled: Library, record: dict[str, Any], change: Change, what: str, because: str
) -> None:
    change(record)
    verification = verify(record, filled.catalogue)
    altered = [finding for finding in verification.findings if finding.whereabouts is ALTERED]
    assert what in [finding.what for finding in altered]
    assert because in " ".join(finding.because for finding in altered)
    assert not verification.holds


def test_brackets_of_a_document_or_of_code_are_no_marks(opened: Library, papers: Any) -> None:
    words = "Earlier work [12] says so, and nobody has denied it since."
    papers.write("review.txt", f"{words}\n")
    opened.sync(papers)
    record = exported(opened, answer("Who?", citation(opened, "review.txt", words)))
    record["turns"][0]["text"] += "\n```\nlist[7]\n```\nSee [9](https://example.org) and [2021]."
    assert found(verify(record, opened.catalogue)) == [("[1]", HERE)]


def test_the_sides_of_a_disagreement_are_checked_too(opened: Library) -> None:
    one, other = citation(opened, "tides.txt", TIDE), citation(opened, "birds.md", TERN, 2)
    sides = Disagreement("it", (Value("1", one), Value("2", other, "2020")))
    record = exported(opened, replace(answer("Q", one), disagreements=(sides,)))
    record["turns"][0]["disagreements"][0]["values"][1]["citation"]["quote"] = "x" * len(TERN)
    assert found(verify(record, opened.catalogue)) == [("[1]", HERE), ("[1]", HERE), ("[2]", ALTERED)]


def test_a_refusal_has_nothing_to_check(opened: Library) -> None:
    verification = verify(exported(opened, REFUSED), opened.catalogue)
    assert (verification.findings, verification.turns, verification.holds) == ((), 1, True)


@settings(max_examples=50, deadline=None)
@given(answers)
def test_any_answer_is_exported_and_verified(filled: Library, given_answer: Answer) -> None:
    conversation = conversation_of(given_answer)
    record = through_json(as_record(conversation, standings_of(conversation, UNMOVED)))
    verification = verify(record, filled.catalogue)
    citations = [finding for finding in verification.findings if finding.what.startswith("[")]
    assert len(citations) == len(list(all_citations(given_answer)))
    assert all(finding.whereabouts in {GONE, ALTERED} for finding in citations)
    assert all(line.isprintable() for line in verification.lines())


MALFORMED: list[tuple[Change, str]] = [
    (lambda r: r.clear(), "This is no export of a conversation: footnote_export is missing"),
    (lambda r: r.update(footnote_export=2), "The export has format 2 and this version reads format 1"),
    (lambda r: r.update(footnote_export="1"), "footnote_export is the text “1” and not a whole number"),
    (lambda r: r.update(footnote_export=True), "footnote_export is true or false and not a whole number"),
    (lambda r: r.pop("turns"), r"^turns is missing\.$"),
    (lambda r: r.update(turns={}), "turns is an object and not a list"),
    (lambda r: r.update(turns=[7]), r"turns\[0\] is the number 7 and not an object"),
    (lambda r: r["turns"][1].pop("text"), r"^turns\[1\]\.text is missing\.$"),
    (lambda r: r["turns"][0].update(number=-1), r"turns\[0\]\.number is the number -1 and not a whole number from 0"),
    (lambda r: claim_of(r).update(citations=None), r"turns\[0\]\.claims\[0\]\.citations is null and not a list"),
    (lambda r: claim_of(r)["citations"][0].pop("quote"), r"turns\[0\]\.claims\[0\]\.citations\[0\]\.quote is missing"),
    (lambda r: claim_of(r)["citations"][0].update(start=10**400), r"citations\[0\]\.start is a number and not a whole"),
    (lambda r: claim_of(r)["citations"][0].update(start=1.5), r"citations\[0\]\.start is the number 1\.5 and not"),
    (lambda r: claim_of(r)["citations"][0].update(content_hash=[]), r"\.content_hash is a list and not a text"),
]


@pytest.mark.parametrize(("change", "message"), MALFORMED)
def test_what_is_wrong_with_a_record_is_said_with_its_place(
    filled: Library, record: dict[str, Any], change: Change, message: str
) -> None:
    change(record)
    with pytest.raises(RagError, match=message):
        verify(record, filled.catalogue)


def test_names_that_no_database_takes_are_no_documents(filled: Library, record: dict[str, Any]) -> None:
    claim_of(record)["citations"][0].update(document_id="\udc80", content_hash="\ud800", source="\udc80\x1b[2J")
    verification = verify(record, filled.catalogue)
    assert found(verification)[0] == ("[1]", MOVED)  # the words are in the library
    assert "\x1b" not in "".join(verification.lines())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not JSON"),
        (b"\xff\xfe", "is not JSON"),
        (b"{", "is not JSON"),
        (b"[]", "holds no JSON object"),
        (b"[" * 200_000, "is nested too deeply"),
        (b'{"a": ' + b"9" * 5000 + b"}", "is not JSON"),
    ],
)
def test_a_file_that_is_no_export_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    path = tmp_path / "export.json"
    path.write_bytes(content)
    with pytest.raises(RagError, match=message):
        read_record(path)


def test_a_file_that_is_not_there_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(RagError, match="No such file"):
        read_record(tmp_path / "nothing.json")
    with pytest.raises(RagError, match="cannot be read"):
        read_record(tmp_path)
    with (tmp_path / "large.json").open("wb") as file:
        file.truncate(300 * 2**20)
    with pytest.raises(RagError, match="has 300 MB"):
        read_record(tmp_path / "large.json")


def test_an_export_is_read_with_and_without_a_byte_order_mark(tmp_path: Path, record: dict[str, Any]) -> None:
    path = tmp_path / "export.json"
    for mark in (b"", b"\xef\xbb\xbf"):
        path.write_bytes(mark + json.dumps(record).encode())
        assert read_record(path) == record


@settings(deadline=None)
@given(texts)
def test_a_title_of_any_characters_is_exported(title: str) -> None:
    conversation = conversation_of(REFUSED, title=title)
    standings = standings_of(conversation, UNMOVED)
    assert as_html(conversation, standings).encode()
    assert as_markdown(conversation, standings).encode()
    assert through_json(as_record(conversation, standings))["conversation"]["title"] == title
