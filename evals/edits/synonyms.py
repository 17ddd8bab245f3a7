"""Words and phrases that mean the same wherever they stand, and verbs that do so in every form."""

from __future__ import annotations

import random
import re

from evals.edits.language import is_alone, is_free, like, untouched, with_article, word_after, word_before
from evals.edits.verbs import PARTICIPLES, PAST, THIRD, VERBS, third_person

_BOTH_WAYS = """
    frequently:often|rapidly:quickly|primarily:mainly|mainly:chiefly|although:though|therefore:thus|due to:because of
    for example:for instance|despite:in spite of|huge:enormous|crucial:essential|vital:essential|famous:well-known
    nearly:almost|entirely:completely|particularly:especially|seldom:rarely|moreover:furthermore|principal:main
    nonetheless:nevertheless|each other:one another|substantial:considerable|consequently:as a result|physicians:doctors
    physician:doctor|infants:babies|nations:countries|automobile:car|automobiles:cars|television:TV|photographs:photos
    numerous:many|children:kids|simultaneously:at the same time|in order to:so as to|regarding:concerning|within:inside
    occasionally:now and then|approximately:about|wealthy:rich|previously:earlier|mistakes:errors|adequate:sufficient
    laboratory:lab|enormous:massive|afterwards:later|the majority of:most of|roughly:approximately|error:mistake
    entire:whole|movie:film|movies:films|purchasers:buyers|employees:workers|attorney:lawyer|attorneys:lawyers
    residents:inhabitants|ill:sick|a variety of:various|in the absence of:without|individuals:people|typically:usually
    commonly:frequently|the United States:the US|the United Kingdom:the UK|toward:towards|among:amongst|while:whilst
    gradually:little by little|nearby:close by|sufficient:enough|concerning:about
"""
_ONE_WAY = """
    large:big|prior to:before|subsequently:later|upon:on|via:through|utilization:use|numerous:a large number of
    annually:every year|initially:at first|currently:at present|presently:now|beneath:under|difficult:hard|rapid:fast
    additional:further|hence:thus|till:until|whereas:while|with respect to:regarding|in the course of:during
    in addition to:besides|a number of:several|as well as:and also|such as:like|lovely:beautiful|clever:smart
    tiny:very small
    in addition:also|owing to:because of|as a consequence:as a result|at the present time:now|in the event that:if
    demonstrably:clearly|extremely:very|solely:only|exclusively:only|everyone:everybody|is able to:can|are able to:can
    has the ability to:can|have the ability to:can|in conjunction with:together with|a majority of:most|elderly:older
    twice:two times|formerly:previously|notably:in particular|illness:disease|illnesses:diseases|sizeable:large
    begin to:start to
    located in:situated in|is located:lies|are located:lie|was located:lay|is comprised of:consists of
    is composed of:consists of
    are composed of:consist of|is made up of:consists of|consists of:is made up of|consist of:are made up of
    referred to as:called
    also known as:also called|known as:called|is responsible for:is in charge of|took place:happened
    takes place:happens|passed away:died
    in total:altogether|at least:no fewer than|per year:a year|per day:a day|per week:a week|per month:a month
    worldwide:around the world
    throughout the world:around the world|in most cases:mostly|in many cases:often|has been shown to:is known to
    plays a role in:has a part in
    plays a key role in:is important in|plays an important role in:is important in|a wide range of:many different
    a large number of:many
    in contrast:by contrast|in particular:especially|overall:on the whole|first aired:was first shown
    pediatric:childhood
"""
_VERBS = """
    purchase:buy demonstrate:show construct:build utilize:use utilise:use employ:use obtain:get reside:live
    assess:evaluate evaluate:assess investigate:examine examine:investigate eliminate:remove collect:gather
    gather:collect
    select:choose choose:select supply:provide terminate:end reveal:show require:need commission:order
    enable:allow permit:allow identify:find determine:establish acquire:obtain alter:change modify:change
    illustrate:show retain:keep attempt:try discover:find emphasise:stress emphasize:stress happen:occur
    ensure:guarantee
    assist:help manufacture:make create:make commence:begin begin:start start:begin observe:see encounter:meet
    relocate:move indicate:suggest suggest:indicate convert:change transform:change complete:finish finish:complete
    locate:find lower:reduce enhance:improve impair:harm diminish:reduce
    initiate:start provide:give donate:give enlarge:expand """


def _forms() -> dict[str, dict[str, str]]:
    """By form ("base", "third", "past", "participle"): each verb's form and what it becomes."""
    forms: dict[str, dict[str, str]] = {"base": {}, "third": {}, "past": {}, "participle": {}}
    for pair in _VERBS.split():
        one, _, other = pair.partition(":")
        if one in VERBS and other in VERBS:
            a, b = VERBS[one], VERBS[other]
            forms["base"][one] = other
            forms["third"][third_person(one)] = third_person(other)
            forms["past"][a.past] = b.past
            forms["participle"][a.participle] = b.participle
    return forms


def _phrases() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for table, back in ((_BOTH_WAYS, True), (_ONE_WAY, False)):
        for pair in re.split(r"\||\n\s*", table.strip()):
            one, _, other = pair.strip().partition(":")
            found.setdefault(one, []).append(other)
            if back:
                found.setdefault(other, []).append(one)
    # Back from these, there are other meanings.
    for word in (
        "film",
        "films",
        "car",
        "cars",
        "earlier",
        "later",
        "about",
        "inside",
        "enough",
        "sick",
        "rich",
        "massive",
    ):
        found.pop(word, None)
    for word in (
        "without",
        "various",
        "many",
        "people",
        "kids",
        "about",
        "lab",
        "as a result",
        "concerning",
        "errors",
        "essential",
    ):
        found.pop(word, None)
    return found


_VERB_FORMS = _forms()
_PHRASES = _phrases()
_PHRASE = re.compile(
    rf"(?<![\w’'-])(?:{'|'.join(sorted(map(re.escape, _PHRASES), key=len, reverse=True))})(?![\w’'-])", re.IGNORECASE
)
_ANY_FORM = {form for forms in _VERB_FORMS.values() for form in forms}
_WORD = re.compile(r"(?<= )[a-z]{3,}(?= )")
_HELPERS = frozenset("is are was were be been being has have had".split())
_BEFORE_A_BASE = frozenset("to will can may might could would should must not they we you cannot".split())
_DETERMINED = re.compile(r" (?:the|a|an|that|his|her|its|their|our|this|these|those|[A-Z\d])")
_NOT_WHERE = {
    "within": re.compile(r" (?:the (?:first|past|last|next|same)|a |one|two|three|\d)"),
    "such as": re.compile(r" (?:that|to)"),
    "upon": re.compile(r" (?:a time|the|completion)?"),
    "large": re.compile(r" (?:scale|number|amount|extent|intestine|part|language|cell|proportion)|\s?-"),
    "while": re.compile(r" \w+ing|\s?,"),
    "difficult": re.compile(r" (?:time|for)|[.,]"),
    "individuals": re.compile(r" (?:of|in) a (?:species|population)"),
    "entire": re.compile(r"-"),
    "about": re.compile(r"(?! \d)"),
    "approximately": re.compile(r"(?! [\d$])"),
    "the US": re.compile(r" (?:[A-Z$]|dollar)"),
    "the United States": re.compile(r" (?:of|[A-Z]|'s)"),
    "the United Kingdom": re.compile(r" (?:of|[A-Z]|'s)"),
    "subsequently": re.compile(r" (?:later|,)"),
    "previously": re.compile(r" (?!been|[a-z]+ed)"),
    "in addition": re.compile(r" to\b"),
    "in order to": re.compile(r"x"),
    "as well as": re.compile(r" (?:being|having|\w+ing)"),
    "rapid": re.compile(r" (?:eye|response|antigen)"),
    "additional": re.compile(r"\b(?!)"),
    "at least": re.compile(
        r"(?! (?:\d|two|three|four|five|six|ten)\b)| \d+ ?(?:%|percent|years?|hours?|days?|m\b|km|g\b|mg)"
    ),
    "initially": re.compile(r" ,|,"),
    "known as": re.compile(r" (?:the )?(?:a|an) "),
    "currently": re.compile(r",| ,"),
    "overall": re.compile(r"(?! ?,)"),
    "usually": re.compile(r" considered"),
    "a number of": re.compile(r"x"),
}


def synonym(sentence: str, context: str, chance: random.Random) -> str:
    """One to three words for others that mean the same."""
    kept = untouched(sentence)
    found: list[tuple[int, int, str]] = []
    for match in _PHRASE.finditer(sentence):
        word = match.group()
        choices = _PHRASES.get(word) or _PHRASES.get(word.lower())
        limit = _NOT_WHERE.get(word.lower()) or _NOT_WHERE.get(word)
        if (
            choices
            and not (limit and limit.match(sentence, match.end()))
            and is_free(match.span(), kept)
            and (
                is_alone(sentence, *match.span())
                and not _is_in_a_name(sentence, match)
                and _stands_well(sentence, match)
            )
        ):
            found.append((*match.span(), like(word, chance.choice(choices))))
    for match in _WORD.finditer(sentence):
        is_verb = match.group() in _ANY_FORM and is_free(match.span(), kept) and is_alone(sentence, *match.span())
        if is_verb and (other := _other_verb(sentence, match)):
            found.append((*match.span(), other))
    chosen = sorted(chance.sample(found, min(len(found), chance.choice([1, 1, 2, 3]))), reverse=True)
    text, last = sentence, len(sentence) + 1
    for start, end, other in chosen:
        if end <= last:
            text = text[:start] + other + text[end:]
            text, last = with_article(text, start, other)
    return text if text != sentence else ""


def _is_in_a_name(sentence: str, match: re.Match[str]) -> bool:
    """Whether it has a capital that is not that of a sentence's beginning."""
    word = match.group()
    return word.isupper() or (word[0].isupper() and match.start() > 0 and word not in _PHRASES)


def _stands_well(sentence: str, match: re.Match[str]) -> bool:
    word, before, after = match.group().lower(), word_before(sentence, match.start()), word_after(sentence, match.end())
    if word in ("nearly", "almost", "enough", "sufficient", "most of", "the majority of") and before in (
        "the",
        "a",
        "not",
    ):
        return False
    if word in ("rarely", "seldom", "hence", "about", "very", "extremely", "large", "difficult", "huge") and before in (
        "so",
        "as",
        "how",
        "very",
        "too",
        "more",
    ):
        return False
    if word in ("though", "although") and before in ("even", "as"):
        return False
    if word in ("ill", "individuals", "within", "main", "principal", "twice") and (
        before in ("mentally", "from", "critically", "as") or after in ("as", "component")
    ):
        return False
    return not (word in ("sufficient",) and (before == "is" or after == "to")) and not (
        word == "sufficient" and not after[:1].isalpha()
    )


def _other_verb(sentence: str, match: re.Match[str]) -> str:
    """The form of the other verb that fits, "" where it cannot be told."""
    word, before = match.group(), word_before(sentence, match.start())
    behind = sentence[match.end() : match.end() + 12]
    follows = _DETERMINED.match(behind) is not None
    if (
        word in _VERB_FORMS["base"]
        and before in _BEFORE_A_BASE
        and (follows or (behind.startswith(" to") and word in ("begin", "start", "attempt")))
    ):
        return _VERB_FORMS["base"][word]
    if (
        word in _VERB_FORMS["third"]
        and follows
        and before not in ("the", "a", "of", "and", "its", "their", "his", "her", "these", "such", "to")
    ):
        return _VERB_FORMS["third"][word] if word not in PARTICIPLES else ""
    helped = before in _HELPERS or (
        before.endswith("ly") and re.search(r"\b(?:is|are|was|were|been) \w+ly $", sentence[: match.start()])
    )
    if word in _VERB_FORMS["participle"] and helped and not (before in ("has", "have", "had") and not follows):
        return (
            _VERB_FORMS["participle"][word]
            if re.match(r" (?:in|by|on|at|for|from|the|a|an|that|to be|as|with|during)\b", behind)
            else ""
        )
    if (
        word in _VERB_FORMS["past"]
        and follows
        and word not in THIRD
        and not helped
        and before not in ("the", "a", "an", "and", "of", "by", "were", "not")
    ):
        return _VERB_FORMS["past"][word] if word in PAST else ""
    return ""
