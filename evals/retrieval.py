"""How well search ranks documents: nDCG@10 of each channel and of both fused, on a public test collection.

    python -m evals.retrieval FOLDER [FOLDER ...] [--queries N] [--store DIR]

A folder holds corpus.jsonl.gz {_id, title, text}, queries.jsonl.gz {_id, text} and qrels.tsv (query,
document, grade): the form of BEIR. Every document goes through sync, every query through search; a document
ranks where its best passage does. The interval is a bootstrap over queries (95 %, 2,000 samples, seeded).
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import random
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import rag

DEPTH = 100  # passages fetched for a query, so that ten documents remain
CUT = 10


@dataclass(frozen=True, slots=True)
class Collection:
    """Queries by id, and for each the grades of its relevant documents."""

    name: str
    queries: Mapping[str, str]
    grades: Mapping[str, Mapping[str, float]]


def ndcg(ranking: Sequence[str], grades: Mapping[str, float], cut: int = CUT) -> float:
    """Normalised discounted cumulative gain, with the grade as gain (as trec_eval's ndcg_cut)."""
    gain = sum(grades.get(document, 0.0) / math.log2(rank + 1) for rank, document in enumerate(ranking[:cut], start=1))
    best = sorted(grades.values(), reverse=True)[:cut]
    ideal = sum(grade / math.log2(rank + 1) for rank, grade in enumerate(best, start=1))
    return gain / ideal if ideal else 0.0


def rankings(hits: Sequence[rag.Hit]) -> dict[str, list[str]]:
    """The documents in the order of each channel, and fused."""
    channels = {
        "dense": sorted((hit for hit in hits if hit.dense_rank), key=lambda hit: hit.dense_rank or 0),
        "lexical": sorted((hit for hit in hits if hit.lexical_rank), key=lambda hit: hit.lexical_rank or 0),
        "fused": list(hits),
    }
    return {
        channel: list(dict.fromkeys(hit.passage.source.partition("#")[2] for hit in found))
        for channel, found in channels.items()
    }


def bootstrap(values: Sequence[float], samples: int = 2000) -> tuple[float, float]:
    """A 95 % interval of the mean."""
    chance = random.Random(0)
    means = sorted(sum(chance.choices(values, k=len(values))) / len(values) for _ in range(samples))
    return means[int(0.025 * samples)], means[int(0.975 * samples)]


def load(folder: Path, most: int | None) -> Collection:
    """The queries that have a relevant document, the first `most` of them."""
    grades: dict[str, dict[str, float]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        query, document, grade = line.split("\t")
        grades.setdefault(query, {})[document] = float(grade)
    queries = {row["_id"]: row["text"] for row in rows(folder / "queries.jsonl.gz") if row["_id"] in grades}
    return Collection(folder.name, dict(list(queries.items())[:most]), grades)


def rows(path: Path) -> Iterator[dict[str, str]]:
    """The objects of a gzipped JSON Lines file."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        yield from map(json.loads, file)


def measure(library: rag.Library, collection: Collection) -> dict[str, list[float]]:
    """nDCG@10 of every query, channel by channel."""
    found: dict[str, list[float]] = {"dense": [], "lexical": [], "fused": []}
    for query, text in collection.queries.items():
        ranked = rankings(library.search(text, DEPTH))
        for channel, values in found.items():
            values.append(ndcg(ranked[channel], collection.grades[query]))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="FOLDER")
    parser.add_argument("--queries", type=int, default=None, help="only the first so many queries")
    parser.add_argument("--store", type=Path, default=None, help="keep the stores here, and use them again")
    options = parser.parse_args()
    print(f"{'collection':16} {'documents':>9} {'queries':>7}  {'channel':8} nDCG@10  95 % interval")
    with tempfile.TemporaryDirectory() as scratch:
        for folder in options.folders:
            collection = load(folder, options.queries)
            work = (options.store or Path(scratch)) / collection.name
            work.mkdir(parents=True, exist_ok=True)
            with gzip.open(folder / "corpus.jsonl.gz") as packed, (work / "corpus.jsonl").open("wb") as plain:
                shutil.copyfileobj(packed, plain)
            with rag.open(work / "store") as library:
                report = library.sync(work / "corpus.jsonl", progress=True)
                started = time.perf_counter()
                for channel, values in measure(library, collection).items():
                    low, high = bootstrap(values)
                    print(
                        f"{collection.name:16} {report.documents:9,} {len(values):7,}  {channel:8}"
                        f" {sum(values) / len(values):7.4f}  [{low:.4f}, {high:.4f}]"
                    )
                seconds = (time.perf_counter() - started) / len(collection.queries)
                print(f"{'':16} {1000 * seconds:.1f} ms a query")


if __name__ == "__main__":
    main()
