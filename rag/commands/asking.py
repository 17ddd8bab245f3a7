"""The command that answers a question, as it is written."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence

from rag import as_json
from rag.assistant import Assistant
from rag.citations.footnotes import below
from rag.commands.shared import field, one_of, open_library, rows, write, write_document, write_line
from rag.errors import NotInStore
from rag.language_model.endpoint import connect
from rag.library import Library
from rag.types import Answer, Turn


def ask(options: Namespace) -> int:
    """`rag ask`."""
    one_of(options, "question")
    if options.batch is not None and options.conversation is not None:
        sys.stderr.write("rag ask: --conversation goes with one question, not with --batch\n")
        sys.exit(2)
    with open_library(options) as library:
        assistant = _assistant(library, options)
        if options.batch is not None:
            for number, row in rows(options.batch):
                answer = assistant.ask(field(row, "question", number))
                write_line({"id": row.get("id"), **as_json.of_answer(answer)})
            return 0
        conversation, history = _conversation(library, options.conversation)
        if options.json:
            answer = assistant.ask(options.question, history)
            write_document(as_json.of_answer(answer))
        else:
            answer = _told(assistant, options.question, history)
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


def _told(assistant: Assistant, question: str, history: Sequence[Turn]) -> Answer:
    """Writes the answer as it comes, then what stands below it. Ctrl-C keeps what was written."""
    shown = ""
    last: Answer | None = None
    try:
        for last in assistant.stream(question, history):
            if not last.final:
                shown = _go_on(shown, last.text)
    except KeyboardInterrupt:
        if last is None or not shown:
            raise
        last = assistant.stopped(last)
    assert last is not None
    if last.text.startswith(shown):
        _go_on(shown, last.text)
    else:  # another writer took over
        write(f" …\n\n{last.notice}\n")
        _go_on("", last.text)
    write("".join(f"\n\n{part}" for part in below(last)))
    return last


def _go_on(shown: str, text: str) -> str:
    sys.stdout.write(text[len(shown) :].encode("utf-8", "backslashreplace").decode())
    sys.stdout.flush()
    return text
