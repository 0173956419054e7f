"""What the definitions of cardiogenic shock ask beyond the clinical variables of the vocabulary.

A site that records them declares variables of the same names, kinds and units; its registry then
feeds the definitions.
"""

from __future__ import annotations

from afterload.core.variable import UnitForm, Variable
from afterload.scores.definition import Lasting, Presumed
from afterload.scores.derive import Test
from afterload.scores.reading import own_reading

SBP_BELOW_90_MIN = Variable(
    "sbp_below_90_min",
    "Longest spell with systolic pressure below 90 mmHg",
    "Plus longue période de pression systolique inférieure à 90 mmHg",
    unit="min",
    low=0,
    high=10_080,
    aliases=("hypotension_min",),
    units=(UnitForm("h", 60),),
)
"""From time-stamped pressures: see `afterload.scores.duration`."""

SUPPORT_FOR_SBP = Variable(
    "support_for_sbp",
    "Drugs or a device needed to keep systolic pressure at 90 mmHg or above",
    "Médicaments ou assistance nécessaires pour maintenir la pression systolique à 90 mmHg ou plus",
    kind="bool",
)
CATECHOLAMINES_FOR_SBP = Variable(
    "catecholamines_for_sbp",
    "Catecholamines needed to keep systolic pressure above 90 mmHg",
    "Catécholamines nécessaires pour maintenir la pression systolique au-dessus de 90 mmHg",
    kind="bool",
)
COLD_SKIN = Variable(
    "cold_skin",
    "Cold extremities, or cold and clammy skin",
    "Extrémités froides, ou peau froide et moite",
    kind="bool",
    aliases=("cold_extremities", "cool_extremities"),
)
CONGESTION = Variable(
    "pulmonary_congestion",
    "Clinical pulmonary congestion",
    "Congestion pulmonaire clinique",
    kind="bool",
    aliases=("congestion",),
)
LV_DYSFUNCTION = Variable(
    "lv_dysfunction",
    "Left ventricular dysfunction",
    "Dysfonction ventriculaire gauche",
    kind="bool",
)
CARDIAC_DISORDER = Variable(
    "cardiac_disorder",
    "A cardiac disorder is the cause",
    "Une maladie cardiaque en est la cause",
    kind="bool",
)
HYPOPERFUSION = Variable(
    "hypoperfusion",
    "Evidence of hypoperfusion, as judged at the bedside",
    "Signes d'hypoperfusion, selon le jugement clinique",
    kind="bool",
)
ADEQUATE_VOLUME = Variable(
    "adequate_volume",
    "Adequate volume (filling)",
    "Volémie adéquate (remplissage)",
    kind="bool",
)
OLIGURIA = Variable("oliguria", "Oliguria", "Oligurie", kind="bool")
DIZZINESS = Variable("dizziness", "Dizziness", "Sensations vertigineuses", kind="bool")
NARROW_PULSE_PRESSURE = Variable(
    "narrow_pulse_pressure", "Narrow pulse pressure", "Pression pulsée pincée", kind="bool"
)
METABOLIC_ACIDOSIS = Variable(
    "metabolic_acidosis", "Metabolic acidosis", "Acidose métabolique", kind="bool"
)
LACTATE_RAISED = Variable(
    "lactate_raised",
    "Lactate above the laboratory's normal range",
    "Lactate au-dessus des valeurs normales du laboratoire",
    kind="bool",
)
CREATININE_RAISED = Variable(
    "creatinine_raised",
    "Creatinine above the laboratory's normal range",
    "Créatinine au-dessus des valeurs normales du laboratoire",
    kind="bool",
)
MULTIVESSEL_DISEASE = Variable(
    "multivessel_disease",
    "Stenosis above 70 % in at least two major vessels of 2 mm or more",
    "Sténose de plus de 70 % d'au moins deux vaisseaux principaux de 2 mm ou plus",
    kind="bool",
)
EARLY_PCI_PLANNED = Variable(
    "early_pci_planned",
    "Early PCI planned, culprit lesion identified",
    "Angioplastie précoce prévue, lésion coupable identifiée",
    kind="bool",
)

LOW_PRESSURE = Lasting("sbp_below_90_min", "sbp")
"""One systolic pressure does not tell how long it lasted."""

WORKED = own_reading("the definitions are")


def running(name: str) -> Test:
    """The test that a drug runs: a rate above 0."""
    return Test(name, low=0, low_closed=False)


VASOPRESSOR_RUNS = Presumed(
    "support_for_sbp",
    (running("norepi"), running("epi"), running("vasopressin")),
    "A vasopressor runs: read as support that keeps the systolic pressure up. If it is not, say "
    "support_for_sbp=no.",
    WORKED,
)
CATECHOLAMINE_RUNS = Presumed(
    "catecholamines_for_sbp",
    (running("norepi"), running("epi")),
    "Noradrenaline or adrenaline runs: read as given to keep the systolic pressure above 90 mmHg. "
    "If it is not, say catecholamines_for_sbp=no.",
    WORKED,
)
