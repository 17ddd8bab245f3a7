"""The small calibrated combination of what is measured, and the thresholds of the verdicts.

A logistic regression, fitted by `evals.training.judge` on groups that the model was not trained on, frozen in
`rag/weights/judge.json` with the hash of the weights that it belongs to.
"""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

from rag.errors import ModelError
from rag.grounding.features import NAMES


@dataclass(frozen=True, slots=True)
class Combination:
    """The score is a probability: of claims with a score of 0.8, about eight in ten are supported."""

    weights: tuple[float, ...]
    """One for each of `features.NAMES`."""
    constant: float
    supported: float
    """From this score on a claim is SUPPORTED."""
    partly: float
    """From this score on it is PARTLY supported."""
    contradicted: float
    """Below `partly`, a claim with this odds of contradiction (a logit) is CONTRADICTED."""

    def score(self, row: tuple[float, ...]) -> float:
        """In [0, 1], higher is better supported, comparable over claims."""
        logit = self.constant + sum(weight * value for weight, value in zip(self.weights, row, strict=True))
        return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, logit))))


@lru_cache
def shipped() -> Combination:
    """The combination in the package. Raises ModelError where it is not that of these features."""
    kept = json.loads(files("rag").joinpath("weights/judge.json").read_text(encoding="utf-8"))
    if tuple(kept["features"]) != NAMES:
        raise ModelError("rag/weights/judge.json is of another version of the judge. Install the package again.")
    return Combination(
        tuple(kept["weights"]), kept["constant"], kept["supported"], kept["partly"], kept["contradicted"]
    )
