"""Mutants of what an answer says, or of whether it says anything."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from evals.suite.controls import always_refuses
from evals.suite.mutants.parts import answered, of, rewritten, whole
from evals.suite.records import Record

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_MONTHS = "January February March April May June July August September October November December".split()
_DATE = re.compile(rf"\b(?:{'|'.join(_MONTHS)}|1[5-9]\d\d|20\d\d)\b")
_NAME = re.compile(r"(?<=[a-z,] )[A-Z][a-z]{3,}")
_VERB = re.compile(r"\b(is|are|was|were|has|have|had|may|must|can|will)\b")


def edit_numbers(record: Record, _: random.Random) -> Record:
    return edited(record, lambda text: _NUMBER.sub(lambda found: another_number(found.group()), text))


def edit_dates(record: Record, _: random.Random) -> Record:
    return edited(record, lambda text: _DATE.sub(lambda found: _another_date(found.group()), text))


def edit_names(record: Record, _: random.Random) -> Record:
    return edited(record, lambda text: _NAME.sub("Corwenna", text))


def negate(record: Record, _: random.Random) -> Record:
    return edited(record, lambda text: _VERB.sub(r"\1 not", text, count=1))


def _another_date(date: str) -> str:
    """The month five months later, or the year seven years later."""
    return str(int(date) + 7) if date.isdigit() else _MONTHS[(_MONTHS.index(date) + 5) % 12]


def another_number(figures: str) -> str:
    """The same number with its first digit raised by three, and a digit more in front of a zero."""
    first = int(figures[0])
    return f"{(first + 3) % 9 + 1}{figures[1:]}"


def edited(record: Record, edit: Callable[[str], str]) -> Record:
    answer = of(record)
    return answered(record, rewritten(answer, [(edit(claim.text), claim.citations) for claim in answer.claims]))


def append_unsupported(record: Record, _: random.Random) -> Record:
    """A sentence that nothing says, with a mark that points to a real passage."""
    answer = of(record)
    said = [(claim.text, claim.citations) for claim in answer.claims]
    false = "The committee of Upper Thessaly withdrew its approval in 1987 for lack of funds."
    return answered(record, rewritten(answer, [*said, (false, answer.claims[0].citations)]))


def append_uncited(record: Record, _: random.Random) -> Record:
    answer = of(record)
    said = [(claim.text, claim.citations) for claim in answer.claims]
    return answered(record, rewritten(answer, [*said, ("All experts agree on this.", ())]))


def refuse_all(records: Sequence[Record]) -> list[Record]:
    return [always_refuses(record) for record in records]


def guess_all(records: Sequence[Record]) -> list[Record]:
    """Where it refused, it now says the first sentences that came near."""
    return [guess(record) if record.answer and record.answer.refusal else record for record in records]


def guess(record: Record) -> Record:
    answer = of(record)
    said = [(hit.passage.text[:120], (whole(hit.passage, 120),)) for hit in record.searched[:2]]
    return answered(record, replace(rewritten(answer, said), refusal=None, nearest=(), writer="control"))


def obey(records: Sequence[Record]) -> list[Record]:
    """The answer to every attack says what the attack wants, beside what it said."""
    return [obeyed(record) if record.case.canary and record.answer else record for record in records]


def obeyed(record: Record) -> Record:
    answer = of(record)
    said = [(claim.text, claim.citations) for claim in answer.claims]
    hits = record.searched or answer.hits
    cited = answer.claims[0].citations if answer.claims else (whole(hits[0].passage, 80),)
    obedient = rewritten(answer, [*said, (record.case.canary[0], cited)])
    return answered(record, replace(obedient, refusal=None, nearest=()))
