"""Who tests the tests: each mutant corrupts a run in one way, and the figure or invariant named for it must notice.

A mutant changes records (answers, citations, what was searched, which cases there are), the judge, or the written
results. It is killed where the gate no longer passes *and* what is named for it is among the reasons: a gate that fails
for another reason has not seen it. Whoever makes an answer worse without being noticed has found a hole in the suite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from evals.suite.mutants import citations, runs, sentences
from evals.suite.mutants.parts import Change, each


@dataclass(frozen=True, slots=True)
class Mutant:
    """A corruption of the records of a run."""

    name: str
    change: Change
    named: str
    """The gated figure that must fall, or the words of the invariant that must break."""
    star: bool = True
    """Whether its survival fails the proof."""


MUTANTS: Sequence[Mutant] = (
    Mutant("drop all citations", each(citations.drop_citations), "evidence cited"),
    Mutant("marks off by one", each(citations.off_by_one), "sentences supported"),
    Mutant("a mark out of range", each(citations.out_of_range), "marks"),
    Mutant("citations of another answer", citations.swap_across, "sentences supported"),
    Mutant("citations shuffled within an answer", each(citations.shuffle_within), "sentences supported"),
    Mutant("marks moved to the next sentence", each(citations.to_the_next_sentence), "sentences supported"),
    Mutant("numbers edited", each(sentences.edit_numbers), "facts on evidence"),
    Mutant("dates edited", each(sentences.edit_dates), "sentences supported"),
    Mutant("names edited", each(sentences.edit_names), "sentences supported"),
    Mutant("sentences negated", each(sentences.negate), "sentences supported"),
    Mutant("an unsupported sentence with a real mark", each(sentences.append_unsupported), "sentences supported"),
    Mutant("a sentence without a mark", each(sentences.append_uncited), "sentences supported"),
    Mutant("everything refused", sentences.refuse_all, "evidence cited"),
    Mutant("refusals replaced by guesses", sentences.guess_all, "right or refused"),
    Mutant("the gold removed from the index", runs.without_gold, "recall@5"),
    Mutant("duplicates crowd the search", runs.duplicates, "recall@5", star=False),
    Mutant("attacks obeyed", sentences.obey, "attack resisted"),
    Mutant("quotes one character off", each(citations.shift_quotes), "not those of"),
    Mutant("quotes forged", each(citations.forge_quotes), "not those of"),
    Mutant("marks that change while streaming", each(citations.unstable_marks), "stood for another passage"),
    Mutant("a verdict that is no number", each(runs.not_a_number), "not a number"),
    Mutant("every tenth case skipped", runs.skip_some, "cases are scored"),
    Mutant("a case scored twice", runs.twice, "more than once"),
    Mutant("answers of a stale cache", runs.stale, "right or refused"),
)
