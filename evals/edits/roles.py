"""Edits of roles: who did it to whom, from where to where, which of two had more, the other way round."""

from __future__ import annotations

import itertools
import random
import re
from collections.abc import Sequence

from evals.edits import Edit
from evals.edits.clauses import EITHER_WAY, clauses, comparisons
from evals.edits.language import is_free, is_plural, is_prose, untouched, word_after
from evals.edits.names import Kind, kind_of, names
from evals.edits.verbs import PARTICIPLES, PAST, THIRD, VERBS
from rag.terms import STOP_WORDS
from rag.types import Interval, Support

_MUTUAL = re.compile(
    r"\b(?:and|or|nor|versus|vs|between|both|with|married|met|brothers?|sisters?|siblings?|friends?"
    r"|cousins?|partners?|twins?|equal"
    r"|same|similar|called|known|named|as|aka|born|,)\b|[/=]"
)
_NAME = r"[A-Z][\w’-]*[a-z](?: [A-Z][\w’-]*[a-z]){0,3}"
_NAME_ENDS = r"(?![\w’'-]| [A-Z]| and\b| 's)"
_NUMBER = r"\d[\d,.]*\d|\d"
_FROM_TO = re.compile(
    rf"\bfrom (?P<a>(?:[$€£] ?)?(?:{_NUMBER})) ?(?P<unit>%|percent|per cent|million|billion)? to (?P<b>"
    rf"(?:[$€£] ?)?(?:{_NUMBER}))(?=[ %.,;)])"
)
_CHANGE = re.compile(
    r"\b(?:rose|fell|rise|fall|grew|grow|increas\w+|decreas\w+|declin\w+|dropp?\w*|reduc\w+|chang\w+"
    r"|improv\w+|expand\w+|went|shr[aiu]nk\w*|raised"
    r"|lowered|mov\w+|slowed)\b[^.;]{0,60}$"
)
_PLACES = re.compile(
    r"\bfrom (?P<a>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,2}) to (?P<b>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,2})(?![\w’'-])"
)
_MOVED = re.compile(
    r"\b(?:mov|travel|migrat|relocat|transferr|sail|flew|fly|flies|went|march|sent|sold|trad|export"
    r"|ship|deliver|runs|ran|walk|drove|drive|fled"
    r"|pass|emigrat|return|chang|renam|convert|switch|came)"
)
_KIN = re.compile(
    r"(?P<a>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,3}) ?,? (?:is|was|are|were)? ?(?:the |a )?(?:\w+ )?(?:son"
    r"|daughter|father|mother|student|pupil"
    r"|successor|predecessor|subsidiary|capital|part|teacher|assistant|nephew|niece|uncle|aunt"
    r"|grandson|founder) of (?:the )?"
    r"(?P<b>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,3})(?![\w’'-])"
)
_ORDER = re.compile(
    r"(?P<a>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,3}) (?:before|after|over|instead of|rather than) "
    r"(?P<b>[A-Z][\w’-]+(?: [A-Z][\w’-]+){0,3})(?! (?:being|was|had))(?![\w’'-])"
)
_CREDITS = re.compile(
    rf"\b(?P<did>[a-z]+) by (?P<a>{_NAME})(?P<between> ?,? (?:and )?(?P<then>[a-z]+) by )(?P<b>{_NAME}){_NAME_ENDS}"
)
_AS = re.compile(rf"(?<!known )(?<!named )(?P<a>{_NAME}) as (?P<b>{_NAME}){_NAME_ENDS}")
_MORE_THAN = re.compile(r"\bmore (?P<a>[a-z]+s) than (?P<b>[a-z]+s)\b")
_FROM_NOUN = re.compile(
    r"\bfrom (?P<a>(?:the )?[a-z]{3,}(?:s|es|[a-z])) to (?P<b>(?:the )?[a-z]{3,})(?= ?[.,;)]| (?:in"
    r"|and|by|is|are|was|via|through|during)\b)"
)
_NEVER_FROM = frozenset(
    "time scratch one start day place end person mild moderate severe low high case begin finish left".split()
)
_ARTICLE = re.compile(r"(?:The|A|An|This|These|Its|Their|Our|His|Her) ")

_Swap = tuple[Interval, Interval]


def role(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """Two that the sentence tells apart, each in the place of the other."""
    if not is_prose(sentence):
        return None
    kept = untouched(sentence)
    forms = [_named, _clauses, _pairs, _named]
    chance.shuffle(forms)
    for form in forms:
        swaps = [(one, other) for one, other in form(sentence) if is_free(one, kept) and is_free(other, kept)]
        if swaps:
            return _swapped(sentence, *chance.choice(swaps))
    return None


def _named(sentence: str) -> list[_Swap]:
    """Two names of one kind between which something is said that is not so both ways."""
    found = names(sentence)
    swaps = []
    for (one, name), (other, other_name) in itertools.pairwise(found):
        kind = kind_of(name)
        between = sentence[one[1] : other[0]]
        if (
            kind is not kind_of(other_name)
            or kind is Kind.PEOPLE
            or set(name.split()) & set(other_name.split())
            or len(between) > 90
        ):
            continue
        if (
            _heads_a_clause(sentence, one)
            and _heads_a_clause(sentence, other)
            and re.search(r"[;,]| (?:and|but|while|whereas) ", between)
        ):
            swaps.append((one, other))
            continue
        alone = kind is not Kind.OTHER or (len(name.split()) > 1) == (len(other_name.split()) > 1)
        if alone and len(between) <= 90 and _tells_apart(between, sentence[: one[0]], sentence[other[1] :]):
            swaps.append((one, other))
    return swaps


def _heads_a_clause(sentence: str, span: Interval) -> bool:
    """Whether a finite verb follows the name, and no other name is its subject too."""
    word = word_after(sentence, span[1])
    before = sentence[max(0, span[0] - 4) : span[0]]
    is_finite = word in PAST or word in THIRD or word in ("is", "was", "has", "had", "became", "were", "are", "have")
    return is_finite and (
        span[0] == 0 or before.endswith((", ", "; ", "ile ", "but ", "eas ", "en ")) or before == "and "
    )


def _tells_apart(between: str, before: str, behind: str) -> bool:
    """Whether the words between two names say of one what they do not say of the other."""
    words = re.findall(r"[a-z]+", between)
    if re.fullmatch(r"\W*(?:\w+\W+)?", between) or re.search(r"[()\"“”:]|``", between):
        return False
    active = [verb for word in words if (verb := PAST.get(word) or THIRD.get(word)) and verb.base not in EITHER_WAY]
    passive = re.search(r"\b(?:is|are|was|were|been) (?:[a-z]+ly )?[a-z]+ by (?:the )?$", between) is not None
    if passive:
        return True
    if _MUTUAL.search(between) and not re.search(r"\b(?:and|while|whereas|but)\b[^,]*$", between.rstrip()):
        return False
    if not active or "," in between.strip()[:1]:
        return False
    return re.match(r"\s[a-z]+ (?:the )?$", between) is not None or (
        re.search(r"\b(?:while|whereas|but) $", between) is not None
        and any(word in PAST or word in THIRD for word in re.findall(r"[a-z]+", behind)[:2])
    )


def _pairs(sentence: str) -> list[_Swap]:
    """From A to B, higher in A than in B, the son of, before."""
    swaps = []
    for match in _FROM_TO.finditer(sentence):
        if (
            _CHANGE.search(sentence[: match.start()][-80:])
            and match["a"] != match["b"]
            and "." not in match["a"][-1] + match["b"][-1]
        ):
            swaps.append((match.span("a"), match.span("b")))
    for match in _PLACES.finditer(sentence):
        if _MOVED.search(sentence[: match.start()][-60:]):
            swaps.append((match.span("a"), match.span("b")))
    swaps += [(match.span("a"), match.span("b")) for match in comparisons(sentence)]
    for match in _CREDITS.finditer(sentence):
        if match["did"] != match["then"] and match["did"] in PARTICIPLES and match["then"] in PARTICIPLES:
            swaps.append((match.span("a"), match.span("b")))
    for match in _MORE_THAN.finditer(sentence):
        swaps.append((match.span("a"), match.span("b")))
    for match in _FROM_NOUN.finditer(sentence):
        words = {match["a"].removeprefix("the "), match["b"].removeprefix("the ")}
        if len(words) == 2 and not words & (_NEVER_FROM | STOP_WORDS) and match["b"] not in VERBS:
            swaps.append((match.span("a"), match.span("b")))
    for form in (_KIN, _ORDER, _AS):
        for match in form.finditer(sentence):
            a, b = match["a"], match["b"]
            if (
                any(span == match.span("a") for span, _ in names(sentence))
                and not set(a.split()) & set(b.split())
                and not re.match(
                    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
                    r"|World)\b",
                    b,
                )
            ):
                swaps.append((match.span("a"), match.span("b")))
    return swaps


def _clauses(sentence: str) -> list[_Swap]:
    """Subject and object, or who did it and what was done. The verb must agree with the other one, too."""
    return [
        (clause.subject, clause.other)
        for clause in clauses(sentence)
        if not clause.plural
        or (clause.past and not clause.passive)
        or sentence[slice(*clause.verb)].startswith(("are", "were"))
    ]


def _swapped(sentence: str, one: Interval, other: Interval) -> Edit:
    (a, b), (c, d) = one, other
    first, second = sentence[c:d], sentence[a:b]
    if a == 0:
        first = first[:1].upper() + first[1:]
        if _ARTICLE.match(second) or (
            second[1:].islower() and kind_of(second) is Kind.OTHER and " " not in second and is_plural(second)
        ):
            second = second[:1].lower() + second[1:]
    text = sentence[:a] + first + sentence[b:c] + second + sentence[d:]
    place = a + len(first) + (c - b)
    return Edit("role", text, Support.CONTRADICTED, ((a, a + len(first)), (place, place + len(second))))
