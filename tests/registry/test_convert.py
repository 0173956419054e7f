"""Cells as values: numbers, units, codes, dates, keys; and every bad cell told at once."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from afterload.core.errors import BadCells, InputError
from afterload.core.vocabulary import standard
from afterload.registry.convert import Converted, convert
from afterload.registry.convert_dates import dates
from afterload.registry.convert_keys import Known
from afterload.registry.convert_numbers import numbers, plain
from afterload.registry.mapping_parse import parse_map

Import = Callable[..., Converted]


@pytest.fixture
def run(tmp_path: Path) -> Import:
    """Import a text table: its cells, the columns of the map, what else the map says."""

    def do(
        cells: str, columns: str, table: str = 'episode = "id"', head: str = "", **more: Any
    ) -> Converted:
        path = tmp_path / "a.csv"
        path.write_text(cells, "utf-8")
        plan = parse_map(
            f"{head}\n[[table]]\n{table}\n[table.columns]\n{columns}\n", "m.toml", standard()
        )
        return convert([path], plan, **more)

    return do


def table(made: Converted, name: str) -> dict[str, list[Any]]:
    (rows,) = [rows for rows in made.batch.rows if rows.table == name]
    return {column: list(values) for column, values in rows.columns.items()}


def told(error: pytest.ExceptionInfo[BadCells]) -> list[tuple[int, str, str, str]]:
    return [(c.row, c.column, c.value, c.allowed) for c in error.value.cells]


# ---- numbers ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("decimal", "text", "value"),
    [
        ("", "3.5", 3.5),
        ("", "3,5", 3.5),
        ("", " 1 200 ", 1200.0),
        ("", "1'200", 1200.0),
        ("", "−4", -4.0),
        ("", "1e3", 1000.0),
        (",", "1.200,5", 1200.5),
        (",", "4.2", 4.2),
        (",", "0.125", 0.125),
        (".", "1,200.5", 1200.5),
    ],
)
def test_a_number_is_read_as_people_type_it(decimal: str, text: str, value: float) -> None:
    values, why = numbers(pl.Series([text]), decimal)
    assert values.to_list() == [value]
    assert why.to_list() == [None]


@pytest.mark.parametrize(
    ("decimal", "texts", "reason"),
    [
        ("", ["x"], "not a number"),
        ("", ["inf"], "not a number"),
        ("", ["nan"], "not a number"),
        ("", ["<0.5"], "not a number"),
        ("", ["1,2,3"], "not a number"),
        ("", ["1,5", "2.5"], "decimal commas and decimal points"),
        (",", ["7.424"], "thousand or a decimal"),
        (".", ["7,424"], "thousand or a decimal"),
    ],
)
def test_what_could_be_misread_is_not_read(decimal: str, texts: list[str], reason: str) -> None:
    values, why = numbers(pl.Series(texts), decimal)
    assert values[0] is None
    assert reason in why[0]


def test_words_are_compared_without_their_spelling() -> None:
    assert plain(pl.Series(["1.0", " 2 ", "", "-9.00", "007"])).to_list() == [
        "1", "2", None, "-9", "007"
    ]  # fmt: skip
    assert plain(pl.Series([1.0, 2.5, None])).to_list() == ["1", "2.5", None]
    assert plain(pl.Series([True, None])).to_list() == ["true", None]


# ---- dates --------------------------------------------------------------------------------------

DAY = datetime(2024, 3, 31)
NOON = datetime(2024, 3, 31, 14, 5)


@pytest.mark.parametrize(
    ("form", "text", "at"),
    [
        ("", "2024-03-31", DAY),
        ("", "2024-03-31 14:05", NOON),
        ("", "2024-03-31T14:05:00", NOON),
        ("", "2024-03-31T14:05:00Z", NOON),
        ("", "2024-03-31T16:05:00+02:00", NOON),
        ("", "31.03.2024", DAY),
        ("", "31.3.2024 14:05", NOON),
        ("", "31/03/2024 14:05", NOON),
        ("", "03/31/2024", DAY),
        ("DD/MM/YYYY", "31/03/2024 14:05", NOON),
        ("MM/DD/YYYY", "03/04/2024", datetime(2024, 3, 4)),
        ("DD/MM/YYYY", "03/04/2024", datetime(2024, 4, 3)),
        ("DD.MM.YY", "31.03.24", DAY),
        ("YYYYMMDD HHMM", "20240331 1405", NOON),
        ("excel", "45382.5", datetime(2024, 3, 31, 12, 0)),
    ],
)
def test_a_date_is_read_as_it_is_written(form: str, text: str, at: datetime) -> None:
    found, why = dates(pl.Series([text]), form, excel=False)
    assert found.to_list() == [at]
    assert why.to_list() == [None]


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("", "2024-03-31T14:05:00+02:00"),
        ("", "2024-03-31 14:05Z"),
        ("", "2024-03-31 14:05"),
        ("%Y%m%d %H%M%z", "20240331 1405+0200"),
        ("DD/MM/YYYY HH:MM", "31/03/2024 14:05-05:00"),
    ],
)
def test_the_clock_time_is_kept_where_the_map_says_so(form: str, text: str) -> None:
    assert dates(pl.Series([text]), form, excel=False, wall=True)[0].to_list() == [NOON]


def test_a_form_with_a_zone_becomes_utc() -> None:
    cells = pl.Series(["20240331 1605+0200", "20240331 1405Z"])
    assert dates(cells, "%Y%m%d %H%M%z", excel=False)[0].to_list() == [NOON, NOON]


ZONES = 'episode = "id"\nt0 = "flow"'
DEATH = 'death = "death_dt"'


@pytest.mark.parametrize(
    ("cells", "zoned", "none"),
    [
        ("id,flow,death\ne,2024-07-02 12:00,2024-07-03T12:00+02:00\n", "'death' in row 2",
         "'flow' in row 2"),
        ("id,flow,death\ne,2024-07-02T12:00Z,2024-07-03\n", "'flow' in row 2", "'death' in row 2"),
        ("id,flow,death\ne,2024-07-02T12:00Z,\nf,2024-07-03 12:00,\n", "'flow' in row 2",
         "'flow' in row 3"),
    ],
)  # fmt: skip
def test_times_with_and_without_a_zone_are_not_mixed(
    run: Import, cells: str, zoned: str, none: str
) -> None:
    with pytest.raises(InputError) as error:
        run(cells, DEATH, ZONES)
    text = str(error.value)
    assert f"{zoned} of a.csv" in text
    assert f"{none} of a.csv" in text
    assert text.index(zoned) < text.index("has a time zone") < text.index(none)
    assert 'time_zone = "wall"' in text


def test_times_that_all_have_a_zone_become_utc_and_it_is_told(run: Import) -> None:
    cells = "id,flow,death\ne,2024-07-02T12:00+02:00,2024-07-03T12:00Z\nf,NA,\n"
    made = run(cells, DEATH, ZONES + '\nmissing = ["NA"]')
    assert table(made, "episode")["t0"] == [datetime(2024, 7, 2, 10), None]
    assert table(made, "outcome")["death_dt"] == [datetime(2024, 7, 3, 12)]
    (file,) = made.report.files
    assert file.notes == ("times with a zone are kept as UTC: flow, death",)


@pytest.mark.parametrize(("head", "own"), [('[map]\ntime_zone = "wall"', ""), ("", "wall")])
def test_a_map_can_keep_the_clock_times(run: Import, head: str, own: str) -> None:
    cells = "id,flow,death\ne,2024-07-02 12:00,2024-07-03T12:00+02:00\n"
    made = run(cells, DEATH, ZONES + (f'\ntime_zone = "{own}"' if own else ""), head)
    assert table(made, "episode")["t0"] == [datetime(2024, 7, 2, 12)]
    assert table(made, "outcome")["death_dt"] == [datetime(2024, 7, 3, 12)]


TWO_TABLES = """
[[table]]
episode = "id"
t0 = "flow"
file = "a*"
ignore_others = true
[[table]]
episode = "id"
file = "b*"
rows = "existing"
layout = "long"
[table.long]
variable = "what"
value = "value"
at = "seen"
[table.values]
lactate = "lactate"
death = "death_dt"
"""


@pytest.mark.parametrize(
    "long",
    [
        "id,what,value,seen\ne,lactate,2.5,2024-07-02T12:00+02:00\n",
        "id,what,value,seen\ne,death,2024-07-03T12:00+02:00,\n",
    ],
)
def test_zones_are_not_mixed_between_the_tables_of_an_import(tmp_path: Path, long: str) -> None:
    (tmp_path / "a.csv").write_text("id,flow\ne,2024-07-02 12:00\n")
    (tmp_path / "b.csv").write_text(long)
    plan = parse_map(TWO_TABLES, "m.toml", standard())
    with pytest.raises(InputError, match=r"of b.csv .* has a time zone and 'flow' in row 2 of a"):
        convert([tmp_path / "a.csv", tmp_path / "b.csv"], plan)


def test_a_column_of_parquet_with_a_zone_is_not_mixed_either(tmp_path: Path) -> None:
    frame = pl.DataFrame({"id": ["e"], "flow": [NOON], "death": [NOON]})
    paris = pl.col("death").dt.replace_time_zone("Europe/Paris")
    frame.with_columns(paris).write_parquet(tmp_path / "a.parquet")
    text = '{}\n[[table]]\nepisode = "id"\nt0 = "flow"\n[table.columns]\ndeath = "death_dt"'
    with pytest.raises(InputError, match=r"'death' .* has a time zone and 'flow'"):
        convert([tmp_path / "a.parquet"], parse_map(text.format(""), "m.toml", standard()))
    plan = parse_map(text.format('[map]\ntime_zone = "wall"'), "m.toml", standard())
    made = convert([tmp_path / "a.parquet"], plan)
    assert table(made, "outcome")["death_dt"] == [NOON]
    assert made.report.files[0].notes == (
        "times with a zone are kept with the clock time of their zone: death",
    )


def test_a_time_zone_of_a_map_is_one_of_two_words(run: Import) -> None:
    with pytest.raises(InputError, match="time_zone = 'Paris' must be one of utc, wall"):
        run("id\ne\n", "", 'episode = "id"', '[map]\ntime_zone = "Paris"')


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("03/04/2024", "day/month or month/day"),
        ("yesterday", "not a date"),
        ("30.02.2024", "not a date"),
        ("1700-01-01", "between 1900 and 2299"),
        ("45382", "not a date"),
    ],
)
def test_a_date_that_is_not_clear_is_not_read(text: str, reason: str) -> None:
    found, why = dates(pl.Series([text]), "", excel=False)
    assert found.to_list() == [None]
    assert reason in why[0]


def test_one_clear_date_tells_the_order_of_the_column() -> None:
    found, _ = dates(pl.Series(["03/04/2024", "31/12/2024"]), "", excel=False)
    assert found.to_list() == [datetime(2024, 4, 3), datetime(2024, 12, 31)]


def test_a_workbook_counts_days_from_the_end_of_1899() -> None:
    # Excel: 1 January 2024 is day 45292
    found, _ = dates(pl.Series([45292.0, 45292.25]), "", excel=True)
    assert found.to_list() == [datetime(2024, 1, 1), datetime(2024, 1, 1, 6)]


# ---- values of a table --------------------------------------------------------------------------


def test_a_unit_is_converted_and_what_was_entered_is_kept(run: Import) -> None:
    made = run(
        "id,lac,kreat\na,54,1.8\nb,,\n",
        'lac = { to = "lactate@pre", unit = "mg/dL" }\n'
        'kreat = { to = "creatinine@pre", unit = "mg/dL" }',
    )
    sets = table(made, "observation")
    assert sets["episode"] == ["a"]
    assert sets["lactate"][0] == pytest.approx(54 / 9.008, rel=1e-9)
    assert sets["creatinine"][0] == pytest.approx(1.8 * 88.42, rel=1e-9)
    assert json.loads(sets["entered"][0]) == {"lactate": "54 mg/dL", "creatinine": "1.8 mg/dL"}
    assert table(made, "episode")["key"] == ["a", "b"]


def test_codes_yes_no_in_three_languages_and_labels_are_read(run: Import) -> None:
    made = run(
        "id,sex,chf,dm,copd,dest\na,1,ja,oui,1.0,Home\nb,2,nein,non,0,Décédé\n",
        'sex = { to = "sex", codes = { 1 = "male", 2 = "female" } }\n'
        'chf = "hx_chf"\ndm = "hx_diabetes"\ncopd = "hx_copd"\n'
        'dest = { to = "discharge_dest", codes = { Home = "home", "décédé" = "died" } }',
    )
    assert table(made, "patient")["sex"] == ["male", "female"]
    episode = table(made, "episode")
    assert episode["hx_chf"] == episode["hx_diabetes"] == episode["hx_copd"] == [True, False]
    assert table(made, "outcome")["discharge_dest"] == ["home", "died"]
    assert json.loads(table(made, "patient")["entered"][1]) == {"sex": "2"}


def test_with_codes_nothing_else_is_taken(run: Import) -> None:
    with pytest.raises(BadCells) as error:
        run("id,x\na,1\nb,0\n", 'x = { to = "hx_chf", codes = { 1 = true, 2 = false } }')
    assert told(error) == [(3, "x", "0", "It takes 1 (yes) or 2 (no).")]


def test_missing_words_are_missing_and_their_reason_is_kept(run: Import) -> None:
    made = run(
        "id,w,h\na,NA,-8\nb,80,170\n",
        'w = "weight_kg"\nh = "height_cm"',
        table='episode = "id"\nmissing = { NA = "", "-8" = "not done" }',
    )
    assert table(made, "episode")["weight_kg"] == [None, 80.0]
    assert table(made, "patient")["missing"] == ['{"height_cm": "not done"}', None]


def test_several_yes_no_columns_add_to_one_variable(run: Import) -> None:
    made = run(
        "id,v,m\na,1,1\nb,0,1\nc,0,0\n",
        'v = { to = "etiology_detail", add = "valve" }\n'
        'm = { to = "etiology_detail", add = "myocarditis" }',
    )
    assert table(made, "episode")["etiology_detail"] == ["myocarditis|valve", "myocarditis", None]


def test_one_cell_may_name_several_choices(run: Import) -> None:
    made = run("id,x\na,valve; myocarditis\n", 'x = "etiology_detail"')
    assert table(made, "episode")["etiology_detail"] == ["myocarditis|valve"]


def test_times_are_real_where_known_and_hours_from_t0_elsewhere(run: Import) -> None:
    made = run(
        "id;t0;died;out\na;01.03.2024 08:00;05.03.2024;9\n",
        'died = "death_dt"\nout = { to = "hosp_discharge_dt", unit = "days from t0" }',
        table='episode = "id"\nt0 = "t0"',
    )
    assert table(made, "episode")["t0"] == [datetime(2024, 3, 1, 8)]
    outcome = table(made, "outcome")
    assert outcome["death_dt"] == [datetime(2024, 3, 5)]
    assert outcome["hosp_discharge_dt_h"] == [216.0]


def test_constants_fill_every_row(run: Import) -> None:
    made = run(
        "id\na\nb\n", "", table='episode = "id"\nconstant = { indication = "cardiovascular" }'
    )
    runs = table(made, "run")
    assert (runs["episode"], runs["key"]) == (["a", "b"], ["1", "1"])
    assert runs["indication"] == ["cardiovascular"] * 2


def test_a_year_of_birth_is_taken_from_a_date(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path), {"default_date_format": "dd.mm.yyyy"}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "born"])
        sheet.write(1, 0, "a")
        sheet.write_datetime(1, 1, datetime(1956, 5, 17))
    columns = '[[table]]\nepisode = "id"\n[table.columns]\nborn = "birth_year"'
    made = convert([path], parse_map(columns, "m.toml", standard()))
    assert table(made, "patient")["birth_year"] == [1956.0]


# ---- devices and complications ------------------------------------------------------------------


def test_devices_come_from_a_flag_a_duration_and_dates(run: Import) -> None:
    made = run(
        "id,iabp,ecls,imp,from,to\na,1,5,CP,2024-03-01 08:00,2024-03-03\nb,2,0,,,\nc,2,,,,\n",
        'iabp = { to = "device", kind = "iabp", when = { 1 = true, 2 = false } }\n'
        'ecls = { to = "device", kind = "ecls", days = true, set = { ecmo_mode = "va" } }\n'
        'imp = { to = "device", codes = { CP = "impella-cp" }, start = "from", stop = "to" }',
    )
    device = table(made, "device")
    assert device["kind"] == ["iabp", "ecls", "impella-cp"]
    assert device["episode"] == ["a"] * 3
    assert device["start_h"] == [0.0, 0.0, None]
    assert device["stop_h"] == [None, 120.0, None]
    assert device["start"][2] == datetime(2024, 3, 1, 8)
    assert device["stop"][2] == datetime(2024, 3, 3)
    assert device["ecmo_mode"] == [None, "va", None]


def test_a_duration_counts_from_the_start_that_is_told(run: Import) -> None:
    made = run(
        "id,days,begin\na,2,2024-03-01 08:00\n",
        'days = { to = "device", kind = "iabp", days = true, start = "begin" }',
    )
    assert table(made, "device")["stop"] == [datetime(2024, 3, 3, 8)]


def test_a_device_hangs_on_the_run_of_its_sheet(run: Import) -> None:
    made = run(
        "id,ecls,why\na,5,cardiovascular\n",
        'ecls = { to = "device", kind = "ecls", days = true }\nwhy = "indication"',
    )
    assert table(made, "device")["run"] == ["1"]


def test_a_complication_has_its_day(run: Import) -> None:
    made = run(
        "id,b,day\na,1,3\nb,0,\n",
        'b = { to = "complication", kind = "bleeding", at_days = "day" }',
    )
    assert table(made, "complication") == {
        "episode": ["a", "b"], "kind": ["bleeding"] * 2, "occurred": [True, False],
        "at": [None] * 2, "at_h": [72.0, None],
    }  # fmt: skip


def test_a_device_cannot_stop_before_it_starts_nor_last_less_than_nothing(run: Import) -> None:
    with pytest.raises(BadCells) as error:
        run(
            "id,x,y,a,b\na,1,-2,5,3\n",
            'x = { to = "device", kind = "iabp", start_days = "a", stop_days = "b" }\n'
            'y = { to = "device", kind = "ecls", days = true }',
        )
    assert told(error) == [
        (2, "b", "3", "The device would stop before it starts."),
        (2, "y", "-2", "A duration is not negative."),
    ]


# ---- what is refused ----------------------------------------------------------------------------


def test_every_bad_cell_is_told_at_once_and_says_what_is_allowed(run: Import) -> None:
    with pytest.raises(BadCells) as error:
        run(
            "id,w,lac,sex,chf,t0\na,800,54,x,maybe,soon\nb,abc,0.2,1,1,2024-01-01\n",
            'w = "weight_kg"\nlac = "lactate@pre"\nchf = "hx_chf"\nsex = "sex"',
            table='episode = "id"\nt0 = "t0"',
        )
    assert told(error) == [
        (2, "t0", "soon", "It is not a date. Dates are read as 2024-03-31 14:05 or 31.03.2024."),
        (2, "w", "800", "weight_kg takes 25 to 350 kg."),
        (3, "w", "abc", "It is not a number."),
        (2, "lac", "54", "lactate takes 0.1 to 40 mmol/L. It looks like a value in mg/dL."),
        (3, "lac", "0.2",
         "lactate = 0.2 mmol/L is outside the usual 0.3 to 25 mmol/L. "
         "If it is right, let it through with --accept-soft."),
        (2, "chf", "maybe", "It takes yes or no (1 or 0, oui or non, ja or nein)."),
        (2, "sex", "x", "sex takes female, male, unknown."),
        (3, "sex", "1", "sex takes female, male, unknown."),
    ]  # fmt: skip
    assert str(error.value).startswith(
        "8 cells cannot be imported, so nothing was:\n  a.csv, row 2"
    )


def test_a_number_in_the_wrong_unit_is_recognised_both_ways(run: Import) -> None:
    with pytest.raises(BadCells, match="It looks like a value in mmol/L"):
        run("id,x\na,0.4\n", 'x = { to = "lactate@pre", unit = "mg/dL" }')
    with pytest.raises(BadCells, match=r"takes 0.9\d+ to 360.3\d* mg/dL \(0.1 to 40 mmol/L\)"):
        run("id,x\na,400\n", 'x = { to = "lactate@pre", unit = "mg/dL" }')


def test_unusual_values_come_in_marked_and_asked_about_when_accepted(run: Import) -> None:
    made = run("id,x\na,0.2\nb,2\n", 'x = "lactate@pre"', accept_soft=True)
    assert table(made, "observation")["lactate"] == [0.2, 2.0]
    assert table(made, "observation")["accepted"] == ['["lactate"]', None]
    query = table(made, "query")
    assert query["episode"] == ["a"]
    assert query["status"] == ["open"]
    assert query["question"] == ["lactate = 0.2 at pre is unusual (a.csv, row 2). Is it right?"]


def test_the_map_can_leave_out_what_cannot_be_and_it_is_counted(run: Import) -> None:
    made = run("id,x\na,99\nb,2\nc,n.d.\n", 'x = { to = "lactate@pre", bad = "missing" }')
    assert table(made, "observation")["episode"] == ["b"]
    (tally,) = made.report.tallies
    assert (tally.values, tally.blanked) == (1, 2)


def test_leaving_out_the_impossible_does_not_leave_out_the_unusual(run: Import) -> None:
    with pytest.raises(BadCells, match="outside the usual"):
        run("id,x\na,0.2\n", 'x = { to = "lactate@pre", bad = "missing" }')
    made = run("id,x\na,0.2\n", 'x = { to = "lactate@pre", soft = "missing" }')
    assert "observation" not in {rows.table for rows in made.batch.rows}


def test_the_map_can_correct_single_cells_and_it_stays_on_record(run: Import) -> None:
    made = run(
        "id,ph,lac\n92,7484,54\n93,7.4,3\n",
        'ph = { to = "ph@48h", fix = { 92 = "7.484" } }\n'
        'lac = { to = "lactate@48h", unit = "mg/dL", fix = { 93 = "3 mmol/L" } }',
    )
    sets = table(made, "observation")
    assert sets["ph"] == [7.484, 7.4]
    assert sets["lactate"] == [pytest.approx(54 / 9.008, rel=1e-9), 3.0]
    assert json.loads(sets["entered"][0]) == {"ph": "7484 -> 7.484", "lactate": "54 mg/dL"}
    assert json.loads(sets["entered"][1]) == {"lactate": "3 -> 3 mmol/L"}


def test_the_map_can_narrow_a_range_in_the_unit_of_the_column(run: Import) -> None:
    columns = 'x = { to = "lactate@pre", unit = "mg/dL", range = [4, 360] }'
    assert table(run("id,x\na,4\n", columns), "observation")["episode"] == ["a"]
    with pytest.raises(BadCells, match="takes 4 to 360 mg/dL"):
        run("id,x\na,3.6\n", columns)


def test_a_column_cannot_exceed_another_when_the_map_says_so(run: Import) -> None:
    rule = '[{ column = "vent", at_most = "stay", times = 24, why = "Ventilated after discharge" }]'
    head = f'episode = "id"\nignore = ["stay"]\nchecks = {rule}'
    hours = '[variable.vent_h]\nunit = "h"'
    cells = "id,vent,stay\na,100,4\nb,96,4\n"
    with pytest.raises(BadCells) as error:
        run(cells, 'vent = "vent_h"', table=head, head=hours)
    assert told(error) == [
        (2, "vent", "100", "Ventilated after discharge: at most 96, from 'stay'.")
    ]
    made = run(cells, 'vent = { to = "vent_h", bad = "missing" }', table=head, head=hours)
    assert table(made, "episode")["vent_h"] == [None, 96.0]


def test_times_that_cannot_be_in_that_order_are_told_with_their_row(run: Import) -> None:
    with pytest.raises(BadCells) as error:
        run(
            "id,t0,dead,adm\na,2024-03-01 08:00,2024-02-28,2024-02-27\n"
            "b,2024-03-01,2024-03-02,2024-03-03\nc,2024-03-01,2024-03-02,2024-02-03\n",
            'dead = "death_dt"\nadm = "hosp_admit_dt"',
            table='episode = "id"\nt0 = "t0"',
        )
    assert told(error) == [
        (2, "dead", "2024-02-28",
         "Death comes before time zero (2024-03-01 08:00). Check the two times."),
        (3, "dead", "2024-03-02",
         "Death comes before hospital admission (2024-03-03 00:00). Check the two times."),
    ]  # fmt: skip


def test_a_day_alone_does_not_come_before_a_time_of_the_same_day(run: Import) -> None:
    made = run(
        "id,t0,dead\na,2024-03-01 08:00,2024-03-01\nb,2024-03-01 08:00,2024-03-02\n",
        'dead = "death_dt"',
        table='episode = "id"\nt0 = "t0"',
    )
    assert table(made, "outcome")["death_dt"] == [datetime(2024, 3, 1, 8), datetime(2024, 3, 2)]
    assert made.report.notes == (
        "death_dt: 1 without a time of day on the day of t0 are taken as that time",
    )


def test_a_device_that_ends_on_the_day_it_began_ends_no_earlier(run: Import) -> None:
    made = run(
        "id,x,on,off\na,1,2024-03-01 09:00,2024-03-01\n",
        'x = { to = "device", kind = "ecls", start = "on", stop = "off" }',
    )
    assert table(made, "device")["stop"] == [datetime(2024, 3, 1, 9)]


def test_a_correction_for_a_key_that_is_not_there_is_refused(run: Import) -> None:
    with pytest.raises(BadCells) as error:
        run("id,w\na,80\n", 'w = { to = "weight_kg", fix = { z = "90" } }')
    assert told(error) == [
        (0, "w", "z", "The map corrects this key, which the file does not have.")
    ]


def test_whole_numbers_are_whole(run: Import) -> None:
    with pytest.raises(BadCells, match="gcs_total is a whole number"):
        run("id,x\na,9.5\n", 'x = "gcs_total@pre"')


# ---- keys and columns ---------------------------------------------------------------------------


def test_columns_left_untold_are_refused_by_name(run: Import) -> None:
    with pytest.raises(InputError, match=r"does not say what to do with 'y', 'z' of a.csv"):
        run("id,x,y,z\na,50,1,2\n", 'x = "age_years"')
    made = run("id,x,y,z\na,50,1,2\n", 'x = "age_years"', table='episode = "id"\nignore = ["[yz]"]')
    assert made.report.files[0].ignored == ("y", "z")


def test_a_column_that_is_not_there_is_refused_with_the_closest(run: Import) -> None:
    with pytest.raises(InputError, match=r"'Gewich' is not a known column of a.csv.*'Gewicht'"):
        run("id,Gewicht\na,80\n", 'Gewich = "weight_kg"')


def test_every_row_needs_a_key(run: Import) -> None:
    with pytest.raises(BadCells, match=r"row 3, column 'id': ''. Every row needs the key"):
        run("id,x\na,50\n,60\n", 'x = "age_years"')


def test_an_unknown_key_is_refused_or_passed_over(run: Import) -> None:
    known = Known(frozenset("p"), {"a": "p"})
    existing = 'episode = "id"\nrows = "existing"'
    with pytest.raises(BadCells, match=r"row 3, column 'id': 'b'. Nobody has this key yet"):
        run("id,x\na,2\nb,3\n", 'x = "lactate@pre"', table=existing, known=known)
    skipping = f'{existing}\nunknown_keys = "skip"'
    made = run("id,x\na,2\nb,999\n", 'x = "lactate@pre"', table=skipping, known=known)
    assert table(made, "observation")["episode"] == ["a"]
    assert made.report.files[0].skipped == 1


def test_rows_of_one_episode_become_one_unless_they_contradict(run: Import) -> None:
    both = 'patient = "p"\nepisode = "id"'
    columns = 'age = "age_years"\nw = "weight_kg"'
    made = run("p,id,age,w\n1,a,50,\n1,a,50,80\n1,b,51,\n", columns, table=both)
    assert table(made, "patient")["key"] == ["1"]
    episode = table(made, "episode")
    assert (episode["key"], episode["patient"]) == (["a", "b"], ["1", "1"])
    assert (episode["age_years"], episode["weight_kg"]) == ([50.0, 51.0], [80.0, None])
    with pytest.raises(BadCells, match=r"Row 2 says 50 for the same key"):
        run("p,id,age,w\n1,a,50,\n1,a,60,\n", columns, table=both)
    with pytest.raises(BadCells, match="The episode a belongs to the patient 1 already"):
        run("p,id,age,w\n1,a,50,\n2,a,50,\n", columns, table=both)


@pytest.mark.parametrize(
    ("take", "value"),
    [("first", 80.0), ("last", 78.0), ("lowest", 76.0), ("highest", 80.0), ("median", 78.0)],
)
def test_the_map_says_which_of_several_values_counts(run: Import, take: str, value: float) -> None:
    made = run("id,w\na,\na,80\na,76\na,78\n", f'w = {{ to = "weight_kg", take = "{take}" }}')
    assert table(made, "episode")["weight_kg"] == [value]


def test_sets_of_one_sheet_have_the_time_of_their_row(run: Import) -> None:
    made = run(
        "id,day,lac\na,0,8\na,1,4\na,2,\n",
        'lac = "lactate"',
        table='episode = "id"\nat = "day"\nat_unit = "days"',
    )
    sets = table(made, "observation")
    assert (sets["at_h"], sets["lactate"]) == ([0.0, 24.0], [8.0, 4.0])


def test_the_nominal_point_may_stand_in_a_column(run: Import) -> None:
    columns, head = 'lac = "lactate"', 'episode = "id"\npoint = "visit"'
    made = run("id,visit,lac\na,pre,8\na,Day 1,4\n", columns, table=head)
    assert table(made, "observation")["nominal"] == ["pre", "24h"]
    with pytest.raises(BadCells, match=r"row 2, column 'visit': 'later'. It takes a time point"):
        run("id,visit,lac\na,later,8\n", columns, table=head)


def test_follow_up_has_its_time(run: Import) -> None:
    made = run("id,m\na,2\n", 'm = "mrs@90d"')
    assert table(made, "followup") == {"episode": ["a"], "at_h": [2160.0], "mrs": [2.0]}


# ---- long tables --------------------------------------------------------------------------------

LONG = """
[[table]]
layout = "long"
episode = "id"
[table.long]
variable = "what"
value = "value"
unit = "unit"
at = "at"
[table.values]
lac = "lactate"
crea = "creatinine"
kg = { to = "weight_kg", take = "first", unit = "kg" }
chloride = "ignore"
"""


def long(tmp_path: Path, rows: str, text: str = LONG) -> Converted:
    path = tmp_path / "long.csv"
    path.write_text(f"id,what,value,unit,at\n{rows}", "utf-8")
    return convert([path], parse_map(text, "m.toml", standard()))


def test_long_rows_of_one_time_become_one_set_and_a_second_value_a_second_set(
    tmp_path: Path,
) -> None:
    made = long(
        tmp_path,
        "a,lac,18.016,mg/dL,2024-01-01 08:00\n"
        "a,crea,100,umol/L,2024-01-01 08:00\n"
        "a,lac,3,mmol/L,2024-01-01 08:00\n"
        "a,lac,4,mmol/L,2024-01-01 09:00\n"
        "a,chloride,999,,2024-01-01 09:00\n"
        "a,kg,81,,2024-01-02\n"
        "a,kg,80,,2024-01-01\n",
    )
    sets = table(made, "observation")
    assert sets["at"] == [datetime(2024, 1, 1, 8), datetime(2024, 1, 1, 8), datetime(2024, 1, 1, 9)]
    assert sets["lactate"] == [pytest.approx(2.0, rel=1e-9), 3.0, 4.0]
    assert sets["creatinine"] == [100.0, None, None]
    assert table(made, "episode")["weight_kg"] == [80.0]


def test_units_and_words_of_a_long_table_must_be_known(tmp_path: Path) -> None:
    with pytest.raises(BadCells) as error:
        long(
            tmp_path,
            "a,lac,2,stone,2024-01-01\na,lac,2,,2024-01-01\na,lactose,2,,2024-01-01\n"
            "a,lactose,2,,2024-01-01\n",
        )
    allowed = {(row, value): text for row, _, value, text in told(error)}
    assert "not under [table.values]" in allowed[4, "lactose"]
    assert "lactate cannot be read in 'stone'" in allowed[2, "stone"]
    assert "The unit is missing, and lactate is known in several" in allowed[3, ""]
    assert len(allowed) == 3


# ---- several files ------------------------------------------------------------------------------


def test_files_are_matched_with_tables_and_new_keys_come_first(tmp_path: Path) -> None:
    (tmp_path / "base.csv").write_text("id,age\na,50\n")
    (tmp_path / "gases.csv").write_text("id,lac\na,2\n")
    text = """
[[table]]
file = "GASES*"
episode = "id"
rows = "existing"
[table.columns]
lac = "lactate@pre"
[[table]]
file = "base.csv"
episode = "id"
[table.columns]
age = "age_years"
"""
    plan = parse_map(text, "m.toml", standard())
    base, gases = tmp_path / "base.csv", tmp_path / "gases.csv"
    made = convert([gases, base], plan)
    assert [one.file for one in made.report.files] == ["base.csv", "gases.csv"]
    assert made.report.rows == {"patient": 1, "episode": 1, "observation": 1}
    assert made.batch.origin.count("sha256:") == 2
    with pytest.raises(InputError, match=r"table 1 is for a file 'GASES\*', and you gave base.csv"):
        convert([base], plan)
    (tmp_path / "other.csv").write_text("id\na\n")
    with pytest.raises(InputError, match=r"No table of the map is for other.csv"):
        convert([base, gases, tmp_path / "other.csv"], plan)


def test_bad_cells_of_all_files_are_told_together(tmp_path: Path) -> None:
    for name in ("a.csv", "b.csv"):
        (tmp_path / name).write_text("id,age\nx,500\n")
    plan = parse_map(
        "\n".join(
            f'[[table]]\nfile = "{name}.csv"\nepisode = "id"\n[table.columns]\nage = "age_years"'
            for name in "ab"
        ),
        "m.toml",
        standard(),
    )
    with pytest.raises(BadCells) as error:
        convert([tmp_path / "a.csv", tmp_path / "b.csv"], plan)
    assert [cell.file for cell in error.value.cells] == ["a.csv", "b.csv"]


def test_the_report_counts_what_was_read(run: Import) -> None:
    made = run(
        "id,x,y\na,54,50\nb,36,\n", 'x = { to = "lactate@pre", unit = "mg/dL" }\ny = "age_years"'
    )
    report = made.report
    assert (report.patients, report.episodes) == (2, 2)
    assert report.values["observation"] == 2
    assert report.values["episode"] == 1
    assert [(t.column, t.name, t.unit, t.values) for t in report.tallies] == [
        ("x", "lactate@pre", "mg/dL", 2), ("y", "age_years", "", 1)
    ]  # fmt: skip
    assert (report.files[0].encoding, report.files[0].delimiter) == ("utf-8", ",")
