"""Whether what a language model wrote can be used at all, before its marks are read.

Each judgement is made to be right when it objects: a draft that merely looks odd goes on, to be checked sentence by
sentence.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter

from rag.languages import identifier
from rag.prompts import NOT_IN_THE_DOCUMENTS
from rag.terms import STOP_WORDS

_MARK = re.compile(r"[\[［【][\s\d,;–-]{0,40}\d[\s\d,;–-]{0,40}[\]］】]")
_WORD = re.compile(r"\w+")
_QUOTED = re.compile(r'“[^”]{0,1000}”|„[^“”]{0,1000}[“”]|«[^»]{0,1000}»|"[^"]{0,1000}"')
_LONGEST_JUDGED = 20_000

_REFUSALS = (
    # English
    r"(?:(?:i['’]m|i am) (?:very |so |truly )?(?:sorry|afraid)|i apologi[sz]e|sorry)[,.;:]? (?:but )?"
    r"(?:as an ai[^,.]{0,40}, )?{CANNOT} (?:\w+ly )?{HELP}",
    r"{CANNOT} (?:\w+ly )?(?:help|assist|comply|engage|fulfill?)\b",
    r"as an? (?:large )?(?:ai|artificial intelligence|language model)"
    r"(?: (?:language )?(?:model|assistant|system|chatbot))?"
    r"(?: (?:developed|trained|created|made) by \w+)?, (?:i|my)\b",
    # German
    r"(?:es )?tut mir (?:sehr )?leid, (?:aber )?(?:(?:ich )?(?:kann|darf)|dabei|damit|das)\b[^.!?]{0,80}"
    r"\bnicht (?:helfen|weiterhelfen|unterstützen|beantworten|antworten|nachkommen|beitragen)\b",
    r"ich (?:kann|darf) (?:dir|ihnen|euch)? ?(?:dabei|damit|hierbei|bei dieser \w+) (?:leider )?"
    r"nicht (?:weiter)?helfen\b",
    r"als (?:ein )?(?:ki|künstliche intelligenz|sprachmodell|ki-(?:sprachmodell|modell|assistent))\b"
    r"[^.!?]{0,60}\bich\b",
    # French
    r"(?:je suis )?(?:vraiment |sincèrement )?désolée?[,.]? (?:mais )?je ne (?:peux|puis|suis)\b[^.!?]{0,60}"
    r"\b(?:aider|assister|répondre|satisfaire|fournir)\b",
    r"je ne (?:peux|puis) pas (?:vous |t['’])?aider\b",
    r"en tant qu(?:e |['’])"
    r"(?:ia|intelligence artificielle|assistante? (?:ia|virtuel)|modèle (?:de langage|linguistique))\b",
    # Spanish
    r"(?:lo siento|lo lamento|disculpa|disculpe|perdón)[,.]? (?:pero )?no (?:puedo|me es posible)\b[^.!?]{0,60}"
    r"\b(?:ayudar|responder|asistir|proporcionar|cumplir)",
    r"no puedo (?:ayudarte|ayudarle|ayudar con)\b",
    r"como (?:una? )?(?:modelo de lenguaje|ia|inteligencia artificial|asistente (?:de ia|virtual))\b",
)
_CANNOT = (
    r"i(?: can(?:['’]t|not| not)|(?:['’]m| am) (?:not able|unable) to| won['’]t| will not"
    r"|(?:['’]ll)? (?:must|have to) decline to)"
)
_HELP = (
    r"(?:help|assist|answer|provide|fulfill?|comply|do (?:that|this)|engage|discuss|support|create|generate|write"
    r"|produce|continue|complete|respond|share|give|offer|take part|participate|talk)\b"
)
_REFUSAL = re.compile(r"[\s*_#>]*(?:" + "|".join(_REFUSALS).replace("{CANNOT}", _CANNOT).replace("{HELP}", _HELP) + ")")
_OF_THE_DOCUMENTS = re.compile(
    r"\b(?:documents?|passages?|sources?|excerpts?|context|texts?|dokumente?n?|quellen?|passagen?)\b"
    r"|\b(?:documentos?|fuentes?|textos?|textes?)\b"
)
_SENTENCE_END = re.compile(r"[.!?](?:\s|$)")

_LANGUAGES = {
    "ar": "Arabic", "cs": "Czech", "da": "Danish", "de": "German", "en": "English", "es": "Spanish", "fi": "Finnish",
    "fr": "French", "hu": "Hungarian", "it": "Italian", "ja": "Japanese", "ko": "Korean", "nl": "Dutch", "pl": "Polish",
    "pt": "Portuguese", "ru": "Russian", "sv": "Swedish", "tr": "Turkish", "uk": "Ukrainian", "zh": "Chinese",
}  # fmt: skip
_HAN = ("CJK", "HIRAGANA", "KATAKANA")


def objection(question: str, draft: str) -> str:
    """One sentence why a finished draft cannot be used as an answer; empty where it can.

    It is empty of words, a refusal of the model's own, in another language than the question, or repeats itself
    without end. The agreed phrase for "not in the documents" is an answer.
    """
    bare = _MARK.sub(" ", draft[:_LONGEST_JUDGED])
    if not any(character.isalnum() for character in bare):
        return "The language model wrote nothing."
    if says_not_in_documents(draft):
        return ""
    if _declines(draft):
        return "The language model declined to answer."
    if _repeats(draft):
        return "The language model repeated itself without end."
    if another := _another_language(question, _QUOTED.sub(" ", bare)):
        return f"The language model answered in {another}, not in the language of the question."
    return ""


def says_not_in_documents(draft: str) -> bool:
    """Whether the draft is, or begins with, the agreed phrase, and no answer with marks follows it.

    Case, punctuation, quotation marks, marks at the phrase itself and a leading "Answer:" do not matter.
    """
    text = unicodedata.normalize("NFKC", draft[:_LONGEST_JUDGED]).casefold()
    unmarked = _MARK.sub(lambda mark: " " * len(mark.group()), text)
    words = list(_WORD.finditer(unmarked))
    if words and words[0].group() == "answer":
        words = words[1:]
    agreed = _WORD.findall(NOT_IN_THE_DOCUMENTS.casefold())
    said = words[: len(agreed)]
    if [word.group() for word in said] != agreed:
        return False
    rest = words[len(agreed) :]
    return not rest or not _MARK.search(text, rest[0].start())


def _declines(draft: str) -> bool:
    """A refusal at the beginning, without a mark, that does not speak of the documents."""
    begin = draft[:600].casefold()
    if not _REFUSAL.match(begin) or _MARK.search(draft[:_LONGEST_JUDGED]):
        return False
    end = _SENTENCE_END.search(begin, 12)  # after an apology that is a sentence of its own
    return not _OF_THE_DOCUMENTS.search(begin[: end.end()] if end else begin)


def _repeats(draft: str, judged: int = 6000) -> bool:
    """Whether the end of a draft is one text over and over: three times or more, and 150 characters or more in all."""
    end = " ".join(_MARK.sub(" ", draft[-judged:]).split())[::-1]
    # The border of each beginning of the reversed text, by Knuth, Morris and Pratt: the length less it is the period.
    borders = [0] * len(end)
    border = 0
    for place in range(1, len(end)):
        while border and end[place] != end[border]:
            border = borders[border - 1]
        border += end[place] == end[border]
        borders[place] = border
        length, period = place + 1, place + 1 - border
        if length >= 150 and length >= 3 * period and any(character.isalpha() for character in end[:period]):
            return True
    return False


def _another_language(question: str, draft: str) -> str:
    """The name of the draft's language, where both are long enough to tell and they surely differ."""
    asked, written = _letters(question), _letters(draft)
    if len(written) < 40 or len(asked) < 4:
        return ""
    script, other = _script(asked), _script(written)
    if script and other and script != other:
        return f"the script of {_LANGUAGES['zh'] if other == 'CJK' else other.capitalize()}"
    if len(asked) < 15 or len(written) < 60 or (_is_plain_english(question) and _is_plain_english(draft)):
        return ""
    language, sure = identifier().classify(question)
    ranking = dict(identifier().rank(draft))
    best = max(ranking, key=lambda name: ranking[name])
    if sure < 0.8 or best == language or ranking[best] < 0.95 or ranking.get(language, 0.0) > 0.01:
        return ""
    return _LANGUAGES.get(best, "another language")


def _letters(text: str) -> str:
    return "".join(character for character in text if character.isalpha())


def _script(letters: str) -> str:
    """The script that more than four fifths of the letters are in (as Unicode names it), if there is one."""
    names = Counter(unicodedata.name(letter, "?").split()[0] for letter in letters[:500])
    for name in _HAN[1:]:
        names[_HAN[0]] += names.pop(name, 0)
    script, most = names.most_common(1)[0]
    return script if most > 0.8 * min(len(letters), 500) else ""


def _is_plain_english(text: str) -> bool:
    """Told by its small words, since the identifier takes half a second to load."""
    words = _WORD.findall(text.casefold())
    return sum(word in STOP_WORDS for word in words) >= 0.25 * len(words)
