"""The text of an answer as it grows: sentences, each followed by its marks.

Words come in, in order, with the marks between them. What is shown is only ever added to: it holds back
nothing but what a mark may still have to be put in front of.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from rag.citations.bounds import enclosure, ends_between, without_wrappers

# How far back the judgement of a full stop looks; the rules of `rag.sentences` look 40 characters back.
_BEFORE = 80
_AFTER = 40
_ENCLOSED = 300
"""A quotation or bracket of at most this length keeps its sentences together, as in `rag.sentences`."""
_TAIL = 400

# White space, what opens a quotation, and a word with what follows it.
_NEXT_WORD = re.compile(
    rf"\s*[\"'“‘(\[«„¿¡*_~]*(?:[^\W_]{{1,{_AFTER}}}[^\w]|[^\W_]{{{_AFTER}}}|[^\w\s\"'“‘(\[«„¿¡*_~])"
)
_WIDE = "。！？｡।॥؟۔"

_BOLD_LINE = re.compile(r"(\*\*|__)[^*_]*[^*_.!?…]\1:?")
_NAME = re.compile(r"(?<=[\w,;] )[*_“\"']*[A-Z][\w’'-]")
_NUMBER = re.compile(r"\d")


Kind = Literal["prose", "heading", "header", "row"]
"""What a line is. All but prose are one sentence whatever they hold; `header` is the first row of a table."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A claim of the draft: `text[start:end]`, and the hits it cites by their places in the list, by shown mark."""

    start: int
    end: int
    hits: tuple[int, ...]


@dataclass(slots=True)
class _End:
    """A place where the sentence may end."""

    at: int
    before: str
    after: str = ""
    ripe: bool = False
    certain: bool = False
    marked: bool = False
    closers: str = ""
    """It ends here only if none of these comes before `expires`."""
    expires: int = 0

    def begins_anew(self) -> bool:
        """Whether a mark stands behind the full stop and a capital behind the mark: "at 5 p.m. [1] Smith left"."""
        return self.marked and self.after.lstrip(" \n\t\"'“‘(«„*_")[:1].isupper()

    def see(self, text: str, size: int) -> None:
        """This follows; the sentence has that many characters with it."""
        if not self.ripe:
            self.after = (self.after + text[: 3 * _AFTER])[: 3 * _AFTER]
            word = _NEXT_WORD.match(self.after)
            if word or len(self.after) == 3 * _AFTER:
                self.ripe, self.after = True, word.group() if word else self.after
        if self.closers and size > self.expires:
            self.closers = ""


class Prose:
    """Receives a draft's words and marks; has the text and the claims so far, which are never taken back."""

    def __init__(self) -> None:
        self.claims: list[Sentence] = []
        self.numbers: dict[int, int] = {}
        self._mark_of: dict[int, int] = {}
        self._pieces: list[str] = []
        self._length = 0
        self._kind: Kind = "prose"
        self._alone = True  # nothing else was said on this line
        self._begin("")

    def _begin(self, text: str) -> None:
        """A new sentence, of which this much is already written but not shown."""
        self._sentence = [text] if text else []
        self._size = len(text)
        self._held = text
        self._tail = text[-_TAIL:]
        self._cited: list[tuple[int, int]] = []
        self._ends: list[_End] = []
        self._stopped = ""
        self._marked_at = -1

    @property
    def text(self) -> str:
        """What can be shown."""
        if len(self._pieces) > 1:
            self._pieces = ["".join(self._pieces)]
        return self._pieces[0] if self._pieces else ""

    @property
    def open(self) -> bool:
        """Whether a sentence has begun that has not ended."""
        return self._size > 0

    @property
    def last(self) -> str:
        """The last character of the sentence."""
        return self._tail[-1:]

    def begin_line(self, before: str, kind: Kind = "prose") -> None:
        """Ends the sentence; what follows begins a line, after `before` (line breaks, a bullet, `#`)."""
        self.end_line()
        self.verbatim(before if self._length else before.lstrip())
        self._kind, self._alone = kind, True

    def verbatim(self, text: str) -> None:
        """Shows what is no prose: code, rules. No sentence may be open."""
        assert not self._size
        self._show(text)

    def write(self, text: str) -> None:
        """Adds words, or white space that words follow."""
        if self._stopped == "wide" or (self._stopped and text[0].isupper()):  # a space is missing: "rose.The"
            self.pause()
        self._stopped = ""
        self._add(text)

    def stop(self, run: str) -> None:
        """Adds full stops, question marks and the like."""
        if self._stopped == "wide" and run[0] not in _WIDE:
            self.pause()
        at_end = self._ends[-1] if self._ends and self._ends[-1].at == self._size else None
        if at_end and self._marked_at == self._size and run[0] == ".":
            at_end.certain = True  # “It rose. [1].”: the second full stop was the mark's
            run = run.lstrip(".")
            if not run:
                return
        self._add(run)
        self._stopped = "wide" if run[-1] in _WIDE else "narrow"

    def close(self, character: str) -> None:
        """Adds a closing bracket, quote or asterisk, which belongs to a sentence that ended before it."""
        self._settle()
        self._ends = [end for end in self._ends if character not in end.closers]
        self._add(character)

    def pause(self) -> None:
        """White space or a mark follows: the sentence may end here, and the word before is complete."""
        if self._ends:
            for end in self._ends:
                if end.after.strip():
                    end.see(" ", self._size)
            self._settle()
            self._show_what_is_settled()
        if self._stopped and self._kind == "prose":
            self._settle()
            end = _End(self._size, self._tail[-_BEFORE:])
            enclosed = enclosure(self._tail[-_ENCLOSED:])
            if enclosed:
                end.closers, end.expires = enclosed[0], self._size - enclosed[1] + _ENCLOSED
            self._ends.append(end)
        self._stopped = ""

    def cite(self, hits: tuple[int, ...]) -> None:
        """A mark stands here."""
        self.pause()
        if self._ends and self._ends[-1].at == self._size:
            self._ends[-1].after, self._ends[-1].marked = " ", True
        self._marked_at = self._size
        self._cited += [(self._size, hit) for hit in hits]

    def end_line(self, *, heading: bool = False) -> None:
        """The sentence ends here, if one is open; `heading`: the line was one, as the line after it shows."""
        if heading and self._alone:
            self._kind = "heading"
        self._stopped = ""
        for end in self._ends:
            end.ripe, end.closers = True, ""
        self._settle()
        if self._size:
            self._end(self._size)
        self._begin("")

    def _add(self, text: str) -> None:
        self._sentence.append(text)
        self._size += len(text)
        self._tail = (self._tail + text[-_TAIL:])[-_TAIL:]
        self._held += text
        if self._ends:
            for end in self._ends:
                end.see(text, self._size)
            self._settle()
        self._show_what_is_settled()

    def _settle(self) -> None:
        """Decides, in order, where the sentence ended."""
        while self._ends and self._ends[0].ripe and not self._ends[0].closers:
            end = self._ends.pop(0)
            if end.certain or end.begins_anew() or ends_between(end.before, end.after):
                self._end(end.at)

    def _end(self, at: int) -> None:
        """Shows the sentence up to there and its marks, and makes a claim of it."""
        written = "".join(self._sentence)
        said, rest = written[:at], written[at:]
        shown = self._size - len(self._held)  # more than this sentence only if it has no marks
        begun = self._length - shown
        cited = list(dict.fromkeys(hit for position, hit in self._cited if position <= at))
        marks = sorted(self._number(hit) for hit in cited)
        touching = " " if marks and rest and not rest[0].isspace() else ""
        self._show(said[shown:] + "".join(f" [{mark}]" for mark in marks) + touching)
        start, end = without_wrappers(said)
        if cited or self._says_something(said[start:end], bold=bool(_BOLD_LINE.fullmatch(said.strip()))):
            hits = tuple(self.numbers[mark] for mark in marks)
            self.claims.append(Sentence(begun + start, begun + end, hits))
        stopped, ends = self._stopped, self._ends
        later = [(position - at, hit) for position, hit in self._cited if position > at]
        self._begin(rest)
        self._held = rest[max(0, shown - at) :]
        self._cited, self._stopped, self._ends, self._alone = later, stopped, ends, False
        for other in ends:
            other.at -= at
            other.expires -= at
            other.before = other.before[-other.at :]

    def _number(self, hit: int) -> int:
        """The mark that this hit is shown by: the next free one at its first appearance."""
        if hit not in self._mark_of:
            self._mark_of[hit] = len(self._mark_of) + 1
            self.numbers[self._mark_of[hit]] = hit
        return self._mark_of[hit]

    def _says_something(self, words: str, *, bold: bool) -> bool:
        """Whether a sentence without marks is a claim. Headings and what only leads to a list are not."""
        if self._kind in ("heading", "header") or (bold and self._alone) or not any(map(str.isalnum, words)):
            return False
        leads = words.rstrip("*_").endswith((":", "："))
        return not leads or bool(_NUMBER.search(words) or _NAME.search(words))

    def _show_what_is_settled(self) -> None:
        limit = self._size
        if self._cited:
            limit = next((end.at for end in self._ends if end.at >= self._cited[0][0]), limit)
        ready = limit - self._size + len(self._held)
        if ready > 0:
            self._show(self._held[:ready])
            self._held = self._held[ready:]

    def _show(self, text: str) -> None:
        if text:
            self._pieces.append(text)
            self._length += len(text)
