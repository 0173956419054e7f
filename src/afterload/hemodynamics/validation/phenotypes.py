"""The phenotypes of the validation table, each one parameter set for all of its rows.

What a phenotype shows without a device comes from the baseline column of its study. What no source
tells is taken from general physiology and marked so. Nothing is set from a column with a device.
"""

from __future__ import annotations

from afterload.core.source import Source
from afterload.hemodynamics.fit_prior import CLOSINGS
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.base import CATHETER
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.validation.phenotype import BEDS, Goal, Phenotype
from afterload.hemodynamics.validation.scale import (
    KLOTZ,
    SIMILARITY,
    beside_balloon,
    enlarged,
    filling,
    scaled,
    slack,
)
from afterload.hemodynamics.validation.studies import STUDIES

PIG = Source(
    "An anaesthetised, ventilated pig",
    place="rate 90/min; resting arterial pressure 80 mmHg, on which the reflex is centred; "
    "anaesthesia halves it; arteries close at a pressure in proportion; pulmonary resistance "
    "2 Wood units in 70 kg; descending aorta 17 mm",
    confidence="M",
    note="General physiology, the same for all pigs. Sheep show 80 ± 18 mmHg "
    "(doi:10.1038/s41598-021-00087-y, Table 1, confirmed).",
)
FEEDBACK = Source(
    "Hemodynamics reference, finding 7 and section C.5",
    place="contractility with coronary flow to the power 0.4-0.5; 0.45 is the middle",
    confidence="M",
)
ACUTE = Source(
    "An acutely failing heart within its pericardium",
    place="pericardium taut at 1.2 times the normal volume, as in an adult in shock; contractility "
    "of both ventricles falls by one factor",
    confidence="M",
)
FILLING_PRESSURE = Source(
    "Acute left ventricular failure",
    place="left ventricular end-diastolic pressure 15 mmHg",
    confidence="M",
    note="General physiology; the abstract tells only that it did not change on ECMO.",
)
CONGESTION = Source(
    "Decompensated biventricular failure",
    place="central venous pressure 8 mmHg; heart and pericardium grown with the ventricle",
    confidence="M",
)
EMBOLISED = Source(
    "Udesen et al. 2024, ESC Heart Fail 11:2305-2313; the same model and laboratory",
    doi="10.1002/ehf2.14780",
    place="abstract: pigs of 70 kg, shock is half the output or less, arterial pressure < 45 mmHg",
    confidence="C2",
    note="42 mmHg; 2.8 L/min is half of 80 mL/kg/min (memory).",
)
PRESSURES = Source(
    "Left ventricular shock with a failing right ventricle",
    place="LVEDP 15 and central venous pressure 10 mmHg on the ventilator",
    confidence="M",
)
EMBOLI = Source(
    "Microspheres in the left coronary artery",
    place="they double its resistance",
    confidence="M",
    note="Our choice: how far it rises is not in what was read. Three times changes no row.",
)
RATE = Source(
    "Functional mitral regurgitation of a dilated ventricle",
    place="output over stroke volume would be a rate of 58/min in both studies: too slow for "
    "pigs in shock. At 90/min the rest of the stroke volume goes back through the mitral valve",
    confidence="M",
    note="The rate is not in what was read. The leak is set from the baseline alone.",
)
HEALTHY = Source(
    "A healthy anaesthetised pig",
    place="output 100 mL/kg/min, arterial pressure 80 mmHg",
    confidence="M",
)
ARREST = Source(
    "Ventricular fibrillation",
    place="no chamber contracts: every end-systolic line meets the filling curve at 12 mmHg",
    confidence="M",
)
NO_FLOW = Source(
    "Kar et al. 2011, J Am Coll Cardiol 57:688-696",
    place="cardiac index before the device, median 0.52 L/min/m²; 56 of 117 under resuscitation",
    confidence="C1",
)

HEALTHY_BACK_PRESSURE = 14.6
"""Pressure at which coronary flow ends in a heart without an infarct, mmHg (`patient.normal`)."""

CORONARIES = {"coronary_l.r": 13.2, "coronary_r.r": 49.5}
"""Resistances that bring as much blood against that pressure, in a body of 70 kg, mmHg s/mL."""

ADULT = {**NORMAL, **CONTROLLED}


def pig(weight: float) -> dict[str, float]:
    """A pig's circulation before its baseline is set: an adult's, scaled by weight."""
    found = scaled(ADULT, weight) | {
        "beat.hr": 90.0,
        "perfusion.gain": 0.45,
        "reflex.gain": 0.5,
        "reflex.centre": 80.0,
    }
    found["lung_in.r"] = 0.095 * 70.0 / weight
    found["lung_out.r"] = 0.005 * 70.0 / weight
    found["q_desc.narrow"] = beside_balloon(17.0)
    found["sinus_l.close"] = found["sinus_r.close"] = HEALTHY_BACK_PRESSURE
    for name, resistance in CORONARIES.items():
        found[name] = resistance * 70.0 / weight
    for name in CLOSINGS:
        found[name] *= found["reflex.centre"] / ADULT["reflex.centre"]
    return found


def _failing(weight: float, left: float, right: float) -> dict[str, float]:
    found = pig(weight)
    found["lv.ees"] *= left
    found["rv.ees"] *= right
    found["pericardium.v0"] *= 1.2
    return found


def _hypoxic() -> Phenotype:
    source = STUDIES["ostadal"].source
    return Phenotype(
        "pig-hypoxic",
        "Pig of 45 kg, acute shock by myocardial hypoxia",
        _failing(45.0, 0.7, 0.7) | {"mitral_leak.k": 8.0},
        (
            Goal("sbp", 60.0, source),
            Goal("esv", 64.0, source),
            Goal("edv", 112.0, source),
            Goal("lvedp", 15.0, FILLING_PRESSURE),
            Goal("native_flow", 2.8, source),
            Goal("cvp", 10.0, PRESSURES),
        ),
        (
            ("lv.ees",), BEDS, ("blood.volume",), ("lv.alpha",), ("mitral_leak.k",), ("rv.ees",),
        ),
        {
            "scaling": SIMILARITY,
            "species": PIG,
            "feedback": FEEDBACK,
            "shock": ACUTE,
            "rate and mitral valve": RATE,
            "EDV": Source(source.citation, source.doi, "ESV + stroke volume", "CALC"),
        },
        gas=pig_gas(45.0),
        bsa=1.0,
    )  # fmt: skip


def _chronic() -> Phenotype:
    source = STUDIES["hala"].source
    weight, edv, edp = 60.0, 189.0, 7.0
    found = _failing(weight, 0.3, 0.7) | {"mitral_leak.k": 8.0}
    grown = edv / (152.0 * weight / 70.0)
    found |= enlarged(found, ("rv", "la", "ra"), grown)
    found["pericardium.v0"] *= grown
    found["lv.alpha"], found["lv.beta"] = filling(edv, edp, found["lv.v0"])
    for name in BEDS:
        found[name] *= 0.6
    return Phenotype(
        "pig-chronic",
        "Pig of 60 kg, chronic heart failure by fast pacing",
        found,
        (
            Goal("lv_peak", 49.0, source),
            Goal("esv", 139.0, source),
            Goal("edv", edv, source),
            Goal("cvp", 8.0, CONGESTION),
            Goal("native_flow", 2.9, source),
        ),
        (("lv.ees",), BEDS, ("blood.volume",), ("rv.ees",), ("mitral_leak.k",)),
        {
            "scaling": SIMILARITY,
            "species": PIG,
            "feedback": FEEDBACK,
            "filling curve, from EDV and LVEDP": KLOTZ,
            "weight and remodelling": CONGESTION,
            "rate and mitral valve": RATE,
        },
        gas=pig_gas(weight),
        bsa=1.2,
    )  # fmt: skip


def _embolised() -> Phenotype:
    found = _failing(70.0, 0.3, 0.5)
    found["lv.alpha"] *= 1.4
    found["coronary_l.r"] *= 2.0
    return Phenotype(
        "pig-embolised",
        "Pig of 70 kg, profound shock by microspheres into the left coronary artery",
        found,
        (
            Goal("pva", 2548.0, STUDIES["moller"].source),
            Goal("map", 42.0, EMBOLISED),
            Goal("native_flow", 2.8, EMBOLISED),
            Goal("lvedp", 15.0, PRESSURES),
            Goal("cvp", 10.0, PRESSURES),
        ),
        (("lv.ees",), BEDS, ("blood.volume",), ("lv.alpha",), ("rv.ees",)),
        {
            "scaling": SIMILARITY,
            "species": PIG,
            "feedback": FEEDBACK,
            "shock": ACUTE,
            "coronary arteries": EMBOLI,
        },
        gas=pig_gas(70.0),
        bsa=1.3,
    )


def _fibrillating() -> Phenotype:
    weight = 50.3
    found = pig(weight)
    for name in BEDS:
        found[name] *= 0.9
    still = {f"{name}.ees": slack(found, name, 12.0) for name in ("la", "lv", "ra", "rv")}
    return Phenotype(
        "pig-arrest",
        "Pig of 50 kg, ventricular fibrillation",
        found,
        (Goal("map", 80.0, HEALTHY), Goal("native_flow", weight / 10.0, HEALTHY)),
        (BEDS, ("blood.volume",)),
        {"scaling": SIMILARITY, "species": PIG, "feedback": FEEDBACK, "arrest": ARREST},
        arrested=still | {"septum.ees": 1.0, "perfusion.gain": 0.0},
        gas=pig_gas(weight),
        bsa=1.0,
    )


def _preset(name: str) -> Phenotype:
    one = PATIENTS[name]
    return Phenotype(
        name,
        one.title,
        one.parameters,
        sources={"baseline": one.targets[0].source, "feedback": FEEDBACK},
        gas=dict(one.gas),
    )


def _near_arrest() -> Phenotype:
    shock = PATIENTS["ami-lv-shock"]
    return Phenotype(
        "adult-near-arrest",
        "Adult in refractory shock, half of them under resuscitation",
        shock.parameters,
        (Goal("native_flow", 0.52 * 1.9, NO_FLOW),),
        (("lv.ees", "rv.ees"),),
        {"all but the heart is the adult in shock": CATHETER, "feedback": FEEDBACK},
        gas=dict(shock.gas),
    )


def pig_gas(weight: float) -> dict[str, float]:
    """Gas exchange of an anaesthetised pig: 5 mL/kg/min of oxygen, haemoglobin 95 g/L (memory)."""
    bsa = 0.0734 * weight**0.656
    return {"blood.hb": 95.0, "body.bsa": bsa, "body.vo2": 5.0 * weight / bsa, "lung.fio2": 0.5,
            "blood.temperature": 38.0}  # fmt: skip


PHENOTYPES: dict[str, Phenotype] = {
    one.name: one
    for one in (
        _preset("ami-lv-shock"),
        _preset("dcm"),
        _preset("postcardiotomy"),
        _preset("rv-shock"),
        _preset("normal"),
        _near_arrest(),
        _hypoxic(),
        _chronic(),
        _embolised(),
        _fibrillating(),
    )
}
"""Every phenotype, by name."""
