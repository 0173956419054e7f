"""What the gases amount to: the numbers a clinician reads, and what must be told with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.aorta import ANATOMY, METABOLISM, SEGMENTS
from afterload.hemodynamics.carbon import DOUGLAS, HIGH, KELMAN_1967, VAN_SLYKE
from afterload.hemodynamics.gas import Gases
from afterload.hemodynamics.index import SUGA, WALL
from afterload.hemodynamics.lung import RILEY
from afterload.hemodynamics.membrane import EXCHANGE, RATING
from afterload.hemodynamics.mixing import CORONARIES
from afterload.hemodynamics.oxygen import HUFNER, KELMAN, SEVERINGHAUS
from afterload.hemodynamics.patient.gas import ADULT, EXTRACTION, HEART_EXTRACTION, REFERENCE

Array = NDArray[np.float64]

MINUTE = 60.0
"""Seconds, for mL/s told in mL/min."""

HYPOXIC, WELL = 0.90, 0.95
"""Saturations of differential hypoxaemia: heart or head below the first, legs at the second or
above. The first is asked for by the reference; the second is our choice."""

HEAD = ("right head", "left head", "left vertebral")
VISCERA = ("trunk", "gut", "kidneys")
SEGMENT_OF = {outlet.name: segment.name for segment in SEGMENTS for outlet in segment.outlets}


@dataclass(frozen=True, slots=True)
class GasIndex:
    """One number of the gases.

    Args:
        name: Its name.
        label: What it is, in words.
        unit: UCUM unit.
        compute: From gases to shape (n,).
    """

    name: str
    label: str
    unit: str
    compute: Callable[[Gases], Array]


def arterial_saturation(g: Gases, *outlets: str) -> Array:
    """Saturation of the blood that some outlets get together, 0 to 1."""
    flows = np.stack([g.network.flow(name) for name in outlets])
    values = np.stack([g.samples[SEGMENT_OF[name]].saturation for name in outlets])
    return np.asarray((flows * values).sum(axis=0) / flows.sum(axis=0))


def delivery(g: Gases, *outlets: str) -> Array:
    """Oxygen that some outlets bring, all of them if none is named, mL/s."""
    names = outlets or tuple(SEGMENT_OF)
    brought = [g.network.flow(name) * g.samples[SEGMENT_OF[name]].oxygen for name in names]
    return np.asarray(np.sum(brought, axis=0))


def uptake(g: Gases) -> Array:
    """Oxygen that the body takes up, mL/s."""
    return np.asarray(np.sum(list(g.used.values()), axis=0))


def heart_brought(g: Gases) -> Array:
    """Oxygen that the coronary arteries bring, mL/s."""
    return np.maximum(delivery(g, *CORONARIES), 0.0)


def heart_used(g: Gases) -> Array:
    """Oxygen that the heart takes, mL/s."""
    return np.asarray(sum(g.used[name] for name in CORONARIES))


def heart_lacks(g: Gases) -> NDArray[np.bool_]:
    """Whether the heart asks for more oxygen than it can take of what comes."""
    return np.asarray(heart_used(g) < g.heart * (1 - 1e-9))


def differential_hypoxaemia(g: Gases) -> NDArray[np.bool_]:
    """Whether heart, head or right arm are hypoxic while the legs are not (Harlequin)."""
    upper = ("left coronary", "right arm", *HEAD)
    worst = np.min([arterial_saturation(g, name) for name in upper], axis=0)
    return np.asarray((worst < HYPOXIC) & (arterial_saturation(g, "legs") >= WELL))


def cautions(g: Gases) -> tuple[tuple[str, ...], ...]:
    """What must be told with the numbers, one sequence of sentences per patient."""
    apart = differential_hypoxaemia(g)
    heart, head, legs = (
        100 * arterial_saturation(g, *part) for part in (("left coronary",), HEAD, ("legs",))
    )
    short = heart_lacks(g)
    found = []
    for lane, words in enumerate(g.meeting.words):
        here = _lacking(g, lane)
        if short[lane]:
            here.insert(0, _ischaemic(g, lane))
        if apart[lane]:
            here.insert(0, _harlequin(heart[lane], head[lane], legs[lane], words))
        found.append(tuple(here))
    return tuple(found)


def _harlequin(heart: float, head: float, legs: float, place: str) -> str:
    return (
        f"Differential hypoxaemia (Harlequin): the heart gets blood saturated to {heart:.0f} % "
        f"and the head to {head:.0f} %, the legs to {legs:.0f} %. The streams meet at {place}."
    )


def _ischaemic(g: Gases, lane: int) -> str:
    asked, brought, used = (
        MINUTE * float(x[lane]) for x in (g.heart, heart_brought(g), heart_used(g))
    )
    return (
        f"The heart lacks oxygen: its work asks for {asked:.1f} mL/min, and it can take no more "
        f"than {used:.1f} of the {brought:.1f} that its arteries bring."
    )


def _lacking(g: Gases, lane: int) -> list[str]:
    here = []
    short = [
        k for k, x in g.used.items()
        if k not in CORONARIES and x[lane] < g.demand[k][lane] * (1 - 1e-9)
    ]  # fmt: skip
    if short:
        here.append(
            f"Less oxygen comes than is asked for: {', '.join(short)}. Uptake falls to what "
            "can be taken; the lactate that this makes is not modelled."
        )
    if g.network.flow("membrane")[lane] < 0:
        here.append("Blood runs backwards through the ECLS, from the artery to the vein.")
    if g.sweep[lane] == 0.0:
        here.append(
            "No sweep gas runs: the ECLS gives venous blood to the arteries as it was drained."
        )
    if np.isnan(g.samples["pa"].saturation[lane]):
        here.append("Next to no blood goes through the lungs: it has no mixed venous sample.")
    if max(np.nan_to_num(s.ph[lane]) for s in g.samples.values()) > HIGH - 0.001:
        here.append(
            f"Nearly all carbon dioxide is washed out somewhere: pH is told no higher than "
            f"{HIGH:g}. Check sweep gas and minute ventilation."
        )
    return here


def _of(place: str, part: str, factor: float = 1.0) -> Callable[[Gases], Array]:
    return lambda g: factor * np.asarray(getattr(g.samples[place], part))


def _forwards(g: Gases, values: Array) -> Array:
    """Values where an ECLS runs, and forwards."""
    return np.where(g.network.flow("membrane") > 0, values, np.nan)


def _arterial(*outlets: str) -> Callable[[Gases], Array]:
    return lambda g: 100.0 * arterial_saturation(g, *outlets)


GAS_INDICES: tuple[GasIndex, ...] = (
    GasIndex("svo2", "Mixed venous saturation, pulmonary artery", "%",
             _of("pa", "saturation", 100)),
    GasIndex("scvo2", "Venous saturation, superior vena cava", "%", _of("svc", "saturation", 100)),
    GasIndex("svo2_drain", "Venous saturation, ECLS drainage", "%",
             lambda g: _forwards(g, 100 * g.samples["drain"].saturation)),
    GasIndex("svo2_visceral", "Venous saturation, viscera", "%",
             _of("v_visceral", "saturation", 100)),
    GasIndex("svo2_legs", "Venous saturation, legs", "%", _of("v_legs", "saturation", 100)),
    GasIndex("svo2_coronary", "Venous saturation, heart", "%", _of("cor_l", "saturation", 100)),
    GasIndex("mvo2_heart", "Oxygen that the heart's work asks for", "mL/min",
             lambda g: MINUTE * g.heart),
    GasIndex("supply_demand", "Oxygen brought to the heart per what its work asks for", "1",
             lambda g: heart_brought(g) / g.heart),
    GasIndex("extraction_heart", "Oxygen extraction, heart", "%",
             lambda g: 100 * heart_used(g) / heart_brought(g)),
    GasIndex("do2", "Oxygen delivery", "mL/min", lambda g: MINUTE * delivery(g)),
    GasIndex("vo2", "Oxygen uptake", "mL/min", lambda g: MINUTE * uptake(g)),
    GasIndex("do2_vo2", "Oxygen delivery per uptake", "1", lambda g: delivery(g) / uptake(g)),
    GasIndex("extraction", "Oxygen extraction", "%", lambda g: 100 * uptake(g) / delivery(g)),
    GasIndex("sao2_coronary", "Arterial saturation, coronary arteries", "%",
             _arterial("left coronary", "right coronary")),
    GasIndex("sao2_right_arm", "Arterial saturation, right arm", "%", _arterial("right arm")),
    GasIndex("sao2_head", "Arterial saturation, head", "%", _arterial(*HEAD)),
    GasIndex("sao2_left_arm", "Arterial saturation, left arm", "%", _arterial("left arm")),
    GasIndex("sao2_viscera", "Arterial saturation, viscera", "%", _arterial(*VISCERA)),
    GasIndex("sao2_legs", "Arterial saturation, legs", "%", _arterial("legs")),
    GasIndex("po2_pulmonary_vein", "PO2, pulmonary veins", "mm[Hg]", _of("pv", "po2")),
    GasIndex("pco2_pulmonary_vein", "PCO2, pulmonary veins", "mm[Hg]", _of("pv", "pco2")),
    GasIndex("ph_pulmonary_vein", "pH, pulmonary veins", "[pH]", _of("pv", "ph")),
    GasIndex("pao2", "PaO2, right radial artery", "mm[Hg]", _of("innominate", "po2")),
    GasIndex("paco2", "PaCO2, right radial artery", "mm[Hg]", _of("innominate", "pco2")),
    GasIndex("ph", "pH, right radial artery", "[pH]", _of("innominate", "ph")),
    GasIndex("po2_membrane", "PO2 behind the membrane lung", "mm[Hg]", lambda g: g.membrane.po2),
    GasIndex("pco2_membrane", "PCO2 behind the membrane lung", "mm[Hg]", lambda g: g.membrane.pco2),
    GasIndex("vo2_membrane", "Oxygen taken up in the membrane lung", "mL/min",
             lambda g: MINUTE * g.membrane_uptake),
    GasIndex("vco2_membrane", "Carbon dioxide given off in the membrane lung", "mL/min",
             lambda g: MINUTE * g.membrane_output),
    GasIndex("sweep_lmin", "Sweep gas flow", "L/min", lambda g: g.sweep * MINUTE / 1000),
    GasIndex("minute_ventilation", "Minute ventilation", "L/min",
             lambda g: g.ventilation * MINUTE / 1000),
    GasIndex("recirculation", "Share of the drained blood that has just come from the circuit", "%",
             lambda g: _forwards(g, 100 * g.direct["drain"])),
    GasIndex("mixing_position", "Share of the body's flow that the heart's stream serves before it "
             "meets the pump's", "%", lambda g: 100 * g.meeting.position),
)  # fmt: skip
"""Every number of the gases, in the order they are shown."""


SOURCES = (
    SEVERINGHAUS, KELMAN, HUFNER, VAN_SLYKE, DOUGLAS, KELMAN_1967, RILEY, RATING, EXCHANGE,
    ANATOMY, METABOLISM, SUGA, WALL, REFERENCE, ADULT, EXTRACTION, HEART_EXTRACTION,
)  # fmt: skip
"""Where the laws and numbers of gas exchange come from."""


def gas_indices(g: Gases) -> dict[str, Array]:
    """Every number of the gases, shape (n,) each.

    NaN where there is none, as behind a membrane lung that is not there.
    """
    return {index.name: np.asarray(index.compute(g), np.float64) for index in GAS_INDICES}
