"""Quantifiers: all for some, only where nothing says so, none for all, the largest for one of the largest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from rag.grounding.alignment import Alignment, Difference, Word
from rag.grounding.findings import Finding, Kind
from rag.types import Support

# How much of a thing each word says. Words of one rank say the same.
_RANKS = {
    **dict.fromkeys(("no", "none", "never", "neither"), 0),
    **dict.fromkeys(("hardly", "barely", "scarcely"), 1),
    **dict.fromkeys(("few", "rarely", "seldom", "infrequently"), 2),
    **dict.fromkeys(("some", "sometimes", "several", "occasionally", "various", "partly", "partially"), 3),
    **dict.fromkeys(("many", "often", "frequently", "numerous", "commonly", "widely"), 4),
    **dict.fromkeys(("most", "mostly", "usually", "mainly", "generally", "typically", "largely", "majority"), 5),
    **dict.fromkeys(("nearly", "almost", "primarily", "predominantly", "normally"), 5),
    **dict.fromkeys(("all", "every", "each", "always", "entirely", "completely", "fully", "both", "exclusively"), 6),
    **dict.fromkeys(("invariably", "wholly"), 6),
}
_ALL = 6
_CLAIMING = frozenset("only all every always sole solely exclusively entirely invariably".split())
_EVERY = frozenset("any everyone everything annually yearly daily weekly monthly annual throughout".split())
_SELDOM = frozenset("hardly barely scarcely rarely seldom".split())
_ALONE = frozenset("only alone single sole solely just except unique exclusively".split())
_MASS = re.compile(  # words that are no quantifiers there
    r"\b(?:quite )?a few\b|\b(?:next|last|past|first) few\b"
    r"|\b(?:at|after|above|first of|all in|once and for) all\b|\bin all(?= ?[,.;])|\ball-\w+"
    r"|\ball (?:over|but|around|right|ages|time|in all|the same)\b|\beach other\b|\bevery other\b"
    r"|\bno (?:longer|doubt)\b|\bno\. ?\d|\bno (?:more|less|fewer|later|earlier) than\b|\bwith(?:out| no)\b"
    r"|\bnot (?:only|all|every|always)\b|\bnot\b[^,.;]{0,20}\bonly\b|\bif only\b|\bonly (?:when|if|until|once|then)\b"
    r"|\b(?:the|his|her|its|their) most\b",
    re.IGNORECASE,
)
_FLOOR = "at least|more than|over|no fewer than|no less than|not less than|above|upwards of|exceeding"
_CEILING = "at most|less than|fewer than|under|up to|no more than|not more than|below|nearly|almost|a maximum of"
_ROUGHLY = "about|approximately|around|roughly|some|an estimated|circa|nearly|almost"
_EXACTLY = "exactly|precisely"
_BOUND = re.compile(
    rf"\b(?P<bound>{_FLOOR}|{_CEILING}|{_ROUGHLY}|{_EXACTLY}) (?P<number>(?:[$€£] ?)?\d[\d,.]*\d|\d"
    r"|two|three|four|five|six|seven|eight|nine|ten|half|a third|a quarter)\b",
    re.IGNORECASE,
)
_SUPERLATIVE = (
    r"(?:largest|biggest|smallest|oldest|youngest|highest|lowest|longest|shortest|greatest|best|worst|first|last|only"
    r"|leading|main|most|earliest|tallest|richest|fastest|strongest|busiest|finest|largest|few)"
)
_ONE_OF = re.compile(
    rf"\b(?:one|some|two|three|many|most|several|among|amongst) (?:of )?(?:the|its|his|her|their) (?:\w+ )?"
    rf"(?P<most>{_SUPERLATIVE})\b",
    re.IGNORECASE,
)
_THE = re.compile(rf"\b(?:the|its|his|her|their|\w+['’]s) (?P<most>{_SUPERLATIVE})\b", re.IGNORECASE)
_NEAR = 0.6
_FEW = 2  # telling words of a difference in which a quantifier alone can matter
_AROUND = 8  # words of the evidence on either side in which a quantifier is looked for


def quantifier_findings(claim: str, beside: Alignment) -> list[Finding]:
    """A quantifier that the evidence has not there, or another one in its place."""
    if beside.in_order < _NEAR:
        return []
    said, given = _quantifiers(claim, beside.claim), _quantifiers(beside.text, beside.given)
    return [
        *(finding for difference in beside.differences for finding in _compared(difference, said, given, beside)),
        *_bounds(claim, beside.text),
        *_one_of(claim, beside.text),
    ]


def _quantifiers(text: str, words: Sequence[Word]) -> set[int]:
    """Where the words begin that are quantifiers."""
    harmless = [match.span() for match in _MASS.finditer(text)]
    return {
        word.start
        for word in words
        if (word.lower in _RANKS or word.lower in _CLAIMING)
        and not any(start <= word.start < end for start, end in harmless)
    }


def _compared(difference: Difference, said: set[int], given: set[int], beside: Alignment) -> Iterator[Finding]:
    claimed = [word for word in difference.claimed if word.start in said]
    others = [word for word in difference.given if word.start in given and word.lower in _RANKS]
    near = beside.given[max(0, difference.at - _AROUND) : difference.at + len(difference.given) + _AROUND]
    around = {word.lower for word in near} | ({"except"} if "except" in beside.text else set())
    is_small = max(sum(w.tells for w in difference.claimed), sum(w.tells for w in difference.given)) <= _FEW
    for word in claimed:
        if word.lower in _RANKS and others:
            yield from _other_rank(word, others[0])
        elif not is_small:
            continue
        elif word.lower in _CLAIMING and word.lower not in around and not _says_so(word.lower, around):
            yield _finding(word, Support.PARTLY, f"The cited passage does not say “{word.text}”.")
        elif word.lower in _SELDOM and not any(_RANKS.get(other, 9) <= 2 for other in around):
            yield _finding(word, Support.CONTRADICTED, f"The cited passage does not say “{word.text}”.")
    if not claimed:
        yield from _less(difference, others)


def _less(difference: Difference, others: Sequence[Word]) -> Iterator[Finding]:
    """Few or seldom, where the claim has nothing of the kind."""
    for word in others:
        place = difference.claimed or difference.after or difference.before
        if 0 < _RANKS[word.lower] <= 2 and place:
            because = f"The cited passage says “{word.text}”, which is less than the claim says."
            yield _finding(place[0], Support.PARTLY, because)


def _other_rank(word: Word, given: Word) -> Iterator[Finding]:
    rank, other = _RANKS[word.lower], _RANKS[given.lower]
    if rank == other or (3 <= rank < other):  # weaker is fine: some, where all are
        return
    because = f"The cited passage says “{given.text}”, not “{word.text}”."
    against = 0 in (rank, other) or (rank <= 2) != (other <= 2)
    yield _finding(word, Support.CONTRADICTED if against else Support.PARTLY, because)


def _says_so(word: str, around: set[str]) -> bool:
    if word in ("only", "sole", "solely", "exclusively"):
        return bool(around & _ALONE)
    return any(_RANKS.get(other) in (0, _ALL) for other in around) or bool(around & _EVERY)


def _bounds(claim: str, text: str) -> Iterator[Finding]:
    """ "At least five" beside "at most five"; "exactly five" beside "about five"."""
    given = {match["number"].lower(): match["bound"] for match in _BOUND.finditer(text)}
    for match in _BOUND.finditer(claim):
        said, other = match["bound"], given.get(match["number"].lower(), "")
        if not other or said.lower() == other.lower():
            continue
        opposite = (_is(_FLOOR, said) and _is(_CEILING, other)) or (_is(_CEILING, said) and _is(_FLOOR, other))
        if opposite or (_is(_EXACTLY, said) and not _is(_EXACTLY, other)):
            because = f"The cited passage says “{other} {match['number']}”, not “{said}”."
            support = Support.CONTRADICTED if opposite else Support.PARTLY
            yield Finding(Kind.QUANTIFIER, *match.span("bound"), support, because)


def _is(bounds: str, words: str) -> bool:
    return words.lower() in bounds.split("|")


def _one_of(claim: str, text: str) -> Iterator[Finding]:
    """ "The largest" beside "one of the largest"."""
    if _ONE_OF.search(claim) or not (found := _ONE_OF.search(text)):
        return
    for match in _THE.finditer(claim):
        if match["most"].lower() == found["most"].lower() and len(_THE.findall(text)) == 1:
            because = f"The cited passage says “{found.group()}”, not “{match.group()}”."
            yield Finding(Kind.QUANTIFIER, *match.span(), Support.PARTLY, because)


def _finding(word: Word, support: Support, because: str) -> Finding:
    return Finding(Kind.QUANTIFIER, word.start, word.end, support, because)
