"""What a Word paragraph's style and numbering say: a heading of which level, a list item of which number."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from rag.reading.numbers import whole_number

_HEADING = re.compile(r"heading ([1-9])")
_CONTENTS = re.compile(r"toc( \d|heading)|table of figures")
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
          (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip
_MOST = 100_000
_NONE = -1


def local(element: etree._Element) -> str:
    """The tag without its namespace, so that both dialects of the format are read; "" for a comment."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def attribute(element: etree._Element, name: str) -> str:
    """The value of the attribute of this local name, or ""."""
    return next((value for key, value in element.attrib.items() if key.rpartition("}")[2] == name), "")


def on(switch: etree._Element | None) -> bool:
    """Whether a property such as bold is there and not switched off."""
    return switch is not None and attribute(switch, "val") not in ("0", "false", "off", "none")


def _value(parent: etree._Element | None, path: str) -> str:
    element = None if parent is None else parent.find(path)
    return "" if element is None else attribute(element, "val")


@dataclass(frozen=True, slots=True)
class Style:
    """What matters of a paragraph style, with what it takes from the styles it is based on."""

    level: int = 0
    """Of a heading, from 1; 0: no heading."""
    is_contents: bool = False
    numbering: tuple[str, int] = ("", 0)
    """The list it belongs to and the level there, from 0."""


class Styles:
    """The paragraph styles of a document by their ids, which may be in any language."""

    def __init__(self, root: etree._Element | None) -> None:
        elements = [] if root is None else root.iterchildren("{*}style")
        self._elements = {attribute(element, "styleId"): element for element in elements}
        self._known: dict[str, Style] = {}

    def of(self, paragraph: etree._Element) -> Style:
        """The style of a paragraph."""
        return self._style(_value(paragraph, "./{*}pPr/{*}pStyle"))

    def heading_level(self, paragraph: etree._Element) -> int:
        """The level of a heading, from 1; 0 where the paragraph is none."""
        direct = whole_number(_value(paragraph, "./{*}pPr/{*}outlineLvl"), _NONE)
        if direct >= 0:
            return direct + 1 if direct < 9 else 0
        return self.of(paragraph).level

    def _style(self, style_id: str) -> Style:
        if style_id not in self._known:
            self._known[style_id] = Style()  # so that styles based on each other come to an end
            self._known[style_id] = self._resolved(style_id)
        return self._known[style_id]

    def _resolved(self, style_id: str) -> Style:
        element = self._elements.get(style_id)
        # The names of built-in styles are English whatever the language of the program, the ids are not.
        name = (_value(element, "./{*}name") or style_id).lower()
        base_id = _value(element, "./{*}basedOn")
        base = self._style(base_id) if base_id else Style()
        outline = whole_number(_value(element, "./{*}pPr/{*}outlineLvl"), _NONE)
        list_id = _value(element, "./{*}pPr/{*}numPr/{*}numId")
        list_level = _value(element, "./{*}pPr/{*}numPr/{*}ilvl")
        if heading := _HEADING.match(re.sub(r"^heading(?=\d)", "heading ", name)):
            level = int(heading[1])
        elif outline >= 0:
            level = outline + 1 if outline < 9 else 0
        else:
            level = 1 if name == "title" else base.level
        return Style(
            level=level,
            is_contents=bool(_CONTENTS.match(name)),
            numbering=(
                list_id or base.numbering[0],
                whole_number(list_level, base.numbering[1]),
            ),
        )


@dataclass(frozen=True, slots=True)
class _Level:
    form: str = "bullet"
    text: str = ""
    start: int = 1


class Numbering:
    """Counts the numbered paragraphs of a document as Word does."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._levels: dict[str, dict[int, _Level]] = {}
        self._lists: dict[str, str] = {}
        self._counts: dict[str, dict[int, int]] = {}
        if root is None:
            return
        for abstract in root.iterchildren("{*}abstractNum"):
            self._levels[attribute(abstract, "abstractNumId")] = dict(_levels(abstract))
        for number in root.iterchildren("{*}num"):
            list_id, abstract_id = attribute(number, "numId"), _value(number, "./{*}abstractNumId")
            if number.find("./{*}lvlOverride") is not None:
                # A list with its own start counts by itself.
                self._levels[list_id + "*"] = {
                    **self._levels.get(abstract_id, {}),
                    **_overrides(number, self._levels.get(abstract_id, {})),
                }
                abstract_id = list_id + "*"
            self._lists[list_id] = abstract_id

    def next_number(self, paragraph: etree._Element) -> str:
        """The number of this paragraph as it is printed, "2.1." or "(b)"; "" for a bullet or no list."""
        list_id, place = self._styles.of(paragraph).numbering
        list_id = _value(paragraph, "./{*}pPr/{*}numPr/{*}numId") or list_id
        place = whole_number(_value(paragraph, "./{*}pPr/{*}numPr/{*}ilvl"), place)
        abstract_id = self._lists.get(list_id, "")
        levels = self._levels.get(abstract_id, {})
        if place not in levels:
            return ""
        counts = self._counts.setdefault(abstract_id, {})
        counts[place] = counts.get(place, levels[place].start - 1) + 1
        for deeper in [key for key in counts if key > place]:
            del counts[deeper]
        if levels[place].form in ("bullet", "none"):
            return ""

        def number(match: re.Match[str]) -> str:
            level = int(match[1]) - 1
            known = levels.get(level, _Level())
            return _printed(counts.get(level, known.start), known.form)

        return re.sub(r"%([1-9])", number, levels[place].text).strip()


def _levels(abstract: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in abstract.iterchildren("{*}lvl"):
        yield (
            whole_number(attribute(level, "ilvl"), 0),
            _Level(
                form=_value(level, "./{*}numFmt") or "decimal",
                text=_value(level, "./{*}lvlText"),
                start=whole_number(_value(level, "./{*}start"), 1),
            ),
        )


def _overrides(number: etree._Element, levels: dict[int, _Level]) -> dict[int, _Level]:
    changed: dict[int, _Level] = {}
    for override in number.iterchildren("{*}lvlOverride"):
        changed.update(_levels(override))
        place = whole_number(attribute(override, "ilvl"), 0)
        start = whole_number(_value(override, "./{*}startOverride"), _NONE)
        known = changed.get(place) or levels.get(place)
        if start >= 0 and known:
            changed[place] = _Level(known.form, known.text, start)
    return changed


def _printed(count: int, form: str) -> str:
    """The number in the form that the list asks for; unknown forms are printed in digits."""
    if not 0 < count < _MOST:
        return str(count)
    if form in ("lowerLetter", "upperLetter"):
        letters = chr(ord("a") + (count - 1) % 26) * ((count - 1) // 26 + 1)
        return letters.upper() if form == "upperLetter" else letters
    if form in ("lowerRoman", "upperRoman"):
        roman = ""
        for value, sign in _ROMAN:
            repeat, count = divmod(count, value)
            roman += sign * repeat
        return roman.upper() if form == "upperRoman" else roman
    return f"{count:02}" if form == "decimalZero" else str(count)
