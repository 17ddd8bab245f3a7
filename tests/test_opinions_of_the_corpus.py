"""Whose opinion the quotes of the cases are, over the sample corpus."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from rag import Hit, Passage
from rag.evidence import Quote
from rag.evidence.opinions import speaker
from rag.library import Library

CASES = Path(__file__).parents[1] / "evals" / "cases"


def cases(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (CASES / name).read_text(encoding="utf-8").splitlines()]


def speaker_of(library: Library, source: str, words: str) -> str:
    document = library.document(source)
    start = document.text.index(words)
    whole = Passage("", document.id, document.source, document.title, 0, len(document.text), document.text)
    return speaker(Quote(Hit(whole, 1.0), start, start + len(words)), document)


def test_an_opinion_keeps_its_holder(station: Library) -> None:
    lost = []
    opinions = cases("opinion.jsonl")
    for case in opinions:
        gold = case["evidence"][0][0]
        found = speaker_of(station, gold["source"], gold["quote"])
        surnames = [name.split()[-1] for name in re.split(r" and |[,;] ", case["speaker"])]
        if not any(surname in found or surname in gold["quote"] for surname in surnames):
            lost.append(case["id"])
    assert len(opinions) == 42
    assert len(lost) <= 1, lost


def test_a_fact_is_nobody_s(station: Library) -> None:
    facts = [case for case in cases("single_fact.jsonl") if case.get("detail") == "no opinion"]
    golds = {case["id"]: case["evidence"][0][0] for case in facts}
    assert len(golds) == 14
    assert [name for name, gold in golds.items() if speaker_of(station, gold["source"], gold["quote"])] == []


def test_what_plain_questions_ask_for_is_somebody_s_only_in_letters_talks_and_forewords(station: Library) -> None:
    kinds = ("single_fact", "number", "date", "table_look_up", "list")
    asked = [case for kind in kinds for case in cases(f"{kind}.jsonl") if case["id"].startswith("ans-")]
    golds = [gold for case in asked for group in case["evidence"] for gold in group]
    told = {gold["quote"] for gold in golds if speaker_of(station, gold["source"], gold["quote"])}
    assert len({gold["quote"] for gold in golds}) > 150
    assert len(told) <= 10
