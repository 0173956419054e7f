"""The centrifugal pump of an ECLS circuit."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.device.curve import Curve
from afterload.hemodynamics.device.drive import Speeds

SHUT_OFF = Source(
    "Explain, documentation of its ECLS model",
    place="Rotaflow shut-off about 108 mmHg at 2,000 and 700 mmHg at 5,000 rpm; "
    "hemodynamics reference D.5",
    confidence="C2",
)
SLOPE = Source(
    "Rotaflow, loss per flow and speed",
    place="8-10 mmHg per krpm and L/min; hemodynamics reference D.5",
    confidence="M",
    note="Chosen so that the rated flow of 10 L/min fits.",
)

ROTAFLOW = Curve(
    a=28.0, b=0.54, c=0.0, r=0.0, sources=(SHUT_OFF, SLOPE), sds={"b": 0.1}, residual=0.0
)
"""28 n² misses the two shut-off points by 4 and 0 mmHg."""

SPEEDS = Speeds(500.0, 5000.0, 0.3, 8.0, ("flow", "4"))
