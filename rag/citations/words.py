"""The words of one line of a draft, with the marks, the code and the links among them.

Every character is read once by the state the reader is in. What may become a mark or code is held back until
it is known, and read again if it is neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from rag.citations.marks import CLOSERS, Gap, Mark, may_go_on, read_mark
from rag.citations.prose import Prose

_LONGEST_CODE = 300
"""Backticks that are not closed within so many characters are no code."""
_LONGEST_DESTINATION = 40
_LONGEST_GAP = 200

_ORDINARY = re.compile(r"[^\s\[\]【［\\`.!?…。！？｡।॥؟۔()}\"'”’»›“」）*_~|]+")
_STOPS = re.compile(r"[.!?…]+|[。！？｡।॥؟۔]+")
_CLOSING = frozenset(")]}\"'”’»›」）*_~“")
_LINK = re.compile(r"\([^\s)]*[:/#.<?=]")
_DEFINITION = re.compile(r":[ \t]*(?:(?:https?|ftp|mailto|file|doi):|[<#/]|www\.)", re.IGNORECASE)
_MAY_BE_DEFINITION = re.compile(r":[ \t]*[A-Za-z.]*")


class Words:
    """Reads the words of a line; `begin(character)` is called before the first of them is given to the prose."""

    def __init__(self, prose: Prose, hits: int, begin: Callable[[str], None]) -> None:
        self._prose = prose
        self._hits = hits
        self._begin = begin
        self.invented: list[str] = []
        self._literal = False  # backticks are only backticks
        self.start(row=False)

    def start(self, *, row: bool) -> None:
        """A new line; `row`: of a table."""
        self._row = row
        self.opened = False
        """Whether the line has a word."""
        self.early: list[Mark] = []
        """The marks before its first word."""
        self.definition = ""
        """The line is no prose but defines a link, beginning like this."""
        self._gap = Gap()
        self._raw = ""  # what is held until it is known what it is
        self._mark: Mark | None = None
        self._state: Callable[[str, int], int] = self._words

    def read(self, text: str, at: int = 0) -> int:
        """Reads on, up to the end of the line or of the piece; gives how far it came."""
        while at < len(text) and not self.definition and (text[at] != "\n" or self._state != self._words):
            at = self._state(text, at)
        return at

    def end(self) -> str:
        """The line ends: what is held back is decided. Gives the white space at its end."""
        while self._state != self._words:
            self._state("\n", 0)
        if not self.opened and self._gap.before.strip():  # a bracket alone
            self.opened = True
            self._begin("(")
        if not self.opened:
            return ""
        rest = self._gap.closed(self._prose.last, "\n")
        words = rest.rstrip(" \t|") if self._row else rest.rstrip()
        if words:
            self._prose.write(words)
        self._prose.pause()
        return rest[len(words) :]

    @property
    def ends_with_mark(self) -> bool:
        """Whether a mark is the last thing read."""
        return self._gap.marked and not self._gap.after.strip()

    def _words(self, text: str, at: int) -> int:
        character = text[at]
        if character == "(" and self._prose.last == "]" and self.opened and not self._gap:
            self._raw, self._state = character, self._after_mark
            return at + 1
        if self._gap.marked or character.isspace() or character == "(":
            if not self._gap and self.opened:
                self._prose.pause()
            if self._gap.takes(character):
                return at + 1
        if character in CLOSERS:
            self._raw, self._state = character, self._bracket
        elif character == "\\":
            self._raw, self._state = character, self._escape
        elif character == "`" and not self._literal:
            self._raw, self._state = character, self._backticks
        else:
            return self._plain_words(text, at)
        return at + 1

    def _plain_words(self, text: str, at: int) -> int:
        character = text[at]
        if self._gap and character in "(|" and self.opened and (character == "(" or self._row):
            rest = self._gap.closed(self._prose.last, character)
            if rest.strip(" \t|") or len(rest) > _LONGEST_GAP:
                self._prose.write(rest)
                rest = ""
            self._gap.before = rest + character
            return at + 1
        if character == "|" and self.opened and self._row:
            self._gap.before = character
            return at + 1
        self._ready(character)
        run = _STOPS.match(text, at)
        if run:
            self._prose.stop(run.group())
        elif character in _CLOSING:
            self._prose.close(character)
            return at + 1
        else:
            run = _ORDINARY.match(text, at)
            self._prose.write(run.group() if run else character)
        return run.end() if run else at + 1

    def _ready(self, character: str) -> None:
        """A word follows, with this character: the white space before it is shown."""
        previous = self._prose.last if self.opened else ""
        if not self.opened:
            self.opened = True
            self._begin(character)
        if self._gap:
            space = self._gap.closed(previous, character)
            if space:
                self._prose.write(space)

    def _bracket(self, text: str, at: int) -> int:
        character = text[at]
        written = self._raw.lstrip("\\")
        if character == CLOSERS[written[0]]:
            self._mark = read_mark(written + character, self._hits)
            self._raw += character
            if not self._mark:
                self._no_mark()
            elif character == "]" and self._raw[0] == "[":
                self._raw, self._state = "", self._after_mark
            else:
                self._accept()
            return at + 1
        if may_go_on(written, character):
            self._raw += character
            return at + 1
        self._no_mark()
        return at

    def _no_mark(self) -> None:
        """The bracket was only a bracket."""
        size = 2 if self._raw[0] == "\\" else 1
        bracket, rest = self._raw[:size], self._raw[size:]
        self._raw, self._state = "", self._words
        self._ready(bracket[0])
        self._prose.write(bracket)
        self.read(rest)

    def _after_mark(self, text: str, at: int) -> int:
        character = text[at]
        raw = self._raw + character
        first_of_line = not (self.opened or self.early)
        if raw[0] == "(":
            if _LINK.match(raw):
                self._leave_alone(raw)
                return at + 1
            may_be = len(raw) == 1 or not (character.isspace() or character in ")([")
        else:
            if first_of_line and _DEFINITION.match(raw):
                assert self._mark
                self.definition = self._mark.written + raw
                return at + 1
            may_be = first_of_line and bool(_MAY_BE_DEFINITION.fullmatch(raw))
        if may_be and len(raw) < _LONGEST_DESTINATION:
            self._raw = raw
            return at + 1
        self._is_mark()
        return at

    def _is_mark(self) -> None:
        """It was a mark, and no link; the colon of `[1]: Report` belongs to it."""
        rest, self._raw = self._raw.removeprefix(":"), ""
        if self._mark:
            self._accept()
        elif self._gap.takes(rest[0]):  # [not a mark](and no link
            rest, self._state = rest[1:], self._words
        self.read(rest)

    def _accept(self) -> None:
        mark, self._mark = self._mark, None
        assert mark
        self.invented += mark.invented
        if self.opened:
            pipes = self._gap.before.rfind("|") + 1
            if pipes:
                self._prose.write(self._gap.before[:pipes])
                self._gap.before = self._gap.before[pipes:]
            self._prose.cite(mark.hits)
        else:
            self.early.append(mark)
        self._gap.mark()
        self._raw, self._state = "", self._words

    def _leave_alone(self, raw: str) -> None:
        """A Markdown link, `[1](http…)`."""
        self._ready("[")
        self._prose.write((self._mark.written if self._mark else "") + raw)
        self._mark, self._raw, self._state = None, "", self._destination

    def _destination(self, text: str, at: int) -> int:
        character = text[at]
        if character == "\n":
            self._state = self._words
            return at
        self._prose.write(character)
        if character == ")":
            self._state = self._words
        return at + 1

    def _escape(self, text: str, at: int) -> int:
        character = text[at]
        if character == "[":
            self._raw, self._state = "\\[", self._bracket
            return at + 1
        self._ready("\\")
        self._raw, self._state = "", self._words
        if character.isalnum() or character.isspace():
            self._prose.write("\\")
            return at
        self._prose.write("\\" + character)
        return at + 1

    def _backticks(self, text: str, at: int) -> int:
        if text[at] == "`":
            self._raw += "`"
            return at + 1
        self._fence, self._run, self._state = len(self._raw), 0, self._code
        return at

    def _code(self, text: str, at: int) -> int:
        character = text[at]
        if character == "`":
            self._run += 1
        elif self._run == self._fence:
            self._end_code()
            return at
        else:
            self._run = 0
        if character == "\n" or len(self._raw) > self._fence + _LONGEST_CODE:
            self._no_code()
            return at
        self._raw += character
        return at + 1

    def _end_code(self) -> None:
        code, self._raw, self._state = self._raw, "", self._words
        self._ready("`")
        self._prose.write(code)

    def _no_code(self) -> None:
        """The backticks were only backticks; there may be marks behind them."""
        held, self._raw, self._state, self._literal = self._raw, "", self._words, True
        self.read(held)
        self._literal = False
