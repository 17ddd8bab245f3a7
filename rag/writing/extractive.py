"""The writer that needs no language model: it chooses one to four sentences from the documents."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from rag.citations import Quote
from rag.models import Embedder
from rag.sentences import sentences
from rag.terms import question_terms, terms
from rag.types import Hit

MOST_SENTENCES = 4


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence and how well it answers: the score, and what it is made of."""

    quote: Quote
    score: float
    cosine: float
    coverage: float
    kind: float


class ExtractiveWriter:
    """Chooses sentences of the hits. The same question and hits give the same choice."""

    name = "extractive"

    def __init__(self, embedder: Embedder) -> None:
        self._embedder = embedder

    def choose(self, question: str, hits: Sequence[Hit], most: int = MOST_SENTENCES) -> list[Choice]:
        return self.scored(question, hits)[:most]

    def scored(self, question: str, hits: Sequence[Hit]) -> list[Choice]:
        quotes = [
            Quote(hit, hit.passage.start + start, hit.passage.start + end)
            for hit in hits
            for start, end in sentences(hit.passage.text)
        ]
        vector = self._embedder.embed_question(question)
        near = self._embedder.embed_passages([quote.text for quote in quotes]) @ vector
        asked = set(question_terms(question))
        choices = []
        for quote, cosine in zip(quotes, near, strict=True):
            coverage = len(asked & set(terms(quote.text))) / max(1, len(asked))
            score = float(cosine) + 0.3 * coverage + 0.3 * quote.hit.score
            choices.append(Choice(quote, score, float(cosine), coverage, 0.0))
        return sorted(choices, key=lambda choice: -choice.score)
