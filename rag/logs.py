"""What the package notes while it works: one JSON object a line on stderr, where `--verbose` asks for it.

A server tells of mistakes of ours in any case. Never a question, a word of a document, or a key: only what was done,
how often, and how long it took.
"""

from __future__ import annotations

import json
import logging
import sys
import time
import traceback
from typing import Any

_ROOT = logging.getLogger("rag")
_ROOT.addHandler(logging.NullHandler())  # else Python itself would write warnings to stderr


def note(event: str, **facts: Any) -> None:
    """Notes that something was done."""
    _ROOT.info(event, extra={"facts": facts})


def warn(event: str, **facts: Any) -> None:
    """Notes that something was not as it should be, and was put right."""
    _ROOT.warning(event, extra={"facts": facts})


def mistake(event: str, problem: BaseException) -> None:
    """Notes a mistake of ours, with where it happened."""
    _ROOT.error(event, exc_info=problem)


def to_stderr(*, mistakes_only: bool = False) -> None:
    """Writes what is noted from now on, or only mistakes of ours."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Lines())
    _ROOT.addHandler(handler)
    _ROOT.setLevel(logging.ERROR if mistakes_only else logging.INFO)
    _ROOT.propagate = False


class _Lines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.localtime(record.created)) + f".{int(record.msecs):03}"
        said: dict[str, Any] = {"time": moment, "level": record.levelname.lower(), "event": record.getMessage()}
        said |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            # Without its message, which may hold a question or words of a document.
            said["traceback"] = [line.strip() for line in traceback.format_tb(record.exc_info[2])]
            said["problem"] = record.exc_info[0].__name__
        return json.dumps(said, default=str)
