"""What each command does: results on stdout, progress and remarks on stderr."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rag import as_json
from rag.assistant import Assistant
from rag.citations import printable, with_footnotes
from rag.errors import RagError
from rag.library import Library
from rag.settings import Settings
from rag.terms import whole_characters
from rag.types import Hit, SyncReport


def sync(options: Namespace) -> int:
    """`rag sync`."""
    with _library(options) as library:
        if not options.paths and not library.roots():
            raise RagError("Nothing was synced into this store yet. Name a folder: rag sync FOLDER")
        _say_report(library.sync(*options.paths, progress=True), options.json)
        if options.watch:
            for _ in _changes(library):
                _say_report(library.sync(*options.paths), options.json)
    return 0


def search(options: Namespace) -> int:
    """`rag search`."""
    _one_of(options, "query")
    with _library(options) as library:
        k = options.k or library.settings.passages
        filters = options.source, dict(options.where)
        if options.batch is not None:
            for number, row in _rows(options.batch):
                hits = library.search(_field(row, "text", number), k, *filters)
                _line({"id": row.get("id"), "hits": [as_json.of_hit(hit) for hit in hits]})
            return 0
        hits = library.search(options.query, k, *filters)
        if options.json:
            _document([as_json.of_hit(hit) for hit in hits])
        else:
            _out("\n\n".join(map(_hit, hits)) or "Nothing was found.")
    return 0


def ask(options: Namespace) -> int:
    """`rag ask`."""
    _one_of(options, "question")
    with _library(options) as library:
        assistant = Assistant(library, k=options.k, sources=options.source, metadata=dict(options.where))
        if options.batch is not None:
            for number, row in _rows(options.batch):
                answer = assistant.ask(_field(row, "question", number))
                _line({"id": row.get("id"), **as_json.of_answer(answer)})
            return 0
        answer = assistant.ask(options.question)
        if options.json:
            _document(as_json.of_answer(answer))
        else:
            _out(with_footnotes(answer))
    return 0


def show(options: Namespace) -> int:
    """`rag show`."""
    with _library(options, any_embedder=True) as library:
        document = library.document(options.name)
        start = options.start or 0
        end = len(document.text) if options.end is None else options.end
        if not start <= end <= len(document.text):
            raise RagError(
                f"{document.source} has {len(document.text):,} characters: --start and --end must be in order and"
                " within them."
            )
        part = document.text[start:end]
        if options.json:
            _document({**as_json.of_document(document), "text": part, "start": start, "end": end})
        else:
            _out(part)
    return 0


def doctor(options: Namespace) -> int:
    """`rag doctor`: 1 where something is wrong."""
    with _library(options, any_embedder=True) as library:
        health = library.doctor()
    if options.json:
        _document(as_json.of_health(health))
    else:
        _out(
            f"{health.documents:,} documents, {health.passages:,} passages in the catalogue,"
            f" {health.dense:,} in the vector index, {health.lexical:,} in the word index."
        )
        for line in (*health.problems, health.healed):
            if line:
                _out(line)
        _out("To put this right: rag repair" if health.problems else "The three agree.")
    return 1 if health.problems else 0


def repair(options: Namespace) -> int:
    """`rag repair`."""
    with _library(options, any_embedder=True) as library:
        if options.embed:
            library.embed_anew(progress=True)
        health = library.repair()
    if options.json:
        _document(as_json.of_health(health))
    else:
        _out(f"Both indexes were made anew: {health.passages:,} passages of {health.documents:,} documents.")
    return 1 if health.problems else 0


def forget(options: Namespace) -> int:
    """`rag forget`."""
    with _library(options, any_embedder=True) as library:
        sources = library.forget(options.name)
    if options.json:
        _document({"forgotten": sources})
    else:
        _out(f"Forgotten: {', '.join(sources[:10])}{f' and {len(sources) - 10} more' if len(sources) > 10 else ''}")
    return 0


def chat(options: Namespace) -> int:
    """`rag chat`: as `python app.py`, which is beside this package, with the sample corpus, in a checkout."""
    from rag.ui import launch

    checkout = Path(__file__).parents[1]
    sample = checkout / "corpus" if (checkout / "app.py").is_file() else None
    launch(Settings.from_environment(store=options.store), host=options.host, port=options.port, sample=sample)
    return 0


# -- what the commands share


def _library(options: Namespace, *, any_embedder: bool = False) -> Library:
    return Library(Settings.from_environment(store=options.store), any_embedder=any_embedder)


def _one_of(options: Namespace, name: str) -> None:
    if (getattr(options, name) is None) == (options.batch is None):
        sys.stderr.write(f"rag {options.command}: give either a {name} or --batch FILE\n")
        sys.exit(2)


def _rows(name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a JSON Lines file with their line numbers."""
    try:
        # A byte that is not UTF-8 becomes a mark, in which no question turns on it.
        file = sys.stdin if name == "-" else open(name, encoding="utf-8-sig", errors="replace")  # noqa: SIM115  closed below
    except OSError as problem:
        raise RagError(f"{name} cannot be read ({problem.strerror}).") from problem
    with file:
        for number, line in enumerate(file, start=1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError as problem:
                raise RagError(f"Line {number} of {name} is not JSON ({problem}).") from problem
            if not isinstance(row, dict):
                raise RagError(f"Line {number} of {name} is not a JSON object.")
            yield number, row


def _field(row: dict[str, Any], name: str, number: int) -> str:
    if not isinstance(row.get(name), str):
        raise RagError(f'Line {number} has no text under "{name}".')
    return whole_characters(row[name])


def _changes(library: Library) -> Iterator[None]:
    """Waits, and comes back each time something under the synced folders has changed."""
    from watchfiles import watch

    sys.stderr.write("Watching for changes; stop with Ctrl-C.\n")
    for _ in watch(*library.roots(), debounce=1000, raise_interrupt=True):
        yield


def _say_report(report: SyncReport, as_document: bool) -> None:
    if as_document:
        _document(as_json.of_report(report))
        return
    for kind, problems in (("not read", report.unreadable), ("note", report.warnings)):
        for problem in problems:
            sys.stderr.write(f"{kind}: {printable(problem.source)}: {problem.reason}\n")
    _out(
        f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged, {len(report.unreadable):,} not read."
        f" The library holds {report.documents:,} documents in {report.passages:,} passages ({report.seconds:.1f} s)."
    )


def _hit(hit: Hit) -> str:
    passage = hit.passage
    place = ", ".join(filter(None, [passage.title, f"page {passage.page}" if passage.page else ""]))
    return f"{hit.score:.2f}  {place}  ({printable(passage.source)})\n{passage.text}"


def _document(value: Any) -> None:
    _out(json.dumps(value, ensure_ascii=False, indent=1))


def _line(value: Any) -> None:
    _out(json.dumps(value, ensure_ascii=False))
    sys.stdout.flush()


def _out(text: str) -> None:
    # Lone surrogates of strange file names must not break the stream.
    sys.stdout.write(text.encode("utf-8", "backslashreplace").decode() + "\n")
