"""Every knob, in one flat frozen object. Each is read from the environment as RAG_<NAME>."""

from __future__ import annotations

import os
from dataclasses import dataclass, fields
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
        for name in ("passages", "max_file_mb", "max_text_mb", "read_seconds", "read_memory_mb"):
            if getattr(self, name) < 1:
                raise SettingsError(f"RAG_{name.upper()} is {getattr(self, name)}: it must be 1 or more.")

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
