"""Processes that are killed: each is forked from one that has loaded everything, so that a death costs a second.

A victim carries out a plan and is killed before or after the n-th call of what writes to a store, or after a time. No
product code knows of it: the calls are counted by what the victim wraps around them.
"""

from __future__ import annotations

import functools
import json
import os
import signal
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from rag.catalogue import Catalogue
from rag.catalogue.conversations import ConversationRows
from rag.catalogue.vectors import Vectors
from rag.dense import Dense
from rag.indexes import Indexes
from rag.lexical import Lexical
from rag.store import Store

MOMENTS: list[tuple[type, tuple[str, ...]]] = [
    (Catalogue, ("replace", "forget", "note_file", "save_file", "remember")),
    (Vectors, ("save", "drop_unused")),
    (ConversationRows, ("create", "append", "delete")),
    (Dense, ("add", "remove", "close")),
    (Lexical, ("add", "remove", "commit", "close")),
    (Store, ("unsettle", "settle", "rebuild", "_make_numbered", "_leave_indexes", "_drop_old")),
    (Indexes, ("add", "remove", "fill", "mend")),
]
"""Whatever changes a store: a victim may die before and after each call."""


@dataclass(frozen=True)
class Death:
    """When a victim dies: at its n-th moment (counted from 1), or after so many seconds; neither: it lives."""

    moment: int = 0
    seconds: float = 0.0

    def __str__(self) -> str:
        return f"moment {self.moment}" if self.moment else f"{self.seconds:.2f} s"


@dataclass(frozen=True)
class End:
    """How a process ended: what it said, line by line, how it was stopped, and how many moments it saw."""

    said: list[Any]
    status: int
    moments: int
    seconds: float

    @property
    def killed(self) -> bool:
        return self.status == -signal.SIGKILL


def forked(act: Callable[[Callable[[Any], None]], None], death: Death | None = None, limit: float = 120.0) -> End:
    """Runs `act` in a process of its own, which is killed as `death` says; `act` is given how to say something.

    What it said is known also where it was killed right after.
    """
    reading, writing = os.pipe()
    began = time.monotonic()
    child = os.fork()
    if child == 0:
        os.close(reading)
        _live(act, writing, death or Death())
    os.close(writing)
    killer = threading.Timer(death.seconds if death and death.seconds else limit, os.kill, (child, signal.SIGKILL))
    killer.start()
    with os.fdopen(reading, encoding="utf-8") as pipe:
        lines = [json.loads(line) for line in pipe]
    _, status = os.waitpid(child, 0)
    killer.cancel()
    moments = [line["moments"] for line in lines if isinstance(line, dict) and "moments" in line]
    said = [line for line in lines if not (isinstance(line, dict) and "moments" in line)]
    code = -os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status)
    return End(said, code, moments[-1] if moments else 0, time.monotonic() - began)


def _live(act: Callable[[Callable[[Any], None]], None], writing: int, death: Death) -> None:
    """The child: it never returns."""
    status = 1

    def say(what: Any) -> None:
        os.write(writing, json.dumps(what).encode() + b"\n")

    try:
        os.setpgid(0, 0)
        count = _count_moments(death.moment)
        act(say)
        say({"moments": count[0]})
        status = 0
    except BaseException:  # noqa: BLE001  whatever it is, it is told, and the process ends
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(status)


def _count_moments(last: int) -> list[int]:
    """Counts the moments from now on, and dies at the last."""
    count = [0]

    def pass_one() -> None:
        count[0] += 1
        if count[0] == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(method)
        def call(*arguments: Any, **named: Any) -> Any:
            pass_one()
            result = method(*arguments, **named)
            pass_one()
            return result

        return call

    for kind, names in MOMENTS:
        for name in names:
            setattr(kind, name, counted(getattr(kind, name)))
    return count
