"""Forms of English verbs, as far as edits need them: which word is which form of which verb, and back."""

from __future__ import annotations

from dataclasses import dataclass

_REGULAR = """
    accept access accelerate accompany accomplish account accuse achieve acknowledge acquire act activate adapt add
    address adjust administer admire admit adopt advance advise affect agree aid aim allow alter amend amplify analyse
    analyze announce answer appear apply appoint approach approve argue arrange arrest arrive ask assemble assert assess
    assign assist associate assume attach attack attempt attend attract attribute author avoid award ban base bear
    behave believe belong benefit block boost borrow broadcast calculate call cancel capture care carry cause celebrate
    centre challenge change characterise characterize charge check circulate cite claim classify clean clear climb close
    collaborate collapse collect combine comment commission commit compare compete compile complete comprise compute
    conceive concern conclude conduct confer confirm connect conquer consider consist constitute construct consume
    contain continue contract contribute control convert convey convince cooperate coordinate copy correlate cost cover
    create criticise criticize cross cure dance date deal debut decide declare decline decrease dedicate defeat defend
    define delay delete deliver demand demonstrate deny depend depict deploy derive describe design desire destroy
    detect
    determine develop devise devote die differ diminish direct disappear disclose discover discuss display distinguish
    distribute divide dominate donate double download drop earn edit educate eliminate embrace emerge emigrate emphasise
    emphasize employ enable encode encounter encourage end endorse enforce engage enhance enjoy enlarge enroll
    ensure enter
    entitle escape establish estimate evaluate evolve examine exceed exchange exclude execute exert exhibit exist expand
    expect experience explain exploit explore export expose express extend extract face facilitate fail feature fetch
    file fill film finance finish fire fix flow focus follow force form formulate foster found function fund gain gather
    generate grant graduate guarantee guard guide handle happen harm head help highlight hire host identify ignore
    illustrate imagine impair implement imply import impose improve include incorporate increase indicate induce
    influence inform inhabit inherit inhibit initiate inject injure insert inspire install integrate intend interact
    interpret interview introduce invade invent invest investigate invite involve isolate issue join judge jump justify
    kill label lack land last launch learn level license like limit link list listen live locate lock look love lower
    maintain manage manufacture mark marry match mature measure mediate melt mention merge migrate miss mix model modify
    modulate monitor motivate move multiply murder name narrate need neglect negotiate note notice notify nominate
    observe obtain occupy occur offer open operate oppose order organise organize originate outline outperform own pack
    paint participate pass patent penetrate perform permit persist persuade pick plan plant play point pose
    position possess postpone pour practise praise precede predict prefer prepare present preserve press prevent print
    proceed process proclaim produce program progress prohibit project promise promote prompt pronounce propose protect
    prove provide publish pull punish purchase pursue push qualify question raise range rank reach react realise
    realize recall receive recognise recognize recommend reconstruct record recover recruit reduce refer reflect refuse
    regard register regret regulate reign reject relate release rely relocate remain remember remind remove render renew
    renovate repair repeat replace reply report represent request require rescue resemble reserve reside resign resist
    resolve respond rest restore restrict result resume retain retire retreat retrieve return reveal review revise
    reward rule sail sample satisfy save scale score search secure seem select separate serve settle shape share shift
    sign signal simulate slow solve sort span specialise specialize specify sponsor stabilise stabilize stage
    start state stay stem stimulate stop store strengthen stress struggle study submit succeed suffer suggest
    suit supply support suppress surpass surrender surround survey survive suspect suspend sustain switch symbolise
    symbolize talk target tend terminate test thank threaten tour trace track trade train transfer transform translate
    transmit transport travel treat trigger triple try turn undermine unite update upgrade upload urge use utilise
    utilize validate vary visit volunteer vote wait walk want warn wash watch weaken weigh welcome widen wish witness
    work worsen yield
"""
_IRREGULAR = """
    arise:arose:arisen bear:bore:borne beat:beat:beaten become:became:become begin:began:begun bind:bound:bound
    bite:bit:bitten blow:blew:blown break:broke:broken breed:bred:bred bring:brought:brought build:built:built
    buy:bought:bought catch:caught:caught choose:chose:chosen come:came:come cost:cost:cost cut:cut:cut deal:dealt:dealt
    draw:drew:drawn drink:drank:drunk drive:drove:driven eat:ate:eaten fall:fell:fallen feed:fed:fed feel:felt:felt
    fight:fought:fought find:found:found fly:flew:flown forget:forgot:forgotten get:got:got give:gave:given go:went:gone
    grow:grew:grown hear:heard:heard hide:hid:hidden hit:hit:hit hold:held:held keep:kept:kept know:knew:known
    lay:laid:laid lead:led:led leave:left:left lend:lent:lent let:let:let lie:lay:lain lose:lost:lost make:made:made
    mean:meant:meant meet:met:met overcome:overcame:overcome pay:paid:paid put:put:put read:read:read ride:rode:ridden
    rise:rose:risen run:ran:run say:said:said see:saw:seen seek:sought:sought sell:sold:sold send:sent:sent set:set:set
    shoot:shot:shot show:showed:shown shrink:shrank:shrunk sing:sang:sung sink:sank:sunk sit:sat:sat sleep:slept:slept
    speak:spoke:spoken spend:spent:spent spread:spread:spread stand:stood:stood steal:stole:stolen strike:struck:struck
    swim:swam:swum take:took:taken teach:taught:taught tell:told:told think:thought:thought throw:threw:thrown
    undergo:underwent:undergone understand:understood:understood undertake:undertook:undertaken wear:wore:worn
    win:won:won withdraw:withdrew:withdrawn write:wrote:written
"""
_DOUBLED = frozenset(
    "stop plan drop admit commit permit occur refer prefer transfer ban program transmit submit control"
    " confer span stem".split()
)


@dataclass(frozen=True, slots=True)
class Verb:
    """The forms of a verb that are not its infinitive."""

    base: str
    third: str
    past: str
    participle: str


def third_person(verb: str) -> str:
    """He, she or it: "reduce" → "reduces"."""
    if verb.endswith(("s", "sh", "ch", "x", "z", "o")):
        return f"{verb}es"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ies"
    return f"{verb}s"


def _past_of(verb: str) -> str:
    if verb.endswith("e"):
        return f"{verb}d"
    if verb.endswith("y") and verb[-2:-1] not in "aeiou":
        return f"{verb[:-1]}ied"
    return f"{verb}{verb[-1]}ed" if verb in _DOUBLED else f"{verb}ed"


def _all() -> dict[str, Verb]:
    known = {}
    for row in _IRREGULAR.split():
        base, past, participle = row.split(":")
        known[base] = Verb(base, third_person(base), past, participle)
    for base in _REGULAR.split():
        if "-" not in base and base not in known:
            known[base] = Verb(base, third_person(base), _past_of(base), _past_of(base))
    return known


VERBS = _all()
"""By infinitive."""
PAST = {verb.past: verb for verb in VERBS.values() if verb.past != verb.base}
"""By past tense, where it is not the infinitive too."""
THIRD = {verb.third: verb for verb in VERBS.values()}
"""By third person singular."""
PARTICIPLES = frozenset(verb.participle for verb in VERBS.values())
PAST |= {verb.past: verb for verb in (VERBS["found"],) if verb.past not in PAST}


def base_of(form: str) -> str:
    """The infinitive of a past tense or a third person, or "" where it is not known."""
    verb = PAST.get(form) or THIRD.get(form)
    return verb.base if verb else ""
