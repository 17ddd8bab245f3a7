"""Clauses that are plain enough to be built anew: who does what to whom, and what is more than what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from evals.edits.language import is_alone, is_plural, word_after
from evals.edits.verbs import PARTICIPLES, PAST, THIRD, VERBS, Verb
from rag.terms import STOP_WORDS
from rag.types import Interval

# Said of two, these are true the other way round too, or make no sense.
EITHER_WAY = frozenset(
    "meet marry resemble equal accompany join match include contain become be have remain seem appear mean constitute"
    " comprise represent interact cooperate collaborate compete differ correlate do say state star feature play perform"
    " show let say like live call name consider give send win attend tell ask promise go come stay stand take make"
    " involve use have rise fall follow".split()
)
_PHRASE = r"(?:(?:the|a|an|his|her|its|their) )?(?:[a-z][a-z-]+ ){0,2}[a-z][a-z-]+"
_THAN = re.compile(
    r"\b(?P<be>higher|lower|greater|larger|smaller|more common|more frequent|less common|longer"
    r"|shorter|better|worse|stronger|weaker|faster|slower) "
    rf"(?P<in>in|for|among|with) (?P<a>{_PHRASE}|[A-Z][\w-]+) than (?P<again>in |for |among |with )?"
    rf"(?P<b>{_PHRASE}|[A-Z][\w-]+)(?= ?[,;(]| ?\.(?!\w)|$)"
)
_NP = r"(?:[A-Za-z][\w-]* ){0,3}?[A-Za-z][\w-]*(?: of (?:the )?[A-Za-z][\w-]*)?"
_BEGINS = (
    r"(?:^|(?<= that )|(?:^(?:In|During|However|Here|Moreover|Thus|Finally|On|At|Furthermore|Therefore"
    r"|After|Recently|By)"
    r"[^,.;]{0,50} ?, ))"
)
_SUBJECT = re.compile(rf"{_BEGINS}(?P<np>(?:(?:The|A|An|the|a|an) )?{_NP}) (?=(?P<verb>[a-z]+) )")
_OBJECT = re.compile(
    r"(?P<np>(?:(?:the|a|an) )?(?:[A-Za-z][\w-]* ){0,3}?[A-Za-z][\w-]*(?: of (?:the )?[A-Za-z][\w-]*)?)"
    r"(?= ?[,;(]| ?\.(?!\w)| (?:in|on|at|with|from|during|through|via|when|after|before|because|while|under"
    r"|within|thereby)\b)"
)
_PASSIVE = re.compile(
    rf"{_BEGINS}(?P<a>(?:(?:The|A|An|the|a|an) )?{_NP}) (?P<be>is|are|was|were) (?:[a-z]+ly )?(?P<verb>[a-z]+) by"
    rf" (?P<b>(?:(?:the|a|an) )?(?:[A-Za-z][\w-]* ){{0,3}}?[A-Za-z][\w-]*)"
    r"(?= ?[,;(]| ?\.(?!\w)| (?:in|on|at|for|with|from|during|through|via|when|after|before|because|while|under|within"
    r"|to|as)\b)"
)
_HEADING = re.compile(
    r"(?:[A-Z]{5,}|Results?|Methods|Background|Conclusions?|Objectives?|Purpose) "
)  # of a part of an abstract
_BY_WITH = {verb.participle: verb for verb in VERBS.values()}


@dataclass(frozen=True, slots=True)
class Clause:
    """Its subject, from the verb to before the other noun phrase, and that phrase: the object, or who did it."""

    subject: Interval
    verb: Interval
    other: Interval
    form: Verb
    past: bool
    passive: bool
    plural: bool
    """Whether the other phrase is plural."""


def clauses(sentence: str) -> list[Clause]:
    """The clauses of a sentence whose subject and object, or subject and agent, are short and plain."""
    found = []
    for subject in _SUBJECT.finditer(sentence):
        word = subject["verb"]
        verb = PAST.get(word) or THIRD.get(word)
        if verb is None or verb.base in EITHER_WAY or not _is_phrase(subject["np"]):
            continue
        start = subject.end() + len(word) + 1
        other = _OBJECT.match(sentence, start)
        if other and _is_object(sentence, subject, other):
            parts = (subject.span("np"), subject.span("verb"), other.span("np"))
            found.append(Clause(*parts, verb, word in PAST, False, is_plural(_noun_of(other["np"]))))
    for match in _PASSIVE.finditer(sentence):
        a, b, participle = match["a"], match["b"], _BY_WITH.get(match["verb"])
        if participle and _is_agent(sentence, match) and _is_phrase(a) and _is_phrase(b) and a.lower() != b.lower():
            parts = (match.span("a"), (match.start("be"), match.start("b") - 1), match.span("b"))
            past = match["be"] in ("was", "were")
            if is_alone(sentence, *match.span("a")) and is_alone(sentence, *match.span("b")):
                found.append(Clause(*parts, participle, past, True, is_plural(_noun_of(b))))
    return found


def comparisons(sentence: str) -> list[re.Match[str]]:
    """Its comparisons of two plain things, `a` and `b`: higher in A than in B."""
    shared = {"those", "that", "other", "others", "any", "all", "it", "they", "expected", "previously"}
    return [match for match in _THAN.finditer(sentence) if not {match["a"].split()[0], match["b"].split()[0]} & shared]


def _is_object(sentence: str, subject: re.Match[str], other: re.Match[str]) -> bool:
    """Whether the phrase behind the verb is the whole of its object."""
    phrase, end = other["np"], other.end("np")
    if not _is_phrase(phrase) or subject["np"].lower() == phrase.lower() or not is_alone(sentence, *other.span("np")):
        return False
    return (
        _is_whole(phrase) and word_after(sentence, end) != "and" and not re.search(r"\bby\b", sentence[end : end + 40])
    )


def _is_whole(phrase: str) -> bool:
    """Whether nothing is missing before it: a name, an article, a plural."""
    return phrase[0].isupper() or phrase.startswith(("the ", "a ", "an ")) or is_plural(_noun_of(phrase))


def _is_agent(sentence: str, match: re.Match[str]) -> bool:
    """Whether the phrase behind "by" is all of it, and no way or means: "by changes in …"."""
    phrase, behind = match["b"], sentence[match.end("b") :]
    if re.match(r"\.\s?[a-z]| (?:with|from|to|as|because|under|within)\b", behind):  # "Bros. and"
        return False
    marked = phrase[0].isupper() or phrase.startswith(("the ", "a ", "an "))
    return marked or (is_plural(_noun_of(phrase)) and re.match(r"\s?[.,;(]", behind) is not None)


def _noun_of(phrase: str) -> str:
    return phrase.partition(" of ")[0].rpartition(" ")[2]


def _is_phrase(phrase: str) -> bool:
    """Whether it can be an article, adjectives and a noun."""
    words = phrase.split()
    rest = (
        words[1:]
        if words[0].lower() in ("the", "a", "an", "this", "these", "its", "their", "our", "his", "her", "those")
        else words
    )
    if not rest or words[0].lower() in ("this", "these", "its", "their", "his", "her", "those", "our"):
        return False
    rest = [word for place, word in enumerate(rest) if word not in ("of", "the") or place == 0]
    if any(word.lower() in STOP_WORDS or word.endswith("ly") for word in rest):
        return False
    if rest[0].endswith("ing") or _HEADING.match(phrase):
        return False
    last = rest[-1]
    return not (
        last in PAST
        or (last in VERBS and len(rest) == 1)
        or last.endswith("ing")
        or any(word in PAST and word not in PARTICIPLES for word in rest)
    )
