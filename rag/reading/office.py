"""What Word, PowerPoint and Excel files have in common: how parts refer to each other, and their description."""

from __future__ import annotations

from collections.abc import Iterator
from posixpath import basename, dirname, join, normpath

from lxml import etree

from rag.reading.archives import Archive
from rag.reading.manuscript import Manuscript

_DESCRIPTION = {"creator": "author", "created": "date"}
_NOBODY = ("python-docx", "python-pptx", "openpyxl", "Apache POI", "Microsoft Office User", "Unknown")
"""Programs that sign as the author."""


def related_parts(archive: Archive, source: str, kind: str) -> Iterator[str]:
    """The names of the parts that `source` refers to as its `kind` ("styles", "header"); "" is the file itself."""
    relations = join(dirname(source), "_rels", f"{basename(source)}.rels")
    if relations not in archive.names:
        return
    for relation in archive.xml(relations).iter("{*}Relationship"):
        if relation.get("Type", "").endswith(f"/{kind}") and relation.get("TargetMode") != "External":
            name = normpath(join("/", dirname(source), relation.get("Target", ""))).lstrip("/")
            if name in archive.names:
                yield name


def describe(manuscript: Manuscript, archive: Archive) -> None:
    """Takes title, author and date from the file's properties."""
    for part in related_parts(archive, "", "core-properties"):
        said = {etree.QName(element).localname: element.text or "" for element in archive.xml(part).iter("{*}*")}
        manuscript.title = manuscript.title or said.get("title", "")
        for name, key in _DESCRIPTION.items():
            value = said.get(name, "")
            manuscript.metadata[key] = "" if value in _NOBODY else value
