"""Hedges: whether the claim says flatly what the evidence says may be, or what somebody says, or only if."""

from __future__ import annotations

import re

from rag.evidence.opinions.attribution import attributed, hedged
from rag.grounding.alignment import Alignment
from rag.grounding.findings import Finding, Kind
from rag.types import Support

_NEAR = 0.7
_AROUND = 6  # words before what is hedged, in which the claim may hedge in its own way
_CAUSING = frozenset("cause causes caused causing".split())
_TOGETHER = frozenset("associated correlated correlates linked factor factors".split())
_MODAL = r"may|might|could"
_POSSIBLE = re.compile(
    rf"\b(?:(?:{_MODAL})(?! ?n[’']t| not)|possibly|perhaps|probably|presumably|apparently|allegedly|reportedly"
    r"|supposedly|potentially|potential|putative|purportedly|arguably|likely|(?:seem|appear)(?:s|ed)? to"
    r"|suggest(?:s|ed)? that|suggesting"
    r"|(?:is|are|was|were) (?:widely |generally |often )?(?:thought|believed|said|considered|assumed|alleged|suspected"
    r"|estimated|presumed|rumou?red|claimed) to"
    r"|hypothesi[sz]ed?|speculate[sd]?|(?:claim|argue|believe|contend|think|propose)(?:s|d|ed)? that|thought that"
    r"|(?:is|was|has been) (?:assumed|proposed|speculated|possible|likely|probable|thought|believed|said|suggested"
    r"|claimed|rumou?red) that)\b",
    re.IGNORECASE,
)
_ACCORDING = re.compile(r"\b(?:according to|in the (?:view|opinion) of) [^,.;:]{2,60}?,", re.IGNORECASE)
_SURE = re.compile(
    r"\b(?:should|would|potential(?:ly)?|estimated|expected|indicat\w+|propos\w+|possib\w+|hypothes\w+)\b", re.I
)
_MONTH = re.compile(r"\bMay\b(?! [a-z])|(?<=\d )May\b|\bMay(?= \d)|(?<=\b[Ii]n )May\b|(?<=\bof )May\b")
_NOT_MAY = re.compile(rf"\b(?:{_MODAL})(?: ?n[’']t| not)\b")
_IF = re.compile(r"(?:if|unless|provided|assuming|suppose|had|should|were|in case|as long as)\b", re.IGNORECASE)
_IF_BEHIND = re.compile(r"\s*,?\s*(?P<word>(?:only )?(?:if|unless|provided|in case|as long as))\b", re.IGNORECASE)
_CONDITION = re.compile(
    r"\b(?:if|unless|whether|provided that|assuming that|in case|suppose|supposing)(?: the| an?)? ?$", re.I
)
_UNTRUE = re.compile(
    r"\b(?:not true|untrue|false|myth|misconception|no evidence|denie[sd]|deny|doubtful|unlikely|disproved?|refuted?)"
    r"(?: the (?:claim|idea|notion))? that(?: the| an?)? ?$",
    re.IGNORECASE,
)


def hedge_findings(claim: str, beside: Alignment) -> list[Finding]:
    """One finding where the evidence hedges, or names whose view it is, beside what the claim says flatly."""
    if beside.in_order < _NEAR:
        return []
    if finding := _governed(claim, beside) or _causal(beside):
        return [finding]
    claim = claim.replace("*", " ")  # emphasis
    kept = [match.span() for match in (*_possible(claim), *_SURE.finditer(claim))]
    given = _possible(beside.text)
    if len(kept) + bool(attributed(claim)) >= len(given) or (
        not kept and hedged(_NOT_MAY.sub(" ", _without_months(claim)))
    ):
        return []
    for hedge in given:
        after = [n for n, word in enumerate(beside.given) if word.start >= hedge.end() and word.tells][:2]
        held = [beside.of_given[number] for number in after if number in beside.of_given]
        if not held:
            continue
        word, earliest = beside.claim[held[0]], beside.claim[max(0, held[0] - _AROUND)].start
        if not any(earliest <= start < word.end for start, _ in kept):
            return [Finding(Kind.HEDGE, word.start, word.end, Support.PARTLY, _because(hedge.group(), beside.text))]
    return []


def _causal(beside: Alignment) -> Finding | None:
    """ "Causes" in the place of "is associated with"."""
    for difference in beside.differences:
        for word in difference.claimed:
            others = [other for other in difference.given if other.lower in _TOGETHER]
            if word.lower in _CAUSING and others and len(difference.claimed) <= _AROUND:
                because = f"The claim is stronger than the source, which says “{others[0].text}”, not “{word.text}”."
                return Finding(Kind.HEDGE, word.start, word.end, Support.PARTLY, because)
    return None


def _possible(text: str) -> list[re.Match[str]]:
    found = [*_POSSIBLE.finditer(_without_months(text)), *_ACCORDING.finditer(text)]
    return sorted(found, key=lambda match: match.start())


def _without_months(text: str) -> str:
    return _MONTH.sub("   ", text) if "May" in text else text


def _because(hedge: str, text: str) -> str:
    holder = attributed(text)
    if holder and not re.fullmatch(_MODAL, hedge, re.IGNORECASE):
        return f"The claim is stronger than the source, where it is the word of {holder}."
    return f"The claim is stronger than the source, which says “{hedge}”."


def _governed(claim: str, beside: Alignment) -> Finding | None:
    """A clause that the evidence has only with a condition, or calls untrue."""
    if not beside.pairs or beside.in_order < 1.0:
        return None
    first, last = beside.given[beside.pairs[0][1]], beside.given[beside.pairs[-1][1]]
    before = beside.text[max(0, first.start - 80) : first.start]
    if match := _UNTRUE.search(before):
        because = f"The cited passage says this after “{match.group().strip()}”."
        return Finding(Kind.HEDGE, 0, len(claim), Support.CONTRADICTED, because)
    condition = _condition(before, beside.text[last.end :], beside.text[: first.start])
    if not condition or _IF.search(claim) or " when " in claim:
        return None
    because = f"The cited passage says this only with a condition: “{condition}”."
    return Finding(Kind.HEDGE, 0, len(claim), Support.PARTLY, because)


def _condition(before: str, behind: str, whole: str) -> str:
    if match := _CONDITION.search(before):
        return match.group().split()[0]
    if (match := _IF.match(whole)) and whole.rstrip().endswith(","):
        return whole.strip(" ,")
    match = _IF_BEHIND.match(behind)
    return match["word"] if match else ""
