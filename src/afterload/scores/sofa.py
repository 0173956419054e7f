"""SOFA: organ failure in six organs, as published in 1996."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import About, Caution, Limit, Note, Validation
from afterload.scores.band import Band
from afterload.scores.card import Card, Composed, Item, Window
from afterload.scores.oxygenation import DECLARES, respiration
from afterload.scores.reading import own_reading
from afterload.scores.support import EFFECTS, NONE_AND_A_DEVICE, SUPPORT, under_support

PAPER = Source(
    "Vincent JL, Moreno R, Takala J, et al. The SOFA (Sepsis-related Organ Failure Assessment) "
    "score to describe organ dysfunction/failure. Intensive Care Med 1996;22:707-710",
    doi="10.1007/BF01709751",
    place="score table",
    confidence="C2",
    note="The table was seen as Singer 2016 prints it, not in the paper itself.",
)
TABLE = Source(
    "Singer M, Deutschman CS, Seymour CW, et al. The Third International Consensus Definitions for "
    "Sepsis and Septic Shock (Sepsis-3). JAMA 2016;315(8):801-810",
    place="Table 1 (pmc.ncbi.nlm.nih.gov/articles/PMC4968574/table/T1)",
    confidence="C1",
    note="SOFA as this table prints it.",
)
SILENT = replace(
    TABLE,
    note="The table has no rule for it.",
)
USUAL = Source("Usual reading of the SOFA table", place="no page", confidence="M")
CHOICE = own_reading("the table is")
SOFA_2 = Source(
    "Ranzani et al. SOFA-2. JAMA 2025", doi="10.1001/jama.2025.20516", confidence="C2",
    place="criteria for renal replacement",
)  # fmt: skip
PREDICT = Source(
    "Wengenmayer et al. PREDICT VA-ECMO. Eur Heart J Acute Cardiovasc Care 2019",
    doi="10.1177/2048872618789052",
    place="abstract, comparison of scores",
    confidence="C1",
)
PER_DAY = 1 / 24
"""mL/h in 1 mL/day (the factor of the vocabulary)."""
DEVICES = (*EFFECTS, "other")

DISAGREE: dict[str, tuple[float, tuple[tuple[float, float], ...]]] = {
    "creatinine": (88.42, ((1.2, 110), (2.0, 171), (3.5, 300))),
    "bilirubin": (17.1, ((1.2, 20), (2.0, 33), (6.0, 102))),
}
"""For the two columns of the table: µmol/L in 1 mg/dL, and low ends of bands in both units."""


def _between_columns() -> Iterator[Caution]:
    """Where the mg/dL column and the µmol/L column of the table give other points."""
    for name, (factor, ends) in DISAGREE.items():
        for mg_dl, molar in ends:
            low, high = sorted((mg_dl * factor, float(molar)))
            yield Caution(
                f"The two columns of SOFA's table differ here: its next band of {name} begins at "
                f"{molar:g} µmol/L, or at {mg_dl:g} mg/dL ({mg_dl * factor:.1f} µmol/L). The "
                "µmol/L column is used.",
                TABLE,
                name,
                low,
                high,
                high_closed=False,
            )


def _running(name: str, label: str, *bands: Band) -> Item:
    """A drug by infusion, µg/kg/min for an hour or more; none is 0."""
    return Item(
        name,
        label,
        (Band(0, high=0, high_closed=True, text="0"), *bands),
        TABLE,
        definition="µg/kg/min, given for at least 1 hour.",
    )


def _other_drug(name: str, label: str, low: float = 0) -> Caution:
    return Caution(
        f"{label} gives no points in SOFA: its cardiovascular part has no rule for it and reads "
        "too low.",
        SILENT,
        name,
        low,
        low_closed=low > 0,
    )


def _catecholamine(name: str, label: str) -> Item:
    return _running(
        name,
        label,
        Band(3, 0, 0.1, low_closed=False, high_closed=True),
        Band(4, 0.1, low_closed=False),
    )


SOFA = Card(
    About(
        name="sofa",
        title="SOFA",
        purpose="How far six organs have failed, 0 to 24 points.",
        version="1.0",
        source=PAPER,
        cohort="A consensus of experts; made for sepsis, used in every critical illness.",
        population="Adults in intensive care. Its cardiovascular part does not hold under "
        "mechanical circulatory support.",
        declares=(*DECLARES, SUPPORT),
        limits=(
            Limit(
                "age_years",
                18,
                110,
                (0, 110),
                "SOFA is for adults (18 years and over): no total is given for a child.",
                CHOICE,
            ),
        ),
        cautions=(
            *_between_columns(),
            _other_drug("milrinone", "Milrinone"),
            _other_drug("vasopressin", "Vasopressin"),
            _other_drug("levosimendan", "Levosimendan", 1),
            Caution(
                "Urine is read as the mean of 24 hours (mL/h × 24 = mL/day); a "
                "rate of a few hours is not the day's output.",
                CHOICE,
                "urine_ml_h",
            ),
            Caution(
                "SOFA of 1996 has no rule for renal replacement, which lowers creatinine; SOFA-2 "
                "of 2025 has one.",
                SOFA_2,
                "rrt",
                1,
                1,
            ),
            NONE_AND_A_DEVICE,
        ),
        support=(
            Caution(
                "The cardiovascular part of SOFA is not valid under mechanical circulatory "
                "support, for which SOFA has no rule: do not compare this total with that of an "
                "unsupported patient.",
                SILENT,
                "support",
                levels=DEVICES,
            ),
            Caution(
                "PaO2/FiO2 under VA-ECMO depends on where the blood was drawn and on the circuit's "
                "gas flow: the respiratory part is not that of the lungs.",
                SILENT,
                "support",
                levels=("ecls",),
            ),
            *under_support("SOFA", "arterial pressure", "drugs", "creatinine", "bilirubin"),
        ),
        notes=(
            Note(
                "mg/dL and µmol/L",
                "The table prints bilirubin and creatinine in both units, rounded, and the two "
                "columns differ a little. The µmol/L column is used: creatinine 110, 171, 300 and "
                "> 440, bilirubin 20, 33, 102 and > 204 µmol/L. For values in mg/dL with one "
                "decimal it agrees with the mg/dL column but for a creatinine of 1.2 mg/dL (0 "
                "points, not 1) and 3.4 mg/dL (3 points, not 2); a caution shows there.",
                TABLE,
            ),
            Note(
                "Bilirubin of exactly 12.0 and creatinine of exactly 5.0 mg/dL",
                "The mg/dL column ends at 11.9 (4.9) and goes on with > 12.0 (> 5.0), which leaves "
                "12.0 and 5.0 out. As 205.2 and 442.1 µmol/L they are above 204 and 440: 4 points.",
                TABLE,
            ),
            Note(
                "Dopamine of exactly 5 µg/kg/min",
                "The table has < 5 (2 points) and 5.1 to 15 (3 points). Read as ≤ 5 and > 5.",
                USUAL,
            ),
            Note(
                "PaO2/FiO2 below 200 without respiratory support",
                "3 and 4 points ask for respiratory support, so 2 is the most without it. ricu and "
                "mimic-code do so; one public calculator (medical-calc-mcp) gives 3.",
                TABLE,
            ),
            Note(
                "Respiratory support",
                "Invasive ventilation, or CPAP or non-invasive ventilation. 'Not ventilated' alone "
                "leaves it open until niv is told.",
                CHOICE,
            ),
            Note(
                "Urine",
                "< 500 mL/day gives 3 points and < 200 mL/day 4. It can be given by the day "
                "(urine=450mL/d); 500 and 200 mL/day are not below.",
                TABLE,
            ),
            Note(
                "Glasgow coma score",
                "As given. The data dictionary of the registry asks for that before sedation.",
                CHOICE,
            ),
            Note(
                "Drugs that are not told",
                "A drug that is not told is missing, not zero. Say norepi=0 for a patient without.",
                CHOICE,
            ),
        ),
        validations=(
            Validation(
                "PREDICT VA-ECMO, n = 205, 51 % of them put on during resuscitation",
                "AUROC 0.732",
                PREDICT,
            ),
        ),
    ),
    items=(
        respiration(
            (Band(4, high=100), Band(3, 100, 200), Band(2, 200, 300), Band(1, 300, 400),
             Band(0, 400)),
            2,
            TABLE,
            "PaO2/FiO2 in mmHg; 3 and 4 points only with respiratory support.",
        ),
        Item(
            "platelets",
            "Coagulation",
            (Band(4, high=20), Band(3, 20, 50), Band(2, 50, 100), Band(1, 100, 150), Band(0, 150)),
            TABLE,
            definition="Platelets, ×10⁹/L.",
        ),
        Item(
            "bilirubin",
            "Liver",
            (Band(0, high=20), Band(1, 20, 33), Band(2, 33, 102),
             Band(3, 102, 204, high_closed=True), Band(4, 204, low_closed=False)),
            TABLE,
            definition="Bilirubin, µmol/L: < 20, 20-32, 33-101, 102-204, > 204.",
        ),
        Composed(
            "cardiovascular",
            "Cardiovascular",
            (
                Item("map", "MAP", (Band(1, high=70), Band(0, 70)), TABLE),
                _running(
                    "dopamine",
                    "Dopamine",
                    Band(2, 0, 5, low_closed=False, high_closed=True),
                    Band(3, 5, 15, low_closed=False, high_closed=True),
                    Band(4, 15, low_closed=False),
                ),
                _running("dobutamine", "Dobutamine", Band(2, 0, low_closed=False)),
                _catecholamine("epi", "Adrenaline"),
                _catecholamine("norepi", "Noradrenaline"),
            ),
            TABLE,
            definition="The worst of mean arterial pressure and of each drug, running for at "
            "least 1 hour. Not valid under mechanical circulatory support.",
        ),
        Item(
            "gcs_total",
            "Central nervous system",
            (Band(4, high=6), Band(3, 6, 10, text="6-9"), Band(2, 10, 13, text="10-12"),
             Band(1, 13, 15, text="13-14"), Band(0, 15)),
            TABLE,
            definition="Glasgow coma score.",
        ),
        Composed(
            "renal",
            "Renal",
            (
                Item(
                    "creatinine",
                    "Creatinine",
                    (Band(0, high=110), Band(1, 110, 171), Band(2, 171, 300),
                     Band(3, 300, 440, high_closed=True), Band(4, 440, low_closed=False)),
                    TABLE,
                    definition="µmol/L: < 110, 110-170, 171-299, 300-440, > 440.",
                ),
                Item(
                    "urine_ml_h",
                    "Urine",
                    (
                        Band(4, high=200 * PER_DAY, text="< 200 mL/day"),
                        Band(3, 200 * PER_DAY, 500 * PER_DAY, text="200 to < 500 mL/day"),
                        Band(0, 500 * PER_DAY, text="≥ 500 mL/day"),
                    ),
                    TABLE,
                    definition="Mean of 24 hours; by the day as urine=450mL/d.",
                ),
            ),
            TABLE,
            definition="The worst of creatinine and the day's urine.",
        ),
    ),
    # A rate of urine is that of some hours: the worst of a day's rates is not the day's urine.
    window=Window(24, but=("urine_ml_h",)),
)  # fmt: skip
