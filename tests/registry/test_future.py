"""Times that have not come, years of two digits, and data whose dates were shifted."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from afterload.actions.record import import_files
from afterload.core.errors import BadCells
from afterload.core.vocabulary import standard
from afterload.registry.batch import Batch, Rows
from afterload.registry.check import check_all
from afterload.registry.convert import convert
from afterload.registry.ledger import add
from afterload.registry.mapping_parse import parse_map
from afterload.registry.rows import current
from afterload.registry.store import Registry

NOW = datetime(2026, 3, 2, 9, 0)
WHO: dict[str, Any] = {"who": "Ada", "why": "test", "now": NOW}
MAP = '{head}\n[[table]]\nepisode = "id"\nt0 = "t0"\n[table.columns]\nd = "death_dt"\n'


def imported(registry: Registry, folder: Path, cells: str, head: str = "") -> Any:
    (folder / "m.toml").write_text(MAP.format(head=head))
    path = folder / "c.csv"
    path.write_text("id,t0,d\n" + cells)
    return import_files(registry, [path], folder / "m.toml", **WHO)


def test_a_time_that_has_not_come_is_refused(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(BadCells) as error:
        imported(registry, tmp_path, "a,2099-01-01,\nb,2024-01-01,2202-01-03\nc,2026-03-03,\n")
    assert [(c.row, c.column, c.value) for c in error.value.cells] == [
        (2, "t0", "2099-01-01"), (3, "d", "2202-01-03")
    ]  # fmt: skip
    assert error.value.cells[0].allowed.startswith("It lies in the future.")
    assert current(registry, "episode")["key"] == []


def test_a_map_may_say_that_dates_were_shifted(registry: Registry, tmp_path: Path) -> None:
    head = '[map]\ndates = "shifted"'
    assert imported(registry, tmp_path, "a,2099-01-01,\nb,2024-01-01,\n", head).entry
    (finding,) = [f for f in check_all(registry) if f.rule == "time:future"]
    assert (finding.severity, finding.episode) == ("warning", "a")


def test_a_whole_file_of_shifted_dates_is_told_once(registry: Registry, tmp_path: Path) -> None:
    done = imported(registry, tmp_path, "".join(f"p{i},{2110 + i}-01-01,\n" for i in range(30)))
    assert any(note.startswith("30 of 30 times lie in the future") for note in done.report.notes)
    assert not [f for f in check_all(registry) if f.rule == "time:future"]
    assert any("the dates were shifted" in f.sentence for f in check_all(registry))


def test_a_registry_written_from_python_is_asked_about(registry: Registry) -> None:
    rows = (
        Rows("patient", {"key": ["p"]}),
        Rows("episode", {"key": ["a", "b"], "patient": ["p", "p"],
                         "t0": [datetime(2099, 1, 1), NOW]}),
    )  # fmt: skip
    add(registry, Batch(rows), **WHO)
    assert [f.episode for f in check_all(registry) if f.rule == "time:future"] == ["a"]


@pytest.mark.parametrize("cell", ["01/02/24", "01.02.24", "13/02/24 10:30"])
def test_a_year_of_two_digits_is_not_guessed(tmp_path: Path, cell: str) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"id,t0,d\na,{cell},\n")
    with pytest.raises(BadCells) as error:
        convert([path], parse_map(MAP.format(head=""), "m.toml", standard()))
    (bad,) = error.value.cells
    assert bad.allowed.startswith("Its year has two digits. Say how to read it")
    form = "DD.MM.YY" if "." in cell else "DD/MM/YY" + (" HH:MM" if ":" in cell else "")
    head = f'[map]\ndate_format = "{form}"'
    done = convert([path], parse_map(MAP.format(head=head), "m.toml", standard()))
    (episode,) = [rows for rows in done.batch.rows if rows.table == "episode"]
    assert episode.columns["t0"][0].year == 2024


def test_a_column_of_times_is_named_as_the_sheet_names_it(
    registry: Registry, tmp_path: Path
) -> None:
    plan = tmp_path / "m.toml"
    plan.write_text('[[table]]\nepisode = "id"\nat = "Last seen"\n[table.columns]\nl = "lactate"\n')
    path = tmp_path / "c.csv"
    path.write_text("id,Last seen,l\na,2024-01-01,3\na,2204-01-02,4\n")
    with pytest.raises(BadCells) as error:
        import_files(registry, [path], plan, **WHO)
    assert [(c.row, c.column, c.value) for c in error.value.cells] == [
        (3, "Last seen", "2204-01-02")
    ]
