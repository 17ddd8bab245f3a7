"""The commands on a store: what goes into it, what is found in it, what is wrong with it."""

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Iterator

from rag import as_json
from rag.citations.footnotes import printable
from rag.commands.shared import field, one_of, open_library, rows, write, write_document, write_line
from rag.errors import RagError
from rag.library import Library
from rag.types import Hit, SyncReport, document_id_of


def sync(options: Namespace) -> int:
    """`rag sync`."""
    with open_library(options) as library:
        if not options.paths and not library.roots():
            raise RagError("Nothing was synced into this store yet. Name a folder: rag sync FOLDER")
        _say_report(library.sync(*options.paths, progress=True), options.json)
        if options.watch:
            for _ in _changes(library):
                _say_report(library.sync(*options.paths), options.json)
    return 0


def search(options: Namespace) -> int:
    """`rag search`."""
    one_of(options, "query")
    with open_library(options) as library:
        k = options.k or library.settings.passages
        filters = options.source, dict(options.where)
        if options.batch is not None:
            for number, row in rows(options.batch):
                hits = library.search(field(row, "text", number), k, *filters)
                write_line({"id": row.get("id"), "hits": [as_json.of_hit(hit) for hit in hits]})
            return 0
        hits = library.search(options.query, k, *filters)
        if options.json:
            write_document([as_json.of_hit(hit) for hit in hits])
        else:
            write("\n\n".join(map(_hit, hits)) or "Nothing was found.")
    return 0


def show(options: Namespace) -> int:
    """`rag show`."""
    with open_library(options, any_embedder=True) as library:
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
            write_document({**as_json.of_document(document), "text": part, "start": start, "end": end})
        else:
            write(part)
    return 0


def doctor(options: Namespace) -> int:
    """`rag doctor`: 1 where something is wrong."""
    with open_library(options, any_embedder=True) as library:
        health = library.doctor()
    if options.json:
        write_document(as_json.of_health(health))
    else:
        write(
            f"{health.documents:,} documents, {health.passages:,} passages in the catalogue,"
            f" {health.dense:,} in the vector index, {health.lexical:,} in the word index."
        )
        for line in (*health.problems, health.healed):
            if line:
                write(line)
        write("To put this right: rag repair" if health.problems else "The three agree.")
    return 1 if health.problems else 0


def repair(options: Namespace) -> int:
    """`rag repair`."""
    with open_library(options, any_embedder=True) as library:
        if options.embed:
            library.embed_anew(progress=True)
        health = library.repair()
    if options.json:
        write_document(as_json.of_health(health))
    else:
        write(f"Both indexes were made anew: {health.passages:,} passages of {health.documents:,} documents.")
    return 1 if health.problems else 0


def forget(options: Namespace) -> int:
    """`rag forget`."""
    with open_library(options, any_embedder=True) as library:
        sources = library.forget(options.name)
        quoting = library.conversations.quoting(document_id_of(source) for source in sources)
    if quoting:
        titles = ", ".join(head.title or head.id for head in quoting[:5])
        held = "1 conversation still holds" if len(quoting) == 1 else f"{len(quoting)} conversations still hold"
        sys.stderr.write(f"{held} words of it: {titles}. To remove one: rag conversation NAME --delete\n")
    if options.json:
        write_document({"forgotten": sources})
    else:
        write(f"Forgotten: {', '.join(sources[:10])}{f' and {len(sources) - 10} more' if len(sources) > 10 else ''}")
    return 0


def _changes(library: Library) -> Iterator[None]:
    """Waits, and comes back each time something under the synced folders has changed."""
    from watchfiles import watch

    sys.stderr.write("Watching for changes; stop with Ctrl-C.\n")
    for _ in watch(*library.roots(), debounce=1000, raise_interrupt=True):
        yield


def _say_report(report: SyncReport, as_document: bool) -> None:
    if as_document:
        write_document(as_json.of_report(report))
        return
    for kind, problems in (("not read", report.unreadable), ("note", report.warnings)):
        for problem in problems:
            sys.stderr.write(f"{kind}: {printable(problem.source)}: {problem.reason}\n")
    write(
        f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged, {len(report.unreadable):,} not read."
        f" The library holds {report.documents:,} documents in {report.passages:,} passages ({report.seconds:.1f} s)."
    )


def _hit(hit: Hit) -> str:
    passage = hit.passage
    place = ", ".join(filter(None, [passage.title, f"page {passage.page}" if passage.page else ""]))
    return f"{hit.score:.2f}  {place}  ({printable(passage.source)})\n{passage.text}"
