"""A library that a process of its own serves, and commands and programs that ask it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from chats import address_of


@dataclass
class Served:
    """A running `rag serve` (or chat) and how it is asked."""

    process: subprocess.Popen[str]
    address: str
    store: Path

    @property
    def token(self) -> str:
        return (self.store / "token").read_text().strip()

    @property
    def shown(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.token}"}

    def get(self, path: str, **asked: Any) -> httpx.Response:
        return httpx.get(f"{self.address}/v1{path}", headers=self.shown, timeout=240, **asked)

    def post(self, path: str, **told: Any) -> httpx.Response:
        return httpx.post(f"{self.address}/v1{path}", headers=self.shown, json=told, timeout=240)

    def rag(
        self, command: str, *arguments: object, given: str = "", cwd: Path | None = None, **settings: str
    ) -> tuple[int, str, str]:
        """A command on its store, typed at another terminal."""
        done = rag(command, *arguments, "--store", self.store, given=given, cwd=cwd, **settings)
        return done.returncode, done.stdout, done.stderr


def environment(settings: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith("RAG_")} | dict(settings)


def rag(
    command: str, *arguments: object, given: str = "", cwd: Path | None = None, **settings: str
) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own."""
    typed = [sys.executable, "-m", "rag", command, *map(str, arguments)]
    return subprocess.run(
        typed, input=given, capture_output=True, text=True, timeout=120, check=False, cwd=cwd, env=environment(settings)
    )


def start(*arguments: object, command: str = "serve", **settings: str) -> subprocess.Popen[str]:
    typed = [sys.executable, "-m", "rag", command, *map(str, arguments)]
    return subprocess.Popen(typed, stderr=subprocess.PIPE, text=True, env=environment(settings))


@contextmanager
def served(*arguments: object, store: Path, command: str = "serve", **settings: str) -> Iterator[Served]:
    """A library that is served, and has read what it is to begin with, until the block ends."""
    process = start(*arguments, "--store", store, "--port", 0, command=command, **settings)
    try:
        found = Served(process, address_of(process), store)
        until = time.monotonic() + 240
        while httpx.get(f"{found.address}/healthz").json()["status"] != "ready":
            assert time.monotonic() < until
            time.sleep(0.1)
        yield found
    finally:
        process.kill()
        process.wait()
