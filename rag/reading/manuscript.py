"""A document while it is being read: blocks are added in reading order, then it is finished.

The text of a finished document is made of blocks with one empty line between them. The empty line
is a promise to the splitter: a sentence never runs over it. Inside a block a line break is only
white space. So a paragraph is one block, and each heading, list item and table row is a block too.
"""

from __future__ import annotations

import re
import unicodedata
import zlib
from array import array
from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest

from rag.types import Document, Interval, Section

_SPACES = re.compile(r"[^\S\n]+")
_AROUND_BREAK = re.compile(r" ?\n ?")
_BLANK_LINES = re.compile(r"\n{2,}")
# Control characters, soft hyphens, byte order marks, zero-width spaces and the bidirectional
# controls that can make a text read otherwise than it is stored. Joiners (200C, 200D) are kept:
# some scripts and emoji need them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb]"
)
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_LONE_SURROGATES = re.compile("[\ud800-\udfff]")
_USELESS_TITLE = re.compile(
    r"(untitled( document)?|unbenannt|sans titre|(new )?document|(powerpoint )?presentation|title|slide|sheet"
    r"|(work)?book|microsoft word|test|index|home|none|null)?[\s\d_().-]*(\.\w{2,5})?"
    r"|.*\.(docx?|pptx?|xlsx?|pdf|odt|rtf|indd|qxd|tex|dvi|fm|html?|txt|md|wpd|p65)",
    re.IGNORECASE,
)


def clean(text: str) -> str:
    """The text without what no reader sees: NFC, one kind of line break, plain spaces, no controls."""
    text = _LINE_BREAKS.sub("\n", text)
    text = _LONE_SURROGATES.sub("\ufffd", _INVISIBLE.sub("", text))
    return unicodedata.normalize("NFC", text)


def tidy(text: str) -> str:
    """`clean`, with runs of spaces folded to one and no space beside a line break or at the ends."""
    return _AROUND_BREAK.sub("\n", _SPACES.sub(" ", clean(text))).strip()


def plain_words(text: str) -> str:
    """`tidy`, in one line: for what a person is told in the words of a file or of a parser."""
    return " ".join(tidy(text).split())


def useful_title(title: str) -> str:
    """The title, or "" where a program wrote it and not a person ("untitled", "Document1", "memo.doc")."""
    title = tidy(title).replace("\n", " ")
    return "" if _USELESS_TITLE.fullmatch(title) else title[:300]


class Manuscript:
    """Collects blocks, headings and pages; `finish` makes the Document.

    `title` and `metadata` may be set by the reader; `warnings` are sentences for the reader's user.
    """

    def __init__(self, kind: str, title: str = "") -> None:
        self.kind = kind
        self.title = title
        self.metadata: dict[str, str] = {}
        self.warnings: list[str] = []
        self._parts: list[str] = []
        self._length = 0
        self._pages: list[int] = []
        self._labels: list[str] = []
        self._sections: list[Section] = []
        self._headings: list[tuple[int, str]] = []
        self._first_heading = ""
        self._furniture: list[str] = []
        self._origins: list[tuple[int, Sequence[int]]] = []

    @property
    def empty(self) -> bool:
        return not self._parts

    def page(self, label: str = "") -> None:
        """What is added from now on stands on the next page, on which `label` is printed."""
        self._begin_page(self._length + 2 if self._parts else 0, label)

    def heading(self, text: str, level: int, origin: Sequence[int] | None = None) -> None:
        """A heading; `level` counts from 1, outermost."""
        name = tidy(text).replace("\n", " ")
        if not name:
            return
        while self._headings and self._headings[-1][0] >= level:
            self._headings.pop()
        self._headings.append((level, name[:300]))
        self._first_heading = self._first_heading or name
        start = self._append(text, origin)
        self._sections.append(Section(start, tuple(heading for _, heading in self._headings)))

    def paragraph(self, text: str, origin: Sequence[int] | None = None, pages: Sequence[tuple[int, str]] = ()) -> None:
        """One block. An empty line inside begins a new block.

        With `origin` (one integer for each character: where it comes from, -1 for nowhere) the text
        is taken as it stands: it must be clean already, without an empty line, and not be empty.
        `pages` are then the pages that begin inside it: the offset in `text`, and the label.
        """
        if origin is not None:
            start = self._append(text, origin)
            for offset, label in pages:
                self._begin_page(start + offset, label)
            return
        for block in _BLANK_LINES.split(tidy(text)):
            if block:
                self._append(block, None)

    def rows(self, header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
        """A table: each row becomes a block that names its columns, "Year: 2021; Rain (mm): 412"."""
        names = [_cell(name) for name in header]
        for row in rows:
            cells = [_cell(value) for value in row]
            pairs = (
                f"{name}: {value}" if name else value
                for name, value in zip_longest(names, cells, fillvalue="")
                if value
            )
            self.paragraph("; ".join(pairs))

    def furniture(self, text: str) -> None:
        """A running header, a footer, a page number: kept at the end of the text, in no passage."""
        if text := tidy(text).replace("\n", " "):
            self._furniture.append(text)

    def finish(self, source: str, fallback_title: str) -> Document:
        """The document. Its title is the given one, else the first heading, else `fallback_title`."""
        pages = tuple(min(start, self._length) for start in self._pages)
        origins, length = self._origins, self._length
        furniture: list[Interval] = []
        for line in self._furniture:
            start = self._append(line, None)
            furniture.append((start, self._length))
        return Document(
            source=_LONE_SURROGATES.sub("\ufffd", source),
            title=useful_title(self.title) or useful_title(self._first_heading) or tidy(fallback_title),
            text="\n\n".join(self._parts),
            kind=self.kind,
            pages=pages,
            page_labels=tuple(self._labels),
            sections=tuple(self._sections),
            furniture=tuple(furniture),
            metadata=_plain(self.metadata),
            warnings=tuple(map(plain_words, self.warnings)),
            layout=_pack(origins, length),
        )

    def _begin_page(self, start: int, label: str) -> None:
        self._pages.append(start)
        self._labels.append(tidy(label) or str(len(self._pages)))

    def _append(self, text: str, origin: Sequence[int] | None) -> int:
        """Adds one block and returns its start."""
        if origin is None:
            text = tidy(text)
        elif len(origin) != len(text):
            raise ValueError(f"{len(text)} characters but {len(origin)} origins")
        start = self._length + 2 if self._parts else 0
        self._parts.append(text)
        self._length = start + len(text)
        if origin is not None:
            self._origins.append((start, origin))
        return start


def _cell(value: str) -> str:
    return " ".join(tidy(value).split())


def _plain(metadata: Mapping[str, str]) -> dict[str, str]:
    tidied = ((tidy(key), tidy(value)) for key, value in metadata.items())
    return {key: value for key, value in tidied if key and value}


def _pack(origins: list[tuple[int, Sequence[int]]], length: int) -> bytes:
    if not origins:
        return b""
    layout = array("i", [-1]) * length
    for start, origin in origins:
        layout[start : start + len(origin)] = array("i", origin)
    return zlib.compress(layout.tobytes(), 6)


def unpack_layout(layout: bytes) -> array[int]:
    """What `origin` said for each character of the text up to the furniture; -1: nothing."""
    unpacked: array[int] = array("i")
    if layout:
        unpacked.frombytes(zlib.decompress(layout))
    return unpacked
