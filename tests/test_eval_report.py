"""The report of a run in a real browser: what it says first, what can be opened, that nothing in it runs or loads."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from evaluated import TEXT, case, claim, passage, record, refused
from hostile import HOSTILE

import rag
from evals.suite.gate import Comparison, compare
from evals.suite.records import Record
from evals.suite.report import read_proof, write_all
from evals.suite.report.curves import area_under, by_threshold, risk_and_coverage
from evals.suite.report.funnel import STAGES, funnel, lost_at
from evals.suite.results import Provenance, Results, UnusableResults
from evals.suite.scores import Referee, Scored, score_all

LONG, BUILT = "The pier is 30 m long.", "It was built in 1931."
MADE = Provenance("full", "cases", "corpus", "judge", "minilm", "", "extractive", 8, {"numpy": "2"}, "x86")


class Nobody:
    name = "nobody"

    def verdicts(self, pairs: Any) -> list[rag.Verdict]:
        return [rag.Verdict(rag.Support.UNSUPPORTED, 1.0, "-", self.name) for _ in pairs]


def document_of(name: str) -> rag.Document:
    return rag.Document("pier.txt", "The pier", TEXT, "txt")


def named(one: Record, name: str, **fields: Any) -> Record:
    return replace(one, case=replace(one.case, id=name, **fields))


def results_of(records: list[Record]) -> Results:
    items = score_all(records, Referee(Nobody(), records), document_of)
    gold = {"n": 2.0, "balanced accuracy": 0.8}
    return Results(MADE, len(records), items, {"always refuses": {"recall@5": 0.0}}, gold, 1.0, 100.0)


@pytest.fixture
def records() -> list[Record]:
    hostile = named(record(claim(LONG, said=f"It is long {HOSTILE}")), "c-hostile", question=f"How {HOSTILE}?")
    return [
        named(record(claim(LONG), claim(BUILT, 2)), "c-right"),
        named(record(claim(BUILT)), "c-wrong", kind="date"),
        named(refused(), "c-refused"),
        hostile,
    ]


@pytest.fixture
def compared(records: list[Record]) -> tuple[Results, Results, Comparison]:
    """A run of which one answer is worse than in the baseline."""
    now = results_of(records)
    before = results_of([records[0], named(record(claim(LONG)), "c-wrong", kind="date"), *records[2:]])
    return now, before, compare(now, before)


PROOF = {
    "trials": [
        {"name": "quotes forged", "named": "not those of", "star": True, "killed": True, "verdict": "FAIL", "moved": [],
         "because": "-"}
    ],
    "power": [{"share": 0.0, "failed": 0.0, "not_passed": 0.0}, {"share": 0.2, "failed": 1.0, "not_passed": 1.0}],
}  # fmt: skip


@pytest.fixture
def page(
    tmp_path: Path, records: list[Record], compared: tuple[Results, Results, Comparison], browser: Any
) -> Iterator[Any]:
    now, before, comparison = compared
    write_all(tmp_path, now, comparison, records, before, PROOF, rag.judge_card())
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("console", lambda message: said.append(message.text))
    page.goto((tmp_path / "report.html").as_uri())
    yield page
    assert page.evaluate("window.harm") is None
    assert said == []
    assert asked == [(tmp_path / "report.html").as_uri()]
    context.close()


def test_the_verdict_comes_first_and_the_worse_case_is_shown_side_by_side(page: Any) -> None:
    assert page.locator("h1").text_content() == "PASS"
    flip = page.locator(".flip")
    assert "worse c-wrong" in " ".join(flip.locator("summary").text_content().split())
    flip.locator("summary").click()
    assert flip.locator("del").first.is_visible()
    assert "evidence cited: 1.00 → 0.00" in flip.text_content()


def test_a_case_shows_its_answer_its_gold_and_opens_a_footnote(page: Any) -> None:
    one = page.locator(".case").first
    one.locator("summary").first.click()
    assert "The pier is 30 m long." in one.locator(".answer .said").text_content()
    assert "30 m" in one.text_content().split("Must be stated:")[1]
    one.locator(".said .chip").first.click()
    note = one.locator(".note").first
    note.wait_for()
    assert "pier.txt" in note.text_content()


def test_cases_are_found_by_words_kind_outcome_and_where_they_were_lost(page: Any) -> None:
    page.fill("#find", "1931")
    assert page.locator(".case:visible").count() == 2
    page.fill("#find", "")
    page.select_option("#kind", "date")
    assert page.locator("#count").text_content() == "1 of 4 cases"
    page.select_option("#kind", "")
    page.select_option("#outcome", "refused")
    assert page.locator(".case:visible code").first.text_content() == "c-refused"
    page.select_option("#outcome", "")
    page.click("button[data-lost='answered']")
    assert page.locator("#count").text_content() == "1 of 4 cases, lost at “answered”"


def test_hostile_words_are_only_words(page: Any) -> None:
    assert HOSTILE[:10] in page.locator(".case").nth(3).text_content()
    assert page.locator("img, iframe, object, embed, link").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_report(page: Any, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page.emulate_media(color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    found = Axe().run(page, options={"resultTypes": ["violations"], "preload": False}).response["violations"]
    grave = [(each["id"], each["nodes"][0]["html"]) for each in found if each["impact"] in ("serious", "critical")]
    assert grave == []


def test_machines_read_the_same(
    tmp_path: Path, records: list[Record], compared: tuple[Results, Results, Comparison]
) -> None:
    now, before, comparison = compared
    write_all(tmp_path, now, comparison, records, before)
    cases = ElementTree.parse(tmp_path / "junit.xml").getroot().findall("testsuite[@name='cases']/testcase")
    failed = [one.get("name", "")[:7] for one in cases if one.find("failure") is not None]
    assert failed == ["c-wrong"]
    assert "**Worse: 1 cases**" in (tmp_path / "summary.md").read_text()
    with (tmp_path / "cases.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["id"] for row in rows] == ["c-right", "c-wrong", "c-refused", "c-hostile"]
    assert rows[0]["evidence cited"] == "1.0"


def test_a_cell_is_no_formula(tmp_path: Path, records: list[Record]) -> None:
    evil = named(records[0], "c-evil", question="=cmd|' /C calc'!A0")
    now = results_of([evil])
    write_all(tmp_path, now, compare(now, None), [evil])
    with (tmp_path / "cases.csv").open(newline="") as file:
        assert next(csv.DictReader(file))["question"] == "'=cmd|' /C calc'!A0"


def test_a_kill_matrix_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "proof.json").write_text("[]")
    with pytest.raises(UnusableResults, match="is no kill matrix: make it with"):
        read_proof(tmp_path / "proof.json")


# -- what it counts


def test_the_funnel_counts_how_far_each_answerable_case_came(records: list[Record]) -> None:
    elsewhere = rag.Hit(passage(document="x"), 0.5, 1, 1)
    lost = named(replace(records[0], searched=(elsewhere,)), "c-lost")
    near_miss = named(refused(case("near miss", facts=(), evidence=())), "c-miss")
    items = results_of([*records[:3], lost, near_miss]).items
    # Four can be answered: one is not found, one refused, one cites no evidence, one is right.
    assert list(funnel(items).values()) == [4, 3, 3, 2, 1, 1, 1]
    assert [lost_at(item) for item in items] == ["", "evidence cited", "answered", "found in 20", ""]
    assert set(funnel(items)) == set(STAGES)


def test_a_higher_threshold_answers_less_and_less_wrongly(records: list[Record]) -> None:
    (item,) = results_of([records[0]]).items
    wrong = replace(item, confidence=0.5, scores={"right or refused": -1.0})
    found = by_threshold([replace(item, confidence=0.9), wrong], steps=10)
    assert found["answered"][5] == (0.5, 1.0)
    assert found["answered"][6] == (0.6, 0.5)
    assert found["answered wrongly"][5:7] == [(0.5, 0.5), (0.6, 0.0)]
    assert found["answered"][10] == (1.0, 0.0)


def test_risk_rises_along_falling_confidence(records: list[Record]) -> None:
    def answered(confidence: float, right: float) -> Scored:
        (item,) = results_of([records[0]]).items
        return replace(item, confidence=confidence, scores={"right or refused": right})

    points = risk_and_coverage([answered(0.9, 1), answered(0.5, -1), answered(0.7, 1), answered(0.6, -1)])
    assert points == [(0.25, 0.0), (0.5, 0.0), (0.75, 1 / 3), (1.0, 0.5)]
    assert area_under(points) == (0 + 0 + 1 / 3 + 1 / 2) / 4
    assert area_under([]) == 0.0
