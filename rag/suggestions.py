"""Questions that a library can answer: to begin with, and after an answer.

They are made of sentences that plainly answer one (see `rag.questions`), and of what documents call their parts. Each
is then really asked, of the documents' own sentences, and kept only if the answer is supported and rests on the very
words that it was made of.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Sequence

from rag.assistant import Assistant
from rag.languages import is_english
from rag.library import Library
from rag.questions import Question, questions_of
from rag.terms import STOP_WORDS, terms
from rag.types import Answer, Citation, Passage, Support

_HEADING = re.compile(r"[A-Z][\w’',-]*(?: [\w’',-]+){0,5}")
_NUMBERED = re.compile(r"(?:(?:Section|Chapter|Part|Article) )?(?:\d[\d.]*|[IVX]+\.)[.:)]?\s+", re.IGNORECASE)
_NO_NAME = re.compile(
    r"(?:Another|More|Note|No|Other|See|Use|Visit|Yes|What|Who|How|When|Where|Why|Which|Is|Are|Do|Does|Did|If|As|We|I|You|It|This|These)\b"
)
_DULL = frozenset(
    "introduction overview summary contents references abstract appendix notes conclusion conclusions table index"
    " present foreword read readme layout background remarks general results discussion figure page slide sheet"
    " item part section chapter untitled total documents questions others heading example examples highlights main"
    " glossary features key points consolidated definitions".split()
)
_NO_TITLE = re.compile(r"[_/\\@|]|\.\w{2,4}$|^untitled|^microsoft|^slide \d|^\d+$|[“”]", re.IGNORECASE)
_TITLE = 70  # characters
_SENTENCE = re.compile(r"(?:\S+\s+){3,}\S+[.!?][”\"’')\]]*$")
_BEGUN_WITH = 40  # documents, those of the most passages
_BEGINNING = 30  # passages of a document that is begun with
_REACH = 4  # passages to either side of one that is cited
_TRIES = 3  # questions of one document or passage that are asked in vain before the next has its turn
_ALIKE = 0.6  # share of common words from which two questions are one

_Made = tuple[Passage, Question]


class Suggestions:
    """Makes questions of one library. The same library gives the same questions, if there is time for them."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._assistant = Assistant(library)

    def starters(self, n: int = 3, seconds: float = 3.0) -> list[str]:
        """At most `n` questions for an empty chat, of as many documents, within about so many seconds."""
        until = time.monotonic() + seconds
        documents = sorted(self._library.documents(), key=lambda one: (-one.passages, one.source))[:_BEGUN_WITH]
        drawn = [self._library.passages_of(document.id)[:_BEGINNING] for document in documents]
        return _Search(self._assistant, until, n).of(drawn)

    def follow_ups(self, answer: Answer, n: int = 3, seconds: float = 1.5) -> list[str]:
        """At most `n` questions of what was found for an answer, and of what stands beside it, that it does not use."""
        until = time.monotonic() + seconds
        cited = {citation.passage.id for citation in answer.citations}
        read = {citation.passage.document_id for citation in answer.citations}
        found = [hit.passage for hit in answer.hits]
        of_the_same = [passage for passage in found if passage.document_id in read]
        near = dict.fromkeys([*of_the_same, *self._beside(answer), *found])
        drawn = [[passage] for passage in near if passage.id not in cited]
        # Last what else is said in the passages that it uses: a short document is one passage.
        drawn += [[passage] for passage in near if passage.id in cited]
        return _Search(self._assistant, until, n, answer).of(drawn)

    def _beside(self, answer: Answer) -> Iterator[Passage]:
        """The passages after and before those that are cited, the nearest first."""
        cited = {citation.passage.id for citation in answer.citations}
        for document_id in dict.fromkeys(citation.passage.document_id for citation in answer.citations):
            passages = self._library.passages_of(document_id)
            places = [number for number, passage in enumerate(passages) if passage.id in cited]
            for step in range(1, _REACH + 1):
                for place in (place + sign * step for place in places for sign in (1, -1)):
                    if 0 <= place < len(passages):
                        yield passages[place]


class _Search:
    """One search for questions that can be answered: at most so many, until a moment, and none like those asked."""

    def __init__(self, assistant: Assistant, until: float, number: int, after: Answer | None = None) -> None:
        self._assistant = assistant
        self._until = until
        self._number = number
        self._asked = [_telling(after.question), _telling(after.asked_as)] if after else []
        self._used = after.citations if after else ()
        self._found: list[str] = []

    def of(self, drawn: Sequence[Sequence[Passage]]) -> list[str]:
        """One question of each group, as far as there is one: facts before parts, and first one of each kind."""
        facts: list[list[_Made]] = []
        done: set[int] = set()
        for number, group in enumerate(drawn):
            if self._over():
                break
            facts.append(self._made(group, questions_of))
            self._take(number, facts[number], done, one_of_a_kind=True)
        for number, made in enumerate(facts):
            self._take(number, made, done, one_of_a_kind=False)
        for number, group in enumerate(drawn):
            if self._over():
                break
            self._take(number, self._made(group, parts_of), done, one_of_a_kind=False)
        return self._found

    def _made(self, group: Sequence[Passage], make: Callable[[Passage], Iterator[Question]]) -> list[_Made]:
        """The questions of these passages, but those of words that the answer before rests on."""
        made = ((passage, question) for passage in group for question in make(passage))
        return [one for one in made if not any(_rests_on(citation, *one) for citation in self._used)]

    def _take(self, number: int, made: list[_Made], done: set[int], *, one_of_a_kind: bool) -> None:
        """The first of these that is answered, unless the group has given one already. What was tried is taken out."""
        kinds = {_kind(question) for question in self._found}
        tries = 0
        for passage, question in list(made):
            if number in done or tries == _TRIES or self._over():
                return
            if self._is_known(question.text) or (one_of_a_kind and _kind(question.text) in kinds):
                continue
            made.remove((passage, question))
            tries += 1
            if self._is_answered(passage, question):
                self._found.append(question.text)
                done.add(number)

    def _over(self) -> bool:
        return len(self._found) >= self._number or time.monotonic() > self._until

    def _is_known(self, question: str) -> bool:
        told = _telling(question)
        others = [*self._asked, *map(_telling, self._found)]
        return not told or any(len(told & other) > _ALIKE * min(len(told), len(other)) for other in others if other)

    def _is_answered(self, passage: Passage, question: Question) -> bool:
        """Whether the answer is supported, and begins with a sentence of the words that the question is made of."""
        answer = self._assistant.ask(question.text)
        if answer.refusal is not None or not answer.claims or not _SENTENCE.search(answer.claims[0].text):
            return False
        supported = all(claim.verdict.support is Support.SUPPORTED for claim in answer.claims)
        return supported and any(_rests_on(citation, passage, question) for citation in answer.claims[0].citations)


def _rests_on(citation: Citation, passage: Passage, question: Question) -> bool:
    return citation.passage.id == passage.id and citation.start < question.end and question.start < citation.end


def parts_of(passage: Passage) -> Iterator[Question]:
    """What the passage's document says about what its heading names; nothing where that is no plain name."""
    heading = passage.headings[-1].strip() if passage.headings else ""
    if numbered := _NUMBERED.match(heading):
        heading = heading[numbered.end() :]
    title = passage.title.strip()
    if not _HEADING.fullmatch(heading) or _NO_NAME.match(heading) or heading.isupper():
        return
    if not _is_title(title) or heading.lower() in title.lower():
        return
    if _DULL & {*re.findall(r"\w+", heading.lower())} or not is_english(passage.text):
        return
    yield Question(f"What does “{title}” say about “{heading}”?", passage.start, passage.end)


def _is_title(title: str) -> bool:
    """Whether these words name a document, and are not those of a file, a program or any first page."""
    words = title.split()
    named = len(words) > 1 and len(title) <= _TITLE and title[0].isupper() and not title.isupper()
    return named and not _NO_TITLE.search(title) and not {*title.lower().split()} <= _DULL


def _kind(question: str) -> str:
    return " ".join(question.split()[:2])


def _telling(question: str) -> frozenset[str]:
    return frozenset(terms(question)) - STOP_WORDS
