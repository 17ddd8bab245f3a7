"""What the tests ask of a library."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rag.library import Library
from rag.types import SyncReport

Open = Callable[..., Library]


def counts(report: SyncReport) -> tuple[int, int, int, int]:
    return report.added, report.changed, report.removed, report.unchanged


def sources(library: Library) -> list[str]:
    return [listed.source for listed in library.documents()]


def healthy(library: Library) -> bool:
    health = library.doctor()
    return not health.problems and health.passages == health.dense == health.lexical


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())
