"""A fit to measurements as readers see it: how close it comes, and what is told by what."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from afterload.report.number import MINUS

if TYPE_CHECKING:
    from afterload.actions.simulate import Simulation


@dataclass(frozen=True, slots=True)
class FitView:
    """A fit as text.

    Args:
        residuals: Measurement, measured and fitted value, and their distance in errors of it.
        estimates: Parameter, its value with the 90 % interval, what is left of its uncertainty,
            and what informs it.
        on: Devices that ran meanwhile, as a text; "" for none.
    """

    residuals: tuple[tuple[str, str, str, str], ...]
    estimates: tuple[tuple[str, str, str, str, str], ...]
    on: str


def fit_view(found: Simulation) -> FitView | None:
    """The fit of a simulation's patient; None for a patient who was told."""
    fit = found.patient.fit
    if fit is None:
        return None
    residuals = tuple(
        (
            one.label.capitalize().replace("Lv ", "LV "),
            f"{plain(one.measured)} {one.unit}",
            plain(one.fitted),
            f"{one.errors:+.1f}".replace("-", MINUS),
        )
        for one in fit.residuals
    )
    estimates = tuple(
        (
            one.label,
            f"{plain(one.value)} {one.unit}".strip(),
            f"{plain(one.low)} to {plain(one.high)}",
            f"{100 * min(one.remaining, 1.0):.0f} %",
            ", ".join(sorted(one.informed_by, key=lambda k: -one.informed_by[k])[:3]),
        )
        for one in fit.estimates
    )
    return FitView(residuals, estimates, " and ".join(one.word for one in fit.devices))


def plain(value: float) -> str:
    """Three figures, all those before the decimal point, and no trailing zeros.

    Example:
        >>> plain(2301.4), plain(62.0), plain(0.04187)
        ('2301', '62', '0.0419')
    """
    digits = max(0, 2 - math.floor(math.log10(abs(value)))) if value else 0
    text = f"{value:.{digits}f}"
    return (text.rstrip("0").rstrip(".") if digits else text).replace("-", MINUS)


def fit_data(found: Simulation) -> dict[str, Any] | None:
    """A fit as what JSON can hold."""
    fit = found.patient.fit
    if fit is None:
        return None
    return {
        "measured": {one.name: one.measured for one in fit.residuals},
        "measured_on": [one.word for one in fit.devices],
        "residuals": [
            {"name": r.name, "unit": r.unit, "measured": r.measured, "fitted": r.fitted,
             "errors": r.errors}
            for r in fit.residuals
        ],
        "estimates": [
            {"name": e.name, "label": e.label, "unit": e.unit, "value": e.value, "low": e.low,
             "high": e.high, "remaining": e.remaining, "informed_by": dict(e.informed_by)}
            for e in fit.estimates
        ],
    }  # fmt: skip
