"""How much may be read, and how that is said."""

from __future__ import annotations

from rag.errors import UnreadableDocument
from rag.settings import Settings

MB = 1 << 20


def text_limit(settings: Settings) -> int:
    """The most characters that a document may have."""
    return settings.max_text_mb * MB


def too_large(size: int, settings: Settings) -> UnreadableDocument:
    """The error for a file of `size` bytes."""
    return UnreadableDocument(
        f"The file is {-(-size // MB):,} MB, more than the {settings.max_file_mb:,} MB that RAG_MAX_FILE_MB allows. "
        "Split it, or raise that setting."
    )


def too_much_text(settings: Settings) -> UnreadableDocument:
    """The error for a document with more text than the settings allow."""
    return UnreadableDocument(
        f"The document holds more than the {settings.max_text_mb:,} MB of text that RAG_MAX_TEXT_MB allows. "
        "Split it, or raise that setting."
    )
