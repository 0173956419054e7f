"""A cohort of a registry: who is read, what ran, who fits, and what the strategies do to them."""

from __future__ import annotations

import csv
import math
import os
import uuid
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from afterload.actions import cohort_devices as devices
from afterload.actions.cohort_devices import Unknown, running, words_of
from afterload.actions.cohort_interval import middle
from afterload.actions.cohort_measured import FEW, NOTHING, LeftOut, Measured, read_measured
from afterload.actions.cohort_registry import cohort_of_registry
from afterload.actions.cohort_summary import Cohort, Known, Sampled
from afterload.actions.simulate import placed, run, simulate
from afterload.actions.simulate_patient import Subject, preset
from afterload.core.errors import InputError, UnknownName
from afterload.core.vocabulary import standard
from afterload.hemodynamics.fit_predict import PERFUSION, REFLEX
from afterload.hemodynamics.fit_prior import HEART_RATE, NORMAL_ADULT, PRIOR, place, values
from afterload.hemodynamics.patient.base import IN_SHOCK
from afterload.registry import Batch, Registry, Rows, add, create, memory
from afterload.registry.extract import extract
from afterload.registry.ledger import withdraw
from afterload.registry.reference import references
from afterload.report.cohort_disclosure import counts_of, disclose_cohort
from afterload.report.cohort_text import cohort_data, cohort_view

T0 = datetime(2024, 3, 1, 8, 0)
ERRORS = {"map": 3.0, "sbp": 5.0, "dbp": 4.0, "cvp": 1.5, "pa_mean": 2.0, "pcwp": 2.0, "lvef": 5.0}
"""Standard deviations of what is measured (`fit_measure.MEASUREMENTS`); of the output 10 %."""

INDEX = {"pa_mean": "pap_mean", "lvef": "ef", "co": "native_flow"}
Indices = Mapping[str, NDArray[np.float64]]


def fill(
    registry: Registry,
    sets: Mapping[str, Sequence[tuple[Mapping[str, Any], Mapping[str, float]]]],
    devices: Sequence[tuple[str, str, float, float | None]] = (),
    none: Sequence[str] = (),
    episode: Mapping[str, Mapping[str, float]] = {},
) -> None:
    """Write episodes into a registry.

    Args:
        registry: Empty.
        sets: By episode its measurement sets: when ("at" in hours, or "nominal"), and what.
        devices: Episode, kind, start and stop in hours.
        none: Episodes that are recorded to have had no device.
        episode: By episode, what is recorded once, as `bsa_m2`.
    """
    keys = list(sets)
    flat = [(key, when, what) for key, every in sets.items() for when, what in every]
    names = sorted({name for _, _, what in flat for name in what})
    once = sorted({name for told in episode.values() for name in told})
    rows = [
        Rows("patient", {"key": keys}),
        Rows("episode", {
            "key": keys, "patient": keys, "t0": [T0] * len(keys),
            "no_device": [True if key in none else None for key in keys],
            **{name: [episode.get(key, {}).get(name) for key in keys] for name in once},
        }),
        Rows("observation", {
            "episode": [key for key, _, _ in flat],
            "at": [T0 + timedelta(hours=w["at"]) if "at" in w else None for _, w, _ in flat],
            "nominal": [when.get("nominal") for _, when, _ in flat],
            **{name: [what.get(name) for _, _, what in flat] for name in names},
        }),
        Rows("device", {
            "episode": [key for key, *_ in devices],
            "kind": [kind for _, kind, _, _ in devices],
            "start": [T0 + timedelta(hours=start) for _, _, start, _ in devices],
            "stop": [None if s is None else T0 + timedelta(hours=s) for _, _, _, s in devices],
        }),
    ]  # fmt: skip
    kept = tuple(one for one in rows if next(iter(one.columns.values())))
    add(registry, Batch(kept, "test"), who="test", why="test", now=T0)


def drawn(n: int, rng: np.random.Generator) -> Subject:
    """Patients as the prior of a fit has them, feedbacks as everyone in shock has them."""
    free = (*PRIOR, HEART_RATE)
    z = rng.standard_normal((len(free), n))
    parameters = place(free, values(free, z), NORMAL_ADULT)
    parameters |= {name: np.full(n, value) for name, value in IN_SHOCK.items()}
    parameters["perfusion.gain"] = rng.uniform(*PERFUSION, n)
    parameters["reflex.gain"] = rng.uniform(*REFLEX, n)
    gas = {name: np.repeat(value, n) for name, value in preset("normal").gas.items()}
    return Subject("", "", parameters, gas)


def truth(n: int, options: Sequence[str], seed: int) -> tuple[Subject, list[Indices]]:
    """Patients in whom a catheter would find something, and every index in every scenario."""
    rng = np.random.default_rng(seed)
    subject = drawn(4 * n, rng)
    found = run(subject, [placed(one) for one in options], strict=False)
    alone = found.scenarios[0].indices
    alive = np.all([np.isfinite(one.indices["map"]) for one in found.scenarios], axis=0)
    fits = (alone["map"] > 40) & (alone["map"] < 120) & (alone["pcwp"] < 45) & (alone["cvp"] < 35)
    some = np.flatnonzero(alive & fits & (alone["edv"] < 330))[:n]
    assert len(some) == n
    chosen = Subject(
        "", "", {name: v[some] for name, v in subject.parameters.items()},
        {name: v[some] for name, v in subject.gas.items()},
    )  # fmt: skip
    return chosen, [{k: v[some] for k, v in one.indices.items()} for one in found.scenarios]


def measured(alone: Indices, patient: int, rng: np.random.Generator) -> dict[str, float]:
    """What is measured of a patient, each number with its error."""
    told = {"hr": float(round(alone["hr"][patient]))}
    for name, sd in ERRORS.items():
        told[name] = float(alone[INDEX.get(name, name)][patient] + sd * rng.standard_normal())
    told["co"] = float(alone["native_flow"][patient] * np.exp(0.1 * rng.standard_normal()))
    told["lvef"] = max(told["lvef"], 3.0)
    told["sbp"] = max(told["sbp"], told["map"] + 2.0)
    told["dbp"] = min(told["dbp"], told["map"] - 2.0)
    told["pcwp"] = min(max(told["pcwp"], 1.0), told["pa_mean"] + 4.0)
    told["cvp"] = max(told["cvp"], 0.0)
    return told


POSTGRES = os.environ.get("AFTERLOAD_TEST_POSTGRES", "")


def _on_server(statement: str) -> None:
    engine = create_engine(POSTGRES, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(statement)


@pytest.fixture(params=("sqlite", "postgresql"))
def where(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty registry, on each engine."""
    if request.param == "sqlite":
        place = str(tmp_path / "registry.db")
        create(place, standard(), who="test", now=T0).close()
        yield place
        return
    if not POSTGRES:
        pytest.skip("AFTERLOAD_TEST_POSTGRES is not set; run with .ci/with-postgres.sh")
    name = f"afterload_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}")
    place = make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)
    create(place, standard(), who="test", now=T0).close()
    yield place
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


PRE = {"hr": 104.0, "map": 58.0, "cvp": 14.0, "pa_mean": 33.0, "pcwp": 25.0, "co": 3.2,
       "lvef": 22.0}  # fmt: skip


# ---- what ran ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("hours", "before", "expected"),
    [
        (-6.0, False, ()),
        (-5.0, True, ()),
        (-5.0, False, ("iabp",)),
        (0.0, True, ("iabp",)),
        (0.0, False, ("ecls",)),
        (24.0, False, ("ecls", "impella-cp")),
        (130.0, False, ("impella-cp",)),
    ],
)
def test_what_starts_runs_and_what_stops_does_not(
    hours: float, before: bool, expected: tuple[str, ...]
) -> None:
    course = [("iabp", -5.0, 0.0), ("ecls", 0.0, 120.0), ("impella-cp", 24.0, math.nan)]
    assert running(course, hours, before=before) == expected


def test_a_device_without_a_start_is_not_taken_to_run_or_to_stand() -> None:
    found = running([("ecls", math.nan, 50.0)], 24.0, before=False)
    assert isinstance(found, Unknown)
    assert found.why == devices.NO_TIME
    assert running([("ecls", math.nan, 5.0)], 24.0, before=False) == ()


@pytest.mark.parametrize(
    ("kinds", "told", "expected"),
    [
        ((), {}, ()),
        (("iabp",), {}, ("iabp",)),
        (("iabp",), {"iabp_ratio": 1.0}, ("iabp:ratio=2",)),
        (("iabp",), {"iabp_ratio": 2.0}, ("iabp:ratio=3",)),
        (("iabp",), {"iabp_ratio": 3.0}, devices.NO_SETTING),
        (("ecls",), {"flow_lmin": 3.5}, ("ecls:flow=3.5",)),
        (("ecls",), {}, devices.NO_SETTING),
        (("impella-cp",), {"impella_p": 6.0}, ("impella-cp:level=P6",)),
        (("impella-cp",), {"impella_p": 6.0, "flow_lmin": 2.5}, ("impella-cp:flow=2.5",)),
        (("ecls", "impella-cp"), {"flow_lmin": 3.0, "impella_p": 4.0},
         ("ecls:flow=3", "impella-cp:level=P4")),
        (("ecls", "impella-cp"), {"flow_lmin": 3.0}, devices.NO_SETTING),
        (("ecls", "iabp"), {"rpm": 3000.0}, ("ecls:rpm=3000", "iabp")),
        (("impella",), {"flow_lmin": 2.0}, devices.NO_SETTING),
        (("lv-vent", "ecls"), {"flow_lmin": 4.0}, devices.NO_SETTING),
        (("centrimag",), {"flow_lmin": 4.0}, devices.NO_SUCH),
        (("impella-cp", "impella-5.0"), {"flow_lmin": 4.0}, devices.NO_SETTING),
        (("ecls",), {"flow_lmin": 9.5}, devices.IMPOSSIBLE),
    ],
)  # fmt: skip
def test_devices_are_told_with_their_settings_or_not_at_all(
    kinds: tuple[str, ...], told: dict[str, float], expected: object
) -> None:
    found = words_of(kinds, told)
    assert (found.why if isinstance(found, Unknown) else found) == expected


# ---- who is read -------------------------------------------------------------------------------


def test_the_default_is_the_last_of_each_before_the_first_device(where: str) -> None:
    from afterload.registry import open_registry

    with open_registry(where) as registry:
        fill(
            registry,
            {
                "E1": [
                    ({"at": -9.0}, {"map": 90.0, "pcwp": 12.0, "lvef": 50.0}),
                    ({"at": -3.0}, {**PRE, "map": 70.0}),
                    ({"at": -1.0}, {"map": 58.0, "cvp": 16.0}),
                    ({"at": 1.0}, {"map": 75.0}),
                ],
                "E2": [({"nominal": "pre"}, PRE), ({"at": -11.0}, {"map": 66.0, "co": 2.0,
                                                                  "cvp": 9.0})],
                "E3": [({"nominal": "pre"}, PRE), ({"nominal": "worst6h"}, {"map": 40.0})],
                "E4": [({"nominal": "24h"}, PRE)],
                "E5": [({"nominal": "pre"}, {"map": 60.0, "hr": 90.0, "hb": 110.0})],
                "E6": [({"nominal": "pre"}, PRE)],
                "E7": [({"nominal": "pre"}, {"ci": 1.8, "map": 60.0, "cvp": 12.0})],
            },
            devices=[("E1", "ecls", 0.0, 100.0), ("E2", "iabp", -10.0, 0.0),
                     ("E2", "ecls", 0.0, 50.0), ("E4", "ecls", 0.0, 50.0),
                     ("E5", "ecls", 0.0, 50.0), ("E7", "ecls", 0.0, 50.0)],
            none=["E3"],
            episode={"E7": {"bsa_m2": 2.0}},
        )  # fmt: skip
        found = {one.key: one for one in read_measured(registry)}
        e1, e2, e3, e7 = (found[key] for key in ("E1", "E2", "E3", "E7"))
        assert isinstance(e1, Measured)
        assert e1.values == {**PRE, "map": 58.0, "cvp": 16.0}  # never that of 9 h before, or after
        assert e1.on == ()
        assert isinstance(e2, Measured)
        assert e2.values == {"map": 66.0, "co": 2.0, "cvp": 9.0}  # before the balloon
        assert isinstance(e3, Measured)
        assert e3.values == PRE
        assert isinstance(e7, Measured)
        assert e7.values["bsa_m2"] == 2.0
        why = {key: one.why for key, one in found.items() if isinstance(one, LeftOut)}
        assert why == {"E4": NOTHING, "E5": FEW, "E6": devices.NOT_RECORDED}
        told = {one.key: one for one in read_measured(registry, unrecorded=("iabp",))}
        e6 = told["E6"]
        assert isinstance(e6, Measured)
        assert e6.on == ("iabp",)
        wanting = {one.key: one for one in read_measured(registry, require=("pcwp",))}
        e7 = wanting["E7"]
        assert isinstance(e7, LeftOut)
        assert e7.why == "pcwp was not measured"


def test_at_a_point_values_are_those_of_an_extract_and_devices_are_told(where: str) -> None:
    from afterload.registry import open_registry

    with open_registry(where) as registry:
        fill(
            registry,
            {
                "E1": [
                    ({"at": 20.0}, {"map": 62.0, "cvp": 14.0}),
                    ({"at": 23.5}, {"map": 66.0, "pcwp": 20.0, "flow_lmin": 3.5}),
                    ({"at": 29.0}, {"map": 80.0, "hr": 95.0, "co": 2.2}),
                ],
                "E2": [({"nominal": "24h"}, {**PRE, "flow_lmin": 3.0}),
                       ({"at": 24.0}, {"map": 1.0})],
                "E3": [({"at": 20.0}, {"map": 62.0, "cvp": 14.0}), ({"at": 26.0}, {"pcwp": 15.0})],
                "E4": [({"nominal": "24h"}, PRE)],
            },
            devices=[("E1", "ecls", 0.0, 100.0), ("E2", "ecls", 0.0, None),
                     ("E3", "iabp", 25.0, 90.0), ("E4", "centrimag", 0.0, 90.0)],
        )  # fmt: skip
        found = {one.key: one for one in read_measured(registry, "day1")}
        e1, e2 = found["E1"], found["E2"]
        assert isinstance(e1, Measured)
        assert isinstance(e2, Measured)
        assert e1.on == ("ecls:flow=3.5",)
        assert e2.on == ("ecls:flow=3",)
        names = ("map", "cvp", "pcwp", "hr", "co", "lvef")
        oracle = extract(registry, [f"{name}@24h" for name in names])
        for one in (e1, e2):
            row = oracle.keys.index(one.key)
            expected = {n: oracle.columns[f"{n}@24h"].values[row] for n in names}
            known = {n: v for n, v in expected.items() if v == v}
            assert {n: v for n, v in one.values.items() if n in names} == known
        why = {key: one.why for key, one in found.items() if isinstance(one, LeftOut)}
        assert why == {"E3": devices.CHANGED, "E4": devices.NO_SUCH}


def test_points_that_are_no_hour_and_names_that_are_none_are_refused() -> None:
    registry = memory(standard())
    fill(registry, {"E1": [({"nominal": "pre"}, PRE)]}, none=["E1"])
    for point in ("worst6h", "wean", "peak"):
        with pytest.raises(InputError, match="no hour at which everything"):
            read_measured(registry, point)
    with pytest.raises(UnknownName, match="time point"):
        read_measured(registry, "noon")
    with pytest.raises(UnknownName, match="pcwp"):
        read_measured(registry, require=("pcpw",))
    with pytest.raises(InputError, match="holds no episode"):
        read_measured(memory(standard()))


def test_a_reference_is_no_key_and_stays_the_same() -> None:
    registry = memory(standard())
    fill(registry, {f"E{k}": [({"nominal": "pre"}, PRE)] for k in range(50)})
    called = references(registry)
    assert len(set(called.values())) == 50
    assert not any(key in reference for key, reference in called.items())
    other = memory(standard())
    fill(other, {f"E{k}": [({"nominal": "pre"}, {**PRE, "map": 61.0})] for k in range(50)})
    assert not set(called.values()) & set(references(other).values())
    withdraw(registry, "episode", "E3", who="test", why="test", now=T0)
    assert references(registry) == called


# ---- who fits, and what the strategies do ------------------------------------------------------

STRATEGIES = ("impella-cp:level=P6", "ecls:flow=3")
SEVERAL, DRAWS = 12, 60


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> tuple[Cohort, list[Indices], list[str]]:
    """A cohort of simulated patients, what is true of them, and their references."""
    subject, true = truth(SEVERAL, STRATEGIES, seed=4)
    assert subject.n == SEVERAL
    rng = np.random.default_rng(9)
    keys = [f"P{k:02d}" for k in range(SEVERAL)]
    registry = memory(standard())
    sets = {key: [({"nominal": "pre"}, measured(true[0], k, rng))] for k, key in enumerate(keys)}
    sets["BAD"] = [({"nominal": "pre"}, {**PRE, "dbp": 80.0})]
    sets["ODD"] = [({"nominal": "pre"}, {"map": 120.0, "co": 1.0, "lvef": 85.0, "pcwp": 40.0,
                                         "cvp": 2.0, "hr": 60.0, "pa_mean": 36.0})]  # fmt: skip
    fill(registry, sets, none=list(sets))
    out = tmp_path_factory.mktemp("known")
    found = cohort_of_registry(
        registry, [(one,) for one in STRATEGIES], out, draws=DRAWS, keys=out / "keys.csv"
    )
    called = references(registry)
    return found, true, [called[key] for key in keys]


def test_the_truth_lies_in_the_intervals_as_often_as_they_say(
    known: tuple[Cohort, list[Indices], list[str]],
) -> None:
    found, true, called = known
    table = pl.read_parquet(list(found.files))
    names = ("map", "pcwp", "cvp", "edv", "pva", "total_flow", "coronary_flow")
    inside = []
    for scenario, of in zip(found.scenarios, true, strict=True):
        mine = table.filter(pl.col("scenario") == scenario)
        for patient, reference in enumerate(called):
            rows = mine.filter(pl.col("episode") == reference)
            for name in names if len(rows) else ():
                values = rows[f"index.{name}"].to_numpy()
                low, high = np.nanquantile(values, (0.05, 0.95))
                inside.append(low <= of[name][patient] <= high)
    assert len(inside) >= (SEVERAL - 2) * len(names) * len(found.scenarios)
    # Ends of 90 % among 60 draws hold 0.87 on average; the numbers of one patient hang together,
    # so that 12 patients tell that share to within some 0.06.
    assert 0.70 <= np.mean(inside) <= 0.99


def test_the_medians_of_the_cohort_cover_the_true_ones(
    known: tuple[Cohort, list[Indices], list[str]],
) -> None:
    found, true, _ = known
    inside = []
    for one in found.summary:
        if one.index not in ("map", "pcwp", "cvp", "edv", "total_flow", "coronary_flow"):
            continue
        at = found.scenarios.index(one.scenario)
        assert one.middle is not None
        inside.append(one.middle[0] <= np.median(true[at][one.index]) <= one.middle[1])
        if at:
            change = np.median(true[at][one.index] - true[0][one.index])
            assert one.middle_change is not None
            inside.append(one.middle_change[0] <= change <= one.middle_change[1])
    assert np.mean(inside) >= 0.8


def test_differences_between_strategies_are_paired(
    known: tuple[Cohort, list[Indices], list[str]],
) -> None:
    found, _, _ = known
    table = pl.read_parquet(list(found.files))
    by = {
        s: table.filter(pl.col("scenario") == s).sort("patient")["index.pcwp"].to_numpy()
        for s in found.scenarios
    }
    (one,) = (c for c in found.contrasts if c.index == "pcwp")
    apart = by[one.scenario] - by[one.versus]
    assert {one.scenario, one.versus} == set(STRATEGIES)
    assert one.quantiles[2] == pytest.approx(np.nanmedian(apart))
    assert one.higher == pytest.approx(np.mean(apart[~np.isnan(apart)] > 0))
    assert one.middle is not None
    assert one.middle[0] <= one.quantiles[2] <= one.middle[1]


def test_who_is_left_out_is_counted_and_named_only_in_the_list_of_keys(
    known: tuple[Cohort, list[Indices], list[str]],
) -> None:
    found, _, called = known
    told = found.registry
    assert told is not None
    assert told.episodes == SEVERAL + 2
    assert told.used + sum(told.left_out.values()) == told.episodes
    assert told.left_out["numbers that cannot be, or not together"] == 1
    assert found.n == told.used * DRAWS
    folder = found.files[0].parent.parent
    with (folder / "keys.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["episode"]: row for row in csv.DictReader(file)}
    assert "dbp = 80 mmHg is above map = 58 mmHg" in rows["BAD"]["look_at"]
    assert rows["P00"] == {
        "reference": called[0], "episode": "P00", "used": "yes", "why": "", "look_at": "",
    }  # fmt: skip
    table = pl.read_parquet(list(found.files))
    assert set(table["episode"]) <= {row["reference"] for row in rows.values()}
    assert not set(table["episode"]) & set(rows)
    text = str(cohort_data(found))
    assert "P00" not in text
    assert "dbp = 80" not in text


def test_the_measured_table_is_what_was_written(
    known: tuple[Cohort, list[Indices], list[str]],
) -> None:
    found, _, _ = known
    assert found.registry is not None
    of = {one.name: one for one in found.registry.measured}
    assert of["map"].n == found.registry.used
    # What is measured to within a few mmHg is met to within a few mmHg.
    assert of["map"].fitted[1] == pytest.approx(of["map"].measured[1], abs=3.0)
    assert of["hr"].fitted == of["hr"].measured


def test_a_registry_of_one_is_the_patient_alone(tmp_path: Path) -> None:
    registry = memory(standard())
    fill(registry, {"E1": [({"nominal": "pre"}, {**PRE, "hb": 95.0})]}, none=["E1"],
         episode={"E1": {"bsa_m2": 1.8}})  # fmt: skip
    found = cohort_of_registry(registry, [("impella-cp:level=P6",)], tmp_path, draws=0)
    alone = simulate({**PRE, "hb": 95.0, "bsa_m2": 1.8}, "impella-cp:level=P6")
    assert found.n == 1
    for one in found.summary:
        value = alone.scenarios[found.scenarios.index(one.scenario)].indices[one.index][0]
        assert one.quantiles[2] == pytest.approx(value, rel=1e-3, abs=1e-6, nan_ok=True), one
    many = cohort_of_registry(registry, [], tmp_path / "many", draws=64)
    ranged = simulate({**PRE, "hb": 95.0, "bsa_m2": 1.8}, draws=200).scenarios[0].ranges
    for one in many.summary:
        if one.index in ("map", "pcwp", "edv", "total_flow", "stroke_work", "svo2"):
            low, high = ranged[one.index]
            assert one.quantiles[0] == pytest.approx(low, abs=0.4 * (high - low)), one
            assert one.quantiles[4] == pytest.approx(high, abs=0.4 * (high - low)), one


@pytest.mark.parametrize(
    ("kind", "setting", "value", "word"),
    [
        ("ecls", "flow_lmin", 3.0, "ecls:flow=3"),
        ("impella-cp", "impella_p", 6, "impella-cp:level=P6"),
    ],
)
def test_a_patient_measured_on_a_device_is_simulated_without_it(
    kind: str, setting: str, value: float, word: str, tmp_path: Path
) -> None:
    registry = memory(standard())
    values = {**PRE, "map": 70.0, "pcwp": 22.0, "co": 2.4 if kind == "ecls" else 3.9}
    on = {**values, setting: value}
    fill(
        registry, {"E1": [({"nominal": "24h"}, on)], "E2": [({"nominal": "24h"}, PRE)]},
        devices=[("E1", kind, 0.0, 90.0)], none=["E2"],
    )  # fmt: skip
    found = cohort_of_registry(registry, [(word,)], tmp_path, draws=0, at="24h")
    assert found.registry is not None
    assert found.registry.on == {word: 1, "none": 1}
    of = references(registry)
    table = pl.read_parquet(list(found.files)).filter(pl.col("episode") == of["E1"])
    alone = simulate_on(values, word)
    for scenario in alone.scenarios:
        row = table.filter(pl.col("scenario") == ("+".join(scenario.words) or "none"))
        for name in ("map", "pcwp", "edv"):
            assert row[f"index.{name}"][0] == pytest.approx(scenario.indices[name][0], rel=2e-3)
    with_it = alone.scenarios[1].indices
    assert with_it["map"][0] == pytest.approx(70.0, abs=6.0)


def simulate_on(values: Mapping[str, float], device: str) -> Any:
    """A patient measured on a device, without and with it."""
    from afterload.actions.simulate_patient import find_patient

    return run(find_patient(values, [device]), [placed(device)])


def test_the_same_seed_gives_the_same_and_resampling_is_of_the_same_patients(
    tmp_path: Path,
) -> None:
    registry = memory(standard())
    sets = {f"E{k}": [({"nominal": "pre"}, {**PRE, "map": 55.0 + 3 * k})] for k in range(3)}
    fill(registry, sets, none=list(sets))
    found = [
        cohort_of_registry(registry, [], tmp_path / str(k), n=50, draws=8, seed=seed)
        for k, seed in enumerate((1, 1, 2))
    ]
    a, b, c = (pl.read_parquet(list(one.files)).sort("patient") for one in found)
    assert a.equals(b)
    assert not a.select("episode", "lv.ees").equals(c.select("episode", "lv.ees"))
    whole = cohort_of_registry(registry, [], tmp_path / "whole", draws=8)
    every = pl.read_parquet(list(whole.files))
    assert every.height == 3 * 8
    assert sorted(every["episode"].value_counts()["count"]) == [8, 8, 8]
    assert set(a["lv.ees"]) <= set(every["lv.ees"])
    assert set(a["episode"]) == set(references(registry).values())


def test_both_engines_and_a_dask_cluster_give_the_same(where: str, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    from afterload.registry import open_registry

    with open_registry(where) as registry:
        sets = {f"E{k}": [({"nominal": "pre"}, {**PRE, "map": 55.0 + 4 * k})] for k in range(2)}
        fill(registry, sets, none=list(sets))
    here = cohort_of_registry(where, [("iabp",)], tmp_path / "here", draws=4)
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        there = cohort_of_registry(
            where, [("iabp",)], tmp_path / "there", draws=4, cluster=cluster.scheduler_address
        )
    a, b = (pl.read_parquet(list(c.files)).sort("scenario", "patient") for c in (here, there))
    assert a["episode"].to_list() == b["episode"].to_list()
    for name in ("lv.ees", "index.map", "index.stroke_work"):
        np.testing.assert_allclose(a[name].to_numpy(), b[name].to_numpy(), rtol=1e-6)


def test_what_cannot_be_done_is_said_in_a_sentence(tmp_path: Path) -> None:
    registry = memory(standard())
    fill(registry, {"E1": [({"nominal": "pre"}, {**PRE, "dbp": 90.0})],
                    "E2": [({"nominal": "pre"}, PRE)]}, none=["E1"])  # fmt: skip
    with pytest.raises(InputError, match=r"not together \(1\)"):
        cohort_of_registry(registry, [], tmp_path / "a")
    assert not (tmp_path / "a" / "patients").exists()
    with pytest.raises(InputError, match="draws of each"):
        cohort_of_registry(registry, [], tmp_path / "b", draws=-1)
    with pytest.raises(InputError, match="--n 1 or more"):
        cohort_of_registry(registry, [], tmp_path / "b", n=0)
    with pytest.raises(UnknownName, match="impella"):
        cohort_of_registry(registry, [("impela-cp",)], tmp_path / "b")
    (tmp_path / "keys.csv").write_text("mine", "utf-8")
    with pytest.raises(InputError, match="is there already"):
        cohort_of_registry(registry, [], tmp_path / "b", keys=tmp_path / "keys.csv")


# ---- intervals of medians, and what may be told ------------------------------------------------


def test_the_interval_of_a_median_covers_it_at_its_rate() -> None:
    """Against the truth: patients from a normal distribution whose median is 0."""
    rng, inside = np.random.default_rng(3), 0
    for trial in range(200):
        people = rng.standard_normal(25)
        values = np.repeat(people, 4) + 0.3 * rng.standard_normal(100)
        ends = middle(values, np.repeat(np.arange(25), 4), trial)
        inside += ends[0] <= 0.0 <= ends[1]
    assert 0.85 <= inside / 200 <= 0.97
    inside = 0
    for trial in range(200):
        ends = middle(rng.standard_normal(25), None, trial)
        inside += ends[0] <= 0.0 <= ends[1]
    assert 0.85 <= inside / 200 <= 0.97


def sampled(**left_out: int) -> Sampled:
    used = 60
    return Sampled(
        used + sum(left_out.values()), used, left_out, "at pre", 8, False,
        (Known("map", 60, (50.0, 60.0, 70.0), (50.0, 60.0, 70.0)),
         Known("pcwp", 57, (10.0, 20.0, 30.0), (10.0, 20.0, 30.0)),
         Known("lvedd", 3, (50.0, 60.0, 70.0), (50.0, 60.0, 70.0))),
        {"none": 58, "iabp": 2},
    )  # fmt: skip


def test_small_counts_are_withheld_with_what_tells_them() -> None:
    counts = counts_of(sampled(few=3, nothing=20), 5)
    assert counts.left_out["few"] == "<5"
    assert counts.measured["lvedd"] == "<5"
    assert counts.on["iabp"] == "<5"
    assert "[c]" in (counts.on["none"], counts.used)
    assert counts.measured["pcwp"] == "[c]"  # 60 in all and 57 would tell 3 without
    known_left = [n for n in counts.left_out.values() if isinstance(n, int)]
    assert not (isinstance(counts.episodes, int) and isinstance(counts.used, int)
                and len(known_left) == 1)  # fmt: skip
    assert counts_of(sampled(few=3)).left_out == {"few": 3}
    with pytest.raises(InputError, match="withholds nothing"):
        counts_of(sampled(), 1)


def test_numbers_of_too_few_patients_are_withheld(
    known: tuple[Cohort, list[Indices], list[str]], tmp_path: Path
) -> None:
    from rich.console import Console

    found, _, _ = known
    told = disclose_cohort(found, 5)
    assert math.isnan(told.summary[0].quantiles[0])  # the 5th percentile of 12 is one patient
    assert told.summary[0].quantiles[2] == found.summary[0].quantiles[2]
    data = cohort_data(told, 5)
    assert {one["n"] for one in data["registry"]["left_out"]} == {"<5"}
    none = disclose_cohort(found, 20)
    assert all(math.isnan(q) for one in none.summary for q in one.quantiles)
    console = Console(width=80, record=True)
    console.print(cohort_view(told, 5))
    text = console.export_text()
    assert "left out: numbers that cannot be, or not together" in text
    assert "nan" not in text
