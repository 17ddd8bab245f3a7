"""The page: a status line, the conversation, and a place to type."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any
from uuid import uuid4

import gradio as gr

import rag
from rag.ui.opening import Opening, Status
from rag.ui.rendering import escape, render, render_notice, render_question

_AT_ONCE = 8  # questions that are answered at the same time
_WAITING = 64  # questions that may wait; a further one is refused
_LONGEST = 4_000  # characters of a question
_EVERY = 0.5  # seconds between looks at a library that is still being read

_WELCOME = (
    '<div class="welcome"><p>Ask about the documents.</p>'
    "<p>Every sentence of an answer has a footnote to the exact words it rests on.</p></div>"
)

# An answer is read from its beginning: the last question is brought to the top.
_SHOW_LAST = """() => setTimeout(() => {
    const asked = [...document.querySelectorAll('#conversation .user-row')].at(-1);
    asked?.scrollIntoView({block: 'start'});
}, 60)"""

Message = dict[str, str]


def build(opening: Opening) -> gr.Blocks:
    """The page over a library that may still be opening."""

    def look() -> tuple[str, gr.Timer]:
        return _status(opening.status), gr.Timer(active=not opening.status.settled)

    def ask(question: str, said: list[Message]) -> Iterator[tuple[Any, Any, Any]]:
        if not question.strip():
            yield gr.skip(), gr.skip(), gr.skip()
            return
        said = [*said, _message("user", render_question(question.strip()))]
        emptied: Any = ""
        for shown in _answered(opening, question):
            yield [*said, _message("assistant", shown)], gr.skip(), emptied
            emptied = gr.skip()  # from then on the reader may be typing the next question
        yield gr.skip(), [*said, _message("assistant", shown)], gr.skip()

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_height=True) as page:
        with gr.Row(elem_id="head"):
            gr.HTML('<h1 class="name">Footnote<sup>1</sup></h1>', elem_id="name")
            status = gr.HTML(_status(opening.status), elem_id="status")
        conversation = gr.Chatbot(
            elem_id="conversation",
            label="Conversation",
            show_label=False,
            placeholder=_WELCOME,
            layout="bubble",
            buttons=[],
            feedback_options=None,
            latex_delimiters=[],
            group_consecutive_messages=False,
            autoscroll=False,
            scale=1,
        )
        said = gr.State([])
        question = gr.Textbox(
            elem_id="question",
            label="Question",
            show_label=False,
            container=False,
            placeholder="Ask a question",
            max_length=_LONGEST,
            submit_btn=True,
            autofocus=True,
        )
        timer = gr.Timer(_EVERY)
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        gr.on([page.load, timer.tick], look, outputs=[status, timer], queue=False, **quietly)
        question.submit(None, js=_SHOW_LAST)
        asked = question.submit(
            ask,
            [question, said],
            [conversation, said, question],
            concurrency_limit=_AT_ONCE,
            trigger_mode="once",
            **quietly,
        )
        asked.then(None, js=_SHOW_LAST)
        conversation.clear(list, outputs=said, queue=False, **quietly)
    page.queue(max_size=_WAITING, api_open=False)
    return page


def _answered(opening: Opening, question: str) -> Iterator[str]:
    """What stands below the question, from the first moment to the final answer."""
    try:
        for doing in chain(opening.waiting(), ["Searching …"]):
            yield render_notice(doing)
        key = uuid4().hex[:8]
        for answer in opening.assistant().stream(question):
            yield render(answer, key)
    except rag.RagError as problem:
        yield render_notice(str(problem), "problem")


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _status(status: Status) -> str:
    said = f'<span class="{"settled" if status.settled else "busy"}">{escape(status.said)}</span>'
    if not status.unread:
        return said
    items = "".join(f"<li><b>{escape(p.source)}</b> {escape(p.reason)}</li>" for p in status.unread)
    files = "1 file was" if len(status.unread) == 1 else f"{len(status.unread):,} files were"
    return f"{said}<details><summary>{files} not read</summary><ul>{items}</ul></details>"
