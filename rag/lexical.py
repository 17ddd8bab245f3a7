"""Best passages by BM25. The only file that knows tantivy; a copy that can be rebuilt at any time."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from rag.errors import StoreError
from rag.terms import question_terms, terms
from rag.types import Passage

# Our own analysis has already made the terms: tantivy is only to cut at spaces.
_TOKENIZER = "spaces"
_WRITER_HEAP = 40_000_000
_COMMON = 1000
_SEGMENT_FILES = ("fieldnorm", "idx", "pos", "store", "term")
BOOSTS = {"title": 0.4, "headings": 0.3, "body": 1.0}


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_text_field("id", stored=True, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("document", tokenizer_name="raw", index_option="basic")
    for field in BOOSTS:
        builder.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="position")
    return builder.build()


class Lexical:
    """A BM25 index of passages in a folder. Raises StoreError where the folder is damaged."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._schema = _schema()
        _check_files(folder)
        try:
            self._index = tantivy.Index(self._schema, path=str(folder), reuse=True)
        except (ValueError, OSError) as problem:
            raise StoreError(f"The word index in {folder} cannot be opened ({problem}).") from problem
        spaces = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        self._index.register_tokenizer(_TOKENIZER, spaces)
        self._writer: tantivy.IndexWriter | None = None

    def add(self, passages: Iterable[Passage]) -> None:
        """Adds passages (an id that is there already is replaced); seen by searches after `commit`."""
        with self._writing() as writer:
            for passage in passages:
                writer.delete_documents_by_term("id", passage.id)
                document = tantivy.Document()
                document.add_text("id", passage.id)
                document.add_text("document", passage.document_id)
                document.add_text("title", " ".join(terms(passage.title)))
                document.add_text("headings", " ".join(terms(" ".join(passage.headings))))
                document.add_text("body", " ".join(terms(passage.text)))
                writer.add_document(document)

    def remove(self, ids: Iterable[str]) -> None:
        """Removes passages; seen by searches after `commit`."""
        with self._writing() as writer:
            for passage_id in ids:
                writer.delete_documents_by_term("id", passage_id)

    def commit(self) -> None:
        """Makes what was added and removed durable and visible."""
        if self._writer is not None:
            with self._writing() as writer:
                writer.commit()
                self._index.reload()

    def best(self, question: str, k: int, among: Sequence[str] | None = None) -> list[tuple[str, float]]:
        """Ids and BM25 scores of the best passages, best first, of the documents `among` if given."""
        asked = question_terms(question)
        if not asked or k < 1:
            return []
        any_term = tantivy.Query.boolean_query(
            [(tantivy.Occur.Should, self._term(field, term)) for term in asked for field in BOOSTS]
        )
        if among is not None:
            any_term = self._of(any_term, among)
        searcher = self._index.searcher()
        with _tantivy_errors():
            found = searcher.search(any_term, limit=k, count=False).hits
            return [(searcher.doc(address).get_first("id"), score) for score, address in found]

    def passages_with(self, term: str, among: Sequence[str] | None = None) -> int:
        """How many passages hold a term of `terms` in their text, title or headings (at least).

        Only those of the documents `among`, if given. Else, of a common term, passages that were removed may be
        counted until tantivy has cleared them away.
        """
        searcher = self._index.searcher()
        counted = {field: int(searcher.doc_freq(field, term)) for field in BOOSTS}
        if among is None and max(counted.values()) > _COMMON:
            return max(counted.values())
        queries = [tantivy.Query.term_query(self._schema, field, term, "basic") for field, n in counted.items() if n]
        if among is not None:
            queries = [self._of(query, among) for query in queries]
        with _tantivy_errors():
            return max((int(searcher.search(query, limit=1, count=True).count or 0) for query in queries), default=0)

    def rarity(self, term: str) -> float:
        """How much a term of `terms` tells: log(1 + passages / (1 + passages that have it))."""
        return math.log(1 + self.count() / (1 + self.passages_with(term)))

    def count(self) -> int:
        """How many passages are indexed."""
        return int(self._index.searcher().num_docs)

    def ids(self) -> set[str]:
        """The ids of all passages."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return set()
        with _tantivy_errors():
            everything = searcher.search(tantivy.Query.all_query(), limit=searcher.num_docs, count=False).hits
            return {searcher.doc(address).get_first("id") for _, address in everything}

    def close(self) -> None:
        """Waits for background merges and lets go of the folder."""
        if self._writer is not None:
            writer, self._writer = self._writer, None
            with _tantivy_errors():
                writer.wait_merging_threads()

    def _of(self, query: tantivy.Query, among: Sequence[str]) -> tantivy.Query:
        """The same query of these documents only."""
        allowed = tantivy.Query.term_set_query(self._schema, "document", list(among))
        return tantivy.Query.boolean_query(
            [(tantivy.Occur.Must, query), (tantivy.Occur.Must, tantivy.Query.const_score_query(allowed, 0.0))]
        )

    def _term(self, field: str, term: str) -> tantivy.Query:
        return tantivy.Query.boost_query(tantivy.Query.term_query(self._schema, field, term, "freq"), BOOSTS[field])

    @contextmanager
    def _writing(self) -> Iterator[tantivy.IndexWriter]:
        """A writer that failed, as on a full disk, does nothing more: the next one begins from what is committed."""
        with _tantivy_errors():
            try:
                if self._writer is None:
                    self._writer = self._index.writer(heap_size=_WRITER_HEAP, num_threads=1)
                yield self._writer
            except (ValueError, OSError):
                self._writer = None
                raise


def lasting_files(folder: Path) -> list[Path]:
    """The files of an index that stay as they are while nothing is added or removed."""
    passing = (".lock", ".managed.json")
    return [path for path in sorted(folder.iterdir()) if path.is_file() and not path.name.endswith(passing)]


@contextmanager
def _tantivy_errors() -> Iterator[None]:
    try:
        yield
    except (ValueError, OSError) as problem:
        raise StoreError(
            f"The word index cannot be used ({problem}). Where the disk is full, make room; then run: rag repair"
        ) from problem


def _check_files(folder: Path) -> None:
    """Raises StoreError where a file of a segment is gone: tantivy may miss it only when a word is looked up."""
    try:
        segments = json.loads((folder / "meta.json").read_bytes())["segments"]
        names = [f"{segment['segment_id'].replace('-', '')}.{kind}" for segment in segments for kind in _SEGMENT_FILES]
    except FileNotFoundError:  # a new index
        return
    except (OSError, ValueError, LookupError, TypeError) as problem:
        raise StoreError(f"The word index in {folder} cannot be opened ({problem}).") from problem
    if missing := [name for name in names if not (folder / name).is_file()]:
        raise StoreError(f"The word index in {folder} lacks the file {missing[0]}.")
