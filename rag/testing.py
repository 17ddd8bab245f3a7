"""For the tests of your own program: `assert_grounded(answer)`.

Where this package is installed, pytest has it as the fixture `assert_grounded` too. It costs nothing at run time: an
answer carries its verdicts already.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from rag.errors import RagError
from rag.library import Library
from rag.types import Answer, Claim, Support


def assert_grounded(answer: Answer, library: Library | None = None, *, or_refused: bool = False) -> None:
    """Raises AssertionError, which names every fault, unless each sentence rests on the words that it cites.

    That is: the answer is final; each sentence has a citation; the judge says that the cited words support it; and
    each quote is the text of its passage at its place, and with a `library` also of its document as it is now.
    A refusal rests on nothing: it is a fault, unless `or_refused`.
    """
    faults = list(_faults(answer, library, or_refused))
    if faults:
        raise AssertionError(f"“{answer.question}” is not answered from the documents:\n" + "\n".join(faults))


def _faults(answer: Answer, library: Library | None, or_refused: bool) -> Iterator[str]:
    if not answer.final:
        yield "- the answer is not final: take the last that is streamed"
    if answer.refusal is not None:
        if not or_refused:
            yield f"- it was refused ({answer.refusal}): {answer.text}"
        return
    if not answer.claims:
        yield "- it has no sentences"
    for mark in answer.invented_marks:
        yield f"- the writer named a passage that there is not: {mark}"
    for claim in answer.claims:
        yield from _of_claim(claim, library)


def _of_claim(claim: Claim, library: Library | None) -> Iterator[str]:
    if claim.verdict.support is not Support.SUPPORTED:
        yield f"- {claim.verdict.support}: “{claim.text}” ({claim.verdict.because})"
    for citation in claim.citations:
        passage = citation.passage
        inside = passage.text[citation.start - passage.start : citation.end - passage.start]
        if not passage.start <= citation.start < citation.end <= passage.end or inside != citation.quote:
            yield f"- [{citation.mark}] is not the text of its passage: “{citation.quote}”"
        elif library is not None:
            try:
                text = library.document(passage.document_id).text
            except RagError as problem:
                yield f"- [{citation.mark}] {problem}"
                continue
            if text[citation.start : citation.end] != citation.quote:
                yield f"- [{citation.mark}] is no longer the text of {passage.source}: “{citation.quote}”"


@pytest.fixture(name="assert_grounded")
def _fixture() -> Callable[..., None]:
    """`rag.testing.assert_grounded`."""
    return assert_grounded
