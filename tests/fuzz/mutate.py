"""Damage to bytes and to texts. Every choice is the given random generator's, so a seed repeats a file."""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

Mutator = Callable[[bytes, Random], bytes]

LARGEST = 2_000_000
"""What grows beyond this is cut: the readers are to be tried with odd files, not with large ones."""
NUMBERS = (
    *(0, 1, -1, 7, 127, 128, 255, 256, 32767, 32768, 65535, 65536, 1_000_000, 16_777_216),
    *((1 << 31) - 1, 1 << 31, (1 << 32) - 1, 1 << 32, (1 << 63) - 1, 1 << 64, 10**30, -(1 << 31), -(1 << 63)),
)
ODD_NUMBERS = (
    "NaN",
    "inf",
    "-Infinity",
    "1e999",
    "-0",
    "0x10",
    "٣",
    "²",
    "1_000",
    "",
    " ",
    "1.5",
    "+1",
    "00012",
    "9" * 5000,
)
ODD_TEXTS = (
    *("\0", "\x01\x02", "\x1b[31m", "\x7f", "\u202e", "\u2066\u2069", "\u200b\u200d", "\ufeff", "\ufffe", "\U0010ffff"),
    *("\ud800", "\udfff", "\udc80", "e" + "\u0301" * 300, "\u2028", "\u2029", "\x85", "\x0b", "\x0c", "\r", "\r\n"),
    *("аррӏе", "İ", "ß", "ﷺ", "𝔯𝔞𝔦𝔫", "\xa0", "\xad", "🙂", "\ue000", "%s%n", "{0}", "${x}", "../../etc/passwd"),
)
OPENING = ("[", "(", "{", "<", "> ", "* ", "#", "- ", '{"a":', "[[", "<div>", "<b>", "<table><tr><td>", "![", "**", "`")
_OPENINGS = (
    *OPENING,
    "_",
    "~~",
    '"',
    "'",
    "&#",
    "\\",
    "|",
    "{\\b ",
    "\\begin{a}",
    "<!--",
    "((",
    "=?utf-8?q?",
    "<a x=",
    ":",
    "\n",
)
_TOKENS = re.compile(r"\w+|\s+|.", re.DOTALL)
_WORD_LIKE = re.compile(r"-?\d+(?:\.\d+)?")
_ENCODINGS = ("utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252", "cp1251", "cp437", "gb18030", "utf-7", "utf-8-sig")


def _place(data: bytes, chance: Random) -> int:
    return chance.randrange(len(data) + 1)


def _block(data: bytes, chance: Random) -> tuple[int, int]:
    start = _place(data, chance)
    return start, min(len(data), start + int(2 ** chance.uniform(0, 12)))


def flip_bits(data: bytes, chance: Random) -> bytes:
    """A few bits turned round."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8, 64))):
        if changed:
            changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def delete_block(data: bytes, chance: Random) -> bytes:
    """A hole."""
    start, end = _block(data, chance)
    return data[:start] + data[end:]


def repeat_block(data: bytes, chance: Random) -> bytes:
    """A piece that stands there several times, now and then very often."""
    start, end = _block(data, chance)
    times = chance.choice((2, 2, 3, 10, 10, 100, 3000))
    return data[:start] + (data[start:end] * times)[:LARGEST] + data[end:]


def insert_noise(data: bytes, chance: Random) -> bytes:
    """Bytes that mean nothing, among them those that are no UTF-8."""
    start = _place(data, chance)
    noise = chance.choice((chance.randbytes(chance.randrange(1, 64)), b"\xff\xfe", b"\xc3", b"\xed\xa0\x80", b"\0" * 9))
    return data[:start] + noise + data[start:]


def overwrite_number(data: bytes, chance: Random) -> bytes:
    """A number at the edge of what fits, in place of one, two, four or eight bytes."""
    width = chance.choice((1, 2, 4, 8))
    start = _place(data, chance)
    number = chance.choice(NUMBERS) & ((1 << 8 * width) - 1)
    return data[:start] + number.to_bytes(width, chance.choice(("little", "big"))) + data[start + width :]


def truncate(data: bytes, chance: Random) -> bytes:
    """A download that was cut off."""
    return data[: _place(data, chance)]


def splice(data: bytes, other: bytes, chance: Random) -> bytes:
    """The beginning of one file and the end of another."""
    return data[: _place(data, chance)] + other[_place(other, chance) :]


BYTES: tuple[Mutator, ...] = (flip_bits, delete_block, repeat_block, insert_noise, overwrite_number, truncate)


def of_text(change: Callable[[str, Random], str]) -> Mutator:
    """The same damage to the text in UTF-8; bytes that are none pass, and so do lone surrogates."""

    def mutator(data: bytes, chance: Random) -> bytes:
        text = data.decode("utf-8", "surrogateescape")
        changed = change(text, chance)[:LARGEST]
        return re.sub(
            b"\xed\xb2([\x80-\xbf])|\xed\xb3([\x80-\xbf])", _escaped, changed.encode("utf-8", "surrogatepass")
        )

    return mutator


def _escaped(found: re.Match[bytes]) -> bytes:
    """The byte that `surrogateescape` stood for."""
    return bytes([0x80 + (found[1][0] - 0x80)]) if found[1] else bytes([0xC0 + (found[2][0] - 0x80)])


def move_tokens(text: str, chance: Random) -> str:
    """Words and signs deleted, doubled, or in each other's place."""
    tokens = _TOKENS.findall(text)
    for _ in range(chance.choice((1, 2, 5, 20))):
        if not tokens:
            break
        one, two = chance.randrange(len(tokens)), chance.randrange(len(tokens))
        match chance.randrange(4):
            case 0:
                del tokens[one]
            case 1:
                tokens.insert(one, tokens[two])
            case 2:
                tokens[one], tokens[two] = tokens[two], tokens[one]
            case _:
                tokens[one:one] = tokens[two : two + chance.randrange(1, 30)]
    return "".join(tokens)


def insert_odd_text(text: str, chance: Random) -> str:
    """A character that few texts have, or very many of them."""
    start = chance.randrange(len(text) + 1)
    return text[:start] + chance.choice(ODD_TEXTS) * chance.choice((1, 1, 1, 3, 1000)) + text[start:]


def replace_number(text: str, chance: Random) -> str:
    """A number that is too large, negative, or none."""
    found = list(_WORD_LIKE.finditer(text))
    if not found:
        return text
    number = chance.choice(found)
    return text[: number.start()] + chance.choice((*map(str, NUMBERS), *ODD_NUMBERS)) + text[number.end() :]


def nest(text: str, chance: Random) -> str:
    """Something opened again and again, and never closed or closed as often."""
    opening = chance.choice(_OPENINGS)
    depth = chance.choice((3, 30, 300, 3000, 100_000))
    inner = opening * depth
    closing = {"[": "]", "(": ")", "{": "}", "<": ">", '{"a":': "}", "<div>": "</div>", "<b>": "</b>"}.get(opening)
    if closing and chance.random() < 0.5:
        inner += "1" + closing * depth
    start = chance.choice((0, len(text), chance.randrange(len(text) + 1)))
    return text[:start] + inner + text[start:]


def lengthen_line(text: str, chance: Random) -> str:
    """A line, a word or a run of blanks of many thousand characters, or no line breaks at all."""
    filling = chance.choice(
        ("a", " ", "a ", "a,", "-", "=", "\t", "1", ".", "a\n", "\n", "é", "| ", "<", "&", "a@", "+-")
    )
    if chance.random() < 0.2:
        return text.replace("\n", "")
    start = chance.randrange(len(text) + 1)
    return text[:start] + filling * chance.choice((1000, 20_000, 100_000)) + text[start:]


def mix_encodings(data: bytes, chance: Random) -> bytes:
    """All of a text, or its end, in another encoding, now and then without the mark that would say so."""
    start = chance.choice((0, _place(data, chance)))
    text = data[start:].decode("utf-8", "replace")
    encoding = chance.choice(_ENCODINGS)
    return data[:start] + text.encode(encoding, "replace")[chance.choice((0, 0, 0, 1, 2)) :]


TEXTS: tuple[Mutator, ...] = (
    *map(of_text, (move_tokens, move_tokens, insert_odd_text, insert_odd_text, replace_number, nest, lengthen_line)),
    mix_encodings,
)
