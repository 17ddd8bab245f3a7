"""A text as a language model reads it: without the tricks that hide words from a search for them."""

from __future__ import annotations

import re
import unicodedata

# Letters of Greek and Cyrillic that look like Latin ones.
_LOOK_ALIKES = str.maketrans("аеорсухіјѕԁɡһԛԝοαρνικτυ", "aeopcyxijsdghqwoapviktu")
_LEET = str.maketrans("013457@$!", "oieastasi")
_QUOTES = str.maketrans({**dict.fromkeys("“”„«»‟″", '"'), **dict.fromkeys("‘’‚‛`´′", "'")})

# What a disguise cannot do without. Cheap, since every text is searched for it.
_ODD = re.compile("[\u00ad\u0370-\u03ff\u0400-\u052f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff]")
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\ufeff\U000e0000-\U000e01ef]")
_COMPATIBLE = re.compile(
    "[\u2070-\u209f\u2460-\u24ff\ufb00-\ufb06\uff01-\uff5e\U0001d400-\U0001d7ff\U000e0000-\U000e007f]"
)
_LEET_WORD = re.compile(r"(?<![^\W_])(?=[a-z@$!]{0,12}[013457])[a-z@$!013457]{0,12}[a-z][a-z@$!013457]{0,12}(?![^\W_])")
_LEET_HINT = re.compile(r"[013457@$](?<=[a-z].)[013457@$]?[a-z]")
_SPACED_HINT = re.compile(r"[ ._·*-][a-z][ ._·*-][a-z][ ._·*-][a-z][ ._·*-]")
_SPACED_WORD = re.compile(r"(?<![^\W_])(?:[^\W\d_][ ._·*-]){2,60}[^\W\d_](?![^\W_])")
_BETWEEN_LETTERS = re.compile(r"[ ._·*-]")
_MIXED_WORD = re.compile(r"[a-z][\u0370-\u052f]|[\u0370-\u052f][a-z]")
_SPACE = re.compile(r"[^\S\n]+")
_LINE_BREAK = re.compile(r"\s*\n\s*")


def is_disguised(text: str) -> bool:
    """Whether a text may hold words that are not spelled as they are read. Expects lower case."""
    if not text.isascii() and (_ODD.search(text) or _COMPATIBLE.search(text)):
        return True
    return bool(_LEET_HINT.search(text) or _SPACED_HINT.search(text))


def plain(text: str) -> str:
    """The text in lower case, without invisible characters, look-alikes, digits for letters, and s p a c i n g.

    Quotation marks become straight, white space single; lines stay lines.
    """
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = _INVISIBLE.sub("", text)
    text = text.lower().translate(_QUOTES)
    if not text.isascii() and _MIXED_WORD.search(text):
        text = text.translate(_LOOK_ALIKES)
    if _SPACED_HINT.search(text):
        text = _SPACED_WORD.sub(lambda word: _BETWEEN_LETTERS.sub("", word.group()), text)
    if _LEET_HINT.search(text):
        text = _LEET_WORD.sub(lambda word: word.group().translate(_LEET), text)
    return _LINE_BREAK.sub("\n", _SPACE.sub(" ", text))
