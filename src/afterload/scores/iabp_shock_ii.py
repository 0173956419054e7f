"""IABP-SHOCK II: 30-day mortality of infarct-related cardiogenic shock after early intervention.

Provisional: the abstract gives the six items and says that each carries 1 or 2 points, 9 at most;
which three carry 2 is from memory.
"""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Limit, Note, Validation
from afterload.scores.band import Band
from afterload.scores.card import Card, Class, Item, yes
from afterload.scores.egfr import MOLAR
from afterload.scores.population import heart_surgery, remembered, resuscitation, veno_venous
from afterload.scores.reading import own_reading

PAPER = Source(
    "Pöss J, Köster J, Fuernau G, et al. Risk stratification for patients in cardiogenic shock "
    "after acute myocardial infarction. J Am Coll Cardiol 2017;69(15):1913-1920",
    doi="10.1016/j.jacc.2017.02.027",
    place="abstract",
    confidence="C1",
)
POINTS = replace(
    PAPER,
    place="score table (not seen)",
    confidence="M",
    note="The abstract confirms the cut-off and that each item carries 1 or 2 points, 9 at most; "
    "which items carry 2 (stroke, TIMI flow, lactate) is from memory.",
)
CCCTN = Source(
    "Alviar CL, Li BK, Keller NM, et al. Prognostic performance of the IABP-SHOCK II risk score "
    "among cardiogenic shock subtypes in the CCCTN registry. Am Heart J 2024;270:1-12",
    doi="10.1016/j.ahj.2023.12.018",
    place="abstract",
    confidence="C1",
)
CHOICE = own_reading("the paper is")

IABP_SHOCK_II = Card(
    About(
        name="iabp-shock-ii",
        title="IABP-SHOCK II",
        purpose="30-day mortality of cardiogenic shock after myocardial infarction treated by "
        "early coronary intervention.",
        version="1.0",
        source=PAPER,
        cohort="IABP-SHOCK II trial, n = 600 randomised: infarct-related cardiogenic shock with "
        "early revascularisation.",
        discrimination="AUROC 0.79 in the trial's registry.",
        population="Adults with myocardial infarction and cardiogenic shock, after coronary "
        "intervention.",
        status="provisional",
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "IABP-SHOCK II was made in adults (18 years and over): no total is given for a "
                "child.",
                CHOICE,
            ),
        ),
        cautions=(
            Caution(
                "IABP-SHOCK II is provisional: that stroke, TIMI flow and lactate are the items "
                "with 2 points is from memory. Check it against the paper's table before use.",
                POINTS,
            ),
            Caution(
                "IABP-SHOCK II was made in acute myocardial infarction; this patient has none, so "
                "the published mortality does not apply.",
                PAPER,
                "ami_type",
                levels=("none",),
            ),
            *heart_surgery(
                "IABP-SHOCK II was made in infarct-related shock with early revascularisation; "
                "support after heart surgery is another population.",
                PAPER,
            ),
            veno_venous("IABP-SHOCK II", "infarct-related cardiogenic shock", PAPER),
            resuscitation(
                "IABP-SHOCK II left out long resuscitation (from memory, not seen in a source); "
                "ECPR is another population.",
                remembered(PAPER),
            ),
        ),
        notes=(
            Note(
                "Which items carry 2 points",
                "The abstract says 'either 1 or 2 points' and a range of 0 to 9, so exactly three "
                "of six items carry 2. Stroke, TIMI flow < 3 and lactate is what is remembered; "
                "it was not seen in a source.",
                POINTS,
            ),
            Note(
                "Creatinine of 1.5 mg/dL",
                "The abstract prints > 132.6 µmol/L (1.5 mg/dL), but 1.5 mg/dL is 132.63 µmol/L. "
                "Read as > 1.5 mg/dL: then 1.5 mg/dL gives no point and 133 µmol/L gives one, as "
                "both printings say.",
                PAPER,
            ),
            Note(
                "Glucose of 191 mg/dL",
                "The abstract prints > 10.6 mmol/L (191 mg/dL); 191 mg/dL is 10.599 mmol/L and "
                "gives no point under either.",
                PAPER,
            ),
            Note(
                "A misprint in circulation",
                "One repository (helda.helsinki.fi) prints the abstract with creatinine in mmol/L "
                "and loses the words between TIMI flow and lactate.",
                PAPER,
            ),
            Note(
                "No coronary intervention",
                "TIMI flow is that after PCI. Without PCI the score is not defined; the input then "
                "stays missing and the total an interval.",
                CHOICE,
            ),
            Note("Lactate", "Arterial, at admission.", PAPER),
            Note("Age", "> 73 is read on the number as given: 73.5 years is above 73.", CHOICE),
        ),
        validations=(
            Validation("IABP-SHOCK II registry", "AUROC 0.79", PAPER),
            Validation(
                "CardShock, n = 137 with infarction",
                "AUROC 0.73; short-term mortality 28.0, 42.9 and 77.3 % by class",
                PAPER,
            ),
            Validation(
                "CCCTN registry (North America), n = 912 with infarction",
                "c-statistic 0.67; in-hospital mortality 26.5, 52.2 and 77.5 % by class",
                CCCTN,
            ),
        ),
        before_support=True,
    ),
    items=(
        Item(
            "age_years",
            "Age",
            (Band(0, high=73, high_closed=True), Band(1, 73, low_closed=False)),
            POINTS,
        ),
        Item("hx_stroke", "Previous stroke", yes(2), POINTS),
        Item(
            "glucose",
            "Glucose at admission",
            (Band(0, high=10.6, high_closed=True), Band(1, 10.6, low_closed=False)),
            POINTS,
        ),
        Item(
            "creatinine",
            "Creatinine at admission",
            (
                Band(0, high=1.5 * MOLAR, high_closed=True),
                Band(1, 1.5 * MOLAR, low_closed=False),
            ),
            POINTS,
        ),
        Item(
            "timi_post",
            "TIMI flow after PCI",
            (Band(2, high=3, text="0 to 2"), Band(0, 3, text="3")),
            POINTS,
        ),
        Item(
            "lactate",
            "Arterial lactate at admission",
            (Band(0, high=5, high_closed=True), Band(2, 5, low_closed=False)),
            POINTS,
        ),
    ),
    classes=(
        Class("low (0-2)", PAPER, high=2, high_closed=True, value=0.238),
        Class("intermediate (3-4)", PAPER, 3, 4, high_closed=True, value=0.492),
        Class("high (5-9)", PAPER, 5, value=0.766),
    ),
    measure="mortality",
    horizon="30 days",
)
