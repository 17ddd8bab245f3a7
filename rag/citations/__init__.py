"""Between quotes and the text that a reader sees: marks, claims, and the footnotes below."""

from __future__ import annotations

from collections.abc import Sequence

from rag.evidence import Quote
from rag.types import Answer, Citation, Claim, Hit, Support, Verdict

VERBATIM = Verdict(Support.SUPPORTED, 1.0, "These are the document's own words.", "verbatim")


def quoted(question: str, asked_as: str, quotes: Sequence[Quote], hits: Sequence[Hit]) -> Answer:
    """An answer made of quotes, each a claim with its own mark; line breaks in them become spaces."""
    text = ""
    claims = []
    for mark, quote in enumerate(quotes, start=1):
        passage = quote.hit.passage
        if not passage.start <= quote.start < quote.end <= passage.end:
            raise ValueError(f"{quote.start}-{quote.end} is not within the passage {passage.id}")
        start = len(text) + 1 if text else 0
        words = " ".join(quote.text.split())
        text = f"{text} {words} [{mark}]" if text else f"{words} [{mark}]"
        citation = Citation(mark, passage, quote.start, quote.end, quote.text)
        claims.append(Claim(words, start, start + len(words), (citation,), VERBATIM))
    return Answer(question, asked_as, text, tuple(claims), tuple(hits), draft=text)


def with_footnotes(answer: Answer) -> str:
    """The answer with its footnotes below it, as plain text."""
    parts = [answer.text]
    parts += [_footnote(citation) for citation in answer.citations]
    if answer.refusal and answer.nearest:
        parts.append("What came nearest:")
        parts += [
            f"- {place(hit.passage.title, hit.passage.page)}: {_short(hit.passage.text)}" for hit in answer.nearest
        ]
    if answer.claims and answer.notice:
        parts.append(answer.notice)
    if answer.asked_as != answer.question:
        parts.append(f"Searched for: {answer.asked_as}")
    return "\n\n".join(parts)


def place(title: str, page: int | None) -> str:
    """Where words stand, for a reader: "Annual report, page 3"."""
    return f"{title}, page {page}" if page else title


def printable(source: str) -> str:
    """The name of a source without what would upset a terminal or a page."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in source)


def _footnote(citation: Citation) -> str:
    passage = citation.passage
    where = place(passage.title, citation.page)
    if passage.headings and passage.headings[-1] != passage.title:
        where += f", “{passage.headings[-1]}”"
    words = " ".join(citation.quote.split())
    interval = f"{printable(passage.source)}, characters {citation.start}-{citation.end}"
    return f"[{citation.mark}] {where} ({interval})\n    “{words}”"


def _short(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= 200 else words[:200].rsplit(" ", 1)[0] + " …"
