"""Between quotes and the text that a reader sees: marks, claims, and the footnotes below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from rag.evidence import Quote
from rag.types import Answer, Citation, Claim, Disagreement, Hit, Support, Verdict

VERBATIM = Verdict(Support.SUPPORTED, 1.0, "These are the document's own words.", "verbatim")


def quoted(
    question: str,
    asked_as: str,
    quotes: Sequence[Quote],
    hits: Sequence[Hit],
    speaker_of: Callable[[Quote], str] = lambda quote: "",
    lead: str = "",
) -> Answer:
    """An answer made of quotes, each a claim with its own mark, after a `lead` that is no claim.

    Line breaks in them become spaces. Where `speaker_of` names somebody, the quote is introduced by that name.
    """
    answer = Answer(question, asked_as, lead, hits=tuple(hits))
    for quote in quotes:
        answer = _with_quote(answer, quote, speaker_of(quote))
    return replace(answer, draft=answer.text)


def with_disagreements(
    answer: Answer, disagreements: Sequence[Disagreement], speaker_of: Callable[[Quote], str] = lambda quote: ""
) -> Answer:
    """The answer with every side of these disagreements in it: a value it does not mention is quoted at its end."""
    told = []
    for disagreement in disagreements:
        values = []
        for value in disagreement.values:
            mark = _mark_of(answer, value.value, value.citation)
            if mark is None:
                quote = _quote_of(answer, value.citation)
                answer = _with_quote(answer, quote, speaker_of(quote))
                mark = max(citation.mark for citation in answer.citations)
            values.append(replace(value, citation=replace(value.citation, mark=mark)))
        told.append(replace(disagreement, values=tuple(values)))
    return replace(answer, disagreements=tuple(told))


def _with_quote(answer: Answer, quote: Quote, speaker: str) -> Answer:
    passage = quote.hit.passage
    if not passage.start <= quote.start < quote.end <= passage.end:
        raise ValueError(f"{quote.start}-{quote.end} is not within the passage {passage.id}")
    mark = max((citation.mark for citation in answer.citations), default=0) + 1
    words = " ".join(quote.text.split())
    said = f"According to {speaker}: “{words}”" if speaker else words
    before = f"{answer.text} " if answer.text else ""
    citation = Citation(mark, passage, quote.start, quote.end, quote.text)
    claim = Claim(said, len(before), len(before) + len(said), (citation,), VERBATIM)
    return replace(answer, text=f"{before}{said} [{mark}]", claims=(*answer.claims, claim))


def _mark_of(answer: Answer, value: str, wanted: Citation) -> int | None:
    """The mark under which the answer gives this value from this passage."""
    for claim in answer.claims:
        for citation in claim.citations:
            same = citation.passage.id == wanted.passage.id
            if same and citation.start < wanted.end and wanted.start < citation.end and value in claim.text:
                return citation.mark
    return None


def _quote_of(answer: Answer, citation: Citation) -> Quote:
    hit = next(hit for hit in answer.hits if hit.passage.id == citation.passage.id)
    return Quote(hit, citation.start, citation.end)
