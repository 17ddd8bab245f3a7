"""How often an answer reports that documents disagree, where they do and where they do not.

    python -m evals.disagreements [--cases FOLDER] [--corpus FOLDER] [--list even|odd]

FOLDER holds disagreement.jsonl {"id", "question", "values": [{"value", "source", "quote"}], "kind"}, where no
values means that the documents agree, and answerable.jsonl {"id", "question"}. A disagreement is found where two
of its different values are reported. A report is false where the documents agree, where it does not hold two
gold values, and on every answerable question. Every interval is a bootstrap over questions.

Cases with an even number were looked at while the rules were made; those with an odd number were not, and
`--list` prints only the half that is asked for: what was missed, and what was reported falsely.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import rag
from evals.retrieval import bootstrap

CASES = Path(__file__).parent / "cases"
CORPUS = Path(__file__).parents[1] / "corpus"

_NUMBERS = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_FIGURES = {
    **{word: number for number, word in enumerate(_NUMBERS, 1)},
    **{word: 10 * tens for tens, word in enumerate(_TENS, 2)},
}


class Asked(Protocol):
    """What is measured: `rag.Assistant`, or anything that answers like it."""

    def ask(self, question: str) -> rag.Answer: ...


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question: whether its documents disagree, and what was reported."""

    case: Mapping[str, Any]
    disagrees: bool
    reported: tuple[tuple[str, str], ...]
    """Value and source of each side."""
    found: bool
    """Whether two different gold values are among them."""

    @property
    def half(self) -> str:
        number = re.search(r"\d+", self.case["id"])
        return "even" if number and int(number.group()) % 2 == 0 else "odd"


def outcome(case: Mapping[str, Any], answer: rag.Answer) -> Outcome:
    """Compares what an answer reports with the values of a case."""
    sides = [value for disagreement in answer.disagreements for value in disagreement.values]
    golds = case.get("values", [])
    found = {folded(gold["value"]) for gold in golds if any(_says(side, gold) for side in sides)}
    reported = tuple((side.value, side.citation.passage.source) for side in sides)
    return Outcome(case, bool(golds), reported, len(found) > 1)


def _says(side: rag.Value, gold: Mapping[str, str]) -> bool:
    """Whether a side is this gold value: the same number or words, or the gold sentence cited for it."""
    quote, wanted = folded(side.citation.quote), folded(gold["quote"])
    same_source = side.citation.passage.source.endswith(gold["source"])
    number, wanted_number = number_in(side.value), number_in(gold["value"])
    if number and wanted_number:
        return number == wanted_number
    return folded(gold["value"]) in folded(side.value) or (same_source and (quote in wanted or wanted in quote))


def number_in(value: str) -> str:
    """The first number of a value, in figures and without thousands separators; "" where there is none."""
    figures = re.search(r"\d+(?:[.:]\d+)?", re.sub(r"(?<=\d)[,\s](?=\d{3})", "", value))
    if figures:
        return figures.group()
    words = [word for word in re.findall(r"[a-z]+", value.lower()) if word in _FIGURES]
    half = ".5" if "and a half" in value.lower() else ""
    return f"{_FIGURES[words[0]]}{half}" if words else ""


def folded(text: str) -> str:
    """Lower case, single spaces."""
    return " ".join(text.lower().split())


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def share(name: str, outcomes: Sequence[float]) -> str:
    """A share with its interval, as a line."""
    if not outcomes:
        return f"{name}: no cases"
    low, high = bootstrap(outcomes)
    return (
        f"{name}: {sum(outcomes) / len(outcomes):.3f} [{low:.3f}, {high:.3f}]  ({sum(outcomes):.0f} of {len(outcomes)})"
    )


def figures(name: str, outcomes: Sequence[Outcome]) -> Iterable[str]:
    """The lines for these questions."""
    conflicts = [each for each in outcomes if each.disagrees]
    reports = [each for each in outcomes if each.reported]
    quiet = [each for each in outcomes if not each.disagrees]
    yield share(f"{name}, disagreements found (both values)", [float(each.found) for each in conflicts])
    yield share(f"{name}, reports that are right", [float(each.found) for each in reports])
    yield share(f"{name}, false reports where documents agree", [float(bool(each.reported)) for each in quiet])


def measured(assistant: Asked, cases: Path) -> list[Outcome]:
    """Asks every question of both files."""
    questions = rows(cases / "disagreement.jsonl")
    questions += [{**case, "values": []} for case in rows(cases / "answerable.jsonl")]
    return [outcome(case, assistant.ask(case["question"])) for case in questions]


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=Path, default=CASES)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--list", choices=["even", "odd"], default="")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, rag.open(Path(scratch) / "store") as library:
        library.sync(options.corpus, progress=True)
        outcomes = measured(rag.Assistant(library), options.cases)
    for name in ("all", "even", "odd"):
        print(*figures(name, [each for each in outcomes if name in ("all", each.half)]), sep="\n")
    for each in outcomes:
        wrong = bool(each.reported) != each.disagrees or (each.disagrees and not each.found)
        if each.half == options.list and wrong:
            print(each.case["id"], each.case["question"], *each.reported, sep="\n    ")


if __name__ == "__main__":
    main()
