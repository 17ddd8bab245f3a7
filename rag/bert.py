"""The layers of a BERT encoder, and sentence vectors by them, cut down to what embedding needs.

It gives the vectors that sentence-transformers gives for the same weights, nearly twice as fast on two cores and
without its seconds of imports. Three things make the difference, measured with bfloat16 on AMX:

- Each batch runs in a thread of its own with one core, not all cores on each batch: nobody waits at the end of
  every multiplication for a core that another process has taken, as the workers that read files do in a sync.
- Texts of nearly one length go together, few enough that what one layer hands to the next stays in the cache.
- Lengths are rounded up, since attention over 235 word pieces takes half as long again as over 240.

What a question needs is less than one batch; it is shared out among the cores, so that the reader waits half as long.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from torch import Tensor
from torch.nn import functional

CPU_BATCH = 2048
"""Word pieces in a batch: what suits one core's cache."""
CUDA_BATCH = 1 << 16
LEAST_BATCH = 256
"""Word pieces from which it pays to give the rest to another core."""
LENGTH_STEP = 16
SHORT_STEP = 4
"""For texts shorter than a step of `LENGTH_STEP`: a word has four pieces or five."""
LAYER_NORM_EPSILON = 1e-12


@dataclass(frozen=True, slots=True)
class Weights:
    """A matrix and its bias; for a layer norm, its scale and its shift."""

    weight: Tensor
    bias: Tensor


@dataclass(frozen=True, slots=True)
class _Layer:
    queries_keys_values: Weights
    attended: Weights
    attended_norm: Weights
    up: Weights
    down: Weights
    down_norm: Weights


def fastest_arithmetic() -> tuple[torch.device, torch.dtype]:
    """A CUDA device where there is one; bfloat16 where it is multiplied in hardware and so is the faster."""
    if torch.cuda.is_available():
        half = torch.bfloat16 if torch.cuda.is_bf16_supported(including_emulation=False) else torch.float16
        return torch.device("cuda"), half
    fast = torch.cpu._is_amx_tile_supported() or torch.cpu._is_avx512_bf16_supported()
    return torch.device("cpu"), torch.bfloat16 if fast else torch.float32


class Encoder:
    """The layers of a BERT: word pieces in, a state for each of them out. Safe to share between threads.

    `tensor` gives a weight by its name in a Hugging Face `BertModel`, without the prefix of the model.
    """

    def __init__(self, tensor: Callable[[str], Tensor], heads: int, depth: int) -> None:
        self._heads = heads
        self.device, self.dtype = fastest_arithmetic()
        self.batch, self._at_once = (CPU_BATCH, torch.get_num_threads()) if self._on_cpu else (CUDA_BATCH, 1)
        # One thread more than the cores, so that a question finds one free while a sync has the others.
        self._threads = _threads_of_one_core(self._at_once + 1)

        def linear(*names: str) -> Weights:
            weight, bias = ([tensor(f"{name}.{part}") for name in names] for part in ("weight", "bias"))
            return Weights(self._placed(torch.cat(weight)), self._placed(torch.cat(bias)))

        def norm(name: str) -> Weights:
            return Weights(*(self._placed(tensor(f"{name}.{part}"), torch.float32) for part in ("weight", "bias")))

        def layer(at: str) -> _Layer:
            return _Layer(
                linear(*(f"{at}.attention.self.{name}" for name in ("query", "key", "value"))),
                linear(f"{at}.attention.output.dense"),
                norm(f"{at}.attention.output.LayerNorm"),
                linear(f"{at}.intermediate.dense"),
                linear(f"{at}.output.dense"),
                norm(f"{at}.output.LayerNorm"),
            )

        self._words = self._placed(tensor("embeddings.word_embeddings.weight"))
        self._positions = self._placed(tensor("embeddings.position_embeddings.weight"), torch.float32)
        self._types = self._placed(tensor("embeddings.token_type_embeddings.weight"), torch.float32)
        self._words_norm = norm("embeddings.LayerNorm")
        self._layers = [layer(f"encoder.layer.{number}") for number in range(depth)]

    @property
    def width(self) -> int:
        """How many numbers a state has."""
        return int(self._words.shape[1])

    @property
    def _on_cpu(self) -> bool:
        return self.device.type == "cpu"

    def _placed(self, weight: Tensor, dtype: torch.dtype | None = None) -> Tensor:
        return weight.to(self.device, dtype or self.dtype)

    def in_batches(self, lengths: Sequence[int], run: Callable[[list[int]], None]) -> None:
        """Calls `run` with the numbers of texts of nearly one length, in several threads of one core each."""
        running: set[Future[None]] = set()
        share = sum(map(_rounded, lengths)) // self._at_once
        for batch in _batches(lengths, min(self.batch, max(share, LEAST_BATCH))):
            if len(running) == self._at_once:
                done, running = wait(running, return_when=FIRST_COMPLETED)
                _raise_from(done)
            running.add(self._threads.submit(run, batch))
        _raise_from(wait(running).done)

    def states(self, texts: Sequence[Sequence[int]], seconds: Sequence[int] | None = None) -> tuple[Tensor, Tensor]:
        """For texts given as word pieces with the special ones: (texts, pieces, width), and which pieces are real.

        `seconds` holds the place in each text at which a second text begins.
        """
        lengths = [len(text) for text in texts]
        longest = _rounded(max(lengths))
        pieces = np.zeros((len(texts), longest), np.int64)
        for row, text in zip(pieces, texts, strict=True):
            row[: len(text)] = text
        places = torch.arange(longest)
        real = (places < torch.tensor(lengths)[:, None]).to(self.device)
        mask = None if min(lengths) == longest else real[:, None, None, :]
        words = functional.embedding(torch.from_numpy(pieces).to(self.device), self._words)
        beside = self._positions[:longest] + self._types[0]
        if seconds is not None:
            second = (places >= torch.tensor(seconds)[:, None]).to(self.device)
            beside = self._positions[:longest] + self._types[second.long() * real.long()]
        states = normed(words + beside, self._words_norm)
        for layer in self._layers:
            states = self._through(layer, states, mask)
        return states, real

    def _through(self, layer: _Layer, states: Tensor, mask: Tensor | None) -> Tensor:
        # Only what is multiplied is rounded to the fast type: each layer adds to `states`, in float32.
        texts, longest, width = states.shape
        split = (texts, longest, 3, self._heads, width // self._heads)
        queries, keys, values = linear(states, layer.queries_keys_values).view(split).permute(2, 0, 3, 1, 4)
        attended = functional.scaled_dot_product_attention(queries, keys, values, attn_mask=mask)
        attended = attended.transpose(1, 2).reshape(texts, longest, width)
        states = normed(states + linear(attended, layer.attended), layer.attended_norm)
        raised = functional.gelu(linear(states, layer.up))
        return normed(states + linear(raised, layer.down), layer.down_norm)


class Bert:
    """The encoder with mean pooling; a vector has length 1. Safe to share between threads."""

    def __init__(self, weights: Path, heads: int) -> None:
        """Read `weights`, a safetensors file with the tensor names of a Hugging Face `BertModel`."""
        with safe_open(weights, framework="pt") as file:
            depth = sum(name.endswith(".output.dense.bias") for name in file.keys()) // 2  # noqa: SIM118
            self._encoder = Encoder(file.get_tensor, heads, depth)

    def vectors(self, texts: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        """One row for each text, given as its word pieces with the special ones."""
        rows = np.empty((len(texts), self._encoder.width), np.float32)

        @torch.inference_mode()
        def run(batch: list[int]) -> None:
            states, real = self._encoder.states([texts[number] for number in batch])
            sums = (states * real[:, :, None]).sum(dim=1)
            rows[batch] = functional.normalize(sums, dim=1).cpu().numpy()

        self._encoder.in_batches([len(text) for text in texts], run)
        return rows


def _raise_from(done: set[Future[None]]) -> None:
    for future in done:
        future.result()


def _threads_of_one_core(count: int) -> ThreadPoolExecutor:
    before = torch.get_num_threads()
    threads = ThreadPoolExecutor(count, "embed", initializer=torch.set_num_threads, initargs=(1,))
    everyone_is_here = Barrier(count)
    for started in [threads.submit(everyone_is_here.wait) for _ in range(count)]:
        started.result()
    # The call sets its own thread and what threads to come begin with: give the latter back to other models.
    torch.set_num_threads(before)
    return threads


def linear(states: Tensor, weights: Weights) -> Tensor:
    """The states times a matrix, in the matrix's type, plus its bias."""
    return functional.linear(states.to(weights.weight.dtype), weights.weight, weights.bias)


def normed(states: Tensor, weights: Weights) -> Tensor:
    """Layer normalisation, in float32."""
    return functional.layer_norm(states, states.shape[-1:], weights.weight, weights.bias, LAYER_NORM_EPSILON)


def _rounded(length: int) -> int:
    step = LENGTH_STEP if length > LENGTH_STEP else SHORT_STEP
    return -(-length // step) * step


def _batches(lengths: Sequence[int], size: int) -> Iterator[list[int]]:
    """The numbers of the texts, longest first, in batches of at most `size` word pieces or one text."""
    batch: list[int] = []
    for number in sorted(range(len(lengths)), key=lengths.__getitem__, reverse=True):
        if batch and (len(batch) + 1) * _rounded(lengths[batch[0]]) > size:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
