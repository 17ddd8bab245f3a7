"""How often questions that a corpus cannot answer are refused, and how often those that it answers are.

    python -m evals.refusals [--cases FOLDER] [--corpus FOLDER]

The folder of cases holds answerable.jsonl and unanswerable.jsonl, JSON Lines of {"question", "kind"}. The corpus is
synced into a store of its own, and every case asked without a language model. Any refusal counts as one, also that
of a false premise. Balanced accuracy is the mean of the share of unanswerable questions that are refused and the
share of answerable ones that are answered, with a bootstrap over cases (95 %, 2,000 samples, seeded).
Nothing in `rag` is fitted on these cases.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rag

ROOT = Path(__file__).parents[1]
SAMPLES = 2000


@dataclass(frozen=True, slots=True)
class Case:
    """A question, of what kind it is, and whether the corpus answers it."""

    question: str
    kind: str
    answerable: bool


@dataclass(frozen=True, slots=True)
class Outcome:
    """A case that was asked."""

    case: Case
    refused: bool


def load(folder: Path) -> list[Case]:
    """The cases of both files. Raises ValueError, with the place, where one is missing, empty or malformed."""
    return [
        case
        for name, answerable in (("answerable.jsonl", True), ("unanswerable.jsonl", False))
        for case in _read(folder / name, answerable)
    ]


def _read(path: Path, answerable: bool) -> list[Case]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as problem:
        raise ValueError(f"{path} cannot be read: {problem}") from None
    cases = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise ValueError(f"{path}, line {number}: {problem}") from None
        for key in ("question", "kind"):
            if not isinstance(row, dict) or not isinstance(row.get(key), str) or not row[key].strip():
                raise ValueError(f"{path}, line {number}: no text under {key!r}")
        cases.append(Case(row["question"], row["kind"], answerable))
    if not cases:
        raise ValueError(f"{path} holds no cases")
    return cases


def shares(outcomes: Sequence[Outcome]) -> tuple[float, float]:
    """The share refused of the unanswerable, and of the answerable."""
    refused = {
        answerable: [outcome.refused for outcome in outcomes if outcome.case.answerable is answerable]
        for answerable in (False, True)
    }
    return sum(refused[False]) / len(refused[False]), sum(refused[True]) / len(refused[True])


def balanced(outcomes: Sequence[Outcome]) -> float:
    """Balanced accuracy of refusing."""
    rightly, wrongly = shares(outcomes)
    return (rightly + 1 - wrongly) / 2


def interval(outcomes: Sequence[Outcome], samples: int = SAMPLES) -> tuple[float, float]:
    """A 95 % interval of the balanced accuracy; as many cases of each side are drawn as there are."""
    chance = random.Random(0)
    sides = [[outcome for outcome in outcomes if outcome.case.answerable is kind] for kind in (False, True)]
    drawn = sorted(balanced([o for side in sides for o in chance.choices(side, k=len(side))]) for _ in range(samples))
    return drawn[int(0.025 * samples)], drawn[int(0.975 * samples)]


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The lines that are printed: the share refused of each kind, then the totals."""
    lines = []
    for answerable, name in ((True, "answerable"), (False, "unanswerable")):
        kinds = sorted({outcome.case.kind for outcome in outcomes if outcome.case.answerable is answerable})
        for kind in kinds:
            refused = [o.refused for o in outcomes if o.case.answerable is answerable and o.case.kind == kind]
            lines.append(f"{name:12}  {kind:24} {sum(refused):3} of {len(refused):3} refused")
    rightly, wrongly = shares(outcomes)
    all_refused = [outcome.case.answerable for outcome in outcomes if outcome.refused]
    precision = all_refused.count(False) / len(all_refused) if all_refused else float("nan")
    low, high = interval(outcomes)
    lines += [
        f"refused of the unanswerable (recall) {rightly:.3f}, of the answerable {wrongly:.3f}",
        f"precision {precision:.3f}",
        f"balanced accuracy of refusing: {balanced(outcomes):.3f} [{low:.3f}, {high:.3f}]",
    ]
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=Path, default=ROOT / "evals" / "cases")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    options = parser.parse_args()
    try:
        cases = load(options.cases)
    except ValueError as problem:
        print(problem, file=sys.stderr)
        raise SystemExit(2) from None
    with tempfile.TemporaryDirectory() as scratch, rag.open(Path(scratch) / "store") as library:
        library.sync(options.corpus)
        assistant = rag.Assistant(library)
        outcomes = [Outcome(case, assistant.ask(case.question).refusal is not None) for case in cases]
    print("\n".join(report(outcomes)))


if __name__ == "__main__":
    main()
