"""Reads damaged files of each format and says which broke a promise: `python tests/fuzz --inputs 1000 --seed 1`.

Status 1: there were findings. Each is named by its number, which with the same seed makes the same file again.
"""

from __future__ import annotations

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # the tests, as pytest has it, and not this folder

from fuzz.promises import FOUND, READ, REFUSED  # noqa: E402
from fuzz.reading import Tally, read_all  # noqa: E402
from fuzz.seeds import ENDINGS  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(prog="fuzz", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--inputs", type=int, default=1000, help="files of each format")
    parser.add_argument("--first", type=int, default=0, help="the number of the first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", action="append", choices=tuple(ENDINGS), help="only this one; may be repeated")
    parser.add_argument("--keep", type=Path, help="a folder for the files that broke a promise")
    parser.add_argument("--jobs", type=int, default=2, help="formats read at a time")
    asked = parser.parse_args()
    numbers = range(asked.first, asked.first + asked.inputs)
    _say(f"{'format':8}{'inputs':>9}{'read':>9}{'refused':>9}{'findings':>10}{'seconds':>9}  slowest")
    found = 0
    with ThreadPoolExecutor(asked.jobs) as pool:
        begun = [pool.submit(read_all, kind, asked.seed, numbers) for kind in asked.format or ENDINGS]
        for done in as_completed(begun):
            found += len(done.result().findings)
            _tell(done.result(), asked.keep)
    return 1 if found else 0


def _tell(tally: Tally, folder: Path | None) -> None:
    read, refused, broke = (tally.outcomes[what] for what in (READ, REFUSED, FOUND))
    slowest = f"{tally.slowest[0]:.1f} s (number {tally.slowest[1]})"
    counts = f"{tally.outcomes.total():9,}{read:9,}{refused:9,}{broke:10,}{tally.seconds:9.0f}"
    _say(f"{tally.kind:8}{counts}  {slowest}")
    for finding in tally.findings:
        _say(f"    number {finding.number}: {finding.why[:300]}")
        if folder:
            folder.mkdir(parents=True, exist_ok=True)
            name = f"{finding.number}.{ENDINGS[tally.kind].split()[0]}"
            (folder / f"{tally.kind}-{name}").write_bytes(finding.content)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()  # a run may take an hour, and its lines go into a file


if __name__ == "__main__":
    sys.exit(main())
