"""What the panel of evidence shows: the words that a sentence rests on, where they stand, and what was found of it.

Pure functions to fragments of HTML. Whatever comes from a document or an answer is text in them and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import rag
from rag.conversations.standing import Place, Standing, Whereabouts, look_up
from rag.exports.rendering import SUPPORTS, escape, escape_attribute, said_of
from rag.grounding.card import known_error
from rag.types import Document
from rag.ui.surroundings import Mark, around, marked_text, part_of

Pictures = Callable[[str, int], str]
"""The address of the picture of a page: of a document's id and the page."""


def evidence(library: rag.Library, answer: rag.Answer, claim: int, citation: int, pictures: Pictures) -> str:
    """The words of a citation of a sentence in their surroundings, with the verdict. Numbers count from 0.

    Raises NotInStore where the sentence has no such citation.
    """
    said = answer.claims[claim]
    if not 0 <= citation < len(said.citations):
        raise rag.NotInStore("There is no such citation.")
    cited = said.citations[citation]
    standing, document = _stands(library, cited)
    also = [(c.start, c.end) for c in said.citations if c.passage.document_id == cited.passage.document_id]
    marks = [Mark(cited.start, cited.end, "quote"), *(Mark(start, end, "also") for start, end in also)]
    body = _in_place(library, document, marks, pictures) if document else _kept(cited)
    return (
        f"{_head(cited.passage)}{_verdict(said)}{_steps(answer, claim, citation)}"
        f"{_changed(standing)}{body}{_actions(cited, document)}"
    )


def passage(library: rag.Library, hit: rag.Hit, pictures: Pictures) -> str:
    """A passage that came near, in its surroundings."""
    found = hit.passage
    quoted = rag.Citation(0, found, found.start, found.end, found.text)
    standing, document = _stands(library, quoted)
    marks = [Mark(found.start, found.end, "quote")]
    body = _in_place(library, document, marks, pictures) if document else _kept(quoted)
    return f"{_head(found)}{_changed(standing)}{body}{_actions(quoted, document)}"


def whole(library: rag.Library, document_id: str, start: int, end: int, offset: int) -> str:
    """A document with the words from `start` to `end` marked; of a long one the part at `offset`, or at `start`."""
    document = library.document(document_id)
    first, last = part_of(document, offset if offset or not end else start)
    marks = [Mark(start, end, "quote")] if start < end else []
    shown = marked_text(document, first, last, marks, pages=True)
    return (
        f'<h2 class="title">{escape(document.title)}</h2>'
        f'<p class="source">{escape(document.source)}</p>{_parts(document, first, last, start, end)}'
        f'<div class="text">{shown}</div>{_parts(document, first, last, start, end)}'
    )


def _stands(library: rag.Library, cited: rag.Citation) -> tuple[Standing, Document | None]:
    """Where the words are now; the document, where they are still at their place in it."""
    place = Place(cited.passage.document_id, "", cited.start, cited.end, cited.quote)
    standing = look_up(library.catalogue, [place])[place]
    if standing.whereabouts is not Whereabouts.HERE:
        return standing, None
    return standing, library.document(cited.passage.document_id)


def _head(found: rag.Passage) -> str:
    path = " › ".join(heading for heading in found.headings if heading != found.title)
    places = [f"Page {found.page}" if found.page else "", path]
    shown = "".join(f'<span class="place">{escape(place)}</span>' for place in places if place)
    return (
        f'<h2 class="title">{escape(found.title)}</h2><p class="where">{shown}</p>'
        f'<p class="source">{escape(found.source)}</p>'
    )


def _verdict(said: rag.Claim) -> str:
    verdict = said.verdict
    score = f" Support {verdict.score:.2f}." if verdict.score is not None else ""
    error = f'<p class="fine">{escape(known_error())}</p>' if verdict.judge == "footnote" else ""
    return (
        f'<div class="finding sentence {verdict.support.lower()}"><p class="claimed">{escape(said.text)}</p>'
        f'<p><span class="sign"></span> <b>{SUPPORTS[verdict.support]}.</b>'
        f" {escape(verdict.because)}{score}</p>{error}</div>"
    )


def _steps(answer: rag.Answer, claim: int, citation: int) -> str:
    """To the citation before and the one behind, in the order of the answer."""
    order = [(n, m) for n, said in enumerate(answer.claims) for m in range(len(said.citations))]
    here = order.index((claim, citation))

    def step(to: int, name: str, sign: str) -> str:
        if not 0 <= to < len(order):
            return f'<button disabled aria-label="{name} citation">{sign}</button>'
        there = f'data-claim="{order[to][0]}" data-citation="{order[to][1]}"'
        return f'<button {there} aria-label="{name} citation">{sign}</button>'

    back, on = step(here - 1, "Previous", "‹"), step(here + 1, "Next", "›")
    return f'<p class="steps">{back}<span>Citation {here + 1} of {len(order)}</span>{on}</p>'


def _changed(standing: Standing) -> str:
    if standing.whereabouts is Whereabouts.HERE:
        return ""
    return f'<p class="changed">{escape(said_of(standing))} These are the words as they were when it was answered.</p>'


def _in_place(library: rag.Library, document: Document, marks: Sequence[Mark], pictures: Pictures) -> str:
    quote = marks[0]
    first, last = around(document, quote.start, quote.end)
    shown = f'<div class="text">{marked_text(document, first, last, marks)}</div>'
    sheet = _sheet(library, document, quote, pictures)
    if not sheet:
        return shown
    return f"{sheet}<details open><summary>The same as text</summary>{shown}</details>"


def _sheet(library: rag.Library, document: Document, quote: Mark, pictures: Pictures) -> str:
    """The page of a PDF with the words boxed; "" where that cannot be shown."""
    try:
        boxes = library.boxes(document.id, quote.start, quote.end)
    except rag.UnreadableDocument as problem:
        return f'<p class="changed">{escape(str(problem))}</p>'
    if not boxes:
        return ""
    page, pages = boxes[0].page, len(document.pages)
    title = escape_attribute(document.title)
    drawn = "".join(
        f'<span class="box" data-page="{box.page}"{"" if box.page == page else " hidden"} style="left:{box.left:.4%};'
        f'top:{box.top:.4%};width:{box.width:.4%};height:{box.height:.4%}"></span>'
        for box in boxes
    )
    return (
        '<div class="turning">'
        f'<button data-page="{page - 1}" data-step="-1"{"" if page > 1 else " disabled"} aria-label="Page before">‹'
        f'</button><span class="page-number">Page {page} of {pages}</span>'
        f'<button data-page="{page + 1}" data-step="1"{"" if page < pages else " disabled"} aria-label="Next page">›'
        '</button><button data-zoom="-50" aria-label="Smaller">−</button>'
        '<button data-zoom="50" aria-label="Larger">+</button></div>'
        f'<div class="view"><div class="sheet" data-document="{document.id}" data-page="{page}" data-pages="{pages}">'
        f'<img src="{escape_attribute(pictures(document.id, page))}" alt="Page {page} of “{title}”">{drawn}</div></div>'
    )


def _kept(cited: rag.Citation) -> str:
    """The passage as it was kept, for a document that is no longer the same."""
    found = cited.passage
    start, end = cited.start - found.start, cited.end - found.start
    before, quote, after = found.text[:start], found.text[start:end], found.text[end:]
    if quote != cited.quote:
        before, quote, after = "", cited.quote, ""
    return (
        f'<div class="text">{escape(before)}<mark class="quote" id="quote">{escape(quote)}</mark>{escape(after)}</div>'
    )


def _actions(cited: rag.Citation, document: Document | None) -> str:
    opens = ""
    if document:
        here = f'data-document="{document.id}" data-start="{cited.start}" data-end="{cited.end}"'
        opens = f"<button {here}>Open the whole document</button>"
    copies = f'<button data-copy="{escape_attribute(with_reference(cited))}">Copy quote with reference</button>'
    return f'<p class="actions">{copies}{opens}</p>'


def with_reference(cited: rag.Citation) -> str:
    """The words with where they stand, to paste elsewhere."""
    where = cited.passage.title + (f", page {cited.page}" if cited.page else "")
    return f"“{' '.join(cited.quote.split())}” — {where} ({cited.passage.source})"


def _parts(document: Document, first: int, last: int, start: int, end: int) -> str:
    """To the parts before and behind of a document that is shown in parts."""
    if first == 0 and last == len(document.text):
        return ""

    def part(name: str, to: int | None) -> str:
        if to is None:
            return f"<button disabled>{name}</button>"
        here = f'data-document="{document.id}" data-start="{start}" data-end="{end}" data-offset="{to}"'
        return f"<button {here}>{name}</button>"

    earlier = part("Earlier", max(1, part_of(document, first - 1)[0]) if first else None)
    later = part("Later", last if last < len(document.text) else None)
    where = f"Characters {first:,} to {last:,} of {len(document.text):,}"
    return f'<p class="steps">{earlier}<span>{where}</span>{later}</p>'
