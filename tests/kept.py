"""Answers to keep: any that there can be, and some that cite the words of a library; conversations of them."""

from __future__ import annotations

from hypothesis import strategies as st

from rag.conversations import Conversation, KeptTurn, Standing, Standings, Whereabouts, all_citations
from rag.conversations.standing import Place
from rag.library import Library
from rag.types import (
    Answer,
    Citation,
    Claim,
    Disagreement,
    Hit,
    Passage,
    Refusal,
    Support,
    Turn,
    Value,
    Verdict,
)

SUPPORTED = Verdict(Support.SUPPORTED, 1.0, "These are the document's own words.", "verbatim")

# Surrogates as Python gives them for bytes of a file name that are not UTF-8.
texts = st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\udc80\udcff\u202e\0"), max_size=12)
_wholes = st.integers(0, 10**6)
_ranks = st.none() | st.integers(1, 50)
_numbers = st.floats(allow_nan=False, allow_infinity=False)
_passages = st.builds(
    Passage,
    id=texts,
    document_id=texts,
    source=texts,
    title=texts,
    start=_wholes,
    end=_wholes,
    text=texts,
    page=st.none() | _wholes,
    headings=st.lists(texts, max_size=2).map(tuple),
)
_hits = st.builds(
    Hit,
    passage=_passages,
    score=_numbers,
    dense_rank=_ranks,
    lexical_rank=_ranks,
    reranked=st.none() | _numbers,
    cosine=_numbers,
    instructions=st.lists(st.tuples(_wholes, _wholes), max_size=2).map(tuple),
)
_citations = st.builds(Citation, mark=_wholes, passage=_passages, start=_wholes, end=_wholes, quote=texts)
_verdicts = st.builds(Verdict, support=st.sampled_from(Support), confidence=st.floats(0, 1), because=texts, judge=texts)
_claims = st.builds(
    Claim,
    text=texts,
    start=_wholes,
    end=_wholes,
    citations=st.lists(_citations, max_size=2).map(tuple),
    verdict=_verdicts,
)
_values = st.builds(Value, value=texts, citation=_citations, date=texts)
_disagreements = st.builds(Disagreement, about=texts, values=st.lists(_values, max_size=2).map(tuple))
_some_texts = st.lists(texts, max_size=2).map(tuple)
answers = st.builds(
    Answer,
    question=texts,
    asked_as=texts,
    text=texts,
    claims=st.lists(_claims, max_size=2).map(tuple),
    hits=st.lists(_hits, max_size=2).map(tuple),
    draft=texts,
    invented_marks=_some_texts,
    refusal=st.none() | st.sampled_from(Refusal),
    nearest=st.lists(_hits, max_size=2).map(tuple),
    absent_terms=_some_texts,
    disagreements=st.lists(_disagreements, max_size=2).map(tuple),
    writer=texts,
    notice=texts,
    warnings=_some_texts,
    seconds=st.dictionaries(texts, _numbers, max_size=2),
    final=st.booleans(),
    unfinished=st.booleans(),
)
turns = st.builds(Turn, question=texts, answer=answers)


def citation(library: Library, source: str, words: str, mark: int = 1) -> Citation:
    """These words of this document, as a citation."""
    document = library.document(source)
    start = document.text.index(words)
    end = start + len(words)
    [passage] = [p for p in library.passages_of(document.id) if p.start <= start and end <= p.end]
    return Citation(mark, passage, start, end, words)


def answer(question: str, *citations: Citation) -> Answer:
    """An extractive answer of these citations."""
    text, claims = "", []
    for cited in citations:
        words = " ".join(cited.quote.split())
        text += f"{' ' if text else ''}{words} [{cited.mark}]"
        end = len(text) - len(f" [{cited.mark}]")
        claims.append(Claim(words, end - len(words), end, (cited,), SUPPORTED))
    hits = tuple(Hit(cited.passage, 1.0) for cited in citations)
    return Answer(question, question, text, tuple(claims), hits, draft=text, writer="extractive")


UNMOVED = Standing(Whereabouts.HERE, "The document is unchanged.")
REFUSED = Answer(
    question="Is there a zeppelin?",
    asked_as="Is there a zeppelin?",
    text="The documents do not seem to hold an answer to this.",
    refusal=Refusal.NOT_IN_THE_DOCUMENTS,
    nearest=(Hit(Passage("p", "d", "birds.md", "Birds", 0, 20, "The tern came back.", None, ("Birds",)), 0.2),),
    absent_terms=("zeppelin",),
)


def conversation_of(*given_answers: Answer, title: str = "Tides") -> Conversation:
    turns = tuple(
        KeptTurn(
            one.question,
            one,
            number,
            1_600_000_000.0,
            {cited.passage.document_id: "ab" * 32 for cited in all_citations(one)},
        )
        for number, one in enumerate(given_answers, start=1)
    )
    return Conversation("abc", title, 1_600_000_000.0, 1_600_000_060.0, turns)


def standings_of(conversation: Conversation, standing: Standing) -> Standings:
    """Every citation stands so."""
    places = {}
    for turn in conversation.turns:
        for cited in all_citations(turn.answer):
            content = turn.hashes.get(cited.passage.document_id, "")
            places[Place(cited.passage.document_id, content, cited.start, cited.end, cited.quote)] = standing
    return Standings(1_700_000_000.0, places)
