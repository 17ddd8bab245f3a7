"""Words of a kind: what one of them is put in the place of. Plain lists, not complete, and careful rather than long."""

from __future__ import annotations

FIRST_NAMES = frozenset(
    """
    Aaron Adam Alan Albert Alexander Alfred Alice Amanda Amy Andrea Andrew Angela Ann Anna Anne Anthony Antonio Arthur
    Barbara Benjamin Bernard Betty Bill Billy Bob Brad Brian Bruce Carl Carlos Caroline Catherine Charles Charlotte
    Chris Christian Christine Christopher Claire Colin Craig Dan Daniel Danny David Dean Deborah Dennis Diana Diane
    Donald Dorothy Douglas Edgar Edward Eleanor Elizabeth Ellen Emily Emma Eric Ernest Eva Frances Francis Frank Fred
    Frederick Gary George Gerald Gordon Graham Grant Greg Hannah Harold Harry Helen Henry Herbert Howard Hugh Ian Isaac
    Jack Jacob James Jamie Jane Janet Jason Jean Jeff Jeffrey Jennifer Jeremy Jerry Jessica Jim Jimmy Joan Joe Johann
    Johannes John Johnny Jonathan Joseph Joshua Juan Judith Julia Julie Karen Karl Kate Katherine Keith Kelly Ken
    Kenneth Kevin Kim Larry Laura Lawrence Leonard Lewis Linda Lisa Louis Louise Lucy Luis Luke Margaret Maria Marie
    Marilyn Mark Martha Martin Mary Matt Matthew Max Michael Michelle Miguel Mike Nancy Natalie Neil Nicholas Nick
    Nicole Oliver Oscar Otto Pamela Patricia Patrick Paul Pedro Peter Philip Phillip Rachel Ralph Ray Raymond Rebecca
    Richard Rick Robert Roger Ronald Rose Roy Russell Ruth Ryan Sally Sam Samuel Sandra Sarah Scott Sean Sharon Shirley
    Simon Sophie Stanley Stephen Steve Steven Stuart Susan Suzanne Terry Theodore Thomas Tim Timothy Todd Tom Tony
    Victor Victoria Vincent Virginia Walter Warren Wayne William Winston
    """.split()
)
COUNTRIES = """
    Argentina Australia Austria Bangladesh Belgium Brazil Bulgaria Canada Chile China Colombia Cuba Denmark Egypt
    England
    Ethiopia Finland France Germany Ghana Greece Hungary India Indonesia Iran Iraq Ireland Israel Italy Japan Kenya
    Malaysia Mexico Morocco Nepal Netherlands Nigeria Norway Pakistan Peru Philippines Poland Portugal Romania Russia
    Scotland Singapore Spain Sweden Switzerland Syria Taiwan Thailand Turkey Uganda Ukraine Vietnam Wales Zimbabwe
""".split()
CITIES = """
    Amsterdam Athens Atlanta Baltimore Bangkok Barcelona Beijing Berlin Birmingham Boston Brussels Budapest Cairo
    Chicago Copenhagen Dallas Delhi Denver Detroit Dublin Edinburgh Florence Frankfurt Geneva Glasgow Hamburg Helsinki
    Houston Istanbul Jerusalem Leipzig Lisbon Liverpool London Madrid Manchester Melbourne Miami Milan Minneapolis
    Montreal Moscow Mumbai Munich Naples Osaka Oslo Paris Philadelphia Phoenix Pittsburgh Portland Prague Rome Seattle
    Shanghai Stockholm Sydney Tokyo Toronto Vancouver Venice Vienna Warsaw Zurich
""".split()
PEOPLES = """
    American Australian Austrian Belgian Brazilian British Canadian Chinese Danish Dutch Egyptian French German Greek
    Hungarian Indian Irish Italian Japanese Korean Mexican Norwegian Polish Portuguese Russian Scottish Spanish Swedish
    Swiss Turkish
""".split()
INSTITUTIONS = frozenset(
    """
    University College Institute Institution Academy School Museum Library Hospital Company Corporation Inc Ltd Bank
    Ministry Department Agency Council Committee Commission Association Society Organization Organisation Foundation
    Party Union Court Congress Parliament Senate Church Club Group Records Studios Pictures Press Times Post Board
    Bureau Center Centre Laboratory Trust Service Services Airlines Railway Office Authority Federation League
    """.split()
)
NO_NAMES = frozenset(
    """
    A About After All Also Although An And Another Any As At Background Based Because Before Being Between Both But By
    Conclusion Conclusions Data Despite During Each Early Every Few Figure Finally First Following For From Furthermore
    Given Had Has Have He Her Here His How However I If II III IV In Including Initially Instead Interestingly Into It
    Its January February March April May June July August September October November December Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday Later Like Many Methods More Moreover Most Much My Never No Not Note Notably Now
    Objective Of Often On Once One Only Or Other Our Over Overall Patients Perhaps Purpose Rather Recent Recently
    Results
    Season Section See Several She Since So Some Such Table Taken Than That The Their Then There Therefore These They
    Third This Those Though Three Through Throughout Thus To Today Together Two Under Unlike Until Upon Use Using Very
    We Well Were What When Where Whether Which While Who With Within Without Yet You Your Is Are Was Be Do Does Did Can
    Will May Might Could Should Would Eventually Currently Additionally Similarly Specifically Importantly Originally
    Even Next Last Four Five Six Seven Eight Nine Ten According Among Against Along Around Across AD BC BCE CE AM PM
    AND OR NOT THE OK US UK USA EU TV DNA RNA API JSON HTTP Internet English Latin Earth Moon Sun God Bible Christmas
    Easter Get Role Content User Go Click Please Western Eastern Northern Southern Central Measurements Participants
    Design Setting
    Main Aim Aims Men Women Children People Neither Either Introduction Discussion Summary Findings Importance
    Interventions Materials Study Studies Evidence
    Analysis Treatment Human Mice Cells Ltd Inc Co Jr Sr St No Mr Mrs Dr Vol
    """.split()
)
_ROWS = """
    north south east west
    northern southern eastern western
    mother father sister brother aunt uncle
    son daughter nephew niece
    husband father son
    wife mother daughter
    king queen prince
    actor singer painter politician engineer lawyer
    actress singer painter politician dancer
    novelist painter composer architect
    album film novel musical
    red blue green yellow purple
    dogs cats horses sheep pigs
    dog cat horse cow goat
    river lake mountain
    village island forest
    boys girls
    mice rats rabbits monkeys zebrafish
    mouse rat rabbit zebrafish
    liver kidney heart lung spleen pancreas
    kidneys lungs ovaries
    morning evening afternoon
    summer winter spring autumn
    gold copper iron zinc
    bacteria viruses fungi
    bacterial viral fungal parasitic
    diabetes asthma epilepsy tuberculosis arthritis
    breast prostate ovarian colorectal pancreatic
    hospital school church factory
    hospitals schools churches prisons
    football basketball baseball hockey tennis
    oxygen nitrogen hydrogen
    calcium potassium sodium magnesium
    insulin glucagon leptin cortisol
    children adolescents adults
    nurses teachers farmers soldiers
    drummer guitarist bassist pianist
    guitar piano violin drums
    wheat rice maize barley
    apples oranges grapes
    bread meat fish cheese
    winter summer
    oral intravenous subcutaneous
    protein lipid glucose
    proteins lipids carbohydrates
    president chancellor mayor governor
    minister ambassador bishop
    army navy
    train ship aeroplane
    wood stone brick concrete
    temperature pressure humidity
    width length depth
    weight height
    salt sugar
    coal gas
    spring summer
    ambulance tram lorry
    harbour airport
    bridge tunnel tower
    morning night
    retinal renal hepatic cardiac pulmonary
    placebo aspirin
    smoking drinking
    malaria influenza measles cholera
    neurons astrocytes microglia
    macrophages neutrophils eosinophils
    plants animals
    insects birds reptiles
    cotton wool silk
    Python Java
"""
SIBLINGS: dict[str, tuple[str, ...]] = {}
"""Each word of a kind with the others."""
for _row in _ROWS.strip().splitlines():
    _members = _row.split()
    for _member in _members:
        SIBLINGS[_member] = (*SIBLINGS.get(_member, ()), *(other for other in _members if other != _member))
