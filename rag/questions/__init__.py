"""Questions that a sentence plainly answers: when, who, how many, how much, where, and what something is.

A question is made of the sentence's own words, by few patterns that always read well. A sentence that leans on what
stands before it ("It was opened in 1931.") makes none. All patterns are English: other languages make none either.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rag.questions.patterns import (
    BY,
    CAME,
    CLEAN,
    COSTS,
    COUNT,
    DID,
    DID_RESOLVE,
    DID_THEN,
    ENUMERATED,
    HOLDS,
    IS,
    IS_A,
    IS_OPEN,
    IS_PRICED,
    LIES,
    NAME,
    NAME_IS,
    PERSON,
    RELATES,
    TAKES_PLACE,
    WAS_DONE,
    YEAR,
)
from rag.questions.words import (
    BARRED,
    COUNTED,
    COUNTS,
    DONE,
    ENDING,
    HAPPENED,
    LOOSE,
    PEOPLE,
    PRICE,
    RELATIONS,
    RESOLVED,
    SMALL,
    THINGS,
    UNITS,
    VAGUE,
)
from rag.sentences import sentences
from rag.types import Passage

_SHORTEST, _LONGEST = 20, 300  # characters of a sentence


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the words that answer it: the document's text from `start` to `end`."""

    text: str
    start: int
    end: int


def questions_of(passage: Passage) -> Iterator[Question]:
    """The questions that single sentences of the passage answer, in their order."""
    names = frozenset(NAME.findall(passage.text))
    for start, end in sentences(passage.text):
        said = " ".join(passage.text[start:end].split())
        said = ENUMERATED.sub("", said, count=1) if ENUMERATED.match(said) else said
        if _SHORTEST <= len(said) <= _LONGEST and CLEAN.fullmatch(said):
            for question in dict.fromkeys(_asked(said, names)):
                yield Question(question, passage.start + start, passage.start + end)


def _asked(said: str, names: frozenset[str]) -> Iterator[str]:
    """Questions of one sentence. `names`: the words that have a capital within sentences, and so are names."""
    for ask in (_when, _who, _how_many, _what):
        yield from ask(said, names)


def _when(said: str, names: frozenset[str]) -> Iterator[str]:
    if (found := WAS_DONE.match(said)) and _is_free(found["rest"]) and (subject := _subject(found, names)):
        yield f"When {found['be']} {subject} {found['how']}{found['did']}?"
    if (found := DID_RESOLVE.match(said)) and _is_free(found["rest"]) and (subject := _subject(found, names)):
        yield f"When did {subject} {RESOLVED[found['did']]} to{found['rest']}?"
    if (found := TAKES_PLACE.match(said)) and (subject := _subject(found, names)):
        verb = "take place" if found["did"] == "takes place" else found["did"].removesuffix("s")
        yield f"When does {subject} {verb}?"
    if (found := IS_OPEN.match(said)) and (subject := _subject(found, names)):
        yield f"When is {subject} open?"
    for pattern in (DID, DID_THEN):
        found = pattern.match(said)
        if found is None or not _is_free(found["rest"]) or not (subject := _subject(found, names)):
            continue
        if "by" in found["rest"].split():
            continue
        bare = not found["rest"] or found["rest"].split()[0] in SMALL - {"the", "a", "an"}
        verb = (HAPPENED if bare else DONE).get(found["did"])
        if verb:
            yield f"When did {subject} {verb}{found['rest']}?"


def _who(said: str, names: frozenset[str]) -> Iterator[str]:
    if (found := BY.match(said)) and (subject := _subject(found, names)):
        yield f"Who {found['how']}{'wrote' if found['did'] == 'written' else found['did']} {subject}?"
    if (found := PERSON.match(said)) and _is_free(found["rest"]) and _is_telling(found["rest"].split()):
        first = found["rest"].split()[0]
        if first in ("the", "a", "an") or first[0].isupper():
            yield f"Who {found['did']}{found['rest']}?"


def _how_many(said: str, names: frozenset[str]) -> Iterator[str]:
    for pattern, verbs, did in ((COUNT, COUNTED, "did"), (HOLDS, COUNTS, "does")):
        found = pattern.match(said)
        if found and _is_countable(found["what"]) and _is_free(found["rest"]) and (subject := _subject(found, names)):
            yield f"How many {found['what']} {did} {subject} {verbs[found['did']]}{found['rest']}?"
    if (found := CAME.match(said)) and _is_countable(found["what"]) and _is_free(found["rest"]):
        then = f" in {found['year']}" if found["year"] and not re.search(YEAR, found["rest"]) else ""
        if _is_telling(found["rest"].split()):
            yield f"How many {found['what']} {found['did'].lower()}{found['rest']}{then}?"
    if (found := COSTS.match(said)) and (subject := _subject(found, names)):
        yield f"How much does {subject} cost?"
    if (found := IS_PRICED.match(said)) and PRICE & {*found["subject"].split()} and (subject := _subject(found, names)):
        yield f"How much is {subject}?"


def _what(said: str, names: frozenset[str]) -> Iterator[str]:
    if (found := LIES.match(said)) and (subject := _subject(found, names)):
        yield f"Where is {subject}?"
    if found := IS.match(said):
        yield f"What {found['be']} {_inside(found['subject'])}?"
    if (found := IS_A.match(said)) and _is_kind(found["subject"].lower().split()):
        yield f"What is {_inside(found['subject'])}?"
    if found := RELATES.match(said):
        kind = found["subject"].startswith(("A ", "An ")) and _is_kind(found["subject"].lower().split())
        subject = _inside(found["subject"]) if kind else _subject(found, names)
        verb = found["does"].split()[0]
        ask = verb if verb in ("is", "are") else "does" if verb.endswith("s") else "do"
        if " " in subject:
            yield f"What {ask} {subject} {RELATIONS[found['does']]}?"
    if (found := NAME_IS.match(said)) and (subject := _subject(found, names)):
        kind = next((word for word in found["kind"].split() if word in PEOPLE | THINGS | ENDING), "")
        if kind in PEOPLE or (found["aside"] or "").startswith(" (born "):
            yield f"Who is {subject}?"
        elif kind in THINGS:
            yield f"What is {subject}?"


# -- words that can stand by themselves


def _subject(found: re.Match[str], names: frozenset[str]) -> str:
    """The subject as it stands within a question; "" where it says too little by itself."""
    words = found["subject"].split()
    if not _is_free(found["subject"]) or words[-1].lower() in SMALL or found["subject"].endswith(("'", "’")):
        return ""
    if words[0].lower() == "the":
        return _inside(found["subject"]) if _is_telling(words[1:]) else ""
    if not all(word[0].isupper() for word in words):  # of a pattern that looks past capitals
        return ""
    named = len(words) > 1 or words[0] in names or (words[0].isupper() and len(words[0]) > 1)
    return found["subject"] if named and words[0].lower() not in SMALL else ""


def _is_free(text: str) -> bool:
    """Whether the words lean on nothing that stands elsewhere."""
    return not BARRED & {*text.lower().split()}


def _is_telling(words: list[str]) -> bool:
    """Whether the words name something: by a capital or a figure, or by two words that are not vague."""
    proper = any(word[0].isupper() or word[0].isdigit() for word in words)
    return proper or sum(word.lower() not in VAGUE | SMALL for word in words) > 1


def _is_kind(words: list[str]) -> bool:
    """Whether the words are those of a kind of thing, with no judgement of it."""
    return not {*words} & (LOOSE | VAGUE | BARRED | SMALL - {"a", "an", "the"}) and not any(
        word.endswith("est") for word in words
    )


def _is_countable(what: str) -> bool:
    return not {*what.split()} & (UNITS | SMALL | BARRED)


def _inside(subject: str) -> str:
    """The words as they stand within a sentence: an article in a small letter."""
    first, _, rest = subject.partition(" ")
    return f"{first.lower()} {rest}" if first in ("The", "A", "An") else subject
