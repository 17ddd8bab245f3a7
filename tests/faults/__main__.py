"""Kills processes that change a store, at chosen and at random moments, and says what was lost.

python tests/faults --kills 200 --seed 1
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from faults.plans import Plan, load, plans
from faults.survival import Outcome, survive, undisturbed
from faults.victims import Death, End


def deaths(whole: End, number: int, chance: random.Random) -> Iterator[Death]:
    """Three of four at a moment of the plan, as evenly spread as may be; the others after a random time."""
    at_moments = min(whole.moments, number - number // 4)
    step = whole.moments / max(1, at_moments)
    offset = chance.random() * step
    for place in range(at_moments):
        yield Death(moment=1 + int(place * step + offset) % whole.moments)
    for _ in range(number - at_moments):
        yield Death(seconds=chance.uniform(0.02, max(0.05, whole.seconds)))


def killed(plan: Plan, home: Path, number: int, chance: random.Random) -> list[Outcome]:
    """The outcomes of so many deaths of a plan."""
    whole = undisturbed(plan, home)
    return [survive(plan, home, death) for death in deaths(whole, number, chance)]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def main() -> int:
    """Prints a line for each plan, and each fault. Exit status: 1 where there is one."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--plan", default="", help="only the plans whose names hold this")
    options = parser.parse_args()
    chance = random.Random(options.seed)
    chosen = [plan for plan in plans() if options.plan in plan.name]
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        load(Path(folder) / "vectors")
        for plan in chosen:
            began = time.monotonic()
            of_plan = killed(plan, Path(folder) / "home", -(-options.kills // len(chosen)), chance)
            died = [outcome for outcome in of_plan if outcome.killed]
            healed = sum(bool(outcome.healed) for outcome in died)
            bad = [outcome for outcome in of_plan if outcome.faults]
            seconds = time.monotonic() - began
            _say(
                f"{plan.name:15} {len(died):4} killed, {healed:4} healed at opening,"
                f" {len(bad):3} faults, {seconds:6.1f} s"
            )
            for outcome in bad:
                _say(f"    {outcome.death}, after {outcome.done} steps: {'; '.join(outcome.faults)}")
            outcomes += of_plan
    faults = sum(bool(outcome.faults) for outcome in outcomes)
    _say(f"{sum(outcome.killed for outcome in outcomes)} killed, {faults} with a fault")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
