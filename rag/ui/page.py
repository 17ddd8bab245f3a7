"""The page: a status line, the conversation, and a place to type."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from uuid import uuid4

import gradio as gr

import rag
from rag.exports.rendering import escape, render, render_notice, render_question
from rag.ui.opening import Opening, Status

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


@dataclass
class Talk:
    """What one reader has asked and was told, and what is being said just now."""

    turns: list[rag.Turn] = field(default_factory=list)
    said: list[Message] = field(default_factory=list)
    question: str = ""
    """What is being answered; "": nothing is."""
    asked: int = 0
    preview: rag.Answer | None = None

    def begin(self, question: str) -> int:
        """A question was asked. Returns its number."""
        self.question, self.preview = question, None
        self.said.append(_message("user", render_question(question.strip())))
        self.asked += 1
        return self.asked

    def is_answering(self, number: int) -> bool:
        """Whether the question of this number is the one that is being answered."""
        return self.question != "" and self.asked == number

    def end(self, shown: str, answer: rag.Answer | None) -> list[Message]:
        """It was answered, or there is a reason why not."""
        if answer is not None:
            self.turns.append(rag.Turn(self.question, answer))
        self.question, self.preview = "", None
        self.said.append(_message("assistant", shown))
        return self.said


def build(opening: Opening) -> gr.Blocks:
    """The page over a library that may still be opening."""

    def look() -> tuple[str, gr.Timer]:
        return _status(opening.status), gr.Timer(active=not opening.status.settled)

    def ask(question: str, talk: Talk) -> Iterator[tuple[Any, Any, Any]]:
        if talk.question or not question.strip():  # one at a time
            yield gr.skip(), gr.skip(), gr.skip()
            return
        number = talk.begin(question)
        yield talk.said, talk, gr.Textbox(value="", submit_btn=False, stop_btn=True)
        shown, answer = "", None
        for shown, answer in _answered(opening, question, tuple(talk.turns)):
            if not talk.is_answering(number):  # stopped: what was written is shown already
                return
            talk.preview = answer
            # The box is left alone: the reader may be typing the next question.
            yield [*talk.said, _message("assistant", shown)], gr.skip(), gr.skip()
        yield talk.end(shown, answer), talk, gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(talk: Talk) -> tuple[list[Message], Talk, gr.Textbox]:
        ready = gr.Textbox(submit_btn=True, stop_btn=False)
        if not talk.question:  # it was just finished
            return talk.said, talk, ready
        if talk.preview is None or not talk.preview.text:
            return talk.end(render_notice("Stopped before anything was written."), None), talk, ready
        answer = opening.assistant().stopped(talk.preview)
        return talk.end(render(answer, uuid4().hex[:8]), answer), talk, ready

    def forget() -> Talk:
        return Talk()

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
        talk = gr.State(Talk())
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
        everything = [conversation, talk, question]
        asked = question.submit(
            ask, [question, talk], everything, concurrency_limit=_AT_ONCE, trigger_mode="multiple", **quietly
        )
        asked.then(None, js=_SHOW_LAST)
        question.stop(stop, talk, everything, cancels=[asked], queue=False, **quietly)
        conversation.clear(forget, outputs=talk, queue=False, **quietly)
    page.queue(max_size=_WAITING, api_open=False)
    return page


def _answered(opening: Opening, question: str, history: Sequence[rag.Turn]) -> Iterator[tuple[str, rag.Answer | None]]:
    """What stands below the question, from the first moment to the final answer."""
    try:
        for doing in chain(opening.waiting(), ["Searching …"]):
            yield render_notice(doing), None
        key = uuid4().hex[:8]
        for answer in opening.assistant().stream(question, history):
            yield render(answer, key) if answer.final or answer.text else render_notice(_doing(answer)), answer
    except rag.RagError as problem:
        yield render_notice(str(problem), "problem"), None


def _doing(answer: rag.Answer) -> str:
    if not answer.hits:
        return "Searching …"
    documents = len({hit.passage.document_id for hit in answer.hits})
    found = f"{len(answer.hits)} passage{'s' * (len(answer.hits) != 1)} of {documents} document{'s' * (documents != 1)}"
    return f"Writing from {found} …"


def _message(role: str, content: str) -> Message:
    return {"role": role, "content": content}


def _status(status: Status) -> str:
    said = f'<span class="{"settled" if status.settled else "busy"}">{escape(status.said)}</span>'
    if not status.unread:
        return said
    items = "".join(f"<li><b>{escape(p.source)}</b> {escape(p.reason)}</li>" for p in status.unread)
    files = "1 file was" if len(status.unread) == 1 else f"{len(status.unread):,} files were"
    return f"{said}<details><summary>{files} not read</summary><ul>{items}</ul></details>"
