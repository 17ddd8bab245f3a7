"""Bytes to text. The order: byte order mark, UTF-8, UTF-16/32 by its zero bytes, a guess."""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

from rag.errors import UnreadableDocument

_NO_TEXT = (
    "The file holds data of an unknown kind and no text that can be read. If it is a text, save it as UTF-8; "
    "if it is a document, save it as PDF or DOCX."
)
_BLOCK = 1 << 20
_SAMPLE = 1 << 15
_MARKS = (  # the UTF-32 mark begins with the UTF-16 one, so it is looked for first
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Control characters that stand in no text (tab, the line breaks, form feed and escape may).
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_HIGH = re.compile(rb"[\x80-\xff]")
_LATIN_WORD = re.compile(rb"[A-Za-z\x80-\xff]+")
# What cp1252 makes of another code page: signs inside a word, a capital after a small letter.
# Thorn and eth are letters of Icelandic alone, and Turkish has its ş and ğ in their places.
_NOT_WESTERN = re.compile(r"[^\W\d_][¡-©«-´¶-¹»-¿×÷][^\W\d_]|[a-zß-ÿ][À-ÞŠŽŸ]|[ðþ]")
_WORD = re.compile(r"[^\W\d_]+")
_HEBREW_WORD = re.compile(rb"[\xe0-\xfa]+")
_HEBREW_FINAL = re.compile(rb"[\xea\xed\xef\xf3\xf5](?=[\xe0-\xfa])")
# UTF-8 that some program took for cp1252 or Latin-1 and saved as UTF-8 again.
_FOLLOWING = "\x80-\xbf" + "".join(bytes([byte]).decode("cp1252", "ignore") for byte in range(0x80, 0xA0))
_GARBLED = re.compile(f"[\xc2-\xf4][{_FOLLOWING}]{{1,3}}")
_LATIN_PAGES = ["cp1250", "cp1252", "cp1254", "cp1257", "cp1258", "cp437", "cp850", "cp852", "mac_roman"]
_OTHER_PAGES = [
    *("cp1251", "cp1253", "cp1255", "cp1256", "cp866", "cp874", "koi8_r", "koi8_u", "mac_cyrillic"),
    *("cp932", "euc_jp", "gb18030", "big5", "cp949", "johab"),
]
_ENOUGH_LETTERS = 40
"""With fewer letters beyond ASCII than this, a guess by language is worse than taking cp1252."""


def decode(data: bytes) -> str:
    """The text that these bytes hold, without a byte order mark.

    Raises UnreadableDocument where they hold no text.
    """
    return data.decode(_encoding(io.BytesIO(data)), "replace")


def open_text(path: Path) -> TextIO:
    """The file as a text stream, line breaks as they are; it is read through once to learn its encoding.

    Raises UnreadableDocument where the file holds no text, OSError where it cannot be read.
    """
    with path.open("rb") as file:
        encoding = _encoding(file)
    return path.open(encoding=encoding, errors="replace", newline="")


def mend(text: str) -> tuple[str, str]:
    """The text with twice-encoded characters put right ("â€“" to "–"), and a warning if there were any.

    "Ã©" can be meant; where "â€™" or a control character stands beside such a letter nothing was.
    """
    found = [match[0] for match in _GARBLED.finditer(text)]
    if not any(_ungarbled(letters) and not all("\xa0" <= letter <= "\xff" for letter in letters) for letters in found):
        return text, ""
    count = sum(_ungarbled(letters) != "" for letters in found)
    warning = f"{count:,} characters had been garbled by another program (“â€™” for “’”) and were put right."
    return _GARBLED.sub(lambda match: _ungarbled(match[0]) or match[0], text), warning


def _ungarbled(letters: str) -> str:
    """The character that was meant, or "" where the letters are none."""
    raw = b""
    for letter in letters:
        try:
            raw += letter.encode("latin-1" if letter < "\u0100" else "cp1252")
        except UnicodeEncodeError:
            return ""
    for end in range(len(raw), 1, -1):  # a letter that follows may belong to the next word
        try:
            return raw[:end].decode() + letters[end:]
        except UnicodeDecodeError:
            continue
    return ""


def _encoding(file: BinaryIO) -> str:
    head = file.read(_SAMPLE)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    if wide := _wide(head):
        return wide
    binary = len(_CONTROLS.findall(head))
    if b"\0" in head or binary > len(head) / 100:
        raise UnreadableDocument(_NO_TEXT)
    file.seek(0)
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for block in _blocks(file):
            decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        file.seek(0)
        return _guess(file)
    return "utf-8"


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    while block := file.read(_BLOCK):
        yield block


def _wide(head: bytes) -> str:
    """UTF-16 or UTF-32 without a mark: most characters of most texts have a zero byte in one place."""
    head = head[: len(head) & ~3] or head[: len(head) & ~1]
    if len(head) < 4 or b"\0" not in head:
        return ""
    zeros = [head[place::4].count(0) * 4 / len(head) for place in range(4)]
    for encoding, zero, filled in (
        ("utf-32-be", (0, 1), (3,)),
        ("utf-32-le", (2, 3), (0,)),
        ("utf-16-be", (0, 2), (1, 3)),
        ("utf-16-le", (1, 3), (0, 2)),
    ):
        low = 0.95 if encoding.startswith("utf-32") else 0.6
        if min(zeros[place] for place in zero) >= low and max(zeros[place] for place in filled) < 0.05:
            try:
                text = head.decode(encoding)
            except UnicodeDecodeError:
                continue
            if not _CONTROLS.search(text.encode("utf-8", "replace")):
                return encoding
    return ""


def _guess(file: BinaryIO) -> str:
    """A code page, from lines that hold more than ASCII; each candidate must fit them."""
    sample = _telling_lines(file)
    words = _HEBREW_WORD.findall(sample)
    letters = sum(map(len, words))
    is_one_script = letters >= 8 and letters > 0.9 * sum(byte >= 0xC0 for byte in sample)
    # In Hebrew these five letters end a word; in Russian and Greek their bytes stand anywhere.
    if is_one_script and 3 < letters / len(words) < 7 and not _HEBREW_FINAL.search(sample):
        return "cp1255"
    western = _western(sample)
    if western and sum(byte >= 0x80 for byte in sample) < _ENOUGH_LETTERS:
        return "cp1252"
    from charset_normalizer import from_bytes

    candidates = _OTHER_PAGES if _mostly_high(sample) else _OTHER_PAGES + _LATIN_PAGES
    matches = from_bytes(sample, cp_isolation=candidates, enable_fallback=False)
    best = matches.best()
    if best is None:
        if western:
            return "cp1252"
        raise UnreadableDocument(_NO_TEXT)
    rivals = [match for match in matches if match.encoding == "cp1252"]
    if western and rivals and rivals[0].chaos <= best.chaos and rivals[0].coherence >= best.coherence - 0.05:
        return "cp1252"
    return best.encoding


def _telling_lines(file: BinaryIO) -> bytes:
    """Lines with bytes beyond ASCII. Whole lines: no multi-byte character is cut."""
    lines = bytearray()
    for block in _blocks(file):
        place = 0
        while high := _HIGH.search(block, place):
            start = block.rfind(b"\n", 0, high.start()) + 1
            place = block.find(b"\n", high.end())
            place = len(block) if place < 0 else place
            lines += block[start:place] + b"\n"
            if len(lines) >= _SAMPLE:
                return bytes(lines[:_SAMPLE])
    return bytes(lines)


def _mostly_high(sample: bytes) -> bool:
    """Whether hardly a letter of the words with bytes beyond ASCII is ASCII, as in no Latin script."""
    words = [word for word in _LATIN_WORD.findall(sample) if not word.isascii()]
    return bool(sum(byte >= 0x80 for word in words for byte in word) > 0.8 * sum(map(len, words)))


def _western(sample: bytes) -> bool:
    """Whether it reads as a Western European language: words that are ASCII but for some letters."""
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    words = [word for word in _WORD.findall(text) if not word.isascii()]
    high = sum(character > "\x7f" for word in words for character in word)
    is_western: bool = not _NOT_WESTERN.search(text) and high <= 0.5 * sum(map(len, words))
    return is_western
