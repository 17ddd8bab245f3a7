"""Negation: whether the claim denies what the evidence says, or says what it denies."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from rag.evidence.premise.opposites import opposed
from rag.grounding.alignment import Alignment, Word
from rag.grounding.findings import Finding, Kind
from rag.types import Support

_DENYING = frozenset(
    "not no never none nobody nothing neither nor without cannot hardly scarcely barely incapable unable unlikely"
    " impossible".split()
)
_FAILING = re.compile(
    r"\b(?:fail(?:s|ed|ing)? (?=to)|refus(?:e|es|ed|ing)|declin(?:e|es|ed|ing) (?=to)|lack(?:s|ed|ing)?"
    r"|den(?:y|ies|ied)|absence (?=of)|free (?=of)|rather (?=than)|instead (?=of)|devoid)\b",
    re.IGNORECASE,
)
_NO_DENIAL = re.compile(
    r"\bnot (?:only|just|merely|simply|necessarily|always|all|every|the only|to mention|least|alone)\b"
    r"|\bno (?:doubt|matter|exception|stranger|wonder|small)\b|\bno one (?:else|other)\b|\bno\. ?\d"
    r"|\bno (?:more|less|fewer|later|earlier|longer|sooner|better|other) than\b"
    r"|\bnot (?:un(?!der|ti|le|it|i)|im(?=p[lro]\w+bl)"
    r"|in(?=significant|frequent|considerable|conceivable|appropriate))\w+"
    r"|\bwhether or not\b|\bif not\b|\bwhy not\b|\bnone other\b|\bnothing (?:but|less)\b|\bwithout doubt\b"
    r"|\bcannot but\b|\bnot\b(?=[^.;]{0,60}\buntil\b)|n['’]t\b(?=[^.;]{0,60}\buntil\b)",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(r"n['’]t$", re.IGNORECASE)
_CLAUSE = re.compile(r"[;:]|,|\b(?:but|although|though|while|whereas|because|which|who)\b", re.IGNORECASE)
_UN = re.compile(r"(?:un|in|im|ir|il|non|dis|a|mis|anti)")
_NO_OPPOSITE = frozenset(
    "valuable flammable habit form famous crease clude press port part side deed less tend come".split()
)
_SHORTEST = 4  # letters of a word that a prefix denies
_REACH = 4  # words from a denial to what it denies
_TOGETHER = 2  # words from a denial to another that undoes it
_SCOPE = 8  # words after a denial that it may reach over
_NEAR = 0.7  # share of the telling words without which the two do not speak of the same
_HALF = 0.5


def negation_findings(claim: str, beside: Alignment) -> list[Finding]:
    """One finding where exactly one of the two denies what both speak of.

    A denial counts where the words right after it (or, of "failed to", after that) stand in both, and the other has
    no denial before them.
    """
    claimed = _denials(beside.claim, claim)
    given = _denials(beside.given, beside.text)
    if not (claimed or given) or beside.text.endswith("?"):
        return []
    for denial in claimed:
        target = _denied_by_claim(denial, claim, claimed, given, beside)
        if target is not None:
            word = beside.claim[denial]
            because = f"The cited passage does not deny this: it says “{_around(beside.given, target)}”."
            return [Finding(Kind.NEGATION, word.start, word.end, Support.CONTRADICTED, because)]
    for denial in given if beside.in_order >= _NEAR else ():
        target = _target(denial, beside.given, beside.of_given)
        if target is None or _is_denied(beside.of_given[target], claimed, beside.claim):
            continue
        if _is_said_in_one(denial, beside.given, beside.claim):
            continue
        word = beside.claim[beside.of_given[target]]
        because = f"The cited passage denies this: “{_around(beside.given, target)}”."
        return [Finding(Kind.NEGATION, word.start, word.end, Support.CONTRADICTED, because)]
    return []


def _denied_by_claim(
    denial: int, claim: str, claimed: Sequence[int], given: Sequence[int], beside: Alignment
) -> int | None:
    """The number of the word of the evidence that says what the claim denies; None where there is none such."""
    if beside.in_order >= _NEAR:
        target = _target(denial, beside.claim, beside.of_claim)
        if target is not None and not _is_denied(beside.of_claim[target], given, beside.given):
            return None if _is_said_in_one(denial, beside.claim, beside.given) else beside.of_claim[target]
    return _by_scope(denial, claim, claimed, beside) if not given and len(claimed) == 1 else None


def _by_scope(denial: int, claim: str, claimed: Sequence[int], beside: Alignment) -> int | None:
    """Where most of what the denial reaches over stands in the evidence, in any order, and nothing is denied there."""
    scope = []
    for word in beside.claim[denial + 1 : denial + 1 + _SCOPE]:
        if _CLAUSE.search(claim[beside.claim[denial].end : word.start]):
            break
        if word.tells:
            scope.append(word)
    held = [word for word in scope if word.sense in beside.held]
    rest = [word for number, word in enumerate(beside.claim) if word.tells and number not in claimed]
    if not rest or len(held) <= _HALF * len(scope) or sum(w.sense in beside.held for w in rest) < _NEAR * len(rest):
        return None
    if _is_said_in_one(denial, beside.claim, beside.given) or any(_is_opposed(word, beside) for word in rest):
        return None
    return next(number for number, word in enumerate(beside.given) if word.sense == held[0].sense)


def denies(one: str, other: str) -> bool:
    """Whether one of two words is the other with a prefix that denies it: "impossible" and "possible"."""
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return (
        len(shorter) >= _SHORTEST
        and shorter not in _NO_OPPOSITE
        and longer.endswith(shorter)
        and _UN.fullmatch(longer[: -len(shorter)]) is not None
    )


def _is_said_in_one(denial: int, words: Sequence[Word], others: Sequence[Word]) -> bool:
    """ "Not clear" is "unclear"."""
    near = [word.lower for word in words[denial + 1 : denial + 1 + _REACH] if len(word.text) >= _SHORTEST]
    return any(len(other.text) > len(word) and denies(word, other.lower) for word in near for other in others)


def _is_opposed(word: Word, beside: Alignment) -> bool:
    """ "Did not survive" is "died"."""
    others = opposed(word.term)
    return bool(others) and any(other.term in others for other in beside.given)


def _denials(words: Sequence[Word], text: str) -> list[int]:
    """The numbers of the words that deny."""
    harmless = [match.span() for match in _NO_DENIAL.finditer(text)]
    failing = {match.start() for match in _FAILING.finditer(text)}
    found = []
    for number, word in enumerate(words):
        says_no = word.lower in _DENYING or _CONTRACTED.search(word.text) or word.start in failing
        if says_no and not any(start < word.end and word.start < end for start, end in harmless):
            found.append(number)
    return [
        number
        for number in found
        # Two that stand together undo each other: "did not fail to", "not without".
        if not any(0 < abs(other - number) <= _TOGETHER for other in found)
    ]


def _target(denial: int, words: Sequence[Word], matched: Mapping[int, int]) -> int | None:
    """The first telling word after the denial, where it stands in both texts."""
    for number in range(denial + 1, min(len(words), denial + 1 + _REACH)):
        if words[number].tells:
            return number if number in matched else None
    return None


def _is_denied(target: int, denials: Sequence[int], words: Sequence[Word]) -> bool:
    """Whether a denial stands before the word, as far away as denials reach, or right behind it."""
    return any(-2 <= target - denial <= _REACH + 2 for denial in denials)


def _around(words: Sequence[Word], number: int) -> str:
    return " ".join(word.text for word in words[max(0, number - 4) : number + 4])
