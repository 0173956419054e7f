"""What is said of devices, and what is not: no device, no answer, no start, no stop."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterload.actions.record import import_files
from afterload.core.errors import BadCells, InputError
from afterload.core.vocabulary import standard
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.check import check_all
from afterload.registry.convert import Converted, convert
from afterload.registry.derived import intervals, no_device
from afterload.registry.export_episode import episode_view
from afterload.registry.extract import extract
from afterload.registry.ledger import add, correct
from afterload.registry.mapping_parse import parse_map
from afterload.registry.running import devices_at, moment_of
from afterload.registry.shape import TAKEN_AS_T0
from afterload.registry.store import Registry

NOW = datetime(2026, 3, 2, 9, 0)
WHO: dict[str, Any] = {"who": "Ada", "why": "test", "now": NOW}


def made(folder: Path, cells: str, columns: str, head: str = "") -> Converted:
    """Read one text table."""
    path = folder / "a.csv"
    path.write_text(cells, "utf-8")
    text = f'[[table]]\nepisode = "id"\n{head}\n[table.columns]\n{columns}\n'
    return convert([path], parse_map(text, "m.toml", standard()))


def told(folder: Path, cells: str, columns: str, head: str = "") -> list[tuple[int, str, str]]:
    """The bad cells of one text table: row, value, sentence."""
    with pytest.raises(BadCells) as error:
        made(folder, cells, columns, head)
    return [(cell.row, cell.value, cell.allowed) for cell in error.value.cells]


def rows(done: Converted, name: str) -> dict[str, list[Any]]:
    (one,) = [rows for rows in done.batch.rows if rows.table == name]
    return {column: list(values) for column, values in one.columns.items()}


TWO = (
    'e = {{ to = "device", kind = "ecls", codes = {{ 1 = true, 0 = false }}, start = "on", '
    'stop = "off"{e} }}\n'
    'i = {{ to = "device", kind = "impella-cp", codes = {{ 1 = true, 0 = false }}{i} }}'
)
T0 = 't0 = "t0"'


def both(e: str = "", i: str = "") -> str:
    return TWO.format(e=e, i=i)


def imported(registry: Registry, folder: Path, cells: str, columns: str, head: str = T0) -> Any:
    plan = folder / "m.toml"
    plan.write_text(f'[[table]]\nepisode = "id"\n{head}\n[table.columns]\n{columns}\n')
    path = folder / f"c{len(list(folder.iterdir()))}.csv"
    path.write_text(cells)
    return import_files(registry, [path], plan, **WHO)


# ---- cells that contradict each other -----------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "words"),
    [("0", "'e' says that it did not run"), ("", "'e' does not say whether it ran")],
)
def test_times_beside_a_no_or_an_empty_cell_are_refused(
    tmp_path: Path, flag: str, words: str
) -> None:
    cells = f"id,t0,e,on,off,i\na,2024-01-01,{flag},2024-01-01,2024-01-03,0\n"
    found = told(tmp_path, cells, both(), T0)
    assert [value for _, value, _ in found] == ["2024-01-01", "2024-01-03"]
    assert all(sentence.startswith(words) for _, _, sentence in found)


def test_such_times_count_as_missing_where_the_map_says_so(tmp_path: Path) -> None:
    cells = "id,t0,e,on,off,i\na,2024-01-01,0,2024-01-01,2024-01-03,0\n"
    done = made(tmp_path, cells, both(e=', bad = "missing"'), T0)
    assert not [r for r in done.batch.rows if r.table == "device"]
    (tally,) = [t for t in done.report.tallies if t.column == "e"]
    assert tally.blanked == 2
    assert rows(done, "episode")["no_device"] == [True]


def test_a_time_that_is_also_something_else_contradicts_nothing(tmp_path: Path) -> None:
    """The column of t0, and a start two devices share, are filled for good reasons."""
    columns = (
        'e = { to = "device", kind = "ecls", start = "on" }\n'
        'i = { to = "device", kind = "impella-cp", start = "on", stop_days = "days" }'
    )
    done = made(tmp_path, "id,e,i,on,days\na,0,1,2024-01-01,3\nb,1,0,2024-01-01,0\n", columns)
    assert rows(done, "device")["kind"] == ["ecls", "impella-cp"]
    done = made(tmp_path, "id,e,i,on,days\na,0,0,2024-01-01,0\n", columns, 't0 = "on"')
    assert rows(done, "episode")["no_device"] == [True]


# ---- no, and nothing ----------------------------------------------------------------------------


def test_no_device_and_nothing_said_are_two_things(registry: Registry, tmp_path: Path) -> None:
    cells = (
        "id,t0,e,on,off,i\nyes,2024-01-01,1,2024-01-01,2024-01-03,\nno,2024-01-01,0,,,0\n"
        "half,2024-01-01,0,,,\nnothing,2024-01-01,,,,\n"
    )
    done = imported(registry, tmp_path, cells, both())
    strategy = extract(registry, ["device_strategy"]).columns["device_strategy"]
    found = [None if np.isnan(v) else strategy.levels[int(v)] for v in strategy.values]
    assert found == ["ecls alone", "none", None, None]
    assert no_device(registry) == {"no"}
    assert {key for key, of in intervals(registry).items() if of} == {"yes"}
    running = devices_at(registry, moment_of("12h"))["ecls"]
    np.testing.assert_array_equal(running, [1.0, 0.0, np.nan, np.nan])
    notes = done.report.files[0].notes
    assert any(n.startswith("device ecls ('e'): 1 cell records neither") for n in notes)
    assert any(n.startswith("device impella-cp ('i'): 3 cells record neither") for n in notes)
    sentences = [f.sentence for f in check_all(registry)]
    assert "No device is recorded, nor that there was none, in 2 of 4 episodes (50 %)." in sentences
    assert verify_chain(registry) == []


def test_a_map_says_that_an_empty_cell_means_no(registry: Registry, tmp_path: Path) -> None:
    cells = "id,t0,e,on,off,i\na,2024-01-01,,,,\nb,2024-01-01,1,2024-01-01,,\n"
    empty = ', empty = "no"'
    done = imported(registry, tmp_path, cells, both(empty, empty))
    assert no_device(registry) == {"a"}
    assert not any("neither" in note for note in done.report.files[0].notes)
    found = told(tmp_path, "id,t0,e,on,off,i\na,2024-01-01,,2024-01-01,,\n", both(empty), T0)
    assert found[0][2].startswith("'e' says that it did not run")


def test_a_duration_of_0_is_a_no_and_an_empty_one_is_none(tmp_path: Path) -> None:
    columns = 'd = { to = "device", kind = "iabp", days = true }'
    done = made(tmp_path, "id,d\na,0\nb,\nc,2\n", columns)
    episode = rows(done, "episode")
    assert dict(zip(episode["key"], episode["no_device"], strict=True)) == {
        "a": True, "b": None, "c": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("kind", "words"), [("complication", "goes with a device"), ("decision", "goes with a device")]
)
def test_only_a_device_may_be_empty_for_no(kind: str, words: str) -> None:
    text = (
        f'[[table]]\nepisode = "id"\n[table.columns]\nx = {{ to = "{kind}", empty = "no", '
        f'kind = "{"bleeding" if kind == "complication" else "device"}" }}'
    )
    with pytest.raises(InputError, match=words):
        parse_map(text, "m.toml", standard())


def test_the_no_of_one_time_rules_nothing_out(tmp_path: Path) -> None:
    columns = 'e = { to = "device", kind = "ecls" }\nl = "lactate"'
    done = made(tmp_path, "id,h,e,l\na,1,0,2\na,2,0,3\n", columns, 'at = "h"\nat_unit = "hours"')
    assert "no_device" not in rows(done, "episode")
    assert any("a no rules nothing out" in note for note in done.report.files[0].notes)


def test_two_sheets_say_no_together_only(tmp_path: Path) -> None:
    """In one import, a device of another sheet stands against the no of the first."""
    for name, cells in (("a.csv", "id,e\na,0\nb,0\n"), ("b.csv", "id,i\na,1\nb,0\n")):
        (tmp_path / name).write_text(cells)
    text = (
        '[[table]]\nfile = "a.csv"\nepisode = "id"\n[table.columns]\n'
        'e = { to = "device", kind = "ecls" }\n'
        '[[table]]\nfile = "b.csv"\nepisode = "id"\nrows = "existing"\n[table.columns]\n'
        'i = { to = "device", kind = "impella" }'
    )
    files = [tmp_path / "a.csv", tmp_path / "b.csv"]
    done = convert(files, parse_map(text, "m.toml", standard()))
    assert rows(done, "episode")["no_device"] == [None, True]


def test_a_later_sheet_does_not_undo_a_device(registry: Registry, tmp_path: Path) -> None:
    """A no of one more device does not make an episode with a device one without."""
    ecls, iabp = (f'x = {{ to = "device", kind = "{kind}" }}' for kind in ("ecls", "iabp"))
    imported(registry, tmp_path, "id,x\na,1\nb,0\n", ecls, "")
    imported(registry, tmp_path, "id,x\na,0\nb,0\n", iabp, 'rows = "existing"')
    assert no_device(registry) == {"b"}
    imported(registry, tmp_path, "id,x\na,0\nb,1\n", ecls.replace("ecls", "vav"), "")
    assert no_device(registry) == frozenset()  # the device counts, and is asked about
    (finding,) = [f for f in check_all(registry) if f.rule == "two-answers"]
    assert (finding.severity, finding.episode) == ("warning", "b")
    correct(registry, "episode", "b", {"no_device": None}, **WHO)
    assert not [f for f in check_all(registry) if f.rule == "two-answers"]


def test_python_may_say_that_there_was_no_device(filled: Registry) -> None:
    """The cohort's e3 has no device, and nobody said so."""
    assert no_device(filled) == frozenset()
    rows = Rows("episode", {"key": ["e3"], "patient": ["p2"], "no_device": [True]})
    add(filled, Batch((rows,)), **WHO)
    assert no_device(filled) == {"e3"}
    strategy = extract(filled, ["device_strategy"]).columns["device_strategy"]
    assert [strategy.levels[int(v)] for v in strategy.values][2] == "none"


# ---- no start, no stop, too long ----------------------------------------------------------------


def test_a_device_without_a_start_begins_at_t0_and_the_report_says_so(
    registry: Registry, tmp_path: Path
) -> None:
    cells = (
        "id,t0,e,on,off,i\na,2024-01-01 08:00,1,,2024-01-03,0\n"
        "b,2024-01-01,1,2024-01-02,,0\nc,2024-01-01,1,2024-01-01,2024-01-05,0\n"
    )
    done = imported(registry, tmp_path, cells, both())
    notes = done.report.files[0].notes
    assert "device ecls ('e'): 1 of 3 has no start in 'on', which is taken as t0 (a)" in notes
    assert (
        "device ecls ('e'): 1 of 3 has no stop in 'off', so that its duration is not known (b)"
        in notes
    )
    found = intervals(registry)
    assert (found["a"][0].start_h, found["a"][0].stop_h) == (0.0, 40.0)
    days = extract(registry, ["device_days"]).columns["device_days"].values
    np.testing.assert_allclose(days, [40 / 24, np.nan, 4.0])
    sentences = [f.sentence for f in check_all(registry)]
    assert "1 of 3 devices have no stop: how long they ran is not known." in sentences
    assert "1 of 3 devices have no start of their own and are taken to start at t0." in sentences


def test_a_start_taken_as_t0_is_marked_beside_the_value(tmp_path: Path) -> None:
    done = made(tmp_path, "id,e\na,1\n", 'e = { to = "device", kind = "ecls" }')
    assert rows(done, "device")["start_h"] == [0.0]
    assert rows(done, "device")["entered"] == [f'{{"start_h": "{TAKEN_AS_T0}"}}']


def test_a_device_taken_to_start_at_t0_cannot_stop_before_it(tmp_path: Path) -> None:
    cells = "id,t0,e,on,off,i\na,2024-01-02,1,,2023-12-30,0\n"
    ((_, value, sentence),) = told(tmp_path, cells, both(), T0)
    assert value == "1"
    assert sentence.startswith("The device would stop (2023-12-30 00:00) before time zero")


def test_support_of_decades_is_refused_and_of_half_a_year_told(tmp_path: Path) -> None:
    cells = "id,t0,e,on,off,i\na,1900-01-01,1,1900-01-01,2024-01-01,0\n"
    ((_, _, sentence),) = told(tmp_path, cells, both(), T0)
    assert sentence == "The device would run for 45,290 days. Check its start and stop."
    cells = "id,t0,e,on,off,i\na,2023-01-01,1,2023-01-01,2024-01-01,0\n"
    done = made(tmp_path, cells, both(), T0)
    assert "device ecls of a lasts 365 days; check its start and its stop" in done.report.notes


def test_a_start_told_later_fills_the_one_that_was_taken_as_t0(
    registry: Registry, tmp_path: Path
) -> None:
    """It is the same device, which loses its mark; telling less again changes nothing."""
    head = "id,t0,e,on,off,i\n"
    first = head + "a,2024-01-01,1,,2024-01-05,0\n"
    imported(registry, tmp_path, first, both())
    done = imported(registry, tmp_path, head + "a,2024-01-01,1,2024-01-02,2024-01-05,0\n", both())
    assert done.entry.new == {}
    (device,) = intervals(registry)["a"]
    assert (device.start_h, device.stop_h) == (24.0, 96.0)
    (row,) = episode_view(registry, "a").tables["device"]
    assert ("start_h" in row, "entered" in row) == (False, False)
    again = imported(registry, tmp_path, first + "b,2024-01-01,0,,,0\n", both())
    assert again.entry.passed["device"] == 1
    assert len(intervals(registry)["a"]) == 1
    assert not any("taken to start at t0" in f.sentence for f in check_all(registry))
    assert verify_chain(registry) == []
