"""The figures of a judge, with the arithmetic visible."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.metrics import (
    Array,
    alarms_drawn,
    auroc,
    auroc_drawn,
    balanced_accuracy,
    balanced_drawn,
    brier,
    calibration_error,
    drawn,
    false_alarms,
    flag_f1,
    interval,
    misses,
    misses_drawn,
    wilson,
)
from evals.training.splits import fold_of, is_held_out

ROWS = st.lists(st.tuples(st.booleans(), st.sampled_from([0.0, 0.2, 0.5, 0.5001, 0.9, 1.0])), min_size=1, max_size=30)


def columns(rows: list[tuple[bool, float]]) -> tuple[Array, Array]:
    return np.array([float(label) for label, _ in rows]), np.array([score for _, score in rows])


def test_auroc_counts_the_pairs_that_stand_in_the_right_order() -> None:
    labels, scores = np.array([1.0, 1.0, 0.0, 0.0]), np.array([0.9, 0.4, 0.4, 0.1])
    # 0.9 is above both, 0.4 is above 0.1 and ties with 0.4: (2 + 1 + 0.5) of 4 pairs.
    assert auroc(labels, scores) == pytest.approx(3.5 / 4)


@given(ROWS)
def test_auroc_is_the_share_of_pairs_whatever_the_scores(rows: list[tuple[bool, float]]) -> None:
    labels, scores = columns(rows)
    pairs = [(a > b) + (a == b) / 2 for a in scores[labels > 0.5] for b in scores[labels < 0.5]]
    assert auroc(labels, scores) == (pytest.approx(sum(pairs) / len(pairs)) if pairs else None)


def test_auroc_balanced_accuracy_f1_and_brier_are_those_of_scikit_learn() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = np.random.default_rng(1)
    labels, scores = chance.integers(0, 2, 300).astype(float), chance.integers(0, 20, 300) / 20
    said = (scores > 0.6).astype(float)
    assert auroc(labels, scores) == pytest.approx(sklearn.roc_auc_score(labels, scores))
    assert balanced_accuracy(labels, said) == pytest.approx(sklearn.balanced_accuracy_score(labels, said))
    assert flag_f1(labels, said) == pytest.approx(sklearn.f1_score(labels, said, pos_label=0))
    assert brier(labels, scores) == pytest.approx(sklearn.brier_score_loss(labels, scores))


def test_a_drawn_sample_has_the_auroc_of_its_items_as_often_as_they_are_drawn() -> None:
    sklearn = pytest.importorskip("sklearn.metrics")
    chance = np.random.default_rng(2)
    labels, scores = chance.integers(0, 2, 60).astype(float), chance.integers(0, 9, 60) / 9
    weights = drawn([f"group {number // 4}" for number in range(60)], samples=20)
    for row, value in zip(weights, auroc_drawn(labels, scores, weights), strict=True):
        again = np.repeat(np.arange(60), row.astype(int))
        assert value == pytest.approx(sklearn.roc_auc_score(labels[again], scores[again]))


def test_misses_are_of_the_unsupported_and_false_alarms_of_the_supported() -> None:
    labels, said = np.array([1.0, 1.0, 1.0, 1.0, 0.0, 0.0]), np.array([1.0, 1.0, 1.0, 0.0, 0.0, 1.0])
    assert misses(labels, said) == pytest.approx(1 / 2)
    assert false_alarms(labels, said) == pytest.approx(1 / 4)
    assert balanced_accuracy(labels, said) == pytest.approx((1 / 2 + 3 / 4) / 2)
    # Two are flagged, of which one rightly; two are unsupported.
    assert flag_f1(labels, said) == pytest.approx(2 * 1 / (2 + 2))


def test_to_flag_all_and_to_flag_none_have_balanced_accuracy_one_half() -> None:
    labels = np.array([1.0, 0.0, 0.0, 0.0, 0.0])
    assert balanced_accuracy(labels, np.zeros(5)) == 0.5
    assert balanced_accuracy(labels, np.ones(5)) == 0.5
    # And yet to flag all has a good F1: four of five are unsupported.
    assert flag_f1(labels, np.zeros(5)) == pytest.approx(8 / 9)
    assert flag_f1(labels, np.ones(5)) == 0.0


@pytest.mark.parametrize("label", [0.0, 1.0])
def test_of_one_label_there_is_no_auroc_and_no_nan(label: float) -> None:
    labels, scores = np.full(3, label), np.array([0.1, 0.5, 0.9])
    assert auroc(labels, scores) is None
    assert balanced_accuracy(labels, np.ones(3)) is None
    assert misses(labels, np.ones(3)) == (1.0 if label == 0.0 else None)
    assert false_alarms(labels, np.ones(3)) == (None if label == 0.0 else 0.0)
    weights = drawn(["a", "b", "c"], samples=10)
    assert interval(auroc_drawn(labels, scores, weights)) is None
    assert interval(balanced_drawn(labels, np.ones(3), weights)) is None


def test_of_nothing_there_is_no_figure() -> None:
    nothing = np.zeros(0)
    assert auroc(nothing, nothing) is None
    assert balanced_accuracy(nothing, nothing) is None
    assert flag_f1(nothing, nothing) is None
    assert wilson(0, 0) is None


def test_brier_and_calibration() -> None:
    labels, scores = np.array([1.0, 0.0, 1.0, 0.0]), np.array([0.95, 0.95, 0.15, 0.15])
    assert brier(labels, scores) == pytest.approx((0.05**2 + 0.95**2 + 0.85**2 + 0.15**2) / 4)
    # Two bins of two: half of each is true, the scores say 0.95 and 0.15.
    assert calibration_error(labels, scores) == pytest.approx(0.5 * 0.45 + 0.5 * 0.35)
    # With the second bin counted for nothing, the first is all there is.
    assert calibration_error(labels, scores, np.array([1.0, 1.0, 0.0, 0.0])) == pytest.approx(0.45)


def test_a_score_of_one_is_in_the_last_bin() -> None:
    assert calibration_error(np.array([1.0, 1.0]), np.array([1.0, 1.0])) == 0.0
    assert calibration_error(np.array([0.0, 1.0]), np.array([1.0, 0.9])) == pytest.approx(abs(0.5 - 0.95))


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(0, 60) == pytest.approx((0.0, 0.0602), abs=0.0005)
    assert wilson(60, 60) == pytest.approx((0.9398, 1.0), abs=0.0005)
    # The worked example of 81 in 263, as in Newcombe (1998), table I.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=0.00005)


@given(st.integers(1, 400).flatmap(lambda total: st.tuples(st.integers(0, total), st.just(total))))
def test_a_share_lies_in_its_interval(counts: tuple[int, int]) -> None:
    low, high = wilson(*counts) or (math.nan, math.nan)
    assert 0.0 <= low <= counts[0] / counts[1] <= high <= 1.0


def test_groups_are_drawn_whole_and_as_many_as_there_are() -> None:
    weights = drawn(["a", "a", "b", "c"], samples=50)
    assert weights.shape == (50, 4)
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 1] + weights[:, 2] + weights[:, 3] == 3).all()


def test_items_of_few_groups_have_a_wider_interval_than_as_many_items_alone() -> None:
    labels = np.zeros(200)
    said = np.repeat([0.0, 1.0], 100)
    few, many = (interval(misses_drawn(labels, said, drawn([f"g{n // size}" for n in range(200)]))) for size in (50, 1))
    assert few is not None
    assert many is not None
    # Of 200 single items, one standard error is sqrt(0.5 * 0.5 / 200) = 0.035; of 4 groups, sqrt(0.5 * 0.5 / 4) = 0.25.
    assert many[1] - many[0] == pytest.approx(2 * 1.96 * math.sqrt(0.25 / 200), rel=0.1)
    assert few == (0.0, 1.0)


def test_a_single_group_has_no_interval() -> None:
    weights = drawn(["a", "a", "a"])
    assert interval(alarms_drawn(np.ones(3), np.array([0.0, 1.0, 1.0]), weights)) is None


def test_intervals_are_the_same_each_time() -> None:
    assert (drawn(["a", "b", "c"]) == drawn(["a", "b", "c"])).all()
    assert (drawn(["a", "b", "c"], seed=1) != drawn(["a", "b", "c"])).any()


def test_a_quarter_of_the_groups_is_held_out_and_its_folds_are_of_one_size() -> None:
    groups = [f"group {number}" for number in range(4000)]
    held = [group for group in groups if is_held_out(group)]
    assert 0.22 < len(held) / len(groups) < 0.28
    sizes = [sum(fold_of(group, 5) == fold for group in held) for fold in range(5)]
    assert min(sizes) > 0.7 * max(sizes)
