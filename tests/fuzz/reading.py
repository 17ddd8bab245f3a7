"""Reads damaged files in a process of its own that may hang, crash or run out of memory."""

from __future__ import annotations

import os
import resource
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from fuzz.mutate import BYTES, TEXTS, splice
from fuzz.promises import FOUND, Outcome, outcome_of
from fuzz.seeds import ENDINGS, ZIPPED, real, seeds
from fuzz.zips import XML, damage_zip
from rag.settings import Settings

PATIENCE = 20.0
"""Seconds for one file."""
SETTINGS = Settings(max_text_mb=8)
_CONTEXT = get_context("spawn")  # a fork of a process with threads may wait for ever
_REAL = 0.25
"""The share of files that are made from real ones."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A file, by its number, that broke a promise."""

    kind: str
    number: int
    why: str
    content: bytes


@dataclass(slots=True)
class Tally:
    """What became of the files of one format."""

    kind: str
    outcomes: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    seconds: float = 0.0
    slowest: tuple[float, int] = (0.0, -1)
    """The longest that one file took, and its number."""


def damaged(kind: str, seed: int, number: int) -> bytes:
    """The damaged file of this number: the same bytes each time, as long as the real files are the same."""
    chance = Random(f"{kind} {seed} {number}")
    pool = real(kind) if real(kind) and chance.random() < _REAL else seeds(kind)
    content, other = chance.choice(pool), chance.choice(seeds(chance.choice((kind, kind, kind, *ENDINGS))))
    if chance.random() < 0.05:
        return splice(content, other, chance)
    if kind in ZIPPED:
        return damage_zip(content, other, chance)
    text = chance.choices((TEXTS, XML), weights=(3, 1))[0] if kind in ("html", "xml") else TEXTS
    for _ in range(chance.choice((1, 1, 2, 3))):
        content = chance.choice(BYTES if chance.random() < (0.5 if kind == "pdf" else 0.25) else text)(content, chance)
    return content


class _Child:
    """The process, and the pipe to it. Started when needed, and again after it was killed."""

    def __init__(self, kind: str, seed: int, path: Path) -> None:
        self._arguments = kind, seed, path
        self._pipe: Connection | None = None
        self._process: BaseProcess | None = None

    def outcome(self, number: int) -> tuple[Outcome, float]:
        """What became of the file, and the seconds that took."""
        if self._process is None or self._pipe is None:
            self._pipe, theirs = _CONTEXT.Pipe()
            self._process = _CONTEXT.Process(target=_serve, args=(theirs, *self._arguments), daemon=True)
            self._process.start()
            theirs.close()
            self._pipe.recv()  # that it is ready: its imports are not the file's time
        began = time.monotonic()
        self._pipe.send(number)
        try:
            if self._pipe.poll(PATIENCE):
                return Outcome(*self._pipe.recv()), time.monotonic() - began
            why = f"took more than {PATIENCE:.0f} s"
        except EOFError:
            self._process.join()
            why = f"its process died (exit status {self._process.exitcode})"
        self.close()
        return Outcome(FOUND, why), time.monotonic() - began

    def close(self) -> None:
        if self._process is not None and self._pipe is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None


def read_all(kind: str, seed: int, numbers: range) -> Tally:
    """Reads the damaged files of these numbers."""
    tally = Tally(kind)
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        child = _Child(kind, seed, Path(folder) / f"fuzzed.{ENDINGS[kind].split()[0]}")
        for number in numbers:
            outcome, seconds = child.outcome(number)
            tally.outcomes[outcome.what] += 1
            tally.slowest = max(tally.slowest, (seconds, number))
            if outcome.what == FOUND:
                tally.findings.append(Finding(kind, number, outcome.why, damaged(kind, seed, number)))
        child.close()
    tally.seconds = time.monotonic() - began
    return tally


def _serve(pipe: Connection, kind: str, seed: int, path: Path) -> None:
    """In the process: reads the files whose numbers it is told, with as much memory as the product allows."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):  # where parsers complain
        os.dup2(nothing, stream)
    damaged(kind, seed, 0)
    for content in seeds(kind):  # a first time, so that its parsers are loaded
        path.write_bytes(content)
        outcome_of(path, SETTINGS)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    most = used + (SETTINGS.read_memory_mb << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    pipe.send(None)
    with suppress(EOFError):
        while True:
            path.write_bytes(damaged(kind, seed, pipe.recv()))
            outcome = outcome_of(path, SETTINGS)
            pipe.send((outcome.what, outcome.why))
