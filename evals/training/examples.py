"""What the small model of our own learns from: pairs of texts, each with what it is to say of them.

Two kinds. A *claim* with its evidence: is it supported, contradicted, or neither, and which of its words have no
support. A *question* with a passage: does the passage answer it, and in which words. Groups that are kept back
(`evals.training.splits`) are in neither.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from rag.types import Interval


class Label(StrEnum):
    """What the evidence says of a claim. UNSUPPORTED: contradicted or neither, it is not known which."""

    SUPPORTED = "supported"
    NEITHER = "neither"
    CONTRADICTED = "contradicted"
    UNSUPPORTED = "unsupported"


@dataclass(frozen=True, slots=True)
class ClaimPair:
    """A claim, the evidence it is compared with, and what people or an edit say of it."""

    claim: str
    evidence: str
    label: Label
    lacking: tuple[Interval, ...] | None = None
    """The intervals of the claim without support; None: not known."""


@dataclass(frozen=True, slots=True)
class QuestionPair:
    """A question and a passage with the title above it."""

    question: str
    passage: str
    context: str
    answers: bool
    span: Interval | None = None
    """The answer in the passage; None: there is none, or it is not known where."""


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The rows of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def label_of(row: dict[str, Any]) -> Label:
    """The label of a row of `ground/`, in three values where the set has three."""
    if row["label"]:
        return Label.SUPPORTED
    named = {"nei": Label.NEITHER, "contradicted": Label.CONTRADICTED, "not_supported": Label.NEITHER}
    return named.get(row.get("label3") or "", Label.UNSUPPORTED)
