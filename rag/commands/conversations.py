"""The commands on conversations: which there are, one of them, and whether an exported one still holds."""

from __future__ import annotations

import json
from argparse import Namespace
from datetime import datetime
from pathlib import Path
from typing import Any

from rag.commands.shared import library_of
from rag.conversations import Conversation, Head, Standings
from rag.errors import RagError
from rag.exports import as_html, as_markdown, as_record, read_record
from rag.exports import verify as verified
from rag.terminal import Terminal


def conversations(options: Namespace, terminal: Terminal) -> int:
    """`rag conversations`."""
    with library_of(options, terminal, any_embedder=True) as library:
        heads = library.conversations.list(matching=options.matching)
    if options.json:
        terminal.write_document([_head(head) for head in heads])
    else:
        terminal.write(
            "\n".join(map(_line, heads))
            or "No conversation has been kept. Begin one: rag ask --conversation NAME QUESTION"
        )
    return 0


def conversation(options: Namespace, terminal: Terminal) -> int:
    """`rag conversation`."""
    with library_of(options, terminal, any_embedder=True) as library:
        known = library.conversations
        found = known.find(options.name)
        if options.delete:
            known.delete(found)
            terminal.write(f"Deleted: {options.name}")
            return 0
        if options.rename is not None:
            known.rename(found, options.rename)
        opened = known.open(found)
        standings = known.standing(opened)
        if options.export is not None:
            _export(opened, standings, terminal.folder / options.export, terminal)
        elif options.json:
            terminal.write_document(as_record(opened, standings))
        else:
            terminal.write(as_markdown(opened, standings))
    return 0


def verify(options: Namespace, terminal: Terminal) -> int:
    """`rag verify`: 1 where words are gone or the record was altered."""
    record = read_record(terminal.folder / options.file)
    with library_of(options, terminal, any_embedder=True) as library:
        verification = verified(record, library.catalogue)
    if options.json:
        terminal.write_document(verification.as_dict())
    else:
        terminal.write("\n".join(verification.lines()))
    return 0 if verification.holds else 1


def _export(conversation: Conversation, standings: Standings, path: Path, terminal: Terminal) -> None:
    kind = path.suffix.lower()
    if kind == ".json":
        text = json.dumps(as_record(conversation, standings), indent=1) + "\n"
    elif kind in (".html", ".htm"):
        text = as_html(conversation, standings)
    elif kind == ".md":
        text = as_markdown(conversation, standings)
    else:
        raise RagError(f"{path} does not say in which form to write: let its name end with .md, .html or .json.")
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as problem:
        raise RagError(f"{path} cannot be written ({problem.strerror}).") from problem
    terminal.write(f"Written: {path}")


def _line(head: Head) -> str:
    when = datetime.fromtimestamp(head.updated_at).strftime("%Y-%m-%d %H:%M")
    return f"{head.id}  {when}  {head.turns:>3} {'question ' if head.turns == 1 else 'questions'}  {head.title}"


def _head(head: Head) -> dict[str, Any]:
    return {
        "id": head.id,
        "title": head.title,
        "created_at": head.created_at,
        "updated_at": head.updated_at,
        "turns": head.turns,
    }
