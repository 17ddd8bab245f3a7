"""What mutants are made of."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import rag
from evals.suite.records import Record

Change = Callable[[Sequence[Record]], list[Record]]


def each(change: Callable[[Record, random.Random], Record]) -> Change:
    """The same corruption of every record that has sentences."""

    def changed(records: Sequence[Record]) -> list[Record]:
        chance = random.Random(0)
        return [change(record, chance) if record.answer and record.answer.claims else record for record in records]

    return changed


def answered(record: Record, answer: rag.Answer) -> Record:
    return replace(record, answer=answer)


def of(record: Record) -> rag.Answer:
    assert record.answer is not None
    return record.answer


def rewritten(answer: rag.Answer, said: Sequence[tuple[str, Sequence[rag.Citation]]]) -> rag.Answer:
    """The answer with these sentences and citations; what was judged of a sentence is gone, as it is another one."""
    text, claims = "", []
    for sentence, citations in said:
        start = len(text)
        support = rag.Support.UNCHECKED if citations else rag.Support.UNCITED
        verdict = rag.Verdict(support, 0.0, "Not judged.", "none")
        claims.append(rag.Claim(sentence, start, start + len(sentence), tuple(citations), verdict))
        marks = "".join(f"[{mark}]" for mark in sorted({citation.mark for citation in citations}))
        text += f"{sentence} {marks} "
    return replace(answer, text=text, claims=tuple(claims))


def cited_elsewhere(record: Record, choose: Callable[[int, Sequence[rag.Hit]], rag.Hit]) -> Record:
    answer = of(record)
    order = {hit.passage.id: number for number, hit in enumerate(answer.hits)}
    said = []
    for claim in answer.claims:
        moved = []
        for citation in claim.citations:
            passage = choose(order.get(citation.passage.id, 0), answer.hits).passage
            moved.append(replace(whole(passage, 200), mark=citation.mark))
        said.append((claim.text, tuple(moved)))
    return answered(record, rewritten(answer, said))


def whole(passage: rag.Passage, most: int) -> rag.Citation:
    end = passage.start + min(most, len(passage.text))
    return rag.Citation(1, passage, passage.start, end, passage.text[: end - passage.start])
