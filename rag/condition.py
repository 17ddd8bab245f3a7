"""How a library is: what `rag doctor` tells beside whether its three stores agree."""

from __future__ import annotations

import platform
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from rag.catalogue import Catalogue
from rag.catalogue.database import SCHEMA_VERSION, SQLITE_VERSION
from rag.store import Health

_PACKAGES = ("footnote-rag", "chromadb", "tantivy", "llama-index-core", "torch")


@dataclass(frozen=True, slots=True)
class Condition:
    """A library's health, with what helps to understand it. Times are local, as in "2026-11-27T12:00:00+0100"."""

    health: Health
    conversations: int
    embedder: str
    """The fingerprint of the model whose vectors it holds; "" before the first."""
    roots: tuple[str, ...]
    """The folders that `sync` goes to by itself."""
    last_sync: str
    last_heal: str
    """When the indexes were last found not to agree with the catalogue and put right, and why; "" for never."""
    bytes: dict[str, int]
    """What lies on the disk, by part of the store."""
    versions: dict[str, str]


def condition_of(health: Health, catalogue: Catalogue, folder: Path, roots: list[Path]) -> Condition:
    """The condition of the store in a folder."""
    parts = {
        "catalogue": [*folder.glob("catalogue.db*")],
        "chroma": [*(folder / "chroma").rglob("*")],
        "lexical": [*(folder / "lexical").rglob("*")],
        "uploads": [*(folder / "uploads").glob("*")],
    }
    return Condition(
        health,
        catalogue.conversations.count(),
        catalogue.recall("embedder"),
        tuple(map(str, roots)),
        catalogue.recall("last_sync"),
        catalogue.recall("last_heal"),
        {part: sum(_size(path) for path in paths) for part, paths in parts.items()},
        {
            "python": platform.python_version(),
            "sqlite": SQLITE_VERSION,
            "format": str(SCHEMA_VERSION),
            **{name: _version(name) for name in _PACKAGES},
        },
    )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size if path.is_file() else 0
    except OSError:  # it went meanwhile
        return 0


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "not installed"
