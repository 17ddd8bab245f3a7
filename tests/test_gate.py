"""The gate: its statistics against numbers known otherwise, its verdicts on runs made by hand."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from evals.suite import results as kept
from evals.suite.gate import Comparison, NotComparable, Verdict, compare
from evals.suite.results import Provenance, Results, UnusableResults
from evals.suite.scores import Scored
from evals.suite.statistics import clopper_pearson_upper, difference, items_needed, mean, wilson

MADE = Provenance("full", "cases", "corpus", "judge", "minilm", "", "extractive", 8, {}, "x86")
GOLD = {"n": 40.0, "balanced accuracy": 0.8}


def item(name: str, cluster: str = "", broken: Sequence[str] = (), text: str = "Yes.", **scores: float) -> Scored:
    figures = {key.replace("_", " "): value for key, value in scores.items()}
    return Scored(
        name, "number", "", cluster or name, False, "How?", "How?", text, "", figures, tuple(broken), 0.5, 0.1
    )


def run(values: Sequence[float], figure: str = "evidence cited", clusters: Sequence[str] = ()) -> Results:
    """A run of one figure, one case a value."""
    items = tuple(
        replace(item(f"c{n}", clusters[n] if clusters else ""), scores={figure: value})
        for n, value in enumerate(values)
    )
    return Results(MADE, len(items), items, {}, GOLD, 1.0, 100.0)


def verdict(now: Sequence[float], before: Sequence[float]) -> Verdict:
    return compare(run(now), run(before)).verdict


# -- statistics


def test_the_interval_of_a_share_is_that_of_clopper_and_pearson() -> None:
    # With no failure the bound is 1 - .05 ** (1 / n): the "rule of three".
    for n, bound in ((60, 0.0487), (150, 0.0198), (300, 0.0099)):
        assert clopper_pearson_upper(0, n) == pytest.approx(1 - 0.05 ** (1 / n), abs=1e-9)
        assert clopper_pearson_upper(0, n) == pytest.approx(bound, abs=1e-4)
    assert clopper_pearson_upper(5, 5) == 1.0


def test_the_score_interval_of_nine_in_ten() -> None:
    assert wilson(9, 10) == pytest.approx((0.5958, 0.9821), abs=1e-3)  # Wilson (1927)
    assert wilson(0, 0) == (0.0, 1.0)


def test_cases_of_one_document_are_drawn_together() -> None:
    chance = random.Random(1)
    values = [float(chance.random() < 0.5) for _ in range(20) for _ in range(1)]
    repeated = [value for value in values for _ in range(5)]
    alone = mean(repeated, [str(number) for number in range(100)])
    together = mean(repeated, [str(number // 5) for number in range(100)])
    assert alone.value == together.value == sum(values) / 20
    # Five copies of one value tell no more than one: the interval is some sqrt(5) times as wide.
    assert (together.high - together.low) / (alone.high - alone.low) == pytest.approx(5**0.5, rel=0.2)


def test_a_difference_is_paired_by_case_and_its_p_value_is_never_0() -> None:
    before = {f"c{n}": 1.0 for n in range(50)}
    after = dict.fromkeys(before, 0.0)
    found = difference(before, after, {name: name for name in before})
    assert (found.value, found.low, found.high, found.n) == (-1.0, -1.0, -1.0, 50)
    assert found.p_worse == 1 / 2001


def test_what_can_be_detected_is_as_the_normal_approximation_says() -> None:
    # 300 cases of which one in ten changes, half up and half down: 2.4865 * sqrt(.1 / 300) = .0454 (one-sided .05, .8).
    deltas = {f"c{n}": (1.0 if n % 20 == 0 else -1.0 if n % 20 == 10 else 0.0) for n in range(300)}
    found = difference(dict.fromkeys(deltas, 0.0), deltas, {name: name for name in deltas})
    assert found.detectable == pytest.approx(2.4865 * (0.1 / 300) ** 0.5, rel=0.06)
    assert items_needed(0.0454, 0.1**0.5) == pytest.approx(300, abs=2)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0, 1), min_size=1, max_size=40))
def test_a_mean_lies_in_its_interval_and_both_between_the_values(values: list[float]) -> None:
    found = mean(values, [str(number % 7) for number in range(len(values))])
    assert min(values) - 1e-9 <= found.low <= found.high <= max(values) + 1e-9
    assert np.isclose(found.value, sum(values) / len(values))


# -- verdicts


def test_the_same_run_passes_without_a_change() -> None:
    found = compare(run([1, 0, 1, 1] * 20), run([1, 0, 1, 1] * 20))
    assert (found.verdict, found.exit_status, found.flips) == (Verdict.PASS, 0, ())


def test_a_loss_that_is_no_chance_fails() -> None:
    found = compare(run([0.0] * 30 + [1.0] * 50), run([1.0] * 80))
    assert (found.verdict, found.exit_status) == (Verdict.FAIL, 1)
    assert found.because.startswith("evidence cited: it fell by 0.375")
    assert len(found.flips) == 30
    assert all(flip.is_worse for flip in found.flips)


def test_a_loss_that_may_be_chance_is_inconclusive_and_says_how_many_cases_would_decide() -> None:
    before = [1.0] * 40 + [0.0] * 40
    now = [0.0] * 4 + [1.0] * 36 + [1.0] * 3 + [0.0] * 37  # four lost, three won
    found = compare(run(now), run(before))
    assert (found.verdict, found.exit_status) == (Verdict.INCONCLUSIVE, 3)
    assert "more cases would" in found.because


def test_a_leap_upwards_is_looked_at() -> None:
    assert verdict([1.0] * 80, [0.5] * 80) is Verdict.INCONCLUSIVE


def test_a_figure_below_its_floor_fails_whatever_was_before() -> None:
    assert verdict([0.1] * 80, [0.1] * 80) is Verdict.FAIL  # the floor of "evidence cited" is 0.3
    assert compare(run([0.1] * 80), None).verdict is Verdict.FAIL


def test_few_cases_are_shown_and_gate_nothing() -> None:
    found = compare(run([0.0] * 29), run([1.0] * 29))
    assert [row.verdict for row in found.rows] == [Verdict.SHOWN]
    assert found.verdict is Verdict.PASS


def test_a_broken_invariant_fails_though_every_figure_rose() -> None:
    good = run([1.0] * 40)
    bad = replace(good, items=(replace(good.items[0], broken=("a quote is false",)), *good.items[1:]))
    found = compare(bad, good)
    assert (found.verdict, found.broken) == (Verdict.FAIL, ("c0: a quote is false",))


def test_a_case_that_is_missing_twice_or_without_a_number_fails() -> None:
    good = run([1.0] * 40)
    assert "39 of 40 cases are scored" in compare(replace(good, items=good.items[1:]), good).broken
    twice = replace(good, items=(*good.items[1:], good.items[1]))
    assert "a case is scored more than once" in compare(twice, good).broken
    bad = replace(good.items[0], scores={"evidence cited": float("nan")})
    assert "c0: a score is not a number" in compare(replace(good, items=(bad, *good.items[1:])), None).broken


def test_a_figure_that_a_case_loses_counts_as_nothing() -> None:
    good = run([1.0] * 40)
    lost = replace(good, items=tuple(replace(one, scores={}) for one in good.items[:20]) + good.items[20:])
    assert compare(lost, good).verdict is Verdict.FAIL


def test_another_judge_is_found_by_the_gold_evidence() -> None:
    good = run([1.0] * 40)
    blind = replace(good, judge_on_gold=GOLD | {"balanced accuracy": 0.5})
    assert len(compare(blind, good).broken) == 2  # below the floor, and another than before
    moved = replace(good, judge_on_gold=GOLD | {"balanced accuracy": 0.75})
    assert compare(moved, good).broken == ("the judge is another: balanced accuracy was 0.800 and is 0.750",)


@pytest.mark.parametrize("field", ["suite", "cases", "corpus"])
def test_a_baseline_of_something_else_is_refused_and_not_compared(field: str) -> None:
    good = run([1.0] * 40)
    other = replace(good, provenance=replace(MADE, **{field: "other"}))  # type: ignore[arg-type]
    with pytest.raises(NotComparable, match=rf"baseline is of an?other (\w+ )?{field}|of other {field}"):
        compare(good, other)


def test_equal_runs_never_fail_however_they_are_drawn() -> None:
    """Under no difference but noise, a gate at .05 over its figures fails about one run in twenty at most."""
    chance = random.Random(3)
    failed = 0
    for _ in range(100):
        before = [float(chance.random() < 0.7) for _ in range(100)]
        now = [value if chance.random() < 0.9 else float(chance.random() < 0.7) for value in before]
        failed += verdict(now, before) is Verdict.FAIL
    assert failed <= 10


# -- the file


def test_results_are_written_and_read_as_they_were(tmp_path: Path) -> None:
    made = run([0.25, 1.0])
    kept.write(made, tmp_path / "r.json")
    assert kept.read(tmp_path / "r.json") == made  # a quarter has few digits
    assert json.loads((tmp_path / "r.json").read_text())["figures"]["evidence cited"]["value"] == 0.625


def test_a_run_does_not_differ_from_itself_once_it_is_written(tmp_path: Path) -> None:
    made = run([1 / 3, 2 / 3, 1 / 7] * 20)
    kept.write(made, tmp_path / "r.json")
    assert compare(made, kept.read(tmp_path / "r.json")).flips == ()


def test_no_number_is_not_written_as_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Out of range float"):
        kept.write(run([float("nan")]), tmp_path / "r.json")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "make it with `python -m evals run"),
        ("{", "cannot be read as results"),
        ("[]", "schema None"),
        ('{"schema": 99}', "schema 99, and 1 is wanted"),
        ('{"schema": 1}', "damaged"),
        ('{"schema": 1, "seconds": NaN}', "NaN is no score"),
    ],
)
def test_a_file_that_is_no_results_says_what_to_do(tmp_path: Path, text: str | None, said: str) -> None:
    if text is not None:
        (tmp_path / "r.json").write_text(text)
    with pytest.raises(UnusableResults, match=said):
        kept.read(tmp_path / "r.json")


def test_a_comparison_is_one_of_three_exit_statuses() -> None:
    statuses = {
        v: Comparison(v, "", (), (), ()).exit_status for v in (Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE)
    }
    assert list(statuses.values()) == [0, 1, 3]
