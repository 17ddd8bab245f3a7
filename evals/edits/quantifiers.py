"""Edits of quantifiers: all for some, never for often, only where there was none."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from evals.edits import Edit
from evals.edits.language import is_alone, is_free, is_plural, is_prose, like, untouched, word_after, word_before
from evals.edits.verbs import PARTICIPLES
from rag.types import Interval, Support

# What a quantifier becomes: what is weaker than it would still be true, and is not there.
_BEFORE_A_NOUN: dict[str, tuple[str, ...]] = {
    "all": ("no", "few", "only some", "hardly any"),
    "most": ("all", "few", "no", "only some"),
    "many": ("no", "all", "hardly any", "very few"),
    "some": ("no", "all", "most"),
    "several": ("no", "all", "hundreds of"),
    "few": ("many", "most", "all"),
    "various": ("no",),
    "numerous": ("no", "very few"),
}
_BEFORE_OF: dict[str, tuple[str, ...]] = {
    "all": ("none", "few", "only some", "hardly any"),
    "most": ("all", "few", "none", "only a few"),
    "many": ("none", "all", "hardly any"),
    "some": ("none", "all", "most"),
    "several": ("none", "all"),
    "few": ("many", "most", "all"),
    "each": ("none", "only one"),
    "both": ("neither", "only one"),
    "half": ("a quarter", "all", "none"),
    "none": ("all", "most", "some"),
    "the majority": ("a minority", "all"),
    "a majority": ("a minority", "all"),
    "a minority": ("a majority", "all"),
}
_ADVERBS: dict[str, tuple[str, ...]] = {
    "always": ("never", "rarely"),
    "often": ("always", "never", "rarely"),
    "frequently": ("always", "never", "rarely"),
    "commonly": ("always", "never", "rarely"),
    "usually": ("always", "never", "rarely"),
    "generally": ("always", "never", "rarely"),
    "typically": ("always", "never", "rarely"),
    "normally": ("always", "never"),
    "sometimes": ("always", "never"),
    "occasionally": ("always", "never"),
    "rarely": ("often", "always"),
    "seldom": ("often", "always"),
    "never": ("always", "often"),
    "mainly": ("exclusively", "only partly"),
    "mostly": ("exclusively", "only partly"),
    "primarily": ("exclusively", "only partly"),
    "largely": ("entirely", "only partly"),
    "predominantly": ("exclusively", "only partly"),
    "partly": ("entirely", "exclusively"),
    "partially": ("completely", "entirely"),
    "completely": ("only partly", "hardly"),
    "entirely": ("only partly", "hardly"),
    "fully": ("only partly", "hardly"),
    "widely": ("rarely", "hardly"),
}
_OF_NUMBERS: dict[str, tuple[str, ...]] = {
    "at least": ("at most", "no more than", "fewer than"),
    "at most": ("at least", "more than"),
    "more than": ("less than", "exactly", "at most"),
    "over": ("under", "exactly"),
    "less than": ("more than", "at least"),
    "fewer than": ("more than", "at least"),
    "up to": ("at least", "more than"),
    "under": ("over", "at least"),
    "nearly": ("more than", "well over"),
    "almost": ("more than", "well over"),
}
_NOUN_WORD = re.compile(r" (?:of (?:the|these|those|its|their|his|her)\b|(?P<next>[a-z-]+)(?: (?P<then>[a-z-]+))?)")
_DETERMINER = re.compile(
    rf"(?<![\w-])(?:{'|'.join([*_BEFORE_A_NOUN, *(k for k in _BEFORE_OF if k not in _BEFORE_A_NOUN)])})(?![\w-])", re.I
)
_ADVERB = re.compile(rf"(?<![\w-])(?:{'|'.join(_ADVERBS)})(?![\w-])", re.IGNORECASE)
_NUMERIC = re.compile(
    rf"(?<![\w-])(?:{'|'.join(_OF_NUMBERS)})(?= (?:[$€£] ?)?(?:\d[\d,.]*|two|three|four|five|six|seven|eight"
    r"|nine|ten|half|a third)\b)",
    re.I,
)
_BEHIND_A_VERB = re.compile(r" (?:in|on|at|by|for|with|during|to|from|than|through)\b")
_AUXILIARIES = frozenset("is are was were be been has have had can".split())
_NOT_BEFORE = frozenset(
    "almost nearly virtually at after above first in of not than the a an as for so too very how once with".split()
)
_PAIR = re.compile(r"\b(?P<both>[Bb]oth) (?P<one>[\w’'-]+(?: [\w’'-]+){0,3}?) (?P<and>and) ")
_ONE_OF = re.compile(
    r"\bone of the (?=(?:most|largest|oldest|first|biggest|best|highest|few|main|leading|major"
    r"|greatest|earliest|longest)\b)"
)
_THE_ONLY = re.compile(r"\b(?:is|are|was|were) (?P<only>the only)\b")
_EVERY = re.compile(
    r"\b(?:every|each) (?!(?:other|one|of|had|has|have|is|was|were|are|with|time|in|for)\b)(?=[a-z]+\b)", re.IGNORECASE
)
_ONLY_BEFORE = re.compile(
    r"\b(?P<before>(?:is|are|be) (?!born|based|used|known|called|divided|located|named|referred)[a-z]+"
    r"(?:ed|en|ound|own))"
    r" (?:in|by|on|for|during|when|after|from|at|with) (?!\d|which|whom|within)"
)
_BARE_PLURAL = re.compile(
    r"^(?P<noun>[A-Z][a-z]+s|Children|People|Women|Men|Mice) (?=(?:are|were|have|with|who|in|can|of)\b)"
)
_ALWAYS = re.compile(r"\b(?:is|are|was|were|has been|have been|can)(?= (?P<next>[a-z]+))")


def quantifier(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """Another quantifier, or one where there was none."""
    if not is_prose(sentence):
        return None
    kept = untouched(sentence)
    made = [one for one in _changed(sentence, chance) if is_free(one[0], kept)]
    if (not made and chance.random() < 0.6) or chance.random() < 0.05:
        made += [one for one in _inserted(sentence, chance) if is_free(one[0], kept)]
    if not made:
        return None
    (start, end), other, support = chance.choice(made)
    text = sentence[:start] + other + sentence[end:]
    first = start + len(other) - len(other.lstrip())
    return Edit("quantifier", text, support, ((first, start + len(other.rstrip())),))


_Made = list[tuple[Interval, str, Support]]


def _changed(sentence: str, chance: random.Random) -> _Made:
    made: _Made = []
    for match in _DETERMINER.finditer(sentence):
        if other := _determiner(sentence, match, chance):
            firm = other.lower() in ("all", "most", "hundreds of")
            made.append(
                (match.span(), like(match.group(), other), Support.UNSUPPORTED if firm else Support.CONTRADICTED)
            )
    for match in _ADVERB.finditer(sentence):
        before = word_before(sentence, match.start())
        if before in (
            "not",
            "n't",
            "more",
            "most",
            "as",
            "very",
            "so",
            "too",
            "less",
            "almost",
            "quite",
        ) or before.endswith("n't"):
            continue
        if word_after(sentence, match.end()).startswith((",", ".", ";", ")", "enough", "more", "but", "and", "before")):
            continue
        if match.group()[0].isupper() and match.start() > 0:
            continue
        choices = _ADVERBS[match.group().lower()]
        if (
            _BEHIND_A_VERB.match(sentence, match.end()) and before not in _AUXILIARIES
        ):  # "occurs never in" does not read
            choices = tuple(one for one in choices if one != "never")
        if not choices:
            continue
        other = chance.choice(choices)
        firm = other in ("always", "exclusively", "entirely", "completely")
        made.append((match.span(), like(match.group(), other), Support.UNSUPPORTED if firm else Support.CONTRADICTED))
    for match in _NUMERIC.finditer(sentence):
        if word_before(sentence, match.start()) in (
            "no",
            "not",
            "from",
            "and",
            "all",
            "of",
            "much",
            "held",
            "took",
            "the",
        ):
            continue
        other = chance.choice(_OF_NUMBERS[match.group().lower()])
        made.append((match.span(), like(match.group(), other), Support.CONTRADICTED))
    return made + _whole_phrases(sentence, chance)


def _determiner(sentence: str, match: re.Match[str], chance: random.Random) -> str:
    """Another determiner for this one, "" where none fits."""
    word, before = match.group().lower(), word_before(sentence, match.start())
    behind = sentence[match.end() :]
    if (
        before in _NOT_BEFORE and not (before in ("in", "of", "for", "with", "than") and word != "all")
    ) or not is_alone(sentence, *match.span()):
        return ""
    if (before == "the" and word != "few") or before == "a" or before in ("how", "so", "too", "the"):
        return ""
    if re.match(r" of (?:the|these|those|its|their|his|her|them|us)\b", behind):
        other = chance.choice(_BEFORE_OF.get(word, ("",)))
        of_one = re.match(r" of (?:the|its|their|his|her) [a-z]+(?<!s)(?= |[.,])", behind) is not None
        return (
            {"few": "little", "only a few": "only a little", "many": "all", "only one": "none"}.get(other, other)
            if of_one
            else other
        )
    if word in _BEFORE_OF and word not in _BEFORE_A_NOUN:
        return ""
    if word == "all" and re.match(r" the\b", behind) and before not in ("of", "in"):
        return chance.choice(["none of", "only some of", "few of"])
    noun = _NOUN_WORD.match(behind)
    if not noun or not noun["next"]:
        return ""
    follows = noun["next"] if is_plural(noun["next"]) else (noun["then"] or "")
    if not is_plural(follows) or noun["next"] in ("of", "the", "and", "years", "times", "other"):
        return ""
    choices = _BEFORE_A_NOUN[word]
    if before in ("of", "in", "for", "with", "by", "and"):
        choices = tuple(one for one in choices if one not in ("hardly any",))
    return chance.choice(choices) if choices else ""


def _whole_phrases(sentence: str, chance: random.Random) -> _Made:
    made: _Made = []
    for match in _PAIR.finditer(sentence):
        start, end = match.start("both"), match.end("and")
        if "," not in match["one"] and word_before(sentence, start) not in ("not", "n't", "or"):
            other = f"{like(match['both'], 'neither')} {match['one']} nor"
            made.append(((start, end), other, Support.CONTRADICTED))
    for match in _ONE_OF.finditer(sentence):
        if word_before(sentence, match.start()) in ("is", "was", "as", "became", "remains"):
            made.append((match.span(), "not one of the ", Support.CONTRADICTED))
    for match in _THE_ONLY.finditer(sentence):
        made.append((match.span("only"), "not the only", Support.CONTRADICTED))
    for match in _EVERY.finditer(sentence):
        after = word_after(sentence, match.end())
        if after in ("year", "day", "week", "month", "hour", "season", "summer", "night"):
            made.append((match.span(), "every other ", Support.CONTRADICTED))
        elif match.start() == 0 or word_before(sentence, match.start()) in ("that", ","):
            made.append(
                (
                    match.span(),
                    like(match.group(), chance.choice(["no ", "hardly any ", "not every "])),
                    Support.CONTRADICTED,
                )
            )
    return made


def _inserted(sentence: str, chance: random.Random) -> _Made:
    """What is said of some, said of all; what happens, said to happen always, or only there."""
    made: _Made = []
    if match := _BARE_PLURAL.match(sentence):
        noun = match["noun"]
        if is_plural(noun):
            kind = chance.choice(["All", "Only", "Most"])
            made.append(((0, len(noun)), f"{kind} {noun.lower()}", Support.UNSUPPORTED))
    for match in _ALWAYS.finditer(sentence):
        word = match["next"]
        if word in PARTICIPLES and word not in ("born", "been") and match.group() in ("is", "are", "can"):
            made.append(
                (match.span(), f"{match.group()} {chance.choice(['always', 'only', 'rarely'])}", Support.UNSUPPORTED)
            )
    for match in _ONLY_BEFORE.finditer(sentence):
        if not re.search(r"\b(?:no|not|never|few|only|none)\b|n't\b", sentence[: match.start()]):
            place = match.end("before")
            made.append(((place, place), " only", Support.UNSUPPORTED))
    return made
