"""Starter cases from a library's own documents, without a language model: for editing by hand.

A sentence with a number or a date becomes a question that asks for it in its place ("The eelgrass covered how many
hectares in September 2022?"), a definition asks what the thing is, a heading what is said under it. A near miss is a
question of another case with its year or a name changed to one that no document has. Questions read stiffly: the
work they save is finding the places and copying the evidence, not wording.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

import rag

_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_MONTH = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE = re.compile(rf"\b(?:on )?((?:\d{{1,2}} (?:{_MONTH})|(?:{_MONTH}) \d{{1,2}},?)(?: \d{{4}})?)\b")
_AMOUNT = re.compile(r"(?<![\w.,/–-])(\d[\d,]*(?:\.\d+)?) ((?!and\b|to\b|or\b|of\b|in\b|the\b)[a-z]{3,}s)\b")
_DEFINED = re.compile(r"(?:An? |The )?([A-Z][\w’' -]{2,40}?) (?:is|are|means) (?:an?|the) ")
_SENTENCE = re.compile(r"[A-Z“\"][^.!?\n]{30,220}\.(?=\s|$)")
_LEANS = re.compile(r"(?:It|This|That|These|Those|They|He|She|Here|There|But|And|So|Then|We|Our|I|You)\b")
_WORD = re.compile(r"\w+")
_NAME = re.compile(r"(?<=[a-z] )[A-Z][a-z]{3,}")
_NOBODY = "Orvendale Pellindor Quaverly Tisbrook Ulmerath Vastonby Wexholm Yellowick Zandermoor Iddlestow".split()
_NEAR_MISSES = 5  # one case in so many
_OF_A_DOCUMENT = 12


@dataclass(frozen=True, slots=True)
class _Made:
    kind: str
    question: str
    fact: str
    source: str
    quote: str


def starter(library: rag.Library, n: int) -> list[str]:
    """At most `n` cases as lines of JSON, spread over the documents. The same library gives the same cases."""
    sources = _sources(library)
    by_document = [
        list(_of(library, each.id, sources[each.id]))[:_OF_A_DOCUMENT] for each in library.documents()
    ]  # fmt: skip
    made = [one for turn in zip_longest(*by_document) for one in turn if one is not None]
    asked: dict[str, _Made] = {}
    for one in made:
        asked.setdefault(one.question, one)
    answerable = list(asked.values())[: n - n // _NEAR_MISSES]
    return [*map(_line, range(1, n + 1), answerable), *_near_misses(library, answerable, n // _NEAR_MISSES)]


def _sources(library: rag.Library) -> dict[str, str]:
    """How a case names each document: by as much of the end of its source as tells it from all others."""
    whole = {each.id: each.source for each in library.documents()}
    named = {}
    for name, source in whole.items():
        parts = source.split("/")
        ends = ("/".join(parts[-length:]) for length in range(1, len(parts) + 1))
        alone = (end for end in ends if sum(other.endswith(f"/{end}") or other == end for other in whole.values()) == 1)
        named[name] = next(alone, source)
    return named


def _of(library: rag.Library, document_id: str, source: str) -> Iterator[_Made]:
    text = library.document(document_id).text
    sentences = [found.group() for found in _SENTENCE.finditer(text) if not _LEANS.match(found.group())]
    random.Random(source).shuffle(sentences)
    for sentence in sentences:
        if text.count(sentence) == 1:
            yield from _asking(sentence, source)
    for passage in library.passages_of(document_id):
        first = _SENTENCE.search(passage.text)
        if passage.headings and first:
            question = f"What does “{passage.title}” say about “{passage.headings[-1]}”?"
            yield _Made("single fact", question, "", source, first.group())


def _asking(sentence: str, source: str) -> Iterator[_Made]:
    if found := _DEFINED.match(sentence):
        yield _Made("single fact", f"What is {found[1]}?", "", source, sentence)
    elif found := _AMOUNT.search(sentence):
        question = f"{sentence[: found.start()]}how many {found[2]}{sentence[found.end() : -1]}?"
        yield _Made("number", " ".join(question.split()), found[1], source, sentence)
    elif found := _DATE.search(sentence):
        question = f"{sentence[: found.start()]}on which date{sentence[found.end() : -1]}?"
        yield _Made("date", " ".join(question.split()), found[1], source, sentence)


def _near_misses(library: rag.Library, answerable: Sequence[_Made], n: int) -> list[str]:
    """Questions that no document answers, because none has their year, or their name."""
    held = {word for each in library.documents() for word in _WORD.findall(library.document(each.id).text)}
    years = [str(year) for year in range(1961, 2061, 3) if str(year) not in held]
    names = [name for name in _NOBODY if name not in held]
    asked = list(answerable)
    random.Random(0).shuffle(asked)
    lines: list[str] = []
    for one in asked:
        pattern, free = (_YEAR, years) if _YEAR.search(one.question) else (_NAME, names)
        if len(lines) < n and free and pattern.search(one.question):
            other = free.pop()
            note = f"no document mentions {other}; made of “{one.question}”"
            question = pattern.sub(other, one.question, count=0 if pattern is _YEAR else 1)
            lines.append(_row(f"miss-{len(lines) + 1:03}", "near miss", question, [], [], note))
    return lines


def _line(number: int, one: _Made) -> str:
    facts = [[one.fact]] if one.fact else []
    evidence = [[{"source": one.source, "quote": one.quote}]]
    return _row(f"case-{number:03}", one.kind, one.question, facts, evidence, "")


def _row(name: str, kind: str, question: str, facts: object, evidence: object, note: str) -> str:
    row = {"id": name, "kind": kind, "question": question, "facts": facts, "evidence": evidence, "note": note}
    return json.dumps({**row, "second_reading": ""}, ensure_ascii=False)
