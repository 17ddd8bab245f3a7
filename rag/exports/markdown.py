"""A conversation as Markdown. Words of documents, readers and models are text in it, and never act.

Whatever CommonMark or GitHub's dialect would act upon is escaped; what looks like an address stands as
code, since no escape keeps every program from making a link of it. White space is as Markdown shows
it, and characters that would turn the text around are written out: the exact words are those of the
record in JSON.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby

from rag.conversations import Conversation, KeptTurn, Standings
from rag.exports.dates import moment
from rag.exports.page import summary
from rag.exports.rendering import SUPPORTS, excerpt, said_of
from rag.types import Answer, Citation, Disagreement, Passage

_ACTS = re.compile(r"[\\`*_{}\[\]()#!|~$^]|(?<=\w)\.(?=[^\W\d_])")
_ACTS_AT_LINE_START = re.compile(r"[-=:+]|[0-9]{1,9}(?=[.)])")
_ADDRESS = re.compile(r"@|://|www\.|(?:mailto|xmpp|javascript|data|file):", re.IGNORECASE)
_BACKTICKS = re.compile(r"`+")
_NOT_SHOWN = re.compile("[\0-\x08\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def as_markdown(conversation: Conversation, standings: Standings) -> str:
    """The conversation with each answer's verdicts and footnotes, and where the words stand."""
    parts = [
        f"# {plain(conversation.title or 'Untitled conversation')}",
        f"Begun {moment(conversation.created_at)}, last asked {moment(conversation.updated_at)}."
        f" {summary(conversation, standings)}",
    ]
    for turn in conversation.turns:
        parts += _turn(turn, standings)
    return "\n\n".join(parts) + "\n"


def plain(text: str) -> str:
    """The text on one line, with nothing in it that Markdown would act upon."""
    words = [_word(word) for word in _NOT_SHOWN.sub(_named, text.encode("utf-8", "replace").decode()).split()]
    line = " ".join(words)
    return _ACTS_AT_LINE_START.sub(_escaped_start, line, count=1) if _ACTS_AT_LINE_START.match(line) else line


def _word(word: str) -> str:
    if _ADDRESS.search(word):
        return _code(word)
    return _ACTS.sub(r"\\\g<0>", re.sub("[&<>]", lambda found: _ENTITIES[found.group()], word))


def _code(word: str) -> str:
    """The word as code, between more backticks than it has in a row."""
    fence = "`" * (max(map(len, _BACKTICKS.findall(word)), default=0) + 1)
    room = " " if word.startswith("`") or word.endswith("`") else ""
    return f"{fence}{room}{word}{room}{fence}"


def _named(found: re.Match[str]) -> str:
    return f"⟨U+{ord(found.group()):04X}⟩"


def _escaped_start(found: re.Match[str]) -> str:
    return f"{found.group()}\\" if found.group()[0].isdigit() else f"\\{found.group()}"


def _turn(turn: KeptTurn, standings: Standings) -> Iterator[str]:
    answer = turn.answer
    yield f"## {turn.number}. {plain(turn.question)}"
    yield f"*{moment(turn.asked_at)}*"
    yield _lines(answer.text)
    if answer.claims:
        yield "\n".join(["**Sentence by sentence**", "", *_verdicts(answer)])
    for mark, citations in groupby(answer.citations, key=lambda citation: citation.mark):
        for citation in citations:
            yield f"**\\[{mark}\\]** {_where(citation.passage)}\n\n{_quoted(citation.quote)}"
            yield _evidence(turn, citation, standings)
    for disagreement in answer.disagreements:
        yield from _disagreement(turn, disagreement, standings)
    if answer.refusal:
        yield from _refusal(answer)
    remarks = "\n".join(f"- {plain(remark)}" for remark in _remarks(answer))
    if remarks:
        yield remarks


def _lines(text: str) -> str:
    """A text in its lines and paragraphs."""
    paragraphs = [[plain(line) for line in block] for block in _blocks(text)]
    return "\n\n".join("  \n".join(lines) for lines in paragraphs)


def _blocks(text: str) -> Iterator[list[str]]:
    for filled, lines in groupby(text.splitlines(), key=lambda line: bool(line.strip())):
        if filled:
            yield list(lines)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" if line else ">" for line in _lines(text).split("\n"))


def _verdicts(answer: Answer) -> Iterator[str]:
    for claim in answer.claims:
        verdict = claim.verdict
        yield (
            f"1. {SUPPORTS[verdict.support]}: {plain(claim.text)} {plain(verdict.because)}"
            f" ({plain(verdict.judge)}, {verdict.confidence:.2f})"
        )


def _where(passage: Passage) -> str:
    page = f", page {passage.page}" if passage.page else ""
    path = " › ".join(heading for heading in passage.headings if heading != passage.title)
    headings = f", “{plain(path)}”" if path else ""
    return f"{plain(passage.title)}{page}{headings}, {_source(passage.source)}"


def _source(source: str) -> str:
    whole = _NOT_SHOWN.sub(_named, source.encode("utf-8", "replace").decode())
    return _code(" ".join(whole.split()) or "?")


def _evidence(turn: KeptTurn, citation: Citation, standings: Standings) -> str:
    content = turn.hashes.get(citation.passage.document_id, "")
    kept = f"SHA-256 of the text `{content}`" if content else "the text’s hash is not known"
    standing = plain(said_of(standings.of(turn, citation)))
    return f"Characters {citation.start}–{citation.end}; {kept}  \n{standing}"


def _disagreement(turn: KeptTurn, disagreement: Disagreement, standings: Standings) -> Iterator[str]:
    yield f"**The documents disagree about {plain(disagreement.about)}**"
    for value in disagreement.values:
        date = f" ({plain(value.date)})" if value.date else ""
        yield f"{plain(value.value)}{date}: {_where(value.citation.passage)}\n\n{_quoted(value.citation.quote)}"
        yield _evidence(turn, value.citation, standings)


def _refusal(answer: Answer) -> Iterator[str]:
    absent = [f"“{plain(term)}”" for term in answer.absent_terms if term not in answer.text]
    if absent:
        yield f"No document mentions {', '.join(absent)}."
    if answer.nearest:
        yield "**What came nearest**"
    for hit in answer.nearest:
        yield f"{_where(hit.passage)}\n\n{_quoted(excerpt(hit.passage.text))}"


def _remarks(answer: Answer) -> Iterator[str]:
    yield from answer.warnings
    if answer.notice:
        yield answer.notice
    if answer.unfinished:
        yield "Stopped before its end."
    if answer.asked_as != answer.question:
        yield f"Searched for: {answer.asked_as}"
    if answer.invented_marks:
        yield f"Left out, because no passage has these numbers: {', '.join(answer.invented_marks)}"
    if answer.writer:
        yield f"Writer: {answer.writer}"
