"""MIMIC-IV demo 2.2 (doi:10.13026/dp1f-ex47) in CLIF 2.1: labs, vitals, infusions, in one import.

What the registry holds is compared with what polars reads from the same files by itself.
"""

from __future__ import annotations

import math
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from afterload.actions import record
from afterload.actions.record import Imported
from afterload.registry.store import Registry

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CLIF = SHARED / "data" / "clif_mimic_iv_demo"
PLAN = Path(__file__).resolve().parent / "maps" / "clif.toml"
MEDICATION = "medication_admin_continuous"
NAMES = ("patient", "hospitalization", "labs", "vitals", MEDICATION)
FILES = [CLIF / f"clif_{name}.parquet" for name in NAMES]
NOW = datetime(2026, 3, 1)

pytestmark = pytest.mark.skipif(not CLIF.is_dir(), reason=f"the CLIF demo is not at {CLIF}")


@pytest.fixture(scope="module")
def clif(tmp_path_factory: pytest.TempPathFactory) -> tuple[Registry, Imported]:
    registry = record.create(tmp_path_factory.mktemp("clif") / "r.db", who="test", now=NOW)
    done = record.import_files(registry, FILES, PLAN, who="test", why="test", now=NOW)
    return registry, done


@pytest.fixture(scope="module")
def sets(clif: tuple[Registry, Imported]) -> pl.DataFrame:
    columns = record.rows(clif[0], "observation")
    kept = {n: v for n, v in columns.items() if n not in ("entered", "accepted", "missing")}
    return pl.DataFrame(kept, infer_schema_length=None, strict=False)


def test_everybody_is_there_in_one_transaction(clif: tuple[Registry, Imported]) -> None:
    registry, done = clif
    assert done.entry is not None
    assert (done.entry.id, done.entry.counts["patient"], done.entry.counts["episode"]) == (
        2,
        100,
        310,
    )
    assert done.entry.origin.count("sha256:") == 5
    sexes = record.rows(registry, "patient")["sex"]
    assert (sexes.count("male"), sexes.count("female")) == (57, 43)
    assert record.rows(registry, "outcome")["discharge_dest"].count("died") == 17


LABS = {
    "lactate": ("lactate", 1.0), "ph_arterial": ("ph", 1.0), "creatinine": ("creatinine", 88.42),
    "bilirubin_total": ("bilirubin", 17.1), "hemoglobin": ("hb", 10.0),
    "platelet_count": ("platelets", 1.0), "albumin": ("albumin", 10.0), "sodium": ("sodium", 1.0),
    "ast": ("ast", 1.0), "troponin_t": ("troponin_t", 1.0),
}  # fmt: skip


@pytest.mark.parametrize("word", LABS)
def test_every_lab_value_is_there_in_the_registrys_unit(sets: pl.DataFrame, word: str) -> None:
    name, factor = LABS[word]
    raw = pl.read_parquet(CLIF / "clif_labs.parquet").filter(pl.col("lab_category") == word)
    values = raw["lab_value_numeric"].drop_nulls() * factor
    low = {"creatinine": 10.0}.get(name, -math.inf)
    expected = values.filter(values >= low).sort()
    ours = sets[name].drop_nulls().cast(pl.Float64).sort()
    assert len(ours) == len(expected)
    assert ours.to_list() == pytest.approx(expected.to_list(), rel=1e-12)


VITALS = {"heart_rate": "hr", "respiratory_rate": "resp_rate", "sbp": "sbp", "dbp": "dbp"}


@pytest.mark.parametrize("word", VITALS)
def test_every_vital_sign_is_there_at_its_time(sets: pl.DataFrame, word: str) -> None:
    raw = pl.read_parquet(CLIF / "clif_vitals.parquet").filter(pl.col("vital_category") == word)
    at = pl.col("recorded_dttm").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    expected = raw.select("hospitalization_id", at.cast(pl.Datetime("us")), "vital_value").rows()
    ours = sets.select("episode", "at", VITALS[word]).drop_nulls(VITALS[word]).rows()
    assert sorted(ours) == sorted(expected)


def test_a_set_is_what_was_measured_at_one_time(sets: pl.DataFrame) -> None:
    raw = pl.read_parquet(CLIF / "clif_vitals.parquet")
    word, value = pl.col("vital_category"), pl.col("vital_value")
    kept = raw.filter(
        word.is_in(["sbp", "dbp", "heart_rate"]) | ((word == "map") & value.is_between(0, 250))
    )
    groups = kept.group_by("hospitalization_id", "recorded_dttm").agg(word.n_unique().alias("n"))
    full = sets.select("sbp", "dbp", "map", "hr").drop_nulls()
    assert full.height == groups["n"].eq(4).sum()


def test_what_cannot_be_is_left_out_and_counted(
    clif: tuple[Registry, Imported], sets: pl.DataFrame
) -> None:
    blanked = {t.name: t.blanked for t in clif[1].report.tallies if t.blanked}
    raw = pl.read_parquet(CLIF / "clif_vitals.parquet")

    def outside(word: str, low: float, high: float) -> int:
        values = raw.filter(pl.col("vital_category") == word)["vital_value"]
        return int((~values.is_between(low, high)).sum())

    assert blanked["map"] == outside("map", 0, 250) == 20
    assert blanked["temp_c"] == outside("temp_c", 20, 44) == 3
    assert blanked["height_cm"] == outside("height_cm", 100, 230) == 2
    assert blanked["spo2"] == outside("spo2", 30, 100) == 1
    assert blanked["weight_kg"] == outside("weight_kg", 25, 350)
    assert sets["map"].max() <= 250  # type: ignore[operator]


def test_times_are_universal_and_it_is_told(clif: tuple[Registry, Imported]) -> None:
    registry, done = clif
    stays = pl.read_parquet(CLIF / "clif_hospitalization.parquet")
    at = pl.col("admission_dttm").dt.convert_time_zone("UTC").dt.replace_time_zone(None)
    expected = dict(stays.select("hospitalization_id", at).rows())
    episode = record.rows(registry, "episode")
    assert dict(zip(episode["key"], episode["t0"], strict=True)) == expected
    notes = [note for one in done.report.files for note in one.notes]
    assert sum("kept as UTC" in note for note in notes) == 5


def test_the_first_weight_and_height_count(clif: tuple[Registry, Imported]) -> None:
    raw = pl.read_parquet(CLIF / "clif_vitals.parquet")
    raw = raw.filter(
        pl.col("vital_category") == "weight_kg", pl.col("vital_value").is_between(25, 350)
    )
    first = raw.sort("recorded_dttm", maintain_order=True).group_by(
        "hospitalization_id", maintain_order=True
    ).first()  # fmt: skip
    expected = dict(first.select("hospitalization_id", "vital_value").rows())
    episode = record.rows(clif[0], "episode")
    ours = zip(episode["key"], episode["weight_kg"], strict=True)
    assert {key: weight for key, weight in ours if weight is not None} == expected


DRUGS = {
    "norepinephrine": ("norepi", 1155), "phenylephrine": ("phenylephrine", 782),
    "vasopressin": ("vasopressin", 100), "dobutamine": ("dobutamine", 64),
    "epinephrine": ("epi", 45), "dopamine": ("dopamine", 38), "milrinone": ("milrinone", 21),
}  # fmt: skip
"""Every vasoactive drug of the demo, its name here, and its rows."""

Given = tuple[str, str, datetime, datetime | None, float, str]


def expected_infusions() -> list[Given]:
    """Each row of an order until its next one, written out row by row without polars' windows."""
    raw = pl.read_parquet(CLIF / f"clif_{MEDICATION}.parquet")
    orders: dict[tuple[str, str, str], list[tuple[datetime, float, str]]] = {}
    for row in raw.iter_rows(named=True):
        if row["med_category"] in DRUGS:
            order = (row["hospitalization_id"], row["med_order_id"], row["med_category"])
            at = row["admin_dttm"].astimezone(UTC).replace(tzinfo=None)
            orders.setdefault(order, []).append((at, row["med_dose"], row["med_dose_unit"]))
    made: list[Given] = []
    for (episode, _, word), rates in orders.items():
        rates.sort()
        for place, (at, dose, unit) in enumerate(rates):
            until = rates[place + 1][0] if place + 1 < len(rates) else None
            rate, kept = {
                "mcg/kg/min": (dose, "ug/kg/min"), "units/hour": (dose / 60, "[IU]/min"),
            }[unit]  # fmt: skip
            made.append((episode, DRUGS[word][0], at, until, rate, kept))
    return made


def test_every_vasoactive_infusion_is_there_with_its_times(clif: tuple[Registry, Imported]) -> None:
    held = record.rows(clif[0], "infusion")
    columns = (held[name] for name in ("episode", "drug", "start", "stop", "rate", "unit"))
    ours = sorted(zip(*columns, strict=True), key=str)
    expected = sorted(expected_infusions(), key=str)
    assert len(ours) == len(expected) == 2205
    for one, other in zip(ours, expected, strict=True):
        assert (*one[:4], one[5]) == (*other[:4], other[5])
        assert one[4] == pytest.approx(other[4], rel=1e-12)
    for drug, count in DRUGS.values():
        assert held["drug"].count(drug) == count
    entered = dict(zip(held["drug"], held["entered"], strict=True))
    assert entered["vasopressin"]["rate"].endswith("units/hour")
    assert entered["norepi"] is None


def test_an_infusion_stops_where_the_demo_says_it_stops(clif: tuple[Registry, Imported]) -> None:
    """A rate of 0 stands exactly where the administration record says stop."""
    raw = pl.read_parquet(CLIF / f"clif_{MEDICATION}.parquet").filter(
        pl.col("med_category").is_in(list(DRUGS)), pl.col("mar_action_category") == "stop"
    )
    rates = record.rows(clif[0], "infusion")["rate"]
    assert sum(rate == 0 for rate in rates) == raw.height == 455


def test_infusions_told_again_are_passed_over(clif: tuple[Registry, Imported]) -> None:
    again = record.import_files(
        clif[0], FILES, PLAN, who="test", why="test", now=NOW, again=True, dry_run=True
    )
    assert again.would is not None
    assert again.would.passed["infusion"] == 2205
    assert again.would.counts == {}


def test_the_registry_of_the_demo_holds(clif: tuple[Registry, Imported]) -> None:
    about = [f for f in record.verify(clif[0]).findings if f.table == "infusion"]
    assert [f for f in about if f.severity == "error"] == []
