"""Mutants of what was found, of which cases were scored, and of what was written."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

import rag
from evals.suite.controls import always_refuses
from evals.suite.mutants.parts import answered, of, rewritten
from evals.suite.records import Record


def without_gold(records: Sequence[Record]) -> list[Record]:
    """The passages that hold the gold evidence are gone from the index, and whatever rested on them is refused."""
    return [gold_removed(record) if record.case.evidence and record.answer else record for record in records]


def gold_removed(record: Record) -> Record:
    def holds(passage: rag.Passage) -> bool:
        quotes = [quote for group in record.case.evidence for quote in group]
        return any(quote.covered(passage.document_id, passage.start, passage.end) > 0 for quote in quotes)

    answer = of(record)
    left = tuple(hit for hit in record.searched if not holds(hit.passage))
    context = tuple(hit for hit in answer.hits if not holds(hit.passage))
    kept = [(c.text, c.citations) for c in answer.claims if not any(holds(one.passage) for one in c.citations)]
    changed = replace(record, searched=left, answer=replace(rewritten(answer, kept), hits=context))
    return changed if kept or answer.refusal else always_refuses(changed)


def duplicates(records: Sequence[Record]) -> list[Record]:
    """The first passage twenty times over: duplicates crowd out everything else."""
    return [replace(record, searched=(record.searched[:1] * 20)) if record.searched else record for record in records]


def skip_some(records: Sequence[Record]) -> list[Record]:
    """Every tenth case is silently not scored."""
    return [record for number, record in enumerate(records) if number % 10]


def twice(records: Sequence[Record]) -> list[Record]:
    """One case stands in for another, so that the number is right."""
    return [*records[:-1], records[0]]


def not_a_number(record: Record, _: random.Random) -> Record:
    answer = of(record)
    bad = replace(answer.claims[0].verdict, confidence=float("nan"))
    return answered(record, replace(answer, claims=(replace(answer.claims[0], verdict=bad), *answer.claims[1:])))


def stale(records: Sequence[Record]) -> list[Record]:
    """Answers of a cache that is one case off: each is that of the case before."""
    moved = [records[-1], *records[:-1]]
    return [replace(record, answer=other.answer) for record, other in zip(records, moved, strict=True)]
