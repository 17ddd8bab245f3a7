"""A judge by name: any cross-encoder or model of natural language inference that sentence-transformers reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property
from threading import RLock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rag.bundled import BUNDLED
from rag.errors import ModelError
from rag.grounding.judges import Pair
from rag.grounding.windows import Nearness, window
from rag.hub import read_model
from rag.models import UNBOUNDED_WINDOW, load_embedder
from rag.sentences import trimmed
from rag.types import Interval, Support, Verdict

_ENOUGH = 0.5
_HALF = 0.25
_SUPPORTING = ("entail", "support", "consistent", "true")
_CONTRADICTING = ("contradict", "refute")
_LONGEST_CONTEXT = 300  # characters
_LARGEST_WINDOW = 1 << 20  # a tokenizer without a limit names one that no model has

Floats = NDArray[np.float64]


class NamedJudge:
    """Asks a model of somebody else. Safe to share between threads.

    The model is given the evidence first and the claim second, as models of natural language inference are.
    """

    def __init__(self, name: str) -> None:
        """`name`: a hub name or a path; the model is read when it is first asked."""
        self.name = name
        self._lock = RLock()
        self._embedder = load_embedder(BUNDLED)
        self._nearness = Nearness(self._embedder)

    def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair. A claim too long for the model is judged in parts; the weakest part counts.

        Raises ModelError where the model cannot be loaded or says what it cannot mean.
        """
        with self._lock:
            return self._verdicts(pairs)

    def _verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        read: list[tuple[str, str]] = []
        parts: list[tuple[int, Interval, slice]] = []
        for number, pair in enumerate(pairs):
            for start, end in self._fitting(pair.claim, self._room // 2):
                texts = self._texts(replace(pair, claim=pair.claim[start:end]))
                parts.append((number, (start, end), slice(len(read), len(read) + len(texts))))
                read += texts
        supported, contradicted = self._chances(read)
        of_pairs: list[list[tuple[Interval, Verdict]]] = [[] for _ in pairs]
        for number, place, texts_of in parts:
            verdict = self._verdict(float(supported[texts_of].max()), float(contradicted[texts_of].max()))
            of_pairs[number].append((place, verdict))
        return [_weakest(of_pair) for of_pair in of_pairs]

    def _texts(self, pair: Pair) -> list[tuple[str, str]]:
        """What the model reads for a claim that fits: a window of the evidence, cut where the model has less room."""
        above = pair.context[:_LONGEST_CONTEXT]
        room = self._room - self._count(pair.claim)
        below = window(pair.claim, pair.evidence, self._embedder.count, self._nearness)
        text = f"{above}\n{below}" if above else below
        return [(text[start:end], pair.claim) for start, end in self._fitting(text, room)]

    def _fitting(self, text: str, room: int) -> list[Interval]:
        """The text cut in halves, at white space where there is some, until each part has room; at least one part."""
        fitting: list[Interval] = []
        left = [trimmed(text, 0, len(text))]
        while left:
            start, end = left.pop()
            if end - start < 2 or self._count(text[start:end]) <= room:
                fitting.append((start, end))
                continue
            middle = (start + end) // 2
            space = text.find(" ", middle, middle + 100)
            cut = space if start < space < end else middle
            left += [place for place in (trimmed(text, cut, end), trimmed(text, start, cut)) if place[0] < place[1]]
        return fitting or [(0, 0)]

    def _count(self, text: str) -> int:
        return len(self._model.tokenizer(text, add_special_tokens=False, truncation=False, verbose=False)["input_ids"])

    def _chances(self, read: Sequence[tuple[str, str]]) -> tuple[Floats, Floats]:
        """For each premise and claim the chance of support, and of contradiction."""
        if not read:
            return np.empty(0), np.empty(0)
        supports, contradicts = self._labels
        # The model's bare numbers: what it makes of them by itself differs from model to model.
        said = self._model.predict(list(read), activation_fn=lambda numbers: numbers, show_progress_bar=False)
        logits = np.asarray(said, np.float64).reshape(len(read), -1)
        if not np.isfinite(logits).all():
            raise ModelError(f"The judge {self.name} gives no numbers for some texts. Set RAG_JUDGE to another model.")
        if supports is None:
            return 1.0 / (1.0 + np.exp(-np.clip(logits[:, 0], -500, 500))), np.zeros(len(read))
        chances = np.exp(logits - logits.max(axis=1, keepdims=True))
        chances /= chances.sum(axis=1, keepdims=True)
        return chances[:, supports], chances[:, contradicts] if contradicts is not None else np.zeros(len(read))

    def _verdict(self, score: float, contradicted: float) -> Verdict:
        if score >= _ENOUGH:
            because = f"{self.name} finds that the cited passage says this."
            return Verdict(Support.SUPPORTED, score, because, self.name, score)
        if contradicted >= _ENOUGH:
            because = f"{self.name} finds that the cited passage says otherwise."
            return Verdict(Support.CONTRADICTED, contradicted, because, self.name, score)
        support = Support.PARTLY if score >= _HALF else Support.UNSUPPORTED
        because = f"{self.name} finds no full support in the cited passage."
        return Verdict(support, 1.0 - score, because, self.name, score)

    @cached_property
    def _model(self) -> Any:
        return read_model("CrossEncoder", self.name)

    @cached_property
    def _room(self) -> int:
        """How many word pieces of a claim and its evidence fit together."""
        longest = self._model.max_seq_length
        if not longest or longest > _LARGEST_WINDOW:
            longest = UNBOUNDED_WINDOW
        return max(2, int(longest) - int(self._model.tokenizer.num_special_tokens_to_add(pair=True)))

    @cached_property
    def _labels(self) -> tuple[int | None, int | None]:
        """Which outputs mean support and contradiction; None and None where there is one output."""
        if self._model.num_labels == 1:
            return None, None
        named = {int(n): str(label).lower() for n, label in self._model.config.id2label.items()}
        supports = _found(named, _SUPPORTING)
        if supports is None:
            raise ModelError(
                f"The judge {self.name} gives {', '.join(named.values())}, none of which says that a text supports "
                "a claim. Set RAG_JUDGE to a model of natural language inference, or to one with a single score."
            )
        return supports, _found(named, _CONTRADICTING)


def _weakest(parts: Sequence[tuple[Interval, Verdict]]) -> Verdict:
    """Of the verdicts of a claim's parts the one that says least for it; all parts without support are marked."""
    verdict = min((verdict for _, verdict in parts), key=lambda verdict: verdict.score or 0.0)
    lacking = tuple(place for place, of_part in parts if of_part.support is not Support.SUPPORTED)
    return replace(verdict, lacking=lacking) if len(parts) > 1 else verdict


def _found(named: dict[int, str], beginnings: Sequence[str]) -> int | None:
    return next((n for n, label in named.items() if any(label.startswith(one) for one in beginnings)), None)
