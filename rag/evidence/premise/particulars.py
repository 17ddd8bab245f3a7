"""Whether a sentence says of the same thing that somebody else did it, in another year, or with another number.

Only of what is done once to a thing (it is designed, founded, burns) can another doer or another year be told from
a second time; and where anything found has the doer, the year or the number of the question, nothing is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.evidence.premise.opposites import alike, listed
from rag.evidence.premise.presupposed import Word
from rag.evidence.premise.reading import Sentence
from rag.evidence.premise.times import overlap
from rag.terms import terms
from rag.values.dates import Period
from rag.values.measures import Bound, Quantity, agree, same_unit
from rag.values.quantities import quantities

_NEAR = 0.45  # cosine of the sentence
_ABOUT = 0.75  # share of the question's other words that it holds, with its context
_FURTHEST = 4  # words between what was done and by whom

_DONE_BY = frozenset(
    terms(
        "build built construct design draw drawn drew found establish write wrote written invent discover paint compose"
        " open inaugurate close sign abolish publish appoint sell sold buy bought give gave given donate pay paid"
        " finance introduce launch install create make made take took taken begin began begun start name propose"
        " order lead led record burn burnt rescue save lose lost win won kill edit translate photograph carve repair"
    )
)
_IN_A_YEAR = frozenset(
    terms(
        "build built construct design found establish invent discover open inaugurate close burn burnt sink sank sunk"
        " die died born demolish abolish retire resign introduce launch marry create sign"
    )
)
_LITTLE_OF_A_NAME = listed("the of and de van von der mr mrs ms miss dr prof sir")


@dataclass(frozen=True, slots=True)
class Deed:
    """What the question says was done: the word for it, who did it, when, and the stems of the other words."""

    word: Word
    agents: frozenset[str]
    periods: tuple[Period, ...]
    others: tuple[str, ...]


def by_another(deed: Deed, found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that say somebody else did it, where none names the question's doer with it."""
    same = alike(deed.word.stem)
    if not deed.agents or not same & _DONE_BY:
        return []
    if any(same & sentence.in_context and deed.agents & sentence.in_context for sentence in found):
        return []
    others = [stem for stem in deed.others if stem not in deed.agents]
    return [
        sentence
        for sentence in found
        if _is_on(sentence, others) and same & sentence.asserted and any(_doers(sentence.words, same))
    ]


def in_another_year(deed: Deed, found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that give another year for it, where none speaks of the question's year."""
    same = alike(deed.word.stem)
    asked = [period for period in deed.periods if period.years]
    if not asked or not same & _IN_A_YEAR:
        return []
    if any(_is_of_the_year(sentence, same, deed.others, asked) for sentence in found):
        return []
    return [
        sentence
        for sentence in found
        if _is_on(sentence, deed.others)
        and same & sentence.asserted
        and any(period.years for period in sentence.own_periods)
    ]


def with_another_number(question: str, others: Sequence[str], found: Sequence[Sentence]) -> list[Sentence]:
    """The sentences that give another number of the same things, where nothing found gives the question's."""
    for asked in quantities(question):
        if not asked.unit or asked.bound is not Bound.EXACT:
            continue
        thing = terms(asked.text)[1:]
        rest = [stem for stem in others if stem not in terms(asked.text)]
        rest = rest if len(rest) > 1 else [*rest, *thing]
        near = [sentence for sentence in found if len(rest) > 1 and _is_on(sentence, rest)]
        against = [sentence for sentence in near if _differs(asked, quantities(sentence.text))]
        if against and not any(_gives(asked, sentence.text) for sentence in near):
            passages = dict.fromkeys(sentence.choice.quote.hit.passage.text for sentence in found)
            if not any(_gives(asked, text, with_unit=True) for text in passages):
                return against
    return []


def _is_on(sentence: Sentence, others: Sequence[str]) -> bool:
    """Whether the sentence is on what the other words say, most of them in it and not only around it."""
    if not others or sentence.choice.cosine < _NEAR or sentence.is_supposed:
        return False
    inside = sum(stem in sentence.stems for stem in others)
    around = sum(stem in sentence.in_context for stem in others)
    return (sentence.leans_back or 2 * inside >= len(others)) and around >= _ABOUT * len(others)


def _is_of_the_year(sentence: Sentence, same: frozenset[str], others: Sequence[str], asked: Sequence[Period]) -> bool:
    """Whether the sentence may say that it was in the year asked for."""
    dated = [other for other in sentence.every_period if other.years and any(overlap(one, other) for one in asked)]
    if not dated:
        return False
    inside = sum(stem in sentence.stems for stem in others)
    return bool(same & sentence.in_context) or (dated[0] in sentence.own_periods and 2 * inside >= len(others))


def _doers(said: Sequence[Word], same: frozenset[str]) -> Iterator[str]:
    """The names that stand as who did it: before the word, or behind "by" after it."""
    for place, word in enumerate(said):
        if word.stem not in same:
            continue
        yield from (name.text for name in takewhile(lambda name: name.is_name, reversed(said[:place])) if _names(name))
        following = said[place + 1 : place + 1 + _FURTHEST]
        if any(other.text == "by" for other in following):
            after = said[place + 1 + [other.text for other in following].index("by") + 1 :]
            yield from (name.text for name in after[:_FURTHEST] if name.is_name and _names(name))


def _names(word: Word) -> bool:
    return word.text.lower() not in _LITTLE_OF_A_NAME and not word.is_little and not word.is_date


def _differs(asked: Quantity, given: Sequence[Quantity]) -> bool:
    alike_in_unit = [quantity for quantity in given if same_unit(asked, quantity)]
    return len(alike_in_unit) == 1 and not agree(asked, alike_in_unit[0])


def _gives(asked: Quantity, text: str, *, with_unit: bool = False) -> bool:
    return any((quantity.unit or not with_unit) and agree(asked, quantity) for quantity in quantities(text))
