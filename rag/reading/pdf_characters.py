"""What a character of a PDF's page stands for in a text."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from rag.reading.manuscript import clean

HYPHENS = "-\u00ad\u2010"
SOFT_HYPHEN = "\u00ad"
# PDFium writes U+0002 (older versions U+FFFE) for a hyphen at the end of a line.
_PDFIUM_HYPHENS = (0x02, 0xFFFE)
# Bullets of the Symbol and Wingdings fonts, which have no Unicode of their own.
_SYMBOL_BULLETS = frozenset((0xF0B7, 0xF0A7, 0xF0A8, 0xF0D8, 0xF076, 0xF0FC, 0xF06C, 0xF06E, 0xF071, 0xF02D))
# Letters that are one glyph (fi, fl, Arabic and Hebrew presentation forms, CJK radicals): a reader
# types the plain ones. Superscripts and fractions are not unfolded, for 10² is not 102.
_PRESENTATION_FORMS = ((0x2E80, 0x2FDF), (0xF900, 0xFAFF), (0xFB00, 0xFDFF), (0xFE70, 0xFEFC))


@lru_cache(maxsize=8192)
def plain(code: int) -> str:
    """The text that stands for a character of a page: "" for one that no reader sees."""
    if code in _PDFIUM_HYPHENS:
        return "-"
    if code == 0xAD:
        return SOFT_HYPHEN
    if code in _SYMBOL_BULLETS:
        return "•"
    if 0xD800 <= code < 0xE000 or code > 0x10FFFF:
        return "\ufffd"
    text = chr(code)
    if any(first <= code <= last for first, last in _PRESENTATION_FORMS):
        text = unicodedata.normalize("NFKC", text)
    text = clean(text)
    return " " if text.isspace() else text


def stands_for(code: int, character: str) -> bool:
    """Whether a character of the text can have been made from this one of the page."""
    made = unicodedata.normalize("NFKD", character)
    drawn = unicodedata.normalize("NFKD", plain(code)).replace(SOFT_HYPHEN, "-")
    return made in drawn or (drawn != "" and drawn[0] in made)
