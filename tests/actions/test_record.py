"""The verb record, as Python: one function per thing a user wants."""

from __future__ import annotations

import io
import sqlite3
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from afterload.actions import record
from afterload.core.errors import BadCells, InputError, RecordError, UnknownName
from afterload.registry.store import Registry
from afterload.report.record_text import import_view

NOW = datetime(2026, 3, 1, 12)
WHO = {"who": "Ada", "why": "test", "now": NOW}
CELLS = "id,age,lac,dest,stent\na,50,54,1,1\nb,60,18,2,0\n"
MAP = """
[[table]]
episode = "id"
[table.columns]
age = "age_years"
lac = { to = "lactate@pre", unit = "mg/dL" }
dest = { to = "discharge_dest", codes = { 1 = "died", 2 = "home" } }
stent = "coronary_stent"

[variable.coronary_stent]
label = "Coronary stent"
kind = "bool"
"""


@pytest.fixture
def cells(tmp_path: Path) -> Path:
    path = tmp_path / "a.csv"
    path.write_text(CELLS)
    return path


@pytest.fixture
def plan(tmp_path: Path) -> Path:
    path = tmp_path / "m.toml"
    path.write_text(MAP)
    return path


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return record.create(tmp_path / "r.db", who="Ada", now=NOW)


@pytest.fixture
def filled(registry: Registry, cells: Path, plan: Path) -> Registry:
    record.import_files(registry, [cells], plan, **WHO)
    registry.close()
    return record.open_registry(registry.engine.url.database or "")


def rows(registry: Registry, table: str, *names: str) -> list[tuple[object, ...]]:
    columns = record.rows(registry, table)
    return list(zip(*(columns[name] for name in names), strict=True))


def test_an_import_writes_rows_site_variables_and_where_they_came_from(
    registry: Registry, cells: Path, plan: Path
) -> None:
    done = record.import_files(registry, [cells], plan, **WHO)
    assert done.entry is not None
    assert done.entry.origin.startswith("a.csv sha256:")
    assert (done.entry.who, done.entry.why) == ("Ada", "test")
    assert done.report.episodes == 2
    again = record.open_registry(registry.engine.url.database or "")
    assert rows(again, "episode", "key", "age_years", "coronary_stent") == [
        ("a", 50.0, True), ("b", 60.0, False)
    ]  # fmt: skip
    lactate = dict(rows(again, "observation", "episode", "lactate"))
    assert lactate == {"a": pytest.approx(54 / 9.008), "b": pytest.approx(18 / 9.008)}


def test_a_dry_run_writes_nothing(registry: Registry, cells: Path, plan: Path) -> None:
    done = record.import_files(registry, [cells], plan, dry_run=True, **WHO)
    assert done.entry is None
    assert done.report.episodes == 2
    assert done.would is not None
    assert done.would.new == {"patient": 2, "episode": 2, "observation": 2, "outcome": 2}
    assert record.rows(registry, "episode")["key"] == []
    assert "coronary_stent" not in registry.vocabulary


def test_one_bad_cell_and_nothing_is_imported(registry: Registry, cells: Path, plan: Path) -> None:
    cells.write_text(CELLS + "c,17,54,1,1\n")
    with pytest.raises(BadCells, match="row 4, column 'age': '17'"):
        record.import_files(registry, [cells], plan, **WHO)
    assert record.rows(registry, "episode")["key"] == []
    assert record.verify(registry).entries == 1


def test_a_file_is_not_imported_twice_unless_asked(
    filled: Registry, cells: Path, plan: Path
) -> None:
    with pytest.raises(RecordError, match="imported already, by Ada on 2026-03-01"):
        record.import_files(filled, [cells], plan, **WHO)
    done = record.import_files(filled, [cells], plan, again=True, **WHO)
    assert done.entry is not None
    assert (done.entry.counts, done.entry.new) == ({}, {})
    assert len(record.rows(filled, "episode")["key"]) == 2
    assert len(record.rows(filled, "observation")["id"]) == 2
    assert record.verify(filled).entries == 3  # the registry, its site variable, the first import


def told(done: record.Imported) -> str:
    console = Console(width=200, file=io.StringIO())
    console.print(import_view(done.report, done.entry))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_report_tells_what_is_new_and_what_was_there(
    registry: Registry, cells: Path, plan: Path
) -> None:
    first = told(record.import_files(registry, [cells], plan, **WHO))
    assert "Imported 2 patients and 2 episodes." in first
    assert "Already recorded" not in first
    registry.close()
    with record.open_registry(registry.engine.url.database or "") as filled:
        again = told(record.import_files(filled, [cells], plan, again=True, **WHO))
        assert (
            "Imported 0 new patients and 0 new episodes; 2 patients and 2 episodes were there "
            "already." in again
        )
        left = "2 patient, 2 episode, 2 observation, 2 outcome rows"
        assert f"Already recorded and left as they are: {left}." in again
        assert "No row was written: nothing in it is new." in again
        assert "Receipt" not in again
        cells.write_text(CELLS + "c,70,27,2,0\n")
        more = told(record.import_files(filled, [cells], plan, **WHO))
        assert "Imported 1 new patient and 1 new episode; 2 patients and 2 episodes" in more
        assert "Entry 4, 4 rows. Receipt " in more


def test_a_changed_cell_is_refused(filled: Registry, cells: Path, plan: Path) -> None:
    cells.write_text(CELLS.replace("b,60,18", "b,60,27"))
    with pytest.raises(RecordError, match=r"episode 'b', observation at pre: lactate is 1\.99"):
        record.import_files(filled, [cells], plan, **WHO)


def test_a_demo_cohort_imported_again_reads_the_same(tmp_path: Path) -> None:
    from afterload.actions import demo_cohort
    from afterload.registry.derived import derived_names
    from afterload.registry.extract import extract

    files = demo_cohort.write(demo_cohort.generate(np.random.default_rng(7), 60), tmp_path)
    registry = record.create(tmp_path / "demo.db", maps=[files.map], who="Ada", now=NOW)
    names = [v.name for v in registry.vocabulary.variables.values()
             if v.table != "meta" and v.kind not in ("id", "text", "multi")]  # fmt: skip
    points = [f"{v.name}@24h" for v in registry.vocabulary.in_table("observation")
              if v.name in names]  # fmt: skip
    asked = [*names, *points, *derived_names()]

    def bring(*, again: bool) -> tuple[record.Imported, dict[str, list[float]]]:
        done = record.import_files(
            registry, [files.cohort], files.map, accept_soft=True, again=again, **WHO
        )
        columns = extract(registry, asked).columns
        return done, {name: column.values.tolist() for name, column in columns.items()}

    first, before = bring(again=False)
    second, after = bring(again=True)
    assert first.entry is not None
    assert second.entry is not None
    assert second.entry.counts == {}
    assert second.entry.passed == first.entry.new
    np.testing.assert_equal(after, before)
    assert any(value > 0 for value in before["complication:bleeding"])
    registry.close()


def test_a_second_file_completes_and_cannot_contradict(
    filled: Registry, tmp_path: Path, plan: Path
) -> None:
    more = tmp_path / "more.csv"
    plan.write_text(
        '[[table]]\nepisode = "id"\nrows = "existing"\n[table.columns]\nw = "weight_kg"'
    )
    more.write_text("id,w\na,80\n")
    record.import_files(filled, [more], plan, **WHO)
    assert ("a", 50.0, 80.0) in rows(filled, "episode", "key", "age_years", "weight_kg")
    more.write_text("id,w\na,81\n")
    with pytest.raises(RecordError, match="correct"):
        record.import_files(filled, [more], plan, **WHO)
    more.write_text("id,w\nzz,81\n")
    with pytest.raises(BadCells, match="Nobody has this key yet"):
        record.import_files(filled, [more], plan, **WHO)


def test_files_can_be_read_without_a_registry(cells: Path, plan: Path) -> None:
    registry, report = record.registry_of_files([cells], plan)
    assert record.rows(registry, "episode")["key"] == ["a", "b"]
    assert report.rows["observation"] == 2


def test_a_correction_reads_units_and_keeps_what_was(filled: Registry) -> None:
    number = record.rows(filled, "observation")["id"][0]
    record.correct(filled, f"observation:{number}", ["lactate=27 mg/dL"], **WHO)
    view = record.show(filled, "a", history=True)
    (row,) = view.tables["observation"]
    assert row["lactate"] == pytest.approx(27 / 9.008)
    assert row["entered"] == {"lactate": "27 mg/dL"}
    first, second = view.history["observation", row["id"]]
    assert second.changed["lactate"] == (first.values["lactate"], row["lactate"])
    assert (second.entry.who, second.entry.why) == ("Ada", "test")


def test_a_named_row_is_corrected_by_its_key_and_emptied_by_none(filled: Registry) -> None:
    record.correct(filled, "outcome:a", ["discharge_dest=home"], **WHO)
    record.correct(filled, "episode:a", ["age_years=none", "hx_chf=yes"], **WHO)
    assert ("a", "home") in rows(filled, "outcome", "episode", "discharge_dest")
    assert ("a", None, True) in rows(filled, "episode", "key", "age_years", "hx_chf")


def test_an_unusual_correction_is_asked_about_first(filled: Registry) -> None:
    number = record.rows(filled, "observation")["id"][0]
    with pytest.raises(InputError, match=r"outside the usual 0\.3 to 25"):
        record.correct(filled, f"observation:{number}", ["lactate=30"], **WHO)
    record.correct(filled, f"observation:{number}", ["lactate=30"], accept_soft=True, **WHO)
    (row,) = record.show(filled, "a").tables["observation"]
    assert row["accepted"] == ["lactate"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("lactate", "is not a change. Write name=value"),
        ("lactat=3", "'lactat' is not a known column of observation. Did you mean lactate"),
        ("lactate=high", "'high' is not a number"),
        ("lactate=400", "outside 0.1 to 40 mmol/L"),
        ("lactate=3 stone", "cannot be read in 'stone'"),
        ("ventilated=perhaps", "must be yes or no"),
        ("at=noon", "is not a time like 2024-03-31"),
        ("gcs_total=9.5", "must be a whole number"),
    ],
)
def test_a_correction_that_is_not_understood_is_refused(
    filled: Registry, change: str, told: str
) -> None:
    number = record.rows(filled, "observation")["id"][0]
    with pytest.raises(InputError, match=told):
        record.correct(filled, f"observation:{number}", [change], **WHO)


@pytest.mark.parametrize("row", ["observation", "observation:", ":4", ""])
def test_a_row_needs_a_table_and_a_number(filled: Registry, row: str) -> None:
    with pytest.raises(InputError, match="is not TABLE:ROW"):
        record.withdraw(filled, row, **WHO)


def test_a_withdrawn_row_no_longer_counts(filled: Registry) -> None:
    record.withdraw(filled, "patient:a", **WHO)
    assert record.rows(filled, "episode")["key"] == ["b"]
    with pytest.raises(RecordError, match="There is no episode 'a'"):
        record.show(filled, "a")


def test_an_unknown_episode_or_table_is_refused(filled: Registry) -> None:
    with pytest.raises(RecordError, match="no episode 'x'"):
        record.show(filled, "x")
    with pytest.raises(UnknownName, match="Did you mean device"):
        record.rows(filled, "devices")


def test_a_change_behind_the_registry_is_found(filled: Registry, tmp_path: Path) -> None:
    verdict = record.verify(filled)
    assert verdict.holds
    assert record.verify(filled, receipt=verdict.receipt).holds
    assert not record.verify(filled, receipt="0" * 63 + "1").holds
    filled.close()
    with sqlite3.connect(tmp_path / "r.db") as connection:
        for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f'DROP TRIGGER "{name}"')
        connection.execute("UPDATE episode SET age_years = 40 WHERE key = 'a'")
    connection.close()
    found = record.verify(record.open_registry(tmp_path / "r.db"))
    assert not found.holds
    assert found.findings[0].severity == "error"


def test_site_variables_come_from_a_file_or_a_map(tmp_path: Path, plan: Path) -> None:
    own = tmp_path / "site.toml"
    own.write_text('[variable.bnp]\nunit = "ng/L"\ntable = "observation"\n')
    made = record.create(tmp_path / "s.db", variables=[own], maps=[plan], who="Ada", now=NOW)
    assert {"bnp", "coronary_stent"} <= set(made.vocabulary)
    made.close()
    with record.upgrade(tmp_path / "s.db") as again:
        assert "bnp" in again.vocabulary


def test_an_export_is_written_where_it_is_asked(filled: Registry, tmp_path: Path) -> None:
    done = record.export(filled, tmp_path / "out", deidentified=True)
    assert done.rows["episode"] == 2
    assert (tmp_path / "out" / "codebook.csv").is_file()


def test_a_draft_of_a_map_is_a_map(cells: Path, tmp_path: Path) -> None:
    from afterload.core.vocabulary import standard
    from afterload.registry.mapping_parse import parse_map

    assert parse_map(record.suggest_map([cells]), "draft", standard()).tables[0].episode == "id"
