"""The sentences of a text, as exact intervals.

One pass over the places where a sentence could end, and rules that say whether it does. The rules
read only the words next to the mark, so the time is linear in the text whatever it holds.
"""

from __future__ import annotations

import re

from rag.types import Interval

LONGEST = 1000
"""No sentence is longer than this many characters: what runs on (tables, code, lists) is cut."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Never the last word of a sentence: a name, a number or an example follows.
_TITLES = _words(
    "dr mr mrs messrs prof sen gov lt col capt cpt cmdr sgt maj adm hon pres supt mt mme mlle hr fig "
    "figs eq eqs ref refs e.g i.e eg ie cf viz vs v incl z.b d.h u.a i.d.r vgl bzw sog ggf evtl inkl "
    "zzgl hrsg p.ex"
)
# Not the last word where a number, a numeral or a letter follows.
_NUMBERED = _words(
    "no nos nr vol vols p pp sec secs sect ch chap cap art arts abs para paras pt pts bd ex exh app tab v "
    "ver op ed eds jan feb mar apr jun jul aug sep sept oct nov dec ca c approx est max min tel ext circ "
    "al n s"
)
# Often the last word: it is if what follows is a word that begins sentences.
_UNSURE = _words(
    "inc ltd co corp cos bros llc plc dept univ assn jr sr esq etc al approx est max min temp avg std "
    "gmbh usw ff bldg ave blvd rd hwy a.m p.m a.k.a ph.d m.d b.a m.a d.c u.s u.k u.n u.s.a ca ed eds "
    "gal oz lb lbs hrs misc govt intl natl ms st ft fr rep rev gen dipl resp"
)
_ABBREVIATIONS = _TITLES | _NUMBERED | _UNSURE
_OPENERS_OF_SENTENCES = _words(
    "The A An It Its He She They We You I This That These Those There Their His Her Our My In On At As "
    "For From By With After Before During Since While When Where If Although Though Because However But "
    "And Or So Then Thus Therefore Moreover Furthermore What Who Why How Both Each All Some Many Most "
    "No Not One Under Upon To Here Such Also Der Die Das Er Sie Es Wir Ich Ein Eine Dies Diese Dieser "
    "Im Bei Auch Le La Les Il Elle More Between Within Among Without Your"
)
# A single letter after one of these is the name of a thing, not of a person: "hepatitis B."
_LETTERED = _words(
    "vitamin hepatitis influenza type types group groups class plan part section appendix exhibit figure "
    "table panel grade step option schedule phase factor protein virus case category column row level "
    "point series article chapter annex attachment building suite unit model team line site company "
    "method"
)
_GERMAN_AFTER_ORDINAL = _words(
    "Januar Jänner Februar März April Mai Juni Juli August September Oktober November Dezember "
    "Jahrhundert Jahrhunderts Jh Auflage Kapitel Klasse Platz Tag Mal Lebensjahr Stock Etage Weltkrieg "
    "Geburtstag"
)
_GERMAN_BEFORE_ORDINAL = _words("am vom zum der den dem des im ab bis seit beim")

# Where a sentence could end. An empty line always ends one; marks of scripts that write no space after
# them need none; the others need white space or the end behind them (but see "glued"). What belongs to the
# sentence is taken with the mark: closing quotes and brackets, [12], superscripts, and the 12 in
# "works.12 Next". Possessive repeats (++, *+) and the look-behind keep a run of a million dots linear.
_BOUND = re.compile(
    r"""(?P<empty_line>\n[^\S\n]*\n\s*)
      | (?P<wide>[。！？｡।॥؟۔]++[」』”’）)】》]*+)
      | (?<![.!?…])
        (?P<mark>\.(?:[ ]\.){1,9}+|[.!?…]++)
        (?P<tail>[)\]}"'”’»›]*+(?:[ ](?:''|”))*+
            (?:[ ]?\[\d{1,3}(?:[,;–-][ ]?\d{1,3}|,[ ]\d{1,3})*\])*+
            [⁰¹²³⁴⁵⁶⁷⁸⁹]*+
            (?:(?:(?<=[^\W\d_][^\W\d_]\.)|(?<=[.!?]”))\d{1,3}(?:[,–-]\d{1,3})*+(?=\s+["“(]?[A-Z]|\s*+\Z))?)
        (?!\S)
      | (?<=[a-z][a-z])(?P<glued>[.!?]["”]?)(?=[A-Z][a-z]+\s)
    """,
    re.VERBOSE,
)
# Short quotations and brackets stay in one piece, with who said it.
_INSIDE = r"(?:[^%s\n]|\n(?![^\S\n]*\n)){1,300}+"
_ENCLOSED = re.compile(
    "|".join(
        opening + _INSIDE % inside + closing
        for opening, inside, closing in [
            (r"\(", "()", r"\)"),
            ("“", "“”", "”"),
            ("„", "„“”", "[“”]"),
            ("«", "«»", "»"),
            ("「", "「」", "」"),
            ("（", "（）", "）"),
            (r'(?<![^\s(\[—–])"(?=\S)', '"', r'"(?!\w)'),
            ("``", "`'", "''"),
        ]
    )
)
_NEXT = re.compile(r"""\s*+(?=(?P<first>\S?))["'“‘(\[«„¿¡`]*+(?P<word>[^\W_]*+)""")
_LIST_MARK = re.compile(
    r"[-*•–—(\[]?\s?(?:(?:section|article|chapter|part|step|item|rule|clause|paragraph)\s+)?"
    r"(?:\d{1,3}(?:\.\d{1,3})*|[a-z]|x{0,3}(?:ix|iv|v?i{0,3}))",
    re.IGNORECASE,
)
_NUMERAL = re.compile(r"[A-Z]|[IVXLC]+")
_DOTTED = re.compile(r"(?:[^\W\d_]{1,2}\.)+[^\W\d_]{1,2}")
_VOWEL = re.compile(r"[aeiouy]")
# Where a piece that is too long is cut, the best place first.
_CLAUSES = (
    re.compile(r"\n"),
    re.compile(r";\s|；"),
    re.compile(r"[,:]\s|[，、：]"),
    re.compile(r"\s"),
)


def sentences(text: str) -> list[Interval]:
    """The intervals of the sentences, in order, without white space around them.

    Together they hold every character that is not white space. An empty line ends a sentence, a line
    break alone does not. None is longer than LONGEST characters.
    """
    found: list[Interval] = []
    enclosed = _ENCLOSED.finditer(text)
    inside = next(enclosed, None)
    start = _skip_space(text, 0)
    for bound in _BOUND.finditer(text):
        if bound.start() < start:
            continue
        end = bound.start() if bound["empty_line"] else bound.end()
        while inside and inside.end() < end:
            inside = next(enclosed, None)
        within = inside is not None and inside.start() < bound.start() and end < inside.end()
        if bound["empty_line"] or (not within and _ends(text, start, bound)):
            found += cut(text, start, end, LONGEST)
            start = _skip_space(text, end)
    return found + cut(text, start, len(text), LONGEST)


def cut(text: str, start: int, end: int, size: int) -> list[Interval]:
    """The interval in pieces of at most `size` characters, without white space around them.

    It is cut at a line break, else after a semicolon, else after a comma or colon, else at white space, and
    inside a word only where one word is longer than `size`.
    """
    pieces: list[Interval] = []
    start, end = trimmed(text, start, end)
    while end - start > size:
        place = _place_to_cut(text, start, start + size)
        pieces.append(trimmed(text, start, place))
        start = _skip_space(text, place)
    if start < end:
        pieces.append((start, end))
    return pieces


def trimmed(text: str, start: int, end: int) -> Interval:
    """The interval without white space at its ends."""
    start = _skip_space(text, start)
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end


def _place_to_cut(text: str, start: int, limit: int) -> int:
    for clause in _CLAUSES:
        # Not in the first third, where it would leave a sliver; a word bound is taken anywhere.
        earliest = start + 1 if clause is _CLAUSES[-1] else start + (limit - start) // 3
        places = [match.end() for match in clause.finditer(text, earliest, limit)]
        if places:
            return places[-1]
    return limit


def _ends(text: str, start: int, bound: re.Match[str]) -> bool:
    """Whether the sentence that began at `start` ends at this mark."""
    following = _NEXT.match(text, bound.end())
    assert following
    first, word = following["first"], following["word"]
    if not first:
        return True
    if bound["wide"]:
        # 「…。」と言った: the quotation is part of a longer sentence.
        return not (bound["wide"][-1] in "」』”’" and first in "とのをがはにでっ、，")
    if first in ",;:)]}%":
        return False
    if bound["glued"]:  # A space is missing. In "torch.Tensor" it is not.
        return bound["glued"][0] != "." or word in _OPENERS_OF_SENTENCES
    mark, lower = bound["mark"], word[:1].islower()
    if mark != ".":
        leader = "." in mark and word[:1].isdigit()  # Introduction ..... 5
        return not (lower or leader)
    if bound["tail"] and lower:
        return False
    dot = bound.start()
    if dot == start:
        return False
    if text[dot - 1].isspace():  # A text whose marks stand apart from the words .
        return not lower
    return _full_stop(text, start, dot, word)


def _full_stop(text: str, start: int, dot: int, word: str) -> bool:
    """Whether the dot before `word` ends a sentence, or belongs to an abbreviation or a number."""
    if dot - start <= 24 and _LIST_MARK.fullmatch(text, start, dot):
        return False
    before = text[max(start, dot - 40) : dot].split()
    last = before[-1].rpartition("-")[2].lstrip("(\"'“‘[«„–—")
    previous = before[-2] if len(before) > 1 else ""
    known = last.lower()
    if word[:1].islower():
        return not (_DOTTED.fullmatch(last) or _looks_shortened(last))
    if known in _TITLES:
        return False
    if known in _NUMBERED and (word[:1].isdigit() or (word and _NUMERAL.fullmatch(word))):
        return False
    if known in _UNSURE or _DOTTED.fullmatch(last):
        return word in _OPENERS_OF_SENTENCES
    if len(last) == 1 and last.isalpha():
        of_a_thing = previous.lower() in _LETTERED or previous[-1:].isdigit()
        return of_a_thing or word in _OPENERS_OF_SENTENCES
    if last.isdigit() and len(last) <= 2:
        german = previous.lower() in _GERMAN_BEFORE_ORDINAL and word not in _OPENERS_OF_SENTENCES
        return not (german or word in _GERMAN_AFTER_ORDINAL)
    return True


def _looks_shortened(word: str) -> bool:
    """Whether a word with a dot and a small letter behind it is an abbreviation: "approx.", "An. gambiae"."""
    if not word.isalpha():
        return False
    initial = len(word) == 1 or (len(word) == 2 and word.istitle())
    no_vowel = word.isascii() and not _VOWEL.search(word.lower())
    return initial or no_vowel or word.lower() in _ABBREVIATIONS


def _skip_space(text: str, start: int) -> int:
    while start < len(text) and text[start].isspace():
        start += 1
    return start
