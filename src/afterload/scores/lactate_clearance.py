"""Lactate clearance between two measurements."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.core.variable import UnitForm, Variable
from afterload.scores.about import About, Caution, Note
from afterload.scores.derive import Equation
from afterload.scores.formula import Term, formula_of
from afterload.scores.support import NONE_AND_A_DEVICE, SUPPORT, under_support
from afterload.scores.threshold import MEMORY

SOURCE = Source(
    "PMC4751685: plasma lactate clearance 24-48 h after the start of treatment, in sepsis",
    place="abstract, definition: per cent change from the level at presentation",
    confidence="C1",
    note="Seen for that paper only; the definition is the usual one.",
)
RATE = Source(
    "Lactate clearance per hour", place="the same divided by the hours between", confidence="M"
)

FORMS = (
    UnitForm("mg/dL", 0.11101243339253998, source="data_standards 2.13"),
    UnitForm("meq/L", 1.0, source="exact definition (one charge)"),
)
"""The units the vocabulary's lactate is read in."""


def _lactate(name: str, label: str, label_fr: str) -> Variable:
    """A lactate at its own moment, in the ranges and units of the vocabulary's."""
    return Variable(
        name,
        label,
        label_fr,
        unit="mmol/L",
        low=0.1,
        high=40,
        soft_low=0.3,
        soft_high=25,
        units=FORMS,
    )


FIRST = _lactate("lactate_first", "Lactate, first measurement", "Lactate, première mesure")
LATER = _lactate("lactate_later", "Lactate, later measurement", "Lactate, mesure suivante")
HOURS = Variable(
    "hours_between",
    "Hours between the two lactates",
    "Heures entre les deux lactates",
    unit="h",
    low=0.25,
    high=168,
    soft_low=1,
    soft_high=24,
)

EQUATION = Equation(
    "100 × (first − later) / first",
    lambda _, x: 100 * (x["lactate_first"] - x["lactate_later"]) / x["lactate_first"],
    rises=("lactate_first",),
    falls=("lactate_later",),
)
PER_HOUR = Equation(
    "100 × (first − later) / first / hours",
    lambda _, x: (
        100 * (x["lactate_first"] - x["lactate_later"]) / x["lactate_first"] / x["hours_between"]
    ),
    rises=("lactate_first",),
    falls=("lactate_later",),
    either=("hours_between",),
)

LACTATE_CLEARANCE = formula_of(
    About(
        name="lactate_clearance",
        title="Lactate clearance",
        purpose="By how much lactate has fallen since the first measurement, in per cent of it.",
        version="1.0",
        source=SOURCE,
        population="Adults with two lactates.",
        declares=(FIRST, LATER, HOURS, SUPPORT),
        cautions=(
            NONE_AND_A_DEVICE,
            Caution("Negative: lactate has risen.", SOURCE, "total", high=0, high_closed=False),
            Caution(
                "The first lactate was below 2 mmol/L: a clearance from there tells little.",
                MEMORY,
                "lactate_first",
                high=2,
                high_closed=False,
            ),
        ),
        support=under_support("Lactate clearance", "lactate"),
        notes=(
            Note(
                "Cut-offs",
                "None was found in a source for cardiogenic shock, so none is told.",
                MEMORY,
            ),
            Note(
                "The hours between",
                "They do not enter the result. A clearance is only comparable with one over the "
                "same time; per hour it is shown beside it, as if it were steady.",
                RATE,
            ),
        ),
    ),
    Term("lactate_clearance", "Lactate clearance", EQUATION, SOURCE),
    unit="%",
    also=(Term("lactate_clearance_per_hour", "In per cent per hour", PER_HOUR, RATE),),
)
