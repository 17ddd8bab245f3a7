"""One LlamaIndex LLM is asked: in pieces if it can, with the parameters that its server takes."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from typing import TYPE_CHECKING, Any

from rag.language_model.calls import Call, Pause, Piece
from rag.language_model.failures import asks_to_wait, causes, is_overflow, status_of
from rag.prompts import Message

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

LONGEST_WAIT = 5.0
"""A busy server that asks for longer is not waited for."""
_DISPENSABLE = ("stream_options", "temperature", "max_tokens")


class Asking:
    """How one LLM is asked. What its server does not take is remembered, and left out from then on."""

    def __init__(self, llm: LLM, ours: bool) -> None:
        self._llm = llm
        self._ours = ours
        """Whether it is an OpenAILike of ours, which may be given parameters; another's LLM is left as it is."""
        self._in_pieces = True
        self._unwanted: set[str] = set()

    def pieces(
        self, call: Call, messages: Sequence[Message], answer_tokens: int, patience: float
    ) -> Generator[Piece | Pause, None, None]:
        """The answer in pieces as they come. Asks again, before the first piece, where another way may do.

        `patience` is for an LLM that cannot stream: so long may it be silent. Raises whatever the LLM raises.
        """
        waited = False
        while True:
            said = False
            try:
                if not self._in_pieces:
                    yield Pause(patience)
                for piece in self._ask(messages, answer_tokens):
                    said = said or bool(piece.text or piece.thought)
                    yield piece
                return
            except Exception as error:
                wait = None if waited else asks_to_wait(error)
                if said:
                    raise
                if wait is not None and wait <= LONGEST_WAIT:
                    waited = True
                    yield Pause(wait)
                    if call.sleep(wait):
                        return
                elif not self._otherwise(error):
                    raise

    def _otherwise(self, error: BaseException) -> bool:
        """Whether there is another way to ask after this error; it is taken from then on."""
        if self._in_pieces and any(isinstance(cause, NotImplementedError) for cause in causes(error)):
            self._in_pieces = False
            return True
        if self._ours and status_of(error) in (400, 422) and not is_overflow(error):
            for name in _DISPENSABLE:
                if name in str(error) and name not in self._unwanted:
                    self._unwanted.add(name)
                    return True
        return False

    def _ask(self, messages: Sequence[Message], answer_tokens: int) -> Generator[Piece, None, None]:
        from llama_index.core.base.llms.types import ChatMessage, MessageRole

        chat = [ChatMessage(role=MessageRole(message.role), content=message.text) for message in messages]
        extra = self._parameters(answer_tokens) if self._ours else {}
        said: Any = chat
        ask, ask_at_once = self._llm.stream_chat, self._llm.chat
        if not self._llm.metadata.is_chat_model:
            said, extra = self._llm.messages_to_prompt(chat), {**extra, "formatted": True}
            ask, ask_at_once = self._llm.stream_complete, self._llm.complete
        if not self._in_pieces:
            yield _piece(ask_at_once(said, **extra), "", whole=True)
            return
        so_far = ""
        for response in ask(said, **extra):
            piece = _piece(response, so_far)
            so_far += piece.text
            yield piece

    def _parameters(self, answer_tokens: int) -> dict[str, Any]:
        from openai import omit

        limit = "max_completion_tokens" if "max_tokens" in self._unwanted else "max_tokens"
        parameters: dict[str, Any] = {limit: answer_tokens}
        if "temperature" in self._unwanted:
            parameters["temperature"] = omit
        if self._in_pieces and "stream_options" not in self._unwanted:
            parameters["stream_options"] = {"include_usage": True}
        return parameters


def _piece(response: Any, so_far: str, whole: bool = False) -> Piece:
    """One response of LlamaIndex's, of a chat or a completion; `so_far` is the text of those before it."""
    message = getattr(response, "message", None)
    text = None if whole else getattr(response, "delta", None)
    if text is None:
        full = (message.content if message is not None else response.text) or ""
        text = full if whole else full[len(so_far) :]
    extra = getattr(response, "additional_kwargs", None) or {}
    thought = extra.get("thinking_delta") or ""
    if whole and message is not None:
        thought = "".join(getattr(block, "content", "") or "" for block in message.blocks if _is_thought(block))
    prompt_tokens = extra.get("prompt_tokens")
    return Piece(
        text=text,
        thought=thought if isinstance(thought, str) else "",
        prompt_tokens=prompt_tokens if isinstance(prompt_tokens, int) else None,
        finish=_finish(getattr(response, "raw", None)),
    )


def _is_thought(block: object) -> bool:
    return getattr(block, "block_type", "") == "thinking"


def _finish(raw: Any) -> str:
    """The reason for the end, in a response as OpenAI's client or another's as a dictionary gives it."""
    choices = _read(raw, "choices")
    reason = _read(choices[0], "finish_reason") if isinstance(choices, list) and choices else None
    return reason if isinstance(reason, str) else ""


def _read(raw: Any, name: str) -> Any:
    return raw.get(name) if isinstance(raw, dict) else getattr(raw, name, None)
