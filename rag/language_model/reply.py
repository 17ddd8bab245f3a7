"""An answer as it comes from a language model, within limits of time and length."""

from __future__ import annotations

from collections.abc import Iterator
from time import monotonic

from rag.language_model import failures
from rag.language_model.calls import Call, End, Pause, Piece
from rag.language_model.counting import at_least, count
from rag.language_model.failures import Place
from rag.language_model.thoughts import Thoughts

TOTAL = 5
"""A whole answer may take so many times what one silence may."""


class Reply(Iterator[str]):
    """The pieces of an answer, to be read once. `close` stops it at any moment, from any thread.

    Reading raises NoAnswer where it goes wrong; what was read until then remains the reader's. At the end
    `cut_short` and `prompt_was_cut` say what a reader should know about an answer that looks complete.
    """

    def __init__(
        self,
        call: Call,
        place: Place,
        prompt: str,
        tokens: int,
        most_thoughts: int,
        seconds: float,
        heartbeat: float = 0.0,
    ) -> None:
        self.prompt_tokens: int | None = None
        """How many tokens the server read, where it says so."""
        self.cut_short = False
        """The answer was ended by its limit of tokens, not by the model."""
        self._call = call
        self._place = place
        self._prompt = prompt
        self._tokens = tokens
        self._most_thoughts = most_thoughts
        self._seconds = seconds
        self._heartbeat = heartbeat
        self._heard = 0.0  # when something came last
        self._thoughts = Thoughts()
        self._began = 0.0
        self._paused = self._patience = 0.0
        self._alive = False
        self._finish = ""
        self._written = self._thought = 0
        self._uncounted = ""
        self._blank = True
        self._over = False

    @property
    def prompt_was_cut(self) -> bool:
        """Whether the server read less than it was sent (Ollama's 4096 by default), and said nothing of it."""
        return self.prompt_tokens is not None and 0 < self.prompt_tokens < at_least(self._prompt)

    def __next__(self) -> str:
        if self._over:
            raise StopIteration
        if not self._began:
            self._began = self._heard = monotonic()
            self._call.start()
        try:
            while True:
                text = self._hear()
                if text or (self._heartbeat and monotonic() - self._heard >= self._heartbeat):
                    return text
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Stops the model and closes its connection. Does nothing at the end, or a second time."""
        self._over = True
        self._call.stop()

    def __del__(self) -> None:
        self.close()

    def _hear(self) -> str:
        """The text of the next thing that comes, or nothing. Raises StopIteration at the end, or NoAnswer."""
        now = monotonic()
        left = self._began + TOTAL * self._seconds + self._paused - now
        may_take = self._seconds + self._patience
        silent = now - self._heard if self._heartbeat else 0.0
        wait = min(may_take - silent, left)
        heard = self._call.next(min(wait, self._heartbeat or wait)) if wait > 0 else None
        if heard is None:
            if wait > self._heartbeat > 0:
                return ""
            raise self._too_long(may_take, left)
        self._heard = monotonic()
        if isinstance(heard, End):
            return self._end(heard)
        self._patience = heard.seconds if isinstance(heard, Pause) else 0.0
        self._paused += self._patience
        return self._take(heard) if isinstance(heard, Piece) else ""

    def _take(self, piece: Piece) -> str:
        self._alive = True
        self.prompt_tokens = piece.prompt_tokens or self.prompt_tokens
        self._finish = piece.finish or self._finish
        text, thought = self._thoughts.part(piece.text)
        self._thought += len(thought) + len(piece.thought)
        return self._bounded(text)

    def _bounded(self, text: str) -> str:
        self._blank = self._blank and not text.strip()
        self._uncounted += text
        if len(self._uncounted) >= 200:  # not each piece: it may be half a word, and count as a whole one
            self._written += count(self._uncounted)
            self._uncounted = ""
        # The estimate leans upwards by less than 2 times. A token of thought is taken to be 4 characters.
        if self._written > 2 * self._tokens + 64 or self._thought > 4 * self._most_thoughts:
            raise failures.endless(self._place, self._tokens)
        return text

    def _end(self, end: End) -> str:
        if self._over:
            raise StopIteration
        if end.error is not None:
            raise end.error
        self.cut_short = self._finish == "length"
        rest = self._bounded(self._thoughts.end())
        if self._blank:
            raise failures.empty(
                self._place, self._tokens, thought=self._thought > 0 or self._thoughts.any, cut=self.cut_short
            )
        if self._place.host and not self._finish:
            raise failures.dropped(self._place)
        if not rest:
            raise StopIteration
        self._over = True
        return rest

    def _too_long(self, may_take: float, left: float) -> failures.NoAnswer:
        if left < may_take:
            return failures.slow(self._place, TOTAL * self._seconds)
        return (failures.stalled if self._alive else failures.silent)(self._place, may_take)
