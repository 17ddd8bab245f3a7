"""A case: a question, what a right answer states, and the words of the documents that it must rest on.

JSON Lines, one case a line, one file or more:

    {"id": "num-003", "kind": "number", "question": "…", "history": ["an earlier question", …],
     "facts": [["1.60 m", "160 cm"], …], "evidence": [[{"source": "reports/a.docx", "quote": "…"}, …], …],
     "note": "…", "second_reading": "…"}

Every fact is to be stated; a fact is a list of forms, any of which will do. Every group of the evidence is needed;
a group is a list of quotes, any of which will do. A source is a path below the corpus, or the end of one. `kind` is
one of KINDS; "seen": the case may have been looked at while the product's rules were made. A case that is to be
refused has no facts, and evidence only where the documents contradict what it takes for granted. Further fields
belong to a kind: "speaker" (opinion), "values" (disagreement), "contradicted" (false premise), "canary", "hostile" and
"poison" (attack).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import rag

ANSWERED = (
    "single fact",
    "number",
    "date",
    "table look-up",
    "list",
    "comparison",
    "two-hop",
    "superseded",
    "disagreement",
    "opinion",
    "follow-up",
    "attack",
)
REFUSED = ("topic absent", "near miss", "false premise")
KINDS = ANSWERED + REFUSED
_FIELDS = {
    *("id", "kind", "question", "history", "answer", "facts", "evidence", "note", "second_reading", "detail"),
    *("speaker", "values", "contradicted", "instead", "canary", "hostile", "poison", "attack", "outdated", "flat"),
    *("premise", "searched", "found", "wording", "seen"),
}


class MalformedCase(Exception):
    """A file of cases that cannot be used as it is; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Span:
    """An interval of one document."""

    document_id: str
    start: int
    end: int

    def overlap(self, document_id: str, start: int, end: int) -> int:
        """How many characters of it lie in this interval."""
        return max(0, min(self.end, end) - max(self.start, start)) if document_id == self.document_id else 0


@dataclass(frozen=True, slots=True)
class Quote:
    """Words of a document, and every place where they stand in it."""

    source: str
    text: str
    spans: tuple[Span, ...]

    def covered(self, document_id: str, start: int, end: int) -> float:
        """The largest share of it, at any of its places, that lies in this interval."""
        return max((span.overlap(document_id, start, end) / (span.end - span.start) for span in self.spans), default=0)


@dataclass(frozen=True, slots=True)
class Case:
    """One question with its gold."""

    id: str
    kind: str
    question: str
    history: tuple[str, ...] = ()
    answer: str = ""
    """A right answer in a sentence, for a reader and for asking the judge."""
    facts: tuple[tuple[str, ...], ...] = ()
    evidence: tuple[tuple[Quote, ...], ...] = ()
    detail: str = ""
    """A finer kind, for slices of a report."""
    speaker: str = ""
    values: tuple[tuple[str, Quote], ...] = ()
    contradicted: bool = False
    """Of a false premise: whether the documents say otherwise, rather than nothing."""
    canary: tuple[str, ...] = ()
    """What an attack wants to see in an answer."""
    hostile: tuple[Quote, ...] = ()
    """The words of an attack: nothing may rest on them."""
    poison: tuple[str, ...] = ()
    """A false value that an attack spreads: it may only be told beside the right one."""
    seen: bool = False
    """Whether it may have been looked at while the product's rules were made."""
    note: str = ""

    @property
    def is_answerable(self) -> bool:
        return self.kind in ANSWERED

    @property
    def cluster(self) -> str:
        """What it may rise or fall with: the first document of its evidence; without any, itself."""
        return self.evidence[0][0].source if self.evidence else self.id


@dataclass(frozen=True, slots=True)
class Suite:
    """The cases of a folder or file, in the order of their names, and a hash of what they say."""

    cases: tuple[Case, ...]
    sha256: str
    without_second_reading: tuple[str, ...] = field(default=())


def load(path: Path, library: rag.Library) -> Suite:
    """All cases of a file, or of the .jsonl files of a folder; every quote is looked up in the library.

    Raises MalformedCase, with the file and the line, for what is missing, unknown, said twice or not in the corpus.
    """
    files = sorted(path.glob("*.jsonl")) if path.is_dir() else [path]
    seen: dict[str, str] = {}
    texts: dict[str, rag.Document] = {}
    cases, hashed, unread = [], hashlib.sha256(), []
    for file, number, row in _rows(files, path):
        where = f"{file.name}, line {number}"
        case = _case(row, where, library, texts)
        if case.id in seen:
            raise MalformedCase(f"{where}: the id {case.id!r} is that of {seen[case.id]} already")
        seen[case.id] = where
        cases.append(case)
        if not str(row.get("second_reading", "")).strip():
            unread.append(case.id)
        hashed.update(json.dumps(row, sort_keys=True).encode())
    return Suite(tuple(cases), hashed.hexdigest(), tuple(unread))


SUITES = ("smoke", "full", "all")
OF_EACH = {"smoke": 4, "full": 40}
"""Cases of each kind in a suite; in "all" every one."""


def chosen(cases: Sequence[Case], suite: str) -> tuple[Case, ...]:
    """The cases of one of SUITES: so many of each kind, spread over those that were never looked at, then others."""
    few = []
    for kind in KINDS:
        of_kind = [case for case in cases if case.kind == kind]
        unseen = [case for case in of_kind if not case.seen]
        most = OF_EACH.get(suite, len(of_kind))
        spread = [unseen[number * len(unseen) // most] for number in range(most)] if len(unseen) > most else unseen
        few += spread + [case for case in of_kind if case.seen][: most - len(spread)]
    return tuple(few)


def _rows(files: Sequence[Path], path: Path) -> Iterator[tuple[Path, int, Mapping[str, Any]]]:
    found = False
    for file in files:
        try:
            lines = file.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as problem:
            raise MalformedCase(f"{file} cannot be read: {problem}") from None
        for number, line in enumerate(lines, start=1):
            if line.strip():
                try:
                    row = json.loads(line)
                except ValueError as problem:
                    raise MalformedCase(f"{file.name}, line {number}: not JSON ({problem})") from None
                if not isinstance(row, dict):
                    raise MalformedCase(f"{file.name}, line {number}: not an object")
                found = True
                yield file, number, row
    if not found:
        raise MalformedCase(f"{path} holds no cases")


def _case(row: Mapping[str, Any], where: str, library: rag.Library, texts: dict[str, rag.Document]) -> Case:
    if unknown := sorted(row.keys() - _FIELDS):
        raise MalformedCase(f"{where}: unknown field {unknown[0]!r}; known are {', '.join(sorted(_FIELDS))}")
    for key in ("id", "kind", "question"):
        if not isinstance(row.get(key), str) or not row[key].strip():
            raise MalformedCase(f"{where}: no text under {key!r}")
    if row["kind"] not in KINDS:
        raise MalformedCase(f"{where}: the kind {row['kind']!r} is none of {', '.join(KINDS)}")

    def quote(given: Any) -> Quote:
        return _quote(given, where, library, texts)

    try:
        case = Case(
            id=row["id"],
            kind=row["kind"],
            question=row["question"],
            history=_texts(row.get("history", [])),
            answer=str(row.get("answer") or ""),
            facts=tuple(_texts(forms) for forms in row.get("facts", [])),
            evidence=tuple(tuple(quote(given) for given in group) for group in row.get("evidence", [])),
            detail=str(row.get("detail") or row.get("attack") or ""),
            speaker=str(row.get("speaker") or ""),
            values=tuple((str(given["value"]), quote(given)) for given in row.get("values", [])),
            contradicted=bool(row.get("contradicted", False)),
            canary=_texts(row.get("canary", [])),
            hostile=tuple(quote(given) for given in row.get("hostile", [])),
            poison=_texts(row.get("poison", [])),
            seen=bool(row.get("seen", False)),
            note=str(row.get("note") or ""),
        )
    except (TypeError, KeyError, AttributeError) as problem:
        raise MalformedCase(f"{where}: {type(problem).__name__}: {problem}") from None
    if case.is_answerable and not case.evidence:
        raise MalformedCase(f"{where}: a case of the kind {case.kind!r} needs evidence")
    if not all(case.evidence) or not all(case.facts):
        raise MalformedCase(f"{where}: an empty fact or group of evidence")
    return case


def _texts(given: Any) -> tuple[str, ...]:
    if not isinstance(given, list) or not all(isinstance(text, str) and text.strip() for text in given):
        raise TypeError(f"a list of texts is wanted, not {json.dumps(given)[:80]}")
    return tuple(given)


def _quote(given: Any, where: str, library: rag.Library, texts: dict[str, rag.Document]) -> Quote:
    source, words = given["source"], given["quote"]
    if not isinstance(source, str) or not isinstance(words, str) or not words.strip():
        raise MalformedCase(f"{where}: a quote needs a source and words")
    if source not in texts:
        try:
            texts[source] = library.document(source)
        except rag.RagError as problem:
            raise MalformedCase(f"{where}: {problem}") from None
    document = texts[source]
    spans, at = [], document.text.find(words)
    while at >= 0:
        spans.append(Span(document.id, at, at + len(words)))
        at = document.text.find(words, at + 1)
    if not spans:
        raise MalformedCase(f"{where}: {source} does not hold “{words}”")
    return Quote(source, words, tuple(spans))
