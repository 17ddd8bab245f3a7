"""Roles: who did what to whom, as far as the order of the words tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

from rag.grounding.alignment import Alignment, Word, words_of
from rag.grounding.findings import Finding, Kind
from rag.grounding.synonyms import sense
from rag.types import Support

# Said of two, these are true the other way round too, or say nothing of which is which.
_EITHER_WAY = frozenset(
    "meet met marry married marries resemble equal accompany join match include contain become be have remain seem"
    " appear mean interact cooperate collaborate compete differ correlate associated related linked connected similar"
    " same equal identical adjacent near beside together between along with versus played starred features featuring"
    " featured named called known titled comprises consists friend friends partner partners brother sister cousin twin"
    " rival member".split()
)
_LINKING = frozenset("before after than over into by as".split())
_PAST = frozenset(
    "won beat beaten bought built led wrote written made sold gave given took taken held drew taught sang lent shot hit"
    " paid left sent found caught fought brought chose chosen drove told saw seen overthrew ate bit stole".split()
)
_BEING = frozenset("is are was were been be being has have had".split())
_PASSED = frozenset("the a an of is are was were be been has had".split())
_KIN = frozenset(
    "son daughter father mother wife husband nephew niece uncle aunt student teacher successor pupil".split()
)
_BY = re.compile(r"\b(?P<verb>[a-z]+) by (?P<who>(?:the )?[A-Z][\w’'-]*(?: [A-Z][\w’'-]*){0,3})")
_DETERMINERS = frozenset("the a an his her its their this that these those all some many most".split())
_BREAK = re.compile(
    r"[,;:()\[\]\"“”–—]|\b(?:and|or|but|nor|both|which|who|whom|that|while|whereas|respectively)\b", re.I
)
_REACH = 4  # words from a relation to those that it relates
_NEAR = 0.7
_FROM_TO = re.compile(r"\b[Ff]rom (?P<a>[^,.;:()]{1,50}?) to (?P<b>[\w’'-]+(?: [A-Z\d][\w’'-]*){0,3})")
_THAN = re.compile(
    r"\b(?P<more>\w+(?:er|re|ss|se)\b(?: \w+)?) (?:in|among|for|with|by|at|on) (?P<a>[^,.;:()]{1,60}?)"
    r" than (?:(?:in|among|for|with|by|at|on) )?(?P<b>(?:[\w’'-]+ ?){1,3})",
    re.IGNORECASE,
)
_PAIRS = (
    "before:after above:below over:under predecessor:successor parent:child ancestor:descendant buyer:seller won:lost"
    " north:south east:west larger:smaller bigger:smaller greater:smaller higher:lower older:younger longer:shorter"
    " faster:slower better:worse more:less more:fewer earlier:later stronger:weaker richer:poorer taller:shorter"
)
_CONVERSE: dict[str, set[str]] = {}
for _one, _other in (pair.split(":") for pair in _PAIRS.split()):
    _CONVERSE.setdefault(_one, set()).add(_other)
    _CONVERSE.setdefault(_other, set()).add(_one)


@dataclass(frozen=True, slots=True)
class _Relation:
    """A word between two that it relates."""

    word: Word
    left: tuple[Word, ...]
    right: tuple[Word, ...]
    is_passive: bool


def role_findings(claim: str, beside: Alignment) -> list[Finding]:
    """One finding where what the claim has before a verb, or before "than", the evidence has behind it, and so on."""
    if beside.coverage < _NEAR:
        return []
    given = list(_relations(beside.text, beside.given))
    for said in _relations(claim, beside.claim):
        same = [other for other in given if other.word.sense == said.word.sense]
        if same and all(_is_exchanged(said, other) for other in same):
            first, last = said.left[0].start, said.right[-1].end
            because = f"The cited passage has it the other way round: “{_shown(beside.text, same[0])}”."
            return [Finding(Kind.ROLE, first, last, Support.CONTRADICTED, because)]
    return _from_to(claim, beside.text) or _than(claim, beside) or _credits(claim, beside.text)


def is_converse(claim: str, beside: Alignment) -> bool:
    """Whether two are compared with each other in the other order: "lower in B than in A", "B came after A".

    With the opposite word that says the same.
    """
    if _crossed_by_than(claim, beside.text):
        return True
    given = list(_relations(beside.text, beside.given))
    return any(
        said.word.lower in _CONVERSE.get(other.word.lower, ()) and _is_exchanged(said, other)
        for said in _relations(claim, beside.claim)
        for other in given
    )


def _relations(text: str, words: Sequence[Word]) -> Iterator[_Relation]:
    for number, word in enumerate(words):
        if word.lower in _EITHER_WAY or word.term in _EITHER_WAY or not _relates(text, words, number):
            continue
        left, right = _side(text, words, number, -1), _side(text, words, number, 1)
        if left and right:
            behind = [other.lower for other in words[number + 1 : number + 3]]
            yield _Relation(word, left, right, "by" in behind[:1] or ("by" in behind and behind[0].endswith("ly")))


def _relates(text: str, words: Sequence[Word], number: int) -> bool:
    """Whether the word is the verb of two things, or links them: "before", "larger than", "son of"."""
    word = words[number]
    if word.lower == "than":  # other comparatives are relations themselves
        return "more" in [other.lower for other in words[max(0, number - 3) : number]]
    if word.lower in _LINKING:
        return True
    if not word.tells or not word.text.islower() or text[word.start - 1 : word.start] == "-":
        return False
    behind = words[number + 1].lower if number + 1 < len(words) else ""
    if behind in ("of", "than"):
        return True
    if word.lower.endswith("ed") or word.lower in _PAST:
        was = {other.lower for other in words[max(0, number - 2) : number]} & _BEING
        return not was or "by" in [other.lower for other in words[number + 1 : number + 3]]
    is_name = number + 1 < len(words) and words[number + 1].text[0].isupper()
    return word.lower.endswith("s") and (behind in _DETERMINERS or is_name)


def _side(text: str, words: Sequence[Word], number: int, step: int) -> tuple[Word, ...]:
    """The telling words next to the relation on one side, up to a mark or a new clause."""
    found: list[Word] = []
    last = words[number]
    for other in range(number + step, number + step * (_REACH + 1), step):
        if not 0 <= other < len(words):
            break
        word = words[other]
        between = text[last.end : word.start] if step > 0 else text[word.end : last.start]
        is_apposed = step < 0 and not found and words[number].lower in _KIN and between.strip() == ","
        if (_BREAK.search(between) and not is_apposed) or _BREAK.fullmatch(word.text):
            break
        if found and not word.tells and word.lower not in _PASSED:
            break
        if found and word.lower == "of" and words[number].lower in _LINKING:
            break
        if word.tells:
            found.append(word)
        last = word
    return tuple(found if step > 0 else reversed(found))


def _is_exchanged(said: _Relation, given: _Relation) -> bool:
    """Whether both sides stand on the other side, or on the same in the passive."""
    left, right = _senses(said.left), _senses(said.right)
    other_left, other_right = _senses(given.left), _senses(given.right)
    if said.is_passive != given.is_passive:
        if said.word.lower in _LINKING:
            return False
        other_left, other_right = other_right, other_left
    if said.word.lower in _LINKING:  # what they share is no part of what is exchanged: "was built before"
        left, other_left = left - other_left, other_left - left
        right, other_right = right - other_right, other_right - right
    crossed = bool(left & other_right) and bool(right & other_left)
    return crossed and not left & other_left and not right & other_right


def _senses(words: Sequence[Word]) -> set[str]:
    return {word.sense for word in words}


def _from_to(claim: str, text: str) -> list[Finding]:
    """ "From A to B" beside "from B to A"."""
    for said in _FROM_TO.finditer(claim):
        for given in _FROM_TO.finditer(text):
            if said["a"].lower() == given["b"].lower() and said["b"].lower() == given["a"].lower() != said["a"].lower():
                because = f"The cited passage has it the other way round: “{given.group()}”."
                return [Finding(Kind.ROLE, *said.span(), Support.CONTRADICTED, because)]
    return []


def _credits(claim: str, text: str) -> list[Finding]:
    """ "Written by A and directed by B" beside "written by B and directed by A"."""
    said = {sense(match["verb"]): match for match in _BY.finditer(claim)}
    given = {sense(match["verb"]): _telling(match["who"]) for match in _BY.finditer(text)}
    for one, other in combinations([verb for verb in said if verb in given], 2):
        a, b = _telling(said[one]["who"]), _telling(said[other]["who"])
        if a & given[other] and b & given[one] and not a & given[one] and not b & given[other]:
            first, last = sorted((said[one].span(), said[other].span()))
            because = f"The cited passage has “{said[one]['who']}” and “{said[other]['who']}” the other way round."
            return [Finding(Kind.ROLE, first[0], last[1], Support.CONTRADICTED, because)]
    return []


def _than(claim: str, beside: Alignment) -> list[Finding]:
    """ "Higher in A than in B" beside "higher in B than in A"."""
    crossed = _crossed_by_than(claim, beside.text)
    if not crossed or crossed[0]["more"].lower() != crossed[1]["more"].lower():
        return []
    because = f"The cited passage has it the other way round: “{crossed[1].group()}”."
    return [Finding(Kind.ROLE, *crossed[0].span(), Support.CONTRADICTED, because)]


def _crossed_by_than(claim: str, text: str) -> tuple[re.Match[str], re.Match[str]] | None:
    for said in _THAN.finditer(claim):
        for given in _THAN.finditer(text):
            a, b = _telling(said["a"]), _telling(said["b"])
            other_a, other_b = _telling(given["a"]), _telling(given["b"])
            if (a - b) & (other_b - other_a) and (b - a) & (other_a - other_b):
                return said, given
    return None


def _telling(text: str) -> set[str]:
    return {word.sense for word in words_of(text) if word.tells}


def _shown(text: str, relation: _Relation) -> str:
    return " ".join(text[relation.left[0].start : relation.right[-1].end].split())
