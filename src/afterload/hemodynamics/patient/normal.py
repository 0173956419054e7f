"""A normal adult: the base that every other patient is told as changes of.

Source:
    Heart, total compliances, resistances and volumes: Burkhoff & Tyberg 1993, Am J Physiol
    265:H1819, as confirmed in Physiolibrary-models Burkhoff.mo (hemodynamics reference C.3). How
    the aorta, the beds and the veins share them is our choice (memory: typical shares of cardiac
    output), and so are two resistances that differ from it: that of the lungs, of the published
    size, stands nearly all before the compliant vessels, and that of the veins is 1.2 mmHg min/L
    from mean systemic to right atrial pressure. Measured are 2.75 ± 1.23 with held breaths (Maas
    2012, doi:10.1213/ANE.0b013e318247fa44, abstract), which tell too much (memory); some 1.0
    follows from the pressures before and in arrest of Schipke 2003 (at an output of 4 L/min,
    memory). 150 mL of blood more than published fill what this takes. The systemic resistance is
    what is left of the published one above the pressure at which arteries close. Vessels of the
    lungs stiffen as they fill (`LUNG_STIFF`). What a full balloon of 40 mL (15 mm wide, 23 cm long)
    adds to the resistance of an aorta of 24 mm: Poiseuille's law for the gap beside it, 12 mu L /
    (pi d h³) with d the mean diameter of the gap and h its mean width, times 0.4 for a balloon that
    lies on the wall (closed form; sizes from memory). Septum and pericardium: Smith et al. 2004
    (reference C.3), the pericardium over four chambers. Valve areas: memory, within the normal
    ranges.
"""

from __future__ import annotations

from afterload.hemodynamics import brain
from afterload.hemodynamics.body import PUMPS

VALVE_AREA = {"mitral": 5.0, "aortic": 4.0, "tricuspid": 7.0, "pulmonic": 4.0}
"""Open areas, cm²."""

DENSITY = 1.06
"""Blood, g/cm³."""

DYN = 1333.22
"""dyn/cm² in one mmHg."""

WALL = 0.01
"""Viscosity over elasticity of the arteries' wall, s. At the rate of the heart a tenth of the
wall's stiffness is then viscous, as in aortas (Bergel 1961, J Physiol 156:458; memory)."""

SHARES = {"head": 0.15, "arms": 0.08, "viscera": 0.53, "legs": 0.20}
"""Share of the cardiac output that goes through each bed at rest; the coronaries take the rest."""

SYSTEMIC = 0.60
"""Resistance of the whole systemic circulation above `CLOSING`, mmHg s/mL."""


CLOSING = 24.0
"""Pressure below which the small arteries of the body close, mmHg. In 82 anaesthetised patients
whose heart was made to fibrillate for 13 s, arterial pressure fell to 24.2 ± 5.3 mmHg and stayed
there, 13 above central venous pressure (Schipke 2003, Am J Physiol Heart Circ Physiol 285:H2510,
abstract). Extrapolated from held breaths it is 45.5 ± 11.1 after cardiac surgery (Maas 2012,
doi:10.1213/ANE.0b013e318247fa44, abstract), and hardly above that of the veins where vessels are
paralysed (Andrei 2023, doi:10.1186/s40635-023-00539-x, abstract): what was measured and not
extrapolated is taken. Tone moves it with the resistance, as norepinephrine does there."""

BACK_PRESSURE = 22.5
"""Pressure at which flow through the coronary arteries ends, mmHg: 14.6 ± 8.0 in angina, 22.5 ± 9.1
after a small and 37.1 ± 12.9 after a large infarct, and higher with end-diastolic pressure (Van
Herck 2007, Heart 93:1231, PMC2000925, abstract). It is met by the veins on the heart, which
collapse where they enter the sinus (Uhlig 1984, Circ Res 55:238, abstract). The middle one here,
for hearts in shock; the lowest one in a healthy adult. Against it the coronary arteries, whose
resistance is our choice, bring 5 % of the output."""

LUNG_STIFF = 10.0
"""Stiffening of the pulmonary vessels, mmHg. With the published 27 mL/mmHg for empty vessels it
makes 12 mL/mmHg at 10 mmHg and 7.7 at 28 mmHg. Measured: their diameter grows by 1.39 ± 0.32 % per
mmHg in healthy people and by 0.84 ± 0.33 % in heart failure (Malhotra 2016,
doi:10.1161/CIRCHEARTFAILURE.115.003011, abstract), which with 471 mL of blood in them (healthy
controls, PMC3850930, abstract) is 13.1 and 7.9 mL/mmHg. The main artery has its published 1.0
mL/mmHg at its published pressure of 12.6 mmHg."""


def valve(area: float, length: float = 1.0) -> dict[str, float]:
    """Inertance and Bernoulli loss of a valve of some area (cm²) and length (cm).

    b = rho / (2 A²) and l = rho length / A, from cgs to mmHg and mL; a small viscous resistance.
    """
    return {
        "r": 0.003,
        "b": DENSITY / (2 * area**2) / DYN,
        "l": DENSITY * length / area / DYN,
    }


ABSENT_PUMP = {
    "on": 0.0, "n": 0.0, "a": 1.0, "b": 1.0, "c": 0.0, "r": 0.0, "l": 0.01,
    "suction": 0.0, "p_low": 0.0,
}  # fmt: skip
"""A place for a pump without one."""

NORMAL: dict[str, float] = {
    "lv.ees": 1.54, "lv.v0": 5.0, "lv.alpha": 0.024, "lv.beta": 0.34,
    "rv.ees": 0.38, "rv.v0": 5.0, "rv.alpha": 0.024, "rv.beta": 0.34,
    "la.ees": 0.25, "la.v0": 5.0, "la.alpha": 0.04, "la.beta": 0.30,
    "ra.ees": 0.20, "ra.v0": 5.0, "ra.alpha": 0.04, "ra.beta": 0.30,
    "septum.ees": 48.75, "septum.p0": 1.111, "septum.lam": 0.435, "septum.r": 0.2,
    "pericardium.p0": 0.5003, "pericardium.lam": 0.03, "pericardium.v0": 430.0,
    "pericardium.thorax": 0.0, "chest.thorax": 0.0,
    **{f"{name}.{k}": v for name, area in VALVE_AREA.items() for k, v in valve(area).items()},
    **{f"{name}_leak.k": 0.0 for name in VALVE_AREA},
    **{f"{name}.tau": WALL for name in ("asc", "arch", "desc", "fem")},
    "asc.c": 0.30, "asc.v0": 60.0, "arch.c": 0.25, "arch.v0": 40.0,
    "desc.c": 0.75, "desc.v0": 180.0, "desc.balloon": 0.0, "fem.c": 0.50, "fem.v0": 450.0,
    "q_arch.r": 0.002, "q_arch.l": 0.0004, "q_desc.r": 0.003, "q_desc.l": 0.0008,
    "q_desc.narrow": 1.3e-4, "q_desc.balloon": 0.0, "q_fem.r": 0.010, "q_fem.l": 0.0015,
    **{f"{bed}.r": SYSTEMIC / share for bed, share in SHARES.items()},
    **{f"{bed}.close": CLOSING for bed in SHARES},
    "v_upper.c": 14.0, "v_upper.v0": 450.0, "v_visceral.c": 40.0, "v_visceral.v0": 1280.0,
    "v_legs.c": 12.0, "v_legs.v0": 420.0, "svc.c": 1.5, "svc.v0": 30.0, "ivc.c": 2.5,
    "ivc.v0": 50.0,
    "upper.r": 0.28, "visceral.r": 0.10, "lower.r": 0.28, "from_svc.r": 0.012,
    "from_ivc.r": 0.006,
    "pa.c": 2.5, "pa.v0": 20.0, "pcap.c": 20.0, "pcap.v0": 600.0, "pv.c": 7.0, "pv.v0": 100.0,
    "pa.stiff": LUNG_STIFF, "pcap.stiff": LUNG_STIFF, "pv.stiff": LUNG_STIFF,
    "lung_in.r": 0.038, "lung_out.r": 0.002, "to_la.r": 0.015,
    "coronary_l.r": 11.3, "sinus_l.r": 5.0, "cor_l.c": 0.08, "cor_l.v0": 3.0,
    "coronary_r.r": 42.0, "sinus_r.r": 20.0, "cor_r.c": 0.02, "cor_r.v0": 1.0,
    "sinus_l.close": BACK_PRESSURE, "sinus_r.close": BACK_PRESSURE,
    "muscle_l.share": 0.5, "muscle_r.share": 0.5,
    **{
        f"{slot}.{k}": v
        for slot in PUMPS
        for k, v in ABSENT_PUMP.items()
    },
    "ecls.from_ra": 1.0, "ecls.from_svc": 0.0, "ecls.from_ivc": 0.0,
    "ecls.to_fem": 1.0, "ecls.to_arch": 0.0, "ecls.to_asc": 0.0, "ecls.to_svc": 0.0,
    "vent.from_lv": 1.0, "vent.from_pa": 0.0,
    "vent.to_fem": 1.0, "vent.to_arch": 0.0, "vent.to_asc": 0.0, "vent.to_svc": 0.0,
    "septostomy.on": 0.0, "septostomy.k": 1.0, "septostomy.r": 0.01, "septostomy.l": 0.001,
    "lv.mass": 150.0, "blood.volume": 5100.0, "beat.hr": 80.0, "beat.av_delay": 0.16,
    "balloon.inflate": 0.3, "balloon.deflate": 0.0, "balloon.ramp": 0.06,
}  # fmt: skip
"""Parameters of the circuit, and of blood and beat."""

CONTROLLED: dict[str, float] = {
    "perfusion.gain": 0.0, "perfusion.reference": 4.0, "perfusion.saturation": 4.5,
    "brain.gain": 0.0, "brain.reference": float("nan"), "brain.share": brain.SHARE,
    "brain.lower": brain.LOWER, "brain.upper": brain.UPPER, "brain.icp": brain.INTRACRANIAL,
    "reflex.gain": 0.0, "reflex.reference": 90.0, "reflex.centre": 92.0, "reflex.rate": 1.0,
    **{
        f"{slot}.{k}": v
        for slot in PUMPS
        for k, v in {"target": float("nan"), "n_low": 0.0, "n_high": 100.0}.items()
    },
}  # fmt: skip
"""Parameters of what changes from beat to beat; no reflex and no feedback by themselves."""
