"""Questions changed so that a passage which answers them answers them no longer: another name, number, year or noun."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence

from rag.models import Embedder
from rag.terms import STOP_WORDS, question_words, terms

_NAME = re.compile(r"(?<=[\w,] )[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*")
_NUMBER = re.compile(r"\b\d+\b")
_YEAR = re.compile(r"\b(?:1[5-9]\d\d|20[0-2]\d)\b")
_ASKS_WHEN = re.compile(r"when|year|date|\d{4}|how (old|long)", re.I)
_NOUN = re.compile(
    r"\b(?:the|an?|what|which|many|of|and|kind of|type of) ([a-z]{4,})"
    r"(?= of| is| are| was| were| did| do| does| in| for| to| that|\?|$)"
)


class NearMisses:
    """Changes questions of one library so that their passage no longer answers them."""

    def __init__(self, documents: Sequence[dict[str, str]], nouns: Nouns, chance: random.Random) -> None:
        self._documents, self._nouns, self._chance = documents, nouns, chance
        self._terms = {term for document in documents for term in terms(document["text"])}

    def of(self, question: str, gold: dict[str, str]) -> Iterator[tuple[str, bool, str]]:
        """Kind, whether it is still answered, and the changed question."""
        held = {*terms(gold["text"]), *terms(gold["title"])}
        changes: dict[str, Callable[[str, dict[str, str], set[str]], str]] = {
            "number": self._number,
            "name": self._name,
            "noun": self._noun,
        }
        for kind, change in changes.items():
            if changed := change(question, gold, held):
                yield kind, False, changed
        if not _ASKS_WHEN.search(question):
            right = sorted(set(_YEAR.findall(gold["text"])))
            wrong = sorted(term for term in self._terms - held if _YEAR.fullmatch(term))
            if right:
                yield "right year", True, _with_year(question, self._chance.choice(right))
            if wrong and self._chance.random() < 0.5:
                yield "wrong year", False, _with_year(question, self._chance.choice(wrong))

    def _number(self, question: str, gold: dict[str, str], held: set[str]) -> str:
        found = list(_NUMBER.finditer(question))
        if not found:
            return ""
        one = self._chance.choice(found)
        near = [str(int(one.group()) + step) for step in (-5, -4, -3, -2, -1, 1, 2, 3, 4, 5)]
        others = [number for number in near if number not in held and not number.startswith("-")]
        known = [number for number in others if number in self._terms]
        return _replaced(question, one.span(), self._chance.choice(known or others)) if others else ""

    def _name(self, question: str, gold: dict[str, str], held: set[str]) -> str:
        if not any(character.isupper() for character in question):
            return self._title(question, gold, held)
        found = list(_NAME.finditer(question))
        some = self._chance.sample(self._documents, min(20, len(self._documents)))
        names = sorted({name for document in some for name in _NAME.findall(document["text"])})
        names = [n for n in names if len(n) > 3 and n.lower() not in STOP_WORDS and not held.intersection(terms(n))]
        return (
            _replaced(question, self._chance.choice(found).span(), self._chance.choice(names))
            if found and names
            else ""
        )

    def _title(self, question: str, gold: dict[str, str], held: set[str]) -> str:
        """Search questions have no capitals: the longest run of words of the title is the name."""
        title, longest, run = {*terms(gold["title"])}, (0, 0), (0, 0)
        for word in re.finditer(r"[\w'’-]+", question):
            begins = word.start() if run == (0, 0) else run[0]
            inside = title.issuperset(terms(word.group())) and (run != (0, 0) or word.group() not in STOP_WORDS)
            run = (begins, word.end()) if inside else (0, 0)
            longest = max(longest, run, key=lambda span: span[1] - span[0])
        others = [document["title"] for document in self._documents if not held.intersection(terms(document["title"]))]
        others = [title for title in others if len(title.split()) <= 4]
        return _replaced(question, longest, self._chance.choice(others).lower()) if others and longest[1] else ""

    def _noun(self, question: str, gold: dict[str, str], held: set[str]) -> str:
        title = {*terms(gold["title"])}
        asked = [w for w, forms in question_words(question).items() if w in self._nouns.words and not title & {*forms}]
        if not asked:
            return ""
        word = self._chance.choice(asked)
        others = [
            n for n in self._nouns.like(word) if self._terms.issuperset(terms(n)) and not held.intersection(terms(n))
        ]
        return re.sub(rf"\b{word}\b", self._chance.choice(others), question, count=1) if others else ""


class Nouns:
    """What the questions of a set ask for, to change one for another."""

    def __init__(self, questions: Sequence[str], embedder: Embedder) -> None:
        found = {word for question in questions for word in _NOUN.findall(question)} - STOP_WORDS
        self.words = sorted(word for word in found if not word.endswith(("ing", "ed", "ly")))
        self._vectors = embedder.embed_passages(self.words)

    def like(self, word: str) -> list[str]:
        """Nouns of the same sort of thing, and no synonyms."""
        nearness = self._vectors @ self._vectors[self.words.index(word)]
        return [other for other, near in zip(self.words, nearness, strict=True) if 0.3 <= near <= 0.55]


def _replaced(text: str, span: tuple[int, int], by: str) -> str:
    return text[: span[0]] + by + text[span[1] :]


def _with_year(question: str, year: str) -> str:
    return f"{question.rstrip(' ?.')} in {year}{'?' if question.rstrip().endswith('?') else ''}"
