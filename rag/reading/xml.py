"""XML of any vocabulary: records become "name: value" blocks, running text becomes paragraphs."""

from __future__ import annotations

import re

from lxml import etree

from rag.errors import UnreadableDocument
from rag.reading.manuscript import Manuscript
from rag.reading.markup import local_name

_DECLARATION = re.compile(r"^\ufeff?\s*<\?xml[^>]*\?>")
_HEADINGS = frozenset({"title", "head", "heading"})
_LONG = 120
"""A value with more characters than this is a paragraph of its own, without its name."""


def read_xml(text: str) -> Manuscript:
    """The manuscript of an XML text. Nothing is fetched and no entity is expanded.

    A text that is not well-formed is read as far as it can be, with a warning. Raises
    UnreadableDocument where that is nowhere.
    """
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        huge_tree=False,
        load_dtd=False,
        recover=True,
        remove_comments=True,
        remove_pis=True,
        strip_cdata=True,
    )
    # The text is decoded already, whatever its declaration says of its bytes.
    data = _DECLARATION.sub("", text, count=1).strip().encode("utf-8", "replace")
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as problem:
        raise UnreadableDocument(_not_well_formed(str(problem))) from problem
    if root is None:
        raise UnreadableDocument(_not_well_formed("it holds no element"))
    if local_name(root) == "svg":
        raise UnreadableDocument("The file is a drawing (SVG): export it as PDF.")
    manuscript = Manuscript("xml")
    if parser.error_log:
        manuscript.warnings.append(f"It is not well-formed XML ({parser.error_log[0].message}): text may be missing.")
    _add(manuscript, root, 1)
    return manuscript


def _add(manuscript: Manuscript, element: etree._Element, level: int) -> None:
    children = [child for child in element if local_name(child)]
    if not children or _has_running_text(element):
        _add_text(manuscript, element, level)
        return
    pairs: list[str] = []
    for child in children:
        value = _text(child)
        if local_name(child) in _HEADINGS and not len(child) and child is children[0] and len(children) > 1:
            manuscript.heading(value, level)
        elif not len(child) and len(value) <= _LONG:
            pairs.append(f"{_name(child)}: {value}" if value else _attributes(child))
        else:
            _add_pairs(manuscript, pairs)
            _add(manuscript, child, level + 1)
    _add_pairs(manuscript, pairs)


def _add_pairs(manuscript: Manuscript, pairs: list[str]) -> None:
    manuscript.paragraph("; ".join(filter(None, pairs)))
    pairs.clear()


def _add_text(manuscript: Manuscript, element: etree._Element, level: int) -> None:
    if local_name(element) in _HEADINGS:
        manuscript.heading(_text(element), level)
    else:
        manuscript.paragraph(_text(element))


def _has_running_text(element: etree._Element) -> bool:
    """Whether words stand between its children, as between the marks of a sentence."""
    return any((text or "").strip() for text in (element.text, *(child.tail for child in element)))


def _text(element: etree._Element) -> str:
    return " ".join("".join(element.itertext()).split())


def _attributes(element: etree._Element) -> str:
    """What an element without text says in its attributes."""
    return "; ".join(f"{_local(name)}: {value}" for name, value in element.attrib.items())


def _name(element: etree._Element) -> str:
    return _local(element.tag).replace("_", " ")


def _local(name: str) -> str:
    """The name without its namespace. Where a text was not well-formed, names are not either (`a:::b`)."""
    return name.rpartition("}")[2].rpartition(":")[2]


def _not_well_formed(why: str) -> str:
    return f"The file is not well-formed XML ({why}). Open it in the program that made it and save it again."
