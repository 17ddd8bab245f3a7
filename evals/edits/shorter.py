"""Rewordings that leave something out, or say the parts in another order."""

from __future__ import annotations

import random
import re

from evals.edits.language import begun_small, is_prose, word_before
from evals.edits.verbs import PAST

_LEADING = re.compile(
    r"^(?:However|In addition|Moreover|Furthermore|Additionally|Also|Thus|Therefore|Finally|Indeed|In fact|Then|Instead"
    r"|Meanwhile|Consequently|For example|For instance|Interestingly|Notably|Overall|Recently"
    r"|Importantly|Similarly|In contrast"
    r"|In conclusion|Here|Together|In summary|Nevertheless|As a result|Accordingly|In particular"
    r"|Specifically|Remarkably) ?, (?P<rest>\w)"
)
_PARENTHESIS = re.compile(r"(?<=[a-z,]) [(\[](?![^()\[\]]*(?:\bnot\b|\bexcept))[^()\[\]]{2,80}[)\]](?![\w-])")
_APPOSITION = re.compile(
    r"(?<=[a-z]) ?, (?:a|an|the|who|which) (?:[^,.;()]{5,80}) ?,(?= (?:is|was|are|were|has|had|will"
    r"|would|can|became|made|began|won|said|[a-z]+ed|[a-z]+s) )"
)
_LAST_HALF = re.compile(
    r" ?, (?:and|but) (?:it|they|he|she|is|was|are|were|has|had|have|the [a-z]+ (?:is|was|were|are|has"
    r"|had)) [^;()\"]{10,}?(?= ?\.$)"
)
_RELATIVE = re.compile(r" ?, (?:which|who|where) [^,;()\"]{8,}?(?= ?\.$)")
_PARTICIPIAL = re.compile(
    r" ?, (?:making|leading|resulting|allowing|including|suggesting|becoming|causing|providing"
    r"|followed by|along with|with) [^,;()\"]{8,}?(?= ?\.$)"
)
_WHEN = re.compile(
    r" (?:in|on|during|since) (?:(?:early |late |mid-? ?)?(?:the )?(?:\d{4}s?"
    r"|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{1,2} ?, \d{4}|[A-Z][a-z]+ \d{4}))(?= ?\.$)"
)
_SCOPED = re.compile(
    r"\b(?:no|not|n't|never|only|all|every|most|first|last|largest|none|nor|neither|if|unless|may"
    r"|might|could|would|should|few|rarely|without"
    r"|\w+est|as|than|more|less|except|until)\b"
)
_FRONTED = re.compile(
    r"^(?P<lead>(?:In|On|Since|During|After|Before|By|At) (?:(?:early |late |the (?:early |late "
    r"|mid-? ?|end of the |summer of |spring of |autumn of )?)?"
    r"(?:\d{4}s?|\d{1,2} [A-Z][a-z]+(?: \d{4})?|[A-Z][a-z]+ \d{1,2} ?, \d{4}|[A-Z][a-z]+ \d{1,4}|\d\dth century)"
    r"|the [a-z]+(?: of [A-Z][\w-]+)?|[A-Z][a-z]+)) ?, (?P<rest>(?![Ii]n \d)[^,.;:()]{20,150}?)(?P<stop> ?\.)$"
)
_BACKED = re.compile(
    r"^(?P<rest>[^,.;:()]{20,150}?) (?P<lead>(?:in|on|during|since) (?:(?:early |late )?(?:\d{4}"
    r"|\d{1,2} [A-Z][a-z]+ \d{4}|[A-Z][a-z]+ \d{4}|the \d{4}s)))(?P<stop> ?\.)$"
)
_MORE_THAN_ONE = re.compile(
    r"\b(?:which|who|that|because|when|while|and|but|from|born|is|are|has|have|since|until|after|before|as|to|between"
    r"|\d{4})\b"
)


def shortened(sentence: str, context: str, chance: random.Random) -> str:
    """Without a part that the rest does not need."""
    if not is_prose(sentence):
        return ""
    if (match := _LEADING.match(sentence)) and chance.random() < 0.7:
        return match["rest"].upper() + sentence[match.end() :]
    forms = [_PARENTHESIS, _LAST_HALF, _RELATIVE, _APPOSITION, _PARTICIPIAL]
    if not _SCOPED.search(sentence):
        forms.append(_WHEN)
    chance.shuffle(forms)
    for form in forms:
        found = form.search(sentence)
        if not found or (form is _PARENTHESIS and word_before(sentence, found.start()).isdigit()):
            continue
        short = sentence[: found.start()] + sentence[found.end() :]
        # What is cut may have closed an "either", a "not only" or a quotation.
        rest_is_whole = not re.search(
            r"\b(?:either|both|not only|between|neither|whether)\b", sentence[: found.start()][-80:]
        )
        if len(short) > 30 and rest_is_whole and short.count('"') % 2 == 0 and short.count("``") == short.count("''"):
            return short
    return ""


def reordered(sentence: str, context: str, chance: random.Random) -> str:
    """ "In 2019, X …" as "X … in 2019", and back."""
    if not is_prose(sentence):
        return ""
    if match := _FRONTED.match(sentence):
        lead, rest = match["lead"], match["rest"]
        if re.search(r"\b(?:which|who|that|because|when|while|if)\b", rest):
            return ""
        return f"{rest[:1].upper()}{rest[1:]} {lead[:1].lower()}{lead[1:]}{match['stop']}"
    if (match := _BACKED.match(sentence)) and _is_one_event(match["rest"]):
        lead = match["lead"]
        return f"{lead[:1].upper()}{lead[1:]}, {begun_small(match['rest'])}{match['stop']}"
    return ""


def _is_one_event(text: str) -> bool:
    """Whether it has one finite verb, in the past, so that a date at its end is that of the whole."""
    words = re.findall(r"[a-z]+", text)
    finite = [word for word in words if word in PAST or word in ("was", "were")]
    passive = (
        len(finite) == 2 and re.search(r"\b(?:was|were) (?:[a-z]+ly )?[a-z]+(?:ed|en|ilt|old|ound)\b", text) is not None
    )
    return (len(finite) == 1 or passive) and not _MORE_THAN_ONE.search(text)
