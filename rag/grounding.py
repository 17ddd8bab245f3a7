"""Whether the cited words support a sentence: a verdict with its reason.

So far by rules that can only find fault: quotations, numbers, words addressed to a language model, and
sentences that share nothing with what they cite. What passes them is UNCHECKED, not SUPPORTED: its
meaning has not been looked at.
"""

from __future__ import annotations

from dataclasses import replace

from rag.citations.quotations import unfound_quotations
from rag.terms import STOP_WORDS, numbers, terms
from rag.types import Answer, Citation, Claim, Hit, Support, Verdict

_JUDGE = "rules"
_PASSED = Verdict(
    Support.UNCHECKED,
    0.0,
    "Its numbers and quotations stand in the cited passage; its meaning has not been checked.",
    _JUDGE,
)


def checked(answer: Answer) -> Answer:
    """The answer with a verdict on each claim that cites something and has none yet."""
    hits = {hit.passage.id: hit for hit in answer.hits}
    claims = tuple(
        replace(claim, verdict=_verdict(claim, hits))
        if claim.citations and claim.verdict.support is Support.UNCHECKED
        else claim
        for claim in answer.claims
    )
    return replace(answer, claims=claims)


def _verdict(claim: Claim, hits: dict[str, Hit]) -> Verdict:
    """The first fault that is found, or that none was."""
    if all(_is_addressed(citation, hits) for citation in claim.citations):
        return _fault("The cited words are addressed to a language model and state nothing.")
    if unfound := unfound_quotations(claim):
        return _fault(f"“{unfound[0]}” does not stand in the cited passage.")
    cited = [_stated(citation, hits) for citation in claim.citations]
    held = {number.lstrip("0") for text in cited for number in numbers(text)}
    said = numbers(claim.text)
    missing = [number for number in said if number.lstrip("0") not in held]
    if missing:
        support = Support.PARTLY if len(missing) < len(said) else Support.UNSUPPORTED
        return _fault(f"“{missing[0]}” is not in the cited passage.", support)
    telling = _telling(claim.text)
    if telling and telling.isdisjoint(_telling(" ".join(cited))):
        return _fault("The cited passage has no telling word in common with this sentence.")
    return _PASSED


def _fault(because: str, support: Support = Support.UNSUPPORTED) -> Verdict:
    return Verdict(support, 1.0, because, _JUDGE)


def _is_addressed(citation: Citation, hits: dict[str, Hit]) -> bool:
    hit = hits.get(citation.passage.id)
    return hit is not None and any(start < citation.end and citation.start < end for start, end in hit.instructions)


def _stated(citation: Citation, hits: dict[str, Hit]) -> str:
    """The cited passage with its title and headings, without what is addressed to a language model."""
    passage = citation.passage
    hit = hits.get(passage.id)
    text = passage.text
    for start, end in sorted(hit.instructions if hit else (), reverse=True):
        text = text[: start - passage.start] + text[end - passage.start :]
    return "\n".join([passage.title, *passage.headings, text])


def _telling(text: str) -> set[str]:
    return {term for term in terms(text) if term not in STOP_WORDS}


def is_unusable(answer: Answer) -> str:
    """Why no reader should be shown this draft, in one sentence, or ""."""
    cited = [claim for claim in answer.claims if claim.citations]
    if not cited:
        return "The language model named no source."
    faulty = [claim for claim in cited if claim.verdict.support is Support.UNSUPPORTED]
    if len(faulty) == len(cited):
        return f"Nothing that the language model wrote is supported by what it cites: {faulty[0].verdict.because}"
    if faulty and any(hit.instructions for hit in answer.hits):
        return "A source gives orders to language models, and the model wrote what its sources do not support."
    return ""
