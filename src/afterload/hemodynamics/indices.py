"""The indices of patients as Python gives them: by name or as attributes, with their units."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, final

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from afterload.hemodynamics.gas_index import GasIndex
    from afterload.hemodynamics.index import Index

Array = NDArray[np.float64]


@final
class Indices(Mapping[str, Array]):
    """What a beat of n patients amounts to: every index, one number per patient.

    An index is an attribute and an item: `found.map` and `found["map"]` are the same array of shape
    (n,), also for one patient. NaN is where there is no value; then a warning of the scenario says
    why. What cannot be with these devices is not there, as `sweep_lmin` without a membrane lung.

    Args:
        values: Every index by name, shape (n,) each.

    Example:
        >>> import numpy as np
        >>> found = Indices({"map": np.array([60.0, 72.5]), "total_flow": np.array([3.2, 4.1])})
        >>> found.map
        array([60. , 72.5])
        >>> found["total_flow"][0], found.unit("total_flow"), found.label("total_flow")
        (np.float64(3.2), 'L/min', 'Flow to the body')
        >>> found.of(1)
        {'map': 72.5, 'total_flow': 4.1}
    """

    __slots__ = ("_values",)

    hr: Array
    """Heart rate; /min."""
    map: Array
    """Mean arterial pressure; mmHg."""
    sbp: Array
    """Systolic arterial pressure; mmHg."""
    dbp: Array
    """Diastolic arterial pressure; mmHg."""
    pulse_pressure: Array
    """Pulse pressure; mmHg."""
    cvp: Array
    """Central venous pressure; mmHg."""
    pa_sys: Array
    """Systolic pulmonary artery pressure; mmHg."""
    pa_dia: Array
    """Diastolic pulmonary artery pressure; mmHg."""
    pap_mean: Array
    """Mean pulmonary artery pressure; mmHg."""
    pcwp: Array
    """Wedge pressure (left atrial mean); mmHg."""
    lvedp: Array
    """LV end-diastolic pressure; mmHg."""
    edv: Array
    """LV end-diastolic volume; mL."""
    esv: Array
    """LV end-systolic volume; mL."""
    ef: Array
    """LV ejection fraction; %."""
    rv_edv: Array
    """RV end-diastolic volume; mL."""
    rv_esv: Array
    """RV end-systolic volume; mL."""
    native_flow: Array
    """Flow through the aortic valve; L/min."""
    device_flow: Array
    """Flow of the pumps to the arteries; L/min."""
    total_flow: Array
    """Flow to the body; L/min."""
    stroke_work: Array
    """LV stroke work; mmHg·mL."""
    potential_energy: Array
    """LV potential energy; mmHg·mL."""
    pva: Array
    """LV pressure-volume area; mmHg·mL."""
    mvo2: Array
    """LV oxygen consumption; mL/min."""
    coronary_flow: Array
    """Coronary flow; mL/min."""
    brain_flow: Array
    """Flow of the brain; mL/min."""
    brain_share: Array
    """Share of the body's flow that is the brain's; %."""
    brain_pressure: Array
    """Perfusion pressure of the brain; mmHg."""
    cpo: Array
    """Cardiac power output (MAP x flow to the body); W."""
    papi: Array
    """Pulmonary artery pulsatility index; without a unit."""
    valve_opening: Array
    """Share of the beat with the aortic valve open; without a unit."""
    svo2: Array
    """Mixed venous saturation, pulmonary artery; %."""
    scvo2: Array
    """Venous saturation, superior vena cava; %."""
    svo2_drain: Array
    """Venous saturation, ECLS drainage; %."""
    svo2_visceral: Array
    """Venous saturation, viscera; %."""
    svo2_legs: Array
    """Venous saturation, legs; %."""
    svo2_coronary: Array
    """Venous saturation, heart; %."""
    mvo2_heart: Array
    """Oxygen that the heart's work asks for; mL/min."""
    supply_demand: Array
    """Oxygen brought to the heart per what its work asks for; without a unit."""
    extraction_heart: Array
    """Oxygen extraction, heart; %."""
    do2: Array
    """Oxygen delivery; mL/min."""
    vo2: Array
    """Oxygen uptake; mL/min."""
    do2_vo2: Array
    """Oxygen delivery per uptake; without a unit."""
    extraction: Array
    """Oxygen extraction; %."""
    sao2_coronary: Array
    """Arterial saturation, coronary arteries; %."""
    sao2_right_arm: Array
    """Arterial saturation, right arm; %."""
    sao2_head: Array
    """Arterial saturation, head; %."""
    sao2_left_arm: Array
    """Arterial saturation, left arm; %."""
    sao2_viscera: Array
    """Arterial saturation, viscera; %."""
    sao2_legs: Array
    """Arterial saturation, legs; %."""
    po2_pulmonary_vein: Array
    """PO2, pulmonary veins; mmHg."""
    pco2_pulmonary_vein: Array
    """PCO2, pulmonary veins; mmHg."""
    ph_pulmonary_vein: Array
    """pH, pulmonary veins; without a unit."""
    pao2: Array
    """PaO2, right radial artery; mmHg."""
    paco2: Array
    """PaCO2, right radial artery; mmHg."""
    ph: Array
    """pH, right radial artery; without a unit."""
    po2_membrane: Array
    """PO2 behind the membrane lung; mmHg."""
    pco2_membrane: Array
    """PCO2 behind the membrane lung; mmHg."""
    vo2_membrane: Array
    """Oxygen taken up in the membrane lung; mL/min."""
    vco2_membrane: Array
    """Carbon dioxide given off in the membrane lung; mL/min."""
    sweep_lmin: Array
    """Sweep gas flow; L/min."""
    minute_ventilation: Array
    """Minute ventilation; L/min."""
    recirculation: Array
    """Share of the drained blood that has just come from the circuit; %."""
    mixing_position: Array
    """Share of the body's flow that the heart's stream serves before it meets the pump's; %."""

    def __init__(self, values: Mapping[str, Array]) -> None:
        self._values = dict(values)

    def __getitem__(self, name: str) -> Array:
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    if not TYPE_CHECKING:  # a name that is not declared above is an error for type checkers

        def __getattr__(self, name: str) -> Array:
            if not name.startswith("_"):
                if name in self._values:
                    return self._values[name]
                close = difflib.get_close_matches(name, self._values, n=3, cutoff=0.6)
                hint = f" Did you mean {' or '.join(close)}?" if close else ""
                if name in _known():
                    hint = " It cannot be with these devices."
                raise AttributeError(f"there is no index {name!r} here.{hint}", name=name, obj=self)
            raise AttributeError(name)

    def __dir__(self) -> list[str]:
        return sorted([*(name for name in super().__dir__() if name not in _known()), *self])

    def __repr__(self) -> str:
        return f"Indices of {self.n} patient{'s' * (self.n != 1)}: {', '.join(self)}"

    @property
    def n(self) -> int:
        """How many patients."""
        return len(next(iter(self._values.values()), ()))

    def unit(self, name: str) -> str:
        """The unit of an index (UCUM), as "mm[Hg]", "L/min", "%", "1".

        Raises:
            KeyError: No index has this name.
        """
        return _known()[name].unit

    def label(self, name: str) -> str:
        """What an index is, in words.

        Raises:
            KeyError: No index has this name.
        """
        return _known()[name].label

    @property
    def units(self) -> dict[str, str]:
        """The unit of every index that is here (UCUM)."""
        return {name: self.unit(name) for name in self}

    def of(self, patient: int = 0) -> dict[str, float]:
        """Every index of one patient as plain numbers, the first patient by default.

        Raises:
            IndexError: There are not so many patients.
        """
        return {name: float(values[patient]) for name, values in self.items()}


@cache
def _known() -> dict[str, Index | GasIndex]:
    from afterload.hemodynamics.gas_index import GAS_INDICES
    from afterload.hemodynamics.index import INDICES

    every: tuple[Index | GasIndex, ...] = (*INDICES, *GAS_INDICES)
    return {one.name: one for one in every}
