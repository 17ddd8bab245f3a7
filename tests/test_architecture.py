"""The layers of the design: a file imports only from files above it, and each library has one home."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "rag"

# From the top down. A file may import from those above it and from its own folder.
LAYERS = [
    *(
        "types",
        "errors",
        "logs",
        "settings",
        "reading",
        "languages",
        "terms",
        "sentences",
        "values",
        "splitting",
        "bert",
        "cross_encoder",
        "hub",
        "bundled",
        "models",
    ),
    *(
        "catalogue",
        "dense",
        "lexical",
        "indexes",
        "ownership",
        "seal",
        "store",
        "backup",
        "condition",
        "scan",
        "intake",
        "sync",
        "removal",
    ),
    *("instructions", "search"),
    *(
        "progress",
        "prompts",
        "language_model",
        "rewriter",
        "evidence",
        "citations",
        "writing",
        "grounding",
        "conversations",
        "llama",
        "mentions",
        "questions",
    ),
    *("library", "terminal", "as_json", "moment", "assistant", "suggestions", "exports", "serving", "ui"),
    *("usage", "client", "commands", "testing", "__init__", "__main__"),
]

# The only places where these may be imported.
HOMES = {
    "chromadb": ["dense"],
    "tantivy": ["lexical"],
    "sqlite3": ["catalogue"],
    "torch": ["bert", "cross_encoder", "hub"],
    "sentence_transformers": ["models", "hub"],
    "transformers": ["models", "hub"],
    "tokenizers": ["cross_encoder", "bundled", "models"],
    "safetensors": ["bert", "cross_encoder", "hub"],
    "huggingface_hub": ["hub"],
    "gradio": ["ui"],
    "fastapi": ["serving", "ui"],
    "pydantic": ["serving"],
    "starlette": ["serving", "ui"],
    "uvicorn": ["serving", "ui"],
    "llama_index": ["llama", "language_model"],
    "openai": ["language_model"],
    "httpx": ["language_model"],
    "py3langid": ["languages"],
    "pypdfium2": ["reading"],
    "docx": ["reading"],
    "pptx": ["reading"],
    "openpyxl": ["reading"],
    "lxml": ["reading"],
    "trafilatura": ["reading"],
    "markdown_it": ["reading"],
    "striprtf": ["reading"],
    "charset_normalizer": ["reading"],
    "filelock": ["ownership"],
    "Stemmer": ["terms"],
    "rich": ["progress"],
    "watchfiles": ["commands"],
    "pytest": ["testing"],
}
OTHERS = {"numpy", "rag"}


def layer_of(path: Path) -> str:
    """The first part of its place in the package: `catalogue` for rag/catalogue/rows.py."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@cache
def imports(path: Path) -> list[tuple[int, str, bool]]:
    """Line, module and whether it is only for type checkers, of each import in a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for_types = {
        inner
        for node in ast.walk(tree)
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        for inner in ast.walk(node)
    }
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found += [(node.lineno, alias.name, node in for_types) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}:{node.lineno}: a relative import"
            module = str(node.module)
            names = [f"rag.{alias.name}" for alias in node.names] if module == "rag" else [module]
            found += [(node.lineno, name, node in for_types) for name in names]
    return found


def sources() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def test_every_file_has_a_layer_and_every_layer_a_file() -> None:
    assert {layer_of(path) for path in sources()} == set(LAYERS)


def upward_imports() -> Iterator[str]:
    for path in sources():
        here = layer_of(path)
        for line, module, only_types in imports(path):
            if not module.startswith("rag.") or (only_types and here == "__init__"):
                continue
            there = module.split(".")[1]
            if there in LAYERS and there != here and LAYERS.index(there) > LAYERS.index(here):
                yield f"{path.relative_to(ROOT)}:{line} ({here}) imports {module}"


def test_nothing_imports_from_a_layer_below_it() -> None:
    assert list(upward_imports()) == []


def test_each_library_is_imported_in_its_home_only() -> None:
    wrong = []
    for path in sources():
        for line, module, only_types in imports(path):
            name = module.split(".")[0]
            if name in sys.stdlib_module_names - HOMES.keys() or name in OTHERS:
                continue
            if layer_of(path) not in HOMES.get(name, []) and not only_types:
                wrong.append(f"{path.relative_to(ROOT)}:{line} imports {name}")
    assert wrong == []


def test_the_chat_and_the_evals_use_public_names_only() -> None:
    wrong = []
    for path in [ROOT / "app.py", *(ROOT / "evals").rglob("*.py")]:
        if path.is_file() and path.parent.name not in ("training", "edits"):  # which make what the package holds
            tree = ast.parse(path.read_text(encoding="utf-8"))
            modules = [node.module or "" for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
            modules += [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
            wrong += [f"{path.relative_to(ROOT)}: {module}" for module in modules if module.startswith("rag.")]
    assert [place for place in wrong if place != "app.py: rag.__main__"] == []


def test_no_file_is_longer_than_350_lines() -> None:
    files = [*sources(), *(ROOT / "evals").rglob("*.py"), ROOT / "app.py"]
    lengths = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in files if path.is_file()}
    assert {name: length for name, length in lengths.items() if length > 350} == {}


HEAVY = ("numpy", "torch", "chromadb", "gradio", "llama_index", "sentence_transformers", "tantivy")


@pytest.mark.parametrize(
    "program",
    [
        "import rag",
        "import rag; rag.Settings(); rag.RagError; rag.Answer",
        "from rag.__main__ import main\ntry: main(['--help'])\nexcept SystemExit: pass",
        "from rag.__main__ import main\ntry: main(['sync', '--help'])\nexcept SystemExit: pass",
    ],
)
def test_what_must_be_quick_loads_nothing_heavy(program: str) -> None:
    told = f"{program}\nimport sys\nprint('HEAVY', sorted(set({HEAVY}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.splitlines()[-1] == "HEAVY []"
