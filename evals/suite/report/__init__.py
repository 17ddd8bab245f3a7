"""A finished run as files that people and machines read: one HTML page, JUnit XML, Markdown, CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import rag
from evals.suite.gate import Comparison
from evals.suite.records import Record
from evals.suite.report.junit import junit
from evals.suite.report.page import page
from evals.suite.report.summary import summary
from evals.suite.results import Results, UnusableResults


def write_all(
    folder: Path,
    results: Results,
    comparison: Comparison,
    records: Sequence[Record],
    baseline: Results | None = None,
    proof: Mapping[str, Any] | None = None,
    card: Mapping[str, Any] | None = None,
) -> list[Path]:
    """Writes report.html, junit.xml, summary.md and cases.csv into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    files = {
        "report.html": page(results, comparison, records, baseline, proof, card),
        "junit.xml": junit(results, comparison),
        "summary.md": summary(results, comparison),
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    _write_csv(folder / "cases.csv", results)
    return [folder / name for name in [*files, "cases.csv"]]


def read_proof(path: Path | None) -> Mapping[str, Any] | None:
    """What `python -m evals mutate --out FILE` wrote. Raises UnusableResults."""
    if path is None:
        return None
    try:
        proof = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(proof, dict) or not isinstance(proof["trials"], list) or not isinstance(proof["power"], list):
            raise TypeError("no kill matrix is in it")
        return proof
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise UnusableResults(f"{path} is no kill matrix: make it with `python -m evals mutate` ({problem})") from None


def _write_csv(path: Path, results: Results) -> None:
    names = list(results.figures)
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "kind", "detail", "question", "refusal", "broken", *names, "answer"])
        for item in results.items:
            scores = [item.scores.get(name, "") for name in names]
            row = [item.id, item.kind, item.detail, item.question, item.refusal, "; ".join(item.broken), *scores]
            rows.writerow([*map(_inert, row), _inert(item.text)])


def _inert(value: object) -> object:
    """A cell that a spreadsheet does not take for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r") else value


def answers_of(records: Sequence[Record]) -> dict[str, rag.Answer | None]:
    """The answer to each case, by its id."""
    return {record.case.id: record.answer for record in records}
