"""The chat over the folders that are named, or over the sample corpus: `python app.py --help`."""

import sys

from rag.__main__ import main

if __name__ == "__main__":
    sys.exit(main(["chat", *sys.argv[1:]]))
