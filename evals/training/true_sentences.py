"""True sentences of documents, each with the text around it, for edits that make them false."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from rag.sentences import sentences

_LENGTH = (40, 320)  # characters of a sentence
_AROUND = 900  # characters of the text around it, by whole sentences, with the sentence itself


@dataclass(frozen=True, slots=True)
class TrueSentence:
    """A sentence, the passage that it is from, and sentences of another document."""

    origin: str
    text: str
    passage: str
    others: tuple[str, ...]


def true_sentences(texts: Mapping[str, Sequence[str]], seed: int) -> Iterator[TrueSentence]:
    """Sentences of the texts of every origin in turn, each once, in an order that the seed fixes."""
    chance = random.Random(seed)
    walks = {origin: _walk(origin, held, chance) for origin, held in texts.items() if held}
    while walks:
        for origin in list(walks):
            sentence = next(walks[origin], None)
            if sentence is None:
                del walks[origin]
            else:
                yield sentence


def _walk(origin: str, texts: Sequence[str], chance: random.Random) -> Iterator[TrueSentence]:
    chance = random.Random(chance.random())  # of its own, so that no origin depends on how far another was read
    places = [sentences(text) for text in texts]
    order = [
        (number, place)
        for number, found in enumerate(places)
        for place, (start, end) in enumerate(found)
        if _LENGTH[0] <= end - start <= _LENGTH[1]
    ]
    chance.shuffle(order)
    for number, place in order:
        start, end = places[number][place]
        other = chance.randrange(len(texts))
        others = tuple(texts[other][a:b] for a, b in places[other][:4]) if other != number else ()
        passage = _passage(texts[number], places[number], place)
        yield TrueSentence(origin, texts[number][start:end], passage, others)


def _passage(text: str, places: Sequence[tuple[int, int]], place: int) -> str:
    """The sentence with as many neighbours, one after and one before in turn, as there is room for."""
    first = last = place
    grown = True
    while grown:
        grown = False
        if last + 1 < len(places) and places[last + 1][1] - places[first][0] <= _AROUND:
            last, grown = last + 1, True
        if first > 0 and places[last][1] - places[first - 1][0] <= _AROUND:
            first, grown = first - 1, True
    return text[places[first][0] : places[last][1]]
