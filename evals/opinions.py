"""How often an opinion keeps its holder, and how often a fact is given one.

    python -m evals.opinions [CASES] [--corpus FOLDER] [--missed]

CASES is JSON Lines, one case a line: {"id", "question", "kind": "opinion" or "fact", "speaker", "source", "quote"};
a source is a path below the corpus, and the quote stands in it. Each question is asked of the assistant, and printed
is for each half of the cases: of the sentences shown that overlap the gold quote, in how many the speaker is named (by
last name); of facts: in how many nobody is introduced.

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
from evals.retrieval import bootstrap

CASES = Path(__file__).parent / "cases" / "opinion.jsonl"
CORPUS = Path(__file__).parents[1] / "corpus"


class MalformedCase(Exception):
    """A case that cannot be scored; the message says which, and why."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question whose answer is somebody's opinion (`speakers` names whose), or a fact (without any)."""

    name: str
    question: str
    speakers: tuple[str, ...]
    source: str
    quote: str

    @property
    def seen(self) -> bool:
        """Whether it may have been looked at while the rules were made."""
        return int("0" + "".join(re.findall(r"\d", self.name))) % 2 == 0

    def is_kept(self, said_of: str, words: str) -> bool:
        """Whether these words, introduced by `said_of` or by nobody, have the holder that they should have."""
        surnames = [name.split()[-1] for name in self.speakers]
        return any(surname in said_of or surname in words for surname in surnames) if surnames else not said_of


@dataclass(frozen=True, slots=True)
class Outcome:
    """One shown sentence of one case."""

    case: Case
    kept: bool
    shown: str


def load(path: Path) -> list[Case]:
    """The cases of a file. Raises MalformedCase."""
    cases = []
    for number, row in enumerate(_rows(path), start=1):
        try:
            names = re.split(r" and |, ", row["speaker"] or "")
            speakers = tuple(name for name in names if name)
            cases.append(Case(str(row["id"]), row["question"], speakers, row["source"], row["quote"]))
        except (LookupError, TypeError) as problem:
            raise MalformedCase(f"{path}, case {number}: {type(problem).__name__}: {problem}") from None
    return cases


def _rows(path: Path) -> list[dict[str, Any]]:
    try:
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except ValueError as problem:
        raise MalformedCase(f"{path} is not JSON Lines: {problem}") from None


def judge_answers(cases: Iterable[Case], library: rag.Library) -> list[Outcome]:
    """Each shown sentence that overlaps its case's gold quote, and whether its holder is named."""
    assistant = rag.Assistant(library)
    outcomes = []
    for case in cases:
        document = library.document(case.source)
        start = document.text.find(case.quote)
        for claim in assistant.ask(case.question).claims:
            for citation in claim.citations:
                overlap = min(citation.end, start + len(case.quote)) - max(citation.start, start)
                if citation.passage.document_id == document.id and overlap > 0:
                    said_of = re.match(r"According to (.{1,200}?): “", claim.text)
                    kept = case.is_kept(said_of[1] if said_of else "", claim.text)
                    outcomes.append(Outcome(case, kept, claim.text))
    return outcomes


def report(outcomes: Sequence[Outcome]) -> list[str]:
    """The lines that are printed: each figure, of opinions and of facts, for each half."""
    lines = [f"{'':44} {'judged':>6}  {'kept':>6}  95 % interval"]
    for kind, opinion in (("opinions", True), ("facts", False)):
        for half, seen in (("seen while the rules were made", True), ("not seen", False)):
            some = [o for o in outcomes if bool(o.case.speakers) == opinion and o.case.seen == seen]
            if some:
                values = [float(outcome.kept) for outcome in some]
                low, high = bootstrap(values)
                name = f"{kind}, {half}"
                lines.append(f"{name:44} {len(values):6}  {sum(values) / len(values):.3f}  [{low:.3f}, {high:.3f}]")
    return lines


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
            outcomes = judge_answers(load(options.cases), library)
        except (MalformedCase, rag.RagError, OSError) as problem:
            print(problem, file=sys.stderr)
            return 2
    print("\n".join(report(outcomes)))
    if options.missed:
        missed = [outcome for outcome in outcomes if outcome.case.seen and not outcome.kept]
        print("\n".join(f"missed {outcome.case.name}: {outcome.shown}" for outcome in missed))
    return 0


if __name__ == "__main__":
    sys.exit(main())
