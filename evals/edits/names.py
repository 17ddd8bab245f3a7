"""Edits of names: who, where and what, taken from the passage, from elsewhere, or of the same kind."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from enum import Enum

from evals.edits import Edit
from evals.edits.kinds import CITIES, COUNTRIES, FIRST_NAMES, INSTITUTIONS, NO_NAMES, PEOPLES, SIBLINGS
from evals.edits.language import is_alone, is_free, is_prose, like, untouched, with_article
from rag.types import Interval, Support

# Words with capitals in a row, "of" and its like within, or letters alone: "University of Oslo", "WHO".
_RUN = re.compile(
    r"(?<![\w’'-])(?P<run>[A-Z][a-zà-ÿ]+(?:[’'-][A-Z]?[a-zà-ÿ]+)*"
    r"(?: (?:(?:of|de|van|von|der|la|du)(?: the)? (?=[A-Z]))?[A-Z][\w’-]*[a-zà-ÿ]\.?(?![\w’'])"
    r"| [A-Z]\.(?= [A-Z])){0,4}|[A-Z]{2,6}s?)(?![\w’/-])"
)
_TITLES = frozenset(
    "Mr Mrs Ms Dr Sir Lord Lady King Queen Prince Princess President Pope Saint Captain General Professor".split()
)
_PLACED = re.compile(r"\b(?:in|at|near|from|to|across|throughout|outside|of)\s\Z")
_INITIALS = re.compile(r"[A-Z]{2,6}s?")


class Kind(Enum):
    """What a name is the name of, as far as its words show."""

    PERSON = "person"
    COUNTRY = "country"
    PEOPLE = "people"
    CITY = "city"
    INSTITUTION = "institution"
    LETTERS = "letters"
    OTHER = "other"


def entity(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """Another name of the same kind, from the passage or from elsewhere; or another of its siblings (north, south)."""
    kept = untouched(sentence)
    found = [(span, name) for span, name in names(sentence) if is_free(span, kept)]
    siblings = _siblings(sentence, kept) if is_prose(sentence) else []
    chance.shuffle(found)
    if siblings and (not found or chance.random() < 0.35):
        span, rivals = chance.choice(siblings)
        return _replaced(sentence, span, chance.choice(rivals))
    for span, name in found[:4]:
        rivals = _rivals(name, sentence, context, others, chance)
        if rivals:
            return _replaced(sentence, span, chance.choice(rivals))
    if siblings:
        span, rivals = chance.choice(siblings)
        return _replaced(sentence, span, chance.choice(rivals))
    return None


def names(text: str) -> list[tuple[Interval, str]]:
    """The names of a text. The first word of a sentence is part of one where it cannot be another word."""
    found = []
    for match in _RUN.finditer(text):
        name, start = match["run"].rstrip("."), match.start()
        first, _, rest = name.partition(" ")
        begins = start == 0 or re.search(r"[.!?:\"“`(\n*#|>]\s*\Z", text[max(0, start - 4) : start]) is not None
        while first in NO_NAMES and rest:
            start += len(first) + 1
            name, begins = rest, False
            first, _, rest = rest.partition(" ")
        if NO_NAMES & set(name.split()) or len(name) < 2 or not is_alone(text, start, start + len(name)):
            continue
        if begins and not _begins_a_name(name, text):
            continue
        found.append(((start, start + len(name)), name))
    return found


def kind_of(name: str) -> Kind:
    """What the name is the name of."""
    words = name.split()
    if _INITIALS.fullmatch(name):
        return Kind.LETTERS
    if name in COUNTRIES:
        return Kind.COUNTRY
    if name in PEOPLES:
        return Kind.PEOPLE
    if name in CITIES:
        return Kind.CITY
    if any(word in INSTITUTIONS for word in words):
        return Kind.INSTITUTION
    if (words[0] in FIRST_NAMES or words[0] in _TITLES) and len(words) in (1, 2, 3) and " of " not in name:
        return Kind.PERSON
    return Kind.OTHER


def _begins_a_name(name: str, text: str) -> bool:
    """Whether the capital at the beginning of a sentence is a name's."""
    kind = kind_of(name)
    if kind in (Kind.PERSON, Kind.COUNTRY, Kind.CITY, Kind.PEOPLE, Kind.LETTERS):
        return True
    return len(name.split()) >= 2 and " of " not in name and all(word[0].isupper() for word in name.split())


def _rivals(name: str, sentence: str, context: str, others: Sequence[str], chance: random.Random) -> list[str]:
    """Names of the same kind that are not another way to say this one."""
    kind = kind_of(name)
    near = [other for _, other in names(context[:2500])]
    far = [other for text in others for _, other in names(text)]
    own = set(name.lower().split())

    def fits(other: str) -> bool:
        words = set(other.lower().split())
        return (
            kind_of(other) is kind
            and not own & words
            and other not in sentence
            and not _abbreviates(name, other)
            and (len(other.split()) > 1) == (len(name.split()) > 1)
            and other.endswith("s") == name.endswith("s")
        )

    close = [other for other in dict.fromkeys(near) if fits(other)]
    distant = [other for other in dict.fromkeys(far) if fits(other) and other not in context]
    listed = {Kind.COUNTRY: COUNTRIES, Kind.CITY: CITIES, Kind.PEOPLE: PEOPLES}.get(kind)
    if listed:
        distant += [other for other in chance.sample(listed, 3) if other not in context]
    if kind is Kind.PERSON and not distant:
        distant = [
            other
            for other in _INVENTED
            if not set(other.lower().split()) & own and len(other.split()) == len(name.split())
        ]
    return close if close and (chance.random() < 0.6 or not distant) else distant


def _abbreviates(one: str, other: str) -> bool:
    """Whether one is the initials of the other, or begins as it does."""
    initials = ["".join(word[0] for word in name.split() if word[0].isupper()) for name in (one, other)]
    return (
        one.rstrip("s") == initials[1]
        or other.rstrip("s") == initials[0]
        or one[:4] == other[:4]
        or one in other
        or other in one
    )


def _siblings(sentence: str, kept: Sequence[Interval]) -> list[tuple[Interval, list[str]]]:
    """Words that name one of a kind, each with the others of the kind."""
    words = frozenset(re.findall(r"[A-Za-z]+", sentence))
    found = []
    for match in re.finditer(r"(?<![\w’'-])[a-z]{3,}(?![\w’'-])", sentence):
        rivals = [other for other in SIBLINGS.get(match.group(), ()) if other not in words]
        if rivals and is_free(match.span(), kept) and is_alone(sentence, *match.span()):
            found.append((match.span(), rivals))
    return found


def _replaced(sentence: str, span: Interval, by: str) -> Edit:
    start, end = span
    by = like(sentence[start:end], by)
    text = sentence[:start] + by + sentence[end:]
    text, start = with_article(text, start, by)
    return Edit("entity", text, Support.UNSUPPORTED, ((start, start + len(by)),))


_INVENTED = (
    "Harold Linden", "Margaret Osei", "Anton Verhoeven", "Priya Raman", "Carla Mendes", "Tobias Falk", "Ruth Adler",
    "Linden", "Osei", "Verhoeven", "Raman", "Mendes", "Falk", "Adler",
)  # fmt: skip
