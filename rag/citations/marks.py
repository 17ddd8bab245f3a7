"""The marks that a language model cites passages by: `[1]`, `[1, 3-5]`, `【２】`, `[^1]`, `[Passage 1]`.

A number of up to three digits in brackets is a mark, whether or not there is such a passage; a number of
four or more without a label is a year or a name, and is text.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

CLOSERS = {"[": "]", "【": "】", "［": "］"}
"""How each bracket that can open a mark is closed."""
LONGEST = 120
"""No mark is longer than this many characters."""
_LONGEST_GAP = 200

_LABELS = ["passage", "source", "doc", "document", "ref", "reference", "citation", "cite", "id"]
_WORDS = frozenset(_LABELS) | {f"{label}s" for label in _LABELS} | {"and", "p", "pp", "page", "pages"}
_BEGINNINGS = frozenset(word[:size] for word in _WORDS for size in range(1, len(word) + 1))
_LETTERS = re.compile(r"[a-z]+\Z")
_DASHES = "-‐‑–—−"
_LABEL = rf"(?:(?:{'|'.join(_LABELS)})s?\s?[.:#]?\s?)?"
_ITEM = rf"\^?(?P<label>{_LABEL})(?P<first>\d{{1,4}})(?!\d)(?:\s?[{_DASHES}]\s?\^?{_LABEL}(?P<last>\d{{1,4}})(?!\d))?"
_ITEMS = re.compile(_ITEM)
_SEPARATOR = r"(?:\s?(?:[,;&、]|\band\b)\s?(?:and\s)?|\s)"
_NOTE = r"(?:†.*|[,:]?\s?(?:pp?|pages?)\.?\s?[\d, –-]+)?"  # 【1†source】, [1, p. 3]
_UNNAMED = re.sub(r"\?P<\w+>", "?:", _ITEM)
_MARK = re.compile(rf"\s?(?P<items>{_UNNAMED}(?:{_SEPARATOR}{_UNNAMED})*)\s?{_NOTE}")


@dataclass(frozen=True, slots=True)
class Mark:
    """What one pair of brackets cites."""

    written: str
    hits: tuple[int, ...]
    """Places in the list of hits, counted from 0, in the order written."""
    invented: tuple[str, ...]
    """What in it points nowhere, as written."""


def read_mark(written: str, hits: int) -> Mark | None:
    """The mark that stands there, brackets included, if it is one; `hits` is how many passages there are to cite.

    A range of which an end points nowhere points nowhere as a whole.
    """
    inside = unicodedata.normalize("NFKC", written[1:-1]).replace("\\", "").lower()
    found = _MARK.fullmatch(inside) if len(written) <= LONGEST else None
    if not found:
        return None
    items = list(_ITEMS.finditer(found["items"]))
    if all(len(item["first"]) > 3 and not item["label"] for item in items):
        return None
    cited: list[int] = []
    invented = []
    for item in items:
        first, last = int(item["first"]), int(item["last"] or item["first"])
        if 1 <= first <= last <= hits:
            cited += range(first - 1, last)
        else:
            invented.append(written if len(items) == 1 else written[0] + item.group() + written[-1])
    return Mark(written, tuple(dict.fromkeys(cited)), tuple(invented))


def may_go_on(written: str, character: str) -> bool:
    """Whether a bracket with these characters in it can still become a mark when this one follows."""
    if len(written) >= LONGEST or character in "[【［\n":
        return False
    if "†" in written:
        return True
    character = unicodedata.normalize("NFKC", character).lower()
    run = _LETTERS.search(written[-12:].lower())
    letters = run.group() if run else ""
    if "a" <= character <= "z":
        return letters + character in _BEGINNINGS
    return (not letters or letters in _WORDS) and (
        character.isdecimal() or character in _DASHES or character in " ,;&、^#:.\u00a0\\†"
    )


_AFTER = re.compile(rf"(?P<space>[^\S\n]*)(?P<between>(?:[{_DASHES},;&]|a|an|and)?)(?P<rest>[^\S\n]*)")
_NO_SPACE_BEFORE = frozenset(".,;:!?…)]}”’»›*_~。，、；：！？")
_NO_SPACE_AFTER = frozenset("([{“‘«„¿¡/-–—'\"*_~")


class Gap:
    """What stands between two words of a draft where marks may have been: white space, and `(` before a mark.

    Held back until the next word tells what remains of it when the marks are gone.
    """

    def __init__(self) -> None:
        self.before = ""
        self.after = ""
        self.marked = False

    def __bool__(self) -> bool:
        return self.marked or bool(self.before)

    def takes(self, character: str) -> bool:
        """Adds a character if it can belong to the gap; a line break never does."""
        if len(self.before) + len(self.after) > _LONGEST_GAP:
            return False
        if not self.marked:
            bracket = character == "(" and "(" not in self.before
            if bracket or character.isspace():
                self.before += character
                return True
            return False
        if character == ")" and not self.after.strip() and "(" in self.before:  # nothing but marks in these brackets
            self.before, self.after = self.before.partition("(")[0], ""
            return True
        if _AFTER.fullmatch(self.after + character):
            self.after += character
            return True
        return False

    def mark(self) -> None:
        """A mark stands here; what separated it from the one before it goes with it."""
        self.marked, self.after = True, ""

    def closed(self, previous: str, following: str) -> str:
        """What remains between the characters `previous` and `following`; the gap is empty then."""
        before, after, marked = self.before, self.after, self.marked
        self.before, self.after, self.marked = "", "", False
        if not marked:
            return before
        held = _AFTER.fullmatch(after)
        assert held
        space, bracket, inside = before.partition("(")
        if bracket:
            return space + bracket + inside + after.lstrip()
        following = held["between"][:1] or following
        return self._space(before, held["space"], previous, following) + held["between"] + held["rest"]

    def _space(self, before: str, after: str, previous: str, following: str) -> str:
        if not previous or (following in _NO_SPACE_BEFORE and not (after and following in "*_~")):
            return ""
        if following == "\n":  # two blanks there are a line break in Markdown
            return after
        apart = following.isalnum() and previous not in _NO_SPACE_AFTER  # 10[1]20 is not 1020
        return after or before or (" " if apart else "")
