"""Mixed work on one served library, for minutes: no error, and memory and open files that do not grow.

    python tests/faults/soak.py --minutes 30

Eight programs ask, search, check and list without a pause between; two change documents, sync and forget. What the
server holds is read from /proc each ten seconds (Linux). The first quarter warms it up; the last is compared with it.
"""

from __future__ import annotations

import argparse
import random
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

import httpx
from serving import Served, served

ROOT = Path(__file__).parents[2]
GROWTH = 0.05
MORE_DESCRIPTORS = 20  # by chance: of threads that have not ended when they are counted
QUESTIONS = (
    "How many persons may the Ottoline carry?",
    "What did the gauge at Farrow Lock read?",
    "When was the Tide House opened?",
    "How many hectares of eelgrass are there?",
    "Who is the mayor of Atlantis?",
)


class Soak:
    """The work, and what came of it."""

    def __init__(self, library: Served, papers: Path, seconds: float) -> None:
        self._library = library
        self._papers = papers
        self._until = time.monotonic() + seconds
        self.done: Counter[str] = Counter()
        self.errors: list[str] = []

    def run(self) -> list[tuple[float, int, int]]:
        """Seconds, resident bytes and descriptors of the server, each ten seconds."""
        work = [self._ask] * 5 + [self._search, self._check, self._list, self._change, self._change]
        threads = [threading.Thread(target=self._again, args=(each, seed)) for seed, each in enumerate(work)]
        for thread in threads:
            thread.start()
        began, held = time.monotonic(), []
        while time.monotonic() < self._until:
            time.sleep(min(10.0, max(0.1, self._until - time.monotonic())))
            held.append((time.monotonic() - began, *_held(self._library.process.pid)))
        for thread in threads:
            thread.join()
        return held

    def _again(self, work: Callable[[random.Random], httpx.Response], seed: int) -> None:
        chance = random.Random(seed)
        while time.monotonic() < self._until:
            response = work(chance)
            self.done[response.request.url.path.split("/")[2]] += 1
            gone = response.status_code == 404 and response.request.method == "DELETE"  # the other has forgotten it
            if response.status_code != 200 and not gone:
                self.errors.append(f"{response.status_code} {response.text[:200]}")

    def _ask(self, chance: random.Random) -> httpx.Response:
        response = self._library.post("/ask", question=chance.choice(QUESTIONS))
        for claim in response.json().get("claims", []):
            for citation in claim["citations"]:
                if citation["quote"] and citation["end"] - citation["start"] != len(citation["quote"]):
                    self.errors.append(f"a wrong quote: {citation}")
        return response

    def _search(self, chance: random.Random) -> httpx.Response:
        return self._library.post("/search", query=chance.choice(QUESTIONS))

    def _check(self, chance: random.Random) -> httpx.Response:
        height = chance.randint(100, 999)
        return self._library.post("/check", claim=f"The gauge read {height} cm.", sources=["The gauge read 412 cm."])

    def _list(self, chance: random.Random) -> httpx.Response:
        return self._library.get("/documents", params={"matching": "gauge"})

    def _change(self, chance: random.Random) -> httpx.Response:
        name = f"gauge-{chance.randrange(20)}.txt"
        (self._papers / name).write_text(f"The gauge at Farrow Lock read {chance.randint(100, 999)} cm.\n" * 20)
        if chance.random() < 0.2:
            time.sleep(0.5)
            return httpx.delete(
                f"{self._library.address}/v1/documents/{self._papers / name}", headers=self._library.shown, timeout=120
            )
        time.sleep(0.5)
        return self._library.post("/sync", paths=[str(self._papers)])


def _held(process: int) -> tuple[int, int]:
    status = Path(f"/proc/{process}/status").read_text()
    resident = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmRSS"))
    return resident * 1024, len(list(Path(f"/proc/{process}/fd").iterdir()))


def main() -> int:
    """Prints what was done and held. Exit status: 1 for an error, or for memory or descriptors that grow."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory() as home:
        shutil.copytree(ROOT / "corpus", Path(home) / "corpus")
        papers = Path(home) / "papers"
        papers.mkdir()
        with served(Path(home) / "corpus", store=Path(home) / "store") as library:
            said: deque[str] = deque(maxlen=200)
            threading.Thread(target=said.extend, args=(library.process.stderr,), daemon=True).start()
            soak = Soak(library, papers, minutes * 60)
            held = soak.run()
            healthy = library.get("/health").json()["healthy"]
    quarter = max(1, len(held) // 4)
    warm, last = held[quarter : 2 * quarter] or held, held[-quarter:]
    before, after = (statistics.median(bytes_ for _, bytes_, _ in part) for part in (warm, last))
    descriptors = [max(files for _, _, files in part) for part in (warm, last)]
    sys.stdout.write(
        f"{minutes:g} minutes: {sum(soak.done.values()):,} requests ({dict(sorted(soak.done.items()))}),"
        f" {len(soak.errors)} errors, healthy at the end: {healthy}\n"
        f"memory: {before / 1e6:,.0f} MB in the second quarter, {after / 1e6:,.0f} MB in the last"
        f" ({after / before - 1:+.1%}); descriptors: at most {descriptors[0]}, then {descriptors[1]}\n"
    )
    for error in soak.errors[:10]:
        sys.stdout.write(f"    {error}\n")
    if soak.errors:
        sys.stdout.write("".join(f"    server: {line}" for line in said))
    grown = after > before * (1 + GROWTH) or descriptors[1] > descriptors[0] * (1 + GROWTH) + MORE_DESCRIPTORS
    return 1 if soak.errors or not healthy or grown else 0


if __name__ == "__main__":
    sys.exit(main())
