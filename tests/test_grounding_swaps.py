"""What stands in the claim where another value or name belongs, though the evidence has it elsewhere."""

from __future__ import annotations

import pytest

from rag.grounding.findings import Kind
from rag.grounding.own import findings_of

PASSAGE = (
    "The Tide House at Orlo was opened by Senna Trobisk in 1987 after four years of work. "
    "Ingrid Solvei repaired its north wall in 2004. Lenka Marsh has kept the archive there since 2011."
)


def swaps(claim: str, *evidence: str) -> list[str]:
    return [found.because for found in findings_of(claim, evidence or (PASSAGE,), "") if found.kind is Kind.SWAP]


def test_a_year_of_another_sentence_is_found_in_the_wrong_place() -> None:
    claim = "The Tide House at Orlo was opened by Senna Trobisk in 2004 after four years of work."
    assert swaps(claim) == ["In this place the cited passage says “1987”, not “2004”."]


def test_a_name_of_another_sentence_is_found_in_the_wrong_place() -> None:
    claim = "The Tide House at Orlo was opened by Ingrid Solvei in 1987 after four years of work."
    assert swaps(claim) == ["In this place the cited passage says “Senna Trobisk”, not “Ingrid Solvei”."]


@pytest.mark.parametrize(
    "claim",
    [
        "The Tide House at Orlo was opened by Senna Trobisk in 1987 after four years of work.",
        "Senna Trobisk opened the Tide House at Orlo in 1987, and its north wall was repaired in 2004.",
        "Lenka Marsh has kept the archive of the Tide House since 2011.",
    ],
)
def test_what_is_said_in_other_words_or_of_two_sentences_is_no_swap(claim: str) -> None:
    assert swaps(claim) == []


def test_an_acronym_may_stand_for_its_name() -> None:
    passage = "The World Tide Council (WTC) met at Orlo in 1999 with the harbour masters. The WTC closed in 2004."
    assert swaps("The WTC met at Orlo in 1999 with the harbour masters.", passage) == []


def test_a_value_that_is_nowhere_is_left_to_the_rule_on_values() -> None:
    claim = "The Tide House at Orlo was opened by Senna Trobisk in 1931 after four years of work."
    found = [finding for finding in findings_of(claim, (PASSAGE,), "") if finding.is_fault]
    assert [finding.kind for finding in found] == [Kind.DATE]
