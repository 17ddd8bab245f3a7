"""Fits the combination of the judge, on groups that the small model was not trained on, and its thresholds.

    python -m evals.training.judge DATA --out rag/weights/judge.json

DATA holds `ground/`, and `qa/` and `retrieval/` for texts whose sentences are edited. Printed is the AUROC of each
set by a combination that was fitted on the other folds of groups, beside plain overlap and the cosine; what is
written is fitted on all held-out groups. Sets weigh alike. The same data and weights give the same combination.
"""

from __future__ import annotations

import argparse
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from evals.edits import edits, rewordings
from evals.training.examples import rows
from evals.training.splits import fold_of, is_held_out
from rag.bundled import BUNDLED, load_cross_encoder
from rag.grounding.features import NAMES
from rag.grounding.judges import Pair
from rag.grounding.own import OwnJudge
from rag.models import load_embedder
from rag.sentences import sentences

SETS = ("expertqa", "wice", "summedits", "factcheck_gpt", "scifact", "fever_dev", "begin")
FOLDS = 5
MOST = 1500  # items of a set, by whole groups
MADE = 900
AT_ONCE = 64
_AROUND = 900
LIMITS = {"supported": 0.45, "partly": 0.25, "contradicted": 0.0}
"""Where verdicts begin. The sum of both errors is nearly the same from 0.3 to 0.5: of these, one that doubts rather."""

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Item:
    """A claim with its evidence, and whether it is supported."""

    set: str
    group: str
    pair: Pair
    supported: bool


def held_out(folder: Path) -> Iterator[Item]:
    """The labelled claims of the groups that nothing was trained on."""
    for name in SETS:
        groups: dict[str, list[Item]] = {}
        for row in rows(folder / f"{name}.jsonl.gz"):
            if is_held_out(row["group"]):
                item = Item(name, row["group"], Pair(row["claim"], (row["source"],)), bool(row["label"]))
                groups.setdefault(row["group"], []).append(item)
        order = sorted(groups)
        random.Random(0).shuffle(order)
        taken = 0
        for group in order:
            if taken < MOST:
                yield from groups[group]
                taken += len(groups[group])


def unrelated(items: Sequence[Item]) -> Iterator[Item]:
    """Claims with the evidence of another group of their set."""
    chance = random.Random(1)
    for name in SETS:
        of_set = [item for item in items if item.set == name]
        for item in chance.sample(of_set, min(90, len(of_set))):
            other = chance.choice(of_set)
            if other.group != item.group:
                yield Item("unrelated", item.group, Pair(item.pair.claim, other.pair.evidence), False)


def made(data: Path, count: int) -> Iterator[Item]:
    """Sentences of held-out texts: as they are, reworded, and edited."""
    texts = {row["_id"]: row["text"] for row in rows(data / "qa" / "qed_nq" / "contexts.jsonl.gz")}
    texts |= {f"scifact-doc-{r['_id']}": r["text"] for r in rows(data / "retrieval" / "scifact" / "corpus.jsonl.gz")}
    names = sorted(name for name in texts if is_held_out(name))
    chance = random.Random(2)
    for _ in range(count):
        name, other = chance.choice(names), texts[chance.choice(names)]
        places = [(start, end) for start, end in sentences(texts[name]) if 40 <= end - start <= 320]
        if not places:
            continue
        start, end = chance.choice(places)
        sentence = texts[name][start:end]
        around = texts[name][max(0, start - _AROUND // 2) : end + _AROUND // 2]
        others = [other[a:b] for a, b in sentences(other)[:4]]
        false, true = edits(sentence, around, others, chance), rewordings(sentence, around, chance)
        if false:
            yield Item("edited", name, Pair(chance.choice(false).text, (around,)), False)
        if true:
            yield Item("edited", name, Pair(chance.choice(true).text, (around,)), True)


def fitted(x: Array, y: Array, weights: Array) -> tuple[Array, float]:
    """The weights and the constant of a logistic regression with a light ridge, on features of their own scale."""
    spread = x.std(axis=0) + 1e-6
    model = LogisticRegression(C=1.0, max_iter=2000).fit(x / spread, y, sample_weight=weights)
    return model.coef_[0] / spread, float(model.intercept_[0])


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--kept", type=Path, help="a .npz file to keep the measures in, or to take them from")
    options = parser.parse_args()
    items = list(held_out(options.data / "ground"))
    items += [*unrelated(items), *made(options.data, MADE)]
    if options.kept and options.kept.exists():
        x = np.load(options.kept)["x"]
    else:
        judge = OwnJudge(load_embedder(BUNDLED))
        pairs = [item.pair for item in items]
        chunks = (pairs[start : start + AT_ONCE] for start in range(0, len(pairs), AT_ONCE))
        x = np.array([found.row for chunk in chunks for found in judge.measure(chunk)])
        if options.kept:
            np.savez(options.kept, x=x)
    y = np.array([float(item.supported) for item in items])
    sets = np.array([item.set for item in items])
    weights = np.array([1.0 / (sets == item.set).sum() for item in items]) * len(items) / len({*sets})
    folds = np.array([fold_of(item.group, FOLDS) for item in items])
    scores = np.zeros(len(items))
    for fold in range(FOLDS):
        there = folds == fold
        found, constant = fitted(x[~there], y[~there], weights[~there])
        scores[there] = 1 / (1 + np.exp(-(x[there] @ found + constant)))
    report(sets, x, y, scores)
    found, constant = fitted(x, y, weights)
    for name, weight in zip(NAMES, found, strict=True):
        print(f"{name:14} {weight:7.3f}")
    told_errors(scores, y, weights)
    write(options.out, found, constant)


def report(sets: Array, x: Array, y: Array, scores: Array) -> None:
    """Prints how well each set is told apart, by the combination and by its parts."""
    overlap, cosine, model = (x[:, NAMES.index(name)] for name in ("overlap", "cosine", "supported"))
    for name in dict.fromkeys(sets):
        here = sets == name
        if 0 < y[here].sum() < here.sum():
            figures = [float(roc_auc_score(y[here], values[here])) for values in (scores, model, overlap, cosine)]
            told = "  ".join(f"{figure:.3f}" for figure in figures)
            print(f"{name:14} {here.sum():5} ({y[here].mean():.2f})  {told}")
        else:
            print(f"{name:14} {here.sum():5} mean score {scores[here].mean():.3f}")


def told_errors(scores: Array, y: Array, weights: Array) -> None:
    """Prints, for some thresholds of SUPPORTED, how many of the supported are doubted and of the others missed."""
    for limit in (0.25, 0.35, 0.45, 0.55, 0.65):
        over = scores >= limit
        alarms = float((weights * y * ~over).sum() / (weights * y).sum())
        misses = float((weights * (1 - y) * over).sum() / (weights * (1 - y)).sum())
        print(f"SUPPORTED from {limit:.2f}: {alarms:.3f} of the supported doubted, {misses:.3f} of the others missed")


def write(path: Path, found: Array, constant: float) -> None:
    """What `rag.grounding.combination` reads."""
    kept = {
        "features": list(NAMES),
        "weights": [round(float(weight), 4) for weight in found],
        "constant": round(constant, 4),
        **LIMITS,
        "weights_sha256": load_cross_encoder().fingerprint,
    }
    path.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
