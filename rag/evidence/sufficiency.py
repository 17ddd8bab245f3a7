"""Whether what was found can answer the question: judged before anything is written."""

from __future__ import annotations

import math
import re
from collections.abc import Callable

from rag.evidence import Evidence, Quote
from rag.evidence.asking import names_a_kind, wanted_by
from rag.evidence.matches import MISSPELT, met
from rag.terms import question_words, terms
from rag.values.dates import Period, periods
from rag.values.measures import Quantity
from rag.values.quantities import quantities

# The mean of two logistic regressions. One is of nearness and coverage, on whole public sets, each question once
# with and once without its passage. The other is of all but coverage, on small libraries drawn from those sets, with
# near misses: a name, a number, a year or a noun of the question changed. `python -m evals.training.sufficiency`
# makes the second and the mean, which is as good as the first where nothing is near, and as the second on near misses.
_WEIGHTS = (5.46, 0.93, 1.06, 4.91, 1.70)
_CONSTANT = -4.21
ENOUGH = 0.3
"""Below an even chance: a wrong refusal costs the reader more than nearest sentences shown as such."""
ENOUGH_FOR_A_MODEL = 0.15
"""For a language model that reads the passages and can itself say that they do not answer."""

_BEST = 4  # sentences among which there must be a value of the kind that is asked for
_CLOSEST = 2  # sentences beside one of which each number of the question must stand
_BEFORE = 150  # characters before a sentence that count as beside it
_PRICED = re.compile(r"\b(?:prices?|costs?|fees?|pa(?:y|ys|id))\b", re.I)
_KINDS = (
    (re.compile(r"\bhow old\b", re.I), re.compile(r"\b(?:aged?|years? old|born|birthday)\b", re.I)),
    (
        re.compile(r"\bcolou?r\b", re.I),
        re.compile(
            r"\b(?:black|blue|brown|golden|gr[ae]y|green|orange|pink|purple|red|silver|violet|white|yellow)\b", re.I
        ),
    ),
)
_MISSING = 0.5  # a word of which the passage has no word that is as alike


def likelihood(evidence: Evidence) -> float:
    """How likely the passages hold the answer, in [0, 1].

    By the nearest sentence and passage, how well the passage meets all words of the question, how well the one
    it meets least, how much nearer the question would be without the words that lead away, and the share of its
    terms that the best sentence has.
    """
    if not evidence.choices:
        return 0.0
    logit = sum(weight * value for weight, value in zip(_WEIGHTS, features(evidence), strict=True))
    return 1.0 / (1.0 + math.exp(-(logit + _CONSTANT)))


def features(evidence: Evidence) -> tuple[float, float, float, float, float]:
    """What the likelihood is computed from: nearness, the weakest likeness, how well all is met, loss, coverage."""
    nearest = max((*(choice.cosine for choice in evidence.choices[:1]), *(hit.cosine for hit in evidence.hits)))
    likenesses = [match.likeness for match in evidence.words] or [1.0]
    telling = [match.telling for match in evidence.words] or [1.0]
    loss = sum(min(match.gain, 0.0) for match in evidence.words)
    coverage = evidence.choices[0].coverage if evidence.choices else 0.0
    return nearest, min(likenesses), met(likenesses, telling), loss, coverage


def is_enough(evidence: Evidence, passages_with: Callable[[str], int], enough: float = ENOUGH) -> bool:
    """Whether to answer. Not where the question turns on a name or a number that no document has.

    Nor where a number of the question, such as a year, does not stand beside what comes nearest, or where that
    holds no value of the kind that is asked for. `passages_with` says how many passages have a term. A name that
    is misspelt by one letter is no absent one.
    """
    if lacks_a_number(evidence) or lacks_the_kind(evidence) or _names_what_is_absent(evidence, passages_with):
        return False
    return likelihood(evidence) >= enough


def may_be_enough(evidence: Evidence, passages_with: Callable[[str], int]) -> bool:
    """Whether to ask a language model, which reads the passages and can itself say that they do not answer."""
    return not _names_what_is_absent(evidence, passages_with) and likelihood(evidence) >= ENOUGH_FOR_A_MODEL


def _names_what_is_absent(evidence: Evidence, passages_with: Callable[[str], int]) -> bool:
    misspelt = {match.word for match in evidence.words if match.likeness == MISSPELT}
    absent = absent_words(evidence.question, passages_with)
    return any(_is_telling(word, evidence.question) for word in absent if word not in misspelt)


def lacks_a_number(evidence: Evidence) -> bool:
    """Whether the numbers of the question stand neither in nor shortly before nor above any of the best sentences."""
    asked = {match.word.lower() for match in evidence.words if match.is_number}
    return bool(asked) and not any(asked <= _beside(choice.quote) for choice in evidence.choices[:_CLOSEST])


def _beside(quote: Quote) -> set[str]:
    passage = quote.hit.passage
    end = quote.end - passage.start
    text = passage.text[max(0, quote.start - passage.start - _BEFORE) : end]
    return {*terms(" ".join([passage.title, *passage.headings, passage.source, text]))}


def lacks_the_kind(evidence: Evidence) -> bool:
    """Whether the best sentences hold no value, age, colour or person of the kind that is asked for."""
    question, best = evidence.question, [choice.quote.text for choice in evidence.choices[:_BEST]]
    for asks, holds in _KINDS:
        if asks.search(question):
            return not any(holds.search(text) for text in best)
    if not names_a_kind(question):
        return False
    suits, said = wanted_by(question), question.lower()
    for text in best:
        values: list[Quantity | Period] = [*quantities(text), *periods(text)]
        priced = _PRICED.search(text) and _PRICED.search(question)  # in a table the currency stands elsewhere
        for value in values:
            bare = isinstance(value, Quantity) and not value.unit and priced
            if (bare or suits(value)) and text[value.start : value.end].lower() not in said:
                return False
    return True


def missing(evidence: Evidence) -> list[str]:
    """The telling words of the question, as typed, that the passage which meets it best has nothing like.

    In the question's order, for a refusal to name. Some may stand elsewhere in the library.
    """
    return [match.word for match in evidence.words if match.likeness < _MISSING]


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
