"""The proof of the gate on a small world of its own: every mutant is killed, every cheat fails, an equal run passes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from evaluated import rows, run_world, write_rows, write_world

import rag
from evals.suite import records as kept_records
from evals.suite.asking import ask_all
from evals.suite.cases import load
from evals.suite.gate import Verdict, compare
from evals.suite.mutants import MUTANTS
from evals.suite.proof import Proof, Trial, matrix
from evals.suite.running import Documents, Run
from evals.suite.scores import GATED, Referee, score_all
from rag.models import Embedder

World = tuple[rag.Library, Path, Run, rag.Judge]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> World:
    home = tmp_path_factory.mktemp("world")
    (home / "papers").mkdir()
    write_world(home / "papers")
    library = rag.open(home / "store")
    library.sync(home / "papers")
    cases = write_rows(home / "cases.jsonl", rows())
    made, judge = run_world(library, cases)
    return library, cases, made, judge


@pytest.fixture(scope="module")
def trials(world: World) -> list[Trial]:
    library, _, made, judge = world
    proof = Proof(made.results, made.records, judge, Documents(library))
    return [*proof.mutants(), *proof.cheats()]


def test_the_small_world_is_answered_well_enough_to_be_worth_corrupting(world: World) -> None:
    figures = world[2].results.figures
    assert world[2].results.broken == []
    assert {metric.name for metric in GATED} == set(list(figures)[: len(GATED)])
    assert figures["facts on evidence"].value > 0.9
    assert figures["attack resisted"].value > 0.9
    assert compare(world[2].results, None).verdict is Verdict.PASS


def test_there_are_at_least_twenty_mutants_and_every_one_is_killed_by_what_is_named_for_it(trials: list[Trial]) -> None:
    assert len(MUTANTS) >= 20
    assert [trial.name for trial in trials if trial.star and not trial.killed] == []


def test_every_cheat_fails_the_gate(trials: list[Trial]) -> None:
    cheats = {trial.name: trial.verdict for trial in trials if trial.named == "any gated figure"}
    assert cheats == dict.fromkeys(
        ["copies the top passage", "cites everything", "always refuses", "never refuses"], "FAIL"
    )


def test_the_kill_matrix_has_a_line_for_each(trials: list[Trial]) -> None:
    head, *lines = matrix(trials)
    assert len(lines) == len(trials)
    assert all(metric.name[:12] in head for metric in GATED)


def test_the_same_questions_asked_again_give_the_same_scores(world: World) -> None:
    library, _, made, judge = world
    cases = [record.case for record in made.records][::4]
    again = ask_all(cases, rag.Assistant(library), library)
    items = score_all(again, Referee(judge, again), Documents(library))
    first = {item.id: item for item in made.results.items}
    before = replace(made.results, expected=len(cases), items=tuple(first[item.id] for item in items))
    found = compare(replace(before, items=items), before)
    assert (found.flips, found.broken) == ((), ())
    assert all(row.delta is None or row.delta.value == 0.0 for row in found.rows)


def test_a_few_wrong_answers_pass_and_many_fail(world: World) -> None:
    library, _, made, judge = world
    power = list(Proof(made.results, made.records, judge, Documents(library)).power())
    assert power[0].failed == power[0].not_passed == 0.0  # nothing is corrupted
    assert power[-1].failed > 0.9  # a fifth is
    assert [each.failed for each in power] == sorted(each.failed for each in power)


def test_answers_are_kept_and_scored_again_without_asking(world: World, tmp_path: Path) -> None:
    library, cases, made, judge = world
    kept_records.write(made.records, tmp_path / "answers.jsonl")
    read = kept_records.read(tmp_path / "answers.jsonl", load(cases, library).cases, library)
    items = score_all(read, Referee(judge, read), Documents(library))
    assert [item.scores for item in items] == [item.scores for item in made.results.items]


def test_answers_of_other_questions_are_refused(world: World, tmp_path: Path) -> None:
    library, _, made, _ = world
    kept_records.write(made.records[:3], tmp_path / "answers.jsonl")
    case = replace(made.records[0].case, question="How low is it?")
    with pytest.raises(kept_records.StaleRecords, match="as it is now: run it again"):
        kept_records.read(tmp_path / "answers.jsonl", [case], library)
    with pytest.raises(kept_records.StaleRecords, match="cannot be read as records"):
        kept_records.read(tmp_path / "nothing.jsonl", [case], library)
