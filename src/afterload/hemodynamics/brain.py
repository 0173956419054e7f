"""The brain's vessels keep its flow: between which pressures, and how well.

              flow |        ___________________ /
                   |       /
                   |      /
                   |     /
                   +----/---|-----------------|---- perfusion pressure
                          lower             upper

Between both limits the vessels widen and narrow so that flow stays; beyond, they are as wide or as
narrow as they get, and flow follows pressure.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source

Array = NDArray[np.float64]

LASSEN = Source(
    "Lassen NA. Cerebral blood flow and oxygen consumption in man. Physiol Rev 1959;39:183-238",
    doi="10.1152/physrev.1959.39.2.183",
    place="flow is level from a mean arterial pressure of about 60 to 150 mmHg, as quoted by "
    "Brassard et al. 2021, Physiol Rep 9:e14982; beyond, it is linear in pressure "
    "(openanesthesia.org, cerebral perfusion pressure)",
    confidence="C2",
    note="Less an intracranial pressure of 10 mmHg (qxmd.com/calculate/calculator_50), the limits "
    "are 50 and 140 mmHg of perfusion pressure. They differ from one person to the next: the "
    "lower limit of arterial pressure is 65 ± 12 mmHg in 614 patients on bypass (`BYPASS`), and "
    "66 (43 to 90) in 225 (Joshi et al. 2012, PMC3288415); 60 on bypass where venous pressure is "
    "low. That no plateau is quite level stands in `SLOPES`.",
)
BYPASS = Source(
    "Hori et al. 2017. Optimal blood pressure during cardiopulmonary bypass defined by cerebral "
    "autoregulation monitoring. J Thorac Cardiovasc Surg",
    place="abstract: lower limit 65 ± 12, upper 84 ± 11 mmHg in 614 patients (readbyqxmd.com, "
    "29042040); year and journal from memory",
    confidence="C1",
)
SLOPES = Source(
    "The static cerebral pressure-flow relationship of healthy adults, from 143 studies. J Cereb "
    "Blood Flow Metab (PMC11542139)",
    doi="10.1177/0271678X231210430",
    place="abstract: flow changes by 0.37 ± 0.38 % per 1 % more pressure, and by 1.47 ± 0.71 % per "
    "1 % less; a plateau from 80 to 100 mmHg alone",
    confidence="C1",
    note="brain.gain 0.63 is the former. The latter is more than that of rigid pipes: what lowers "
    "pressure in volunteers (suction, tilting, hyperventilation) lowers flow as well.",
)
STARLING = Source(
    "Cerebral perfusion pressure",
    place="mean arterial pressure less the intracranial or the venous one, whichever is higher "
    "(openanesthesia.org)",
    confidence="C2",
)
SCHEEL = Source(
    "Scheel P, Ruge C, Schoning M. Color duplex measurement of cerebral blood flow volume in "
    "healthy adults. Stroke 2000;31:147-150",
    place="abstract: 727 ± 102 mL/min at 20-39 years, 656 ± 121 at 40-59, 603 ± 106 at 60-85; "
    "volume and pages from memory",
    confidence="C1",
)
ANAEMIA = Source(
    "Vorstrup S et al. 1992. Increased cerebral blood flow in anemic patients on long-term "
    "hemodialytic treatment. J Cereb Blood Flow Metab",
    place="abstract: 66.2 and 54.7 mL/100 g/min at haematocrits of 0.30 and 0.43; year and journal "
    "from memory",
    confidence="CALC",
    note="ln(66.2 / 54.7) / ln(0.43 / 0.30) = 0.53. In rats flow rises in full proportion "
    "(Johannsson and Siesjo 1975, doi:10.1111/j.1748-1716.1975.tb05842.x).",
)
DYNAMICS = Source(
    "Aaslid R et al. Cerebral autoregulation dynamics in humans. Stroke 1989;20:45-52",
    place="after a fall of pressure the vessels make up for 20 % of it per second",
    confidence="M",
)
SOURCES = (LASSEN, BYPASS, SLOPES, STARLING, SCHEEL, ANAEMIA, DYNAMICS)
"""Where the laws and numbers of the brain's flow come from."""

INTRACRANIAL, LOWER, UPPER = 10.0, 50.0, 140.0
"""Intracranial pressure, and the ends of the plateau, mmHg of perfusion pressure (`LASSEN`)."""

FLOW = 656.0
"""Flow on the plateau, mL/min (`SCHEEL`, 40-59 years)."""

SHARE = 0.81
"""Share of the head's flow that is the brain's: `FLOW`, of 15 % of an output of 5.4 L/min. The rest
is that of skin, face and scalp."""

THINNER = 0.53
"""Power with which flow rises as haemoglobin falls (`ANAEMIA`)."""

HAEMOGLOBIN = 140.0
"""Haemoglobin at which flow is `FLOW`, g/L."""

WHOLE = 1.0
"""Gain at which flow is level between the limits."""


def perfusion(arterial: Array, venous: Array, intracranial: Array | float = INTRACRANIAL) -> Array:
    """Perfusion pressure of the brain, mmHg (`STARLING`).

    Args:
        arterial: Mean pressure in the arch.
        venous: Mean pressure in the veins of the upper body.
        intracranial: Intracranial pressure.
    """
    return np.asarray(arterial - np.maximum(venous, intracranial))


def kept(pressure: Array, lower: Array | float = LOWER, upper: Array | float = UPPER) -> Array:
    """Flow at a perfusion pressure, as a share of that on the plateau.

    Equation:
        P / clip(P, lower, upper)
    """
    within = np.clip(pressure, lower, np.maximum(lower, upper))
    return np.asarray(np.maximum(pressure, 0.0) / within)


def per_pressure(
    arterial: Array,
    venous: Array,
    intracranial: Array | float = INTRACRANIAL,
    lower: Array | float = LOWER,
    upper: Array | float = UPPER,
    close: Array | float = 0.0,
) -> Array:
    """Flow that the brain is to have (`kept`) per mmHg that drives it through the head's bed.

    This is what its vessels' conductance follows; arguments as of `perfusion` and `kept`, and the
    pressure at which the bed's small arteries close (`head.close`). Result in 1/mmHg.
    """
    across = np.maximum(arterial - np.maximum(venous, close), 1.0)
    return np.asarray(kept(perfusion(arterial, venous, intracranial), lower, upper) / across)


def asked(hb: Array | float) -> Array:
    """Flow on the plateau, mL/min, at a haemoglobin in g/L: thin blood flows faster."""
    return np.asarray(FLOW * (HAEMOGLOBIN / hb) ** THINNER)


def widened(share: Array, factor: Array) -> tuple[Array, Array]:
    """What the head's conductance is multiplied by if its brain's is, and the brain's share then.

    Args:
        share: The brain's share before.
        factor: What the brain's conductance is multiplied by.
    """
    whole = 1.0 + share * (factor - 1.0)
    return whole, share * factor / whole
