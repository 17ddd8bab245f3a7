"""Every word that is said to a language model, and the one phrase that it and we agree upon."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

NOT_IN_THE_DOCUMENTS = "The documents do not answer this question."
"""What a model is asked to say, and nothing else, where the passages do not hold the answer."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message to a language model."""

    role: Literal["system", "user", "assistant"]
    text: str
