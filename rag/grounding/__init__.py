"""Whether the cited words support each sentence of an answer: a verdict with its reason.

First what no judge is needed for: words addressed to a language model, and quotations. Then the judge compares the
claim with the words shown for it, and with the whole passages that it cites; what neither supports is looked for in
the passages that were found and not cited, so that a wrong mark is told from an invention.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rag.citations.quotations import unfound_quotations
from rag.grounding.judges import Judge, Pair, rank
from rag.types import Answer, Citation, Claim, Hit, Passage, Support, Verdict

_RULES = "rules"
_FAULTY = (Support.UNSUPPORTED, Support.CONTRADICTED)


def checked(answer: Answer, judge: Judge) -> Answer:
    """The answer with a verdict on each claim that cites something and has none yet.

    Raises ModelError where the judge's model cannot be loaded.
    """
    hits = {hit.passage.id: hit for hit in answer.hits}
    open_ones = [
        number
        for number, claim in enumerate(answer.claims)
        if claim.citations and claim.verdict.support is Support.UNCHECKED
    ]
    claims = list(answer.claims)
    asked: dict[int, list[Pair]] = {}
    for number in open_ones:
        claim = claims[number]
        if fault := _fault(claim, hits):
            claims[number] = replace(claim, verdict=fault)
        else:
            asked[number] = _pairs(claim, hits)
    for number, verdict in _best(asked, judge).items():
        claims[number] = replace(claims[number], verdict=verdict)
    for number, verdict in _elsewhere(answer, claims, list(asked), judge).items():
        claims[number] = replace(claims[number], verdict=verdict)
    return replace(answer, claims=tuple(claims))


def is_unusable(answer: Answer) -> str:
    """Why no reader should be shown this draft, in one sentence, or ""."""
    cited = [claim for claim in answer.claims if claim.citations]
    if not cited:
        return "The language model named no source."
    faulty = [claim for claim in cited if claim.verdict.support in _FAULTY]
    if len(faulty) == len(cited):
        return f"Nothing that the language model wrote is supported by what it cites: {faulty[0].verdict.because}"
    if faulty and any(hit.instructions for hit in answer.hits):
        return "A source gives orders to language models, and the model wrote what its sources do not support."
    return ""


def _fault(claim: Claim, hits: dict[str, Hit]) -> Verdict | None:
    """What is wrong with it before any judge is asked."""
    if all(_is_addressed(citation, hits) for citation in claim.citations):
        because = "The cited words are addressed to a language model and state nothing."
        return Verdict(Support.UNSUPPORTED, 1.0, because, _RULES, 0.0)
    if unfound := unfound_quotations(claim):
        because = f"“{unfound[0]}” does not stand in the cited passage."
        place = claim.text.find(unfound[0])
        lacking = ((place, place + len(unfound[0])),) if place >= 0 else ()
        return Verdict(Support.UNSUPPORTED, 1.0, because, _RULES, 0.0, lacking)
    return None


def _pairs(claim: Claim, hits: dict[str, Hit]) -> list[Pair]:
    """The claim with the words shown for it, with all cited passages together, and with each alone."""
    shown = tuple(c.quote for c in claim.citations if not _is_addressed(c, hits))
    passages = list({c.passage.id: c.passage for c in claim.citations}.values())
    texts = tuple(_stated(passage, hits) for passage in passages)
    pairs = [Pair(claim.text, shown, _above(passages[0])), Pair(claim.text, texts, _above(passages[0]))]
    if len(passages) > 1:
        pairs += [Pair(claim.text, (text,), _above(p)) for p, text in zip(passages, texts, strict=True)]
    return pairs


def _best(asked: dict[int, list[Pair]], judge: Judge) -> dict[int, Verdict]:
    """For each claim the verdict on the evidence that supports it best."""
    verdicts = iter(judge.verdicts([pair for pairs in asked.values() for pair in pairs]))
    return {number: max((next(verdicts) for _ in pairs), key=rank) for number, pairs in asked.items()}


def _elsewhere(answer: Answer, claims: Sequence[Claim], judged: Sequence[int], judge: Judge) -> dict[int, Verdict]:
    """For claims without support: whether a passage that was found and not cited supports them."""
    asked: list[_Search] = []
    for number in judged:
        claim = claims[number]
        if claim.verdict.support not in _FAULTY:
            continue
        cited = {citation.passage.id for citation in claim.citations}
        hits = {hit.passage.id: hit for hit in answer.hits}
        others = [hit.passage for hit in answer.hits if hit.passage.id not in cited]
        asked += [_Search(number, other, Pair(claim.text, (_stated(other, hits),), _above(other))) for other in others]
    verdicts = judge.verdicts([search.pair for search in asked])
    found: dict[int, Verdict] = {}
    for search, verdict in zip(asked, verdicts, strict=True):
        if verdict.support is Support.SUPPORTED and search.claim not in found:
            because = f"The cited passage does not say this; “{search.passage.title}” does."
            found[search.claim] = replace(claims[search.claim].verdict, because=because)
    return found


@dataclass(frozen=True, slots=True)
class _Search:
    """A passage in which support for a claim is looked for."""

    claim: int
    passage: Passage
    pair: Pair


def _is_addressed(citation: Citation, hits: dict[str, Hit]) -> bool:
    hit = hits.get(citation.passage.id)
    return hit is not None and any(start < citation.end and citation.start < end for start, end in hit.instructions)


def _stated(passage: Passage, hits: dict[str, Hit]) -> str:
    """The passage without what is addressed to a language model."""
    hit = hits.get(passage.id)
    text = passage.text
    for start, end in sorted(hit.instructions if hit else (), reverse=True):
        text = text[: start - passage.start] + text[end - passage.start :]
    return text


def _above(passage: Passage) -> str:
    return " ".join(dict.fromkeys([passage.title, *passage.headings]))
