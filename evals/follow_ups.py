"""How often a follow-up question finds its passage, as the assistant asks it and as it was typed.

    python -m evals.follow_ups [CASES] [--corpus FOLDER] [--missed]

CASES is JSON Lines, one conversation a line: {"id", "leans_on", "turns": [{"question", "gold": [{"source",
"quote"}]}]}; a source is a path below the corpus. Every turn is asked of the assistant with the turns before it,
whose answers are its own. Scored is each turn but the first that has gold: it is found where more than half of
a gold quote lies inside one of the first five passages. Beside it stands the same share for the question as typed.

Conversations with an even number in their id were looked at while the rules were made; those with an odd
number were not.
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
from typing import Any, Protocol

import rag
from evals.retrieval import bootstrap

CUT = 5
CASES = Path(__file__).parent / "cases" / "follow_ups.jsonl"
CORPUS = Path(__file__).parents[1] / "corpus"


class MalformedCase(Exception):
    """A case that cannot be scored; the message says which, and why."""


class Asked(Protocol):
    """What is measured: `rag.Assistant`, or anything that answers like it."""

    def ask(self, question: str, history: Sequence[rag.Turn]) -> rag.Answer: ...


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer stands: an interval of one document."""

    document_id: str
    start: int
    end: int

    def lies_in(self, passage: rag.Passage) -> bool:
        """Whether more than half of it is inside the passage."""
        inside = min(self.end, passage.end) - max(self.start, passage.start)
        return passage.document_id == self.document_id and 2 * inside > self.end - self.start


@dataclass(frozen=True, slots=True)
class Asking:
    """One turn of a case: its question, and where its answer stands (nowhere: it is not scored)."""

    question: str
    golds: tuple[Gold, ...]
    leans_on: str


@dataclass(frozen=True, slots=True)
class Case:
    """One conversation."""

    name: str
    turns: tuple[Asking, ...]

    @property
    def seen(self) -> bool:
        """Whether it may have been looked at while the rules were made."""
        return int("0" + "".join(re.findall(r"\d", self.name))) % 2 == 0


@dataclass(frozen=True, slots=True)
class Outcome:
    """One scored turn: whether its passage was found as the assistant asked, and as typed."""

    case: Case
    turn: Asking
    asked_as: str
    found: bool
    found_as_typed: bool


def load(path: Path, library: rag.Library) -> list[Case]:
    """The conversations of a file. Raises MalformedCase, also where a quote is not in its document."""
    cases = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                row = json.loads(line)
                turns = tuple(_asking(turn, row, library) for turn in row["turns"])
                cases.append(Case(str(row["id"]), turns))
            except (ValueError, LookupError, TypeError, AttributeError) as problem:
                raise MalformedCase(f"{path}, line {number}: {type(problem).__name__}: {problem}") from None
            except (MalformedCase, rag.RagError) as problem:
                raise MalformedCase(f"{path}, line {number}: {problem}") from None
    if not any(turn.golds for case in cases for turn in case.turns[1:]):
        raise MalformedCase(f"{path}: no follow-up has a gold quote")
    return cases


def _asking(turn: dict[str, Any], row: dict[str, Any], library: rag.Library) -> Asking:
    golds = [gold for given in turn.get("gold") or () for gold in _places(given["source"], given["quote"], library)]
    return Asking(str(turn["question"]), tuple(golds), str(turn.get("leans_on") or row.get("leans_on") or "other"))


def _places(source: str, quote: str, library: rag.Library) -> list[Gold]:
    document = library.document(source)
    places = [match.start() for match in re.finditer(re.escape(quote), document.text)] if quote else []
    if not places:
        raise MalformedCase(f"{source} does not hold “{quote}”")
    return [Gold(document.id, place, place + len(quote)) for place in places]


def play(case: Case, assistant: Asked, library: rag.Library) -> list[Outcome]:
    """Asks the turns of one conversation in order; gives what is scored."""
    history: list[rag.Turn] = []
    outcomes = []
    for turn in case.turns:
        answer = assistant.ask(turn.question, tuple(history))
        if history and turn.golds:
            typed = library.search(turn.question, CUT)
            found = (_found(turn, hits) for hits in (answer.hits[:CUT], typed))
            outcomes.append(Outcome(case, turn, answer.asked_as, *found))
        history.append(rag.Turn(turn.question, answer))
    return outcomes


def _found(turn: Asking, hits: Iterable[rag.Hit]) -> bool:
    return any(gold.lies_in(hit.passage) for hit in hits for gold in turn.golds)


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The lines that are printed: all, the two halves, and each kind of leaning."""
    halves = [
        ("seen while the rules were made", [outcome for outcome in outcomes if outcome.case.seen]),
        ("not seen", [outcome for outcome in outcomes if not outcome.case.seen]),
    ]
    kinds = sorted({outcome.turn.leans_on for outcome in outcomes})
    of_kinds = [(kind, [outcome for outcome in outcomes if outcome.turn.leans_on == kind]) for kind in kinds]
    header = f"{'follow-ups':32} {'scored':>6}  {'as asked':>8}  {'95 % interval':14}  {'as typed':>8}  95 % interval"
    return [header, *(_line(name, some) for name, some in [("all", outcomes), *halves, *of_kinds] if some)]


def _line(name: str, outcomes: Sequence[Outcome]) -> str:
    line = f"{name[:32]:32} {len(outcomes):6}"
    for values in ([float(o.found) for o in outcomes], [float(o.found_as_typed) for o in outcomes]):
        low, high = bootstrap(values)
        line += f"  {sum(values) / len(values):8.3f}  [{low:.3f}, {high:.3f}]"
    return line


def main() -> int:
    """Prints the report. Exit status 2: the cases cannot be used as they are."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", nargs="?", type=Path, default=CASES, metavar="CASES")
    parser.add_argument("--corpus", type=Path, default=CORPUS, metavar="FOLDER")
    parser.add_argument("--missed", action="store_true", help="also print what the seen half missed")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, rag.open(Path(scratch) / "store") as library:
        try:
            library.sync(options.corpus, progress=True)
            cases = load(options.cases, library)
        except (MalformedCase, rag.RagError, OSError) as problem:
            print(problem, file=sys.stderr)
            return 2
        assistant = rag.Assistant(library)
        outcomes = [outcome for case in cases for outcome in play(case, assistant, library)]
    print("\n".join(report(outcomes)))
    for outcome in outcomes:
        if options.missed and outcome.case.seen and not outcome.found:
            print(f"missed {outcome.case.name}: {outcome.turn.question} → {outcome.asked_as}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
