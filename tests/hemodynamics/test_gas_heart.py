"""The heart's oxygen follows its work; venous blood of the upper and the lower body."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics.gas import Gases, gases, heart_asks
from afterload.hemodynamics.gas_index import cautions, gas_indices, heart_lacks, uptake
from afterload.hemodynamics.index import mvo2
from afterload.hemodynamics.mixing import CORONARIES, OUTLETS
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.gas import GAS, VENTILATION
from afterload.hemodynamics.solve import settle
from afterload.hemodynamics.trace import Trace, trace

from .test_gas import ALL, BASE, LANE, SHOCK, alone, beat

__all__ = ["beat"]

Array = NDArray[np.float64]


@pytest.fixture(scope="module")
def told(beat: Trace) -> Gases:
    return gases(beat, {}, ALL)


def area_by_hand(t: Trace, chamber: str, lane: int) -> float:
    """The loop's area by the corners of its polygon, and the triangle beside it by quadrature."""
    p, v = t.pressures[chamber][:, lane], t.volumes[chamber][:, lane]
    loop = 0.5 * abs(float(np.dot(v, np.roll(p, 1)) - np.dot(p, np.roll(v, 1))))
    k = {name: float(t.parameters[f"{chamber}.{name}"][lane]) for name in (
        "ees", "v0", "alpha", "beta")}  # fmt: skip
    end = int(t.end_systole[lane])
    bulge = float(t.septum[end, lane]) * (-1 if chamber == "lv" else 1)
    grid = np.linspace(k["v0"], float(v[end]) + bulge, 20_001)
    systole = k["ees"] * (grid - k["v0"])
    diastole = k["beta"] * (np.exp(k["alpha"] * (grid - k["v0"])) - 1)
    return loop + float(np.trapezoid(systole - diastole, grid))


@pytest.mark.parametrize("name", ["healthy", "shock", "ecls 4", "tandem"])
def test_the_heart_asks_for_what_suga_says_its_work_takes(beat: Trace, name: str) -> None:
    """Per beat and 100 g: 1.8e-5 PVA + 0.0024 Emax + 0.014, the right ventricle with a third of
    the left one's mass; all of it written out once more."""
    k = LANE[name]
    rate = float(beat.parameters["beat.hr"][k])
    whole = 0.0
    for chamber, grams in (("lv", 150.0), ("rv", 50.0)):
        emax = float(beat.parameters[f"{chamber}.ees"][k]) * grams / 100
        area = area_by_hand(beat, chamber, k) / grams * 100
        whole += (1.8e-5 * area + 0.0024 * emax + 0.014) * grams / 100 * rate
    assert heart_asks(beat)[k] == pytest.approx(whole, rel=2e-3)


def test_a_healthy_heart_uses_what_hearts_use(beat: Trace, told: Gases) -> None:
    """Open-chest dogs (Kusachi, Okayama): 8.6 (SD 3.3) and 4.0 (2.1) mL/min/100 g in the left and
    right ventricle; 11 to 12 % of a resting body's uptake (the sources of `METABOLISM`)."""
    k = LANE["healthy"]
    left, right = (100 * mvo2(beat, c)[k] / g for c, g in (("lv", 150.0), ("rv", 50.0)))
    assert 8.6 - 2 * 3.3 < left < 8.6 + 2 * 3.3
    assert 4.0 - 2 * 2.1 < right < 4.0 + 2 * 2.1
    assert 0.08 < told.heart[k] / uptake(told)[k] < 0.14


def test_what_the_heart_takes_leaves_its_blood(told: Gases) -> None:
    """Flow times the difference in content, in each coronary bed; both extract alike."""
    for name, place in (("left coronary", "cor_l"), ("right coronary", "cor_r")):
        flow = told.network.flow(name)
        difference = told.samples["root"].oxygen - told.samples[place].oxygen
        assert told.used[name] == pytest.approx(flow * difference, rel=1e-9)
    assert told.samples["cor_l"].oxygen == pytest.approx(told.samples["cor_r"].oxygen, rel=1e-9)
    taken = sum(told.used[name] for name in CORONARIES)
    assert taken == pytest.approx(np.minimum(told.heart, taken), rel=1e-9)
    fed = ~heart_lacks(told)
    assert fed.all()
    assert taken == pytest.approx(told.heart, rel=1e-9)


def test_the_rest_of_the_body_asks_for_its_share_at_rest(told: Gases) -> None:
    """89 % of 237.5 mL/min, whatever the heart does."""
    rest = [x for name, x in told.demand.items() if name not in CORONARIES]
    shares = sum(o.oxygen for name, o in OUTLETS.items() if name not in CORONARIES)
    assert 60 * np.sum(rest, axis=0) == pytest.approx(shares * 237.5)
    assert shares == pytest.approx(0.89)


def test_unloading_eases_the_heart_and_ecls_burdens_it() -> None:
    """A pump in the left ventricle lowers what is asked for beside what is brought; ECLS raises
    what is asked for (Møller-Helgestad: PVA rises with VA-ECMO), and brings more."""
    there, _ = alone({})
    before = gas_indices(gases(there, {}, ()))
    for text, rises in (("impella-cp:level=P-8", False), ("ecls:flow=4", True)):
        there, devices = alone({}, text)
        after = gas_indices(gases(there, {}, devices))
        assert after["supply_demand"][0] > before["supply_demand"][0] + 0.1, text
        assert after["extraction_heart"][0] < before["extraction_heart"][0] - 2, text
        assert after["svo2_coronary"][0] > before["svo2_coronary"][0] + 2, text
        if rises:
            assert after["mvo2_heart"][0] > before["mvo2_heart"][0]


def test_lack_is_told_where_more_is_asked_for_than_can_be_taken(beat: Trace) -> None:
    """Thin blood in shock: 90 % of what is brought is taken (von Restorff 1977), and that is less
    than what the work asks for; supply per demand is then below 1 / 0.9."""
    for hb in (130.0, 90.0, 60.0, 30.0):
        g = gases(beat, {"blood.hb": hb}, ALL)
        found = gas_indices(g)
        lacks = heart_lacks(g)
        assert (lacks == (found["supply_demand"] < 1 / 0.9)).all()
        assert found["extraction_heart"][lacks] == pytest.approx(90.0)
        assert (found["extraction_heart"][~lacks] < 90.0).all()
        said = [any("The heart lacks oxygen" in text for text in here) for here in cautions(g)]
        assert said == lacks.tolist()
        assert lacks[LANE["shock"]] == (hb <= 60.0)
    assert GAS["heart.extraction"] == 0.9


def test_caval_blood_of_a_healthy_adult(told: Gases) -> None:
    """Barratt-Boyes and Wood 1957, 26 healthy subjects, mean and range: superior vena cava 76.8
    (66 to 84), inferior 83.0 (76 to 88), pulmonary artery 78.4 (73 to 85) %."""
    k = LANE["healthy"]
    upper, lower, mixed = (100 * told.samples[p].saturation[k] for p in ("svc", "ivc", "pa"))
    assert 66 < upper < 84
    assert 76 < lower < 88
    assert 73 < mixed < 85
    assert upper < mixed < lower
    assert mixed - upper == pytest.approx(78.4 - 76.8, abs=3)


def test_the_hearts_venous_blood_lowers_the_mixed(told: Gases) -> None:
    """Below what the two cavae alone would mix to, by its share of the flow."""
    for name in ("healthy", "shock"):
        k = LANE[name]
        q = {p: float(told.network.flow(p)[k]) for p in (
            "from_svc", "from_ivc", "sinus_l", "sinus_r")}  # fmt: skip
        c = {p: float(told.samples[place].oxygen[k]) for p, place in (
            ("from_svc", "svc"), ("from_ivc", "ivc"), ("sinus_l", "cor_l"), ("sinus_r", "cor_r"),
        )}  # fmt: skip
        cavae = sum(q[p] * c[p] for p in ("from_svc", "from_ivc")) / (q["from_svc"] + q["from_ivc"])
        mixed = float(told.samples["pa"].oxygen[k])
        assert mixed < cavae
        assert mixed == pytest.approx(sum(q[p] * c[p] for p in q) / sum(q.values()), rel=1e-9)


def test_caval_blood_of_the_presets() -> None:
    """In health that of the upper body is the poorer, by 1.6 % on average (Barratt-Boyes and Wood);
    in shock it is the richer: by 5.2 ± 5.1 % in the critically ill (Chawla 2004), by 10.5 % in
    shock (Scheinman 1969). A venous pressure of 20 mmHg takes that from the brain in right
    ventricular shock."""
    names = list(PATIENTS)
    rested = [
        {**PATIENTS[name].parameters, "perfusion.gain": 0.0, "reflex.gain": 0.0} for name in names
    ]
    beats = trace(settle({k: np.array([one[k] for one in rested]) for k in rested[0]}))
    told = [{**GAS, **PATIENTS[name].gas} for name in names]
    breath = {k: np.array([one[k] for one in told]) for k in GAS if k != VENTILATION}
    found = gas_indices(gases(beats, breath, ()))
    richer = dict(zip(names, found["scvo2"] - found["svo2"], strict=True))
    assert richer.pop("normal") == pytest.approx(-1.6, abs=3)
    assert richer["rv-shock"] == min(richer.values())
    assert richer["rv-shock"] > -3.0
    assert min(v for name, v in richer.items() if name != "rv-shock") > 0.0
    assert max(richer.values()) < 10.5
    assert np.mean(list(richer.values())) == pytest.approx(5.2, abs=5.1)


def test_in_shock_that_spares_the_brain_caval_blood_is_the_richer() -> None:
    """Shock: superior vena cava 58.0, pulmonary artery 47.5 % (Scheinman 1969); 5.2 (SD 5.1) % more
    in the critically ill (Chawla 2004). With all beds narrowed alike it is the poorer instead.

    The brain keeps four fifths of its flow (Choi 2006: 19 % less in advanced heart failure), the
    other beds share what is left.
    """
    beds = ("head", "arms", "viscera", "legs")
    open_ = {bed: 1 / SHOCK[f"{bed}.r"] for bed in beds}
    spared = 1 / (0.8 * BASE["head.r"])
    left = (sum(open_.values()) - spared) / (sum(open_.values()) - open_["head"])
    there = {"head": spared, **{bed: open_[bed] * left for bed in beds[1:]}}
    alike, _ = alone({})
    moved, _ = alone({f"{bed}.r": 1 / x for bed, x in there.items()})
    healthy, _ = alone({key: BASE[key] for key in SHOCK})
    brain = [float(t.flows["head"].mean()) for t in (moved, healthy)]
    assert 0.7 < brain[0] / brain[1] < 0.9
    differences = []
    for t in (alike, moved):
        found = gas_indices(gases(t, {"blood.hb": 130.0, "lung.fio2": 0.5}, ()))
        differences.append(float(found["scvo2"][0] - found["svo2"][0]))
    assert differences[0] < 0
    assert 5.2 - 5.1 < differences[1] < 5.2 + 2 * 5.1
