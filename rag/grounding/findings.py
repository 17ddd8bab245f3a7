"""What a rule says of one thing that a claim states: it stands in the evidence, or what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rag.types import Support


class Kind(StrEnum):
    """What was compared."""

    NUMBER = "number"
    DATE = "date"
    NAME = "name"
    NEGATION = "negation"
    QUANTIFIER = "quantifier"
    DIRECTION = "direction"
    ROLE = "role"
    HEDGE = "hedge"
    QUOTATION = "quotation"
    WORDING = "wording"
    SWAP = "swap"


@dataclass(frozen=True, slots=True)
class Finding:
    """A thing that the claim states in `claim[start:end]`, compared with the evidence.

    `support` is SUPPORTED where the evidence has it, UNSUPPORTED where it has nothing of the kind, CONTRADICTED where
    it says otherwise, PARTLY where it says something weaker. What cannot be compared has no finding at all.
    """

    kind: Kind
    start: int
    end: int
    support: Support
    because: str = ""
    """One sentence for a reader; empty where the support is SUPPORTED."""

    @property
    def is_fault(self) -> bool:
        """Whether the claim says something that the evidence does not bear out."""
        return self.support is not Support.SUPPORTED
