"""The chat over the folders that are named, or over the sample corpus."""

import argparse
import sys
from pathlib import Path

import rag
from rag.ui import launch


def main() -> int:
    parser = argparse.ArgumentParser(description="Chat with a folder of documents.")
    parser.add_argument(
        "folders", nargs="*", type=Path, metavar="FOLDER", help="folders or files to read first (a new store: corpus/)"
    )
    parser.add_argument("--store", type=Path, metavar="DIR", help="the store's folder (default: RAG_STORE or .rag)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (default: %(default)s)")
    options = parser.parse_args()
    try:
        settings = rag.Settings.from_environment(store=options.store)
        launch(settings, options.host, options.port, options.folders, sample=Path(__file__).with_name("corpus"))
    except rag.RagError as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
