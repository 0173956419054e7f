"""The Score Coeur against its second writing, and intervals against every completion."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping
from math import prod
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.scores.coeur import (
    TAKEN,
    Donor,
    Reading,
    Recipient,
    coeur_result,
    coeur_tally,
    icar_tally,
    score,
)
from afterload.scores.coeur.ccb import URGENCIES
from afterload.scores.coeur.ccp import ABO
from afterload.scores.coeur.final import Dated
from afterload.scores.coeur.icar import Biology, Support
from afterload.scores.coeur.reading import SEX_TERMS, SexTerm
from afterload.scores.coeur.variables import LABS

_spec = importlib.util.spec_from_file_location("sheet", Path(__file__).with_name("sheet.py"))
assert _spec is not None
assert _spec.loader is not None
sheet = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(sheet)

Row = dict[str, float]
NAMES = {
    "age": "age_years", "woman": "sex", "abo": "abo_group", "height": "height_cm",
    "weight": "weight_kg", "ecls": "on_ecls", "drg": "iv_inotropes",
    "wide": "biventricular_support",
    "rrt": "rrt", "rrt_pre": "rrt_pre", "mal": "valve_or_congenital", "urgency": "urgency",
    "listed": "listing_months", "urgent": "urgency_months", "over": "expert_over_months",
    "d_age": "donor_age_years", "d_woman": "donor_sex", "d_abo": "donor_abo",
    "d_height": "donor_height_cm", "d_weight": "donor_weight_kg", "travel": "travel_min",
}  # fmt: skip
BNPS = ("ntprobnp", "bnp")


def random_columns(rng: np.random.Generator, n: int) -> dict[str, Any]:
    """Recipients and donors with values on and off every edge, some tests missing."""

    def maybe(values: Any, share: float) -> Any:
        return np.where(rng.random(n) < share, np.nan, values)

    def wide(low: float, high: float) -> Any:
        return np.exp(rng.uniform(np.log(low), np.log(high), n))

    ages = rng.choice([0.5, 12, 17.99, 18, 50, 50.01, 60], n)
    age = np.where(rng.random(n) < 0.2, ages, rng.uniform(0, 80, n))
    adult = age >= 18
    urgency = np.where(adult, rng.choice([0, 0, 0, 1], n), rng.choice([0, 2, 3], n))
    x = {
        "age": age, "woman": rng.integers(0, 2, n), "abo": rng.integers(0, 4, n),
        "height": rng.uniform(100, 210, n), "weight": rng.uniform(25, 130, n),
        "ecls": rng.integers(0, 4, n) == 0, "drg": rng.integers(0, 3, n) == 0,
        "wide": rng.integers(0, 6, n) == 0, "rrt": rng.integers(0, 5, n) == 0,
        "rrt_pre": rng.integers(0, 5, n) == 0, "mal": rng.integers(0, 3, n) == 0,
        "urgency": urgency, "listed": rng.choice([0, 1, 11.5, 24, 60], n),
        "urgent": rng.choice([0, 0.2, 1, 3, 24, 60], n), "over": rng.choice([0, 0, 1, 6], n),
        "d_age": np.where(rng.random(n) < 0.2, 55, rng.uniform(0, 80, n)),
        "d_woman": rng.integers(0, 2, n), "d_abo": rng.integers(0, 4, n),
        "d_height": rng.uniform(100, 210, n), "d_weight": rng.choice([30, 69.9, 70, 95], n),
        "travel": rng.uniform(0, 300, n),
    }  # fmt: skip
    tests = {"ntprobnp": (5, 50_000), "bnp": (2, 8000), "creatinine": (15, 1500),
             "bilirubin": (2, 400)}  # fmt: skip
    for name, (low, high) in tests.items():
        x[name] = maybe(wide(low, high), 0.2)
        x[f"{name}_pre"] = maybe(wide(low, high), 0.3)
        x[f"{name}_days"] = rng.choice([0, 1, 2, 3, 4, 5, 40, 104, 105, 106], n)
    return {name: np.asarray(values, dtype=float) for name, values in x.items()}


def row(columns: Mapping[str, Any], place: int) -> Row:
    return {name: float(values[place]) for name, values in columns.items()}


def biology_of(x: Row, when: str = "") -> Biology:
    values = [None if np.isnan(x[lab + when]) else x[lab + when] for lab in LABS]
    return Biology(*values, dialysis=bool(x[f"rrt{when}"]))


def people(x: Row) -> tuple[Recipient, Donor]:
    recipient = Recipient(
        x["age"], bool(x["woman"]), ABO[int(x["abo"])], x["height"], x["weight"], biology_of(x),
        Dated(*(x[f"{lab}_days"] for lab in LABS)), biology_of(x, "_pre"),
        Support(bool(x["ecls"]), bool(x["drg"]), bool(x["wide"])), bool(x["mal"]),
        URGENCIES[int(x["urgency"])], x["listed"], x["urgent"], x["over"],
    )  # fmt: skip
    donor = Donor(x["d_age"], bool(x["d_woman"]), ABO[int(x["d_abo"])], x["d_height"],
                  x["d_weight"], x["travel"])  # fmt: skip
    return recipient, donor


def values_of(x: Row) -> dict[str, Any]:
    """The same as the inputs of the tally; a total artificial heart is never there."""
    values: dict[str, Any] = {NAMES[name]: x[name] for name in NAMES}
    values |= {"sex": "female" if x["woman"] else "male", "total_artificial_heart": "no",
               "donor_sex": "female" if x["d_woman"] else "male",
               "abo_group": ABO[int(x["abo"])], "donor_abo": ABO[int(x["d_abo"])],
               "urgency": URGENCIES[int(x["urgency"])]}  # fmt: skip
    for lab in LABS:
        values |= {lab: x[lab], f"{lab}_pre": x[f"{lab}_pre"], f"{lab}_days": x[f"{lab}_days"]}
    return values


MANY = random_columns(np.random.default_rng(7), 100_000)
FAIR = [int(place) for place in np.flatnonzero(sheet.factors(MANY)["total"] > 0)]
"""Pairs with a score: hiding their inputs leaves something to find."""
OTHER_READINGS: list[tuple[SexTerm, float, Reading]] = [
    ("man to woman", 0, TAKEN),
    ("sexes differ", 1, Reading(rounding="up")),
    ("woman donor", 0, Reading(expires_at_limit=False)),
]


@pytest.mark.parametrize(("term", "b_to_ab", "reading"), OTHER_READINGS)
def test_a_hundred_thousand_pairs_are_those_of_the_sheet(
    term: SexTerm, b_to_ab: float, reading: Reading
) -> None:
    up, keep = reading.rounding == "up", not reading.expires_at_limit
    expected = sheet.factors(MANY, term, b_to_ab, up, keep)
    step = 1 if reading is TAKEN else 10
    found = [
        score(*people(row(MANY, place)), term, b_to_ab, reading)
        for place in range(0, len(MANY["age"]), step)
    ]
    for name, values in expected.items():
        mine = np.array([getattr(one, name) for one in found])
        np.testing.assert_allclose(mine, values[::step], rtol=1e-12, atol=1e-9, err_msg=name)
    assert len(found) == 100_000 // step
    assert 0.05 < np.mean([one.total > 0 for one in found]) < 0.95


def test_the_ranges_of_the_components_are_those_documented_and_do_not_overlap() -> None:
    x, found = MANY, sheet.factors(MANY)
    mine = np.array([score(*people(row(x, place))).ccb for place in range(20_000)])
    adult, urgency = (x["age"] >= 18)[:20_000], x["urgency"][:20_000]
    icar = found["icar"]
    assert (icar >= 0).all()
    assert (icar <= 40).all()
    cas = mine[adult & (urgency == 0)]
    assert ((cas <= 750) | ((cas >= 826) & (cas <= 1051))).all()
    expert = mine[adult & (urgency == 1)]
    assert (expert <= 1000).all()
    cps = mine[~adult & (urgency == 0)]
    assert cps.min() >= 775
    assert cps.max() <= 825
    second, first = mine[urgency == 3], mine[urgency == 2]
    assert second.min() >= 1051
    assert second.max() <= 1101 < 1102 <= first.min()
    assert first.max() <= 1152


@given(st.integers(0, 99_999))
@settings(deadline=None, max_examples=150)
def test_a_complete_patients_tally_spans_the_open_readings_and_no_more(place: int) -> None:
    x = row(MANY, place)
    one = {name: np.array([value]) for name, value in x.items()}
    totals = [
        float(sheet.factors(one, term, credit)["total"][0])
        for term in SEX_TERMS
        for credit in (0, 1)
    ]
    result = coeur_result(values_of(x))
    assert result.tally.low == pytest.approx(min(totals), abs=1e-9)
    assert result.tally.high == pytest.approx(max(totals), abs=1e-9)
    assert result.tally.missing == ()
    if min(totals) < max(totals):
        assert result.tally.total is None
        assert any(
            u.open and len({(r.low, r.high) for r in u.readings}) > 1 for u in result.unknowns
        )
    for unknown in result.unknowns:
        if unknown.open:
            assert min(reading.low for reading in unknown.readings) == result.tally.low
            assert max(reading.high for reading in unknown.readings) == result.tally.high
    lows = [line.low for line in result.tally.items if line.name != "icar"]
    highs = [line.high for line in result.tally.items if line.name != "icar"]
    assert prod(lows) <= min(totals) + 1e-9
    assert prod(highs) >= max(totals) - 1e-9
    if lows == highs:
        assert prod(lows) == pytest.approx(result.tally.total)


@given(st.sampled_from(FAIR), st.floats(0, 1440), st.floats(0, 1440))
@settings(deadline=None, max_examples=50)
def test_more_travel_never_gives_more(place: int, one: float, two: float) -> None:
    values = values_of(row(MANY, place))
    near, far = (coeur_tally({**values, "travel_min": m}) for m in sorted((one, two)))
    assert near.low is not None
    assert far.low is not None
    assert near.low >= far.low
    assert (near.high or 0) >= (far.high or 0)


# --- every completion ------------------------------------------------------------------------

AGES = np.unique(np.r_[np.arange(0, 110.01, 0.5), 17.999, 18, 50, 50.001])
KILOS = [*np.geomspace(2, 350, 40), 69.999, 70]
CHOICES: dict[str, Any] = {
    "age": AGES, "woman": [0, 1], "abo": range(4), "height": [40, 100, 150, 230], "weight": KILOS,
    "ecls": [0, 1], "drg": [0, 1], "wide": [0, 1], "rrt": [0, 1], "rrt_pre": [0, 1], "mal": [0, 1],
    "urgency": range(4), "listed": [0, 3, 24, 240], "urgent": [0, 0.5, 24, 240],
    "over": [0, 1, 240], "d_age": [0, 10, 30, 54.9, 55, 55.001, 70, 110], "d_woman": [0, 1],
    "d_abo": range(4), "d_height": [40, 100, 150, 230], "d_weight": KILOS,
    "travel": [0, 60, 1440],
} | {f"{lab}_days": [0, 3, 4, 5, 104, 105, 3650] for lab in LABS}  # fmt: skip


def completions(x: Row, hidden: list[str], rng: np.random.Generator) -> tuple[dict[str, Any], bool]:
    """Every completion worth trying, or a sample of them; and whether they are all."""
    sizes = [len(CHOICES[name]) for name in hidden]
    count = int(np.prod(sizes))
    every = count <= 60_000
    flat = np.arange(count) if every else rng.integers(0, count, 60_000)
    chosen = np.unravel_index(flat, sizes)
    columns = {name: np.full(len(flat), value) for name, value in x.items()}
    for name, places in zip(hidden, chosen, strict=True):
        columns[name] = np.asarray(CHOICES[name], dtype=float)[places]
    adult, urgency = columns["age"] >= 18, columns["urgency"]
    can = (urgency == 0) | (adult == (urgency == 1))
    return {name: values[can] for name, values in columns.items()}, every


@given(st.sampled_from(FAIR) | st.integers(0, 99_999), st.data())
@settings(deadline=None, max_examples=200)
def test_the_interval_is_that_of_every_completion(place: int, data: st.DataObject) -> None:
    x = row(MANY, place)
    names = st.lists(st.sampled_from(sorted(CHOICES)), min_size=1, max_size=5, unique=True)
    hidden = data.draw(names)
    values = values_of(x)
    for name in hidden:
        del values[NAMES.get(name, name)]
    tally = coeur_tally(values)
    columns, every = completions(x, hidden, np.random.default_rng(place))
    totals = np.concatenate(
        [sheet.factors(columns, term, b)["total"] for term in SEX_TERMS for b in (0, 1)]
    )
    assert tally.low is not None
    assert tally.high is not None
    assert tally.low <= totals.min() + 1e-6
    assert tally.high >= totals.max() - 1e-6
    if every and not {"age", "d_age"} & set(hidden):
        assert tally.low == pytest.approx(totals.min(), abs=1e-6)
        assert tally.high == pytest.approx(totals.max(), abs=1e-6)
    if tally.low < tally.high and tally.missing:
        group = {"blood_group"} if "abo" in hidden else set()  # asked by the vocabulary's name
        assert set(tally.missing) <= {NAMES.get(n, n) for n in hidden} | group


@pytest.mark.parametrize("place", FAIR[:12])
def test_the_interval_is_tight_when_an_age_is_missing(place: int) -> None:
    x = row(MANY, place)
    for name in ("age", "d_age"):
        fine = np.unique(np.r_[np.arange(0, 110.0001, 0.004), np.nextafter(18, 0), 50, 55,
                               np.nextafter(55, 60)])  # fmt: skip
        columns = {key: np.full(len(fine), value) for key, value in x.items()} | {name: fine}
        can = (columns["urgency"] == 0) | ((columns["age"] >= 18) == (columns["urgency"] == 1))
        columns = {key: values[can] for key, values in columns.items()}
        totals = np.concatenate(
            [sheet.factors(columns, term, b)["total"] for term in SEX_TERMS for b in (0, 1)]
        )
        values = values_of(x)
        del values[NAMES[name]]
        tally = coeur_tally(values)
        assert tally.low is not None
        assert tally.high is not None
        assert tally.high > 0
        # 0.004 year of age is worth at most 0.004 × 1,051 / 25 = 0.17 points
        assert tally.low == pytest.approx(totals.min(), abs=0.2)
        assert tally.high == pytest.approx(totals.max(), abs=0.2)


@given(st.integers(0, 99_999), st.data())
@settings(deadline=None, max_examples=100)
def test_the_index_alone_and_its_interval(place: int, data: st.DataObject) -> None:
    x = row(MANY, place) | {"age": max(18.0, MANY["age"][place]), "urgency": 0}
    names = ["age", "woman", "ecls", "drg", "wide", "rrt", "rrt_pre", "creatinine_days",
             "bilirubin_days", "ntprobnp_days", "bnp_days"]  # fmt: skip
    hidden = data.draw(st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True))
    asked = {NAMES.get(n, n) for n in [*names, *LABS, *(f"{lab}_pre" for lab in LABS)]}
    values = {k: v for k, v in values_of(x).items() if k in asked | {"total_artificial_heart"}}
    for name in hidden:
        del values[NAMES.get(name, name)]
    columns, every = completions(x, hidden, np.random.default_rng(place))
    if "age" in hidden:
        columns = {k: v[columns["age"] >= 18] for k, v in columns.items()}
    icar = sheet.factors(columns)["icar"]
    tally = icar_tally(values)
    assert tally.low is not None
    assert tally.high is not None
    assert tally.low <= icar.min()
    assert tally.high >= icar.max()
    if every:
        assert (tally.low, tally.high) == (icar.min(), icar.max())
