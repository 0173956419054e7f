"""The membrane lung of an ECLS circuit."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.device.base import ML_PER_S, MembraneLung
from afterload.hemodynamics.device.curve import Loss

QUADROX = Source(
    "Quadrox-i adult, PLS and HLS 7.0",
    place="general knowledge; hemodynamics reference C.5 and D.5",
    confidence="M",
    note="10-12 mmHg per L/min; rated for 7 L/min; its inertance an order of magnitude.",
)

RATED_FLOW = 7.0
"""Blood flow up to which it saturates venous blood, L/min."""

RESISTANCE = Loss(r=11.0 / ML_PER_S, c=0.0, l=0.02, sd=0.2, sources=(QUADROX,), l_sd=0.5)
"""11 mmHg per L/min."""


def lung(fdo2: float, sweep: float | None = None) -> MembraneLung:
    """A membrane lung with its gas; sweep flow in L/min, None to have it set by the PCO2."""
    return MembraneLung(RATED_FLOW * ML_PER_S, fdo2, None if sweep is None else sweep * ML_PER_S)
