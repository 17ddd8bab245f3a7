"""The small model of our own: it reads a question or a claim together with a text, and says what the text does for it.

MiniLM's six layers, trained by `evals.training` (see `rag/weights/README.md`), over the word vectors of the installed
embedder. One pass answers all of: does the text support the claim, or contradict it; which words of the claim have no
support; does it answer the question, and where the answer begins.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor

from rag.bert import Encoder, Weights, linear
from rag.types import Interval

if TYPE_CHECKING:
    from tokenizers import Encoding, Tokenizer

Floats = NDArray[np.float32]

MOST_FIRST = 96
"""Word pieces of a question or claim that are read; what is longer is cut by whoever asks."""
MOST_CONTEXT = 32
MOST_TEXT = 256
_HEADS = 12
_DEPTH = 6
_BEGIN, _END = 101, 102  # [CLS] and [SEP]
WORDS = "embeddings.word_embeddings.weight"
"""The one matrix that is not in the file of weights."""


@dataclass(frozen=True, slots=True)
class Texts:
    """What is read at once: a question or claim, and a text with what stands above it."""

    first: str
    text: str
    context: str = ""


@dataclass(frozen=True, slots=True)
class Pieces:
    """The word pieces of two texts, with the special ones, and what they are of."""

    ids: list[int]
    second: int
    """Where the context begins."""
    text: int
    """Where the text begins."""
    first_places: list[Interval]
    """The interval of the first text that each of its pieces is, from piece 1 on."""
    text_places: list[Interval]


@dataclass(frozen=True, slots=True)
class Reading:
    """What the model says of two texts. All are logits."""

    support: Floats
    """Three: the text supports the claim, says nothing of it, contradicts it."""
    answers: float
    """Whether the text answers the question."""
    first_places: list[Interval]
    lacking: Floats
    """For each piece of the claim, whether it lacks support."""
    text_places: list[Interval]
    begins: Floats
    """For each piece of the text, whether the answer begins there."""


class CrossEncoder:
    """Reads pairs of texts. Safe to share between threads."""

    def __init__(self, weights: Path, words: Path, tokenizer: Tokenizer) -> None:
        """Read `weights`, and the word vectors from the embedder's file `words`."""
        self._tokenizer = tokenizer
        with safe_open(weights, framework="pt") as own, safe_open(words, framework="pt") as embedder:

            def tensor(name: str) -> Tensor:
                read: Tensor = embedder.get_tensor(name) if name == WORDS else own.get_tensor(name)
                return read

            def head(name: str) -> Weights:
                return Weights(tensor(f"{name}.weight").float(), tensor(f"{name}.bias").float())

            self._encoder = Encoder(tensor, _HEADS, _DEPTH)
            self._pooled, self._whole, self._pieces = (head(name) for name in ("pooled", "whole", "pieces"))

    def read(self, pairs: Sequence[Texts]) -> list[Reading]:
        """One reading for each pair, in order. Many in one call are faster than many calls."""
        if not pairs:
            return []
        encoded = pieces_of(pairs, self._tokenizer)
        readings: list[Reading | None] = [None] * len(pairs)

        @torch.inference_mode()
        def run(batch: list[int]) -> None:
            chosen = [encoded[number] for number in batch]
            states, real = self._encoder.states([each.ids for each in chosen], [each.second for each in chosen])
            states = states.float().cpu()
            weights = real.cpu()[:, :, None]
            mean = (states * weights).sum(1) / weights.sum(1)
            whole = linear(torch.tanh(linear(states[:, 0] + mean, self._pooled)), self._whole).numpy()
            pieces = linear(states, self._pieces).numpy()
            for number, each, said, of_pieces in zip(batch, chosen, whole, pieces, strict=True):
                first = of_pieces[1 : 1 + len(each.first_places)]
                text = of_pieces[each.text : each.text + len(each.text_places)]
                readings[number] = Reading(
                    said[:3], float(said[3]), each.first_places, first[:, 2], each.text_places, text[:, 0]
                )

        self._encoder.in_batches([len(each.ids) for each in encoded], run)
        return [reading for reading in readings if reading is not None]


def pieces_of(pairs: Sequence[Texts], tokenizer: Tokenizer) -> list[Pieces]:
    """The word pieces of each pair; each distinct text is cut into pieces once."""
    texts = list(dict.fromkeys(text for pair in pairs for text in (pair.first, pair.context, pair.text)))
    known = dict(zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True))
    return [_joined(*(known[text] for text in (pair.first, pair.context, pair.text))) for pair in pairs]


def _joined(first: Encoding, context: Encoding, text: Encoding) -> Pieces:
    said, above, below = first.ids[:MOST_FIRST], context.ids[:MOST_CONTEXT], text.ids[:MOST_TEXT]
    ids = [_BEGIN, *said, _END, *above, *below, _END]
    second = len(said) + 2
    return Pieces(ids, second, second + len(above), first.offsets[:MOST_FIRST], text.offsets[:MOST_TEXT])


def sentence_scores(reading: Reading, places: Sequence[Interval]) -> Floats:
    """For each interval of the text, the logarithm of the chance that the answer begins in it."""
    if not len(reading.begins):
        return np.full(len(places), -20.0, np.float32)
    chances = np.exp(reading.begins - reading.begins.max())
    chances /= chances.sum()
    starts = np.array([start for start, _ in reading.text_places])
    held = [chances[(starts >= start) & (starts < end)].sum() for start, end in places]
    return np.asarray(np.log(np.array(held) + 1e-9), np.float32)
