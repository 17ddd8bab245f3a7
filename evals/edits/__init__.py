"""Atomic edits: a sentence that its passage supports, with one thing changed so that it no longer does; and rewordings.

The judge learns from them and is measured by them. Each operator has several forms, one of which is drawn.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from rag.types import Interval, Support

__all__ = ["OPERATORS", "Edit", "edits", "rewordings"]

OPERATORS = (
    "number",
    "date",
    "unit",
    "entity",
    "negation",
    "role",
    "quantifier",
    "direction",
    "hedge",
    "fusion",
    "noun",
)


@dataclass(frozen=True, slots=True)
class Edit:
    """A changed sentence."""

    operator: str
    text: str
    support: Support
    """What a reader who has only the passage must say of it."""
    changed: tuple[Interval, ...] = ()
    """The intervals of `text` that are not as they were; of a rewording, none."""

    @property
    def supported(self) -> bool:
        """Whether only the wording changed."""
        return self.support is Support.SUPPORTED

    @property
    def contradicts(self) -> bool:
        """Whether the passage says otherwise, as against nothing of the kind."""
        return self.support is Support.CONTRADICTED


def edits(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> list[Edit]:
    """At most one edit for each operator that applies.

    `context` is the passage that the sentence is from: no edit says what stands there. From `others`, sentences of
    other documents, names and halves of sentences are taken.
    """
    from evals.edits import dates, flips, hedges, measures, names, negation, numerals, phrases, quantifiers, roles

    operators = (
        numerals.number,
        dates.date,
        measures.unit,
        negation.negation,
        quantifiers.quantifier,
        flips.direction,
        hedges.hedge,
        names.entity,
        roles.role,
        phrases.fusion,
        phrases.noun,
    )
    # The sentence itself is no place where an edit could stand: "it will not hold" stands in "X says that it …".
    there = _flat(context).replace(_flat(sentence), " ") if sentence.strip() else _flat(context)
    made = (operator(sentence, context, others, chance) for operator in operators)
    return [edit for edit in made if edit is not None and _flat(edit.text) != _flat(sentence) and _is_new(edit, there)]


def rewordings(sentence: str, context: str, chance: random.Random) -> list[Edit]:
    """Other wordings that the context supports as it supports the sentence, one for each kind that applies."""
    from evals.edits import rewording

    return [
        Edit(name, text, Support.SUPPORTED)
        for name, reword in rewording.KINDS.items()
        if (text := reword(sentence, context, chance)).strip() and text.strip() != sentence.strip()
    ]


def _is_new(edit: Edit, there: str) -> bool:
    return _flat(edit.text) not in there


def _flat(text: str) -> str:
    return " ".join(text.lower().split())
