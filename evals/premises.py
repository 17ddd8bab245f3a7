"""How often a question that takes something false for granted is told so, and how often a sound one is.

    python -m evals.premises [CASES] [--corpus FOLDER] [--controls FILE ...] [--set FOLDER ...] [--questions N]

CASES is JSON Lines: {"id", "question", "kind", "instead": [{"source", "quote"}]}, of the kinds "contradicted" (the
documents say otherwise), "not stated" (they say nothing of it) and "true premise". CONTROLS are JSON Lines with a
"question" that the documents of the corpus answer; a set is a folder as of evals.answers, asked with all its
contexts. A false alarm is a question of a true premise, a control or a set that is refused as a false premise.

Cases with an even number in their id were looked at while the rules were made; those with an odd number were not.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import rag
from evals.answers import folded, library_of
from evals.retrieval import bootstrap, rows

CASES = Path(__file__).parent / "cases"
CORPUS = Path(__file__).parents[1] / "corpus"
CONTROLS = tuple(CASES / f"{name}.jsonl" for name in ("answerable", "opinion", "disagreement"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question that was asked: of which kind it is, and what became of it."""

    name: str
    kind: str
    question: str
    refusal: rag.Refusal | None
    shows: bool
    """Whether the answer holds one of the quotes that say what is so."""

    @property
    def seen(self) -> bool:
        """Whether it may have been looked at while the rules were made."""
        return int("0" + "".join(re.findall(r"\d", self.name))) % 2 == 0

    @property
    def named(self) -> bool:
        """Whether the premise was called false."""
        return self.refusal is rag.Refusal.FALSE_PREMISE


def load(path: Path) -> list[dict[str, Any]]:
    """The rows of a JSON Lines file that have a question. Raises ValueError, with the place, where one is malformed."""
    found = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise ValueError(f"{path}, line {number}: {problem}") from None
        if not isinstance(row, dict) or not isinstance(row.get("question"), str):
            raise ValueError(f"{path}, line {number}: no question")
        found.append(row)
    return found


def ask(assistant: rag.Assistant, row: dict[str, Any], kind: str) -> Outcome:
    """Asks one question."""
    answer = assistant.ask(row["question"])
    golds = [folded(str(given["quote"])) for given in row.get("instead") or ()]
    shown = [folded(citation.quote) for citation in answer.citations]
    shows = any(gold in quote or quote in gold for gold in golds for quote in shown)
    return Outcome(str(row.get("id", "")), kind, row["question"], answer.refusal, shows)


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The lines that are printed: each half of the cases, then the false alarms."""
    lines = []
    for half, seen in (("seen while the rules were made", True), ("not seen", False)):
        cases = [outcome for outcome in outcomes if outcome.seen is seen]
        contradicted = [outcome for outcome in cases if outcome.kind == "contradicted"]
        unstated = [outcome for outcome in cases if outcome.kind == "not stated"]
        lines += [f"{half}:"]
        lines += _share("contradicted, called false", [outcome.named for outcome in contradicted])
        lines += _share("  and what is so is shown", [outcome.named and outcome.shows for outcome in contradicted])
        lines += _share("contradicted, refused in any way", [outcome.refusal is not None for outcome in contradicted])
        lines += _share("not stated, refused in any way", [outcome.refusal is not None for outcome in unstated])
    lines += ["false alarms:"]
    kinds = dict.fromkeys(outcome.kind for outcome in outcomes)
    for kind in kinds:
        if kind not in ("contradicted", "not stated"):
            lines += _share(kind, [outcome.named for outcome in outcomes if outcome.kind == kind])
    return lines


def _share(name: str, values: Iterable[bool]) -> list[str]:
    counted = [float(value) for value in values]
    if not counted:
        return []
    low, high = bootstrap(counted)
    of = f"{int(sum(counted))} of {len(counted)}"
    return [f"  {name:34} {sum(counted) / len(counted):.3f}  [{low:.3f}, {high:.3f}]  {of}"]


def of_set(folder: Path, most: int) -> list[Outcome]:
    """The questions of a public set, spread over it, asked of a library of all its contexts that they need."""
    questions = list(rows(folder / "qa.jsonl.gz"))
    questions = questions[:: max(1, len(questions) // most)][:most]
    wanted = {question["context_id"] for question in questions}
    contexts = [context for context in rows(folder / "contexts.jsonl.gz") if context["_id"] in wanted]
    with tempfile.TemporaryDirectory() as scratch, library_of(Path(scratch) / "set", contexts) as library:
        assistant = rag.Assistant(library)
        return [ask(assistant, question, folder.name) for question in questions]


def main() -> int:
    """Prints the report. Exit status 2: the cases cannot be used as they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="?", type=Path, default=CASES / "false_premise.jsonl", metavar="CASES")
    parser.add_argument("--corpus", type=Path, default=CORPUS, metavar="FOLDER")
    parser.add_argument("--controls", type=Path, nargs="*", default=CONTROLS, metavar="FILE")
    parser.add_argument("--set", type=Path, nargs="*", default=[], metavar="FOLDER", dest="sets")
    parser.add_argument("--questions", type=int, default=300, help="at most so many of each set (default: 300)")
    parser.add_argument("--alarms", action="store_true", help="also print each false alarm")
    options = parser.parse_args()
    try:
        asked = [(row, str(row.get("kind"))) for row in load(options.cases)]
        asked += [(row, path.stem) for path in options.controls for row in load(path)]
        with tempfile.TemporaryDirectory() as scratch, rag.open(Path(scratch) / "store") as library:
            library.sync(options.corpus, progress=True)
            assistant = rag.Assistant(library)
            outcomes = [ask(assistant, row, kind) for row, kind in asked]
        outcomes += [outcome for folder in options.sets for outcome in of_set(folder, options.questions)]
    except (ValueError, LookupError, rag.RagError, OSError) as problem:
        print(problem, file=sys.stderr)
        return 2
    print("\n".join(report(outcomes)))
    for outcome in outcomes:
        if options.alarms and outcome.named and outcome.kind not in ("contradicted", "not stated"):
            print(f"false alarm, {outcome.kind}: {outcome.question}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
