"""How inlets collapse when pumps draw more than comes."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.device.curve import Inlet

SIMAAN = Source(
    "Simaan MA et al. 2009, IEEE Trans Control Syst Technol 17:15-28",
    place="suction resistance -3.5 (p_lv - 1) below 1 mmHg",
    confidence="M",
    note="As remembered. It was stated for a ventricle and is taken here for every inlet.",
)

LEFT = Inlet(suction=3.5, p_low=1.0, source=SIMAAN)
"""In the left ventricle or atrium."""

CAVAL = Inlet(suction=3.5, p_low=1.0, source=SIMAAN)
"""In the right atrium and the great veins."""
