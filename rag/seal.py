"""What the files of an index were when it was last known to be whole, and which of them are not that any more.

Every change leaves another stamp in each index's folder. So a folder of another store, of another time, or under a
catalogue that was put back from a backup, is told from the right one, also where both hold as many passages.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType

STAMP = "stamp"


def stamp(folder: Path) -> None:
    """Leaves another stamp."""
    half = folder / f".{STAMP}"
    half.write_text(secrets.token_hex(16), encoding="ascii")
    half.replace(folder / STAMP)


def seal(folder: Path, files: Iterable[Path], known: Mapping[str, str] = MappingProxyType({})) -> dict[str, str]:
    """The hash of each of a folder's files and of its stamp, by its path there; where it is `known`, that one."""
    names = {path.relative_to(folder).as_posix(): path for path in (*files, folder / STAMP)}
    return {name: known.get(name) or _hash(path) for name, path in names.items()}


def broken(folder: Path, sealed: Mapping[str, str]) -> list[str]:
    """The files that are gone, or no longer what they were. Files that came since are not looked at."""
    return [name for name, was in sealed.items() if not (folder / name).is_file() or _hash(folder / name) != was]


def _hash(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
