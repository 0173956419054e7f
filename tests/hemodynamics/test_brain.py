"""The brain's vessels keep its flow within the published limits, and leave all else as it was."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import brain
from afterload.hemodynamics.control import CONTROLS, Brain
from afterload.hemodynamics.device import parameters_together, parse_device
from afterload.hemodynamics.index import brain_flow, brain_reference, indices
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import Options, Settled, steady
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.transient import Event, run

Array = NDArray[np.float64]
BASE = {**NORMAL, **CONTROLLED, "beat.hr": 70.0}
EXACT = Options(tolerance=1e-7)


def patients(*told: Mapping[str, float]) -> dict[str, Array]:
    """The published adult with changes, one lane for each."""
    every = [{**BASE, **changes} for changes in told]
    return {name: np.array([one[name] for one in every]) for name in BASE}


@pytest.fixture(scope="module")
def rest() -> Settled:
    return steady(patients({}), EXACT)


@pytest.fixture(scope="module")
def reference(rest: Settled) -> float:
    return float(brain_reference(trace(rest))[0])


def beat(p: Mapping[str, Array]) -> Trace:
    return trace(steady(p, EXACT))


def test_the_curve_is_that_of_lassen() -> None:
    """Level from 60 to 150 mmHg of arterial pressure at an intracranial one of 10; linear outside,
    through no flow at no perfusion pressure (Lassen 1959 as quoted in `brain.LASSEN`)."""
    arterial = np.array([10.0, 35.0, 60.0, 90.0, 120.0, 150.0, 220.0])
    flow = brain.kept(brain.perfusion(arterial, np.array(5.0)))
    assert flow == pytest.approx([0.0, 0.5, 1.0, 1.0, 1.0, 1.0, 210.0 / 140.0])


def test_the_higher_of_venous_and_intracranial_pressure_counts() -> None:
    """MAP less ICP, or less CVP if that is the higher one (`brain.STARLING`)."""
    found = brain.perfusion(np.array([80.0, 80.0]), np.array([4.0, 18.0]))
    assert found.tolist() == [70.0, 62.0]


def test_flow_of_the_anaemic_is_as_measured() -> None:
    """Vorstrup 1992: 66.2 and 54.7 mL/100 g/min at haematocrits of 0.30 and 0.43."""
    ratio = brain.asked(140.0 * 0.30 / 0.43) / brain.asked(140.0)
    assert ratio == pytest.approx(66.2 / 54.7, rel=0.005)


def test_skin_and_face_keep_their_conductance() -> None:
    share, factor = np.array([0.81, 0.9]), np.array([1.6, 0.4])
    whole, now = brain.widened(share, factor)
    assert whole * (1 - now) == pytest.approx(1 - share)
    assert whole * now == pytest.approx(share * factor)


@pytest.mark.parametrize("device", ["", "ecls:rpm=3500"])
def test_without_gain_or_reference_nothing_changes(reference: float, device: str) -> None:
    on = parameters_together([parse_device(device)]) if device else {}
    silent = patients(
        on | {"brain.gain": 0.0, "brain.reference": reference}, on | {"brain.gain": 1.0}
    )
    with_it = indices(beat(silent))
    others = tuple(c for c in CONTROLS if not isinstance(c, Brain))
    without = indices(trace(steady(silent, Options(tolerance=1e-7, controls=others))))
    for name, value in without.items():
        assert with_it[name] == pytest.approx(value, rel=1e-9), name


def test_at_its_reference_the_brain_is_as_told(reference: float, rest: Settled) -> None:
    found = indices(beat(patients({"brain.gain": 1.0, "brain.reference": reference})))
    for name, value in indices(trace(rest)).items():
        assert found[name] == pytest.approx(value, rel=1e-6), name


def test_flow_stays_where_pressure_moves_within_the_limits(reference: float) -> None:
    """On the plateau to a thousandth; a gain of g leaves the power 1 - g of it."""
    beds = ("arms.r", "viscera.r", "legs.r")
    told = [
        {bed: BASE[bed] * by for bed in beds} | {"brain.gain": gain, "brain.reference": reference}
        for gain in (1.0, 0.63, 0.0)
        for by in (0.8, 1.0, 1.8)
    ]
    t = beat(patients(*told))
    back = np.maximum(t.pressures["v_upper"], BASE["head.close"])
    flow, across = brain_flow(t), (t.pressures["arch"] - back).mean(axis=0)
    pressure = indices(t)["brain_pressure"]
    assert (pressure[:3] > 52).all()
    assert (pressure[:3] < 138).all()
    assert np.ptp(pressure[:3]) > 30
    assert flow[:3] == pytest.approx(flow[1], rel=1e-3)
    for first, gain in ((3, 0.63), (6, 0.0)):
        relative = flow[first : first + 3] / flow[first + 1]
        asked = (across[first : first + 3] / across[first + 1]) ** (1 - gain)
        assert relative == pytest.approx(asked, rel=2e-3)


def test_outside_the_limits_flow_follows_the_curve(reference: float) -> None:
    """Too little pressure from open beds and lost blood, too much for a limit that lies low."""
    upper = np.array([140.0, 140.0, 140.0, 60.0])
    told = [
        {"viscera.r": BASE["viscera.r"] * by, "blood.volume": blood, "brain.upper": limit,
         "brain.gain": 1.0, "brain.reference": reference}
        for by, blood, limit in zip((0.35, 0.25, 1.0, 1.7), (4700.0, 4950.0, 4950.0, 4950.0),
                                    upper, strict=True)
    ]  # fmt: skip
    found = indices(beat(patients(*told)))
    curve = brain.kept(found["brain_pressure"], brain.LOWER, upper)
    assert curve[0] < 0.95
    assert curve[1] < 0.95
    assert curve[3] > 1.3
    assert found["brain_flow"] / found["brain_flow"][2] == pytest.approx(curve, rel=2e-3)


def test_a_tight_skull_takes_the_brains_blood(reference: float) -> None:
    """Within the limits vessels widen against it; beyond, flow falls with perfusion pressure."""
    told = [
        {"brain.icp": icp, "brain.gain": 1.0, "brain.reference": reference}
        for icp in (10.0, 25.0, 60.0)
    ]
    found = indices(beat(patients(*told)))
    normal, widened, starved = found["brain_flow"]
    assert widened == pytest.approx(normal, rel=2e-3)
    assert starved / normal == pytest.approx(found["brain_pressure"][2] / 50.0, rel=5e-3)


def test_the_brain_of_a_healthy_adult_gets_what_was_measured() -> None:
    """656 ± 121 mL/min (Scheel 2000, 40-59 years); 12 % of the output (Meng 2015)."""
    whole = PATIENTS["normal"].parameters
    rested = whole | {"perfusion.gain": 0.0, "reflex.gain": 0.0}
    found = indices(trace(steady({k: np.array([v]) for k, v in rested.items()})))
    assert found["brain_flow"][0] == pytest.approx(656, abs=121 / 2)
    assert found["brain_share"][0] == pytest.approx(12, abs=1.5)


def test_vessels_make_up_for_a_fall_of_pressure_within_seconds(
    reference: float, rest: Settled
) -> None:
    """Flow falls with pressure at once and is back within some 5 to 15 s (`brain.DYNAMICS`)."""
    given = patients({"brain.gain": 1.0, "brain.reference": reference})
    fall = Event(5.0, {"viscera.r": BASE["viscera.r"] * 0.7, "legs.r": BASE["legs.r"] * 0.7})
    found = run(given, 60.0, [fall], start=rest)
    time, flow = found.time[:, 0], found.indices["brain_flow"][:, 0]
    share = flow / flow[time < 4.0].mean()
    assert share[(time > 6.0) & (time < 9.0)].min() < 0.95
    assert share[time > 40.0] == pytest.approx(1.0, abs=0.01)
    assert (share[time > 25.0] > 0.97).all()
    assert found.slow["cerebral conductance"][-1, 0] > 1.05
