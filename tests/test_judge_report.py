"""The figures of a judge, on sets that are made here."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from judging import TEXTS, Constant, Words, crossed, item, kept_back, put

import rag
from evals.judge import as_json, card_of
from evals.judging.claim_alone import claims_alone
from evals.judging.edited import change, limit_at, measure_edits
from evals.judging.labelled import foreign, judged, measure, pooled, shuffled
from evals.judging.latency import latency
from evals.judging.report import report
from evals.judging.sets import LabelledSet, load
from evals.judging.texts import texts_of
from evals.training.splits import is_held_out
from evals.training.true_sentences import true_sentences


@pytest.fixture
def data(tmp_path: Path) -> Path:
    put(tmp_path / "ground" / "qags.jsonl.gz", crossed())
    return tmp_path / "ground"


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    put(tmp_path / "texts" / "made.jsonl.gz", kept_back())
    return tmp_path / "texts"


def test_a_judge_that_is_right_has_full_marks_on_a_small_set(data: Path) -> None:
    card = card_of(Words(), [load(data, "qags")])
    one = card["sets"]["qags"]
    assert (one["n"], one["groups"], one["supported"]) == (25, 5, 0.2)
    assert (one["auroc"], one["balanced_accuracy"], one["misses"], one["false_alarms"]) == (1.0, 1.0, 0.0, 0.0)
    assert one["auroc_interval"] == (1.0, 1.0)
    assert card["misses_of_ten_unsupported"] == 0.0
    assert one["said_by_label"]["supported"] == {"n": 5, "SUPPORTED": 1.0}
    assert one["controls"]["foreign_evidence"]["flagged"] is not None


@pytest.mark.parametrize(("support", "missed"), [(rag.Support.SUPPORTED, 1.0), (rag.Support.PARTLY, 0.0)])
def test_a_judge_that_always_says_the_same_is_no_better_than_chance(
    data: Path, support: rag.Support, missed: float
) -> None:
    one = card_of(Constant(support, 0.4), [load(data, "qags")])["sets"]["qags"]
    assert (one["auroc"], one["balanced_accuracy"]) == (0.5, 0.5)
    assert (one["misses"], one["false_alarms"]) == (missed, 1.0 - missed)
    row = "never_flag" if missed else "always_flag"
    assert one["controls"][row] == {key: one[key] for key in ("balanced_accuracy", "misses", "false_alarms", "flag_f1")}
    assert one["controls"]["foreign_evidence"]["flagged"] == 1.0 - missed


def test_what_a_judge_does_not_score_counts_as_neither_and_is_told_of(data: Path) -> None:
    card = card_of(Constant(rag.Support.UNCHECKED, None), [load(data, "qags")])
    one = card["sets"]["qags"]
    assert one["unscored"] == 25
    assert one["brier"] == 0.25
    assert one["false_alarms"] == 1.0
    assert "qags: 25 without a score, counted as 0.5" in list(report(card))


@pytest.mark.parametrize("score", [float("nan"), 1.5])
def test_a_score_that_is_none_stops_the_measuring(score: float) -> None:
    with pytest.raises(RuntimeError, match="gave the score"):
        judged(Constant(rag.Support.SUPPORTED, score), [("a", ("b",))])


def test_a_set_of_one_label_has_no_auroc_and_the_report_says_so() -> None:
    items = tuple(item(text, text, group=text) for text in TEXTS)
    card = card_of(Words(), [LabelledSet("qags", items, items, len(items))])
    assert card["sets"]["qags"]["auroc"] is None
    assert card["sets"]["qags"]["misses"] is None
    assert card["misses_of_ten_unsupported"] is None
    assert "qags: all labels are the same, so that there is no AUROC" in list(report(card))
    assert "NaN" not in as_json(card)


def test_the_best_source_of_a_claim_counts(tmp_path: Path) -> None:
    rows: list[dict[str, object]] = [
        {"claim": TEXTS[0], "source": source, "label": 1, "group": "g", "claim_id": "c", "label3": "supported"}
        for source in TEXTS[:3]
    ]
    rows.append({"claim": TEXTS[3], "source": TEXTS[1], "label": 0, "group": "h", "claim_id": "d"})
    put(tmp_path / "qags.jsonl.gz", rows)
    labelled = load(tmp_path, "qags")
    assert sorted(len(one.sources) for one in labelled.measured) == [1, 3]
    assert measure(Words(), labelled).figures["false_alarms"] == 0.0
    found = judged(Words(), [(TEXTS[0], (TEXTS[2], TEXTS[0])), (TEXTS[0], (TEXTS[1], TEXTS[2]))])
    assert found.said.tolist() == [1.0, 0.0]


def test_one_claim_with_two_labels_is_malformed(tmp_path: Path) -> None:
    row = {"claim": "a", "source": "b", "group": "g", "claim_id": "c"}
    put(tmp_path / "wice.jsonl.gz", [{**row, "label": 1}, {**row, "label": 0}])
    with pytest.raises(ValueError, match="line 2: claim_id 'c' has another claim, label or group"):
        load(tmp_path, "wice")


def test_of_a_set_that_was_trained_on_only_groups_kept_back_are_measured(tmp_path: Path) -> None:
    rows = [{"claim": "a", "source": "b", "label": 1, "group": f"g{number}"} for number in range(100)]
    for name in ("scifact", "qags"):
        put(tmp_path / f"{name}.jsonl.gz", rows)
    kept = load(tmp_path, "scifact")
    assert all(is_held_out(one.group) for one in kept.measured)
    assert 10 < len(kept.measured) < 40
    assert len(kept.items) == 100
    assert len(load(tmp_path, "scifact", everything=True).measured) == 100
    assert len(load(tmp_path, "qags").measured) == 100


def test_a_large_set_is_sampled_by_whole_groups(tmp_path: Path) -> None:
    rows = [{"claim": "a", "source": "b", "label": 1, "group": f"g{number // 7}"} for number in range(70)]
    put(tmp_path / "qags.jsonl.gz", rows)
    sampled = load(tmp_path, "qags", most=30)
    groups = [one.group for one in sampled.measured]
    assert len(groups) == 28
    assert sampled.of == 70
    assert all(groups.count(group) == 7 for group in groups)
    assert sampled == load(tmp_path, "qags", most=30)


def test_foreign_evidence_is_of_another_group() -> None:
    items = [item(text, text, group=text[:7]) for text in TEXTS]
    sources = {one.claim: one.sources for one in items}
    pairs = list(shuffled(items))
    assert len(pairs) == len(items)
    assert all(found != sources[claim] for claim, found in pairs)
    assert foreign(Words(), items)["flagged"] == 1.0
    alone = foreign(Words(), [item("a", "b")])
    assert alone == {"n": 0, "flagged": None, "interval": None}


def test_claims_that_give_themselves_away_are_found_without_evidence() -> None:
    items = [item(f"thing {n} is never so", "x", supported=False, group=f"f{n}") for n in range(30)]
    items += [item(f"thing {n} is so", "x", group=f"t{n}") for n in range(30)]
    scores = claims_alone(items, items)
    assert max(scores[:30]) < min(scores[30:])
    assert claims_alone(items[:1], items[:1]) == [0.0]  # nothing is learnt from its own group


def test_sets_weigh_alike_when_they_are_pooled() -> None:
    def of(size: int, missed: int) -> LabelledSet:
        false = [item(TEXTS[0], TEXTS[0] if n < missed else "x", supported=False, group=f"g{n}") for n in range(size)]
        return LabelledSet("qags", tuple(false), tuple(false), size)

    parts = {"a": measure(Words(), of(10, 5)), "b": measure(Words(), of(40, 0))}
    assert pooled(parts)["misses"] == pytest.approx((5 / 10 + 0 / 40) / 2)
    assert pooled({}) == {}


def test_the_limit_leaves_at_most_one_in_twenty_true_claims_below() -> None:
    true = np.arange(100) / 100
    assert limit_at(true) == 0.05
    assert (true < limit_at(true)).mean() <= 0.05
    ties = np.array([0.2] * 10 + [0.9] * 90)
    assert (ties < limit_at(ties)).mean() == 0.0  # all ten or none: none
    assert limit_at(np.zeros(0)) == 0.0


def test_edits_are_found_where_the_judge_can_see_them(texts: Path) -> None:
    made = change(texts_of(texts), 10)
    figures: dict[str, Any] = measure_edits(Words(), made)
    assert figures["unedited"]["flagged"] == 0.0
    assert figures["edits"]["number"]["n"] > 0
    assert figures["edits"]["number"]["flagged"] > 0.5
    assert figures["edits"]["number"]["marked"] == 1.0
    assert figures["edits"]["negation"]["flagged"] == 0.0  # words alone do not show it
    assert figures["sentence_alone"]["identical"]["supported"] == 1.0
    assert figures["sentence_alone"]["negated"]["flagged"] == 0.0
    assert sum(one["n"] for one in figures["edits_by_text"].values()) == sum(
        one["n"] for one in figures["edits"].values()
    )


def test_what_is_made_is_the_same_each_time_and_of_texts_kept_back(texts: Path) -> None:
    assert change(texts_of(texts), 5) == change(texts_of(texts), 5)
    put(texts / "other.jsonl.gz", [{"_id": str(number), "text": f"Text {number}."} for number in range(100)])
    assert texts_of(texts)["other"] == [f"Text {number}." for number in range(100) if is_held_out(str(number))]


def test_a_sentence_is_in_its_passage_and_comes_once() -> None:
    found = list(true_sentences({"made": TEXTS, "none": []}, 3))
    assert len(found) == 10
    assert len({sentence.text for sentence in found}) == 10
    for sentence in found:
        assert sentence.text in sentence.passage
        assert any(sentence.passage in text for text in TEXTS)
        assert all(other not in sentence.passage for other in sentence.others)


def test_the_time_is_measured_or_nothing_is_said() -> None:
    answer, pair = latency(Words(), {"made": TEXTS * 10}) or (None, None)
    assert answer is not None
    assert pair is not None
    assert 0.0 < answer.p50 <= answer.p95
    assert pair.p50 < answer.p50
    assert latency(Words(), {"made": ["Too short."]}) is None
