"""The only place where weights are loaded: the embedder and the reranker.

The bundled embedder needs its tokenizer to count and torch to embed; any other model needs all of
sentence-transformers, some seconds of imports. Each is imported when it is first needed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from threading import RLock
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

from rag.bundled import BUNDLED, BUNDLED_SHA256, bundled_folder, bundled_tokenizer, plain, verify
from rag.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.bert import Bert

Vectors = NDArray[np.float32]

UNBOUNDED_WINDOW = 512
"""The window of a model that has none of its own, such as a table of word vectors."""
_QUESTIONS = 16
"""Whose vectors are remembered."""


class Embedder:
    """Turns passages and questions into vectors of length 1. Safe to share between threads.

    Weights are read at the first embedding, or by `load`.
    """

    def __init__(self, name: str, model: _Model) -> None:
        self.name = name
        self._model = model
        # The search and the choice of sentences compare with the same question.
        self._question = lru_cache(maxsize=_QUESTIONS)(self._vector)

    @property
    def fingerprint(self) -> str:
        """The name and a hash of the weights: two embedders with one fingerprint give the same vectors."""
        return f"{self.name}:{self._model.weights_hash}"

    @property
    def dimensions(self) -> int:
        return self._model.dimensions

    @property
    def window(self) -> int:
        """How many word pieces of text fit; a passage with more is refused."""
        return self._model.window

    def load(self) -> None:
        """Read the weights now. Raises ModelError where they cannot be had or are not the right ones."""
        self._model.load()

    def count(self, texts: Sequence[str]) -> list[int]:
        """How many word pieces each text has."""
        encodings = self._model.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [len(encoding) for encoding in encodings]

    def embed_passages(self, texts: Sequence[str]) -> Vectors:
        """One row of length 1 for each text. Many texts in one call are faster than many calls.

        Raises ModelError where a text has more word pieces than `window`.
        """
        if not texts:
            return np.empty((0, self.dimensions), np.float32)
        return self._model.passages(texts)

    def embed_question(self, text: str) -> Vectors:
        """One vector of length 1, not to be written to. A question longer than the window is the mean of its parts."""
        return self._question(text)

    def _vector(self, question: str) -> Vectors:
        vectors = self._model.questions(list(self._parts(question)))
        vector = _of_length_one(vectors.mean(axis=0))
        vector.setflags(write=False)
        return vector

    def _parts(self, text: str) -> Iterator[str]:
        """`text` cut in halves, at white space where there is some, until each part fits."""
        if self.count([text])[0] <= self.window:
            yield text
            return
        middle = len(text) // 2
        cut = text.find(" ", middle, middle + 100)
        cut = middle if cut < 0 else cut
        yield from self._parts(text[:cut])
        yield from self._parts(text[cut:])


def load_embedder(name: str) -> Embedder:
    """The bundled model by its name, or any sentence-transformers model by path or hub name.

    Raises ModelError where the bundled model is not installed. Any other model is looked for when it is first
    needed; only a hub name that is not in the local cache is downloaded.
    """
    if name == BUNDLED:
        return Embedder(name, _BundledModel())
    return Embedder(name, _AnyModel(name))


class Reranker:
    """Scores texts by how well they answer a question. Safe to share between threads."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lock = RLock()

    def score(self, question: str, texts: Sequence[str]) -> list[float]:
        """One number for each text, higher is better; what the model has no room for is not read.

        Raises ModelError where the model cannot be loaded.
        """
        if not texts:
            return []
        with self._lock:
            scores = self._model.predict([(question, text) for text in texts], show_progress_bar=False)
        return [float(score) for score in scores]

    @cached_property
    def _model(self) -> Any:
        from rag.hub import read_model

        model = read_model("CrossEncoder", self.name)
        if model.num_labels != 1:
            raise ModelError(
                f"The reranker {self.name} gives {model.num_labels} numbers for a text, not one. "
                "Set RAG_RERANKER to a cross-encoder made for ranking."
            )
        return model


def load_reranker(name: str) -> Reranker:
    """A cross-encoder by path or hub name; it is read at the first `score`."""
    return Reranker(name)


class _Model(Protocol):
    """What an embedder stands on. Texts are not empty lists."""

    @property
    def weights_hash(self) -> str: ...
    @property
    def dimensions(self) -> int: ...
    @property
    def window(self) -> int: ...
    @property
    def tokenizer(self) -> Tokenizer: ...
    def load(self) -> None: ...
    def passages(self, texts: Sequence[str]) -> Vectors: ...
    def questions(self, texts: Sequence[str]) -> Vectors: ...


class _BundledModel:
    """all-MiniLM-L6-v2 from the package that carries it, by our own forward pass."""

    weights_hash = BUNDLED_SHA256
    dimensions = 384
    window = 254

    def __init__(self) -> None:
        self._folder = bundled_folder()
        self._lock = RLock()

    @cached_property
    def tokenizer(self) -> Tokenizer:
        return bundled_tokenizer()

    def load(self) -> None:
        with self._lock:
            _ = self._bert

    @cached_property
    def _bert(self) -> Bert:
        from rag.bert import Bert

        weights = self._folder / "model.safetensors"
        verify(weights, BUNDLED_SHA256)
        return Bert(weights, heads=12)

    def passages(self, texts: Sequence[str]) -> Vectors:
        encodings = self.tokenizer.encode_batch_fast(list(texts))
        pieces = [encoding.ids for encoding in encodings]
        _refuse_overlong([len(ids) - 2 for ids in pieces], texts, self.window)
        self.load()
        return self._bert.vectors(pieces)

    questions = passages


class _AnyModel:
    """A model that sentence-transformers reads. Everything but its name needs the model to be loaded."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._lock = RLock()

    def load(self) -> None:
        with self._lock:
            _ = self._model

    @cached_property
    def _model(self) -> Any:
        from rag.hub import read_model

        return read_model("SentenceTransformer", self._name)

    @cached_property
    def weights_hash(self) -> str:
        from rag.hub import hash_of_weights

        self.load()
        return hash_of_weights(self._name)

    @cached_property
    def dimensions(self) -> int:
        self.load()
        return int(self._model.get_embedding_dimension())

    @cached_property
    def tokenizer(self) -> Tokenizer:
        from tokenizers import Tokenizer

        self.load()
        tokenizer = getattr(self._model.tokenizer, "backend_tokenizer", self._model.tokenizer)
        if not isinstance(tokenizer, Tokenizer):
            raise ModelError(f"The embedder {self._name} has no fast tokenizer. Choose another with RAG_EMBEDDER.")
        return plain(Tokenizer.from_str(tokenizer.to_str()))

    @cached_property
    def window(self) -> int:
        """What is left when the special word pieces and the longest prompt are in."""
        self.load()
        longest = self._model.max_seq_length or UNBOUNDED_WINDOW
        prompts = [prompt or "" for prompt in self._model.prompts.values()] or [""]
        return int(longest) - max(len(self.tokenizer.encode(prompt)) for prompt in prompts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        encodings = self.tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        _refuse_overlong([len(encoding) for encoding in encodings], texts, self.window)
        return self._encode(self._model.encode_document, texts)

    def questions(self, texts: Sequence[str]) -> Vectors:
        self.load()
        return self._encode(self._model.encode_query, texts)

    def _encode(self, encode: Any, texts: Sequence[str]) -> Vectors:
        with self._lock:
            vectors = np.asarray(encode(list(texts), show_progress_bar=False), np.float32)
        return _of_length_one(vectors)


def _of_length_one(vectors: Vectors) -> Vectors:
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(vectors / np.maximum(lengths, 1e-12), np.float32)


def _refuse_overlong(counts: Sequence[int], texts: Sequence[str], window: int) -> None:
    """A text is never cut short in silence: what a vector stands for would not be what is cited."""
    longest = max(range(len(counts)), key=counts.__getitem__)
    if counts[longest] > window:
        raise ModelError(
            f"A passage of {counts[longest]} word pieces does not fit the embedder's window of {window}: "
            f"{texts[longest][:80]!r}. Split the document into shorter passages."
        )
