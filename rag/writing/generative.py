"""The writer with a language model: what it is shown, and what it says, as it says it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from rag import prompts
from rag.citations.claims import claim
from rag.citations.draft import Draft
from rag.citations.intervals import Nearness
from rag.errors import LanguageModelError
from rag.evidence import Evidence
from rag.language_model import LanguageModel
from rag.language_model.thoughts import without_thoughts
from rag.types import Answer, Claim, Hit
from rag.writing.drafts import objection, says_not_in_documents
from rag.writing.refusals import not_in_the_documents

_HEARTBEAT = 0.25  # seconds of silence after which whoever reads along is given the same again, and may leave
_MESSAGE = 8  # tokens that a server's template puts around a message


class UnusableDraft(LanguageModelError):
    """A language model failed, or wrote what cannot be shown. `draft` is what it wrote until then."""

    def __init__(self, reason: str, draft: str = "") -> None:
        super().__init__(reason)
        self.draft = draft


@dataclass(frozen=True, slots=True)
class _Brief:
    """What the model is given, and the hits that had room in it, in the order of their numbers."""

    messages: list[prompts.Message]
    hits: Sequence[Hit]
    warnings: tuple[str, ...]


class GenerativeWriter:
    """Writes from the passages with a language model.

    `date_of` tells a document's date by its id, or ""; `rarity` how much a term tells; `nearness` how
    near texts are by meaning.
    """

    def __init__(
        self,
        model: LanguageModel,
        date_of: Callable[[str], str],
        rarity: Callable[[str], float],
        nearness: Nearness,
    ) -> None:
        self._model = model
        self._date_of = date_of
        self._rarity = rarity
        self._nearness = nearness
        self.name = f"llm:{model.name}"

    def write(self, question: str, evidence: Evidence) -> Iterator[Answer]:
        """The answer as it comes; the last is final. Raises UnusableDraft."""
        said = ""
        try:
            brief = self._brief(evidence)
            blank = Answer(
                question, evidence.question, "", hits=evidence.hits, writer=self.name, warnings=brief.warnings
            )
            reading = self._read(blank, brief.hits)
            reply = self._model.stream(brief.messages, heartbeat=_HEARTBEAT)
            for piece in reply:
                said += piece
                yield reading.go_on(piece)
        except LanguageModelError as problem:
            raise UnusableDraft(str(problem), said) from problem
        if reply.prompt_was_cut:
            blank = replace(blank, warnings=(*blank.warnings, self._was_cut()))
        if reply.cut_short:
            blank = replace(blank, warnings=(*blank.warnings, "The answer was cut at RAG_LLM_ANSWER_TOKENS."))
        answer = replace(self._ended(reading, said, brief.hits), warnings=blank.warnings)
        if says_not_in_documents(answer.draft):
            refusal = not_in_the_documents(question, evidence)
            yield replace(refusal, draft=answer.draft, writer=self.name, warnings=blank.warnings)
            return
        if reason := objection(evidence.question, answer.draft):
            raise UnusableDraft(reason, said)
        yield answer

    def stopped(self, preview: Answer) -> Answer:
        """What a preview's draft comes to when nothing follows."""
        reading = self._read(preview, preview.hits)
        reading.go_on(preview.draft)
        return reading.end()

    def _read(self, blank: Answer, hits: Sequence[Hit]) -> _Reading:
        return _Reading(replace(blank, draft=""), hits, self._rarity, self._nearness)

    def _ended(self, reading: _Reading, said: str, hits: Sequence[Hit]) -> Answer:
        """The whole answer. Thoughts that were not opened as such could not be told from it before they closed."""
        plain = without_thoughts(said)
        if plain != said:
            reading = self._read(reading.answer, hits)
            reading.go_on(plain)
        return reading.end()

    def _brief(self, evidence: Evidence) -> _Brief:
        """As many of the hits, from the best on, as the model's window has room for beside the answer."""
        model, hits = self._model, evidence.hits
        dates = [self._date_of(hit.passage.document_id) for hit in hits]
        for number in range(len(hits), 0, -1):
            messages = prompts.answer(evidence.question, hits[:number], dates[:number])
            if sum(model.count(message.text) + _MESSAGE for message in messages) <= model.window - model.answer_tokens:
                return _Brief(messages, hits[:number], self._left_out(len(hits) - number, len(hits)))
        raise LanguageModelError(
            f"The window of {model.name} ({model.window:,} tokens {model.window_from}) has no room for a question, one"
            f" passage and an answer of {model.answer_tokens:,} tokens. If the model takes more, say so with"
            " RAG_LLM_WINDOW; else lower RAG_LLM_ANSWER_TOKENS."
        )

    def _left_out(self, missing: int, found: int) -> tuple[str, ...]:
        if not missing:
            return ()
        model = self._model
        return (
            f"{missing} of {found} passages did not fit into the window of {model.name} ({model.window:,} tokens"
            f" {model.window_from}) and were not shown to it.",
        )

    def _was_cut(self) -> str:
        return (
            f"The server of {self._model.name} read less than it was sent, so the model has not seen all passages."
            " Give it a larger window, or say how large it is with RAG_LLM_WINDOW."
        )


class _Reading:
    """An answer that grows with its draft. What a claim rests on is looked for once, when the claim is whole."""

    def __init__(self, blank: Answer, hits: Sequence[Hit], rarity: Callable[[str], float], nearness: Nearness) -> None:
        self.answer = replace(blank, final=False)
        self._hits = hits
        self._rarity = rarity
        self._nearness = nearness
        self._draft = Draft(hits)
        self._claims: list[Claim] = []

    def go_on(self, piece: str) -> Answer:
        """With one more piece."""
        self._draft.feed(piece)
        return self._as_far_as_read(self.answer.draft + piece)

    def end(self) -> Answer:
        """With nothing more to come."""
        whole = self._draft.finish()
        answer = self._as_far_as_read(self.answer.draft)
        return replace(answer, invented_marks=(*whole.invented, *whole.loose), final=True)

    def _as_far_as_read(self, said: str) -> Answer:
        draft = self._draft
        for sentence in draft.claims[len(self._claims) :]:
            self._claims.append(claim(draft, sentence, self._hits, self._rarity, self._nearness))
        self.answer = replace(
            self.answer,
            text=draft.text,
            claims=tuple(self._claims),
            invented_marks=draft.invented,
            draft=said,
        )
        return self.answer
