"""Who wrote or speaks at a place of a document: by byline, signature, letter, e-mail header, label of a transcript.

Everything looks at a bounded stretch: the beginning and end of the document, the section, and the lines
around the place. So a place in a long document costs no more than one in a short one.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass

from rag.evidence.opinions.attribution import NAME, named_person, says_i
from rag.types import Document, Interval

_HEAD = 3000
_BYLINE_WITHIN = 700
_SIGNED_WITHIN = 400
_AROUND = 20_000
_MOST_SECTIONS = 400

_AUTHOR_KEYS = ("author", "authors", "by", "byline", "writer", "written by", "issued by", "speaker", "autor")
_LINKED = re.compile(r"\[([^\]\n]{1,80})\]\([^)\n]{0,200}\)")
_BYLINE = re.compile(
    r"^[^\w\n]{0,8}(?:[^\n:]{0,60}: )?(?:[Bb][Yy]|[Vv]on|VON|Text|Author|Autor(?:in)?|Speaker"
    r"|(?:Written|Reviewed|Issued) by"
    r"|Notes (?:of|by)(?: the [\w ]{1,30},)?)[: ]\s?\*{0,2}"
    rf"(?P<name>{NAME})(?:,? (?:and|und|&) (?P<second>{NAME}))?\*{{0,2}}(?P<rest>[^\n]{{0,100}})$",
    re.MULTILINE,
)
_AFTER_A_NAME = re.compile(r"\s*(?:$|[,·|–—(\[/]|for\b|on \d)")
_TITLED_BY = re.compile(rf"\b(?:by|von) (?P<name>{NAME})$")
_SIGNATURE = re.compile(rf"^(?:[–—-]{{1,2}} ?)?\*{{0,2}}(?P<name>{NAME})(?:[,(·|][^\n]{{0,80}})?$", re.MULTILINE)
_DASHED = re.compile(rf"\s{{1,4}}(?:[–—]|--) ?(?P<name>{NAME})[^\n]{{0,60}}(?:\n|\Z)")
_CLOSING = re.compile(
    r"^(?:Yours|Sincerely|(?:Best|Kind|Warm)(?:est)? (?:wishes|regards)|Regards|Respectfully|Cordially"
    r"|With (?:best|kind)"
    r"|Mit (?:freundlichen|besten|herzlichen) Gr|Hochachtungsvoll|Ihre?\b|Cheers|Love)[^\n]{0,40}$",
    re.MULTILINE,
)
_SALUTATION = re.compile(
    r"^(?:Dear|To the [Ee]ditors?|Sirs?,|Madam,|Sehr geehrte|Liebe[rs]?) ?[^\n.;]{0,60}$", re.MULTILINE
)

_HEADER = re.compile(r"^\W{0,3}(?:From|Von): ?(?P<name>[^\n;<]{1,80})", re.MULTILINE)
_REPLY = re.compile(
    r"^(?:On|Am) [^\n]{4,80}?(?:, |schrieb )(?P<wrote>[^\n<,]{2,60}?)(?: <[^>\n]{1,80}>)?(?: wrote)?:\s*$"
    r"|^-{2,}[^\n-]{4,40}-{2,}\s*$",
    re.MULTILINE,
)
_LABELLED = re.compile(
    rf"^[ \t]*[*_]{{0,2}}(?P<label>{NAME}|[A-ZÄÖÜ][A-ZÄÖÜ.]{{0,4}}|Interviewer(?:in)?|Frage|Antwort)"
    r"(?: \([^()\n]{1,30}\))?[*_]{0,2}:[*_]{0,2}[ \t]+(?=\S)",
    re.MULTILINE,
)
_ASKER = frozenset({"q", "f", "interviewer", "interviewerin", "frage", "question"})
_ANSWERER = frozenset({"a", "antwort", "answer"})
_CONVERSING = re.compile(r"[?]|\b(?:I|you|we|my|your|ich|wir|mein)\b")
_INTERVIEWED = (
    re.compile(
        rf"\b(?:[Ii]nterview|[Cc]onversation|[Tt]alk(?:s|ing)?|[Gg]espräch|[Ss]peaks|[Ss]poke) (?:with|to|mit) {NAME}"
    ),
    re.compile(rf"{NAME}(?=,? [^\n.]{{0,120}}?\b(?:in conversation|im Gespräch|talks to|speaks to|interviewed by)\b)"),
)
_NAME = re.compile(NAME)


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a document under one heading (or all of it, without one)."""

    heading: str
    start: int
    end: int


def parts_at(document: Document, offset: int) -> list[Part]:
    """The parts that hold a place, innermost first; the last is the whole document."""
    parts = []
    sections = document.sections
    here = bisect_right(sections, offset, key=lambda section: section.start) - 1
    if here >= 0:
        headings = sections[here].headings
        for depth in range(len(headings), 0, -1):
            first = last = here
            while first > max(0, here - _MOST_SECTIONS) and sections[first - 1].headings[:depth] == headings[:depth]:
                first -= 1
            while last + 1 < min(len(sections), here + _MOST_SECTIONS) and (
                sections[last + 1].headings[:depth] == headings[:depth]
            ):
                last += 1
            end = sections[last + 1].start if last + 1 < len(sections) else len(document.text)
            parts.append(Part(headings[depth - 1], sections[first].start, end))
    return [*parts, Part(document.title, 0, len(document.text))]


def byline(document: Document, part: Part, start: int) -> str:
    """The author of a place in this part: by its heading, the nearest byline, or the signature at its end; or ""."""
    titled = _TITLED_BY.search(part.heading.strip())
    if titled and (name := named_person(titled["name"])):
        return name
    here = document.headings_at(start)
    begin = max(part.start, start - _AROUND)
    beginning = document.text[begin : max(start, min(part.end, part.start + _BYLINE_WITHIN))]
    nearest = ""
    for line in _BYLINE.finditer(_LINKED.sub(_same_length, beginning)):
        name = named_person(_as_written(line["name"]))
        above = document.headings_at(begin + line.start("name"))
        if name and _AFTER_A_NAME.match(line["rest"]) and here[: len(above)] == above:
            if nearest and begin + line.start() > start:
                break
            nearest = " and ".join([name, *filter(None, [named_person(line["second"] or "")])])
    signed_under = document.headings_at(max(part.start, part.end - 1))
    return nearest or (signature(document, part) if here[: len(signed_under)] == signed_under else "")


def signature(document: Document, part: Part) -> str:
    """The name on the last line of a part, or ""."""
    ending = document.text[max(part.start, part.end - _SIGNED_WITHIN) : part.end].rstrip()
    last = ending[ending.rfind("\n") + 1 :]
    found = _SIGNATURE.fullmatch(last.strip())
    return named_person(found["name"]) if found and last != ending else ""


def next_signature(document: Document, part: Part, start: int) -> str:
    """The name on the first line after a place that is nothing but a signature, as under each of several letters."""
    following = document.text[start : min(part.end, start + _AROUND)]
    for found in _SIGNATURE.finditer(following, following.find("\n") + 1):
        if name := named_person(found["name"]):
            return name
    return ""


def quotation_signature(document: Document, end: int) -> str:
    """The name after a dash that is the whole paragraph below this one, as under a motto; or ""."""
    found = _DASHED.match(document.text, end)
    return found["name"] if found else ""


def letter_writer(document: Document, offset: int) -> str:
    """Who signs the letter in which the place stands: "a reader" where nobody does, "" where there is no letter."""
    before = document.text[max(0, offset - _AROUND) : offset]
    greeting = _last(_SALUTATION, before)
    if greeting is None:
        return ""
    closed = _CLOSING.search(before, greeting.end())
    if closed and before.count("\n", closed.end()) > 4:
        return ""  # that letter has ended, and this is what follows
    after = document.text[offset : offset + _AROUND]
    closing = _CLOSING.search(after)
    if closing is None:
        return ""
    for line in after[closing.end() : closing.end() + 200].split("\n")[:6]:
        found = _SIGNATURE.fullmatch(line.strip(" ,\t"))
        if found and found["name"]:
            return found["name"]
    return "the writer of the letter"


def mail_writer(document: Document, start: int) -> str:
    """Who wrote the words at this place of an e-mail, of those that it quotes too; "" for what is no e-mail."""
    head = document.text[:1000]
    sender = document.metadata.get("from", "")
    if not sender and document.kind != "eml" and not (_HEADER.search(head) and re.search(r"\b(?:To|An): ", head)):
        return ""
    line = document.text[document.text.rfind("\n", 0, start) + 1 : start + 1]
    before = document.text[max(0, start - _AROUND) : start]
    reply = _last(_REPLY, before)
    if reply:
        forwarded = _HEADER.search(before, reply.end())
        name = reply["wrote"] or (forwarded["name"] if forwarded else "")
        return _mail_name(name)
    if line.startswith(">"):
        return ""
    header = _HEADER.search(head)
    return _mail_name(sender or (header["name"] if header else ""))


def turn_speaker(document: Document, start: int) -> str:
    """Who speaks at this place of a transcript, from the label of his turn ("ME:", "Anna:", "A:"), or ""."""
    begin = document.text.rfind("\n", 0, max(0, start - _AROUND)) + 1
    window = document.text[begin : start + _AROUND]
    labels = list(_LABELLED.finditer(window))
    turns = [turn for turn in labels if begin + turn.start() <= start]
    if not turns:
        return ""
    turn = turns[-1]
    alike = {label["label"] for label in labels}
    full = [_as_written(label) for label in sorted(alike) if " " in label]
    name = _person_labelled(turn["label"], [*persons(document), *full])
    if turn["label"].lower() in _ASKER | _ANSWERER:
        answers = interviewee(document)
        name = ("the interviewer" if turn["label"].lower() in _ASKER else answers) if answers else ""
    transcript = _is_transcript(labels, window)
    if transcript and turn["label"].lower().startswith("interviewer"):
        name = "the interviewer"
    if not name and transcript and len(turn["label"]) > 2:
        name = _as_written(turn["label"])
    if not transcript and name not in author(document).split(" and "):
        return ""
    same_line = "\n\n" not in window[turn.end() : start - begin]
    same_part = document.headings_at(begin + turn.start()) == document.headings_at(start)
    return name if same_line or (transcript and same_part) else ""


def persons(document: Document) -> list[str]:
    """The full names of persons in the metadata, the title and the beginning of a document, in that order."""
    given = ", ".join(document.metadata.get(key, "") for key in _AUTHOR_KEYS)
    text = "\n".join([given, document.title, document.text[:_HEAD]])
    names = (named_person(_as_written(found.group())) for found in _NAME.finditer(text))
    return list(dict.fromkeys(name for name in names if " " in name))


def interviewee(document: Document) -> str:
    """Whom a document says that it is an interview with, or ""."""
    for text in (document.title, document.text[:1500]):
        for form in _INTERVIEWED:
            if found := form.search(text):
                last = [*_NAME.finditer(found.group())][-1]
                if name := named_person(last.group()):
                    return name
    return ""


def author(document: Document) -> str:
    """The persons that the metadata name as the authors, or ""."""
    for key in _AUTHOR_KEYS:
        parts = re.split(r"[,;&]| and | und ", document.metadata.get(key, "")[:300])
        names = [name for name in (named_person(part.strip()) for part in parts) if " " in name]
        if names:
            return " and ".join(names[:3])
    return ""


def _is_transcript(labels: list[re.Match[str]], window: str) -> bool:
    """Whether the labels are of turns of talk, and not names of fields."""
    turns = [window[label.end() : label.end() + 200].partition("\n\n")[0] for label in labels]
    talking = sum(bool(_CONVERSING.search(turn)) for turn in turns)
    names = {_initials(label["label"]) for label in labels}  # "Marta Hale:" at first, then "MH:"
    return len(labels) >= 4 and 2 <= len(names) <= len(labels) // 2 + 1 and talking * 2 >= len(labels)


def _person_labelled(label: str, known: list[str]) -> str:
    """The person whose full name, part of a name or initials this is, or ""."""
    wanted = re.sub(r"\W", "", label).casefold()
    for name in known:
        words = [word.strip(".") for word in name.split()]
        proper = [word for word in words if word[:1].isupper()]
        initials = "".join(word[0] for word in proper)
        forms = {"".join(words), initials, *proper}
        if label.isupper() and len(wanted) < 2:
            continue
        if wanted in {re.sub(r"\W", "", form).casefold() for form in forms}:
            return name
    return ""


def _initials(label: str) -> str:
    return label if label.isupper() and len(label) < 4 else "".join(word[0] for word in label.split())


def _mail_name(field: str) -> str:
    """The name in the field of a mail's sender."""
    name, _, address = field.partition("<")
    name = name.strip(" \"'\t") or address.strip(" >")
    family, comma, given = name.partition(", ")
    return f"{given} {family}" if comma and " " not in given + family else name


def _same_length(link: re.Match[str]) -> str:
    """The words of a Markdown link, with spaces for what they lead to."""
    return link[1].ljust(len(link.group()))


def _as_written(name: str) -> str:
    """A name in capitals as it is otherwise written."""
    return name.title() if name.isupper() and len(name) > 4 else name


def _last(form: re.Pattern[str], text: str) -> re.Match[str] | None:
    return deque(form.finditer(text), maxlen=1).pop() if form.search(text) else None


def paragraph_at(document: Document, start: int, most: int = 3000) -> Interval:
    """The paragraph that holds a place: between empty lines, and no longer than `most` to either side."""
    begin = document.text.rfind("\n\n", max(0, start - most), start)
    end = document.text.find("\n\n", start, start + most)
    return (begin + 2 if begin >= 0 else max(0, start - most)), (
        end if end >= 0 else min(len(document.text), start + most)
    )


def is_personal(document: Document, part: Part) -> bool:
    """Whether whoever wrote this part speaks of himself in it more than once."""
    text = document.text[part.start : min(part.end, part.start + _AROUND)]
    return sum(says_i(paragraph) for paragraph in text.split("\n\n")) > 1
