"""The database itself refuses what cannot be, whoever writes to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import pytest

from afterload.core.errors import RecordError
from afterload.core.variable import Choice, Variable
from afterload.core.vocabulary import standard
from afterload.registry.batch import Batch, Rows
from afterload.registry.engine import writing
from afterload.registry.ledger import add
from afterload.registry.schema import check_of
from afterload.registry.shape import TABLES, Field, fields_of, shapes
from afterload.registry.store import Registry, memory

ROW = '"id", "root", "withdrawn", "entry", "digest"'


def _insert(registry: Registry, table: str, **values: str) -> None:
    no = "0" if registry.engine.dialect.name == "sqlite" else "false"
    names = ", ".join([ROW, *(f'"{name}"' for name in values)])
    given = ", ".join(["99", "99", no, "1", "'x'", *values.values()])
    with writing(registry.engine) as connection:
        connection.exec_driver_sql(f'INSERT INTO "{table}" ({names}) VALUES ({given})')
        raise _Undo


class _Undo(Exception):
    """Leaves the registry as it was."""


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("observation", {"episode": "1", "lactate": "-0.5"}),
        ("observation", {"episode": "1", "hr": "300.5"}),
        ("observation", {"episode": "1", "nominal": "'25h'"}),
        ("observation", {"episode": "77", "hr": "80"}),
        ("observation", {"hr": "80"}),
        ("device", {"episode": "1", "kind": "'pump'"}),
        ("device", {"episode": "1", "kind": "'ecls'", "start_h": "5", "stop_h": "4.5"}),
        ("device", {"episode": "1", "kind": "'ecls'", "start": "'2024-01-02 00:00:00.000000'",
                    "stop": "'2024-01-01 00:00:00.000000'"}),
        ("device", {"episode": "1", "kind": "'ecls'", "run": "77"}),
        ("patient", {"key": "''"}),
        ("patient", {"key": "'p1'"}),
        ("patient", {"key": "'new'", "birth_year": "1800"}),
        ("patient", {"key": "'new'", "root": "1"}),
        ("episode", {"key": "'new'"}),
        ("episode", {"key": "'new'", "patient": "1", "t0": "'1024-01-01 00:00:00.000000'"}),
        ("outcome", {"episode": "3", "death_dt_h": "-1"}),
        ("outcome", {"episode": "1", "discharge_dest": "'home'"}),
        ("complication", {"episode": "1", "kind": "'mishap'"}),
        ("query", {"question": "'?'", "status": "'maybe'"}),
    ],
)  # fmt: skip
def test_the_database_refuses(untouched: Registry, table: str, values: dict[str, str]) -> None:
    given = dict(values)
    if "root" in given:
        columns = ROW.replace('"root", ', "")
        no = "0" if untouched.engine.dialect.name == "sqlite" else "false"
        values_of_row = f"99, {no}, 1, 'x', 1, 'n'"
        sql = f'INSERT INTO "patient" ({columns}, "root", "key") VALUES ({values_of_row})'
        with pytest.raises(RecordError), writing(untouched.engine) as connection:
            connection.exec_driver_sql(sql)
        return
    with pytest.raises(RecordError):
        _insert(untouched, table, **given)


@pytest.mark.parametrize(
    ("table", "values"),
    [
        ("observation", {"episode": "1", "lactate": "0.5", "hr": "300"}),
        ("observation", {"episode": "1", "nominal": "'day30'"}),
        ("device", {"episode": "1", "kind": "'ecls'", "start_h": "5", "stop_h": "5"}),
        ("device", {"episode": "1", "kind": "'ecls'", "start_h": "5"}),
        ("outcome", {"episode": "3", "death_dt_h": "0"}),
        ("patient", {"key": "'new'"}),
    ],
)  # fmt: skip
def test_the_database_takes(untouched: Registry, table: str, values: dict[str, str]) -> None:
    with pytest.raises(_Undo):
        _insert(untouched, table, **values)


@pytest.fixture(scope="module")
def lite() -> Iterator[Registry]:
    """A registry on SQLite, which by itself would keep anything in any column."""
    with memory(standard()) as registry:
        rows = (Rows("patient", {"key": ["p"]}), Rows("episode", {"key": ["e"], "patient": ["p"]}))
        add(registry, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
        yield registry


@pytest.mark.parametrize(
    ("value", "refused"),
    [("'a very long text'", True), ("'5.5'", False), ("x'00'", True), ("'2024-01-01'", True)],
)
def test_sqlite_keeps_numbers_as_numbers(lite: Registry, value: str, refused: bool) -> None:
    with pytest.raises(RecordError if refused else _Undo):
        _insert(lite, "observation", episode="1", lactate=value)


@pytest.mark.parametrize(
    "value", ["'2024-01-01'", "'2024-01-01T00:00:00'", "'2024-13-01 00:00'", "'yesterday'", "5"]
)
def test_sqlite_keeps_times_in_one_form(lite: Registry, value: str) -> None:
    with pytest.raises(RecordError):
        _insert(lite, "observation", episode="1", at=value)


def test_sqlite_keeps_times_in_the_stored_form(lite: Registry) -> None:
    with pytest.raises(_Undo):
        _insert(lite, "observation", episode="1", at="'2024-01-01 10:00:00.000000'")


MULTI = fields_of(Variable("organs", "O", kind="multi", table="episode",
                           choices=(Choice("lung", "", ""), Choice("liver", "", ""),
                                    Choice("it's", "", ""))))[0]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "holds"),
    [
        ("lung", True),
        ("lung|liver", True),
        ("it's|lung|liver", True),
        ("lung|", False),
        ("|lung", False),
        ("lunglung", False),
        ("lung||liver", False),
        ("lung|spleen", False),
        ("", False),
    ],
)
def test_several_words_are_all_of_the_list(untouched: Registry, value: str, holds: bool) -> None:
    check = check_of(MULTI, untouched.engine.dialect.name)
    given = value.replace("'", "''")
    with untouched.engine.connect() as connection:
        sql = f"SELECT {check} FROM (SELECT '{given}' AS \"organs\") q"
        assert bool(connection.exec_driver_sql(sql).scalar()) is holds


def test_every_variable_of_the_vocabulary_has_its_column() -> None:
    made = shapes(standard())
    assert tuple(made) == TABLES
    for variable in standard().variables.values():
        if variable.table == "meta":
            continue
        fields = made[variable.table].by_name
        assert variable.name in fields
        assert (f"{variable.name}_h" in fields) >= (variable.kind == "datetime")
        assert (fields[variable.name].low, fields[variable.name].high) == (
            (variable.low, variable.high)
            if variable.is_numeric
            else (fields[variable.name].low, fields[variable.name].high)
        )


def test_every_check_has_a_field_and_fits_a_name() -> None:
    for shape in shapes(standard()).values():
        names = [field.name for field in shape.fields]
        assert len(set(names)) == len(names)
        assert all(len(f"ck_{shape.name}_{name}") < 63 for name in names)


def test_a_field_without_bounds_has_no_check() -> None:
    assert check_of(Field("x", "text"), "sqlite") is None
    assert check_of(Field("x", "word"), "sqlite") is None
    assert check_of(Field("x", "bool"), "postgresql") is None
    assert check_of(Field("x", "real", 0.1), "sqlite") == '"x" BETWEEN 0.1 AND 1e+300'
