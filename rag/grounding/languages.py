"""Whether a claim and its evidence are in the language that the judges read, which is English.

Small words tell first: they are quick, and right where names and terms of art mislead. The identifier of languages is
asked of what has too few of them, and has to agree before anything is called another language: a claim that is
wrongly left unchecked is worse than one in another language that a judge finds no support for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from rag.languages import identifier
from rag.terms import terms

_READ = 600  # characters of a claim, and of three parts of a source, that its language is told by
_OF_A_CLAIM = (4, 2)  # the fewest words that tell its language, and how many others a word of English outweighs
_OF_A_SOURCE = (12, 8)
_SHARED = 0.6  # share of a claim's words that stand in the evidence, from which on both are of one language
_COMPARED = 20_000  # characters of a text in which they are looked for
_RARELY_ENGLISH = 0.03  # chance of English below which a text with two small words of another language is in that
_HARDLY_ENGLISH = 0.01  # the same with one such word
_NEVER_ENGLISH = 0.0001  # the same with none

_LETTER = re.compile(r"[^\W\d_]")
_LATIN = re.compile(r"[A-Za-zªºÀ-ɏḀ-ỿﬀ-ﬆ]")
_WORD = re.compile(r"[^\W\d_]+")
SCRIPT = "another script"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Of English alone among the languages of its alphabet, or nearly so.
_ENGLISH = _words(
    "the and of with from that which were this these those their been not its they she who than into would could when "
    "where there after before through during because while between about more most some have his him you your our"
)
# English, but now and then a word of another language. In, an, was, a, on, so: those tell nothing.
_OFTEN_ENGLISH = _words("is are by to has be for at as he it or does did can will says said only other all if but")
_OTHER = _words(
    # German, Dutch
    "der die das den dem des und ist sind nicht mit von vom zum zur für auf aus ein eine einen einem einer "
    "wurde wurden werden wird war waren hat haben bei beim nach als auch sich über unter durch oder aber noch "
    "nur vor zwischen es gibt kein keine im am er sie sein seine seit bis dass het een van niet zijn voor met "
    "op bij naar ook wordt werd uit maar deze "
    # French, Spanish, Italian, Portuguese, Catalan, Romanian
    "le la les des du et est sont dans pour par sur pas une un au aux que qui il elle ce cette ces ont été "
    "avec plus ne depuis sous entre leur ses el los las del en y con por se fue es su sus al lo como más ha "
    "han muy sin hay ningún gli di che è nel nella della dei per sono anche era non più o os da do dos das em "
    "um uma não foi no na nos nas ao pela pelo são i și sunt pentru este din care "
    # Danish, Norwegian, Swedish, Finnish
    "og det ikke er til på af av som har blev ble och att är inte med till från den ett ej ja ei oli ovat "
    "joka "
    # Polish, Czech, Hungarian, Turkish, Indonesian
    "w z na nie jest się do został została był była oraz od je že byl byla která az egy nem és ve bir bu için "
    "yang ini itu dengan "
)
_NAMES = {
    "cs": "Czech", "da": "Danish", "de": "German", "es": "Spanish", "fi": "Finnish", "fr": "French", "hu": "Hungarian",
    "id": "Indonesian", "it": "Italian", "nb": "Norwegian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "sv": "Swedish", "tr": "Turkish",
}  # fmt: skip


def unread_language(claim: str, evidence: Sequence[str]) -> str:
    """What a reader is told, in a few words, where the claim or all of its evidence is not English; else ""."""
    if other := other_language(claim, evidence):
        return _NAMES.get(other, other)
    if other := _of_evidence(evidence):
        return f"of the source: {_NAMES.get(other, other)}"
    return ""


def other_language(claim: str, evidence: Sequence[str]) -> str:
    """The language of the claim, as a code or `SCRIPT`, where it is not English; "" where it is or cannot be told.

    Nothing is said of a claim with few words, nor of one in the words of its evidence, unless that is in another
    language too.
    """
    language = _language(claim[:_READ], *_OF_A_CLAIM)
    if language in ("", SCRIPT):
        return language
    said = set(terms(claim[:_READ]))
    held = {term for text in evidence for term in terms(text[:_COMPARED])}
    shares = len(said & held) > _SHARED * len(said)
    return "" if shares and not _of_evidence(evidence) else language


def _of_evidence(evidence: Sequence[str]) -> str:
    """The language of the evidence, where none of it may be English."""
    languages = [_language(_sample(text), *_OF_A_SOURCE) for text in evidence if text.strip()]
    return languages[0] if languages and all(languages) else ""


def _sample(text: str) -> str:
    """Its beginning, middle and end: a text may begin with a title or a quotation in another language."""
    if len(text) <= 3 * _READ:
        return text
    middle = len(text) // 2
    return " ".join((text[:_READ], text[middle : middle + _READ], text[-_READ:]))


@lru_cache(maxsize=512)
def _language(text: str, fewest: int, weight: int) -> str:
    letters = _LETTER.findall(text)
    if sum(bool(_LATIN.match(letter)) for letter in letters) < len(letters) / 2:
        return SCRIPT
    words = [word.lower() for word in _WORD.findall(text)]
    if len(words) < fewest:
        return ""
    distinct = set(words)
    other = len(distinct & _OTHER)
    english = weight * len(distinct & _ENGLISH) + len(distinct & _OFTEN_ENGLISH)
    if english and english >= other:
        return ""
    chances = dict(identifier().rank(" ".join(words)))
    likeliest = max(chances, key=lambda code: chances[code])
    # Spanish is often taken for one of its small neighbours.
    known = max(_NAMES, key=lambda code: chances.get(code, 0.0))
    if chances.get(known, 0.0) > chances[likeliest] / 10 and likeliest != "en":
        likeliest = known
    rare = _RARELY_ENGLISH if other > 1 else _HARDLY_ENGLISH if other else _NEVER_ENGLISH
    return "" if likeliest == "en" or chances.get("en", 0.0) > rare else str(likeliest)
