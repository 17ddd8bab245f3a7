"""What victims do to a store: plans of several steps, and what the library must hold before and after each.

Whoever is killed in a step leaves each document as it was before the step, or as it is after it. What a step had
reached when it said so must be there.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import numpy as np

from rag.library import Library
from rag.models import BUNDLED, Embedder, load_embedder
from rag.settings import Settings
from rag.types import Answer, Turn

Texts = Mapping[str, str]
"""The text of each document, by the name of its file."""
OTHER = "turned"


class Remembered(Embedder):
    """The bundled model, whose vectors are kept in a folder, so that a thousand victims need not make them again."""

    folder = Path()

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        paths = [self.folder / f"{hashlib.sha256(text.encode()).hexdigest()}.npy" for text in texts]
        missing = [place for place, path in enumerate(paths) if not path.exists()]
        made = super().embed_passages([texts[place] for place in missing])
        for place, vector in zip(missing, made, strict=True):
            half = paths[place].with_suffix(f".{os.getpid()}")
            with half.open("wb") as file:
                np.save(file, vector)
            half.replace(paths[place])
        return np.stack([np.load(path) for path in paths]) if paths else made

    def embed_question(self, text: str) -> np.ndarray:
        return self.embed_passages([text])[0]


class Turned(Remembered):
    """Another model: the same vectors, turned by one place."""

    @property
    def fingerprint(self) -> str:
        return f"{OTHER}:1"

    def embed_passages(self, texts: Sequence[str]) -> np.ndarray:
        return np.roll(super().embed_passages(texts), 1, axis=1)


@cache
def embedder(name: str) -> Embedder:
    model = load_embedder(BUNDLED)._model
    return Turned(OTHER, model) if name == OTHER else Remembered(BUNDLED, model)


def load(vectors: Path) -> None:
    """Loads what every victim needs, but for the weights: they come with threads, which a fork would lose."""
    import chromadb.api.rust
    import torch

    import rag.bert
    import rag.library
    import rag.sync

    assert rag.bert
    assert chromadb.api.rust
    torch.set_num_threads(1)
    Remembered.folder = vectors
    vectors.mkdir(parents=True, exist_ok=True)
    embedder(OTHER)
    rag.library.load_embedder = embedder
    rag.sync._BATCH = 8  # so that a small folder is stored in several batches


def open_library(home: Path, name: str = BUNDLED) -> Library:
    return Library(Settings(store=home / "store", embedder=name))


@dataclass(frozen=True)
class Step:
    """One change, and what there is when it is done. `files`: what the folder holds when it begins."""

    does: Callable[[Library, Path], None]
    texts: Texts
    files: Texts
    turns: int = 0
    embedder: str = BUNDLED
    """With which the library must be opened when the step is done."""
    opened_with: str = BUNDLED
    meanwhile: Texts | None = None
    """What there may be besides, where a step is of two changes."""
    gone: tuple[str, ...] = field(default=())
    """Words that must be nowhere in the store when it is done."""


@dataclass(frozen=True)
class Plan:
    name: str
    steps: tuple[Step, ...]

    def lay_files(self, home: Path, number: int) -> None:
        """The folder as it is when this step begins."""
        papers = home / "papers"
        shutil.rmtree(papers, ignore_errors=True)
        papers.mkdir(parents=True)
        for place, (name, text) in enumerate(sorted(self.steps[number].files.items())):
            (papers / name).write_text(text, encoding="utf-8")
            moment = 1_700_000_000 + 100 * number + place
            os.utime(papers / name, (moment, moment))


def plans() -> list[Plan]:
    """All there are."""
    first = {f"report-{number}.txt": report(number, 1) for number in range(6)}
    second = {**first, "report-1.txt": report(1, 2), "report-2.txt": report(2, 2), "report-9.txt": report(9, 1)}
    del second["report-0.txt"]
    third = {name: text for name, text in second.items() if name != "report-3.txt"}
    many = {f"letter-{number}.txt": report(number + 20, 1) for number in range(30)}
    first_sync = Step(_sync, first, first)
    return [
        Plan("first sync", (Step(_sync, many, many),)),
        Plan("edits", (first_sync, Step(_sync, second, second), Step(_sync, first, first))),
        Plan(
            "forget",
            (
                first_sync,
                Step(_forget("papers/report-0.txt"), _without(first, "report-0.txt"), first, gone=("word0v1",)),
                Step(_forget("papers"), {}, first, gone=("word3v1", "word5v1")),
            ),
        ),
        Plan("repair", (first_sync, Step(_repair, first, first), Step(_repair, first, first))),
        Plan(
            "another model",
            (first_sync, Step(_embed_anew, first, first, embedder=OTHER, opened_with=OTHER)),
        ),
        Plan(
            "conversations",
            (first_sync, *(Step(_say(number), first, first, turns=number) for number in (1, 2, 3))),
        ),
        Plan(
            "taken back",
            (
                Step(_sync, third, third),
                Step(_remove_and_put_back, third, third, meanwhile=_without(third, "report-1.txt")),
            ),
        ),
    ]


def report(number: int, version: int) -> str:
    """Two passages or so, with a word that only this version has."""
    lines = [
        f"Report {number}, version {version}, line {line}: the gauge stood at {number * version + line} cm,"
        f" as word{number}v{version} has it."
        for line in range(8)
    ]
    return f"Report {number}\n\n" + "\n\n".join(lines) + "\n"


def _without(texts: Texts, *names: str) -> Texts:
    return {name: text for name, text in texts.items() if name not in names}


def _sync(library: Library, home: Path) -> None:
    library.sync(home / "papers")


def _forget(name: str) -> Callable[[Library, Path], None]:
    def forget(library: Library, home: Path) -> None:
        # Killed after it was done and before that was said, the step is asked for once more.
        there = [one.source for one in library.documents()]
        if name in there or (name == "papers" and (there or library.roots())):
            library.forget(str(home / name))

    return forget


def _repair(library: Library, home: Path) -> None:
    library.repair()


def _embed_anew(library: Library, home: Path) -> None:
    library.embed_anew()


def _say(number: int) -> Callable[[Library, Path], None]:
    return lambda library, home: _say_turn(library, number)


def _say_turn(library: Library, number: int) -> None:
    known = library.conversations
    conversation = known.find("talk") if known.list() else known.new("talk").id
    if len(known.open(conversation).turns) >= number:  # it was killed when it had been kept and before it was said
        return
    hits = tuple(library.search("What did the gauge read?", 3))
    known.add(conversation, Turn(f"question {number}", Answer(f"question {number}", "", f"answer {number}", hits=hits)))


def _remove_and_put_back(library: Library, home: Path) -> None:
    there = [one.source for one in library.documents()]
    if "papers/report-1.txt" in there:
        library.put_back(library.remove("papers/report-1.txt"))
    else:  # it was killed between the two: what is held in memory is lost, and the file brings it back
        library.sync(home / "papers")
