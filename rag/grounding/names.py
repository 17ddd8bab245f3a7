"""Rules on names: persons, places, bodies and acronyms that the claim names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

from rag.evidence.matches import is_misspelt
from rag.grounding.findings import Finding, Kind
from rag.terms import STOP_WORDS, terms
from rag.types import Interval, Support

_READ = 40_000  # characters of a text in which names are looked for
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w’'&-]*"
_INITIALS = r"(?:[A-Z]\. ?)*"
_JOINING = rf"(?: (?:of|de|van|von|der|la|le|the|and|&) (?={_CAPITAL}))?"
_NAME = re.compile(rf"{_INITIALS}{_CAPITAL}(?:{_JOINING} ?{_INITIALS}{_CAPITAL})*")
_WORD = re.compile(r"[^\W_]+(?:[’'&-][^\W_]+)*")
_ACRONYM = re.compile(r"^[A-Z][A-Z\d&]{1,7}s?$")
_START = re.compile(r"(?:^|[.!?:;]\s+|[\"“”'‘(\[]\s?|\n\s*|[•*-]\s)$")
_NO_NAMES = (
    frozenset(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
            "monday",
            "tuesday",
            "wednesday",
            "thursday",
            "friday",
            "saturday",
            "sunday",
            "i",
            "mr",
            "mrs",
            "ms",
            "dr",
            "prof",
            "sir",
            "st",
            "no",
        ]
    )
    | STOP_WORDS
)
_LEANING = re.compile(
    r"\W*(?:He|She|It|They|His|Her|Its|Their|The (?:film|song|band|series|show|album|company|city))\b"
)
_SMALL_WORDS = frozenset("of de van von der la le the and for in on at".split())

# Names of countries and their people that share too few letters to be found by their stems.
_ALIKE = (
    "france french frenchman",
    "germany german germans",
    "spain spanish spaniard spaniards",
    "britain british uk england english united-kingdom",
    "us usa america american americans united-states",
    "china chinese",
    "japan japanese",
    "netherlands dutch holland",
    "greece greek greeks",
    "poland polish pole poles",
    "denmark danish dane danes",
    "sweden swedish swede swedes",
    "switzerland swiss",
    "turkey turkish turk turks",
    "wales welsh",
    "ireland irish",
    "scotland scottish scots",
    "finland finnish",
    "norway norwegian",
    "portugal portuguese",
    "russia russian russians soviet ussr",
    "italy italian italians",
    "europe european eu",
    "india indian indians",
    "mexico mexican",
    "canada canadian",
    "brazil brazilian",
    "egypt egyptian",
    "israel israeli",
    "rome roman romans",
    "philippines filipino philippine",
    "thailand thai",
    "iraq iraqi",
    "iran iranian persian",
    "pakistan pakistani",
    "christianity christian christians",
    "islam islamic muslim",
    "york ny",
    "california californian",
)
_SAME = {word: group.split()[0] for group in _ALIKE for word in group.split()}
_PHRASES = re.compile(r"\b(?:u ?\. ?s ?\.(?: ?a ?\.)?|united states(?: of america)?|u ?\. ?k ?\.|united kingdom)", re.I)


def name_findings(claim: str, evidence: Sequence[str], context: str = "") -> list[Finding]:
    """One finding for each name of the claim that can be compared; none for a claim in capitals or in title case."""
    if _is_titled(claim):
        return []
    texts = [*(text[:_READ] for text in evidence), context]
    held = frozenset().union(*(_held(text) for text in texts))
    lower = frozenset().union(*(_lower_case(text) for text in texts))
    found = []
    for start, end in names(claim):
        words = [word for word in _WORD.findall(claim[start:end]) if word.lower() not in _SMALL_WORDS]
        at_start = bool(_START.search(claim[:start]))
        if words and at_start and (words[0].lower() in lower or not _is_surely_a_name(words, claim, start)):
            words = words[1:]
        words = [word for word in words if _is_telling(word)]
        if words:
            start = claim.find(words[0], start)
            finding = _compared(claim, start, end, words, held, texts)
            # "He was born in Ulm": whose sentence this is stands above it, out of sight.
            if not (finding.is_fault and at_start and any(_LEANING.match(text) for text in evidence)):
                found.append(finding)
    return found


def _is_telling(word: str) -> bool:
    """Not a month or a title, an initial, or a quarter of a year."""
    return word.lower() not in _NO_NAMES and len(word) > 1 and not re.fullmatch(r"[QH][1-4]|YoY", word)


def names(text: str) -> Iterator[Interval]:
    """The runs of words with a capital, without articles, months and titles."""
    for match in _NAME.finditer(text):
        words = _WORD.findall(match.group())
        if any(word.lower() not in _NO_NAMES and not word.isdigit() for word in words):
            yield match.start(), match.start() + len(match.group().rstrip(" ."))


def _compared(
    claim: str, start: int, end: int, words: Sequence[str], held: frozenset[str], texts: Sequence[str]
) -> Finding:
    missing = [word for word in words if not _is_held(word, held, texts)]
    if not missing:
        return Finding(Kind.NAME, start, end, Support.SUPPORTED)
    if len(words) > 1 and _initials(words) in held:
        return Finding(Kind.NAME, start, end, Support.SUPPORTED)
    if len(missing) < len(words) and words[-1] not in missing and len(words) > 1:
        other = _other_first_name(words, texts)
        if other:
            because = f"The cited passage says “{other}”, not “{claim[start:end]}”."
            return Finding(Kind.NAME, start, end, Support.CONTRADICTED, because)
        because = f"“{missing[0]}” is not in the cited passage."
        return Finding(Kind.NAME, start, end, Support.PARTLY, because)
    place = claim.find(missing[0], start)
    shown = claim[start:end] if len(missing) == len(words) else missing[0]
    because = f"“{shown}” is not in the cited passage."
    return Finding(Kind.NAME, place, place + len(missing[0]), Support.UNSUPPORTED, because)


def _is_held(word: str, held: frozenset[str], texts: Sequence[str]) -> bool:
    forms = _forms(word)
    if forms & held:
        return True
    compact = re.sub(r"\W", "", word).lower()
    if len(compact) > 3 and any(compact in _compact(text) for text in texts):
        return True
    if _ACRONYM.match(word) and any(_spelt_out(word, text) for text in texts):
        return True
    return len(word) > 5 and any(is_misspelt(word.lower(), other) for other in held if other[:2] == word[:2].lower())


def _forms(word: str) -> frozenset[str]:
    """What a word of a name is looked up by: itself, its stem, what it is of, its parts."""
    plain = re.sub(r"['’]s?$", "", word).lower()
    found = {plain, *terms(plain)}
    found |= {part for part in re.split(r"[-’'&]", plain) if len(part) > 3} if "-" in plain else set()
    return frozenset(found | {_SAME[form] for form in found if form in _SAME})


@lru_cache(maxsize=256)
def _held(text: str) -> frozenset[str]:
    """All words of a text in all forms in which a name may be looked for."""
    found: set[str] = set()
    for word in _WORD.findall(text):
        found |= _forms(word)
    for phrase in _PHRASES.findall(text):
        found.add("us" if "s" in phrase.lower().replace("kingdom", "") else "britain")
    return frozenset(found)


@lru_cache(maxsize=256)
def _compact(text: str) -> str:
    """The letters and digits alone: "bell flower" holds "Bellflower", "NIH 3T3" holds "NIH3T3"."""
    return re.sub(r"\W", "", text).lower()


@lru_cache(maxsize=256)
def _lower_case(text: str) -> frozenset[str]:
    return frozenset(word for word in _WORD.findall(text) if word.islower())


def _is_surely_a_name(words: Sequence[str], claim: str, start: int) -> bool:
    first = words[0]
    again = re.search(rf"[a-z,] {re.escape(first)}\b", claim[start + len(first) :])
    return len(words) > 1 or bool(again) or bool(_ACRONYM.match(first)) or any(map(str.isdigit, first))


def _initials(words: Sequence[str]) -> str:
    return "".join(word[0] for word in words).lower()


def _spelt_out(acronym: str, text: str) -> bool:
    """Whether words that follow each other begin with its letters, small words left out."""
    letters = acronym.rstrip("s").lower()
    initials = "".join(word[0].lower() for word in _WORD.findall(text) if word.lower() not in _SMALL_WORDS)
    return len(letters) > 2 and letters in initials


def _other_first_name(words: Sequence[str], texts: Sequence[str]) -> str:
    """What stands before the last word where that is the last of another name: "Pierre Curie" for "Marie Curie"."""
    form = re.compile(rf"(?<!\w)({_CAPITAL}) {re.escape(words[-1])}\b")
    for text in texts:
        for match in form.finditer(text):
            first = match[1]
            if first not in words and first.lower() not in _NO_NAMES and not _START.search(text[: match.start()]):
                return match.group()
    return ""


def _is_titled(claim: str) -> bool:
    """Whether capitals say nothing: they are everywhere."""
    long = [word for word in _WORD.findall(claim) if len(word) > 3 and word.isalpha()]
    return len(long) > 3 and sum(word[0].isupper() for word in long) > 0.7 * len(long)
