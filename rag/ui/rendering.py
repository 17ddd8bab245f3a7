"""An answer as HTML. Whatever comes from a document or a reader is text there, and never anything else.

The chat shows this through a Markdown renderer and a sanitiser. Neither is relied upon: every ASCII
character that means something to HTML or to Markdown is written as a character reference, and the
whole is one line, so that the renderer takes it as one block of HTML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import rag

_MEANS_SOMETHING = re.compile(r"[!-/:-@\[-`{-~\t\n\r]")
_MARK = re.compile(r"\s*\[(\d+)\]")
# Embeddings, overrides and isolates, which can make a text read otherwise than it is written. Each is
# kept, since a quote is exact, but shut up in an element of its own, where it turns nothing around.
_TURNS_TEXT = re.compile("[\u202a-\u202e\u2066-\u2069]")
_EXCERPT = 280  # characters of a passage that came near


def render(answer: rag.Answer, key: str = "answer") -> str:
    """The answer with its footnotes, or the refusal with what came nearest, as safe HTML.

    `key` makes the links between marks and footnotes this answer's own: letters and digits, another
    for each answer of a page.
    """
    body = _paragraph(answer, key) + _notes(answer.citations, key)
    if answer.refusal:
        body = f'<p class="said">{escape(answer.text)}</p>' + _absent(answer) + _nearest(answer.nearest)
    kind = "answer refusal" if answer.refusal else "answer"
    return f'<div class="{kind}">{body}{_remarks(answer)}</div>'


def render_question(question: str) -> str:
    """A question as it was typed."""
    return f'<div class="asked">{escape(question)}</div>'


def render_notice(text: str, kind: str = "waiting") -> str:
    """A sentence of the program's own: what it is doing, or (`kind` "problem") why it cannot go on."""
    return f'<div class="notice {kind}">{escape(text)}</div>'


def escape(text: str) -> str:
    """The text with nothing in it that HTML or Markdown would act upon. It reads back unchanged."""
    whole = text.encode("utf-8", "replace").decode()  # a lone surrogate cannot be sent to a browser
    safe = _MEANS_SOMETHING.sub(lambda found: f"&#{ord(found.group())};", whole)
    return _TURNS_TEXT.sub(lambda found: f'<span class="turn">{found.group()}</span>', safe)


def _paragraph(answer: rag.Answer, key: str) -> str:
    """The text, with the marks after each claim as links to the footnotes."""
    known = {citation.mark for citation in answer.citations}
    linked: set[int] = set()
    parts: list[str] = []
    done = 0

    def between(start: int, end: int) -> str:
        plain = _MARK.sub(lambda found: "" if int(found[1]) in known else found[0], answer.text[start:end])
        return escape(plain)

    for claim in answer.claims:
        parts += [between(done, claim.start), f'<span class="claim">{escape(claim.text)}</span>']
        for citation in claim.citations:
            parts.append(_chip(citation, key, first=citation.mark not in linked))
            linked.add(citation.mark)
        done = claim.end
    parts.append(between(done, len(answer.text)))
    return f'<p class="said">{"".join(parts).strip()}</p>'


def _chip(citation: rag.Citation, key: str, *, first: bool) -> str:
    mark = citation.mark
    here = f' id="mark-{key}-{mark}"' if first else ""
    where = escape(", ".join(_place(citation.passage)))
    return f'<sup><a class="chip"{here} href="#note-{key}-{mark}" title="{_plain(where)}">[{mark}]</a></sup>'


def _notes(citations: Sequence[rag.Citation], key: str) -> str:
    notes = "".join(
        f'<li class="note" id="note-{key}-{citation.mark}">'
        f'<a class="chip" href="#mark-{key}-{citation.mark}" title="Back to the sentence">[{citation.mark}]</a>'
        f"{_where(citation.passage)}"
        f'<blockquote class="quote">{escape(citation.quote)}</blockquote></li>'
        for citation in citations
    )
    return f'<ol class="notes">{notes}</ol>' if notes else ""


def _absent(answer: rag.Answer) -> str:
    """The terms that no document holds, unless the refusal names them itself."""
    terms = [term for term in answer.absent_terms if term not in answer.text]
    shown = ", ".join(f"“{escape(term)}”" for term in terms)
    return f'<p class="said">No document mentions {shown}.</p>' if terms else ""


def _nearest(hits: Iterable[rag.Hit]) -> str:
    near = "".join(
        f'<li class="note">{_where(hit.passage)}'
        f'<blockquote class="quote">{escape(_excerpt(hit.passage.text))}</blockquote></li>'
        for hit in hits
    )
    return f'<p class="label">What came nearest</p><ul class="notes">{near}</ul>' if near else ""


def _where(passage: rag.Passage) -> str:
    title, *place = _place(passage)
    path = " › ".join(heading for heading in passage.headings if heading != passage.title)
    details = "".join(f'<span class="place">{escape(part)}</span>' for part in (*place, path) if part)
    source = f'<span class="source">{escape(passage.source)}</span>'
    return f'<div class="where"><span class="title">{escape(title)}</span>{details}{source}</div>'


def _place(passage: rag.Passage) -> list[str]:
    return [passage.title, f"page {passage.page}"] if passage.page else [passage.title]


def _excerpt(text: str) -> str:
    words = " ".join(text.split())
    return words if len(words) <= _EXCERPT else words[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _remarks(answer: rag.Answer) -> str:
    """Who wrote it, what was searched, and how long it took."""
    remarks = [answer.notice] if answer.notice and answer.claims else []
    if answer.asked_as != answer.question:
        remarks.append(f"Searched for: {answer.asked_as}")
    if answer.hits:
        took = f" in {sum(answer.seconds.values()):.1f}\N{NO-BREAK SPACE}s" if answer.seconds else ""
        documents = len({hit.passage.document_id for hit in answer.hits})
        remarks.append(f"Looked at {_count(len(answer.hits), 'passage')} of {_count(documents, 'document')}{took}.")
    shown = " ".join(f"<span>{escape(remark)}</span>" for remark in remarks)
    return f'<p class="remarks">{shown}</p>' if remarks else ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def _plain(escaped: str) -> str:
    """Escaped text without elements, for an attribute."""
    return re.sub(r"<[^>]*>", "", escaped)
