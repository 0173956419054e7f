"""BARC: type of bleeding, 0 to 5b."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Choice, UnitForm, Variable
from afterload.scores.about import About, Note
from afterload.scores.bleeding_inputs import (
    ANY,
    BLEEDING,
    HB_BEFORE,
    HB_DROP,
    HB_DROP_WAY,
    HB_LOWEST,
    INTRACRANIAL,
    INTRACRANIAL_WAY,
    MEMORY,
    OVERT,
    UNDER_SUPPORT,
    UNITS,
    yes_no,
)
from afterload.scores.derive import Test
from afterload.scores.reading import own_reading
from afterload.scores.staging import Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT

PAPER = Source(
    "Mehran et al., Bleeding Academic Research Consortium. Circulation 2011;123:2736",
    place="types of bleeding, as a paper prints them (Crit Care cc12764, table 3)",
    confidence="C2",
    note="The citation is from general knowledge (M); the table of the paper was not seen.",
)
CHOICE = own_reading("the types are")

FATAL = Variable(
    "bleed_fatal",
    "Fatal bleeding",
    "Saignement mortel",
    kind="enum",
    choices=(
        Choice("none", "Not fatal", "Non mortel"),
        Choice("probable", "Probable", "Probable"),
        Choice("definite", "Definite (overt, or by autopsy or imaging)", "Certain"),
    ),
)
DECLARED = (
    BLEEDING,
    yes_no(
        "bleed_actionable",
        "Bleeding that calls for action: treatment, admission or more care, or evaluation",
        "Saignement conduisant à un traitement, une hospitalisation ou des examens",
    ),
    HB_DROP,
    HB_BEFORE,
    HB_LOWEST,
    UNITS,
    yes_no("bleed_tamponade", "Cardiac tamponade", "Tamponnade"),
    yes_no(
        "bleed_surgery",
        "Surgery to control the bleeding (not dental, nasal, skin or haemorrhoidal)",
        "Chirurgie d'hémostase (hors dentaire, nasale, cutanée ou hémorroïdaire)",
    ),
    yes_no(
        "bleed_vasoactives",
        "Intravenous vasoactive drugs needed for the bleeding",
        "Vasoactifs intraveineux nécessaires du fait du saignement",
    ),
    INTRACRANIAL,
    yes_no(
        "bleed_intraocular",
        "Intraocular bleeding with loss of vision",
        "Hémorragie intraoculaire avec perte de vision",
    ),
    FATAL,
    yes_no(
        "bleed_cabg",
        "Bleeding related to coronary bypass surgery",
        "Saignement lié à un pontage coronarien",
    ),
    yes_no(
        "cabg_intracranial_48h",
        "Intracranial bleeding within 48 hours of bypass surgery",
        "Hémorragie intracrânienne dans les 48 heures du pontage",
    ),
    yes_no(
        "cabg_reoperation",
        "Reoperation for bleeding after closure of the sternotomy",
        "Reprise pour saignement après fermeture de la sternotomie",
    ),
    Variable(
        "rbc_units_48h",
        "Units of blood transfused within 48 hours of bypass surgery",
        "Unités de sang transfusées dans les 48 heures du pontage",
        kind="int",
        unit="{units}",
        low=0,
        high=200,
        soft_low=0,
        soft_high=12,
    ),
    Variable(
        "chest_tube_ml_24h",
        "Chest-tube output within 24 hours",
        "Drainage thoracique en 24 heures",
        unit="mL",
        low=0,
        high=30000,
        soft_low=0,
        soft_high=4000,
        units=(UnitForm("L", 1000.0, source="SI prefix"),),
    ),
    SUPPORT,
)


def _yes(name: str) -> Test:
    return Test(name, 1)


CABG = _yes("bleed_cabg")

BARC = Staging(
    About(
        name="barc",
        title="BARC",
        purpose="Type of a bleeding, 0 to 5b.",
        version="1.0",
        source=PAPER,
        population="Patients with cardiovascular disease; made for trials of antithrombotics.",
        declares=DECLARED,
        cautions=(NONE_AND_A_DEVICE,),
        support=UNDER_SUPPORT,
        notes=(
            Note(
                "3a: fall of haemoglobin or transfusion",
                "A fall of 3 to less than 5 g/dL, or any transfusion with overt bleeding. "
                'PMC6232352 prints "and any transfusion", which is a misprint; another paper '
                '(heart.bmj) prints "at least 3" for the fall.',
                PAPER,
            ),
            Note(
                "Correction for transfusion",
                "Haemoglobin corrected by 1 g/dL for each unit of red cells. From general "
                "knowledge; a fall given directly (hb_drop) is taken as corrected.",
                MEMORY,
            ),
            Note(
                "Order",
                "Asked from 5b down. Type 4 is a kind of its own (bypass surgery) and stands after "
                "3c for its number, not for being graver.",
                CHOICE,
            ),
            Note(
                "Bypass surgery without a criterion of type 4",
                "Read by the other types.",
                CHOICE,
            ),
            Note(
                "Bleeding",
                "Whether there is bleeding is asked first: none is type 0 whatever else is "
                "missing, and while it is not told type 0 stays possible.",
                CHOICE,
            ),
            Note(
                "ELSO's major bleeding",
                "Not computed here: its criteria were not seen in a source.",
                replace(MEMORY, confidence="U", place="ELSO definitions of bleeding"),
            ),
        ),
    ),
    (
        Stage("barc_0", "0: no bleeding", ((),), PAPER),
        Stage("barc_1", "1: bleeding that is not actionable", ((ANY,),), PAPER),
        Stage("barc_2", "2: overt, actionable", ((OVERT, _yes("bleed_actionable")),), PAPER),
        Stage(
            "barc_3a",
            "3a: overt, haemoglobin down 3 to < 5 g/dL, or any transfusion",
            ((OVERT, Test("hb_drop", 30)), (OVERT, Test("rbc_units", 1))),
            PAPER,
        ),
        Stage(
            "barc_3b",
            "3b: overt, haemoglobin down ≥ 5 g/dL; tamponade; surgery to control it; vasoactives",
            (
                (OVERT, Test("hb_drop", 50)),
                (ANY, _yes("bleed_tamponade")),
                (ANY, _yes("bleed_surgery")),
                (ANY, _yes("bleed_vasoactives")),
            ),
            PAPER,
        ),
        Stage(
            "barc_3c",
            "3c: intracranial, or intraocular with loss of vision",
            ((ANY, _yes("bleed_intracranial")), (ANY, _yes("bleed_intraocular"))),
            PAPER,
        ),
        Stage(
            "barc_4",
            "4: bypass surgery: intracranial within 48 h, reoperation, ≥ 5 units in 48 h, or "
            "chest tube ≥ 2 L in 24 h",
            (
                (ANY, CABG, _yes("cabg_intracranial_48h")),
                (ANY, CABG, _yes("cabg_reoperation")),
                (ANY, CABG, Test("rbc_units_48h", 5)),
                (ANY, CABG, Test("chest_tube_ml_24h", 2000)),
            ),
            PAPER,
        ),
        Stage(
            "barc_5a",
            "5a: probable fatal bleeding",
            ((ANY, Test("bleed_fatal", levels=("probable",))),),
            PAPER,
        ),
        Stage(
            "barc_5b",
            "5b: definite fatal bleeding",
            ((ANY, Test("bleed_fatal", levels=("definite",))),),
            PAPER,
        ),
    ),
    quantities=(HB_DROP_WAY, INTRACRANIAL_WAY),
)
