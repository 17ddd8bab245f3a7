"""The nouns. Frozen values; derived numbers are properties; no stage changes another's value."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

Interval = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Section:
    """From `start` on, the text stands under these headings, outermost first."""

    start: int
    headings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One text with what is known of it. Every offset anywhere counts characters of `text`."""

    source: str
    title: str
    text: str
    kind: str
    pages: tuple[int, ...] = ()
    """Start offset of each page, ascending; empty where the format has no pages."""
    page_labels: tuple[str, ...] = ()
    """What is printed on each page ("iv", "12"); as many as `pages`."""
    sections: tuple[Section, ...] = ()
    furniture: tuple[Interval, ...] = ()
    """Running headers, footers and page numbers: in the text, in no passage."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    layout: bytes = b""
    """For a PDF: the page character behind each character of `text` (see `reading.pdf`)."""

    @property
    def id(self) -> str:
        """The same source has the same id, whatever its text."""
        return document_id_of(self.source)

    @property
    def content_hash(self) -> str:
        return hashlib.sha256(self.text.encode("utf-8", "surrogatepass")).hexdigest()

    def page_at(self, offset: int) -> int | None:
        """The page, counted from 1, that holds the character at `offset`."""
        return bisect_right(self.pages, offset) or 1 if self.pages else None

    def headings_at(self, offset: int) -> tuple[str, ...]:
        """The headings, outermost first, under which the character at `offset` stands."""
        place = bisect_right(self.sections, offset, key=lambda section: section.start)
        return self.sections[place - 1].headings if place else ()


def document_id_of(source: str) -> str:
    """The id of the document with this source."""
    return hashlib.sha256(source.encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Passage:
    """A slice of one document: `document.text[start:end] == text`, always."""

    id: str
    document_id: str
    source: str
    title: str
    start: int
    end: int
    text: str
    page: int | None = None
    headings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage found for a question. Ranks count from 1; None: that channel did not find it."""

    passage: Passage
    score: float
    dense_rank: int | None = None
    lexical_rank: int | None = None
    reranked: float | None = None
    cosine: float = 0.0
    """Nearness of the question and the passage, in [-1, 1]."""
    instructions: tuple[Interval, ...] = ()
    """What in the passage is addressed to a language model and not to a reader (offsets of the document)."""


@dataclass(frozen=True, slots=True)
class Citation:
    """The words a claim rests on: `quote` is the document's text from `start` to `end`."""

    mark: int
    passage: Passage
    start: int
    end: int
    quote: str

    @property
    def page(self) -> int | None:
        return self.passage.page


class Support(StrEnum):
    SUPPORTED = "SUPPORTED"
    PARTLY = "PARTLY"
    UNSUPPORTED = "UNSUPPORTED"
    CONTRADICTED = "CONTRADICTED"
    UNCITED = "UNCITED"
    UNCHECKED = "UNCHECKED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the cited words support a claim. `because` is one sentence for a reader."""

    support: Support
    confidence: float
    """How sure the judge is of this support, in [0, 1]."""
    because: str
    judge: str
    score: float | None = None
    """How well the words support the claim, in [0, 1], comparable over claims; None: not measured."""
    lacking: tuple[Interval, ...] = ()
    """What of the claim has no support: intervals of the claim's text."""


UNCHECKED = Verdict(Support.UNCHECKED, 0.0, "This sentence has not been checked yet.", "none")


@dataclass(frozen=True, slots=True)
class Claim:
    """One sentence of an answer: `answer.text[start:end] == text`."""

    text: str
    start: int
    end: int
    citations: tuple[Citation, ...] = ()
    verdict: Verdict = UNCHECKED


class Refusal(StrEnum):
    NOTHING_INDEXED = "NOTHING_INDEXED"
    NOT_IN_THE_DOCUMENTS = "NOT_IN_THE_DOCUMENTS"
    FALSE_PREMISE = "FALSE_PREMISE"


@dataclass(frozen=True, slots=True)
class Value:
    """One side of a disagreement: what a document says, in its own words."""

    value: str
    citation: Citation
    date: str = ""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """Documents that give different values for the same thing."""

    about: str
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """A question's answer with all it rests on."""

    question: str
    asked_as: str
    text: str
    claims: tuple[Claim, ...] = ()
    hits: tuple[Hit, ...] = ()
    draft: str = ""
    invented_marks: tuple[str, ...] = ()
    refusal: Refusal | None = None
    nearest: tuple[Hit, ...] = ()
    absent_terms: tuple[str, ...] = ()
    """Words of the question that no document holds."""
    disagreements: tuple[Disagreement, ...] = ()
    writer: str = ""
    notice: str = ""
    """What a reader should know of how the answer was made."""
    warnings: tuple[str, ...] = ()
    """What else a reader should know: passages that did not fit, marks that point nowhere, instructions in a source."""
    seconds: Mapping[str, float] = field(default_factory=dict)
    final: bool = True
    unfinished: bool = False
    """Stopped by the reader while it was being written."""

    @property
    def citations(self) -> tuple[Citation, ...]:
        """All citations, each once, in order of their marks; those of one mark in order of their words."""
        unique = {
            (citation.mark, citation.start, citation.end): citation
            for claim in self.claims
            for citation in claim.citations
        }
        return tuple(unique[key] for key in sorted(unique))

    def timed(self, **seconds: float) -> Answer:
        """The same answer with these stages' seconds added."""
        return replace(self, seconds={**self.seconds, **seconds})


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and its answer in a conversation."""

    question: str
    answer: Answer


@dataclass(frozen=True, slots=True)
class Problem:
    """A file or document that a reader of a report should know about, and why."""

    source: str
    reason: str


@dataclass(frozen=True, slots=True)
class SyncReport:
    """What a sync did. Counts are of documents; `documents` and `passages` are the store's totals."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    unchanged: int = 0
    unreadable: tuple[Problem, ...] = ()
    warnings: tuple[Problem, ...] = ()
    documents: int = 0
    passages: int = 0
    seconds: float = 0.0
