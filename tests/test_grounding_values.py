"""Numbers, dates and names of a claim beside those of its evidence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rag.grounding.findings import Finding
from rag.grounding.names import name_findings
from rag.grounding.values import value_findings
from rag.types import Support


def faults(claim: str, evidence: str, context: str = "") -> list[Finding]:
    found = [*value_findings(claim, [evidence], context), *name_findings(claim, [evidence], context)]
    return [finding for finding in found if finding.is_fault]


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("It grew to 2.5 million hectares.", "It grew to 2,483,112 hectares."),
        ("More than 100 members came.", "In all 120 members came."),
        ("Twelve boats sank.", "12 boats sank."),
        ("It rose by 14 percent.", "It rose by 14 %."),
        ("The dyke is 3.2 km long.", "The dyke is 3,200 m long."),
        ("About 290 people work there.", "287 people work there."),
        ("It opened on May 5, 2022.", "The mill opened on 5 May 2022."),
        ("It opened in 2022.", "The mill opened on 5 May 2022."),
        ("The third gate was closed.", "Gate 3 was closed."),
        ("It was built in 1895.", "It was built in the 1890s."),
        ("The price was 12,500 crowns.", "The price was 12500 crowns."),
        ("Three towns took part.", "Skarrow, Farrow and Brelm took part."),
    ],
)
def test_a_value_that_is_the_same_in_another_form_is_no_fault(claim: str, evidence: str) -> None:
    assert faults(claim, evidence) == []


@pytest.mark.parametrize(
    ("claim", "evidence", "support"),
    [
        ("It rose by 14 percent.", "It rose by 12 percent.", Support.CONTRADICTED),
        ("The ferry carries 64 passengers.", "The ferry carries 46 passengers.", Support.CONTRADICTED),
        ("It grew to 2.4 million hectares.", "It grew to 2,483,112 hectares.", Support.CONTRADICTED),
        ("The mill was built in 1958.", "The mill was built in 1985.", Support.CONTRADICTED),
        ("It took 14 hours.", "It took 14 days.", Support.CONTRADICTED),
        ("The mill was sold for 900 crowns.", "The mill was sold.", Support.UNSUPPORTED),
        ("It opened in May 2021.", "It opened in 2021.", Support.PARTLY),
    ],
)
def test_a_value_that_the_evidence_does_not_give_is_a_fault(claim: str, evidence: str, support: Support) -> None:
    assert [finding.support for finding in faults(claim, evidence)] == [support]


def test_the_reason_names_both_values() -> None:
    (fault,) = faults("It rose by 14 percent.", "It rose by 12 percent.")
    assert fault.because == "The cited passage says “12 percent”, not “14 percent”."


def test_a_year_may_stand_in_the_title() -> None:
    assert faults("The station counted 12 herons in 2022.", "The station counted 12 herons.", "Report 2022") == []


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("The WHO published it.", "The World Health Organization published it."),
        ("The World Health Organization published it.", "The WHO published it."),
        ("He met Curie in Paris.", "He met Marie Curie in Paris."),
        ("The French army left.", "The army of France left."),
        ("It is sold in the US.", "It is sold in the United States."),
        ("The town of Skarrowmouth grew.", "The town of Skarrowmoth grew."),
        ("Boats left the harbour.", "All boats left the harbour."),
        ("BRCA1 carriers are at risk.", "Carriers of BRCA 1 are at risk."),
    ],
)
def test_a_name_that_is_the_same_in_another_form_is_no_fault(claim: str, evidence: str) -> None:
    assert faults(claim, evidence) == []


def test_a_name_that_is_not_there_is_a_fault() -> None:
    (fault,) = faults("The mill was sold to Orla Fenmarch.", "The mill was sold to Anselm Torvane.")
    assert fault.support is Support.UNSUPPORTED
    assert fault.because == "“Orla Fenmarch” is not in the cited passage."


def test_another_first_name_is_another_person() -> None:
    (fault,) = faults("The prize went to Pierre Curie.", "That year the prize went to Marie Curie.")
    assert fault.support is Support.CONTRADICTED
    assert "Marie Curie" in fault.because


def test_whose_sentence_it_is_may_stand_out_of_sight() -> None:
    assert faults("Orla Fenmarch was born in Skarrow.", "She was born in Skarrow.") == []


@given(st.text(max_size=300), st.text(max_size=300))
def test_any_text_can_be_given_and_findings_stand_inside_it(claim: str, evidence: str) -> None:
    for finding in [*value_findings(claim, [evidence]), *name_findings(claim, [evidence])]:
        assert 0 <= finding.start < finding.end <= len(claim)
        assert bool(finding.because) is finding.is_fault
