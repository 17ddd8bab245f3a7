"""The parts of a short text that a later question may mean: its noun phrases, times, persons and lists.

There is no tagger here. A phrase is what stands between the small closed words of English (question words,
auxiliaries, prepositions), and the little more that their order tells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from rag.sentences import sentences
from rag.terms import question_words, terms


def small_words(text: str) -> frozenset[str]:
    """The words of a list written as one text."""
    return frozenset(text.split())


WORD = re.compile(r"[^\W_]+(?:[-'’./:&@][^\W_]+)*['’]?")
QUESTION_WORDS = small_words("who whom whose what when where why how which")
DOING = small_words("do does did can could may might must shall should will would")
BEING = small_words("is are was were be been being am has have had isn't aren't wasn't weren't")
DETERMINERS = small_words("the a an this that these those its his her their my our your each every some any no all")
PREPOSITIONS = small_words(
    "in on at for of to from with without by about into through under over above below after before during since"
    " until between among against near within per as than like behind beside around across outside inside"
)
_OTHERS = small_words(
    "and or but if not so too also still ever now then there here again exactly actually really already yet first"
    " last next it he she they him them i you we me us one ones more less most least only just please when while"
    " many much few up off out down away back together"
)
_HEADS = small_words("first last next one ones")  # after a determiner, what a phrase is about
_APART = QUESTION_WORDS | DOING | BEING | PREPOSITIONS | _OTHERS
_PARTICIPLES = small_words(
    "built held made taken given found known lost written paid sold kept seen shown read set put shut cut done gone"
    " left drawn chosen begun born said told sent spent bought brought caught taught won open due hurt sunk grown"
)
MONTHS = "January|February|March|April|May|June|July|August|September|October|November|December"
YEAR = re.compile(r"\b(?:1[5-9]|20|21)\d\d(?:[/–-](?:\d{4}|\d\d))?\b")
TIME = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? (?:of )?)?(?:{MONTHS})\b(?: \d{{1,2}}(?:st|nd|rd|th)?\b)?"
    rf"(?:,? \d{{4}}\b)?|{YEAR.pattern}"
)
_NAME_WORD = r"[A-Z][^\W\d_]+(?:[-'’][A-Z]?[^\W\d_]+)*"
_PERSON = re.compile(
    rf"(?P<title>\b(?:Dr|Mr|Mrs|Ms|Miss|Prof|Professor|Mayor|Captain|Sir|Lady)\b\.? )?"
    rf"(?P<name>\b{_NAME_WORD}(?: (?:(?:de|van|von|der|den|di|da|le|la) ){{0,2}}{_NAME_WORD}){{0,3}})"
)
_SHORT_TITLES = ("Dr", "Mr", "Mrs", "Ms", "Miss", "Prof")
_LATE_VERB = re.compile(r"\b[A-Z][a-z]+ [a-z]+$")  # "What did the fence on Noust Bar cost"
_ITEM = re.compile(r"(?:(?<=\n)|^|(?<=[\s:;,]))(?:\(?(?:\d{1,2}|[a-h])[.)]|[-*•])\s+(?=\S)")
_SAYS = re.compile(
    r" (?:said|says|wrote|writes|argue|claim|report|propose|suggest|explain|answer|state|think|led|was born)"
)

Role = Literal["counted", "subject", "object", "other"]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: `text[start:end]` of the text it was found in, without its preposition."""

    text: str
    start: int
    end: int
    preposition: str
    role: Role

    @property
    def is_time(self) -> bool:
        return TIME.search(self.text) is not None

    @property
    def is_name(self) -> bool:
        """Whether a word in it is written as names and codes are."""
        return any(word[:1].isupper() or any(c.isdigit() for c in word) for word in self.text.split())

    @property
    def determiner(self) -> str:
        first = self.text.partition(" ")[0].lower()
        return first if first in DETERMINERS else ""

    @property
    def head(self) -> str:
        """Its main word: the last before a preposition."""
        words = [word.group() for word in WORD.finditer(self.text)]
        place = next((i for i, word in enumerate(words) if i and word.lower() in PREPOSITIONS), len(words))
        return words[place - 1] if words else ""

    @property
    def is_plural(self) -> bool:
        head = self.head.lower()
        return head in ("people", "children", "men", "women") or (
            head.endswith("s") and not head.endswith(("ss", "us", "is"))
        )


def phrases(text: str) -> list[Phrase]:
    """The noun phrases of a question or a part of one, in order."""
    found: list[Phrase] = []
    run: list[re.Match[str]] = []
    before = opening = ""  # the small word before the run, and the last question word or auxiliary
    words = list(WORD.finditer(text))
    late = _LATE_VERB.search(text) is not None and any(word.group().lower() in DOING for word in words)
    if late:
        words.pop()
    for place, word in enumerate(words):
        small = word.group().lower()
        apart = _is_apart(word.group(), place) and not (
            run and small in _HEADS and run[0].group().lower() in DETERMINERS
        )
        if run and (apart or _parted(text, words, place)):
            phrases_of_run, opening = _of_run(text, run, before, opening)
            found += phrases_of_run
            run, before = [], ""
        if apart:
            before = small
            opening = small if not late and small in QUESTION_WORDS | DOING | BEING else opening
        else:
            run.append(word)
    return _joined(text, found + (_of_run(text, run, before, opening)[0] if run else []))


def _is_apart(word: str, place: int) -> bool:
    # A capital inside the text is a name's: "the May Queen". At its beginning it says nothing.
    return word.lower() in _APART and (place == 0 or not word[0].isupper())


def _parted(text: str, words: list[re.Match[str]], place: int) -> bool:
    return place > 0 and bool(text[words[place - 1].end() : words[place].start()].strip("“”\"'‘’ "))


def _of_run(text: str, run: list[re.Match[str]], before: str, opening: str) -> tuple[list[Phrase], str]:
    """The phrases of words that stand together, cut at determiners, without the verbs that their place betrays.

    Also gives `opening` again; empty once the verb that it asked for has come.
    """
    cuts = [0, *(i for i, word in enumerate(run) if i and word.group() in DETERMINERS), len(run)]
    if opening in DOING and run[0].group()[0].isupper():  # "Ada Brok ask Per Lund"
        cuts[1:1] = [i + 1 for i, word in enumerate(run[: cuts[1] - 1]) if word.group().islower()][:1]
    if before in ("who", "what") and len(cuts) == 2 and len(run) > 1:
        cuts[1:1] = [1]  # "Who designed Tide House": a verb, and what it is done to
    found: list[Phrase] = []
    for number, (first, last) in enumerate(pairwise(cuts)):
        words = run[first:last]
        led = words[0].group().lower() in DETERMINERS
        head = before if number == 0 else ""
        if not led and (head == "how" or (head in ("who", "what", "which") and len(cuts) > 2)):
            continue  # "How large", "Who designed"
        verb = words[-1].group().islower() and (head not in PREPOSITIONS or head == "of")
        if verb and (opening in DOING or (opening in BEING and is_participle(words[-1].group()))):
            if len(words) > 1 + led:
                words, opening = words[:-1], ""
            elif not led and head not in DOING:
                opening = ""
                continue
        if words[-1].group().lower() in DETERMINERS or (number and words[0].group() == "that"):
            continue  # "the boat | that sank"
        role: Role = "other" if head in PREPOSITIONS else "object"
        if head in ("many", "much", "which", "what", "few"):
            role = "counted"
        elif head in DOING | BEING:
            role = "subject"
        start, end = words[0].start(), words[-1].end()
        found.append(Phrase(text[start:end], start, end, head if head in PREPOSITIONS else "", role))
    return found, opening


def is_participle(word: str) -> bool:
    """Whether a word in small letters looks like one: "opened", "built"."""
    return word.islower() and (word in _PARTICIPLES or (len(word) > 4 and word.endswith("ed")))


def _joined(text: str, found: list[Phrase]) -> list[Phrase]:
    """Phrases that "of" holds together as one."""
    joined: list[Phrase] = []
    for phrase in found:
        if (
            joined
            and phrase.preposition == "of"
            and text[joined[-1].end : phrase.start].split() == ["of"]
            and not phrase.is_time
        ):
            last = joined.pop()
            joined.append(Phrase(text[last.start : phrase.end], last.start, phrase.end, last.preposition, last.role))
        else:
            joined.append(phrase)
    return joined


def person(text: str, asked: str = "", gender: str = "") -> str:
    """The name in the text that is most likely a person's; empty if none looks like one.

    `asked` is the question that the text answers: a person it names is not looked for, and one that stands with its
    other words is likelier. `gender` is "she" or "he" where known: it excludes Mr, or Mrs, Ms and Miss.
    """
    known = set(terms(asked))
    telling = {term for word, found in question_words(asked).items() if word.islower() for term in found}
    common = {word for word in WORD.findall(f"{asked} {text[:4000]}") if word.islower()}
    best, name = -0.5, ""
    for first, last in sentences(text[:4000])[:8]:
        about = len(telling & set(terms(text[first:last]))) / max(1, len(telling))
        for match in _PERSON.finditer(text, first, last):
            found = _without_small_words(match["name"])
            title = (match["title"] or "").strip(" .")
            if (
                not found
                or found.isupper()
                or common & set(found.lower().split())
                or TIME.fullmatch(found)
                or set(terms(found)) <= known
            ):
                continue
            if (title == "Mr" and gender == "she") or (title in ("Mrs", "Ms", "Miss") and gender == "he"):
                continue
            start = match.end("name") - len(match["name"])
            score = 2.0 * about + _likeness(text[max(0, start - 30) : start], text[match.end() : match.end() + 30])
            score += 1.5 if title else 0.0 if " " in found else -0.6
            if score > best:
                best, name = score, match[0] if found == match["name"] and title in _SHORT_TITLES else found
    return name


def _without_small_words(name: str) -> str:
    words = name.split()
    while words and words[0].lower() in _APART | DETERMINERS:
        words = words[1:]
    return " ".join(words).removesuffix("'s").removesuffix("’s")


def _likeness(before: str, after: str) -> float:
    """How much the words on both sides of a name are those around a person's."""
    last = (before.split() or [""])[-1].lower()
    score = 0.0
    if last == "by":
        score = 2.0
    elif last in ("the", "in", "at", "on", "near", "through", "into"):
        score = -2.0
    elif last.isalpha() and before.split()[-1].islower() and last not in _APART:
        score = 0.7  # "the architect Senna Trobisk"
    if re.match(r", (?:who|the|a|an|[a-z]{4,})\b| \(", after):
        score += 1.0
    return score + (1.0 if _SAYS.match(after) else 0.0)


def listed(text: str) -> list[str]:
    """The items of the first list in a text: numbered or on lines of their own, or as "A, B and C"."""
    text = text[:4000]
    marks = list(_ITEM.finditer(text))
    if len(marks) > 1:
        ends = [*(mark.start() for mark in marks[1:]), len(text)]
        return [text[mark.end() : end].strip(" \n;,.") for mark, end in zip(marks, ends, strict=True)]
    for sentence in re.split(r"(?<=[.!?])\s", text)[:6]:
        parts = re.split(r",? (?:and|or) |, ", sentence.partition(": ")[2] or sentence)
        conjunction = re.search(r"\b(?:and|or)\b", sentence)
        short = [part.strip(" .;:") for part in parts]
        if conjunction and len(short) > 1 and all(0 < len(part.split()) <= 8 for part in short[1:]):
            return [" ".join(short[0].split()[-4:]), *short[1:]]
    return []
