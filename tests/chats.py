"""Running chats, and how a reader asks in the page."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]


@dataclass
class Chat:
    """A running chat and where its documents are."""

    process: subprocess.Popen[str]
    address: str
    store: Path


def start(*arguments: object, **settings: str) -> subprocess.Popen[str]:
    """Starts the chat in a process of its own with these arguments and RAG_* variables."""
    command = [sys.executable, str(ROOT / "app.py"), *map(str, arguments)]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAG_")} | settings
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment)


def address_of(running: subprocess.Popen[str]) -> str:
    """Where it says that it is."""
    assert running.stderr is not None
    said = ""
    for line in running.stderr:  # what it warns of may come first; at the end it has stopped
        said += line
        if found := re.search(r"http://\S+", line):
            return found.group()
    raise AssertionError(said)


@contextmanager
def running(papers: Path, store: Path) -> Iterator[Chat]:
    """A chat that reads these papers, until the block ends."""
    process = start(papers, "--store", store, "--port", 0)
    try:
        yield Chat(process, address_of(process), store)
    finally:
        process.kill()
        process.wait()


@contextmanager
def opened(chat: Chat, browser: Any) -> Iterator[Any]:
    """The page of a chat, ready. Whatever is done in it, it has no error."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda said: errors.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(chat.address)
    page.wait_for_selector("#status .settled", timeout=40_000)
    yield page
    context.close()
    assert errors == [], errors


def ask(page: Any, question: str) -> Any:
    """Types a question and waits for what is said to it."""
    answers = page.locator("#conversation .answer")
    before = answers.count()
    page.fill("#question textarea", question)
    page.keyboard.press("Enter")
    answers.nth(before).wait_for(timeout=20_000)
    return answers.nth(before)
