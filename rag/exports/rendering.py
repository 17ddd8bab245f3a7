"""An answer as HTML. Whatever comes from a document or a reader is text there, and never anything else.

The chat shows this through a Markdown renderer and a sanitiser. Neither is relied upon: every ASCII
character that means something to HTML or to Markdown is written as a character reference, and the
whole is one line, so that the renderer takes it as one block of HTML.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from rag.conversations import Standing, Whereabouts
from rag.types import Answer, Citation, Claim, Disagreement, Hit, Passage, Support

_MARK = re.compile(r"(?<!\s)\s*+\[([0-9]{1,6})\]")
_MEANS_SOMETHING = {ord(character): f"&#{ord(character)};" for character in f"{string.punctuation}\t\n\r"}
# Embeddings, overrides and isolates, which can make a text read otherwise than it is written. Each is
# kept, since a quote is exact, but shut up in an element of its own, where it turns nothing around.
_TURNS_TEXT = {
    character: f'<span class="turn">{chr(character)}</span>'
    for character in (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
}
_EXCERPT = 280  # characters of a passage that came near

SUPPORTS = {
    Support.SUPPORTED: "Supported",
    Support.PARTLY: "Partly supported",
    Support.UNSUPPORTED: "Not supported",
    Support.CONTRADICTED: "Contradicted",
    Support.UNCITED: "Without a source",
    Support.UNCHECKED: "Not checked",
}
"""The words for a verdict, for a reader."""
_FAULTS = frozenset({Support.PARTLY, Support.UNSUPPORTED, Support.CONTRADICTED, Support.UNCITED})
PLACES = {
    Whereabouts.HERE: "Still there",
    Whereabouts.MOVED: "Moved",
    Whereabouts.GONE: "Gone",
    Whereabouts.ALTERED: "Altered",
}
"""The words for where a quote stands, for a reader."""


@dataclass(frozen=True, slots=True)
class Particulars:
    """What a record has and a chat does not: what the citations can be checked by, and where they stand."""

    hashes: Mapping[str, str]
    """The content hash of each cited document, by its id."""
    standing: Callable[[Citation], Standing]


def render(answer: Answer, key: str = "answer", particulars: Particulars | None = None) -> str:
    """The answer with its footnotes, or the refusal with what came nearest, as safe HTML.

    `key` makes the links between marks and footnotes this answer's own: letters and digits, another
    for each answer of a page. With `particulars` every sentence has its verdict in words, and every
    footnote its interval, hash and standing.
    """
    if answer.refusal and not answer.claims:
        body = f'<p class="said">{escape(answer.text)}</p>'
    else:
        body = _paragraph(answer, key) + ("" if particulars else _hidden(answer))
    body += _verdicts(answer) if particulars else ""
    body += _notes(answer, key, particulars)
    body += "".join(_disagreement(one, key, particulars) for one in answer.disagreements)
    if answer.refusal:
        body += _absent(answer) + _nearest(answer.nearest, "" if particulars else key)
    kind = "answer refusal" if answer.refusal else "answer"
    kind += "" if answer.final else " writing"
    return f'<div class="{kind}" id="answer-{key}">{body}{_warnings(answer)}{_remarks(answer, particulars)}</div>'


def render_question(question: str) -> str:
    """A question as it was typed."""
    return f'<div class="asked">{escape(question)}</div>'


def render_notice(text: str, kind: str = "waiting") -> str:
    """A sentence of the program's own: what it is doing, or (`kind` "problem") why it cannot go on."""
    return f'<div class="notice {kind}">{escape(text)}</div>'


def escape(text: str) -> str:
    """The text with nothing in it that HTML or Markdown would act upon. It reads back unchanged."""
    return escape_attribute(text).translate(_TURNS_TEXT)


def escape_attribute(text: str) -> str:
    """The same without elements, for an attribute or a title."""
    whole = text.encode("utf-8", "replace").decode()  # a lone surrogate cannot be sent to a browser
    return whole.translate(_MEANS_SOMETHING)


def _paragraph(answer: Answer, key: str) -> str:
    """The text, with the marks after each claim as links to the footnotes."""
    known = {citation.mark for citation in answer.citations}
    parts: list[str] = []
    done = 0

    def between(start: int, end: int) -> str:
        plain = _MARK.sub(lambda found: "" if int(found[1]) in known else found[0], answer.text[start:end])
        return escape(plain)

    for number, claim in enumerate(answer.claims):
        parts += [between(done, claim.start), _sentence(claim, f"{key}-{number}")]
        done = claim.end
    parts.append(between(done, len(answer.text)))
    return f'<p class="said">{"".join(parts).strip()}</p>'


def _sentence(claim: Claim, key: str) -> str:
    """A claim with its marks, and what the check found: a sign, and words beside it where there is a fault."""
    support = claim.verdict.support
    found = escape_attribute(f"{SUPPORTS[support]}: {claim.verdict.because}")
    chips = "".join(
        _chip(citation, f"note-{key.rpartition('-')[0]}-{citation.mark}", f"cite-{key}-{number}")
        for number, citation in enumerate(claim.citations)
    )
    sign = f'<small class="sign" title="{found}"></small>'
    if support in _FAULTS:
        sign = f' <small class="sign" title="{found}">{SUPPORTS[support].lower()}</small>'
    words = f'<span class="claim" id="claim-{key}" title="{found}">{_with_lacking(claim)}</span>'
    return f'<span class="sentence {support.lower()}">{words}{chips}{sign}</span>'


def _with_lacking(claim: Claim) -> str:
    """The claim's words, those without support marked."""
    parts: list[str] = []
    done = 0
    for start, end in sorted(claim.verdict.lacking):
        start, end = max(start, done), min(end, len(claim.text))
        if start < end:
            lacking = f'<span class="lacking">{escape(claim.text[start:end])}</span>'
            parts += [escape(claim.text[done:start]), lacking]
            done = end
    return "".join(parts) + escape(claim.text[done:])


def _hidden(answer: Answer) -> str:
    """What is read in place of sentences that a strict reader does not want to see."""
    hidden = sum(claim.verdict.support in _FAULTS for claim in answer.claims)
    if not hidden or not answer.final:
        return ""
    them = "it" if hidden == 1 else "them"
    said = f"{counted(hidden, 'sentence')} not shown: the sources do not fully support {them}."
    return f'<p class="hidden">{escape(said)}</p>'


def _chip(citation: Citation, to: str, name: str = "") -> str:
    here = f' id="{name}"' if name else ""
    where = escape_attribute(", ".join(_place(citation.passage)))
    return f'<sup><a class="chip"{here} href="#{to}" title="{where}">[{citation.mark}]</a></sup>'


def _verdicts(answer: Answer) -> str:
    """What was found of each sentence, in words."""
    found = "".join(
        f'<li class="verdict {claim.verdict.support.lower()}"><b>{SUPPORTS[claim.verdict.support]}</b>'
        f' <span class="claim">{escape(claim.text)}</span> <span class="because">{escape(claim.verdict.because)}'
        f" ({escape(claim.verdict.judge)}, {claim.verdict.confidence:.2f})</span></li>"
        for claim in answer.claims
    )
    return f'<p class="label">Sentence by sentence</p><ol class="verdicts">{found}</ol>' if found else ""


def _notes(answer: Answer, key: str, particulars: Particulars | None) -> str:
    """The footnotes, each with a link back to the first sentence that has it; folded up where there is a panel."""
    cited: dict[int, str] = {}
    for claim_number, claim in enumerate(answer.claims):
        for number, citation in enumerate(claim.citations):
            cited.setdefault(citation.mark, f"cite-{key}-{claim_number}-{number}")
    notes, noted = "", set()
    for citation in answer.citations:
        mark = citation.mark
        here = "" if mark in noted else f' id="note-{key}-{mark}"'  # a mark may have the words of several places
        noted.add(mark)
        notes += (
            f'<li class="note"{here}>'
            f'<a class="chip" href="#{cited[mark]}" title="Back to the sentence">[{mark}]</a>'
            f"{_where(citation.passage)}"
            f'<blockquote class="quote">{escape(citation.quote)}</blockquote>{_evidence(citation, particulars)}</li>'
        )
    if not notes or particulars:
        return f'<ol class="notes">{notes}</ol>' if notes else ""
    return (
        f'<details class="sources"><summary>{counted(len(noted), "source")}</summary>'
        f'<ol class="notes">{notes}</ol></details>'
    )


def _evidence(citation: Citation, particulars: Particulars | None) -> str:
    """By what the words can be found again, and where they stand."""
    if particulars is None:
        return ""
    content = particulars.hashes.get(citation.passage.document_id, "")
    standing = particulars.standing(citation)
    kept = f"SHA-256 of the text {content}" if content else "the text’s hash is not known"
    return (
        f'<div class="evidence">Characters {citation.start}–{citation.end}; <span class="hash">{escape(kept)}</span>'
        f' <span class="standing {standing.whereabouts.lower()}">{escape(said_of(standing))}</span></div>'
    )


def said_of(standing: Standing) -> str:
    """Where words stand, as a sentence or two for a reader."""
    said = f"{PLACES[standing.whereabouts]}. {standing.because}"
    if standing.whereabouts is not Whereabouts.MOVED:
        return said
    page = f", page {standing.page}" if standing.page else ""
    return f"{said} Now in {standing.source}{page}, characters {standing.start}–{standing.end}."


def _disagreement(disagreement: Disagreement, key: str, particulars: Particulars | None) -> str:
    """Both sides. The quotes are in the footnotes, and again here where the table must be read by itself."""
    rows = ""
    for value in disagreement.values:
        citation = value.citation
        where = f"{escape(citation.passage.title)} {_chip(citation, f'note-{key}-{citation.mark}')}"
        if particulars:
            quote = f'<blockquote class="quote">{escape(citation.quote)}</blockquote>'
            where = f"{_where(citation.passage)}{quote}{_evidence(citation, particulars)}"
        rows += f'<tr><td class="value">{escape(value.value)}</td><td>{escape(value.date)}</td><td>{where}</td></tr>'
    return (
        f'<table class="disagreement"><caption>The documents disagree about {escape(disagreement.about)}</caption>'
        f"<thead><tr><th>Value</th><th>Date</th><th>Where</th></tr></thead><tbody>{rows}</tbody></table>"
    )


def _absent(answer: Answer) -> str:
    """The terms that no document holds, unless the refusal names them itself."""
    terms = [term for term in answer.absent_terms if term not in answer.text]
    shown = ", ".join(f"“{escape(term)}”" for term in terms)
    return f'<p class="said">No document mentions {shown}.</p>' if terms else ""


def _nearest(hits: Iterable[Hit], key: str) -> str:
    """With a key, each can be opened in the panel of evidence."""

    def opens(number: int) -> str:
        return f' class="near" id="near-{key}-{number}" tabindex="0" role="button"' if key else ""

    near = "".join(
        f'<li class="note"><div{opens(number)}>{_where(hit.passage)}'
        f'<blockquote class="quote">{escape(excerpt(hit.passage.text))}</blockquote></div></li>'
        for number, hit in enumerate(hits)
    )
    return f'<p class="label">What came nearest</p><ul class="notes">{near}</ul>' if near else ""


def _where(passage: Passage) -> str:
    title, *place = _place(passage)
    path = " › ".join(heading for heading in passage.headings if heading != passage.title)
    details = "".join(f'<span class="place">{escape(part)}</span>' for part in (*place, path) if part)
    source = f'<span class="source">{escape(passage.source)}</span>'
    return f'<div class="where"><span class="title">{escape(title)}</span>{details}{source}</div>'


def _place(passage: Passage) -> list[str]:
    return [passage.title, f"page {passage.page}"] if passage.page else [passage.title]


def excerpt(text: str) -> str:
    """The beginning of a passage on one line, cut between words."""
    words = " ".join(text.split())
    return words if len(words) <= _EXCERPT else words[:_EXCERPT].rsplit(" ", 1)[0] + " …"


def _warnings(answer: Answer) -> str:
    items = "".join(f"<li>{escape(warning)}</li>" for warning in answer.warnings)
    return f'<ul class="warnings">{items}</ul>' if items else ""


def _remarks(answer: Answer, particulars: Particulars | None) -> str:
    """Who wrote it, what was searched, and how long it took."""
    remarks = [answer.notice] if answer.notice and (answer.claims or answer.draft or particulars) else []
    if answer.unfinished:
        remarks.append("Stopped before its end.")
    if answer.asked_as != answer.question:
        remarks.append(f"Searched for: {answer.asked_as}")
    if answer.invented_marks:
        remarks.append(f"Left out, because no passage has these numbers: {', '.join(answer.invented_marks)}")
    if particulars and answer.writer:
        remarks.append(f"Writer: {answer.writer}.")
    if answer.hits:
        took = f" in {sum(answer.seconds.values()):.1f}\N{NO-BREAK SPACE}s" if answer.seconds else ""
        documents = len({hit.passage.document_id for hit in answer.hits})
        remarks.append(f"Looked at {counted(len(answer.hits), 'passage')} of {counted(documents, 'document')}{took}.")
    shown = " ".join(f"<span>{escape(remark)}</span>" for remark in remarks)
    return f'<p class="remarks">{shown}</p>' if remarks else ""


def counted(number: int, noun: str) -> str:
    """ "1 page", "1,200 pages"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
