"""How the product's judge agrees with the gold evidence: a right answer, with its own evidence and with another's.

The gold evidence is what people chose when the cases were written. A judge that is bent (always yes, always no, by
length, with a moved threshold) no longer tells the two apart, whatever it says of the product's answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import rag
from evals.suite.cases import Case


def judge_on_gold(judge: rag.Judge, cases: Sequence[Case]) -> Mapping[str, float]:
    """Shares of right answers said SUPPORTED with their own evidence, and not with that of the case after next."""
    usable = [case for case in cases if case.evidence and _is_sentence(case.answer)]
    if len(usable) < 2:
        return {}
    own = [rag.Pair(case.answer, _evidence(case)) for case in usable]
    others = [_another(usable, number) for number in range(len(usable))]
    foreign = [rag.Pair(case.answer, _evidence(other)) for case, other in zip(usable, others, strict=True)]
    said = [verdict.support is rag.Support.SUPPORTED for verdict in judge.verdicts(own + foreign)]
    told = sum(said[: len(usable)]) / len(usable)
    believed = sum(said[len(usable) :]) / len(usable)
    return {
        "n": float(len(usable)),
        "supported by its own evidence": told,
        "not supported by foreign evidence": 1 - believed,
        "balanced accuracy": (told + 1 - believed) / 2,
    }


def _is_sentence(answer: str) -> bool:
    """A bare value can be judged of nothing."""
    return answer.endswith(".") and len(answer.split()) > 3


def _evidence(case: Case) -> tuple[str, ...]:
    return tuple(group[0].text for group in case.evidence)


def _another(cases: Sequence[Case], number: int) -> Case:
    """The next case that rests on another document."""
    for step in range(1, len(cases)):
        other = cases[(number + step) % len(cases)]
        if other.cluster != cases[number].cluster:
            return other
    return cases[(number + 1) % len(cases)]
