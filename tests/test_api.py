"""The API for programs: what it answers, whom it answers, and that it tells nobody else anything."""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from openai import OpenAI
from serving import Served, served

from rag.serving.api import shapes

TIDE = "How high was the highest tide of 2021?"
TIDES = "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("api")
    (home / "papers").mkdir()
    (home / "papers" / "tides.txt").write_text(TIDES)
    (home / "papers" / "pumps.txt").write_text("Part ACME-4711 is the spare impeller. It costs 230 crowns.\n")
    return home


@pytest.fixture(scope="module")
def library(home: Path) -> Iterator[Served]:
    with served(home / "papers", store=home / "store") as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A library that is served to the network, to two accounts."""
    apart = tmp_path_factory.mktemp("elsewhere")
    shutil.copytree(home / "papers", apart / "papers")
    accounts = {"RAG_CHAT_AUTH": "ada:first-secret per:second-secret"}
    with served(apart / "papers", "--host", "0.0.0.0", store=apart / "store", **accounts) as running:
        running.address = running.address.replace("0.0.0.0", "127.0.0.1")
        yield running


def events(response: httpx.Response) -> list[Any]:
    return [
        json.loads(line.removeprefix("data: ")) for line in response.text.splitlines() if line.startswith("data: {")
    ]


# -- what it answers


def test_search_gives_passages_as_the_command_does(library: Served) -> None:
    found = library.post("/search", query="impeller", k=1)
    assert found.status_code == 200
    typed = json.loads(library.rag("search", "impeller", "-k", 1, "--json")[1])
    assert found.json()["hits"] == typed
    assert typed[0]["source"] == "papers/pumps.txt"


def test_an_answer_has_the_keys_that_are_described_and_true_quotes(library: Served) -> None:
    answer = library.post("/ask", question=TIDE).json()
    assert set(answer) == set(shapes.Answer.model_fields)
    shapes.Answer.model_validate(answer)
    (claim,) = answer["claims"]
    (citation,) = claim["citations"]
    part = {"start": citation["start"], "end": citation["end"]}
    stored = library.get(f"/documents/{citation['document_id']}", params=part).json()
    assert stored["text"] == citation["quote"] == TIDES[19:].strip()
    assert claim["verdict"]["support"] == "SUPPORTED"


def test_an_answer_comes_in_events(library: Served) -> None:
    said = events(library.post("/ask", question=TIDE, stream=True))
    assert [list(event) for event in said[:-1]] == [["preview"]] * (len(said) - 1)
    assert "4.82 m" in said[-1]["answer"]["text"]


def test_a_conversation_goes_on_by_its_name_or_by_its_turns(library: Served) -> None:
    by_name = [library.post("/ask", question=q, conversation="tides").json() for q in (TIDE, "When was it?")]
    history = [{"question": TIDE, "answer": by_name[0]["text"]}]
    by_turns = library.post("/ask", question="When was it?", history=history).json()
    assert by_name[1]["asked_as"] != "When was it?"
    assert "3 November" in by_turns["text"]
    assert library.rag("conversation", "tides", "--delete")[0] == 0


def test_a_sentence_is_checked_against_texts(library: Served) -> None:
    of_claim = {
        claim: library.post("/check", claim=claim, sources=[TIDES]).json()["support"]
        for claim in ("The highest tide of 2021 stood 4.82 m above datum.", "The highest tide of 2021 stood 5.82 m.")
    }
    assert list(of_claim.values()) == ["SUPPORTED", "CONTRADICTED"]


def test_documents_are_listed_synced_and_forgotten(library: Served, tmp_path: Path) -> None:
    (tmp_path / "terns.txt").write_text("The little tern returned to the sand bar in May 2020.\n")
    report = library.post("/sync", paths=[str(tmp_path)]).json()
    assert (report["added"], report["documents"]) == (1, 3)
    listed = library.get("/documents", params={"matching": "terns"}).json()
    assert (listed["total"], listed["documents"][0]["title"]) == (1, "terns")
    gone = httpx.delete(f"{library.address}/v1/documents/{tmp_path}", headers=library.shown, timeout=30)
    assert gone.json() == {"forgotten": [listed["documents"][0]["source"]]}
    assert library.get("/documents").json()["total"] == 2
    assert library.get("/health").json()["healthy"]


def test_a_sync_tells_how_far_it_has_come(library: Served) -> None:
    lines = library.post("/sync", stream=True).text.splitlines()
    *progress, last = map(json.loads, lines)
    assert progress
    assert all(set(line) == {"progress"} for line in progress)
    assert last["report"]["unchanged"] == 2


def test_the_description_names_every_way_and_how_one_shows_who_one_is(library: Served) -> None:
    described = library.get("/openapi.json").json()
    assert set(described["paths"]) >= {"/sync", "/search", "/ask", "/check", "/documents", "/chat/completions"}
    assert described["servers"] == [{"url": "/v1"}]
    assert described["security"] == [{"token": []}, {"account": []}]


# -- in OpenAI's form


def test_openai_s_own_client_gets_an_answer_with_its_footnotes(library: Served) -> None:
    client = OpenAI(base_url=f"{library.address}/v1", api_key=library.token)
    assert [model.id for model in client.models.list()] == ["footnote", "footnote-extractive"]
    done = client.chat.completions.create(model="footnote", messages=[{"role": "user", "content": TIDE}])
    said, note, *_ = (done.choices[0].message.content or "").split("\n\n")
    assert said == "The highest tide of 2021 stood 4.82 m above datum on 3 November. [1]"
    assert note.startswith("[1] tides (papers/tides.txt, characters 19-")
    (annotation,) = done.choices[0].message.model_dump()["annotations"]
    assert said[annotation["index"] :] == "[1]"
    assert TIDES[annotation["start"] : annotation["end"]] == annotation["quote"]


def test_a_stream_holds_the_same_text_and_ends_with_the_whole_answer(library: Served) -> None:
    client = OpenAI(base_url=f"{library.address}/v1", api_key=library.token)
    messages: Any = [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": TIDE},
        {"role": "assistant", "content": "It stood 4.82 m above datum. [1]\n\n[1] tides (papers/tides.txt)"},
        {"role": "user", "content": [{"type": "text", "text": "When was that?"}]},
    ]
    whole = client.chat.completions.create(model="footnote", messages=messages)
    pieces = list(client.chat.completions.create(model="footnote", messages=messages, stream=True))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert text == whole.choices[0].message.content
    assert "3 November" in text
    last = pieces[-1].model_dump()
    assert last["choices"][0]["finish_reason"] == "stop"
    assert last["footnote"]["claims"][0]["verdict"]["support"] == "SUPPORTED"


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"messages": []}, 422),
        ({"messages": [{"role": "system", "content": "x"}]}, 400),
        ({"messages": [{"role": "user", "content": ""}]}, 400),
        ({"messages": [{"role": "user", "content": "x"}], "model": "gpt-4o"}, 404),
        ({"messages": [{"role": "user", "content": "x"}], "n": 2}, 422),
    ],
)
def test_what_cannot_be_answered_is_told_in_openai_s_form(library: Served, told: Any, status: int) -> None:
    refused = library.post("/chat/completions", **told)
    assert refused.status_code == status
    assert set(refused.json()["error"]) == {"message", "type", "param", "code"}


# -- whom it answers


@pytest.mark.parametrize("path", ["/v1/documents", "/v1/openapi.json", "/v1/nowhere", "/v1", "/v1/models"])
def test_nobody_is_told_anything_without_the_token(library: Served, path: str) -> None:
    for authorization in ({}, {"authorization": "Bearer wrong"}, {"authorization": f"Basic {library.token}"}):
        refused = httpx.get(f"{library.address}{path}", headers=authorization)
        assert refused.status_code in (401, 429)
        assert "tides" not in refused.text


def test_many_wrong_tokens_are_slowed_down_and_the_right_one_is_not(library: Served) -> None:
    wrong = {"authorization": "Bearer wrong"}
    statuses = [httpx.get(f"{library.address}/v1/models", headers=wrong).status_code for _ in range(12)]
    assert statuses[-1] == 429
    assert library.get("/models").status_code == 200


def test_another_name_or_another_page_is_refused_also_with_the_token(library: Served) -> None:
    as_other = httpx.get(f"{library.address}/v1/models", headers={**library.shown, "host": "evil.example"})
    assert as_other.status_code == 421
    from_page = {**library.shown, "origin": "http://evil.example", "sec-fetch-site": "cross-site"}
    asked = httpx.post(f"{library.address}/v1/search", headers=from_page, json={"query": "tide"})
    assert asked.status_code == 403
    assert "access-control-allow-origin" not in asked.headers


def test_without_a_page_there_is_nothing_but_the_api(library: Served) -> None:
    assert [httpx.get(f"{library.address}{path}").status_code for path in ("/", "/library", "/config")] == [404] * 3
    assert httpx.get(f"{library.address}/healthz").json()["status"] == "ready"


def test_on_the_network_accounts_and_the_token_are_let_in_and_neither_may_name_files(elsewhere: Served) -> None:
    assert httpx.get(f"{elsewhere.address}/v1/documents").status_code == 401
    ada = httpx.post(f"{elsewhere.address}/v1/search", json={"query": "tide"}, auth=("ada", "first-secret"))
    assert ada.status_code == 200
    for auth, shown in ((("ada", "first-secret"), {}), (None, elsewhere.shown)):
        named = httpx.post(
            f"{elsewhere.address}/v1/sync", json={"paths": ["/etc"]}, auth=auth, headers=shown, timeout=30
        )
        assert named.status_code == 403
        command = {"version": "x", "arguments": ["sync", "/etc"], "folder": "/"}
        typed = httpx.post(f"{elsewhere.address}/v1/commands", json=command, auth=auth, headers=shown)
        assert typed.status_code == 403


def test_commands_of_the_same_machine_have_a_door_of_their_own(elsewhere: Served) -> None:
    own = json.loads((elsewhere.store / "owner").read_text())["address"]
    assert own.startswith("http://127.0.0.1:")
    assert own != elsewhere.address
    status, out, _ = elsewhere.rag("ask", TIDE)
    assert (status, "4.82 m" in out) == (0, True)


def test_conversations_of_one_account_are_not_another_s(elsewhere: Served) -> None:
    first, second = ("ada", "first-secret"), ("per", "second-secret")
    url = f"{elsewhere.address}/v1/ask"
    httpx.post(url, json={"question": TIDE, "conversation": "mine"}, auth=first, timeout=30)
    answer = httpx.post(url, json={"question": "When was it?", "conversation": "mine"}, auth=second, timeout=30).json()
    assert answer["asked_as"] == "When was it?"


# -- what goes wrong


@pytest.mark.parametrize(
    ("path", "told", "status"),
    [
        ("/search", {}, 422),
        ("/search", {"query": "x", "k": 0}, 422),
        ("/search", {"query": "x", "nonsense": 1}, 422),
        ("/ask", {"question": "x", "writer": "poet"}, 422),
        ("/ask", {"question": "x", "only": ["nowhere"]}, 404),
        ("/sync", {"paths": ["relative"]}, 400),
        ("/sync", {"paths": ["/nowhere/at/all"]}, 409),
        ("/check", {"claim": "x", "sources": "y"}, 422),
    ],
)
def test_a_mistake_is_told_with_what_is_wrong(library: Served, path: str, told: Any, status: int) -> None:
    refused = library.post(path, **told)
    assert refused.status_code == status
    assert refused.json()["error"]["message"]


@pytest.mark.parametrize("name", ["nowhere", "../../etc/passwd", "/etc/passwd", "../token", "a\x00b", "\n", "a\u202eb"])
def test_only_stored_documents_can_be_read(library: Served, name: str) -> None:
    refused = library.get(f"/documents/{quote(name, safe='')}")
    assert refused.status_code == 404
    assert "root:" not in refused.text
    assert library.token not in refused.text


def test_no_problem_says_where_the_store_lies(library: Served) -> None:
    assert str(library.store) not in library.get("/documents/nowhere").text


def test_a_request_that_is_too_large_or_no_json_is_refused(library: Served) -> None:
    assert library.post("/search", query="x" * 1_100_000).status_code == 413
    broken = httpx.post(f"{library.address}/v1/search", headers=library.shown, content=b"{\xff\x00")
    assert broken.status_code in (400, 422)
    deep = httpx.post(f"{library.address}/v1/search", headers=library.shown, content=b"[" * 100_000)
    assert deep.status_code in (400, 422)


def test_odd_characters_are_no_fault_and_half_a_character_is_told_of(library: Served) -> None:
    assert library.post("/ask", question="tide \x00 \u202e\ufffe 4.82?").status_code == 200
    half = json.dumps({"question": "tide \ud800"}).encode()
    asked = httpx.post(f"{library.address}/v1/ask", headers=library.shown, content=half)
    assert asked.status_code == 422


# -- many at once


def test_ten_programs_ask_while_documents_change_and_no_quote_is_wrong(library: Served, tmp_path: Path) -> None:
    """A document has one of two texts at each moment; whoever asks gets an answer from one of them, whole."""
    heights = ("4.11", "5.22")

    def write(height: str) -> None:
        text = f"The basin gauge at Farrow Lock read {height} m on the day of the flood.\n" * 3
        half = tmp_path / f".{threading.get_ident()}"
        half.write_text(text)
        os.replace(half, tmp_path / "lock.txt")

    write(heights[0])
    assert library.post("/sync", paths=[str(tmp_path)]).status_code == 200
    begun = time.monotonic()
    wrong: list[Any] = []
    seen: set[str] = set()

    def goes_on() -> bool:
        """Eight seconds, and longer on a slow machine where only one of the texts was met so far."""
        seconds = time.monotonic() - begun
        return seconds < 8 or (seen != set(heights) and seconds < 120)

    def ask() -> None:
        while goes_on():
            asked = library.post("/ask", question="What did the basin gauge at Farrow Lock read?")
            if asked.status_code != 200:
                wrong.append(asked.text)
                continue
            for claim in asked.json()["claims"]:
                for citation in claim["citations"]:
                    read = [height for height in heights if f"read {height} m" in citation["quote"]]
                    seen.update(read)
                    if citation["source"].endswith("lock.txt") and not read:
                        wrong.append(citation)

    def change() -> None:
        number = 0
        while goes_on():
            number += 1
            write(heights[number % 2])
            synced = library.post("/sync", paths=[str(tmp_path)])
            if synced.status_code != 200:
                wrong.append(synced.text)
            if number % 3 == 0:
                httpx.delete(f"{library.address}/v1/documents/{tmp_path}", headers=library.shown, timeout=60)

    threads = [threading.Thread(target=ask) for _ in range(10)] + [threading.Thread(target=change) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert seen == set(heights)
    assert library.get("/health").json()["healthy"]
    httpx.delete(f"{library.address}/v1/documents/{tmp_path}", headers=library.shown, timeout=60)
