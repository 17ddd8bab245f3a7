"""A run as one JSON document: per-item scores, their means with intervals, and what it was made of."""

from __future__ import annotations

import hashlib
import json
import math
import platform
import resource
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

import rag
from evals.suite.scores import GATED, Scored
from evals.suite.statistics import Estimate, mean

SCHEMA = 1
_LIBRARIES = ("torch", "sentence-transformers", "chromadb", "tantivy", "llama-index-core", "numpy")


class UnusableResults(Exception):
    """A file that is no results of this schema; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a run was made of. Two runs are compared item by item only where `cases` and `corpus` agree."""

    suite: str
    cases: str
    corpus: str
    judge: str
    embedder: str
    reranker: str
    writer: str
    passages: int
    versions: Mapping[str, str]
    machine: str


@dataclass(frozen=True, slots=True)
class Results:
    """A run."""

    provenance: Provenance
    expected: int
    items: tuple[Scored, ...]
    controls: Mapping[str, Mapping[str, float]]
    """The means of systems that cheat, by the system's name and the figure's."""
    judge_on_gold: Mapping[str, float]
    """How the judge agrees with the gold evidence."""
    seconds: float
    memory_mb: float

    @property
    def figures(self) -> Mapping[str, Estimate]:
        """Every figure over the items that have it, gated ones first."""
        return figures(self.items)

    @property
    def broken(self) -> list[str]:
        """Every broken invariant with its case, and what is not right with the run itself."""
        found = [f"{item.id}: {what}" for item in self.items for what in item.broken]
        if len(self.items) != self.expected:
            found.append(f"{len(self.items)} of {self.expected} cases are scored")
        if len({item.id for item in self.items}) != len(self.items):
            found.append("a case is scored more than once")
        for item in self.items:
            if any(not math.isfinite(value) for value in item.scores.values()):
                found.append(f"{item.id}: a score is not a number")
        return found


def figures(items: Sequence[Scored]) -> dict[str, Estimate]:
    """Every figure over the items that have it, gated ones first, then by name."""
    names = [metric.name for metric in GATED]
    names += sorted({name for item in items for name in item.scores} - set(names))
    found = {}
    for name in names:
        having = [item for item in items if name in item.scores]
        if having:
            found[name] = mean([item.scores[name] for item in having], [item.cluster for item in having])
    return found


def provenance_of(library: rag.Library, judge: rag.Judge, suite: str, cases: str, writer: str) -> Provenance:
    """What a run over this library is made of. The corpus counts by its texts and not by where it lies."""
    texts = sorted(library.document(each.id).content_hash for each in library.documents())
    settings = library.settings
    return Provenance(
        suite=suite,
        cases=cases,
        corpus=hashlib.sha256("\n".join(texts).encode()).hexdigest(),
        judge=f"{judge.name}:{getattr(judge, 'fingerprint', '')}",
        embedder=library.embedder.fingerprint,
        reranker=settings.reranker or "",
        writer=writer,
        passages=settings.passages,
        versions={"footnote-rag": rag.__version__, **{name: version(name) for name in _LIBRARIES}},
        machine=f"{platform.machine()} Python {platform.python_version()}",
    )


def peak_memory_mb() -> float:
    """The most memory that this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def write(results: Results, path: Path) -> None:
    """Writes the results; a number that is none is refused (ValueError)."""
    kept: dict[str, Any] = {
        "schema": SCHEMA,
        "provenance": asdict(results.provenance),
        "expected": results.expected,
        "seconds": round(results.seconds, 1),
        "memory_mb": round(results.memory_mb),
        "figures": {name: asdict(estimate) for name, estimate in results.figures.items()},
        "controls": results.controls,
        "judge_on_gold": results.judge_on_gold,
    }
    head = json.dumps(_rounded(kept), indent=1, allow_nan=False, ensure_ascii=False)
    rows = ",\n".join(json.dumps(_rounded(asdict(item)), allow_nan=False, ensure_ascii=False) for item in results.items)
    path.write_text(f'{head[:-2]},\n "items": [\n{rows}\n]\n}}\n', encoding="utf-8")


def read(path: Path) -> Results:
    """Results that were written. Raises UnusableResults."""
    try:
        kept = json.loads(path.read_text(encoding="utf-8"), parse_constant=_no_number)
    except FileNotFoundError:
        raise UnusableResults(f"{path} is not there: make it with `python -m evals run --out {path}`") from None
    except (OSError, ValueError) as problem:
        raise UnusableResults(f"{path} cannot be read as results: {problem}") from None
    if not isinstance(kept, dict) or kept.get("schema") != SCHEMA:
        found = kept.get("schema") if isinstance(kept, dict) else None
        raise UnusableResults(f"{path} has schema {found!r}, and {SCHEMA} is wanted: run it again with this version")
    try:
        items = tuple(Scored(**{**item, "broken": tuple(item["broken"])}) for item in kept["items"])
        if not items:
            raise UnusableResults(f"{path} holds no items")
        return Results(
            Provenance(**kept["provenance"]),
            int(kept["expected"]),
            items,
            kept["controls"],
            kept["judge_on_gold"],
            float(kept["seconds"]),
            float(kept["memory_mb"]),
        )
    except (LookupError, TypeError, ValueError) as problem:
        raise UnusableResults(f"{path} is damaged ({type(problem).__name__}: {problem})") from None


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no score")


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    return round(value, 5) + 0.0 if isinstance(value, float) else value
