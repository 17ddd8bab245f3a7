"""Killing a plan at a moment, and looking at what is left: nothing lost, nothing half, nothing that needs a hand."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faults.plans import Plan, Step, open_library
from faults.victims import Death, End, forked

from rag.library import Library
from rag.models import BUNDLED
from rag.settings import Settings
from rag.types import document_id_of

Say = Callable[[Any], None]


@dataclass(frozen=True)
class Outcome:
    """What came of one death. `faults`: what should not be; `healed`: what the next opening said that it mended."""

    plan: str
    death: Death
    killed: bool
    done: int
    faults: tuple[str, ...]
    healed: str


def undisturbed(plan: Plan, home: Path) -> End:
    """How many moments a plan has, and how long it takes."""
    _clear(home)
    end = forked(lambda say: _carry_out(plan, home, 0, say))
    assert end.status == 0, f"{plan.name} fails by itself"
    return end


def survive(plan: Plan, home: Path, death: Death) -> Outcome:
    """Kills a plan, opens what is left, and finishes the plan."""
    _clear(home)
    end = forked(lambda say: _carry_out(plan, home, 0, say), death)
    done = len(end.said)
    if end.status not in (0, -9):
        return Outcome(plan.name, death, False, done, (f"it ended with {end.status}",), "")
    seen = forked(lambda say: say(_look(plan, home, done)))
    if seen.status != 0 or not seen.said:
        return Outcome(plan.name, death, end.killed, done, (f"opening it ended with {seen.status}",), "")
    faults, healed = seen.said[0]["faults"], seen.said[0]["healed"]
    if end.killed and not faults:
        rest = forked(lambda say: _carry_out(plan, home, done, say))
        last = forked(lambda say: say(_look(plan, home, len(plan.steps))))
        if rest.status != 0 or last.status != 0:
            faults = [f"going on ended with {rest.status} and {last.status}"]
        else:
            faults = [f"after going on: {fault}" for fault in last.said[0]["faults"]]
    return Outcome(plan.name, death, end.killed, done, tuple(faults), healed)


def _clear(home: Path) -> None:
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)


def _carry_out(plan: Plan, home: Path, start: int, say: Say) -> None:
    """The steps from `start` on; says each that is done."""
    for number in range(start, len(plan.steps)):
        step = plan.steps[number]
        plan.lay_files(home, number)
        with open_library_for(step, home) as library:
            step.does(library, home)
            say({"done": number + 1})


def open_library_for(step: Step, home: Path) -> Library:
    """With the embedder of the step; a store of another is opened as `rag repair --embed` does it."""
    if step.opened_with == BUNDLED:
        return open_library(home)
    return Library(Settings(store=home / "store", embedder=step.opened_with), any_embedder=True)


def _look(plan: Plan, home: Path, done: int) -> dict[str, Any]:
    """Opens what is left, as a user would, and compares it with the steps before and after the death."""
    before = plan.steps[done - 1] if done else Step(lambda library, home: None, {}, {})
    after = plan.steps[min(done, len(plan.steps) - 1)]
    name = after.opened_with if BUNDLED in (before.embedder, after.embedder) else before.embedder
    with Library(Settings(store=home / "store", embedder=name), any_embedder=True) as library:
        faults = list(_faults(library, before, after))
        healed = library.store.healed
    if done and done == len(plan.steps) and before.gone:
        faults += [f"{word} is still in {path}" for word in before.gone for path in _holding(home / "store", word)]
    return {"faults": faults, "healed": healed}


def _faults(library: Library, before: Step, after: Step) -> list[str]:
    found: list[str] = []
    allowed = [_by_id(texts) for texts in (before.texts, after.texts, after.meanwhile) if texts is not None]
    stored = {one.id: library.catalogue.document(one.id) for one in library.documents()}
    for document_id in stored.keys() | {one for texts in allowed for one in texts}:
        text = stored[document_id].text if document_id in stored else None
        versions = [version.get(document_id) for version in allowed]
        if _plain(text) not in map(_plain, versions):
            state = "is gone" if text is None else f"has another text ({text[:40]!r})"
            found.append(f"{document_id} {state}")
    dense, lexical = library.store.dense, library.store.lexical
    ids = library.catalogue.passage_ids()
    if not ids == dense.ids() == lexical.ids():
        found.append(f"{len(ids)} passages, {len(dense.ids())} vectors, {len(lexical.ids())} in the word index")
    for document_id, document in stored.items():
        passages = library.passages_of(document_id)
        wrong = [p for p in passages if document.text[p.start : p.end] != p.text]
        words = sum(len(p.text.split()) for p in passages)
        if wrong or words < len(document.text.split()) * 0.9:
            found.append(f"{document_id} is not whole: {len(passages)} passages")
    vectors, held = library.catalogue.vectors.of_passages(sorted(ids)), dense.vectors(sorted(ids))
    if any(not np.allclose(vectors[i], held[i], atol=1e-5) for i in ids if i in held):
        found.append("a vector differs from the catalogue's")
    if stored and not library.search("What did the gauge read?", 3):
        found.append("nothing is found")
    found += library.doctor().problems
    turns = [len(library.conversations.open(head.id).turns) for head in library.conversations.list()]
    if sum(turns) not in (before.turns, after.turns):
        found.append(f"{sum(turns)} turns where there should be {before.turns} or {after.turns}")
    return found


def _by_id(texts: Mapping[str, str]) -> dict[str, str]:
    return {document_id_of(f"papers/{name}"): text for name, text in texts.items()}


def _plain(text: str | None) -> str | None:
    """How a text reads; a reader may take line feeds otherwise."""
    return None if text is None else " ".join(text.split())


def _holding(folder: Path, word: str) -> list[str]:
    return [
        str(path.relative_to(folder))
        for path in folder.rglob("*")
        if path.is_file() and word.encode() in path.read_bytes()
    ]
