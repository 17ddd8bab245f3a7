"""A part of a question put in the place of another of its kind: a year for a year, a name for a name."""

from __future__ import annotations

import re
from collections.abc import Sequence

from rag.rewriter.phrases import PREPOSITIONS, TIME, WORD, YEAR, Phrase, phrases
from rag.terms import question_terms, terms

FITTING = 2.5  # of `_likeness`: from here on a phrase takes another's place
_MOST_ABOUT = 16  # words carried forward behind a question
_YEAR_BESIDE = re.compile(
    r"(?:in )?(?:(?:the|a|one) )?"
    r"(?:(previous|preceding|prior|following|next) year|(two )?years? (before|earlier|after|later)(?: that)?)",
    re.IGNORECASE,
)


def about(parts: Sequence[str]) -> str:
    """What a question is about besides, to be written behind it; as many of the parts as are read at a glance."""
    kept: list[str] = []
    for part in parts:
        part = re.sub(r"[(),]", " ", part).strip()
        if part and sum(len(one.split()) for one in [*kept, part]) <= _MOST_ABOUT:
            kept.append(part)
    return f" (about: {', '.join(kept)})" if kept else ""


def in_place(fragment: str, question: str, besides: Sequence[str]) -> str:
    """A question without its mark, with the fragment in the place of what is of its kind, there or in `besides`.

    Where nothing is of its kind it is added: "What is the fee" and "for pupils" become "What is the fee for pupils".
    """
    behind = about(besides)
    time = time_of(fragment)
    if time:
        question = at_time(question, time)
        fragment = fragment.replace(time, " ").strip()
    wanted = next((phrase for phrase in phrases(fragment) if not phrase.is_time), None)
    if wanted is None:
        return question + behind if time else f"{question}, and {fragment}{behind}"
    places = [place for place in _parts(question) if not place.is_time]
    for part in besides:  # "and version 2?" after "(about: the probe under version 3)"
        for place in _parts(part):
            if set(terms(place.text)) & set(question_terms(wanted.text)) and not any(
                place.text in one.text for one in places
            ):
                changed = part[: place.start] + wanted.text + part[place.end :]
                return question + about([changed if one == part else one for one in besides])
    best = max(places, key=lambda place: _likeness(place, wanted), default=None)
    if best and _likeness(best, wanted) >= FITTING:
        behind = about([part for part in besides if not _alike(part, wanted)])
        return question[: _start(best, wanted)] + fragment[wanted.start :] + question[best.end :] + behind
    if wanted.preposition:
        return f"{question} {fragment}{behind}"
    return f"{question}, and {fragment}{behind}"


def time_of(asked: str) -> str:
    """The last time that it names, with its preposition."""
    found = next(reversed(list(TIME.finditer(asked))), None)
    if not found:
        return ""
    before = asked[: found.start()].split()
    preposition = f"{before[-1]} " if before and before[-1].lower() in PREPOSITIONS else ""
    return asked[found.start() - len(preposition) : found.end()]


def other_year(asked: str, before: str) -> str:
    """The year that a fragment counts from the last one before: "the year before" 2023 is 2022; else empty."""
    counted, years = _YEAR_BESIDE.fullmatch(asked), YEAR.findall(before)
    if not counted or not years or not years[-1].isdigit():
        return ""
    later = (counted[1] or counted[3]).lower() in ("following", "next", "after", "later")
    return str(int(years[-1]) + (2 if counted[2] else 1) * (1 if later else -1))


def at_time(question: str, time: str) -> str:
    """The question with another time: a year for a year, a month for a month, a date for a date."""
    preposition, _, bare = time.partition(" ") if time.partition(" ")[0].lower() in PREPOSITIONS else ("in", "", time)
    old = next(reversed(list(TIME.finditer(question))), None)
    if old is None:
        return f"{question} {preposition} {bare}"
    year, month = YEAR.search(old[0]), re.match(r"[A-Z][a-z]+", old[0])
    if YEAR.fullmatch(bare) and year and (month or year[0] == old[0]):
        return question[: old.start() + year.start()] + bare + question[old.start() + year.end() :]
    if year and not YEAR.search(bare):
        bare = f"{bare} {year[0]}"
    before = question[: old.start()]
    led = before.split()[-1:] and before.split()[-1].lower() in PREPOSITIONS
    before = before.rstrip().rpartition(" ")[0] if led else before.rstrip()
    return f"{before} {preposition} {bare}{question[old.end() :]}"


def first_word(text: str) -> str:
    """The word that a text begins with, in small letters."""
    word = WORD.match(text)
    return word[0].lower() if word else ""


def _parts(question: str) -> list[Phrase]:
    """The phrases of a question, those that "of" joins both whole and in parts."""
    parts = []
    for phrase in phrases(question):
        parts.append(phrase)
        _, of, rest = phrase.text.partition(" of ")
        if of:
            start = phrase.end - len(rest)
            parts.append(Phrase(rest, start, phrase.end, "of", "other"))
    return parts


def _likeness(place: Phrase, wanted: Phrase) -> float:
    """How well a phrase would stand in another's place: the same kind of name, determiner, number and preposition."""
    score = 1.5 * (place.is_name == wanted.is_name) + (place.is_plural == wanted.is_plural)
    score += 1.0 * (bool(place.determiner) == bool(wanted.determiner))
    score += 2.0 * bool(set(terms(place.text)) & set(question_terms(wanted.text)))
    score += 0.5 * (place.role == "subject") - 0.5 * (place.role == "counted")
    if wanted.preposition:
        score += 3.0 if place.preposition == wanted.preposition else -3.0
    return score


def _start(place: Phrase, wanted: Phrase) -> int:
    """Where in a phrase another takes its place: "version 2" takes that of "version 3" in "FP-07 version 3"."""
    shared = (
        re.search(rf"\b{re.escape(first_word(wanted.text))}\b", place.text, re.IGNORECASE)
        if not wanted.determiner
        else None
    )
    return place.start + (shared.start() if shared else 0)


def _alike(part: str, wanted: Phrase) -> bool:
    phrase = Phrase(part, 0, len(part), "", "other")
    return wanted.is_name and phrase.is_name and bool(phrase.determiner) == bool(wanted.determiner)
