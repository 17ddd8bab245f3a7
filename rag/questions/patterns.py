"""Sentences that plainly answer a question, as patterns. All are English."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rag.questions.words import COUNTED, COUNTS, DOERS, DONE, HAPPENED, LED, PARTICIPLES, RESOLVED

_WORDY = 9  # words of a question's part, at most

_TOKEN = r"[A-Za-z0-9][A-Za-z0-9’'-]*"
_CAPITAL = r"[A-Z][A-Za-z0-9’'-]*"
_SUBJECT = rf"(?P<subject>(?:The {_TOKEN}(?: {_TOKEN}){{0,8}}?|{_CAPITAL}(?: {_CAPITAL}){{0,3}}))"
_MONTH = r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
YEAR = r"(?:1[0-9]\d\d|20\d\d)"
_DAY = (
    rf"(?:(?:early |late )?(?:\d{{1,2}} )?(?:{_MONTH} )?{YEAR}|{_MONTH} \d{{1,2}}, {YEAR}"
    rf"|the (?:spring|summer|autumn|winter) of {YEAR})\b"
)
_DATE = rf"(?:in|on) {_DAY}"
_STOP = r"(?=[.,;]|$| (?:after|because|before|by|when|with)\b)"
_REST = rf"(?P<rest>(?: {_TOKEN}){{0,{_WORDY}}}?)"
_NUMBER = (
    r"(?:(?:about|almost|nearly|only|over|some|more than|fewer than) )?"
    r"(?:\d{1,3}(?:,\d{3})+|\d+|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty)"
)
_COUNTABLE = r"(?P<what>(?:[a-z]+ )?(?:[a-z]{2,}s|people|children|women|men))"
_PLACE = rf"(?P<rest>(?: (?:in|at|on|during) {_TOKEN}(?: {_TOKEN}){{0,5}})?)"


def _any(words: Iterable[str] | str) -> str:
    return "(?:" + "|".join(words.split() if isinstance(words, str) else words) + ")"


_HOW = r"(?P<how>(?:first |finally |officially |originally )?)"
WAS_DONE = re.compile(
    rf"{_SUBJECT} (?P<be>was|were) {_HOW}(?P<did>{_any(PARTICIPLES)})(?P<rest>(?: [^\s,;:.]+){{0,8}}?) {_DATE}"
)
DID = re.compile(rf"{_SUBJECT} (?P<did>{_any({**DONE, **HAPPENED})}){_REST} {_DATE}{_STOP}")
DID_THEN = re.compile(rf"(?:In|On) {_DAY},? {_SUBJECT} (?P<did>{_any(DONE)}){_REST}(?=[.,;]|$)", re.IGNORECASE)
DID_RESOLVE = re.compile(rf"{_SUBJECT} (?P<did>{_any(RESOLVED)}) {_DATE} to(?P<rest>(?: {_TOKEN}){{2,14}})(?=[.;])")
BY = re.compile(
    rf"{_SUBJECT} (?:was|were) {_HOW}(?P<did>{_any(DOERS)})(?: {_DATE})? by"
    rf" (?!{_MONTH}\b)(?:the |Mayor |Dr\.? |Prof\.? |Professor )?{_CAPITAL}"
)
PERSON = re.compile(
    rf"{_CAPITAL}(?: {_CAPITAL}){{1,3}} (?P<did>{_any(LED)})(?P<rest>(?: {_TOKEN}){{2,{_WORDY}}})(?=[.;]|$)"
)
COUNT = re.compile(rf"{_SUBJECT} (?P<did>{_any(COUNTED)}) {_NUMBER} {_COUNTABLE}{_PLACE}(?=[.,;]|$)")
HOLDS = re.compile(rf"{_SUBJECT} (?P<did>{_any(COUNTS)}) {_NUMBER} {_COUNTABLE}(?P<rest>)(?=[.,;]|$)")
CAME = re.compile(
    rf"(?:In (?P<year>{YEAR}),? )?{_NUMBER} {_COUNTABLE} (?P<did>visited|attended|joined|took part in|work at|live in)"
    rf"(?P<rest>(?: {_TOKEN}){{1,{_WORDY}}})(?=[.,;]|$)",
    re.IGNORECASE,
)
_MONEY = rf"(?:{_NUMBER} {_any('crowns euros dollars pounds francs')}\b|[$€£] ?\d)"
COSTS = re.compile(rf"{_SUBJECT} costs {_MONEY}")
IS_PRICED = re.compile(rf"(?P<subject>The {_TOKEN}(?: {_TOKEN}){{0,7}}?) is {_MONEY}")
_OFTEN = (
    rf"(?:each|every|on \d{{1,2}} {_MONTH}|on {_MONTH} \d|in {_MONTH}|before \d{{1,2}} {_MONTH}"
    r"|on the (?:first|second|third|fourth|last)|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)\b"
)
TAKES_PLACE = re.compile(rf"{_SUBJECT} (?P<did>takes place|begins|ends|closes|opens|expires) {_OFTEN}")
IS_OPEN = re.compile(
    rf"{_SUBJECT} is open (?:from \d|from {_MONTH}|every|daily|on (?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
)
LIES = re.compile(
    rf"{_SUBJECT} (?:is located|is situated|lies|stands)"
    rf" (?:in|at|on|near|between|north of|south of|east of|west of|off|beside) (?:the )?{_CAPITAL}"
)
IS = re.compile(rf"(?P<subject>The {_CAPITAL}(?: {_CAPITAL}){{0,3}}|[A-Z]{{2,6}}) (?P<be>is|was) (?:a|an|the) [a-z]")
IS_A = re.compile(r"(?P<subject>(?:An?(?: [a-z]{3,}){1,3}|The(?: [a-z]{3,}){2,3})) is an? [a-z]")
NAME_IS = re.compile(
    rf"(?P<subject>{_CAPITAL}(?: {_CAPITAL}){{1,3}})(?P<aside> \([^()]{{1,40}}\))? is (?:a|an|the)"
    rf"(?P<kind>(?: {_TOKEN}){{1,7}})"
)
RELATES = re.compile(
    rf"(?P<subject>(?:The|An?) {_TOKEN}(?: {_TOKEN}){{0,5}}?|{_CAPITAL}(?: {_CAPITAL}){{0,3}})"
    r" (?P<does>(?:is|are) used (?:to|for)|(?:is|are) responsible for|consists? of|depends? on|includes?) [\w“\"]"
)
NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z][\w’'-]*")
ENUMERATED = re.compile(r"(?:\(\w{1,3}\)|\d{1,2}[.)])\s+")
CLEAN = re.compile(r"[A-Z0-9][\w\s’'“”\"()–—,;:.%°/&+$€£§-]*\.")
