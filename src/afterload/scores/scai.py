"""SCAI SHOCK stage 2022: assigned by a clinician, with the descriptors of each stage as a guide."""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About, Caution, Note, Validation
from afterload.scores.assigned import Assigned, Descriptor, Level, Modifier
from afterload.scores.definition import Every, Rule, Some, above, below, yes
from afterload.scores.derive import Test
from afterload.scores.shock_inputs import COLD_SKIN, SUPPORT_FOR_SBP

PAPER = Source(
    "Naidu SS, Baran DA, Jentzer JC, et al. SCAI SHOCK stages, 2022 update. "
    "J Am Coll Cardiol 2022;79(9):933-946; J Soc Cardiovasc Angiogr Interv 2022;1:100008",
    doi="10.1016/j.jscai.2021.100008",
    place="descriptors as printed in a review, PMC9381657 table 3, compared with PMC11198174 "
    "table 2 and medicalalgorithms.com",
    confidence="C2",
    note="The consensus itself describes ('typically includes', 'may include') and is no "
    "algorithm; its table was not seen.",
)
ARREST = replace(
    PAPER,
    place="arrest modifier as quoted by guidelinecentral.com, guideline 1369363",
    confidence="C1",
    note="",
)
FIRST = Source(
    "Baran DA, et al. SCAI stages of cardiogenic shock. Catheter Cardiovasc Interv 2019;94:29-37",
    doi="10.1002/ccd.28329",
    place="stage E lactate and arrest modifier, as the reviews of the 2022 update compare them",
    confidence="C2",
    note="The citation is from general knowledge.",
)
ERRATA = replace(
    PAPER, place="PMC11198174 table 2, against PMC9381657 table 3 and medicalalgorithms.com"
)
MAYO = Source(
    "Jentzer JC, van Diepen S, Barsness GW, et al. J Am Coll Cardiol 2019;74(17):2117-2128",
    doi="10.1016/j.jacc.2019.07.077",
    place="hospital mortality by stage, scribd.com/document/438081195",
    confidence="C1",
)
RANGES = Source(
    "Reviews of published cohorts",
    place="PMC11198174; frcanotes.com/Cardiogenic_shock.html",
    confidence="C2",
)

DROP = Variable(
    "sbp_drop_30",
    "Systolic pressure more than 30 mmHg below baseline",
    "Pression systolique abaissée de plus de 30 mmHg par rapport à la valeur habituelle",
    kind="bool",
)
USUAL = Variable(
    "sbp_usual",
    "Systolic pressure normal for this patient",
    "Pression systolique normale pour ce patient",
    kind="bool",
)
RAP_PCWP = Variable(
    "rap_pcwp",
    "Right atrial over wedge pressure",
    "Pression auriculaire droite sur pression capillaire",
    low=0,
    high=50,
)

LOW_PRESSURE = Some((below("sbp", 90), below("map", 60), yes("sbp_drop_30")))


def no(name: str) -> Test:
    """The test that a yes/no input is no."""
    return Test(name, high=0)


def _of(domain: str, *rows: tuple[str, Rule | None]) -> tuple[Descriptor, ...]:
    return tuple(Descriptor(domain, text, PAPER, rule) for text, rule in rows)


def _stage(place: int, label: str, *groups: tuple[Descriptor, ...]) -> Level:
    descriptors = tuple(descriptor for group in groups for descriptor in group)
    return Level("ABCDE"[place], label, "", place, place, PAPER, descriptors)


STAGES = (
    _stage(
        0,
        "at risk",
        _of(
            "exam",
            ("normal jugular venous pressure, clear lungs", None),
            ("warm", no("cold_skin")),
            ("normal mentation", no("confusion")),
        ),
        _of("biochemistry", ("normal renal function, normal lactate", None)),
        _of(
            "haemodynamics",
            ("SBP ≥ 100 mmHg, or normal for the patient",
             Some((Test("sbp", low=100), yes("sbp_usual")))),
            ("cardiac index ≥ 2.5 L/min/m²", Test("ci", low=2.5)),
            ("CVP < 10 mmHg", below("cvp", 10)),
            ("pulmonary artery saturation ≥ 65 %", Test("svo2", low=65)),
        ),
    ),
    _stage(
        1,
        "beginning",
        _of(
            "exam",
            ("raised jugular venous pressure, rales", None),
            ("warm", no("cold_skin")),
            ("normal mentation", no("confusion")),
        ),
        _of(
            "biochemistry", ("normal lactate, minimal renal impairment, raised BNP", None)
        ),
        _of(
            "haemodynamics",
            ("SBP < 90 mmHg, or MAP < 60 mmHg, or a fall of > 30 mmHg", LOW_PRESSURE),
            ("pulse ≥ 100 /min", Test("hr", low=100)),
            ("cardiac index ≥ 2.2 L/min/m²", Test("ci", low=2.2)),
            ("pulmonary artery saturation ≥ 65 %", Test("svo2", low=65)),
        ),
    ),
    _stage(
        2,
        "classic",
        _of(
            "exam, any of",
            ("looks unwell, volume overload, rales, Killip 3-4", None),
            ("mechanical ventilation", yes("ventilated")),
            ("cold, clammy", yes("cold_skin")),
            ("acute alteration of the mental state", yes("confusion")),
            ("urine < 30 mL/h", below("urine_ml_h", 30)),
        ),
        _of(
            "biochemistry, any of",
            ("lactate ≥ 2 mmol/L", Test("lactate", low=2)),
            ("creatinine doubled, or GFR down by > 50 %", None),
            ("raised liver tests, raised BNP", None),
        ),
        _of(
            "haemodynamics, any of",
            ("SBP < 90 mmHg, or MAP < 60 mmHg, or a fall of > 30 mmHg, and drugs or a device to "
             "keep it up", Every((LOW_PRESSURE, yes("support_for_sbp")))),
            ("cardiac index < 2.2 L/min/m²", below("ci", 2.2)),
            ("PCWP > 15 mmHg", above("pcwp", 15)),
            ("RAP/PCWP ≥ 0.8", Test("rap_pcwp", low=0.8)),
            ("PAPi < 1.85", below("papi", 1.85)),
            ("cardiac power output ≤ 0.6 W", Test("cpo_w", high=0.6)),
        ),
    ),
    _stage(
        3,
        "deteriorating",
        _of("exam", ("any of stage C, and worsening", None)),
        _of("biochemistry", ("any of stage C, and deteriorating or lactate rising", None)),
        _of(
            "haemodynamics",
            ("any of stage C, and several pressors, escalating doses, or mechanical support to "
             "keep perfusion up", None),
        ),
    ),
    _stage(
        4,
        "extremis",
        _of("exam", ("near pulselessness, collapse, mechanical ventilation, defibrillator", None)),
        _of(
            "biochemistry",
            ("CPR", None),
            ("pH ≤ 7.2", Test("ph", high=7.2)),
            ("lactate ≥ 8 mmol/L", Test("lactate", low=8)),
        ),
        _of(
            "haemodynamics",
            ("no SBP without resuscitation; pulseless electrical activity or refractory VT/VF; "
             "hypotension despite maximal support", None),
        ),
    ),
)  # fmt: skip

SCAI = Assigned(
    About(
        name="scai",
        title="SCAI SHOCK stage (2022)",
        purpose="The stage of shock a clinician assigned, beside the published descriptors.",
        version="1.0",
        source=PAPER,
        population="Adults with, or at risk of, cardiogenic shock.",
        declares=(DROP, USUAL, RAP_PCWP, COLD_SKIN, SUPPORT_FOR_SBP),
        cautions=(
            Caution(
                "Modifier A means, since 2022, an arrest with coma and concern for anoxic brain "
                "injury; in 2019 it meant any arrest. Check which one was recorded.",
                ARREST,
                "scai_arrest_mod",
                low=1,
            ),
            Caution(
                "This stage was recorded as worked out by a rule (scai_method), not assigned by "
                "a clinician.",
                Source("This implementation", place="meaning of scai_method", confidence="M"),
                "scai_method",
                levels=("cswg_scai", "cicu"),
            ),
        ),
        notes=(
            Note(
                "Descriptors are no rule",
                "The consensus says what a stage 'typically includes' or 'may include'. Which "
                "descriptors the values meet is shown as a guide; no stage is derived from them. "
                "Stages by computable criteria are a score of their own (CSWG-SCAI).",
                PAPER,
            ),
            Note(
                "Arrest modifier",
                "2022: arrest with coma, that is no response to verbal stimuli, usually GCS "
                "below 9, with concern for anoxic brain injury. 2019: any arrest.",
                ARREST,
            ),
            Note(
                "Lactate of stage E",
                "At least 8 mmol/L in 2022, at least 5 mmol/L in 2019.",
                FIRST,
            ),
            Note(
                "Misprints in circulation",
                "PMC11198174 prints 'CPO ≥ 0.6' for stage C (it is ≤ 0.6), and a lactate '= 5' "
                "for stage E (it is ≥ 5, of 2019).",
                ERRATA,
            ),
            Note(
                "Mortality",
                "No mortality belongs to a stage without its cohort: published figures for one "
                "stage differ by tens of per cent, and so did the way stages were assigned.",
                RANGES,
            ),
        ),
        validations=(
            Validation(
                "10,004 admissions to the cardiac intensive care unit of the Mayo Clinic "
                "2007-2015, staged by the authors' own computable rule",
                "hospital mortality A 3.0, B 7.1, C 12.4, D 40.4, E 67.0 %",
                MAYO,
            ),
            Validation(
                "published cohorts together, each with its own way of staging",
                "mortality A 0-3.6, B 0-33.9, C 12.4-53.9, D 24.0-66.9, E 42.0-77.4 % in one "
                "review; 0.8-28.9, 2.2-35.1, 10.7-59.1, 24-66.9, 37.7-85.9 % in another",
                RANGES,
            ),
        ),
    ),
    variable="scai_stage",
    levels=STAGES,
    noun="stage",
    modifiers=(
        Modifier(
            "A",
            "cardiac arrest",
            "arrest with coma (no response to verbal stimuli, usually GCS < 9) and concern for "
            "anoxic brain injury",
            tuple(stage.name for stage in STAGES),
            ARREST,
        ),
    ),
    marked="scai_arrest_mod",
)
