"""An exported conversation against a library: whether it is whole in itself, and where its quotes stand today.

Nothing in a record is believed: every quote is compared with the stored text, also where the record's
hash says that the text is the same.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from rag.catalogue import Catalogue
from rag.conversations import Standing, Whereabouts
from rag.conversations.fields import Fields
from rag.conversations.standing import Place, look_up
from rag.errors import RagError
from rag.exports.record import FORMAT
from rag.exports.rendering import PLACES
from rag.terms import whole_characters

_MARK = re.compile(r"\[([0-9]{1,3})\](?![(:])")  # not a link's, nor a reference's
_CODE = re.compile(r"^[ \t]*(```|~~~)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found of one citation, or of a contradiction in the record that is no citation's.

    `what` is "[1]" for a citation, otherwise "claim 2" or "the text"; for MOVED, `source`, `start`
    and `end` are where the words are now.
    """

    turn: int
    what: str
    whereabouts: Whereabouts
    because: str
    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of an export: every citation, and every contradiction."""

    findings: tuple[Finding, ...]
    turns: int

    @property
    def counts(self) -> dict[Whereabouts, int]:
        """How many findings there are of each kind."""
        found = Counter(finding.whereabouts for finding in self.findings)
        return {whereabouts: found[whereabouts] for whereabouts in Whereabouts}

    @property
    def holds(self) -> bool:
        """Whether every quote still stands word for word in the library and nothing contradicts itself."""
        return not (self.counts[Whereabouts.GONE] or self.counts[Whereabouts.ALTERED])

    def lines(self) -> Iterator[str]:
        """What a terminal shows: a line for each finding, then the totals."""
        for finding in self.findings:
            now = "now in " if finding.whereabouts is Whereabouts.MOVED else ""
            interval = f"{finding.start}-{finding.end}"
            place = f" ({now}{_shown(finding.source)} {interval})" if finding.source else ""
            yield f"{PLACES[finding.whereabouts]}: turn {finding.turn}, {finding.what}{place}. {finding.because}"
        counted = ", ".join(f"{number} {PLACES[kind].lower()}" for kind, number in self.counts.items())
        yield f"{self.turns} turns: {counted}."

    def as_dict(self) -> dict[str, Any]:
        """What `--json` prints."""
        return {
            "holds": self.holds,
            "turns": self.turns,
            "counts": {str(kind): number for kind, number in self.counts.items()},
            "findings": [asdict(finding) for finding in self.findings],
        }


@dataclass(frozen=True, slots=True)
class _Cited:
    """A citation as the record has it; `altered` says by what it contradicts itself."""

    turn: int
    mark: int
    source: str
    place: Place
    altered: str = ""


def verify(record: Mapping[str, Any], catalogue: Catalogue) -> Verification:
    """Compares an exported conversation with itself and with the library.

    Raises RagError, with the place in the record, where something is missing or of the wrong kind, or
    where the record is of a newer format.
    """
    whole = Fields(record)
    if not whole.has("footnote_export"):
        raise RagError("This is no export of a conversation: footnote_export is missing.")
    if whole.whole("footnote_export") != FORMAT:
        raise RagError(
            f"The export has format {whole.whole('footnote_export')} and this version reads format {FORMAT}."
            " Use the version that made it, or a newer one."
        )
    cited: list[_Cited] = []
    contradictions: list[Finding] = []
    turns = whole.objects("turns")
    for turn in turns:
        cited += _citations(turn)
        contradictions += _contradictions(turn)
    standings = look_up(catalogue, [one.place for one in cited if not one.altered])
    findings = [_finding(one, standings) for one in cited] + contradictions
    return Verification(tuple(sorted(findings, key=lambda finding: finding.turn)), len(turns))


def _citations(turn: Fields) -> Iterator[_Cited]:
    number = turn.whole("number")
    for claim in turn.objects("claims"):
        for citation in claim.objects("citations"):
            yield _cited(number, citation)
    for disagreement in turn.objects("disagreements"):
        for value in disagreement.objects("values"):
            yield _cited(number, value.inner("citation"))


def _cited(turn: int, citation: Fields) -> _Cited:
    start, end, quote = citation.whole("start"), citation.whole("end"), citation.text("quote")
    content = citation.text("content_hash") if citation.has("content_hash") else ""
    place = Place(whole_characters(citation.text("document_id")), whole_characters(content), start, end, quote)
    altered = ""
    if len(quote) != end - start:
        altered = f"The quote has {len(quote)} characters and its interval {end - start}."
    elif not quote:
        altered = "The quote has no words."
    return _Cited(turn, citation.whole("mark"), citation.text("source"), place, altered)


def _finding(cited: _Cited, standings: Mapping[Place, Standing]) -> Finding:
    what, place = f"[{cited.mark}]", cited.place
    if cited.altered:
        return Finding(cited.turn, what, Whereabouts.ALTERED, cited.altered, cited.source, place.start, place.end)
    standing = standings[place]
    if standing.whereabouts is Whereabouts.MOVED:
        where = standing.source, standing.start, standing.end
    else:
        where = cited.source, place.start, place.end
    return Finding(cited.turn, what, standing.whereabouts, standing.because, *where)


def _contradictions(turn: Fields) -> Iterator[Finding]:
    """Claims that the answer does not have where they say, and marks that no citation explains."""
    number, text = turn.whole("number"), turn.text("text")
    marks: set[int] = set()
    between: list[str] = []
    done = 0
    for place, claim in enumerate(turn.objects("claims"), start=1):
        start, end, words = claim.whole("start"), claim.whole("end"), claim.text("text")
        if end - start != len(words) or text[start:end] != words:  # the lengths first: a slice may be long
            yield _contradiction(number, f"claim {place}", "The answer has other words at its place.")
        marks.update(citation.whole("mark") for citation in claim.objects("citations"))
        between.append(text[done:start])
        done = max(done, end)
    between.append(text[done:])
    shown = {int(found[1]) for part in between for found in _MARK.finditer(_without_code(part))}
    for mark in sorted(shown - marks):
        yield _contradiction(number, "the text", f"It has the mark [{mark}], which no citation has.")


def _contradiction(turn: int, what: str, because: str) -> Finding:
    return Finding(turn, what, Whereabouts.ALTERED, because, "", 0, 0)


def _without_code(text: str) -> str:
    """The text without its fenced blocks of code, in which a number in brackets is no mark."""
    parts = _CODE.split(text)  # outside, fence, inside, fence, outside …
    return "\n".join(parts[::4])


def _shown(text: str) -> str:
    """The text without what would upset a terminal."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)
