"""A checker that never sees the evidence: how much of a set's labels its claims alone give away."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

from evals.judging.sets import Item
from evals.training.splits import fold_of

FOLDS = 5
_WORD = re.compile(r"\w+")


def claims_alone(items: Sequence[Item], measured: Sequence[Item]) -> list[float]:
    """The log odds of being supported of each measured claim, by its words alone (naive Bayes over words).

    Learnt from the claims of `items` in other groups than its own, fold by fold.
    """
    learnt = [_odds([item for item in items if fold_of(item.group, FOLDS) != fold]) for fold in range(FOLDS)]
    found = []
    for item in measured:
        odds = learnt[fold_of(item.group, FOLDS)]
        found.append(sum(odds.get(word, 0.0) for word in sorted(_words(item.claim))))
    return found


def _odds(items: Sequence[Item]) -> dict[str, float]:
    """What each word says for being supported: the log of how much more often supported claims have it."""
    counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    sizes = Counter(item.supported for item in items)
    for item in items:
        counts[item.supported].update(_words(item.claim))

    def chance(word: str, side: bool) -> float:
        return (counts[side][word] + 0.5) / (sizes[side] + 1.0)

    return {word: math.log(chance(word, True) / chance(word, False)) for word in counts[True] | counts[False]}


def _words(claim: str) -> set[str]:
    return set(_WORD.findall(claim.lower()))
