"""Haemolysis under mechanical support: one staging per definition, which the result names."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About, Caution, Note
from afterload.scores.derive import AnyOf, Equation, Test
from afterload.scores.reading import own_reading
from afterload.scores.staging import Quantity, Stage, Staging
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT
from afterload.scores.support import SOURCE as DEVICE_SOURCE

OLDER = Source(
    "Cowger et al. 2014; haemolysis under left ventricular assist devices",
    place="abstract (metajournal.com/articles/589262)",
    confidence="C1",
)
PRACTICE = Source(
    "Education pages of the manufacturer of Impella (heartrecovery.com)",
    place="FAQ on hemolysis",
    confidence="C2",
    note="A manufacturer's page; it says that there are no published recommendations for acute "
    "support.",
)
CURRENT = Source(
    "INTERMACS, and Mechanical Circulatory Support Academic Research Consortium (MCS-ARC)",
    place="definition of haemolysis",
    confidence="M",
    note="From general knowledge; that the first 72 hours are left out is on the manufacturer's "
    "page (C2).",
)
HOURS_72 = replace(PRACTICE, place='FAQ on hemolysis, "72 h post"')
CHOICE = own_reading("the definition is")


def _sign(name: str, label: str, label_fr: str) -> Variable:
    return Variable(name, label, label_fr, kind="bool")


SIGNS = (
    _sign("haemoglobinuria", "Haemoglobinuria", "Hémoglobinurie"),
    _sign("haemolytic_anaemia", "Anaemia without another cause", "Anémie sans autre cause"),
    _sign("hyperbilirubinaemia", "Raised bilirubin without another cause", "Hyperbilirubinémie"),
    _sign("pump_dysfunction", "Pump dysfunction", "Dysfonction de la pompe"),
)
ANY_SIGN = _sign(
    "haemolysis_signs", "Clinical findings of haemolysis", "Signes cliniques d'hémolyse"
)
SIGNS_WAY = Quantity(
    "haemolysis_signs",
    AnyOf(tuple(Test(sign.name, 1) for sign in SIGNS), "any clinical finding of haemolysis"),
)
UPPER_LIMIT = Variable(
    "ldh_uln",
    "Upper limit of normal of LDH, at the laboratory",
    "Limite supérieure de la normale de la LDH, au laboratoire",
    unit="U/L",
    low=50,
    high=1000,
    soft_low=180,
    soft_high=480,
)
LDH_RATIO = Variable(
    "ldh_ratio",
    "LDH as a multiple of the upper limit of normal",
    "LDH en multiple de la limite supérieure de la normale",
    unit="1",
    low=0,
    high=600,
    soft_low=0.3,
    soft_high=10,
)
LDH_WAY = Quantity(
    "ldh_ratio",
    Equation(
        "ldh / ldh_uln",
        lambda _, x: x["ldh"] / x["ldh_uln"],
        rises=("ldh",),
        falls=("ldh_uln",),
    ),
)
SUPPORT_HOURS = Variable(
    "support_hours",
    "Hours since the start of support",
    "Heures depuis le début de l'assistance",
    unit="h",
    low=0,
    high=20000,
    soft_low=0,
    soft_high=400,
)
HIGH_COUNT = Variable(
    "pfhb_high_count",
    "Measurements of free haemoglobin above 40 mg/dL, each 8 hours or more after the one before",
    "Mesures d'hémoglobine libre au-dessus de 40 mg/dL, à 8 heures d'intervalle au moins",
    kind="int",
    unit="{score}",
    low=0,
    high=100,
    soft_low=0,
    soft_high=6,
)

TWO_PUMPS = (
    Caution(
        "Under VA-ECMO free haemoglobin can come from the circuit or from another pump: it does "
        "not tell which.",
        DEVICE_SOURCE,
        "support",
        levels=("ecls",),
    ),
    Caution(
        "Under Impella: rule out a wrong position and suction first.",
        DEVICE_SOURCE,
        "support",
        levels=("impella",),
    ),
)
LDH_IN_AMI = Caution(
    "LDH does not tell haemolysis after myocardial infarction, which raises it too.",
    PRACTICE,
    "ami_type",
    levels=("stemi", "nstemi"),
)
CONFLICT = Note(
    "Which definition",
    "Limits of 20 and 40 mg/dL are both in use, and INTERMACS leaves the first 72 hours out, so "
    "that it cannot be used on the first days of an Impella: the definition is chosen by the name "
    "of the score, and stands in the result.",
    HOURS_72,
)
GRADES = Note(
    "ELSO's moderate and severe",
    "The registry's grade of haemolysis follows ELSO; it is not one of these.",
    CHOICE,
)
LATE = Test("support_hours", 72, low_closed=False)
EARLY = Test("support_hours", high=72)
RAISED = (
    Test("pfhb", 200, low_closed=False),
    Test("ldh_ratio", 2.5, low_closed=False),
)
SIGNED = Test("haemolysis_signs", 1)

HAEMOLYSIS_MCS_ARC = Staging(
    About(
        name="haemolysis_mcs_arc_20",
        title="Haemolysis (MCS-ARC and current INTERMACS, 20 mg/dL)",
        purpose="Minor or major haemolysis after the first 72 hours of support.",
        version="1.0",
        source=CURRENT,
        population="Durable ventricular assist devices; used for temporary ones too.",
        status="provisional",
        declares=(SUPPORT_HOURS, LDH_RATIO, UPPER_LIMIT, ANY_SIGN, *SIGNS, SUPPORT),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "This definition is provisional: its numbers (20 mg/dL, LDH 2.5 times normal) are "
                "from general knowledge (M), not yet seen in a source.",
                CURRENT,
            ),
            Caution(
                "INTERMACS cannot be used for the first days of an Impella: the first 72 hours of "
                "support are left out.",
                HOURS_72,
                "support_hours",
                0,
                72,
            ),
            LDH_IN_AMI,
        ),
        support=TWO_PUMPS,
        notes=(
            CONFLICT,
            Note(
                "The first 72 hours",
                "A raised value up to and with hour 72 is told as not assessable, not as none.",
                CHOICE,
            ),
            Note(
                "Clinical findings",
                "Haemoglobinuria, anaemia, hyperbilirubinaemia or pump dysfunction.",
                CURRENT,
            ),
            GRADES,
        ),
    ),
    (
        Stage("none", "None by this definition", ((),), CURRENT),
        Stage(
            "not assessable in the first 72 h",
            "Gap: raised, but the definition leaves the first 72 hours out",
            tuple((EARLY, test) for test in RAISED),
            HOURS_72,
            reach=("none", "major"),
        ),
        Stage(
            "minor",
            "Minor: free haemoglobin > 20 mg/dL or LDH > 2.5 times normal after 72 h, no finding",
            tuple((LATE, test) for test in RAISED),
            CURRENT,
        ),
        Stage(
            "major",
            "Major: the same with clinical findings",
            tuple((LATE, test, SIGNED) for test in RAISED),
            CURRENT,
        ),
    ),
    quantities=(LDH_WAY, SIGNS_WAY),
)

HAEMOLYSIS_INTERMACS = Staging(
    About(
        name="haemolysis_intermacs_40",
        title="Haemolysis (older INTERMACS, 40 mg/dL)",
        purpose="Haemolysis: free haemoglobin above 40 mg/dL with signs.",
        version="1.0",
        source=OLDER,
        population="Durable left ventricular assist devices.",
        status="provisional",
        declares=(ANY_SIGN, *SIGNS, SUPPORT_HOURS, SUPPORT),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "This definition is provisional: its 40 mg/dL was seen in an abstract, which signs "
                "count was not.",
                OLDER,
            ),
            Caution(
                "INTERMACS was made for durable pumps; whether this older wording also left the "
                "first 72 hours out was not seen.",
                HOURS_72,
                "support_hours",
                0,
                72,
            ),
        ),
        support=TWO_PUMPS,
        notes=(
            CONFLICT,
            Note(
                "LDH",
                "LDH of 2.5 times normal or more (600 IU/L) was studied beside it as an "
                "alternative definition; it is not part of this one.",
                OLDER,
            ),
            Note(
                "Signs",
                "The list (haemoglobinuria, anaemia, raised bilirubin, pump dysfunction) is that "
                "of the current definition, from general knowledge.",
                CURRENT,
            ),
            GRADES,
        ),
    ),
    (
        Stage("none", "None by this definition", ((),), OLDER),
        Stage(
            "haemolysis",
            "Free haemoglobin > 40 mg/dL with signs or symptoms",
            ((Test("pfhb", 400, low_closed=False), SIGNED),),
            OLDER,
        ),
    ),
    quantities=(SIGNS_WAY,),
)

HAEMOLYSIS_PVAD = Staging(
    About(
        name="haemolysis_pvad_40",
        title="Haemolysis (practice under percutaneous pumps, 40 mg/dL repeated)",
        purpose="Haemolysis: free haemoglobin above 40 mg/dL on more than two measurements.",
        version="1.0",
        source=PRACTICE,
        population="Impella and other percutaneous pumps.",
        status="provisional",
        declares=(HIGH_COUNT, SUPPORT),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution(
                "This definition is provisional: it stands on a manufacturer's page, and there are "
                "no published recommendations for acute support.",
                PRACTICE,
            ),
            Caution(
                'Two measurements are not enough here: the page asks for "more than two".',
                PRACTICE,
                "pfhb_high_count",
                2,
                2,
            ),
        ),
        support=TWO_PUMPS,
        notes=(
            CONFLICT,
            Note(
                "LDH",
                "Not used: myocardial infarction raises it too.",
                PRACTICE,
            ),
            GRADES,
        ),
    ),
    (
        Stage("none", "None by this definition", ((),), PRACTICE),
        Stage(
            "haemolysis",
            "Free haemoglobin > 40 mg/dL on more than two measurements, 8 h apart or more",
            ((Test("pfhb_high_count", 3),),),
            PRACTICE,
        ),
    ),
)
