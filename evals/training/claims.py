"""Claims with their evidence: labelled by people, and made by editing sentences that are true."""

from __future__ import annotations

import difflib
import random
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from evals.edits import Edit, edits, rewordings
from evals.training.examples import ClaimPair, Label, label_of, rows
from evals.training.splits import is_held_out
from rag.sentences import sentences
from rag.terms import terms
from rag.types import Interval, Support

LABELLED = ("expertqa", "wice", "summedits", "fever_dev", "scifact", "factcheck_gpt", "begin")
_OF_EACH = 2  # edits, and as many true wordings, of a sentence
_UNEDITED = 0.25  # share of sentences that are kept as they are among the true ones
_AROUND = (150, 800)  # characters of the passage that an edited sentence is judged by, at least and at most
_OPERATORS = {
    **{"role": 6.0, "hedge": 6.0, "unit": 4.0, "noun": 3.0, "number": 2.0, "date": 2.0, "entity": 2.0},
    **{"quantifier": 2.0, "fusion": 0.6, "negation": 0.6, "direction": 0.6},
}
"""How often each operator is drawn beside the others: what applies to few sentences more often."""
_KINDS = {
    **{"paraphrase:denial": 12.0, "paraphrase:bound": 8.0, "paraphrase:rounded": 8.0, "paraphrase:reordered": 8.0},
    **{"paraphrase:converse": 8.0, "paraphrase:voice": 8.0, "paraphrase:named": 8.0, "paraphrase:possessive": 8.0},
    **{"format:unit": 8.0, "format:date": 4.0, "format:contraction": 3.0, "format:number": 2.0},
    **{"paraphrase:initials": 2.0, "paraphrase:attributed": 0.4, "paraphrase:joined": 0.4, "format:typography": 0.4},
}
"""The same for rewordings."""
_WORD = re.compile(r"\S+")


def labelled(folder: Path) -> list[ClaimPair]:
    """What people labelled, of the groups that are trained on; unrelated and near-miss evidence beside it."""
    chance = random.Random(1)
    pairs: list[ClaimPair] = []
    for name in LABELLED:
        trained = [row for row in rows(folder / f"{name}.jsonl.gz") if not is_held_out(row["group"])]
        pairs += [_labelled(row) for row in trained]
        pairs += _unrelated(trained, 0.25 if name == "fever_dev" else 0.12, chance)
    return pairs


def edited_claims(folder: Path, seed: int) -> list[ClaimPair]:
    """Claims that people found supported, edited so that they are not, and reworded so that they still are."""
    chance = random.Random(seed)
    pairs: list[ClaimPair] = []
    for name in LABELLED:
        true = [row for row in rows(folder / f"{name}.jsonl.gz") if row["label"] and not is_held_out(row["group"])]
        share = 0.5 if name == "fever_dev" else 1.0
        for row in chance.sample(true, int(len(true) * share)):
            others = [chance.choice(true)["claim"] for _ in range(4)]
            pairs += _made(row["claim"], row["source"], others, chance, true_ones=0.4)
    return pairs


def edited_sentences(texts: Sequence[str], count: int) -> list[ClaimPair]:
    """Sentences of documents, as they are, reworded and edited, with the text around them as evidence."""
    chance = random.Random(3)
    pairs: list[ClaimPair] = []
    while len(pairs) < count:
        text = chance.choice(texts)
        places = [(start, end) for start, end in sentences(text) if 40 <= end - start <= 320]
        if not places:
            continue
        start, end = chance.choice(places)
        around = _around(text, start, end, chance)
        other = chance.choice(texts)
        others = [other[a:b] for a, b in sentences(other)[:4]]
        for _ in range(_OF_EACH):
            pairs += _made(text[start:end], around, others, chance, true_ones=1.0)
        if chance.random() < 0.15:
            foreign = _around(other, *chance.choice(sentences(other) or [(0, len(other))]), chance)
            pairs.append(_unsupported(text[start:end], foreign))
    return pairs[:count]


def answered_questions(questions: Sequence[dict[str, Any]], texts: dict[str, str], count: int) -> list[ClaimPair]:
    """A question with its answer as a claim; with the answer to another question about the same text, no claim."""
    chance = random.Random(4)
    by_text: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for question in questions:
        by_text[question["context_id"]].append(question)
    pairs: list[ClaimPair] = []
    for question in chance.sample(list(questions), min(len(questions), count)):
        text = texts[question["context_id"]]
        answer = question["answers"][0]["text"]
        pairs.append(ClaimPair(f"{question['question']} {answer}", text, Label.SUPPORTED, ()))
        rivals = [
            other["answers"][0]["text"]
            for other in by_text[question["context_id"]]
            if not set(terms(other["answers"][0]["text"])) & set(terms(answer))
        ]
        if rivals:
            wrong = chance.choice(rivals)
            claim = f"{question['question']} {wrong}"
            lacking = ((len(claim) - len(wrong), len(claim)),)
            pairs.append(ClaimPair(claim, text, Label.UNSUPPORTED, lacking))
    return pairs[:count]


def _labelled(row: dict[str, Any]) -> ClaimPair:
    label = label_of(row)
    if label is Label.SUPPORTED:
        return ClaimPair(row["claim"], row["source"], label, ())
    seed = row.get("seed_summary")
    return ClaimPair(row["claim"], row["source"], label, _changed(seed, row["claim"]) if seed else None)


def _changed(original: str, claim: str) -> tuple[Interval, ...] | None:
    """The words of the claim that the original has not, where they are few."""
    words = [match.span() for match in _WORD.finditer(claim)]
    before, after = original.split(), claim.split()
    blocks = difflib.SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes()
    other = [(c, d) for tag, _, _, c, d in blocks if tag in ("replace", "insert") and d > c]
    spans = tuple((words[first][0], words[last - 1][1]) for first, last in other)
    changed = sum(end - start for start, end in spans)
    return spans if spans and changed < len(claim) / 2 else None


def _made(
    sentence: str, evidence: str, others: Sequence[str], chance: random.Random, true_ones: float
) -> Iterator[ClaimPair]:
    false = edits(sentence, evidence, others, chance)
    if false:
        weights = [_OPERATORS.get(edit.operator, 1.0) for edit in false]
        yield _pair(chance.choices(false, weights)[0], evidence)
    if chance.random() < true_ones:
        true = rewordings(sentence, evidence, chance)
        if true and chance.random() > _UNEDITED:
            yield _pair(chance.choices(true, [_KINDS.get(edit.operator, 1.0) for edit in true])[0], evidence)
        else:
            yield ClaimPair(sentence, evidence, Label.SUPPORTED, ())


def _pair(edit: Edit, evidence: str) -> ClaimPair:
    if edit.supported:
        return ClaimPair(edit.text, evidence, Label.SUPPORTED, ())
    label = Label.CONTRADICTED if edit.support is Support.CONTRADICTED else Label.UNSUPPORTED
    return ClaimPair(edit.text, evidence, label, edit.changed or None)


def _unsupported(claim: str, evidence: str) -> ClaimPair:
    return ClaimPair(claim, evidence, Label.NEITHER, None)


def _unrelated(trained: Sequence[dict[str, Any]], share: float, chance: random.Random) -> list[ClaimPair]:
    """Claims with the source of another group: that which shares most words with the claim, or any."""
    holders: dict[str, list[int]] = defaultdict(list)
    for number, row in enumerate(trained):
        for term in set(terms(row["source"])):
            holders[term].append(number)
    pairs = []
    for row in chance.sample(list(trained), int(len(trained) * share)):
        shared: dict[int, float] = defaultdict(float)
        for term in set(terms(row["claim"])):
            if len(holders[term]) < len(trained) / 10:
                for number in holders[term]:
                    if trained[number]["group"] != row["group"]:
                        shared[number] += 1 / len(holders[term])
        near = max(shared, key=lambda number: shared[number], default=None)
        other = trained[near] if near is not None and chance.random() < 0.7 else chance.choice(trained)
        if other["group"] != row["group"]:
            pairs.append(_unsupported(row["claim"], other["source"]))
    return pairs


def _around(text: str, start: int, end: int, chance: random.Random) -> str:
    room = max(0, chance.randint(*_AROUND) - (end - start))
    before = chance.randint(0, room)
    places = sentences(text)
    first = next((a for a, b in places if b > start - before), start)
    last = max((b for a, b in places if a < end + room - before), default=end)
    return text[min(first, start) : max(last, end)]
