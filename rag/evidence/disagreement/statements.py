"""What a sentence says in numbers and dates: each value with what it is said of, and for which time.

A statement is what two documents can disagree on. Only the words tell what a value is said of: those of its
clause, of its sentence, and of the title and headings above it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache

from rag.evidence import Choice
from rag.sentences import sentences
from rag.terms import STOP_WORDS, terms
from rag.values.dates import MONTHS, Period, periods
from rag.values.measures import Quantity
from rag.values.quantities import quantities
from rag.values.units import SPELLINGS

_SINCE = re.compile(
    r"\b(?:since|from|as of|starting|effective|until|till|up to|before|after|version|replac\w+)\W*\Z", re.I
)
_VALID_FROM = re.compile(r"\b(?:(?P<effect>with effect )?from|since|as of|effective)\W*\Z", re.IGNORECASE)
_PAST = re.compile(
    r"\b(?:was|were|had|did|rose|fell|stood|came|went|gave|took|found|paid|made|became|grew|lost|won|ran|sank|caught"
    r"|(?<!the )(?<!an )(?<!a )(?<!be )(?<!is )(?<!are )(?<!been )(?<!may )[a-z]{3,}ed(?! by\b))\b"
)
_CORRECTING = re.compile(
    r"\b(?:first|originally|formerly|previously|initially|earlier|wrongly) (?:printed|given|reported|published|stated"
    r"|announced|\d)|\bformerly\b|\binstead of\b|\buntil now\b|\bcorrect(?:ed|ion)\b|\brevised\b|\bsuperseded?s?\b"
    r"|\bno longer\b|\b(?:lower|raise|change|shorten|extend|correct|revise)[a-z]*\b[^;]{0,60}"
    r"\bfrom\b[^;]{1,40}\bto\b|\bold(?:er)? (?:value|figure|limit|boards?|leaflets?)\b"
    r"|\bversion \d[^;:\n]{0,20}: [^;\n]{1,80}; version \d",
    re.IGNORECASE,
)
_OLD_OR_NEW = re.compile(
    r"\b(?:(?P<old>first|originally|formerly|previously|initially|earlier|wrongly|until now|instead of|from|older?)"
    r"|now|to|today|new)\b",
    re.IGNORECASE,
)
_DIFFERENCE_AFTER = re.compile(
    r"\W{0,2}(?:more|less|fewer|higher|lower|deeper|larger|smaller|longer|shorter|greater|older|younger|further"
    r"|too (?:high|low|many|few|much|little|long|short))\b"
)
_DIFFERENCE_BEFORE = re.compile(
    r"\b(?:by|if|unless|another|additional|extra|every|each|further|of which|of them|of these|including|plus|minus"
    r"|(?:increase|rise|fall|decrease|drop|loss|gain|growth|error|difference) of|to within)\s(?:about\s|only\s)?\Z",
    re.IGNORECASE,
)
_CLAUSE_BOUND = re.compile(r"[;–—(,]\s?|\s\||\b(?:but|while|whereas|although)\s|\)")
_LEANING = re.compile(r"(?:It|This|That|These|They|He|She|Its|Their|There)\b")
_BEFORE = 400  # characters before a sentence in which it may have its subject
_CLAUSE = 120  # characters of a clause on either side of its value
_ROW = re.compile(r"(?:^|; )([^;:]{1,80}): ([^;]*)")
_NAME = re.compile(r"(?<=[\w,;] )[A-Z][\w’'-]+|\b[A-Z]{1,4}[-.]?\d[\w-]*")
_MEAN_LEVEL = re.compile(r"\bmean ((?:sea|water|high|low|tide))\b", re.IGNORECASE)  # a level, and no mean of anything
_LEADER = re.compile(r"\.\s\.\s\.|\.{4}")  # a table of contents
_DAYS = frozenset(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"])
_CLOCK = re.compile(r"(?<![\d:.])(?:[01]?\d|2[0-3]):[0-5]\d(?![\d:])")


@dataclass(frozen=True, slots=True)
class Statement:
    """One value that a sentence gives. `value` stands in the sentence from `value.start` to `value.end`."""

    choice: Choice
    value: Quantity | Period
    clause: frozenset[str]
    """The telling terms of the value's clause; of a table's row, those of its column's name."""
    words: frozenset[str]
    """The telling terms of the sentence, without its numbers, dates and what the values count."""
    around: frozenset[str]
    """These and the terms of the title and the headings."""
    names: frozenset[str]
    fields: dict[str, str]
    """For a table's row, what it says in each column."""
    dates: tuple[str, ...]
    """The dates that the sentence is about: not those since or until which something holds."""
    valid_from: str
    """The date since which the value holds, "" where the sentence does not say."""
    is_past: bool
    is_correcting: bool

    @property
    def document_id(self) -> str:
        return self.choice.quote.hit.passage.document_id

    @property
    def written(self) -> str:
        """The value as the document writes it, in one line."""
        return " ".join(self.choice.quote.text[self.value.start : self.value.end].split())

    @property
    def is_replaced(self) -> bool:
        """Whether the sentence itself says that the value no longer holds."""
        before = self.choice.quote.text[max(0, self.value.start - 60) : self.value.start]
        marks = list(_OLD_OR_NEW.finditer(before))
        return self.is_correcting and bool(marks and marks[-1]["old"])


def statements_of(choice: Choice, wanted: Callable[[Quantity | Period], bool]) -> list[Statement]:
    """What a sentence states of the values that are wanted.

    Left out is what is only a difference or a part ("39 hectares more", "by 35 cm", "of which 12"). A
    sentence that corrects a value may leave out its unit ("first printed as 287, now 279").
    """
    text = choice.quote.text
    if _LEADER.search(text):
        return []
    fields = {name.strip(): said.strip() for name, said in _ROW.findall(text)} if text.count(": ") > 1 else {}
    dates, is_correcting = periods(text), bool(_CORRECTING.search(text))
    read: list[Quantity | Period] = [*quantities(text), *dates, *_clock_times(text)]
    values = [
        value
        for value in read
        if (wanted(value) or (is_correcting and not fields and isinstance(value, Quantity) and not value.unit))
        and not _is_difference(text, value)
    ]
    if not values:
        return []
    passage = choice.quote.hit.passage
    leant_on = _leant_on(choice)
    shared = Statement(
        choice,
        values[0],
        clause=frozenset(),
        words=telling(f"{leant_on} {text}"),
        around=telling(" ".join([leant_on, text, passage.title, *passage.headings])),
        names=frozenset(names_of(". ".join(fields.values()) if fields else text)),
        fields=fields,
        dates=(),
        valid_from=_valid_from(text, fields, dates),
        is_past=bool(_PAST.search(text)),
        is_correcting=is_correcting,
    )
    return [
        replace(
            shared,
            value=value if fields else _with_unit(value, read),
            dates=_dates_of(text, value, dates),
            clause=telling(_clause(text, value)),
            valid_from=_dated_by_its_column(fields, text[value.start : value.end]) or shared.valid_from,
        )
        for value in values
    ]


@lru_cache(maxsize=1)
def _untelling() -> frozenset[str]:
    return frozenset(term for word in [*STOP_WORDS, *SPELLINGS, *MONTHS] for term in terms(word))


def telling(text: str) -> frozenset[str]:
    """The terms of a text that say what it is about: no stop words, numbers, units, months."""
    text = _MEAN_LEVEL.sub(r"\1", text)
    return frozenset(term for term in terms(text) if not term[0].isdigit()) - _untelling()


def names_of(text: str) -> list[str]:
    """The words with a capital inside a sentence, and codes such as P7, as they are written."""
    return [name for name in _NAME.findall(text) if name.lower() not in MONTHS and name not in _DAYS]


def _leant_on(choice: Choice) -> str:
    """The sentence before one that begins with "It" or "This", which says what that stands for."""
    quote = choice.quote
    if not _LEANING.match(quote.text):
        return ""
    passage = quote.hit.passage
    before = passage.text[max(0, quote.start - passage.start - _BEFORE) : quote.start - passage.start]
    return before[sentences(before)[-1][0] :] if before.strip() else ""


def _valid_from(text: str, fields: dict[str, str], dates: list[Period]) -> str:
    """The date since which a sentence says that something holds; of a row with a period, where that begins."""
    told = _PAST.search(text)  # "the highest since 1976" tells of what was
    for date in dates:
        since = _VALID_FROM.search(text[max(0, date.start - 25) : date.start])
        if since and (not told or since["effect"]):
            return date.date
    period = next((said for name, said in fields.items() if "period" in name.lower()), "")
    return next((date.date for date in periods(period)), "")


def _dated_by_its_column(fields: dict[str, str], written: str) -> str:
    """The date in the name of a row's column that holds a value: "Version 2 (2020): 11 m/s"."""
    names = [name for name, said in fields.items() if said == written]
    return next((date.date for name in names for date in periods(name)), "")


def _clause(text: str, value: Quantity | Period) -> str:
    """The words between the nearest marks or conjunctions before and behind a value; of a row, its column and cell."""
    cells = _ROW.finditer(text) if text.count(": ") > 1 else ()
    cell = next((cell for cell in cells if cell.start(2) <= value.start < cell.end(2)), None)
    if cell:
        return cell.group()
    window = max(0, value.start - _CLAUSE)
    start = max((bound.end() for bound in _CLAUSE_BOUND.finditer(text, window, value.start)), default=window)
    behind = _CLAUSE_BOUND.search(text, value.end, value.end + _CLAUSE)
    return text[start : behind.start() if behind else value.end + _CLAUSE]


def _dates_of(text: str, value: Quantity | Period, dates: list[Period]) -> tuple[str, ...]:
    """The dates that a value is of: those named before it, else those behind it in its clause."""
    told = [date for date in dates if not _SINCE.search(text[max(0, date.start - 20) : date.start])]
    before = [date.date for date in told if date.end <= value.start]
    bound = _CLAUSE_BOUND.search(text, value.end)
    end = bound.start() if bound else len(text)
    return tuple(before or [date.date for date in told if value.start <= date.start < end])


def _with_unit(value: Quantity | Period, read: list[Quantity | Period]) -> Quantity | Period:
    """The value; a bare number with the unit of the one before it: "six and a half hours instead of four"."""
    if isinstance(value, Period) or value.unit:
        return value
    units = [each.unit for each in read if isinstance(each, Quantity) and each.unit and each.start < value.start]
    return replace(value, unit=units[-1]) if units else value


def _is_difference(text: str, value: Quantity | Period) -> bool:
    before = text[max(0, value.start - 30) : value.start]
    return bool(_DIFFERENCE_AFTER.match(text, value.end) or _DIFFERENCE_BEFORE.search(before))


def _clock_times(text: str) -> list[Period]:
    """The times of day, none of a span: "10:00 to 16:30" says when something is open, not when it happened."""
    found = [Period(match.group().zfill(5), *match.span()) for match in _CLOCK.finditer(text)]
    return found if len(found) == 1 else []
