"""Fits the weights of `rag/evidence/sufficiency.py`: prints them (the mean of this fit and of one on whole sets), and
how each set fares with those of the others.

    python -m evals.training.sufficiency DATA [--libraries 5] [--questions 30]

DATA holds qa/qed_nq, qa/fairytaleqa, qa/covid_qa and retrieval/anthropic_docs. From each set, libraries of 20 to 100
documents are drawn, half of the documents drawn being left out. Asked are questions whose passage is there, the
same with a year of it added (answerable); questions whose passage is not there, and answerable ones with a name, a
number or a noun changed into one that the passage lacks, or with a year added that it lacks (not answerable, near
misses). Sets, sides and kinds weigh alike. The same data and numbers give the same weights. About 10 minutes.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import tempfile
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

import rag
from evals.training.near_misses import NearMisses, Nouns
from rag.evidence import gather
from rag.evidence.sufficiency import features
from rag.terms import question_terms

KEYS = ("_id", "title", "text")
NAMES = ("nearness", "weakest", "met", "loss", "coverage", "constant")
WHOLE_SETS = np.array([7.9, 0.0, 0.0, 0.0, 3.4, -6.6])
"""The fit of nearness and coverage on whole sets, with which that on small libraries is averaged."""
NOUN_WEIGHT = 0.7  # of questions with a changed noun, some of which the passage still answers
PART = 900  # characters from which on a paper is cut at a line
_VAGUE = re.compile(
    r"\b(it|this|these|the (study|studies|paper|authors?|article)|she|they|he|him|them|their|his|her)\b", re.I
)

Contexts = dict[str, dict[str, str]]
Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the contexts that answer it."""

    question: str
    gold: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Example:
    """What was found for a question, as numbers, and whether it answers."""

    name: str
    kind: str
    answered: bool
    features: tuple[float, ...]


def rows(path: Path) -> Iterator[Any]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def read(data: Path) -> Iterator[tuple[str, Contexts, list[Asked]]]:
    """The sets: name, contexts by id, and the questions that can be understood without their document."""
    for name in ("qed_nq", "fairytaleqa", "covid_qa", "anthropic_docs"):
        folder = data / ("retrieval" if name == "anthropic_docs" else "qa") / name
        file = folder / ("corpus.jsonl.gz" if name == "anthropic_docs" else "contexts.jsonl.gz")
        contexts: Contexts = {row["_id"]: row for row in rows(file)}
        found = list(rows(folder / "qa.jsonl.gz"))
        if name == "covid_qa":
            contexts, asked = _in_parts(contexts, found)
        else:
            asked = [Asked(row["question"], tuple(row.get("context_ids") or [row["context_id"]])) for row in found]
        yield name, contexts, [one for one in asked if _is_clear(one) and all(gold in contexts for gold in one.gold)]


def _is_clear(asked: Asked) -> bool:
    return bool(asked.gold) and len(question_terms(asked.question)) > 1 and not _VAGUE.search(asked.question)


def _in_parts(papers: Contexts, found: Sequence[dict[str, Any]]) -> tuple[Contexts, list[Asked]]:
    """Papers cut into parts, and the questions with the parts that hold their answers."""
    parts: Contexts = {}
    places: dict[str, list[tuple[int, int]]] = {}
    for paper, row in papers.items():
        ends = [0]
        for line in re.finditer(r"\n+", row["text"]):
            if line.end() - ends[-1] > PART:
                ends.append(line.end())
        places[paper] = list(pairwise([*ends, len(row["text"])]))
        for number, (start, end) in enumerate(places[paper]):
            part = f"{paper}#{number}"
            parts[part] = {"_id": part, "title": row["title"], "text": row["text"][start:end]}
    asked = []
    for one in found:
        begin, length, paper = one["answers"][0]["start"], len(one["answers"][0]["text"]), one["context_id"]
        held = [n for n, (a, b) in enumerate(places[paper]) if a < begin + length and begin < b]
        asked.append(Asked(one["question"], tuple(f"{paper}#{n}" for n in held)))
    return parts, asked


def examples(name: str, contexts: Contexts, asked: Sequence[Asked], libraries: int, most: int) -> Iterator[Example]:
    """Draws libraries of a set and asks them."""
    chance = random.Random(f"sufficiency {name}")
    groups: dict[str, list[str]] = defaultdict(list)
    for context in contexts:
        groups[context.partition("#")[0] if name in ("fairytaleqa", "covid_qa") else context].append(context)
    for _ in range(libraries):
        size = chance.choice([20, 30, 40, 60, 80, 100])
        drawn = [one for group in chance.sample(sorted(groups), len(groups)) for one in groups[group]][: 2 * size]
        kept = set(chance.sample(drawn, len(drawn) // 2))
        answered = [one for one in asked if one.gold[0] in kept]
        open_ones = [one for one in asked if one.gold[0] in set(drawn) - kept and not kept.intersection(one.gold)]
        chance.shuffle(answered)
        chance.shuffle(open_ones)
        documents = [contexts[one] for one in sorted(kept)]
        with tempfile.TemporaryDirectory() as scratch, rag.open(Path(scratch) / "store") as library:
            file = Path(scratch) / "documents.jsonl"
            file.write_text("".join(json.dumps({k: row[k] for k in KEYS}) + "\n" for row in documents))
            library.sync(file)
            misses = NearMisses(documents, Nouns([one.question for one in asked], library.embedder), chance)
            todo = [("held", True, one.question) for one in answered[:most]]
            todo += [("left out", False, one.question) for one in open_ones[:most]]
            for one in answered[:most]:
                text = " ".join(contexts[gold]["text"] for gold in one.gold)
                todo += misses.of(one.question, {"title": contexts[one.gold[0]]["title"], "text": text})
            for kind, is_answered, question in todo:
                evidence = gather(question, library.search(question, 8), library.embedder, library.store.lexical.rarity)
                if evidence.choices:
                    yield Example(name, kind, is_answered, features(evidence))


def weighed(found: Sequence[Example]) -> Array:
    """Sets alike, in each the two sides alike, in each side the kinds (nouns a little less)."""
    weights = np.zeros(len(found))
    for name in {one.name for one in found}:
        for side in (False, True):
            here = [n for n, one in enumerate(found) if one.name == name and one.answered is side]
            counts = Counter(found[n].kind for n in here)
            for n in here:
                weights[n] = (NOUN_WEIGHT if found[n].kind == "noun" else 1.0) / counts[found[n].kind]
            weights[here] /= weights[here].sum()
    return np.asarray(weights * len(found) / weights.sum())


def fitted(x: Array, y: Array, weights: Array, ridge: float = 0.1) -> Array:
    """Logistic regression by Newton's method; the last number is the constant."""
    x = np.c_[x, np.ones(len(x))]
    penalty = np.diag([*[ridge] * (x.shape[1] - 1), 1e-6])
    found = np.zeros(x.shape[1])
    for _ in range(20):
        p = 1 / (1 + np.exp(-x @ found))
        slope = x.T @ (weights * (y - p)) - penalty @ found
        found += np.linalg.solve((x * (weights * p * (1 - p))[:, None]).T @ x + penalty, slope)
    return found


def auroc(scores: Array, y: Array, weights: Array) -> float:
    """How often an answered question scores higher than one that is not, by weight; a tie counts half."""
    right = scores[y == 1][:, None], weights[y == 1][:, None]
    wrong = scores[y == 0][None], weights[y == 0][None]
    pairs = right[1] * wrong[1]
    return float((pairs * ((right[0] > wrong[0]) + 0.5 * (right[0] == wrong[0]))).sum() / pairs.sum())


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--libraries", type=int, default=5, help="drawn from each set")
    parser.add_argument("--questions", type=int, default=30, help="of each library, at most")
    options = parser.parse_args()
    found = [one for each in read(options.data) for one in examples(*each, options.libraries, options.questions)]
    coverage = np.array([one.features[-1] for one in found])
    x, y = np.array([one.features[:-1] for one in found]), np.array([float(one.answered) for one in found])
    names, weights = np.array([one.name for one in found]), weighed(found)
    for name in dict.fromkeys(names):
        rest = names != name
        scores = np.c_[x, np.ones(len(x))] @ fitted(x[rest], y[rest], weights[rest])
        print(f"{name:16} {sum(~rest):5} questions, AUROC {auroc(scores[~rest], y[~rest], weights[~rest]):.3f}")
    mean = (np.insert(fitted(x, y, weights), 4, 0.0) + WHOLE_SETS) / 2
    print("  ".join(f"{name} {weight:.2f}" for name, weight in zip(NAMES, mean, strict=True)))
    likely = 1 / (1 + np.exp(-np.c_[x, coverage, np.ones(len(x))] @ mean))
    kinds = np.array([one.kind for one in found])
    for limit in np.arange(0.15, 0.6, 0.05):
        refused = {kind: float((likely[kinds == kind] < limit).mean()) for kind in dict.fromkeys(kinds)}
        print(f"{limit:.2f} refuses " + ", ".join(f"{kind} {share:.2f}" for kind, share in refused.items()))


if __name__ == "__main__":
    main()
