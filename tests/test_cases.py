"""The cases over the sample corpus are what they say they are: enough of them, and every quote in its document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from rag.library import Library

CASES = Path(__file__).parents[1] / "evals" / "cases"
FEWEST = {
    "answerable.jsonl": 60,
    "unanswerable.jsonl": 60,
    "follow_ups.jsonl": 60,
    "false_premise.jsonl": 30,
    "disagreement.jsonl": 24,
    "opinion.jsonl": 24,
}


def rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def quotes(value: Any) -> Iterator[tuple[str, str]]:
    """Each source with a quote of it, wherever in a case they stand."""
    if isinstance(value, dict):
        if value.get("source") and value.get("quote"):
            yield value["source"], value["quote"]
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from quotes(inner)


@pytest.mark.parametrize("name", FEWEST)
def test_there_are_enough_cases_each_with_a_name_of_its_own(name: str) -> None:
    ids = [row["id"] for row in rows(name)]
    assert len(ids) >= FEWEST[name]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("name", FEWEST)
def test_every_quote_stands_in_its_document_word_for_word(name: str, station: Library) -> None:
    texts: dict[str, str] = {}
    missing = []
    for source, quote in quotes(rows(name)):
        if source not in texts:
            texts[source] = station.document(source).text
        if quote not in texts[source]:
            missing.append((source, quote))
    assert missing == []


def test_the_unanswerable_are_near_misses_for_the_most_part() -> None:
    kinds = [row["kind"] for row in rows("unanswerable.jsonl")]
    assert sum(kind.startswith("near miss") for kind in kinds) >= 60
