"""An answer as the text in which it is kept, and back: everything it is made of, passages once each.

This form is the catalogue's own and may change; what other programs rely on is `rag.as_json`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rag.conversations.fields import Fields
from rag.errors import RagError
from rag.types import Answer, Citation, Claim, Disagreement, Hit, Passage, Refusal, Support, Turn, Value, Verdict

FORMAT = 1


def to_text(turn: Turn) -> str:
    """The turn as JSON, in ASCII: a lone surrogate of a strange file name is kept as it is."""
    passages: dict[Passage, int] = {}
    answer = _answer(turn.answer, passages)
    kept = {
        "format": FORMAT,
        "question": turn.question,
        "answer": answer,
        "passages": [_passage(passage) for passage in passages],
    }
    return json.dumps(kept, separators=(",", ":"))


def from_text(text: str) -> Turn:
    """The turn that was kept. Raises RagError where that cannot be read, or is of a newer format."""
    try:
        kept = Fields(json.loads(text))
    except (ValueError, RecursionError) as problem:
        raise RagError("What was kept is damaged.") from problem
    if kept.whole("format") != FORMAT:
        raise RagError("It was kept by another version of this program.")
    passages = [_as_passage(fields) for fields in kept.objects("passages")]
    return Turn(kept.text("question"), _as_answer(kept.inner("answer"), passages))


# -- to JSON


def _answer(answer: Answer, passages: dict[Passage, int]) -> dict[str, Any]:
    return {
        "question": answer.question,
        "asked_as": answer.asked_as,
        "text": answer.text,
        "claims": [
            {
                "text": claim.text,
                "start": claim.start,
                "end": claim.end,
                "citations": [_citation(citation, passages) for citation in claim.citations],
                "verdict": {**asdict(claim.verdict), "confidence": float(claim.verdict.confidence)},
            }
            for claim in answer.claims
        ],
        "hits": [_hit(hit, passages) for hit in answer.hits],
        "draft": answer.draft,
        "invented_marks": answer.invented_marks,
        "refusal": answer.refusal,
        "nearest": [_hit(hit, passages) for hit in answer.nearest],
        "absent_terms": answer.absent_terms,
        "disagreements": [
            {
                "about": disagreement.about,
                "values": [
                    {"value": value.value, "citation": _citation(value.citation, passages), "date": value.date}
                    for value in disagreement.values
                ],
            }
            for disagreement in answer.disagreements
        ],
        "writer": answer.writer,
        "notice": answer.notice,
        "warnings": answer.warnings,
        "seconds": dict(answer.seconds),
        "final": answer.final,
        "unfinished": answer.unfinished,
    }


def _passage(passage: Passage) -> dict[str, Any]:
    return asdict(passage)


def _hit(hit: Hit, passages: dict[Passage, int]) -> dict[str, Any]:
    return {
        "passage": passages.setdefault(hit.passage, len(passages)),
        "score": float(hit.score),  # it may be numpy's
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "reranked": None if hit.reranked is None else float(hit.reranked),
        "cosine": float(hit.cosine),
        "instructions": hit.instructions,
    }


def _citation(citation: Citation, passages: dict[Passage, int]) -> dict[str, Any]:
    return {
        "mark": citation.mark,
        "passage": passages.setdefault(citation.passage, len(passages)),
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


# -- from JSON


def _as_answer(fields: Fields, passages: Sequence[Passage]) -> Answer:
    return Answer(
        question=fields.text("question"),
        asked_as=fields.text("asked_as"),
        text=fields.text("text"),
        claims=tuple(_as_claim(claim, passages) for claim in fields.objects("claims")),
        hits=tuple(_as_hit(hit, passages) for hit in fields.objects("hits")),
        draft=fields.text("draft"),
        invented_marks=fields.texts("invented_marks"),
        refusal=fields.one_of("refusal", Refusal) if fields.has("refusal") else None,
        nearest=tuple(_as_hit(hit, passages) for hit in fields.objects("nearest")),
        absent_terms=fields.texts("absent_terms"),
        disagreements=tuple(_as_disagreement(one, passages) for one in fields.objects("disagreements")),
        writer=fields.text("writer"),
        notice=fields.text("notice"),
        warnings=fields.texts("warnings"),
        seconds=fields.numbers_by_name("seconds"),
        final=fields.flag("final"),
        unfinished=fields.flag("unfinished"),
    )


def _as_claim(fields: Fields, passages: Sequence[Passage]) -> Claim:
    verdict = fields.inner("verdict")
    return Claim(
        text=fields.text("text"),
        start=fields.whole("start"),
        end=fields.whole("end"),
        citations=tuple(_as_citation(citation, passages) for citation in fields.objects("citations")),
        verdict=Verdict(
            support=verdict.one_of("support", Support),
            confidence=verdict.number("confidence"),
            because=verdict.text("because"),
            judge=verdict.text("judge"),
            score=verdict.number_or_none("score") if verdict.has("score") else None,
            lacking=verdict.intervals("lacking") if verdict.has("lacking") else (),
        ),
    )


def _as_disagreement(fields: Fields, passages: Sequence[Passage]) -> Disagreement:
    values = tuple(
        Value(value.text("value"), _as_citation(value.inner("citation"), passages), value.text("date"))
        for value in fields.objects("values")
    )
    return Disagreement(fields.text("about"), values)


def _as_citation(fields: Fields, passages: Sequence[Passage]) -> Citation:
    return Citation(
        mark=fields.whole("mark"),
        passage=_at(fields, passages),
        start=fields.whole("start"),
        end=fields.whole("end"),
        quote=fields.text("quote"),
    )


def _as_hit(fields: Fields, passages: Sequence[Passage]) -> Hit:
    return Hit(
        passage=_at(fields, passages),
        score=fields.number("score"),
        dense_rank=fields.whole_or_none("dense_rank"),
        lexical_rank=fields.whole_or_none("lexical_rank"),
        reranked=fields.number_or_none("reranked"),
        cosine=fields.number("cosine"),
        instructions=fields.intervals("instructions"),
    )


def _at(fields: Fields, passages: Sequence[Passage]) -> Passage:
    place = fields.whole("passage")
    if place >= len(passages):
        raise RagError(f"{fields.where}.passage points at no passage.")
    return passages[place]


def _as_passage(fields: Fields) -> Passage:
    return Passage(
        id=fields.text("id"),
        document_id=fields.text("document_id"),
        source=fields.text("source"),
        title=fields.text("title"),
        start=fields.whole("start"),
        end=fields.whole("end"),
        text=fields.text("text"),
        page=fields.whole_or_none("page"),
        headings=fields.texts("headings"),
    )
