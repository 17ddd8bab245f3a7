"""A rule on place: a value or a name that the evidence has, but which stands in the claim where another belongs.

It is asked only of a claim that is a sentence of the evidence but for a few words. What is missing from that sentence,
and found elsewhere in the evidence, was put in the place of something else.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rag.grounding.alignment import Alignment, Difference, Word, aligned
from rag.grounding.findings import Finding, Kind
from rag.grounding.names import name_findings
from rag.grounding.values import value_findings
from rag.sentences import sentences
from rag.types import Interval, Support

_FRAME = 5  # telling words that must be the same
_OTHER = 0.25  # share of the telling words of the claim that may be others
_MOST = 20  # sentences of a claim that are compared
_LONGEST = 40  # characters that are shown of what stands in the place


def swap_findings(claim: str, evidence: Sequence[str], context: str, found: Sequence[Finding]) -> list[Finding]:
    """One finding for each value or name in the place of another. `found` is what other rules say of the claim."""
    named = [(fault.start, fault.end) for fault in found if fault.is_fault]
    swapped = []
    for start, end in sentences(claim)[:_MOST]:
        for finding in _of_sentence(claim[start:end], evidence, context):
            place = (finding.start + start, finding.end + start)
            if not any(place[0] < other[1] and other[0] < place[1] for other in named):
                swapped.append(Finding(Kind.SWAP, *place, Support.CONTRADICTED, finding.because))
    return swapped


def _of_sentence(claim: str, evidence: Sequence[str], context: str) -> Iterator[Finding]:
    beside = _nearest_sentence(claim, evidence)
    if beside is None or not _is_nearly_the_same(beside):
        return
    here = [*value_findings(claim, [beside.text], context), *name_findings(claim, [beside.text], context)]
    for fault in here:
        if not fault.is_fault:
            continue
        for difference in beside.differences:
            other = _in_its_place(fault, difference)
            if other:
                start, end = _whole(fault, difference)
                because = f"In this place the cited passage says “{other}”, not “{claim[start:end]}”."
                yield Finding(Kind.SWAP, start, end, Support.CONTRADICTED, because)
                break


def _nearest_sentence(claim: str, evidence: Sequence[str]) -> Alignment | None:
    """The claim beside one sentence: with the next, what was taken from there would seem to belong."""
    beside = aligned(claim, evidence)
    if beside is None:
        return None
    alone = [aligned(claim, [beside.text[start:end]]) for start, end in sentences(beside.text)]
    return max((one for one in alone if one), key=lambda one: one.in_order, default=None)


def _is_nearly_the_same(beside: Alignment) -> bool:
    telling = [number for number, word in enumerate(beside.claim) if word.tells]
    same = sum(number in beside.of_claim for number in telling)
    return same >= _FRAME and len(telling) - same <= _OTHER * len(telling)


def _in_its_place(fault: Finding, difference: Difference) -> str:
    """What the evidence has where the claim has the fault; "" where that is nothing of the same sort."""
    if not any(word.start < fault.end and fault.start < word.end for word in difference.claimed):
        return ""
    sort = _is_name if fault.kind is Kind.NAME else _is_figure
    given = [word.text for word in difference.given if sort(word)]
    if any(map(_is_acronym, given)) != any(_is_acronym(word.text) for word in difference.claimed):
        return ""  # one may stand for the other
    shown = " ".join(given)
    return shown if given and len(shown) <= _LONGEST else ""


def _whole(fault: Finding, difference: Difference) -> Interval:
    """The fault, and of a name all its words."""
    places = [(word.start, word.end) for word in difference.claimed if fault.kind is Kind.NAME and _is_name(word)]
    return min([fault.start, *(a for a, _ in places)]), max([fault.end, *(b for _, b in places)])


def _is_acronym(word: str) -> bool:
    return len(word) > 1 and word.isalpha() and word.isupper()


def _is_name(word: Word) -> bool:
    return word.tells and word.start > 0 and word.text[0].isupper()


def _is_figure(word: Word) -> bool:
    return word.text[0].isdigit() or word.lower in _WRITTEN


_WRITTEN = frozenset(
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty hundred thousand million"
    " billion first second third fourth fifth sixth seventh eighth ninth tenth half quarter quarters january february"
    " march april may june july august september october november december".split()
)
