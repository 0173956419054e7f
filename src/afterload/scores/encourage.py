"""ENCOURAGE: survival of patients with myocardial infarction supported by VA-ECMO."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About, Caution, Limit, Note, Validation
from afterload.scores.band import Band
from afterload.scores.card import Card, Class, Item, yes
from afterload.scores.derive import AnyOf, Equation, Test
from afterload.scores.population import heart_surgery, resuscitation, unknown, veno_venous
from afterload.scores.reading import own_reading

PAPER = Source(
    "Muller G, Flecher E, Lebreton G, et al. The ENCOURAGE mortality risk score and analysis of "
    "long-term outcomes after VA-ECMO for acute myocardial infarction with cardiogenic shock. "
    "Intensive Care Med 2016;42(3):370-378",
    doi="10.1007/s00134-016-4223-9",
    place="abstract",
    confidence="C1",
)
POINTS = replace(
    PAPER,
    place="score table",
    confidence="C2",
    note="Points as two public codes give them; variables and cut-offs are in the abstract.",
)
TOURS = Source(
    "External validation of ENCOURAGE in Tours",
    place="pmc.ncbi.nlm.nih.gov/articles/PMC7957612",
    confidence="C1",
)
CHOICE = own_reading("the paper is")

ENCOURAGE = Card(
    About(
        name="encourage",
        title="ENCOURAGE",
        purpose="Six-month survival of patients with acute myocardial infarction on VA-ECMO, "
        "from what is known before ECMO.",
        version="1.0",
        source=PAPER,
        cohort="Two French intensive care units, 2008-2013; n = 138 with acute myocardial "
        "infarction on VA-ECMO, 47 % survived intensive care.",
        discrimination="AUROC 0.84 (95 % CI 0.77-0.91).",
        before_support=True,
        population="Adults with acute myocardial infarction and cardiogenic shock on VA-ECMO.",
        declares=(Variable("female", "Female sex", "Sexe féminin", "bool"),),
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "ENCOURAGE was made in adults (18 years and over): no total is given for a child.",
                CHOICE,
            ),
        ),
        cautions=(
            Caution(
                "ENCOURAGE was made in acute myocardial infarction; this patient has none, so "
                "the published survival does not apply.",
                PAPER,
                "ami_type",
                levels=("none",),
            ),
            veno_venous("ENCOURAGE", "acute myocardial infarction on VA-ECMO", PAPER),
            *heart_surgery(
                "ENCOURAGE was made in acute myocardial infarction on VA-ECMO; support after heart "
                "surgery is another population.",
                PAPER,
            ),
            resuscitation(
                "Whether ENCOURAGE counted patients put on during resuscitation (ECPR) is not "
                "known here.",
                unknown(PAPER),
            ),
            Caution(
                "A lactate of exactly 8 mmol/L is in the band 2 to 8 (8 points); one public code "
                "gives 11.",
                POINTS,
                "lactate",
                8,
                8,
            ),
        ),
        notes=(
            Note(
                "No constant",
                "One public code adds SAVE's constant of -6 and shows survival of 92, 70, 35, 28 "
                "and 17 %; neither is in the paper.",
                PAPER,
            ),
            Note(
                "Lactate of exactly 8 mmol/L",
                "The published bands put 8 in 2 to 8 (8 points); one public code gives 11.",
                POINTS,
            ),
            Note("Age", "> 60 is read on the number as given: 60.5 years is above 60.", CHOICE),
        ),
        validations=(
            Validation(
                "Tours, n = 51",
                "AUROC 0.83; 30-day mortality 12, 17, 33, 66 and 80 % by class",
                TOURS,
            ),
        ),
    ),
    items=(
        Item(
            "age_years",
            "Age",
            (Band(0, high=60, high_closed=True), Band(5, 60, low_closed=False)),
            POINTS,
        ),
        Item(
            "female",
            "Female sex",
            yes(7),
            POINTS,
            derive=(AnyOf((Test("sex", levels=("female",)),), "sex"),),
            asks=("sex",),
        ),
        Item(
            "bmi",
            "Body-mass index",
            (Band(0, high=25, high_closed=True), Band(6, 25, low_closed=False)),
            POINTS,
            derive=(
                Equation(
                    "weight / height²",
                    lambda _, x: x["weight_kg"] / (x["height_cm"] / 100) ** 2,
                    rises=("weight_kg",),
                    falls=("height_cm",),
                ),
            ),
        ),
        Item("gcs_total", "Glasgow coma score", (Band(6, high=6), Band(0, 6)), POINTS),
        Item(
            "creatinine",
            "Creatinine",
            (Band(0, high=150, high_closed=True), Band(5, 150, low_closed=False)),
            POINTS,
        ),
        Item(
            "lactate",
            "Lactate",
            (Band(0, high=2), Band(8, 2, 8, high_closed=True), Band(11, 8, low_closed=False)),
            POINTS,
        ),
        Item("pt_activity", "Prothrombin activity", (Band(5, high=50), Band(0, 50)), POINTS),
    ),
    classes=(
        Class("0-12", PAPER, high=12, high_closed=True, value=0.80),
        Class("13-18", PAPER, 13, 18, high_closed=True, value=0.58),
        Class("19-22", PAPER, 19, 22, high_closed=True, value=0.25),
        Class("23-27", PAPER, 23, 27, high_closed=True, value=0.20),
        Class("≥ 28", PAPER, 28, value=0.07),
    ),
    measure="survival",
    horizon="6 months",
)
