"""Commands as a shell runs them, and the keys of what they write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

Run = Callable[..., tuple[int, str, str]]
HIT = {
    *("passage_id", "document_id", "source", "title", "page", "headings", "start", "end"),
    *("text", "score", "dense_rank", "lexical_rank"),
}
ANSWER = {
    *("question", "asked_as", "text", "refusal", "claims", "hits", "nearest", "disagreements"),
    *("invented_marks", "writer", "seconds"),
}


def document(done: tuple[int, str, str]) -> Any:
    status, out, _ = done
    assert status == 0
    return json.loads(out)


def rag_process(*arguments: object, given: bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "rag", *map(str, arguments)]
    return subprocess.run(
        command, input=given, capture_output=True, timeout=120, check=False, env={**os.environ, **environment}
    )
