"""Whether an answer states the facts that it should, in any accepted form. A refusal states none."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

import rag
from evals.suite.records import Record
from evals.suite.scores.citing import is_on_evidence

_THOUSANDS = re.compile(r"(?<=\d)[,\u2009\u202f\u00a0 ](?=\d{3}(?!\d))")
_DASHES = re.compile(r"[‐‑‒–—−]")


def scores(record: Record) -> Iterator[tuple[str, float]]:
    """The share of the facts that are stated, whether all are, and the share stated on gold evidence."""
    case, answer = record.case, record.answer
    if not case.is_answerable or not case.facts or answer is None:
        return
    shown = said(answer)
    stated = [any(states(shown, form) for form in fact) for fact in case.facts]
    yield "facts stated", sum(stated) / len(stated)
    yield "all facts stated", float(all(stated))
    rests = [claim.text for claim in answer.claims if any(is_on_evidence(one, case) for one in claim.citations)]
    grounded = [any(states(text, form) for form in fact for text in rests) for fact in case.facts]
    yield "facts on evidence", sum(grounded) / len(grounded)


def said(answer: rag.Answer) -> str:
    """What an answer says of itself: its sentences and the values of its disagreements; nothing of a refusal."""
    if answer.refusal is not None and answer.refusal is not rag.Refusal.FALSE_PREMISE:
        return ""
    values = [value.value for disagreement in answer.disagreements for value in disagreement.values]
    return "\n".join([*(claim.text for claim in answer.claims), *values])


def states(text: str, form: str) -> bool:
    """Whether the form stands in the text as words of their own, whatever the case, spaces, dashes and thousands."""
    wanted = folded(form)
    left = r"(?<![\w.,])(?<!\d)" if wanted[:1].isdigit() else r"(?<!\w)"
    right = r"(?![\w]|[.,]\d)" if wanted[-1:].isdigit() else r"(?!\w)"
    return re.search(left + re.escape(wanted) + right, folded(text)) is not None


def folded(text: str) -> str:
    """Lower case, plain quotation marks and dashes, no separators of thousands, single spaces."""
    plain = unicodedata.normalize("NFKC", _THOUSANDS.sub("", text)).lower().replace("’", "'")
    plain = plain.replace("“", '"').replace("”", '"')
    return " ".join(_DASHES.sub("-", plain).split())
