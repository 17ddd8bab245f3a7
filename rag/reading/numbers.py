"""Whole numbers as files write them, or write in their place."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"\s*-?[0-9]{1,6}\s*")


def whole_number(text: str | None, otherwise: int) -> int:
    """The number; `otherwise` where there is none, or one so long that nobody counts so far.

    Not `isdigit`: "²" is a digit that `int` does not take, and of 5,000 digits it takes none.
    """
    return int(text) if text and _WHOLE.fullmatch(text) else otherwise
