"""The page: the library and the conversations on the left, the talk in the middle, the evidence on the right.

The talk is Gradio's. The panels beside it are filled by the page's own scripts (`parts/`) from `rag.ui.panels`; what
they have to say to Gradio goes through one hidden element, the bus.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import gradio as gr

from rag.serving.opening import Opening
from rag.ui.answers import Answers
from rag.ui.talk import Message, Talk, Talks
from rag.ui.wishes import Wishes

_AT_ONCE = 8  # questions that are answered at the same time
_WAITING = 64  # questions that may wait; a further one is refused
_LONGEST = 4_000  # characters of a question
_STATIC = Path(__file__).with_name("parts")

HEAD = '<link rel="stylesheet" href="parts/page.css"><script type="module" src="parts/page.js"></script>'
"""What stands in the head of the page, beside what Gradio puts there."""

_WELCOME = (
    '<div class="welcome"><p class="first">Ask about your documents.</p>'
    "<p>Every sentence of an answer has a footnote to the exact words it rests on.</p></div>"
)
_WISHES = "(question, wishes, talk) => [question, window.footnote?.wishes?.() ?? '', talk]"
_REMEMBERED = "(said, talk) => [localStorage.getItem('footnote-conversation') ?? '', talk]"
_TELLS = "window.footnote ??= {}; window.footnote.tell = (what) => trigger('click', {what});"


def build(opening: Opening, answers: Answers) -> gr.Blocks:
    """The page over a library that may still be opening."""
    talks = Talks(opening, answers)

    def ask(question: str, wishes: str, talk: Talk, request: gr.Request) -> Iterator[tuple[Any, Any, Any]]:
        if talk.question or not question.strip():  # one at a time
            yield gr.skip(), gr.skip(), gr.skip()
            return
        talk.owner = _owner_of(request)
        wanted = Wishes.read(wishes)
        number = talks.begin(talk, question, wanted)
        yield talk.messages(), talk, gr.Textbox(value="", submit_btn=False, stop_btn=True)
        answer = None
        for shown, answer in talks.answered(talk, wanted):
            if not talk.is_answering(number):  # stopped: what was written is shown already
                return
            talk.preview = answer
            if answer is None or not answer.final:  # as finished it is shown once it is kept: the page then lists it
                # The box is left alone: the reader may be typing the next question.
                yield [*talk.messages(), _told(shown)], gr.skip(), gr.skip()
        yield talks.end(talk, answer), talk, gr.Textbox(submit_btn=True, stop_btn=False)

    def stop(talk: Talk) -> tuple[list[Message], Talk, gr.Textbox]:
        return talks.stop(talk), talk, gr.Textbox(submit_btn=True, stop_btn=False)

    def open_again(conversation_id: str, talk: Talk, request: gr.Request) -> tuple[list[Message], Talk]:
        opened = talks.open(_owner_of(request), conversation_id) if conversation_id else Talk(_owner_of(request))
        return opened.messages(), opened

    def told(talk: Talk, request: gr.Request, event: gr.EventData) -> tuple[Any, Any, Any]:
        wanted = str(getattr(event, "what", "") or "")
        if talk.question:
            talks.stop(talk)
        messages, opened = open_again(wanted, talk, request)
        return messages, opened, gr.Textbox(submit_btn=True, stop_btn=False)

    with gr.Blocks(title="Footnote", analytics_enabled=False, fill_height=True) as page:
        with gr.Row(elem_id="desk"):
            with gr.Column(elem_id="side", min_width=0):
                gr.HTML(_skeleton("side"), padding=False, apply_default_css=False)
            with gr.Column(elem_id="talk", min_width=0):
                gr.HTML(_skeleton("head"), padding=False, apply_default_css=False, elem_id="head")
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
                gr.HTML(_skeleton("suggestions"), padding=False, apply_default_css=False, elem_id="suggested")
                question = gr.Textbox(
                    elem_id="question",
                    label="Question",
                    show_label=False,
                    container=False,
                    placeholder="Ask a question, or name documents with @",
                    max_length=_LONGEST,
                    submit_btn=True,
                    autofocus=True,
                )
            with gr.Column(elem_id="evidence", min_width=0):
                gr.HTML(_skeleton("evidence"), padding=False, apply_default_css=False)
        wishes, remembered = gr.Textbox(visible=False), gr.Textbox(visible=False)
        bus = gr.HTML("", js_on_load=_TELLS, elem_id="bus")
        talk = gr.State(Talk())
        quietly: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
        everything = [conversation, talk, question]
        asked = question.submit(
            ask,
            [question, wishes, talk],
            everything,
            js=_WISHES,
            concurrency_limit=_AT_ONCE,
            trigger_mode="multiple",
            **quietly,
        )
        question.stop(stop, talk, everything, cancels=[asked], queue=False, **quietly)
        bus.click(told, talk, everything, cancels=[asked], queue=False, **quietly)
        page.load(open_again, [remembered, talk], [conversation, talk], js=_REMEMBERED, queue=False, **quietly)
    page.queue(max_size=_WAITING, api_open=False)
    return page


def _owner_of(request: gr.Request) -> str:
    """Whose conversations these are: who logged in, or "" for whoever uses the machine alone."""
    return getattr(request, "username", None) or ""


@cache
def _skeleton(name: str) -> str:
    """A part of the page that its script fills."""
    return (_STATIC / f"{name}.html").read_text(encoding="utf-8")


def _told(shown: str) -> Message:
    return {"role": "assistant", "content": shown}
