"""A BERT encoder for sentence vectors, cut down to what embedding needs.

It gives the vectors that sentence-transformers gives for the same weights, sooner: no second of imports for code
that is not used, batches without needless padding, and the rows that are short enough to stay in the cache.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional as F

WORD_PIECES_AT_ONCE = 4096
"""Fewer and the cores wait for each other; more and what a layer hands to the next leaves the cache."""
LAYER_NORM_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class _Weights:
    """A matrix and its bias; for a layer norm, its scale and its shift."""

    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True)
class _Layer:
    queries_keys_values: _Weights
    attended: _Weights
    attended_norm: _Weights
    up: _Weights
    down: _Weights
    down_norm: _Weights


class Bert:
    """The encoder with mean pooling; a vector has length 1."""

    def __init__(self, weights: Path, heads: int, dtype: torch.dtype, device: torch.device) -> None:
        """Read `weights`, a safetensors file with the tensor names of a Hugging Face `BertModel`."""
        self._heads = heads
        with safe_open(weights, framework="pt") as file:

            def tensor(name: str) -> Tensor:
                return file.get_tensor(name).to(device, dtype)

            def pair(*names: str) -> _Weights:
                weight, bias = ([tensor(f"{name}.{part}") for name in names] for part in ("weight", "bias"))
                return _Weights(torch.cat(weight), torch.cat(bias))

            def layer(at: str) -> _Layer:
                return _Layer(
                    pair(*(f"{at}.attention.self.{name}" for name in ("query", "key", "value"))),
                    pair(f"{at}.attention.output.dense"),
                    pair(f"{at}.attention.output.LayerNorm"),
                    pair(f"{at}.intermediate.dense"),
                    pair(f"{at}.output.dense"),
                    pair(f"{at}.output.LayerNorm"),
                )

            self._words = tensor("embeddings.word_embeddings.weight")
            segment = file.get_tensor("embeddings.token_type_embeddings.weight")[0]
            positions = file.get_tensor("embeddings.position_embeddings.weight") + segment
            self._positions = positions.to(device, dtype)
            self._words_norm = pair("embeddings.LayerNorm")
            names = file.keys()
            depth = 1 + max(int(name.split(".")[2]) for name in names if name.startswith("encoder.layer."))
            self._layers = [layer(f"encoder.layer.{number}") for number in range(depth)]

    def vectors(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """One row for each text, given as word pieces with the special ones, at least one."""
        rows = np.empty((len(texts), self._words.shape[1]), np.float32)
        for batch in _batches(texts):
            rows[batch] = self._forward([texts[number] for number in batch])
        return rows

    @torch.inference_mode()
    def _forward(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        lengths = [len(text) for text in texts]
        longest = max(lengths)
        pieces = np.zeros((len(texts), longest), np.int64)
        for row, text in zip(pieces, texts, strict=True):
            row[: len(text)] = text
        device = self._words.device
        real = torch.arange(longest, device=device) < torch.tensor(lengths, device=device)[:, None]
        mask = None if min(lengths) == longest else real[:, None, None, :]
        states = F.embedding(torch.from_numpy(pieces).to(device), self._words) + self._positions[:longest]
        states = _normed(states, self._words_norm)
        for layer in self._layers:
            states = self._through(layer, states, mask)
        sums = (states.float() * real[:, :, None]).sum(dim=1)
        vectors: NDArray[np.float32] = F.normalize(sums, dim=1).cpu().numpy()
        return vectors

    def _through(self, layer: _Layer, states: Tensor, mask: Tensor | None) -> Tensor:
        texts, longest, width = states.shape
        split = (texts, longest, 3, self._heads, width // self._heads)
        queries, keys, values = _linear(states, layer.queries_keys_values).view(split).permute(2, 0, 3, 1, 4)
        attended = F.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(texts, longest, width)
        states = _normed(states + _linear(attended, layer.attended), layer.attended_norm)
        return _normed(states + _linear(F.gelu(_linear(states, layer.up)), layer.down), layer.down_norm)


def _linear(states: Tensor, weights: _Weights) -> Tensor:
    return F.linear(states, weights.weight, weights.bias)


def _normed(states: Tensor, weights: _Weights) -> Tensor:
    return F.layer_norm(states, states.shape[-1:], weights.weight, weights.bias, LAYER_NORM_EPSILON)


def _batches(texts: Sequence[Sequence[int]]) -> Iterator[list[int]]:
    """The numbers of the texts, longest first, in batches of texts of nearly one length."""
    batch: list[int] = []
    longest = 0
    for number in sorted(range(len(texts)), key=lambda number: -len(texts[number])):
        if batch and (len(batch) + 1) * longest > WORD_PIECES_AT_ONCE:
            yield batch
            batch = []
        longest = longest if batch else len(texts[number])
        batch.append(number)
    if batch:
        yield batch
