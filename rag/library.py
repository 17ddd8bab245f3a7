"""A library: the documents of one store, from a folder on disk to the passages of a question."""

from __future__ import annotations

import json
import os
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag import progress as shown_progress
from rag import removal
from rag.backup import Backup, back_up
from rag.catalogue import Listed
from rag.condition import Condition, condition_of
from rag.conversations import Conversations
from rag.errors import NotInStore, UnreadableDocument
from rag.logs import note
from rag.models import Embedder, Reranker, load_embedder, load_reranker
from rag.removal import Doomed, Removed
from rag.scan import source_of
from rag.search import Search
from rag.settings import Settings
from rag.store import Health, Store
from rag.sync import Progress, Sync, embed_anew
from rag.types import Document, Passage, SyncReport

if TYPE_CHECKING:
    from rag.llama import LibraryRetriever
    from rag.reading.pdf_picture import PageBox


class Library:
    """The documents of one store. Close it, or use it in a `with` block, to let others have the store.

    Opening raises StoreInUse where another process has it, StoreMismatch where another embedder
    made it (unless `any_embedder`), ModelError where the embedder cannot be loaded. `address`: where this
    process carries out the commands of others on the store.
    """

    def __init__(self, settings: Settings, *, any_embedder: bool = False, address: str = "") -> None:
        self.settings = settings
        self.embedder: Embedder = load_embedder(settings.embedder)
        reranker: Reranker | None = load_reranker(settings.reranker) if settings.reranker else None
        self.store = Store(settings.store, "" if any_embedder else self.embedder.fingerprint, address)
        self.catalogue = self.store.catalogue
        self.conversations = Conversations(self.catalogue)
        self.search = Search(self.store, self.embedder, reranker)
        self._syncing = threading.Lock()

    def sync(self, *paths: str | Path, progress: bool | Callable[[Progress], None] = False) -> SyncReport:
        """Brings the store in step with these folders and files; without any, with those synced before.

        What lies under a given folder and is gone from disk is forgotten. A file that cannot be read
        is reported and harms nothing. `progress`: True shows it on stderr, a function is told it.
        Raises RagError for a path that is not there.
        """
        roots = [Path(os.path.realpath(path)) for path in paths] or self.roots()
        with self._syncing, _watcher(progress) as watch:
            report = Sync(self.store, self.embedder, self.settings, watch).run(roots)
        self._remember_roots(roots)
        note(
            "synced",
            **{name: getattr(report, name) for name in ("added", "changed", "removed", "unchanged", "passages")},
            unreadable=len(report.unreadable),
            seconds=round(report.seconds, 3),
        )
        self.catalogue.remember(last_sync=time.strftime("%Y-%m-%dT%H:%M:%S%z"))
        return report

    def documents(self) -> list[Listed]:
        """All documents without their texts, by source."""
        return self.catalogue.documents()

    def document(self, name: str) -> Document:
        """The document with this id, source, path on this machine, or end of its source.

        Raises NotInStore, naming the candidates where several match.
        """
        return self.catalogue.document(self._find(name)[0])

    def passages_of(self, document_id: str) -> list[Passage]:
        """The passages of a document in order."""
        return self.catalogue.passages_of(document_id)

    def picture(self, document_id: str, page: int, scale: float = 2.0) -> bytes:
        """A page of a PDF, counted from 1, as PNG with so many pixels for a point.

        Raises NotInStore, and UnreadableDocument where it is no PDF, the file is gone or has no such page.
        """
        from rag.reading.pdf_picture import picture

        if self.document(document_id).kind != "pdf":
            raise UnreadableDocument("Only a PDF has pages that can be shown.")
        return picture(Path(os.fsdecode(self.catalogue.path_of(document_id))), page, scale)

    def boxes(self, document_id: str, start: int, end: int) -> list[PageBox]:
        """Where the document's text from `start` to `end` is seen on its pages; nothing for what is no PDF.

        Raises NotInStore, and UnreadableDocument where the file is gone or no longer holds that text.
        """
        from rag.reading.pdf_picture import page_boxes

        document = self.document(document_id)
        if document.kind != "pdf":
            return []
        return page_boxes(Path(os.fsdecode(self.catalogue.path_of(document_id))), document, start, end)

    def forget(self, name: str) -> list[str]:
        """Removes a document, or all documents of a folder or file. Returns their sources.

        Both indexes are made anew without them, because neither overwrites what it is told to drop.
        They come back with the next sync of a folder that holds them; a folder that was synced and is
        forgotten is no longer one that `sync()` goes to. Raises NotInStore.
        """
        with self._syncing:
            doomed = self._doomed(name)
            self._take_out(doomed)
        return list(doomed.documents.values())

    def remove(self, name: str) -> Removed:
        """As `forget`, but gives what was removed, for `put_back`: it is held in memory and nowhere else."""
        with self._syncing:
            doomed = self._doomed(name)
            removed = removal.copied(self.catalogue, doomed)
            self._take_out(doomed)
        return removed

    def put_back(self, removed: Removed) -> None:
        """Brings back what `remove` took, as it was: nothing is read or embedded, and its file may be gone.

        A document that has come back meanwhile, by a sync, stays as it is. The next sync of a folder
        that holds it forgets it if its file is gone. Raises StoreMismatch where the library was embedded
        anew by another model since.
        """
        with self._syncing:
            removal.put_back(self.store, removed)
            self._remember_roots(removed.roots)

    def condition(self) -> Condition:
        """What `doctor` finds, with sizes, versions, and when it was last synced and mended."""
        return condition_of(self.doctor(), self.catalogue, self.store.folder, self.roots())

    def back_up(self, file: str | Path) -> Backup:
        """Writes all that the library holds to a file, while it is used. Raises RagError where that cannot be."""
        return back_up(self.store, Path(file))

    def doctor(self) -> Health:
        """Compares the catalogue and its two indexes, passage by passage."""
        return self.store.examine()

    def repair(self) -> Health:
        """Makes both indexes anew from the catalogue, without embedding anything."""
        with self._syncing:
            self.store.rebuild()
        return self.store.examine()

    def embed_anew(self, progress: bool | Callable[[Progress], None] = False) -> None:
        """Splits and embeds every document for the model that the settings name."""
        with self._syncing, _watcher(progress) as watch:
            embed_anew(self.store, self.embedder, self.settings, watch)

    def as_retriever(self, k: int = 8) -> LibraryRetriever:
        """This library's search as a LlamaIndex retriever."""
        from rag.llama import LibraryRetriever

        return LibraryRetriever(lambda question: self.search(question, k))

    def close(self) -> None:
        """Lets go of the store, when what another thread is changing is done."""
        with self._syncing:
            self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- inside

    @property
    def _home(self) -> Path:
        return Path(os.path.realpath(self.store.folder)).parent

    def _cited(self, name: str) -> list[str]:
        """How a document or folder may be cited that is named as in a citation, or by its path from here."""
        stated = name.encode("utf-8", "backslashreplace").decode()
        try:
            return [stated, source_of(os.fsencode(os.path.realpath(name)), self._home)] if name else []
        except ValueError:  # no path can have this name
            return [stated]

    def _find(self, name: str) -> tuple[str, str]:
        found = next(filter(None, map(self.catalogue.find, self._cited(name))), [])
        if not found:
            raise NotInStore(f"There is no document {name} in the store {self.store.folder}.")
        if len(found) > 1:
            sources = ", ".join(source for _, source in found[:5])
            raise NotInStore(f"{len(found)} documents match {name}: {sources}. Name one in full.")
        return found[0]

    def _doomed(self, name: str) -> Doomed:
        """What this name stands for. Raises NotInStore where that is nothing, or one of several documents."""
        places = self._cited(name.rstrip("/") or name)
        listed = {document.id: document.source for document in self.catalogue.documents()}
        doomed = {document_id: source for document_id, source in listed.items() if _is_inside(source, places)}
        roots = [root for root in self.roots() if _is_at(source_of(os.fsencode(root), self._home), places)]
        if not doomed and not roots:
            document_id, source = self._find(name)
            doomed = {document_id: source}
            # A file that was synced by itself is no longer one that `sync()` goes to.
            roots = [root for root in self.roots() if source_of(os.fsencode(root), self._home) == source]
        origins = self.catalogue.origins()
        kept = {path for document_id, path, _ in origins if document_id not in doomed}
        touched = {path for document_id, path, _ in origins if document_id in doomed}
        # A file without a document, which could not be read, goes with its folder.
        bare = {
            path for path, file in self.catalogue.files().items() if not file.documents and _is_at(file.source, places)
        }
        return Doomed(doomed, sorted((touched - kept) | bare), sorted(touched & kept), roots)

    def _take_out(self, doomed: Doomed) -> None:
        removal.take_out(self.store, doomed)
        self._keep_roots([root for root in self.roots() if root not in doomed.roots])

    def roots(self) -> list[Path]:
        """The folders and files that were synced."""
        return [Path(path) for path in json.loads(self.catalogue.recall("roots") or "[]")]

    def _remember_roots(self, roots: Sequence[Path]) -> None:
        known = self.roots()
        known += [root for root in roots if root not in known]
        self._keep_roots([root for root in known if not any(other in root.parents for other in known)])

    def _keep_roots(self, roots: Sequence[Path]) -> None:
        self.catalogue.remember(roots=json.dumps([str(root) for root in roots]))


def _is_at(source: str, places: Sequence[str]) -> bool:
    return source in places or _is_inside(source, places)


def _is_inside(source: str, places: Sequence[str]) -> bool:
    """Whether it lies in a folder that is one of these, or is a row of a file that is."""
    if "." in places and not source.startswith("/"):  # the folder that holds the store
        return True
    return any(source.startswith((f"{place}/", f"{place}#")) for place in places)


def _watcher(
    progress: bool | Callable[[Progress], None],
) -> AbstractContextManager[Callable[[Progress], None]]:
    if progress is True:
        return shown_progress.shown()
    return nullcontext(progress or (lambda now: None))


def open_library(store: str | Path | None = None, settings: Settings | None = None, address: str = "") -> Library:
    """Opens a library, or makes it: `rag.open(".rag")`. Settings are from RAG_* unless given."""
    if settings is None:
        settings = Settings.from_environment(store=store)
    return Library(settings, address=address)
