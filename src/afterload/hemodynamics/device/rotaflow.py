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
BLOOD_LOOP = Source(
    "Blood trauma testing of CentriMag and RotaFlow centrifugal flow devices: a pilot study",
    place="abstract (perfusion.com/?p=37384): 250 ± 10 mmHg at 4.2 ± 0.25 L/min and 3,000 rpm, "
    "bovine blood, hematocrit 25 %",
    confidence="C1",
    note="The loss this leaves, 0.1 ± 0.6 mmHg/(L/min)², is cut at zero, as a loss is positive: "
    "0.53 ± 0.39.",
)

ROTAFLOW = Curve(
    a=28.0,
    b=0.0,
    c=0.001908,
    r=0.0,
    sources=(SHUT_OFF, BLOOD_LOOP),
    sds={"a": 0.02, "c": 0.73},
    residual=0.0,
)
"""28 n² misses the two shut-off points by 4 and 0 mmHg, the loop's by 7."""

SPEEDS = Speeds(500.0, 5000.0, 0.3, 8.0, ("flow", "4"))
