"""Whether the documents say otherwise than a question takes for granted.

"Why was the level raised in 2022?" cannot be answered where it was lowered: the reader is told so and shown the
sentence, instead of being given reasons for what never happened.
"""

from __future__ import annotations

from dataclasses import dataclass

from rag.evidence import Evidence, Quote
from rag.evidence.premise.contradiction import contradictions
from rag.evidence.premise.opposites import alike
from rag.evidence.premise.presupposed import Presupposed, presupposed
from rag.evidence.premise.reading import Sentence
from rag.evidence.premise.statement import statement

_MOST = 2  # quotes shown instead
_CONSIDERED = 40  # sentences, best first
_ASKS_FOR_REASONS = ("why", "how", "how come")
_MOST_WORDS = 0.75  # share of the words of a premise that a sentence holds which may say it
_RELATED = 0.5  # nearness from which a sentence is worth showing where nothing was found


@dataclass(frozen=True, slots=True)
class Premise:
    """What a question takes for granted and should not: `said` tells the reader, `instead` what the documents say."""

    said: str
    instead: tuple[Quote, ...]


def false_premise(evidence: Evidence) -> Premise | None:
    """The premise of the question that the sentences found contradict, or None.

    A true premise should practically never be called false; many a false one is missed.
    """
    held = presupposed(evidence.question)
    if held is None:
        return None
    found = next(contradictions(evidence.question, held, evidence.choices[:_CONSIDERED]), None)
    if found is None:
        return None
    nearest = sorted(found.against, key=lambda sentence: -sentence.choice.cosine)
    quotes = tuple(sentence.choice.quote for sentence in nearest[:_MOST])
    if said := statement(held, found.word.text.lower()):
        return Premise(f"The question takes for granted that {said}. The documents say otherwise:", quotes)
    return Premise("The question takes something for granted that is not so. The documents say:", quotes)


def unfounded(evidence: Evidence) -> Premise | None:
    """What a question that cannot be answered takes for granted, where nothing that was found says so; else None.

    `instead` is what the documents say of the same thing, if anything is near enough.
    """
    held = presupposed(evidence.question)
    # Who was born where is asked of what nobody doubts; a reason is asked of what may never have happened.
    said = statement(held) if held and held.asks_for in _ASKS_FOR_REASONS else ""
    if held is None or not said or any(_holds(Sentence(choice), held) for choice in evidence.choices[:_CONSIDERED]):
        return None
    near = [choice for choice in evidence.choices if choice.cosine >= _RELATED]
    quotes = tuple(choice.quote for choice in sorted(near, key=lambda choice: -choice.cosine)[:_MOST])
    return Premise(f"Nothing that was found in the documents says that {said}.", quotes)


def _holds(sentence: Sentence, held: Presupposed) -> bool:
    """Whether the sentence, with what stands around it, has most words of the premise: it may say so."""
    telling = [alike(word.stem) for word in held.words if word.tells]
    around = sum(bool(same & sentence.in_context) for same in telling)
    inside = any(same & sentence.stems for same in telling)
    return inside and around >= _MOST_WORDS * len(telling)
