"""Footnote: answers from a library of documents, every sentence footnoted to the exact words."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.assistant import Assistant
    from rag.conversations import Conversation, Conversations
    from rag.conversations.kept import from_text as turn_from_json
    from rag.conversations.kept import to_text as turn_to_json
    from rag.errors import (
        LanguageModelError,
        ModelError,
        NotInStore,
        RagError,
        SettingsError,
        StoreError,
        StoreInUse,
        StoreMismatch,
        UnreadableDocument,
    )
    from rag.exports.rendering import render as answer_html
    from rag.grounding.card import judge_card
    from rag.grounding.judges import Judge, Pair
    from rag.grounding.loading import load_judge
    from rag.language_model import LanguageModel
    from rag.language_model.endpoint import connect
    from rag.library import Library
    from rag.library import open_library as open
    from rag.removal import Removed
    from rag.settings import Settings
    from rag.sync import Progress
    from rag.types import (
        Answer,
        Citation,
        Claim,
        Disagreement,
        Document,
        Hit,
        Passage,
        Problem,
        Refusal,
        Support,
        SyncReport,
        Turn,
        Value,
        Verdict,
    )

__version__ = "0.1.0"

_HOME = {
    "rag.assistant": ("Assistant",),
    "rag.conversations": ("Conversation", "Conversations"),
    "rag.errors": (
        "LanguageModelError",
        "ModelError",
        "NotInStore",
        "RagError",
        "SettingsError",
        "StoreError",
        "StoreInUse",
        "StoreMismatch",
        "UnreadableDocument",
    ),
    "rag.grounding.card": ("judge_card",),
    "rag.grounding.judges": ("Judge", "Pair"),
    "rag.grounding.loading": ("load_judge",),
    "rag.language_model": ("LanguageModel",),
    "rag.language_model.endpoint": ("connect",),
    "rag.library": ("Library",),
    "rag.removal": ("Removed",),
    "rag.settings": ("Settings",),
    "rag.sync": ("Progress",),
    "rag.types": (
        "Answer",
        "Citation",
        "Claim",
        "Disagreement",
        "Document",
        "Hit",
        "Passage",
        "Problem",
        "Refusal",
        "Support",
        "SyncReport",
        "Turn",
        "Value",
        "Verdict",
    ),
}
_MODULES = {name: module for module, names in _HOME.items() for name in names}
_OTHERWISE = {  # public names of what has another name at home
    "answer_html": ("rag.exports.rendering", "render"),
    "open": ("rag.library", "open_library"),
    "turn_from_json": ("rag.conversations.kept", "from_text"),
    "turn_to_json": ("rag.conversations.kept", "to_text"),
}

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "Claim",
    "Conversation",
    "Conversations",
    "Disagreement",
    "Document",
    "Hit",
    "Judge",
    "LanguageModel",
    "LanguageModelError",
    "Library",
    "ModelError",
    "NotInStore",
    "Pair",
    "Passage",
    "Problem",
    "Progress",
    "RagError",
    "Refusal",
    "Removed",
    "Settings",
    "SettingsError",
    "StoreError",
    "StoreInUse",
    "StoreMismatch",
    "Support",
    "SyncReport",
    "Turn",
    "UnreadableDocument",
    "Value",
    "Verdict",
    "answer_html",
    "connect",
    "judge_card",
    "load_judge",
    "open",
    "turn_from_json",
    "turn_to_json",
]


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def __getattr__(name: str) -> object:
    """Each name is imported when it is first used, so that `import rag` costs nothing."""
    if name not in _MODULES and name not in _OTHERWISE:
        raise AttributeError(f"module 'rag' has no attribute {name!r}")
    module, there = _OTHERWISE.get(name) or (_MODULES[name], name)
    return getattr(import_module(module), there)
