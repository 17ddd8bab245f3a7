"""How well search finds the gold evidence, by characters of the documents. Cases to be refused are not scored."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import rag
from evals.suite.asking import DEPTH
from evals.suite.cases import Case, Quote, Span
from evals.suite.records import Record

CUTS = (1, 3, 5, 10, 20)
RELEVANT = 0.5
"""The share of a quote that a passage must hold to count as found."""


def scores(record: Record) -> Iterator[tuple[str, float]]:
    """recall@k, all evidence@k, nDCG@10 and MRR@10 of the two searches fused, and for each alone what is compared."""
    case = record.case
    if not case.is_answerable or record.answer is None:
        return
    for name, passages in rankings(record.searched).items():
        prefix = "" if name == "fused" else f"{name} "
        for cut in CUTS:
            yield f"{prefix}recall@{cut}", recall(case, passages[:cut])
        yield f"{prefix}nDCG@10", ndcg(case, passages[:10])
        yield f"{prefix}MRR@10", reciprocal_rank(case, passages[:10])
    context = [hit.passage for hit in record.answer.hits]
    yield "context recall", recall(case, context)
    yield "all evidence in context", float(all(found(group, context) for group in case.evidence))
    if case.kind == "follow-up":
        yield "follow-up found@5", float(any(found(group, context[:5]) for group in case.evidence))


def rankings(hits: Sequence[rag.Hit]) -> Mapping[str, list[rag.Passage]]:
    """The first passages by each search alone, by both fused, and reranked where a reranker is set."""
    orders = {
        "dense": sorted((hit for hit in hits if hit.dense_rank), key=lambda hit: hit.dense_rank or 0),
        "lexical": sorted((hit for hit in hits if hit.lexical_rank), key=lambda hit: hit.lexical_rank or 0),
        "fused": list(hits),
    }
    if any(hit.reranked is not None for hit in hits):
        orders["reranked"] = orders["fused"]
        orders["fused"] = sorted(hits, key=lambda hit: -hit.score)
    return {name: [hit.passage for hit in order[:DEPTH]] for name, order in orders.items()}


def recall(case: Case, passages: Sequence[rag.Passage]) -> float:
    """The mean over the groups of evidence of the share of the characters of a quote that these passages hold."""
    return sum(_held(group, passages) for group in case.evidence) / len(case.evidence)


def found(group: Sequence[Quote], passages: Sequence[rag.Passage]) -> bool:
    """Whether these passages hold half of a quote of the group."""
    return _held(group, passages) >= RELEVANT


def ndcg(case: Case, passages: Sequence[rag.Passage]) -> float:
    """Normalised discounted cumulative gain: a passage gains 1 for each group that none before it held."""
    open_groups = list(case.evidence)
    gain = 0.0
    for rank, passage in enumerate(passages, start=1):
        held = [group for group in open_groups if found(group, [passage])]
        gain += len(held) / math.log2(rank + 1)
        open_groups = [group for group in open_groups if group not in held]
    ideal = sum(1 / math.log2(rank + 1) for rank in range(1, len(case.evidence) + 1))
    return min(1.0, gain / ideal)  # one passage that holds two groups would gain more than the ideal


def reciprocal_rank(case: Case, passages: Sequence[rag.Passage]) -> float:
    """1 / the rank of the first passage that holds a group; 0: none does."""
    for rank, passage in enumerate(passages, start=1):
        if any(found(group, [passage]) for group in case.evidence):
            return 1 / rank
    return 0.0


def _held(group: Sequence[Quote], passages: Sequence[rag.Passage]) -> float:
    intervals = [(passage.document_id, passage.start, passage.end) for passage in passages]
    return max((covered(span, intervals) for quote in group for span in quote.spans), default=0.0)


def covered(span: Span, intervals: Sequence[tuple[str, int, int]]) -> float:
    """The share of a span that these intervals hold between them."""
    inside = sorted(
        (max(start, span.start), min(end, span.end))
        for document, start, end in intervals
        if span.overlap(document, start, end)
    )
    total, reached = 0, span.start
    for start, end in inside:
        total += max(0, end - max(start, reached))
        reached = max(reached, end)
    return total / (span.end - span.start)
