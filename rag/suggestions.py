"""Questions that a library can answer: to begin with, and after an answer.

They are made of what documents call their parts, and of sentences that say plainly who did something, when, or how
many. Each is then really asked, of the documents' own sentences, and kept only if it is answered from the passage that
it was made of.
"""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from rag.assistant import Assistant
from rag.languages import is_english
from rag.library import Library
from rag.sentences import sentences
from rag.terms import STOP_WORDS, terms
from rag.types import Answer, Passage, Support

_NAME = r"[A-Z][\w’'-]+(?: (?:of|and|the|de|van) [A-Z][\w’'-]+| [A-Z][\w’'-]+){0,4}"
_YEAR = r"\b.{0,60}\b(?:1[5-9]|20)\d\d\b"
_WHEN = re.compile(rf"^(?P<what>(?:The )?{_NAME}) was (?P<did>opened|built|founded|closed|renamed|established){_YEAR}")
_BY = re.compile(
    rf"^(?P<what>(?:The )?{_NAME}) was (?P<did>designed|built|opened|founded|written) by (?:Mayor |Dr\.? )?{_NAME}"
)
_MANY = re.compile(
    r"\b\d[\d,]* (?P<what>[a-z]+(?: [a-z]+)?s) (?P<did>visited|came to|took part in|work at|live in)"
    rf" (?P<where>(?:the )?{_NAME})"
)
_HEADING = re.compile(r"^[A-Z][\w’',()-]*(?: [\w’',()-]+){0,5}$")
_DULL = frozenset(
    "introduction overview summary contents references abstract appendix notes conclusion table index present"
    " foreword read readme layout".split()
)
_ACTIVE = {"written": "wrote"}
_TRIED = 24  # documents that are begun with, at most
_READ = 12  # sentences of a passage
_TITLE = 60  # characters
_BEGINNING = 6  # passages of a document that is begun with
_ALIKE = 0.6  # share of common words from which two questions are one

_Made = tuple[Passage, str]
"""A passage and a question that was made of it."""


class Suggestions:
    """Makes questions of one library."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._assistant = Assistant(library)

    def starters(self, number: int = 3, seconds: float = 3.0) -> list[str]:
        """Questions of as many documents, within about this time; fewer where so many are not found."""
        documents = sorted(self._library.documents(), key=lambda one: -one.passages)[:_TRIED]
        passages = [self._library.passages_of(document.id)[:_BEGINNING] for document in documents]
        facts = ([(p, q) for p in of_one for q in facts_of(p)] for of_one in passages)
        parts = ([(p, q) for p in of_one for q in parts_of(p)] for of_one in passages)
        return self._answered(chain(facts, parts), number, seconds, but="")

    def follow_ups(self, answer: Answer, number: int = 3, seconds: float = 1.5) -> list[str]:
        """Questions of passages that were found for an answer, and of their neighbours, which it does not use."""
        cited = {citation.passage.id for citation in answer.citations}
        near = [hit.passage for hit in answer.hits if hit.passage.id not in cited]
        for citation in answer.citations:
            siblings = self._library.passages_of(citation.passage.document_id)
            places = [n for n, passage in enumerate(siblings) if passage.id == citation.passage.id]
            near += [siblings[n + step] for n in places for step in (1, -1) if 0 <= n + step < len(siblings)]
        unused = [passage for passage in dict.fromkeys(near) if passage.id not in cited]
        drawn = ([(p, q) for q in chain(facts_of(p), parts_of(p))] for p in unused)
        return self._answered(drawn, number, seconds, but=answer.question)

    def _answered(self, drawn: Iterable[Sequence[_Made]], number: int, seconds: float, but: str) -> list[str]:
        """One question of each group, the first that is answered from where it was made."""
        until = time.monotonic() + seconds
        found: list[str] = []
        asked, sources = {*terms(but)} - STOP_WORDS, set()
        for group in drawn:
            for passage, question in group:
                if len(found) == number or time.monotonic() > until:
                    return found
                told = {*terms(question)} - STOP_WORDS
                alike = any(len(told & {*terms(other)}) > _ALIKE * len(told) for other in found)
                taken = not but and passage.document_id in sources
                if not (alike or taken or len(told & asked) > _ALIKE * len(told)) and self._answers(question, passage):
                    found.append(question)
                    sources.add(passage.document_id)
                    break
        return found

    def _answers(self, question: str, passage: Passage) -> bool:
        answer = self._assistant.ask(question)
        return (
            answer.refusal is None
            and bool(answer.claims)
            and all(claim.verdict.support is Support.SUPPORTED for claim in answer.claims)
            and any(citation.passage.id == passage.id for citation in answer.claims[0].citations)
        )


def facts_of(passage: Passage) -> Iterator[str]:
    """Questions of when, who and how many that a sentence of the passage seems to answer; none unless it is English."""
    if not is_english(passage.text):
        return
    for start, end in sentences(passage.text)[:_READ]:
        sentence = " ".join(passage.text[start:end].split())
        if found := _WHEN.match(sentence):
            yield f"When was {_inside(found['what'])} {found['did']}?"
        if found := _BY.match(sentence):
            yield f"Who {_ACTIVE.get(found['did'], found['did'])} {_inside(found['what'])}?"
        if found := _MANY.search(sentence):
            yield f"How many {found['what']} {found['did']} {found['where']}?"


def parts_of(passage: Passage) -> Iterator[str]:
    """What the passage's document says about what its heading names; nothing where the heading names nothing."""
    heading = passage.headings[-1].strip() if passage.headings else ""
    if not heading or not is_english(passage.text):
        return
    plain = heading[:1].lower() + heading[1:]
    if heading.lower() in passage.title.lower() or not _HEADING.match(heading) or _DULL & {*heading.lower().split()}:
        return
    if len(passage.title) <= _TITLE:
        yield f"What does “{passage.title}” say about {plain}?"


def _inside(name: str) -> str:
    """The name within a sentence: its article in a small letter."""
    return name[0].lower() + name[1:] if name.startswith("The ") else name
