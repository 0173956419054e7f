"""The ECMO cohort of Langen (J Intensive Care 2018, doi:10.1186/s40560-018-0352-2), imported.

Its abstract tells 54 patients with lung failure, 58 with cardiogenic and 19 with septic shock, and
54, 59 and 58 % of them dead in hospital. `qc_flags.csv` lists six cells that cannot be right.
"""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from afterload.actions import record
from afterload.core.errors import BadCells, InputError
from afterload.registry.convert import Converted
from afterload.registry.store import Registry

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
LANGEN = SHARED / "data" / "ecmo_langen_2018"
MAPS = Path(__file__).resolve().parent / "maps"
TIDY = LANGEN / "langen_ecmo_tidy.csv"
NOW = datetime(2026, 3, 1)
NOTES = ("id", "root", "entered", "accepted", "missing")

pytestmark = pytest.mark.skipif(not LANGEN.is_dir(), reason=f"the Langen cohort is not at {LANGEN}")


def imported(tmp: Path, name: str, files: list[Path]) -> Registry:
    plan = MAPS / f"{name}.toml"
    registry = record.create(tmp / f"{name}.db", maps=[plan], who="test", now=NOW)
    record.import_files(registry, files, plan, who="test", why="test", now=NOW)
    return registry


@pytest.fixture(scope="module")
def tidy(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    return imported(tmp_path_factory.mktemp("langen"), "langen_tidy", [TIDY])


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    files = sorted((LANGEN / "original").glob("*.xlsx"))
    return imported(tmp_path_factory.mktemp("langen"), "langen_original", files)


def content(registry: Registry, table: str) -> list[tuple[str, ...]]:
    """What a table says, row by row, without who wrote it where."""
    columns = {n: v for n, v in record.rows(registry, table).items() if n not in NOTES}
    return sorted(tuple(map(str, row)) for row in zip(*columns.values(), strict=True))


def test_everybody_is_there(tidy: Registry) -> None:
    groups = record.rows(tidy, "episode")["langen_group"]
    counts = {group: groups.count(group) for group in set(groups)}
    assert counts == {"lung_failure": 54, "cardiogenic_shock": 58, "septic_shock": 19}
    assert len(record.rows(tidy, "patient")["key"]) == 131


def test_hospital_mortality_is_that_of_the_abstract(tidy: Registry, original: Registry) -> None:
    for registry in (tidy, original):
        episode, outcome = (record.rows(registry, table) for table in ("episode", "outcome"))
        group = dict(zip(episode["key"], episode["langen_group"], strict=True))
        dead: dict[str, list[bool]] = {}
        for key, destination in zip(outcome["episode"], outcome["discharge_dest"], strict=True):
            dead.setdefault(group[key], []).append(destination == "died")
        percent = {name: round(100 * sum(d) / len(d)) for name, d in dead.items()}
        assert percent == {"lung_failure": 54, "cardiogenic_shock": 59, "septic_shock": 58}


@pytest.mark.parametrize(
    "table",
    ["patient", "episode", "run", "device", "complication", "outcome"],
)
def test_the_five_workbooks_say_the_same_as_the_tidy_table(
    tidy: Registry, original: Registry, table: str
) -> None:
    assert content(tidy, table) == content(original, table)


def test_the_five_workbooks_say_the_same_measurements(tidy: Registry, original: Registry) -> None:
    one, two = content(tidy, "observation"), content(original, "observation")
    assert len(one) == 239
    assert one == two


def test_lactate_is_the_tidy_tables_own_conversion(tidy: Registry) -> None:
    sets = record.rows(tidy, "observation")
    lactate = {
        (key, point): value
        for key, point, value in zip(sets["episode"], sets["nominal"], sets["lactate"], strict=True)
    }
    compared = 0
    with TIDY.open(newline="") as stream:
        for row in csv.DictReader(stream):
            for column, point in (("lactate_pre_mmoll", "pre"), ("lactate_day2_mmoll", "48h")):
                ours = lactate.get((row["patient_id"], point))
                if not row[column]:
                    assert ours is None
                else:
                    assert ours == pytest.approx(float(row[column]), abs=0.005001)
                    compared += 1
    assert compared == 222


def strict(tmp_path: Path, name: str) -> Path:
    """The map as somebody would write it first: nothing is said about cells that cannot be."""
    text = (MAPS / f"{name}.toml").read_text("utf-8")
    assert text.count(', bad = "missing"') >= 4
    path = tmp_path / f"{name}.toml"
    path.write_text(text.replace(', bad = "missing"', ""), "utf-8")
    return path


def refused(files: list[Path], plan: Path) -> list[tuple[str, int, str, str, str]]:
    with pytest.raises(BadCells) as error:
        record.load(files, plan)
    assert error.value.exit_code == 2
    return [(c.file, c.row, c.column, c.value, c.allowed) for c in error.value.cells]


def test_the_bad_cells_of_the_tidy_table_are_refused_until_the_map_says_what_to_do(
    tmp_path: Path,
) -> None:
    found = refused([TIDY], strict(tmp_path, "langen_tidy"))
    with TIDY.open(newline="") as stream:
        keys = [row["patient_id"] for row in csv.DictReader(stream)]
    cells = {(keys[row - 2], column, float(value)) for _, row, column, value, _ in found}
    with (LANGEN / "qc_flags.csv").open(newline="") as stream:
        flags = {
            (row["patient_id"], row["column"], float(row["value"]))
            for row in csv.DictReader(stream)
            if row["column"] != "ph_day2"  # left out of the tidy table already
        }
    assert cells == flags
    told = {value: allowed for *_, value, allowed in found}
    assert told["1.8"] == (
        "lactate_admission takes 4 to 360 mg/dL (0.44405 to 39.9645 mmol/L). "
        "It looks like a value in mmol/L."
    )
    assert told["569.0"] == (
        "On the ventilator for longer than in the hospital: at most 504, from 'hospital_los_days'."
    )


def test_the_bad_cells_of_the_workbooks_are_refused_with_their_place(tmp_path: Path) -> None:
    files = sorted((LANGEN / "original").glob("*.xlsx"))
    found = refused(files, strict(tmp_path, "langen_original"))
    assert len(found) == 6
    (ph,) = [cell for cell in found if cell[2] == "pH Tag 2"]
    assert ph[0] == "ECMO_BGA.xlsx [Tabelle1]"
    assert (ph[3], ph[4]) == ("7484", "ph takes 6.5 to 7.9.")
    assert {cell[0] for cell in found} == {
        f"ECMO_{name}.xlsx [Tabelle1]" for name in ("BGA", "Daten_Kardio", "Daten_Lunge")
    }


def value(made: Converted, table: str, key: str, point: str, name: str) -> tuple[Any, Any]:
    (rows,) = [rows for rows in made.batch.rows if rows.table == table]
    columns = rows.columns
    places = zip(columns["episode"], columns["nominal"], strict=True)
    index = list(places).index((key, point))
    return columns[name][index], columns["entered"][index]


def test_a_lost_decimal_point_can_be_put_back_and_stays_on_record(tmp_path: Path) -> None:
    text = (MAPS / "langen_original.toml").read_text("utf-8")
    old = '"pH Tag 2" = { to = "ph@48h", bad = "missing" }'
    assert old in text
    plan = tmp_path / "m.toml"
    new = '"pH Tag 2" = { to = "ph@48h", fix = { "92" = "7.484" } }'
    plan.write_text(text.replace(old, new), "utf-8")
    made, _ = record.load(sorted((LANGEN / "original").glob("*.xlsx")), plan)
    found, entered = value(made, "observation", "92", "48h", "ph")
    assert found == 7.484
    assert '"ph": "7484 -> 7.484"' in entered


def test_unusual_gases_come_in_marked_with_an_open_question_each(tidy: Registry) -> None:
    query = record.rows(tidy, "query")
    assert sorted(query["variable"]) == ["base_excess"] * 2 + ["pco2"] * 5 + ["po2"]
    assert set(query["status"]) == {"open"}


def test_twelve_rows_of_the_diagnoses_belong_to_nobody_of_the_study() -> None:
    files = sorted((LANGEN / "original").glob("*.xlsx"))
    made, _ = record.load(files, MAPS / "langen_original.toml")
    skipped = {one.file: one.skipped for one in made.report.files if one.skipped}
    assert skipped == {"ECMO_Diagnosen_Ursachen.xlsx": 12}


def test_a_workbook_left_out_is_missed(tmp_path: Path) -> None:
    files = sorted((LANGEN / "original").glob("*.xlsx"))[:-1]
    with pytest.raises(InputError, match=r"is for a file 'ECMO_Diagnosen_Ursachen.xlsx'"):
        record.load(files, MAPS / "langen_original.toml")


def test_the_registry_holds(tidy: Registry) -> None:
    assert record.verify(tidy).holds
