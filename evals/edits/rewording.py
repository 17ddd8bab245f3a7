"""Changes of wording that leave the meaning as it was: the kinds, and those that build the sentence anew."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping

from evals.edits import formats, synonyms
from evals.edits.clauses import clauses, comparisons
from evals.edits.kinds import NO_NAMES
from evals.edits.language import begun_small, is_prose
from evals.edits.names import Kind, kind_of, names
from evals.edits.shorter import reordered, shortened
from evals.edits.verbs import VERBS
from rag.sentences import sentences

_POSSESSIVE = re.compile(
    r"\b(?P<the>[Tt]he) (?P<thing>capital|population|son|daughter|wife|husband|father|mother|author"
    r"|director|president|founder"
    r"|owner|government|economy|history|death|birth|release|purpose|effects?|role|success|leader|head|manager|editor"
    r"|largest city|king|queen|climate|area|name|brother|sister|reputation|plan|proposal|decision|work|aim) of"
    r" (?P<who>[A-Z][\w’-]*[a-rt-z](?: [A-Z][\w’-]*[a-rt-z])?)(?= (?:is|was|are|were|has|had|in|on|at"
    r"|and)\b| ?[.,])(?! and [A-Z])"
)
_OF = re.compile(
    r"(?<![\w-])(?P<who>[A-Z][a-z]+(?: [A-Z][a-z]+)?) ?['’]s (?P<thing>capital|population|son|daughter"
    r"|wife|husband|father|mother"
    r"|author|founder|owner|government|economy|history|death|birth|success|leader|brother|sister)(?= "
    r"(?:is|was|are|were|has|had|in|on|and)\b| ?[.,])"
)
_DENIALS = (
    (re.compile(r"\b(is|was|are|were) not possible\b"), r"\1 impossible"),
    (re.compile(r"\b(is|was|are|were) impossible\b"), r"\1 not possible"),
    (re.compile(r"\b(is|was|are|were) unable to\b"), r"\1 not able to"),
    (re.compile(r"\b(is|was|are|were) not able to\b"), r"\1 unable to"),
    (re.compile(r"\b(is|are) (?:not|n't) known\b"), r"\1 unknown"),
    (re.compile(r"\b(is|are|remains?) unknown\b"), r"\1 not known"),
    (re.compile(r"\b(is|was|are|were) unlikely\b"), r"\1 not likely"),
    (re.compile(r"\b(is|was|are|were) not clear\b"), r"\1 unclear"),
    (re.compile(r"\b(is|was|are|were) unclear\b"), r"\1 not clear"),
    (re.compile(r"\bremains unclear\b"), "is still not clear"),
    (re.compile(r"\bwithout any\b"), "with no"),
    (re.compile(r"\bdid not have (?:any|an?)\b"), "had no"),
    (re.compile(r"\bdoes not have (?:any|an?)\b"), "has no"),
    (re.compile(r"\bwas not significant\b"), "was insignificant"),
    (re.compile(r"\bhas no\b(?! longer| idea)"), "does not have any"),
    (re.compile(r"\bhad no\b(?! longer| idea)"), "did not have any"),
)
_FAILED = re.compile(r"\b(?P<fail>failed|fails) to (?P<verb>[a-z]+)\b")
_BOUNDS = (
    (
        re.compile(r"\b(?:more than|over) (?=[$€£]?\d)(?!\d+ (?:years|months|weeks|days|hours))"),
        ("more than ", "over "),
    ),
    (
        re.compile(r"\bat least (?P<n>\d[\d,.]*\d|\d) (?P<noun>[a-z]+s)\b"),
        (r"\g<n> or more \g<noun>", r"no fewer than \g<n> \g<noun>"),
    ),
    (re.compile(r"\bup to (?=\d)"), ("at most ", "no more than ")),
    (re.compile(r"\b(?:less than|under) (?=[$€£]?\d)"), ("less than ", "below ")),
    (re.compile(r"\bhalf of (?=the|all)"), ("50% of ", "one half of ")),
    (re.compile(r"\ball of the\b"), ("all the",)),
    (re.compile(r"\b[Mm]ore than half of\b"), ("over 50% of",)),
    (re.compile(r"\ba third of\b"), ("one third of",)),
    (
        re.compile(r"\b(?:about|approximately|around|roughly) (?=[$€£]?\d)"),
        ("about ", "approximately ", "around ", "roughly "),
    ),
)
_COMPARATIVES = {
    "higher": "lower",
    "lower": "higher",
    "greater": "smaller",
    "larger": "smaller",
    "smaller": "larger",
    "longer": "shorter",
    "shorter": "longer",
    "stronger": "weaker",
    "weaker": "stronger",
    "faster": "slower",
    "slower": "faster",
    "better": "worse",
    "worse": "better",
    "more common": "less common",
    "less common": "more common",
}
_INTRODUCED = re.compile(r"(?<![\w’-])(?P<full>(?:[\w’-]+[ -]){1,6}[\w’-]+)\s?\(\s?(?P<short>[A-Z]{2,6})\s?\)")
_PRONOUN = re.compile(r"^(?P<who>He|She) (?=[a-z])")
_PREFIXES = (
    "According to the report, ",
    "The passage says that ",
    "It is stated that ",
    "The text notes that ",
    "According to the source, ",
    "As the document says, ",
    "The document states that ",
    "In short, ",
    "The authors write that ",
)


def voice(sentence: str, context: str, chance: random.Random) -> str:
    """Active for passive, or the other way: who did it stays the same."""
    if not is_prose(sentence):
        return ""
    for clause in clauses(sentence):
        verb = clause.form
        if clause.passive:
            form = verb.past if clause.past else verb.base if clause.plural else verb.third
        else:
            be = ("were" if clause.plural else "was") if clause.past else ("are" if clause.plural else "is")
            form = f"{be} {verb.participle} by"
        return _exchanged(sentence, clause.subject, clause.other, form)
    return ""


def _exchanged(sentence: str, one: tuple[int, int], other: tuple[int, int], between: str) -> str:
    """The two in each other's place, with other words between them."""
    (a, b), (c, d) = one, other
    first, second = sentence[c:d], sentence[a:b]
    if a == 0:
        first, second = first[:1].upper() + first[1:], begun_small(second)
    return f"{sentence[:a]}{first} {between} {second}{sentence[d:]}"


def converse(sentence: str, context: str, chance: random.Random) -> str:
    """ "Higher in A than in B" as "lower in B than in A"."""
    for match in comparisons(sentence):
        other = _COMPARATIVES.get(match["be"])
        if other:
            (a, b), (c, d) = match.span("a"), match.span("b")
            start, end = match.span("be")
            return (
                f"{sentence[:start]}{other}{sentence[end:a]}{sentence[c:d]}{sentence[b:c]}{sentence[a:b]}{sentence[d:]}"
            )
    return ""


def possessive(sentence: str, context: str, chance: random.Random) -> str:
    """The Y of X, X's Y."""
    text = _POSSESSIVE.sub(lambda match: f"{match['who']}'s {match['thing']}", sentence, count=1)
    if text == sentence:
        found = _OF.search(sentence)
        if found and found["who"].split()[0] in NO_NAMES:
            return ""
        text = _OF.sub(lambda m: f"{'The' if m.start() == 0 else 'the'} {m['thing']} of {m['who']}", sentence, count=1)
    return text


def denial(sentence: str, context: str, chance: random.Random) -> str:
    """The same denied in other words: not possible, impossible."""
    forms = list(_DENIALS)
    chance.shuffle(forms)
    for form, by in forms:
        if (text := form.sub(by, sentence, count=1)) != sentence:
            return text
    found = _FAILED.search(sentence)
    if found and found["verb"] in VERBS:
        helper = "did not" if found["fail"] == "failed" else "does not"
        return f"{sentence[: found.start()]}{helper} {found['verb']}{sentence[found.end() :]}"
    return ""


def bound(sentence: str, context: str, chance: random.Random) -> str:
    """More than 5, over 5; half of, 50 % of."""
    forms = list(_BOUNDS)
    chance.shuffle(forms)
    for form, choices in forms:
        if (text := form.sub(chance.choice(choices), sentence, count=1)) != sentence:
            return text
    return ""


def initials(sentence: str, context: str, chance: random.Random) -> str:
    """The initials for the name that the passage introduces them for, or the name for the initials."""
    for match in _INTRODUCED.finditer(f"{context}\n{sentence}"):
        short = match["short"]
        words = re.split(r"[ ]", match["full"])[-len(short) :]
        full = " ".join(words)
        if "".join(word[0] for word in words if word).upper() != short or len(words) != len(short):
            continue
        both = re.search(rf"{re.escape(full)}\s?\(\s?{short}\s?\)", sentence)
        if both:
            return sentence[: both.start()] + chance.choice([full, short]) + sentence[both.end() :]
        if full in sentence and short not in sentence:
            return sentence.replace(full, short)
        alone = re.search(rf"(?<![\w(-]){short}(?![\w)-])", sentence)
        if alone and full not in sentence and not re.match(r" ?-", sentence[alone.end() :]):
            return sentence[: alone.start()] + full + sentence[alone.end() :]
    return ""


def named(sentence: str, context: str, chance: random.Random) -> str:
    """The name for "he" and "she", where the text before it names one person only."""
    match = _PRONOUN.match(sentence)
    before = context[: max(0, context.find(sentence))]
    people = {name for _, name in names(before) if kind_of(name) is Kind.PERSON}
    others = [name for _, name in names(before) if kind_of(name) is Kind.OTHER and " " in name]
    if not match or len(people) != 1 or others:
        return ""
    return people.pop() + sentence[match.end("who") :]


def joined(sentence: str, context: str, chance: random.Random) -> str:
    """With the next sentence of the passage: both stand there."""
    place = context.find(sentence)
    body = sentence.rstrip(" .\n")
    if place < 0 or not is_prose(sentence) or not sentence.rstrip().endswith("."):
        return ""
    rest = context[place + len(sentence) : place + len(sentence) + 500]
    following = next((rest[start:end] for start, end in sentences(rest)[:1]), "")
    if not is_prose(following) or len(following) > 180 or re.search(r"[\n:|]", rest[: len(following)]):
        return ""
    if re.match(
        r"(?:However|But|Thus|Therefore|And|Yet|Moreover|In addition|Furthermore|Instead|For example)\b", following
    ):
        return ""
    return f"{body}{chance.choice([', and ', '; ', ', while '])}{begun_small(following)}"


def attributed(sentence: str, context: str, chance: random.Random) -> str:
    """With what introduces a citation in front."""
    if not is_prose(sentence) or re.match(r"(?:According|However|But|And|Thus|Therefore|See|Use|Note|To)\b", sentence):
        return ""
    return chance.choice(_PREFIXES) + begun_small(sentence) if chance.random() < 0.5 else ""


KINDS: Mapping[str, Callable[[str, str, random.Random], str]] = {
    "paraphrase:synonym": synonyms.synonym,
    "paraphrase:shortened": shortened,
    "paraphrase:reordered": reordered,
    "paraphrase:voice": voice,
    "paraphrase:converse": converse,
    "paraphrase:possessive": possessive,
    "paraphrase:denial": denial,
    "paraphrase:bound": bound,
    "paraphrase:initials": initials,
    "paraphrase:named": named,
    "paraphrase:joined": joined,
    "paraphrase:attributed": attributed,
    "paraphrase:rounded": formats.rounded,
    "format:number": formats.number_format,
    "format:date": formats.date_format,
    "format:unit": formats.unit_format,
    "format:contraction": formats.contraction,
    "format:spelling": formats.spelling,
    "format:typography": formats.typography,
}
