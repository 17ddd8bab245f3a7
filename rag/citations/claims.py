"""The claims of a draft with their citations: for each mark, the words of the passage that it rests on."""

from __future__ import annotations

from collections.abc import Sequence

from rag.citations.draft import Draft, Parsed
from rag.citations.intervals import Nearness, Rarity, best_interval, candidates
from rag.citations.prose import Sentence
from rag.citations.quotations import find_quotation, quotations
from rag.types import UNCHECKED, Citation, Claim, Hit, Interval, Support, Verdict

UNCITED = Verdict(Support.UNCITED, 1.0, "No passage is cited for this sentence.", "marks")


def cited(parsed: Parsed, hits: Sequence[Hit], rarity: Rarity, nearness: Nearness | None = None) -> tuple[Claim, ...]:
    """The claims of the draft, in order, each with a citation for each of its marks.

    `hits` are those that the draft was parsed with. `rarity` says how much a term tells; `nearness`, if given, how
    near texts are by meaning. A claim without marks is UNCITED, the others are not checked yet.
    """
    return tuple(claim(parsed, sentence, hits, rarity, nearness) for sentence in parsed.claims)


def claim(
    read: Parsed | Draft, sentence: Sentence, hits: Sequence[Hit], rarity: Rarity, nearness: Nearness | None = None
) -> Claim:
    """One sentence of a draft, or of what has been read of it, with its citations."""
    mark_of = {hit: mark for mark, hit in read.numbers.items()}
    text = read.text[sentence.start : sentence.end]
    citations = tuple(citation(text, mark_of[place], hits[place], rarity, nearness) for place in sentence.hits)
    return Claim(text, sentence.start, sentence.end, citations, UNCHECKED if citations else UNCITED)


def citation(claim: str, mark: int, hit: Hit, rarity: Rarity, nearness: Nearness | None = None) -> Citation:
    """The words of the hit that support the claim best: those that it quotes, else the nearest sentence or two."""
    passage = hit.passage
    start, end = _quoting(claim, hit) or best_interval(claim, hit, rarity, nearness)
    return Citation(mark, passage, start, end, passage.text[start - passage.start : end - passage.start])


def _quoting(claim: str, hit: Hit) -> Interval | None:
    """The sentences of the first quotation of the claim that the passage holds; what it quotes, a reader must see."""
    places = candidates(hit)
    for begun, ended in quotations(claim):
        found = find_quotation(claim[begun:ended], hit.passage)
        held = [place for place in places if found and place[0] < found[1] and found[0] < place[1]]
        if found and held and held[0][0] <= found[0] and found[1] <= held[-1][1]:
            first, last = held[0][0], held[-1][1]
            if not any(begin < last and first < end for begin, end in hit.instructions):
                return first, last
    return None
