"""What an import tells: cells as the sheet has them, fixes that are wrong, times without t0."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from afterload.core.errors import BadCells
from afterload.core.vocabulary import standard
from afterload.registry.convert import Converted, convert
from afterload.registry.convert_keys import Known
from afterload.registry.mapping_parse import parse_map


def made(folder: Path, cells: str, columns: str, head: str = "", **more: Any) -> Converted:
    """Import one text table."""
    path = folder / "a.csv"
    path.write_text(cells, "utf-8")
    text = f'[[table]]\nepisode = "id"\n{head}\n[table.columns]\n{columns}\n'
    return convert([path], parse_map(text, "m.toml", standard()), **more)


def told(folder: Path, cells: str, columns: str, head: str = "") -> list[tuple[int, str, str]]:
    """The bad cells of one text table: row, value, sentence."""
    with pytest.raises(BadCells) as error:
        made(folder, cells, columns, head)
    return [(cell.row, cell.value, cell.allowed) for cell in error.value.cells]


def rows(done: Converted, name: str) -> dict[str, list[Any]]:
    (one,) = [rows for rows in done.batch.rows if rows.table == name]
    return {column: list(values) for column, values in one.columns.items()}


# ---- cells as the sheet has them ----------------------------------------------------------------


def test_a_wrong_fix_is_told_to_be_wrong_beside_what_the_cell_holds(tmp_path: Path) -> None:
    found = told(tmp_path, "id,ph\na,7484\n", 'ph = { to = "ph@pre", fix = { a = "74.8" } }')
    assert found == [
        (2, "7484", "The fix of the map '74.8' is wrong. ph takes 6.5 to 7.9."),
    ]
    found = told(tmp_path, "id,lac\na,x\n", 'lac = { to = "lactate@pre", fix = { a = "5 mg/l" } }')
    assert found[0][1] == "x"
    assert found[0][2].startswith("The fix of the map '5 mg/l' is wrong. lactate cannot be read")


def test_an_unusual_fix_is_told_to_be_the_fix(tmp_path: Path) -> None:
    ((_, value, allowed),) = told(
        tmp_path, "id,ph\na,7484\n", 'ph = { to = "ph@pre", fix = { a = "6.6" } }'
    )
    assert value == "7484"
    assert allowed.startswith("The fix of the map '6.6' is unusual. ph = 6.6 is outside the usual")


def test_a_wrong_fix_of_a_device_is_told_too(tmp_path: Path) -> None:
    columns = 'x = { to = "device", kind = "ecls", fix = { a = "maybe" } }'
    ((_, value, allowed),) = told(tmp_path, "id,x\na,9\n", columns)
    assert value == "9"
    assert allowed.startswith("The fix of the map 'maybe' is wrong. It takes yes or no")


def test_contradicting_cells_are_shown_as_they_are(tmp_path: Path) -> None:
    found = told(
        tmp_path, "id,w\na,8\na,9\n", 'w = { to = "weight_kg", factor = 10 }'
    )  # kept as 80 and 90 kg
    assert found[0][:2] == (3, "9")
    assert found[0][2].startswith("Row 2 says 8 for the same key (a)")
    found = told(tmp_path, "id,d\na,01.03.2024\na,02.03.2024\n", 'd = "death_dt"')
    assert found[0][1] == "02.03.2024"
    assert found[0][2].startswith("Row 2 says 01.03.2024 for")


def test_contradicting_cells_of_a_workbook_are_shown_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        for row, cells in enumerate((("id", "age"), ("a", 50), ("a", 51), ("b", 60.5))):
            sheet.write_row(row, 0, cells)
    plan = parse_map(
        '[[table]]\nepisode = "id"\n[table.columns]\nage = "age_years"', "m.toml", standard()
    )
    with pytest.raises(BadCells) as error:
        convert([path], plan)
    (cell,) = error.value.cells
    assert (cell.row, cell.value) == (3, "51")
    assert "Row 2 says 50 for" in cell.allowed


def test_a_question_shows_a_number_without_a_useless_zero(tmp_path: Path) -> None:
    done = made(tmp_path, "id,w\na,300\n", 'w = "weight_kg"', accept_soft=True)
    (question,) = rows(done, "query")["question"]
    assert question.startswith("weight_kg = 300 is unusual")


def test_what_a_column_with_a_factor_takes_is_told_in_plain_numbers(tmp_path: Path) -> None:
    found = told(tmp_path, "id,lac\na,900\n", 'lac = { to = "lactate@pre", factor = 0.1 }')
    assert found == [
        (2, "900", "lactate takes 0.1 to 40 mmol/L, which is 1 to 400 in this column."),
    ]


# ---- rules of a device's own times --------------------------------------------------------------

DEVICE = 'x = {{ to = "device", kind = "ecls", start = "on", stop = "off"{more} }}'


def test_a_device_reads_its_times_by_its_own_rules(tmp_path: Path) -> None:
    cells = "id,x,on,off\na,1,03/04/2024,NF\nb,1,05/04/2024,06/04/2024\n"
    rule = DEVICE.format(more=', date_format = "DD/MM/YYYY", missing = ["nf"]')
    device = rows(made(tmp_path, cells, rule), "device")
    assert device["start"] == [datetime(2024, 4, 3), datetime(2024, 4, 5)]
    assert device["stop"] == [None, datetime(2024, 4, 6)]


def test_a_device_says_what_happens_to_its_bad_times(tmp_path: Path) -> None:
    cells = "id,x,on,off\na,1,2024-04-03,soon\n"
    assert told(tmp_path, cells, DEVICE.format(more=""))[0][1] == "soon"
    done = made(tmp_path, cells, DEVICE.format(more=', bad = "missing"'))
    assert rows(done, "device")["start"] == [datetime(2024, 4, 3)]
    assert "stop" not in rows(done, "device") or rows(done, "device")["stop"] == [None]
    assert [t.blanked for t in done.report.tallies] == [1]


def test_a_complication_reads_its_day_by_its_own_rules(tmp_path: Path) -> None:
    columns = 'x = { to = "complication", kind = "stroke", at_days = "d", missing = ["nf"] }'
    done = made(tmp_path, "id,x,d\na,1,NF\nb,1,2\n", columns)
    assert rows(done, "complication")["at_h"] == [None, 48.0]


def test_a_missing_word_of_a_device_is_no_time_without_a_zone(tmp_path: Path) -> None:
    cells = "id,t,x,on,off\na,2024-04-03T08:00Z,1,2024-04-03T08:00Z,-9\n"
    columns = DEVICE.format(more=', missing = ["-9"]')
    device = rows(made(tmp_path, cells, columns, 't0 = "t"'), "device")
    assert device["start"] == [datetime(2024, 4, 3, 8)]


def test_missing_words_of_time_columns_are_compared_whatever_their_case(tmp_path: Path) -> None:
    head = 't0 = "t"\nmissing = ["nf"]'
    done = made(tmp_path, "id,t,x\na,NF,1\nb,2024-04-03,0\n", 'x = "hx_chf"', head)
    assert rows(done, "episode")["t0"] == [None, datetime(2024, 4, 3)]


def test_a_check_reads_its_columns_by_their_own_rules(tmp_path: Path) -> None:
    columns = 'w = "weight_kg"\nh = { to = "height_cm", missing = ["-9"] }'
    head = 'checks = [{ column = "w", at_most = "h" }]'
    assert rows(made(tmp_path, "id,w,h\na,80,-9\n", columns, head), "episode")["weight_kg"] == [80]


# ---- times without time zero --------------------------------------------------------------------

SHEET = "id,x,on,off\na,1,2024-04-03,2024-04-05\nb,1,2024-04-03,\nc,0,,\n"


def test_dates_without_time_zero_are_told_and_counted(tmp_path: Path) -> None:
    notes = made(tmp_path, SHEET, DEVICE.format(more="")).report.notes
    assert notes == (
        "2 episodes have dates but no time zero (t0): their times cannot be counted; "
        "name the t0 column in the map",
    )
    done = made(tmp_path, "id,d\na,2024-04-03\n", 'd = "death_dt"')
    assert done.report.notes[0].startswith("1 episode has dates but no time zero (t0): its times")


def test_time_zero_in_the_sheet_or_in_the_registry_is_enough(tmp_path: Path) -> None:
    head = 't0 = "on"'
    assert made(tmp_path, SHEET, DEVICE.format(more=""), head).report.notes == ()
    known = Known(frozenset("ab"), {"a": "a", "b": "b"}, frozenset("a"))
    (note,) = made(tmp_path, SHEET, DEVICE.format(more=""), known=known).report.notes
    assert note.startswith("1 episode has")


def test_an_empty_cell_of_time_zero_is_told(tmp_path: Path) -> None:
    cells = "id,t,d\na,,2024-04-03\nb,2024-04-01,2024-04-03\n"
    (note,) = made(tmp_path, cells, 'd = "death_dt"', 't0 = "t"').report.notes
    assert note.startswith("1 episode has dates but no time zero")
    assert note.endswith("fill in the t0 column for them")


# ---- columns left out ---------------------------------------------------------------------------


def test_a_column_another_table_of_the_file_reads_is_not_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,age,w,note\na,50,80,x\n", "utf-8")
    text = """
[[table]]
episode = "id"
ignore_others = true
[table.columns]
age = "age_years"
[[table]]
episode = "id"
rows = "existing"
ignore_others = true
[table.columns]
w = "weight_kg"
"""
    report = convert([path], parse_map(text, "m.toml", standard())).report
    assert [one.ignored for one in report.files] == [("note",), ()]


# ---- another unit -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "cell", "units"),
    [
        ("creatinine", "2.5", "mg/dL or mg/L"),
        ("creatinine", "1.2", "mg/dL"),
        ("hb", "9", "g/dL or mmol/L"),
        ("creatinine", "0.001", ""),
    ],
)
def test_every_unit_a_value_would_be_usual_in_is_named(
    tmp_path: Path, variable: str, cell: str, units: str
) -> None:
    """2.5 mg/dL of creatinine are 221 µmol/L, and 2.5 mg/L are 22: both are usual."""
    ((_, _, sentence),) = told(tmp_path, f"id,x\na,{cell}\n", f'x = "{variable}@pre"')
    assert sentence.endswith(f"It looks like a value in {units}.") is bool(units)
    assert ("looks like" in sentence) is bool(units)


def test_a_column_in_another_unit_is_told_once(tmp_path: Path) -> None:
    cells = "id,x\n" + "".join(f"p{i},{1 + i / 10:.1f}\n" for i in range(20))
    found = told(tmp_path, cells, 'x = "creatinine@pre"')
    assert len(found) == 21
    assert found[0] == (
        0, "...", "20 of 20 numbers look like values in mg/dL. If the column is in it, say so in "
        'the map: unit = "mg/dL".',
    )  # fmt: skip
    assert made(tmp_path, cells, 'x = { to = "creatinine@pre", unit = "mg/dL" }').report.patients


def test_single_odd_cells_say_nothing_of_their_column(tmp_path: Path) -> None:
    cells = "id,x\n" + "".join(f"p{i},{1.2 if i < 3 else 100}\n" for i in range(20))
    assert [row for row, _, _ in told(tmp_path, cells, 'x = "creatinine@pre"')] == [2, 3, 4]
