"""The labelled sets that the judge is measured on, and the part of each that may be measured."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from evals.training.splits import is_held_out

TRAINED_ON = ("expertqa", "wice", "summedits", "factcheck_gpt", "scifact", "fever_dev", "begin")
NOT_TRAINED_ON = ("climate_fever", "healthver", "covidfact", "qags")
SETS = (*TRAINED_ON, *NOT_TRAINED_ON)
MOST = 1500  # items of a set, by whole groups


@dataclass(frozen=True, slots=True)
class Item:
    """A claim, and the sources of which any one may support it."""

    claim: str
    sources: tuple[str, ...]
    supported: bool
    named: str
    """What people say of it, in as many words as the set has."""
    group: str


@dataclass(frozen=True, slots=True)
class LabelledSet:
    """A set, and the items of it that count."""

    name: str
    items: tuple[Item, ...]
    """All that could be measured and trained on."""
    measured: tuple[Item, ...]
    of: int
    """How many could have been measured; more than are where the set was sampled."""


def load(folder: Path, name: str, everything: bool = False, most: int = MOST) -> LabelledSet:
    """A set of `folder`; `everything`: also the groups that were trained on.

    Raises ValueError, with the place, where the file is missing, malformed or without anything to measure.
    """
    path = folder / f"{name}.jsonl.gz"
    items = _whole(_rows(path), path)
    fair = [item for item in items if everything or name in NOT_TRAINED_ON or is_held_out(item.group)]
    if not fair:
        raise ValueError(f"{path} holds nothing that was kept back from training")
    return LabelledSet(name, tuple(items), tuple(_sample(fair, most)), len(fair))


def _rows(path: Path) -> list[tuple[int, dict[str, Any]]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = file.read().rstrip("\n").split("\n")
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        raise ValueError(f"{path} cannot be read ({getattr(problem, 'strerror', None) or problem})") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise ValueError(f"{path}, line {number}: {problem}") from None
        texts = isinstance(row, dict) and all(isinstance(row.get(key), str) for key in ("claim", "source", "group"))
        if not texts:
            raise ValueError(f"{path}, line {number}: claim, source and group must be texts")
        if row.get("label") not in (0, 1):
            raise ValueError(f"{path}, line {number}: label must be 0 or 1")
        rows.append((number, row))
    if not rows:
        raise ValueError(f"{path} is empty")
    return rows


def _whole(rows: Sequence[tuple[int, dict[str, Any]]], path: Path) -> list[Item]:
    """One item for each row; rows with the same `claim_id` are one claim, whose best source counts."""
    items: dict[object, Item] = {}
    for number, row in rows:
        named = row.get("label3") or ("supported" if row["label"] else "not supported")
        item = Item(row["claim"], (row["source"],), bool(row["label"]), str(named), row["group"])
        key = row.get("claim_id", number)
        before = items.get(key)
        if before and (before.claim, before.supported, before.group) != (item.claim, item.supported, item.group):
            raise ValueError(f"{path}, line {number}: claim_id {key!r} has another claim, label or group elsewhere")
        items[key] = replace(before, sources=(*before.sources, row["source"])) if before else item
    return list(items.values())


def _sample(items: Sequence[Item], most: int) -> list[Item]:
    """At most so many, by whole groups; the first group always."""
    groups: dict[str, list[Item]] = {}
    for item in items:
        groups.setdefault(item.group, []).append(item)
    order = sorted(groups)
    random.Random(0).shuffle(order)
    taken: list[Item] = []
    for group in order:
        if not taken or len(taken) + len(groups[group]) <= most:
            taken += groups[group]
    return taken
