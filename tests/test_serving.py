"""Who is let in, from where, and what goes with every response; and files that readers add."""

from __future__ import annotations

import base64
import json
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from chats import Chat, address_of, start
from fastapi import HTTPException

import rag
from rag.serving.opening import Opening
from rag.ui.asked import told
from rag.ui.uploads import safe_name

ACCOUNTS = {"RAG_CHAT_AUTH": "ada:first-secret per:second-secret"}


def as_user(name: str, password: str) -> dict[str, str]:
    return {"authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


ADA = as_user("ada", "first-secret")
PER = as_user("per", "second-secret")


def ready(running: Any, store: Path) -> Chat:
    chat = Chat(running, address_of(running), store)
    until = time.monotonic() + 60
    while httpx.get(f"{chat.address}/healthz").json()["status"] != "ready":
        assert time.monotonic() < until
        time.sleep(0.2)
    return chat


def settled(chat: Chat, **headers: str) -> dict[str, Any]:
    """What the library says when nothing is being read any more."""
    until = time.monotonic() + 60
    while True:
        said: dict[str, Any] = httpx.get(f"{chat.address}/library", headers=headers).json()
        if said["settled"]:
            return said
        assert time.monotonic() < until
        time.sleep(0.2)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    home = tmp_path_factory.mktemp("guarded")
    (home / "papers").mkdir()
    (home / "papers" / "tides.txt").write_text("The highest tide of 2021 stood 4.82 m above datum.\n", encoding="utf-8")
    running = start(home / "papers", "--store", home / "store", "--port", 0, **ACCOUNTS)
    try:
        yield ready(running, home / "store")
    finally:
        running.kill()
        running.wait()


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chat]:
    """A chat without accounts, over an empty library."""
    home = tmp_path_factory.mktemp("alone")
    (home / "papers").mkdir()
    running = start(home / "papers", "--store", home / "store", "--port", 0, RAG_MAX_FILE_MB="1")
    try:
        yield ready(running, home / "store")
    finally:
        running.kill()
        running.wait()


# -- accounts


@pytest.mark.parametrize("path", ["/", "/library", "/parts/page.js", "/config", "/conversations", "/nowhere"])
def test_nothing_is_served_without_a_password(guarded: Chat, path: str) -> None:
    answered = httpx.get(guarded.address + path)
    assert answered.status_code == 401
    assert answered.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    "headers", [as_user("nobody", "first-secret"), as_user("ada", "x"), {"authorization": "Basic %"}]
)
def test_a_wrong_name_or_password_is_refused_alike(guarded: Chat, headers: dict[str, str]) -> None:
    answered = httpx.get(guarded.address, headers=headers)
    assert (answered.status_code, answered.json()) == (401, {"detail": "Log in with a name and its password."})


def test_whoever_has_an_account_is_let_in(guarded: Chat) -> None:
    assert httpx.get(guarded.address, headers=ADA).status_code == 200
    assert settled(guarded, **ADA)["count"] == 1


def test_health_is_told_to_everybody_and_says_nothing_else(guarded: Chat) -> None:
    said = httpx.get(f"{guarded.address}/healthz")
    assert (said.status_code, sorted(said.json())) == (200, ["status", "version"])


def test_conversations_are_their_owner_s_alone(guarded: Chat) -> None:
    assert httpx.get(f"{guarded.address}/conversations", headers=PER).text == '<li class="none">None yet.</li>'
    for path in ("/conversations/aaaaaaaaaa.json", "/evidence/aaaaaaaaaa-1/0/0", "/answers/aaaaaaaaaa-1"):
        assert httpx.get(guarded.address + path, headers=PER).status_code == 404


def test_after_ten_wrong_passwords_an_address_has_to_wait(tmp_path: Path) -> None:
    running = start("--store", tmp_path / "store", "--port", 0, tmp_path, **ACCOUNTS)
    try:
        address = address_of(running)
        wrong = [httpx.get(address, headers=as_user("ada", str(n))).status_code for n in range(12)]
        assert wrong == [401] * 10 + [429] * 2
        right = httpx.get(address, headers=ADA)
        assert (right.status_code, 1 <= int(right.headers["retry-after"]) <= 60) == (429, True)
    finally:
        running.kill()
        running.wait()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--host", "0.0.0.0"], "--auth USER:PASSWORD (or RAG_CHAT_AUTH); or let everybody in: --open-to-all"),
        (["--auth", "ada"], "An account is written USER:PASSWORD"),
    ],
)
def test_what_would_be_open_to_all_by_mistake_does_not_start(arguments: list[str], said: str, tmp_path: Path) -> None:
    running = start(*arguments, "--store", tmp_path / "store", "--port", 0)
    errors = running.communicate(timeout=60)[1]
    assert running.returncode == 1
    assert said in errors
    assert "Traceback" not in errors


# -- where a request comes from, and what goes back


def test_another_name_of_this_machine_is_not_served(alone: Chat) -> None:
    port = alone.address.rpartition(":")[2]
    assert httpx.get(alone.address, headers={"host": f"evil.example:{port}"}).status_code == 421
    assert httpx.get(alone.address, headers={"host": f"localhost:{port}"}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": "http://evil.example"}, {"sec-fetch-site": "cross-site"}, {"origin": "null"}]
)
def test_another_page_can_change_nothing(alone: Chat, headers: dict[str, str]) -> None:
    for method, path in (
        ("POST", "/library/sync"),
        ("DELETE", "/library/documents/x"),
        ("POST", "/gradio_api/queue/join"),
    ):
        assert httpx.request(method, alone.address + path, headers=headers).status_code == 403


@pytest.mark.parametrize("path", ["/", "/library", "/parts/page.css", "/nowhere", "/gradio_api/info", "/healthz"])
def test_every_response_has_the_headers(alone: Chat, path: str) -> None:
    headers = httpx.get(alone.address + path).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"
    assert headers["x-content-type-options"] == "nosniff"
    assert "server" not in headers


def test_errors_hold_no_path_and_no_traceback(alone: Chat) -> None:
    for path in ("/documents/nothing", "/pictures/nothing/1", "/evidence/%2e%2e/0/0", "/parts/../../app.py"):
        answered = httpx.get(alone.address + path)
        assert answered.status_code == 404
        assert "Traceback" not in answered.text


# -- files


def add(chat: Chat, name: str, content: bytes) -> httpx.Response:
    return httpx.post(f"{chat.address}/library/files?name={quote(name)}", content=content)


def test_a_file_that_is_added_can_be_found_removed_and_brought_back(alone: Chat) -> None:
    words = b"The gauge at the north pier was replaced in June 2022 by Ingrid Solvei.\n"
    assert add(alone, "gauge notes.txt", words).json() == {"name": "gauge notes.txt", "bytes": len(words)}
    said = settled(alone)
    assert (said["count"], said["unread"]) == (1, [])
    document = said["html"].partition('data-document="')[2].partition('"')[0]
    assert "Ingrid Solvei" in httpx.get(f"{alone.address}/documents/{document}").text
    removed = httpx.delete(f"{alone.address}/library/documents/{document}").json()
    assert settled(alone)["count"] == 0
    assert httpx.post(f"{alone.address}/library/undo/{removed['undo']}").status_code == 200
    assert settled(alone)["count"] == 1
    again = httpx.post(f"{alone.address}/library/undo/{removed['undo']}")
    assert (again.status_code, "Add the file again" in again.text) == (404, True)


def test_the_same_file_twice_is_one_and_another_of_its_name_is_kept_beside_it(alone: Chat) -> None:
    names = [add(alone, "twice.txt", content).json()["name"] for content in (b"One.\n", b"One.\n", b"Two.\n")]
    assert names == ["twice.txt", "twice.txt", "twice (2).txt"]
    settled(alone)


@pytest.mark.parametrize(
    ("name", "content", "status", "said"),
    [
        ("empty.txt", b"", 400, "The file is empty."),
        ("large.txt", b"x" * (2**20 + 1), 413, "more than the 1 MB that RAG_MAX_FILE_MB allows"),
        ("song.mp3", b"ID3\x03" + bytes(300), 415, "sound"),
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), 415, "old"),
    ],
)
def test_what_cannot_be_read_is_refused_with_the_reason(
    alone: Chat, name: str, content: bytes, status: int, said: str
) -> None:
    answered = add(alone, name, content)
    assert (answered.status_code, said in json.loads(answered.text)["detail"]) == (status, True)
    assert not list((alone.store / "uploads").glob(".*"))


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\boot.ini", "boot.ini"),
        (".hidden", "hidden"),
        ("a\0b\u202etxt.exe", "a_b_txt.exe"),
        ("CON.txt", "file CON.txt"),
        ("…", "…"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
    ],
)
def test_a_name_can_do_no_harm(name: str, kept: str) -> None:
    assert safe_name(name) == kept


def test_a_file_without_a_name_is_refused(alone: Chat) -> None:
    answered = add(alone, " .. ", b"Words.\n")
    assert (answered.status_code, "has no name" in answered.text) == (400, True)


def test_what_was_removed_does_not_come_back_with_the_next_file(alone: Chat) -> None:
    add(alone, "first.txt", b"The first one speaks of lamps.\n")
    before = settled(alone)
    document = before["html"].partition(">first<")[0].rpartition('data-document="')[2].partition('"')[0]
    assert httpx.delete(f"{alone.address}/library/documents/{document}").status_code == 200
    add(alone, "second.txt", b"The second one speaks of ropes.\n")
    assert ">first<" not in settled(alone)["html"]
    httpx.post(f"{alone.address}/library/sync")
    assert ">first<" not in settled(alone)["html"]


def test_a_file_that_breaks_off_leaves_nothing(alone: Chat) -> None:
    host, _, port = alone.address.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port))) as line:
        head = f"POST /library/files?name=half.txt HTTP/1.1\r\nHost: {host}:{port}\r\nContent-Length: 5000\r\n\r\n"
        line.sendall(head.encode() + b"Half of it")
        time.sleep(0.5)
    time.sleep(0.5)
    assert not [path.name for path in (alone.store / "uploads").iterdir() if "half" in path.name or "part" in path.name]


def test_a_proxy_may_serve_the_chat_under_a_path(tmp_path: Path) -> None:
    running = start("--store", tmp_path / "store", "--port", 0, "--root-path", "/foot", tmp_path)
    try:
        address = address_of(running)
        assert httpx.get(f"{address}/foot").headers["location"] == "/foot/"
        for path in ("/foot/", "/foot/parts/page.js", "/parts/page.js", "/foot/library", "/foot/config"):
            assert httpx.get(address + path).status_code == 200, path
        assert httpx.get(f"{address}/foot/healthz").status_code in (200, 503)
    finally:
        running.kill()
        running.wait()


def test_a_folder_is_read_where_the_reader_sits_and_nowhere_else(alone: Chat, guarded: Chat, tmp_path: Path) -> None:
    (tmp_path / "shelf").mkdir()
    (tmp_path / "shelf" / "terns.txt").write_text("The little tern returned in May 2020.\n", encoding="utf-8")
    path = {"path": str(tmp_path / "shelf")}
    before = settled(alone)["count"]
    assert httpx.post(f"{alone.address}/library/folder", json=path).status_code == 200
    assert settled(alone)["count"] == before + 1
    missing = httpx.post(f"{alone.address}/library/folder", json={"path": str(tmp_path / "nowhere")})
    assert missing.status_code == 404
    assert httpx.post(f"{guarded.address}/library/folder", json=path, headers=ADA).status_code == 403


def test_settings_hold_no_key(tmp_path: Path) -> None:
    secret = {"RAG_LLM_API_KEY": "sk-very-secret", "RAG_LLM_MODEL": "m", "RAG_LLM_BASE_URL": "http://127.0.0.1:9/v1"}
    running = start("--store", tmp_path / "store", "--port", 0, tmp_path, **secret)
    try:
        chat = ready(running, tmp_path / "store")
        said = httpx.get(f"{chat.address}/settings").text
        tested = httpx.post(f"{chat.address}/settings/test")
        assert tested.status_code == 409
        assert "sk-very-secret" not in said + tested.text
        assert httpx.get(chat.address).text.count("sk-very-secret") == 0
    finally:
        running.kill()
        running.wait()


def test_a_panel_s_error_does_not_say_where_the_store_lies(tmp_path: Path) -> None:
    opening = Opening(rag.Settings(store=tmp_path), [], None, lambda: None)
    with pytest.raises(HTTPException) as caught, told(opening):
        raise rag.StoreError(f"{tmp_path}/catalogue.db cannot be read.")
    assert (caught.value.status_code, caught.value.detail) == (409, "STORE/catalogue.db cannot be read.")
