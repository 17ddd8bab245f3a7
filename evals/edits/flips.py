"""Edits of direction: up for down, before for after, larger for smaller."""

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
    untouched,
    with_article,
    word_after,
    word_before,
)
from rag.types import Support

# One for the other and back.
_BOTH_WAYS = """
    rose:fell rising:falling increase:decrease increased:decreased increases:decreases increasing:decreasing grew:shrank
    growing:shrinking higher:lower highest:lowest high:low greater:smaller larger:smaller largest:smallest
    bigger:smaller
    biggest:smallest better:worse best:worst faster:slower fastest:slowest longer:shorter longest:shortest older:younger
    oldest:youngest before:after earlier:later early:late earliest:latest above:below gained:lost gains:losses gain:loss
    won:lost improved:worsened improves:worsens improve:worsen improvement:deterioration improving:worsening
    reduction:increase reductions:increases strengthened:weakened strengthens:weakens strengthening:weakening
    stronger:weaker strongest:weakest strongly:weakly expanded:contracted expansion:contraction accelerated:slowed
    accelerates:slows warmer:colder hotter:colder maximum:minimum upstream:downstream inside:outside began:ended
    beginning:end ascending:descending advantage:disadvantage advantages:disadvantages success:failure
    positive:negative positively:negatively majority:minority major:minor internal:external internally:externally
    upregulated:downregulated up-regulated:down-regulated upregulation:downregulation wider:narrower deeper:shallower
    heavier:lighter cheaper:dearer richer:poorer easier:harder simplest:hardest nearest:farthest closer:farther
    tallest:shortest taller:shorter benefits:harms beneficial:harmful overestimate:underestimate senior:junior
    ancient:modern rural:urban northern:southern eastern:western northwest:southeast northeast:southwest
    upper:lower import:export imports:exports imported:exported buyers:sellers lenders:borrowers winner:loser
    winners:losers victory:defeat victories:defeats optimistic:pessimistic gradually:suddenly rapidly:slowly
    quickly:slowly inner:outer predecessor:successor preceding:following preceded:followed
    ancestor:descendant ancestors:descendants short-term:long-term top:bottom surplus:deficit profit:loss
    profits:losses hypertension:hypotension agonist:antagonist inhibits:activates inhibited:activated
    inhibition:activation inhibitor:activator inhibitors:activators more:less fewer:more least:most
"""
# Only one way: the other word has its own opposite.
_ONE_WAY = """
    rise:fall growth:decline enhanced:impaired enhances:impairs enhance:impair enhancing:impairing reduces:increases
    reduced:increased reduce:increase reducing:increasing lowered:raised lowers:raises lowering:raising raised:lowered
    raises:lowers raising:lowering declined:rose declines:rises declining:rising dropped:rose fall:rise
    promotes:inhibits
    promoted:inhibited promote:inhibit promoting:inhibiting suppresses:promotes suppressed:promoted suppress:promote
    suppressing:promoting prevents:causes prevented:caused prevent:cause attenuated:amplified attenuates:amplifies
    facilitates:hinders facilitate:hinder started:ended opened:closed decline:rise boosted:lowered accelerate:slow
    small:large smaller:larger large:small older:younger long:short
"""
_OPPOSITE: dict[str, list[str]] = {}
for _pair in _BOTH_WAYS.split():
    _one, _other = _pair.split(":")
    _OPPOSITE.setdefault(_one, []).append(_other)
    _OPPOSITE.setdefault(_other, []).append(_one)
for _pair in _ONE_WAY.split():
    _one, _other = _pair.split(":")
    _OPPOSITE[_one] = [_other]
_OPPOSITE["less"], _OPPOSITE["more"], _OPPOSITE["increases"] = ["more"], ["less"], ["decreases"]
_OPPOSITE["increase"], _OPPOSITE["lost"], _OPPOSITE["impaired"] = ["decrease"], ["won"], ["enhanced"]
_OPPOSITE["following"], _OPPOSITE["followed"] = ["preceding"], ["preceded"]
_WORD = re.compile(r"(?<![\w-])[A-Za-z]+(?:-(?:term|regulated))?(?![\w-])")
_NEVER_BEFORE = {  # the word, and what may not follow it: it would be part of another expression
    "high": (
        "school schools court quality resolution street commissioner order rise profile definition end -"
        " tech commission"
    ),
    "low": "countries german - cost carrier",
    "more": "than or and important recently specifically precisely information details generally about time",
    "less": "than and or",
    "most": "of recent notably recently likely common popular commonly famously important prominent patients people",
    "least": "one two three squares",
    "growth": "factor factors hormone hormones rate",
    "top": "ten 10 100 model of level the",
    "bottom": "line",
    "end": "of users user plate point",
    "major": "league leagues depressive general histocompatibility",
    "minor": "league leagues planet planets",
    "long": "island beach term as before and been time live",
    "early": "modern",
    "late": "nineteenth",
    "maximum": "likelihood",
    "positive": "and or control controls feedback",
    "negative": "and or control controls feedback",
    "before": "and or it being",
    "after": "all being and or a the",
    "following": "is are the :",
    "upper": "house saddle",
    "lower": "house saddle",
    "best": "known supporting actor actress picture director practice practices of in",
    "better": "known understand understanding than",
    "beginning": "in on with to at from and ,",
    "began": "to as his her its a the their in with",
    "ended": "up in with the",
    "started": "to as in with his her on",
    "opened": "the his her up a fire for",
    "won": "over and or , .",
    "lost": "in to and",
    "modern": "day english",
    "inside": "of the",
    "fall": "of in and into under , .",
    "rise": "to of and",
    "small": "intestine molecule molecules cell interfering number numbers rna g",
    "large": "intestine language part number numbers hadron extent",
    "short": "story stories film films term hairpin tandem interfering for",
    "followed": "by up a the",
    "gain": "of a access an insight the",
    "loss": "of",
    "increase": "or and",
}
_NEVER_AFTER = {
    "won": "korean north south",
    "more": "several no any once much even far many some two three one and or ever n't not",
    "less": "no much even far or more and none",
    "most": "the at al",
    "least": "at the",
    "before": "ever never the as long just day years days",
    "after": "soon shortly named the day years months days weeks hours looked look looking even year",
    "end": "to an in front back soon would will not and can",
    "beginning": "from since",
    "best": "at the his her",
    "high": "the junior too very as so",
    "late": "too of the - as",
    "early": "too as very",
    "long": "as so how no very all too year a before",
    "fall": "the last this in",
    "rise": "the give gave giving gives",
    "followed": "which who was is were are be",
    "following": "the",
    "above": "the as described over",
    "below": "the see shown listed",
    "large": "at by",
    "short": "in for cut",
    "top": "the on",
    "gained": "was has",
    "lost": "was were been be is are get got the",
    "major": "a the",
    "better": "for it a",
    "growing": "fast",
    "advantage": "take takes taking took taken",
    "growth": "cell tumor tumour plant bacterial hair muscle bone",
    "failure": "heart renal kidney organ liver treatment cardiac respiratory hepatic power",
}
_FORBIDDEN_AFTER = {word: frozenset(words.split()) for word, words in _NEVER_BEFORE.items()}
_FORBIDDEN_BEFORE = {word: frozenset(words.split()) for word, words in _NEVER_AFTER.items()}


def direction(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """A word of direction, order or size for its opposite, where the opposite is not beside it."""
    if not is_prose(sentence):
        return None
    kept = untouched(sentence)
    words = frozenset(re.findall(r"[a-z-]+", sentence.lower()))
    found = []
    for match in _WORD.finditer(sentence):
        word = match.group().lower()
        rivals = [other for other in _OPPOSITE.get(word, ()) if other not in words]
        if rivals and is_free(match.span(), kept) and _is_usual(sentence, match):
            found.append((match, rivals))
    if not found:
        return None
    match, rivals = chance.choice(found)
    other = like(match.group(), _agreeing(sentence, match, chance.choice(rivals)))
    start = match.start()
    text = sentence[:start] + other + sentence[match.end() :]
    text, start = with_article(text, start, other)
    return Edit("direction", text, Support.CONTRADICTED, ((start, start + len(other)),))


def _is_usual(sentence: str, match: re.Match[str]) -> bool:
    """Whether the word means a direction here."""
    word = match.group().lower()
    if match.group()[0].isupper() and match.start() > 0:  # part of a name
        return False
    if not is_alone(sentence, *match.span()):
        return False
    before, after = word_before(sentence, match.start()), word_after(sentence, match.end())
    if word.startswith("prevent") and re.match(r"[^.,;]{0,80}\bfrom\b", sentence[match.end() :]):
        return False
    if before in ("not", "n't", "whether", "if", "no", "neither", "without") or before.endswith("n't"):
        return False
    plain = re.sub(r"^\W+|-.*$|\W+$", "", after) or after
    return plain not in _FORBIDDEN_AFTER.get(word, ()) and before not in _FORBIDDEN_BEFORE.get(word, ())


def _agreeing(sentence: str, match: re.Match[str], other: str) -> str:
    """ "more people" becomes "fewer people"."""
    if match.group().lower() == "more" and other == "less" and is_plural(word_after(sentence, match.end())):
        return "fewer"
    return other
