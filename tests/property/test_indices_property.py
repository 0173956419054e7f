"""The indices against a second writing, their intervals against completions, one truth each.

The second writing knows no direction: a missing input is tried at both ends of its range, all
inputs together, and completions are drawn at random inside.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.core.calculated import CALCULATED, fill
from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.scores import ENCOURAGE, SAVE, VIS, Formula, score_columns, tally
from afterload.scores.card import Item
from afterload.scores.cpi import CPI
from afterload.scores.cpo import CPO
from afterload.scores.derive import Equation
from afterload.scores.egfr_mdrd import EGFR_MDRD
from afterload.scores.inotrope_score import INOTROPE_SCORE
from afterload.scores.inputs import needed
from afterload.scores.lactate_clearance import LACTATE_CLEARANCE
from afterload.scores.meld_xi import MELD_XI
from afterload.scores.papi import PAPI
from afterload.scores.pulse_pressure import PULSE_PRESSURE
from afterload.scores.pvr import PVR
from afterload.scores.rap_pcwp import RAP_PCWP
from afterload.scores.svr import SVR

Array = NDArray[np.float64]
X = Mapping[str, Array]


@dataclass(frozen=True)
class Second:
    """An index written a second time.

    Args:
        score: The index as shipped.
        of: From arrays by name to the index.
        hard: Every input's range, as the data dictionary has it.
        usual: Ranges that random patients are drawn from; `hard` where not told.
        within: What the index can be.
        least: The lowest value of an input at which the index is defined.
    """

    score: Formula
    of: Callable[[X], Array]
    hard: dict[str, tuple[float, float]]
    usual: dict[str, tuple[float, float]] = field(default_factory=dict)
    within: tuple[float, float] = (-math.inf, math.inf)
    least: tuple[str, float] = ("", 0.0)


def _mdrd(x: X) -> Array:
    mg_dl = np.divide(x["creatinine"], 88.42)
    log = math.log(175) - 1.154 * np.log(mg_dl) - 0.203 * np.log(x["age_years"])
    return np.exp(log + math.log(0.742) * x["sex"])


SECOND = {
    "cpo": Second(CPO, lambda x: (x["map"] / 451) * x["co"],
                  {"map": (0, 250), "co": (0, 20)}, {"map": (20, 150), "co": (0.5, 14)},
                  within=(0, 4)),
    "cpi": Second(CPI, lambda x: x["ci"] * (x["map"] / 451),
                  {"map": (0, 250), "ci": (0, 10)}),
    "papi": Second(PAPI, lambda x: x["pa_sys"] / x["cvp"] - x["pa_dia"] / x["cvp"],
                   {"pa_sys": (0, 150), "pa_dia": (0, 80), "cvp": (1e-9, 50)},
                   {"pa_sys": (15, 60), "pa_dia": (5, 30), "cvp": (-3, 25)},
                   within=(0, 50), least=("cvp", 1e-9)),
    "rap_pcwp": Second(RAP_PCWP, lambda x: x["cvp"] * (1 / x["pcwp"]),
                       {"cvp": (-5, 50), "pcwp": (1, 60)},
                       {"cvp": (-5, 25), "pcwp": (0, 40)}, least=("pcwp", 1)),
    "svr": Second(SVR, lambda x: 80 * x["map"] / x["co"] - 80 * x["cvp"] / x["co"],
                  {"map": (0, 250), "cvp": (-5, 50), "co": (0.1, 20)},
                  {"map": (0, 100), "cvp": (-5, 50), "co": (0, 8)}, least=("co", 0.1)),
    "pvr": Second(PVR, lambda x: x["pa_mean"] / x["co"] - x["pcwp"] / x["co"],
                  {"pa_mean": (0, 100), "pcwp": (0, 60), "co": (0.1, 20)},
                  {"pa_mean": (5, 50), "pcwp": (0, 45), "co": (0, 8)}, least=("co", 0.1)),
    "pulse_pressure": Second(PULSE_PRESSURE, lambda x: -(x["dbp"] - x["sbp"]),
                             {"sbp": (0, 300), "dbp": (0, 200)},
                             {"sbp": (20, 250), "dbp": (5, 100)}, within=(0, 200)),
    "meld_xi": Second(
        MELD_XI,
        lambda x: np.log(np.power(x["bilirubin"] / 17.1, 5.11)
                         * np.power(x["creatinine"] / 88.42, 11.76)) + 9.44,
        {"bilirubin": (1, 1000), "creatinine": (10, 2500)},
    ),
    "egfr_mdrd": Second(EGFR_MDRD, _mdrd,
                        {"creatinine": (10, 2500), "age_years": (18, 110), "sex": (0, 1)}),
    "inotrope_score": Second(
        INOTROPE_SCORE, lambda x: x["dopamine"] + x["dobutamine"] + x["epi"] / 0.01,
        {"dopamine": (0, 50), "dobutamine": (0, 40), "epi": (0, 10)},
    ),
    "lactate_clearance": Second(
        LACTATE_CLEARANCE, lambda x: 100 - 100 * x["lactate_later"] / x["lactate_first"],
        {"lactate_first": (0.1, 40), "lactate_later": (0.1, 40), "hours_between": (0.25, 168)},
    ),
    "vis": Second(
        VIS,
        lambda x: (x["dopamine"] + x["dobutamine"] + 100 * (x["epi"] + x["norepi"])
                   + 10 * (x["milrinone"] + 1000 * x["vasopressin"] / x["weight_kg"])),
        {"dopamine": (0, 50), "dobutamine": (0, 40), "epi": (0, 10), "norepi": (0, 10),
         "milrinone": (0, 2), "vasopressin": (0, 0.5), "weight_kg": (25, 350)},
    ),
}  # fmt: skip
"""Sex stands for "female" here: 1 or 0."""


def draw(second: Second, n: int, seed: int, missing: float = 0.2) -> dict[str, Array]:
    """Random patients, some values missing and a third of them whole numbers."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Array] = {}
    for name, hard in second.hard.items():
        low, high = second.usual.get(name, hard)
        values = rng.uniform(low, high, n)
        whole = rng.random(n) < (1 if name == "sex" else 0.33)
        values = np.clip(np.where(whole, np.round(values), values), low, high)
        values[rng.random(n) < missing] = np.nan
        columns[name] = values
    return columns


def as_read(second: Second, columns: X) -> dict[str, Array]:
    """The same columns as the score reads them: sex by its place in the vocabulary's list."""
    if "sex" not in columns:
        return dict(columns)
    levels = standard()["sex"].levels
    places = {1.0: float(levels.index("female")), 0.0: float(levels.index("male"))}
    sex = np.array([places.get(x, math.nan) for x in columns["sex"].tolist()])
    return {**columns, "sex": sex}


def ends(second: Second, columns: X, n: int) -> tuple[Array, Array]:
    """Lowest and highest value over every choice of ends for what is missing."""
    low, high = np.full(n, np.inf), np.full(n, -np.inf)
    with np.errstate(all="ignore"):
        for side in product((0, 1), repeat=len(second.hard)):
            x = {
                name: np.where(np.isnan(columns[name]), second.hard[name][k], columns[name])
                for name, k in zip(second.hard, side, strict=True)
            }
            value = second.of(x)
            low, high = np.fmin(low, value), np.fmax(high, value)
    low, high = np.maximum(low, second.within[0]), np.minimum(high, second.within[1])
    none = low > high
    name, least = second.least
    if name:
        none |= columns[name] < least
    low[none] = high[none] = np.nan
    return low, high


@pytest.mark.parametrize("name", SECOND)
def test_the_second_writing_asks_the_same_inputs(name: str) -> None:
    assert set(needed(SECOND[name].score)) == set(SECOND[name].hard)


@pytest.mark.parametrize("name", SECOND)
def test_a_hundred_thousand_patients_on_columns(name: str) -> None:
    second, n = SECOND[name], 100_000
    columns = draw(second, n, seed=21)
    result = score_columns(second.score, as_read(second, columns))
    low, high = ends(second, columns, n)
    np.testing.assert_allclose(result.low, low, rtol=1e-9, atol=1e-9)
    np.testing.assert_allclose(result.high, high, rtol=1e-9, atol=1e-9)
    complete = ~np.any([np.isnan(values) for values in columns.values()], axis=0)
    told = complete & ~np.isnan(low)
    assert told.sum() > 10_000
    np.testing.assert_allclose(result.total[told], low[told], rtol=1e-9, atol=1e-9)
    open_ = ~np.isnan(low) & (high - low > 1e-6)
    assert open_.sum() > 10_000
    assert np.isnan(result.total[open_]).all()


@pytest.mark.parametrize("name", SECOND)
def test_one_patient_is_scored_as_a_row_and_contains_every_completion(name: str) -> None:
    second, n = SECOND[name], 300
    rng = np.random.default_rng(22)
    columns = draw(second, n, seed=23, missing=0.35)
    rows = score_columns(second.score, as_read(second, columns))
    inside = 0
    for row in range(n):
        known = {k: v[row] for k, v in columns.items() if not np.isnan(v[row])}
        given: dict[str, object] = dict(known)
        if "sex" in known:
            given["sex"] = "female" if known["sex"] else "male"
        try:
            one = tally(second.score, given)
        except InputError:
            assert np.isnan(rows.low[row])
            continue
        if one.low is None or one.high is None:
            assert np.isnan(rows.low[row])
            continue
        assert one.low == pytest.approx(rows.low[row], rel=1e-12, abs=1e-12)
        assert one.high == pytest.approx(rows.high[row], rel=1e-12, abs=1e-12)
        found = completions(second, known, rng)
        slack = 1e-9 * (1 + np.abs(found))
        assert ((found >= one.low - slack) & (found <= one.high + slack)).all()
        inside += len(found)
    assert inside > 1000


def completions(second: Second, known: Mapping[str, float], rng: np.random.Generator) -> Array:
    """The index at random completions of what is missing, those that are possible."""
    x = {
        name: np.full(60, known[name])
        if name in known
        else np.round(rng.uniform(*hard, 60))
        if name == "sex"
        else rng.uniform(*hard, 60)
        for name, hard in second.hard.items()
    }
    values = second.of(x)
    return values[(values >= second.within[0]) & (values <= second.within[1])]


# --- one truth: what the registry calculates and what is scored --------------------------------

SAME = {"cpo_w": CPO, "papi": PAPI, "pulse_pressure": PULSE_PRESSURE}
RANGES = {"map": (20, 150), "co": (0, 14), "pa_sys": (10, 80), "pa_dia": (0, 40),
          "cvp": (-5, 30), "sbp": (20, 300), "dbp": (0, 120)}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_the_registry_calculates_what_is_scored(name: str) -> None:
    rng, n = np.random.default_rng(31), 20_000
    inputs = CALCULATED[name].inputs
    columns = {k: np.round(rng.uniform(*RANGES[k], n), rng.integers(0, 3)) for k in inputs}
    columns = {k: np.where(rng.random(n) < 0.1, np.nan, v) for k, v in columns.items()}
    variable = standard()[name]
    missing = np.full(n, np.nan)
    calculated = fill(name, missing, [columns[k] for k in inputs], variable.low, variable.high)
    scored = score_columns(SAME[name], columns)
    complete = ~np.any([np.isnan(columns[k]) for k in inputs], axis=0)
    np.testing.assert_allclose(scored.total[complete], calculated[complete], rtol=1e-12)
    assert np.isnan(calculated[~complete]).all()
    impossible = complete & np.isnan(calculated)
    assert 100 < impossible.sum() < 0.6 * n


@pytest.mark.parametrize("name", SAME)
def test_an_index_can_be_what_the_vocabulary_says(name: str) -> None:
    equation, variable = SAME[name].equation, standard()[name]
    assert (equation.low, equation.high) == (variable.low, variable.high)
    assert SAME[name].unit in (variable.unit, "")
    assert set(equation.inputs) == set(CALCULATED[name].inputs)


@pytest.mark.parametrize(("card", "name"), [(ENCOURAGE, "bmi"), (SAVE, "pulse_pressure")])
def test_a_card_derives_what_the_registry_calculates(card: object, name: str) -> None:
    items = [i for i in card.items if isinstance(i, Item) and i.variable == name]  # type: ignore[attr-defined]
    (equation,) = (d for d in items[0].derive if isinstance(d, Equation))
    rng = np.random.default_rng(32)
    columns = {k: rng.uniform(50, 200, 1000) for k in CALCULATED[name].inputs}
    maths: object = np
    found = equation.function(maths, columns)  # type: ignore[arg-type]
    expected = CALCULATED[name].formula(*(columns[k] for k in CALCULATED[name].inputs))
    np.testing.assert_allclose(found, expected, rtol=1e-12)
