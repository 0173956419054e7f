"""A map file: what it may say, and that every mistake is refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.registry.mapping import CellRules, Event, Map, Spec, When
from afterload.registry.mapping_parse import parse_map, read_map


def parse(columns: str, head: str = "", table: str = 'episode = "id"') -> Map:
    return parse_map(
        f"{head}\n[[table]]\n{table}\n[table.columns]\n{columns}", "m.toml", standard()
    )


def only(columns: str, **more: str) -> Spec | Event:
    table = parse(columns, **more).tables[0]
    (one,) = (*table.specs, *table.events)
    return one


def test_a_column_is_a_variable_at_a_point_in_its_unit() -> None:
    spec = only('"Laktat vor" = { to = "lactate@pre", unit = "mg/dl", missing = ["0"] }')
    assert isinstance(spec, Spec)
    assert (spec.column, spec.variable.name, spec.point) == ("Laktat vor", "lactate", "pre")
    assert spec.form.factor == pytest.approx(1 / 9.008, rel=1e-9)
    assert spec.rules.missing == {"0": ""}


@pytest.mark.parametrize(
    ("written", "kept"),
    [("24h", "24h"), ("day1", "24h"), ("DAY 2", "48h"), ("day7", "day7"), ("peak", "peak")],
)
def test_a_time_point_has_one_spelling(written: str, kept: str) -> None:
    spec = only(f'x = "lactate@{written}"')
    assert isinstance(spec, Spec)
    assert spec.point == kept


def test_an_alias_finds_its_variable() -> None:
    spec = only('x = "haemoglobin@24h"')
    assert isinstance(spec, Spec)
    assert spec.variable.name == "hb"


def test_a_column_can_be_two_things() -> None:
    table = parse('x = ["age_years", { to = "device", kind = "ecls", days = true }]').tables[0]
    assert [spec.variable.name for spec in table.specs] == ["age_years"]
    assert [event.kind for event in table.events] == ["ecls"]


def test_rules_of_a_column_stand_before_those_of_table_and_map() -> None:
    found = parse(
        'x = { to = "age_years", bad = "refuse", missing = ["-9"] }\ny = "weight_kg"',
        head='[map]\nbad = "missing"\ndecimal = ","',
        table='episode = "id"\nmissing = ["NA"]',
    )
    first, second = found.tables[0].specs
    assert first.rules == CellRules(decimal=",", missing={"NA": "", "-9": ""}, bad="refuse")
    assert second.rules == CellRules(decimal=",", missing={"NA": ""}, bad="missing")


def test_missing_words_may_tell_the_reason() -> None:
    table = parse('x = "age_years"', table='episode = "id"\nmissing = { "-8" = "not done" }')
    assert table.tables[0].rules.missing == {"-8": "not done"}


def test_a_device_with_its_times() -> None:
    event = only(
        'x = { to = "device", kind = "iabp", when = { 1 = true, 2 = false }, '
        'start = "begin", stop_days = "days" }'
    )
    assert isinstance(event, Event)
    assert event.codes == {"1": True, "2": False}
    assert event.start == When("begin", "date")
    assert event.stop == When("days", "days")


def test_column_names_are_read_with_single_spaces() -> None:
    spec = only('"  Gewicht   kg " = "weight_kg"')
    assert isinstance(spec, Spec)
    assert spec.column == "Gewicht kg"


def test_a_maps_own_variables_are_as_good_as_ours() -> None:
    head = '[variable.bnp]\nlabel = "BNP"\nunit = "ng/L"\ntable = "observation"\n'
    found = parse('x = "bnp@pre"', head=head)
    assert [v.name for v in found.variables] == ["bnp"]
    assert found.tables[0].specs[0].variable.label == "BNP"
    again = parse_map(head + '[[table]]\nepisode = "id"', "m.toml", found.vocabulary)
    assert [v.name for v in again.variables] == ["bnp"]


@pytest.mark.parametrize(
    ("columns", "told"),
    [
        ('x = "lactat@pre"', r"column 'x': 'lactat' is not a known variable. Did you mean 'lact"),
        ('x = "lactate"', "lactate is measured repeatedly. Say when, e.g. lactate@pre"),
        ('x = "lactate@noon"', "'noon' is not a known time point"),
        ('x = "age_years@pre"', "age_years is recorded once; leave out '@pre'"),
        ('x = { to = "lactate@pre", unit = "mg" }', "lactate cannot be read in 'mg'. Units known"),
        ('x = { to = "sex", unit = "kg" }', "sex is not a number and has no unit"),
        ('x = { to = "sex", codes = { 1 = "man" } }', "'man' is not a known choice of sex"),
        ('x = { to = "hx_chf", codes = { 1 = "yes" } }', "the code '1' must be true or false"),
        ('x = { to = "sex", kode = { 1 = "male" } }', "'kode' is not a known key"),
        ('x = { unit = "kg" }', "needs to = the name of a variable"),
        ('x = "patient_key"', "write patient = 'x' in the table"),
        ('x = "compl_dt"', "compl_dt is kept by the registry itself"),
        ('x = { to = "device", kind = "balloon" }', "'balloon' is not a known device"),
        ('x = { to = "device" }', "say which device with kind"),
        ('x = { to = "complication", kind = "rrt", days = true }', "goes with a device"),
        ('x = { to = "death_dt", unit = "weeks" }', "'weeks' is not a known unit of a time"),
        ('x = { to = "weight_kg", bad = "drop" }', "bad = 'drop' must be one of refuse, missing"),
        ('x = { to = "weight_kg", missing = { "-9" = "lost" } }', "'lost' is not a known reason"),
        ('x = { to = "weight_kg", decimal = ";" }', 'decimal must be "," or "."'),
        ('x = { to = "weight_kg", take = "best" }', "take = 'best' must be one of only, first"),
        ('x = { to = "etiology_detail", add = "flu" }', "'flu' is not a known choice"),
        ('x = { to = "cpc" }', "say when cpc was asked, e.g. cpc@30d"),
        ('x = { to = "cannula_fr" }', "cannula_fr belongs to a device"),
        ('x = "age_years"\ny = "age_years"', "the columns 'x' and 'y' are both age_years"),
        ('x = { to = "hb@pre", date_format = "MM.YYYY" }', "date_format 'MM.YYYY' must name"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_place(columns: str, told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        parse(columns)
    assert str(caught.value).startswith("m.toml: table 1")


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ("[[table]", "m.toml is not valid TOML"),
        ("[map]\ntitle = 'x'", r"has no \[\[table\]\]: it maps nothing"),
        ("[[tables]]\n", "'tables' is not a known key. Did you mean 'table'"),
        ("[[table]]\nepisode = 'a'\nrow = 'new'", "'row' is not a known key. Did you mean 'rows'"),
        ("[[table]]\nepisode = 'a'\nrows = 'old'", "rows = 'old' must be one of new, existing"),
        ("[[table]]\n[table.columns]\nx = 'age_years'", "needs episode = the column with the key"),
        ("[[table]]\nepisode = 'a'\nlayout = 'long'", r"layout = \"long\" and \[table.long\] go"),
        ("[[table]]\npatient = 'a'\n[table.columns]\nx = 'age_years'", "needs episode"),
        ("[variable.lactate]\n[[table]]\nepisode='a'", "lactate. is a standard variable already"),
    ],
)  # fmt: skip
def test_a_mistake_in_the_frame_is_refused(document: str, told: str) -> None:
    with pytest.raises(InputError, match=told):
        parse_map(document, "m.toml", standard())


def test_a_map_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read: No such file"):
        read_map(tmp_path / "m.toml", standard())
    (tmp_path / "m.toml").write_bytes("título = 1".encode("latin-1"))
    with pytest.raises(InputError, match="is not UTF-8 text"):
        read_map(tmp_path / "m.toml", standard())


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('episode = "id"\ncolumns = 3', "columns must be a table"),
        ('episode = "id"\nchecks = 3', r"checks must be \[\[table.checks\]\] tables"),
        ('episode = "id"\nchecks = [3]', "checks must be a table"),
        ('episode = "id"\ndelimiter = "abc"', "delimiter = 'abc' must be one sign"),
        ('episode = "id"\nheader_row = true', "header_row must be the row"),
        ('episode = "id"\nignore_others = "yes"', "ignore_others must be true or false"),
        (
            'episode = "id"\nlayout = "long"\nvalues = 4\n[table.long]\nvariable = "n"\n'
            'value = "v"\nat = "t"',
            r"\[table.values\] must be a table",
        ),
    ],
)
def test_a_key_of_a_table_that_holds_something_else_is_refused(table: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse_map(f"[[table]]\n{table}\n", "m.toml", standard())


@pytest.mark.parametrize(
    ("column", "said"),
    [
        ('x = { to = "age_years", range = ["a", "b"] }', "range must be two numbers"),
        ('x = { to = "age_years", range = [true, 90] }', "range must be two numbers"),
        ('x = { to = "age_years", range = [nan, 90] }', "range must be two numbers"),
        ('x = { to = "age_years", factor = 0 }', "factor must be a number above 0"),
        ('x = { to = "age_years", factor = -1 }', "factor must be a number above 0"),
        ('x = { to = "age_years", factor = inf }', "factor must be a number above 0"),
        ("x = { to = [] }", "needs to = the name"),
        ("x = []", "column 'x' is an empty list"),
        ('x = { to = "device", kind = "ecls", days = "yes" }', "days must be true or false"),
    ],
)
def test_a_value_of_a_column_that_cannot_be_is_refused(column: str, said: str) -> None:
    with pytest.raises(InputError, match=said):
        parse(column)


def test_a_key_that_would_do_nothing_is_refused() -> None:
    with pytest.raises(InputError, match="'language' is not a known key"):
        parse('x = "age_years"', head='[map]\nlanguage = "fr"')
