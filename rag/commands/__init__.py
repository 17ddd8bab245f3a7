"""What each command does: results on stdout, progress and remarks on stderr."""

from rag.commands.asking import ask
from rag.commands.chat import chat
from rag.commands.checking import check
from rag.commands.conversations import conversation, conversations, verify
from rag.commands.stores import doctor, forget, repair, search, show, sync

__all__ = [
    "ask",
    "chat",
    "check",
    "conversation",
    "conversations",
    "doctor",
    "forget",
    "repair",
    "search",
    "show",
    "sync",
    "verify",
]
