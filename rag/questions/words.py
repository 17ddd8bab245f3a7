"""The words that the patterns of questions are made of, and those that no question may hold."""

from __future__ import annotations

PARTICIPLES = (
    "abolished acquired adopted announced appointed approved born built closed commissioned completed constructed"
    " created demolished designed developed discovered dissolved elected enacted established formed founded"
    " inaugurated incorporated installed introduced invented launched opened proposed published ratified rebuilt"
    " released renamed renovated repaired repealed replaced restored signed unveiled written"
)
DOERS = (
    "built composed designed developed directed discovered founded invented led opened painted proposed replaced"
    " restored written"
)
HAPPENED = dict(
    pair.split(":")
    for pair in (
        "arrived:arrive began:begin closed:close died:die ended:end erupted:erupt moved:move opened:open"
        " resigned:resign retired:retire returned:return sank:sink started:start"
    ).split()
)
"""What one does without an object, with its plain form."""
DONE = dict(
    pair.split(":")
    for pair in (
        "acquired:acquire adopted:adopt approved:approve became:become bought:buy built:build completed:complete"
        " created:create discovered:discover established:establish founded:found installed:install"
        " introduced:introduce invented:invent joined:join launched:launch left:leave lost:lose opened:open"
        " published:publish ratified:ratify received:receive released:release replaced:replace signed:sign sold:sell"
        " visited:visit won:win"
    ).split()
)
RESOLVED = {"agreed": "agree", "decided": "decide", "voted": "vote"}
COUNTED = dict(
    pair.split(":")
    for pair in (
        "counted:count employed:employ had:have hosted:host issued:issue operated:operate planted:plant"
        " published:publish received:receive recorded:record trained:train welcomed:welcome"
    ).split()
)
COUNTS = {"contains": "contain", "employs": "employ", "has": "have", "holds": "hold", "operates": "operate"}
LED = "built composed designed directed discovered founded invented led opened painted restored wrote"

BARRED = frozenset(
    (
        "it its he his him she her hers they their them theirs we our us you your i my me this that these those there"
        " here which who whom whose what when where while if because since although though as is are was were be been"
        " has have had do does did will would can could may might must shall should not no never such said above below"
        " number amount total following former latter same respectively other others another also then than so"
        " et al figure table section equation chapter appendix"
    ).split()
)
"""Words that lean on others, or that begin another clause."""
VAGUE = frozenset(
    "thing things one work project study report paper document system process method result results data case part"
    " first second third new main present current next last previous group team company party parties".split()
)
SMALL = frozenset("the a an of and for in on at to by from with de van von la le".split())
UNITS = frozenset(
    "percent per crowns euros dollars pounds francs cents metres meters kilometres kilometers centimetres"
    " centimeters millimetres millimeters miles feet inches tonnes tons kilograms grams degrees times points seconds"
    " minutes hours days weeks months years millions billions thousands shares".split()
)

PRICE = frozenset("budget cost deposit fee fine grant price rent salary".split())
THINGS = frozenset(
    "agency airline airport archipelago association bank book bridge building canal castle charity church city club"
    " college committee company cooperative corporation country county district festival film foundation fund"
    " garden harbour house institute institution island lake language library magazine mountain museum newspaper"
    " novel organisation organization park port product program programme project province publisher region river"
    " school service software species subsidiary system tool town university village".split()
)
PEOPLE = frozenset(
    "actor actress architect artist astronomer author biologist botanist captain chemist composer cyclist director"
    " economist engineer footballer geologist historian inventor journalist judge lawyer mathematician musician"
    " novelist painter philosopher photographer physician physicist player poet politician professor researcher"
    " scientist sculptor singer surgeon surveyor teacher writer".split()
)
ENDING = frozenset("of for in on at to by from with that which who where founded based used".split())
LOOSE = frozenset(
    "good better best bad simple big great real key only whole entire original average usual typical common important"
    " certain given single particular proper right wrong different similar overall general specific final".split()
)
RELATIONS = {
    "is used to": "used for",
    "is used for": "used for",
    "are used to": "used for",
    "are used for": "used for",
    "is responsible for": "responsible for",
    "are responsible for": "responsible for",
    "consist of": "consist of",
    "consists of": "consist of",
    "depend on": "depend on",
    "depends on": "depend on",
    "include": "include",
    "includes": "include",
}
