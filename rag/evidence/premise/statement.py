"""The clause of a question as a statement: "was the level raised in 2022" is "the level was raised in 2022".

Only where the end of the subject can be told from little words and endings; elsewhere nothing is said, because a
wrong sentence is worse than a vague one.
"""

from __future__ import annotations

from rag.evidence.premise.opposites import listed, opposed
from rag.evidence.premise.presupposed import DETERMINERS, PREPOSITIONS, Presupposed
from rag.terms import terms

_DO = ("did", "does", "do", "may", "can")
_BE = ("was", "were", "is", "are", "has", "have", "had")
_JOINING = listed("and when while that who which because to but than so")
_PARTICIPLES = listed(
    "left made kept set put built burnt cut shut lost won sold bought held given taken shown written"
    " known found paid led told sent brought begun broken chosen drawn driven fallen grown hidden risen"
    " spoken stolen torn thrown worn closed open born forbidden been being"
)
_PAST = dict(
    pair.split("/")
    for pair in listed(
        "become/became begin/began break/broke bring/brought build/built burn/burned buy/bought choose/chose come/came"
        " cut/cut do/did draw/drew drive/drove fall/fell find/found fly/flew forbid/forbade get/got give/gave go/went"
        " grow/grew hold/held keep/kept know/knew lead/led leave/left let/let lose/lost make/made meet/met pay/paid"
        " put/put read/read rise/rose run/ran say/said see/saw sell/sold send/sent set/set shrink/shrank shut/shut"
        " sink/sank speak/spoke spend/spent stand/stood steal/stole take/took teach/taught tear/tore tell/told"
        " think/thought throw/threw win/won write/wrote stop/stopped drop/dropped ban/banned plan/planned"
    )
)


def statement(held: Presupposed, predicate: str = "") -> str:
    """What is taken for granted as a statement, or "" where it cannot be told for sure.

    `predicate` is a word of the clause that may say what happened, in small letters.
    """
    auxiliary, _, rest = held.clause.partition(" ")
    said = rest.split(" ")
    if held.asks_for == "who":
        return f"somebody {held.clause}"
    if held.asks_for not in ("why", "when", "where", "how", "how come", "since when", "until when"):
        return ""  # what is asked for is missing from the clause
    if _plain(said[-1]) in PREPOSITIONS:
        return ""
    if auxiliary.lower() in _BE:
        place = _participle(said, predicate)
        return " ".join([*said[:place], auxiliary.lower(), *said[place:]]) if place else ""
    place = _verb(said, predicate) if auxiliary.lower() in _DO else 0
    if not place:
        return ""
    if auxiliary.lower() != "did":
        return " ".join([*said[:place], auxiliary.lower(), *said[place:]])
    return " ".join([*said[:place], _past(said[place]), *said[place + 1 :]])


def _participle(said: list[str], predicate: str) -> int:
    """Where "closed" stands in "the house closed on Saturdays"; 0 where no one word can be it."""
    for place, word in enumerate(map(_plain, said)):
        if word in _JOINING or (place == 0 and word in PREPOSITIONS):
            return 0
        before = _plain(said[place - 1]) if place else "the"
        is_one = word == predicate or word.endswith("ed") or word in _PARTICIPLES
        if is_one and said[place][:1].islower() and before not in DETERMINERS | PREPOSITIONS:
            return place
    return 0


def _verb(said: list[str], predicate: str) -> int:
    """Where "leave" stands in "the town leave the agreement"; 0 where no one word can be it."""
    names = 0
    while names < len(said) and said[names][:1].isupper():
        names += 1
    if names and said[names - 1].endswith(("'s", "’s", "'", "’", ",")):
        return 0
    if names:
        is_verb = names < len(said) and said[names].isalpha() and _plain(said[names]) not in _JOINING | PREPOSITIONS
        return names if is_verb else 0
    if _plain(said[0]) not in DETERMINERS:
        return 0
    for place in range(2, len(said)):
        word = _plain(said[place])
        after = _plain(said[place + 1]) if place + 1 < len(said) else ""
        if word in _JOINING | PREPOSITIONS | DETERMINERS or not word.isalpha():
            return 0
        known = word == predicate or word in _PAST or bool(opposed(terms(word)[0]))
        if after in DETERMINERS or (known and (not after or after in PREPOSITIONS - {"of", "than"})):
            return place
    return 0


def _past(verb: str) -> str:
    if verb in _PAST:
        return _PAST[verb]
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return verb[:-1] + "ied"
    return verb + ("d" if verb.endswith("e") else "ed")


def _plain(word: str) -> str:
    return word.lower().strip(",;:.")
