"""Infusions and decisions out of spreadsheets: units, times, refusals, what is told again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from afterload.core.errors import BadCells, InputError, RecordError
from afterload.core.vocabulary import standard
from afterload.registry.batch import Batch, Rows
from afterload.registry.check import check_all
from afterload.registry.convert import Converted, convert
from afterload.registry.convert_keys import Known
from afterload.registry.extract import extract
from afterload.registry.ledger import add, correct
from afterload.registry.mapping_parse import parse_map
from afterload.registry.rate_units import DRUGS, RATE_UNITS, rate_form
from afterload.registry.rows import current
from afterload.registry.store import Registry

V = standard()
WHO: dict[str, Any] = {"who": "Ada", "why": "test", "now": datetime(2026, 3, 2)}
KNOWN = Known(frozenset("abc"), {k: k for k in "abc"})


def wide(folder: Path, cells: str, columns: str, table: str = "", **more: Any) -> Converted:
    path = folder / "a.csv"
    path.write_text(cells)
    document = f'[[table]]\nepisode = "id"\n{table}\n[table.columns]\n{columns}\n'
    return convert([path], parse_map(document, "m.toml", V), **more)


def long(folder: Path, cells: str, keys: str, values: str, **more: Any) -> Converted:
    path = folder / "a.csv"
    path.write_text(cells)
    document = (
        '[[table]]\nlayout = "long"\nepisode = "id"\nrows = "existing"\n[table.long]\n'
        f'variable = "drug"\nvalue = "rate"\n{keys}\n[table.values]\n{values}\n'
    )
    return convert([path], parse_map(document, "m.toml", V), known=KNOWN, **more)


def held(made: Converted, table: str, *names: str) -> list[tuple[Any, ...]]:
    for rows in made.batch.rows:
        if rows.table == table:
            nothing: Sequence[Any] = [None] * len(rows)
            return list(zip(*(rows.columns.get(n, nothing) for n in names), strict=True))
    return []


def refused(error: pytest.ExceptionInfo[BadCells]) -> list[tuple[int, str, str, str]]:
    return [(c.row, c.column, c.value, c.allowed) for c in error.value.cells]


# ---- units --------------------------------------------------------------------------------------


def test_every_drug_with_a_rate_is_in_the_vocabulary() -> None:
    assert all(V[name].section == "I. drugs" for name in DRUGS)
    numbers = {v.name for v in V.values() if v.section == "I. drugs" and v.kind == "num"}
    assert numbers == {name for name in DRUGS if V[name].is_numeric}


def test_units_agree_with_those_of_the_vocabulary() -> None:
    """Where units.csv knows the factor as well, it is the same."""
    seen = 0
    for name in DRUGS:
        for form in V[name].units:
            rate = rate_form(V[name], form.unit, weighed=False)
            assert rate is not None, (name, form.unit)
            assert rate.factor == pytest.approx(form.factor, rel=1e-12)
            seen += 1
    assert seen >= 10


@pytest.mark.parametrize(
    ("spelling", "unit"),
    [
        ("mcg/kg/min", "ug/kg/min"), ("µg/kg/min", "ug/kg/min"), ("γ/kg/min", "ug/kg/min"),
        ("units/hour", "[IU]/h"), ("UI/h", "[IU]/h"), ("mL/hour", "mL/h"), ("mg/h", "mg/h"),
        ("mg·h⁻¹", "mg/h"), ("mEq/min", "meq/min"), ("grams/hour", "g/h"),
    ],
)  # fmt: skip
def test_units_are_read_as_they_are_written(spelling: str, unit: str) -> None:
    form = rate_form(None, spelling, weighed=False)
    assert form is not None
    assert form.unit == unit
    assert unit in {one.unit for one in RATE_UNITS.values()}


def test_mg_per_hour_become_ug_per_kg_and_minute_where_the_weight_is_told(tmp_path: Path) -> None:
    """1.2 mg/h at 80 kg: 1200 / 60 / 80 = 0.25 µg/kg/min; without a weight 1.2 mg/h stays."""
    made = wide(
        tmp_path, "id,na,kg\na,1.2,80\nb,1.2,\nc,,70\n",
        'na = { to = "infusion@24h", drug = "norepi", unit = "mg/h", weight = "kg" }\n'
        'kg = "weight_kg"',
    )  # fmt: skip
    assert held(made, "infusion", "episode", "drug", "rate", "unit", "nominal", "entered") == [
        ("a", "norepi", pytest.approx(0.25, rel=1e-12), "ug/kg/min", "24h", '{"rate": "1.2 mg/h"}'),
        ("b", "norepi", 1.2, "mg/h", "24h", None),
    ]
    assert any("1 kept per time, not per kg" in n for n in made.report.files[0].notes)


def test_vasopressin_per_hour_becomes_per_minute(tmp_path: Path) -> None:
    """2.4 IU/h = 0.04 IU/min."""
    column = 'x = { to = "infusion@pre", drug = "vasopressin", unit = "IU/h" }'
    made = wide(tmp_path, "id,x\na,2.4\n", column)
    assert held(made, "infusion", "rate", "unit") == [(pytest.approx(0.04), "[IU]/min")]


def test_a_volume_and_an_unknown_drug_stay_as_they_were_told(tmp_path: Path) -> None:
    made = wide(
        tmp_path, "id,x,y\na,5,40\n",
        'x = { to = "infusion@pre", drug = "norepi", unit = "ml/h" }\n'
        'y = { to = "infusion@pre", other_drug = "phenylephrine", unit = "µg/min" }',
    )  # fmt: skip
    assert held(made, "infusion", "drug", "rate", "unit") == [
        ("norepi", 5.0, "mL/h"), ("phenylephrine", 40.0, "ug/min")
    ]  # fmt: skip


def test_each_row_may_tell_its_own_unit(tmp_path: Path) -> None:
    cells = "id,drug,rate,unit,h\na,na,0.1,µg/kg/min,0\na,na,6,µg/kg/h,2\na,na,0.2,mcg/kg/min,4\n"
    keys = 'unit = "unit"\nat = "h"\nat_unit = "hours"'
    made = long(tmp_path, cells, keys, 'na = { to = "infusion", drug = "norepinephrine" }')
    assert held(made, "infusion", "rate", "unit", "start_h", "stop_h") == [
        (0.1, "ug/kg/min", 0.0, 2.0), (pytest.approx(0.1), "ug/kg/min", 2.0, 4.0),
        (0.2, "ug/kg/min", 4.0, None),
    ]  # fmt: skip


# ---- times --------------------------------------------------------------------------------------


def test_a_rate_runs_until_the_next_one_and_0_is_kept(tmp_path: Path) -> None:
    """An empty rate ends what ran before and says nothing of what came then."""
    cells = (
        "id,drug,rate,t\n"
        "a,na,0.3,2024-03-01 12:00\na,na,0.1,2024-03-01 08:00\na,na,0,2024-03-01 14:00\n"
        "a,adr,0.5,2024-03-01 13:00\nb,na,0.2,2024-03-01 08:00\nb,na,,2024-03-01 09:00\n"
    )
    values = 'na = { to = "infusion", drug = "norepi" }\nadr = { to = "infusion", drug = "epi" }'
    made = long(tmp_path, cells, 'at = "t"', values)
    hour = [datetime(2024, 3, 1, h) for h in range(24)]
    assert sorted(held(made, "infusion", "episode", "drug", "rate", "start", "stop"), key=str) == [
        ("a", "epi", 0.5, hour[13], None),
        ("a", "norepi", 0.0, hour[14], None),
        ("a", "norepi", 0.1, hour[8], hour[12]),
        ("a", "norepi", 0.3, hour[12], hour[14]),
        ("b", "norepi", 0.2, hour[8], hour[9]),
    ]


def test_two_syringes_of_one_drug_are_told_apart_by_their_order(tmp_path: Path) -> None:
    cells = "id,drug,rate,o,h\na,na,0.1,1,0\na,na,0,1,6\na,na,0.2,2,6\na,na,0,2,9\n"
    keys = 'at = "h"\nat_unit = "hours"'
    values = 'na = { to = "infusion", drug = "norepi" }'
    made = long(tmp_path, cells, f'{keys}\norder = "o"', values)
    assert held(made, "infusion", "rate", "start_h", "stop_h") == [
        (0.1, 0.0, 6.0), (0.0, 6.0, None), (0.2, 6.0, 9.0), (0.0, 9.0, None)
    ]  # fmt: skip
    lines = [line.split(",") for line in cells.splitlines()]
    without = "\n".join(",".join((*x[:3], x[4])) for x in lines)
    with pytest.raises(BadCells) as error:
        long(tmp_path, without, keys, values)
    assert refused(error) == [
        (4, "rate", "0.2", "Row 3 gives another rate of norepi for the same time. Correct one of "
                           "them, or say with order = which infusion each row belongs to.")
    ]  # fmt: skip


def test_a_start_and_a_stop_are_kept_as_told(tmp_path: Path) -> None:
    cells = "id,drug,rate,from,to\na,na,0.1,0,6\nb,na,,2,4\nc,levo,0.1,1,\n"
    made = long(
        tmp_path, cells, 'start_hours = "from"\nstop_hours = "to"',
        'na = { to = "infusion", drug = "norepi" }\n'
        'levo = { to = "infusion", drug = "levosimendan", unit = "µg/kg/min" }',
    )  # fmt: skip
    assert held(made, "infusion", "episode", "drug", "rate", "start_h", "stop_h") == [
        ("a", "norepi", 0.1, 0.0, 6.0), ("b", "norepi", None, 2.0, 4.0),
        ("c", "levosimendan", 0.1, 1.0, None),
    ]  # fmt: skip


def test_a_wide_sheet_has_its_own_columns_for_start_and_stop(tmp_path: Path) -> None:
    made = wide(
        tmp_path, "id,d,on,off\na,5,2024-03-01 08:00,2024-03-03\nb,,2024-03-01,\nc,0,2024-03-01,\n",
        'd = { to = "infusion", drug = "dobutamine", start = "on", stop = "off" }',
    )  # fmt: skip
    assert held(made, "infusion", "episode", "rate", "unit", "start", "stop") == [
        ("a", 5.0, "ug/kg/min", datetime(2024, 3, 1, 8), datetime(2024, 3, 3)),
        ("c", 0.0, "ug/kg/min", datetime(2024, 3, 1), None),
    ]


def test_a_flow_sheet_with_a_row_per_hour(tmp_path: Path) -> None:
    made = wide(
        tmp_path, "id,h,na,lac\na,0,0.1,4\na,1,0.1,\na,2,,3\na,3,0.2,2\n",
        'na = { to = "infusion", drug = "norepi" }\nlac = "lactate"',
        'rows = "existing"\nat = "h"\nat_unit = "hours"', known=KNOWN,
    )  # fmt: skip
    assert held(made, "infusion", "rate", "start_h", "stop_h") == [
        (0.1, 0.0, 1.0), (0.1, 1.0, 2.0), (0.2, 3.0, None)
    ]  # fmt: skip
    assert len(held(made, "observation", "lactate")) == 3


def test_observed_doses_go_on_working_beside(tmp_path: Path) -> None:
    made = wide(
        tmp_path, "id,x\na,0.4\n",
        'x = [ "norepi@24h", { to = "infusion@24h", drug = "norepi" } ]',
    )  # fmt: skip
    assert held(made, "observation", "nominal", "norepi") == [("24h", 0.4)]
    assert held(made, "infusion", "nominal", "drug", "rate") == [("24h", "norepi", 0.4)]


# ---- what is refused ----------------------------------------------------------------------------


def test_bad_cells_are_listed_with_what_the_drug_takes(tmp_path: Path) -> None:
    with pytest.raises(BadCells) as error:
        wide(
            tmp_path, "id,x,kg,y,on,off\na,5000,50,much,2024-03-02,2024-03-01\nb,1,500,5,,\n",
            'x = { to = "infusion@pre", drug = "norepi", unit = "mg/h", weight = "kg" }\n'
            'y = { to = "infusion", drug = "dobutamine", start = "on", stop = "off" }',
        )  # fmt: skip
    assert sorted(refused(error)) == [
        (2, "x", "5000", "norepi takes 0 to 10 µg/kg/min."),
        (2, "y", "much", "It is not a number."),
        (3, "kg", "500", "weight_kg takes 25 to 350 kg."),
        (3, "on", "", "A rate needs the time from which it ran."),
    ]


def test_an_infusion_cannot_stop_before_it_starts(tmp_path: Path) -> None:
    column = 'y = { to = "infusion", drug = "epi", start = "on", stop = "off" }'
    with pytest.raises(BadCells) as error:
        wide(tmp_path, "id,y,on,off\na,1,2024-03-02,2024-03-01\n", column)
    assert refused(error) == [(2, "off", "2024-03-01", "The infusion would stop before it starts.")]


def test_an_unusual_rate_is_asked_about_by_its_drug(tmp_path: Path) -> None:
    column = 'x = { to = "infusion@pre", drug = "norepi" }'
    with pytest.raises(BadCells, match="norepi = 6 µg/kg/min is outside the usual 0 to 4"):
        wide(tmp_path, "id,x\na,6\n", column)
    made = wide(tmp_path, "id,x\na,6\n", column, accept_soft=True)
    (query,) = held(made, "query", "about_table", "variable", "question")
    assert query[:2] == ("infusion", "rate")
    assert query[2].startswith("norepi, rate = 6 at pre is unusual (a.csv, row 2)")


def test_a_unit_that_is_missing_or_none_is_told(tmp_path: Path) -> None:
    cells = "id,drug,rate,unit,h\na,na,0.1,,0\na,na,0.1,stones,1\na,na,,,2\n"
    keys = 'unit = "unit"\nat = "h"\nat_unit = "hours"'
    with pytest.raises(BadCells) as error:
        long(tmp_path, cells, keys, 'na = { to = "infusion", drug = "norepi" }')
    found = [(row, column, why[:30]) for row, column, _, why in refused(error)]
    assert sorted(found) == [
        (2, "rate", "The unit of the rate is missin"), (3, "rate", "'stones' is not a unit of a ra")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ('x = { to = "infusion@pre" }', "say which drug"),
        ('x = { to = "infusion@pre", drug = "norpei" }', "Did you mean 'norepi'"),
        ('x = { to = "infusion@pre", other_drug = "norepinephrine", unit = "mg/h" }',
         'write drug = "norepi"'),
        ('x = { to = "infusion@pre", other_drug = "phenylephrine" }', "in which unit"),
        ('x = { to = "infusion@pre", drug = "norepi", unit = "mmHg" }', "unit of a rate"),
        ('x = { to = "infusion", drug = "norepi" }', "say once when it ran"),
        ('x = { to = "infusion@pre", drug = "norepi", start = "on" }', "say once when it ran"),
        ('x = { to = "infusion", drug = "norepi", stop = "on" }', "say once when it ran"),
        ('x = { to = "infusion@noon", drug = "norepi" }', "time point"),
        ('x = { to = "infusion@pre", drug = "vasopressin", weight = "on" }', "not kept per kg"),
        ('x = { to = "infusion@pre", drug = "norepi", codes = { a = "b" } }', "stand for numbers"),
        ('x = { to = "infusion@pre", drug = "norepi", days = true }', "'days' is not a known key"),
        ('x = { to = "complication", kind = "rrt", who = "on" }', "belong to a decision"),
        ('x = { to = "decision", kind = "devise" }', "Did you mean 'device'"),
    ],
)  # fmt: skip
def test_a_map_that_is_not_understood_is_refused(columns: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        parse_map(f'[[table]]\nepisode = "id"\n[table.columns]\n{columns}\n', "m.toml", V)


@pytest.mark.parametrize(
    ("keys", "values", "words"),
    [
        ("", 'na = { to = "infusion", drug = "norepi" }', "infusions may have start and stop"),
        ('start = "a"\nat = "b"', 'na = { to = "infusion", drug = "norepi" }', "goes without at"),
        ('start = "a"', 'na = "lactate"', "'na' is measured"),
        ('point = "a"\norder = "b"', 'na = { to = "infusion", drug = "norepi" }', "order with at"),
        ('at = "a"', 'na = { to = "device", kind = "ecls" }', "one variable, one infusion"),
    ],
)
def test_a_long_map_that_is_not_understood_is_refused(keys: str, values: str, words: str) -> None:
    document = (
        '[[table]]\nlayout = "long"\nepisode = "id"\n[table.long]\nvariable = "d"\nvalue = "v"\n'
        f"{keys}\n[table.values]\n{values}\n"
    )
    with pytest.raises(InputError, match=words):
        parse_map(document, "m.toml", V)


# ---- decisions ----------------------------------------------------------------------------------

DECIDED = (
    'x = { to = "decision", codes = { I = "device", P = "palliative" }, '
    'at = "t", who = "w", reason = "r" }'
)
CELLS = "id,x,t,w,r\na,I,2024-03-01 09:00,shock team,SCAI D\na,P,2024-03-04,,\nb,,2024-03-01,,\n"


def test_a_decision_has_its_time_who_took_it_and_why(tmp_path: Path) -> None:
    made = wide(tmp_path, CELLS, DECIDED, 'rows = "existing"', known=KNOWN)
    assert held(made, "decision", "episode", "kind", "at", "who", "reason") == [
        ("a", "device", datetime(2024, 3, 1, 9), "shock team", "SCAI D"),
        ("a", "palliative", datetime(2024, 3, 4), None, None),
    ]


def test_a_column_may_hold_the_registrys_own_words(tmp_path: Path) -> None:
    made = wide(tmp_path, "id,x,h\na,weaning,30\nb,escalation,\n",
                'x = { to = "decision", at_hours = "h" }')  # fmt: skip
    assert held(made, "decision", "kind", "at_h") == [("weaning", 30.0), ("escalation", None)]
    with pytest.raises(BadCells, match="It takes activation"):
        wide(tmp_path, "id,x,h\na,wean,30\n", 'x = { to = "decision", at_hours = "h" }')


# ---- told again ---------------------------------------------------------------------------------


def _people(registry: Registry) -> None:
    rows = (Rows("patient", {"key": ["a", "b"]}),
            Rows("episode", {"key": ["a", "b"], "patient": ["a", "b"],
                             "t0": [datetime(2024, 3, 1)] * 2}))  # fmt: skip
    add(registry, Batch(rows), **WHO)


STEPS = "id,drug,rate,h\na,na,0.1,0\na,na,0.3,4\n"
KEYS, VALUES = 'at = "h"\nat_unit = "hours"', 'na = { to = "infusion", drug = "norepi" }'


def test_a_longer_table_ends_the_open_infusion_and_adds_the_rest(
    registry: Registry, tmp_path: Path
) -> None:
    _people(registry)
    add(registry, long(tmp_path, STEPS, KEYS, VALUES).batch, **WHO)
    assert add(registry, long(tmp_path, STEPS, KEYS, VALUES).batch, **WHO).counts == {}
    told = add(registry, long(tmp_path, STEPS + "a,na,0,6\n", KEYS, VALUES).batch, **WHO)
    assert (told.counts, told.new) == ({"infusion": 2}, {"infusion": 1})
    assert told.passed == {"infusion": 1}
    seen = current(registry, "infusion")
    assert sorted(zip(seen["rate"], seen["start_h"], seen["stop_h"], strict=True)) == [
        (0.0, 6.0, None), (0.1, 0.0, 4.0), (0.3, 4.0, 6.0)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (STEPS.replace("0.3", "0.2"), r"infusion norepi from 4 h: rate is 0.3, not 0.2"),
        (STEPS.replace("a,na,0.3,4", "a,na,0.3,5"), r"stop is 4 h, not 5 h"),
    ],
)
def test_another_rate_or_end_is_refused(
    registry: Registry, tmp_path: Path, cells: str, words: str
) -> None:
    _people(registry)
    add(registry, long(tmp_path, STEPS, KEYS, VALUES).batch, **WHO)
    with pytest.raises(RecordError, match=words):
        add(registry, long(tmp_path, cells, KEYS, VALUES).batch, **WHO)
    assert len(current(registry, "infusion")["id"]) == 2


def test_a_rate_at_a_point_is_told_once(registry: Registry, tmp_path: Path) -> None:
    _people(registry)
    column = 'x = { to = "infusion@24h", drug = "norepi" }'
    add(registry, wide(tmp_path, "id,x\na,0.4\n", column).batch, **WHO)
    assert add(registry, wide(tmp_path, "id,x\na,0.4\n", column).batch, **WHO).counts == {}
    with pytest.raises(RecordError, match=r"infusion norepi at 24h: rate is 0\.4, not 0\.5"):
        add(registry, wide(tmp_path, "id,x\na,0.5\n", column).batch, **WHO)
    other = column.replace("24h", "48h")
    assert add(registry, wide(tmp_path, "id,x\na,0.5\n", other).batch, **WHO).new == {"infusion": 1}


def test_a_decision_told_otherwise_is_refused(registry: Registry, tmp_path: Path) -> None:
    _people(registry)

    def batch(cells: str) -> Batch:
        return wide(tmp_path, cells, DECIDED, 'rows = "existing"', known=KNOWN).batch

    assert add(registry, batch(CELLS), **WHO).new == {"decision": 2}
    assert add(registry, batch(CELLS), **WHO).counts == {}
    with pytest.raises(RecordError, match="reason is SCAI D, not SCAI E"):
        add(registry, batch(CELLS.replace("SCAI D", "SCAI E")), **WHO)
    correct(registry, "decision", 1, {"reason": "SCAI E"}, **WHO)
    assert add(registry, batch(CELLS.replace("SCAI D", "SCAI E")), **WHO).counts == {}


def test_a_drug_that_does_not_run_is_no_sign_of_life(registry: Registry) -> None:
    _people(registry)
    rows = Rows("infusion", {
        "episode": ["a", "a", "b"], "drug": ["norepi"] * 3, "rate": [0.1, 0.0, None],
        "start_h": [0.0, 10.0, 3.0], "stop_h": [10.0, 900.0, 20.0],
    })  # fmt: skip
    died = Rows("outcome", {"episode": ["a"], "death_dt_h": [12.0]})
    add(registry, Batch((rows,)), **WHO)
    alive = extract(registry, ["last_known_alive"]).columns["last_known_alive"]
    assert alive.values.tolist() == [10.0, 20.0]
    add(registry, Batch((died,)), **WHO)
    assert [f for f in check_all(registry) if f.severity == "error"] == []
