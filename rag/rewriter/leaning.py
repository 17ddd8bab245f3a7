"""Whether, and by which words, a question leans on the conversation before it."""

from __future__ import annotations

import re

from rag.rewriter.phrases import (
    BEING,
    DETERMINERS,
    DOING,
    PREPOSITIONS,
    QUESTION_WORDS,
    TIME,
    WORD,
    is_participle,
    phrases,
    small_words,
)
from rag.terms import STOP_WORDS, question_terms, question_words

Found = re.Match[str]

_GREETING = re.compile(
    r"(?:(?:ok(?:ay)?|many thanks|thanks?(?: you)?(?: a lot| so much| very much)?|great|good|nice|perfect"
    r"|hi|hello|hey|cool|i see|right|well|hmm+|wow|sorry|yes|no|wait|actually|rather|i meant?"
    r"|interesting|understood|got it)\b[\s,.!:;–-]+)+",
    re.IGNORECASE,
)
_LEAD = re.compile(
    r"(?:(?:and|but|so|also|or|plus|und|aber|et|mais|pero|y)\b[\s,:–-]*)+|(?:then|now)\s*,\s*", re.IGNORECASE
)
_WHAT_ABOUT = re.compile(
    r"(?:(?:what|how) about|what of|(?:the )?same (?:question |thing )?(?=for|in|at|on))\s*", re.IGNORECASE
)
_WHY = re.compile(
    r"why|how come|how so|what for|why not|why so|why (?:is|was) (?:that|this|it)(?: so)?|warum|wieso|pourquoi",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"(?:(?:by|for|from|to|since|until|in|at|on|with) )?(?:who|whom|when|where|how|which|what|whose)"
    r"(?: (?:much|many|long|often|far|exactly|large|big|old|high|deep|year|day|month|time|date|ones?|place))?"
    r"(?: exactly| by| from)?",
    re.IGNORECASE,
)
_BACK = re.compile(
    r"(?:go(?:ing)? |coming |come )?(?:back|returning|return) to ([^.,:;?!]{1,80})[.,:;?!–-]+\s+(?=\S)", re.IGNORECASE
)
_ASKING = re.compile(
    r"(?:please )?(?:tell|show|list|explain|describe|give|name|find|summari[sz]e|compare|define|translate|quote)\b",
    re.IGNORECASE,
)
_ORDINAL_WORDS = ("first former 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th", "sixth 6th", "seventh 7th")
_ORDINALS = {word: place for place, words in enumerate(_ORDINAL_WORDS) for word in words.split()}
_ORDINALS |= {"last": -1, "latter": -1}
_ORDINAL = re.compile(
    rf"\bthe ({'|'.join(_ORDINALS)})(?: ones?| of (?:them|these|those))?"
    rf"(?=\s*[?.!,]|\s*$| (?:{'|'.join(sorted(BEING | DOING | PREPOSITIONS))})\b| [a-z]+\s*$)",
    re.IGNORECASE,
)
_PAPER = (
    "report|article|paper|document|letter|e-?mail|book|booklet|interview|text|study|protocol|piece|release|bulletin"
)
_PAPER_NOUN = re.compile(rf"\b(?:{_PAPER})\b", re.IGNORECASE)
_PAPER_NAMED = re.compile(
    rf"\b(?:this|that|the same|the) (?:{_PAPER})\b(?! (?:of|for|from|on|about|in|by|no|to)\b| ?[\dA-Z])", re.IGNORECASE
)
_WRITING = re.compile(
    r"\b(?:wrote|written|author(?:s|ed)?|published|printed|edited|editor|titled|title|translated)\b", re.IGNORECASE
)
_AFTER = rf"(?= (?:{'|'.join(sorted(BEING | DOING))}|in|at|on|for)\b|\s*$|\s*[?.,!])"
_THAT = re.compile(
    rf"\bthat{_AFTER}|(?:(?<=\bis )|(?<=\bwas )|(?<=\bdoes )|(?<=\bdid ))that\b", re.IGNORECASE
)  # what happened
_IT = re.compile(r"\b(?:it|this|that)\b", re.IGNORECASE)
_EMPTY_IT = re.compile(
    r"\bit (?:takes?|took|possible|necessary|allowed|true|permitted|forbidden|safe|legal|worth|likely|(?:is|was) \w+)"
    r"\b.{0,80}?\b(?:to|that|for)\b",
    re.IGNORECASE,
)
_PERSON = re.compile(r"\b(?:(she|hers|her)|(he|him|his))\b", re.IGNORECASE)
_THING = re.compile(
    rf"\b(?:its?|they|them|theirs?)\b|\b(?:these|those){_AFTER}",
    re.IGNORECASE,
)
_POINTING = re.compile(r"\b(?:this|that|these|those|the same|such) ([a-z]+)\b", re.IGNORECASE)
_TIME_NOUNS = small_words("day time year month week night morning evening summer winter spring autumn season case way")
_CLAUSE = re.compile(r"[,:;]\s|\s(?:and|but|because|when|if|that|which|who)\s", re.IGNORECASE)
_PLACE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\bthere\b(?! (?:is|are|was|were)\b)", re.IGNORECASE)
_LOOSE = re.compile(
    r"\b(?:then|else|ones?|others?|another|the (?:same|rest)|respectively|instead|afterwards|beforehand|these|those|too"
    r"|both|neither|either|previously|earlier|this|hers|theirs)\b"
    r"|\bthat(?= (?:day|time|year|month|week|night|case|one)\b)|\b(?:before|since|that)$",
    re.IGNORECASE,
)
_COMPARED = re.compile(
    r"\b(?:more|less|fewer|higher|lower|larger|bigger|smaller|longer|shorter|older|newer|better|worse|faster|slower)\b",
    re.IGNORECASE,
)
_PAST = re.compile(r"\b(?:was|were|did|had)\b", re.IGNORECASE)
_DEFINITE = re.compile(r"\b(?:the|my|your|our|every|each|any|all)\b", re.IGNORECASE)
_HEADLESS = re.compile(
    rf"(?:how (?:many|much)|which)(?: (?:{'|'.join(sorted(BEING | DOING | PREPOSITIONS))})\b|$)", re.IGNORECASE
)
_DEFINING = re.compile(
    r"(?:what|who) (?:is|are|was|were) (?!the\b)|what does .{1,80} (?:mean|stand for)|(?:is|are) there\b"
    r"|how (?:many|much) .{1,80} (?:is|are) there\b",
    re.IGNORECASE,
)
_RELATIONS = small_words(
    "many much reason reasons cause causes result results outcome effect consequence price cost fee date name size"
    " number author title difference purpose value amount source total vote limit exception happened happen happens"
    " next exactly long big high old"
)


def without_greeting(question: str) -> tuple[str, bool]:
    """The question without thanks and a leading "and", and whether it had the latter; marks at its end left out."""
    asked = " ".join(question[:1000].split()).rstrip(" ?!.…")
    greeting = _GREETING.match(asked)
    asked = asked[greeting.end() :] if greeting else asked
    lead = _LEAD.match(asked)
    return (asked[lead.end() :], True) if lead else (asked, False)


def back_to(asked: str) -> tuple[str, str]:
    """What is returned to, and what is asked of it: "back to the boats. and in 2021"; both empty otherwise."""
    found = _BACK.match(asked)
    return (found[1], asked[found.end() :]) if found else ("", "")


def is_request(asked: str) -> bool:
    """Whether it is worded as a request and not as a question: "Tell me more about it"."""
    return _ASKING.match(asked) is not None


def is_why(asked: str) -> bool:
    """Whether it asks for the reason of what was said, and no more."""
    return _WHY.fullmatch(asked) is not None


def is_bare(asked: str) -> bool:
    """Whether it is a question word and no more."""
    return _BARE.fullmatch(asked) is not None


def fragment(asked: str, led: bool) -> str:
    """What a question without a clause names: "and in 2021?", "what about the boat?", "the fee?"; else empty."""
    about = _WHAT_ABOUT.match(asked)
    if about and about.end() < len(asked):
        return asked[about.end() :]
    words = [word.group().lower() for word in WORD.finditer(asked)]
    if not words or words[0] in QUESTION_WORDS | DOING | BEING or _ASKING.match(asked) or not asked[:1].isascii():
        return ""
    if any(word in DOING | BEING | {"i", "we", "you"} or word in QUESTION_WORDS for word in words[1:]):
        return ""
    starts = led or words[0] in PREPOSITIONS | DETERMINERS
    return asked if len(words) <= (8 if starts else 3) else ""


def without_question_word(asked: str, before: str) -> str:
    """ "how many in 2021" after a question that begins with "how many": "in 2021"; else empty."""
    opening = re.match(
        r"(?:how (?:many|much|long|large|high|often|old|deep|far)|who|when|where|which|what|how) ", asked, re.IGNORECASE
    )
    if not opening or not before.lower().startswith(opening[0].lower()):
        return ""
    rest = asked[opening.end() :]
    words = [word.group().lower() for word in WORD.finditer(rest)]
    return rest if words and words[0] in PREPOSITIONS and not (set(words) & (DOING | BEING)) else ""


def is_same_but_time(asked: str, before: str) -> bool:
    """Whether it asks what the question before asked, of another time: "How large was it in 2021?"."""
    if not TIME.search(asked) or not leans(TIME.sub(" ", asked)):
        return False
    telling = set(question_terms(TIME.sub(" ", asked))) - _STOP_TERMS
    return telling <= set(question_terms(before))


_STOP_TERMS = frozenset(STOP_WORDS)


def _is_defining(asked: str) -> bool:
    defining = _DEFINING.match(asked)
    return defining is not None and not is_participle(_first_word(asked[defining.end() :]))


def _first_word(text: str) -> str:
    word = WORD.search(text)
    return word[0].lower() if word else ""


def leans(asked: str) -> bool:
    """Whether it says too little by itself, though no word of it can be replaced."""
    if not re.search(r"[a-z]", asked, re.IGNORECASE | re.ASCII):
        return False  # nothing is known here of how other scripts lean
    if any((_LOOSE.search(asked), _THAT.search(asked), _HEADLESS.match(asked), thing(asked), person(asked))):
        return True
    words = [word for word in question_words(TIME.sub(" ", asked)) if word.lower() not in _RELATIONS]
    if any(not word[0].islower() or not word.isalpha() for word in words if not asked.startswith(word)) or _is_defining(
        asked
    ):
        return False
    if _COMPARED.search(asked) and "than" not in asked.lower():
        return len(words) <= 2
    # What was, without a name, a time or anything definite, was so in what was talked about.
    past = _PAST.search(asked) and not _DEFINITE.search(asked) and not TIME.search(asked)
    return not words or (len(words) == 1 and f"the {words[0]}" not in asked) or (len(words) == 2 and past is True)


def paper(asked: str) -> Found | None:
    """Where it points at the document that was cited: "this report", the "it" of "who wrote it"."""
    return _PAPER_NAMED.search(asked) or (_IT.search(asked) if _WRITING.search(asked) else None)


def names_paper(phrase: str) -> bool:
    """Whether a phrase is the name of a document, such as one with a number: "FP-07", "the report for spring"."""
    return _PAPER_NOUN.search(phrase) is not None or re.search(r"\d", TIME.sub("", phrase)) is not None


def ordinal(asked: str) -> tuple[Found, int] | None:
    """Where it counts in a list, and the place counted from 0; -1 is the last."""
    found = _ORDINAL.search(asked)
    return (found, _ORDINALS[found[1].lower()]) if found else None


def person(asked: str) -> tuple[Found, str] | None:
    """Where it means a person, with "she" or "he"."""
    found = _PERSON.search(asked)
    return (found, "she" if found[1] else "he") if found and not _is_within(asked, found) else None


def thing(asked: str) -> Found | None:
    """Where it means a thing, or things: "it", "they", "that" as a pronoun."""
    found = _THING.search(asked)
    if not found or _is_within(asked, found) or (found[0].lower() == "it" and _EMPTY_IT.search(asked)):
        return None
    return found


def _is_within(asked: str, found: Found) -> bool:
    """Whether a pronoun means something of its own question: "When the gates were shut, who shut them?"."""
    clause = next(reversed(list(_CLAUSE.finditer(asked, 0, found.start()))), None)
    return clause is not None and any(
        phrase.determiner or phrase.is_name for phrase in phrases(asked[: clause.start()])
    )


def is_plural(pronoun: str) -> bool:
    """Whether it means more than one."""
    return pronoun.lower() in ("they", "them", "their", "theirs", "these", "those")


def pointing(asked: str) -> Found | None:
    """Where it means a thing by its noun: "this gate", the noun being group 1."""
    found = _POINTING.search(asked)
    return None if found and found[1].lower() in _TIME_NOUNS else found


def place(asked: str) -> Found | None:
    """Where it means a place."""
    return _PLACE.search(asked)


def is_possessive(found: Found) -> bool:
    """Whether the pronoun found says whose something is."""
    pronoun, after = found[0].lower(), found.string[found.end() :].split(maxsplit=1)
    if pronoun in ("its", "their", "his"):
        return True
    following = after[0].lower().strip("?.,!") if after else ""
    return (
        pronoun == "her"
        and bool(following)
        and following not in PREPOSITIONS | BEING | DOING | QUESTION_WORDS | {"and", "or"}
    )
