"""Rules on words: what the claim says in other words than the evidence, and whether that is another thing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.evidence.opinions.attribution import attributed, hedged
from rag.grounding.alignment import Alignment, Word, aligned, same, senses_of
from rag.grounding.directions import are_opposite, direction_findings
from rag.grounding.findings import Finding, Kind
from rag.grounding.hedges import hedge_findings
from rag.grounding.polarity import denies, negation_findings
from rag.grounding.quantifiers import quantifier_findings
from rag.grounding.roles import role_findings
from rag.sentences import sentences
from rag.types import Support

_NEAR = 0.85  # share of the telling words, in order, from which on a claim is the evidence with something changed
_FRAME = 4  # telling words that must be the same around a word that is put in the place of another
_ADDED = 3  # telling words that only the claim has, from which on they are a statement of their own
_KNOWN = 0.25  # share of these that the evidence may have
_SHORT = 3  # letters of a word that can be put in the place of another
_MOST = 20  # sentences of a claim that are compared
_LONGEST_SHOWN = 90
_FRONTED = re.compile(r"(?:In|On|At|By|During|Since|From) (?:[\w’'-]+ ){1,3}")
_BEFORE = re.compile(r"(?:^|[,;:(—–]|\b(?:and|but|while|because|although|though|however))\s*$", re.IGNORECASE)
_BEHIND = re.compile(r"\s*(?:$|[.,;:!)”\"—–]|(?:and|but|while|whereas|because|which|who|where)\b)")
_OPEN = re.compile(
    r"\b(?:if|unless|whether|may|might|could|would|not|never|no|nobody|neither|nor|without|suppose|imagine|false|myth)\b"
    r"|n['’]t\b",
    re.IGNORECASE,
)
_SIGN = re.compile(r"[-−+<>≤≥=~≈$€£#]")
_TYPOGRAPHY = re.compile(r"[\s\"“”„'’‘`*_()\[\]]+")
_DASH = re.compile(r"[–—−]")
_LIMITED = re.compile(r"\s*,?\s*(?:if|unless|except|provided|but not|only|until|in case)\b", re.IGNORECASE)


def word_findings(claim: str, evidence: Sequence[str], context: str = "") -> list[Finding]:
    """What the words of the claim say beside those of the evidence; nothing where too few of them are the same."""
    places = sentences(claim)[:_MOST]
    found: list[Finding] = []
    verbatim = 0
    for start, end in places:
        findings, is_verbatim = _of_sentence(claim[start:end], evidence, context)
        verbatim += is_verbatim
        found += [_moved(finding, start) for finding in findings]
    if verbatim and verbatim == len(places) and not found:
        return [Finding(Kind.WORDING, places[0][0], places[-1][1], Support.SUPPORTED)]
    return found


def _of_sentence(claim: str, evidence: Sequence[str], context: str) -> tuple[list[Finding], bool]:
    beside = aligned(claim, evidence)
    if beside is None:
        return [], False
    found = [
        *negation_findings(claim, beside),
        *quantifier_findings(claim, beside),
        *direction_findings(claim, beside),
        *role_findings(claim, beside),
        *hedge_findings(claim, beside),
    ]
    if beside.is_verbatim:
        return _once(found), _is_whole_clause(claim, beside)
    elsewhere = beside.held.union(senses_of(context), *map(senses_of, evidence))
    found += _replaced_word(beside, elsewhere)
    found += _added_words(claim, beside, elsewhere)
    return _once(found), False


def _is_whole_clause(claim: str, beside: Alignment) -> bool:
    """Whether the run of words is no cutting of a sentence that says something else, and has the same signs."""
    first, last = beside.given[beside.pairs[0][1]], beside.given[beside.pairs[-1][1]]
    before, behind = beside.text[: first.start], beside.text[last.end :]
    head, tail = beside.claim[0].start, beside.claim[-1].end
    if len(beside.claim) < _ADDED or any(map(str.isalnum, claim[tail:])):
        return False
    if _SIGN.findall(claim[:head]) != _SIGN.findall(before[-1:]):
        return False
    if _plain(claim[head:tail]) != _plain(beside.text[first.start : last.end]):
        return False
    if _OPEN.search(before) or hedged(before) or (attributed(beside.text) and not attributed(claim)):
        return False
    begins = _BEFORE.search(before) or _FRONTED.fullmatch(before)
    return bool(begins and _BEHIND.match(behind) and not _LIMITED.match(behind))


def _plain(text: str) -> str:
    """The text without case, spaces, quotation marks and emphasis."""
    return _DASH.sub("-", _TYPOGRAPHY.sub("", text.lower()))


def _replaced_word(beside: Alignment, elsewhere: frozenset[str]) -> Iterator[Finding]:
    """A telling word in the place of another, where the evidence has it nowhere and all else is the same.

    Where several words are others, the sentence was said in other words, and which of them matter cannot be told.
    """
    if beside.in_order < _NEAR or sum(beside.claim[number].tells for number in beside.of_claim) < _FRAME:
        return
    new = [(word, d) for d in beside.differences for word in d.claimed if word.tells and word.sense not in elsewhere]
    if len(new) != 1:
        return
    word, difference = new[0]
    given = [other for other in difference.given if other.tells]
    if len(given) != 1 or not _is_replaceable(word, given[0], beside) or same(word, given[0]):
        return
    because = f"“{word.text}” is not in the cited passage, which says “{given[0].text}”."
    yield Finding(Kind.WORDING, word.start, word.end, Support.UNSUPPORTED, because)


def _is_replaceable(word: Word, given: Word, beside: Alignment) -> bool:
    """Whether one can stand for the other: two names, or two words that are none."""
    if min(len(word.text), len(given.text)) < _SHORT or word.text[0].isdigit() or given.text[0].isdigit():
        return False
    if any(word.lower.endswith(end) and given.lower.endswith(end) for end in ("ed", "ing", "ly")):
        return False  # verbs and adverbs are said in other words more often than wrongly
    number = beside.claim.index(word)
    if number and beside.claim[number - 1].lower in ("to", "will", "would", "can", "could"):
        return False
    if word is beside.claim[0] or given is beside.given[0] or denies(word.lower, given.lower):
        return False  # what heads a sentence may be a name or not; a denial is looked at elsewhere
    return word.text[0].isupper() == given.text[0].isupper() and not are_opposite(word, given)


def _added_words(claim: str, beside: Alignment, elsewhere: frozenset[str]) -> Iterator[Finding]:
    """A clause or phrase at the end of whose telling words the evidence has hardly one: a statement of its own."""
    matched = [number for number in beside.of_claim if beside.claim[number].tells]
    rest = [number for number, word in enumerate(beside.claim) if word.tells and matched and number <= matched[-1]]
    if len(matched) < max(_FRAME, _NEAR * len(rest)):
        return
    tail = beside.claim[matched[-1] + 1 :]
    added = [word for word in tail if word.tells]
    if len(added) < _ADDED or sum(word.sense in elsewhere for word in added) > _KNOWN * len(added):
        return
    start, end = tail[0].start, tail[-1].end
    shown = claim[start:end]
    if len(shown) > _LONGEST_SHOWN:
        shown = shown[:_LONGEST_SHOWN].rsplit(" ", 1)[0] + " …"
    yield Finding(Kind.WORDING, start, end, Support.PARTLY, f"“{shown}” is not in the cited passage.")


def _moved(finding: Finding, by: int) -> Finding:
    return Finding(finding.kind, finding.start + by, finding.end + by, finding.support, finding.because)


def _once(found: Sequence[Finding]) -> list[Finding]:
    """A word is named by one rule only, the gravest first."""
    order = (Support.CONTRADICTED, Support.UNSUPPORTED, Support.PARTLY, Support.SUPPORTED)
    kept: list[Finding] = []
    for finding in sorted(found, key=lambda finding: order.index(finding.support)):
        if not any(finding.start < other.end and other.start < finding.end for other in kept):
            kept.append(finding)
    return kept
