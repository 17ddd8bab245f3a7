"""Other ways to write the same: numbers, dates, units, contractions, spelling, marks."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from decimal import Decimal

from evals.edits.language import is_free, untouched
from rag.values.measures import Bound
from rag.values.quantities import quantities

_MONTHS = "January February March April May June July August September October November December".split()
_MONTH = "|".join(_MONTHS)
_ONES = "zero one two three four five six seven eight nine ten eleven twelve".split()
_THOUSANDS = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3})+(?![\w,]|\.\d)")
_PLAIN = re.compile(r"(?<![\w.,:/-])(?:[1-9]\d{4,6})(?=[ ](?!Hz|bp)[a-z]{3,})(?![\w.,:/-]\d)")
_PERCENT = re.compile(r"(?<=\d) ?(?:%|percent\b|per cent\b)(?! ?(?:CI|confidence))")
_MILLIONS = re.compile(r"(?<![\w.,])(\d{1,3}(?:\.\d{1,2})?) (million|billion)\b")
_ROUND = re.compile(r"(?<![\w.,$€£])(\d{1,3}),(\d)00,000(?![\w,])")
_SMALL = re.compile(
    r"(?<![\w.,/%$€£(:+×-])(?<!- )(?<!type )(?<!Type )(?<!grade )(?<!phase )(?<!stage )(?<!class )(?:[2-9]|1[0-2])"
    r"(?= (?!and\b|or\b|to\b|of\b|in\b|on\b|at\b|million|billion|percent|per\b)[a-z]{4,}s\b)"
)
_WORDED = re.compile(
    r"(?<![\w-])(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)(?= (?!thirds|quarters"
    r"|hundred|thousand)[a-z]{3,}s\b)"
)
_DAY_FIRST = re.compile(rf"(?<![\w,-])(\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH})(?: ?,)? (\d{{4}})\b")
_MONTH_FIRST = re.compile(rf"\b({_MONTH}) (\d{{1,2}})(?:st|nd|rd|th)? ?, (\d{{4}})\b")
_NO_YEAR = re.compile(
    rf"\b({_MONTH}) (\d{{1,2}})\b(?! ?,? ?\d|[:.]\d|th|st|nd|rd)|(?<![\w,.-])(\d{{1,2}}) ({_MONTH})\b(?! ?,? ?\d)"
)
_CENTURIES = {
    "nineteenth": "19th",
    "twentieth": "20th",
    "eighteenth": "18th",
    "seventeenth": "17th",
    "sixteenth": "16th",
}
_CENTURY = re.compile(rf"\b(?:{'|'.join([*_CENTURIES, *_CENTURIES.values()])})(?=[ -]+centur)")
_CONTRACTED = (
    (re.compile(r"\b(is|are|was|were|has|have|had|does|did|do|could|would|should) not\b(?! only)"), r"\1n't"),
    (re.compile(r"\b(is|are|was|were|has|have|had|does|did|do|could|would|should) ?n['’]t\b"), r"\1 not"),
    (re.compile(r"\bcannot\b"), "can't"),
    (re.compile(r"\b(It|it|He|he|She|she|There|there) is (?!n['’]t)(?=[a-z])"), r"\1's "),
    (re.compile(r"\b(I|you|we|they|We|They|You) (?:have) (?=[a-z]+ed\b)"), r"\1've "),
    (re.compile(r"\b(they|we|you|They|We|You) are (?=[a-z])"), r"\1're "),
    (re.compile(r"\bwill not\b"), "won't"),
)
_SPELLINGS = """
    color:colour colors:colours colored:coloured behavior:behaviour behaviors:behaviours favorite:favourite labor:labour
    honor:honour neighbor:neighbour neighboring:neighbouring rumor:rumour harbor:harbour humor:humour flavor:flavour
    vapor:vapour tumor:tumour tumors:tumours center:centre centers:centres theater:theatre theaters:theatres meter:metre
    meters:metres kilometer:kilometre kilometers:kilometres liter:litre liters:litres fiber:fibre fibers:fibres
    caliber:calibre organization:organisation organizations:organisations organized:organised recognized:recognised
    recognize:recognise realized:realised characterized:characterised characterize:characterise analyzed:analysed
    analyze:analyse analyzing:analysing emphasized:emphasised hospitalized:hospitalised randomized:randomised
    standardized:standardised summarize:summarise summarized:summarised utilized:utilised localized:localised
    specialized:specialised generalized:generalised colonized:colonised authorized:authorised criticized:criticised
    anemia:anaemia edema:oedema fetal:foetal pediatric:paediatric hemoglobin:haemoglobin leukemia:leukaemia
    ischemia:ischaemia ischemic:ischaemic hemorrhage:haemorrhage diarrhea:diarrhoea esophageal:oesophageal
    estrogen:oestrogen traveled:travelled traveling:travelling traveler:traveller canceled:cancelled modeling:modelling
    modeled:modelled labeled:labelled labeling:labelling signaling:signalling defense:defence offense:offence
    license:licence program:programme programs:programmes gray:grey jewelry:jewellery aluminum:aluminium
    plow:plough skeptical:sceptical mold:mould catalog:catalogue dialog:dialogue fulfill:fulfil enrollment:enrolment
    aging:ageing judgment:judgement sulfur:sulphur airplane:aeroplane
"""
_SPELLED = {
    **dict(pair.split(":") for pair in _SPELLINGS.split()),
    **{pair.split(":")[1]: pair.split(":")[0] for pair in _SPELLINGS.split()},
}
_SPELLING = re.compile(rf"(?<![\w-])(?:{'|'.join(_SPELLED)})(?![\w])")
_UNITS = dict(
    pair.split(":")
    for pair in (
        "kilometres:km kilometers:km metres:m meters:m centimetres:cm millimetres:mm kilograms:kg milligrams:mg"
        " miles:mi feet:ft minutes:min seconds:s hours:h"
    ).split()
)
_LONG = re.compile(rf"(?<=\d )(?:{'|'.join(_UNITS)})\b(?! per| of| and)")
_SHORT = {
    "km": "kilometres",
    "cm": "centimetres",
    "mm": "millimetres",
    "kg": "kilograms",
    "mg": "milligrams",
    "ft": "feet",
    "mi": "miles",
}
_SHORTS = re.compile(rf"(?<=\d )(?:{'|'.join(_SHORT)})\b(?! ?[\d/²³^(·*-]|/|\s?\()")
_EQUAL = re.compile(
    r"(?<![\w.,-])(?P<count>\d{1,3}) (?P<unit>months|minutes|hours|weeks|km|kg|kilometres|years"
    r"|days)\b(?! (?:of age|old))"
)
_LARGER = {
    "months": (12, "years"),
    "minutes": (60, "hours"),
    "hours": (24, "days"),
    "days": (7, "weeks"),
    "years": (10, "decades"),
}
_SMALLER = {"km": (1000, "m"), "kg": (1000, "g"), "kilometres": (1000, "metres"), "weeks": (7, "days")}
_SPACED = re.compile(r" (?=[,.;:?!)](?:\s|$))|(?<=\() ")


def number_format(sentence: str, context: str, chance: random.Random) -> str:
    """1,000 and 1000; 14 % and 14 percent; 2.5 million and 2,500,000; 3 and three."""
    forms: list[Callable[[str], str]] = [
        lambda text: _THOUSANDS.sub(lambda m: m.group().replace(",", chance.choice(["", " "])), text),
        lambda text: _PLAIN.sub(lambda m: f"{int(m.group()):,}", text),
        lambda text: _PERCENT.sub(chance.choice(["%", " %", " percent", " per cent"]), text),
        lambda text: _MILLIONS.sub(_in_figures, text),
        lambda text: _ROUND.sub(lambda m: f"{m[1]}.{m[2]} million" if m[2] != "0" else f"{m[1]} million", text),
        lambda text: _SMALL.sub(lambda m: _ONES[int(m.group())], text, count=1),
        lambda text: _WORDED.sub(lambda m: str(_ONES.index(m.group())), text, count=1),
    ]
    return _first_changed(sentence, forms, chance)


def rounded(sentence: str, context: str, chance: random.Random) -> str:
    """1,234 as "about 1,200", "over 1,200" or "nearly 1,250": rounded, and bounded from the right side."""
    kept = untouched(sentence)
    said = [
        one
        for one in quantities(sentence)
        if one.bound is Bound.EXACT
        and not isinstance(one.value, tuple)
        and one.unit
        and is_free((one.start, one.end), kept)
    ]
    chance.shuffle(said)
    for one in said:
        figures = re.match(r"\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?", one.text)
        before = sentence[max(0, one.start - 12) : one.start]
        if not figures or re.search(
            r"[(=±~–-]\s?$|\b(?:the|of the|first|last|to|and|or|than|exactly|only|from|between|an?|all|of)\s$", before
        ):
            continue
        if re.match(r"\s?(?:±|\+|-|–|to\b|CI|\()", sentence[one.end :]):
            continue
        if said_so := _rounded(figures.group(), chance):
            return sentence[: one.start] + said_so + sentence[one.start + figures.end() :]
    return ""


def _rounded(figures: str, chance: random.Random) -> str:
    value = Decimal(figures.replace(",", ""))
    if value < 10 or len(figures.replace(",", "").replace(".", "").strip("0")) < 3:
        return ""
    digits = len(str(int(value)))
    step = Decimal(10) ** (digits - 2)
    low = (value // step) * step
    high = low + step
    if low == value or value - low < step / 20 or high - value < step / 20:
        return ""
    near = low if value - low <= high - value else high
    ways = [f"about {near:,.0f}", f"more than {low:,.0f}", f"over {low:,.0f}"]
    ways += [f"nearly {high:,.0f}"] if high - value < step / 3 else []
    return chance.choice(ways)


def date_format(sentence: str, context: str, chance: random.Random) -> str:
    """5 May 2022, May 5, 2022, 2022-05-05, 05.05.2022."""

    def written(day: str, month: str, year: str) -> str:
        number, value = _MONTHS.index(month) + 1, int(day)
        forms = [f"{value} {month} {year}", f"{month} {value}, {year}", f"{year}-{number:02}-{value:02}"]
        return chance.choice(
            [*forms, f"{value:02}.{number:02}.{year}", f"the {value}{_suffix(value)} of {month} {year}"]
        )

    text = _DAY_FIRST.sub(lambda m: written(m[1], m[2], m[3]), sentence)
    text = _MONTH_FIRST.sub(lambda m: written(m[2], m[1], m[3]), text)
    if text == sentence:
        text = _NO_YEAR.sub(lambda m: f"{m[2]} {m[1]}" if m[1] else f"{m[4]} {m[3]}", text)
    if text == sentence:
        other = {**_CENTURIES, **{figures: words for words, figures in _CENTURIES.items()}}
        text = _CENTURY.sub(lambda m: other[m.group()], text)
    return text


def _suffix(day: int) -> str:
    return "th" if 10 < day < 14 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def unit_format(sentence: str, context: str, chance: random.Random) -> str:
    """5 km and 5 kilometres; 24 months and 2 years; 3 km and 3,000 m."""
    forms: list[Callable[[str], str]] = [
        lambda text: _LONG.sub(lambda m: _UNITS[m.group()], text),
        lambda text: _SHORTS.sub(lambda m: _SHORT[m.group()], text),
        lambda text: _EQUAL.sub(_reckoned, text, count=1),
    ]
    return _first_changed(sentence, forms, chance)


def _reckoned(match: re.Match[str]) -> str:
    count, unit = int(match["count"]), match["unit"]
    if unit in _LARGER:
        size, other = _LARGER[unit]
        if count % size == 0 and count // size > 1:
            return f"{count // size} {other}"
    elif count > 1 or unit in ("km", "kg"):
        size, other = _SMALLER[unit]
        return f"{count * size:,} {other}"
    return match.group()


def contraction(sentence: str, context: str, chance: random.Random) -> str:
    """is not, isn't."""
    return _first_changed(sentence, [_substituting(form, by) for form, by in _CONTRACTED], chance)


def _substituting(form: re.Pattern[str], by: str) -> Callable[[str], str]:
    return lambda text: form.sub(by, text, count=1)


def spelling(sentence: str, context: str, chance: random.Random) -> str:
    """Colour, color."""
    kept = untouched(sentence)
    return _SPELLING.sub(lambda m: _SPELLED[m.group()] if is_free(m.span(), kept) else m.group(), sentence)


def typography(sentence: str, context: str, chance: random.Random) -> str:
    """Quotation marks, spaces before stops, emphasis, dashes."""
    text = _SPACED.sub("", sentence).replace(" 's ", "'s ").replace(" n't", "n't")
    if chance.random() < 0.5:
        text = re.sub(r"(?<=[a-z]) - (?=[a-z])", "-", text)
    text = re.sub(r"``\s?(.{1,200}?)\s?''", chance.choice([r'"\1"', "“\\1”", r"'\1'"]), text)
    if chance.random() < 0.3:
        text = re.sub(r"[“”]", '"', text)
    words = text.split(" ")
    if chance.random() < 0.25 and len(words) > 3:
        place = chance.randrange(len(words))
        if re.fullmatch(r"[\w-]+", words[place]):
            words[place] = chance.choice(["**{}**", "*{}*"]).format(words[place])
        text = " ".join(words)
    return text


def _in_figures(match: re.Match[str]) -> str:
    return f"{int(Decimal(match[1]) * (1_000_000 if match[2] == 'million' else 1_000_000_000)):,}"


def _first_changed(sentence: str, forms: list[Callable[[str], str]], chance: random.Random) -> str:
    chance.shuffle(forms)
    return next((text for form in forms if (text := form(sentence)) != sentence), "")
