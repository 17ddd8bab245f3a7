"""Which files lie under a folder: their paths, sizes and times, without opening one."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from rag.errors import RagError
from rag.types import Problem

_LITTER = ("~$", ".")  # an office program's lock file; hidden
_LITTER_NAMES = frozenset({b"Thumbs.db", b"desktop.ini", b"__MACOSX", b"__pycache__"})


@dataclass(frozen=True, slots=True)
class Found:
    """A regular file. Paths are bytes, because a file name need not be text."""

    path: bytes
    size: int
    mtime_ns: int


@dataclass(slots=True)
class Scan:
    """What was found under the given paths."""

    roots: list[bytes] = field(default_factory=list)
    files: dict[bytes, Found] = field(default_factory=dict)
    unreadable: dict[bytes, str] = field(default_factory=dict)
    """Folders that could not be listed: what lies under them is neither new nor gone."""
    links: list[bytes] = field(default_factory=list)
    """Symbolic links, which are not followed."""

    def covers(self, path: bytes) -> bool:
        """Whether this scan would have found the file if it were there."""
        return any(_under(path, root) for root in self.roots) and not any(
            _under(path, folder) for folder in self.unreadable
        )


def scan(paths: list[Path], store: Path) -> Scan:
    """Walks folders and files; hidden files, links and the store itself are passed over.

    Raises RagError for a path that is not there: a folder that is missing (a disk that is not
    mounted, a word mistyped) must not look like a folder whose files were all deleted.
    """
    found = Scan()
    own = os.fsencode(os.path.realpath(store))
    for path in paths:
        root = os.fsencode(os.path.realpath(path))
        if not os.path.exists(root):
            raise RagError(
                f"There is no {path}. Check the path; to remove what was indexed from there: rag forget {path}"
            )
        found.roots.append(root)
        if os.path.isdir(root):
            _walk(root, own, found)
        else:
            _take(root, os.stat(root), found)
    return found


def source_of(path: bytes, home: Path) -> str:
    """The name a file is cited by: its path from the folder that holds the store, else in full.

    So a project that is moved with its store keeps its sources. Bytes that are not text are shown
    as \\xNN, and a backslash as two, so that no two files have one source.
    """
    name = os.fsencode(home)
    if _under(path, name):
        path = os.path.relpath(path, name)
    if os.sep == "/":
        path = path.replace(b"\\", rb"\\")
    return path.decode("utf-8", "backslashreplace").replace(os.sep, "/")


def _walk(root: bytes, own: bytes, found: Scan) -> None:
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError as problem:
            found.unreadable[folder] = f"The folder cannot be listed ({problem.strerror})."
            continue
        for entry in entries:
            if entry.name.startswith(tuple(map(os.fsencode, _LITTER))) or entry.name in _LITTER_NAMES:
                continue
            if entry.is_symlink():
                found.links.append(entry.path)
            elif entry.is_dir():
                if entry.path != own:
                    folders.append(entry.path)
            else:
                with suppress(FileNotFoundError):  # it went after the folder was listed
                    _take(entry.path, entry.stat(follow_symlinks=False), found)


def _take(path: bytes, status: os.stat_result, found: Scan) -> None:
    if stat.S_ISREG(status.st_mode):
        found.files[path] = Found(path, status.st_size, status.st_mtime_ns)
    else:
        found.unreadable[path] = "This is not a regular file (a device, a pipe or a socket)."


def _under(path: bytes, folder: bytes) -> bool:
    return path == folder or path.startswith(folder.rstrip(b"/") + b"/")


def problem_of(path: bytes, reason: str, home: Path) -> Problem:
    """A problem that names its file as it is cited."""
    return Problem(source_of(path, home), reason)
