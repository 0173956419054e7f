"""What a patient is: changes against the normal adult, and the haemodynamics they are to reach."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from afterload.core.source import Source
from afterload.hemodynamics import brain
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL


@dataclass(frozen=True, slots=True)
class Target:
    """Something the patient is to show.

    Args:
        name: A measurement, as in `hemodynamics.fit_measure.MEASUREMENTS`.
        value: What it is to be, in its unit.
        tolerance: How far the patient may be from it.
        source: Where the value comes from.
    """

    name: str
    value: float
    tolerance: float
    source: Source


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient as parameters.

    Args:
        name: The name on the command line.
        title: Who it is, in words.
        changes: Parameters that differ from the normal adult's.
        gas: What differs in gas exchange, as in `patient.gas.GAS_PARAMETERS`.
        targets: What it is to show.
        sources: Where numbers come from that are not found by reaching the targets, by parameter.
        warnings: What a reader must know with every result.
    """

    name: str
    title: str
    changes: Mapping[str, float]
    gas: Mapping[str, float] = field(default_factory=dict)
    targets: tuple[Target, ...] = ()
    sources: Mapping[str, Source] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()

    @property
    def parameters(self) -> dict[str, float]:
        """All parameters of the circulation and its controls."""
        return {**NORMAL, **CONTROLLED, **self.changes}


TOLERANCES = {"map": 1.0, "cvp": 0.5, "pa_mean": 1.0, "pcwp": 1.0, "co": 0.1, "lvef": 1.0,
              "lvedd": 2.0, "sbp": 3.0}  # fmt: skip
"""How far a preset may be from its target, in the target's unit."""


def targets(source: Source, **values: float) -> tuple[Target, ...]:
    """Targets from one source, with the usual tolerances."""
    return tuple(Target(name, v, TOLERANCES[name], source) for name, v in values.items())


CATHETER = Source(
    "Typical catheter values of kinds of cardiogenic shock (SHOCK, Jacobs, CSWG ranges)",
    place="hemodynamics reference C.6",
    confidence="M",
    note="General knowledge, not one study's table.",
)
FEEDBACK = Source(
    "Hemodynamics reference, finding 7 and sections C.4, C.5",
    place="exponent 0.4-0.5 on coronary perfusion; baroreflex at gain 0-0.3 on vasopressors",
    confidence="M",
    note="The middle of both ranges.",
)
ICU = Source(
    "A ventilated patient in intensive care",
    place="haemoglobin, inspired oxygen and shunt of a patient with pulmonary congestion",
    confidence="M",
)
MASS = Source("Mass of the left ventricle", place="150 g normal, more if dilated", confidence="M")

TITRATED = Source(
    "A reflex reset to, and pressors titrated to, the pressure that is aimed at",
    place="mean arterial pressure 65-75 mmHg in guidelines of shock; twice the reflex on "
    "vasopressors alone (gain 0-0.3, hemodynamics reference C.4), since pressors are withdrawn as "
    "pressure rises",
    confidence="M",
    note="Chosen with measured pressures on ECMO (doi:10.3389/fcvm.2023.1147783), Impella 5.0 "
    "(pubmed 22405676) and TandemHeart (doi:10.1002/ccd.20796) in view.",
)

IN_SHOCK: dict[str, float] = {
    "perfusion.gain": 0.45, "reflex.gain": 0.5, "reflex.centre": 75.0,
    "brain.gain": brain.WHOLE,
}  # fmt: skip
"""Feedbacks of every patient in shock; see `FEEDBACK`, `TITRATED` and `brain.LASSEN`."""

SHOCK_SOURCES: dict[str, Source] = {
    "perfusion.gain": FEEDBACK,
    "reflex.gain": TITRATED,
    "reflex.centre": TITRATED,
    "brain.gain": brain.LASSEN,
    "lv.mass": MASS,
    **dict.fromkeys(("blood.hb", "lung.fio2", "lung.shunt"), ICU),
}
"""Sources of what every patient in shock is told."""
