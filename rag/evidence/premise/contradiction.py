"""Whether a sentence contradicts what a question takes for granted.

Five ways are known: it says the opposite, it denies it, its figures went the other way, somebody else did it, or it
was in another year. In each the sentence has to be near the question, to hold most of its other words, and not to
speak of another time; and no sentence may say it as the question does. Words that are merely different contradict
nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rag.evidence import Choice
from rag.evidence.premise.changes import changes, record
from rag.evidence.premise.opposites import alike, direction, opposed
from rag.evidence.premise.particulars import Deed, by_another, in_another_year, with_another_number
from rag.evidence.premise.presupposed import Presupposed, Word
from rag.evidence.premise.reading import Sentence
from rag.evidence.premise.times import overlap, weekdays
from rag.terms import terms
from rag.values.dates import Period, periods

_NEAR = 0.4  # cosine of the sentence from which it may contradict
_NEAR_IN_PASSAGE = 0.3  # the same where its passage is as near as _NEAR
_ABOUT = 0.6  # share of the question's other words that it must hold, with title and headings
_ABOUT_LEANING = 0.5  # the same for one that only says "it" or "nobody"
_ALMOST = 0.25  # what a sentence that agrees may hold less than one that contradicts
_LESS_NEAR = 0.12  # and what it may be less near


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A word of the question that is contradicted, and the sentences that do so, best first."""

    word: Word
    against: tuple[Sentence, ...]


def contradictions(question: str, held: Presupposed, choices: Sequence[Choice]) -> Iterator[Contradiction]:
    """What the sentences contradict of the premise `held` by the question, one word after the other."""
    found = [Sentence(choice) for choice in choices]
    for word in held.words:
        claim = _Claim.of(question, held, word)
        if claim is None:
            continue
        against = tuple(sentence for sentence in found if claim.is_contradicted(sentence))
        if against and not any(claim.agrees(sentence, against) for sentence in found):
            yield Contradiction(word, against)
        deed = Deed(word, claim.agents, claim.periods, claim.others)
        if otherwise := by_another(deed, found) or in_another_year(deed, found):
            yield Contradiction(word, tuple(otherwise))
    telling = [word.stem for word in held.words if word.tells and not word.is_date]
    if otherwise := with_another_number(question, telling, found):
        yield Contradiction(held.words[0], tuple(otherwise))


@dataclass(frozen=True, slots=True)
class _Claim:
    """One word of the premise, taken for what is said of the others."""

    word: Word
    others: tuple[str, ...]
    """The stems of the other telling words; dates are not among them."""
    agents: frozenset[str]
    """The names before the word: who did it."""
    periods: tuple[Period, ...]
    weekdays: frozenset[int]
    of_a_moment: bool
    """It is asked when it was: at another time the opposite can be true."""

    @classmethod
    def of(cls, question: str, held: Presupposed, word: Word) -> _Claim | None:
        """None where the word is no candidate, or nothing else is said."""
        if word.is_name or word.is_little or not word.text.isalpha():
            return None
        others = tuple(
            dict.fromkeys(
                other.stem
                for other in held.words
                if other.tells and other.stem not in alike(word.stem) and not other.is_date
            )
        )
        if not others or (not word.tells and len(others) < 2):
            return None
        agents = frozenset(other.stem for other in _agents(held.words, word))
        moment = held.asks_for.startswith(("when", "since when", "until when", "how long"))
        return cls(word, others, agents, tuple(periods(question)), weekdays(question), moment)

    def share(self, sentence: Sentence) -> float:
        """How much of the rest of the question the sentence holds; 0 where nothing ties it to the question."""
        dates = {period.date for period in self.periods}
        dated = bool(dates) and dates <= {period.date for period in sentence.own_periods}
        if not (dated or sentence.leans_back or any(stem in sentence.stems for stem in self.others)):
            return 0.0
        return sum(stem in sentence.in_context for stem in self.others) / len(self.others)

    def same_time(self, sentence: Sentence) -> bool:
        """Whether it speaks of the times that the question names; True where it names none."""
        if not self.weekdays <= sentence.weekdays:
            return False
        return all(any(overlap(one, other) for other in sentence.periods) for one in self.periods)

    def is_contradicted(self, sentence: Sentence) -> bool:
        """Whether the sentence says otherwise."""
        nearness = sentence.choice.cosine
        near = nearness >= _NEAR or (nearness >= _NEAR_IN_PASSAGE and sentence.choice.quote.hit.cosine >= _NEAR)
        about = self.share(sentence) >= (_ABOUT_LEANING if sentence.leans_back else _ABOUT)
        if not near or not about or sentence.is_supposed or alike(self.word.stem) & sentence.asserted:
            return False
        return self._is_opposed(sentence) or self._is_denied(sentence) or self._went_otherwise(sentence)

    def agrees(self, sentence: Sentence, against: Sequence[Sentence]) -> bool:
        """Whether the sentence says it as the question does, or may: then nothing is called false."""
        same = alike(self.word.stem)
        if not (same & (sentence.stems - sentence.denied) or opposed(self.word.stem) & sentence.denied):
            return False
        share = max(map(self.share, against)) - _ALMOST
        nearness = max(other.choice.cosine for other in against) - _LESS_NEAR
        return self.share(sentence) >= share and sentence.choice.cosine >= nearness

    def _is_opposed(self, sentence: Sentence) -> bool:
        timed = bool(self.periods or self.weekdays)
        if not self.word.tells or self.word.is_attribute or (self.of_a_moment and not timed):
            return False
        return bool(opposed(self.word.stem, at_one_time=timed) & sentence.asserted) and self.same_time(sentence)

    def _is_denied(self, sentence: Sentence) -> bool:
        if not alike(self.word.stem) & sentence.denied or not self.same_time(sentence):
            return False
        return self.word.tells or self.share(sentence) == 1.0

    def _went_otherwise(self, sentence: Sentence) -> bool:
        way = direction(self.word.stem)
        if not way or self.word.is_attribute:
            return False
        years = [period.years[1] for period in self.periods if period.years]
        last = years[-1] if years else 0
        told = any(period.years and period.years[1] == last for period in sentence.every_period)
        if record(sentence.text) == -way and (not last or told):
            return True
        titled = tuple(period.years[1] for period in periods(sentence.choice.quote.hit.passage.title) if period.years)
        return any(
            change.way == -way
            and (not last or last in (change.years or titled))
            and not set(self.others).isdisjoint(terms(sentence.text[change.start : change.end]))
            for change in changes(sentence.text)
        )


def _agents(said: Sequence[Word], predicate: Word) -> list[Word]:
    """The names before "did …", or behind "by": who did it, if nothing else stands there."""
    place = said.index(predicate)
    if said[0].text.lower() in ("did", "has", "had", "have"):
        subject = [word for word in said[1:place] if word.text.lower() != "the"]
        return subject if all(word.is_name for word in subject) else []
    following = [word.text.lower() for word in said[place + 1 : place + 3]]
    if "by" not in following:
        return []
    return list(takewhile(lambda word: word.is_name, said[place + 2 + following.index("by") :]))
