"""The words of a claim beside those of its evidence: denial, quantity, direction, roles, hedges."""

from __future__ import annotations

from time import process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rag.grounding.alignment import aligned
from rag.grounding.findings import Finding, Kind
from rag.grounding.wording import word_findings
from rag.types import Support


def faults(claim: str, evidence: str) -> list[Finding]:
    return [finding for finding in word_findings(claim, [evidence]) if finding.is_fault]


CONTRADICTED, PARTLY, UNSUPPORTED = Support.CONTRADICTED, Support.PARTLY, Support.UNSUPPORTED


@pytest.mark.parametrize(
    ("claim", "evidence", "kind", "support"),
    [
        ("The board did not approve the plan.", "The board approved the plan.", Kind.NEGATION, CONTRADICTED),
        ("The board approved the plan.", "The board never approved the plan.", Kind.NEGATION, CONTRADICTED),
        ("The crew failed to reach the harbour.", "The crew reached the harbour.", Kind.NEGATION, CONTRADICTED),
        ("The ferry runs in winter.", "The ferry doesn't run in winter.", Kind.NEGATION, CONTRADICTED),
        ("The mill is safe.", "The mill is unsafe.", Kind.NEGATION, CONTRADICTED),
        ("The plant emits smoke.", "The plant emits no smoke.", Kind.NEGATION, CONTRADICTED),
        ("Torvane is incapable of winning the cup.", "In 1987 Torvane won the cup.", Kind.NEGATION, CONTRADICTED),
        ("All members of the board agreed.", "Some members of the board agreed.", Kind.QUANTIFIER, PARTLY),
        ("No members of the board agreed.", "Most members of the board agreed.", Kind.NEGATION, CONTRADICTED),
        ("Most members of the board agreed.", "Few members of the board agreed.", Kind.QUANTIFIER, CONTRADICTED),
        ("Only the harbour master has a key.", "The harbour master has a key.", Kind.QUANTIFIER, PARTLY),
        ("The gate is rarely locked.", "The gate is locked.", Kind.QUANTIFIER, CONTRADICTED),
        ("At most five boats moor there.", "At least five boats moor there.", Kind.QUANTIFIER, CONTRADICTED),
        ("It holds exactly 40 boats.", "It holds about 40 boats.", Kind.QUANTIFIER, PARTLY),
        ("It is the largest harbour here.", "It is one of the largest harbours here.", Kind.QUANTIFIER, PARTLY),
        ("The price of eels fell in spring.", "The price of eels rose in spring.", Kind.DIRECTION, CONTRADICTED),
        ("The price of eels rose in spring.", "In spring the price of eels fell.", Kind.DIRECTION, CONTRADICTED),
        ("The gate closes before high water.", "The gate closes after high water.", Kind.DIRECTION, CONTRADICTED),
        ("Ann Hale won the election.", "Ann Hale lost the election.", Kind.DIRECTION, CONTRADICTED),
        ("Dorrick defeated Torvane.", "In the end Torvane defeated Dorrick.", Kind.ROLE, CONTRADICTED),
        ("Torvane was bought by Dorrick.", "Torvane bought Dorrick in May.", Kind.ROLE, CONTRADICTED),
        ("The road runs from Farrow to Ness.", "The road runs from Ness to Farrow.", Kind.ROLE, CONTRADICTED),
        ("The mill is larger than the barn.", "The barn is larger than the mill.", Kind.ROLE, CONTRADICTED),
        ("The mill was built before the barn.", "The barn was built before the mill.", Kind.ROLE, CONTRADICTED),
        ("Ann Hale, daughter of Tom Ross, left.", "Tom Ross, daughter of Ann Hale, left.", Kind.ROLE, CONTRADICTED),
        ("A play written by Ann Hale and staged by Tom Ross.", "A play written by Tom Ross and staged by Ann Hale.",
         Kind.ROLE, CONTRADICTED),
        ("Loss is higher in cats than in dogs.", "Loss is higher in dogs than in cats.", Kind.ROLE, CONTRADICTED),
        ("The drug reduces the risk of stroke.", "The drug may reduce the risk of stroke.", Kind.HEDGE, PARTLY),
        ("The bridge is safe.", "The engineer argues that the bridge is safe.", Kind.HEDGE, PARTLY),
        ("The bridge is safe.", "If the bolts hold, the bridge is safe.", Kind.HEDGE, PARTLY),
        ("The bridge is safe.", "Nobody said whether the bridge is safe.", Kind.HEDGE, PARTLY),
        ("The bridge is safe.", "It is not true that the bridge is safe.", Kind.HEDGE, CONTRADICTED),
        ("Smoke causes cancer of the lung.", "Smoke is associated with cancer of the lung.", Kind.HEDGE, PARTLY),
        ("The mill beside the old harbour was sold to the baker for little money.",
         "The mill beside the old harbour was sold to the guild for little money.", Kind.WORDING, UNSUPPORTED),
        ("There are more boys than girls here.", "There are more girls than boys here.", Kind.ROLE, CONTRADICTED),
    ],
)  # fmt: skip
def test_a_word_that_changes_what_is_said_is_a_fault(claim: str, evidence: str, kind: Kind, support: Support) -> None:
    assert (kind, support) in [(fault.kind, fault.support) for fault in faults(claim, evidence)]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The board approved the plan.", "On Monday the board, which met late, approved the plan."),
        ("The board did not approve the plan.", "The board didn't approve the plan."),
        ("Nobody was hurt.", "No one was hurt."),
        ("The mill is not safe.", "The mill is unsafe."),
        ("It is unclear who sold the mill.", "It is not clear who sold the mill."),
        ("The plant does not emit smoke.", "The plant emits no smoke."),
        ("The court did not deny the appeal.", "The court granted the appeal."),
        ("The work was not without risk.", "The work had risks."),
        ("The bridge opened in 1950.", "The bridge was not opened until 1950."),
        ("The board approved the plan.", "The board not only approved the plan, it paid for it."),
        ("Some members agreed.", "All members agreed."),
        ("The gate is locked every year.", "The gate is locked annually."),
        ("A few members agreed.", "Several members agreed."),
        ("The eels decreased in number.", "The eels increased less in number than the carp."),
        ("There was no increase in prices.", "Prices did not increase."),
        ("The mill is smaller than the barn.", "The barn is larger than the mill."),
        ("The barn was built after the mill.", "The mill was built before the barn."),
        ("Loss is lower in cats than in dogs.", "Loss is higher in dogs than in cats."),
        ("Torvane was defeated by Dorrick.", "Dorrick defeated Torvane."),
        ("Ann Hale met Tom Ross.", "Tom Ross met Ann Hale."),
        ("The drug may reduce the risk.", "The drug may reduce the risk."),
        ("The drug could reduce the risk.", "The drug reduces the risk."),
        ("The bridge opens in May.", "The bridge opens in May 2020."),
        ("According to Ann Hale, the bridge is safe.", "Ann Hale argues that the bridge is safe."),
        ("The prices increased in spring.", "The prices rose in spring."),
        ("The harbour centre was reorganised.", "The harbor center was reorganized."),
        ("The film was released in the nation.", "The movie was issued in the country."),
    ],
)
def test_what_is_said_in_other_words_or_more_weakly_is_no_fault(claim: str, evidence: str) -> None:
    assert faults(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("the board approved the plan", "On Monday the board approved the plan."),
        ("The “old” mill was sold.", 'In spring , the "old" mill was sold , and nobody knew .'),
    ],
)
def test_a_whole_clause_that_stands_there_is_supported(claim: str, evidence: str) -> None:
    assert [(one.kind, one.support) for one in word_findings(claim, [evidence])] == [(Kind.WORDING, Support.SUPPORTED)]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Ann Hale was mayor.", "The sister of Ann Hale was mayor."),
        ("The mill was sold.", "The mill was sold to nobody."),
        ("The mill was sold.", "Tom Ross dreamed that the mill was sold."),
        ("The loss was > 5 percent.", "The loss was < 5 percent."),
        ("5 degrees were measured.", "At night -5 degrees were measured."),
        ("The mill was sold.", "Was it true: the mill was sold?"),
    ],
)
def test_a_run_of_words_that_is_cut_from_its_sense_is_not_called_supported(claim: str, evidence: str) -> None:
    assert Support.SUPPORTED not in [finding.support for finding in word_findings(claim, [evidence])]


def test_of_two_sentences_both_must_stand_there_to_be_called_supported() -> None:
    evidence = ["The mill was sold in May. Herons nest on the island."]
    both = word_findings("The mill was sold in May. Herons nest on the island.", evidence)
    assert [finding.support for finding in both] == [Support.SUPPORTED]
    assert word_findings("The mill was sold in May. Storks breed in the tower.", evidence) == []


def test_a_statement_of_its_own_at_the_end_is_named() -> None:
    claim = "The eastern gates were closed on Monday, and the fishermen of Farrow protested loudly."
    (fault,) = faults(claim, "The eastern gates were closed on Monday.")
    assert (fault.kind, fault.support) == (Kind.WORDING, Support.PARTLY)
    assert "fishermen of Farrow protested" in fault.because


def test_a_fault_of_the_second_sentence_is_marked_where_it_stands() -> None:
    claim = "The mill was sold in May. The price of eels fell in spring."
    (fault,) = faults(claim, "The mill was sold in May. The price of eels rose in spring.")
    assert claim[fault.start : fault.end] == "fell"
    assert fault.because == "The cited passage says “rose”, not “fell”."


def test_nothing_is_said_of_texts_that_share_too_little() -> None:
    assert aligned("The mill was sold.", ["Herons nest on the island in spring."]) is None
    assert word_findings("The mill was sold.", ["Herons nest on the island in spring."]) == []


_WORDS = st.lists(
    st.sampled_from(
        "the mill not no is all some before May rose fell by than from to if said 5 , . ' ( \x00 \ud800 中文".split(" ")
    )
)


@given(st.one_of(st.text(max_size=300), _WORDS.map(" ".join)), st.one_of(st.text(max_size=300), _WORDS.map(" ".join)))
@settings(deadline=None)
def test_any_text_can_be_given_and_findings_stand_inside_it(claim: str, evidence: str) -> None:
    for finding in word_findings(claim, [evidence]):
        assert 0 <= finding.start < finding.end <= len(claim)
        assert bool(finding.because) is finding.is_fault


@pytest.mark.parametrize(
    "piece", ["a", "not ", "the mill ", "from a to ", "more than ", ". ", "\x00", "x(", "’s ", "if , "]
)
def test_long_texts_are_read_in_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    start = process_time()
    word_findings(text, [text, "the mill " + text], text)
    assert process_time() - start < 5.0
