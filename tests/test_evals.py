"""The measures themselves, with numbers that can be checked by eye."""

from __future__ import annotations

import math

from evals.answers import folded, shows
from evals.retrieval import bootstrap, ndcg, rankings
from rag.types import Answer, Claim, Hit, Passage


def test_ndcg_is_the_gain_over_the_best_gain() -> None:
    grades = {"a": 2.0, "b": 1.0}
    got = 1 / math.log2(2) + 2 / math.log2(4)
    best = 2 / math.log2(2) + 1 / math.log2(3)
    assert math.isclose(ndcg(["b", "x", "a"], grades), got / best)
    assert ndcg(["a", "b"], grades) == 1.0
    assert ndcg([], grades) == 0.0
    assert ndcg(["a"], {}) == 0.0


def test_ndcg_counts_only_the_first_ten() -> None:
    assert ndcg([f"x{number}" for number in range(10)] + ["a"], {"a": 1.0}) == 0.0


def hit(source: str, dense: int | None, lexical: int | None) -> Hit:
    return Hit(Passage("p", "d", source, "t", 0, 1, "x"), 1.0, dense, lexical)


def test_a_document_ranks_where_its_best_passage_does() -> None:
    hits = [hit("c#a", 2, None), hit("c#b", 1, 2), hit("c#a", 3, 1)]
    assert rankings(hits) == {"dense": ["b", "a"], "lexical": ["a", "b"], "fused": ["a", "b"]}


def test_the_interval_of_equal_values_is_that_value() -> None:
    assert bootstrap([0.5] * 20, samples=50) == (0.5, 0.5)


def test_a_gold_answer_is_found_whatever_its_case_and_spacing() -> None:
    claims = (Claim("It opened on  4 May 1931.", 0, 25), Claim("It is oak.", 26, 36))
    answer = Answer("q", "q", "", claims)
    assert folded("A  b\nC") == "a b c"
    assert shows(answer, ["4 MAY 1931"])
    assert not shows(answer, ["oak"], first=1)
    assert not shows(answer, ["5 May"])
