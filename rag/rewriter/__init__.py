"""A follow-up question made to stand alone, by a language model or by rules."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from rag.errors import LanguageModelError
from rag.rewriter.rules import carried_forward
from rag.types import Turn

if TYPE_CHECKING:
    from rag.language_model import LanguageModel

__all__ = ["Rewriter", "Rewritten", "carried_forward"]

_LONGEST = 400  # characters of a model's question
_LABEL = re.compile(
    r"(?:\**(?:stand-?alone|rewritten|rephrased|reformulated|final|new)?[ -]?(?:question|query)\**\s*:\**)\s*",
    re.IGNORECASE,
)
_QUOTES = "\"'“”‘’«»`*_ "
_QUESTION = re.compile(
    r"(?:and |but |so )?(?:who|whom|whose|what|when|where|why|how|which|in|on|at|by|for|from|to|is|are|was|were|do|does"
    r"|did|can|could|may|might|must|should|will|would|has|have|had|tell|show|list|explain|describe|give|name"
    r"|summari[sz]e|compare)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """The question to search for, and who wrote it; `failure`: why a model that was asked did not."""

    text: str
    by: Literal["unchanged", "rules", "model"]
    failure: LanguageModelError | None = None


class Rewriter:
    """Makes questions stand alone: by a language model if there is one, else or if that fails by rules."""

    def __init__(self, model: LanguageModel | None = None) -> None:
        self._model = model

    def stand_alone(self, question: str, history: Sequence[Turn]) -> Rewritten:
        """The question as it can be understood without the turns before; a first question as it is. Raises nothing."""
        if not history or not question.strip():
            return Rewritten(question, "unchanged")
        failure = None
        if self._model is not None:
            from rag import prompts

            try:
                written = usable(self._model.complete(prompts.stand_alone(question, history)), question)
            except LanguageModelError as problem:
                failure = problem
            else:
                if written:
                    return Rewritten(written, "unchanged" if written == question else "model")
        text = carried_forward(question, history)
        return Rewritten(text, "unchanged" if text == question else "rules", failure)


def usable(written: str, question: str) -> str:
    """A model's question without label and quotation marks; empty if it is none but an answer or an explanation."""
    text = _LABEL.sub("", written[: 2 * _LONGEST].strip().strip(_QUOTES), count=1).strip().strip(_QUOTES)
    if not text or len(written) > 2 * _LONGEST or len(text) > _LONGEST or len(text.splitlines()) != 1:
        return ""
    if not text.endswith(("?", "？", "؟")) and not (_QUESTION.match(text) or text == question.strip()):
        return ""
    return text if _script(text) & _script(question) or not _script(question) else ""


def _script(text: str) -> set[str]:
    """Which of a few families of letters a text is written in."""
    return {_family(ord(character)) for character in text if character.isalpha()}


def _family(code: int) -> str:
    for last, name in ((0x24F, "Latin"), (0x3FF, "Greek"), (0x52F, "Cyrillic"), (0x5FF, "Hebrew"), (0x77F, "Arabic")):
        if code <= last:
            return name
    return (
        "Latin" if 0x1E00 <= code <= 0x1EFF else "Indic" if code < 0xE80 else "other" if code < 0x2E80 else "East Asian"
    )
