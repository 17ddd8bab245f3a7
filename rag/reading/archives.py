"""Zip files that come from strangers: Word, PowerPoint, Excel, OpenDocument and EPUB are all zip files.

Nothing is unpacked before its size is known, and no XML may name a file, an address or an entity.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from rag.errors import UnreadableDocument

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MAX_UNPACKED = 2 << 30
_MAX_RATIO = 250
"""Text packs to about a tenth, a dull table to a hundredth, a bomb to a thousandth."""
_RATIO_MATTERS_FROM = 32 << 20


class Archive:
    """The files in an opened zip file. Every fault becomes an UnreadableDocument."""

    def __init__(self, file: ZipFile, what: str) -> None:
        self._file = file
        self._what = what
        self.names = frozenset(file.namelist())

    def read(self, name: str) -> bytes:
        """The bytes of one file. Raises UnreadableDocument where it is not there or damaged."""
        try:
            return self._file.read(name)
        except KeyError:
            raise UnreadableDocument(
                f"This is not {self._what}: the part {name!r} is missing. Open it in the program that made it "
                "and save it again."
            ) from None
        except (BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError) as problem:
            raise UnreadableDocument(damaged(f"the part {name!r}: {problem}")) from problem

    def xml(self, name: str) -> etree._Element:
        """The root of one XML file. Raises UnreadableDocument where it is not there or damaged."""
        return parse_xml(self.read(name), name)


def parse_xml(data: bytes, name: str) -> etree._Element:
    """The root element, with nothing fetched and no entity expanded. Raises UnreadableDocument."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        raise UnreadableDocument(damaged(f"the part {name!r}: {problem}")) from problem


@contextmanager
def open_archive(path: Path, what: str) -> Iterator[Archive]:
    """The zip file at `path`, which should be `what` ("a Word document"), once it is known to be harmless.

    Raises UnreadableDocument for a password, for anything that is not a zip file, for a damaged one, and
    for one that would unpack to an absurd size.
    """
    try:
        file = ZipFile(path)
    except (BadZipFile, NotImplementedError, UnicodeDecodeError) as problem:
        raise UnreadableDocument(_why_no_zip(path, what)) from problem
    with file:
        _refuse_harm(file.infolist())
        yield Archive(file, what)


def _refuse_harm(entries: list[ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UnreadableDocument("The file is protected by a password. Save a copy without one.")
    if sum(entry.file_size for entry in entries) > _MAX_UNPACKED or any(map(_is_bomb, entries)):
        raise UnreadableDocument(
            "The file would unpack to an absurd size (a zip bomb), so it was not opened. If you trust it, open "
            "it in the program that made it and save it again."
        )


def _is_bomb(entry: ZipInfo) -> bool:
    # zipfile reads no more than the size that is declared, so a false declaration gains nothing.
    return entry.file_size > _RATIO_MATTERS_FROM and entry.file_size > _MAX_RATIO * max(1, entry.compress_size)


def _why_no_zip(path: Path, what: str) -> str:
    with path.open("rb") as file:
        beginning = file.read(8)
        if not beginning:
            return "The file is empty (0 bytes). Get it again from where it came."
        if beginning.startswith(b"PK"):
            return damaged("its table of contents is missing, as after a download that was cut off")
        if beginning == _OLE_MAGIC:
            # An encrypted Office file is an OLE container with a stream of this name.
            if "EncryptedPackage".encode("utf-16-le") in file.read():
                return "The file is protected by a password. Open it, remove the password and save a copy."
            return (
                f"This is not {what} but an older Office file with a new ending. Open it in Office or "
                "LibreOffice and save it in the newer format."
            )
    return f"This is not {what}, whatever its name says. Give it the ending of what it really is."


def damaged(where: str) -> str:
    """The reason for a file whose part or place `where` is not as it should be."""
    return f"The file is damaged ({where}). Get it again, or open it in the program that made it and save a copy."
