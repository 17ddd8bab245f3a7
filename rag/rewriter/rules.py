"""A follow-up question made to stand alone by rules: what it leans on is carried forward from the turns before.

Only questions, what they were asked as, shown answers and the titles of what these cite are read; never the
passages. A question that leans on nothing is returned as it came.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rag.rewriter import leaning
from rag.rewriter.phrases import BEING, DOING, PREPOSITIONS, QUESTION_WORDS, TIME, WORD, Phrase, listed, person, phrases
from rag.rewriter.places import FITTING, about, at_time, first_word, in_place, other_year, time_of
from rag.terms import question_terms, terms
from rag.types import Turn

LONGEST = 300  # characters; a longer question brings its own context
_TURNS = 4  # how far back an antecedent may lie

_ABOUT = re.compile(r" \(about: ([^()]*)\)$")
_JOINING = PREPOSITIONS | {"and", "or"}
_ADVERBIAL = re.compile(r"(?:when|where|how|why)\s+(?=([a-z]+))", re.IGNORECASE)
_MEASURED = re.compile(r"how (?!many\b|much\b)([a-z]+) (is|are|was|were) ", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Said:
    """A turn as it is leaned on: the question that stood alone, without its mark, and what it was about besides."""

    question: str
    about: tuple[str, ...]
    turn: Turn

    @classmethod
    def of(cls, turn: Turn) -> _Said:
        asked = " ".join((turn.answer.asked_as or turn.question)[: 2 * LONGEST].split())
        behind = _ABOUT.search(asked)
        plain = asked[: behind.start()] if behind else asked
        return cls(plain.rstrip(" ?!."), tuple(behind[1].split(", ")) if behind else (), turn)

    @property
    def things(self) -> list[Phrase]:
        return [phrase for phrase in phrases(self.question) if phrase.text]

    @property
    def answer(self) -> str:
        """What was answered; what a refusal says lends nothing."""
        return "" if self.turn.answer.refusal else self.turn.answer.text

    @property
    def title(self) -> str:
        """The document that the question names, else that which its answer rests on; empty if neither is known."""
        titles = list(dict.fromkeys(citation.passage.title for citation in self.turn.answer.citations))
        asked = set(question_terms(self.question))
        title = max(titles, key=lambda title: len(asked & set(terms(title))), default="")
        named = next((phrase.text for phrase in reversed(self.things) if leaning.names_paper(phrase.text)), "")
        return named if named and not set(question_terms(named)) & set(terms(title)) else title and f"“{title}”"


def carried_forward(question: str, history: Sequence[Turn]) -> str:
    """The question with what it leans on carried forward from the last turns; as it came, if it leans on nothing.

    Any text is a question. What it says is never changed, only added to: a year takes the place of a year, a name
    that of a pronoun, and where no place is found, what the turn before was about is named behind it.
    """
    asked, led = leaning.without_greeting(question)
    turns = [_Said.of(turn) for turn in history[-_TURNS:]]
    if not asked or not turns or len(question) > LONGEST or not WORD.search(turns[-1].question):
        return question
    topic, rest = leaning.back_to(asked)
    if topic:
        asked, led = leaning.without_greeting(rest)[0], True
        telling = set(question_terms(topic))
        turns = [said for said in turns if telling & set(terms(said.question))]
        if not turns:
            return _mark(asked + about([topic]))
    last = turns[-1]
    if leaning.is_why(asked):
        return _mark(_why(last))
    if leaning.is_bare(asked):
        return _mark(_asked_of(asked, last))
    if fragment := leaning.fragment(asked, led):
        year = other_year(fragment, last.question)
        fragment = f"in {year}" if year else _resolved(fragment, turns)
        if leaning.person(fragment) or leaning.thing(fragment):  # nobody and nothing was found that it can mean
            return _mark(fragment + about(_rest(fragment, last)))
        return _mark(in_place(fragment, last.question, last.about))
    rest = leaning.without_question_word(asked, last.question)
    if rest:
        return _mark(in_place(rest, last.question, last.about))
    if leaning.is_same_but_time(asked, last.question) and (time := time_of(asked)):
        return _mark(at_time(last.question, time) + about(last.about))
    resolved = _resolved(asked, turns)
    if resolved == asked and not led and not leaning.leans(asked):
        return question
    return _mark(resolved + about(_rest(resolved, _answered(turns))))


def _mark(question: str) -> str:
    """Written as a question: a capital, and one mark at its end, before what it is about."""
    behind = _ABOUT.search(question)
    plain = (question[: behind.start()] if behind else question).rstrip(" ?!.")
    mark = "" if leaning.is_request(plain) else "?"
    return f"{plain[:1].upper()}{plain[1:]}{mark}{behind[0] if behind else ''}"


def _rest(question: str, said: _Said) -> list[str]:
    """What the turn was about and the question does not say: its phrases, but no time if the question has one."""
    known = set(terms(question))
    parts: list[str] = []
    for part in [said.question, *said.about]:
        for span in _spans(part, known, with_time=not TIME.search(question)):
            parts.append(span)
            known |= set(terms(span))
    return parts or ([] if said.things or said.about else [said.question.lower()])


def _spans(question: str, known: set[str], *, with_time: bool) -> list[str]:
    """The phrases of a question that are not known, those that small words join as one: "six and a half hours"."""
    spans: list[tuple[int, int]] = []
    for phrase in phrases(question):
        if set(question_terms(phrase.text)) <= known or (phrase.is_time and not with_time):
            continue
        between = question[spans[-1][1] : phrase.start].split() if spans else ["?"]
        if all(word in _JOINING for word in between):
            spans[-1] = (spans[-1][0], phrase.end)
        else:
            spans.append((phrase.start, phrase.end))
    return [question[start:end] for start, end in spans]


def _answered(turns: Sequence[_Said]) -> _Said:
    """The last turn that was answered: a refusal's terms are leaned on only where there is nothing else."""
    return next((said for said in reversed(turns) if said.answer), turns[-1])


# -- without a clause of its own


def _why(said: _Said) -> str:
    """ "When was it shut?" → "Why was it shut?"; "How large is it?" → "Why is it so large?"."""
    behind = about(said.about)
    if measured := _MEASURED.match(said.question):
        rest = said.question[measured.end() :]
        subject = next(iter(phrases(f"{measured[2]} {rest}")), None)
        if subject:
            end = subject.end - len(measured[2]) - 1
            return f"Why {measured[2]} {rest[:end]} so {measured[1]}{rest[end:]}{behind}"
    adverbial = _ADVERBIAL.match(said.question)
    if adverbial and adverbial[1].lower() in DOING | BEING:
        return f"Why {said.question[adverbial.end() :]}{behind}"
    if first_word(said.question) in DOING | BEING:
        return f"Why {_lowered(said.question)}{behind}"
    return "Why" + about([_lowered(said.question).replace(",", " "), *said.about])


def _asked_of(asked: str, said: _Said) -> str:
    """ "Since when?" asked of "Is it open?" → "Since when is it open?"."""
    behind = about(said.about)
    if first_word(said.question) in DOING | BEING:
        return f"{asked} {_lowered(said.question)}{behind}"
    adverbial = _ADVERBIAL.match(said.question)
    if adverbial and adverbial[1].lower() in DOING | BEING and not asked.lower().startswith(("which", "what")):
        return f"{asked} {said.question[adverbial.end() :]}{behind}"
    return asked + about([_lowered(said.question), *said.about])


# -- with words that point


def _resolved(asked: str, turns: Sequence[_Said]) -> str:
    """The question with what its pointing words mean in their place, each kind once."""
    said = _answered(turns)
    if (paper := leaning.paper(asked)) and said.title:
        return _put(asked, paper, said.title)
    if ordinal := leaning.ordinal(asked):
        found, number = ordinal
        lists = (listed(said.answer), listed(said.question))
        items = next((items for items in lists if len(items) > max(1, number)), [])
        asked = _put(asked, found, " ".join(items[number].split()[:12])) if items else asked
    if pronoun := leaning.person(asked):
        found, gender = pronoun
        name = next(filter(None, (_person(one, gender) for one in reversed(turns))), "")
        if name and not re.match(r" name\b", asked[found.end() :]):
            asked = _put(asked, found, name)
    if (thing := leaning.thing(asked)) and (meant := _thing(said, plural=leaning.is_plural(thing[0]))):
        asked = _put(asked, thing, meant)
    if pointing := leaning.pointing(asked):
        noun = pointing[1].lower().removesuffix("s")
        same = next((phrase for phrase in said.things if phrase.head.lower().removesuffix("s") == noun), None)
        asked = _put(asked, pointing, same.text) if same and " " in same.text else asked
    if place := leaning.place(asked):
        places = [one for one in said.things if one.preposition in ("in", "at", "on") and not one.is_time]
        asked = _put(asked, place, f"{places[-1].preposition} {places[-1].text}") if places else asked
    return asked


def _put(asked: str, found: re.Match[str], meant: str) -> str:
    """The question with `meant` in the place of a pointing word, as a possessive where that is one."""
    if leaning.is_possessive(found):
        if len(meant.split()) > 5:
            return asked
        meant += "’" if meant.endswith("s") else "’s"
    return asked[: found.start()] + meant + asked[found.end() :]


def _person(said: _Said, gender: str) -> str:
    """The person a turn is about: one that its answer names, if it was asked who; else one of its question."""
    question = said.question.partition(" ")[2]
    if re.match(r"(?:by |to |of )?who(?:m|se)?\b", said.question, re.IGNORECASE):
        return person(said.answer, said.question, gender) or person(question, gender=gender)
    texts = (question, " ".join(said.about), said.answer)
    return next(filter(None, (person(text, gender=gender) for text in texts)), "")


def _thing(said: _Said, *, plural: bool) -> str:
    """What "it" or "they" most likely means: what the question was about, before where and when."""
    ranks = {"object": 3.0, "subject": 2.0, "other": 1.0, "counted": 0.0}
    things = [phrase for phrase in said.things if not phrase.is_time]
    things += [Phrase(part, 0, 0, "", "other") for part in said.about if not TIME.fullmatch(part)]

    def rank(phrase: Phrase) -> float:
        score = ranks[phrase.role] + (1.5 if phrase.is_plural == plural else 0.0)
        score += 2.0 if plural and phrase.role == "counted" else 0.0
        score -= 1.0 if phrase.preposition in ("in", "at", "on", "during", "since", "until") else 0.0
        score += 2.0 if phrase.preposition == "about" else 0.0
        score -= 3.0 if person(phrase.text) and not phrase.determiner else 0.0
        return score + (0.5 if phrase.determiner else 0.0)

    best = max(things, key=rank, default=None)
    return best.text if best and rank(best) >= FITTING else ""


def _lowered(text: str) -> str:
    """With a small letter at its beginning, if that is a question's first word."""
    return text[:1].lower() + text[1:] if first_word(text) in QUESTION_WORDS | DOING | BEING else text
