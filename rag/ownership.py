"""Who has a store open: the lock that one process holds, what it says of itself, and the token of those it serves.

DIR/lock     locked by the owner; the system lets go of it when the process ends, however it ends
DIR/owner    which process that is, and, where it serves others, its address on this machine
DIR/token    what they show it: 256 bits of chance, made once, which only this user can read
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from rag.errors import StoreError, StoreInUse


@dataclass(frozen=True, slots=True)
class Owner:
    """The process that has a store open."""

    command: str
    process: int
    host: str
    since: str
    address: str = ""
    """Where it carries out the commands of others, as http://127.0.0.1:7860; "": it does not."""

    def __str__(self) -> str:
        return f"`{self.command}` (process {self.process} on {self.host}, since {self.since})"


class Ownership:
    """Holds a store until `release`.

    `address`: where the owner serves others. Raises StoreInUse, naming the owner, at once where another process
    has the store; StoreError where the folder cannot be written to.
    """

    def __init__(self, folder: Path, address: str = "") -> None:
        from filelock import FileLock, Timeout

        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)  # documents are for whoever put them in
            self._lock = FileLock(folder / "lock", thread_local=False)
            self._lock.acquire(timeout=0)
            try:
                if address:
                    token_of(folder)
                self._say(address)
            except BaseException:
                self._lock.release()
                raise
        except Timeout:
            raise StoreInUse(
                f"The store {folder} is in use by {_said(folder) or 'another process'}. Wait for it or stop it, or name"
                " another store with --store."
            ) from None
        except OSError as problem:
            raise StoreError(
                f"The store {folder} cannot be opened ({problem.strerror}). Name a folder that can be written to"
                " with --store or RAG_STORE."
            ) from problem

    def release(self) -> None:
        """Lets others have the store."""
        (self._folder / "owner").unlink(missing_ok=True)
        self._lock.release()

    def _say(self, address: str) -> None:
        owner = {
            "command": " ".join([Path(sys.argv[0]).name, *sys.argv[1:]])[:200],
            "process": os.getpid(),
            "host": socket.gethostname(),
            "since": time.strftime("%Y-%m-%d %H:%M:%S"),
            "address": address,
        }
        # In one step: whoever reads it meanwhile finds the old or the new.
        half = self._folder / ".owner"
        half.write_text(json.dumps(owner), encoding="utf-8")
        half.replace(self._folder / "owner")


def serving(folder: Path) -> Owner | None:
    """The process of this machine that has the store open and serves others, if there is one.

    What a process that was killed has left is told from a living owner by the lock.
    """
    owner = _said(folder)
    if owner is None or not owner.address or owner.host != socket.gethostname():
        return None
    from filelock import FileLock, Timeout

    try:
        with FileLock(folder / "lock", thread_local=False).acquire(timeout=0):
            return None
    except Timeout:
        return owner
    except OSError:  # opening the store tells of it
        return None


def token_of(folder: Path) -> str:
    """The token of a store, made where there is none. Raises StoreError where it cannot be read or kept."""
    path = folder / "token"
    try:
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            token = path.read_text(encoding="ascii").strip()
            if token:
                return token
            descriptor = os.open(path, os.O_WRONLY)  # who made it was killed before it was written
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            token = secrets.token_urlsafe(32)
            file.write(token + "\n")
        return token
    except (OSError, ValueError) as problem:
        reason = (isinstance(problem, OSError) and problem.strerror) or "it is no text"
        raise StoreError(f"The token {path} cannot be used ({reason}). Remove the file and start again.") from problem


def _said(folder: Path) -> Owner | None:
    """What the owner says of itself, or the last one said."""
    try:
        known = json.loads((folder / "owner").read_text(encoding="utf-8"))
        return Owner(**known)
    except (OSError, ValueError, TypeError):  # there is none; or it is of another version
        return None
