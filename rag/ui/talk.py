"""What one reader asks and is told: a conversation of the catalogue, and what is being said just now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain

import rag
from rag.exports.rendering import counted, render, render_notice, render_question
from rag.serving.opening import Opening
from rag.ui.answers import Answers, key_of
from rag.ui.wishes import Wishes

Message = dict[str, str]


@dataclass
class Talk:
    """A conversation as the page has it. `conversation` is "" until the first question."""

    owner: str = ""
    conversation: str = ""
    turns: list[rag.Turn] = field(default_factory=list)
    question: str = ""
    """What is being answered; "": nothing is."""
    asked: int = 0
    preview: rag.Answer | None = None
    problem: str = ""
    """Why the last question has no answer, where it has none; its question stands before it."""
    failed: str = ""

    def is_answering(self, number: int) -> bool:
        """Whether the question of this number is the one that is being answered."""
        return self.question != "" and self.asked == number

    @property
    def key(self) -> str:
        """The key of the answer that is being written."""
        return key_of(self.conversation, len(self.turns) + 1)

    def messages(self) -> list[Message]:
        """All that was said, for the page."""
        said: list[Message] = []
        for number, turn in enumerate(self.turns, start=1):
            said += [_asked(turn.question), _told(render(turn.answer, key_of(self.conversation, number)))]
        if self.problem:
            said += [_asked(self.failed), _told(render_notice(self.problem, "problem"))]
        if self.question:
            said.append(_asked(self.question))
        return said


class Talks:
    """Begins, keeps and opens the conversations of all readers."""

    def __init__(self, opening: Opening, answers: Answers) -> None:
        self._opening = opening
        self._answers = answers

    def begin(self, talk: Talk, question: str, wishes: Wishes) -> int:
        """A question was asked, or asked anew in the place of an earlier one. Returns its number."""
        talk.question, talk.preview, talk.problem, talk.failed = question.strip(), None, "", ""
        talk.asked += 1
        if 0 < wishes.instead_of <= len(talk.turns):
            del talk.turns[wishes.instead_of - 1 :]
            self._opening.library().conversations.rewind(talk.conversation, wishes.instead_of)
            self._answers.forget(talk.owner, talk.conversation)
        return talk.asked

    def answered(self, talk: Talk, wishes: Wishes) -> Iterator[tuple[str, rag.Answer | None]]:
        """What stands below the question, from the first moment to the final answer."""
        try:
            for doing in chain(self._opening.waiting(), ["Searching …"]):
                yield render_notice(doing), None
            if not talk.conversation:
                talk.conversation = self._opening.library().conversations.new(owner=talk.owner).id
            assistant = self._opening.assistant(wishes.extractive, wishes.passages)
            for answer in assistant.stream(talk.question, tuple(talk.turns), wishes.documents):
                self._answers.keep(talk.owner, talk.key, rag.Turn(talk.question, answer))
                shown = answer.final or answer.text
                yield render(answer, talk.key) if shown else render_notice(_doing(answer)), answer
        except rag.RagError as problem:
            talk.problem, talk.failed = str(problem), talk.question
            yield render_notice(str(problem), "problem"), None

    def end(self, talk: Talk, answer: rag.Answer | None) -> list[Message]:
        """The question was answered, and the answer is kept; or there is a reason why not."""
        if answer is not None:
            turn = rag.Turn(talk.question, answer)
            self._answers.keep(talk.owner, talk.key, turn)
            self._opening.library().conversations.add(talk.conversation, turn)
            talk.turns.append(turn)
        talk.question, talk.preview = "", None
        return talk.messages()

    def stop(self, talk: Talk) -> list[Message]:
        """What was written until now is kept, marked unfinished."""
        if not talk.question:  # it was just finished
            return talk.messages()
        if talk.preview is None or not talk.preview.text:
            talk.problem, talk.failed = "Stopped before anything was written.", talk.question
            return self.end(talk, None)
        return self.end(talk, self._opening.assistant().stopped(talk.preview))

    def open(self, owner: str, conversation_id: str) -> Talk:
        """A conversation of this owner, or a new one where that is not there."""
        for _ in self._opening.waiting():
            pass
        try:
            kept = self._opening.library().conversations.open(conversation_id)
        except rag.RagError:
            return Talk(owner)
        return Talk(owner, kept.id, list(kept.turns)) if kept.owner == owner else Talk(owner)


def _doing(answer: rag.Answer) -> str:
    if not answer.hits:
        return "Searching …"
    documents = len({hit.passage.document_id for hit in answer.hits})
    found = f"{counted(len(answer.hits), 'passage')} of {counted(documents, 'document')}"
    return f"Found {found}. Writing and checking …"


def _asked(question: str) -> Message:
    return {"role": "user", "content": render_question(question)}


def _told(shown: str) -> Message:
    return {"role": "assistant", "content": shown}
