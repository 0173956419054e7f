"""The validation table as text and as JSON; it is drawn by `sim_validation_text` and `_page`."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterload.hemodynamics.gas_index import GAS_INDICES
from afterload.hemodynamics.validation import (
    PHENOTYPES,
    STUDIES,
    Outcome,
    Row,
    Study,
)
from afterload.hemodynamics.validation.read import READ

if TYPE_CHECKING:
    from afterload.actions.validate import Count, Validation

GROUPS = {
    "measured": "Measured, and seen in the source",
    "further": "Read later, and seen while the model was changed: shown and counted apart",
    "memory": "From memory: shown, counted nowhere",
    "simulator": "Another simulator's: shown, counted nowhere",
}
"""Titles of the groups of rows."""

LEADS = {
    "further": "These were read after the table above had been met, and most of them were "
    "counted while two mechanisms of the model were chosen (decision 0010), so that they test it "
    "less than rows that no one had seen. Each study is simulated in a preset or a pig that was "
    "not set to its baseline, so that a direction tells more than a value. Where no spread is "
    "published, the direction alone is compared. Not significantly changed is read as a change "
    "that so many subjects would not have shown, or as the study's notes tell.",
}
"""What is told before a group of rows."""

UNITS = {"mm[Hg]": "mmHg", "1": "", "mm[Hg].mL": "mmHg mL",
         "mm[Hg]/mL": "mmHg/mL"}  # fmt: skip
"""How units are shown that UCUM writes otherwise."""

LABELS: dict[str, tuple[str, str]] = {
    **{name: (label, unit) for name, (label, unit, _) in READ.items()},
    **{index.name: (index.label, index.unit) for index in GAS_INDICES},
    "native_flow": ("Native output", "L/min"),
    "device_flow": ("Device flow", "L/min"),
    "pcwp": ("Wedge pressure", "mm[Hg]"),
    "cpo": ("Cardiac power output", "W"),
    "scvo2": ("Caval saturation", "%"),
    "svo2": ("Mixed venous saturation", "%"),
    "coronary_flow": ("Coronary flow", "mL/min"),
    "cardiac_index": ("Cardiac index", "L/min/m²"),
    "power_index": ("Cardiac power index", "W/m²"),
    "native_index": ("Native cardiac index", "L/min/m²"),
    "native_power_index": ("Power index of the native heart", "W/m²"),
}
"""Label and unit of every index a row can ask for."""

BAR = (
    "The bar: at least 90 % of the rows with a published spread within one standard deviation, and "
    "every direction right, with one parameter set per phenotype."
)


@dataclass(frozen=True, slots=True)
class Texts:
    """A row as text."""

    what: str
    devices: str
    measured: str
    simulated: str
    within: str
    sign: str
    why: str


def texts(one: Outcome) -> Texts:
    """A row as text."""
    row = one.row
    within = {None: "", True: "yes", False: "NO"}[one.within]
    sign = {None: "", True: one.direction, False: f"NO: {one.direction}"}[one.sign_right]
    return Texts(
        what_of(row),
        with_of(row),
        _measured(row),
        _simulated(one),
        "sets it" if row.fitted else within,
        sign,
        row.why if not one.passes else "",
    )


def _simulated(one: Outcome) -> str:
    """The value; with what it is compared with, where a direction is told."""
    if one.row.sign and one.row.told == "value":
        return f"{number(one.compared)} → {number(one.value)}"
    return number(one.simulated)


def _measured(row: Row) -> str:
    way = {"up": "rises", "down": "falls", "same": "unchanged", None: ""}[row.sign]
    value = row.measured.text if row.measured else ""
    return "; ".join(part for part in (value, way) if part)


def number(x: float) -> str:
    """Three figures."""
    if math.isnan(x):
        return "none"
    return f"{x:,.0f}" if abs(x) >= 100 else f"{x:.3g}"


def _count(count: Count) -> str:
    return f"{count.right} of {count.of} ({count.percent:.0f} %)"


def verdict(found: Validation) -> tuple[str, ...]:
    """What the table amounts to, in sentences."""
    spread, signs = found.within(), found.signs()
    met = spread.percent >= 90.0 and signs.right == signs.of
    return (
        f"Within one SD: {_count(spread)} of the rows with a published spread; "
        f"{_count(found.within(fitted=False))} without those that set a baseline.",
        f"Direction right: {_count(signs)}. Not significantly changed, and so simulated: "
        f"{_count(found.unchanged())}.",
        f"All measured rows, ranges and directions included: {_count(found.rows())}.",
        f"{BAR} It is {'met' if met else 'not met'}.",
    )


def further(found: Validation) -> str:
    """What the rows read later amount to, in one line; "" if there are none."""
    if not found.of("further"):
        return ""
    return (
        f"Read later, counted apart: {_count(found.rows('further'))} of all rows; within one SD "
        f"{_count(found.within('further'))}, direction {_count(found.signs('further'))}, unchanged "
        f"{_count(found.unchanged('further'))}."
    )


def by_study(found: Validation, group: str) -> Iterator[tuple[Study, Sequence[Outcome]]]:
    """The rows of a group, study by study."""
    outcomes = found.of(group)
    for key in dict.fromkeys(one.row.study for one in outcomes):
        yield STUDIES[key], [one for one in outcomes if one.row.study == key]


def what_of(row: Row) -> str:
    """What was measured, with its unit."""
    label, unit = LABELS[row.index]
    unit = UNITS.get(unit, unit)
    told = {"value": unit, "change": f"change, {unit}", "percent change": "change, %",
            "percent of": "% of baseline"}[row.told]  # fmt: skip
    return f"{label}, {told}" if told else label


def with_of(row: Row) -> str:
    """The devices, and what they are compared with."""
    return f"{row.devices or 'none'}{f' against {row.against}' if row.against else ''}"


def validation_data(found: Validation) -> dict[str, Any]:
    """The table as JSON; what is not finite is null."""
    return {
        "within_1_sd_predicted": _count_data(found.within(fitted=False)),
        **_counts(found, "measured"),
        "further": _counts(found, "further"),
        "rows": [_row_data(one) for one in found.outcomes],
        "phenotypes": {
            name: {"title": PHENOTYPES[name].title, "parameters": _finite(parameters)}
            for name, parameters in found.parameters.items()
        },
    }


def _counts(found: Validation, group: str) -> dict[str, Any]:
    return {
        "within_1_sd": _count_data(found.within(group)),
        "signs": _count_data(found.signs(group)),
        "unchanged": _count_data(found.unchanged(group)),
        "rows_passing": _count_data(found.rows(group)),
    }


def _count_data(count: Count) -> dict[str, Any]:
    return {"right": count.right, "of": count.of}


def _finite(values: dict[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in values.items()}


def _row_data(one: Outcome) -> dict[str, Any]:
    row, told = one.row, one.row.measured
    study = STUDIES[row.study]
    numbers = {
        "simulated": one.simulated, "without": one.compared, "with": one.value,
        "measured_mean": told.mean if told else math.nan,
        "measured_sd": told.sd if told else math.nan,
        "measured_low": told.low if told else math.nan,
        "measured_high": told.high if told else math.nan,
    }  # fmt: skip
    return {
        "study": study.name,
        "source": str(study.source),
        "confidence": study.source.confidence,
        "group": row.group,
        "phenotype": row.phenotype,
        "index": row.index,
        "devices": row.devices,
        "against": row.against,
        "told": row.told,
        "published": told.text if told else None,
        "kind": told.kind if told else None,
        **_finite(numbers),
        "sets_the_baseline": row.fitted,
        "within_1_sd": one.within,
        "sign": row.sign,
        "sign_simulated": one.direction if row.sign else None,
        "sign_right": one.sign_right,
        "passes": one.passes,
        "why": row.why if not one.passes else "",
    }
