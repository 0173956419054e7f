"""Every device in the circulation: it runs, gives the flow asked for, and acts the known way."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import Settled, steady
from afterload.hemodynamics.trace import trace
from afterload.hemodynamics.transient import Event, run

Array = NDArray[np.float64]

SHOCK = {"lv.ees": 0.67, "lv.alpha": 0.031, "blood.volume": 6000.0, "beat.hr": 100.0}
"""A left ventricle in shock, as in hemodynamics reference C.6; no reflex, no feedback."""

SCENARIOS = (
    "", "ecls:flow=2", "ecls", "ecls-subclavian", "ecls-central", "vav", "impella-2.5",
    "impella-cp",
    "impella-5.0", "impella-5.5", "impella-rp", "php", "tandemheart", "iabp", "heartmate-2",
    "heartmate-3", "ecls lv-vent", "ecls pa-vent", "ecls septostomy", "ecls impella-cp:level=P4",
    "ecls iabp", "impella-cp:level=P0", "ecls impella-cp iabp septostomy pa-vent impella-rp",
)  # fmt: skip


@pytest.fixture(scope="module")
def settled() -> Settled:
    p = {k: np.full(len(SCENARIOS), v) for k, v in {**NORMAL, **CONTROLLED, **SHOCK}.items()}
    for lane, words in enumerate(SCENARIOS):
        devices = [parse_device(word) for word in words.split()]
        for name, value in parameters_together(devices).items():
            p[name][lane] = value
        for device in devices:
            if device.speeds:
                p[f"{device.slot}.n_low"][lane], p[f"{device.slot}.n_high"][lane] = device.speeds
            if device.target is not None:
                p[f"{device.slot}.target"][lane] = device.target
    return steady(p)


@pytest.fixture(scope="module")
def found(settled: Settled) -> dict[str, dict[str, float]]:
    t = trace(settled)
    values = indices(t)
    edges = ("ecls", "vent", "left_pump", "left_atrial_pump", "right_pump", "septostomy")
    return {
        words: {name: float(value[lane]) for name, value in values.items()}
        | {edge: float(t.flows[edge][:, lane].mean()) / ML_PER_S for edge in edges}
        for lane, words in enumerate(SCENARIOS)
    }


def test_no_blood_is_lost_with_any_device(settled: Settled) -> None:
    totals = settled.beat[:, : len(BODY.volumes)].sum(axis=1)
    assert np.isfinite(settled.beat).all()
    assert np.ptp(totals, axis=0).max() < 1e-6


def test_flows_asked_for_are_given(found: dict[str, dict[str, float]]) -> None:
    for words, values in found.items():
        for word in words.split():
            device = parse_device(word)
            if device.target is not None:
                asked = device.target / ML_PER_S
                assert values[device.slot] == pytest.approx(asked, rel=0.01), words


@pytest.mark.parametrize(
    ("words", "than", "rises", "falls"),
    [
        ("ecls", "", ("map", "pcwp", "esv", "total_flow"), ("cvp", "stroke_work")),
        ("ecls", "ecls:flow=2", ("map", "pcwp"), ("cvp",)),
        ("impella-cp", "", ("map", "total_flow"), ("pcwp", "edv", "stroke_work")),
        ("impella-5.0", "impella-cp", ("map", "left_pump"), ("pcwp",)),
        ("tandemheart", "", ("map", "total_flow"), ("pcwp", "edv")),
        ("iabp", "", ("total_flow",), ("pcwp", "esv")),
        ("impella-rp", "", ("pcwp",), ("cvp",)),
        ("ecls septostomy", "ecls", ("cvp", "septostomy"), ("pcwp",)),
        ("ecls impella-cp:level=P4", "ecls", (), ("pcwp", "stroke_work")),
        ("ecls lv-vent", "ecls", (), ("pcwp", "stroke_work")),
        ("ecls iabp", "ecls", (), ("pcwp",)),
        ("impella-cp:level=P0", "", ("edv",), ("left_pump", "map")),
    ],
)  # fmt: skip
def test_devices_act_the_known_way(
    found: dict[str, dict[str, float]],
    words: str,
    than: str,
    rises: tuple[str, ...],
    falls: tuple[str, ...],
) -> None:
    """Directions of hemodynamics reference C.6; sizes are another matter."""
    for name in rises:
        assert found[words][name] > found[than][name], name
    for name in falls:
        assert found[words][name] < found[than][name], name


@pytest.mark.parametrize("ratio", [2, 3])
def test_a_balloon_at_every_second_or_third_beat(ratio: int) -> None:
    """Beat by beat, as the reference page says: it settles into `ratio` beats that repeat
    themselves, and gives about a half or a third of what every beat gives."""
    period = 60.0 / SHOCK["beat.hr"]
    device = parse_device("iabp:deflate=-60")  # empty at the R wave, so that a beat can do without
    timing = {"balloon.inflate": 0.34, "balloon.deflate": 0.06, "balloon.ramp": 0.06}
    assert device.balloon is not None
    assert device.balloon.ramp == timing["balloon.ramp"] == -device.balloon.deflate
    alone = {**NORMAL, **CONTROLLED, **SHOCK, **timing}
    helped = {**alone, **parameters_together([device])}
    off = {name: alone[name] for name in ("desc.balloon", "q_desc.balloon")}
    on = {name: helped[name] for name in off}
    events = [Event((k - 0.5) * period, off if k % ratio else on) for k in range(1, 30 * ratio)]
    start = steady({name: np.array([value]) for name, value in helped.items()})
    course = run(start.parameters, 30 * ratio * period, events, start=start)
    none = indices(trace(steady({name: np.array([value]) for name, value in alone.items()})))
    every = indices(trace(start))
    for name in ("map", "pcwp", "total_flow"):
        beats = course.indices[name][:, 0]
        beats = beats[np.isfinite(beats)]
        assert np.ptp(beats[-1 : -3 * ratio : -ratio]) < 0.01
        share = (beats[-ratio:].mean() - none[name][0]) / (every[name][0] - none[name][0])
        assert share == pytest.approx(1 / ratio, abs=0.08), name
    assert np.ptp(course.volume[np.isfinite(course.volume)]) < 1e-6


def test_half_of_a_hybrid_is_as_much_for_the_artery_as_half_the_flow(
    found: dict[str, dict[str, float]],
) -> None:
    """Blood returned into the neck vein is drained again: VAV 4 L/min at 0.5 acts as 2 L/min."""
    for name in ("map", "pcwp", "total_flow"):
        assert found["vav"][name] == pytest.approx(found["ecls:flow=2"][name], rel=0.01)
