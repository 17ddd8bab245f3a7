"""What was found for a question: the sentences of the hits, each compared with the question once.

Whoever decides over an answer reads it from here: whether it is enough, what the question takes for
granted, where documents disagree, whose opinion a sentence is, and which sentences are shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rag.evidence.matches import Match, matched
from rag.evidence.quotes import Quote, quotes_of
from rag.evidence.weighing import SHOWN_MARGIN, weigh
from rag.models import Embedder
from rag.types import Hit

__all__ = ["SHOWN_MARGIN", "Choice", "Evidence", "Quote", "gather"]

_MATCHED = 6  # sentences whose passages the words of the question are looked for in


@dataclass(frozen=True, slots=True)
class Choice:
    """A sentence of a hit and how well it may answer."""

    quote: Quote
    score: float
    cosine: float
    """Nearness of the question and the sentence with its title and heading, in [-1, 1]; of its passage, where the
    sentence is not among the likeliest."""
    coverage: float
    """Share of the question's terms that sentence and title hold, each counted by its rarity."""
    of_kind: bool
    """Whether it holds what is asked for: a number, a date, a name, a reason."""
    answering: float = 0.0
    """How likely the small model finds that the answer begins in it, in [0, 1]; 0 where it was not asked."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The hits of one question, and their sentences that can be an answer, best first."""

    question: str
    hits: tuple[Hit, ...]
    choices: tuple[Choice, ...]
    words: tuple[Match, ...] = ()
    """The telling words of the question, as the passage meets them that meets them best."""


def gather(question: str, hits: Sequence[Hit], embedder: Embedder, rarity: Callable[[str], float]) -> Evidence:
    """Compares the sentences of the hits with the question.

    Headings, questions, scraps and what is addressed to a language model do not answer and are left
    out. `rarity` says how much a term tells, 0 for one that every passage has. The same question and
    hits give the same evidence.
    """
    quotes = [quote for hit in hits for quote in quotes_of(hit)]
    if not quotes:
        return Evidence(question, tuple(hits), ())
    sentences = weigh(question, quotes, embedder, rarity)
    choices = [Choice(one.quote, one.score, one.cosine, one.coverage, one.of_kind, one.answering) for one in sentences]
    passages = [one.quote.hit.passage for one in sentences[:_MATCHED]]
    nearest = np.stack([one.vector for one in sentences[:_MATCHED] if one.vector is not None])
    words = matched(question, passages, nearest, embedder, rarity)
    return Evidence(question, tuple(hits), tuple(choices), words)
