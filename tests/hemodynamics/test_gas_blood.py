"""The laws of blood gases against published data, published inverses and closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics import carbon, membrane, oxygen, sweep
from afterload.hemodynamics.blood import Blood, at_contents, at_pressures
from afterload.hemodynamics.lung import Lung, capillary
from afterload.hemodynamics.root import rising_root

Array = NDArray[np.float64]


def blood(
    hb: float = 140.0, base_excess: float = 0.0, temperature: float = 37.0, n: int = 1
) -> Blood:
    return Blood(np.full(n, hb), np.full(n, base_excess), np.full(n, temperature))


def one(value: float) -> Array:
    return np.array([value])


def test_the_inverse_is_the_one_severinghaus_published() -> None:
    """Equation 2 of the same abstract: PO2 from saturation, fitted by itself."""
    s = np.linspace(0.1, 0.96, 60)
    published = np.exp(0.385 * np.log(1 / (1 / s - 1)) + 3.32 - 1 / (72 * s) - 0.17 * s**6)
    assert oxygen.pressure(s) == pytest.approx(published, rel=0.02)


def test_saturation_is_that_of_kelman_within_two_percent() -> None:
    """Kelman 1966, polynomial as in co2ntent's R/kelman_po2_to_so2.R: an independent fit."""
    p = np.linspace(20, 200, 60)
    a = (-8.5322289e3, 2.1214010e3, -6.7073989e1, 9.3596087e5, -3.1346258e4, 2.3961674e3,
         -6.7104406e1)  # fmt: skip
    kelman = (a[0] * p + a[1] * p**2 + a[2] * p**3 + p**4) / (
        a[3] + a[4] * p + a[5] * p**2 + a[6] * p**3 + p**4
    )
    assert oxygen.saturation(p) == pytest.approx(kelman, abs=0.02)


def test_half_is_saturated_at_the_normal_p50() -> None:
    assert float(oxygen.pressure(one(0.5))[0]) == pytest.approx(26.86, abs=0.01)


def test_oxygen_content_by_hand() -> None:
    """Reference C.5: 1.34 x 14 g/dL x 1 + 0.003 x 100 mmHg = 19.06 mL/dL."""
    assert 100 * oxygen.content(one(100.0), one(1.0), one(140.0)) == pytest.approx(19.06)


def test_carbon_dioxide_content_by_hand() -> None:
    """Douglas at pH 7.4, PCO2 40, saturation 1, 15 g/dL: pK' = 6.09072, plasma x (1 - ratio)."""
    plasma = 2.226 * 0.0307 * 40 * (1 + 10 ** (7.4 - 6.09072))
    whole = plasma * (1 - 0.0289 * 15 / ((3.352 - 0.456) * (8.142 - 7.4)))
    found = carbon.content(one(40.0), one(7.4), one(1.0), one(150.0))
    assert 100 * found == pytest.approx(whole, rel=1e-12)


def test_acid_warm_and_hypercapnic_blood_lets_go_of_oxygen() -> None:
    normal = oxygen.saturation(one(40.0))
    for ph, pco2, temperature in ((7.2, 40.0, 37.0), (7.4, 60.0, 37.0), (7.4, 40.0, 39.0)):
        shifted = oxygen.shift(one(ph), one(pco2), one(temperature))
        assert oxygen.saturation(one(40.0), shifted) < normal


MEASURED = """\
7.51,16.5,93,40.3,28.6
7.493,16.5,73.8,42.5,31.4
7.471,18,84.9,39.8,31
7.421,18,49.4,46.2,38.6
7.433,18.4,85.3,34,27.3
7.351,18.4,38.9,45.2,42.1
7.411,19,84,30.4,26.4
7.321,19,33.5,43.5,43
7.5,16.1,97.9,40.6,29.8
7.469,16.1,80.6,43.1,33.8
7.455,17.5,89.3,40.9,31.7
7.415,17.5,56.9,46.8,38.6
7.432,18.2,88.9,36.1,31.1
7.352,18.2,44,46.5,45.2
7.474,15.7,94.9,46.3,34.8
7.435,15.7,73.5,48.9,40.4
7.471,16.2,88.1,45.3,34
7.413,16.2,55.1,50.3,42.3
7.447,16.5,87,45.5,36.1
7.383,16.5,46.7,52.7,48.3
7.436,16.9,88.1,40.4,32.6
7.351,16.9,43.3,50.3,48.7
7.437,16.9,88.9,37.5,30.2
7.345,16.9,36.6,49.1,47.1
7.485,16.8,93.3,42.2,31.1
7.45,16.8,71.4,46.2,38.7
7.467,17.9,86.7,42.7,33.9
7.421,17.9,57.6,48.3,39.8
7.457,18.3,85.8,39,31.8
7.39,18.3,42.9,48.3,43.6
7.467,17.8,90.3,37.7,30
7.382,17.8,40.7,48.5,43.6
7.473,16.1,88.3,43,32.3
7.462,16.1,73.7,45.1,34.8
7.442,16.4,88.8,42.4,33.5
7.403,16.4,51.9,48.8,43.9
7.394,17.1,89.9,35.6,33.7
7.308,17.1,39.5,46.8,49.6
"""
"""Douglas 1988, Table 3 (as in co2ntent's data/douglas_table_3.csv): pH, haemoglobin in g/dL,
saturation in %, carbon dioxide measured by Van Slyke's method in mL/dL, PCO2 in Torr."""


def test_carbon_dioxide_is_what_was_measured_in_38_bloods() -> None:
    rows = np.array([[float(x) for x in line.split(",")] for line in MEASURED.splitlines()])
    ph, hb, s, measured, pco2 = rows.T
    off = 100 * carbon.content(pco2, ph, s / 100, 10 * hb) - measured
    assert len(off) == 38
    assert abs(off.mean()) < 0.2
    assert off.std() < 1.3


def test_base_excess_is_nought_where_zander_has_it() -> None:
    """pH 7.4 and bicarbonate 24.26: PCO2 = 24.26 / (0.0304 10^1.3), whatever the haemoglobin."""
    pco2 = 24.26 / (0.0304 * 10**1.3)
    for hb in (60.0, 140.0, 200.0):
        assert carbon.base_excess_of(one(pco2), one(7.4), one(1.0), one(hb)) == pytest.approx(0)
    assert pco2 == pytest.approx(40.0, abs=0.1)


def test_a_base_excess_by_hand() -> None:
    """Lang and Zander's formula with pH 7.2, PCO2 30, 10 g/dL, saturation 0.7, step by step."""
    bicarbonate = 0.0304 * 30 * 10**1.1
    whole = (1 - 0.143) * (bicarbonate - 24.26 + (9.5 + 16.3) * -0.2) - 0.2 * 10 * 0.3
    assert carbon.base_excess_of(one(30), one(7.2), one(0.7), one(100)) == pytest.approx(whole)
    assert carbon.ph_of(one(30), one(whole), one(0.7), one(100)) == pytest.approx(7.2, abs=1e-9)
    assert carbon.pco2_at(one(7.2), one(whole), one(0.7), one(100)) == pytest.approx(30)


def test_blood_that_lost_its_oxygen_carries_more_carbon_dioxide() -> None:
    full = at_pressures(blood(), one(100.0), one(45.0))
    empty = at_pressures(blood(), one(20.0), one(45.0))
    assert empty.carbon > full.carbon
    assert empty.ph > full.ph


def test_contents_lead_back_to_the_pressures() -> None:
    rng = np.random.default_rng(3)
    n = 4000
    some = Blood(rng.uniform(50, 200, n), rng.uniform(-20, 12, n), rng.uniform(33, 40, n))
    there = at_pressures(some, 10 ** rng.uniform(0.7, 2.8, n), 10 ** rng.uniform(1.2, 2.1, n))
    inside = (there.ph > 6.7) & (there.ph < 7.95)
    back = at_contents(some, there.oxygen, there.carbon)
    assert inside.sum() > 3500
    for part in ("po2", "pco2", "ph", "saturation"):
        a, b = getattr(back, part)[inside], getattr(there, part)[inside]
        assert a == pytest.approx(b, rel=1e-8), part


def test_blood_without_oxygen_has_no_pressure() -> None:
    none = at_contents(blood(), one(0.0), one(0.5))
    assert none.po2 == pytest.approx(0, abs=1e-9)
    assert none.saturation == pytest.approx(0, abs=1e-9)


def test_roots_of_known_functions() -> None:
    target = np.array([0.1, 2.0, 700.0])
    found = rising_root(lambda x: x**3 - target, np.zeros(3), np.full(3, 1e3))
    assert found == pytest.approx(np.cbrt(target), rel=1e-13)
    outside = rising_root(lambda x: x - np.array([-1.0, 9.0]), np.zeros(2), np.ones(2))
    assert outside == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize(("fio2", "ventilation"), [(0.21, 70.0), (0.6, 70.0), (1.0, 40.0)])
def test_the_alveoli_obey_the_alveolar_gas_equation(fio2: float, ventilation: float) -> None:
    """The textbook form, with the quotient that comes out: an independent writing."""
    lung = Lung(one(ventilation), one(fio2), one(0.1), one(760.0))
    flow, held, carried = one(90.0), one(0.14), one(0.52)
    met = capillary(lung, blood(), flow, held, carried)
    taken = 90.0 * 0.9 * float(met.oxygen[0] - 0.14)
    given = 90.0 * 0.9 * float(0.52 - met.carbon[0])
    assert float(met.pco2[0]) == pytest.approx(863 * given / ventilation, rel=1e-3)
    inspired = fio2 * (760 - 47)
    ideal = inspired - float(met.pco2[0]) * (fio2 + (1 - fio2) / (given / taken))
    assert float(met.po2[0]) == pytest.approx(ideal, rel=1e-3)


def test_a_lung_that_is_not_ventilated_gives_blood_back_as_it_came() -> None:
    lung = Lung(one(0.0), one(0.21), one(0.0), one(760.0))
    met = capillary(lung, blood(), one(90.0), one(0.14), one(0.52))
    assert met.oxygen == pytest.approx(0.14, abs=1e-6)
    assert met.carbon == pytest.approx(0.52, abs=1e-6)


def test_the_way_along_the_membrane_is_the_integral_it_says() -> None:
    """Against SciPy's quadrature of dC / (gas - P), at a shift that does not change."""
    from scipy.integrate import quad

    some = blood(120.0)
    came = at_pressures(some, one(36.0), one(45.0))
    shifted = oxygen.shift(came.ph, came.pco2, some.temperature)
    for po2, gas in ((90.0, 300.0), (250.0, 300.0), (600.0, 690.0)):

        def along(p: float, gas: float = gas) -> float:
            slope = 1.34e-3 * 120 * oxygen.steepness(one(p), shifted)[0] + 3e-5
            return float(slope) / (gas - p)

        whole = quad(along, 36.0, po2, epsabs=1e-14, epsrel=1e-11, limit=400)[0]
        found = sweep.way(some, came, one(po2), shifted, lambda c, gas=gas: gas + 0 * c)
        assert float(found[0]) == pytest.approx(whole, rel=1e-6), po2


def lung_of(fdo2: float, sweep: float, flow: float = 7000 / 60) -> membrane.Membrane:
    return membrane.Membrane(one(flow), one(fdo2), one(sweep), one(760.0))


def test_at_its_rated_flow_a_membrane_lung_does_what_it_is_rated_for() -> None:
    some, flow = blood(120.0), 7000 / 60
    po2 = oxygen.pressure(one(0.65))
    for _ in range(30):
        came = at_pressures(some, po2, one(45.0))
        po2 = oxygen.pressure(one(0.65), oxygen.shift(came.ph, came.pco2, some.temperature))
    went = membrane.outlet(lung_of(1.0, flow), some, one(flow), came.oxygen, came.carbon)
    assert float(went.po2[0]) == pytest.approx(300, abs=0.5)
    assert float(came.carbon[0] - went.carbon[0]) == pytest.approx(0.038, rel=2e-3)


def against_each_other(
    lung: membrane.Membrane, some: Blood, flow: float, out: tuple[float, float]
) -> tuple[float, float]:
    """Contents with which blood comes that leaves with some: blood and gas along the membrane by
    SciPy, from the fresh gas on, both gases together and nothing averaged."""
    from scipy.integrate import solve_ivp

    for_oxygen, for_carbon = (float(lung.rated[0]) * x for x in membrane.conductances())
    fresh, fdo2 = float(lung.sweep[0]) * 273.15 / 293.15, float(lung.fdo2[0])

    def slope(_: float, y: Array) -> list[float]:
        held, carried, taken, given = y
        here = at_contents(some, one(held), one(carried))
        gas = 713.0 / (fresh - taken + given)
        down = for_oxygen * (gas * (fdo2 * fresh - taken) - float(here.po2[0]))
        up = for_carbon * (float(here.pco2[0]) - gas * given)
        return [-down / flow, up / flow, down, up]

    along = solve_ivp(slope, (0, 1), [*out, 0.0, 0.0], method="LSODA", rtol=1e-5, atol=1e-7)
    return float(along.y[0, -1]), float(along.y[1, -1])


@pytest.mark.parametrize(
    ("fdo2", "sweep", "flow"),
    [(1.0, 1.0, 4.0), (0.6, 2.0, 4.0), (0.21, 3.0, 5.0)],
)
def test_the_membrane_lung_is_a_counter_current_exchanger(
    fdo2: float, sweep: float, flow: float
) -> None:
    """An independent writing as a differential equation: 2 % of the oxygen and 5 % of the carbon
    dioxide are what our mean difference and the saturation taken at the end are off by."""
    from scipy.optimize import fsolve

    some, q = blood(120.0), flow * 1000 / 60
    lung = lung_of(fdo2, sweep * 1000 / 60)
    came = np.array([0.106, 0.52])

    def off(out: Array) -> Array:
        return np.array(against_each_other(lung, some, q, (out[0], out[1]))) - came

    went = membrane.outlet(lung, some, one(q), one(came[0]), one(came[1]))
    ours = np.array([float(went.oxygen[0]), float(went.carbon[0])])
    out = fsolve(off, ours, xtol=1e-5, epsfcn=1e-4)
    assert np.abs(off(out)).max() < 1e-5
    assert ours[0] - came[0] == pytest.approx(out[0] - came[0], rel=0.02)
    assert came[1] - ours[1] == pytest.approx(came[1] - out[1], rel=0.05)


@pytest.mark.parametrize("sweep", [0.02, 0.1, 0.2, 0.5, 1.0, 2.0, 6.0, 15.0])
@pytest.mark.parametrize("fdo2", [0.21, 0.6, 1.0])
def test_the_sweep_gas_gives_no_more_than_it_has(fdo2: float, sweep: float) -> None:
    """Oxygen taken up is at most what the sweep brings, and the gas leaves with a PCO2 no higher
    than that of the blood once it is saturated (second law)."""
    some, q = blood(120.0), 4000 / 60
    lung = lung_of(fdo2, sweep * 1000 / 60)
    went = membrane.outlet(lung, some, one(q), one(0.106), one(0.52))
    taken, given = q * (float(went.oxygen[0]) - 0.106), q * (0.52 - float(went.carbon[0]))
    fresh = sweep * 1000 / 60 * 273.15 / 293.15
    assert 0 < taken < fdo2 * fresh
    assert given > -1e-9
    ph = carbon.ph_of_content(one(0.52), one(0.0), went.saturation, one(120.0))
    most = float(carbon.pco2_at(ph, one(0.0), went.saturation, one(120.0))[0])
    assert 713 * given < most * (fresh - taken + given) + 1e-6
    again = membrane.outlet(lung, some, one(q), one(0.106), one(0.52), (went.po2, went.pco2))
    assert again.carbon == pytest.approx(went.carbon, rel=1e-9)


def test_a_sweep_that_is_set_is_the_one_that_would_be_told() -> None:
    some, q = blood(120.0), one(4000 / 60)
    lung = membrane.Membrane(one(7000 / 60), one(1.0), one(np.nan), one(760.0))
    went = membrane.outlet(lung, some, q, one(0.106), one(0.53))
    assert went.pco2 == pytest.approx(40.0)
    found = membrane.sweep_of(lung, some, q, one(0.106), one(0.53), went)
    again = membrane.outlet(lung_of(1.0, float(found[0])), some, q, one(0.106), one(0.53))
    assert again.pco2 == pytest.approx(40.0, rel=1e-9)
    assert again.po2 == pytest.approx(went.po2, rel=1e-9)


def test_behind_a_membrane_lung_at_usual_settings() -> None:
    """Reference C.5 (memory): PO2 200 to 500 mmHg and more at FdO2 0.6 to 1 and 4 L/min."""
    some, flow = blood(120.0), 4000 / 60
    found = [
        float(membrane.outlet(lung_of(f, flow), some, one(flow), one(0.106), one(0.52)).po2[0])
        for f in (0.6, 0.8, 1.0)
    ]
    assert found == sorted(found)
    assert 180 < found[0] < found[2] < 713


def test_more_sweep_takes_more_carbon_dioxide_and_leaves_oxygen_alone() -> None:
    some, flow = blood(120.0), one(60.0)
    went = [
        membrane.outlet(lung_of(1.0, s), some, flow, one(0.11), one(0.52)) for s in (15.0, 60, 180)
    ]
    pco2 = [float(w.pco2[0]) for w in went]
    assert pco2 == sorted(pco2, reverse=True)
    assert all(float(w.saturation[0]) > 0.99 for w in went)


def test_beyond_its_rating_blood_leaves_unsaturated() -> None:
    some = blood(120.0)
    fast = membrane.outlet(lung_of(1.0, 100.0, 30.0), some, one(80.0), one(0.106), one(0.52))
    assert float(fast.saturation[0]) < 0.95
