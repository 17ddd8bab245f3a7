"""A conversation to take away: as Markdown or a page to read, as a record to check against a library later.

What comes from a document, a reader or a model is text in each of them: no markup, no link, no picture.
"""

from __future__ import annotations

from rag.exports.markdown import as_markdown
from rag.exports.page import as_html
from rag.exports.record import FORMAT, as_record, read_record
from rag.exports.verification import Finding, Verification, verify

__all__ = ["FORMAT", "Finding", "Verification", "as_html", "as_markdown", "as_record", "read_record", "verify"]
