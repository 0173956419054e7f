"""Variables that are calculated from others: their formula, inputs and source.

A recorded value is kept as it is; the formula fills in only where none was recorded and every
input was, at the same time point. Scores that need more than a line stand in `afterload.scores`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Calculation:
    """How a calculated variable comes from its inputs.

    Args:
        inputs: Names of the variables it needs, in the order of the formula's arguments.
        formula: From their values in their own units, shape (n,) each, to the variable's.
        words: The formula as people write it.
        source: Where it stands.
    """

    inputs: tuple[str, ...]
    formula: Callable[..., Numbers]
    words: str
    source: Source


def _papi(systolic: Numbers, diastolic: Numbers, right: Numbers) -> Numbers:
    """Undefined where the right-atrial pressure is not positive."""
    positive = np.where(right > 0, right, np.nan)
    return (systolic - diastolic) / positive


CALCULATED: dict[str, Calculation] = {
    "bmi": Calculation(
        ("weight_kg", "height_cm"),
        lambda weight, height: weight / (height / 100) ** 2,
        "weight (kg) / height (m)²",
        Source("WHO Technical Report Series 894, 2000", place="definition", confidence="M"),
    ),
    "bsa_m2": Calculation(
        ("weight_kg", "height_cm"),
        lambda weight, height: np.sqrt(weight * height / 3600),
        "√(height (cm) × weight (kg) / 3600)",
        Source("Mosteller 1987, N Engl J Med 317:1098", place="formula", confidence="M"),
    ),
    "pulse_pressure": Calculation(
        ("sbp", "dbp"),
        lambda systolic, diastolic: systolic - diastolic,
        "systolic − diastolic arterial pressure",
        Source("definition", confidence="CALC"),
    ),
    "cpo_w": Calculation(
        ("map", "co"),
        lambda mean, output: mean * output / 451,
        "mean arterial pressure × cardiac output / 451",
        Source(
            "Fincke et al. 2004, J Am Coll Cardiol 44:340-348",
            place="equation, as transcribed in scores reference 8.16",
            confidence="C2",
        ),
    ),
    "papi": Calculation(
        ("pa_sys", "pa_dia", "cvp"),
        _papi,
        "(systolic − diastolic pulmonary artery pressure) / central venous pressure",
        Source("scores reference 8.16", place="formula; undefined at CVP <= 0", confidence="C2"),
    ),
}
"""The calculated variables with a one-line formula, by name."""


def fill(
    name: str, recorded: Numbers, inputs: Sequence[Numbers], low: float, high: float
) -> Numbers:
    """The recorded values, calculated where none was recorded and every input was.

    Args:
        name: The calculated variable.
        recorded: Shape (n,), NaN where not recorded.
        inputs: Shape (n,) each, in the order of `CALCULATED[name].inputs`.
        low, high: Its hard range; a calculated value outside stays missing.
    """
    values = CALCULATED[name].formula(*inputs)
    with np.errstate(invalid="ignore"):
        values = np.where((values >= low) & (values <= high), values, np.nan)
    return np.where(np.isnan(recorded), values, recorded)
