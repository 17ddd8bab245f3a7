"""What is settled before any judge is asked: nothing to check, nothing to check against, a language no judge reads."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from rag.grounding.judges import Judge, Pair
from rag.grounding.languages import unread_language
from rag.sentences import LONGEST, sentences
from rag.terms import whole_characters
from rag.types import Support, Verdict

_WORD = re.compile(r"[^\W\d_]+")
_NO_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BULLET = re.compile(r"(?:[-*•–—]\s*)?(?:\(?\d{1,3}[.)]\s*)?")
_FULL_STOPS = ".!。．।۔"
_TRIES = 20  # places of a claim that are looked at
_PREPARED = "none"


class PreparedJudge:
    """A judge that is asked only what it can judge. Every judge is reached through one."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge

    @property
    def name(self) -> str:
        """The judge's."""
        return self._judge.name

    @property
    def fingerprint(self) -> str:
        """A hash of what the judge is made of, or ""."""
        return str(getattr(self._judge, "fingerprint", ""))

    def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair, in order. Raises ModelError where a model cannot be loaded."""
        pairs = [_whole(pair) for pair in pairs]
        settled = [_settled(pair) for pair in pairs]
        asked = [pair for pair, verdict in zip(pairs, settled, strict=True) if verdict is None]
        judged = iter(self._judge.verdicts(asked) if asked else [])
        return [verdict if verdict is not None else next(judged) for verdict in settled]


def _whole(pair: Pair) -> Pair:
    # A lone surrogate cannot be put into word pieces; the mark in its place is as long.
    evidence = tuple(whole_characters(text) for text in pair.evidence)
    return replace(pair, claim=whole_characters(pair.claim), evidence=evidence, context=whole_characters(pair.context))


def _settled(pair: Pair) -> Verdict | None:
    """The verdict that needs no judge, or None."""
    if not _WORD.search(pair.claim) and not re.search(r"\d", pair.claim):
        return _verdict(Support.UNCHECKED, "There is nothing to check.")
    if not any(text.strip() for text in pair.evidence):
        return _verdict(Support.UNSUPPORTED, "There are no words to support it.", 0.0)
    if _is_verbatim(pair):
        return _verdict(Support.SUPPORTED, "These words stand in the cited passage.", 1.0)
    if language := unread_language(pair.claim, pair.evidence):
        return _verdict(Support.UNCHECKED, f"Not checked: language ({language}).")
    return None


def _is_verbatim(pair: Pair) -> bool:
    """Whether sentences of the evidence are the whole claim: only white space, case and the last mark may differ."""
    claim = _folded(pair.claim)[1].rstrip(_FULL_STOPS)
    return len(claim) > 2 and any(_stands(claim, *_of_source(text)) for text in pair.evidence)


def _stands(claim: str, text: str, lower: str) -> bool:
    place = lower.find(claim)
    for _ in range(_TRIES):
        if place < 0:
            return False
        end = place + len(claim)
        begin = max(0, place - 2 * LONGEST)
        around = [(begin + a, begin + b) for a, b in sentences(text[begin : end + LONGEST])]
        starts = any(a <= place and _BULLET.fullmatch(text, a, place) for a, _ in around)
        if starts and any(end <= b and not text[end:b].strip(_FULL_STOPS + " ") for _, b in around):
            return True
        place = lower.find(claim, end)
    return False


@lru_cache(maxsize=16)  # claims share their sources
def _of_source(text: str) -> tuple[str, str]:
    return _folded(text)


def _folded(text: str) -> tuple[str, str]:
    """The text with single spaces, and the same in small letters, as long; empty lines end a sentence, and stay."""
    plain = "\n\n".join(" ".join(part.split()) for part in _NO_LINE.split(text.strip()))
    lower = plain.lower()
    return plain, lower if len(lower) == len(plain) else plain


def _verdict(support: Support, because: str, score: float | None = None) -> Verdict:
    sure = 0.0 if support is Support.UNCHECKED else 1.0
    return Verdict(support, sure, because, _PREPARED, score)
