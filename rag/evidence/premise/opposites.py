"""Words that cannot both be said of the same thing at the same time, and words that say the same.

General English only. A line is one matter; its sides are divided by "/", and every side excludes every other.
Words of one side are taken for one another, so that a paraphrase is never a contradiction. A line that begins with
"~" is of what happens and is undone again: a thing that was opened once may be closed later.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from rag.terms import terms

CHANGES = (
    "raise increase rise rose risen grow grew grown growth climb enlarge expand expansion heighten extend swell"
    " mount gain lengthen boost"
    " / lower reduce reduction decrease fall fell fallen drop decline shrink shrank shrunk sink sank diminish dwindle"
    " shorten cut lessen recede contract"
)
"""Of what has a size: it became more / it became less."""

_OPPOSITES = f"""
    {CHANGES}
    ~ open reopen / close closure shut
    ~ begin began begun start commence / stop cease halt
    accept approve approval adopt adoption agree pass endorse ratify grant promise
        / reject rejection refuse refusal decline dismiss deny veto defeat
    ~ allow allowed permit permission / forbid forbade forbidden prohibit prohibition ban banned
    support favour favor / oppose opposition opposed / abstain abstention
    succeed success successful / fail failure unsuccessful
    ~ build built erect construct / demolish demolition destroy tear
    ~ introduce introduction establish create / abolish abolition
    ~ add addition / remove removal
    ~ keep kept retain preserve / abolish discard scrap drop
    ~ hire appoint appointment employ / dismiss dismissal / resign resignation / retire retirement
    dismiss dismissal / resign resignation / retire retirement
    ~ arrive arrival / depart departure
    ~ strengthen / weaken
    ~ widen / narrow
    ~ improve improvement better / worsen deteriorate worse
    ~ survive survival / die died death perish drown
    postpone delay / advance
    cancel cancellation / hold held confirm
    ~ double / halve
    ~ warm heat / cool chill
    ~ fill / empty drain
    ~ lock / unlock
    ~ hide hid hidden / reveal show shown
    praise / criticise criticize condemn
    acquit / convict conviction
    ~ deepen / shallow
    ~ accelerate quicken / slow
    ~ freeze froze frozen / melt thaw
    sunny / rainy
    free / paid
    public / private
    ~ full / empty
    ~ wet / dry
    higher / lower
    more / fewer less
    longer / shorter
    larger bigger greater / smaller
    deeper / shallower
    wider / narrower
    faster quicker / slower
    earlier sooner / later
    warmer hotter / colder cooler
    older / younger newer
    wetter / drier
    saltier / fresher
    stronger / weaker
    heavier / lighter
    cheaper / dearer costlier
    unanimous / divided
    compulsory mandatory obligatory / voluntary optional
    temporary / permanent
    north / south
    east / west
    prove proof proven
    choose chose chosen choice
    sell sold sale
    buy bought
    lose lost loss
    win won
    give gave given gift
    speak spoke spoken speech
    know knew known knowledge
    think thought
    teach taught
    weigh weight
    fly flew flown flight
    live life
    believe belief
    advise advice
    pay paid
    insure insurance insured
"""

# Two words that say what one of the words above says.
_PHRASES = {
    "raise": r"(?:go|goes|going|gone|went|put|bring|brought|moved?) up",
    "lower": r"(?:go|goes|going|gone|went|bring|brought|c[ao]me|moved?) down",
    "reject": r"(?:turn(?:ed|s|ing)?|vot(?:ed|e|es|ing)) down",
    "cancel": r"call(?:ed|s|ing)? off",
    "close": r"(?:shut|close)(?:s|d|ting|ing)? (?:down|up)",
    "oppose": r"(?:vot(?:e|es|ed|ing)|be|was|were|is|are) against",
    "support": r"vot(?:e|es|ed|ing) (?:for|in favou?r of)|in favou?r of",
    "abolish": r"(?:did|do|does|done) away with",
    "build": r"put up",
    "demolish": r"(?:torn?|tear(?:s|ing)?|pull(?:ed|s|ing)?|knock(?:ed|s|ing)?) down",
    "dismiss": r"(?:let|lets|letting) go",
}
_PHRASE = re.compile("|".join(rf"(?P<{name}>\b(?:{words})\b)" for name, words in _PHRASES.items()), re.IGNORECASE)


def listed(some: str) -> frozenset[str]:
    """The words of a list that is written as a text."""
    return frozenset(some.split())


def one_word(text: str) -> str:
    """The text with phrases such as "went up" written as one word."""
    return _PHRASE.sub(lambda match: str(match.lastgroup), text)


def alike(stem: str) -> frozenset[str]:
    """The stems that say what this one says, itself among them."""
    return _alike().get(stem, frozenset()) | {stem}


def opposed(stem: str, *, at_one_time: bool = True) -> frozenset[str]:
    """The stems that exclude this one; none for most words.

    Unless both are said of one time, only those that exclude it for ever.
    """
    return _opposed(at_one_time).get(stem, frozenset())


def direction(stem: str) -> int:
    """1 for a word that says a size became more, -1 for less, 0 for others."""
    more, less = _changes()
    return (stem in more) - (stem in less)


@cache
def _changes() -> tuple[frozenset[str], ...]:
    return tuple(frozenset(map(_stem, side.split())) for side in CHANGES.split("/"))


@cache
def _matters() -> tuple[tuple[bool, tuple[frozenset[str], ...]], ...]:
    """Each line: whether what it says can be undone, and its sides."""
    lines = re.sub(r"\n\s*/", " /", _OPPOSITES).strip().splitlines()
    return tuple(
        (
            line.strip().startswith("~"),
            tuple(frozenset(map(_stem, side.split())) for side in line.strip("~ ").split("/")),
        )
        for line in lines
    )


@cache
def _alike() -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for _, sides in _matters():
        for side in sides:
            for stem in side:
                found[stem] |= side
    return found


@cache
def _opposed(at_one_time: bool) -> Mapping[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for can_be_undone, sides in _matters():
        for side in sides if at_one_time or not can_be_undone else ():
            for stem in side:
                found[stem] |= frozenset().union(*(other for other in sides if other is not side))
    return {stem: others - _alike()[stem] for stem, others in found.items()}


def _stem(word: str) -> str:
    return terms(word)[0]
