"""SAVE: survival after veno-arterial ECMO for refractory cardiogenic shock."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores.about import About, Caution, Limit, Note, Validation
from afterload.scores.band import Band
from afterload.scores.card import Card, Class, Item, yes
from afterload.scores.derive import AnyOf, Equation, Test
from afterload.scores.population import heart_surgery, resuscitation, unknown, veno_venous
from afterload.scores.reading import own_reading

PAPER = Source(
    "Schmidt M, Burrell A, Roberts L, et al. Predicting survival after ECMO for refractory "
    "cardiogenic shock: the survival after veno-arterial-ECMO (SAVE)-score. "
    "Eur Heart J 2015;36(33):2246-2256",
    doi="10.1093/eurheartj/ehv194",
    place="Table 4",
    confidence="C2",
    note="Three full public transcriptions agree on every number; the primary table itself was "
    "not seen.",
)
FOOTNOTE = replace(PAPER, place="Table 4, footnote", note="Read in two public transcriptions.")
CONSTANT = replace(
    PAPER, place="Table 4, last row", note="Also at calcmd.com/calculators/save-va-ecmo-score."
)
CLASSES = replace(
    PAPER,
    place="Table 4, risk classes",
    note="Three public transcriptions agree on the percentages; see the note on a total of 5.",
)
ABSTRACT = replace(PAPER, place="abstract", confidence="C1", note="")
PREDICT = Source(
    "Wengenmayer et al. PREDICT VA-ECMO. Eur Heart J Acute Cardiovasc Care 2019",
    doi="10.1177/2048872618789052",
    place="abstract, comparison of scores",
    confidence="C1",
)
CHOICE = own_reading("the paper is")

DIAGNOSIS = Variable(
    "diagnosis",
    "Cardiogenic-shock diagnosis group of SAVE, one or more",
    "Groupe diagnostique du choc (SAVE), un ou plusieurs",
    kind="multi",
    choices=(
        Choice("myocarditis", "Myocarditis", "Myocardite"),
        Choice("vt_vf", "Refractory VT/VF", "TV/FV réfractaire"),
        Choice("transplant", "After heart or lung transplantation", "Après greffe"),
        Choice("congenital", "Congenital heart disease", "Cardiopathie congénitale"),
        Choice("other", "Other diagnoses", "Autres diagnostics"),
    ),
)
INTUBATION = Variable(
    "intubation_h",
    "Hours intubated before ECMO (0 if not intubated)",
    "Heures d'intubation avant l'ECMO (0 si non intubé)",
    unit="h",
    low=0,
    high=8760,
    soft_high=336,
)
ARREST = Variable(
    "any_arrest", "Cardiac arrest before ECMO", "Arrêt cardiaque avant l'ECMO", "bool"
)
WORST = ("worst6h", "pre")


def _group(name: str, label: str) -> Variable:
    return Variable(name, label, kind="bool")


def _diagnosis(choice: str, label: str, points: int, *found: Test) -> Item:
    """One diagnosis group: from `diagnosis`, or from the cause recorded in the registry."""
    stated = AnyOf((Test("diagnosis", levels=(choice,)),), f"diagnosis = {choice}")
    return Item(
        f"dx_{choice}",
        f"Diagnosis: {label}",
        yes(points),
        PAPER,
        derive=(stated, AnyOf(found, " or ".join(f"{t.variable}" for t in found))),
        asks=("diagnosis",),
    )


def _cause(name: str) -> Test:
    return Test("etiology_detail", levels=(name,))


SAVE = Card(
    About(
        name="save",
        title="SAVE",
        purpose="Survival to hospital discharge of adults on VA-ECMO for refractory cardiogenic "
        "shock, from what is known before ECMO.",
        version="1.0",
        source=PAPER,
        cohort="ELSO registry, adults, refractory cardiogenic shock, VA-ECMO, 2003-2013; "
        "n = 3,846, 1,601 (42 %) alive at hospital discharge.",
        discrimination="AUROC 0.68 (95 % CI 0.64-0.71).",
        before_support=True,
        population="Adults (18 years and over) on VA-ECMO for refractory cardiogenic shock.",
        declares=(
            DIAGNOSIS,
            INTUBATION,
            ARREST,
            _group("dx_myocarditis", "Diagnosis group: myocarditis"),
            _group("dx_vt_vf", "Diagnosis group: refractory VT/VF"),
            _group("dx_transplant", "Diagnosis group: after heart or lung transplantation"),
            _group("dx_congenital", "Diagnosis group: congenital heart disease"),
        ),
        validations=(
            Validation("Australia, n = 161", "AUROC 0.90 (95 % CI 0.85-0.95)", ABSTRACT),
            Validation(
                "PREDICT VA-ECMO, n = 205, 51 % of them put on during resuscitation",
                "AUROC 0.686",
                PREDICT,
            ),
        ),
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "SAVE has points for adults only (18 years and over): no total is given for a "
                "child.",
                PAPER,
            ),
        ),
        cautions=(
            Caution(
                "A total of exactly 5 is class II here (class I is > 5); Evidencio prints class I "
                "from 5.",
                CLASSES,
                "total",
                5,
                5,
            ),
            Caution(
                "65 kg stands in both published weight bands (≤ 65 and 65-89); read here as "
                "≤ 65: +1.",
                CHOICE,
                "weight_kg",
                65,
                65,
            ),
            resuscitation(
                "SAVE was made in refractory cardiogenic shock; support during resuscitation "
                "(ECPR) is another population.",
                ABSTRACT,
            ),
            veno_venous("SAVE", "cardiogenic shock on VA-ECMO", ABSTRACT),
            *heart_surgery(
                "Whether SAVE counted patients supported after heart surgery is not known here: "
                "its table has no such group.",
                unknown(PAPER),
            ),
        ),
        notes=(
            Note(
                "Total of exactly 5",
                "Class I is > 5, class II 1 to 5. Evidencio prints I from 5 and II 1 to 4.",
                CLASSES,
            ),
            Note(
                "Range",
                "Attainable range -35 to 17 with the constant of -6. '-35 to 23', printed in "
                "places, mixes a minimum with the constant and a maximum without it.",
                replace(PAPER, confidence="CALC", place="all items of Table 4"),
            ),
            Note(
                "Weight 65 kg",
                "The published bands ≤ 65 and 65-89 share 65 kg: read as ≤ 65 (+1).",
                CHOICE,
            ),
            Note(
                "Values between the printed bands",
                "Age in completed years (38.5 is 38). Weight ≤ 65, > 65 to < 90, ≥ 90 kg; "
                "intubation ≤ 10, > 10 to < 30, ≥ 30 h.",
                CHOICE,
            ),
            Note(
                "Acute renal failure",
                "The footnote's 'e.g. creatinine > 1.5 mg/dL' is an example, and creatinine alone "
                "does not tell acute from chronic: the item is asked, not derived.",
                FOOTNOTE,
            ),
            Note(
                "Diagnosis from the registry",
                "Without `diagnosis`, the groups are read from etiology_detail; a previous heart "
                "transplant (hx_htx) or graft failure is 'after transplantation'. A lung "
                "transplant is not in the vocabulary: say it with diagnosis=transplant.",
                CHOICE,
            ),
            Note(
                "Pulse pressure",
                "A measured pulse pressure wins over sbp - dbp, because the worst of each may "
                "stem from different moments.",
                CHOICE,
            ),
            Note(
                "Copies in circulation that differ",
                "Of seven public codes read, four differ from the table: cliot adds diagnosis "
                "categories, ECMO-Workflow and a TypeScript function have other points altogether, "
                "an ANZICS script gives +1 for diastolic pressure and counts what is missing as 0. "
                "One app gives a child the points of 18-38 years, and class I from 5.",
                replace(PAPER, place="Table 4, compared with public codes"),
            ),
            Note(
                "Missing inputs",
                "The paper's rule is not known; no points are assumed here.",
                replace(PAPER, confidence="U"),
            ),
            Note(
                "Logistic equation",
                "The online calculator's equation was not found; the class survival is reported.",
                replace(PAPER, confidence="U", place="www.save-score.com"),
            ),
        ),
    ),
    items=(
        _diagnosis("myocarditis", "myocarditis", 3, _cause("myocarditis")),
        _diagnosis("vt_vf", "refractory VT/VF", 2, _cause("vt_vf_storm")),
        _diagnosis(
            "transplant",
            "after heart or lung transplantation",
            3,
            _cause("graft_failure"),
            Test("hx_htx", 1, 1),
        ),
        _diagnosis("congenital", "congenital heart disease", -3, _cause("congenital")),
        Item(
            "age_years",
            "Age",
            (
                Band(7, high=39, text="18-38"),
                Band(4, 39, 53, text="39-52"),
                Band(3, 53, 63, text="53-62"),
                Band(0, 63),
            ),
            PAPER,
        ),
        Item(
            "weight_kg",
            "Weight",
            (Band(1, high=65, high_closed=True), Band(2, 65, 90, low_closed=False), Band(0, 90)),
            PAPER,
        ),
        Item(
            "acute_liver_fail",
            "Liver failure",
            yes(-3),
            PAPER,
            derive=(
                AnyOf(
                    (
                        Test("bilirubin", 33),
                        Test("ast", 70, low_closed=False),
                        Test("alt", 70, low_closed=False),
                    ),
                    "bilirubin ≥ 33 µmol/L or AST > 70 U/L or ALT > 70 U/L",
                ),
            ),
            definition="Bilirubin ≥ 33 µmol/L or ALT or AST > 70 U/L.",
        ),
        Item(
            "acute_cns_dysf",
            "CNS dysfunction",
            yes(-3),
            PAPER,
            definition="Neurotrauma, stroke, encephalopathy, cerebral embolism, seizure or "
            "epileptic syndrome.",
        ),
        Item(
            "acute_renal_fail",
            "Acute renal failure",
            yes(-3),
            PAPER,
            definition="E.g. creatinine > 1.5 mg/dL (132.6 µmol/L), with or without RRT.",
        ),
        Item(
            "hx_ckd",
            "Chronic renal failure",
            yes(-6),
            PAPER,
            definition="Kidney damage or GFR < 60 mL/min/1.73 m² for 3 months or more.",
        ),
        Item(
            "intubation_h",
            "Intubation before ECMO",
            (
                Band(0, high=10, high_closed=True),
                Band(-2, 10, 30, low_closed=False),
                Band(-4, 30),
            ),
            PAPER,
            derive=(
                Equation(
                    "hours from intubation (intub_dt) to first flow",
                    lambda maths, x: maths.maximum(0.0, -x["intub_dt"]),
                    falls=("intub_dt",),
                ),
            ),
        ),
        Item(
            "pip",
            "Peak inspiratory pressure",
            (Band(3, high=20, high_closed=True), Band(0, 20, low_closed=False)),
            PAPER,
        ),
        Item(
            "any_arrest",
            "Cardiac arrest before ECMO",
            yes(-2),
            PAPER,
            derive=(AnyOf((Test("cardiac_arrest", levels=("ihca", "ohca")),), "cardiac_arrest"),),
            asks=("cardiac_arrest",),
        ),
        Item(
            "dbp",
            "Diastolic pressure before ECMO",
            (Band(0, high=40), Band(3, 40)),
            PAPER,
            at=WORST,
            worst="lowest",
            hours=6,
            definition="Worst value within 6 h before cannulation.",
        ),
        Item(
            "pulse_pressure",
            "Pulse pressure before ECMO",
            (Band(-2, high=20, high_closed=True), Band(0, 20, low_closed=False)),
            PAPER,
            derive=(
                Equation(
                    "sbp - dbp",
                    lambda _, x: x["sbp"] - x["dbp"],
                    rises=("sbp",),
                    falls=("dbp",),
                ),
            ),
            at=WORST,
            worst="lowest",
            hours=6,
            definition="Worst value within 6 h before cannulation.",
        ),
        Item(
            "hco3",
            "Bicarbonate before ECMO",
            (Band(-3, high=15, high_closed=True), Band(0, 15, low_closed=False)),
            PAPER,
            at=WORST,
            worst="lowest",
            hours=6,
            definition="Worst value within 6 h before cannulation.",
        ),
    ),
    constant=-6,
    constant_source=CONSTANT,
    classes=(
        Class("I", CLASSES, low=5, low_closed=False, value=0.75),
        Class("II", CLASSES, low=1, high=5, high_closed=True, value=0.58),
        Class("III", CLASSES, low=-4, high=0, high_closed=True, value=0.42),
        Class("IV", CLASSES, low=-9, high=-5, high_closed=True, value=0.30),
        Class("V", CLASSES, high=-10, high_closed=True, value=0.18),
    ),
    measure="survival",
    horizon="hospital discharge",
)
