"""Texts that nothing was trained on, whose sentences are edited."""

from __future__ import annotations

import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from evals.training.splits import is_held_out

Texts = dict[str, list[str]]
"""Texts by where they are from."""

# File, how training names its texts, and whether it was trained on.
_DEFAULT = (
    ("qa/qed_nq/contexts.jsonl.gz", "", True),
    ("retrieval/scifact/corpus.jsonl.gz", "scifact-doc-", True),
    ("retrieval/anthropic_docs/corpus.jsonl.gz", "", False),
    ("retrieval/cranfield/corpus.jsonl.gz", "", False),
)


def development_texts(data: Path) -> Texts:
    """Of texts that were trained on those that were kept back, and all of the others. Raises ValueError."""
    found: Texts = {}
    for name, prefix, trained in _DEFAULT:
        rows = _rows(data / name)
        found[Path(name).parent.name] = [text for key, text in rows if not trained or is_held_out(f"{prefix}{key}")]
    return found


def texts_of(folder: Path) -> Texts:
    """The texts that were kept back, by the hash of their `_id`, of all files in a folder. Raises ValueError."""
    paths = sorted(folder.glob("*.jsonl.gz"))
    if not paths:
        raise ValueError(f"{folder} holds no .jsonl.gz files")
    found = {
        path.name.removesuffix(".jsonl.gz"): [text for key, text in _rows(path) if is_held_out(key)] for path in paths
    }
    if not any(found.values()):
        raise ValueError(f"{folder} holds no text that was kept back from training")
    return found


def _rows(path: Path) -> Sequence[tuple[str, str]]:
    try:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            lines = file.read().rstrip("\n").split("\n")
    except (OSError, EOFError, UnicodeDecodeError) as problem:
        why = getattr(problem, "strerror", None) or problem
        raise ValueError(f"{path} cannot be read ({why}); --texts names other texts, --edits 0 needs none") from None
    rows = []
    for number, line in enumerate(lines, start=1):
        try:
            row = json.loads(line)
        except ValueError as problem:
            raise ValueError(f"{path}, line {number}: {problem}") from None
        if not (isinstance(row, dict) and isinstance(row.get("_id"), str) and isinstance(row.get("text"), str)):
            raise ValueError(f"{path}, line {number}: _id and text must be texts")
        rows.append((row["_id"], row["text"]))
    return rows
