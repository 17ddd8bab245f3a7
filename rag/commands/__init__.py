"""What each command does: results on stdout, progress and remarks on stderr."""

from __future__ import annotations

from argparse import Namespace

from rag.commands.asking import ask
from rag.commands.chat import chat, serve
from rag.commands.checking import check
from rag.commands.conversations import conversation, conversations, verify
from rag.commands.stores import backup, doctor, forget, repair, restore, search, show, sync
from rag.errors import RagError
from rag.terminal import Terminal

_COMMANDS = {
    "ask": ask,
    "backup": backup,
    "chat": chat,
    "check": check,
    "conversation": conversation,
    "conversations": conversations,
    "doctor": doctor,
    "forget": forget,
    "repair": repair,
    "restore": restore,
    "search": search,
    "serve": serve,
    "show": show,
    "sync": sync,
    "verify": verify,
}


def run(options: Namespace, terminal: Terminal) -> int:
    """Runs a command to its end. Returns 0 when done, 1 for a problem that a message on stderr explains."""
    try:
        return _COMMANDS[options.command](options, terminal)
    except RagError as problem:
        terminal.err(f"rag: {problem}\n")
    except KeyboardInterrupt:
        terminal.err("rag: stopped. What was done so far is kept; run the same command to go on.\n")
    return 1
