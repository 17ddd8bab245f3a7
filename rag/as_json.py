"""Answers, hits and reports as the JSON that other programs rely on: changing a key breaks them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from rag.backup import Backup
from rag.condition import Condition
from rag.store import Health
from rag.types import Answer, Citation, Claim, Disagreement, Document, Hit, SyncReport, Verdict

_NOT_MEASURED = 0.5


def of_report(report: SyncReport) -> dict[str, Any]:
    """`rag sync --json`."""
    return asdict(report)


def of_hit(hit: Hit) -> dict[str, Any]:
    """One of `rag search --json`."""
    passage = hit.passage
    return {
        "passage_id": passage.id,
        "document_id": passage.document_id,
        "source": passage.source,
        "title": passage.title,
        "page": passage.page,
        "headings": list(passage.headings),
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "score": hit.score,
        "dense_rank": hit.dense_rank,
        "lexical_rank": hit.lexical_rank,
        "reranked": hit.reranked,
    }


def of_answer(answer: Answer) -> dict[str, Any]:
    """`rag ask --json`."""
    return {
        "question": answer.question,
        "asked_as": answer.asked_as,
        "text": answer.text,
        "refusal": answer.refusal,
        "claims": [_claim(claim) for claim in answer.claims],
        "hits": [of_hit(hit) for hit in answer.hits],
        "nearest": [of_hit(hit) for hit in answer.nearest],
        "absent_terms": list(answer.absent_terms),
        "disagreements": [_disagreement(disagreement) for disagreement in answer.disagreements],
        "invented_marks": list(answer.invented_marks),
        "draft": answer.draft,
        "writer": answer.writer,
        "notice": answer.notice,
        "warnings": list(answer.warnings),
        "seconds": {stage: round(seconds, 4) for stage, seconds in answer.seconds.items()},
        "final": answer.final,
        "unfinished": answer.unfinished,
    }


def of_document(document: Document) -> dict[str, Any]:
    """`rag show --json` of a whole document."""
    return {
        "id": document.id,
        "source": document.source,
        "title": document.title,
        "kind": document.kind,
        "content_hash": document.content_hash,
        "text": document.text,
        "pages": list(document.pages),
        "page_labels": list(document.page_labels),
        "sections": [{"start": s.start, "headings": list(s.headings)} for s in document.sections],
        "furniture": [list(interval) for interval in document.furniture],
        "metadata": dict(document.metadata),
        "warnings": list(document.warnings),
    }


def of_health(health: Health) -> dict[str, Any]:
    """`rag repair --json`."""
    return {**asdict(health), "healthy": not health.problems}


def of_condition(condition: Condition) -> dict[str, Any]:
    """`rag doctor --json`."""
    return {
        **of_health(condition.health),
        "conversations": condition.conversations,
        "embedder": condition.embedder,
        "roots": list(condition.roots),
        "last_sync": condition.last_sync,
        "last_heal": condition.last_heal,
        "bytes": condition.bytes,
        "versions": condition.versions,
    }


def of_backup(backup: Backup) -> dict[str, Any]:
    """`rag backup --json` and `rag restore --json`."""
    return asdict(backup)


def of_verdict(verdict: Verdict) -> dict[str, Any]:
    """A verdict in JSON; where nothing was measured the score is one half."""
    score = _NOT_MEASURED if verdict.score is None else verdict.score
    return {
        "support": verdict.support,
        "confidence": round(verdict.confidence, 4),
        "score": round(score, 6),
        "because": verdict.because,
        "lacking": [list(interval) for interval in verdict.lacking],
        "judge": verdict.judge,
    }


def _claim(claim: Claim) -> dict[str, Any]:
    return {
        "text": claim.text,
        "start": claim.start,
        "end": claim.end,
        "citations": [_citation(citation) for citation in claim.citations],
        "verdict": asdict(claim.verdict),
    }


def _citation(citation: Citation) -> dict[str, Any]:
    return {
        "mark": citation.mark,
        "document_id": citation.passage.document_id,
        "source": citation.passage.source,
        "title": citation.passage.title,
        "page": citation.page,
        "start": citation.start,
        "end": citation.end,
        "quote": citation.quote,
    }


def _disagreement(disagreement: Disagreement) -> dict[str, Any]:
    return {
        "about": disagreement.about,
        "values": [
            {"value": value.value, "date": value.date, "citation": _citation(value.citation)}
            for value in disagreement.values
        ],
    }
