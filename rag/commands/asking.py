"""The command that answers a question, as it is written."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from contextlib import closing

from rag import as_json
from rag.assistant import Assistant
from rag.citations.footnotes import Told, below
from rag.commands.shared import field, library_of, rows
from rag.language_model.endpoint import connect
from rag.library import Library
from rag.mentions import chosen
from rag.settings import Settings
from rag.terminal import Terminal
from rag.types import Answer, Turn


def ask(options: Namespace, terminal: Terminal) -> int:
    """`rag ask`."""
    with library_of(options, terminal) as library:
        assistant = _assistant(library, options, terminal.settings(options.store))
        only = chosen(options.only, library.documents()) if options.only else []
        if options.batch is not None:
            for number, row in rows(options.batch, terminal):
                answer = assistant.ask(field(row, "question", number), documents=only)
                terminal.write_line({"id": row.get("id"), **as_json.of_answer(answer)})
            return 0
        known, name = library.conversations, options.conversation
        conversation = "" if name is None else known.find_or_begin(name)
        history = known.open(conversation).turns if conversation else ()
        if options.json:
            answer = assistant.ask(options.question, history, only)
            terminal.write_document(as_json.of_answer(answer))
        else:
            answer = _told(assistant, options.question, history, only, terminal)
        if conversation:
            known.add(conversation, Turn(options.question, answer))
    return 0


def _assistant(library: Library, options: Namespace, settings: Settings) -> Assistant:
    writer = options.writer or ("llm" if settings.wants_a_model else "extractive")
    llm = connect(settings) if writer == "llm" else None
    k = options.k or settings.passages
    return Assistant(library, llm, k=k, sources=options.source, metadata=dict(options.where))


def _told(
    assistant: Assistant, question: str, history: Sequence[Turn], only: Sequence[str], terminal: Terminal
) -> Answer:
    """Writes the answer as it comes, then what stands below it. Ctrl-C keeps what was written."""
    told = Told()
    with closing(assistant.stream(question, history, only)) as answers, terminal.interruptible() as interrupt:
        for answer in answers:
            if not answer.final:
                terminal.out(told.next(answer))
                interrupt.can_wait = answer.text != ""
                if interrupt.pressed:
                    answer = assistant.stopped(answer)
                    break
    terminal.out(told.next(answer))
    terminal.write("".join(f"\n\n{part}" for part in below(answer)))
    return answer
