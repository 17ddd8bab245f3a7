"""What stands in an HTML or XHTML element, block by block. Web pages and EPUB chapters are both read by it."""

from __future__ import annotations

import re
from collections.abc import Callable

from lxml import etree

from rag.reading.manuscript import Manuscript
from rag.reading.numbers import whole_number
from rag.reading.tables import Cell, add_table

_UNREAD_TAGS = """
    annotation annotation-xml applet area audio base button canvas colgroup datalist embed frameset head hidden
    iframe input link map meta noframes noscript object option param progress rp rt script select source style
    svg template textarea track video
"""
UNREAD = frozenset(_UNREAD_TAGS.split())
"""Elements whose text no reader sees as text."""
_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre section summary
    table tbody td tfoot th thead tr ul
"""
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LISTS = ("ul", "ol", "menu", "dir")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_HIDDEN_STYLE = re.compile(
    r"(^|;)\s*(display\s*:\s*none|visibility\s*:\s*hidden|opacity\s*:\s*0(\.0*)?\s*(;|$)"
    r"|font-size\s*:\s*(0(\.\d*)?\s*(;|$)|[01](\.\d*)?(px|pt|%)))",
    re.IGNORECASE,
)
_COLOUR = re.compile(r"(?:^|;)\s*(color|background(?:-color)?)\s*:\s*([^;!]+)", re.IGNORECASE)
_EXPONENT = re.compile(r"[0-9+\-−=()n]{1,8}")
_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_WHITE_SPACE = re.compile(r"\s+")
_LONGEST_DATA_CELL = 600
_LONGEST_HEADING = 300

Predicate = Callable[[etree._Element], bool]


def add_page(manuscript: Manuscript, root: etree._Element, leave_out: Predicate | None = None) -> None:
    """Adds what stands in `root`, an HTML or XHTML element, in reading order.

    Scripts, form controls and hidden text are never read; `leave_out` says what else is not.
    """
    _Walk(manuscript, leave_out or (lambda element: False)).through(root)


def local_name(element: etree._Element) -> str:
    """The tag in lower case without its namespace; "" for a comment or an instruction."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2].lower() if isinstance(tag, str) else ""


def is_hidden(element: etree._Element) -> bool:
    """Whether the page itself hides the element from its readers."""
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _is_unseen(element.get("style") or "")
    )


def _is_unseen(style: str) -> bool:
    """Whether a style of its own hides an element: not shown, without size, or in the colour of its background."""
    if _HIDDEN_STYLE.search(style):
        return True
    colours = {name.lower().split("-")[0]: _plain(colour) for name, colour in _COLOUR.findall(style)}
    return "color" in colours and colours["color"] == colours.get("background")


def _plain(colour: str) -> str:
    """A colour as one of its ways of being written: #ffffff for #fff and white."""
    colour = "".join(colour.lower().split())
    colour = {"white": "#fff", "black": "#000"}.get(colour, colour)
    return "#" + "".join(2 * digit for digit in colour[1:]) if re.fullmatch(r"#[0-9a-f]{3}", colour) else colour


class _Walk:
    """Collects running text until a block ends. Iterative: a page may be nested to any depth."""

    def __init__(self, page: Manuscript | _CellText, leave_out: Predicate) -> None:
        self._page = page
        self._leave_out = leave_out
        self._text: list[str] = []
        self._label = ""  # the number of a list item or the term of a definition: before the next block
        self._counts: list[int | None] = []  # for each open list the last number; None: bullets
        self._level = 0
        self._preformatted = 0

    def through(self, root: etree._Element) -> None:
        walk = etree.iterwalk(root, events=("start", "end"))
        skipped = None
        for event, element in walk:
            name = local_name(element)
            if event == "end":
                if element is not skipped:
                    self._end(name)
                if element is not root:
                    self._say(element.tail)
            elif self._is_unread(name, element) or self._has_added_table(name, element):
                skipped = element
                walk.skip_subtree()
            else:
                self._start(name, element)
                self._say(_raised(element.text) if name == "sup" else element.text)
        self._end_block()

    def _is_unread(self, name: str, element: etree._Element) -> bool:
        if not name or name in UNREAD or is_hidden(element) or self._leave_out(element):
            return True
        # A raised link leads to a note; its number would stick to the word before it.
        return name == "sup" and any(local_name(child) == "a" for child in element)

    def _has_added_table(self, name: str, element: etree._Element) -> bool:
        if name != "table" or isinstance(self._page, _CellText) or not _is_data_table(element):
            return False
        self._end_block()
        for caption in element.iterchildren("{*}caption"):
            self._page.paragraph(_cell_text(caption, self._leave_out))
        add_table(self._page, _table_rows(element, self._leave_out))
        return True

    def _say(self, text: str | None) -> None:
        if text:
            self._text.append(text if self._preformatted else _WHITE_SPACE.sub(" ", text))

    def _start(self, name: str, element: etree._Element) -> None:
        if name == "br":
            self._text.append("\n")
        elif name == "img":
            self._say(_figure_text(element))
        if name not in _BLOCKS:
            return
        self._end_block()
        if name in _LISTS:
            self._counts.append(whole_number(element.get("start"), 1) - 1 if name == "ol" else None)
        elif name == "li" and self._counts and (count := self._counts[-1]) is not None:
            self._counts[-1] = whole_number(element.get("value"), count + 1)
            self._label = f"{self._counts[-1]}. "
        elif name == "pre":
            self._preformatted += 1
        self._level = _HEADINGS.get(name, self._level)

    def _end(self, name: str) -> None:
        if name not in _BLOCKS:
            return
        if name == "dt" and (term := "".join(self._text).strip().rstrip(":")):
            self._label = f"{term}: "
            self._text.clear()
            return
        self._end_block()
        if name in _LISTS:
            self._label = ""
            if self._counts:
                self._counts.pop()
        elif name == "pre":
            self._preformatted -= 1
        elif name in _HEADINGS:
            self._level = 0

    def _end_block(self) -> None:
        text = "".join(self._text).strip()
        self._text.clear()
        if not text:
            return
        if self._level and len(text) <= _LONGEST_HEADING:
            self._page.heading(self._label + text, self._level)
        else:
            self._page.paragraph(self._label + text)
        self._label = ""


class _CellText:
    """Takes what is read in a table cell as one text."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def paragraph(self, text: str) -> None:
        self.parts.append(text)

    def heading(self, text: str, level: int) -> None:
        self.parts.append(text)


def _cell_text(element: etree._Element, leave_out: Predicate) -> str:
    text = _CellText()
    _Walk(text, leave_out).through(element)
    return " ".join(text.parts)


def _table_rows(table: etree._Element, leave_out: Predicate) -> list[list[Cell]]:
    return [
        [
            Cell(
                text=_cell_text(cell, leave_out),
                columns=whole_number(cell.get("colspan"), 1),
                rows=whole_number(cell.get("rowspan"), 1),
                header=local_name(cell) == "th" or local_name(row.getparent()) == "thead" or _is_bold(cell),
            )
            for cell in row.iterchildren("{*}td", "{*}th")
        ]
        for row in table.iter("{*}tr")
        if not is_hidden(row)
    ]


def _is_bold(cell: etree._Element) -> bool:
    """Whether all of the cell stands in one bold element."""
    child = cell
    while len(child) == 1 and not (child.text or "").strip() and not (child[0].tail or "").strip():
        child = child[0]
        if local_name(child) in ("b", "strong"):
            return True
    return False


def _is_data_table(table: etree._Element) -> bool:
    """Whether the table relates values, and is not there to put things side by side on the page."""
    if table.get("role") in ("presentation", "none") or next(table.iterdescendants("{*}table"), None) is not None:
        return False
    rows = [list(row.iterchildren("{*}td", "{*}th")) for row in table.iter("{*}tr")]
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    if next(table.iter("{*}th", "{*}caption"), None) is not None:
        return True
    if next(table.iter("{*}h1", "{*}h2", "{*}h3", "{*}h4", "{*}h5", "{*}h6", "{*}form", "{*}pre"), None) is not None:
        return False
    return all(sum(map(len, cell.itertext())) <= _LONGEST_DATA_CELL for row in rows for cell in row)


def _figure_text(image: etree._Element) -> str:
    """What an image in a figure is said to show, where no caption says it."""
    figure = next(image.iterancestors("{*}figure"), None)
    if figure is None or next(figure.iter("{*}figcaption"), None) is not None:
        return ""
    return image.get("alt") or ""


def _raised(text: str | None) -> str:
    """10<sup>5</sup> is not 105."""
    return text.translate(_RAISED) if text and _EXPONENT.fullmatch(text.strip()) else text or ""
