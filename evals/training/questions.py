"""Questions with passages that answer them, and with those that only look as if they did."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from evals.training.examples import QuestionPair, rows
from evals.training.near_misses import NearMisses, Nouns
from evals.training.splits import is_held_out
from rag.bundled import BUNDLED
from rag.models import Embedder, load_embedder
from rag.sentences import sentences
from rag.types import Interval

_NEAREST = 6  # passages among which a wrong one is drawn
_WINDOW = 1100  # characters of a long paper that count as a passage


def fairy_tales(folder: Path, count: int) -> list[QuestionPair]:
    """FairytaleQA: the other sections of the same story are the near misses."""
    chance = random.Random(11)
    contexts = {row["_id"]: row for row in rows(folder / "contexts.jsonl.gz")}
    asked = [row for row in rows(folder / "qa.jsonl.gz") if not is_held_out(row["story"])]
    asked = [row for row in asked if row["context_id"] in contexts]
    chosen = chance.sample(asked, min(count, len(asked)))
    by_story: dict[str, list[str]] = defaultdict(list)
    for name in contexts:
        by_story[name.rpartition("#")[0]].append(name)
    vectors = _Vectors({name: row["text"] for name, row in contexts.items()})
    pairs = []
    for row in chosen:
        text = contexts[row["context_id"]]["text"]
        pairs.append(QuestionPair(row["question"], text, "", True, _span(row["answers"][0], text)))
        siblings = [name for name in by_story[row["context_id"].rpartition("#")[0]] if name not in row["context_ids"]]
        if siblings:
            wrong = vectors.drawn(row["question"], siblings, chance)
            pairs.append(QuestionPair(row["question"], contexts[wrong]["text"], "", False))
    return pairs


def natural_questions(folder: Path) -> list[QuestionPair]:
    """QED: real search questions; the passages nearest to a question that are not its own are the near misses."""
    chance = random.Random(12)
    contexts = {row["_id"]: row for row in rows(folder / "contexts.jsonl.gz")}
    vectors = _Vectors({name: f"{row['title']}\n{row['text']}" for name, row in contexts.items()})
    pairs = []
    for row in rows(folder / "qa.jsonl.gz"):
        if is_held_out(row["context_id"]):
            continue
        own = contexts[row["context_id"]]
        span = _span(row["answers"][0], own["text"]) if row["answers"] else None
        pairs.append(QuestionPair(row["question"], own["text"], own["title"], True, span))
        others = [name for name, other in contexts.items() if other["title"] != own["title"]]
        for _ in range(2):
            wrong = contexts[vectors.drawn(row["question"], others, chance)]
            title = own["title"] if chance.random() < 0.3 else wrong["title"]
            pairs.append(QuestionPair(row["question"], wrong["text"], title, False))
    return pairs


def papers(folder: Path) -> list[QuestionPair]:
    """COVID-QA: whole papers in windows; the nearest windows of the same paper without the answer are near misses."""
    chance = random.Random(13)
    contexts = {row["_id"]: row for row in rows(folder / "contexts.jsonl.gz")}
    windows = {name: _windows(row["text"]) for name, row in contexts.items()}
    named = {f"{name}@{a}": row["text"][a:b] for name, row in contexts.items() for a, b in windows[name]}
    vectors = _Vectors(named)
    pairs = []
    for row in rows(folder / "qa.jsonl.gz"):
        name = row["context_id"]
        if is_held_out(name) or not row["answers"]:
            continue
        answer, text, title = row["answers"][0], contexts[name]["text"], contexts[name]["title"]
        begin, stop = answer["start"], answer["start"] + len(answer["text"])
        holding = [(start, end) for start, end in windows[name] if start <= begin and stop <= end]
        if not holding:
            continue
        start, end = holding[0]
        pairs.append(QuestionPair(row["question"], text[start:end], title, True, (begin - start, stop - start)))
        others = [f"{name}@{a}" for a, b in windows[name] if b <= begin or a >= stop]
        for _ in range(2):
            wrong = vectors.drawn(row["question"], others, chance)
            pairs.append(QuestionPair(row["question"], named[wrong], title, False))
    return pairs


def abstracts(folder: Path, claims: int, titles: int) -> list[QuestionPair]:
    """SciFact: claims and titles as questions, abstracts as passages, the nearest others as near misses."""
    chance = random.Random(14)
    corpus = {row["_id"]: row for row in rows(folder / "corpus.jsonl.gz")}
    vectors = _Vectors({name: row["text"] for name, row in corpus.items()})
    relevant: dict[str, set[str]] = defaultdict(set)
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, _ = line.split("\t")
        relevant[query].add(document)
    asked = [row for row in rows(folder / "queries.jsonl.gz") if relevant[row["_id"]]]
    asked = [row for row in asked if not any(is_held_out(f"scifact-doc-{name}") for name in relevant[row["_id"]])]
    pairs = []
    for row in chance.sample(asked, min(claims, len(asked))):
        for name in sorted(relevant[row["_id"]])[:2]:
            pairs.append(QuestionPair(row["text"], corpus[name]["text"], corpus[name]["title"], True))
        for _ in range(3):
            wrong = corpus[vectors.drawn(row["text"], list(corpus), chance, relevant[row["_id"]])]
            pairs.append(QuestionPair(row["text"], wrong["text"], wrong["title"], False))
    names = [name for name in corpus if not is_held_out(f"scifact-doc-{name}")]
    for name in chance.sample(names, titles):
        title = corpus[name]["title"]
        pairs.append(QuestionPair(title, corpus[name]["text"], "", True))
        wrong = corpus[vectors.drawn(title, list(corpus), chance, {name})]
        pairs.append(QuestionPair(title, wrong["text"], "", False))
    return pairs


def changed(pairs: Sequence[QuestionPair], most: int, seed: int) -> list[QuestionPair]:
    """Questions that their passage no longer answers, because one thing in them is another; and some it still does."""
    chance = random.Random(seed)
    documents = [{"title": pair.context, "text": pair.passage} for pair in pairs]
    drawn = chance.sample(documents, min(150, len(documents)))
    misses = NearMisses(drawn, Nouns([pair.question for pair in pairs], load_embedder(BUNDLED)), chance)
    found = [
        QuestionPair(question, pair.passage, pair.context, answers, pair.span if answers else None)
        for pair in pairs
        if pair.answers
        for _, answers, question in misses.of(pair.question, {"title": pair.context, "text": pair.passage})
    ]
    return chance.sample(found, min(most, len(found)))


class _Vectors:
    """The vectors of named texts, to draw what is near a question."""

    def __init__(self, texts: dict[str, str]) -> None:
        self._embedder: Embedder = load_embedder(BUNDLED)
        self._place = {name: number for number, name in enumerate(texts)}
        self._rows = self._embedder.embed_passages([_fitting(text, self._embedder) for text in texts.values()])

    def drawn(self, question: str, names: Sequence[str], chance: random.Random, but: set[str] | None = None) -> str:
        """One of the nearest of these names, or now and then any of them."""
        allowed = [name for name in names if name not in (but or ())]
        if chance.random() < 0.2:
            return chance.choice(allowed)
        vector = self._embedder.embed_question(question)
        scores = self._rows[[self._place[name] for name in allowed]] @ vector
        nearest = np.argsort(-scores)[:_NEAREST]
        return allowed[int(chance.choice(list(nearest)))]


def _fitting(text: str, embedder: Embedder) -> str:
    while embedder.count([text])[0] > embedder.window:
        text = text[: int(len(text) * 0.8)]
    return text


def _windows(text: str) -> list[Interval]:
    found: list[Interval] = []
    for start, end in sentences(text):
        if found and end - found[-1][0] <= _WINDOW:
            found[-1] = (found[-1][0], end)
        else:
            found.append((start, end))
    return found


def _span(answer: dict[str, Any], text: str) -> Interval | None:
    said = answer["text"].strip()
    start = answer.get("start")
    if start is not None and text[start : start + len(said)] == said:
        return start, start + len(said)
    place = text.lower().find(said.lower())
    return (place, place + len(said)) if said and place >= 0 else None
