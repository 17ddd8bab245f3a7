"""A library: the documents of one store, from a folder on disk to the passages of a question."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Self

from rag import progress as shown_progress
from rag.catalogue import Listed
from rag.errors import NotInStore
from rag.models import Embedder, Reranker, load_embedder, load_reranker
from rag.scan import source_of
from rag.search import Search
from rag.settings import Settings
from rag.store import Health, Store
from rag.sync import Progress, Sync, embed_anew
from rag.types import Document, Passage, SyncReport

if TYPE_CHECKING:
    from rag.llama import LibraryRetriever


class Library:
    """The documents of one store. Close it, or use it in a `with` block, to let others have the store.

    Opening raises StoreInUse where another process has it, StoreMismatch where another embedder
    made it (unless `any_embedder`), ModelError where the embedder cannot be loaded.
    """

    def __init__(self, settings: Settings, *, any_embedder: bool = False) -> None:
        self.settings = settings
        self.embedder: Embedder = load_embedder(settings.embedder)
        reranker: Reranker | None = load_reranker(settings.reranker) if settings.reranker else None
        self.store = Store(settings.store, "" if any_embedder else self.embedder.fingerprint)
        self.catalogue = self.store.catalogue
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

    def forget(self, name: str) -> list[str]:
        """Removes a document, or all documents of a folder or file. Returns their sources.

        They come back with the next sync of a folder that holds them. Raises NotInStore.
        """
        doomed = self._under(name) or [self._find(name)]
        ids = {document_id for document_id, _ in doomed}
        origins = self.catalogue.origins()
        kept = {path for document_id, path, _ in origins if document_id not in ids}
        paths = {path for document_id, path, _ in origins if document_id in ids} - kept
        with self._syncing:
            self.store.forget(sorted(ids), sorted(paths))
            self.store.settle()
        return [source for _, source in doomed]

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
        """Lets go of the store."""
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # -- inside

    def _find(self, name: str) -> tuple[str, str]:
        home = Path(os.path.realpath(self.store.folder)).parent
        found = self.catalogue.find(name) or self.catalogue.find(source_of(os.fsencode(os.path.realpath(name)), home))
        if not found:
            raise NotInStore(f"There is no document {name} in the store {self.store.folder}.")
        if len(found) > 1:
            sources = ", ".join(source for _, source in found[:5])
            raise NotInStore(f"{len(found)} documents match {name}: {sources}. Name one in full.")
        return found[0]

    def _under(self, name: str) -> list[tuple[str, str]]:
        """The documents of a folder, or of a file that holds several."""
        home = Path(os.path.realpath(self.store.folder)).parent
        prefixes = {name.rstrip("/"), source_of(os.fsencode(os.path.realpath(name)), home)}
        return [
            (listed.id, listed.source)
            for listed in self.catalogue.documents()
            if any(listed.source.startswith((f"{prefix}/", f"{prefix}#")) for prefix in prefixes)
        ]

    def roots(self) -> list[Path]:
        """The folders and files that were synced."""
        return [Path(line) for line in self.catalogue.recall("roots").split("\0") if line]

    def _remember_roots(self, roots: Sequence[Path]) -> None:
        known = self.roots()
        known += [root for root in roots if root not in known]
        outer = [root for root in known if not any(other in root.parents for other in known)]
        self.catalogue.remember(roots="\0".join(map(str, outer)))


def _watcher(
    progress: bool | Callable[[Progress], None],
) -> AbstractContextManager[Callable[[Progress], None]]:
    if progress is True:
        return shown_progress.shown()
    return nullcontext(progress or (lambda now: None))


def open_library(store: str | Path | None = None, settings: Settings | None = None) -> Library:
    """Opens a library, or makes it: `rag.open(".rag")`. Settings are from RAG_* unless given."""
    if settings is None:
        settings = Settings.from_environment(store=store)
    return Library(settings)
