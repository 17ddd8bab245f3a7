"""The proof that the gate works: every mutant is killed, every cheat fails, and losses of a stated size are noticed.

It starts from the records of a finished run and scores them again; only sentences that a mutant changed are judged
anew.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace

import rag
from evals.suite.cases import KINDS
from evals.suite.controls import CONTROLS
from evals.suite.gate import Comparison, NotComparable, Verdict, compare
from evals.suite.judge_on_gold import judge_on_gold
from evals.suite.mutants import MUTANTS, Mutant
from evals.suite.mutants.citations import swap_across
from evals.suite.mutants.judges import BENT, Bent, Moved
from evals.suite.records import Record
from evals.suite.results import Results
from evals.suite.scores import GATED, Referee, Scored, score_all

OF_EACH = 12
"""Cases of each kind that mutants are tried on; of attacks all."""
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2)
DRAWS = 40
EFFECT = 0.05
"""The declared effect: with so large a share of the answers corrupted the gate fails at least 80 times in 100."""

Documents = Callable[[str], rag.Document]


@dataclass(frozen=True, slots=True)
class Trial:
    """What became of one mutant or cheat."""

    name: str
    named: str
    star: bool
    killed: bool
    verdict: str
    moved: tuple[str, ...]
    """The gated figures that failed or are inconclusive."""
    because: str


@dataclass(frozen=True, slots=True)
class Power:
    """How often a run with this share of corrupted answers failed, and how often it did not pass."""

    share: float
    failed: float
    not_passed: float


class Proof:
    """A run that is corrupted again and again. `results` and `records` are of the same cases in the same order."""

    def __init__(self, results: Results, records: Sequence[Record], judge: rag.Judge, document_of: Documents) -> None:
        by_id = {item.id: item for item in results.items}
        self._records = tuple(_some(records))
        self._items = tuple(by_id[record.case.id] for record in self._records)
        self._judge = judge
        self._document_of = document_of
        self._referee = Referee(judge, self._records)
        self._base = replace(results, expected=len(self._records), items=self._items)
        self._whole = results
        self._all = tuple(records)

    def mutants(self) -> Iterator[Trial]:
        """Every mutant of the records, of the judge, and of the written results."""
        for mutant in MUTANTS:
            yield self._tried(mutant)
        yield from self._bent()
        yield from self._other_runs()

    def cheats(self) -> Iterator[Trial]:
        """Every control as the candidate: it must not pass."""
        for name, control in CONTROLS.items():
            found = self._compared([control(record) for record in self._records])
            yield _trial(name, "any gated figure", True, found, found.verdict is Verdict.FAIL)

    def power(self) -> Iterator[Power]:
        """How often the gate fails over all cases of the run, by the share of answers that are corrupted.

        A corrupted answer has the citations of another answer: what a broken release would do.
        """
        worse = self._all_corrupted()
        for share in SHARES:
            verdicts = [self._drawn(worse, share, seed) for seed in range(DRAWS)]
            failed = sum(verdict is Verdict.FAIL for verdict in verdicts) / DRAWS
            passed = sum(verdict is Verdict.PASS for verdict in verdicts) / DRAWS
            yield Power(share, failed, 1 - passed)

    def _tried(self, mutant: Mutant) -> Trial:
        found = self._compared(mutant.change(self._records))
        seen = mutant.named in _moved(found) or any(mutant.named in line for line in found.broken)
        return _trial(mutant.name, mutant.named, mutant.star, found, found.exit_status != 0 and seen)

    def _compared(self, records: Sequence[Record]) -> Comparison:
        return compare(replace(self._base, items=self._scored(records)), self._base)

    def _scored(self, records: Sequence[Record]) -> tuple[Scored, ...]:
        """The scores of these records; those that are as they were are not scored again."""
        known = {id(record): item for record, item in zip(self._records, self._items, strict=True)}
        new = [record for record in records if id(record) not in known]
        fresh = dict(
            zip(map(id, new), score_all(new, self._referee, self._document_of, each_citation=False), strict=True)
        )
        return tuple(known.get(id(record)) or fresh[id(record)] for record in records)

    def _bent(self) -> Iterator[Trial]:
        """Judges that cannot judge, by how they agree with the gold evidence."""
        cases = [record.case for record in self._all]
        judges: dict[str, rag.Judge] = {name: Bent(name, says) for name, says in BENT.items()}
        threshold = self._threshold()
        for by in (-0.2, 0.2):
            judges[f"the judge's threshold moved by {by:+.1f}"] = Moved(self._judge, threshold, by)
        for name, judge in judges.items():
            candidate = replace(self._whole, judge_on_gold=judge_on_gold(judge, cases))
            found = compare(candidate, self._whole)
            yield _trial(name, "judge", True, found, any("judge" in line for line in found.broken))

    def _threshold(self) -> float:
        """The lowest score that the judge calls supported, on right answers with their evidence."""
        pairs = [
            rag.Pair(record.case.answer, tuple(group[0].text for group in record.case.evidence))
            for record in self._all
            if record.case.answer and record.case.evidence
        ]
        verdicts = self._judge.verdicts(pairs)
        return min(
            (v.score for v in verdicts if v.support is rag.Support.SUPPORTED and v.score is not None), default=0.5
        )

    def _other_runs(self) -> Iterator[Trial]:
        """Runs of other cases and of another corpus: they cannot be compared, and that is said."""
        made = self._base.provenance
        others = {
            "the file of cases cut short": ("cases", replace(made, cases="0" * 64)),
            "a run of another corpus": ("corpus", replace(made, corpus="0" * 64)),
        }
        for name, (field, provenance) in others.items():
            changed = replace(self._base, provenance=provenance)
            try:
                found = compare(changed, self._base)
                yield _trial(name, field, True, found, False)
            except NotComparable as problem:
                yield Trial(name, field, True, field in str(problem), "NOT COMPARABLE", (), str(problem))

    def _all_corrupted(self) -> Mapping[str, Scored]:
        """Every case that has sentences, with the citations of another answer behind them, scored again."""
        changed = swap_across(self._all)
        corrupted = [new for new, old in zip(changed, self._all, strict=True) if new is not old]
        scored = score_all(corrupted, Referee(self._judge, self._all), self._document_of, each_citation=False)
        # What breaks an invariant fails by that alone: here the figures are to notice.
        return {item.id: replace(item, broken=()) for item in scored}

    def _drawn(self, worse: Mapping[str, Scored], share: float, seed: int) -> Verdict:
        chance = random.Random(seed)
        names = chance.sample(sorted(worse), round(share * len(worse)))
        hit = set(names)
        items = tuple(worse[item.id] if item.id in hit else item for item in self._whole.items)
        return compare(replace(self._whole, items=items), self._whole).verdict


def _some(records: Sequence[Record]) -> Iterator[Record]:
    for kind in KINDS:
        of_kind = [record for record in records if record.case.kind == kind]
        step = 1 if kind == "attack" else max(1, len(of_kind) // OF_EACH)
        yield from of_kind[::step][: len(of_kind) if kind == "attack" else OF_EACH]


def _moved(found: Comparison) -> tuple[str, ...]:
    return tuple(row.metric.name for row in found.rows if row.verdict in (Verdict.FAIL, Verdict.INCONCLUSIVE))


def _trial(name: str, named: str, star: bool, found: Comparison, killed: bool) -> Trial:
    return Trial(name, named, star, killed, found.verdict, _moved(found), found.because)


def matrix(trials: Sequence[Trial]) -> Iterator[str]:
    """The kill matrix: mutants down, gated figures and invariants across."""
    short = [metric.name for metric in GATED]
    yield f"{'':42} {'':9} " + " ".join(f"{name[:12]:12}" for name in short) + " named"
    for trial in trials:
        cells = " ".join(f"{'moved' if name in trial.moved else '·':12}" for name in short)
        mark = "killed" if trial.killed else "SURVIVED"
        yield f"{'★ ' if trial.star else '  '}{trial.name:40} {mark:9} {cells} {trial.named}"


def as_json(trials: Sequence[Trial], power: Sequence[Power]) -> dict[str, object]:
    """What a report shows of a proof."""
    return {"trials": [asdict(trial) for trial in trials], "power": [asdict(each) for each in power]}
