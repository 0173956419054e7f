"""The 12-state circuit of Regazzoni et al. 2022 as an input of svZeroDSolver, and its run.

The schema is that of svZeroDSolver's public test cases (tests/cases/closed_loop_two_hill.json in
SimVascular/svZeroDSolver); vessels are of its kind BloodVesselCRL, whose capacitance lies before
resistance and inertance, as in the circuit. Units mmHg, mL, s.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics import regazzoni as r

VESSELS = {"sys_ar": "sys_ven", "sys_ven": "ra", "pul_ar": "pul_ven", "pul_ven": "la"}
"""Every vessel, and where its blood goes."""

VALVES = {"mv": ("la", "lv"), "av": ("lv", "sys_ar"), "tv": ("ra", "rv"), "pv": ("rv", "pul_ar")}


def case(steps: int, beats: int) -> dict[str, Any]:
    """The input for some beats of some steps; the result holds the last beat."""
    p = r.PARAMETERS
    return {
        "simulation_parameters": {
            "number_of_cardiac_cycles": beats,
            "number_of_time_pts_per_cardiac_cycle": steps + 1,
            "output_variable_based": True,
            "output_all_cycles": False,
            "cardiac_period": r.PERIOD,
        },
        "vessels": [
            {
                "vessel_id": number,
                "vessel_name": name,
                "vessel_length": 1.0,
                "zero_d_element_type": "BloodVesselCRL",
                "zero_d_element_values": {
                    "C": p[f"{name}.c"],
                    "R_poiseuille": p[f"q_{name}.r"],
                    "L": p[f"q_{name}.l"],
                    "stenosis_coefficient": 0.0,
                },
            }
            for number, name in enumerate(VESSELS)
        ],
        "junctions": [
            {
                "junction_name": f"J_{name}",
                "junction_type": "NORMAL_JUNCTION",
                "inlet_blocks": [name],
                "outlet_blocks": [to],
            }
            for name, to in VESSELS.items()
        ],
        "boundary_conditions": [],
        "chambers": [_chamber(name) for name in r.CIRCUIT.activations],
        "valves": [
            {
                "type": "PiecewiseValve",
                "name": name,
                "params": {
                    "Rmin": p[f"{name}.r_open"],
                    "Rmax": p[f"{name}.r_closed"],
                    "upstream_block": before,
                    "downstream_block": after,
                },
            }
            for name, (before, after) in VALVES.items()
        ],
        "initial_condition": _start(),
    }


def _chamber(name: str) -> dict[str, Any]:
    p, (begin, rise, fall) = r.PARAMETERS, r.TIMES[name]
    return {
        "type": "LinearElastanceChamber",
        "name": name,
        "values": {
            "Emax": p[f"{name}.ea"],
            "Epass": p[f"{name}.eb"],
            "Vrest": p[f"{name}.v0"],
        },
        "activation_function": {
            "type": "piecewise_cosine",
            "contract_start": begin % r.PERIOD,
            "relax_start": (begin + rise) % r.PERIOD,
            "contract_duration": rise,
            "relax_duration": fall,
        },
    }


def _start() -> dict[str, float]:
    """Volumes of the chambers, pressures and flows of the vessels."""
    begin = {f"Vc:{name}": r.START[name] for name in r.CIRCUIT.activations}
    before = {"sys_ar": "av", "pul_ar": "pv", "sys_ven": "J_sys_ar", "pul_ven": "J_pul_ar"}
    for name in VESSELS:
        pressure = r.START[name] / r.PARAMETERS[f"{name}.c"]
        begin[f"pressure:{before[name]}:{name}"] = pressure
        begin[f"flow:{name}:J_{name}"] = r.START[f"q_{name}"]
    return begin


def last_beat(steps: int, beats: int) -> dict[str, NDArray[np.float64]]:
    """The last beat as svZeroDSolver computes it: variables by name, at every step's end."""
    import svzerod

    frame = svzerod.simulate(case(steps, beats))
    names = frame["name"].to_numpy()
    values = frame["y"].to_numpy()
    return {str(name): values[names == name] for name in dict.fromkeys(names)}
