"""Exports: what leaves the registry, what must not, and what the codebook tells of it."""

from __future__ import annotations

import json
import random
from datetime import datetime
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest

from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.registry.batch import Batch, Rows
from afterload.registry.export import CODEBOOK, export, read_tables, write_tables
from afterload.registry.export_deidentified import deidentify
from afterload.registry.ledger import add
from afterload.registry.store import Registry, memory

NOW = datetime(2026, 3, 1)
T0 = datetime(2024, 3, 1, 8)
SECRETS = ("MRN-4711", "STAY-0815", "Saint-Roch", "Dr. Who", "pump 42", "by the book", "typo",
           "because", "Mr Smith", "2024-03", "1931", "54 mg/dL")  # fmt: skip


@pytest.fixture(scope="module")
def registry() -> Registry:
    """Two patients of one centre; every kind of text and time that could tell who they are."""
    made = memory(standard())
    rows = (
        Rows("patient", {"key": ["MRN-4711", "MRN-4712"], "birth_year": [1931, 1960],
                         "sex": ["female", "male"]}),
        Rows("episode", {
            "key": ["MRN-4711/1", "MRN-4712/1"], "patient": ["MRN-4711", "MRN-4712"],
            "centre": ["Saint-Roch", "Beaulieu"], "encounter": ["STAY-0815", "STAY-0816"],
            "t0": [T0, None], "age_years": [92.0, 63.0],
            "hosp_admit_dt": [datetime(2024, 2, 29, 20), None],
        }),
        Rows("run", {"episode": ["MRN-4711/1"], "key": ["1"], "start": [T0]}),
        Rows("device", {"episode": ["MRN-4711/1", "MRN-4712/1"], "run": ["1", None],
                        "kind": ["ecls", "iabp"], "model": ["pump 42", None],
                        "start": [T0, None], "start_h": [None, 0.0],
                        "stop": [datetime(2024, 3, 6, 20), None], "stop_h": [None, 36.0]}),
        Rows("observation", {"episode": ["MRN-4711/1"], "nominal": ["pre"], "lactate": [5.99],
                             "entered": [{"lactate": "54 mg/dL"}]}),
        Rows("infusion", {"episode": ["MRN-4711/1"] * 2, "drug": ["norepi", "Mr Smith's drip"],
                          "rate": [0.2, 1.0], "unit": ["ug/kg/min", "as Mr Smith likes"],
                          "start_h": [0.0, 0.0]}),
        Rows("complication", {"episode": ["MRN-4711/1"], "kind": ["bleeding"],
                              "at": [datetime(2024, 3, 2, 8)], "definition": ["by the book"]}),
        Rows("decision", {"episode": ["MRN-4711/1"], "kind": ["escalation"],
                          "who": ["Dr. Who"], "reason": ["because"], "at_h": [12.0]}),
        Rows("outcome", {"episode": ["MRN-4711/1"], "discharge_dest": ["died"],
                         "death_dt": [datetime(2024, 3, 11, 8)]}),
        Rows("query", {"episode": ["MRN-4711/1"], "question": ["Is it a typo?"],
                       "status": ["open"]}),
    )  # fmt: skip
    add(made, Batch(rows), who="Dr. Who", why="test", now=NOW)
    return made


def deidentified(registry: Registry) -> dict[str, dict[str, list[Any]]]:
    return deidentify(read_tables(registry), registry.shapes, random.Random(7))


def test_a_csv_export_holds_what_the_registry_holds(registry: Registry, tmp_path: Path) -> None:
    done = export(registry, tmp_path / "out")
    assert {path.name for path in done.paths} == {
        "patient.csv", "episode.csv", "run.csv", "device.csv", "observation.csv", "infusion.csv",
        "complication.csv", "decision.csv", "outcome.csv", "query.csv", "codebook.csv",
    }  # fmt: skip
    device = pl.read_csv(tmp_path / "out" / "device.csv", infer_schema=False)
    assert device["kind"].to_list() == ["ecls", "iabp"]
    assert device["start"].to_list() == ["2024-03-01 08:00:00", None]
    observation = pl.read_csv(tmp_path / "out" / "observation.csv", infer_schema=False)
    assert json.loads(observation["entered"][0]) == {"lactate": "54 mg/dL"}


def test_parquet_and_workbook_hold_the_same(registry: Registry, tmp_path: Path) -> None:
    export(registry, tmp_path / "out.parquet")
    export(registry, tmp_path / "out.xlsx")
    book = fastexcel.read_excel(tmp_path / "out.xlsx")
    for name in ("patient", "episode", "device", "outcome", CODEBOOK):
        kept = pl.read_parquet(tmp_path / "out.parquet" / f"{name}.parquet")
        sheet = book.load_sheet(name).to_polars()
        assert sheet.columns == kept.columns
        assert sheet.height == kept.height
    kept = pl.read_parquet(tmp_path / "out.parquet" / "outcome.parquet")
    assert kept["death_dt"].to_list() == [datetime(2024, 3, 11, 8)]
    assert book.load_sheet("outcome").to_polars()["death_dt"].to_list() == [
        datetime(2024, 3, 11, 8)
    ]


def test_nothing_is_written_over_unless_asked(registry: Registry, tmp_path: Path) -> None:
    export(registry, tmp_path / "out")
    before = (tmp_path / "out" / "episode.csv").read_bytes()
    with pytest.raises(InputError, match="is there already"):
        export(registry, tmp_path / "out", deidentified=True)
    assert (tmp_path / "out" / "episode.csv").read_bytes() == before
    export(registry, tmp_path / "out", deidentified=True, force=True)
    assert (tmp_path / "out" / "episode.csv").read_bytes() != before
    (tmp_path / "file").write_text("mine")
    with pytest.raises(InputError, match="is a file; give a folder"):
        export(registry, tmp_path / "file", force=True)


@pytest.mark.parametrize("first", ["out", "out.parquet"])
def test_a_deidentified_export_leaves_nothing_of_the_one_before(
    registry: Registry, tmp_path: Path, first: str
) -> None:
    to = tmp_path / first
    export(registry, to)
    (to / "patient.csv").write_text("MRN-4711")
    (to / "infusion.parquet.part").write_text("MRN-4711")
    with pytest.raises(InputError, match="is there already"):
        export(registry, to, deidentified=True)
    done = export(registry, to, deidentified=True, force=True)
    assert {path.name for path in to.iterdir()} == {path.name for path in done.paths}
    assert "query" not in {path.stem for path in done.paths}


@pytest.mark.parametrize("name", ["notes.txt", "registry.xlsx", "patients.csv"])
def test_a_deidentified_export_does_not_join_files_nobody_knows(
    registry: Registry, tmp_path: Path, name: str
) -> None:
    to = tmp_path / "out"
    export(registry, to)
    (to / name).write_text("MRN-4711")
    before = {path.name: path.read_bytes() for path in to.iterdir()}
    with pytest.raises(InputError, match=f"{name} is not of an export"):
        export(registry, to, deidentified=True, force=True)
    assert {path.name: path.read_bytes() for path in to.iterdir()} == before


@pytest.mark.parametrize("text", ["=1+1", "+49 1", "-x", "@cmd", "\tx", "=HYPERLINK(1)"])
def test_a_text_cannot_run_as_a_formula(tmp_path: Path, text: str) -> None:
    tables = {"t": {"note": [text, "plain", None], "value": [-1.5, 2.0, None]}}
    write_tables(tables, tmp_path / "out")
    write_tables(tables, tmp_path / "out.xlsx")
    write_tables(tables, tmp_path / "out.parquet")
    csv = pl.read_csv(tmp_path / "out" / "t.csv")
    assert csv["note"].to_list() == [f"'{text}", "plain", None]
    assert csv["value"].to_list() == [-1.5, 2.0, None]
    sheet = fastexcel.read_excel(tmp_path / "out.xlsx").load_sheet("t").to_polars()
    assert sheet["note"].to_list()[:2] == [f"'{text}", "plain"]
    assert pl.read_parquet(tmp_path / "out.parquet" / "t.parquet")["note"][0] == text


def test_a_deidentified_export_tells_nobody_who_it_was(registry: Registry, tmp_path: Path) -> None:
    done = export(registry, tmp_path / "out", deidentified=True, rng=random.Random(7))
    everything = "\n".join(path.read_text("utf-8") for path in done.paths if path.stem != CODEBOOK)
    for secret in SECRETS:
        assert secret not in everything, secret
    assert "query" not in done.rows
    assert "MRN-4711" in "\n".join(
        path.read_text() for path in export(registry, tmp_path / "plain").paths
    )


def test_times_become_days_from_t0(registry: Registry) -> None:
    tables = deidentified(registry)
    device = dict(zip(tables["device"]["kind"], tables["device"]["stop_d"], strict=True))
    assert device == {"ecls": 5.5, "iabp": 1.5}
    assert tables["outcome"]["death_dt_d"] == [10.0]
    assert tables["complication"]["at_d"] == [1.0]
    assert tables["decision"]["at_d"] == [0.5]
    assert sorted(x for x in tables["episode"]["hosp_admit_dt_d"] if x is not None) == [-0.5]
    for columns in tables.values():
        for values in columns.values():
            assert not any(isinstance(value, datetime) for value in values)


def test_old_ages_are_grouped_and_the_codebook_says_so(registry: Registry, tmp_path: Path) -> None:
    assert sorted(deidentified(registry)["episode"]["age_years"]) == [63.0, 90.0]
    export(registry, tmp_path / "out.parquet", deidentified=True)
    book = pl.read_parquet(tmp_path / "out.parquet" / f"{CODEBOOK}.parquet")
    (row,) = book.filter(pl.col("column") == "age_years").to_dicts()
    assert row["note"] == "90 stands for 90 or older"


def test_links_hold_between_new_keys(registry: Registry) -> None:
    tables = deidentified(registry)
    patients = dict(zip(tables["patient"]["key"], tables["patient"]["sex"], strict=True))
    episode = tables["episode"]
    ages = {key: (age, patients[patient]) for key, age, patient in zip(
        episode["key"], episode["age_years"], episode["patient"], strict=True)}  # fmt: skip
    assert sorted(ages.values()) == [(63.0, "male"), (90.0, "female")]
    assert ages[tables["outcome"]["episode"][0]] == (90.0, "female")
    on_run = dict(zip(tables["device"]["kind"], tables["device"]["run"], strict=True))
    assert on_run == {"ecls": tables["run"]["key"][0], "iabp": None}
    assert sorted(episode["centre"]) == ["C1", "C2"]


def test_keys_are_new_every_time_and_order_tells_nothing(registry: Registry) -> None:
    one, two = (deidentify(read_tables(registry), registry.shapes, random.Random(seed))
                for seed in (1, 2))  # fmt: skip
    assert set(one["patient"]["key"]).isdisjoint(two["patient"]["key"])
    orders = {
        tuple(
            deidentify(read_tables(registry), registry.shapes, random.Random(s))["patient"]["sex"]
        )
        for s in range(20)
    }
    assert orders == {("female", "male"), ("male", "female")}
    assert "id" not in one["patient"]


def test_drugs_the_vocabulary_knows_stay_and_others_do_not(registry: Registry) -> None:
    infusion = deidentified(registry)["infusion"]
    assert sorted(zip(infusion["drug"], infusion["unit"], strict=True), key=str) == [
        ("norepi", "ug/kg/min"), ("other", None)
    ]  # fmt: skip


def test_the_codebook_has_a_line_for_every_column(registry: Registry, tmp_path: Path) -> None:
    for to, hidden in (("plain.parquet", False), ("hidden.parquet", True)):
        done = export(registry, tmp_path / to, deidentified=hidden)
        book = pl.read_parquet(tmp_path / to / f"{CODEBOOK}.parquet")
        for path in done.paths:
            if path.stem == CODEBOOK:
                continue
            frame = pl.read_parquet(path)
            lines = book.filter(pl.col("table") == path.stem)
            assert lines["column"].to_list() == frame.columns
            assert lines["n"].to_list() == [frame[c].count() for c in frame.columns]
            assert lines["missing"].to_list() == [frame[c].null_count() for c in frame.columns]
            assert lines["label"].null_count() == 0
    (lactate,) = book.filter(pl.col("column") == "lactate").to_dicts()
    assert (lactate["unit"], lactate["low"], lactate["high"]) == ("mmol/L", 0.1, 40.0)
    assert "32693-4" in lactate["codes"]
    (death,) = book.filter(pl.col("column") == "death_dt_d").to_dicts()
    assert (death["label"], death["unit"], death["type"]) == (
        "Death, days from t0", "d", "number"
    )  # fmt: skip
    (sex,) = book.filter(pl.col("column") == "sex").to_dicts()
    assert sex["choices_fr"] == "female = Femme; male = Homme; unknown = Inconnu"


def test_a_place_that_cannot_be_written_is_told(registry: Registry, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written"):
        export(registry, tmp_path / "file" / "out")
