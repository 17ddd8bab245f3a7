"""A question → the passages that may answer it, from both indexes, best first.

Scores of the two channels are made comparable and added with weights (a convex sum). Bruch, Gai and
Ingber, "An Analysis of Fusion Functions for Hybrid Retrieval" (2023), found this better than
reciprocal ranks; `python -m evals.retrieval` prints both channels and the sum for any data set.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from rag.instructions import is_mostly_instructions, marked
from rag.models import Embedder, Reranker
from rag.store import Store
from rag.terms import numbers, question_words, terms, whole_characters
from rag.types import Hit, Passage

DENSE_WEIGHT = 0.55
ALSO_WEIGHT = 0.15  # of a question in other words; chosen on half of the follow-ups of evals/cases
_CANDIDATES = 150  # taken from each channel
_RERANKED = 30  # given to the reranker
_ROUNDS = 5  # of looking for orders to language models among the best
_SAME = 0.9  # share of common terms from which two passages count as one


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage id that a channel found, with what each channel says of it."""

    passage_id: str
    cosine: float
    bm25: float
    dense_rank: int | None
    lexical_rank: int | None


Fused = tuple[Candidate, float]
"""A candidate with its fused score."""


class Search:
    """Finds passages of one store."""

    def __init__(self, store: Store, embedder: Embedder, reranker: Reranker | None = None) -> None:
        self._store = store
        self._embedder = embedder
        self._reranker = reranker

    def __call__(
        self,
        question: str,
        k: int = 8,
        sources: str = "",
        metadata: Mapping[str, str] | None = None,
        also: str = "",
        documents: Collection[str] = (),
    ) -> list[Hit]:
        """The best `k` passages, best first, near-duplicates once.

        `sources` is a glob over sources, `metadata` values that a document must have, `documents` the ids of
        those that are searched (none: all). Any text is a question; an empty one finds nothing. `also` is the
        same question in other words, such as those it was typed in before it was made to stand alone: what it
        finds is added (see `added`), and the cosine and ranks of a hit are then the better of both. A reranker
        reads `question` only.
        """
        question, also = whole_characters(question), whole_characters(also)
        if not question.strip() or k < 1:
            return []
        among = self.among(sources, metadata, documents)
        if among == []:
            return []
        wordings = [question, also] if is_telling(also, question) else [question]
        found = [self.candidates(wording, max(_CANDIDATES, k), among) for wording in wordings]
        passages = self._store.catalogue.passages(list({c.passage_id for candidates in found for c in candidates}))
        hits, orders = self._trusted(found, passages, k)
        if self._reranker is not None:
            hits = self._rerank(self._reranker, question, hits)
        return [*hits, *orders][:k]

    def among(
        self, sources: str = "", metadata: Mapping[str, str] | None = None, documents: Collection[str] = ()
    ) -> list[str] | None:
        """The ids of the documents that all three allow; None: all."""
        wanted = {whole_characters(key): whole_characters(value) for key, value in (metadata or {}).items()}
        if not sources and not wanted:
            return sorted({*documents}) or None
        allowed = self._store.catalogue.select(whole_characters(sources), wanted)
        return sorted({*allowed} & {*documents}) if documents else allowed

    def _trusted(
        self, found: Sequence[Sequence[Candidate]], passages: Mapping[str, Passage], k: int
    ) -> tuple[list[Hit], list[Hit]]:
        """The best hits, and apart from them those that give orders to a language model.

        Scores are relative to the best and worst candidate, so whoever gives orders is taken out before they are
        reckoned: it moves no other passage.
        """
        most = k if self._reranker is None else max(k, _RERANKED)
        orders: dict[str, Hit] = {}
        for _ in range(_ROUNDS):
            kept = [[c for c in candidates if c.passage_id not in orders] for candidates in found]
            fused = fuse(kept[0]) if len(kept) == 1 else added(fuse(kept[0]), fuse(kept[1]), k)
            hits = marked(_distinct((_hit(c, score, passages) for c, score in fused if c.passage_id in passages), most))
            fresh = {hit.passage.id: hit for hit in hits if is_mostly_instructions(hit)}
            if not fresh:
                break
            orders |= fresh
        return [hit for hit in hits if hit.passage.id not in orders], list(orders.values())

    def candidates(self, question: str, depth: int, among: Sequence[str] | None = None) -> list[Candidate]:
        """What either channel finds among its best `depth`. Every cosine is exact."""
        vector = self._embedder.embed_question(question)
        dense = self._store.dense.nearest(vector, depth, among)
        lexical = self._store.lexical.best(question, depth, among)
        cosines = dict(dense)
        only_lexical = [passage_id for passage_id, _ in lexical if passage_id not in cosines]
        stored = self._store.catalogue.vectors.of_passages(only_lexical)
        cosines.update((passage_id, float(np.dot(vector, v))) for passage_id, v in stored.items())
        bm25 = dict(lexical)
        dense_rank = {passage_id: rank for rank, (passage_id, _) in enumerate(dense, start=1)}
        lexical_rank = {passage_id: rank for rank, (passage_id, _) in enumerate(lexical, start=1)}
        return [
            Candidate(
                passage_id,
                cosine,
                bm25.get(passage_id, 0.0),
                dense_rank.get(passage_id),
                lexical_rank.get(passage_id),
            )
            for passage_id, cosine in cosines.items()
        ]

    @staticmethod
    def _rerank(reranker: Reranker, question: str, hits: Sequence[Hit]) -> list[Hit]:
        scores = reranker.score(question, [hit.passage.text for hit in hits])
        scored = (replace(hit, reranked=score) for hit, score in zip(hits, scores, strict=True))
        return sorted(scored, key=lambda hit: -(hit.reranked or 0.0))


def _hit(candidate: Candidate, score: float, passages: Mapping[str, Passage]) -> Hit:
    passage = passages[candidate.passage_id]
    return Hit(passage, score, candidate.dense_rank, candidate.lexical_rank, cosine=candidate.cosine)


def fuse(candidates: Sequence[Candidate], dense_weight: float = DENSE_WEIGHT) -> list[Fused]:
    """Candidates with their fused scores in [0, 1], best first; equal scores by id."""
    if not candidates:
        return []
    cosines = [candidate.cosine for candidate in candidates]
    lowest, span = min(cosines), max(cosines) - min(cosines)
    highest = max(candidate.bm25 for candidate in candidates)
    scored = []
    for candidate in candidates:
        near = (candidate.cosine - lowest) / span if span else 1.0
        words = candidate.bm25 / highest if highest else 0.0
        scored.append((candidate, dense_weight * near + (1.0 - dense_weight) * words))
    return sorted(scored, key=lambda pair: (-pair[1], pair[0].passage_id))


def is_telling(also: str, question: str) -> bool:
    """Whether a question in other words is worth a search of its own: not if it is the same, nor "why?"."""
    return " ".join(also.split()) != " ".join(question.split()) and bool(question_words(also))


def added(found: Sequence[Fused], also: Sequence[Fused], k: int) -> list[Fused]:
    """What two wordings of a question find, best first: their scores in a weighted sum.

    A sum alone would lose the answer wherever the first wording is wrong, since it must weigh more. So the
    second's best has the last of the `k` places if the sum gives it none.
    """
    scores = {candidate.passage_id: (1.0 - ALSO_WEIGHT) * score for candidate, score in found}
    candidates = {candidate.passage_id: candidate for candidate, _ in found}
    for candidate, score in also:
        known = candidates.get(candidate.passage_id)
        candidates[candidate.passage_id] = _better(known, candidate) if known else candidate
        scores[candidate.passage_id] = scores.get(candidate.passage_id, 0.0) + ALSO_WEIGHT * score
    ranked = sorted(scores, key=lambda passage_id: (-scores[passage_id], passage_id))
    best = also[0][0].passage_id if also else ""
    if k > 1 and best not in ranked[: k - 1] and best:
        ranked.remove(best)
        ranked.insert(k - 1, best)
    return [(candidates[passage_id], scores[passage_id]) for passage_id in ranked]


def _better(one: Candidate, other: Candidate) -> Candidate:
    return Candidate(
        one.passage_id,
        max(one.cosine, other.cosine),
        max(one.bm25, other.bm25),
        min((rank for rank in (one.dense_rank, other.dense_rank) if rank), default=None),
        min((rank for rank in (one.lexical_rank, other.lexical_rank) if rank), default=None),
    )


def _distinct(hits: Iterable[Hit], k: int) -> list[Hit]:
    """The first `k` hits of which no two say the same."""
    kept: list[Hit] = []
    seen: list[tuple[frozenset[str], list[str]]] = []
    for hit in hits:
        words, figures = _gist(hit.passage)
        if any(figures == others and _overlap(words, before) >= _SAME for before, others in seen):
            continue
        kept.append(hit)
        seen.append((words, figures))
        if len(kept) == k:
            break
    return kept


def _gist(passage: Passage) -> tuple[frozenset[str], list[str]]:
    # Numbers apart: two years' reports may share every word and differ in the one figure asked for.
    return frozenset(terms(passage.text)), numbers(passage.text)


def _overlap(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / max(1, len(one | other))
