"""SAPS II: hospital mortality of critical illness from the first 24 h in intensive care."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores.about import About, Caution, Limit, Note
from afterload.scores.band import Band
from afterload.scores.card import Card, Composed, Item, Window, by_level, yes
from afterload.scores.oxygenation import DECLARES, respiration
from afterload.scores.reading import own_reading
from afterload.scores.risk import Logistic
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Le Gall JR, Lemeshow S, Saulnier F. A new Simplified Acute Physiology Score (SAPS II) based "
    "on a European/North American multicenter study. JAMA 1993;270:2957",
    place="score table",
    confidence="C2",
    note="Points as one public code gives them (SOPHIE idcrit-v99.js), which agree with memory; "
    "the primary table was not seen.",
)
EQUATION = replace(
    PAPER,
    place="equation of the predicted mortality",
    note="Coefficients as a public code gives them; a total of 64 gives 75.3 % there too.",
)
MEMORY = replace(PAPER, confidence="M", note="")
CHOICE = own_reading("the paper is")
PER_DAY = 1 / 24
"""mL/h in 1 mL/day (the factor of the vocabulary)."""


def _limit(mg_dl: float, factor: float) -> float:
    """A limit printed in mg/dL, in the registry's unit.

    The machine's product can miss the decimal number by a hair (6 × 17.1 is a hair above 102.6).
    The lower of the two is the limit, so that a value exactly on it is in, whichever unit it was
    written in.
    """
    return min(mg_dl * factor, round(mg_dl * factor, 6))


UREA_28, UREA_84 = (_limit(mg_dl, 0.357) for mg_dl in (28, 84))
"""mmol/L of urea for urea nitrogen in mg/dL (the factor of the vocabulary)."""
BILIRUBIN_4, BILIRUBIN_6 = (_limit(mg_dl, 17.1) for mg_dl in (4, 6))
"""µmol/L of bilirubin (the factor of the vocabulary)."""

ADMISSION = Variable(
    "admission_type",
    "Type of admission",
    "Type d'admission",
    kind="enum",
    choices=(
        Choice("scheduled_surgical", "Scheduled surgical", "Chirurgie programmée"),
        Choice("medical", "Medical", "Médicale"),
        Choice("unscheduled_surgical", "Unscheduled surgical", "Chirurgie non programmée"),
    ),
)
AIDS = Variable("aids", "AIDS", "SIDA", kind="bool")
HAEMATOLOGIC = Variable(
    "haem_malignancy", "Haematological malignancy", "Hémopathie maligne", kind="bool"
)
METASTATIC = Variable("metastatic_cancer", "Metastatic cancer", "Cancer métastatique", kind="bool")

SAPS_II = Card(
    About(
        name="saps2",
        title="SAPS II",
        purpose="Hospital mortality of critical illness, from the worst values of the first 24 h "
        "in intensive care.",
        version="1.1",
        source=PAPER,
        cohort="Intensive care units of Europe and North America; surgical and medical patients.",
        population="Adults in intensive care. Coronary care, cardiac surgery and burns were left "
        "out when it was made (from memory).",
        declares=(*DECLARES, ADMISSION, AIDS, HAEMATOLOGIC, METASTATIC, SUPPORT),
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "SAPS II is for adults (18 years and over): no total is given for a child.",
                MEMORY,
            ),
        ),
        cautions=(
            Caution(
                "SAPS II asks for the worst values of the first 24 h in intensive care; values of "
                "one moment can only be as bad or better.",
                MEMORY,
            ),
            Caution(
                "Urine is read as the mean of 24 hours (mL/h × 24 = mL/day); a "
                "rate of a few hours is not the day's output.",
                CHOICE,
                "urine_ml_h",
            ),
            NONE_AND_A_DEVICE,
        ),
        support=under_support("SAPS II", "arterial pressure", "bilirubin"),
        notes=(
            Note(
                "Range and chronic diseases",
                "The items add up to at most 146 without the chronic diseases; with a published "
                "range of 0 to 163 only one of them (AIDS, 17) can count, so the worst of the "
                "three is taken. Adding them up, as some programs do, would reach 182.",
                replace(PAPER, place="range of the score", confidence="M"),
            ),
            Note(
                "PaO2/FiO2",
                "Counts only under invasive ventilation, CPAP or non-invasive ventilation. A "
                "ventilated patient without blood gases is missing it (6 to 11 points here); the "
                "public code gives 0.",
                PAPER,
            ),
            Note(
                "Missing inputs",
                "By convention a missing value counts as normal, 0 points. Not done here: what is "
                "missing leaves an interval.",
                MEMORY,
            ),
            Note(
                "Units",
                "The bands of urea nitrogen (28 and 84 mg/dL) and bilirubin (4 and 6 mg/dL) are "
                "those in mg/dL; in the registry's units urea 9.996 and 29.988 mmol/L, bilirubin "
                "68.4 and 102.6 µmol/L.",
                PAPER,
            ),
            Note(
                "Values between the printed bands",
                "Bands printed in whole numbers (heart rate 40-69, 70-119) go on to the next: 69.5 "
                "is in 40-69. Age is in completed years.",
                CHOICE,
            ),
            Note(
                "Which value is the worst",
                "The one with the most points, on either side of normal: of heart rates 35 and "
                "150 the first.",
                MEMORY,
            ),
        ),
    ),
    items=(
        Item(
            "age_years",
            "Age",
            (Band(0, high=40), Band(7, 40, 60, text="40-59"), Band(12, 60, 70, text="60-69"),
             Band(15, 70, 75, text="70-74"), Band(16, 75, 80, text="75-79"), Band(18, 80)),
            PAPER,
        ),
        Item(
            "hr",
            "Heart rate",
            (Band(11, high=40), Band(2, 40, 70, text="40-69"), Band(0, 70, 120, text="70-119"),
             Band(4, 120, 160, text="120-159"), Band(7, 160)),
            PAPER,
        ),
        Item(
            "sbp",
            "Systolic pressure",
            (Band(13, high=70), Band(5, 70, 100, text="70-99"), Band(0, 100, 200, text="100-199"),
             Band(2, 200)),
            PAPER,
        ),
        Item("temp_c", "Temperature", (Band(0, high=39), Band(3, 39)), PAPER),
        respiration(
            (Band(11, high=100), Band(9, 100, 200), Band(6, 200)),
            0,
            PAPER,
            "PaO2/FiO2 in mmHg, only under ventilation or CPAP.",
        ),
        Item(
            "urine_ml_h",
            "Urine",
            (
                Band(11, high=500 * PER_DAY, text="< 0.5 L/day"),
                Band(4, 500 * PER_DAY, 1000 * PER_DAY, text="0.5 to < 1 L/day"),
                Band(0, 1000 * PER_DAY, text="≥ 1 L/day"),
            ),
            PAPER,
            definition="Of 24 hours; by the day as urine=0.45L/d.",
        ),
        Item(
            "urea",
            "Urea",
            (
                Band(0, high=UREA_28, text="BUN < 28 mg/dL"),
                Band(6, UREA_28, UREA_84, text="BUN 28-83 mg/dL"),
                Band(10, UREA_84, text="BUN ≥ 84 mg/dL"),
            ),
            PAPER,
            definition="Printed as urea nitrogen (BUN), mg/dL.",
        ),
        Item("wbc", "Leucocytes", (Band(12, high=1), Band(0, 1, 20), Band(3, 20)), PAPER),
        Item("potassium", "Potassium", (Band(3, high=3), Band(0, 3, 5), Band(3, 5)), PAPER),
        Item(
            "sodium",
            "Sodium",
            (Band(5, high=125), Band(0, 125, 145, text="125-144"), Band(1, 145)),
            PAPER,
        ),
        Item(
            "hco3",
            "Bicarbonate",
            (Band(6, high=15), Band(3, 15, 20, text="15-19"), Band(0, 20)),
            PAPER,
        ),
        Item(
            "bilirubin",
            "Bilirubin",
            (
                Band(0, high=BILIRUBIN_4, text="< 4 mg/dL"),
                Band(4, BILIRUBIN_4, BILIRUBIN_6, text="4.0-5.9 mg/dL"),
                Band(9, BILIRUBIN_6, text="≥ 6 mg/dL"),
            ),
            PAPER,
        ),
        Item(
            "gcs_total",
            "Glasgow coma score",
            (Band(26, high=6), Band(13, 6, 9, text="6-8"), Band(7, 9, 11, text="9-10"),
             Band(5, 11, 14, text="11-13"), Band(0, 14, text="14-15")),
            PAPER,
        ),
        Composed(
            "chronic_disease",
            "Chronic disease",
            (
                Item("metastatic_cancer", "Metastatic cancer", yes(9), PAPER),
                Item("haem_malignancy", "Haematological malignancy", yes(10), PAPER),
                Item("aids", "AIDS", yes(17), PAPER),
            ),
            replace(PAPER, place="range of the score", confidence="M"),
            definition="The worst of the three.",
        ),
        Item(
            "admission_type",
            "Type of admission",
            by_level(
                ADMISSION, {"scheduled_surgical": 0, "medical": 6, "unscheduled_surgical": 8}
            ),
            PAPER,
        ),
    ),
    predict=Logistic("mortality", "hospital discharge", EQUATION, -7.7631, 0.0737, 0.9971),
    # A rate of urine is that of some hours: the worst of a day's rates is not the day's urine.
    window=Window(24, since="icu_admit_dt", but=("urine_ml_h",)),
)  # fmt: skip
