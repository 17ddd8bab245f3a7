"""Edits of negation: a predicate denied, or a denial taken away."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from evals.edits import Edit
from evals.edits.language import (
    is_alone,
    is_free,
    is_plural,
    is_prose,
    like,
    subject_number,
    untouched,
    with_article,
    word_after,
    word_before,
)
from evals.edits.verbs import PARTICIPLES, PAST, THIRD, VERBS
from rag.types import Interval, Support

_BE = frozenset("is are was were".split())
_HAVE = frozenset("has have had".split())
_FIRM = frozenset("can will must would".split())
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|has|have|had|can|will|must|would)\b(?=\s[a-z\d\"“`A-Z])(?!\s(?:n['’]t|n't))"
)
_AFTER_NO = frozenset(
    "not never no n't also only just both either neither because due often usually sometimes generally mainly mostly"
    " probably possibly perhaps likely unlikely hardly rarely seldom barely nothing none nobody still yet already then"
    " there thought believed said considered reported to as what that so such and or but nor still"
    " now all more less".split()
)
_UNCERTAIN_BEFORE = re.compile(
    r"\b(?:if|whether|unless|may|might|could|not|n't|never|no|neither|nor|few|hardly|rarely|without|nobody|nothing|none"
    r"|wonder\w*|unclear|unknown|how|why|what|as)\b[^,;.]{0,60}$",
    re.IGNORECASE,
)
_SUBORDINATE = re.compile(r"\b(?:which|who|that|where|when|while|as|than|because|since|although)\s(?:[\w’'-]+\s){0,4}$")
_NEGATED = re.compile(
    r"\b(?P<aux>is|are|was|were|has|have|had|can|could|will|would|should|must)(?: not\b|n['’]t\b| n['’]t\b)"
    r"(?! (?:only|just|until|necessarily|all|every|merely|simply|so much|because))(?=\s)"
    r"|\b(?P<cannot>cannot|can not)\b(?! only)|\b(?P<do>did|does|do)(?: not\b|n['’]t\b| n['’]t\b) (?P<verb>[a-z]+)\b"
)
_NO_MORE = re.compile(
    r"\b(?P<failed>failed|fails|fail) to (?P<to>[a-z]+)\b|\bunable to\b|\b(?P<no>no) (?=(?:[a-z]+ )?"
    r"(?:evidence|difference"
    r"s?|effects?|significant|increase|change|changes|association|relationship|benefit|longer|need|symptoms)\b)"
    r"|\b(?P<never>never) (?=[a-z]+)"
)
_BUT_WHAT = re.compile(r"\bnot\b[^.;]{0,60}\bbut\b|\bwhether or not\b|\bif not\b|\bnot only\b")
_ANY = re.compile(r"[^.;,]{0,40}\b(?:any|either|yet|anymore|until)\b")
_WITH = re.compile(
    r"\b(?P<who>patients|people|children|women|men|adults|individuals|mice|rats|cells|infants"
    r"|countries|students|subjects"
    r"|those|participants|persons|families|animals|users|companies|tumors|tumours|cases) (?P<with>with|without)\b"
    r"(?= (?!respect|regard|a total|an average|the exception|each|one another))"
)
_OPPOSITES = dict(
    pair.split(":")
    for pair in (
        "possible:impossible able:unable likely:unlikely known:unknown common:uncommon"
        " successful:unsuccessful legal:illegal"
        " complete:incomplete dependent:independent sufficient:insufficient effective:ineffective safe:unsafe"
        " significant:insignificant available:unavailable necessary:unnecessary related:unrelated regular:irregular"
        " reliable:unreliable accurate:inaccurate stable:unstable aware:unaware correct:incorrect visible:invisible"
        " relevant:irrelevant responsible:irresponsible usual:unusual equal:unequal fair:unfair expected:unexpected"
        " clear:unclear consistent:inconsistent active:inactive adequate:inadequate capable:incapable"
        " appropriate:inappropriate familiar:unfamiliar popular:unpopular important:unimportant affected:unaffected"
        " changed:unchanged successfully:unsuccessfully accepted:rejected approved:rejected"
        " agreed:refused alive:dead present:absent allowed:forbidden true:false includes:excludes including:excluding"
        " supported:opposed permitted:prohibited required:forbidden passed:failed completed:abandoned remembered:forgot"
        " confirmed:denied succeeded:failed"
    ).split()
)
_OPPOSITE = {
    **{other: one for one, other in _OPPOSITES.items() if other not in ("rejected", "failed", "forbidden")},
    **_OPPOSITES,
}
_PREDICATES = frozenset("present clear complete correct passed supported accepted changed significant legal".split())
"""Elsewhere these are other words, or part of an expression."""
_AFTER_BE = re.compile(r"\b(?:is|are|was|were|be|been)\s(?:[a-z]+ly\s)?\Z")
_ADJECTIVE = re.compile(r"(?<![\w-])(?:" + "|".join(_OPPOSITE) + r")(?![\w-])", re.IGNORECASE)
_DETERMINER = re.compile(
    r" (?:the|a|an|his|her|its|their|our|this|these|those|two|three|four|five|six|seven|several|many"
    r"|\d|[A-Z]|that|``|“|\")"
)
_PRONOUNS = frozenset("he she they we it who which i you".split())
_DETERMINERS = frozenset("the a an his her its their our this these those of and or by with in to for no any".split())


def negation(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """The opposite said. What is only possible is not denied, since its denial is possible too."""
    if not is_prose(sentence) or sentence.rstrip().endswith("?"):
        return None
    kept = untouched(sentence)
    undone = [_undenied, _allowed]
    chance.shuffle(undone)
    forms = [_denied_auxiliary, _denied_verb, _opposite, _denied_verb]
    chance.shuffle(forms)
    for form in [*undone, *forms] if chance.random() < 0.8 else [*forms, *undone]:
        made = [one for one in form(sentence, chance) if is_free(one[0], kept)]
        if made:
            (start, end), other = chance.choice(made)
            text = sentence[:start] + other + sentence[end:]
            if form is _opposite:
                text, start = with_article(text, start, other)
            return Edit("negation", text, Support.CONTRADICTED, ((start, start + max(1, len(other))),))
    return None


_Made = list[tuple[Interval, str]]


def _undenied(sentence: str, chance: random.Random) -> _Made:
    """ "did not stop" → "stopped", "is not" → "is"."""
    if _BUT_WHAT.search(sentence):
        return []
    made: _Made = []
    for match in _NEGATED.finditer(sentence):
        if match["cannot"]:
            made.append((match.span(), "can"))
        elif match["do"]:
            verb = VERBS.get(match["verb"])
            if verb:
                made.append((match.span(), {"did": verb.past, "does": verb.third, "do": verb.base}[match["do"]]))
        elif word_after(sentence, match.end()) not in ("yet", "any"):
            made.append((match.span(), match["aux"]))
    return [one for one in made if not _ANY.match(sentence, one[0][1])]


def _allowed(sentence: str, chance: random.Random) -> _Made:
    """ "failed to stop" → "stopped", "no evidence" → "clear evidence", "never" → "often"."""
    made: _Made = []
    for match in _NO_MORE.finditer(sentence):
        if match["failed"]:
            if verb := VERBS.get(match["to"]):
                form = {"failed": verb.past, "fails": verb.third, "fail": verb.base}[match["failed"]]
                made.append(
                    (
                        match.span(),
                        chance.choice([form, f"managed to {verb.base}"] if match["failed"] == "failed" else [form]),
                    )
                )
        elif match["no"]:
            after = word_after(sentence, match.end())
            other = {"longer": "still", "significant": "a", "need": "a"}.get(after)
            if after == "longer":
                made.append(((match.start(), match.end() + len("longer")), "still"))
            elif after == "evidence":
                made.append((match.span("no"), "clear"))
            elif other is None and not after.endswith("s"):
                made.append((match.span("no"), "an" if after[:1] in "aeiou" else "a"))
        elif match["never"]:
            made.append((match.span("never"), chance.choice(["always", "often"])))
        else:
            made.append((match.span(), "able to"))
    return made


def _denied_auxiliary(sentence: str, chance: random.Random) -> _Made:
    """ "is not", "has never", "cannot". The first of the sentence's clauses is the likelier one."""
    made: _Made = []
    for match in _AUXILIARY.finditer(sentence):
        word, after = match.group(), word_after(sentence, match.end())
        plain = re.sub(r"\W", "", after)
        if plain in _AFTER_NO or _UNCERTAIN_BEFORE.search(sentence[: match.start()][-120:]):
            continue
        before = word_before(sentence, match.start())
        if not before or before in ("and", "or", "but", "there", "it's", ",", "to", "(") or before.endswith(("(", ":")):
            continue
        if before == "also" or plain in ("elevated", "increased", "limited", "related"):
            continue
        if word in _HAVE and not _is_participle(plain):
            made += _not_had(match, sentence)
            continue
        if word == "would" and re.search(r"\b(?:if|like|rather)\b", sentence):
            continue
        made.append((match.span(), _not(word, plain, chance)))
    return made[:1] if made and chance.random() < 0.6 else made


def _not(word: str, after: str, chance: random.Random) -> str:
    if word == "can":
        return chance.choice(["cannot", "can't", "can never"])
    short = {"will": "won't"}.get(word, f"{word}n't")
    never = f"{word} never" if word in ("has", "have", "had", "will", "would", "was") else f"{word} not"
    return chance.choice([f"{word} not", f"{word} not", short, never])


def _not_had(match: re.Match[str], sentence: str) -> _Made:
    """ "has a garden" → "does not have a garden"."""
    if not re.match(r" (?:a|an|the|its|his|her|their|two|three|four|five|several|many|\d)\b", sentence[match.end() :]):
        return []
    return [(match.span(), {"has": "does not have", "have": "do not have", "had": "did not have"}[match.group()])]


def _is_participle(word: str) -> bool:
    return word in PARTICIPLES or word == "been" or word.endswith(("ed", "en"))


def _denied_verb(sentence: str, chance: random.Random) -> _Made:
    """ "released the album" → "did not release the album"."""
    made: _Made = []
    for match in re.finditer(r"(?<=\s)[a-z]{3,}(?=\s)", sentence):
        word = match.group()
        verb, helper = (PAST[word], "did") if word in PAST else (THIRD.get(word), "does")
        if (
            verb is None
            or not is_alone(sentence, *match.span())
            or _UNCERTAIN_BEFORE.search(sentence[: match.start()][-120:])
        ):
            continue
        if not _is_finite(sentence, match, helper):
            continue
        made.append(
            (
                match.span(),
                chance.choice(
                    [
                        f"{helper} not {verb.base}",
                        f"{helper}n't {verb.base}",
                        f"{'failed' if helper == 'did' else 'fails'} to {verb.base}",
                        f"never {word}",
                    ]
                ),
            )
        )
    return made


def _is_finite(sentence: str, match: re.Match[str], helper: str) -> bool:
    """Whether the word is the verb of a subject, and no participle ("cells treated with") or noun ("the works")."""
    before, behind = word_before(sentence, match.start()), sentence[match.end() : match.end() + 12]
    if before.endswith((",", ";", ":", "(", "-")) and before not in ("he", "she"):
        return False
    follows = _DETERMINER.match(behind) is not None
    if before in _PRONOUNS:
        return follows or re.match(r" (?:to|in|on|at|from|for|with|by|into)\b", behind) is not None
    if not re.fullmatch(r"[^\W\d][\w’'-]*", before) or before in _DETERMINERS or before in _BE | _HAVE | _FIRM:
        return False
    if before.endswith("ly") or before in _AFTER_NO or (before in VERBS and helper == "does") or not follows:
        return False
    if helper == "does":
        return (
            not is_plural(before)
            and subject_number(sentence[: match.start()]) is not True
            and behind.startswith((" the", " a ", " an", " that", " its", " his", " her", " their"))
        )
    if match.group() in PARTICIPLES and behind.startswith((" by", " in", " with", " to")):
        return False
    alone = (
        len(
            [
                one
                for one in re.findall(r"[a-z]+", sentence)
                if one in PAST or one in _BE or one in _HAVE or one in THIRD
            ]
        )
        == 1
    )
    return match.group() not in PARTICIPLES or alone or behind.startswith(" that")


def _opposite(sentence: str, chance: random.Random) -> _Made:
    """ "possible" → "impossible", "patients with" → "patients without"."""
    made: _Made = []
    words = sentence.lower()
    for match in _ADJECTIVE.finditer(sentence):
        word = match.group()
        other = _OPPOSITE[word.lower()]
        near = re.search(
            r"\b(?:not|n't|no|never|more|most|less|least|very|if|whether|as)\s(?:\w+\s)?$", words[: match.start()]
        )
        after = word_after(sentence, match.end())
        if near or other in words or not is_alone(sentence, *match.span()) or after == "or":
            continue
        if word.lower() in _PREDICATES and not _AFTER_BE.search(words, 0, match.start()):
            continue
        if word.lower() == "known" and after in ("as", "for", "to", "by", "collectively"):
            continue
        if other == "unable" and after != "to":
            continue
        made.append((match.span(), like(word, other)))
    for match in _WITH.finditer(sentence):
        other = "without" if match["with"] == "with" else "with"
        if f" {other} " not in words:
            made.append((match.span("with"), other))
    return made
