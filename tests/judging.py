"""Judges and small sets, for the tests of how a judge is measured."""

from __future__ import annotations

import gzip
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import rag
from evals.judging.sets import Item
from evals.training.splits import is_held_out
from rag.grounding.values import value_findings
from rag.terms import terms

TEXTS = [
    "The ferry carries 64 passengers and two cars. It was built in 1958 by the Torvane brothers of Kelder.",
    "The mill at Dorrick was not sold before 1971. Most of the members agreed to the price of 300 pounds.",
    "Herons nest in the reeds of the lower lake in spring. Their number fell by 14 % between 2003 and 2009.",
    "The council may widen the harbour road next year. Anna Brandt told the council of the plan on 4 May 1931.",
    "The dyke is 14 kilometres long and three metres high. Nobody came to its opening except the mayor of Kelder.",
]


class Words:
    """A judge that counts words, and flags numbers that are not there."""

    name = "words"
    fingerprint = "f00d"

    def verdicts(self, pairs: Sequence[rag.Pair]) -> list[rag.Verdict]:
        return [self._verdict(pair) for pair in pairs]

    def _verdict(self, pair: rag.Pair) -> rag.Verdict:
        said, held = set(terms(pair.claim)), {term for text in pair.evidence for term in terms(text)}
        score = len(said & held) / max(1, len(said))
        faults = [f for f in value_findings(pair.claim, pair.evidence, "") if f.is_fault]
        score = score / 2 if faults else score
        support = rag.Support.SUPPORTED if score > 0.7 else rag.Support.UNSUPPORTED
        return rag.Verdict(support, score, "Words.", self.name, score, tuple((f.start, f.end) for f in faults))


class Constant:
    """Says the same of everything."""

    name = "constant"

    def __init__(self, support: rag.Support, score: float | None) -> None:
        self._verdict = rag.Verdict(support, 1.0, "Always.", self.name, score)

    def verdicts(self, pairs: Sequence[rag.Pair]) -> list[rag.Verdict]:
        return [self._verdict for _ in pairs]


def put(path: Path, rows: Sequence[Mapping[str, object]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def crossed() -> list[dict[str, object]]:
    """Every text as a claim, beside itself and beside every other."""
    return [
        {"claim": claim, "source": source, "label": int(claim == source), "group": claim}
        for claim in TEXTS
        for source in TEXTS
    ]


def kept_back() -> list[dict[str, object]]:
    """Rows of the texts, under names that are kept back from training."""
    names = [name for name in map(str, range(200)) if is_held_out(name)]
    return [{"_id": name, "text": text} for name, text in zip(names, TEXTS * 4, strict=False)]


def item(claim: str, *sources: str, supported: bool = True, group: str = "g") -> Item:
    return Item(claim, sources, supported, "supported" if supported else "not supported", group)
