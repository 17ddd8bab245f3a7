"""How long after a server's first piece `rag ask --writer llm` shows its own.

    python -m evals.first_piece [--runs 20]

Syncs the sample corpus, starts the tests' OpenAI-compatible server on loopback (this needs a checkout), and asks one
question in a process of its own for each run. Both clocks are this machine's monotonic one. Printed are the
milliseconds between the server's writing of its first piece and the first character on the command's output.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import rag

ROOT = Path(__file__).parents[1]
QUESTION = "Who designed the Tide House?"


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=20)
    options = parser.parse_args()
    sys.path.insert(0, str(ROOT / "tests"))
    fake: Any = import_module("openai_server")
    with tempfile.TemporaryDirectory() as scratch, fake.OpenAIServer() as server:
        store = Path(scratch) / "store"
        with rag.open(store) as library:
            library.sync(ROOT / "corpus", progress=True)
        server.answers("Senna Trobisk designed the Tide House. [1] " * 20)
        settings = {"RAG_LLM_BASE_URL": server.base_url, "RAG_LLM_MODEL": "fake-model", "RAG_LLM_WINDOW": "8192"}
        command = [sys.executable, "-m", "rag", "ask", QUESTION, "--writer", "llm", "--store", str(store)]
        delays = []
        for _ in range(options.runs):
            server.written.clear()
            running = subprocess.Popen(command, stdout=subprocess.PIPE, env={**os.environ, **settings}, bufsize=0)
            assert running.stdout is not None
            running.stdout.read(1)
            shown = time.perf_counter()
            running.communicate()
            delays.append(1000 * (shown - server.written[0]))
    delays.sort()
    print(f"first piece after the server's: p50 {statistics.median(delays):.1f} ms, most {delays[-1]:.1f} ms")
    print(f"({len(delays)} runs of rag ask --writer llm)")


if __name__ == "__main__":
    main()
