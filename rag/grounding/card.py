"""How well the package's own judge does, as it was measured: what a reader of its verdicts should know."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any


@cache
def judge_card() -> dict[str, Any]:
    """The figures of `rag/weights/card.json`, which `python -m evals.judge` wrote (see there for the keys)."""
    card: dict[str, Any] = json.loads(files("rag").joinpath("weights/card.json").read_text(encoding="utf-8"))
    return card


def known_error() -> str:
    """One sentence for a reader: how many of ten unsupported sentences the judge takes for supported."""
    missed, alarms = judge_card()["misses_of_ten_unsupported"], judge_card()["alarms_of_ten_supported"]
    return (
        f"Measured on public sets that people labelled, the judge misses about {missed:.0f} of ten unsupported"
        f" sentences and doubts about {alarms:.0f} of ten supported ones."
    )
