"""Small good files of each format, from which damaged ones are made: written here, and real ones where they are."""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from functools import cache
from pathlib import Path

import docx
import openpyxl
import pptx
from documents import DATA
from pdfs import content, lines_of, write_pdf
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

_LARGEST = 200_000
_MOST_REAL = 12
"""Real files of a format: more of them would say the same again, only slower."""

ENDINGS = {
    "pdf": "pdf",
    "docx": "docx",
    "pptx": "pptx",
    "xlsx": "xlsx",
    "odt": "odt",
    "epub": "epub",
    "rtf": "rtf",
    "html": "html htm xhtml",
    "md": "md",
    "rst": "rst",
    "org": "org",
    "csv": "csv",
    "tsv": "tsv",
    "json": "json ipynb",
    "jsonl": "jsonl ndjson",
    "xml": "xml rss",
    "eml": "eml mht",
    "txt": "txt tex log",
}
"""Each format with the endings that its files may have; the first is what a damaged file is called."""
ZIPPED = frozenset({"docx", "pptx", "xlsx", "odt", "epub"})

_TEXTS: dict[str, list[str]] = {
    "rtf": [
        r"{\rtf1\ansi\ansicpg1251{\info{\title Weather}{\author I. Tern}}{\pard\outlinelevel0 Rain\par}"
        r"{\pard It rained, \'c4\'e0 \u8211? much.\par}\trowd\cellx1\cellx2 Town\cell Rain\cell\row\trowd\cellx1"
        r"\cellx2 Harrow\cell 412\cell\row\pard{\*\bkmkstart a}After\~the {\b rain}{\footnote It was {\i May}.}\par}",
    ],
    "html": [
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Rain | Site</title><meta name="author" '
        'content="I. Tern"><script type="application/ld+json">{"datePublished": "2024-01-02"}</script></head><body>'
        '<nav><a href="/a">Home</a></nav><main><h1>Rain</h1><p>It rained <b>10<sup>5</sup></b> mm &amp; more&nbsp;'
        '<sup><a href="#n">1</a></sup>.</p><ol start="3"><li value="7">a gauge<li>a barrel</ol><table><caption>Rain'
        '</caption><tr><th colspan="2">Town</th><th '
        'rowspan="3">mm</th></tr><tr><td>Harrow</td><td>412</td></tr></table>'
        '<dl><dt>Tern<dd>A bird.</dl><pre>a\n  b</pre><p style="display:none">unseen</p><figure><img alt="A tern">'
        "</figure><svg><text>x</text></svg></main><footer>Imprint</footer></body></html>",
        "<p>" + "The tern returned to the sand bar in May after nine years at sea. " * 30 + "</p>",
    ],
    "md": [
        "---\ntitle: Rain\nauthor: [I. Tern]\n---\n# Rain\n\nIt *rained* **much**[^1] and `a b`.\n\n> "
        "Quoted\n> > twice\n\n"
        "- a gauge\n  1. a barrel\n\n| Town | mm |\n|:--|--:|\n| Harrow | 412 |\n\n```py\nx = "
        "1\n```\n\n[^1]: In May.\n\n"
        '[link](http://a.invalid "t") ![image](a.png) <b>html</b> &amp; \\* $$x$$\n\nRain again\n==========\n\n* * *\n',
    ],
    "rst": [
        "====\nRain\n====\n:Author: I. Tern\n\nIt *rained* [1]_ ``much``. See `here "
        "<http://a.invalid>`_.\n\nTowns\n-----\n\n"
        "+--------+-----+\n| Town   | mm  |\n+========+=====+\n| Harrow | 412 |\n+--------+-----+\n\n=====  "
        "====\nTown   mm\n"
        "=====  ====\nEly    12\n=====  ====\n\n.. note:: Wet\n   days\n\n.. code:: py\n\n   x = 1\n\n.. [1] "
        "In May.\n.. |a| replace:: b\n",
    ],
    "org": [
        "#+TITLE: Rain\n#+AUTHOR: I. Tern\n* TODO Rain :wet:\n:PROPERTIES:\n:ID: 1\n:END:\nIt *rained* "
        "[[http://a.invalid][much]]"
        "[fn:1].\n** Towns\n| Town | mm |\n|------+----|\n| Harrow | 412 |\n- [ ] a gauge\n#+BEGIN_SRC py\nx "
        "= 1\n#+END_SRC\n"
        "[fn:1] In May.\n# comment\n",
    ],
    "csv": [
        'Rain of the year\n"Town, place",Year,"Rain ""mm"""\nHarrow,2021,412\nEly,2022,"1\n2"\n,,\nBath,2023,"-3,5"\n',
        "a;b;c\n1;2;3\n4;5;6\n",
    ],
    "tsv": ["Town\tYear\tmm\nHarrow\t2021\t412\nEly\t2022\t\n"],
    "json": [
        '{"title": "Rain", "towns": [{"name": "Harrow", "mm": 412, "wet": true, "gone": null}, [1.5e3, '
        '[-0]]], "text": "' + "It rained. " * 20 + '", "deep": {"a": {"b": {"c": ["\\u00e9", "\\ud83d\\ude42"]}}}}',
        '{"nbformat": 4, "cells": [{"cell_type": "markdown", "source": ["# Rain\\n", "It rained."]}, '
        '{"cell_type": "code", '
        '"source": "x = 1\\ny = 2", "outputs": []}]}',
    ],
    "jsonl": [
        '{"_id": "a", "title": "Rain", "text": "It rained.", "year": 2021}\n{"id": 7, "text": '
        '"Much."}\n\n{"text": "More", '
        '"tags": ["a", {"b": 1}]}\n',
    ],
    "xml": [
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE a [<!ENTITY e "boom">]><wells '
        'xmlns:x="urn:x"><title>Water</title>'
        '<well x:id="1"><name>North</name><depth unit="m">12</depth><empty a="b"/></well><!-- c --><?pi d?>'
        "<text>The well is <b>low</b> &amp; dry &e;.<![CDATA[<raw>]]></text></wells>",
    ],
    "txt": [
        "RAIN\n\n1.1 Of the towns\n\nIt rained in Harrow.\nIt rained on-\nand on.\n\n- a gauge\n- a "
        "barrel\n\nTown      mm\nEly       12\n\f"
        "Page 2\n\nCHAPTER II\n\nThe â€œtideâ€\x9d was high.\r\n",
        "\\documentclass{article}\\begin{document}\\section{Rain} It rained $10^5$ mm.\\end{document}\n",
    ],
}


@cache
def seeds(kind: str) -> tuple[bytes, ...]:
    """The good files of a format: those made here first, then real ones, where they are, in order of their names."""
    made = [text.encode() for text in _TEXTS.get(kind, [])]
    if maker := _MAKERS.get(kind):
        made += maker()
    return tuple(made)


@cache
def real(kind: str) -> tuple[bytes, ...]:
    """Small real files of a format, the smallest first; none where the development data are not."""
    endings = {f".{ending}" for ending in ENDINGS[kind].split()}
    found = (path for path in sorted(DATA.rglob("*")) if path.suffix.lower() in endings and path.is_file())
    contents = sorted((path.read_bytes() for path in found if 0 < path.stat().st_size <= _LARGEST), key=len)
    return tuple(contents[:_MOST_REAL])


def zipped(members: dict[str, str]) -> bytes:
    """A zip file of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, text in members.items():
            file.writestr(name, text)
    return out.getvalue()


def _pdf() -> list[bytes]:
    prose = "It rained in Harrow all day and all\nnight, and the barrels were full."
    pages = [
        content([(72, 740, "Rain", 18, "F2"), *lines_of(prose, 72, 700), (300, 30, "1")]),
        content([*lines_of(prose, 72, 700), *lines_of(prose, 320, 700), (300, 30, "2")]),
        b"q 0 1 -1 0 300 100 cm BT /F1 12 Tf (turned) Tj ET Q BI /W 1 /H 1 /BPC 8 /CS /G ID x EI",
    ]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.pdf"
        plain = write_pdf(path, pages).read_bytes()
        outline = ["<</First 6 0 R/Last 6 0 R/Count 1>>", "<</Title(Rain)/Parent 5 0 R/Dest[7 0 R/Fit]>>"]
        catalog = "/Outlines 5 0 R/PageLabels<</Nums[0<</S/r>>1<</S/D/St 5>>]>>"
        info = "/Title(Rain)/Author<FEFF00E9D83D>/CreationDate(D:20240102030405+01'00')"
        rich = write_pdf(path, pages[:2], "/Rotate 90/CropBox[0 0 600 700]", catalog, info, outline).read_bytes()
    return [plain, rich]


def _saved(document: docx.document.Document | pptx.presentation.Presentation | openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _docx() -> list[bytes]:
    made = docx.Document()
    made.add_heading("Rain", 1)
    made.add_paragraph("It rained in Harrow.").add_run(" Much.").bold = True
    for style in ("List Number", "List Bullet", "Quote"):
        made.add_paragraph("a gauge", style=style)
    table = made.add_table(3, 3)
    for place in range(9):
        table.cell(place // 3, place % 3).text = str(place) if place > 2 else f"Name {place}"
    table.cell(1, 0).merge(table.cell(2, 1))
    made.sections[0].header.paragraphs[0].text = "Draft"
    return [_saved(made)]


def _pptx() -> list[bytes]:
    made = pptx.Presentation()
    slide = made.slides.add_slide(made.slide_layouts[5])
    slide.shapes.title.text = "Rain"
    slide.shapes.add_textbox(Inches(1), Inches(2), Inches(3), Inches(1)).text_frame.text = "It rained."
    slide.notes_slide.notes_text_frame.text = "Say it slowly."
    table = slide.shapes.add_table(2, 2, Inches(1), Inches(1), Inches(4), Inches(1)).table
    for place, text in enumerate(("Town", "Rain", "Harrow", "412")):
        table.cell(place // 2, place % 2).text = text
    data = CategoryChartData()
    data.categories = ["2020", "2021"]
    data.add_series("Seals", (12, 15.5))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(1), Inches(3), Inches(4), Inches(3), data)
    return [_saved(made)]


def _xlsx() -> list[bytes]:
    made = openpyxl.Workbook()
    sheet = made.active
    for row in (["Town", "Day", "Rain"], ["Harrow", 45000, 0.412], ["Ely", 45001.5, "=A1"], [True, None, "#N/A"]):
        sheet.append(row)
    sheet["B2"].number_format = "yyyy-mm-dd"
    sheet["C2"].number_format = "0.0%"
    sheet.merge_cells("A6:C7")
    sheet["A6"] = "Merged"
    made.create_sheet("Hidden").sheet_state = "hidden"
    made.create_sheet("More")["AZ100"] = "far away"
    return [_saved(made)]


def _odt() -> list[bytes]:
    names = ("office", "text", "table", "draw", "style", "meta")
    spaces = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in names)
    spaces = spaces.replace(":xmlns:draw:", ":xmlns:drawing:") + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'
    cell = '<table:table-cell table:number-columns-repeated="2"><text:p>{}</text:p></table:table-cell>'
    rows = "".join(
        f'<table:table-row table:number-rows-repeated="2">{cell.format(text)}</table:table-row>'
        for text in ("Town", "Ely")
    )
    body = (
        '<text:h text:outline-level="1">Rain</text:h><text:p>It<text:s text:c="3"/>rained<text:tab/><text:note>'
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>In "
        "May.</text:p></text:note-body></text:note>"
        "</text:p><text:list><text:list-item><text:p>a gauge</text:p></text:list-item></text:list><table:table>"
        f"{rows}</table:table><draw:frame><draw:text-box><text:p>beside</text:p></draw:text-box></draw:frame>"
    )
    members = {
        "mimetype": "application/vnd.oasis.opendocument.text",
        "content.xml": f"<office:document-content {spaces}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>",
        "meta.xml": f"<a {spaces}><dc:title>Rain</dc:title><dc:creator>I. Tern</dc:creator></a>",
        "styles.xml": f"<a {spaces}><style:header><text:p>Draft</text:p></style:header></a>",
    }
    return [zipped(members)]


def _epub() -> list[bytes]:
    page = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{0}</title></head><body><h1>{0}</h1><p>It '
        "rained.</p></body></html>"
    )
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": "<container "
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles><rootfile '
        'full-path="OPS/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf"><metadata '
        'xmlns:dc="http://purl.org/dc/elements/1.1/">'
        '<dc:title>Rain</dc:title><dc:creator>I. Tern</dc:creator></metadata><manifest><item id="a" href="a.xhtml" '
        'media-type="application/xhtml+xml"/><item id="b" href="b%20c.xhtml" media-type="application/xhtml+xml"/>'
        '<item id="n" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest><spine '
        'toc="n"><itemref idref="a"/>'
        '<itemref idref="b"/></spine></package>',
        "OPS/a.xhtml": page.format("One"),
        "OPS/b c.xhtml": page.format("Two"),
        "OPS/toc.ncx": "<ncx "
        'xmlns="http://www.daisy.org/z3986/2005/ncx/"><navMap><navPoint><navLabel><text>One</text></navLabel>'
        '<content src="a.xhtml"/></navPoint></navMap></ncx>',
    }
    return [zipped(members)]


def _eml() -> list[bytes]:
    message = EmailMessage()
    message["Subject"] = "Wells in März"
    message["From"] = "Ann <ann@example.org>"
    message["To"] = "Bob <bob@example.org>, eve@example.org"
    message["Date"] = "Tue, 01 Oct 2024 12:34:56 -0500"
    message.set_content(
        "The well is low – very.\n\n> Is the well\n> low?\n> > It was.\n\nAnn\n", cte="quoted-printable"
    )
    message.add_alternative("<p>Other <b>words</b></p>", subtype="html")
    message.add_attachment(b"1,2", maintype="text", subtype="csv", filename="levels.csv")
    inner = EmailMessage()
    inner["Subject"] = "=?utf-8?b?UmFpbg==?="
    inner.set_content(json.dumps({"a": 1}), cte="base64")
    message.add_attachment(inner)
    return [message.as_bytes(), b"From: a\nSubject: =?koi8-r?q?=C4=E1?=\nMIME-Version: 1.0\n\nIt rained.\n"]


_MAKERS: dict[str, Callable[[], list[bytes]]] = {
    "pdf": _pdf,
    "docx": _docx,
    "pptx": _pptx,
    "xlsx": _xlsx,
    "odt": _odt,
    "epub": _epub,
    "eml": _eml,
}
