"""What gives away that a sentence speaks to a language model: signals, each with its reason, and their vocabulary.

A signal that no person would write to another is worth ENOUGH; one that people use as well is a HINT, and
two different hints are enough. "Ignore the above" is a hint, "cite only this table" is another. The patterns
read the sentence as `disguises.plain` gives it: lower case, straight quotes, single spaces. A space in a
pattern stands for a line break as well. Every repeat is bounded, so that the time stays linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

HINT = 1
ENOUGH = 2


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """One way of speaking to a language model."""

    name: str
    because: str
    points: int
    words: tuple[frozenset[str], ...]
    """The pattern matches only where of each of these one stands; other sentences are not looked at. What begins
    with a star stands anywhere, the others as whole words."""
    pattern: re.Pattern[str]


def signal(name: str, because: str, points: int, words: str, *patterns: str) -> Signal:
    """A signal from patterns, of which one has to match.

    `words` are separated by commas, groups of them by "&"; "rule-" stands for "rule" and "rules".
    """
    pattern = "|".join(patterns).replace(" ", r"\s")
    groups = tuple(
        frozenset(form for word in group.split(", ") for form in _forms(word)) for group in words.split(" & ")
    )
    return Signal(name, because, points, groups, re.compile(pattern, re.MULTILINE))


def _forms(word: str) -> tuple[str, ...]:
    return (word[:-1], f"{word[:-1]}s") if word.endswith("-") else (word,)


# An order begins a clause, or follows one of these. "To ignore" and "it ignores" only tell of one.
NOW = (
    r"(?:(?:^|[^\w\s'-][\s\"']{0,3})(?:always |never )?"
    r"|\b(?:please|kindly|now|then|and|just|simply|instead|you will"
    r"|(?:you|models?|llms?|chatbots?|assistants?|ai|readers|it) (?:must|should|shall)"
    r"|you (?:have|need|are required|are) to|as to|here on|line on) (?:always |never )?)"
)
MACHINE = (
    r"(?:\b(?:ai|language|foundation) (?:models?|assistants?|agents?|systems?|readers?|bots?|reviewers?)\b"
    r"|\b(?:ais?|llms?|chat ?bots?|chatgpt|gpt-?\d?|automated (?:readers?|systems?|agents?|reviewers?))\b|\ba\.i\.)"
)
ORDERS = r"(?:instructions?|prompts?|directives?|guidelines?|rules?|commands?|orders?|constraints?)"
EARLIER = r"(?:previous|prior|above|preceding|earlier|foregoing|former|original|initial|existing|system)"
DROP = r"(?:ignore|disregard|forget|override|bypass|discard)"
WHICH = r"(?:(?:all|any|every|each|of|the|these|those|your|both|other) ){0,4}"
SHOWN = r"(?:passages?|excerpts?|context|conversation|search results?|retrieved \w{1,20})"  # what only a model is shown
TEXTS = r"(?:sources?|documents?|texts?|references?|citations?|articles?|pages?)"
THIS = (
    r"(?:this|the following) "
    r"(?:text|page|document|file|passage|article|paragraph|source|table|website|site|report|footnote|paper|resume|cv)"
)
ANSWERS = r"(?:answers?|responses?|repl(?:y|ies)|outputs?|summar(?:y|ies))"
MARK = r"\[ ?\d{1,3} ?\]"
