"""What the words of a sentence say about who holds it: that somebody is named, that it is hedged, that it says "I".

These look at one sentence and nothing around it. Names and verbs are told by form and by short lists of
general English (and some German), never by what a document is about.
"""

from __future__ import annotations

import re

from rag.sentences import LONGEST

_UPPER = "A-ZÀ-ÖØ-ÞĆČĐĞŁŃŐŚŠŞŻŽİ"
_CAPITALISED = rf"(?:[{_UPPER}][\w’'-]*[^\W_](?<![’']s)|[{_UPPER}]\.)"
_TITLE = (
    r"(?:Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Sir|Dame|Lord|Lady|Rev|Reverend|Frau|Herr|Mayor|President|Senator|Judge"
    r"|Justice|Captain|Minister|Chancellor|Councillor|Sister|Father|Commissioner)\b\.?"
)
NAME = (
    rf"(?:{_TITLE} ){{0,3}}{_CAPITALISED}"
    rf"(?: (?:(?:von|van|de|der|den|del|la|le|du|di|da|bin|al|zu|zur|ten|ter) ){{0,2}}{_CAPITALISED}){{0,3}}"
)
"""The regular expression of a name: titles, then one to four capitalised words."""

_PERSON = re.compile(rf"{_TITLE} {NAME}|{NAME}")
_TITLED = re.compile(rf"{_TITLE} ")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What is capitalised at the head of a sentence, or for being a day or a month, and names nobody.
_NO_NAME = _words(
    "the a an this that these those it he she they we you i there here in on at as for from by with after "
    "before during "
    "since while when where if although though because however but and or so then thus therefore what who why how both "
    "each all some many most no nor not one once under upon to such also his her our my your their its today yesterday "
    "now yet still perhaps maybe only even every nobody everybody somebody nothing monday tuesday wednesday thursday "
    "friday saturday sunday january february march april may june july august september october november december "
    "decision item section table figure chapter der die das ein eine und er sie wir ich es im in am"
)
_COMPANIES = re.compile(
    r"\b(station|office|association|university|institute|foundation|agency|ministry|department|committee|council|board"
    r"|company|corporation|inc|ltd|llc|plc|gmbh|verein|stiftung|service|press|group|team|society|union|guild|bank"
    r"|museum|school|college|library|authority|staff|editors?|redaktion|newspaper|times|centre|center)\b",
    re.IGNORECASE,
)

# With these a person says what he holds, whatever follows.
_HOLDING = (
    r"argu(?:es?|ed)|claim(?:s|ed)?(?= that| to\b| the\b| he\b| she\b| it\b| there\b)|sa(?:ys?|id)|thinks?"
    r"|thought|believe[sd]?|consider(?:s|ed)|maintain(?:s|ed)(?= that)|insist(?:s|ed)?|suspect(?:s|ed)"
    r"|fear(?:s|ed)(?= that| the)"
    r"|hope[sd]?|(?<!no )doubt(?:s|ed)?|warn(?:s|ed)?|assert(?:s|ed)?|contend(?:s|ed)?|reckon(?:s|ed)?|expect(?:s|ed)?"
    r"|propose[sd]?|recommend(?:s|ed)?|point(?:s|ed) out|denie[sd]|concede[sd]?|admit(?:s|ted)?"
    r"|complain(?:s|ed)?|object(?:s|ed)"
    r"|disagree[sd]?|suppose[sd]?|assume[sd]?|calls? for|called for|demand(?:s|ed)?|urge[sd]?|criticise[sd]?"
    r"|criticize[sd]?|regard(?:s|ed)|would (?:like|prefer|rather)|predict(?:s|ed)?|allege[sd]?|speculate[sd]?"
    r"|remember(?:s|ed)|recall(?:s|ed)?|conclude[sd]?|is (?:convinced|sure|certain|sceptical|against|in favour)"
    r"|was (?:convinced|sure|certain|sceptical|against|in favour)|support(?:s|ed)|favou?r(?:s|ed)|suggest(?:s|ed)"
    r"|meint|glaubt|sagt|sagte|behauptet|findet|fordert|warnt|hofft|vermutet"
)
# These mean something else as often, unless a clause or its words follow.
_TELLING_VERBS = (
    r"(?:hold|held|find|found|report|reported|note|noted|add|added|ask|asked|tell|told|write|wrote|state|stated|show"
    r"|explain|explained|remark|remarked|repl(?:y|ied|ies)|answer|answered|announce|announced|observe|observed|stress"
    r"|stressed|emphasise|emphasised|emphasize|emphasized|confirm|confirmed|declare|declared|feel|felt|know|knew"
    r"|understand|indicate|indicated|acknowledge|acknowledged|recount|recounted|put it)(?:e?s)?"
)
_TELLING = rf"{_TELLING_VERBS}(?= that\b|,? ?[:“\"„«]| (?:\w+ ){{1,3}}that\b)"
_AUXILIARIES = (
    r"(?:(?:has|have|had|also|still|now|then|therefore|further|thus|himself|herself|themselves|itself"
    r"|always|never|often"
    r"|once|again|later|even|only|would|will|did|does|do|not|rightly|wrongly|\w{2,20}ly) ){0,3}"
)
_REPORTING = re.compile(rf"\b(?:{_HOLDING}|{_TELLING})(?!\w)")
_PRONOUN = re.compile(rf"(?:[\w ]{{0,30}}, )?(He|She|They|It|Er|Sie) {_AUXILIARIES}(?:{_HOLDING}|{_TELLING})(?!\w)")

_PEOPLE = (
    "critics|others|residents|opponents|supporters|experts|people|researchers|scientists|neighbours|neighbors|readers"
    "|visitors|members|officials|observers|locals|historians|economists|everybody|everyone|nobody"
)
_SOME_PEOPLE = re.compile(_PEOPLE, re.IGNORECASE)
_GROUP = (
    rf"(?:(?:[Tt]he|[Aa]n?|[Ss]ome|[Mm]any|[Ss]everal|[Mm]ost|[Aa]ll|[Oo]ther|[Oo]ne|[Hh]is|[Hh]er"
    rf"|[Tt]heir|[Oo]ur|[Mm]y"
    rf"|[Dd]ie|[Dd]er|[Dd]as) (?:[\w’'-]{{1,30}} ){{0,3}}[\w’'-]{{1,30}}|(?i:{_PEOPLE}))"
)
_ASIDE = r"(?:, [^,.;:]{1,80},|(?: \([^()]{1,60}\))|(?: (?:at|of|from|for)(?: [\w’'-]{1,30}){1,5}?))?"
_SUBJECT = re.compile(rf"(?:^|(?<=[\s“\"„«(]))(?P<holder>{NAME}|{_GROUP}){_ASIDE} {_AUXILIARIES}$")
_AFTER_WORDS = re.compile(
    rf"[”\"“»][,.]? (?:{_AUXILIARIES})(?:{_HOLDING}|{_TELLING_VERBS}) "
    rf"(?P<holder>{NAME}|{_GROUP})"
)
_ACCORDING = re.compile(
    rf"\b(?i:according to|in the (?:view|opinion|words|judgement|judgment|eyes) of|laut"
    rf"|nach (?:ansicht|meinung|angaben) von) (?P<holder>{NAME}|{_GROUP})"
)
_AS_TOLD = re.compile(rf"\b[Aa]s (?P<holder>{NAME}|{_GROUP}) {_AUXILIARIES}(?:{_HOLDING}|{_TELLING_VERBS})\b")
_POSSESSIVE = re.compile(
    rf"(?P<holder>{NAME}|[Tt]he (?:[\w-]{{1,30}} ){{0,2}}[\w-]{{1,30}}?)(?:[’']s|(?<=s)[’'])"
    r"(?: own)? (?:view|opinion|belief|claim|argument|proposal|demand|suggestion|judgement|judgment"
    r"|theory|answer|guess)\b"
)
_EVIDENCE = re.compile(
    r"\b(data|results?|figures?|findings?|evidence|analys[ei]s|measurements?|models?|tables?|values?|numbers?|counts?"
    r"|records?|tests?|surveys?|curves?|maps?)$",
    re.IGNORECASE,
)
_IMPLYING = re.compile(r"suggest|indicate|show|find|found")

_HEDGES = re.compile(
    r"\b(?:may|might|could (?:be|have|well)|perhaps|maybe|possibly|probably|presumably|apparently|reportedly|allegedly"
    r"|supposedly|arguably|conceivably|seem(?:s|ed|ingly)?|appear(?:s|ed)? to|suggest(?:s|ed|ing)?|indicat(?:es?|ed)"
    r"|likely|unlikely|(?:is|are|was|were) (?:said|thought|believed|expected|rumou?red|supposed|assumed|alleged)"
    r" (?:to|that)|it is (?:said|thought|believed|possible|conceivable)|expect(?:s|ed)?|argu(?:es?|ed)"
    r"|claim(?:s|ed)? (?:that|to)"
    r"|suspect(?:s|ed)|thinks?|believe[sd]?|consider(?:s|ed)?|hope[sd]?|fear(?:s|ed)?|doubt(?:s|ed)?|estimate[sd]?"
    r"|assume[sd]?|presume[sd]?|speculate[sd]?|according to|not (?:certain|clear|proven|sure)|uncertain"
    r"|vielleicht|vermutlich|wahrscheinlich|möglicherweise|angeblich|offenbar|wohl|dürfte|könnten?)\b"
)
_PAPERS = re.compile(
    r"\b(by-?laws?|laws?|act|agreement|contract|report|rules|regulations?|statutes?|treaty|minutes|constitution|court"
    r"|government|guidelines?|protocol|handbook|manual|police)\b"
)
_QUOTED_WORDS = re.compile(r"[“„«\"][^“”„«»\"]{0,1000}[”“»\"]")

_I = re.compile(
    r"(?:(?P<before>[^\W_]{1,30})[ \n])?(?P<quote>[“\"„(]?)(?<![^\s“\"„(—–])I(?![^\s’',;—–])"
    r"(?P<after>[’'](?:m|ve|d|ll)\b|,? (?:am|think|believe|hope|suppose|guess|cannot)\b)?"
)
_OPENING = _words(
    "but and when if so yet then now here today as since because although though while where what before after that "
    "nor or once perhaps personally frankly yesterday yes no well still also until unless only why how which "
    "whether for maybe sometimes often never this all the"
)
_MINE = re.compile(
    r"(?<![^\s“\"„(])(?:me(?![^\s,.;:!?)”\"])|myself|of mine|is mine|(?:in |to |by )?my(?! [A-Z]))\b|(?:^"
    r"|(?<=[.!?“\"„] ))My (?![A-Z])|\b[Ii]ch\b"
    r"|\b[Mm]eine?[rsnm]?\b"
)
_OUR_VIEW = re.compile(
    r"\b[Ww]e (?:\w+ly |also |still |therefore |strongly |do |would |must |should ){0,2}"
    r"(?:recommend|believe|think|consider|expect|hope|suggest|propose|regret|urge|feel|fear|doubt|argue"
    r"|assume|suspect|ask|demand|call|welcome|regard|conclude)\b|\b[Ii]n our (?:view|opinion|judgement"
    r"|judgment|experience)\b"
    r"|\b[Ww]ir (?:glauben|meinen|finden|empfehlen|hoffen|fordern)\b"
)
_JUDGING = re.compile(
    r"\b(?:should|must|ought|let[’']s|need(?:s|ed)? to|ha(?:s|ve) to|unfortunately|sadly|clearly"
    r"|obviously|surely|arguably"
    r"|perhaps|frankly|hopefully|luckily|fortunately|of course|the (?:best|worst|right|wrong)|scandal\w*"
    r"|shame\w*|absurd\w*"
    r"|disgrace\w*|wonderful\w*|unwise|wise|foolish\w*|wrong\w*|unfair\w*|fair|ridiculous\w*|mistake\w*"
    r"|better|worse|good"
    r"|bad\w*|honest\w*|important\w*|necessary|dangerous\w*|terribl\w+|excellent\w*|beautiful\w*|nonsense|disappoint\w*"
    r"|splendid\w*|too (?:many|much|little|few|late|fast|slow|small|big|expensive)|seems?|exaggerated|never|nobody"
    r"|sollten?|müssen?|muss|dürfen|darf|leider|hoffentlich|natürlich|schlecht\w*|falsch\w*|besser)\b",
    re.IGNORECASE,
)


def attributed(text: str) -> str:
    """Whom the sentence itself names as the holder of what it says ("Ann Hale", "the Guild"), or "".

    A pronoun is no name. Only the first 1000 characters are read, the length of the longest sentence.
    """
    text = " ".join(text[:LONGEST].split())
    for form in (_ACCORDING, _AFTER_WORDS, _AS_TOLD, _POSSESSIVE):
        if found := form.search(text):
            holder = _trimmed(found["holder"])
            if holder:
                return holder
    outside = _QUOTED_WORDS.sub(lambda words: '"' + " " * (len(words.group()) - 2) + '"', text)
    for verb in _REPORTING.finditer(outside):
        subject = _SUBJECT.search(outside, max(0, verb.start() - 200), verb.start())
        holder = _trimmed(subject["holder"]) if subject else ""
        implied = _EVIDENCE.search(holder) or (_IMPLYING.match(verb.group()) and not named_person(holder))
        if holder and not implied:
            return holder
    return ""


def hedged(text: str) -> bool:
    """Whether the sentence says less than that something is so: may, seems, is said to, expects, argues.

    A permission ("may carry twelve") counts too, since only its sense tells it from a possibility.
    """
    text = text[:LONGEST].lstrip()
    if not text.startswith("May "):  # the month
        text = text[:1].lower() + text[1:]
    return bool(_HEDGES.search(text))


def says_i(text: str) -> bool:
    """Whether somebody speaks of himself in the singular, outside of quotation marks that the text closes."""
    outside = _QUOTED_WORDS.sub(" ", text)
    if _MINE.search(outside):
        return True
    return any(_is_pronoun(found) for found in _I.finditer(outside))


def says_our_view(text: str) -> bool:
    """Whether somebody gives a view in the plural: "we believe", "in our opinion"."""
    return bool(_OUR_VIEW.search(_QUOTED_WORDS.sub(" ", text)))


def judges(text: str) -> bool:
    """Whether the sentence judges or demands: should, must, unfortunately, a mistake."""
    return bool(_JUDGING.search(text))


def reporting_pronoun(text: str) -> str:
    """The pronoun of a sentence like "She adds that", which names nobody by itself, or ""."""
    found = _PRONOUN.match(text)
    return found[1] if found else ""


def named_person(text: str) -> str:
    """The text if it is the name of a person by its form: a title or two capitalised words, no institution."""
    text = _trimmed(text)
    words = text.split()
    formed = _PERSON.fullmatch(text) and (len(words) > 1 or _TITLED.match(text))
    return text if formed and not _COMPANIES.search(text) and not text.isupper() else ""


def has_name(holder: str) -> bool:
    """Whether one knows who or what a holder is: "Ann Hale", "the Guild", "the by-laws", not "some readers"."""
    if holder.startswith("the ") and (_COMPANIES.search(holder) or _PAPERS.search(holder)):
        return True
    return any(word[:1].isupper() and word.lower() not in _NO_NAME for word in holder.split())


def _trimmed(holder: str) -> str:
    """A holder without the word that is capitalised only because the sentence begins with it."""
    holder = holder.strip(" ,;:")
    if _SOME_PEOPLE.fullmatch(holder):
        return holder.lower()
    words = holder.split(" ")
    article = words[0].lower() in ("the", "a", "an", "some", "many", "several", "most", "one", "other", "all")
    if article:
        return " ".join([words[0].lower(), *words[1:]]) if len(words) > 1 else ""
    while words and words[0].lower() in _NO_NAME and len(words) > 1 and not words[0].islower():
        words = words[1:]
    return "" if " ".join(words).lower() in _NO_NAME else " ".join(words)


def _is_pronoun(found: re.Match[str]) -> bool:
    """Whether this is the pronoun and not a numeral ("Phase I")."""
    before = found["before"] or ""
    return bool(found["quote"] or found["after"] or not before[:1].isupper() or before.lower() in _OPENING)
