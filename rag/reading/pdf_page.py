"""One page of a PDF as lines of clean text with their places: everything that asks PDFium about text.

Coordinates are those of the page turned until its text runs from left to right, so they fit the
layout whatever way the page or the text was turned; `origin` gives the page characters behind them.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any

import pypdfium2.raw as pdfium

from rag.reading.pdf_characters import SOFT_HYPHEN, plain

Frame = tuple[float, float, float, float]
"""Left, bottom, right and top."""

_SPACING_ACCENTS = {
    "´": "\u0301", "`": "\u0300", "¨": "\u0308", "ˆ": "\u0302", "˜": "\u0303", "¸": "\u0327",
    "¯": "\u0304", "˚": "\u030a", "ˇ": "\u030c", "˘": "\u0306", "˝": "\u030b", "˙": "\u0307",
}  # fmt: skip
_SMALLEST = 0.1
"""Letters of no height would be divided by."""
_SUPERSCRIPTS = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


@dataclass(slots=True)
class Line:
    """Text that stands on one line of a page, and where."""

    text: str
    origin: array[int]
    """For each character of the text its index on the page, -1 for none."""
    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    size: float
    bold: bool
    page: int = 0
    turn: int = 0
    """Quarter turns against the page's own coordinates; 4: askew, like a watermark."""
    region: int = 0
    """Lines of one column, between two breaks of the layout, have the same number."""
    cells: tuple[float, ...] = ()
    """For a row of a table, where its cells begin."""

    @property
    def height(self) -> float:
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(slots=True)
class Glyph:
    """One character as it is drawn: its index on the page, its box and its place on the base line."""

    index: int
    text: str
    box: Frame
    """In coordinates in which it is upright."""
    baseline: float
    turn: int
    spaces: list[int]
    """The spaces before it, by their index."""
    begins: bool
    """Whether PDFium begins a line with it."""

    @property
    def height(self) -> float:
        return self.box[3] - self.box[1]


def codes(textpage: Any) -> list[int]:
    """The code point of each character of the page, in PDFium's order."""
    get = pdfium.FPDFText_GetUnicode
    return [get(textpage, index) for index in range(max(0, pdfium.FPDFText_CountChars(textpage)))]


def char_box(textpage: Any, index: int) -> Frame:
    """The character's box, as high as its line where the font tells."""
    rectangle = pdfium.FS_RECTF()
    pdfium.FPDFText_GetLooseCharBox(textpage, index, rectangle)
    return rectangle.left, rectangle.bottom, rectangle.right, rectangle.top


def char_turn(textpage: Any, index: int) -> int:
    """The quarter turns against the page's coordinates in which the character stands; 4: askew."""
    quarters = -pdfium.FPDFText_GetCharAngle(textpage, index) / (math.pi / 2)  # PDFium turns clockwise
    return round(quarters) % 4 if abs(quarters - round(quarters)) < 0.15 else 4


def lines(textpage: Any, page: int, frame: Frame) -> list[Line]:
    """What PDFium takes for lines, cut at the wide gaps between columns and cells; in the file's order.

    What lies outside `frame`, the visible part of the page, is left out.
    """
    fonts = _Fonts(textpage)
    result: list[Line] = []
    run: list[Glyph] = []
    for glyph in _accented(_glyphs(textpage, frame)):
        if run and not _follows(run[-1], glyph):
            result.append(_line(run, fonts, page))
            run = []
        run.append(glyph)
    if run:
        result.append(_line(run, fonts, page))
    return result


def _glyphs(textpage: Any, frame: Frame) -> list[Glyph]:
    """What is drawn on the visible page, each character once, in the file's order."""
    left, bottom, right, top = frame[0] - 2, frame[1] - 6, frame[2] + 2, frame[3] + 6
    glyphs: list[Glyph] = []
    seen: dict[tuple[int, int], list[tuple[float, int]]] = {}
    spaces: list[int] = []
    begins, turn = True, 0
    x, y = ctypes.c_double(), ctypes.c_double()
    for index, code in enumerate(codes(textpage)):
        if code in (10, 13):
            begins = True
            continue
        text = plain(code)
        if text == " ":
            spaces.append(index)
        if not text or text == " ":
            continue
        box = char_box(textpage, index)
        if not (left <= (box[0] + box[2]) / 2 <= right and bottom <= (box[1] + box[3]) / 2 <= top):
            continue
        if _drawn_before(textpage, seen, index, code, box):
            continue
        pdfium.FPDFText_GetCharOrigin(textpage, index, x, y)
        if begins or turn or spaces:  # text hardly turns inside a word: most angles need not be asked for
            turn = char_turn(textpage, index)
        baseline = (y.value, -x.value, -y.value, x.value, y.value)[turn]
        glyphs.append(Glyph(index, text, turned(box, turn), baseline, turn, spaces, begins))
        spaces, begins = [], False
    return glyphs


def _accented(glyphs: list[Glyph]) -> list[Glyph]:
    """The glyphs with each accent that is drawn by itself, as TeX does, put on its letter."""
    lost: set[int] = set()
    for place, accent in enumerate(glyphs):
        mark = _SPACING_ACCENTS.get(accent.text)
        if mark is None:
            continue
        middle = (accent.box[0] + accent.box[2]) / 2
        for glyph in glyphs:
            near = glyph.turn == accent.turn and abs(glyph.baseline - accent.baseline) < 0.6 * glyph.height
            if not near or not glyph.box[0] < middle < glyph.box[2] or glyph is accent:
                continue
            composed = unicodedata.normalize("NFC", glyph.text + mark)
            if len(composed) == 1:
                glyph.text = composed
                lost.add(accent.index)
                if place + 1 < len(glyphs):
                    following = glyphs[place + 1]
                    following.spaces = accent.spaces + following.spaces
                    following.begins |= accent.begins
                break
    return [glyph for glyph in glyphs if glyph.index not in lost]


def _follows(last: Glyph, glyph: Glyph) -> bool:
    """Whether the glyph stands on the line of the one before it, and not in the next cell or column."""
    if glyph.turn != last.turn or glyph.begins:
        return False
    height = max(min(last.height, 60.0), 1.0)
    lift, gap = abs(glyph.baseline - last.baseline), glyph.box[0] - last.box[2]
    return lift < 0.55 * height and glyph.box[0] > last.box[0] - 0.5 * height and gap < 0.75 * height


def turned(box: Frame, turn: int) -> Frame:
    """The box in coordinates in which text of this turn is upright."""
    left, bottom, right, top = box
    if turn == 1:
        return bottom, -right, top, -left
    if turn == 2:
        return -right, -top, -left, -bottom
    if turn == 3:
        return -top, left, -bottom, right
    return box


def _turned_baseline(x: float, y: float, turn: int) -> float:
    return (y, -x, -y, x, y)[turn]


def _drawn_before(
    textpage: Any, seen: dict[tuple[int, int], list[tuple[float, int]]], index: int, code: int,
    box: Frame,
) -> bool:  # fmt: skip
    """Whether the same character was already drawn in this place: bold made by drawing twice."""
    places = seen.setdefault((code, round(box[1] / 2)), [])
    close = 0.3 * (box[2] - box[0])
    for place, other in places:
        # The two f of one ligature also lie in one place, but they come from one text object.
        if abs(place - box[0]) < close and _object(textpage, other) != _object(textpage, index):
            return True
    places.append((box[0], index))
    return False


def _object(textpage: Any, index: int) -> int | None:
    return ctypes.cast(pdfium.FPDFText_GetTextObject(textpage, index), ctypes.c_void_p).value


class _Fonts:
    """What PDFium knows of single characters: asked for few, for each question has its price."""

    def __init__(self, textpage: Any) -> None:
        self._textpage = textpage
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(128)
        self._flags = ctypes.c_int()

    def size(self, index: int) -> float:
        pdfium.FPDFText_GetMatrix(self._textpage, index, self._matrix)
        scale = math.hypot(self._matrix.c, self._matrix.d)
        return float(pdfium.FPDFText_GetFontSize(self._textpage, index)) * scale

    def generated(self, index: int) -> bool:
        """Whether PDFium made the character up, as it does with spaces."""
        return bool(pdfium.FPDFText_IsGenerated(self._textpage, index) == 1)

    def bold(self, index: int) -> bool:
        if pdfium.FPDFText_GetFontWeight(self._textpage, index) >= 650:
            return True
        pdfium.FPDFText_GetFontInfo(self._textpage, index, self._name, 128, self._flags)
        name = self._name.value.lower()
        return any(word in name for word in (b"bold", b"black", b"heavy", b"demi", b"cmbx"))


def _line(run: Sequence[Glyph], fonts: _Fonts, page: int) -> Line:
    samples = (run[0].index, run[len(run) // 2].index, run[-1].index)
    baseline, height = median(glyph.baseline for glyph in run), median(glyph.height for glyph in run)
    size = median(fonts.size(index) for index in samples)
    text, origin = _text(run, baseline, height, fonts)
    return Line(
        text=text,
        origin=origin,
        left=min(glyph.box[0] for glyph in run),
        bottom=median(glyph.box[1] for glyph in run),
        right=max(glyph.box[2] for glyph in run),
        top=median(glyph.box[3] for glyph in run),
        baseline=baseline,
        size=size if size > 0.5 else max(height / 1.2, _SMALLEST),
        bold=all(fonts.bold(index) for index in samples),
        page=page,
        turn=run[0].turn,
    )


def _text(run: Sequence[Glyph], baseline: float, height: float, fonts: _Fonts) -> tuple[str, array[int]]:
    """The run's text with one space between words, accents on their letters, raised figures raised."""
    characters: list[str] = []
    origin: array[int] = array("i")
    gaps = [after.box[0] - before.box[2] for before, after in pairwise(run)]
    tracking = max(0.0, median([gap for gap, glyph in zip(gaps, run[1:], strict=True) if not glyph.spaces] or [0.0]))
    for place, glyph in enumerate(run):
        if place:
            gap = gaps[place - 1]
            wide = gap > 0.11 * height + 3 * tracking
            # PDFium makes spaces up, where letters are drawn twice for one, and misses some.
            if wide if not glyph.spaces else gap > 0.1 * height or not fonts.generated(glyph.spaces[0]):
                characters.append(" ")
                origin.append(glyph.spaces[0] if glyph.spaces else -1)
        text = glyph.text
        if text == "." and place > 2 and all(dot.text == "." for dot in run[place - 3 : place]):
            if characters[-1] == " ":  # leaders, as in a table of contents: three dots will do
                characters.pop()
                origin.pop()
            continue
        if glyph.baseline > baseline + 0.12 * height and glyph.height < 0.85 * height:
            text = text.translate(_SUPERSCRIPTS)
        if text == SOFT_HYPHEN and place + 1 < len(run):
            continue
        for character in text:
            if characters and ord(character) >= 0x300:
                composed = unicodedata.normalize("NFC", characters[-1] + character)
                if len(composed) == 1:
                    characters[-1] = composed
                    continue
            characters.append(character)
            origin.append(glyph.index)
    return "".join(characters), origin


def raised(line: Line) -> str:
    """The line's text as it reads beside larger text whose base line is lower."""
    return line.text.translate(_SUPERSCRIPTS) if line.text.isdigit() else line.text
