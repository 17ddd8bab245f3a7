"""A conversation as JSON, to be kept and to be checked against a library later (`rag verify`).

Each answer has the keys of `rag ask --json`, and each citation the content hash of its document and
where its words stood. Other programs rely on the form: a change that breaks them raises FORMAT.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rag import as_json
from rag.conversations import Conversation, KeptTurn, Standing, Standings, Whereabouts
from rag.errors import RagError
from rag.exports.dates import stamp
from rag.types import Citation

FORMAT = 1
_LARGEST = 256 * 2**20
"""Bytes of an export that is read: a conversation of ten thousand turns is smaller."""


def as_record(conversation: Conversation, standings: Standings) -> dict[str, Any]:
    """The conversation as what `json.dumps` takes. A lone surrogate in it needs `ensure_ascii`."""
    return {
        "footnote_export": FORMAT,
        "looked_up_at": stamp(standings.at),
        "conversation": {
            "id": conversation.id,
            "title": conversation.title,
            "created_at": stamp(conversation.created_at),
            "updated_at": stamp(conversation.updated_at),
        },
        "turns": [_turn(turn, standings) for turn in conversation.turns],
    }


def read_record(path: Path) -> dict[str, Any]:
    """The JSON object in a file. Raises RagError where there is none; what is in it `verify` checks."""
    try:
        size = path.stat().st_size
        content = path.read_bytes() if size <= _LARGEST else b""
    except OSError as problem:
        raise RagError(f"{path} cannot be read ({problem.strerror}).") from problem
    if size > _LARGEST:
        raise RagError(f"{path} has {size / 2**20:,.0f} MB: it is no export, or one of more than {_LARGEST >> 20} MB.")
    try:
        record = json.loads(content.decode("utf-8-sig"))
    except RecursionError:
        raise RagError(f"{path} is no export: it is nested too deeply.") from None
    except ValueError as problem:  # not UTF-8, not JSON, or a number too long to be one
        raise RagError(f"{path} is not JSON ({str(problem)[:200]}).") from problem
    if not isinstance(record, dict):
        raise RagError(f"{path} is no export: it holds no JSON object.")
    return record


def _turn(turn: KeptTurn, standings: Standings) -> dict[str, Any]:
    answer = turn.answer
    written = as_json.of_answer(answer)
    del written["hits"]  # what was found and not shown is no part of what was said
    for claim, shown in zip(answer.claims, written["claims"], strict=True):
        for citation, entry in zip(claim.citations, shown["citations"], strict=True):
            entry |= _evidence(turn, citation, standings)
    for disagreement, shown in zip(answer.disagreements, written["disagreements"], strict=True):
        for value, side in zip(disagreement.values, shown["values"], strict=True):
            side["citation"] |= _evidence(turn, value.citation, standings)
    return {
        "number": turn.number,
        "asked_at": stamp(turn.asked_at),
        **written,
        "question": turn.question,
    }


def _evidence(turn: KeptTurn, citation: Citation, standings: Standings) -> dict[str, Any]:
    return {
        "headings": list(citation.passage.headings),
        "content_hash": turn.hashes.get(citation.passage.document_id) or None,
        "standing": _standing(standings.of(turn, citation)),
    }


def _standing(standing: Standing) -> dict[str, Any]:
    stood: dict[str, Any] = {"whereabouts": standing.whereabouts, "because": standing.because}
    if standing.whereabouts is Whereabouts.MOVED:
        stood |= {
            "document_id": standing.document_id,
            "source": standing.source,
            "title": standing.title,
            "page": standing.page,
            "start": standing.start,
            "end": standing.end,
        }
    return stood
