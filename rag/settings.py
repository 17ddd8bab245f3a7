"""Every knob, in one flat frozen object. Each is read from the environment as RAG_<NAME>."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, fields
from pathlib import Path

from rag.errors import SettingsError


@dataclass(frozen=True, slots=True)
class Settings:
    """What can be set. The defaults work offline on two CPU cores."""

    store: Path = Path(".rag")
    """The folder that holds the catalogue and its two indexes."""
    embedder: str = "all-MiniLM-L6-v2"
    """The bundled model, or any sentence-transformers model by hub name or by path."""
    reranker: str = ""
    """A cross-encoder by hub name or by path; empty: none."""
    judge: str = ""
    """What says whether sources support a sentence: empty, rules and the small model of the package; else a
    cross-encoder or a model of natural language inference by hub name or by path."""
    llm_base_url: str = ""
    """Where an OpenAI-compatible server answers, such as http://localhost:11434/v1; empty: OpenAI's own."""
    llm_model: str = ""
    """The language model's name there; empty: none, and answers are extractive."""
    llm_api_key: str = field(default="", repr=False)
    llm_window: int = 0
    """How many tokens the language model takes, answer included; 0: as the server says, or 4096."""
    llm_answer_tokens: int = 1024
    """A longer answer is cut off."""
    llm_seconds: int = 60
    """A language model that is silent for this long is given up."""
    passages: int = 8
    """How many passages a question is answered from."""
    max_file_mb: int = 200
    """A larger file is reported and not read."""
    max_text_mb: int = 20
    """A document with more text than this is reported and not indexed."""
    read_seconds: int = 120
    """A file that takes longer to read is given up."""
    read_memory_mb: int = 2048
    """A file that needs more memory to read is given up."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "store", Path(self.store))
        for knob in fields(self):
            value, least = getattr(self, knob.name), 0 if knob.name == "llm_window" else 1
            if knob.type == "int" and value < least:
                raise SettingsError(f"RAG_{knob.name.upper()} is {value}: it must be {least} or more.")

    @property
    def wants_a_model(self) -> bool:
        """Whether any setting speaks of a language model; an incomplete one is better told of than passed over."""
        return bool(self.llm_model or self.llm_base_url)

    @classmethod
    def from_environment(cls, **overrides: object) -> Settings:
        """Defaults, then RAG_* variables, then `overrides` that are not None.

        Raises SettingsError, naming the variable, where a value cannot be used.
        """
        values: dict[str, object] = {}
        for knob in fields(cls):
            variable = f"RAG_{knob.name.upper()}"
            if text := os.environ.get(variable, "").strip():
                values[knob.name] = _whole_number(variable, text) if knob.type == "int" else text
        values.update({name: value for name, value in overrides.items() if value is not None})
        return cls(**values)  # type: ignore[arg-type]


def _whole_number(variable: str, text: str) -> int:
    try:
        return int(text)
    except ValueError:
        raise SettingsError(f"{variable} is {text!r}: it must be a whole number.") from None
