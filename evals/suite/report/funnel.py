"""Where a question that can be answered is lost: in the search, in the context, by a refusal, in the citations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from evals.suite.cases import ANSWERED
from evals.suite.scores import Scored

STAGES = ("in the corpus", "found in 20", "in the context", "answered", "evidence cited", "supported", "right")


def funnel(items: Sequence[Scored]) -> Mapping[str, int]:
    """How many of the answerable cases come as far as each stage. A case that is lost at one is at none after it."""
    answerable = [item for item in items if item.kind in ANSWERED]
    reached = [_reached(item) for item in answerable]
    return {stage: sum(each >= number for each in reached) for number, stage in enumerate(STAGES)}


def lost_at(item: Scored) -> str:
    """The stage that the case does not reach; "" where it comes to the end or was to be refused."""
    number = _reached(item) + 1
    return STAGES[number] if item.kind in ANSWERED and number < len(STAGES) else ""


def _reached(item: Scored) -> int:
    holds = (
        item.scores.get("recall@20", 0.0) >= 0.5,
        item.scores.get("context recall", 0.0) >= 0.5,
        not item.refusal,
        item.scores.get("evidence cited", 0.0) > 0,
        item.scores.get("all sentences supported", 0.0) == 1.0,
        item.scores.get("right or refused") == 1.0,
    )
    return next((number for number, held in enumerate(holds) if not held), len(holds))
