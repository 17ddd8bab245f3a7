"""What a question takes for granted, read from its words.

"Why was the level raised in 2022?" asks for a reason and holds that the level was raised in 2022. "Was the level
raised?" holds nothing. No grammar is parsed: the word that asks, the first "was" or "did" behind it, and lists of
little words are enough to cut most questions.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.evidence.premise.opposites import listed, one_word
from rag.evidence.premise.times import weekdays
from rag.terms import STOP_WORDS, terms
from rag.values.dates import MONTHS

_BE = "was were is are"
_AUXILIARY = rf"(?:did|does|do|has|have|had|may|can|{_BE.replace(' ', '|')})"
_ASKS = re.compile(
    rf"""\b(?:
        (?:why|how[ ]come|when|where|since[ ]when|until[ ]when|how|whom?)
            (?P<asked>(?:[ ][\w’'-]+){{0,6}}?)[ ](?P<clause>{_AUXILIARY}\b.+)
      | (?:what|which|whose)(?P<thing>(?:[ ][\w’'-]+){{1,6}}?)[ ](?P<of_thing>{_AUXILIARY}\b.+)
      | (?:what|which)[ ](?P<of_what>(?:did|does|do)\b.+)
      | what[ ](?:has[ ]|had[ ])?(?P<cause>made|caused|led|brought)[ ](?P<caused>.+)
      | who[ ](?P<done>(?!(?:{_AUXILIARY}|will|would)\b)[\w’'-]+\b.+)
    )""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
_HOLDS_NOTHING = re.compile(
    r"\b(?:or|if|whether|would|should|could|might|will|shall|not|never|no|nobody|none|neither|without|cannot|ever)\b"
    r"|n['’]t\b|\b(?:did|does|do|was|were|is|are|has|have|had|ca|wo|could|would)nt\b",
    re.IGNORECASE,
)
_IS_SOMEBODY = re.compile(r"(?:was|were|is|are) (?!\w+ed\b)", re.IGNORECASE)
_OF_THE_READER = re.compile(rf"{_AUXILIARY} (?:i|you|we|one|they|there)\b", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
DETERMINERS = listed("the a an this that these those its his her their our my your every each any all")
"""Words that begin the name of a thing."""
PREPOSITIONS = listed(
    "of in on at for to from with by through into over under after before during since until between against as than"
    " about above below along near behind without within across around out off up down per toward towards upon onto"
    " inside outside like beyond"
)
"""Words that tie one thing to another."""
# They say little, and another sentence of the same thing does without them.
_LIGHT = frozenset(
    terms(
        "get got make made go goes went gone become became left let put take took taken give gave given come came use"
        " used happen set bring brought exactly really actually first last year years day days time times reason"
        " still always already ever so such one ones now then new kind much many long"
    )
)


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text, with phrases such as "went up" written as one."""

    text: str
    stem: str
    is_attribute: bool
    """Stands before what it describes ("the lower gate") and asserts nothing."""

    @property
    def is_name(self) -> bool:
        return self.text[:1].isupper()

    @property
    def is_little(self) -> bool:
        """Whether it is one of the words that every text has."""
        return self.text.lower() in STOP_WORDS

    @property
    def is_date(self) -> bool:
        """Whether it may belong to a date: a number, a month, a day of the week."""
        return self.text.isdigit() or self.text.lower() in MONTHS or bool(weekdays(self.text))

    @property
    def tells(self) -> bool:
        """Whether another sentence on the same thing is likely to hold it."""
        return not self.is_little and self.stem not in _LIGHT


@dataclass(frozen=True, slots=True)
class Presupposed:
    """What a question holds to be so: the clause as typed, and its words."""

    clause: str
    words: tuple[Word, ...]
    asks_for: str
    """The words before the clause: "how long", "which year"."""


def presupposed(question: str) -> Presupposed | None:
    """What the question takes for granted, or None: nothing, or what cannot be told."""
    question = " ".join(question[:_LONGEST].split())
    found = _ASKS.search(question)
    if found is None or _HOLDS_NOTHING.search(question):
        return None
    clause = next(filter(None, map(found.group, ("clause", "of_thing", "of_what", "caused", "done"))), "")
    clause = clause.rstrip("?!. ")
    asks_for = question[found.start() : question.find(clause)].strip().lower()
    if asks_for == "who" and _IS_SOMEBODY.match(clause):
        return None
    if _OF_THE_READER.match(clause) or len(clause.split()) < _FEWEST:
        return None
    return Presupposed(clause, tuple(words(clause)), asks_for)


_LONGEST = 600
_FEWEST = 2


def words(text: str) -> list[Word]:
    """The words of a text, in order."""
    found = [match.group() for match in _WORD.finditer(one_word(text))]
    return [
        Word(word, _stem(word), _is_attribute(before.lower(), after.lower()))
        for before, word, after in zip(["", *found], found, [*found[1:], ""], strict=False)
    ]


def _is_attribute(before: str, after: str) -> bool:
    return before in DETERMINERS | PREPOSITIONS and bool(after) and after not in STOP_WORDS | PREPOSITIONS


def _stem(word: str) -> str:
    return (terms(word) or [word.lower()])[0]
