"""The commands on a store: what goes into it, what is found in it, what is wrong with it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator

from rag import as_json
from rag.backup import restore as restored
from rag.citations.footnotes import printable
from rag.commands.shared import field, library_of, named, rows
from rag.errors import RagError
from rag.library import Library
from rag.terminal import Terminal
from rag.types import Hit, SyncReport, document_id_of


def sync(options: Namespace, terminal: Terminal) -> int:
    """`rag sync`."""
    paths = [terminal.folder / path for path in options.paths]
    with library_of(options, terminal) as library:
        if not paths and not library.roots():
            raise RagError("Nothing was synced into this store yet. Name a folder: rag sync FOLDER")
        with terminal.progress() as watch:
            report = library.sync(*paths, progress=watch)
        _say_report(report, options.json, terminal)
        if options.watch:
            for _ in _changes(library, terminal):
                _say_report(library.sync(*paths), options.json, terminal)
    return 0


def search(options: Namespace, terminal: Terminal) -> int:
    """`rag search`."""
    with library_of(options, terminal) as library:
        k = options.k or terminal.settings(options.store).passages
        filters = options.source, dict(options.where)
        if options.batch is not None:
            for number, row in rows(options.batch, terminal):
                hits = library.search(field(row, "text", number), k, *filters)
                terminal.write_line({"id": row.get("id"), "hits": [as_json.of_hit(hit) for hit in hits]})
            return 0
        hits = library.search(options.query, k, *filters)
        if options.json:
            terminal.write_document([as_json.of_hit(hit) for hit in hits])
        else:
            terminal.write("\n\n".join(map(_hit, hits)) or "Nothing was found.")
    return 0


def show(options: Namespace, terminal: Terminal) -> int:
    """`rag show`."""
    with library_of(options, terminal, any_embedder=True) as library:
        document = named(options.name, terminal, library.document)
        start = options.start or 0
        end = len(document.text) if options.end is None else options.end
        if not start <= end <= len(document.text):
            raise RagError(
                f"{document.source} has {len(document.text):,} characters: --start and --end must be in order and"
                " within them."
            )
        part = document.text[start:end]
        if options.json:
            terminal.write_document({**as_json.of_document(document), "text": part, "start": start, "end": end})
        else:
            terminal.write(part)
    return 0


def doctor(options: Namespace, terminal: Terminal) -> int:
    """`rag doctor`: 1 where something is wrong."""
    with library_of(options, terminal, any_embedder=True) as library:
        condition = library.condition()
    health = condition.health
    if options.json:
        terminal.write_document(as_json.of_condition(condition))
    else:
        terminal.write(
            f"{health.documents:,} documents, {health.passages:,} passages in the catalogue,"
            f" {health.dense:,} in the vector index, {health.lexical:,} in the word index."
        )
        for line in (*health.problems, health.healed):
            if line:
                terminal.write(line)
        terminal.write("To put this right: rag repair" if health.problems else "The three agree.")
    return 1 if health.problems else 0


def repair(options: Namespace, terminal: Terminal) -> int:
    """`rag repair`."""
    with library_of(options, terminal, any_embedder=True) as library:
        if options.embed:
            with terminal.progress() as watch:
                library.embed_anew(progress=watch)
        health = library.repair()
    if options.json:
        terminal.write_document(as_json.of_health(health))
    else:
        terminal.write(f"Both indexes were made anew: {health.passages:,} passages of {health.documents:,} documents.")
    return 1 if health.problems else 0


def backup(options: Namespace, terminal: Terminal) -> int:
    """`rag backup`."""
    path = terminal.folder / options.file
    with library_of(options, terminal, any_embedder=True) as library:
        made = library.back_up(path)
    if options.json:
        terminal.write_document(as_json.of_backup(made))
    else:
        terminal.write(
            f"Written: {path} ({made.bytes / 1e6:,.1f} MB): {made.documents:,} documents, {made.passages:,} passages,"
            f" {made.conversations:,} conversations."
        )
    return 0


def restore(options: Namespace, terminal: Terminal) -> int:
    """`rag restore`."""
    store = terminal.settings(options.store).store
    made = restored(terminal.folder / options.file, store, replace=options.replace)
    if options.json:
        terminal.write_document(as_json.of_backup(made))
    else:
        terminal.write(
            f"Restored to {store}, as of {made.made_at}: {made.documents:,} documents, {made.passages:,} passages,"
            f" {made.conversations:,} conversations."
        )
    return 0


def forget(options: Namespace, terminal: Terminal) -> int:
    """`rag forget`."""
    with library_of(options, terminal, any_embedder=True) as library:
        sources = named(options.name, terminal, library.forget)
        quoting = library.conversations.quoting(document_id_of(source) for source in sources)
    if quoting:
        titles = ", ".join(head.title or head.id for head in quoting[:5])
        held = "1 conversation still holds" if len(quoting) == 1 else f"{len(quoting)} conversations still hold"
        terminal.err(f"{held} words of it: {titles}. To remove one: rag conversation NAME --delete\n")
    if options.json:
        terminal.write_document({"forgotten": sources})
    else:
        more = f" and {len(sources) - 10} more" if len(sources) > 10 else ""
        terminal.write(f"Forgotten: {', '.join(sources[:10])}{more}")
    return 0


def _changes(library: Library, terminal: Terminal) -> Iterator[None]:
    """Waits, and comes back each time something under the synced folders has changed."""
    from watchfiles import watch

    terminal.err("Watching for changes; stop with Ctrl-C.\n")
    for _ in watch(*library.roots(), debounce=1000, raise_interrupt=True, stop_event=terminal.stopped):
        yield


def _say_report(report: SyncReport, as_document: bool, terminal: Terminal) -> None:
    if as_document:
        terminal.write_document(as_json.of_report(report))
        return
    for kind, problems in (("not read", report.unreadable), ("note", report.warnings)):
        for problem in problems:
            terminal.err(f"{kind}: {printable(problem.source)}: {problem.reason}\n")
    terminal.write(
        f"{report.added:,} added, {report.changed:,} changed, {report.removed:,} removed,"
        f" {report.unchanged:,} unchanged, {len(report.unreadable):,} not read."
        f" The library holds {report.documents:,} documents in {report.passages:,} passages ({report.seconds:.1f} s)."
    )


def _hit(hit: Hit) -> str:
    passage = hit.passage
    place = ", ".join(filter(None, [passage.title, f"page {passage.page}" if passage.page else ""]))
    return f"{hit.score:.2f}  {place}  ({printable(passage.source)})\n{passage.text}"
