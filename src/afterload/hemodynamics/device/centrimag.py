"""CentriMag: the other centrifugal pump that an ECLS circuit can have."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.device.curve import Curve
from afterload.hemodynamics.device.drive import Speeds
from afterload.hemodynamics.device.rotaflow import BLOOD_LOOP

MARYLAND = Source(
    "Computational and experimental evaluation of the CentriMag 2006, Artif Organs 30:168-177",
    place="abstract (PubMed 16480391): 352 mmHg at 5.0 L/min and 4,000 rpm",
    confidence="C1",
)
LOOP = Source(
    BLOOD_LOOP.citation,
    place="abstract (perfusion.com/?p=37384): 250 ± 10 mmHg at 4.2 ± 0.25 L/min and 3,425 rpm",
    confidence="C1",
)
BELOW = Source(
    "Guan Y et al., Mechanical performance comparison between RotaFlow and CentriMag",
    place="abstract (pure.psu.edu): its shut-off pressure is below the Rotaflow's at every speed",
    confidence="C1",
    note="No shut-off head was seen: 25, between 22 (the measured point) and 28 mmHg/krpm² (the "
    "Rotaflow's), is taken.",
)

CENTRIMAG = Curve(
    a=25.0,
    b=0.0,
    c=0.007884,
    r=0.0,
    sources=(MARYLAND, LOOP, BELOW),
    sds={"a": 0.03, "c": 0.4},
    residual=0.0,
)
"""Gives the two measured heads within 7 mmHg."""

SPEEDS = Speeds(500.0, 5500.0, 0.3, 8.0, ("flow", "4"))
"""Up to 5,500 rpm is general knowledge."""
