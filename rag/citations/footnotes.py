"""An answer as plain text, with its footnotes below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from rag.types import Answer, Citation, Disagreement, Support

_FAULTS = {
    Support.PARTLY: "Only partly supported",
    Support.UNSUPPORTED: "Not supported",
    Support.CONTRADICTED: "Contradicted",
    Support.UNCITED: "Without a source",
}


def with_footnotes(answer: Answer) -> str:
    """The answer with its footnotes below it, as plain text."""
    return "\n\n".join([answer.text, *below(answer)])


def below(answer: Answer) -> list[str]:
    """What stands below an answer's text, part by part."""
    notes = groupby(answer.citations, key=lambda citation: citation.mark)
    parts = ["\n".join(_footnote(list(citations))) for _, citations in notes]
    parts += [_both_sides(disagreement) for disagreement in answer.disagreements]
    parts += [
        f"{_FAULTS[claim.verdict.support]}: “{_short(claim.text)}” {claim.verdict.because}"
        for claim in answer.claims
        if claim.verdict.support in _FAULTS
    ]
    if answer.refusal and answer.nearest:
        parts.append("What came nearest:")
        parts += [
            f"- {place(hit.passage.title, hit.passage.page)}: {_short(hit.passage.text)}" for hit in answer.nearest
        ]
    if answer.invented_marks:
        parts.append(f"Left out, because no passage has these numbers: {', '.join(answer.invented_marks)}")
    parts += answer.warnings
    if answer.notice and (answer.claims or answer.draft):
        parts.append(answer.notice)
    if answer.asked_as != answer.question:
        parts.append(f"Searched for: {answer.asked_as}")
    return parts


class Told:
    """An answer as it comes, as plain text that only grows: where another writer takes over, it says so and begins
    anew.
    """

    def __init__(self) -> None:
        self._shown = ""

    def next(self, answer: Answer) -> str:
        """What this answer, the latest of a stream, adds to what was told."""
        text = answer.text.encode("utf-8", "backslashreplace").decode()
        shown, self._shown = self._shown, text
        goes_on = text.startswith(shown) or not answer.final
        return text[len(shown) :] if goes_on else f" …\n\n{answer.notice}\n\n{text}"


def place(title: str, page: int | None) -> str:
    """Where words stand, for a reader: "Annual report, page 3"."""
    return f"{title}, page {page}" if page else title


def printable(source: str) -> str:
    """The name of a source without what would upset a terminal or a page."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in source)


def _footnote(citations: Sequence[Citation]) -> Iterator[str]:
    """The lines of one mark: where it stands, and the words, of one sentence or several."""
    first = citations[0]
    passage = first.passage
    where = place(passage.title, first.page)
    if passage.headings and passage.headings[-1] != passage.title:
        where += f", “{passage.headings[-1]}”"
    intervals = ", ".join(f"{citation.start}-{citation.end}" for citation in citations)
    yield f"[{first.mark}] {where} ({printable(passage.source)}, characters {intervals})"
    for citation in citations:
        yield f"    “{' '.join(citation.quote.split())}”"


def _both_sides(disagreement: Disagreement) -> str:
    sides = [
        f"{value.value} ({', '.join(filter(None, [value.citation.passage.title, value.date]))}) [{value.citation.mark}]"
        for value in disagreement.values
    ]
    return f"The documents differ on {disagreement.about}: {'; '.join(sides)}"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 200 else words[:200].rsplit(" ", 1)[0] + " …"
