"""Whether what was found can answer the question: judged before anything is written."""

from __future__ import annotations

import math
from collections.abc import Callable

from rag.evidence import Evidence
from rag.terms import question_words

# A logistic regression on questions of three data sets, each question once with and once without the
# passage that answers it, the sets weighted alike; `python -m evals.answers` measures what it decides.
_NEARNESS = 7.9
_COVERAGE = 3.4
_CONSTANT = -6.6
ENOUGH = 0.3
"""Below an even chance: a wrong refusal costs the reader more than nearest sentences shown as such."""


def likelihood(evidence: Evidence) -> float:
    """How likely the passages hold the answer, in [0, 1]: by the nearest sentence and passage."""
    if not evidence.choices:
        return 0.0
    best = evidence.choices[0]
    nearest = max(best.cosine, *(hit.cosine for hit in evidence.hits))
    logit = _NEARNESS * nearest + _COVERAGE * best.coverage + _CONSTANT
    return 1.0 / (1.0 + math.exp(-logit))


def is_enough(evidence: Evidence, passages_with: Callable[[str], int]) -> bool:
    """Whether to answer. Not where the question turns on a name or a number that no document has."""
    absent = absent_words(evidence.question, passages_with)
    if any(_is_telling(word, evidence.question) for word in absent):
        return False
    return likelihood(evidence) >= ENOUGH


def absent_words(question: str, passages_with: Callable[[str], int]) -> list[str]:
    """The telling words of the question, as typed, of which no document has any form."""
    words = question_words(question).items()
    return [word for word, forms in words if not any(map(passages_with, forms))]


def _is_telling(word: str, question: str) -> bool:
    """A number, or a word with a capital that the beginning of a sentence does not explain."""
    if any(character.isdigit() for character in word):
        return True
    place = question.find(word)
    return word[:1].isupper() and place > 0 and question[place - 2 : place].strip() not in {".", "?", "!", ":"}
