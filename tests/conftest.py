"""What the tests share: one loaded embedder, libraries in folders of their own, and folders of small documents."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

import hypothesis
import numpy as np
import pytest

import rag.library
from rag.__main__ import main
from rag.library import Library
from rag.models import BUNDLED, Embedder, load_embedder
from rag.reading.worker import Worker
from rag.settings import Settings
from rag.types import Document, Problem

hypothesis.settings.register_profile("suite", deadline=None)  # how long it takes is measured elsewhere
hypothesis.settings.load_profile("suite")
pytest.register_assert_rewrite("commands", "documents", "told")  # they are no test files, and have asserts

TEXTS = {
    "tides.txt": (
        "Tides at the quay\n\nThe highest tide of 2021 stood 4.82 m above datum on 3 November. "
        "The gauge at the north pier was replaced in June 2022 by Ingrid Solvei.\n"
    ),
    "birds.md": (
        "# Bird counts\n\nThe station counted 312 oystercatchers in the winter of 2023.\n\n"
        "## Terns\n\nThe little tern returned to the sand bar in May 2020 after nine years.\n"
    ),
    "pumps.txt": "Part ACME-4711 is the spare impeller for the drainage pumps. It costs 230 crowns and fits both.\n",
    "notes/board.md": "# Board\n\nThe board decided on 12 March 2019 to close the eastern dyke road to lorries.\n",
    "people.jsonl": (
        '{"_id": "ada", "title": "Ada Brok", "text": "Ada Brok led the survey of the marsh.", "role": "surveyor"}\n'
        '{"_id": "per", "title": "Per Lund", "text": "Per Lund repairs the wind pump each spring.", "role": "fitter"}\n'
    ),
}
"""A small library: four files of one document, and a file of two."""

LONGEST = ("readme", "faults", "owner", "eval_proof", "full_disk", "sync_stopped", "answers_by_model", "chat_page")
"""What takes a minute or more is begun first, so that no worker waits for another at the end."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    places = {f"test_{name}": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path.stem, len(places)))


class Folder:
    """A folder whose files are old, each write a little younger than the one before."""

    _written = count()

    def __init__(self, path: Path) -> None:
        self.path = path
        path.mkdir(parents=True, exist_ok=True)

    def write(self, name: str | bytes, text: str | bytes) -> Path:
        path = Path(os.fsdecode(os.fsencode(self.path) + b"/" + os.fsencode(name)))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        self.touch(name)
        return path

    def touch(self, name: str | bytes) -> None:
        moment = time.time() - 100_000 + next(self._written)
        os.utime(os.fsencode(self.path) + b"/" + os.fsencode(name), (moment, moment))

    def remove(self, name: str) -> None:
        (self.path / name).unlink()

    def __fspath__(self) -> str:
        return str(self.path)


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The bundled model, loaded once."""
    embedder = load_embedder(BUNDLED)
    embedder.load()
    return embedder


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("RAG_")]:
        monkeypatch.delenv(name)


@pytest.fixture
def shared_embedder(embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> Embedder:
    """Libraries that this process opens take the loaded model."""
    monkeypatch.setattr(rag.library, "load_embedder", lambda name: embedder if name == BUNDLED else load_embedder(name))
    return embedder


@pytest.fixture
def embedded(shared_embedder: Embedder, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts that are embedded as passages from here on."""
    texts: list[str] = []
    embed = shared_embedder.embed_passages

    def listening(given: Sequence[str]) -> np.ndarray:
        texts.extend(given)
        return embed(given)

    monkeypatch.setattr(shared_embedder, "embed_passages", listening)
    return texts


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that worker processes are given to read from here on."""
    names: list[str] = []
    read = Worker.read

    def listening(worker: Worker, path: Path, source: str) -> Iterator[Document | Problem]:
        names.append(path.name)
        return read(worker, path, source)

    monkeypatch.setattr(Worker, "read", listening)
    return names


@pytest.fixture
def library(tmp_path: Path, shared_embedder: Embedder) -> Iterator[Callable[..., Library]]:
    """Opens libraries in `tmp_path/store` (or the store given), with the settings given; closed at the end."""
    with ExitStack() as opened:

        def open_one(store: Path | None = None, *, any_embedder: bool = False, **settings: Any) -> Library:
            made = Settings(store=store or tmp_path / "store", **settings)
            return opened.enter_context(Library(made, any_embedder=any_embedder))

        yield open_one


@pytest.fixture
def papers(tmp_path: Path) -> Folder:
    """The small library's files, in `tmp_path/papers`."""
    folder = Folder(tmp_path / "papers")
    for name, text in TEXTS.items():
        folder.write(name, text)
    return folder


@pytest.fixture
def empty(tmp_path: Path) -> Folder:
    """A folder without files, in `tmp_path/papers`."""
    return Folder(tmp_path / "papers")


@pytest.fixture(scope="session")
def synced(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Path:
    """The small library's folder with its store, `papers` and `store`, closed. Only to be copied."""
    home = tmp_path_factory.mktemp("synced")
    folder = Folder(home / "papers")
    for name, text in TEXTS.items():
        folder.write(name, text)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rag.library, "load_embedder", lambda name: embedder)
        with Library(Settings(store=home / "store")) as library:
            library.sync(folder.path)
    return home


@pytest.fixture
def store(synced: Path, tmp_path: Path) -> Path:
    """A copy of the small library's store, `tmp_path/store`, to be harmed."""
    shutil.copytree(synced / "store", tmp_path / "store")
    return tmp_path / "store"


@pytest.fixture(scope="session")
def filled(synced: Path, tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    """The small library, open. Shared: only to be read from."""
    home = tmp_path_factory.mktemp("filled")
    shutil.copytree(synced, home, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rag.library, "load_embedder", lambda name: embedder)
        library = Library(Settings(store=home / "store"))
    with library:
        yield library


@pytest.fixture
def opened(library: Callable[..., Library], papers: Folder) -> Library:
    """The small library, open, and the test's own to change."""
    synced = library()
    synced.sync(papers.path)
    return synced


@pytest.fixture(scope="session")
def station(tmp_path_factory: pytest.TempPathFactory, embedder: Embedder) -> Iterator[Library]:
    """The sample corpus as a library. Shared: only to be read from."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rag.library, "load_embedder", lambda name: embedder)
        library = Library(Settings(store=tmp_path_factory.mktemp("station") / "store"))
    with library:
        library.sync(Path(__file__).parents[1] / "corpus")
        yield library


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium, without a window."""
    path = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        path = None
    if path is None:
        reason = "no browser to test the page with: install Debian's chromium, and playwright from PyPI"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(reason)
    quiet = ("background-networking", "component-update", "sync")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", *(f"--disable-{service}" for service in quiet)],
        )
        yield browser
        browser.close()


@pytest.fixture
def run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shared_embedder: Embedder
) -> Callable[..., tuple[int, str, str]]:
    """Runs a command on `tmp_path/store`; gives its exit status and what it wrote."""

    def run_one(command: str, *arguments: object) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            status = main([command, *map(str, arguments), "--store", str(tmp_path / "store")])
        except SystemExit as ended:
            status = int(ended.code or 0)
        written = capsys.readouterr()
        assert "Traceback" not in written.err
        return status, written.out, written.err

    return run_one
