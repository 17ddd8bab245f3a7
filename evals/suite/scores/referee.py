"""Who says whether words support a sentence, where the gold evidence cannot: the product's judge, asked once each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import rag
from evals.suite.records import Record

_Key = tuple[str, tuple[str, ...]]


class Referee:
    """Verdicts on sentences and the words they cite.

    A sentence that stands word for word in its citation is supported, whoever judges. What the product said of a
    sentence of `records` is taken as it is; any other sentence, or the same with other citations, is judged anew.
    """

    def __init__(self, judge: rag.Judge, records: Iterable[Record] = ()) -> None:
        self._judge = judge
        self._known: dict[_Key, rag.Support] = {}
        for record in records:
            for claim in record.answer.claims if record.answer else ():
                if claim.citations:
                    self._known[_key(claim.text, claim.citations)] = claim.verdict.support

    def learn(self, claims: Iterable[tuple[str, Sequence[rag.Citation]]]) -> None:
        """Judges all of these at once: many pairs in one call are faster than many calls."""
        new = {
            _key(text, citations): rag.Pair(text, tuple(one.quote for one in citations))
            for text, citations in claims
            if citations and _key(text, citations) not in self._known and not _is_verbatim(text, citations)
        }
        if new:
            verdicts = self._judge.verdicts(list(new.values()))
            self._known.update({key: verdict.support for key, verdict in zip(new, verdicts, strict=True)})

    def support(self, claim: rag.Claim) -> rag.Support:
        """Whether its citations together support a claim."""
        if not claim.citations:
            return rag.Support.UNCITED
        if _is_verbatim(claim.text, claim.citations):
            return rag.Support.SUPPORTED
        self.learn([(claim.text, claim.citations)])
        return self._known[_key(claim.text, claim.citations)]

    def holds(self, text: str, citations: Sequence[rag.Citation]) -> bool:
        """Whether these citations together support this sentence."""
        return self.support(rag.Claim(text, 0, len(text), tuple(citations))) is rag.Support.SUPPORTED


def _key(text: str, citations: Sequence[rag.Citation]) -> _Key:
    return text, tuple(citation.quote for citation in citations)


def _is_verbatim(text: str, citations: Sequence[rag.Citation]) -> bool:
    words = " ".join(text.split())
    return any(words in " ".join(citation.quote.split()) for citation in citations)
