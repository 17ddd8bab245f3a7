"""Mutants of what an answer cites."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import replace

import rag
from evals.suite.mutants.parts import answered, cited_elsewhere, of, rewritten
from evals.suite.records import Record


def drop_citations(record: Record, _: random.Random) -> Record:
    answer = of(record)
    return answered(record, rewritten(answer, [(claim.text, ()) for claim in answer.claims]))


def off_by_one(record: Record, _: random.Random) -> Record:
    """Each mark points to the passage after the one it should."""
    return cited_elsewhere(record, lambda number, hits: hits[(number + 1) % len(hits)])


def shuffle_within(record: Record, _: random.Random) -> Record:
    """The citations of an answer change places; one that is alone goes to another passage."""
    answer = of(record)
    cited = [claim.citations for claim in answer.claims]
    if len(cited) < 2:
        return off_by_one(record, _)
    moved = [*cited[1:], cited[0]]
    return answered(record, rewritten(answer, list(zip([c.text for c in answer.claims], moved, strict=True))))


def to_the_next_sentence(record: Record, _: random.Random) -> Record:
    """Each mark stands behind the sentence after its own; the first sentence has none."""
    answer = of(record)
    cited = [(), *(claim.citations for claim in answer.claims[:-1])]
    return answered(record, rewritten(answer, list(zip([c.text for c in answer.claims], cited, strict=True))))


def out_of_range(record: Record, _: random.Random) -> Record:
    answer = of(record)
    text = re.sub(r"\[\d+\]", "[99]", answer.text, count=1)
    return answered(record, replace(answer, text=text) if len(text) == len(answer.text) else one_more_mark(answer))


def one_more_mark(answer: rag.Answer) -> rag.Answer:
    return replace(answer, text=f"{answer.text} [99]")


def swap_across(records: Sequence[Record]) -> list[Record]:
    """Every answer has the citations of the next answer."""
    with_claims = [record for record in records if record.answer and record.answer.claims]
    after = dict(zip((r.case.id for r in with_claims), [*with_claims[1:], *with_claims[:1]], strict=True))
    changed = []
    for record in records:
        if record.case.id not in after:
            changed.append(record)
            continue
        answer, other = of(record), of(after[record.case.id])
        cited = [other.claims[number % len(other.claims)].citations for number in range(len(answer.claims))]
        said = list(zip([claim.text for claim in answer.claims], cited, strict=True))
        changed.append(answered(record, rewritten(answer, said)))
    return changed


def shift_quotes(record: Record, _: random.Random) -> Record:
    """Every quote is one character off its place."""
    answer = of(record)
    claims = tuple(
        replace(c, citations=tuple(replace(one, start=one.start + 1, end=one.end + 1) for one in c.citations))
        for c in answer.claims
    )
    return answered(record, replace(answer, claims=claims))


def forge_quotes(record: Record, _: random.Random) -> Record:
    """The shown words are those of the sentence and not of the document."""
    answer = of(record)
    claims = tuple(
        replace(c, citations=tuple(replace(one, quote=f"{one.quote} indeed") for one in c.citations))
        for c in answer.claims
    )
    return answered(record, replace(answer, claims=claims))


def unstable_marks(record: Record, _: random.Random) -> Record:
    """While it was written, the marks stood for other passages."""
    answer = replace(of(record), writer="llm")
    other = {mark: f"not-{passage}" for mark, passage in {c.mark: c.passage.id for c in answer.citations}.items()}
    return replace(record, answer=answer, previews=(other,))
