"""How many atomic edits of true sentences a judge finds, and how many true wordings it takes for false."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

import numpy as np

import rag
from evals.edits import OPERATORS, Edit, edits, rewordings
from evals.judging.labelled import Judged, judged, share
from evals.judging.texts import Texts
from evals.metrics import Array
from evals.training.true_sentences import TrueSentence, true_sentences

FALSE_ALARMS = 0.05
SEED = 7
_LOOKED_AT = 9000  # sentences, at most: some operators apply to few


@dataclass(frozen=True, slots=True)
class Made:
    """A sentence, as it was or changed, with the passage that it is from."""

    origin: str
    edit: Edit
    passage: str


@dataclass(frozen=True, slots=True)
class Changed:
    """True sentences as they are, and by operator or kind what was made of them and others."""

    plain: list[Made] = field(default_factory=list)
    edits: dict[str, list[Made]] = field(default_factory=lambda: {name: [] for name in OPERATORS})
    rewordings: dict[str, list[Made]] = field(default_factory=dict)


def change(texts: Texts, count: int) -> Changed:
    """As many true sentences, edits of each operator and rewordings of each kind as `count`, or as there are."""
    made = Changed()
    for sentence in islice(true_sentences(texts, SEED), _LOOKED_AT):
        if len(made.plain) < count:
            unedited = Edit("unedited", sentence.text, rag.Support.SUPPORTED)
            made.plain.append(Made(sentence.origin, unedited, sentence.passage))
        # Chance of its own for every sentence: what is made of it does not depend on those before it.
        chance = random.Random(f"{SEED} {sentence.text}")
        _keep(made.edits, edits(sentence.text, sentence.passage, sentence.others, chance), sentence, count)
        _keep(made.rewordings, rewordings(sentence.text, sentence.passage, chance), sentence, count)
        if all(len(kept) == count for kept in made.edits.values()):
            break
    return made


def _keep(kept: dict[str, list[Made]], found: Sequence[Edit], sentence: TrueSentence, count: int) -> None:
    for edit in found:
        if len(kept.setdefault(edit.operator, [])) < count:
            kept[edit.operator].append(Made(sentence.origin, edit, sentence.passage))


def measure_edits(judge: rag.Judge, made: Changed) -> dict[str, Any]:
    """All figures of edits. Nothing was fitted on them but the limit, which true wordings alone determine."""
    plain = _judged(judge, made.plain)
    false = {name: _judged(judge, part) for name, part in made.edits.items()}
    true = {name: _judged(judge, part) for name, part in sorted(made.rewordings.items())}
    limit = limit_at(np.concatenate([plain.scores, *(part.scores for part in true.values())]))
    return {
        "texts": sorted({one.origin for one in made.plain}),
        "limit_at_5_percent_false_alarms": limit,
        "unedited": _flags(plain, limit),
        "edits": {name: _flags(part, limit) | _places(part, made.edits[name]) for name, part in false.items()},
        "rewordings": {name: _flags(part, limit) for name, part in true.items()},
        "edits_by_text": _by_text(false, made.edits, limit),
        "sentence_alone": _sentence_alone(judge, made),
    }


def _judged(judge: rag.Judge, made: Sequence[Made]) -> Judged:
    return judged(judge, [(one.edit.text, (one.passage,)) for one in made])


def limit_at(true: Array, alarms: float = FALSE_ALARMS) -> float:
    """The highest score below which no greater share of true claims lies than `alarms`; 0.0 where there are none."""
    return float(np.sort(true)[int(alarms * len(true))]) if len(true) else 0.0


def _flags(found: Judged, limit: float) -> dict[str, Any]:
    """The share that scores below the limit, and the share that is not said to be SUPPORTED."""
    below = share(int((found.scores < limit).sum()), len(found.scores), "below_limit")
    by_verdict = share(int((1.0 - found.said).sum()), len(found.said), "flagged")
    return below | {"flagged": by_verdict["flagged"], "flagged_interval": by_verdict["interval"]}


def _places(found: Judged, made: Sequence[Made]) -> dict[str, Any]:
    """Of the edits that are flagged, the share where the judge marks a word that was changed."""
    flagged = [
        (verdict.lacking, one.edit.changed)
        for verdict, one in zip(found.verdicts, made, strict=True)
        if verdict.support is not rag.Support.SUPPORTED and one.edit.changed
    ]
    touched = sum(any(a < d and c < b for a, b in lacking for c, d in changed) for lacking, changed in flagged)
    return {"marked": touched / len(flagged) if flagged else None}


def _by_text(found: Mapping[str, Judged], made: Mapping[str, Sequence[Made]], limit: float) -> dict[str, Any]:
    scores: dict[str, list[float]] = {}
    for name, part in found.items():
        for one, score in zip(made[name], part.scores.tolist(), strict=True):
            scores.setdefault(one.origin, []).append(score)
    return {
        origin: share(sum(score < limit for score in held), len(held), "below_limit")
        for origin, held in sorted(scores.items())
    }


def _sentence_alone(judge: rag.Judge, made: Changed) -> dict[str, Any]:
    """Sentences with nothing but themselves as evidence; and their negations, with the sentence as it was."""
    same = judged(judge, [(one.edit.text, (one.edit.text,)) for one in made.plain])
    negated = _negations(made)
    other = judged(judge, negated)
    return {
        "identical": share(int(same.said.sum()), len(same.said), "supported"),
        "negated": share(int((1.0 - other.said).sum()), len(other.said), "flagged"),
    }


def _negations(made: Changed) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for one in made.plain:
        sentence = one.edit.text
        for edit in edits(sentence, sentence, (), random.Random(f"{SEED} {sentence}")):
            if edit.operator == "negation":
                found.append((edit.text, (sentence,)))
    return found
