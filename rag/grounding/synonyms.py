"""Words that say the same, and the spellings of one word: what a paraphrase may put in the place of what.

General English only, plain rather than complete. Groups are divided by "/"; a word counts in the first group that
has it, so that nothing is passed on from sense to sense. Words that are the same but for their ending need no entry.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from rag.terms import terms

_GROUPS = """
    begin began begun start started commence initiate / end ended finish conclude concluded terminate / buy bought
    purchase acquire / sell sold / build built construct erect / make made create produce form generate / show shown
    showed demonstrate reveal display exhibit / suggest imply / say said state remark / tell told inform / use
    utilise employ / help assist aid / get got gotten obtain receive gain / give gave given provide supply offer /
    need require / try tried attempt / keep kept retain preserve maintain / allow permit enable let / stop cease
    halt discontinue / prevent avoid avert / choose chose chosen select pick opt / change alter modify / live lived
    reside dwell inhabit / die died death dead decease / kill slain slay / ask inquire / answer reply respond /
    think thought believe / know knew known / happen occur / become became turn / include contain comprise involve
    consist encompass / cause trigger induce / lead led result / speed pace velocity rate / release issue publish /
    found founded establish set / launch introduce / locate situate / name call title term dub / write wrote written
    / win won / lose lost loss / hold held / lie lay located / run ran operate manage / direct directed / perform
    conduct execute / carry carried / move shift relocate / leave left depart / arrive reach / join enter / increase
    rise rose risen grow grew grown growth climb raise boost expand surge gain up / decrease decline fall fell
    fallen drop reduce reduction lower diminish lessen shrink shrank down / improve enhance better / worsen
    deteriorate worse / damage harm injure hurt / repair fix restore / protect guard / check verify test / examine
    investigate study explore scrutinise / assess evaluate appraise / analyse analysis / find found discover detect
    identify / describe depict portray characterise / explain clarify / consider regard view deem / note observe /
    report reported / confirm affirm corroborate / announce declare proclaim / propose proposed recommend / agree
    agreed consent / reject refuse decline / approve endorse / ban prohibit forbid forbade outlaw bar / warn caution
    alert / fight fought battle / defeat beat beaten / attack assault / escape flee fled / travel journey trip /
    send sent transmit / bring brought / take took taken / put place placed / play played / star starred appear
    feature / rule govern reign / own possess have has / owner proprietor / belong member / big large great huge
    enormous vast massive sizeable substantial considerable / small little tiny minor slight / quick rapid fast
    swift / slow slower / old elderly aged ancient / new recent novel / main primary principal chief / key central /
    important significant crucial essential vital critical / difficult hard tough challenging / easy simple
    straightforward / famous renowned celebrated noted prominent wellknown / common widespread prevalent / frequent
    frequently often / usual usually normally typically generally commonly / sole only / whole complete full total
    overall / various diverse different distinct / several multiple numerous many / enough sufficient adequate /
    additional further extra another more / similar alike comparable akin / same identical / previous prior former
    earlier preceding / next following subsequent later / final last ultimate / first initial original / current
    present now today presently currently / annual yearly / daily everyday / strong powerful robust / weak feeble /
    rich wealthy affluent / poor impoverished / happy glad pleased / sad unhappy / angry furious / clever smart
    intelligent / beautiful lovely pretty / dangerous hazardous perilous / risk hazard danger / true correct right
    accurate / wrong incorrect false erroneous / clear evident obvious / likely probable / certain sure / near close
    nearby adjacent / about approximately roughly around circa / nearly almost / mainly mostly primarily largely
    predominantly chiefly / also additionally moreover furthermore too / however though although nevertheless
    nonetheless but yet / therefore thus hence consequently so / because since as / while whilst whereas / within
    inside in / among amongst amid / beneath under underneath below / above over / upon on / toward towards to / via
    through by / during throughout / without lacking / concerning regarding / per each every / quickly rapidly /
    together jointly / alone solely / especially particularly notably specifically / sometimes occasionally / again
    anew / quite rather fairly / method approach technique procedure / aim goal purpose objective target / result
    outcome consequence finding / effect impact influence / role function part / way manner / mistake error fault /
    task job work / company firm business corporation enterprise / employee employees staff worker workforce
    personnel / boss head / shares stock / profit earnings / revenue sales turnover / price cost / fee charge /
    money funds cash / country nation / citizen resident inhabitant / town municipality / city metropolis / street
    road avenue / house home dwelling residence / building edifice / area region zone district / place location site
    spot / border boundary frontier / film movie picture / song track / record recording / show programme program
    series serial / band group / singer vocalist / actor actress performer / author writer novelist / book volume /
    story tale narrative / picture image photograph photo / newspaper paper / article essay / chapter section / car
    automobile / lorry truck / aeroplane airplane plane aircraft / ship vessel boat / train railway railroad rail /
    child children kid kids / infant baby babies newborn / man men male / woman women female / person people
    individual individuals persons human / patient patients / doctor physician medic / lawyer attorney solicitor /
    teacher instructor tutor / pupil student / scientist researcher / specialist expert / soldier troop / leader
    chief / king monarch / ruler sovereign / prize award / contest competition tournament / match game fixture /
    team squad side / illness disease sickness ailment disorder condition / medicine drug medication / cancer tumour
    malignancy / treatment therapy / operation surgery / hospital clinic / symptom sign / heart cardiac / kidney
    renal / liver hepatic / lung pulmonary / brain cerebral / blood haematological / skin dermal cutaneous / mouse
    mice murine / rat rats / trial experiment / sample specimen / evidence proof / data information / law
    legislation statute / court tribunal / judge justice / crime offence / police constabulary / prison jail gaol /
    war conflict / weapon arm arms / election vote ballot poll / committee panel board / meeting session gathering /
    agreement accord pact treaty deal contract / plan scheme project / idea concept notion / problem issue trouble
    difficulty / reason grounds motive / answer solution / question query / example instance / kind type sort
    category form / piece bit / amount quantity sum / number figure count / majority most / percent percentage %
    cent / year years annum / beginning outset onset / top summit peak / edge margin rim / middle centre center /
    component element constituent / material substance / rain rainfall precipitation / forest wood woods / mountain
    mount / sea ocean / river stream / coast shore seaside / island isle / field meadow / crop harvest / cattle cows
    / dog hound / power energy / machine device apparatus appliance / instrument tool implement / equipment gear /
    goods merchandise wares / clothes clothing garments apparel / drink beverage / alcohol liquor / view opinion /
    belief conviction / feeling emotion / fear dread / advantage benefit merit / disadvantage drawback / link
    connection association relation relationship correlate associate / difference disparity / alteration
    modification / chance opportunity possibility likelihood / ability capability capacity / capable able / unable
    incapable / ready prepared / available accessible / responsible accountable / associated linked related
    connected / combined consolidated / projected forecast predicted expected anticipated predict expect anticipate
    / unchanged unaltered unmodified constant / range span scope / ultimately eventually finally / birth born /
    marry married marriage wed wedded / mother mum mom / father dad / debut premiere / hit success / marine maritime
    / spread transmit / replace substitute supplant / copy duplicate / divide split / unite merge amalgamate /
    collect gather / assemble compile / save rescue / throw threw thrown hurl / catch caught / burn burnt / break
    broke / bear bore borne / eat ate eaten consume / drink drank drunk / speak spoke spoken talk / sing sang sung /
    teach taught / learn learnt / draw drew drawn / drive drove driven / fly flew flown / sink sank sunk / swim swam
    swum / go went gone / come came / see saw seen / hear heard / feel felt / stand stood / sit sat / sleep slept /
    wake woke woken / lend lent / spend spent / pay paid / forget forgot forgotten / understand understood
    comprehend / mean meant signify / deal dealt / fail failed / succeed succeeded / elevated heightened / cure heal
    / seek sought / ensure guarantee secure / order command / support back / hire recruit / dismiss fire sack / ep
    extended / tv television / phone telephone / us usa american america / uk britain british / eu european /
    kilometre km / metre m / kilogram kg / gram g / litre l / hectare ha / maths mathematics
"""

_SPELLINGS = (
    (re.compile(r"is(?=(?:e[sdr]?|ing|ations?)$)"), "iz"),
    (re.compile(r"ys(?=(?:e[sdr]?|ing)$)"), "yz"),
    (re.compile(r"(?<=..)ou(?=r(?:s|ed|ing|ite|ites|able|al|ally|less|ful)?$)"), "o"),
    (re.compile(r"(?<=[bcdt])re(?=s?$)"), "er"),
    (re.compile(r"ae|oe(?=[a-z]{2})"), "e"),
    (re.compile(r"ll(?=ed$|ing$|er$|ers$|ment$|ful$)"), "l"),
    (re.compile(r"ogue(?=s?$)"), "og"),
    (re.compile(r"mme(?=s?$)"), "m"),
    (re.compile(r"ence(?=s?$)"), "ense"),
    (re.compile(r"dge(?=ment)"), "dg"),
)
_SPELT = 5  # letters of a word from which on British spelling is told from other words
_NUMERALS = dict(
    zip("zero one two three four five six seven eight nine ten eleven twelve".split(), map(str, range(13)), strict=True)
)
_ORDINALS = dict(zip("first second third fourth fifth sixth".split(), "1st 2nd 3rd 4th 5th 6th".split(), strict=True))
_FAMILY = 5  # letters that words of one family begin with


@lru_cache(maxsize=50_000)
def sense(word: str) -> str:
    """What a word is compared by: its stem, or the first of the words that say the same."""
    word = word.lower()
    if word in _NUMERALS:
        return _NUMERALS[word]
    stem = _stem(word)
    return _groups().get(stem, stem)


def are_alike(one: str, other: str) -> bool:
    """Whether two words say the same or are of one family: "medicine" and "medical", "EU" and "European Union"."""
    one, other = one.lower(), other.lower()
    if sense(one) == sense(other) or _ORDINALS.get(one) == other or _ORDINALS.get(other) == one:
        return True
    shared = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return shared >= _FAMILY or (shared >= 3 and shared >= min(len(one), len(other)) - 1)


def _stem(word: str) -> str:
    if len(word) >= _SPELT:
        for form, other in _SPELLINGS:
            word = form.sub(other, word)
    found = terms(word)
    return found[0] if found else word


@cache
def _groups() -> Mapping[str, str]:
    """The first word of the group for each stem that is in one."""
    found: dict[str, str] = {}
    for group in _GROUPS.split("/"):
        stems = [_stem(word) for word in group.split()]
        for stem in stems:
            found.setdefault(stem, stems[0])
    return found
