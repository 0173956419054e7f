"""How the body's flow is shared among its beds when the heart gives little: the brain first.

output = heart + brain (by its own curve) + all others (in proportion, by what is left)
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics import brain
from afterload.hemodynamics.patient.normal import NORMAL, SHARES, SYSTEMIC

PROPORTION = Source(
    "Leithe ME et al. Relationship between central hemodynamics and regional blood flow in normal "
    "subjects and in patients with congestive heart failure. Circulation 1984;69:57-64",
    place="abstract: of 64 patients, flow to liver, kidneys and limbs is lower in proportion to "
    "the cardiac output, and their resistances follow the systemic one (staging.scite.ai); authors "
    "and title from memory",
    confidence="C1",
    note="The same in the review of Leier 1992, Am Heart J 124:726-738. Below an index of "
    "2 L/min/m2 the kidneys are spared a little, which is left out.",
)

LEAST = 0.10
"""Share of the output that is left to all but heart and brain at least, as far below what is seen
in the living as the curve of the brain holds."""


ROUNDS = 4
"""Of the pressure in the veins of the upper body, which lies above the central one by what flows
through them."""


def shares(pressure: float, output: float, hb: float) -> tuple[dict[str, float], float]:
    """Share of the output that goes through each bed, and of the head's flow that is the brain's.

    The brain gets what its curve says (`brain.kept`); skin and face, arms, viscera and legs share
    what is left as they do in health (`PROPORTION`). The heart's share is as in health; what it
    really gets, its own resistances tell.

    Args:
        pressure: Perfusion pressure of the brain, mmHg.
        output: What flows to the body, L/min.
        hb: Haemoglobin, g/L.
    """
    every = sum(SHARES.values())
    kept = float(brain.kept(_one(pressure), brain.LOWER, brain.UPPER))
    own = min(kept * float(brain.asked(hb)) / 1000.0 / output, every - LEAST)
    face = (1.0 - brain.SHARE) * SHARES["head"]
    others = {bed: share for bed, share in SHARES.items() if bed != "head"}
    scale = (every - own) / (face + sum(others.values()))
    head = own + scale * face
    return {"head": head, **{bed: scale * share for bed, share in others.items()}}, own / head


def split(
    arterial: float, venous: float, output: float, hb: float = brain.HAEMOGLOBIN
) -> dict[str, float]:
    """Parameters of the beds for a patient of some pressures and output, by name.

    All beds together have the resistance of `normal.SYSTEMIC`; what the patient's is, a fit finds.

    Args:
        arterial: Mean arterial pressure, mmHg.
        venous: Central venous pressure, mmHg.
        output: What flows to the body, L/min.
        hb: Haemoglobin, g/L.
    """
    found, own = SHARES, brain.SHARE
    for _ in range(ROUNDS):
        upper = (found["head"] + found["arms"]) * output * 1000.0 / 60.0
        pressure = brain.perfusion(_one(arterial), _one(venous + NORMAL["upper.r"] * upper))
        found, own = shares(float(pressure), output, hb)
    return {**{f"{bed}.r": SYSTEMIC / share for bed, share in found.items()}, "brain.share": own}


def _one(value: float) -> brain.Array:
    import numpy as np

    return np.array(value)
