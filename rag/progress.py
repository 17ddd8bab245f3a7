"""Progress for a person: a bar on a terminal, a plain line now and then elsewhere."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rag.sync import Progress

_EVERY = 5.0  # seconds between plain lines


@contextmanager
def shown() -> Iterator[Callable[[Progress], None]]:
    """Shows on stderr what it is told until the block ends."""
    if sys.stderr.isatty():
        with _bar() as tell:
            yield tell
    else:
        yield _lines()


@contextmanager
def counted(what: str, total: int) -> Iterator[Callable[[], None]]:
    """Counts on stderr, every few seconds, the calls of what it yields."""
    last, done = time.monotonic(), 0

    def advance() -> None:
        nonlocal last, done
        done += 1
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            sys.stderr.write(f"{done:,} of {total:,} {what}\n")
            sys.stderr.flush()

    yield advance


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = TextColumn("Reading"), BarColumn(), TextColumn("{task.fields[said]}")
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None, said="looking for changes")
        yield lambda now: bar.update(task, total=now.bytes or 1, completed=now.bytes_done, said=_said(now))


def _lines() -> Callable[[Progress], None]:
    last = time.monotonic()

    def tell(now: Progress) -> None:
        nonlocal last
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            sys.stderr.write(_said(now) + "\n")
            sys.stderr.flush()

    return tell


def _said(now: Progress) -> str:
    said = f"{now.files_done:,} of {now.files:,} files, {now.passages:,} passages embedded"
    if now.seconds >= 1 and now.passages:
        said += f", {now.passages / now.seconds:,.0f} a second"
    if now.seconds_left is not None and now.files_done < now.files:
        said += f", {_time(now.seconds_left)} left"
    return said


def _time(seconds: float) -> str:
    if seconds < 90:
        return f"about {max(1, round(seconds))} s"
    if seconds < 5400:
        return f"about {round(seconds / 60)} min"
    return f"about {seconds / 3600:.1f} h"
