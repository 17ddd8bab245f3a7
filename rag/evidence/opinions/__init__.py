"""Whose opinion, claim or memory a sentence of a document is.

Verbatim words still mislead where a reader takes somebody's opinion for a fact. `speaker` names who holds
it, from what stands around it:

- an interview, a letter, an e-mail, a statement, an article that calls itself an opinion, a foreword that is
  signed: every sentence is its author's, facts too, since nobody else vouches for them;
- words in quotation marks: of whom the text says that he said them;
- "She adds that": the person of the sentence before; in minutes also what goes on in her name;
- elsewhere only what says "I", and in what a person signed and speaks of himself, what judges or demands.
  "We recommend" of a report is the report's own.

A sentence that names the holder itself needs nothing more.
"""

from __future__ import annotations

import re

from rag.evidence import Quote
from rag.evidence.opinions.attribution import (
    NAME,
    attributed,
    has_name,
    hedged,
    judges,
    named_person,
    reporting_pronoun,
    says_i,
    says_our_view,
)
from rag.evidence.opinions.authors import (
    Part,
    author,
    byline,
    is_personal,
    letter_writer,
    mail_writer,
    next_signature,
    paragraph_at,
    parts_at,
    quotation_signature,
    signature,
    turn_speaker,
)
from rag.sentences import sentences
from rag.types import Document

_FEWEST_WORDS = 3
_BACK = 1500

_OPINION = re.compile(
    r"^[\W\d_]{0,6}(?:Opinions?|Op-?ed|Comment(?:ary)?|Editorial|Viewpoint|Point of view|Column|Perspective"
    r"|Guest (?:column|essay|comment)|My View|(?:(?:Customer|User|Guest|Book|Film) )?Reviews?|Readers[’']? letters"
    r"|Letters?(?: to the editors?| from (?:our )?readers)?|Kommentar|Meinung|Leserbriefe?|Gast(?:beitrag|kommentar)"
    r"|Leitartikel|Glosse|Rezension|Standpunkt"
    r"|Speech|Keynote|Rede)(?=\s*(?:$|[:–—|·/\n]| - | by\b| von\b|\())",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNED_KIND = re.compile(
    r"^[\W\d_]{0,6}(?:Foreword|Preface|Vorwort|Geleitwort|Grußwort|A word from|Message from)\b", re.IGNORECASE
)
_STATEMENT = re.compile(
    r"\b(?:[Ss]tatement|[Dd]issent|[Rr]emarks|[Vv]iews?|[Ll]etter|[Mm]essage|[Ss]peech|[Aa]ddress|[Rr]eply"
    r"|[Rr]esponse|[Oo]bjections?|[Tt]estimony|[Mm]emories|[Rr]ecollections|[Ss]tellungnahme"
    r"|[Rr]ede) (?:of|by|from|von) "
    rf"(?:the [\w ]{{1,30}}, )?(?P<name>{NAME})"
)
_LETTERS = re.compile(r"\W*(?:letters?|readers|leser)", re.IGNORECASE)
_KIND_KEYS = ("section", "category", "type", "genre", "rubric", "articlesection", "tags")
_MINUTES = re.compile(r"\b(?:minutes|protokoll|niederschrift|record of the meeting|hearing)\b", re.IGNORECASE)
_HE_OR_SHE = re.compile(r"\b(?:[Hh]e|[Ss]he|[Tt]hey|him|her|[Hh]is|hers|their)\b")
_SUBJECT = re.compile(rf"(?:[A-Z][\w ]{{2,40}}, )?(?P<name>(?:The )?{NAME})(?= [a-z]|, )")
_QUOTATION = re.compile(
    r"“[^“”]{1,3000}(?:”|\Z)|„[^„“”]{1,3000}(?:[“”]|\Z)|«[^«»]{1,3000}(?:»|\Z)|\"[^\"]{1,3000}(?:\"|\Z)"
)
_SAID_AFTER = re.compile(
    rf",? (?:[a-zß]{{3,20}} (?P<late>{NAME}|he|she|they)|(?P<name>{NAME}|he|she|they) [a-z]{{3,20}})\b"
)
_SAYS = re.compile(
    r"\b(?:says?|said|asks?|asked|adds?|added|writes?|wrote|told|tells?|repl(?:y|ied|ies)|explain(?:s|ed)"
    r"|recall(?:s|ed)"
    r"|remember(?:s|ed)|argue[sd]|warn(?:s|ed)|insist(?:s|ed)|continue[sd]|call(?:s|ed)|sagte?|meinte?"
    r"|erklärte?|schrieb)\b"
)
_NAMES = re.compile(NAME)
_ROLE = re.compile(
    r"[Tt]he (?:[a-z-]{2,20} ){0,2}?(?:chair(?:man|woman|person)?|treasurer|mayor|director|secretary|speaker|president"
    r"|minister|manager|officer|spokes(?:man|woman|person)|professor|teacher|doctor|judge|clerk|engineer|author|editor"
    r"|owner|farmer|reader|reporter|lawyer|chancellor|governor|[a-z]+ologist|captain|keeper|master|head|warden|member"
    r"|witness|expert|critic|visitor|resident|neighbou?r|applicant|plaintiff|defendant|architect|scientist)\b"
)
_MEN, _WOMEN = re.compile(r"(?:Mr|Sir|Lord|Herr|Father)\b"), re.compile(r"(?:Ms|Mrs|Miss|Dame|Lady|Frau|Sister)\b")
_PRONOUNS = ("he", "she", "they")
_OFFICE = ("docx", "xlsx", "pptx", "odt", "rtf", "pdf")


def speaker(quote: Quote, document: Document) -> str:
    """The name or description of whoever holds what the quoted words say; "" where they are the document's plain
    statement, or name the holder themselves.
    """
    said = " ".join(quote.text.split()).lstrip("> ")
    if len(said.split()) < _FEWEST_WORDS or said.endswith("?"):
        return ""
    own = says_i(said)
    holder = attributed(said)
    if holder and has_name(holder) and not own:
        return ""
    name = _speaker_around(quote, document, said, own)
    return "" if name and not own and _is_named(name, said) else name


def _speaker_around(quote: Quote, document: Document, said: str, own: bool) -> str:
    start = quote.start + len(quote.text) - len(quote.text.lstrip())
    if name := mail_writer(document, start):
        return "" if re.search(r"\b(?:From|Von): .*\b(?:To|An): ", said) else name
    if name := turn_speaker(document, start) or _quoted_speaker(document, start, quote.end):
        return name
    if name := _by_pronoun(document, start, said):
        return name
    if name := letter_writer(document, start):
        return name
    return _author_around(document, start, said, own)


def _author_around(document: Document, start: int, said: str, own: bool) -> str:
    """The author of the part of a document, if what is said there is to be taken as his."""
    parts = parts_at(document, start)
    signed = next(((part, name) for part in parts if (name := byline(document, part, start))), None)
    for part in parts:
        if statement := _STATEMENT.search(part.heading):
            return statement["name"]
        if _SIGNED_KIND.match(part.heading) and (name := signature(document, part)):
            return name
    written_by = (signed[1] if signed else "") or author(document)
    if kind := _opinion_kind(document, parts):
        if _is_about_the_author(document, start, written_by):
            return ""
        if _LETTERS.match(kind):
            return next_signature(document, parts[0], start) or written_by or "a reader"
        return written_by or signature(document, parts[-1]) or _by_title(document)
    if own and not _asks(document, start):
        return written_by or _by_title(document)
    if signed and (says_our_view(said) or judges(said)) and is_personal(document, signed[0]):
        return signed[1]
    if says_our_view(said):
        return (document.kind not in _OFFICE and written_by) or (f"“{document.title}”" if document.title else "")
    return ""


def _opinion_kind(document: Document, parts: list[Part]) -> str:
    """What the document, or the part, calls itself, if that is a kind of text in which somebody gives his opinion."""
    names = [part.heading for part in parts] + [document.metadata.get(key, "") for key in _KIND_KEYS]
    for name in [*names, document.text[: min(400, parts[-1].end)]]:
        if found := _OPINION.search(name):
            return found.group()
    return ""


def _quoted_speaker(document: Document, start: int, end: int) -> str:
    """Of whom the text says that he said the quotation in which most of these words stand, or ""."""
    begin, stop = paragraph_at(document, start)
    if name := quotation_signature(document, stop):
        return name
    paragraph = document.text[begin:stop]
    last = ""
    for words in _QUOTATION.finditer(paragraph):
        if begin + words.start() >= end:
            break
        before = paragraph[max(0, words.start() - 300) : words.start()]
        holder = _said_after(paragraph[words.end() : words.end() + 120], before) or _said_before(before)
        if holder in _PRONOUNS:
            holder = last or _subject_before(document, start, holder)
        last = holder or last
        inside = min(end, begin + words.end()) - max(start, begin + words.start())
        if inside * 2 > end - start and words.end() - words.start() > 20:
            return last
    return ""


def _said_after(text: str, before: str) -> str:
    """Who said it, where that stands behind the words: ", said Ann Hale", ", she added"."""
    found = _SAID_AFTER.match(text)
    if not found or not _SAYS.search(found.group()):
        return ""
    name = found["late"] or found["name"]
    return name if name in _PRONOUNS or named_person(name) or has_name(name) else ""


def _said_before(text: str) -> str:
    """Who said it, where a sentence before the words announces them: "Ann Hale said:", "asked by Ann Hale:"."""
    text = " ".join(text.split())
    lead = text[[*sentences(text)][-1][0] :] if text else ""
    if not lead.endswith((":", ",")):
        return ""
    if (holder := attributed(f'{lead} "')) or (holder := reporting_pronoun(f'{lead} "').lower()):
        return holder
    names = [name for found in _NAMES.finditer(lead) if (name := named_person(found.group()))]
    return names[-1] if names and lead.endswith(":") else ""


def _by_pronoun(document: Document, start: int, said: str) -> str:
    """Who "she" is in "She adds that"; in minutes also in whose name a sentence without a verb of saying goes on."""
    if pronoun := reporting_pronoun(said):
        return _subject_before(document, start, pronoun.lower())
    begins = document.title + "\n" + document.text[:400]
    if not _MINUTES.search(begins) or not (_HE_OR_SHE.search(said) or judges(said) or hedged(said)):
        return ""
    return _subject_before(document, start, "", reporting=True)


def _subject_before(document: Document, start: int, pronoun: str, reporting: bool = False) -> str:
    """The person that the nearest sentence before, in the same paragraph, is about or quotes; or ""."""
    begin, _ = paragraph_at(document, start, _BACK)
    before = document.text[begin:start]
    for first, last in reversed(sentences(before)[-8:]):
        sentence = " ".join(before[first:last].split())
        holder = attributed(sentence)
        subject = _SUBJECT.match(sentence)
        about = subject["name"] if subject and not reporting else ""
        role = _ROLE.match(sentence)
        for name in (
            about if named_person(about) else "",
            holder,
            about if about.startswith("The ") else "",
            role.group().lower() if role and not reporting else "",
        ):
            if name and _fits(name, pronoun):
                return name
        if reporting and not _HE_OR_SHE.search(sentence) and not holder:
            return ""
    return ""


def _fits(name: str, pronoun: str) -> bool:
    """Whether the pronoun can mean whom this names."""
    if pronoun in ("it", "they"):
        return has_name(name) and (pronoun == "they" or not named_person(name))
    if pronoun in ("he", "er") and _WOMEN.match(name):
        return False
    if pronoun in ("she", "sie") and _MEN.match(name):
        return False
    return bool(named_person(name) or _ROLE.fullmatch(name)) or not pronoun


def _asks(document: Document, start: int) -> bool:
    """Whether the paragraph is a question, as of those who are answered on a page of frequent questions."""
    begin, end = paragraph_at(document, start)
    return document.text[begin:end].rstrip().endswith("?")


def _is_about_the_author(document: Document, start: int, name: str) -> bool:
    """Whether this paragraph presents the author: it begins with his name and does not say "I"."""
    begin, end = paragraph_at(document, start)
    paragraph = document.text[begin:end]
    return bool(name) and _is_named(name, paragraph[:40]) and not says_i(paragraph)


def _is_named(name: str, text: str) -> bool:
    """Whether the last name of whoever this is stands in the text."""
    surname = name.split()[-1]
    return surname[:1].isupper() and re.search(rf"\b{re.escape(surname)}\b", text) is not None


def _by_title(document: Document) -> str:
    return f"the author of “{document.title}”" if document.title else "the author"
