"""Telling what a reasoning model thinks aloud, `<think>…</think>` before its answer, from the answer."""

from __future__ import annotations

from typing import Literal

_OPENS, _CLOSES = "<think>", "</think>"


class Thoughts:
    """Takes a stream's text piece by piece and parts it; tags may be cut anywhere between pieces."""

    def __init__(self) -> None:
        self.any = False
        """Whether there were thoughts, be they empty."""
        self._held = ""
        self._state: Literal["before", "thinking", "blank", "answer"] = "before"

    def part(self, text: str) -> tuple[str, str]:
        """(of the answer, of the thoughts): what the text so far allows to tell; the rest is held back."""
        self._held += text
        if self._state == "before":
            begin = self._held.lstrip()
            if len(begin) < len(_OPENS) and _OPENS.startswith(begin):
                return "", ""
            self.any = begin.startswith(_OPENS)
            self._state = "thinking" if self.any else "answer"
            self._held = begin[len(_OPENS) :] if self.any else self._held
        thought = ""
        if self._state == "thinking":
            thought, closed, rest = self._held.partition(_CLOSES)
            if not closed:
                kept = max(0, len(self._held) - len(_CLOSES) + 1)
                thought, self._held = self._held[:kept], self._held[kept:]
                return "", thought
            self._state, self._held = "blank", rest
        if self._state == "blank" and (answer := self._held.lstrip()):  # blank lines between the two are of neither
            self._state, self._held = "answer", answer
        return self.end(), thought

    def end(self) -> str:
        """What was held back and is of the answer after all, at the end of the stream."""
        text = self._held if self._state in ("before", "answer") else ""
        self._held = ""
        return text


def without_thoughts(text: str) -> str:
    """A whole text without its thoughts, also where the template opened them and only their end was written."""
    _, closed, answer = text.rpartition(_CLOSES)
    return answer.lstrip() if closed else text
