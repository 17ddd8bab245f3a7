"""Whether sentences rest on the right words: by the gold evidence, which decides, and by the product's own judge.

By the gold evidence: which of it is cited, and how many citations are of it. By the judge, after ALCE (Gao et al.
2023, section 4): a sentence counts for recall where its citations together support it; a citation counts for
precision where its sentence does and where the others do not support it without it, or it does alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import rag
from evals.suite.cases import Case, Quote
from evals.suite.records import Record
from evals.suite.scores.referee import Referee
from evals.suite.scores.retrieval import RELEVANT, covered


def scores(record: Record, referee: Referee, each_citation: bool = True) -> Iterator[tuple[str, float]]:
    """Figures of one answer. A refusal of what should be answered cites no evidence and has no sentences to judge."""
    case, answer = record.case, record.answer
    if answer is None:
        return
    citations = [citation for claim in answer.claims for citation in claim.citations]
    if case.is_answerable:
        yield "evidence cited", _share([_is_cited(group, citations) for group in case.evidence])
        if citations:
            yield "citations on evidence", _share([is_on_evidence(citation, case) for citation in citations])
    if not answer.claims:
        return
    supports = [referee.support(claim) for claim in answer.claims]
    supported = [support is rag.Support.SUPPORTED for support in supports]
    yield "sentences supported", _share(supported)
    yield "all sentences supported", float(all(supported))
    yield "sentences not contradicted", _share([support is not rag.Support.CONTRADICTED for support in supports])
    yield "sentences cited", _share([bool(claim.citations) for claim in answer.claims])
    if not each_citation:
        return
    needed = [
        held and _is_needed(claim, number, referee)
        for claim, held in zip(answer.claims, supported, strict=True)
        for number in range(len(claim.citations))
    ]
    yield "citation precision (judge)", _share(needed) if needed else 0.0


def is_on_evidence(citation: rag.Citation, case: Case) -> bool:
    """Whether a citation and a gold quote share half of the shorter of them."""
    return any(
        span.overlap(citation.passage.document_id, citation.start, citation.end)
        >= RELEVANT * min(span.end - span.start, citation.end - citation.start)
        for group in case.evidence
        for quote in group
        for span in quote.spans
        if span.document_id == citation.passage.document_id
    )


def _is_cited(group: Sequence[Quote], citations: Sequence[rag.Citation]) -> bool:
    intervals = [(one.passage.document_id, one.start, one.end) for one in citations]
    return any(covered(span, intervals) >= RELEVANT for quote in group for span in quote.spans)


def _is_needed(claim: rag.Claim, number: int, referee: Referee) -> bool:
    if len(claim.citations) == 1:
        return True
    alone = claim.citations[number : number + 1]
    others = claim.citations[:number] + claim.citations[number + 1 :]
    return referee.holds(claim.text, alone) or not referee.holds(claim.text, others)


def _share(values: Sequence[bool]) -> float:
    return sum(values) / len(values)
