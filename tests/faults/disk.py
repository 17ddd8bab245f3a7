"""A store on a disk that becomes full in a sync, and room that is made: what one process says of each step, as JSON.

    unshare --map-root-user --mount python tests/faults/disk.py FOLDER DOCUMENTS SIZE

A tmpfs of SIZE bytes is mounted over FOLDER, and FOLDER's store copied there. Only the namespace sees it.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import rag


def main() -> None:
    """Prints each step with what came of it."""
    store, documents, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    copy = store.with_name("copy")
    shutil.copytree(store, copy)
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "footnote", str(store)], check=True)
    shutil.copytree(copy, store, dirs_exist_ok=True)
    steps: dict[str, Any] = {}

    def step(name: str, do: Callable[[], Any]) -> None:
        try:
            steps[name] = do()
        except rag.RagError as problem:
            steps[name] = f"{type(problem).__name__}: {problem}"

    with rag.open(store) as library:
        step("sync", lambda: library.sync(documents).documents)
        step("search", lambda: library.search("ACME-4711 impeller", 1)[0].passage.source)
        subprocess.run(["mount", "-o", f"remount,size={size * 20}", str(store)], check=True)
        step("search with room", lambda: library.search("ACME-4711 impeller", 1)[0].passage.source)
        step("sync with room", lambda: library.sync(documents).documents)
        step("problems", lambda: library.doctor().problems)
    with rag.open(store) as library:
        step("opened again", lambda: library.sync(documents).unchanged)
        step("problems then", lambda: library.doctor().problems)
    sys.stdout.write(json.dumps(steps))


if __name__ == "__main__":
    main()
