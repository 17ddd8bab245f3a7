"""Edits of units: the same number of something else."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from evals.edits import Edit
from evals.edits.language import is_free, untouched
from rag.types import Support

# Words of one row measure one thing; each is put in the place of its neighbours. Singular and plural apart.
_ROWS = """
    millimetres centimetres metres kilometres miles
    millimeters centimeters meters kilometers miles
    millimetre centimetre metre kilometre mile
    millimeter centimeter meter kilometer mile
    inches feet yards miles
    inch foot yard mile
    mm cm m km
    hectares acres
    seconds minutes hours days weeks months years decades
    second minute hour day week month year decade
    ms s min
    µg mg g kg
    ng mg g
    μg mg g
    grams kilograms tonnes
    pounds ounces tons
    ml l
    litres millilitres
    liters milliliters gallons
    nm µm mm
    nM µM mM
    thousand million billion trillion
    hundred thousand million
    dollars euros pounds yen
    dollar euro pound
    watts kilowatts megawatts gigawatts
    W kW MW GW
    Hz kHz MHz GHz
    kilobytes megabytes gigabytes terabytes
    KB MB GB TB
    bp kb Mb
    °C °F
""".strip().splitlines()
_NEIGHBOURS: dict[str, list[str]] = {}
for _row in _ROWS:
    _members = _row.split()
    for _place, _member in enumerate(_members):
        _NEIGHBOURS.setdefault(_member, []).extend(
            other for other in _members[max(0, _place - 2) : _place + 3] if other != _member
        )
_NUMBER_BEFORE = (
    r"(?:\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty"
    r"|sixty|ninety|hundred"
    r"|thousand|million|billion|several|few))"
)
_UNIT = re.compile(
    rf"{_NUMBER_BEFORE}[ -]?"
    rf"(?P<unit>{'|'.join(sorted(map(re.escape, _NEIGHBOURS), key=len, reverse=True))})(?<!\d\d\d\ds)"
    r"(?![\w²³/^*·-])"
)
_FOLLOWED_BY_MINUS = re.compile(r"\s?[·⋅^−-]?\s?\(?-\s?\d|\s?\(-")
_RATE = re.compile(
    r"\b(?:per|a|each|every) (?P<unit>second|minute|hour|day|week|month|year)\b(?! (?:before|after|later|of|earlier))"
)
_HOW_OFTEN = re.compile(r"\b(?:daily|weekly|monthly|annually|yearly)\b(?! (?:life|Mail))")
_OFTEN = ("daily", "weekly", "monthly", "annually")
_CHANGE = re.compile(
    r"\b(?:by|of|(?:increase|decrease|reduction|drop|rise|fall|decline|growth)[a-z]* (?:by|of)) "
    r"(?:about |nearly |over )?"
    r"\d[\d.,]*(?P<unit> ?(?:%|percent\b|per cent\b))(?! (?:of|to|CI|confidence))"
)
_RISES = re.compile(r"increas|decreas|reduc|drop|ris|rose|fell|fall|declin|grew|grow|improv|lower|cut", re.IGNORECASE)
_SIGN = re.compile(r"(?:US)?(?P<unit>[$€£])(?= ?\d)")


def unit(sentence: str, context: str, others: Sequence[str], chance: random.Random) -> Edit | None:
    """The same number of another unit: hours for days, millions for billions, euros for dollars."""
    kept = untouched(sentence)
    made: list[tuple[int, int, str]] = []
    for match in _UNIT.finditer(sentence):
        is_letter = len(match["unit"]) == 1 and not re.search(r"(?<!\d{4})\d[ -]?\Z", sentence[: match.start("unit")])
        if not is_letter and not _FOLLOWED_BY_MINUS.match(sentence, match.end()):
            made.append((*match.span("unit"), chance.choice(_NEIGHBOURS[match["unit"]])))
    for match in _SIGN.finditer(sentence):
        made.append((*match.span("unit"), chance.choice([sign for sign in "$€£" if sign != match["unit"]])))
    for match in _CHANGE.finditer(sentence):
        if _RISES.search(sentence, max(0, match.start() - 40), match.start() + 12):
            made.append((*match.span("unit"), " percentage points"))
    for match in _RATE.finditer(sentence):
        if re.match(r"per|each|every", match.group()) or re.search(
            r"\d[^.;]{0,30}$|times? $|once $", sentence[: match.start()]
        ):
            made.append((*match.span("unit"), chance.choice(_NEIGHBOURS[match["unit"]])))
    for match in _HOW_OFTEN.finditer(sentence):
        made.append((*match.span(), chance.choice([one for one in _OFTEN if one != match.group()])))
    made = [one for one in made if is_free((one[0], one[1]), kept)]
    if not made:
        return None
    start, end, other = chance.choice(made)
    text = sentence[:start] + other + sentence[end:]
    place = start + len(other) - len(other.lstrip())
    return Edit("unit", text, Support.CONTRADICTED, ((place, start + len(other)),))
