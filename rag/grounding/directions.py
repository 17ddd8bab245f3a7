"""Directions and comparatives: up for down, before for after, larger for smaller, with for without."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from rag.evidence.premise.opposites import opposed
from rag.grounding.alignment import Alignment, Difference, Word
from rag.grounding.findings import Finding, Kind
from rag.grounding.polarity import denies
from rag.grounding.roles import is_converse
from rag.types import Support

# Beside those of `rag.evidence.premise.opposites`, which hold between events: these hold where one word stands exactly
# in the place of the other. Matters are divided by "/", their two sides by ":".
_PAIRS = """
    first : last / early earlier earliest : late later latest / before : after following / above : below / over :
    under / north : south / east : west / northern : southern / eastern : western / northwest : southeast / northeast
    : southwest / northward : southward / left : right / upstream : downstream / front : back / top : bottom / inside
    : outside / inner : outer / interior : exterior / indoor : outdoor / upper : lower / maximum : minimum / up : down
    / upward : downward / upwards : downwards / won win wins winning : lost lose loses losing / gain gained gains :
    loss lost losses / winner winners : loser losers / victory victories : defeat defeats / positive positively :
    negative negatively / internal internally : external externally / highest : lowest / higher : lower / high highly
    : low lowly / largest biggest greatest : smallest / large larger bigger big greater : small smaller / longest :
    shortest / long longer : short shorter / oldest : youngest newest / old older ancient : young younger modern newer
    / best : worst / better good : worse bad / most : least / more : less fewer / majority : minority / major : minor
    / rich richer : poor poorer / strong strongly stronger strongest : weak weakly weaker weakest / strengthen
    strengthened strengthens : weakens weakened / fast faster fastest quickly rapidly rapid quick : slow slower
    slowest slowly / gradually : suddenly / thick : thin / hot hotter warm warmer hottest warmest : cold cool colder
    cooler coldest / near nearest closer : far farthest farther / easy easier easily simple : hard harder difficult /
    tall taller tallest : short shorter shortest / heavy heavier : light lighter / deep deeper : shallow shallower /
    wide wider broad : narrow narrower / cheap cheaper : dear expensive costly / beginning start began begins started
    : end ended ends finished / ascending : descending / ancestor ancestors : descendant descendants / predecessor
    predecessors : successor successors / precede precedes preceded preceding : follow follows followed following /
    promote promotes promoted promoting activate activates activated activating activation activator activators
    stimulate stimulates stimulated induce induces induced : inhibit inhibits inhibited inhibiting inhibition
    inhibitor inhibitors suppress suppresses suppressed suppressing suppression repress represses repressed /
    upregulate upregulates upregulated upregulation : downregulate downregulates downregulated downregulation /
    enhance enhances enhanced enhancing enhancement improve improved improves improving improvement : reduces reduced
    reduce impair impairs impaired impairing impairment worsen worsened worsens worsening deterioration deteriorated /
    prevent prevents prevented preventing : cause causes caused causing promote promotes / accelerate accelerates
    accelerated : slow slows slowed delay delays delayed / facilitate facilitates facilitated : hinder hinders
    hindered / attenuate attenuates attenuated : amplify amplifies amplified / overestimate overestimated :
    underestimate underestimated / increase increased increases increasing rise rising rose risen raise raised raises
    raising growth elevated boosted higher : decrease decreased decreases decreasing reduce reduced reduces reducing
    reduction fall falling fell fallen lower lowered lowers lowering decline declined declines declining drop dropped
    diminished shrank shrinking / expand expanded expansion : contract contracted contraction / bought buy buys
    purchased buyer buyers : sold sell sells seller sellers / lent lend lender lenders : borrowed borrow borrower
    borrowers / import imports imported : export exports exported / advantage advantages benefit benefits :
    disadvantage disadvantages harm harms drawback drawbacks / strength strengths : weakness weaknesses / beneficial :
    harmful detrimental / success succeeded : failure failed / surplus : deficit / profit profits : loss losses /
    hypertension : hypotension / agonist agonists : antagonist antagonists / rural : urban / senior : junior /
    optimistic : pessimistic / alive living : dead / present : absent / presence : absence / true : false / include
    includes included including : exclude excludes excluded excluding except / with : without / acute : chronic /
    benign : malignant / systolic : diastolic / maternal : paternal / maximise maximize : minimise minimize / employer
    employers : employee employees / landlord : tenant / lessor : lessee / parent : child / parents : children /
    teacher teachers : pupil student students / open opened opens : close closed closes shut / accept accepted accepts
    approved approve approves : reject rejected rejects refused / agreed agrees : refused disagreed disagrees /
    support supported supports : oppose opposed opposes / allowed permitted allows permits : forbidden prohibited
    forbids prohibits banned / confirmed confirms : denied denies / passed : failed / completed : abandoned /
    remembered : forgot / short-term : long-term / arrive arrived arrives arrival : leave left departed departure /
    voluntary optional : compulsory mandatory obligatory / temporary temporarily : permanent permanently / public
    publicly : private privately / day : night / summer : winter / optimum : pessimum / simplest : hardest / broadest
    : narrowest / married : divorced / male men man boy boys : female women woman girl girls / black : white /
    northernmost : southernmost / easternmost : westernmost / push : pull / input : output / ally allies : enemy
    enemies / superior : inferior / dominant : recessive / aerobic : anaerobic / guilty : innocent / convicted :
    acquitted / direct : indirect
"""
_TURNING = frozenset("no not never less fewer smaller slower without n't hardly neither nor cannot".split())
_FEW = 4  # telling words of a difference in which one stands in the place of another
_SHARED = 0.5
_MOST = 0.85


def direction_findings(claim: str, beside: Alignment) -> list[Finding]:
    """A word in the place of its opposite, where what stands around them is the same."""
    found: list[Finding] = []
    if beside.in_order >= _SHARED:
        for difference in beside.differences:
            if (difference.before or difference.after) and _is_small(difference):
                found += _opposite(difference.claimed, difference.given)
    if not found:
        found += _out_of_order(beside)
    return [] if found and is_converse(claim, beside) else found


def _is_small(difference: Difference) -> bool:
    return max(sum(word.tells for word in difference.claimed), sum(word.tells for word in difference.given)) <= _FEW


def _opposite(claimed: Sequence[Word], given: Sequence[Word]) -> Iterator[Finding]:
    turned = any(word.lower in _TURNING or word.lower.endswith(("n't", "n’t")) for word in (*claimed, *given))
    for word in claimed:
        for other in given:
            if are_opposite(word, other) and (not turned or word.lower in _TURNING or other.lower in _TURNING):
                because = f"The cited passage says “{other.text}”, not “{word.text}”."
                yield Finding(Kind.DIRECTION, word.start, word.end, Support.CONTRADICTED, because)
                return
            if denies(word.lower, other.lower) and not turned:
                because = f"The cited passage says “{other.text}”, not “{word.text}”."
                yield Finding(Kind.NEGATION, word.start, word.end, Support.CONTRADICTED, because)
                return


def _out_of_order(beside: Alignment) -> Iterator[Finding]:
    """ "Profits fell in May" beside "In May profits rose": the neighbours of the two words are the same."""
    telling = [word for word in beside.claim if word.tells]
    lacking = sum(word.sense not in beside.held for word in telling)
    if lacking > 1 and lacking > (1 - _MOST) * len(telling):
        return
    claimed = [number for number in range(len(beside.claim)) if number not in beside.of_claim]
    given = [number for number in range(len(beside.given)) if number not in beside.of_given]
    for one in claimed:
        if beside.claim[one].sense in beside.held or beside.claim[one].lower not in _opposites():
            continue
        for other in given:
            if not are_opposite(beside.claim[one], beside.given[other]):
                continue
            near, there = _around(beside.claim, one), _around(beside.given, other)
            if near & there and not _turned(beside.claim, one) and not _turned(beside.given, other):
                yield from _opposite([beside.claim[one]], [beside.given[other]])
                return


def _around(words: Sequence[Word], number: int) -> set[str]:
    near = (*words[max(0, number - 2) : number], *words[number + 1 : number + 3])
    return {word.sense for word in near if word.tells}


def _turned(words: Sequence[Word], number: int) -> bool:
    return any(word.lower in _TURNING for word in words[max(0, number - 3) : number + 2])


def are_opposite(one: Word, other: Word) -> bool:
    """Whether one excludes the other where both stand in the same place."""
    return other.lower in _opposites().get(one.lower, ()) or other.term in opposed(one.term)


@cache
def _opposites() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = {}
    for pair in _PAIRS.split("/"):
        sides = [side.split() for side in pair.split(":")]
        for side, others in (sides, reversed(sides)):
            for word in side:
                found.setdefault(word, set()).update(others)
    return {word: frozenset(others) for word, others in found.items()}
