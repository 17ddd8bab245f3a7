"""PPTX: each slide is a page; its texts in reading order, its tables, charts and the speaker's notes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rag.errors import UnreadableDocument
from rag.reading.archives import damaged, open_archive, parse_xml
from rag.reading.manuscript import Manuscript, tidy
from rag.reading.office import describe
from rag.reading.tables import Cell, add_grid, add_table

if TYPE_CHECKING:
    from pptx.shapes.base import BaseShape
    from pptx.slide import Slide

_SAME_LINE = 0.04
"""Shapes whose upper edges differ by less than this share of the height of all of them stand side by side."""
_LONGEST_TITLE = 250
_DIAGRAM = "{http://schemas.openxmlformats.org/drawingml/2006/diagram}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


def read_pptx(path: Path) -> Manuscript:
    """The slides with their notes. Raises UnreadableDocument."""
    manuscript = Manuscript("pptx")
    with open_archive(path, "a PowerPoint presentation") as archive:
        describe(manuscript, archive)
    _add_slides(manuscript, path)
    if manuscript.empty:
        raise UnreadableDocument(
            "The slides hold only pictures and no text. Export them as PDF and recognise the text (OCR) first."
        )
    return manuscript


def _add_slides(manuscript: Manuscript, path: Path) -> None:
    from pptx import Presentation

    try:
        slides = list(Presentation(str(path)).slides)
    except MemoryError:
        raise
    except Exception as problem:  # python-pptx takes it for granted that each part is as it should be
        raise UnreadableDocument(damaged(f"{type(problem).__name__}: {problem}")) from problem
    furniture: dict[str, None] = {}
    hidden: list[str] = []
    for number, slide in enumerate(slides, start=1):
        manuscript.page(str(number))
        page = _Page(manuscript, number)
        try:
            shapes = _in_reading_order(slide.shapes)
            furniture.update((shape.text_frame.text, None) for shape in shapes if _is_footer(shape))
            page.add_slide(slide, [shape for shape in shapes if not _is_footer(shape)])
        except MemoryError:
            raise
        except Exception as problem:  # noqa: BLE001 - of python-pptx, as above; the other slides are whole
            why = tidy(f"{type(problem).__name__}: {problem}")[:200]
            manuscript.warnings.append(f"Slide {number} is damaged ({why}): text may be missing.")
        if slide.element.get("show") == "0":
            hidden.append(str(number))
    for line in furniture:
        manuscript.furniture(line)
    manuscript.metadata["hidden slides"] = ", ".join(hidden)


class _Page:
    """Adds what one slide holds. A slide without a title gets its number as heading once it has text."""

    def __init__(self, manuscript: Manuscript, number: int) -> None:
        self._manuscript = manuscript
        self._heading = f"Slide {number}"

    def add_slide(self, slide: Slide, shapes: Iterable[BaseShape]) -> None:
        title = slide.shapes.title
        text = title.text_frame.text.strip() if title is not None else ""
        if title is None or len(text) > _LONGEST_TITLE:
            title = None
        elif text:
            self._manuscript.heading(text, 1)
            self._heading = ""
        for shape in shapes:
            if title is None or shape.shape_id != title.shape_id:
                self._add(shape)
        if slide.has_notes_slide and (notes := slide.notes_slide.notes_text_frame) is not None and notes.text.strip():
            self._begin()
            self._manuscript.heading("Notes", 2)
            self._add_paragraphs(notes)

    def _add(self, shape: Any) -> None:
        if shape.shape_type is not None and hasattr(shape, "shapes"):
            for member in _in_reading_order(shape.shapes):
                self._add(member)
        elif shape.has_text_frame:
            self._add_paragraphs(shape.text_frame)
        elif shape.has_table:
            self._begin()
            self._add_table(shape.table)
        elif shape.has_chart:
            self._begin()
            self._add_chart(shape.chart)
        else:
            self._add_diagram(shape)

    def _begin(self) -> None:
        if self._heading:
            self._manuscript.heading(self._heading, 1)
            self._heading = ""

    def _add_paragraphs(self, frame: Any) -> None:
        for paragraph in frame.paragraphs:
            if paragraph.text.strip():
                self._begin()
                self._manuscript.paragraph(paragraph.text)

    def _add_table(self, table: Any) -> None:
        rows = [
            [
                Cell(cell.text, cell.span_width, cell.span_height) if cell.is_merge_origin else Cell(cell.text)
                for cell in row.cells
                if not cell.is_spanned
            ]
            for row in table.rows
        ]
        add_table(self._manuscript, rows, 1 if table.first_row and len(rows) > 1 else None)

    def _add_chart(self, chart: Any) -> None:
        if chart.has_title and chart.chart_title.has_text_frame:
            self._manuscript.paragraph(chart.chart_title.text_frame.text)
        for plot in chart.plots:
            series = list(plot.series)
            columns = [[_shown(value) for value in one.values] for one in series]
            labels = [" ".join(map(str, category)) for category in plot.categories.flattened_labels]
            if not labels:  # a scatter plot has none
                labels = [""] * max(map(len, columns), default=0)
            grid = [["", *(one.name for one in series)]]
            grid += [
                [label, *(column[place] if place < len(column) else "" for column in columns)]
                for place, label in enumerate(labels)
            ]
            add_grid(self._manuscript, grid, header_rows=1)

    def _add_diagram(self, shape: Any) -> None:
        """SmartArt keeps its text in a part of its own."""
        for reference in shape.element.iter(f"{_DIAGRAM}relIds"):
            part = shape.part.related_part(reference.get(f"{_RELATION}dm"))
            for text in parse_xml(part.blob, str(part.partname)).iter(f"{_DIAGRAM}t"):
                for paragraph in text.iter("{*}p"):
                    if words := "".join(run.text or "" for run in paragraph.iter("{*}t")).strip():
                        self._begin()
                        self._manuscript.paragraph(words)


def _in_reading_order(shapes: Iterable[Any]) -> list[Any]:
    """From top to bottom; side by side from left to right."""
    shapes = sorted(shapes, key=lambda shape: shape.top or 0)
    bottom = max(((shape.top or 0) + (shape.height or 0) for shape in shapes), default=0)
    height = bottom - min((shape.top or 0 for shape in shapes), default=0)
    lines: list[tuple[int, list[Any]]] = []
    for shape in shapes:
        top = shape.top or 0
        if lines and top - lines[-1][0] < _SAME_LINE * height:
            lines[-1][1].append(shape)
        else:
            lines.append((top, [shape]))
    return [shape for _, line in lines for shape in sorted(line, key=lambda shape: shape.left or 0)]


def _is_footer(shape: Any) -> bool:
    from pptx.enum.shapes import PP_PLACEHOLDER

    footers = (PP_PLACEHOLDER.DATE, PP_PLACEHOLDER.FOOTER, PP_PLACEHOLDER.HEADER, PP_PLACEHOLDER.SLIDE_NUMBER)
    return shape.is_placeholder and shape.has_text_frame and shape.placeholder_format.type in footers


def _shown(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"
