"""The command line. `rag COMMAND --help` says what each command takes."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from rag.usage import parse


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command. Returns 0 when done, 1 for a problem that a message explains, 2 for wrong usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = parse(given)
    if options.verbose or options.command in ("chat", "serve"):
        from rag.logs import to_stderr

        to_stderr(mistakes_only=not options.verbose)
    try:
        from rag import client  # here, so that --help is quick

        status = client.carried_out(given, options)
        if status is None:  # nobody serves the store
            from rag import commands
            from rag.terminal import Console

            status = commands.run(options, Console())
        sys.stdout.flush()
        return status
    except BrokenPipeError:  # `rag search … | head`: the reader has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0


if __name__ == "__main__":
    sys.exit(main())
