"""The passages that a question finds, and their documents, as they were at one moment.

Documents are replaced and forgotten while questions are answered. What an answer says of a document, its date, who
speaks in it, is said of the text that its passages are from: so both are read at once, and found anew where something
changed between the two.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.catalogue import Catalogue
from rag.evidence import Quote
from rag.evidence.opinions import speaker
from rag.types import Document, Hit
from rag.values.dates import document_date

_TRIES = 5


@dataclass(frozen=True, slots=True)
class Moment:
    """Hits, and the documents that they are from, by id."""

    hits: Sequence[Hit]
    documents: Mapping[str, Document]

    @classmethod
    def of(cls, search: Callable[[], Sequence[Hit]], catalogue: Catalogue) -> Moment:
        """Of a search, which is made again while something changes under it; in the end without what changed."""
        for _ in range(_TRIES):
            hits = search()
            documents = catalogue.documents_of({hit.passage.document_id for hit in hits})
            whole = [hit for hit in hits if _is_from(hit, documents)]
            if len(whole) == len(hits):
                break
        return cls(whole, documents)

    def date_of(self, document_id: str) -> str:
        """The date of a document, "" where it has none."""
        return document_date(self.documents[document_id])

    def speaker_of(self, quote: Quote) -> str:
        """Whose opinion a quote is, "" where it is nobody's."""
        return speaker(quote, self.documents[quote.hit.passage.document_id])


def _is_from(hit: Hit, documents: Mapping[str, Document]) -> bool:
    document = documents.get(hit.passage.document_id)
    return document is not None and document.text[hit.passage.start : hit.passage.end] == hit.passage.text
