"""How often an extractive answer shows the gold answer, and how often it refuses, rightly and wrongly.

    python -m evals.answers FOLDER [--questions N]

A folder holds qa.jsonl.gz {question, answers: [{text}], context_id} and contexts.jsonl.gz {_id, title, text}.
Shown: one library of all contexts; an answer counts where a gold answer string stands in its sentences (case
and white space folded). A refusal shows nothing and counts as a miss. Refused: a second library that holds
every other context; every question is asked of it, and half of them it cannot answer.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import rag
from evals.retrieval import bootstrap, rows

LIMITS = (2, 3, 4)  # sentences that an answer may have


def shows(answer: rag.Answer, golds: Iterable[str], first: int | None = None) -> bool:
    """Whether a gold answer stands in the first so many sentences of the answer."""
    shown = folded(" ".join(claim.text for claim in answer.claims[:first]))
    return any(folded(gold) in shown for gold in golds)


def folded(text: str) -> str:
    """Lower case, single spaces."""
    return " ".join(text.lower().split())


def library_of(folder: Path, contexts: Sequence[dict[str, str]]) -> rag.Library:
    """A new library of these contexts."""
    folder.mkdir()
    file = folder / "contexts.jsonl"
    file.write_text("".join(json.dumps(context) + "\n" for context in contexts), encoding="utf-8")
    library = rag.open(folder / "store")
    library.sync(file, progress=True)
    return library


def shown(library: rag.Library, questions: Sequence[dict[str, Any]]) -> None:
    """Prints the share of questions whose gold answer is shown."""
    for limit in LIMITS:
        assistant = rag.Assistant(library, sentences=limit)
        hits, refused = [], 0
        for question in questions:
            answer = assistant.ask(question["question"])
            refused += answer.refusal is not None
            hits.append(float(shows(answer, (gold["text"] for gold in question["answers"]))))
        low, high = bootstrap(hits)
        print(
            f"gold answer shown, at most {limit} sentences: {sum(hits) / len(hits):.3f} [{low:.3f}, {high:.3f}]"
            f"  ({len(hits)} questions, {refused} refused)"
        )


def refused(library: rag.Library, questions: Sequence[dict[str, Any]], held: set[str]) -> None:
    """Prints how often it refuses what its documents do not hold, and what they do."""
    assistant = rag.Assistant(library)
    rightly: list[float] = []
    wrongly: list[float] = []
    for question in questions:
        answer = assistant.ask(question["question"])
        (wrongly if question["context_id"] in held else rightly).append(float(answer.refusal is not None))
    true, false = sum(rightly) / len(rightly), sum(wrongly) / len(wrongly)
    print(f"refused of {len(rightly)} without an answer: {true:.3f}; of {len(wrongly)} with one: {false:.3f}")
    print(f"balanced accuracy of refusing: {(true + 1 - false) / 2:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--questions", type=int, default=None, help="only the first so many questions")
    options = parser.parse_args()
    contexts = list(rows(options.folder / "contexts.jsonl.gz"))
    questions: list[dict[str, Any]] = list(rows(options.folder / "qa.jsonl.gz"))[: options.questions]
    with tempfile.TemporaryDirectory() as scratch:
        with library_of(Path(scratch) / "all", contexts) as library:
            shown(library, questions)
        with library_of(Path(scratch) / "half", contexts[::2]) as library:
            refused(library, questions, {context["_id"] for context in contexts[::2]})


if __name__ == "__main__":
    main()
