"""What an answer costs beside the language model's own time: rewriting, searching, weighing, parsing, checking.

    python -m evals.overhead [CASES] [--corpus corpus] [--questions N]

Asks the questions of evals/cases/single_fact.jsonl, each after one other turn, with a scripted LLM that says five
sentences at once, each with a mark, and without any model. Prints the median and the 95th percentile of the seconds by
stage and in all; the scripted LLM itself takes none.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from llama_index.core.base.llms.types import CompletionResponse, LLMMetadata
from llama_index.core.llms import CustomLLM
from llama_index.core.llms.callbacks import llm_completion_callback

import rag

ROOT = Path(__file__).parents[1]
SAID = " ".join(
    f"{sentence} [{mark}]"
    for mark, sentence in enumerate(
        (
            "The board decided on the closing level in March 2022.",
            "The gates close when the tide stands at 1.60 m above the datum.",
            "The harbour master keeps the log.",
            "Rolf Vass argues that they should be closed at night.",
            "The station reports on it once a year.",
        ),
        start=1,
    )
)


class Scripted(CustomLLM):  # type: ignore[misc]
    """An LLM that always says the same, at once, in pieces of a word."""

    @property
    def metadata(self) -> LLMMetadata:
        return LLMMetadata(context_window=8192, num_output=1024, model_name="scripted")

    @llm_completion_callback()  # type: ignore[untyped-decorator]
    def complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> CompletionResponse:
        return CompletionResponse(text="What is the closing level of the gates?")

    @llm_completion_callback()  # type: ignore[untyped-decorator]
    def stream_complete(self, prompt: str, formatted: bool = False, **kwargs: Any) -> Iterator[CompletionResponse]:
        so_far = ""
        for piece in SAID.split(" "):
            so_far += f"{piece} "
            yield CompletionResponse(text=so_far, delta=f"{piece} ")


def measure(assistant: rag.Assistant, questions: list[str]) -> None:
    """Prints the seconds of these questions by stage."""
    stages: dict[str, list[float]] = defaultdict(list)
    history: list[rag.Turn] = []
    for question in questions:
        answer = assistant.ask(question, history[-1:])
        history.append(rag.Turn(question, answer))
        stages["in all"].append(sum(answer.seconds.values()))
        for stage, seconds in answer.seconds.items():
            stages[stage].append(seconds)
    for stage, measured in stages.items():
        median, worst = statistics.median(measured), sorted(measured)[int(0.95 * len(measured))]
        print(f"  {stage:<8} p50 {1000 * median:6.1f} ms   p95 {1000 * worst:6.1f} ms   ({len(measured)} answers)")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("cases", type=Path, nargs="?", default=ROOT / "evals/cases/single_fact.jsonl")
    parser.add_argument("--corpus", type=Path, default=ROOT / "corpus")
    parser.add_argument("--questions", type=int, default=None, help="only the first so many questions")
    options = parser.parse_args()
    try:
        lines = options.cases.read_text(encoding="utf-8").splitlines()
        questions = [str(json.loads(line)["question"]) for line in lines if line.strip()][: options.questions]
    except (OSError, ValueError, KeyError) as problem:
        sys.stderr.write(f"{options.cases}: no cases can be read ({problem})\n")
        sys.exit(2)
    with tempfile.TemporaryDirectory() as scratch, rag.open(Path(scratch) / "store") as library:
        library.sync(options.corpus, progress=True)
        library.search("the first search opens the indexes", 1)
        for name, llm in (("extractive", None), ("with a language model that takes no time", Scripted())):
            print(name)
            measure(rag.Assistant(library, llm), questions)


if __name__ == "__main__":
    main()
