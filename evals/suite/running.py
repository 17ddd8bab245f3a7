"""One run from beginning to end: a library, cases, answers, scores."""

from __future__ import annotations

import hashlib
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import rag
from evals.suite import records as kept_records
from evals.suite import results as kept_results
from evals.suite.asking import Asked, Kept, ask_all
from evals.suite.cases import Case, Suite, load
from evals.suite.cases import chosen as of_suite
from evals.suite.controls import CONTROLS
from evals.suite.judge_on_gold import judge_on_gold
from evals.suite.records import Record
from evals.suite.results import Results, figures, peak_memory_mb, provenance_of
from evals.suite.scores import Referee, score_all

ROOT = Path(__file__).parents[2]
CASES = ROOT / "evals" / "cases"
CORPUS = ROOT / "corpus"
STORE = ROOT / ".evals" / "store"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be run."""

    cases: Path = CASES
    corpus: Path | None = CORPUS
    """Brought into the store first; None: the store is taken as it is."""
    store: Path = STORE
    suite: str = "full"
    writer: str = "extractive"
    cache: Path | None = None
    budget: int | None = None


@dataclass(frozen=True, slots=True)
class Run:
    """A finished run with what its figures were made of."""

    results: Results
    records: tuple[Record, ...]


def opened(wanted: Wanted, anew: bool = False) -> rag.Library:
    """The library that is asked, in step with its corpus.

    `anew`: the store of the evals is made from nothing, since a file that has not changed would not be read again by a
    reader that has. A store that somebody named is never taken away.
    """
    if anew and wanted.store == STORE:
        rag.open(STORE).close()  # which is refused where another run has it
        shutil.rmtree(STORE, ignore_errors=True)
    library = rag.open(wanted.store)
    if wanted.corpus is not None:
        library.sync(wanted.corpus, progress=sys.stderr.isatty())
        library.repair()  # words of what was replaced would count for the rarity of words until the index is tidied
    return library


def chosen(wanted: Wanted, library: rag.Library) -> tuple[Suite, tuple[Case, ...]]:
    """The cases of the suite that is wanted, of all that there are."""
    suite = load(wanted.cases, library)
    return suite, of_suite(suite.cases, wanted.suite)


def run(wanted: Wanted, library: rag.Library, told: bool = True) -> Run:
    """Asks and scores. Raises MalformedCase, OutOfBudget, and RagError where the model or the store is not there."""
    began = time.perf_counter()
    suite, cases = chosen(wanted, library)
    assistant = _assistant(wanted, library)
    records = ask_all(cases, assistant, library, told)
    judge = rag.load_judge(library.settings, library.embedder)
    documents = Documents(library)
    referee = Referee(judge, records)
    items = score_all(records, referee, documents)
    provenance = provenance_of(library, judge, wanted.suite, suite.sha256, wanted.writer)
    results = Results(
        provenance,
        len(cases),
        items,
        {name: _means(records, name, referee, documents) for name in CONTROLS},
        judge_on_gold(judge, cases),
        time.perf_counter() - began,
        peak_memory_mb(),
    )
    return Run(results, tuple(records))


def write(run: Run, path: Path) -> None:
    """The results, and beside them the answers that they were made of."""
    path.parent.mkdir(parents=True, exist_ok=True)
    kept_results.write(run.results, path)
    kept_records.write(run.records, answers_beside(path))


def answers_beside(path: Path) -> Path:
    """Where the answers of these results are kept."""
    return path.with_suffix(".answers.jsonl")


class Documents:
    """The documents of a library by id, each read once."""

    def __init__(self, library: rag.Library) -> None:
        self._library = library
        self._read: dict[str, rag.Document] = {}

    def __call__(self, document_id: str) -> rag.Document:
        """Raises NotInStore."""
        if document_id not in self._read:
            self._read[document_id] = self._library.document(document_id)
        return self._read[document_id]


def _means(records: Sequence[Record], name: str, referee: Referee, documents: Documents) -> dict[str, float]:
    items = score_all([CONTROLS[name](record) for record in records], referee, documents, each_citation=False)
    return {figure: estimate.value for figure, estimate in figures(items).items()}


def _assistant(wanted: Wanted, library: rag.Library) -> Asked:
    if wanted.writer == "extractive":
        return rag.Assistant(library)
    settings = rag.Settings.from_environment()
    if not settings.llm_model:
        raise rag.RagError("No language model is set: RAG_LLM_MODEL and RAG_LLM_BASE_URL name one.")
    assistant = rag.Assistant(library, rag.connect(settings))
    made_of = _made_of(settings, library)
    folder = wanted.cache or wanted.store.parent / "answers"
    return Kept(
        assistant, folder, lambda said: hashlib.sha256(f"{made_of}\n{said}".encode()).hexdigest(), wanted.budget
    )


def _made_of(settings: rag.Settings, library: rag.Library) -> str:
    """All that an answer depends on besides its question: the model, the documents, and this program's text."""
    parts = [settings.llm_base_url or "", settings.llm_model or "", str(settings.passages)]
    parts += sorted(library.document(each.id).content_hash for each in library.documents())
    package = Path(rag.__file__).parent
    parts += [hashlib.sha256(file.read_bytes()).hexdigest() for file in sorted(package.rglob("*.py"))]
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
