"""The sentences of a hit that can be an answer."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rag.sentences import sentences
from rag.terms import STOP_WORDS, terms
from rag.types import Hit

_FEWEST_TERMS = 3
_FEWEST_TELLING = 4  # terms that are no stop words, of a line that does not end as a sentence does
_ENDED = re.compile(r"[.!:;…。！][\"'”’»)\]]*$")
_OWN_MARKS = re.compile(r"(?:\s*\[\d{1,3}\])+\s*$")


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document: `hit.passage` holds them from `start` to `end` (offsets of the document)."""

    hit: Hit
    start: int
    end: int

    @property
    def text(self) -> str:
        """The document's text, byte for byte."""
        passage = self.hit.passage
        return passage.text[self.start - passage.start : self.end - passage.start]


def quotes_of(hit: Hit) -> list[Quote]:
    """The sentences of a hit that can be an answer."""
    passage = hit.passage
    names = [terms(name) for name in (*passage.headings, passage.title)]
    quotes = []
    for start, end in sentences(passage.text):
        # A document's own "[1]" behind a sentence would look like a footnote of ours.
        end = start + len(_OWN_MARKS.sub("", passage.text[start:end]))
        quote = Quote(hit, passage.start + start, passage.start + end)
        words = terms(quote.text)
        addressed = any(begin < quote.end and quote.start < stop for begin, stop in hit.instructions)
        if len(words) >= _FEWEST_TERMS and words not in names and not addressed and not _is_scrap(quote.text):
            quotes.append(quote)
    return quotes


def _is_scrap(text: str) -> bool:
    """A question, or a few words without an end and a figure: a heading, the head of a table, a signature."""
    if text.endswith("?"):
        return True
    telling = [term for term in terms(text) if term not in STOP_WORDS]
    return len(telling) < _FEWEST_TELLING and not _ENDED.search(text) and not any(map(str.isdigit, text))
