"""One process owns a store; the commands of other terminals are carried out by it, as if they were alone."""

from __future__ import annotations

import json
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from openai_server import OpenAIServer
from serving import Served, environment, rag, served, start

from rag.ownership import serving, token_of

TIDE = "How high was the highest tide of 2021?"
COMMANDS = [
    ["search", "tide", "-k", "2"],
    ["search", "tide", "--json"],
    ["ask", TIDE],
    ["ask", TIDE, "--json"],
    ["ask", "What is the weight of the moon?"],
    ["show", "papers/pumps.txt"],
    ["show", "pumps.txt", "--start", "5", "--end", "14", "--json"],
    ["show", "nothing.txt"],
    ["show", "pumps.txt", "--start", "5", "--end", "4"],
    ["doctor"],
    ["doctor", "--json"],
    ["conversations"],
    ["conversation", "none"],
    ["sync"],
    ["sync", "--json"],
    ["sync", "nowhere/at-all"],
    ["repair"],
    ["forget", "nothing.txt"],
]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("owned")
    (home / "papers").mkdir()
    (home / "papers" / "tides.txt").write_text(
        "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November.\n"
    )
    (home / "papers" / "pumps.txt").write_text("Part ACME-4711 is the spare impeller. It costs 230 crowns.\n")
    return home


@pytest.fixture(scope="module")
def owner(home: Path) -> Iterator[Served]:
    with served(home / "papers", store=home / "store") as running:
        yield running


def without_times(text: str) -> str:
    """What is the same each time; seconds are not."""
    try:
        found = json.loads(text)
    except ValueError:
        return text.rsplit(" (", 1)[0] if text.rstrip().endswith(" s).") else text
    if isinstance(found, dict):
        for name in ("seconds", "last_sync", "last_heal", "bytes", "roots"):  # of one store, not of the command
            found.pop(name, None)
    return json.dumps(found)


@pytest.fixture(scope="module")
def alone(home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same documents with a store that nobody has open."""
    alone = tmp_path_factory.mktemp("alone")
    shutil.copytree(home / "papers", alone / "papers")
    assert rag("sync", "papers", "--store", "store", cwd=alone).returncode == 0
    return alone


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_an_owner_says_what_the_command_would_have_said_alone(
    command: list[str], owner: Served, home: Path, alone: Path
) -> None:
    expected = rag(*command, "--store", alone / "store", cwd=alone)
    status, out, err = owner.rag(*command, cwd=home)
    assert status == expected.returncode
    assert without_times(out) == without_times(expected.stdout)
    assert err.replace(str(home), "HOME") == expected.stderr.replace(str(alone), "HOME")


def test_a_command_loads_nothing_heavy_where_an_owner_does_the_work(owner: Served) -> None:
    program = (
        "import sys\nfrom rag.__main__ import main\n"
        f"status = main(['ask', {TIDE!r}, '--store', {str(owner.store)!r}])\n"
        "heavy = {'numpy', 'torch', 'chromadb', 'tantivy', 'fastapi'} & set(sys.modules)\n"
        "sys.stderr.write(f'{status} {sorted(heavy)}')"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=240)
    assert "4.82 m" in done.stdout
    assert done.stderr == "0 []"


def test_only_the_user_can_read_the_token_and_the_store(owner: Served) -> None:
    assert stat.S_IMODE((owner.store / "token").stat().st_mode) == 0o600
    assert stat.S_IMODE(owner.store.stat().st_mode) == 0o700
    assert len(owner.token) == 43  # 256 bits, six to a letter


def test_a_batch_is_answered_line_by_line(owner: Served) -> None:
    rows = '{"id": 1, "question": "What does ACME-4711 cost?"}\n{"id": 2, "question": "How high was the tide?"}\n'
    status, out, err = owner.rag("ask", "--batch", "-", given=rows)
    assert (status, err) == (0, "")
    assert [json.loads(line)["id"] for line in out.splitlines()] == [1, 2]


def test_a_batch_is_answered_while_it_is_still_written(owner: Served) -> None:
    typed = [sys.executable, "-m", "rag", "search", "--batch", "-", "--store", str(owner.store)]
    pipe = subprocess.PIPE
    with subprocess.Popen(typed, stdin=pipe, stdout=pipe, text=True, encoding="utf-8", env=environment({})) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        for number, text in enumerate(["tide", "terns\N{LINE SEPARATOR}of the bar", "impeller"]):
            running.stdin.write(json.dumps({"id": number, "text": text}, ensure_ascii=False) + "\n")
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["id"] == number  # before the next line is written
        running.stdin.close()
        assert running.wait(240) == 0


def test_a_reader_of_an_owner_s_answers_that_has_seen_enough_is_no_error(owner: Served) -> None:
    rows = "".join(json.dumps({"id": number, "text": "tide"}) + "\n" for number in range(50))
    command = f"{sys.executable} -m rag search --batch - --store {owner.store} | head -c 10"
    done = subprocess.run(
        command, shell=True, input=rows, capture_output=True, text=True, env=environment({}), check=True, timeout=240
    )
    assert len(done.stdout) == 10
    assert done.stderr == ""


def test_a_long_file_of_rows_goes_in_pieces(owner: Served, tmp_path: Path) -> None:
    rows = [
        {"id": number, "text": "tide " * 400} for number in range(100)
    ]  # of 2,000 characters: more than twice 65,536
    (tmp_path / "rows.jsonl").write_text("\n".join(map(json.dumps, rows)))
    status, out, err = owner.rag("search", "--batch", "rows.jsonl", "-k", "1", cwd=tmp_path)
    assert (status, err) == (0, "")
    assert [json.loads(line)["id"] for line in out.splitlines()] == list(range(100))


def test_ctrl_c_ends_a_command_that_waits_for_its_next_line(owner: Served) -> None:
    typed = [sys.executable, "-m", "rag", "ask", "--batch", "-", "--store", str(owner.store)]
    pipe = subprocess.PIPE
    with subprocess.Popen(typed, stdin=pipe, stdout=pipe, stderr=pipe, text=True, env=environment({})) as running:
        assert running.stdin is not None
        assert running.stdout is not None
        running.stdin.write('{"id": 1, "question": "How high was the tide?"}\n')
        running.stdin.flush()
        assert json.loads(running.stdout.readline())["id"] == 1
        running.send_signal(signal.SIGINT)
        assert running.wait(240) == 1
        assert running.stderr is not None
        assert running.stderr.read().startswith("rag: stopped.")


def test_paths_are_those_of_the_terminal(owner: Served, tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "terns.txt").write_text("The little tern returned to the sand bar in May 2020.\n")
    status, out, _ = owner.rag("sync", "new", cwd=tmp_path)
    assert status == 0
    assert out.startswith("1 added, ")
    assert "sand bar" in owner.rag("show", "new/terns.txt", cwd=tmp_path)[1]
    assert owner.rag("forget", "new", cwd=tmp_path)[0] == 0
    assert owner.rag("show", "new/terns.txt", cwd=tmp_path)[0] == 1


def test_a_conversation_is_kept_and_exported_where_it_was_typed(owner: Served, tmp_path: Path) -> None:
    assert owner.rag("ask", "--conversation", "tides", TIDE)[0] == 0
    assert owner.rag("conversation", "tides", "--export", "tides.json", cwd=tmp_path)[0] == 0
    status, out, _ = owner.rag("verify", "tides.json", cwd=tmp_path)
    assert (status, (tmp_path / "tides.json").is_file()) == (0, True)
    assert out
    assert owner.rag("conversation", "tides", "--delete")[0] == 0


def test_the_language_model_is_that_of_the_terminal(owner: Served) -> None:
    with OpenAIServer() as server:
        server.answers("The tide stood at 4.82 m [1].")
        model = {"RAG_LLM_BASE_URL": server.base_url, "RAG_LLM_MODEL": "fake-model", "RAG_LLM_API_KEY": "k"}
        status, out, _ = owner.rag("ask", TIDE, **model)
    assert status == 0
    assert out.startswith("The tide stood at 4.82 m. [1]")


def test_another_embedder_than_the_owner_s_is_refused(owner: Served) -> None:
    status, _, err = owner.rag("ask", TIDE, RAG_EMBEDDER="another/model")
    assert status == 1
    assert "Set RAG_EMBEDDER=all-MiniLM-L6-v2" in err


def test_a_setting_that_the_owner_does_not_follow_is_told_of(owner: Served) -> None:
    _, _, err = owner.rag("search", "tide", RAG_MAX_FILE_MB="1")
    assert err == "note: RAG_MAX_FILE_MB: the process that has the store open goes by its own.\n"


def test_a_program_that_opens_the_store_itself_is_told_who_has_it(owner: Served) -> None:
    program = f"import rag\ntry: rag.open({str(owner.store)!r})\nexcept rag.StoreInUse as problem: print(problem)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=240)
    assert f"(process {owner.process.pid} on " in done.stdout


def test_another_version_is_told_to_start_again(owner: Served) -> None:
    told = {"version": "0.0.1", "arguments": ["doctor"], "folder": "/"}
    refused = owner.post("/commands", **told)
    assert refused.status_code == 409
    assert "Stop it and start it again." in refused.json()["error"]["message"]


def test_ctrl_c_stops_a_sync_that_the_owner_carries_out(owner: Served, tmp_path: Path) -> None:
    for number in range(400):
        words = f"Report {number} of the station counts {number * 7} birds on the bar. " * 40
        (tmp_path / f"{number}.txt").write_text(words)
    typed = [sys.executable, "-m", "rag", "sync", str(tmp_path), "--store", str(owner.store)]
    running = subprocess.Popen(typed, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment({}))
    until = time.monotonic() + 240
    while owner.get("/documents", params={"matching": tmp_path.name}).json()["total"] == 0:
        assert time.monotonic() < until
        time.sleep(0.1)
    running.send_signal(signal.SIGINT)
    _, err = running.communicate(timeout=240)
    assert running.returncode == 1
    assert err.endswith("rag: stopped. What was done so far is kept; run the same command to go on.\n")
    assert owner.rag("forget", tmp_path)[0] == 0
    assert owner.rag("doctor")[0] == 0


# -- owners that come and go


def test_a_killed_owner_s_store_is_taken_over(home: Path, tmp_path: Path) -> None:
    shutil.copytree(home / "papers", tmp_path / "papers")
    with served(tmp_path / "papers", store=tmp_path / "store") as running:
        assert serving(tmp_path / "store") is not None
        running.process.kill()
        running.process.wait()
        assert (tmp_path / "store" / "owner").exists()
        assert serving(tmp_path / "store") is None
        status, out, _ = running.rag("ask", TIDE)
    assert (status, "4.82 m" in out) == (0, True)
    assert not (tmp_path / "store" / "owner").exists()


def test_a_command_waits_for_an_owner_that_is_still_starting(home: Path, tmp_path: Path) -> None:
    process = start(home / "papers", "--store", tmp_path / "store", "--port", 0, command="chat")
    try:
        until = time.monotonic() + 240
        while serving(tmp_path / "store") is None:
            assert time.monotonic() < until
            time.sleep(0.05)
        done = rag("search", "impeller", "--store", tmp_path / "store")
        assert (done.returncode, done.stderr) == (0, "")
    finally:
        process.kill()
        process.wait()


def test_an_owner_that_does_not_answer_is_named(tmp_path: Path) -> None:
    with served(store=tmp_path / "store") as running:
        os.kill(running.process.pid, signal.SIGSTOP)
        kept = json.loads((tmp_path / "store" / "owner").read_text())
        kept["address"] = "http://127.0.0.1:9"  # where nothing listens
        (tmp_path / "store" / "owner").write_text(json.dumps(kept))
        status, _, err = running.rag("search", "tide")
        assert status == 1
        assert f"(process {running.process.pid} on " in err
        assert "cannot be reached at http://127.0.0.1:9" in err


def test_a_token_is_made_once_and_mended_where_it_is_empty(tmp_path: Path) -> None:
    first = token_of(tmp_path)
    assert token_of(tmp_path) == first
    (tmp_path / "token").write_text("")
    assert len(token_of(tmp_path)) == 43
