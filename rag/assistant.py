"""The main path: a question in, a checked answer out."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Generator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from rag.citations import with_disagreements
from rag.evidence import Evidence, gather
from rag.evidence.disagreement import disagreements
from rag.evidence.premise import false_premise, unfounded
from rag.evidence.sufficiency import absent_words, is_enough, may_be_enough, missing
from rag.evidence.vectors import vectors_of
from rag.grounding import checked, is_unusable
from rag.grounding.loading import load_judge
from rag.instructions import warnings
from rag.language_model import LanguageModel
from rag.library import Library
from rag.logs import note
from rag.mentions import Mentions, mentioned
from rag.moment import Moment
from rag.rewriter import Rewriter
from rag.terms import whole_characters
from rag.types import Answer, Turn
from rag.writing.extractive import MOST_SENTENCES, ExtractiveWriter
from rag.writing.generative import GenerativeWriter, UnusableDraft
from rag.writing.refusals import chosen_are_gone, false_premise_of, not_in_the_documents, nothing_indexed

if TYPE_CHECKING:
    from llama_index.core.llms import LLM

    from rag.llama import AssistantQueryEngine

Judgement = Callable[[Evidence, Callable[[str], int]], bool]
"""Whether evidence is enough, given how many passages have a term."""

_NO_MODEL = "No language model is set: these are the documents’ own sentences."
_INSTEAD = "These are the documents’ own sentences instead."
_STOPPED = "Stopped: this is what was written until then."


class Assistant:
    """Answers questions from one library.

    `llm` writes the answers: any LlamaIndex LLM, or what `rag.connect` gives. Without one, and whenever
    it fails, an answer is made of the documents' own sentences, at most `sentences` of them. `k`
    passages are searched for each question (default: the settings'), among documents whose source
    matches the glob `sources` and that have this `metadata`.
    """

    def __init__(
        self,
        library: Library,
        llm: LLM | LanguageModel | None = None,
        *,
        k: int | None = None,
        sentences: int = MOST_SENTENCES,
        sources: str = "",
        metadata: Mapping[str, str] | None = None,
    ) -> None:
        self._library = library
        self._k = k or library.settings.passages
        self._sources = sources
        self._metadata = dict(metadata or {})
        model = _language_model(llm, library)
        self._judge = load_judge(library.settings, library.embedder)
        self._rewriter = Rewriter(model)
        self._model = model
        self._sentences = sentences

    def ask(self, question: str, history: Sequence[Turn] = (), documents: Collection[str] = ()) -> Answer:
        """The answer, or a refusal that says what came nearest. Any text is a question.

        `history` holds the turns before it, the latest last: a question that leans on them is completed.
        `documents` are the ids of those that are asked (none: all); what a question names with `@` is asked in
        their stead (see `rag.mentions`). Ids that are not in the library are passed over and told of; where
        none is left, that is the answer.
        """
        *_, answer = self.stream(question, history, documents)
        return answer

    def stream(
        self, question: str, history: Sequence[Turn] = (), documents: Collection[str] = ()
    ) -> Generator[Answer, None, None]:
        """The answer as it comes; the last is final and checked, those before it are not.

        Closing the iterator stops the language model; `stopped` then makes an answer of what was written.
        """
        typed = whole_characters(question)
        clock = _Clock()
        named = mentioned(typed, self._library.documents()) if "@" in typed else Mentions(typed)
        question, wanted = named.question, named.documents or documents
        there = sorted(self._library.catalogue.content_hashes(wanted)) if wanted else []
        if wanted and not there:
            yield replace(chosen_are_gone(typed), warnings=tuple(named.unknown), seconds=clock.seconds)
            return
        among = self._library.search.among(self._sources, self._metadata, there)
        asked = self._rewriter.stand_alone(question, _without_mentions(history))
        clock.lap("rewrite")
        filters = self._sources, self._metadata
        search = partial(self._library.search, asked.text, self._k, *filters, also=question, documents=there)
        moment = Moment.of(search, self._library.catalogue)
        hits = moment.hits
        clock.lap("search")
        yield Answer(typed, asked.text, "", hits=tuple(hits), final=False)
        evidence = gather(asked.text, hits, self._library.embedder, self._library.store.lexical.rarity)
        answer = self._refused(question, evidence, among)
        clock.lap("weigh")
        if answer is None:
            failure = str(asked.failure) if asked.failure else ""
            answer = yield from self._written(question, evidence, failure, among, moment)
            clock.lap("write")
            answer = checked(answer, self._judge)
            if answer.refusal is None:
                answer = with_disagreements(answer, disagreements(evidence, moment.date_of), moment.speaker_of)
            clock.lap("check")
        told = (*_not_found(named, wanted, there), *answer.warnings, *warnings(hits))
        seconds = {stage: round(taken, 4) for stage, taken in clock.seconds.items()}
        note("answered", writer=answer.writer, refusal=answer.refusal, claims=len(answer.claims), seconds=seconds)
        yield replace(answer, question=typed, warnings=told, seconds=clock.seconds)

    def stopped(self, preview: Answer) -> Answer:
        """What a stream had written when it was closed, as a final answer: checked, and marked unfinished."""
        writer = self._generative(Moment((), {}))
        written = writer.stopped(preview) if writer else preview
        return replace(checked(written, self._judge), final=True, unfinished=True, notice=_STOPPED)

    def as_query_engine(self) -> AssistantQueryEngine:
        """This assistant as a LlamaIndex query engine."""
        from rag.llama import AssistantQueryEngine

        return AssistantQueryEngine(ask=self.ask)

    def _written(
        self, question: str, evidence: Evidence, failure: str, among: Sequence[str] | None, moment: Moment
    ) -> Generator[Answer, None, Answer]:
        """By the language model where there is one and it does well, else of the documents' own sentences.

        `failure`: why the model need not be asked again. `among`: the documents that were searched; None: all.
        """
        draft, notice = "", _NO_MODEL
        writer = self._generative(moment)
        if writer is not None:
            try:
                if failure:
                    raise UnusableDraft(failure)
                for answer in writer.write(question, evidence):
                    yield replace(answer, final=False)
                reason = "" if answer.refusal else is_unusable(checked(answer, self._judge))
                if not reason:
                    return answer
                raise UnusableDraft(reason, answer.draft)
            except UnusableDraft as problem:
                draft, notice = problem.draft, f"{problem} {_INSTEAD}"
        # A model may be asked where there is too little to quote from.
        refusal = self._insufficient(question, evidence, is_enough, among) if writer else None
        written = refusal or ExtractiveWriter(moment.speaker_of, self._sentences).write(question, evidence)
        return replace(written, draft=draft or written.draft, notice=notice)

    def _refused(self, question: str, evidence: Evidence, among: Sequence[str] | None) -> Answer | None:
        """Why there is no answer, where there is none: judged before anything is written."""
        if not self._library.catalogue.counts()[0]:
            return nothing_indexed(question)
        if premise := false_premise(evidence):
            return false_premise_of(question, evidence, premise)
        return self._insufficient(question, evidence, may_be_enough if self._model else is_enough, among)

    def _insufficient(
        self, question: str, evidence: Evidence, enough: Judgement, among: Sequence[str] | None
    ) -> Answer | None:
        anywhere = self._library.store.lexical.passages_with
        passages_with = partial(anywhere, among=among)
        if enough(evidence, passages_with):
            return None
        if premise := unfounded(evidence):
            return false_premise_of(question, evidence, premise, absent_words(evidence.question, anywhere))
        absent = absent_words(evidence.question, passages_with)
        return not_in_the_documents(
            question, evidence, absent, missing(evidence), chosen=None if among is None else len(among)
        )

    def _generative(self, moment: Moment) -> GenerativeWriter | None:
        if self._model is None:
            return None
        rarity = self._library.store.lexical.rarity
        return GenerativeWriter(self._model, moment.date_of, rarity, self._nearness)

    def _nearness(self, text: str, others: Sequence[str]) -> Sequence[float]:
        first, *vectors = vectors_of([text, *others], self._library.embedder)
        return [float(first @ vector) for vector in vectors]


def _not_found(named: Mentions, wanted: Collection[str], there: Collection[str]) -> list[str]:
    """What a reader is told of names that no document has, and of chosen documents that are gone."""
    searched = "The chosen documents were searched." if there else "The whole library was searched."
    told = [f"{why} {searched}" for why in named.unknown]
    if gone := len({*wanted} - {*there}):
        are = "is" if gone == 1 else "are"
        told.append(f"Of the {len({*wanted})} chosen documents {gone} {are} no longer in the library.")
    return told


def _without_mentions(history: Sequence[Turn]) -> list[Turn]:
    """The turns with their questions as they were searched, where these name documents with `@`."""
    return [replace(turn, question=turn.answer.asked_as) if "@" in turn.question else turn for turn in history]


def _language_model(llm: LLM | LanguageModel | None, library: Library) -> LanguageModel | None:
    if llm is None or isinstance(llm, LanguageModel):
        return llm
    settings = library.settings
    return LanguageModel(
        llm, window=settings.llm_window, answer_tokens=settings.llm_answer_tokens, seconds=settings.llm_seconds
    )


class _Clock:
    """Seconds by stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._since = time.perf_counter()

    def lap(self, stage: str) -> None:
        """What has passed since the last lap went to this stage."""
        now = time.perf_counter()
        self.seconds[stage] = self.seconds.get(stage, 0.0) + now - self._since
        self._since = now
