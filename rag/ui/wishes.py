"""What a reader wishes of an answer, as the page's script sends it with a question. Nothing of it is trusted."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

_MOST_DOCUMENTS = 5_000
_MOST_PASSAGES = 50


@dataclass(frozen=True, slots=True)
class Wishes:
    """The defaults are those of a reader who chose nothing."""

    documents: tuple[str, ...] = ()
    """The ids of the documents that are asked; none: all."""
    extractive: bool = False
    """Of the documents' own sentences, also where there is a language model."""
    passages: int | None = None
    """How many passages are looked at; None: as the settings say."""
    instead_of: int = 0
    """The number of the turn in whose place the question is asked; 0: after all others."""

    @classmethod
    def read(cls, text: str) -> Wishes:
        """Of a JSON object; what cannot be used counts as not said."""
        try:
            said = json.loads(text or "{}")
        except (ValueError, RecursionError):
            return cls()
        if not isinstance(said, dict):
            return cls()
        documents = said.get("documents")
        return cls(
            tuple(item for item in documents if isinstance(item, str))[:_MOST_DOCUMENTS]
            if isinstance(documents, list)
            else (),
            said.get("writer") == "extractive",
            _whole(said.get("passages"), 1, _MOST_PASSAGES),
            _whole(said.get("insteadOf"), 1, 1_000_000) or 0,
        )


def _whole(value: Any, least: int, most: int) -> int | None:
    return value if type(value) is int and least <= value <= most else None
