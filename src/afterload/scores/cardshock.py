"""CardShock: in-hospital mortality of cardiogenic shock, whatever its cause."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores import egfr
from afterload.scores.about import About, Caution, Limit, Note, Validation
from afterload.scores.band import Band
from afterload.scores.card import Card, Class, Item, yes
from afterload.scores.derive import AnyOf, Test
from afterload.scores.population import heart_surgery, remembered, veno_venous
from afterload.scores.reading import own_reading

PAPER = Source(
    "Harjola VP, Lassus J, Sionis A, et al. CardShock risk score. "
    "Eur J Heart Fail 2015;17(5):501-509",
    doi="10.1002/ejhf.260",
    place="risk score",
    confidence="C2",
    note="Points as two public transcriptions give them (appcardio.com/?p=1924 and SOPHIE "
    "cardio-v102.js); the primary table was not seen.",
)
CLASSES = replace(
    PAPER, place="risk classes", note="In-hospital mortality as two public transcriptions give it."
)
MEMORY = replace(PAPER, place="abstract", confidence="M", note="")
CHOICE = own_reading("the paper is")

ACS = Variable(
    "acs",
    "Acute coronary syndrome as the cause of the shock",
    "Syndrome coronarien aigu à l'origine du choc",
    kind="bool",
    aliases=("acs_cause",),
)

# A very low creatinine brings the equation above 200, where the registry's eGFR ends; it stays
# "> 60", not a contradiction. At 75 years, where age has its edge, it cannot come to that.
FILTRATION = replace(
    egfr.EQUATION,
    function=lambda maths, x: maths.minimum(egfr.ckd_epi_2021(maths, x), 200.0),
)

CARDSHOCK = Card(
    About(
        name="cardshock",
        title="CardShock",
        purpose="In-hospital mortality of cardiogenic shock of any cause, from what is known when "
        "it is recognised.",
        version="1.0",
        source=PAPER,
        cohort="European multicentre, prospective; n = 219 with cardiogenic shock of any cause.",
        discrimination="AUROC 0.85 (from memory, not seen in a source).",
        population="Adults with cardiogenic shock of any cause.",
        declares=(ACS,),
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "CardShock was made in adults (18 years and over): no total is given for a child.",
                CHOICE,
            ),
        ),
        cautions=(
            *heart_surgery(
                "CardShock left out shock after surgery (from memory, not seen in a source).",
                remembered(PAPER),
            ),
            veno_venous("CardShock", "cardiogenic shock", PAPER),
            Caution(
                "eGFR worked out here is CKD-EPI 2021, which did not exist when CardShock was made "
                "(2015): near 30 and 60 mL/min/1.73 m² another equation can move it by one point.",
                CHOICE,
                "creatinine",
            ),
        ),
        notes=(
            Note(
                "Lactate of exactly 2 and 4 mmol/L",
                "The published bands are < 2, 2 to 4 and > 4: 2.0 and 4.0 give 1 point.",
                PAPER,
            ),
            Note(
                "eGFR of exactly 30 and 60",
                "The published bands are > 60, 30 to 60 and < 30: 30 and 60 give 1 point.",
                PAPER,
            ),
            Note(
                "A shortened copy in circulation",
                "Another page of appcardio prints lactate as '> 2 and > 4' and eGFR as '< 60' "
                "alone, which loses the 2 points of an eGFR below 30.",
                PAPER,
            ),
            Note(
                "Equation of eGFR",
                "The paper's equation was not seen. An eGFR given directly is used as it is; "
                "from creatinine, age and sex it is worked out by CKD-EPI 2021.",
                CHOICE,
            ),
            Note(
                "Acute coronary syndrome",
                "Yes when the class of shock is myocardial infarction or the type of infarction is "
                "STEMI or NSTEMI; no only when both are known and say otherwise. Unstable angina "
                "has to be said with acs=yes.",
                CHOICE,
            ),
            Note(
                "Age",
                "> 75 is read on the number as given: 75.5 years is above 75.",
                CHOICE,
            ),
            Note(
                "Missing inputs",
                "The paper's rule is not known; no points are assumed here.",
                replace(PAPER, confidence="U", note=""),
            ),
        ),
        validations=(
            Validation(
                "A later cohort, not named by the page",
                "AUROC about 0.73",
                replace(PAPER, place="appcardio.com", note=""),
            ),
        ),
        before_support=True,
    ),
    items=(
        Item(
            "age_years",
            "Age",
            (Band(0, high=75, high_closed=True), Band(1, 75, low_closed=False)),
            PAPER,
        ),
        Item("confusion", "Confusion at presentation", yes(1), PAPER),
        Item("hx_mi_cabg", "Previous myocardial infarction or CABG", yes(1), PAPER),
        Item(
            "acs",
            "Acute coronary syndrome",
            yes(1),
            PAPER,
            derive=(
                AnyOf(
                    (
                        Test("shock_class", levels=("ami_cs",)),
                        Test("ami_type", levels=("stemi", "nstemi")),
                    ),
                    "shock_class = ami_cs or ami_type = stemi or nstemi",
                ),
            ),
        ),
        Item("lvef", "Left ventricular ejection fraction", (Band(1, high=40), Band(0, 40)), PAPER),
        Item(
            "lactate",
            "Lactate",
            (Band(0, high=2), Band(1, 2, 4, high_closed=True), Band(2, 4, low_closed=False)),
            PAPER,
        ),
        Item(
            "egfr",
            "eGFR",
            (
                Band(2, high=30),
                Band(1, 30, 60, high_closed=True),
                Band(0, 60, low_closed=False),
            ),
            PAPER,
            derive=(FILTRATION,),
        ),
    ),
    classes=(
        Class("low (0-3)", CLASSES, high=3, high_closed=True, value=0.087),
        Class("intermediate (4-5)", CLASSES, 4, 5, high_closed=True, value=0.36),
        Class("high (6-9)", CLASSES, 6, value=0.77),
    ),
    measure="mortality",
    horizon="hospital discharge",
)
