"""EPUB: a zip file of XHTML chapters, in the order that the book's package file gives."""

from __future__ import annotations

import re
from html.entities import html5
from pathlib import Path
from posixpath import dirname, join, normpath
from urllib.parse import unquote

from lxml import etree

from rag.errors import UnreadableDocument
from rag.reading.archives import Archive, open_archive, parse_xml
from rag.reading.manuscript import Manuscript
from rag.reading.markup import add_page
from rag.reading.web import decode_page, parse_page

_CONTAINER = "META-INF/container.xml"
_ENCRYPTION = "META-INF/encryption.xml"
_FONT_MASKS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""These encrypt embedded fonts only; the text stays readable."""
_MARKUP = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml", "text/x-oeb1-document")
_ENTITY = re.compile(rb"&([A-Za-z]\w{1,31});")
_XML_ENTITIES = (b"amp", b"lt", b"gt", b"quot", b"apos")
_FEW_LINKS, _MOSTLY = 5, 0.7


def read_epub(path: Path) -> Manuscript:
    """The chapters in their order, without the table of contents. Raises UnreadableDocument."""
    manuscript = Manuscript("epub")
    with open_archive(path, "an EPUB book") as archive:
        _refuse_encryption(archive)
        package_name = _package_name(archive)
        package = archive.xml(package_name)
        _describe(manuscript, package)
        for name in _chapters(package, dirname(package_name)):
            if name not in archive.names:
                manuscript.warnings.append(f"The chapter {name!r} is listed in the book but not in the file.")
                continue
            root = _parse_chapter(archive.read(name), name)
            body = None if root is None else next(root.iter("{*}body"), None)
            if body is not None and not _is_contents(body):
                add_page(manuscript, body, _is_navigation)
    if manuscript.empty:
        raise UnreadableDocument("The book holds only pictures and no text. Get an edition that has text.")
    return manuscript


def _refuse_encryption(archive: Archive) -> None:
    if _ENCRYPTION not in archive.names:
        return
    methods = [
        method.get("Algorithm", "")
        for data in archive.xml(_ENCRYPTION).iter("{*}EncryptedData")
        for method in data.iterchildren("{*}EncryptionMethod")
    ]
    if not all(method.startswith(_FONT_MASKS) for method in methods):
        raise UnreadableDocument(
            "The book is protected against copying (DRM), so its text cannot be read. Get an edition without it."
        )


def _package_name(archive: Archive) -> str:
    for file in archive.xml(_CONTAINER).iter("{*}rootfile"):
        if name := file.get("full-path"):
            return str(name)
    raise UnreadableDocument("The book does not say where its chapters are. Get it again from where it came.")


def _chapters(package: etree._Element, folder: str) -> list[str]:
    """The files of the spine in order, each once, without the one that only navigates."""
    items = {item.get("id"): item for item in package.iter("{*}item")}
    chapters: dict[str, None] = {}
    for reference in package.iter("{*}itemref"):
        item = items.get(reference.get("idref"))
        if item is None or item.get("media-type") not in _MARKUP or "nav" in item.get("properties", "").split():
            continue
        chapters[_resolved(folder, item.get("href", ""))] = None
    return list(chapters)


def _is_contents(body: etree._Element) -> bool:
    """Whether a chapter is nothing but links, as the table of contents of an older book is."""
    linked = [sum(map(len, link.itertext())) for link in body.iter("{*}a") if link.get("href")]
    return len(linked) > _FEW_LINKS and sum(linked) > _MOSTLY * sum(len(text.strip()) for text in body.itertext())


def _resolved(folder: str, link: str) -> str:
    return normpath(join(folder, unquote(link.partition("#")[0])))


def _parse_chapter(data: bytes, name: str) -> etree._Element | None:
    """XHTML as XML; what calls itself XHTML and is none, as HTML."""
    try:
        return parse_xml(_ENTITY.sub(_character, data), name)
    except UnreadableDocument:
        return parse_page(decode_page(data))


def _character(entity: re.Match[bytes]) -> bytes:
    """&nbsp; and its like are unknown without the DTD, which is not fetched."""
    if entity[1] in _XML_ENTITIES:
        return entity[0]
    return b"".join(f"&#{ord(character)};".encode() for character in html5.get(f"{entity[1].decode('ascii')};", "�"))


def _is_navigation(element: etree._Element) -> bool:
    return isinstance(element.tag, str) and element.tag.endswith("}nav")


def _describe(manuscript: Manuscript, package: etree._Element) -> None:
    said: dict[str, list[str]] = {}
    for element in package.iter("{http://purl.org/dc/elements/1.1/}*"):
        said.setdefault(etree.QName(element).localname, []).append("".join(element.itertext()))
    manuscript.title = next(iter(said.get("title", [])), "")
    manuscript.metadata["author"] = ", ".join(said.get("creator", []))
    for name in ("date", "language", "publisher"):
        manuscript.metadata[name] = next(iter(said.get(name, [])), "")
