"""The words that a text is searched by: one analysis for passages and for questions.

Because both sides pass through `terms`, a question is never parsed by a query language: whatever a
reader types (`ACME-4711`, `C++`, quotes, 中文, nothing at all) is a list of terms and cannot fail.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache, lru_cache

import Stemmer

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
_TOKEN = re.compile(
    rf"[{_CJK}]+"
    r"|[^\W_]+(?:[-./:_&@][^\W_]+)+"  # ACME-4711, 3.14, and/or, a_b
    r"|[^\W_]+(?:\+\+|#)?"  # plain words, C++, C#
)
_IS_CJK = re.compile(rf"[{_CJK}]")
_THOUSANDS = re.compile(r"(?<=\d)[,\u2009](?=\d{3}(?!\d))")
_POSSESSIVE = re.compile(r"['’]s\b|['’](?=\w)")
_PARTS = re.compile(r"[-./:_&@]")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")

_STOP_WORDS = """
    a about above after again all also am an and any are as at be been before being below between both
    but by can could d did do does doing down during each few for from further had has have having he
    her here hers him his how i if in into is it its just ll m may me might more most much must my no
    nor not of off on once only or other our out over own re s same shall she should so some such t than
    that the their them then there these they this those through to too under until up us ve very was we
    were what when where which while who whom whose why will with would you your please tell give say
    says said according
"""
STOP_WORDS = frozenset(_STOP_WORDS.split())
"""Words too common to search by (already unstemmed): left out of questions, kept in passages."""


def whole_characters(text: str) -> str:
    """The text with a mark in the place of each lone surrogate, such as a byte that was not UTF-8 on a command line."""
    return text.encode("utf-8", "replace").decode()


def terms(text: str) -> list[str]:
    """The terms of a text in order: case and accents folded, stemmed, compounds whole and in parts."""
    found: list[str] = []
    for token in _tokens(text):
        found.extend(_terms_of(token))
    return found


def question_terms(text: str, most: int = 64) -> list[str]:
    """The distinct terms of a question without stop words (with them, if there is nothing else)."""
    tokens = _tokens(text)
    telling = [token for token in tokens if token not in STOP_WORDS] or tokens
    return list(dict.fromkeys(term for token in telling for term in _terms_of(token)))[:most]


def question_words(text: str) -> dict[str, tuple[str, ...]]:
    """Each telling word of a question as a reader would write it, with the terms it is searched by."""
    words: dict[str, tuple[str, ...]] = {}
    for match in _TOKEN.finditer(_THOUSANDS.sub("", unicodedata.normalize("NFKC", _POSSESSIVE.sub(" ", text)))):
        token = _fold(match.group())
        if token and token not in STOP_WORDS:
            words.setdefault(match.group(), _terms_of(token))
    return words


def numbers(text: str) -> list[str]:
    """The numbers of a text in order, without thousands separators."""
    return _NUMBER.findall(_THOUSANDS.sub("", text))


def _tokens(text: str) -> list[str]:
    return _TOKEN.findall(_fold(_THOUSANDS.sub("", _POSSESSIVE.sub(" ", text))))


def _fold(text: str) -> str:
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return unicodedata.normalize("NFC", "".join(c for c in decomposed if not _is_accent(c)))


@lru_cache(maxsize=4096)
def _is_accent(character: str) -> bool:
    # Only the marks of Latin, Greek and Cyrillic: elsewhere (kana, Devanagari) a mark is a letter's half.
    return "\u0300" <= character <= "\u036f"


@lru_cache(maxsize=200_000)
def _terms_of(token: str) -> tuple[str, ...]:
    if _IS_CJK.match(token):  # no spaces to cut at: every character, and every two that stand together
        return (*token, *(token[i : i + 2] for i in range(len(token) - 1)))
    if _NUMBER.fullmatch(token):
        return (token,)
    parts = [part for part in _PARTS.split(token) if part]
    if len(parts) > 1:
        return (token[:200], *(_stemmer().stemWord(part[:200]) for part in parts))
    return (_stemmer().stemWord(token[:200]),)


@cache
def _stemmer() -> Stemmer.Stemmer:
    return Stemmer.Stemmer("english")
