"""Edits of hedges: what may be, or what somebody says, said flatly."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

from evals.edits import Edit
from evals.edits.language import is_free, is_prose, subject_number, untouched, word_before
from evals.edits.verbs import VERBS
from rag.types import Interval, Support

_MODAL = re.compile(
    r"\b(?P<modal>may|might|could) (?P<also>also |often |sometimes |potentially |possibly |therefore "
    r"|thus |then )?(?P<verb>[a-z]+)\b(?: (?P<next>[a-z]+))?"
)
# "Could" is often an ability; with these verbs it says what may happen.
_COULD = frozenset(
    "be have lead explain help cause contribute affect reduce increase improve result provide represent become indicate"
    " reflect lower raise prevent allow make offer play influence serve enhance enable facilitate"
    " damage harm limit".split()
)
_PEOPLE = frozenset("you we i users he she they customers developers one who people".split())
_ADVERB = re.compile(
    r"\b(?:possibly|probably|perhaps|presumably|apparently|reportedly|allegedly|supposedly|potentially"
    r"|purportedly)\s(?=[a-z\d])"
)
_FIRST_ADVERB = re.compile(
    r"^(?:Perhaps|Possibly|Reportedly|Apparently|Presumably|Probably|Allegedly|Supposedly) ?,? (?=\w)"
)
_SEEMS = re.compile(
    r"\b(?P<be>(?:appear|seem)(?P<third>s)?|(?:appear|seem)(?P<past>ed)|(?P<is>is|are|was|were) "
    r"(?:widely |generally )?(?:thought|believed|said"
    r"|considered|assumed|reported|alleged|suspected|estimated|presumed|hypothesi[sz]ed|rumou?red"
    r"|likely|claimed)) to (?P<verb>[a-z]+)\b"
)
_REPORT = re.compile(
    r"^(?P<by>[^,.;:]{2,90}? (?:suggests?|suggested|argues?|argued|claims?|claimed|believes?|believed"
    r"|hypothesi[sz]ed?|propose[ds]?"
    r"|think|thinks|thought|speculated?|indicates?|indicated|contends?|contended|maintains?|asserts?"
    r"|asserted|speculates?|estimates?) that ,? ?)(?=\S)"
)
_IT_IS_SAID = re.compile(
    r"^It (?:is|has been|was|seems|appears|may be|remains) ?(?:possible|likely|probable|thought"
    r"|believed|said|suggested|proposed"
    r"|hypothesi[sz]ed|claimed|speculated|argued|rumou?red|estimated|plausible|assumed)? ?that (?=\w)"
)
_ACCORDING = re.compile(r"^(?:According to [^,]{3,70} ?, |In (?:his|her|their|our|my) (?:view|opinion) ?, )(?=\w)")
_ABOUT = re.compile(
    r"\b(?:about|approximately|around|roughly|an estimated|some) (?=[$€£]? ?\d)(?!1[0-9]\d\d\b(?! [a-z]))(?!20\d\d\b)"
)
_ASSOCIATED = re.compile(
    r"\b(?P<be>is|are|was|were) (?:significantly |strongly |independently |closely |positively )?"
    r"(?:associated|correlated|linked) with (?!each|one)"
)
_STRONGER = {
    "suggest": "prove", "suggests": "proves", "suggested": "proved", "suggesting": "proving", "indicate": "prove",
    "indicates": "proves", "indicated": "proved",
}  # fmt: skip
_SUGGEST = re.compile(rf"\b(?:{'|'.join(_STRONGER)})\b(?= that\b)")
_CLAUSE = re.compile(
    r"(?:the|a|an|this|these|those|it|they|he|she|we|there|in|both|all|most|many|some|our|its|their"
    r"|[A-Z][\w’'-]+|[a-z]+s) ",
    re.I,
)

_UNSURE = re.compile(
    r"\b(?P<article>an?|the|its|their) (?P<unsure>possible|potential|putative|presumed|alleged"
    r"|suspected|probable|likely|supposed) (?P<noun>[a-z]{4,})\b"
)
_RISK = re.compile(
    r"\b(?P<article>an? |the |)(?P<kind>(?:major |important |independent |significant "
    r"|strong )?)risk factor(?P<s>s?) for\b"
)
_HELPS = re.compile(
    r"\b(?P<helps>helps?|helped) (?:to )?(?P<verb>prevent|reduce|protect|cure|stop|improve|explain"
    r"|avoid|ensure|control|maintain|increase|lower|treat)\b"
)

_Made = list[tuple[Interval, str]]


def hedge(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """A hedge dropped, or made stronger: the passage bears out only part of it."""
    if not is_prose(sentence):
        return None
    kept = untouched(sentence)
    forms: list[Callable[[str, random.Random], _Made]] = [
        _modals,
        _adverbs,
        _seeming,
        _reported,
        _rough,
        _stronger,
        _surer,
    ]
    chance.shuffle(forms)
    forms.sort(key=lambda form: form in (_rough, _stronger, _surer))
    for form in forms:
        made = [one for one in form(sentence, chance) if is_free(one[0], kept)]
        if made:
            (start, end), other = chance.choice(made)
            text = sentence[:start] + other + sentence[end:]
            stop = start + max(len(other), 1)
            while stop < len(text) and text[stop].isalnum():
                stop += 1
            return Edit("hedge", text, Support.PARTLY, ((start, min(stop, len(text))),))
    return None


def _modals(sentence: str, chance: random.Random) -> _Made:
    made: _Made = []
    for match in _MODAL.finditer(sentence):
        before = sentence[: match.start()]
        verb, following = match["verb"], match["next"] or ""
        if (match["modal"] == "could" and verb not in _COULD) or word_before(sentence, match.start()) in _PEOPLE:
            continue
        if re.search(r"\b(?:if|whether|so|than|as|how|what|which)\b[^,;.]{0,50}$", before, re.IGNORECASE):
            continue
        plural = subject_number(before)
        if plural is None:
            continue
        other = _flat(verb, following, plural)
        if other:
            end = match.end("next") if verb == "have" and following in ("been",) else match.end("verb")
            also = (
                match["also"]
                if match["also"] and match["also"].strip() in ("also", "therefore", "thus", "often")
                else ""
            )
            other = f"{other} {also.strip()}" if also and verb in ("be",) else f"{also or ''}{other}"
            made.append(((match.start(), end), other))
    return made


def _flat(verb: str, following: str, plural: bool) -> str:
    """The verb without "may": "be" → "is", "have been" → "was", "reduce" → "reduces"; "" where that is not known."""
    if verb == "be":
        return "are" if plural else "is"
    if verb == "have":
        if following == "been":
            return "were" if plural else "was"
        return "have" if plural else "has"
    if verb == "not":
        return ""
    known = VERBS.get(verb)
    return (known.base if plural else known.third) if known else ""


def _adverbs(sentence: str, chance: random.Random) -> _Made:
    made: _Made = [
        (match.span(), "")
        for match in _ADVERB.finditer(sentence)
        if word_before(sentence, match.start()) not in ("and", "or", "but", "a", "an", "not", "most")
    ]
    if match := _FIRST_ADVERB.match(sentence):
        made.append(((0, match.end() + 1), sentence[match.end()].upper()))
    return made


def _seeming(sentence: str, chance: random.Random) -> _Made:
    """ "appears to reduce" → "reduces", "is thought to be" → "is"."""
    made: _Made = []
    for match in _SEEMS.finditer(sentence):
        verb = match["verb"]
        if word_before(sentence, match.start()) in ("not", "n't", "to", "also", "would", "does", "did", "do", "may"):
            continue
        past = match["past"] or match["is"] in ("was", "were")
        plural = match["is"] in ("are", "were") if match["is"] else not match["third"]
        if match["past"]:
            seen = subject_number(sentence[: match.start()])
            if seen is None:
                continue
            plural = seen
        if verb == "be":
            other = ("were" if plural else "was") if past else ("are" if plural else "is")
        elif verb == "have":
            other = "had" if past else ("have" if plural else "has")
        else:
            known = VERBS.get(verb)
            other = "" if known is None else known.past if past else known.base if plural else known.third
        if other:
            made.append((match.span(), other))
    return made


def _reported(sentence: str, chance: random.Random) -> _Made:
    """ "X argues that it rained" → "It rained"."""
    made: _Made = []
    for form in (_REPORT, _IT_IS_SAID, _ACCORDING):
        if (match := form.match(sentence)) and (form is _ACCORDING or _CLAUSE.match(sentence, match.end())):
            if re.match(r"[^,]{0,40}\b(?:no|not|n't|nor|if)\b", match.group()):
                continue
            made.append(((0, match.end() + 1), sentence[match.end()].upper()))
    return made


def _rough(sentence: str, chance: random.Random) -> _Made:
    return [
        (match.span(), "exactly ")
        for match in _ABOUT.finditer(sentence)
        if word_before(sentence, match.start()) not in ("the", "in", "from", "of", "turned", "for", "or")
    ]


def _stronger(sentence: str, chance: random.Random) -> _Made:
    """ "suggest that" → "prove that", "is associated with" → "causes"."""
    made: _Made = [(match.span(), _STRONGER[match.group()]) for match in _SUGGEST.finditer(sentence)]
    for match in _ASSOCIATED.finditer(sentence):
        asked = re.search(r"\b(?:whether|if|not)\b[^,;.]*$", sentence[: match.start()]) is not None
        if not asked and word_before(sentence, match.start()) not in ("not", "that", "which", "and", "who", "it"):
            other = {"is": "causes ", "are": "cause "}.get(match["be"], "caused ")
            made.append((match.span(), other))
    return made


def _surer(sentence: str, chance: random.Random) -> _Made:
    """ "a possible role" → "a role", "a risk factor for" → "a cause of", "helps prevent" → "prevents"."""
    made: _Made = []
    for match in _UNSURE.finditer(sentence):
        article = match["article"]
        if article in ("a", "an"):
            article = "an" if match["noun"][0] in "aeio" else "a"
        if (
            word_before(sentence, match.start()) not in ("not", "is", "of", "most")
            and sentence[match.end() : match.end() + 1] != "("
        ):
            made.append(((match.start(), match.start("noun")), f"{article} "))
    for match in _RISK.finditer(sentence):
        article = match["article"].replace("an ", "a ") if not match["kind"] else match["article"]
        made.append((match.span(), f"{article}{match['kind']}cause{match['s']} of"))
    for match in _HELPS.finditer(sentence):
        verb = VERBS.get(match["verb"])
        if verb and word_before(sentence, match.start()) not in (
            "to",
            "can",
            "will",
            "may",
            "not",
            "could",
            "would",
            "might",
            "must",
        ):
            form = {"helps": verb.third, "help": verb.base, "helped": verb.past}[match["helps"]]
            made.append((match.span(), form))
    return made
