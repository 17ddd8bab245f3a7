"""What every edit needs to know of a sentence: is it prose, what may not be touched, what number has its subject."""

from __future__ import annotations

import re
from collections.abc import Sequence

from evals.edits.kinds import CITIES, COUNTRIES, FIRST_NAMES, NO_NAMES, PEOPLES
from evals.edits.verbs import PAST, THIRD, VERBS
from rag.terms import STOP_WORDS
from rag.types import Interval

# What is quoted, in brackets of a citation, in code, or an address.
_UNTOUCHED = re.compile(
    r"``.{1,200}?''|“[^“”]{1,200}”|\"[^\"]{1,200}\"|`[^`]{1,200}`|\[[\d ,;–-]{1,40}\]|https?://\S+|(?<!\S)[^\s_=<>{}\\|]*[_=<>{}\\|]\S*"
    r"|\([^()]{0,60}\bet al\b[^()]{0,80}\)"
)
_ODD = re.compile(r"[{}<>=\\|_#]|\w\.\w{3,}\(|https?:|[a-z][A-Z][a-z]|:\s*\d|\.\.\.|…")
_WORD = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)?")
_CLAUSE_BEGINS = re.compile(
    r"(?:[,;:(—–]|\b(?:that|which|who|because|if|when|while|whereas|although|though|but|since|as|where|how|whether))\s+"
)
_PREPOSITION = re.compile(
    r" (?:of|in|for|with|on|to|from|by|at|between|among|during|after|before|against|within|than|without|under|over|into"
    r"|through|across|using|such as|including|like)\b"
)
_PLURAL_SUBJECTS = frozenset(
    "they we these those i you people children men women mice both all most some many several few others data bacteria"
    " criteria phenomena police fungi stimuli nuclei foci loci alleles".split()
)
_SINGULAR_IN_S = (
    "ss us is ics news series species as os".split()  # process, virus, analysis, physics
)
_LIKE_A_CONSONANT = re.compile(r"uni(?!n|m)|us[eu]|eu|one\b|once|ut[ie]|ub[i]", re.IGNORECASE)
_LIKE_A_VOWEL = re.compile(r"[aeiouAEIOU]|hour|honou?r|honest|heir")
_LISTED = frozenset([*CITIES, *COUNTRIES, *FIRST_NAMES, *PEOPLES])
_ALWAYS_CAPITAL = frozenset(
    "January February March April May June July August September October November December Monday"
    " Tuesday Wednesday Thursday"
    " Friday Saturday Sunday English Latin Internet Earth Moon God Bible Christmas Easter".split()
)
_COMMON_ENDINGS = tuple("tion tions ing ings ment ments ly ity ities ence ance ists ics ies esis ism isms ness".split())
_LETTERS = re.compile(r"[A-Z]{2,}s?\b|[A-Z][\d-]")


def is_prose(sentence: str) -> bool:
    """Whether it is a sentence with a beginning and an end, and no code, table or line of a list."""
    text = sentence.strip()
    begins = re.match(r"[\"“`*(]*[A-Z]", text)
    ends = re.search(r"[.!][\"”')\]]*(?: '')?$", text)
    if not (begins and ends) or len(text.split()) < 5 or text.count("\n") > 6 or text.endswith(("...", "…")):
        return False
    words = _WORD.findall(text)
    small = sum(1 for word in words if word[0].islower())
    return small >= len(words) * 0.45 and len(_ODD.findall(text)) <= 1


def untouched(sentence: str) -> list[Interval]:
    """The parts that keep their words: quotations, citations, code."""
    return [match.span() for match in _UNTOUCHED.finditer(sentence)]


def is_free(span: Interval, kept: Sequence[Interval]) -> bool:
    """Whether it lies outside all of them."""
    return all(span[1] <= start or span[0] >= end for start, end in kept)


def is_alone(sentence: str, start: int, end: int) -> bool:
    """Whether the word is no part of a compound: "high - achiever", "CD45(high)", "well-known"."""
    before, after = sentence[max(0, start - 3) : start], sentence[end : end + 3]
    return not (
        before.endswith(("-", "- ", "(", "/", "–"))
        or after.startswith(("-", " - ", "/", "–", ")("))
        or (after.startswith(")") and not before.endswith(" "))
    )


def word_before(sentence: str, start: int) -> str:
    """The word before a place, in small letters; a mark where there is one; "" at the beginning."""
    part = sentence[max(0, start - 40) : start].split()
    return part[-1].lower() if part else ""


def word_after(sentence: str, end: int) -> str:
    """The word behind a place, in small letters, or a mark, or ""."""
    part = sentence[end : end + 40].split()
    return part[0].lower() if part else ""


def is_plural(word: str) -> bool:
    """Whether a noun or a pronoun is plural, by its look."""
    plain = word.lower().strip(",.'’\"()")
    if re.fullmatch(r"[A-Z]{2,}s", word):
        return True
    return plain in _PLURAL_SUBJECTS or (
        len(plain) > 3 and plain.endswith("s") and not plain.endswith(tuple(_SINGULAR_IN_S))
    )


def subject_number(before: str) -> bool | None:
    """Whether the subject that ends where a verb begins is plural; None where that cannot be seen."""
    clause = before[-200:]
    begins = [match.end() for match in _CLAUSE_BEGINS.finditer(clause)]
    relative = re.search(r"\b(?:that|which|who)\s*$", clause)
    if relative:
        last = clause[: relative.start()].rstrip(" ,").rpartition(" ")[2]
        return None if not last or last.lower() in VERBS or last.lower() in THIRD else is_plural(last)
    clause = clause[begins[-1] :] if begins else clause
    clause = re.sub(r"\s+(?:also|then|thus|therefore|however|itself|alone|often|still|now)\s*$", "", clause.strip())
    if not clause:
        return None
    phrase = _PREPOSITION.split(clause, maxsplit=1)[0].strip()
    if not phrase or phrase.lower() in ("in", "on", "at", "for", "with", "during", "by", "to"):
        return None
    if re.search(r"\band\b", phrase) or re.match(r"(?:both|these|those|all|many|several|few)\b", phrase, re.IGNORECASE):
        return True
    if phrase.split()[0].lower().endswith("ing"):
        return False
    last = phrase.rpartition(" ")[2]
    if not _WORD.match(last) or last.lower() in PAST or (last.lower() in STOP_WORDS and not is_pronoun(last)):
        return None
    return is_plural(last)


def is_pronoun(word: str) -> bool:
    """Whether it stands for a subject."""
    return word.lower() in (
        "he",
        "she",
        "it",
        "they",
        "we",
        "i",
        "you",
        "this",
        "that",
        "these",
        "those",
        "both",
        "all",
    )


def like(word: str, other: str) -> str:
    """The other word with a capital where the word has one."""
    return other[:1].upper() + other[1:] if word[:1].isupper() else other


def begun_small(sentence: str) -> str:
    """With a small letter at its beginning, unless it begins with a name."""
    first, _, rest = sentence.partition(" ")
    plain = first.rstrip(",")
    known = plain in NO_NAMES or plain.lower() in STOP_WORDS
    is_name = plain == "I" or (not plain[1:].islower() and len(plain) > 1)
    if not known:
        is_name = is_name or rest[:1].isupper() or plain in _LISTED or not plain.endswith(_COMMON_ENDINGS)
    return sentence if is_name or plain in _ALWAYS_CAPITAL else sentence[:1].lower() + sentence[1:]


def with_article(text: str, place: int, word: str) -> tuple[str, int]:
    """The text with "a" or "an" before `place` as the word there needs it, and the place after that."""
    found = re.search(r"\b(an?)(\s+)\Z", text[:place], re.IGNORECASE)
    if not found or not word:
        return text, place
    if _LETTERS.match(word):
        needs_an = word[0] in "AEFHILMNORSX"
    else:
        needs_an = bool(_LIKE_A_VOWEL.match(word)) and not _LIKE_A_CONSONANT.match(word)
    article = like(found[1], "an" if needs_an else "a")
    changed = text[: found.start(1)] + article + text[found.end(1) :]
    return changed, place + len(article) - len(found[1])
