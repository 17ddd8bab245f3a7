"""What is settled before a judge is asked: words that stand there, and languages."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rag.grounding.judges import Pair
from rag.grounding.prepared import PreparedJudge
from rag.types import Support, Verdict


class Told:
    """A judge that says of everything that it was asked."""

    name = "told"

    def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        return [Verdict(Support.PARTLY, 0.5, "Asked.", self.name, 0.5) for _ in pairs]


def settled(claim: str, *evidence: str) -> Verdict:
    return PreparedJudge(Told()).verdicts([Pair(claim, evidence)])[0]


@pytest.mark.parametrize(
    "evidence",
    [
        "The mill was sold.",
        "Nobody came. The mill\n was sold! It rained.",
        "1. The mill was sold.\n\n2. It rained.",
        "It rained.\n\nThe mill was sold\n\nNobody came.",
    ],
)
def test_a_sentence_that_stands_there_is_supported(evidence: str) -> None:
    assert settled("the mill was sold.", "Nothing.", evidence).support is Support.SUPPORTED


@pytest.mark.parametrize(
    "evidence",
    [
        "The mill was sold? Nobody knows.",
        "The claim “The mill was sold.” is false.",
        "He denied: The mill was sold.",
        "It is not true that the mill was sold.",
        "The mill was sold only in part.",
    ],
)
def test_words_that_are_part_of_another_sentence_are_left_to_the_judge(evidence: str) -> None:
    assert settled("The mill was sold.", evidence).because == "Asked."


def test_an_abbreviation_ends_no_sentence() -> None:
    assert settled("Smith left.", "It is false that Mr. Smith left.").because == "Asked."


def test_a_claim_in_another_script_is_supported_where_it_stands_and_else_not_checked() -> None:
    assert (
        settled("船は1958年に建造された。", "昔。船は1958年に建造された。後で売られた。").support is Support.SUPPORTED
    )
    assert settled("船は古い。", "昔。船は1958年に建造された。").support is Support.UNCHECKED


def test_evidence_in_another_language_is_not_checked() -> None:
    german = "Die Fähre wurde im Jahr 1958 gebaut und fährt seitdem jeden Tag von der Stadt nach der Insel."
    assert settled("The ferry was built in 1958.", german).because == "Not checked: language (of the source: German)."
    assert settled("The ferry was built in 1958.", german, "It was built then.").because == "Asked."
