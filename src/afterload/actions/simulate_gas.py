"""Oxygen and carbon dioxide of simulated beats, lane by lane; who has no answer is told why."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.actions.simulate_lanes import part_of
from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.device import AbstractDevice
from afterload.hemodynamics.gas import gases
from afterload.hemodynamics.gas_index import GAS_INDICES, cautions, gas_indices
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

MEMBRANE = (
    "svo2_drain", "po2_membrane", "pco2_membrane", "vo2_membrane", "vco2_membrane",
    "recirculation", "sweep_lmin",
)  # fmt: skip
"""Numbers that there are with a membrane lung only."""

STREAMS = "mixing_position"
"""A number that there is only where a pump's blood meets the heart's."""


@dataclass(frozen=True, slots=True)
class Breathing:
    """Gases of some lanes.

    Args:
        values: Every index, shape (lanes,), NaN where there is none.
        meeting: Where the heart's blood and the pumps' meet, a text per lane; "" where unknown.
        told: What must be told of a lane, texts per lane.
    """

    values: dict[str, Array]
    meeting: list[str]
    told: list[tuple[str, ...]]


def breathing(
    whole: Trace,
    patient: Mapping[str, Array],
    devices: Sequence[tuple[AbstractDevice, ...]],
    lost: NDArray[np.bool_],
) -> Breathing:
    """The gases of every lane that has a steady beat.

    Args:
        whole: The beats.
        patient: What differs in gas exchange, shape (lanes,) each.
        devices: What runs, by lane.
        lost: Lanes without a steady beat.
    """
    count = len(lost)
    found = Breathing(
        {index.name: np.full(count, np.nan) for index in GAS_INDICES}, [""] * count, [()] * count
    )
    well = np.flatnonzero(~lost)
    waiting = [well] if len(well) else []
    while waiting:
        some = waiting.pop()
        wrong = _tried(found, whole, patient, devices, some)
        if wrong == SOMEBODY and len(some) > 1:
            waiting += np.array_split(some, 2)
        elif wrong is not None and len(some) > 1:
            waiting.append(np.delete(some, wrong))
    return found


NAMED = re.compile(r"( in)? patient (\d+)( \(of \d+\))?")
"""How the gases name the patient who has no answer."""

SOMEBODY = -1
"""In the place of a patient who has no answer, where nobody says who it is."""


def _tried(
    found: Breathing,
    whole: Trace,
    patient: Mapping[str, Array],
    devices: Sequence[tuple[AbstractDevice, ...]],
    some: NDArray[np.intp],
) -> int | None:
    """Fill in some lanes; the place among them of one that has no answer, which is told why."""
    here = {name: values[some] for name, values in patient.items()}
    try:
        g = gases(part_of(whole, some), here, [devices[lane] for lane in some])
    except (InputError, NoConvergence) as why:
        named = NAMED.search(str(why))
        place = int(named[2]) if named and int(named[2]) < len(some) else 0
        text = NAMED.sub(lambda found: "" if found[1] else " the patient", str(why))
        found.told[int(some[place])] = (f"No gases could be worked out: {text}",)
        return place
    except np.linalg.LinAlgError:
        if len(some) == 1:
            found.told[int(some[0])] = ("No gases could be worked out: blood stands still.",)
        return SOMEBODY
    for name, values in gas_indices(g).items():
        found.values[name][some] = values
    for lane, words, told in zip(some, g.meeting.words, cautions(g), strict=True):
        found.meeting[int(lane)], found.told[int(lane)] = words, told
    return None


def belonging(values: Mapping[str, Array], devices: Sequence[AbstractDevice]) -> dict[str, Array]:
    """Those of the gases' numbers that there can be with some devices."""
    lung = any(device.oxygen is not None for device in devices)
    streams = bool(np.isfinite(values[STREAMS]).any())
    left_out = (*(() if lung else MEMBRANE), *(() if streams else (STREAMS,)))
    return {name: value for name, value in values.items() if name not in left_out}
