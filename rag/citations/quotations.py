"""What an answer puts in quotation marks, and whether a cited passage says it in these words.

White space, the shape of quotes and dashes, the case of the first letter, a full stop or comma before the
closing quote, and what an ellipsis leaves out may differ; nothing else, and no word or digit.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rag.types import Claim, Interval, Passage

_QUOTE_MARK = re.compile(r"[“”„«»‘’\"]|\n\s*\n")
_CLOSES = {"”": "“„", "“": "„", "»": "«", "’": "‘", '"': '"'}
_OPENS = frozenset("“„«‘")
_WORD = re.compile(r"\w[\w’'.,-]*")

_ELLIPSIS = re.compile(r"\s*(?:\[\s?(?:…|\.\s?\.\s?\.)\s?\]|\(\s?(?:…|\.\s?\.\s?\.)\s?\)|…|\.{3,}|\. \. \.)\s*")
_EMPHASIS = re.compile(r"\*+")
_CHANGED_LETTER = re.compile(r"\[(\w)\](?=\w)")
_TOKEN = re.compile(r"\s+|\[\w\](?=\w)|.", re.DOTALL)
_SAME = {
    **dict.fromkeys("-‐‑–—−", "[-‐‑–—−]"),
    # Also single for double: quotation marks within a quotation change with those around it.
    **dict.fromkeys("\"“”„«»‟'‘’‛`´", "[\"“”„«»‟'‘’‛`´]"),
}


def quotations(text: str) -> list[Interval]:
    """The intervals between quotation marks, without them: of two words or more, or with a digit.

    Quotations inside another are part of it. What is not closed in its paragraph is none, nor is an apostrophe.
    """
    open_at: list[tuple[str, int]] = []
    found: list[Interval] = []
    for match in _QUOTE_MARK.finditer(text):
        mark, start, end = match.group(), match.start(), match.end()
        if mark not in _CLOSES and mark not in _OPENS:  # a new paragraph
            open_at.clear()
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        begins = (not before or before.isspace() or before in "([{—–-*_/“„«‘\"'") and bool(after.strip())
        opener = next((place for place in _latest(open_at) if open_at[place][0] in _CLOSES.get(mark, "")), None)
        if opener is not None and not (mark in '’"' and after.isalnum()):
            found.append((open_at[opener][1], start))
            del open_at[opener:]
        elif (mark in "“„«") or (mark in '‘"' and begins):
            open_at.append((mark, end))
    return _outermost([(start, end) for start, end in found if _tells(text[start:end])])


def unfound_quotations(claim: Claim) -> list[str]:
    """What the claim puts in quotation marks though no passage that it cites says it, nor a title or heading."""
    passages = {citation.passage.id: citation.passage for citation in claim.citations}.values()
    quoted = [claim.text[start:end] for start, end in quotations(claim.text)]
    return [words for words in quoted if not any(_stands_in(words, passage) for passage in passages)]


def find_quotation(quotation: str, passage: Passage) -> Interval | None:
    """Where in the document the passage says these words, if it does."""
    found = _find(quotation, passage.text)
    return (passage.start + found[0], passage.start + found[1]) if found else None


def _stands_in(quotation: str, passage: Passage) -> bool:
    return any(_find(quotation, text) for text in (passage.text, passage.title, *passage.headings))


def _find(quotation: str, text: str) -> Interval | None:
    """The interval of the text from the first part of the quotation to its last, all in order."""
    start, at = -1, 0
    for part in _patterns(quotation):
        match = part.search(text, at)
        if not match:
            return None
        start, at = (match.start() if start < 0 else start), match.end()
    return (start, at) if start >= 0 else None


@lru_cache(maxsize=512)
def _patterns(quotation: str) -> tuple[re.Pattern[str], ...]:
    """What each part between ellipses must match."""
    parts = [part.strip() for part in _ELLIPSIS.split(_EMPHASIS.sub("", quotation))]
    parts = [part for part in parts if any(map(str.isalnum, part))]
    if parts and parts[-1][-1] in ".,;":
        parts[-1] = parts[-1][:-1].rstrip()
    return tuple(_pattern(part) for part in parts)


def _pattern(part: str) -> re.Pattern[str]:
    tokens = _TOKEN.findall(part)
    pieces = []
    for place, token in enumerate(tokens):
        if token.isspace():
            pieces.append(r"\s++")
        elif _CHANGED_LETTER.match(token + "x"):
            pieces.append(_either_case(token[1]))
        elif place == 0 and token.isalpha():
            pieces.append(_either_case(token))
        else:
            pieces.append(_SAME.get(token) or re.escape(token))
    plain = _CHANGED_LETTER.sub(r"\1", part)
    before = r"(?<!\w)" if plain[0].isalnum() else ""
    if plain[0].isdigit():  # not the 5 of 3.5, nor of -5
        before += r"(?<!\d[.,])(?<!\s[-−])(?<!\A[-−])"
    after = r"(?!\w)" if plain[-1].isalnum() else ""
    if plain[-1].isdigit():
        after += r"(?![.,]\d)"
    return re.compile(before + "".join(pieces) + after)


def _either_case(letter: str) -> str:
    return f"(?:{re.escape(letter.lower())}|{re.escape(letter.upper())})"


def _latest(open_at: list[tuple[str, int]]) -> range:
    """The places of the few marks that were opened last, the last first; deeper nesting is no quotation."""
    return range(len(open_at) - 1, max(-1, len(open_at) - 5), -1)


def _tells(words: str) -> bool:
    found = _WORD.findall(words)
    return len(found) >= 2 or any(character.isdigit() for character in words)


def _outermost(found: list[Interval]) -> list[Interval]:
    kept: list[Interval] = []
    for start, end in sorted(found, key=lambda interval: (interval[0], -interval[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept
