"""A language model's draft, read piece by piece, with the same result however it was cut.

Every sentence of prose is a claim; a row of a table is one, and every line ends one. No claims are, as long as they
have no mark: headings (also a line that is all bold), the head of a table, and what ends with a colon and has neither
a digit nor a name, such as "The reasons are:". Code, rules and link definitions never are. A mark belongs to the
sentence in or behind which it stands, and is shown behind it; marks alone on a line belong to the sentence above.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from rag.citations.prose import Kind, Prose, Sentence
from rag.citations.words import Words
from rag.types import Hit

_LONGEST_HEAD = 200

# What the characters at the beginning of a line can still become, and what they are.
_INDENT = re.compile(r"[^\S\n]*(?:>[> ]*)?")
_MAY_BE_HEAD = re.compile(_INDENT.pattern + r"(?:#{1,6}|[+•‣◦·]|\d{1,3}[.)]?|`{1,2}|~{1,2}|[-*_= \t]*)")
_RULE = re.compile(r"\s*(?:(?P<mark>[-*_])[ \t]*)(?:(?P=mark)[ \t]*){2,}|\s*(?:={2,}|-{2,})\s*")
_PREFIX = re.compile(r"#{1,6}[^\S\n]+|(?:[-*+•‣◦·]|\d{1,3}[.)])[^\S\n]+|\|")
_FENCE = re.compile(r"[^\S\n]*(?:>[> ]*)?(`{3,}|~{3,})")


@dataclass(frozen=True, slots=True)
class Parsed:
    """A draft without its own marks, with those that a reader sees."""

    text: str
    claims: tuple[Sentence, ...]
    numbers: Mapping[int, int]
    """Each shown mark and the place of its passage in the list of hits, counted from 0."""
    invented: tuple[str, ...]
    """The marks that point to no passage, as written; they are not in the text."""
    loose: tuple[str, ...]
    """The marks that stand at no sentence; they are not in the text either."""


def parse(draft: str, hits: Sequence[Hit]) -> Parsed:
    """The whole draft at once, with the same result as in pieces. `[n]` in it cites `hits[n - 1]`."""
    reader = Draft(hits)
    reader.feed(draft)
    return reader.finish()


class Draft:
    """Reads a draft in pieces. What it has shown it never takes back."""

    def __init__(self, hits: Sequence[Hit]) -> None:
        self._prose = Prose()
        self._words = Words(self._prose, len(hits), self._open_line)
        self._loose: list[str] = []
        self._state: Callable[[str, int], int] = self._line_start
        self._head = ""  # the beginning of a line, held until it is known what it is
        self._breaks: list[str] = []  # white space since the last line
        self._kind: Kind = "prose"
        self._prefix = ""  # of the line: indentation, a bullet
        self._continues = False  # whether the line before is prose that could go on in this one
        self._after_row = False
        self._fence = ""

    @property
    def text(self) -> str:
        """What can be shown of the draft so far: the beginning of the final text."""
        return self._prose.text

    @property
    def claims(self) -> tuple[Sentence, ...]:
        """The claims that are complete."""
        return tuple(self._prose.claims)

    @property
    def numbers(self) -> dict[int, int]:
        """Each mark shown so far and the place of its passage in the list of hits, counted from 0."""
        return dict(self._prose.numbers)

    @property
    def invented(self) -> tuple[str, ...]:
        """The marks so far that point to no passage, as written."""
        return tuple(self._words.invented)

    def feed(self, piece: str) -> None:
        """Reads on."""
        at = 0
        while at < len(piece):
            at = self._state(piece, at)

    def finish(self) -> Parsed:
        """The draft ends here; what was held back is shown, but for white space at the end."""
        if self._state == self._line_start:
            self._end_head("")
        elif self._state == self._fence_opens:
            self._open_fence()
        elif self._state == self._in_words:
            self._end_words("")
        self._prose.end_line()
        self._prose.verbatim("".join(self._breaks).rstrip())  # the last pipe of a table
        return Parsed(self.text, self.claims, self.numbers, self.invented, tuple(self._loose))

    # The beginning of a line: what is it?

    def _line_start(self, text: str, at: int) -> int:
        character = text[at]
        head = self._head + character
        if character == "\n":
            self._end_head("\n")
        elif _FENCE.fullmatch(head):
            self._head, self._state = head, self._fence_opens
        elif len(head) < _LONGEST_HEAD and _MAY_BE_HEAD.fullmatch(head):
            self._head = head
        else:
            self._begin_words(head)
        return at + 1

    def _end_head(self, line_break: str) -> None:
        """The line ends where it could still have become several things."""
        head = self._head
        if not head.strip():
            self._breaks.append(head + line_break)
            self._head, self._continues, self._after_row = "", False, False
        elif _RULE.fullmatch(head):
            self._prose.end_line(heading=self._continues and head.strip()[0] in "=-")
            self._show_unread(head, line_break)
        else:
            self._begin_words(head)
            self._end_words(line_break)

    def _begin_words(self, head: str) -> None:
        """The line holds words; `head` is its beginning."""
        indent = _INDENT.match(head)
        assert indent
        mark = _PREFIX.match(head, indent.end())
        self._prefix = head[: (mark or indent).end()]
        self._kind = "prose"
        if mark and mark.group()[0] == "#":
            self._kind = "heading"
        elif mark and mark.group() == "|":
            self._kind = "row" if self._after_row else "header"
        self._head, self._state = "", self._in_words
        self._words.start(row=self._kind in ("row", "header"))
        self.feed(head[len(self._prefix) :])

    def _show_unread(self, text: str, line_break: str) -> None:
        """Shows what is no prose, as a line of its own."""
        self._prose.verbatim("".join(self._breaks) + text)
        self._breaks = [line_break]
        self._head, self._state, self._continues, self._after_row = "", self._line_start, False, False

    # A line of words

    def _in_words(self, text: str, at: int) -> int:
        at = self._words.read(text, at)
        if self._words.definition:
            self._prose.end_line()
            self._prose.verbatim("".join(self._breaks) + self._prefix + self._words.definition)
            self._state = self._rest_of_line
        elif at < len(text):
            self._end_words("\n")
            return at + 1
        return at

    def _open_line(self, character: str) -> None:
        """The first word of the line follows: it belongs to the sentence before, or begins one."""
        goes_on = self._continues and not self._prefix.strip() and character.islower() and self._prose.open
        before = "".join(self._breaks) + self._prefix
        if goes_on:
            self._prose.write(before)
        else:
            self._prose.begin_line(before, self._kind)
        for mark in self._words.early:
            self._prose.cite(mark.hits)

    def _end_words(self, line_break: str) -> None:
        words = self._words
        marked = words.ends_with_mark
        space = words.end()
        self._state = self._line_start
        if words.opened:
            self._continues, self._after_row = self._kind == "prose" and not marked, self._kind != "prose"
            self._breaks = [space + line_break]
        elif words.early and not self._prefix.strip() and self._prose.open:  # marks alone on their line
            for mark in words.early:
                self._prose.cite(mark.hits)
            self._continues = False
            self._breaks = self._breaks if len(self._breaks) > 1 else [line_break]
        else:
            self._loose += [mark.written for mark in words.early if mark.hits]
            self._prose.end_line()
            self._show_unread(self._prefix, line_break)

    # Lines that are shown as they are

    def _rest_of_line(self, text: str, at: int) -> int:
        end = text.find("\n", at)
        self._prose.verbatim(text[at:] if end < 0 else text[at:end])
        self._breaks = []
        if end < 0:
            return len(text)
        self._show_unread("", "\n")
        return end + 1

    def _fence_opens(self, text: str, at: int) -> int:
        """The first line of a code block, held back: with more backticks in it, it is a line with code in it."""
        character = text[at]
        fence = _FENCE.match(self._head)
        assert fence
        if character == "`" == fence[1][0] and self._head[-1] != "`" and len(self._head) < _LONGEST_HEAD:
            self._begin_words(self._head)
            return at
        self._head += character
        if character == "\n" or len(self._head) >= _LONGEST_HEAD:
            self._open_fence()
        return at + 1

    def _open_fence(self) -> None:
        fence = _FENCE.match(self._head)
        assert fence
        self._prose.end_line()
        self._prose.verbatim("".join(self._breaks) + self._head)
        self._fence, self._breaks, self._state = fence[1], [], self._in_fence
        self._head = "" if self._head.endswith("\n") else "no fence"

    def _in_fence(self, text: str, at: int) -> int:
        end = text.find("\n", at)
        line = text[at:] if end < 0 else text[at:end]
        self._prose.verbatim(line)
        self._head = (self._head + line[:_LONGEST_HEAD])[:_LONGEST_HEAD]
        if end < 0:
            return len(text)
        closing = _FENCE.match(self._head)
        if closing and closing[1].startswith(self._fence) and not self._head[closing.end() :].strip():
            self._show_unread("", "\n")
        else:
            self._prose.verbatim("\n")
            self._head = ""
        return end + 1
