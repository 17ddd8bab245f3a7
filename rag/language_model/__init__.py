"""Any LlamaIndex LLM, made bounded and plain: text in pieces, within limits, and every failure one sentence.

Whatever a model or its server does (nothing, nonsense, no end), an asker has an answer or a NoAnswer in bounded time.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rag.language_model import failures
from rag.language_model.asking import Asking
from rag.language_model.calls import Call, briefly
from rag.language_model.counting import count
from rag.language_model.failures import Kind, NoAnswer, Place
from rag.language_model.reply import TOTAL, Reply
from rag.language_model.thoughts import without_thoughts
from rag.language_model.windows import DEFAULT
from rag.prompts import Message

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.language_model.endpoint import Endpoint

__all__ = ["Kind", "LanguageModel", "NoAnswer", "Reply"]

BRIEF = 2.0
"""How many seconds a server may take to say how large its window is."""


class LanguageModel:
    """An LLM that can be asked. `endpoint` is where ours answers (endpoint.connect); none for an LLM from outside."""

    def __init__(
        self,
        llm: LLM,
        *,
        window: int = 0,
        answer_tokens: int = 1024,
        seconds: float = 60,
        endpoint: Endpoint | None = None,
    ) -> None:
        self.seconds = seconds
        """So long may it be silent; a whole answer may take five times as long."""
        self._llm = llm
        self._endpoint = endpoint
        self._asking = Asking(llm, ours=endpoint is not None)
        self._most_answer_tokens = answer_tokens
        self._window: int | None = window or None
        self._window_from = "as RAG_LLM_WINDOW says" if endpoint else "as it was given"
        self._window_is_sure = bool(window)
        if endpoint:
            self._place = Place(endpoint.model, endpoint.host, endpoint.key, self._listed)
        else:
            key = getattr(llm, "api_key", None)
            self._place = Place(_name(llm), key=key if isinstance(key, str) else "")

    @property
    def name(self) -> str:
        """The model's name, for readers."""
        return self._place.name

    @property
    def window(self) -> int:
        """How many tokens it takes, prompt and answer together. Asks the server at the first use, for 2 s at most."""
        tokens = self._window
        if tokens is None:
            tokens, self._window_from, self._window_is_sure = self._find_window()
            self._window = tokens
        return tokens

    @property
    def window_from(self) -> str:
        """How the window is known, for readers: "as the server says"."""
        _ = self.window
        return self._window_from

    @property
    def answer_tokens(self) -> int:
        """How long an answer may be: as was set, but no more than half of the window."""
        return max(1, min(self._most_answer_tokens, self.window // 2))

    def count(self, text: str) -> int:
        """An upper-side estimate of the tokens of a text; see counting.py."""
        return count(text)

    def stream(
        self,
        messages: Sequence[Message],
        *,
        answer_tokens: int | None = None,
        seconds: float | None = None,
        heartbeat: float = 0.0,
    ) -> Reply:
        """The answer in pieces as they come, without the model's thoughts; the model is asked at the first `next`.

        Raises NoAnswer while it is read: nothing for `seconds`, more than five times `seconds` in all, more text than
        `answer_tokens`, or any failure of the model, its server or the way there. With a `heartbeat`, an empty piece
        comes whenever nothing has come for so many seconds: a reader can then leave at any moment.
        """
        tokens, limit = answer_tokens or self.answer_tokens, seconds or self.seconds
        asking, place, window = self._asking, self._place, self.window
        if not self._window_is_sure:
            self._window = None  # by the next time the server has loaded the model, and can say
        return Reply(
            Call(
                lambda call: asking.pieces(call, messages, tokens, patience=(TOTAL - 1) * limit),
                lambda error: failures.explain(error, place, limit),
            ),
            place,
            prompt="\n".join(message.text for message in messages),
            tokens=tokens,
            most_thoughts=max(window, 8 * tokens),
            seconds=limit,
            heartbeat=heartbeat,
        )

    def complete(
        self, messages: Sequence[Message], *, answer_tokens: int | None = None, seconds: float | None = None
    ) -> str:
        """The whole answer. Raises NoAnswer as `stream` does, also where it is empty without its thoughts."""
        answer = without_thoughts("".join(self.stream(messages, answer_tokens=answer_tokens, seconds=seconds))).strip()
        if not answer:
            raise failures.empty(self._place, answer_tokens or self.answer_tokens, thought=True, cut=False)
        return answer

    def probe(self) -> str:
        """Asks for one word and gives it; raises the NoAnswer that any question would get."""
        return self.complete([Message("user", "Answer with the one word: ready")])

    def _find_window(self) -> tuple[int, str, bool]:
        """(tokens, how that is known, whether it may be remembered)."""
        if not self._endpoint:
            tokens = briefly(lambda: self._llm.metadata.context_window, BRIEF)
            if isinstance(tokens, int) and tokens > 0:
                return tokens, "as the LLM says", True
            return DEFAULT.tokens, "assumed, since the LLM does not say", True
        found = briefly(self._endpoint.window, BRIEF) or DEFAULT
        return found.tokens, found.known, found.is_sure

    def _listed(self) -> list[str]:
        return (briefly(self._endpoint.models, BRIEF) if self._endpoint else None) or []


def _name(llm: LLM) -> str:
    """What an LLM calls its model, or its class's name. It is another's code, and may ask a server or fail."""
    name = briefly(lambda: llm.metadata.model_name, BRIEF)
    return name if isinstance(name, str) and name not in ("", "unknown") else type(llm).__name__
