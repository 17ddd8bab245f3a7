"""The command that checks sentences against sources: any text, no store needed."""

from __future__ import annotations

import re
import time
from argparse import Namespace
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rag import as_json
from rag.citations.footnotes import printable
from rag.commands.markdown import prose, without_marks
from rag.commands.shared import field, rows
from rag.errors import RagError, UnreadableDocument
from rag.grounding.card import known_error
from rag.grounding.judges import Judge, Pair, rank
from rag.grounding.loading import load_judge
from rag.progress import counted
from rag.reading.encoding import decode
from rag.reading.worker import Worker
from rag.sentences import sentences
from rag.settings import Settings
from rag.terminal import Terminal
from rag.terms import terms, whole_characters
from rag.types import Document, Interval, Support, Verdict

_AT_ONCE = 64
_MOST_AT_ONCE = 4_000_000  # characters of sources
_TOGETHER = 16  # sentences of an answer that are judged at once
_EVERY = 5.0  # seconds between lines that tell of a batch
_COMPARED = 4  # sources, those that share most with a sentence, each of which is asked alone
_MARKDOWN = (".md", ".markdown")
_CITED = re.compile(r"\[\^?\d{1,3}(?:[,;–-][ ]?\^?\d{1,3}){0,20}\]")
_SUPPORTS = (Support.SUPPORTED, Support.PARTLY, Support.UNSUPPORTED, Support.CONTRADICTED, Support.UNCHECKED)


@dataclass(frozen=True, slots=True)
class _Source:
    name: str
    text: str


def check(options: Namespace, terminal: Terminal) -> int:
    """`rag check`: 0 where all is supported, 1 where something is not, or for a problem that a message explains."""
    given = [options.claim is not None, options.batch is not None, options.answer is not None]
    if sum(given) != 1:
        return _wrong(terminal, "give one of a CLAIM, --answer FILE and --batch FILE")
    if options.batch is not None:
        if options.source or options.text:
            return _wrong(terminal, 'with --batch, each line has its own "source"')
        judge = load_judge(Settings.from_environment())
        return _batch(options.batch, judge, terminal)
    if not (options.source or options.text):
        return _wrong(terminal, "give at least one --source FILE or --text TEXT to check against")
    settings = Settings.from_environment()
    sources = [*_sources(options.source, settings), *(_Source("--text", whole_characters(t)) for t in options.text)]
    judge = load_judge(settings)
    if options.answer is not None:
        return _answer(options, sources, judge, settings, terminal)
    claim = whole_characters(options.claim)
    verdict, name = _judged([claim], sources, judge)[0]
    if options.json:
        terminal.write_document({"claim": claim, **as_json.of_verdict(verdict), "source": name})
    else:
        terminal.write(_told(claim, verdict, name if len(sources) > 1 else ""))
    return 0 if verdict.support is Support.SUPPORTED else 1


def _wrong(terminal: Terminal, message: str) -> int:
    terminal.err(f"rag check: {message}\n")
    return 2


# -- many pairs


def _batch(name: str, judge: Judge, terminal: Terminal) -> int:
    done, last = 0, time.monotonic()
    for chunk in _chunks(_pairs(name, terminal)):
        verdicts = judge.verdicts([pair for _, pair in chunk])
        for (row_id, _), verdict in zip(chunk, verdicts, strict=True):
            terminal.write_line({"id": row_id, **as_json.of_verdict(verdict)})
        done += len(chunk)
        if time.monotonic() - last >= _EVERY:
            last = time.monotonic()
            terminal.err(f"{done:,} checked\n")
    return 0


def _pairs(name: str, terminal: Terminal) -> Iterator[tuple[Any, Pair]]:
    for number, row in rows(name, terminal):
        yield row.get("id"), _pair(field(row, "claim", number), _evidence(row, number))


def _chunks(found: Iterator[tuple[Any, Pair]]) -> Iterator[list[tuple[Any, Pair]]]:
    """As many as are judged at once; what came before a broken line is answered before that is told of."""
    chunk: list[tuple[Any, Pair]] = []
    size = 0
    try:
        for row_id, pair in found:
            chunk.append((row_id, pair))
            size += sum(map(len, pair.evidence))
            if len(chunk) == _AT_ONCE or size > _MOST_AT_ONCE:
                yield chunk
                chunk, size = [], 0
    except RagError:
        yield chunk
        raise
    yield chunk


def _evidence(row: dict[str, Any], number: int) -> tuple[str, ...]:
    source = row.get("source")
    if isinstance(source, list) and all(isinstance(text, str) for text in source):
        return tuple(whole_characters(text) for text in source)
    return (field(row, "source", number),)


def _pair(claim: str, evidence: tuple[str, ...]) -> Pair:
    """Marks of citations, such as [1], state nothing: unless a source has them, the judge reads spaces instead."""

    def blank(mark: re.Match[str]) -> str:
        return mark.group() if any(mark.group() in text for text in evidence) else " " * len(mark.group())

    return Pair(_CITED.sub(blank, claim), evidence)


# -- one claim, or a text sentence by sentence


def _sources(paths: Sequence[Path], settings: Settings) -> Iterator[_Source]:
    """The texts of files, read in a worker with the limits of a sync."""
    with Worker(settings) as worker:
        for path in paths:
            yield from (_Source(document.source, document.text) for document in _read(path, worker))


def _read(path: Path, worker: Worker) -> Iterator[Document]:
    if not path.is_file():
        raise RagError(f"{path} is not a file.")
    try:
        for found in worker.read(path.resolve(), str(path)):
            if not isinstance(found, Document):
                raise RagError(f"{found.source} cannot be read: {found.reason}")
            yield found
    except UnreadableDocument as problem:
        raise RagError(f"{path} cannot be read: {problem}") from problem


def _answer(
    options: Namespace, sources: Sequence[_Source], judge: Judge, settings: Settings, terminal: Terminal
) -> int:
    text, places = _stated(options.answer, settings)
    bare = without_marks(text) if options.answer.suffix.lower() in _MARKDOWN else text
    verdicts = _judged([bare[start:end] for start, end in places], sources, judge)
    counts = Counter(verdict.support for verdict, _ in verdicts)
    if options.json:
        terminal.write_document(_document(text, places, verdicts, counts))
    else:
        for (start, end), (verdict, name) in zip(places, verdicts, strict=True):
            terminal.write(_told(text[start:end], verdict, name if len(sources) > 1 else "") + "\n")
        told = ", ".join(f"{counts[support]} {_plain(support)}" for support in Support if counts[support])
        terminal.write(f"{len(places)} sentence{'' if len(places) == 1 else 's'}: {told or 'nothing to check'}")
        if not settings.judge:
            terminal.write(known_error())
    return 0 if counts.keys() <= {Support.SUPPORTED} else 1


def _stated(path: Path, settings: Settings) -> tuple[str, list[Interval]]:
    """The text of a file and its sentences, without headings; of Markdown the very text, and without code."""
    headings: set[str] = set()
    if path.suffix.lower() in _MARKDOWN:
        text = _text(path, settings)
        places = prose(text)
    else:
        with Worker(settings) as worker:
            documents = list(_read(path, worker))
        text = "\n\n".join(document.text for document in documents)
        headings = {heading for document in documents for section in document.sections for heading in section.headings}
        places = sentences(text)
    return text, [(start, end) for start, end in places if text[start:end] not in headings and terms(text[start:end])]


def _text(path: Path, settings: Settings) -> str:
    try:
        if path.stat().st_size > settings.max_file_mb << 20:
            raise RagError(f"{path} is larger than {settings.max_file_mb} MB. Split it, or raise RAG_MAX_FILE_MB.")
        return decode(path.read_bytes())
    except OSError as problem:
        raise RagError(f"{path} cannot be read ({problem.strerror}).") from problem
    except UnreadableDocument as problem:
        raise RagError(f"{path} cannot be read: {problem}") from problem


def _document(
    text: str, places: Sequence[Interval], verdicts: Sequence[tuple[Verdict, str]], counts: Counter[Support]
) -> dict[str, Any]:
    return {
        "sentences": [
            {"text": text[start:end], "start": start, "end": end, **as_json.of_verdict(verdict), "source": name}
            for (start, end), (verdict, name) in zip(places, verdicts, strict=True)
        ],
        "counts": {support: counts[support] for support in _SUPPORTS},
    }


def _judged(claims: Sequence[str], sources: Sequence[_Source], judge: Judge) -> list[tuple[Verdict, str]]:
    """For each claim the verdict on all sources together, or on that alone which supports it best; and its name."""
    held = [set(terms(source.text)) for source in sources]
    everything = tuple(source.text for source in sources)
    found = []
    with counted("sentences checked", len(claims)) as advance:
        for begin in range(0, len(claims), _TOGETHER):
            group = claims[begin : begin + _TOGETHER]
            nearest = [_nearest(claim, held) for claim in group]
            pairs = [_pair(claim, everything) for claim in group]
            if len(sources) > 1:
                of_group = zip(group, nearest, strict=True)
                pairs += [_pair(claim, (sources[number].text,)) for claim, order in of_group for number in order]
            verdicts = judge.verdicts(pairs)
            alone = iter(verdicts[len(group) :])
            for together, order in zip(verdicts, nearest, strict=False):
                each = [next(alone) for _ in order] if len(sources) > 1 else [together]
                ranks = [rank(verdict) for verdict in each]
                best = ranks.index(max(ranks))
                found.append((_better(together, each[best]), sources[order[best]].name))
                advance()
    return found


def _nearest(claim: str, held: Sequence[set[str]]) -> list[int]:
    """The numbers of the sources that share most terms with a claim, at least one."""
    asked = set(terms(claim))
    shared = [len(asked & terms_of_source) for terms_of_source in held]
    return sorted(range(len(held)), key=shared.__getitem__, reverse=True)[:_COMPARED]


def _better(together: Verdict, alone: Verdict) -> Verdict:
    """The verdict that says more for a claim; that one source cannot be checked says nothing of all of them."""
    return together if alone.support is Support.UNCHECKED else max(together, alone, key=rank)


def _told(claim: str, verdict: Verdict, source: str) -> str:
    """The claim with what lacks support in brackets, the verdict and its reason."""
    shown, at = [], 0
    for start, end in verdict.lacking:
        shown += [claim[at:start], "[", claim[start:end], "]"]
        at = end
    line = f"{_plain(verdict.support).capitalize()}: {verdict.because}"
    return "".join([*shown, claim[at:]]) + f"\n    {line}" + (f" ({printable(source)})" if source else "")


def _plain(support: Support) -> str:
    return {Support.PARTLY: "partly supported", Support.UNCHECKED: "not checked"}.get(support, support.lower())
