"""What a process writes of what it does: on stderr, as JSON Lines, and without a word of anybody."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

PROGRAM = """
from rag.logs import mistake, note, to_stderr

to_stderr(mistakes_only={mistakes_only})
note("synced", added=3)
try:
    {{}}["what a document says"]
except KeyError as problem:
    mistake("a mistake of ours in POST /ask", problem)
"""


def noted(*, mistakes_only: bool) -> list[dict[str, Any]]:
    program = PROGRAM.format(mistakes_only=mistakes_only)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    return [json.loads(line) for line in done.stderr.splitlines()]


def test_a_mistake_of_ours_is_noted_with_its_place_and_kind_and_without_its_words() -> None:
    (said,) = noted(mistakes_only=True)
    assert (said["level"], said["event"], said["problem"]) == ("error", "a mistake of ours in POST /ask", "KeyError")
    assert said["traceback"] == ['File "<string>", line 7, in <module>']
    assert "document" not in json.dumps(said)


def test_what_was_done_is_noted_where_all_is_asked_for() -> None:
    did, _ = noted(mistakes_only=False)
    assert (did["level"], did["event"], did["added"]) == ("info", "synced", 3)
