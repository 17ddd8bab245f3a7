"""Markdown, as CommonMark with tables, read without its marks."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from rag.reading.manuscript import Manuscript

if TYPE_CHECKING:
    from markdown_it.token import Token

_FRONT_MATTER = re.compile(r"\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_FIELD = re.compile(r"^(\w[\w -]*):[ \t]+(\S.*)$", re.MULTILINE)
_COMMENT = re.compile(r"<!--.*?(-->|\Z)", re.DOTALL)
_UNREAD = re.compile(r"<(script|style)\b.*?(</\1\s*>|\Z)", re.DOTALL | re.IGNORECASE)
_BREAK = re.compile(r"</?(p|div|li|tr|h[1-6]|section|summary|details|br|table|ul|ol)\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>|<[!?][^<>]*>")


def read_markdown(text: str) -> Manuscript:
    """The manuscript of a Markdown text; simple fields of its front matter become title and metadata."""
    manuscript = Manuscript("md")
    if front := _FRONT_MATTER.match(text):
        text = text[front.end() :]
        for name, value in _FIELD.findall(front[1]):
            manuscript.metadata[name.strip().lower()] = value.strip().strip("\"'")
        manuscript.title = manuscript.metadata.pop("title", "")
    add_markdown(manuscript, text)
    return manuscript


def add_markdown(manuscript: Manuscript, text: str) -> None:
    """Adds a Markdown text: headings, paragraphs, list items, code, tables."""
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    counts: list[int | None] = []  # for each open list the number of the next item; None: bullets
    label = ""
    level = 0
    table: list[list[str]] | None = None
    for token in tokens:
        if token.type == "ordered_list_open":
            counts.append(int(token.attrGet("start") or 1))
        elif token.type == "bullet_list_open":
            counts.append(None)
        elif token.type.endswith("_list_close"):
            counts.pop()
        elif token.type == "list_item_open":
            number = counts[-1]
            label = "" if number is None else f"{number}. "
            counts[-1] = None if number is None else number + 1
        elif token.type == "heading_open":
            level = int(token.tag[1])
        elif token.type == "table_open":
            table = []
        elif token.type == "tr_open" and table is not None:
            table.append([])
        elif token.type == "table_close" and table:
            manuscript.rows(table[0], table[1:] or [table[0]])
            table = None
        elif token.type == "inline" and table:
            table[-1].append(_words(token))
        elif token.type == "inline" and level:
            manuscript.heading(label + _words(token), level)
            level, label = 0, ""
        elif words := _block(token):
            manuscript.paragraph(label + words)
            label = ""


def _block(token: Token) -> str:
    if token.type == "inline":
        return _words(token)
    if token.type in ("fence", "code_block"):  # an empty line would end the block
        return "\n".join(line for line in token.content.splitlines() if line.strip())
    return _without_tags(token.content) if token.type == "html_block" else ""


def _words(token: Token) -> str:
    """The text of a paragraph as a reader sees it: of a link its words, of an image its description."""
    words = []
    for part in token.children or []:
        if part.type in ("softbreak", "hardbreak"):
            words.append("\n")
        elif part.type == "image":
            words.append(part.content)
        elif part.type == "html_inline":
            words.append("\n" if part.content.lower().startswith("<br") else "")
        else:
            words.append(part.content)
    return "".join(words)


def _without_tags(html: str) -> str:
    html = _UNREAD.sub("", _COMMENT.sub("", html))
    return unescape(_TAG.sub("", _BREAK.sub("\n\n", html)))
