"""Mail messages: who wrote to whom and when, then what, with the messages that are enclosed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import parsedate_to_datetime
from functools import lru_cache
from itertools import groupby, islice
from pathlib import Path

from rag.errors import UnreadableDocument
from rag.reading.encoding import decode, mend
from rag.reading.manuscript import Manuscript, tidy
from rag.reading.plain import add_plain, read_plain

_NAMED = ("From", "To", "Cc", "Date")
_QUOTED = re.compile(r"^[ \t]?((?:>[ \t]?)+)", re.MULTILINE)
_RICH = ("text/html", "multipart/related", "multipart/mixed", "multipart/alternative")
_TELLING = frozenset({"from", "to", "subject", "date", "content-type"})
_DEEPEST = 10
_MOST_PARTS = 1000
_LONGEST_DECODED = 100_000
_LONGEST_HEADER = 2_000
"""The standard parser takes seconds and minutes over a header with more characters."""
_CHARSETS = {"iso-8859-8-i": "iso-8859-8", "iso-8859-8-e": "iso-8859-8", "gb2312": "gb18030", "gbk": "gb18030",
             "ks_c_5601-1987": "cp949", "us-ascii": "utf-8", "iso-8859-1": "cp1252", "x-unknown": ""}  # fmt: skip


class _Policy(policy.EmailPolicy):
    def header_fetch_parse(self, name: str, value: str) -> str:
        if len(value) > _LONGEST_HEADER:
            # What says how to read a part is never so long; whom a message went to may be.
            return value[:_LONGEST_HEADER] if name.lower().startswith("content-") else _in_words(value)
        return _parsed(name, value)


@lru_cache(4096)
def _parsed(name: str, value: str) -> str:
    """Each look at a header would parse it again, and a message may have thousands of parts."""
    try:
        parsed: str = policy.default.header_fetch_parse(name, value)
    except Exception:  # noqa: BLE001 - it fails in many ways on broken ones
        return value
    return parsed


def _in_words(value: str) -> str:
    if len(value) > _LONGEST_DECODED:
        return value
    try:
        return str(make_header(decode_header(value)))
    except (HeaderParseError, LookupError, ValueError):
        return value


def read_mail(path: Path, name: str) -> Manuscript:
    """The manuscript of a message in the format of .eml files; attachments are named and not read.

    Raises UnreadableDocument for an encrypted message.
    """
    data = path.read_bytes()
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in data[:200]:
        data = decode(data).encode("utf-8", "replace")
    message = message_from_bytes(data.lstrip(b"\xef\xbb\xbf\r\n"), policy=_Policy())
    if not {key.lower() for key, value in message.raw_items() if value} & _TELLING:
        return read_plain(decode(data), name)
    manuscript = Manuscript("eml")
    _refuse_encryption(message)
    manuscript.title = _header(message, "Subject")
    for field in _NAMED:
        manuscript.metadata[field.lower()] = _header(message, field)
    if sent := _date(message):
        manuscript.metadata["date"] = sent.isoformat()
    _Reader(manuscript).add(message, 1)
    return manuscript


class _Reader:
    def __init__(self, manuscript: Manuscript) -> None:
        self._manuscript = manuscript

    def add(self, message: Message, depth: int) -> None:
        """A message: its subject as a heading, who wrote it and when, its text, its attachments, its messages."""
        self._manuscript.heading(_header(message, "Subject"), depth)
        fields = ((field, _header(message, field)) for field in _NAMED)
        self._manuscript.paragraph("; ".join(f"{field}: {value}" for field, value in fields if value))
        attached: list[str] = []
        enclosed: list[Message] = []
        parts = _parts(message)
        for part in islice(parts, _MOST_PARTS):
            if part.get_content_type() == "message/rfc822":
                enclosed.extend(_enclosed(part))
            elif _is_body(part):
                self._text(part)
            else:
                attached.append(_described(part))
        if next(parts, None) is not None:
            self._manuscript.warnings.append(f"The message has more than {_MOST_PARTS:,} parts: the rest was not read.")
        if attached:
            self._manuscript.paragraph(f"Attachments: {'; '.join(attached)}")
            self._manuscript.warnings.append(
                f"What is attached was not read ({'; '.join(attached)[:200]}): save it beside the message."
            )
        for other in enclosed:
            if depth < _DEEPEST:
                self.add(other, depth + 1)

    def _text(self, part: Message) -> None:
        text, warning = mend(_decoded(part))
        self._manuscript.warnings += filter(None, [warning])
        if part.get_content_type() == "text/html":
            _add_html(self._manuscript, text)
            return
        text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
        for quoted, lines in groupby(text.split("\n"), key=lambda line: bool(_QUOTED.match(line))):
            # One mark for a paragraph: in the midst of its sentences it would stand in the way.
            run = _QUOTED.sub("", "\n".join(lines))
            add_plain(self._manuscript, run, headings=False, mark="> " if quoted else "")


def _add_html(manuscript: Manuscript, html: str) -> None:
    from rag.reading.markup import add_page
    from rag.reading.web import parse_page

    root = parse_page(html)
    body = None if root is None else root.find("body")
    if body is not None:
        add_page(manuscript, body)


def _parts(message: Message) -> Iterator[Message]:
    """The parts in reading order; of alternatives the plain text, unless it is empty."""
    payload = _enclosed(message)
    if message.get_content_maintype() != "multipart" or not message.is_multipart():
        yield message
    elif message.get_content_subtype() == "alternative":
        plain = [part for part in payload if part.get_content_type() == "text/plain" and tidy(_decoded(part))]
        rich = [part for part in payload if part.get_content_type() in _RICH]
        for part in (plain or rich or payload)[:1]:
            yield from _parts(part)
    else:
        for part in payload:
            yield from _parts(part)


def _enclosed(message: Message) -> list[Message]:
    payload = message.get_payload() if message.is_multipart() else None
    return [part for part in payload if isinstance(part, Message)] if isinstance(payload, list) else []


def _is_body(part: Message) -> bool:
    return (
        part.get_content_type() in ("text/plain", "text/html")
        and part.get_content_disposition() != "attachment"
        and not _file_name(part)
    )


def _described(part: Message) -> str:
    return f"{tidy(_file_name(part)) or 'without a name'} ({part.get_content_type()})"


def _decoded(part: Message) -> str:
    """The text of a part, whatever it says of its encoding."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes) or not data:
        return ""
    charset = (part.get_content_charset() or "").lower()
    charset = _CHARSETS.get(charset, charset)
    try:
        return data.decode(charset or "utf-8")
    except (LookupError, UnicodeError, ValueError):
        pass  # unknown, or not the one in which it was written
    try:
        return decode(data)
    except UnreadableDocument:
        return data.decode("utf-8", "replace")


def _header(message: Message, name: str) -> str:
    try:
        return tidy(str(message.get(name) or "")).replace("\n", " ")
    except Exception:  # noqa: BLE001 - the standard parser of headers fails in many ways on broken ones
        return next((tidy(value) for key, value in message.raw_items() if key.lower() == name.lower()), "")


def _file_name(part: Message) -> str:
    try:
        return part.get_filename() or ""
    except Exception:  # noqa: BLE001 - as for headers
        return ""


def _date(message: Message) -> datetime | None:
    try:
        return parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _refuse_encryption(message: Message) -> None:
    kind = message.get_content_type()
    if kind == "multipart/encrypted" or "pkcs7-mime" in kind:
        raise UnreadableDocument(
            "The message is encrypted. Open it in the mail program of the person it was written to and save it as "
            "text or PDF."
        )
