"""The judge that comes with the package: rules that can say why, and a small model that reads for the meaning.

Rules find what can be named: a number, a date, a name, a negation. The model reads the claim together with the
evidence. A small combination weighs both; the reason comes from a rule where one found a fault, else from the words
of the claim that the model finds no support for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rag.bundled import load_cross_encoder
from rag.cross_encoder import MOST_FIRST, Texts
from rag.grounding.combination import Combination, shipped
from rag.grounding.features import Measured, measured
from rag.grounding.findings import Finding, Kind
from rag.grounding.judges import Pair
from rag.grounding.names import name_findings
from rag.grounding.swaps import swap_findings
from rag.grounding.values import value_findings
from rag.grounding.windows import Nearness, window
from rag.grounding.wording import word_findings
from rag.models import Embedder
from rag.sentences import cut, sentences
from rag.types import Interval, Support, Verdict

_VERBATIM = "These words stand in the cited passage."
_LONGEST_SHOWN = 80  # characters of a claim's words in a reason
_TOLERATED = (Kind.NAME, Kind.WORDING)
"""Kinds whose faults a paraphrase often has: they are weighed, and named as a reason, but decide nothing alone."""
_GRAVE = (Support.CONTRADICTED, Support.UNSUPPORTED, Support.PARTLY)


class OwnJudge:
    """Rules and the small model in one verdict. Safe to share between threads."""

    name = "footnote"

    def __init__(self, embedder: Embedder) -> None:
        """`embedder`: the bundled one, whose nearness the combination was fitted with."""
        self._embedder = embedder
        self._nearness = Nearness(embedder)

    @property
    def fingerprint(self) -> str:
        """A hash of the model's weights."""
        return load_cross_encoder().fingerprint

    def verdicts(self, pairs: Sequence[Pair]) -> list[Verdict]:
        """One verdict for each pair. A claim too long for the model is judged in parts; the weakest part counts."""
        parts = [(number, place) for number, pair in enumerate(pairs) for place in self._parts(pair.claim)]
        cut_up = [replace(pairs[number], claim=pairs[number].claim[start:end]) for number, (start, end) in parts]
        verdicts: list[Verdict | None] = [None] * len(pairs)
        for (number, (start, _)), pair, found in zip(parts, cut_up, self.measure(cut_up), strict=True):
            verdict = verdict_of(pair.claim, found, shipped())
            lacking = tuple((start + a, start + b) for a, b in verdict.lacking)
            verdicts[number] = _weaker(verdicts[number], replace(verdict, lacking=lacking))
        return [verdict for verdict in verdicts if verdict is not None]

    def measure(self, pairs: Sequence[Pair]) -> list[Measured]:
        """What the verdicts are made of, for claims that fit the model."""
        texts = [window(pair.claim, pair.evidence, self._embedder.count, self._nearness) for pair in pairs]
        read = [Texts(pair.claim, text, pair.context) for pair, text in zip(pairs, texts, strict=True)]
        readings = load_cross_encoder().read(read)
        found = []
        for pair, text, reading in zip(pairs, texts, readings, strict=True):
            [cosine] = self._nearness(pair.claim, [text])
            findings = findings_of(pair.claim, pair.evidence, pair.context)
            found.append(measured(pair.claim, pair.evidence, reading, cosine, findings))
        return found

    def _parts(self, claim: str) -> list[Interval]:
        if self._embedder.count([claim])[0] <= MOST_FIRST:
            return [(0, len(claim))]
        places = [place for start, end in sentences(claim) for place in cut(claim, start, end, 4 * MOST_FIRST)]
        short: list[Interval] = []
        for start, end in places:
            while self._embedder.count([claim[start:end]])[0] > MOST_FIRST:
                short.append((start, start + MOST_FIRST))
                start += MOST_FIRST
            short.append((start, end))
        return short or [(0, len(claim))]


def findings_of(claim: str, evidence: Sequence[str], context: str) -> list[Finding]:
    """What all rules say, in the order of the claim."""
    rules = (value_findings, name_findings, word_findings)
    found = [finding for rule in rules for finding in rule(claim, evidence, context)]
    found += swap_findings(claim, evidence, context, found)
    return sorted(found, key=lambda finding: (finding.start, finding.end))


def verdict_of(claim: str, found: Measured, combination: Combination) -> Verdict:
    """The verdict that the measures come to, with its reason."""
    score = combination.score(found.row)
    faults = sorted((f for f in found.findings if f.is_fault), key=lambda finding: _GRAVE.index(finding.support))
    if found.is_verbatim and not faults:
        return Verdict(Support.SUPPORTED, 0.99, _VERBATIM, OwnJudge.name, 0.99)
    support = _support(score, found, faults, combination)
    confidence = score if support is Support.SUPPORTED else 1.0 - score
    if support is Support.PARTLY:
        confidence = 1.0 - abs(2 * score - combination.supported - combination.partly)
    lacking = () if support is Support.SUPPORTED else _marked(found, faults)
    because = _because(claim, support, faults, lacking)
    return Verdict(support, round(min(1.0, max(0.0, confidence)), 4), because, OwnJudge.name, score, lacking)


def _support(score: float, found: Measured, faults: Sequence[Finding], combination: Combination) -> Support:
    worst = next((fault.support for fault in faults if fault.kind not in _TOLERATED), None)
    if score >= combination.supported:
        # A rule that names a fault keeps a claim from being called supported, whatever the model thinks.
        return Support.PARTLY if worst else Support.SUPPORTED
    if score >= combination.partly and worst is not Support.CONTRADICTED:
        return Support.PARTLY
    # A value that a rule misses and finds no rival for is lacking, not denied, so the model is asked only without one.
    said_otherwise = worst is Support.CONTRADICTED or (not worst and found.row[1] >= combination.contradicted)
    return Support.CONTRADICTED if said_otherwise else Support.UNSUPPORTED


def _marked(found: Measured, faults: Sequence[Finding]) -> tuple[Interval, ...]:
    """What the rules name, and what the model marks beside it."""
    places = sorted({*((fault.start, fault.end) for fault in faults), *found.lacking})
    merged: list[Interval] = []
    for start, end in places:
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return tuple(merged)


def _because(claim: str, support: Support, faults: Sequence[Finding], lacking: Sequence[Interval]) -> str:
    if support is Support.SUPPORTED:
        return "The cited passage says this."
    if faults:
        return faults[0].because
    words = [claim[start:end].strip() for start, end in lacking]
    longest = max(words, key=len, default="")
    if 2 < len(longest) < _LONGEST_SHOWN and len(longest) < 0.8 * len(claim):
        return f"The cited passage does not bear out “{longest}”."
    if support is Support.CONTRADICTED:
        return "The cited passage says otherwise."
    if support is Support.PARTLY:
        return "The cited passage bears this out in part only."
    return "The cited passage does not say this."


def _weaker(one: Verdict | None, other: Verdict) -> Verdict:
    """Of the verdicts of two parts, the one that says less for the claim, with what both mark."""
    if one is None:
        return other
    weak = min(one, other, key=lambda verdict: verdict.score or 0.0)
    return replace(weak, lacking=(*one.lacking, *other.lacking))
