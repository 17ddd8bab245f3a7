"""What must hold of every answer, whatever it says. One break anywhere fails a run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator

import rag
from evals.suite.records import Record

_MARK = re.compile(r"\[(\d{1,6})\]")
_OWN_MARK = re.compile(r"\[\d{1,6}\]\s*$")


def broken(record: Record, document_of: Callable[[str], rag.Document]) -> Iterator[str]:
    """Each invariant that the record breaks, in words; nothing: all hold."""
    answer = record.answer
    if answer is None:
        yield f"not answered: {record.error or 'no reason was kept'}"
        return
    if not answer.final:
        yield "the answer is not final"
    if answer.refusal is None and not answer.claims:
        yield "an answer without a sentence that is no refusal"
    for claim in answer.claims:
        if answer.text[claim.start : claim.end] != claim.text:
            yield f"a sentence is not at its place in the answer: “{claim.text[:60]}”"
        if claim.citations and _OWN_MARK.search(claim.text):
            yield f"a sentence ends in a mark that is not ours: “{claim.text[-60:]}”"
        yield from _verdict(claim)
    for citation in _all_citations(answer):
        yield from _quote(citation, document_of)
    yield from _marks(answer)
    yield from _stability(record, answer)


def _quote(citation: rag.Citation, document_of: Callable[[str], rag.Document]) -> Iterator[str]:
    """The words are those of the document, at their place, inside their passage."""
    passage = citation.passage
    try:
        document = document_of(passage.document_id)
    except rag.RagError:
        yield f"[{citation.mark}] is of a document that is not in the library"
        return
    if document.text[citation.start : citation.end] != citation.quote or not citation.quote:
        yield f"the words of [{citation.mark}] are not those of {passage.source} at their place"
    if document.text[passage.start : passage.end] != passage.text:
        yield f"the passage of [{citation.mark}] is not that of {passage.source} at its place"
    if not passage.start <= citation.start < citation.end <= passage.end:
        yield f"the words of [{citation.mark}] lie outside their passage"


def _marks(answer: rag.Answer) -> Iterator[str]:
    """Each mark that is shown has a footnote, each footnote a mark, and each sentence the marks it cites."""
    cited = {citation.mark for claim in answer.claims for citation in claim.citations}
    behind: set[int] = set()
    for number, claim in enumerate(answer.claims):
        after = answer.claims[number + 1].start if number + 1 < len(answer.claims) else len(answer.text)
        shown = {int(mark) for mark in _MARK.findall(answer.text[claim.end : after])}
        behind |= shown
        if shown != {citation.mark for citation in claim.citations}:
            yield f"the marks behind “{claim.text[:60]}” are not those that it cites"
    if answer.claims and behind != cited:
        yield f"marks without a footnote, or footnotes without a mark: {sorted(behind ^ cited)}"


def _verdict(claim: rag.Claim) -> Iterator[str]:
    verdict = claim.verdict
    numbers = [verdict.confidence, *([] if verdict.score is None else [verdict.score])]
    if not all(math.isfinite(number) and 0 <= number <= 1 for number in numbers):
        yield f"a verdict is not a number in [0, 1]: “{claim.text[:60]}”"
    if bool(claim.citations) == (verdict.support is rag.Support.UNCITED):
        yield f"the verdict on “{claim.text[:60]}” and its citations are at odds"
    if not verdict.because:
        yield f"a verdict without a reason: “{claim.text[:60]}”"


def _stability(record: Record, answer: rag.Answer) -> Iterator[str]:
    """A mark that was shown while the answer was being written stands for the same passage at the end."""
    final = {citation.mark: citation.passage.id for citation in answer.citations}
    if answer.writer == "extractive" or answer.refusal is not None:
        return  # another writer took over from the one that was shown, and says so
    for marks in record.previews:
        for mark, passage in marks.items():
            if final.get(mark, passage) != passage:
                yield f"[{mark}] stood for another passage while the answer was written"


def _all_citations(answer: rag.Answer) -> Iterator[rag.Citation]:
    for claim in answer.claims:
        yield from claim.citations
    for disagreement in answer.disagreements:
        for value in disagreement.values:
            yield value.citation
