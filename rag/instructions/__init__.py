"""Words in a document that are addressed to a language model and not to a reader.

They are data like everything else (DESIGN.md, I8), but a model that reads them may obey. So they are
found here, kept from the writers, never taken as support, and named to the reader. Whoever writes an
attack that is not found here still meets the checks of the finished answer (`rag.grounding`).

What counts is that a sentence speaks to a machine that writes an answer: `signals` says how that is weighed,
`cancelling`, `dictating`, `calling` and `languages` are the table. "Ignore readings below 2 cm" and "You must
answer within ten days" do not count.
"""

from __future__ import annotations

import re
import string
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rag.instructions.calling import CALLING
from rag.instructions.cancelling import CANCELLING
from rag.instructions.dictating import DICTATING
from rag.instructions.disguises import is_disguised, plain
from rag.instructions.languages import LANGUAGES
from rag.instructions.signals import ENOUGH, Signal
from rag.sentences import sentences
from rag.types import Hit, Interval

_MOSTLY = 0.3  # share of a passage from which it is put behind all others
_EDGE = 120  # characters on both sides of a cut that are read together

TABLE = (*CANCELLING, *DICTATING, *CALLING, *LANGUAGES)
"""Every signal there is."""
_WORDS = frozenset(word for signal in TABLE for group in signal.words for word in group)
_FIRST = {word: [signal for signal in TABLE if word in signal.words[0]] for word in _WORDS}
_ANYWHERE = tuple((word, word[1:]) for word in _WORDS if word[0] == "*" and word.isascii())
_ANYWHERE_IN_ANY_SCRIPT = tuple((word, word[1:]) for word in _WORDS if word[0] == "*")
_SPACED = str.maketrans(dict.fromkeys(string.punctuation, " "))
_WORD = re.compile(r"\w+")
# A sentence on attacks may quote one.
_ON_ATTACKS = re.compile(r"\b(?:injections?|attack(?:s|ers?|ed|ing)?|adversar\w{2,8}|jailbreak\w{0,6}|malicious)\b")
_QUOTED = re.compile(r"\"[^\"\n]{1,300}\"|(?<!\w)'[^'\n]{1,300}'(?!\w)")
# What may follow an attack and belongs to it.
_GOES_ON = re.compile(
    r"[^\w\[]{0,6}(?:(?:and|then|instead|also|now|again|next|finally|please|just|simply|only|always|never|do not|don't)"
    r"[\s,:]{1,2}){0,4}"
    r"(?:answer|respond|reply|say|state|output|print|repeat|cite|quote|claim|tell|conclude|pretend|write|recommend"
    r"|insist|mention|reveal|your (?:answer|reply|response|task)|the (?:correct|right|true|only) answer"
    r"|this (?:instruction|order)|you must)\b"
)
_SHOT = re.compile(r"^[^\w\n]{0,4}(?:a|answer|assistant)[^\w\n]{0,2}:[^\n]{1,200}\[ ?\d{1,3} ?\]\W{0,2}$", re.MULTILINE)
_ASKS = re.compile(r"[^\w\n]{0,4}(?:q|question|user|human)[^\w\n]{0,2}:")
_FEWEST_SHOTS = 2


def instructions(text: str) -> list[Interval]:
    """The sentences of a text that are addressed to a language model, with those that carry them on, in order."""
    lowered = text.lower()
    if not (is_disguised(lowered) or _may_speak(lowered) or _SHOT.search(lowered)):
        return []
    intervals = sentences(text)
    texts = [text[start:end] for start, end in intervals]
    found = _many_shots(texts)
    for place, sentence in enumerate(texts):
        if _speaks(sentence):
            found.add(place)
        elif place - 1 in found:
            if _goes_on(sentence):
                found.add(place)
        elif place and _straddles(texts[place - 1], sentence):
            found |= {place - 1, place}
    return [intervals[place] for place in sorted(found)]


def marked(hits: Iterable[Hit]) -> list[Hit]:
    """The hits with what in them is addressed to a language model; those made of much of it come last."""
    looked_at = [
        replace(hit, instructions=tuple((hit.passage.start + start, hit.passage.start + end) for start, end in found))
        if (found := instructions(hit.passage.text))
        else hit
        for hit in hits
    ]
    return sorted(looked_at, key=is_mostly_instructions)


def warnings(hits: Sequence[Hit]) -> list[str]:
    """One sentence for each document that speaks to language models."""
    titles = {hit.passage.document_id: hit.passage.title for hit in hits if hit.instructions}
    return [
        f"“{title}” holds words that are addressed to a language model; they were left out and support nothing."
        for title in titles.values()
    ]


def is_mostly_instructions(hit: Hit) -> bool:
    """Whether much of a hit that was `marked` is addressed to a language model."""
    return sum(end - start for start, end in hit.instructions) > _MOSTLY * len(hit.passage.text)


def _speaks(sentence: str) -> bool:
    lowered = sentence.lower()
    if is_disguised(lowered):
        lowered = plain(sentence)
    return _may_speak(lowered) and _points(plain(sentence)) >= ENOUGH


def _straddles(before: str, sentence: str) -> bool:
    """Whether an order begins in one sentence and ends in the next, over a cut or an empty line."""
    return before[-1] not in ".!?" and _speaks(f"{before[-_EDGE:]} {sentence[:_EDGE]}")


def _goes_on(sentence: str) -> bool:
    words = plain(sentence)
    return _GOES_ON.match(words) is not None or _points(words) > 0


def _may_speak(lowered: str) -> bool:
    """Whether the words of a text can be worth ENOUGH. Quick, since every sentence is asked."""
    return _worth(candidates(lowered)) >= ENOUGH


def candidates(lowered: str) -> list[Signal]:
    """The signals whose words stand in the text, one of each group."""
    plainly = lowered.isascii()
    words = lowered.translate(_SPACED).split() if plainly else _WORD.findall(lowered)
    standing = _WORDS.intersection(words)
    anywhere = [word for word, part in (_ANYWHERE if plainly else _ANYWHERE_IN_ANY_SCRIPT) if part in lowered]
    if anywhere:
        standing = standing.union(anywhere)
    begun = {signal for word in standing for signal in _FIRST[word]}
    return [signal for signal in begun if not any(group.isdisjoint(standing) for group in signal.words)]


def _worth(signals: Iterable[Signal]) -> int:
    return sum(signal.points for signal in signals)


def _points(words: str) -> int:
    """What the sentence gives away, by the table; a sentence on attacks may quote one."""
    if _ON_ATTACKS.search(words):
        words = _QUOTED.sub('""', words)
    return _worth(signal for signal in candidates(words) if signal.pattern.search(words))


def _many_shots(texts: Sequence[str]) -> set[int]:
    """The sentences of an invented dialogue that shows how to answer: "A: 42 [1]", again and again."""
    shots = {place for place, text in enumerate(texts) if _SHOT.match(text.lower())}
    if len(shots) < _FEWEST_SHOTS:
        return set()
    return shots | {place - 1 for place in shots if place and _ASKS.match(texts[place - 1].lower())}
