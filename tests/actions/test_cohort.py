"""Virtual patients and an in-silico trial of devices on them."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from afterload.actions import cohort as module
from afterload.actions import cohort_work, cohort_write
from afterload.actions.cohort import Cohort, cohort
from afterload.actions.simulate import simulate
from afterload.actions.simulate_patient import find_patient
from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.cohort import FREE, Spread, draw
from afterload.hemodynamics.patient.gas import GAS
from afterload.report.cohort_text import COLUMNS, cohort_data, cohort_view, summary_csv

OPTIONS = (("iabp",), ("impella-cp:level=P6",))


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    return cohort(find_patient("ami-lv-shock"), OPTIONS, 40, tmp_path_factory.mktemp("a"), seed=7)


def test_factors_are_log_normal_around_the_patient() -> None:
    base = {name: float(v[0]) for name, v in find_patient("normal").parameters.items()}
    drawn = draw(base, 20_000, Spread(0.5), np.random.default_rng(1))
    for free in FREE:
        if free.name == "stressed":
            continue
        name = (free.scales or (free.name,))[0]
        logs = np.log(drawn[name] / base[name])
        assert logs.mean() == pytest.approx(0, abs=4 * 0.5 * free.sd / np.sqrt(20_000)), free.name
        assert logs.std() == pytest.approx(0.5 * free.sd, rel=0.03), free.name
    beds = [drawn[f"{bed}.r"] / base[f"{bed}.r"] for bed in ("head", "viscera", "legs")]
    assert np.allclose(beds[0], beds[1])
    assert np.allclose(beds[0], beds[2])


def test_no_spread_makes_the_patient_again(tmp_path: Path) -> None:
    alike = cohort(find_patient("ami-lv-shock"), [("iabp",)], 3, tmp_path, spread=Spread(0.0))
    alone = simulate("ami-lv-shock", "iabp")
    for one in alike.summary:
        if one.index in ("map", "pcwp", "stroke_work"):
            place = alike.scenarios.index(one.scenario)
            value = float(alone.scenarios[place].indices[one.index][0])
            assert one.quantiles == pytest.approx([value] * 5, rel=1e-3), one


def test_the_summary_is_what_the_files_say(found: Cohort) -> None:
    table = pl.read_parquet(list(found.files))
    assert table.height == 40 * 3
    assert found.scenarios == ("none", "iabp", "impella-cp:level=P6")
    by = {
        s: table.filter(pl.col("scenario") == s).sort("patient")["index.map"].to_numpy()
        for s in found.scenarios
    }
    told = {s.scenario: s for s in found.summary if s.index == "map"}
    for scenario, values in by.items():
        known = values[~np.isnan(values)]
        assert told[scenario].n == len(known)
        assert told[scenario].quantiles[2] == pytest.approx(np.median(known))
    change = by["iabp"] - by["none"]
    assert told["iabp"].change is not None
    assert told["iabp"].change[2] == pytest.approx(np.nanmedian(change))
    assert told["iabp"].rises == pytest.approx(np.mean(change > 0))
    assert told["none"].change is None


def test_chunks_do_not_change_who_is_drawn_and_any_number_of_workers_agrees(
    found: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = cohort(find_patient("ami-lv-shock"), OPTIONS, 40, tmp_path, seed=7)
    a, b = (pl.read_parquet(list(c.files)).sort("scenario", "patient") for c in (found, again))
    assert a.select("patient", "scenario", "lv.ees", "blood.volume").equals(
        b.select("patient", "scenario", "lv.ees", "blood.volume")
    )
    other = cohort(find_patient("ami-lv-shock"), [], 40, tmp_path / "other", seed=8)
    c = pl.read_parquet(list(other.files))
    assert not np.allclose(c["lv.ees"].to_numpy(), b.filter(pl.col("scenario") == "none")["lv.ees"])


def test_a_dask_cluster_gives_the_same_patients(found: Cohort, tmp_path: Path) -> None:
    distributed = pytest.importorskip("distributed", reason="distributed is not installed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=1, processes=False, dashboard_address=None, protocol="tcp"
    ) as cluster:
        there = cohort(
            find_patient("ami-lv-shock"), OPTIONS, 40, tmp_path, seed=7,
            cluster=cluster.scheduler_address,
        )  # fmt: skip
    a, b = (pl.read_parquet(list(c.files)).sort("scenario", "patient") for c in (found, there))
    for name in ("lv.ees", "index.map", "index.stroke_work"):
        np.testing.assert_allclose(a[name].to_numpy(), b[name].to_numpy(), rtol=1e-6)


def test_more_chunks_than_one_are_shared_and_all_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 8)
    monkeypatch.setattr(cohort_write, "PER_FILE", 16)
    monkeypatch.setattr(cohort_work, "cores", lambda: 1)
    told: list[float] = []
    many = cohort(
        find_patient("normal"), [], 20, tmp_path, progress=lambda _, share: told.append(share)
    )
    assert [path.name for path in many.files] == [f"part-0000{k}.parquet" for k in range(2)]
    table = pl.read_parquet(list(many.files))
    assert sorted(table["patient"]) == list(range(20))
    assert told[-1] == 1.0


def test_the_summary_as_csv_and_data(found: Cohort, tmp_path: Path) -> None:
    path = tmp_path / "summary.csv"
    path.write_text(summary_csv(found), "utf-8")
    table = pl.read_csv(path)
    assert tuple(table.columns) == COLUMNS
    assert table.height == len(found.summary)
    data = cohort_data(found)
    assert all(
        x is None or isinstance(x, (int, str)) or math.isfinite(x)
        for row in data["summary"]
        for x in row.values()
    )


def test_a_ventilation_told_as_the_usual_one_is_told(tmp_path: Path) -> None:
    usual = {"base": "normal", "lung.minute_ventilation": GAS["lung.minute_ventilation"]}
    for number, who in enumerate((usual, {"base": "normal"})):
        alike = cohort(
            find_patient(who), [("ecls:flow=4",)], 2, tmp_path / str(number), spread=Spread(0.0)
        )  # fmt: skip
        alone = simulate(who, "ecls:flow=4")
        for one in alike.summary:
            if one.n and one.index in ("sweep_lmin", "paco2", "pao2", "svo2"):
                place = alike.scenarios.index(one.scenario)
                value = float(alone.scenarios[place].indices[one.index][0])
                assert one.quantiles[2] == pytest.approx(value, rel=1e-2), one
    told, not_told = (
        pl.read_parquet(tmp_path / str(k) / "patients" / "*.parquet").filter(
            pl.col("scenario") == "ecls:flow=4"
        )["index.sweep_lmin"][0]
        for k in (0, 1)
    )
    assert told != pytest.approx(not_told, rel=0.05)


def test_a_measured_patient_is_as_he_was_measured(tmp_path: Path) -> None:
    measured = {"hr": 104, "map": 66, "cvp": 12, "pcwp": 22, "co": 2.6, "lvef": 22}
    subject = find_patient(measured, ["iabp"])
    found = cohort(subject, [("iabp",)], 60, tmp_path)
    table = pl.read_parquet(list(found.files))
    # Those who fit have the feedbacks of shock, drawn as for the intervals of one patient.
    gains = table["perfusion.gain"].to_numpy()
    assert gains.min() >= 0.4
    assert gains.max() <= 0.5
    assert np.ptp(gains) > 0.05
    # With the balloon that ran he is what was measured; without it he is not.
    told = {s.scenario: s.quantiles[2] for s in found.summary if s.index == "map"}
    assert told["iabp"] == pytest.approx(66, abs=2.5)
    assert "episode" not in table.columns


def test_a_lone_patient_in_the_last_chunk_has_the_same_columns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "CHUNK", 8)
    monkeypatch.setattr(cohort_write, "PER_FILE", 8)
    monkeypatch.setattr(cohort_work, "cores", lambda: 1)
    found = cohort(find_patient("normal"), [], 9, tmp_path)
    first, last = (pl.read_parquet(path).columns for path in found.files)
    assert [name for name in first if not name.startswith("index.")] == [
        name for name in last if not name.startswith("index.")
    ]
    assert "lv.ees" in last


def test_bad_asks_are_refused(tmp_path: Path) -> None:
    who = find_patient("normal")
    with pytest.raises(InputError, match="--n 1 or more"):
        cohort(who, [], 0, tmp_path / "a")
    with pytest.raises(UnknownName, match="impella"):
        cohort(who, [("impela-cp",)], 2, tmp_path / "b")
    with pytest.raises(InputError, match="outside 0 to 1"):
        Spread(2.0)
    with pytest.raises(InputError, match="none of what can differ"):
        Spread(0.3, ("lv.height",))
    (tmp_path / "c" / "patients").mkdir(parents=True)
    with pytest.raises(InputError, match="is there already"):
        cohort(who, [], 2, tmp_path / "c")
    with pytest.raises(InputError, match="No Dask scheduler answers"):
        cohort(who, [], 2, tmp_path / "d", cluster="tcp://127.0.0.1:9")
    with pytest.raises(InputError, match="as tcp://host:8786"):
        cohort(who, [], 2, tmp_path / "d", cluster="here")
    assert not (tmp_path / "d" / "patients").exists(), "the same folder can be tried again"


def test_warnings_that_count_patients_are_added_up() -> None:
    told = [
        ("none", "Less oxygen comes than is asked for in 134 of 170 patients."),
        ("none", "Less oxygen comes than is asked for in 19 of 30 patients."),
        ("iabp", "Less oxygen comes than is asked for in 2 of 30 patients."),
        ("ecls", "ecls draws more than comes in 17 % of the beat in 1 of 170 patients: shut."),
        ("ecls", "ecls draws more than comes in 3 % of the beat in 2 of 30 patients: shut."),
        ("ecls", "A curve is general knowledge."),
        ("ecls+iabp", "A curve is general knowledge."),
        ("ecls", "svo2 has no value in 1 of 170 patients: no blood."),
        ("ecls", "ph has no value in 1 of 170 patients: no blood."),
        ("ecls", "ph has no value in 2 of 30 patients: no blood."),
    ]
    assert cohort_write.counted(told, 200) == (
        "No device: Less oxygen comes than is asked for in 153 of 200 patients.",
        "iabp: Less oxygen comes than is asked for in 2 of 200 patients.",
        "ecls: ecls draws more than comes in 3 to 17 % of the beat in 3 of 200 patients: shut.",
        "A curve is general knowledge.",
        "ecls: svo2 has no value in 1 of 200 patients: no blood.",
        "ecls: ph has no value in 3 of 200 patients: no blood.",
    )
    together = [("ecls", f"{name} has no value in 2 of 200 patients: none.") for name in ("a", "b")]
    assert cohort_write.counted(together, 200) == (
        "ecls: a, b have no value in 2 of 200 patients: none.",
    )


def test_the_table_has_words_units_and_no_negative_zero(
    found: Cohort, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console

    monkeypatch.setenv("COLUMNS", "80")
    console = Console(width=80, record=True)
    console.print(cohort_view(found))
    text = console.export_text()
    for words in ("Mean arterial", "mmHg·mL", "iabp", "Virtual patients are nobody"):
        assert words in text
    assert "−0.0" not in text
    assert "…" not in text
