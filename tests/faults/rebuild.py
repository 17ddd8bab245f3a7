"""How long it takes to make both indexes anew from the catalogue.

    python tests/faults/rebuild.py --passages 100000

The documents are made up, and their vectors are of chance, since to embed them would take much longer than what is
measured; all else is as it is for any library.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

import rag
from rag.models import Embedder

WORDS = [f"word{number}" for number in range(20_000)]


def main() -> int:
    """Prints seconds and sizes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--passages", type=int, default=100_000)
    number = parser.parse_args().passages
    chance = np.random.default_rng(1)

    def of_chance(self: Embedder, texts: Sequence[str]) -> np.ndarray:
        made = chance.normal(size=(len(texts), 384)).astype(np.float32)
        return made / np.linalg.norm(made, axis=1, keepdims=True)

    Embedder.embed_passages = of_chance  # type: ignore[method-assign]
    with tempfile.TemporaryDirectory() as home:
        rows = Path(home) / "rows.jsonl"
        words = random.Random(1)
        with rows.open("w", encoding="utf-8") as file:
            for row in range(number):
                text = " ".join(words.choices(WORDS, k=60)).capitalize() + "."
                file.write(json.dumps({"_id": str(row), "text": text}) + "\n")
        with rag.open(Path(home) / "store") as library:
            began = time.perf_counter()
            report = library.sync(rows)
            synced = time.perf_counter()
            library.repair()
            repaired = time.perf_counter()
        with rag.open(Path(home) / "store") as library:
            opening = time.perf_counter()
            library.search("word17 word4711", 1)
            opened = time.perf_counter()
            size = sum(library.condition().bytes.values())
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    sys.stdout.write(
        f"{report.passages:,} passages: read and stored without embedding in {synced - began:.0f} s, both indexes made"
        f" anew and compared in {repaired - synced:.0f} s, opened in {opened - opening:.2f} s; {size / 1e6:,.0f} MB on"
        f" the disk, at most {most / 1e9:.2f} GB of memory\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
