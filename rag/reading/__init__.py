"""A file → its documents. One module for each family of formats; this one chooses between them."""

from __future__ import annotations

import errno
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.reading.encoding import decode, mend
from rag.reading.formats import format_of
from rag.reading.limits import text_limit, too_large, too_much_text
from rag.reading.manuscript import Manuscript, plain_words, tidy
from rag.settings import Settings
from rag.types import Document, Problem

_NO_ROOM = re.compile("map segment|allocate memory", re.IGNORECASE)
_MB = 1 << 20
_HEAD = 4096
_WIDEST_CHARACTER = 4


def read(path: Path, source: str, settings: Settings) -> Iterator[Document | Problem]:
    """The documents of one file, and a Problem for each part of it that could not be read.

    A file is one document, but in JSON Lines each row with a "text" is one, with the source
    `source#id`. Raises UnreadableDocument, with the reason and the remedy, where nothing can be
    had of the file; of what a parser may raise beside, only MemoryError passes.
    """
    try:
        size = _size(path)
        if size == 0:
            raise UnreadableDocument("The file is empty.")
        if size > settings.max_file_mb * _MB:
            raise too_large(size, settings)
        with path.open("rb") as file:
            format_name = format_of(path, file.read(_HEAD))
        found = False
        for item in _documents(path, format_name, source, size, settings):
            found = True
            yield item
        if not found:
            raise UnreadableDocument("The file holds no text.")
    except UnreadableDocument as problem:
        # A parser's own words may quote the file, with all that hides in it.
        raise UnreadableDocument(plain_words(str(problem))) from problem
    except MemoryError:
        raise
    except OSError as problem:
        if problem.errno == errno.ENOMEM:
            raise MemoryError from problem
        reason = plain_words(problem.strerror or str(problem) or "unknown error").lower()
        raise UnreadableDocument(f"The file cannot be opened: {reason}.") from problem
    except Exception as problem:  # files come from strangers, and parsers have faults
        if isinstance(problem, ImportError) and _NO_ROOM.search(str(problem)):
            raise MemoryError from problem  # for the parser's own code
        why = f"{type(problem).__name__}: {plain_words(str(problem))[:200]}"
        raise UnreadableDocument(
            f"Its parser failed ({why}), so the file may be damaged. Open it in the program that made it and save it "
            "again."
        ) from problem


def readable_name(path: Path) -> str:
    """The name of a file as a title: "annual_report-2021.txt" becomes "annual report 2021"."""
    stem = os.fsencode(path.stem).decode("utf-8", "replace")
    words = " ".join(stem.replace("_", " ").split())
    return tidy(words if " " in words else words.replace("-", " ")) or "untitled"


def _size(path: Path) -> int:
    state = path.stat()
    if not stat.S_ISREG(state.st_mode):
        raise UnreadableDocument("This is not a file but a folder, a device or a pipe.")
    return state.st_size


def _documents(
    path: Path, format_name: str, source: str, size: int, settings: Settings
) -> Iterator[Document | Problem]:
    if format_name == "jsonl":
        from rag.reading.records import read_rows

        yield from read_rows(path, source, readable_name(path), settings)
        return
    document = _manuscript(path, format_name, size, settings).finish(source, readable_name(path))
    if not document.text:
        raise UnreadableDocument("The file holds no text.")
    if len(document.text) > text_limit(settings):
        raise too_much_text(settings)
    yield document


def _manuscript(path: Path, format_name: str, size: int, settings: Settings) -> Manuscript:
    # Imported when needed: a worker that reads text files must not load the parsers of all the others.
    match format_name:
        case "pdf":
            from rag.reading.pdf import read_pdf

            return read_pdf(path)
        case "docx":
            from rag.reading.word import read_docx

            return read_docx(path)
        case "pptx":
            from rag.reading.slides import read_pptx

            return read_pptx(path)
        case "xlsx":
            from rag.reading.sheets import read_xlsx

            return read_xlsx(path)
        case "odt":
            from rag.reading.opendocument import read_odt

            return read_odt(path)
        case "rtf":
            from rag.reading.rtf import read_rtf

            return read_rtf(path)
        case "epub":
            from rag.reading.epub import read_epub

            return read_epub(path)
        case "html":
            from rag.reading.web import read_html

            return read_html(path)
        case "csv" | "tsv":
            from rag.reading.delimited import read_delimited

            return read_delimited(path, format_name, settings)
        case "eml":
            from rag.reading.mail import read_mail

            return read_mail(path, readable_name(path))
    if size > _WIDEST_CHARACTER * text_limit(settings):
        raise too_much_text(settings)
    text, warning = mend(decode(path.read_bytes()))
    manuscript = _read_text(text, format_name, readable_name(path))
    manuscript.warnings += filter(None, [warning])
    return manuscript


def _read_text(text: str, format_name: str, name: str) -> Manuscript:
    match format_name:
        case "md":
            from rag.reading.markdown import read_markdown

            return read_markdown(text)
        case "rst":
            from rag.reading.rst import read_rst

            return read_rst(text)
        case "org":
            from rag.reading.org import read_org

            return read_org(text)
        case "json":
            from rag.reading.records import read_json

            return read_json(text, name)
        case "xml":
            from rag.reading.xml import read_xml

            return read_xml(text)
    from rag.reading.plain import read_plain

    return read_plain(text, name)
