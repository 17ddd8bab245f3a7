"""`python -m evals`: whether answers are grounded in their citations, as a gate that can be trusted.

Exit status: 0 PASS, 1 FAIL, 2 something cannot be used as it is (a case, a baseline, a model), 3 INCONCLUSIVE.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import rag
from evals import judge
from evals.suite import printed, records, results, running
from evals.suite.asking import OutOfBudget
from evals.suite.cases import SUITES, MalformedCase
from evals.suite.gate import NotComparable, Verdict, compare
from evals.suite.proof import Proof, as_json, matrix
from evals.suite.records import StaleRecords
from evals.suite.report import read_proof, write_all
from evals.suite.results import UnusableResults
from evals.suite.starter import starter

BASELINES = Path(__file__).parent / "baseline"
UNUSABLE = (MalformedCase, NotComparable, OutOfBudget, StaleRecords, UnusableResults, rag.RagError, OSError)


def run(options: argparse.Namespace) -> int:
    """Asks the cases, scores the answers, and compares them with a baseline."""
    wanted = _wanted(options)
    baseline = results.read(options.baseline) if options.baseline else None
    with running.opened(wanted, anew=True) as library:
        made = running.run(wanted, library)
    running.write(made, options.out)
    print("\n".join(printed.run(made.results)))
    comparison = compare(made.results, baseline)
    print("\n".join(printed.comparison(comparison)))
    print(f"Results: {options.out}, answers: {running.answers_beside(options.out)}", file=sys.stderr)
    return comparison.exit_status


def compare_two(options: argparse.Namespace) -> int:
    """Compares two runs."""
    comparison = compare(results.read(options.new), results.read(options.base))
    print("\n".join(printed.comparison(comparison)))
    return comparison.exit_status


def mutate(options: argparse.Namespace) -> int:
    """Corrupts a finished run in every way that is known, and says which corruptions the gate notices."""
    wanted = _wanted(options)
    made = results.read(options.results)
    with running.opened(wanted) as library:
        _, cases = running.chosen(replace(wanted, suite=made.provenance.suite), library)
        answers = records.read(running.answers_beside(options.results), cases, library)
        proof = Proof(made, answers, rag.load_judge(library.settings, library.embedder), running.Documents(library))
        trials = [*proof.mutants(), *proof.cheats()]
        power = list(proof.power())
        repeats = [running.run(wanted, library).results for _ in range(options.repeat)]
    print("\n".join([*matrix(trials), "", *printed.power(power)]))
    false_alarms = [compare(again, repeats[0]).verdict for again in repeats[1:]]
    if repeats:
        failed = sum(verdict is not Verdict.PASS for verdict in false_alarms)
        print(f"the same run again, {len(false_alarms)} times: {failed} did not pass")
    survived = [trial.name for trial in trials if trial.star and not trial.killed]
    print(f"{sum(trial.killed for trial in trials)} of {len(trials)} are killed")
    for name in survived:
        print(f"survived: {name}")
    if options.out:
        options.out.write_text(json.dumps(as_json(trials, power), indent=1) + "\n", encoding="utf-8")
    return 1 if survived or any(verdict is not Verdict.PASS for verdict in false_alarms) else 0


def report(options: argparse.Namespace) -> int:
    """Writes a finished run as report.html, junit.xml, summary.md and cases.csv."""
    made = results.read(options.results)
    baseline = results.read(options.baseline) if options.baseline else None
    wanted = replace(_wanted(options), suite=made.provenance.suite)
    proof = read_proof(options.proof)
    with running.opened(wanted) as library:
        _, cases = running.chosen(wanted, library)
        answers = records.read(running.answers_beside(options.results), cases, library)
    comparison = compare(made, baseline)
    for file in write_all(options.out, made, comparison, answers, baseline, proof, rag.judge_card()):
        print(file)
    return 0


def meta(options: argparse.Namespace) -> int:
    """Measures the judge against human labels, beside trivial checkers: the same as `python -m evals.judge`."""
    judge.main([str(options.data), *options.rest])
    return 0


def init(options: argparse.Namespace) -> int:
    """Writes a starter file of cases from a store's own documents, for editing by hand. No language model is used."""
    if options.out.exists():
        raise UnusableResults(f"{options.out} is there already: name another --out")
    with rag.open(options.store) as library:
        made = starter(library, options.n)
        options.out.write_text("".join(f"{line}\n" for line in made), encoding="utf-8")
    print(
        f"{len(made)} cases in {options.out}. Read each: drop what is no question, and word the rest as you would ask."
    )
    return 0


def _wanted(options: argparse.Namespace) -> running.Wanted:
    store = options.store or running.STORE
    corpus = options.corpus or (None if options.store else running.CORPUS)
    return running.Wanted(
        options.cases, corpus, store, options.suite, options.writer, options.cache, options.budget
    )  # fmt: skip


def parser() -> argparse.ArgumentParser:
    """What can be typed."""
    evals = argparse.ArgumentParser(prog="python -m evals", description=(__doc__ or "").splitlines()[0])
    commands = evals.add_subparsers(required=True, metavar="COMMAND")

    command = commands.add_parser("run", help="ask the cases and score the answers", description=run.__doc__)
    command.set_defaults(do=run)
    _what_is_asked(command)
    command.add_argument("--out", type=Path, default=Path(".evals/results.json"), metavar="FILE", help="the results")
    command.add_argument("--baseline", type=Path, metavar="FILE", help="results to compare with")

    command = commands.add_parser("compare", help="compare two runs: a gate", description=compare_two.__doc__)
    command.set_defaults(do=compare_two)
    command.add_argument("base", type=Path, metavar="BASE", help="results of the version before")
    command.add_argument("new", type=Path, metavar="NEW", help="results of the version that is to replace it")

    command = commands.add_parser("mutate", help="prove that the gate notices corruption", description=mutate.__doc__)
    command.set_defaults(do=mutate)
    command.add_argument("results", type=Path, metavar="RESULTS", help="a finished run")
    _what_is_asked(command)
    command.add_argument("--repeat", type=int, default=0, metavar="N", help="also run the suite N times: none may fail")
    command.add_argument("--out", type=Path, metavar="FILE", help="the kill matrix and the power curve, for a report")

    command = commands.add_parser("report", help="a run as HTML, JUnit XML, Markdown, CSV", description=report.__doc__)
    command.set_defaults(do=report)
    command.add_argument("results", type=Path, metavar="RESULTS", help="a finished run")
    _what_is_asked(command)
    command.add_argument("--baseline", type=Path, metavar="FILE", help="results to compare with")
    command.add_argument("--proof", type=Path, metavar="FILE", help="what `mutate --out FILE` wrote")
    command.add_argument("--out", type=Path, default=Path(".evals/report"), metavar="DIR", help="where it is written")

    command = commands.add_parser("meta", help="the judge against human labels", description=meta.__doc__)
    command.set_defaults(do=meta)
    command.add_argument("data", type=Path, metavar="DATA", help="a folder of labelled sets")
    command.add_argument("rest", nargs=argparse.REMAINDER, metavar="…", help="options of `python -m evals.judge`")

    command = commands.add_parser("init", help="starter cases of your own documents", description=init.__doc__)
    command.set_defaults(do=init)
    command.add_argument("--store", type=Path, default=Path(".rag"), metavar="DIR", help="the store (default: .rag)")
    command.add_argument("-n", type=int, default=50, metavar="N", help="how many cases at most (default: 50)")
    command.add_argument("--out", type=Path, default=Path("cases.jsonl"), metavar="FILE", help="where they are written")
    return evals


def _what_is_asked(command: argparse.ArgumentParser) -> None:
    command.add_argument("--suite", choices=SUITES, default="full", help="a few of each kind, most, or all")
    command.add_argument("--cases", type=Path, default=running.CASES, metavar="PATH", help="a file or folder of cases")
    command.add_argument("--corpus", type=Path, metavar="FOLDER", help="documents to bring into the store first")
    command.add_argument("--store", type=Path, metavar="DIR", help="a store to ask as it is (default: of corpus/)")
    command.add_argument("--writer", choices=("extractive", "llm"), default="extractive", help="who writes answers")
    command.add_argument("--cache", type=Path, metavar="DIR", help="where answers of a language model are kept")
    command.add_argument("--budget", type=int, metavar="N", help="questions that may be asked of a language model anew")


def main(words: Sequence[str] | None = None) -> int:
    """The exit status of a command."""
    options = parser().parse_args(words)
    try:
        status: int = options.do(options)
        return status
    except UNUSABLE as problem:
        print(f"evals: {problem}", file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
