"""Where documents give different values for what is asked: both are shown, with their dates, and none is chosen.

Precision before recall: a reader who is told of a disagreement that is none trusts no other. Two values are
only reported if they answer the question, have the same unit, are said of the same thing in much the same words,
and of the same time, or are rules of which the newer replaced the older.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rag.evidence import Evidence
from rag.evidence.asking import MEASURING, asks_for_a_value, subject_of, wanted_by
from rag.evidence.disagreement.likeness import (
    STATISTICS,
    any_meet,
    are_alike,
    are_comparable,
    are_equal,
    are_far_apart,
    are_of_one_time,
    are_opposed,
    dates_above,
)
from rag.evidence.disagreement.statements import Statement, names_of, statements_of, telling
from rag.terms import terms
from rag.types import Citation, Disagreement, Value
from rag.values.dates import Period, meet, periods

# A sentence this much worse than the best does not answer; so many sentences are read.
_MARGIN = 0.35
_MOST_READ = 24
_NEAR_THE_BEST = 0.2  # a sentence that much worse than the best is not what the others are compared with
_IN_ITS_CLAUSE = 0.3  # what it adds to a sentence's score that all of the question's terms are beside the value
_REFERENCES = 2  # statements that may be the answer, with which the others are compared
_COVERED = 0.5  # share of the question's terms that sentence, title and headings hold
_MOST_VALUES = 4


def disagreements(evidence: Evidence, date_of: Callable[[str], str]) -> tuple[Disagreement, ...]:
    """The different values that documents give for what is asked, newest first; marks are 0, to be set by the caller.

    `date_of` gives the date of the document with an id, "" where it is not known. Two to four values, one
    sentence each. At most one disagreement, because a question asks one thing.
    """
    question = evidence.question
    if not asks_for_a_value(question):
        return ()
    statements = _answering(evidence, date_of)
    asked = telling(question)
    most = max((len(asked & each.around) for each in statements), default=0)
    near = [each for each in statements if each.choice.score >= evidence.choices[0].score - _NEAR_THE_BEST]
    for reference in near[:_REFERENCES]:
        if len(asked & reference.around) < most and reference is not near[0]:
            continue
        sides = _sides(reference, statements, question)
        if 2 <= len(sides) <= _MOST_VALUES:
            values = _distinct([_value(_best(side, sides), date_of) for side in sides])
            if len(values) < 2:
                continue
            newest_first = sorted(values, key=lambda value: value.date, reverse=True)
            return (Disagreement(subject_of(question), tuple(newest_first)),)
    return ()


def _answering(evidence: Evidence, date_of: Callable[[str], str]) -> list[Statement]:
    """The statements that may answer the question, the likeliest first."""
    question, choices = evidence.question, evidence.choices[:_MOST_READ]
    asked = telling(question) - MEASURING
    wanted = wanted_by(question)
    names = {term for name in names_of(question) for term in terms(name)}
    times = [period.date for period in periods(question)]
    found: list[tuple[float, Statement]] = []
    for choice in choices:
        if choice.score < choices[0].score - _MARGIN:
            break
        statements = [
            each
            for each in statements_of(choice, wanted)
            if _covers(each, telling(question), names) and _is_of_the_time_asked(each, times, date_of)
        ]
        fitting = [len(each.clause & asked) for each in statements]
        for place, (each, fits) in enumerate(zip(statements, fitting, strict=True)):
            if each.is_correcting or place == fitting.index(max(fitting)):
                found.append((choice.score + _IN_ITS_CLAUSE * fits / max(1, len(asked)), each))
    found.sort(key=lambda pair: -pair[0])
    return [statement for _, statement in found]


def _covers(statement: Statement, asked: frozenset[str], names: set[str]) -> bool:
    """Whether a statement is about what is asked: enough of its terms, and no other name in the place of its names."""
    other_kind = any(asked & kind and not statement.words & kind for kind in STATISTICS)
    if other_kind or are_opposed(statement.words, asked):
        return False
    subject = asked - MEASURING
    if len(subject & statement.around) < _COVERED * len(subject):
        return False
    others = {name for name in statement.names if not set(terms(name)) & names}
    return names <= statement.around or not others or statement.is_correcting


def _sides(reference: Statement, statements: Sequence[Statement], question: str) -> list[list[Statement]]:
    """The statements of what the reference states, by value: those that agree together, its own first."""
    others = [each for each in statements if each is not reference]
    agreeing = [each for each in others if are_equal(reference, each) and _is_of_the_same(reference, each, question)]
    sides = [[reference, *agreeing]]
    for each in others:
        if are_equal(reference, each) or not any(_contradicts(each, one, statements, question) for one in sides[0]):
            continue
        side = next((side for side in sides[1:] if are_equal(side[0], each)), None)
        if side is not None:
            side.append(each)
        else:
            sides.append([each])
    for side in sides[1:]:  # who says the same, perhaps better, in a document that takes both sides
        side += [
            each
            for each in others
            if each not in side and are_equal(side[0], each) and _is_of_the_same(reference, each, question)
        ]
    return sides


def _contradicts(each: Statement, one: Statement, statements: Sequence[Statement], question: str) -> bool:
    """Whether a statement gives another value for what one states: in another document, or to correct it."""
    may_correct = each.is_correcting and are_comparable(one, each) and not are_far_apart(one, each)
    if may_correct and are_of_one_time(one, each):
        # "First printed as 287, now 279" stands against every 287, in whatever words that one is stated.
        # In a row only against the same column, such as "Version 2: 11 m/s; Version 3: 9 m/s".
        beside = [other for other in statements if other.choice is each.choice and other is not each]
        beside = [other for other in beside if not each.fields or each.clause & other.clause]
        if any(other is one or are_equal(one, other) for other in beside):
            return True
    elsewhere = one.document_id != each.document_id or each.is_correcting
    return elsewhere and _is_of_the_same(one, each, question)


def _is_of_the_same(one: Statement, other: Statement, question: str) -> bool:
    return are_comparable(one, other) and are_of_one_time(one, other) and are_alike(one, other, question)


def _is_of_the_time_asked(statement: Statement, asked: Sequence[str], date_of: Callable[[str], str]) -> bool:
    """Whether a statement is about the dates that the question names, as far as it or its document says."""
    if not asked:
        return True
    if isinstance(statement.value, Period):
        date = statement.value.date
        return ":" in date or any(meet(date[:4], each[:4]) for each in asked if not date.startswith("-"))
    if statement.dates:
        return any_meet(statement.dates, asked)
    about = dates_above(statement) or [date_of(statement.document_id)]
    return any(not date or meet(date[:4], each[:4]) or "/" in date for date in about for each in asked)


def _best(side: Sequence[Statement], sides: Sequence[Sequence[Statement]]) -> Statement:
    """The sentence that speaks for a side: one that says it still holds, in a document that takes no other side."""
    others = {each.document_id for other in sides if other is not side for each in other}
    return max(side, key=lambda each: (not each.is_correcting, each.document_id not in others, each.choice.score))


def _distinct(values: Sequence[Value]) -> list[Value]:
    """Those that are written differently: "3" of metres and "3" of pounds are no disagreement that a reader sees."""
    return list({value.value: value for value in reversed(values)}.values())[::-1]


def _value(statement: Statement, date_of: Callable[[str], str]) -> Value:
    quote = statement.choice.quote
    date = "" if statement.is_replaced else statement.valid_from or date_of(statement.document_id)
    return Value(statement.written, Citation(0, quote.hit.passage, quote.start, quote.end, quote.text), date)
