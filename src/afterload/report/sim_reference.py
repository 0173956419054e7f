"""The reference page of the simulator, as Markdown: patients, devices, parameters and indices."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterload.core.variable import UNIT_LABELS
from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.patient.gas import GAS_PARAMETERS
from afterload.hemodynamics.patient.value import NORMAL_ADULT, ends, settable
from afterload.report.number import MINUS
from afterload.report.sim_rows import EVERY, LABELS

if TYPE_CHECKING:
    from afterload.hemodynamics.circuit import Compartment, Edge
    from afterload.hemodynamics.device import Offer
    from afterload.hemodynamics.patient import Patient

INTRODUCTION = """# Simulation

What `afterload simulate` takes and what it tells, made from the program itself. Values are told in
the units that stand here; how to is in [Simulate a patient](../how-to/simulate-a-patient.md).
"""

PARTS = {
    "lv": "left ventricle", "rv": "right ventricle", "la": "left atrium", "ra": "right atrium",
    "mitral": "mitral valve", "aortic": "aortic valve", "tricuspid": "tricuspid valve",
    "pulmonic": "pulmonary valve", "mitral_leak": "leak of the mitral valve",
    "aortic_leak": "leak of the aortic valve", "tricuspid_leak": "leak of the tricuspid valve",
    "pulmonic_leak": "leak of the pulmonary valve", "asc": "ascending aorta", "arch": "aortic arch",
    "desc": "descending aorta", "fem": "femoral and iliac arteries",
    "q_arch": "ascending aorta to arch", "q_desc": "arch to descending aorta",
    "q_fem": "descending aorta to femoral arteries", "head": "vessels of the head",
    "arms": "vessels of the arms", "viscera": "vessels of the viscera",
    "legs": "vessels of the legs", "v_upper": "veins of head and arms",
    "v_visceral": "veins of the viscera", "v_legs": "veins of the legs",
    "upper": "veins of head and arms to the upper vena cava",
    "visceral": "veins of the viscera to the lower vena cava",
    "lower": "veins of the legs to the lower vena cava", "svc": "upper vena cava",
    "ivc": "lower vena cava", "from_svc": "upper vena cava to the right atrium",
    "from_ivc": "lower vena cava to the right atrium", "pa": "pulmonary artery",
    "pcap": "vessels of the lungs", "pv": "pulmonary veins",
    "lung_in": "pulmonary artery to the vessels of the lungs",
    "lung_out": "vessels of the lungs to the pulmonary veins",
    "to_la": "pulmonary veins to the left atrium", "cor_l": "left coronary vessels",
    "cor_r": "right coronary vessels", "coronary_l": "left coronary artery",
    "coronary_r": "right coronary artery", "sinus_l": "veins of the left coronary vessels",
    "sinus_r": "veins of the right coronary vessels",
}  # fmt: skip
"""Parts of the circulation, in words."""

OTHERS = {
    "lv.mass": ("left ventricle: mass of the muscle", "g"),
    "septum.ees": ("septum: slope of the end-systolic line", "mmHg/mL"),
    "septum.p0": ("septum: scale of its curve at rest", "mmHg"),
    "septum.lam": ("septum: stiffness of its curve at rest", "1/mL"),
    "septum.r": ("septum: resistance to being moved", "mmHg s/mL"),
    "pericardium.p0": ("pericardium: scale of its pressure", "mmHg"),
    "pericardium.lam": ("pericardium: stiffness", "1/mL"),
    "pericardium.v0": ("pericardium: volume of the heart at which it begins to press", "mL"),
    "pericardium.thorax": ("pericardium: pressure around it", "mmHg"),
    "chest.thorax": ("chest: pressure around vessels in it", "mmHg"),
    "muscle_l.share": ("left coronary vessels: share of the ventricle's pressure on them", ""),
    "muscle_r.share": ("right coronary vessels: share of the ventricle's pressure on them", ""),
    "blood.volume": ("blood: its volume", "mL"),
    "beat.hr": ("beat: heart rate", "/min"),
    "beat.av_delay": ("beat: from the atria's contraction to the ventricles'", "s"),
    "perfusion.gain": ("how strongly contractility follows coronary flow; 0 for not", ""),
    "reflex.gain": ("how strongly the baroreflex answers, pressors included; 0 for not", ""),
    "reflex.centre": ("arterial pressure that reflex and pressors aim at", "mmHg"),
    "brain.gain": ("how well the brain's vessels keep its flow, 0 to 1; 0 for not", ""),
    "brain.share": ("brain: share of the head's flow that is its own", ""),
    "brain.lower": ("brain: perfusion pressure down to which its flow is kept", "mmHg"),
    "brain.upper": ("brain: perfusion pressure up to which its flow is kept", "mmHg"),
    "brain.icp": ("brain: intracranial pressure", "mmHg"),
    "reflex.rate": ("share of the reflex's effect on the heart rate; 0 in a paced heart", ""),
}
"""Parameters that belong to no compartment or edge: what they are, and their unit."""

_LINE = re.compile(r"^\s+(\w+)\s{2,}(\S+(?: \S+)*?)\s{2,}(\S.*)$")

_WORDS = {
    "its scale": "scale of the filling curve",
    "viscosity of the wall over its elasticity, as of an `Artery`":
        "viscosity of the wall over its elasticity",
    "0 for a valve that is tight": "its size; 0 for a valve that is tight",
}  # fmt: skip
"""What a docstring says to its neighbours, said to who sees one line alone."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a parameter is.

    Args:
        about: In words.
        unit: As people write it.
    """

    about: str
    unit: str


def simulation_markdown(patients: Mapping[str, Patient], devices: Mapping[str, Offer]) -> str:
    """The page, ending in a newline."""
    parts = (INTRODUCTION, _patients(patients), _devices(devices), _indices(), _parameters())
    return "\n".join(parts)


def parameters_told() -> dict[str, Told]:
    """Every parameter of a patient that can be told, and what it is, in the laws' own words."""
    found = {name: Told(about, unit) for name, (about, unit) in OTHERS.items()}
    parts: tuple[Compartment | Edge, ...] = (*BODY.compartments, *BODY.edges)
    for part in parts:
        for name, (unit, about) in _documented(type(part.law).__doc__ or "").items():
            key = f"{part.name}.{name}"
            found.setdefault(key, Told(f"{PARTS.get(part.name, part.name)}: {about}", unit))
    for one in GAS_PARAMETERS:
        found[one.name] = Told(one.label.lower(), UNIT_LABELS.get(one.unit, one.unit))
    return {name: found[name] for name in settable() if name in found}


def _documented(text: str) -> dict[str, tuple[str, str]]:
    """Unit and meaning of the parameters that a law's docstring lists."""
    lines = text.partition("Parameters:\n")[2].splitlines()
    found = (_LINE.match(line) for line in lines)
    return {one[1]: (one[2], _WORDS.get(one[3], one[3].partition(";")[0])) for one in found if one}


def _patients(patients: Mapping[str, Patient]) -> str:
    from afterload.hemodynamics.fit_measure import MEASUREMENTS

    rows = []
    for one in patients.values():
        aims = (
            f"{goal.name} {goal.value:g} {MEASUREMENTS[goal.name].unit}".replace("mm[Hg]", "mmHg")
            for goal in one.targets
        )
        rows.append((f"`{one.name}`", one.title, ", ".join(aims)))
    return _section("Patients", ("`--patient`", "who it is", "reaches"), rows)


def _devices(devices: Mapping[str, Offer]) -> str:
    rows = []
    for offer in devices.values():
        options = "<br>".join(f"`{one.name}=` {one.help}" for one in offer.options)
        also = " or ".join(f"`{alias}`" for alias in offer.aliases)
        rows.append((f"`{offer.word}`", f"{offer.title}<br>also {also}", options))
    return _section("Devices", ("`--device`", "what it is", "options"), rows)


def _indices() -> str:
    rows = [(f"`{one.name}`", one.label, LABELS.get(one.unit, one.unit)) for one in EVERY]
    return _section("Indices", ("name in JSON and CSV", "what it is", "unit"), rows)


def _parameters() -> str:
    rows = []
    for name, told in parameters_told().items():
        low, high = ends(name)
        allowed = f"{_short(low)} to {_short(high)}"
        rows.append((f"`{name}`", told.about, told.unit, _short(NORMAL_ADULT[name]), allowed))
    heads = ("NAME=VALUE", "what it is", "unit", "normal adult", "allowed")
    return _section("Parameters of a patient", heads, rows)


def _short(value: float) -> str:
    """A number with four digits at most, and no more of an exponent than it needs."""
    return f"{float(f'{value:.4g}'):.10g}".replace("-", MINUS, value < 0)


def _section(title: str, heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    head = tuple(heads)
    lines = [head, ["---"] * len(head), *rows]
    cells = ("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
    return f"## {title}\n\n" + "\n".join(cells) + "\n"
