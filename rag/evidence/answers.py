"""What the small model says of a question's hits: whether a passage answers it, and in which sentence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rag.bundled import load_cross_encoder
from rag.cross_encoder import Reading, Texts, sentence_scores
from rag.types import Hit, Interval, Passage


@dataclass(frozen=True, slots=True)
class Answering:
    """A passage as the model reads it beside a question."""

    passage: Passage
    reading: Reading

    @property
    def chance(self) -> float:
        """How likely the passage answers the question, in (0, 1)."""
        return 1.0 / (1.0 + math.exp(-self.reading.answers))

    def shares(self, places: Sequence[Interval]) -> list[float]:
        """For each interval of the document, the chance that the answer begins in it if the passage has one."""
        start = self.passage.start
        inside = [(begin - start, end - start) for begin, end in places]
        return [math.exp(score) for score in sentence_scores(self.reading, inside)]


def read(question: str, hits: Sequence[Hit]) -> Mapping[str, Answering]:
    """Each hit's passage by its id. Raises ModelError where the model's weights cannot be read."""
    passages = [hit.passage for hit in hits]
    readings = load_cross_encoder().read([texts_of(question, passage) for passage in passages])
    return {passage.id: Answering(passage, reading) for passage, reading in zip(passages, readings, strict=True)}


def texts_of(question: str, passage: Passage) -> Texts:
    """What the model reads at once: the question, and the passage under its title and nearest heading."""
    return Texts(question, passage.text, " ".join(dict.fromkeys([passage.title, *passage.headings[-1:]])))
