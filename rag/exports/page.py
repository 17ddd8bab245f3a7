"""A conversation as one HTML file: no script, nothing that is fetched, and print-ready."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path

from rag.conversations import Conversation, KeptTurn, Standings, Whereabouts, all_citations
from rag.exports.dates import moment
from rag.exports.rendering import Particulars, escape, escape_attribute, render, render_question

_FORBIDDING = (
    "default-src &#39;none&#39;; style-src &#39;unsafe-inline&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"
)


def as_html(conversation: Conversation, standings: Standings) -> str:
    """The conversation as a whole page: each answer with verdicts, footnotes, hashes, and where the words stand."""
    title = conversation.title or "Untitled conversation"
    turns = "\n".join(_turn(turn, standings) for turn in conversation.turns)
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_FORBIDDING}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{escape_attribute(title)}</title>
<style>
{_style()}</style>
</head>
<body>
<header>
<h1>{escape(title)}</h1>
<p>Begun {moment(conversation.created_at)}, last asked {moment(conversation.updated_at)}.
{summary(conversation, standings)}</p>
</header>
<main>
{turns}
</main>
<footer>Made with Footnote. Every quote is the text of its document between the characters that are named.</footer>
</body>
</html>
"""


def summary(conversation: Conversation, standings: Standings) -> str:
    """How many citations stood where at the time of the export, in a sentence."""
    found = Counter(
        standings.of(turn, citation).whereabouts
        for turn in conversation.turns
        for citation in all_citations(turn.answer)
    )
    if not found:
        return f"Exported {moment(standings.at)}."
    stood = {Whereabouts.HERE: "still there", Whereabouts.MOVED: "moved", Whereabouts.GONE: "gone"}
    parts = ", ".join(f"{found[where]} {words}" for where, words in stood.items() if found[where])
    return f"Looked up {moment(standings.at)}: of {found.total()} citations {parts}."


def _turn(turn: KeptTurn, standings: Standings) -> str:
    particulars = Particulars(turn.hashes, lambda citation: standings.of(turn, citation))
    return (
        f'<section id="turn-{turn.number}"><h2>{render_question(turn.question)}</h2>'
        f'<p class="when">{moment(turn.asked_at)}</p>{render(turn.answer, str(turn.number), particulars)}</section>'
    )


@cache
def _style() -> str:
    return Path(__file__).with_name("page.css").read_text(encoding="utf-8")
