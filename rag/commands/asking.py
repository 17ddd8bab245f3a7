"""The command that answers a question, as it is written."""

from __future__ import annotations

import signal
import sys
import threading
from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing
from typing import Any, Self

from rag import as_json
from rag.assistant import Assistant
from rag.citations.footnotes import below
from rag.commands.shared import field, one_of, open_library, rows, write, write_document, write_line
from rag.errors import NotInStore
from rag.language_model.endpoint import connect
from rag.library import Library
from rag.mentions import chosen
from rag.types import Answer, Turn


def ask(options: Namespace) -> int:
    """`rag ask`."""
    one_of(options, "question")
    if options.batch is not None and options.conversation is not None:
        sys.stderr.write("rag ask: --conversation goes with one question, not with --batch\n")
        sys.exit(2)
    with open_library(options) as library:
        assistant = _assistant(library, options)
        only = chosen(options.only, library.documents()) if options.only else []
        if options.batch is not None:
            for number, row in rows(options.batch):
                answer = assistant.ask(field(row, "question", number), documents=only)
                write_line({"id": row.get("id"), **as_json.of_answer(answer)})
            return 0
        conversation, history = _conversation(library, options.conversation)
        if options.json:
            answer = assistant.ask(options.question, history, only)
            write_document(as_json.of_answer(answer))
        else:
            answer = _told(assistant, options.question, history, only)
        if conversation:
            library.conversations.add(conversation, Turn(options.question, answer))
    return 0


def _assistant(library: Library, options: Namespace) -> Assistant:
    writer = options.writer or ("llm" if library.settings.wants_a_model else "extractive")
    llm = connect(library.settings) if writer == "llm" else None
    return Assistant(library, llm, k=options.k, sources=options.source, metadata=dict(options.where))


def _conversation(library: Library, name: str | None) -> tuple[str, Sequence[Turn]]:
    """The id and the turns of the conversation of this name, which is begun if there is none."""
    if name is None:
        return "", ()
    try:
        conversation = library.conversations.find(name)
    except NotInStore:
        if any(head.title == name or head.id.startswith(name) for head in library.conversations.list()):
            raise  # several match
        return library.conversations.new(name).id, ()
    return conversation, library.conversations.open(conversation).turns


def _told(assistant: Assistant, question: str, history: Sequence[Turn], only: Sequence[str]) -> Answer:
    """Writes the answer as it comes, then what stands below it. Ctrl-C keeps what was written."""
    shown = ""
    with closing(assistant.stream(question, history, only)) as answers, _CtrlC() as ctrl_c:
        for answer in answers:
            if not answer.final:
                shown = _go_on(shown, answer.text)
                ctrl_c.can_wait = shown != ""
                if ctrl_c.pressed:
                    answer = assistant.stopped(answer)
                    break
    if answer.text.startswith(shown):
        _go_on(shown, answer.text)
    else:  # another writer took over
        write(f" …\n\n{answer.notice}\n")
        _go_on("", answer.text)
    write("".join(f"\n\n{part}" for part in below(answer)))
    return answer


class _CtrlC:
    """Ctrl-C while an answer is being written is noted, so that no word is lost or written twice.

    Until something was written (`can_wait`), and when it is pressed again, it stops the program as ever.
    """

    def __init__(self) -> None:
        self.can_wait = self.pressed = False
        self._before: Any = None

    def __enter__(self) -> Self:
        if threading.current_thread() is threading.main_thread():
            self._before = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, *_: object) -> None:
        if self._before is not None:
            signal.signal(signal.SIGINT, self._before)

    def _note(self, *_: object) -> None:
        if self.pressed or not self.can_wait:
            raise KeyboardInterrupt
        self.pressed = True


def _go_on(shown: str, text: str) -> str:
    sys.stdout.write(text[len(shown) :].encode("utf-8", "backslashreplace").decode())
    sys.stdout.flush()
    return text
