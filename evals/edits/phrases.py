"""Edits of larger parts: halves of sentences of other documents, and nouns of elsewhere."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from evals.edits import Edit
from evals.edits.language import begun_small, is_alone, is_free, is_plural, is_prose, untouched
from evals.edits.verbs import PARTICIPLES, PAST, THIRD, VERBS
from rag.terms import STOP_WORDS
from rag.types import Support

_JOINT = re.compile(
    r" ?,? (?:and|but|while|whereas|because|although|since|so that) (?=(?:the|a|an|it|he|she|they|this"
    r"|these|its|his|her|there|[A-Z][a-z]+) )"
)
_RELATIVE = re.compile(r" ?, (?=which (?:is|was|are|were|has|had|have|can|will|would|[a-z]+ed|[a-z]+s) )")
_PHRASE = re.compile(
    r" (?=(?:in|at|during|for|by|with|from|after|before|on|under|through|because of|according to) "
    r"(?:the|a|an|his|her|its|their|[A-Z]|\d))"
)
_CUT = re.compile(r" ?, (?:and|but|while|because|although|which|where) | (?:while|because|although|whereas) ")
_OPEN = re.compile(r"[()\[\]{}\"“”`*|#\n:;]|''")
_AFTER_A_VERB = frozenset("the a an that his her its their our this these to not".split())
_FINITE = frozenset("is are was were has have had can could will would may might must did does do".split())
_NOUN = re.compile(
    r"\b(?:the|her|his|its|our|their) (?P<noun>[a-z]{4,})(?= (?:of|is|was|are|were|in|to|that|which"
    r"|has|had|for|on|by|from|with)\b| ?\.)"
)
_NO_NOUNS = frozenset(
    "same other latter former first last most more rest whole following many number result time event"
    " case basis end order"
    " majority use form fact way role part point main only one two three next best least forefront"
    " context absence presence"
    " beginning middle past future lack kind type sake verge aim other others public poor rich young"
    " dead old field set range"
    " series variety group level amount top bottom side hands hand meantime addition process face"
    " light wake extent ability".split()
)


def fusion(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """The sentence, or its first half, with a clause or a phrase that another document says of something else."""
    if not is_prose(sentence) or sentence.rstrip()[-1:] != ".":
        return None
    body = sentence.rstrip(" .\n")
    spaced = sentence.rstrip().endswith(" .")
    prose = [other.strip() for other in others if is_prose(other) and other.strip() not in context]
    forms = [_clauses, _clauses, _relatives, _phrases, _whole]
    chance.shuffle(forms)
    for form in forms:
        added = form(prose)
        if not added:
            continue
        cuts = [
            match
            for match in _CUT.finditer(body)
            if match.start() > 30 and not _is_open(body[: match.start()]) and _is_clause(body[: match.start()])
        ]
        if cuts and chance.random() < 0.3 and form is not _relatives:
            body = body[: chance.choice(cuts).start()]
        if form is _phrases and re.search(r"\b(?:in|at|during|by|on|from) (?:[\w’'-]+ ?){1,6}$", body):
            continue
        tail = chance.choice(added)
        if tail.lower().strip(" ,.") in context.lower():
            continue
        text = f"{body}{tail}{' ' if spaced else ''}."
        return Edit("fusion", text, Support.PARTLY, ((len(body), len(body) + len(tail)),))
    return None


def _clauses(others: Sequence[str]) -> list[str]:
    """Second halves that are clauses: ", and the …"."""
    found = []
    for other in others:
        for match in _JOINT.finditer(other):
            clause = other[match.end() :].rstrip(" .")
            if _is_clause(clause) and not _is_open(clause):
                found.append(
                    f"{', ' if ',' in match.group() or ' and ' in match.group() else ' '}{match.group().strip(' ,')}"
                    f" {clause}"
                )
    return found


def _whole(others: Sequence[str]) -> list[str]:
    """Whole short sentences."""
    short = [other.rstrip(" .") for other in others if len(other) <= 130 and not _is_open(other.rstrip("."))]
    return [
        f"{joint} {begun_small(one)}"
        for one in short
        for joint in (", and", ", while", "; ", ", because")
        if _is_clause(one)
    ]


def _relatives(others: Sequence[str]) -> list[str]:
    found = []
    for other in others:
        for match in _RELATIVE.finditer(other):
            clause = other[match.end() :].partition(",")[0].rstrip(" .")
            if 20 <= len(clause) <= 120 and not _is_open(clause):
                found.append(f", {clause}")
    return found


def _phrases(others: Sequence[str]) -> list[str]:
    """The last prepositional phrase of each."""
    found = []
    for other in others:
        places = [match.start() for match in _PHRASE.finditer(other)]
        phrase = other[places[-1] :].rstrip(" .") if places else ""
        words = phrase.split()
        if (
            3 <= len(words) <= 9
            and "," not in phrase
            and not _is_open(phrase)
            and not any(w in _FINITE or w in PAST for w in words)
        ):
            found.append(phrase)
    return found


def _is_clause(text: str) -> bool:
    """Whether it seems to have a subject and a finite verb."""
    words = text.split()
    verbs = [place for place in range(1, len(words) - 1) if _is_verb(words, place)]
    return 4 <= len(words) <= 24 and bool(verbs) and "and" not in words[: verbs[0]]


def _is_verb(words: Sequence[str], place: int) -> bool:
    word, before, after = words[place], words[place - 1], words[place + 1]
    if "-" in (before, after) or word == "made":
        return False
    return word in _FINITE or word in PAST or (word in THIRD and after in _AFTER_A_VERB)


def _is_open(text: str) -> bool:
    return _OPEN.search(text) is not None


def noun(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """Another noun behind an article: one of the passage, or of elsewhere."""
    if not is_prose(sentence):
        return None
    kept = untouched(sentence)
    places = [
        match for match in _NOUN.finditer(sentence) if is_free(match.span("noun"), kept) and _is_noun(sentence, match)
    ]
    chance.shuffle(places)
    far = [
        m["noun"] for other in others for m in _NOUN.finditer(other) if _is_noun(other, m) and m["noun"] not in context
    ]
    near = [m["noun"] for m in _NOUN.finditer(context[:2000]) if _is_noun(context, m)]
    for match in places[:3]:
        word = match["noun"]
        pools = [[one for one in pool if _fits(one, word, sentence)] for pool in (near, far)]
        pool = pools[0] if pools[0] and (chance.random() < 0.4 or not pools[1]) else pools[1]
        if pool:
            other = chance.choice(pool)
            start = match.start("noun")
            text = sentence[:start] + other + sentence[match.end("noun") :]
            return Edit("noun", text, Support.UNSUPPORTED, ((start, start + len(other)),))
    return None


def _is_noun(text: str, match: re.Match[str]) -> bool:
    word = match["noun"]
    return not (
        word in _NO_NOUNS
        or word in STOP_WORDS
        or word.endswith(("ing", "ed", "ly", "est"))
        or word in PARTICIPLES
        or (word in VERBS and match.group().startswith("her "))
        or not is_alone(text, *match.span("noun"))
    )


def _fits(one: str, word: str, sentence: str) -> bool:
    """Whether it is another word of the same number, that the sentence has not."""
    return is_plural(one) == is_plural(word) and one[:4] != word[:4] and one not in sentence
