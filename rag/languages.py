"""Which language a text is in: py3langid's model, which takes half a second to load."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier


@cache
def identifier() -> LanguageIdentifier:
    """One for the process; `classify` gives the likeliest code ("en") with its chance, `rank` all of them."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def is_english(text: str) -> bool:
    """Whether a text of some sentences is most likely English."""
    return bool(identifier().classify(text)[0] == "en")
