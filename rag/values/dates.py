"""The dates that a text speaks of, and the date of a document.

A date is written as far as it is known, in the manner of ISO 8601: "2022-05-04", "2022-05", "2022", "2019/2022"
from one year to another, "--01-09" and "--01" without a year, and "" where nothing is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath

from rag.sentences import sentences
from rag.types import Document, Interval

_MONTH_NAMES = """
    jan january januar jänner janvier
    feb february februar février
    mar march märz mars
    apr april avril
    may mai
    jun june juni juin
    jul july juli juillet
    aug august août
    sep sept september septembre
    oct october okt oktober octobre
    nov november novembre
    dec december dez dezember décembre
"""
MONTHS = {name: number for number, names in enumerate(_MONTH_NAMES.strip().splitlines(), 1) for name in names.split()}
"""The names of the months, in small letters, and their numbers."""
# A word in a sentence that is also a month, or a short form that is also a word or a name.
_UNSURE_ALONE = frozenset(["jan", "mar", "may", "mars", "mai", "jun", "sep", "dec", "march", "august", "avril"])
_MONTH = "|".join(sorted((name.capitalize() for name in MONTHS), key=len, reverse=True))
_YEAR = r"(?:1[5-9]|20)\d{2}"
# No look-behind for each alternative: a number or a word is read only where one can begin.
_DATE = re.compile(
    rf"""(?<![\w.,/§-])(?:
        (?P<iso>{_YEAR}-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|[12]\d|3[01]))?)
            (?:T\d\d:\d\d(?::\d\d)?(?:\.\d{{1,9}})?(?:Z|[+-]\d\d:?\d\d)?)?(?![\w-])
      | (?P<day_first>\d{{1,2}})(?P<dot>[./])(?P<second>\d{{1,2}})(?P=dot)(?P<numbered_year>{_YEAR})(?!\d)
      | (?P<day>[12]\d|3[01]|0?[1-9])(?:\.|st|nd|rd|th)?[ ](?:of[ ])?(?P<month>{_MONTH})\b\.?
            (?:,?\s(?P<year>{_YEAR})(?!\d))?
      | (?P<first_month>{_MONTH})\b\.?
            (?:[ ](?P<later_day>[12]\d|3[01]|0?[1-9])(?:st|nd|rd|th)?(?![\d:.,]*\d))?
            (?:,?\s(?P<later_year>{_YEAR})(?!\d))?
      | (?P<from>{_YEAR})[ ]?(?:[–/-]|to)[ ]?(?P<until>\d{{4}}|\d{{2}})(?![\w:-])
      | (?P<decade>{_YEAR})s\b
      | (?P<alone>{_YEAR})(?![\w%°€£$]|[.,:]\d|-\w|/\d)
    )""",
    re.VERBOSE | re.MULTILINE,
)
_BEFORE_A_MONTH = frozenset(
    ["in", "of", "since", "until", "till", "by", "from", "early", "late", "mid", "last", "next", "during", "before"]
)
_BEFORE_A_YEAR = _BEFORE_A_MONTH | {"after", "year", "spring", "summer", "autumn", "winter"}
_BEFORE_EITHER = frozenset(["the", "for", "to", "and", "between", "this"])
# After these a number of four digits is counted or measured.
_MEASURED = re.compile(
    r"\s?(?:[mkcd]?m[²³]?|km²?|ha|kg|g|t|l|ml|mg|k?W|MW|V|Hz|h|min|s|ms|%|°|€|per cent|percent|metres?|hectares?)(?!\w)"
)
_COUNTED = re.compile(
    r"\s(?:[a-z]+\s)?(?:people|persons|men|women|children|geese|sheep|fish|feet|[a-z]{2,}[^siu\W]s)\b"
)
_WORD_BEFORE = re.compile(r"(\w+)\W*\Z")

_STATED_IN = ("date", "published", "issued", "sent", "date published", "issue date", "year", "updated")
# In these formats `date` is when the file was made, which a copy or a template changes.
_PROPERTIES = frozenset({"docx", "pptx", "xlsx", "odt", "odp", "ods", "pdf"})
_MADE = ("date", "created", "modified")
_ROWS = frozenset({"csv", "tsv", "json", "jsonl"})
"""The dates among the first lines are those of rows."""
_DAY = len("2022-05-04")
_HEAD = 1000
_LONGEST_HEADING = 100
_NEAR = 60
_DATING = re.compile(
    r"\b(?:adopted|amended|approved|published|issued?|dated?|released?|revised|updated|edition|version|in force"
    r"|effective|signed|submitted|completed|veröffentlicht|abgeschlossen)\b|^(?:Recorded|Printed|Stand|Written)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Period:
    """A date or a span of years that a text names, or a time of day ("04:20"): `text[start:end]` says it."""

    date: str
    start: int
    end: int

    @property
    def years(self) -> tuple[int, int] | None:
        """The first and the last year, or None where no year is said."""
        if self.date.startswith("-") or ":" in self.date:
            return None
        first, _, last = self.date.partition("/")
        return int(first[:4]), int((last or first)[:4])

    def meets(self, other: Period) -> bool:
        """Whether both can be one date, as far as each is known."""
        return meet(self.date, other.date)


def meet(one: str, other: str) -> bool:
    """Whether two dates can be one, or one lies within the other, as far as each is known."""
    if one.startswith("-") or other.startswith("-"):  # day and month, where both say them
        one, other = (date[2:] if date.startswith("-") else date.partition("/")[0][5:] for date in (one, other))
    elif "/" in one or "/" in other:
        spans = [(date[:4], date.partition("/")[2][:4] or date[:4]) for date in (one, other)]
        if all(int(last) - int(first) == 1 for first, last in spans):
            return spans[0] == spans[1]  # seasons, such as the winters of 2021/22 and 2022/23
        (first, last), (other_first, other_last) = spans
        return first <= other_last and other_first <= last
    return one.startswith(other) or other.startswith(one)


def periods(text: str) -> list[Period]:
    """The dates, months and years that a text names, in order.

    A number of four digits is a year unless it is measured or counted ("1800 m", "2000 people"); a month
    alone is one where it cannot be another word ("in May", but not "it may").
    """
    found = []
    for match in _DATE.finditer(text):
        date = _date_of(match)
        if date:
            found.append(Period(date, *_without_space(match)))
    return found


def document_date(document: Document) -> str:
    """When a document was written or came into force, as far as it says; "" where it does not say.

    In this order, because a person who states a date knows better than a program that saved a file:
    1. a date stated in the metadata (front matter, a mail's header, a page's description);
    2. a day named in the title, then in the file's name ("Minutes of 17 March 2022", minutes-2022-03-17.docx);
    3. a date among the first lines, where they say when it was adopted, published or amended, or where a
       line that is no sentence begins or ends with it (the latest of these);
    4. a month or a year in the title, then in the file's name: an annual report's year is no more than that;
    5. when the file was made, as an office program or a PDF's maker noted it.
    """
    metadata = {name.lower(): value for name, value in document.metadata.items()}
    named = [_latest(document.title), _latest(_name_of(document.source))]
    candidates = [
        *(_stated(metadata.get(name, "")) for name in _STATED_IN if document.kind not in _PROPERTIES),
        *(date for date in named if len(date) == _DAY),
        "" if document.kind in _ROWS else _stated_at_the_head(document.text),
        *named,
        *(_stated(metadata.get(name, "")) for name in _MADE),
    ]
    return next(filter(None, candidates), "")


def _date_of(match: re.Match[str]) -> str:
    """The date that was matched, "" where it is none after all."""
    if match["iso"]:
        return match["iso"]
    if match["numbered_year"]:
        return _numbered(int(match["day_first"]), int(match["second"]), match["numbered_year"], match["dot"])
    if match["month"]:
        return _written(match["year"], match["month"], match["day"])
    if month := match["first_month"]:
        alone = not (match["later_day"] or match["later_year"])
        if alone and month.lower() in _UNSURE_ALONE and _before(match) not in _BEFORE_A_MONTH:
            return ""
        return _written(match["later_year"], month, match["later_day"])
    if match["from"]:
        return _span(match["from"], match["until"])
    if match["decade"]:
        return f"{match['decade']}/{match['decade'][:3]}9" if match["decade"].endswith("0") else ""
    return match["alone"] if _is_year(match) else ""


def _numbered(first: int, second: int, year: str, separator: str) -> str:
    """17.03.2022, 17/03/2022 or 03/17/2022. With a slash, the order of two small numbers cannot be known: the year."""
    if separator == "/" and first <= 12 and second <= 12 and first != second:
        return year
    day, month = (first, second) if second <= 12 else (second, first)
    return f"{year}-{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 31 else ""


def _written(year: str | None, month: str, day: str | None) -> str:
    number = f"{MONTHS[month.lower()]:02}"
    return "-".join([year or "-", number, *([f"{int(day):02}"] if day else [])])


def _span(first: str, last: str) -> str:
    """2021–22, 2021/22 and 2019–2022; what runs backwards is the first of the two."""
    last = last if len(last) == 4 else first[:2] + last
    return f"{first}/{last}" if int(first) < int(last) <= int(first) + 200 else first


def _is_year(match: re.Match[str]) -> bool:
    text, end = match.string, match.end()
    if _MEASURED.match(text, end):
        return False
    if not _COUNTED.match(text, end):
        return True
    before = _before(match)
    return before in _BEFORE_A_YEAR or (before in _BEFORE_EITHER and not match["alone"].endswith("00"))


def _before(match: re.Match[str]) -> str:
    before = _WORD_BEFORE.search(match.string[max(0, match.start() - 20) : match.start()])
    return before[1].lower() if before else ""


def _without_space(match: re.Match[str]) -> Interval:
    return match.start(), match.start() + len(match.group().rstrip())


def _stated(value: str) -> str:
    """The date in a field of metadata."""
    return next((period.date for period in periods(value[:200]) if period.years), "")


def _latest(text: str) -> str:
    """The latest of the most exact dates of a text; of a span of years the last."""
    dates = [period.date.rpartition("/")[2] for period in periods(text) if period.years]
    return max(dates, key=lambda date: (len(date), date), default="")


def _name_of(source: str) -> str:
    """A file's name as words: "minutes-2022-03-17.docx" is "minutes 2022-03-17"."""
    stem = PurePosixPath(source.partition("#")[0]).stem
    return re.sub(r"_|(?<=[^\W\d])-|-(?=[^\W\d])", " ", stem)


def _stated_at_the_head(text: str) -> str:
    """The latest date that the first lines give as the document's own."""
    dates = []
    for line in text[:_HEAD].splitlines():
        for start, end in sentences(line):
            said = line[start:end]
            found = [period for period in periods(said) if period.years]
            dating = _DATING.search(said)
            if dating:
                dates += [period.date for period in found if 0 <= period.start - dating.end() <= _NEAR]
            elif found and _is_heading(said, found):
                dates.append(found[-1].date)
    return max(filter(_is_single, dates), default="")


def _is_heading(line: str, found: list[Period]) -> bool:
    """Whether a line has a day at its beginning or end and is no sentence: "Town hall, 6 June 2024"."""
    at_the_edge = found[0].start == 0 or found[-1].end == len(line)
    return at_the_edge and len(found[-1].date) == _DAY and len(line) <= _LONGEST_HEADING and not line.endswith(".")


def _is_single(date: str) -> bool:
    return "-" in date and "/" not in date
