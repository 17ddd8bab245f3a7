"""A sentence of the evidence, read for what it says, denies and only supposes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from rag.evidence import Choice
from rag.evidence.premise.opposites import listed
from rag.evidence.premise.presupposed import Word, words
from rag.evidence.premise.times import weekdays
from rag.sentences import sentences
from rag.terms import terms
from rag.values.dates import Period, periods

_LEANING = listed("it he she they this that these not no nobody none")
_AS_FAR_BACK = 500  # characters
_BEFORE = 2  # sentences before it that say what "it" is
_NEGATION = listed("not never no nobody none neither nor without cannot hardly")
_NOT_DENYING = listed(
    "only until till because yet just merely more less fewer later earlier than least all always every"
)
_PASSED_OVER = listed(
    "be been being was were is are at any longer ever formally really in fact have has had the a an of"
)
_SUPPOSED = re.compile(
    r"\b(?:if|unless|whether|would|should|could|might|must|shall|supposed|until|instead of|rather than|allegedly"
    r"|denie[sd]|claims? that|claimed|argue[sd]?|proposed|proposes|proposal|wants|wanted|asks? for|hopes?"
    r"|plan(?:s|ned)? to|being considered)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Sentence:
    """A choice with its words read."""

    choice: Choice

    @property
    def text(self) -> str:
        """As the document has it."""
        return self.choice.quote.text

    @cached_property
    def words(self) -> list[Word]:
        """Its words in order."""
        return words(self.text)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Of its words."""
        return frozenset(terms(self.text)) | {word.stem for word in self.words}

    @cached_property
    def in_context(self) -> frozenset[str]:
        """The stems of its words, its title, its headings and the sentences before it."""
        passage = self.choice.quote.hit.passage
        place = self.choice.quote.start - passage.start
        text = passage.text[max(0, place - _AS_FAR_BACK) : place]
        before = [text[start:end] for start, end in sentences(text)[-_BEFORE:]]
        return self.stems | frozenset(terms(" ".join([passage.title, *passage.headings, *before])))

    @property
    def leans_back(self) -> bool:
        """Whether what it is about stands in the sentences before it: "It …", "She …", "Not insured"."""
        return bool(self.words) and self.words[0].text.lower() in _LEANING

    @cached_property
    def denied(self) -> frozenset[str]:
        """The stems of words that a "not", "no" or "never" stands directly before."""
        return frozenset(_denied(self.words))

    @cached_property
    def asserted(self) -> frozenset[str]:
        """The stems of words that it says of something and does not deny."""
        return frozenset(word.stem for word in self.words if not word.is_attribute) - self.denied

    @cached_property
    def own_periods(self) -> list[Period]:
        """The dates it names."""
        return periods(self.text)

    @cached_property
    def periods(self) -> list[Period]:
        """The dates it names, else those of its headings or title."""
        passage = self.choice.quote.hit.passage
        others = (" ".join(passage.headings), passage.title)
        return self.own_periods or next(filter(None, map(periods, others)), [])

    @cached_property
    def every_period(self) -> list[Period]:
        """The dates it names, and those of its headings, title and source."""
        passage = self.choice.quote.hit.passage
        return self.own_periods + periods("\n".join([*passage.headings, passage.title, passage.source]))

    @cached_property
    def weekdays(self) -> frozenset[int]:
        """The days of the week it names."""
        return weekdays(self.text)

    @cached_property
    def is_supposed(self) -> bool:
        """Whether it says what would be, or what somebody wants or claims."""
        return bool(_SUPPOSED.search(self.text))


def _denied(said: Sequence[Word]) -> Iterator[str]:
    for place, word in enumerate(said):
        if word.text.lower() in _NEGATION or word.text.lower().endswith(("n't", "n’t")):
            for following in said[place + 1 : place + 4]:
                if following.text.lower() in _NOT_DENYING:
                    break
                yield following.stem
                if following.text.lower() not in _PASSED_OVER and not following.text.lower().endswith("ly"):
                    break
