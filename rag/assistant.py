"""The main path: a question in, a checked answer out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from rag.citations import quoted
from rag.evidence import gather
from rag.evidence.sufficiency import absent_words, is_enough
from rag.library import Library
from rag.terms import whole_characters
from rag.types import Answer, Hit, Refusal, Turn
from rag.writing.extractive import MOST_SENTENCES, ExtractiveWriter

if TYPE_CHECKING:
    from rag.llama import AssistantQueryEngine

_NEAREST = 3
_NOTICE = "No language model is set: these are the documents’ own sentences."


class Assistant:
    """Answers questions from one library.

    `k` passages are searched for each question (default: the settings'), among documents whose source
    matches the glob `sources` and that have this `metadata`. An extractive answer has at most
    `sentences` sentences.
    """

    def __init__(
        self,
        library: Library,
        *,
        k: int | None = None,
        sentences: int = MOST_SENTENCES,
        sources: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._library = library
        self._k = k or library.settings.passages
        self._sentences = sentences
        self._sources = sources
        self._metadata = dict(metadata or {})
        self._writer = ExtractiveWriter()

    def ask(self, question: str, history: Sequence[Turn] = ()) -> Answer:
        """The answer, or a refusal that says what came nearest. Any text is a question."""
        *_, answer = self.stream(question, history)
        return answer

    def stream(self, question: str, history: Sequence[Turn] = ()) -> Iterator[Answer]:
        """The answer as it comes; the last is final. The same question is always answered the same."""
        question = whole_characters(question)
        started = time.perf_counter()
        lexical = self._library.store.lexical
        hits = self._library.search(question, self._k, self._sources, self._metadata)
        searched = time.perf_counter()
        if not hits:
            yield self._refused(question, hits).timed(search=searched - started)
            return
        evidence = gather(question, hits, self._library.embedder, lexical.rarity)
        if not is_enough(evidence, lexical.passages_with):
            answer = self._refused(question, hits)
        else:
            chosen = self._writer.choose(evidence, self._sentences)
            answer = quoted(question, question, [choice.quote for choice in chosen], hits)
        written = time.perf_counter()
        yield replace(answer, writer=self._writer.name, notice=_NOTICE).timed(
            search=searched - started, write=written - searched
        )

    def as_query_engine(self) -> AssistantQueryEngine:
        """This assistant as a LlamaIndex query engine."""
        from rag.llama import AssistantQueryEngine

        return AssistantQueryEngine(ask=self.ask)

    def _refused(self, question: str, hits: Sequence[Hit]) -> Answer:
        if not self._library.catalogue.counts()[0]:
            text = "Nothing has been indexed yet. Name a folder of documents: rag sync FOLDER"
            return Answer(question, question, text, refusal=Refusal.NOTHING_INDEXED)
        absent = absent_words(question, self._library.store.lexical.passages_with)
        text = "The documents do not seem to hold an answer to this."
        if absent:
            text += f" No document mentions {_listed(absent)}."
        return Answer(
            question,
            question,
            text,
            hits=tuple(hits),
            refusal=Refusal.NOT_IN_THE_DOCUMENTS,
            nearest=tuple(hits[:_NEAREST]),
            absent_terms=tuple(absent),
        )


def _listed(words: Sequence[str]) -> str:
    quoted_words = [f"“{word}”" for word in words]
    return " or ".join([", ".join(quoted_words[:-1]), quoted_words[-1]] if len(words) > 1 else quoted_words)
