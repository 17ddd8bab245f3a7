"""The process that reads files: what it sends back, and what becomes of files that hang, crash or exhaust it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rag.errors import UnreadableDocument
from rag.reading import read
from rag.reading.worker import Worker
from rag.settings import Settings
from rag.types import Document, Problem

ONE_SECOND = Settings(read_seconds=1)
needs_posix = pytest.mark.skipif(os.name != "posix", reason="signals and limits are those of POSIX systems")


@pytest.fixture
def hostile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A module in place of the Markdown reader, which does in the worker what the file says."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys, types\n"
        "reader = types.ModuleType('rag.reading.markdown')\n"
        "def read_markdown(text):\n"
        "    exec(text, {})\n"
        "    from rag.reading.plain import read_plain\n"
        "    return read_plain('It was read.', 'a')\n"
        "reader.read_markdown = read_markdown\n"
        "sys.modules['rag.reading.markdown'] = reader\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def texts(worker: Worker, path: Path) -> list[str]:
    return [item.text for item in worker.read(path, path.name) if isinstance(item, Document)]


def why(worker: Worker, path: Path) -> str:
    with pytest.raises(UnreadableDocument) as caught:
        list(worker.read(path, path.name))
    return str(caught.value)


def processes(worker: Worker) -> int | None:
    return worker._process.pid if worker._process else None


def test_a_document_is_the_same_from_the_worker_as_from_reading_it_here(tmp_path: Path) -> None:
    path = write(
        tmp_path, "a.txt", "SUBLEASE AGREEMENT\n\nThe rent is “due”.\f1.2 Terms of 中文 🙂\n\nThey are short.\n"
    )
    with Worker(Settings()) as worker:
        assert list(worker.read(path, "a.txt")) == list(read(path, "a.txt", Settings()))


def test_one_process_reads_many_files_and_the_refusal_of_one_does_no_harm(tmp_path: Path) -> None:
    good, bad = write(tmp_path, "a.txt", "Good."), write(tmp_path, "b.txt", "")
    with Worker(Settings()) as worker:
        assert processes(worker) is None
        assert texts(worker, good) == ["Good."]
        first = processes(worker)
        assert why(worker, bad) == "The file is empty."
        assert texts(worker, good) == ["Good."]
        assert processes(worker) == first


def test_rows_arrive_in_order_however_many_there_are(tmp_path: Path) -> None:
    rows = [json.dumps({"id": number, "text": f"Row {number}. " + "word " * 50}) for number in range(5000)]
    path = write(tmp_path, "a.jsonl", "\n".join([*rows, "{broken"]))
    with Worker(Settings()) as worker:
        items = list(worker.read(path, "a.jsonl"))
    assert [item.source for item in items[:-1]] == [f"a.jsonl#{number}" for number in range(5000)]
    assert isinstance(items[-1], Problem)


def test_a_file_whose_name_is_no_text_is_read(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9 \n 'quoted'.txt"))
    path.write_text("Read.")
    source = path.name
    with Worker(Settings()) as worker:
        (document,) = worker.read(path, source)
    assert document.source == source.replace("\udce9", "\ufffd")


def test_it_reads_relative_paths_from_the_folder_that_is_current_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, "a.txt", name)
    with Worker(Settings()) as worker:
        for name in ("one", "two"):
            monkeypatch.chdir(tmp_path / name)
            assert texts(worker, Path("a.txt")) == [name]


def test_python_files_in_the_current_folder_are_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("csv", "json", "signal", "rag"):
        write(tmp_path, f"{name}.py", "raise SystemExit('run')")
    monkeypatch.chdir(tmp_path)
    with Worker(Settings()) as worker:
        assert texts(worker, write(tmp_path, "a.csv", "Year,Rain\n2021,412\n")) == ["Year: 2021; Rain: 412"]


def test_a_file_that_hangs_is_given_up_and_the_next_is_read(hostile: Path) -> None:
    hangs, good = write(hostile, "a.md", "while True: pass"), write(hostile, "b.txt", "Good.")
    with Worker(ONE_SECOND) as worker:
        began = time.monotonic()
        assert why(worker, hangs).startswith(
            "The file took longer than 1 s to read. Split it, or raise RAG_READ_SECONDS"
        )
        assert 0.9 < time.monotonic() - began < 30  # of the minutes that it would have hung
        assert texts(worker, good) == ["Good."]


@needs_posix
def test_a_file_that_crashes_its_parser_is_given_up_and_the_next_is_read(hostile: Path) -> None:
    crashes = write(hostile, "a.md", "import ctypes; ctypes.string_at(0)")
    leaves = write(hostile, "b.md", "import os; os._exit(3)")
    with Worker(Settings()) as worker:
        assert "crashed (signal 11, SIGSEGV)" in why(worker, crashes)
        assert "crashed (exit status 3)" in why(worker, leaves)
        assert texts(worker, write(hostile, "c.txt", "Good.")) == ["Good."]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux holds a process to its address space")
def test_a_file_that_needs_too_much_memory_is_given_up_and_the_next_is_read(hostile: Path) -> None:
    greedy = write(hostile, "a.md", "x = bytearray(300 << 20)")
    with Worker(Settings(read_memory_mb=256)) as worker:
        assert "needs more than 256 MB of memory to read" in why(worker, greedy)
        assert texts(worker, write(hostile, "c.txt", "Good.")) == ["Good."]
        assert why(worker, greedy)
    with Worker(Settings(read_memory_mb=512)) as worker:
        assert texts(worker, greedy) == ["It was read."]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux holds a process to its address space")
def test_what_files_left_behind_is_not_charged_to_the_next(hostile: Path) -> None:
    leaves = write(hostile, "a.md", "import sys; sys.left = bytearray(200 << 20)")
    needs = write(hostile, "b.md", "x = bytearray(150 << 20)")
    with Worker(Settings(read_memory_mb=256)) as worker:
        assert texts(worker, leaves) == ["It was read."]
        assert texts(worker, needs) == ["It was read."]


def test_what_a_parser_prints_or_reads_does_not_mix_with_the_answer(hostile: Path) -> None:
    noisy = write(
        hostile,
        "a.md",
        "import os, sys\nprint('noise', flush=True); os.write(1, b'noise'); os.write(2, b'noise')\n"
        "assert os.read(0, 10) == b''",
    )
    with Worker(Settings()) as worker:
        assert texts(worker, noisy) == ["It was read."]


def test_what_reads_files_cannot_use_the_network(hostile: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        port = server.getsockname()[1]
        asks = {
            "connect": f"socket.create_connection(('127.0.0.1', {port}))",
            "by number": f"socket.socket().connect(('127.0.0.1', {port}))",
            "name": "socket.getaddrinfo('example.invalid', 80)",
            "datagram": f"socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', {port}))",
            "fetch": f"import urllib.request; urllib.request.urlopen('http://127.0.0.1:{port}/')",
        }
        with Worker(Settings()) as worker:
            for name, ask in asks.items():
                reason = why(worker, write(hostile, f"{name}.md", f"import socket; {ask}"))
                assert "what reads files may not use the network" in reason, name
        with pytest.raises(TimeoutError):
            server.accept()


def test_a_fault_of_a_parser_is_a_reason_and_not_a_traceback(hostile: Path) -> None:
    with Worker(Settings()) as worker:
        assert "Its parser failed (KeyError: 'x')" in why(worker, write(hostile, "a.md", "{}['x']"))
        assert "Its parser failed (RecursionError" in why(worker, write(hostile, "b.md", "def f(): f()\nf()"))


def test_a_file_that_is_left_half_read_does_not_mix_with_the_next(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({"id": number, "text": "word " * 1000}) for number in range(1000))
    with Worker(Settings()) as worker:
        half = worker.read(write(tmp_path, "a.jsonl", rows), "a.jsonl")
        assert isinstance(next(half), Document)
        half.close()  # type: ignore[attr-defined]
        assert texts(worker, write(tmp_path, "b.txt", "Good.")) == ["Good."]


def test_slow_users_are_not_taken_for_slow_files(tmp_path: Path) -> None:
    rows = "\n".join(json.dumps({"id": number, "text": "word " * 1000}) for number in range(120))  # in three frames
    path = write(tmp_path, "a.jsonl", rows)
    with Worker(Settings(read_seconds=5)) as worker:
        read_so_far = 0
        for _ in worker.read(path, "a.jsonl"):
            read_so_far += 1
            if read_so_far == 1:
                time.sleep(6)
    assert read_so_far == 120


@needs_posix
def test_ctrl_c_does_not_end_it_and_the_end_of_its_user_does(tmp_path: Path) -> None:
    path = write(tmp_path, "a.txt", "Good.")
    with Worker(Settings()) as worker:
        assert texts(worker, path) == ["Good."]
        process = worker._process
        assert process is not None
        process.send_signal(signal.SIGINT)
        assert texts(worker, path) == ["Good."]
        assert worker._process is process
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(5) == 0


def test_it_starts_without_the_libraries_that_it_does_not_need() -> None:
    code = "import sys, rag.reading.worker, rag.reading; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"torch", "chromadb", "numpy", "lxml", "docx", "pypdfium2", "sentence_transformers"} & set(loaded)
