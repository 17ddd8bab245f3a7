"""Nearest passages by vector. The only file that knows Chroma; a copy that can be rebuilt at any time.

Chroma holds ids, vectors and the id of each passage's document, and no text. Passage ids are made
from the words they stand for, so an id that is there already has the right vector: adding again is
harmless, and comparing ids is enough to compare the index with the catalogue.
"""

from __future__ import annotations

import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from rag.errors import StoreError

if TYPE_CHECKING:
    from chromadb.api import ClientAPI

_COLLECTION = "passages"
_BATCH = 500  # Chroma refuses more than 5,461 rows a call and holds the interpreter for the whole call
_GRAPH_HEADER = struct.Struct("<iQQQQQQiIQQQdQ")
_GRAPH_ROOM = 10_000  # Chroma makes room for this many at the least, or less
_LOOKED_UP = 50
_PATIENCE = 120  # seconds
_ZEROS = 1 << 20
_MOST_DOCUMENTS = 10_000  # SQLite allows some 32,000 values in one filter


class Dense:
    """A collection of one Chroma client. Raises StoreError where Chroma cannot go on."""

    def __init__(self, client: ClientAPI) -> None:
        self._client = client
        try:
            with _chroma_errors():
                self._collection = client.get_or_create_collection(
                    _COLLECTION,
                    embedding_function=None,
                    configuration={"hnsw": {"space": "cosine", "ef_search": 128, "ef_construction": 128}},
                )
        except StoreError:
            client.close()
            raise

    def add(self, ids: Sequence[str], vectors: np.ndarray, documents: Sequence[str]) -> None:
        """Adds passages by id: float32 vectors [n, dimensions], and the document of each."""
        with _chroma_errors():
            for start in range(0, len(ids), _BATCH):
                rows = slice(start, start + _BATCH)
                self._collection.add(
                    ids=list(ids[rows]),
                    embeddings=vectors[rows],
                    metadatas=[{"document": document} for document in documents[rows]],
                )

    def remove(self, ids: Sequence[str]) -> None:
        """Removes passages; an unknown id is passed over."""
        with _chroma_errors():
            for start in range(0, len(ids), _BATCH):
                self._collection.delete(ids=list(ids[start : start + _BATCH]))

    def nearest(self, vector: np.ndarray, k: int, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Ids and cosines of the nearest passages, nearest first, of the documents `among` if given."""
        found: list[tuple[str, float]] = []
        with _chroma_errors():
            for where in _filters(among):
                answer = self._collection.query(
                    query_embeddings=vector[np.newaxis], n_results=k, where=where, include=["distances"]
                )
                distances = (answer["distances"] or [[]])[0]
                found.extend((i, 1.0 - d) for i, d in zip(answer["ids"][0], distances, strict=True))
        return sorted(found, key=lambda hit: -hit[1])[:k]

    def count(self) -> int:
        """How many passages are indexed."""
        with _chroma_errors():
            return int(self._collection.count())

    def ids(self) -> set[str]:
        """The ids of all passages."""
        with _chroma_errors():
            return set(self._collection.get(include=[])["ids"])

    def vectors(self, ids: Sequence[str]) -> dict[str, np.ndarray]:
        """The stored vectors of these passages; one that is unknown is left out."""
        stored: dict[str, np.ndarray] = {}
        with _chroma_errors():
            for start in range(0, len(ids), _BATCH):
                rows = self._collection.get(ids=list(ids[start : start + _BATCH]), include=["embeddings"])
                embeddings: Any = rows["embeddings"]
                stored.update(zip(rows["ids"], embeddings, strict=True))
        return stored

    def close(self) -> None:
        """Lets go of the client's files."""
        self._client.close()


def open_client(folder: Path) -> ClientAPI:
    """Chroma's embedded client on a folder that no other process has open."""
    import chromadb
    from chromadb.api.shared_system_client import SharedSystemClient

    folder.mkdir(parents=True, exist_ok=True)
    for header in folder.glob("*/header.bin"):
        _check_graph(header.parent)
    try:
        with _chroma_errors():
            return chromadb.PersistentClient(path=str(folder), settings=chromadb.Settings(anonymized_telemetry=False))
    except StoreError:
        # Chroma keeps what did not start, and would give it to whoever opens the folder next.
        SharedSystemClient._identifier_to_system.pop(str(folder), None)
        raise


def lasting_files(folder: Path) -> list[Path]:
    """The files of a client's folder that stay as they are while nothing is added or removed.

    `chroma.sqlite3` is written at each opening too, but by nothing else. Of a graph that is empty, because Chroma
    keeps the first thousand vectors elsewhere, the files hold whatever was in memory.
    """
    graphs = [header.parent for header in folder.glob("*/header.bin") if _elements(header)]
    return [*folder.glob("*.sqlite3"), *(path for graph in sorted(graphs) for path in sorted(graph.iterdir()))]


def wipe_unused(folder: Path) -> None:
    """Overwrites what no vector is in: Chroma writes a graph that is still empty as it finds it in its memory.

    There anything may stand that the process has held, also words of a document that is forgotten.
    """
    for header in folder.glob("*/header.bin"):
        if _is_whole(header) and not _elements(header):
            for path in filter(Path.is_file, map(header.with_name, ("data_level0.bin", "length.bin"))):
                size = path.stat().st_size
                with path.open("r+b") as file:
                    for start in range(0, size, _ZEROS):
                        file.write(bytes(min(_ZEROS, size - start)))


def _is_whole(header: Path) -> bool:
    return header.stat().st_size == _GRAPH_HEADER.size


def _elements(header: Path) -> int:
    """How many vectors a graph has."""
    content = header.read_bytes()
    return int(_GRAPH_HEADER.unpack(content)[3]) if len(content) == _GRAPH_HEADER.size else 0


def survives_opening(folder: Path) -> bool:
    """Whether a process of its own can open the index in a folder and look something up.

    Chroma's loader reads a torn graph into memory that is not its own: that must not be the reader's process.
    """
    program = f"import rag.dense; rag.dense._look_up({str(folder)!r})"
    try:
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=_PATIENCE, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0


def _look_up(folder: str) -> None:
    """What `survives_opening` tries: ids, vectors, and the graph from several sides."""
    dense = Dense(open_client(Path(folder)))
    for vector in dense.vectors(sorted(dense.ids())[:_LOOKED_UP]).values():
        dense.nearest(vector, _LOOKED_UP)
    dense.close()


def _check_graph(folder: Path) -> None:
    """Raises StoreError where the graph's files are not of a size that fits their header.

    Chroma's loader believes whatever stands there: a damaged header makes it ask for all the memory
    of the machine. The form is hnswlib's `saveIndex`, as Chroma writes it.
    """
    try:
        header = _GRAPH_HEADER.unpack((folder / "header.bin").read_bytes())
        room, elements, element_size = header[2:5]
        sound = (
            elements <= room <= 4 * elements + _GRAPH_ROOM
            # An empty graph, of which Chroma keeps all vectors elsewhere still, is written with all its room.
            and (folder / "data_level0.bin").stat().st_size == (elements or room) * element_size
            and (folder / "length.bin").stat().st_size == (elements or room) * 4
            and (not elements or (folder / "index_metadata.pickle").stat().st_size > 0)
            and _links((folder / "link_lists.bin").read_bytes()) == elements
        )
    except (OSError, struct.error):
        sound = False
    if not sound:
        raise StoreError(f"The vector index in {folder} is damaged. Run: rag repair")


def _links(lists: bytes) -> int:
    """How many lists of links there are: each is its length in bytes, then so many bytes."""
    place = number = 0
    while place < len(lists):
        place += 4 + int.from_bytes(lists[place : place + 4], "little")
        number += 1
    return number if place == len(lists) else -1


def _filters(among: Sequence[str] | None) -> Iterator[Any]:
    """Chroma's `where` for any number of documents, in pieces that it can take."""
    if among is None:
        yield None
        return
    documents = iter(among)
    while piece := list(islice(documents, _MOST_DOCUMENTS)):
        yield {"document": {"$in": piece}}


@contextmanager
def _chroma_errors() -> Iterator[None]:
    """Chroma raises its Rust side's errors as several unrelated types, some bare Exceptions."""
    try:
        yield
    except Exception as problem:
        raise StoreError(
            f"The vector index cannot be used ({problem}). Where the disk is full, make room; then run: rag repair"
        ) from problem
