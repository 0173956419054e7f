"""Creating and opening registries, on both engines."""

from __future__ import annotations

import sqlite3
from datetime import datetime
from pathlib import Path

import pytest

from afterload.core.errors import InputError, RecordError
from afterload.core.variable import Choice, UnitForm, Variable
from afterload.core.vocabulary import standard
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.engine import trouble, writing
from afterload.registry.ledger import add
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.schema import HEAD
from afterload.registry.site import declaration, declared
from afterload.registry.store import (
    Registry,
    add_site_variables,
    create,
    memory,
    open_registry,
    own_variables,
)

NOW = datetime(2026, 3, 1, 12, 30)
BNP = Variable(
    "bnp_site", "BNP", "BNP", unit="ng/L", low=1, high=1e5, soft_low=5, soft_high=1e4,
    table="observation", level="site", tag="SITE", section="Site variables",
    units=(UnitForm("pg/mL", 1.0),), aliases=("bnps",),
)  # fmt: skip
CALL = Variable("call_dt", "Call", kind="datetime", table="episode", level="site")
WARD = Variable(
    "ward", 'Ward "A" \\ é', kind="enum", table="episode", level="site",
    choices=(Choice("north", "North", "Nord"), Choice("it's", "South", "")),
)  # fmt: skip


def test_a_new_registry_opens_empty_and_whole(nowhere: str) -> None:
    with create(nowhere, standard(), who="Ada", now=NOW) as made:
        assert made.vocabulary == standard()
    with open_registry(nowhere) as opened:
        (first,) = entries(opened)
        assert (first.id, first.who, first.action, first.at) == (1, "Ada", "init", NOW)
        assert verify_chain(opened) == []
        assert current(opened, "patient")["key"] == []


def test_creating_where_a_registry_is_refuses(where: str) -> None:
    with pytest.raises(RecordError, match="already"):
        create(where, standard(), who="Ada", now=NOW)
    with open_registry(where) as opened:
        assert len(entries(opened)) == 1


def test_opening_what_is_not_there_says_how_to_create_it(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"afterload record init .*none\.db"):
        open_registry(tmp_path / "none.db")
    assert not (tmp_path / "none.db").exists()


def test_opening_an_empty_database_says_so(nowhere: str, engine_name: str) -> None:
    if engine_name == "sqlite":
        Path(nowhere).touch()
    with pytest.raises(RecordError, match="afterload record init"):
        open_registry(nowhere)


def test_a_file_of_something_else_is_not_a_registry(tmp_path: Path) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("Dear colleague, " * 100)
    with pytest.raises(RecordError, match="not an SQLite database"):
        open_registry(other)
    with pytest.raises(RecordError):
        create(other, standard(), who="Ada", now=NOW)
    assert other.read_text().startswith("Dear colleague")


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="does not exist"):
        create(tmp_path / "no" / "r.db", standard(), who="Ada", now=NOW)


def test_other_databases_are_refused() -> None:
    with pytest.raises(RecordError, match="mysql"):
        open_registry("mysql://somewhere/db")
    with pytest.raises(RecordError, match="address"):
        open_registry("://")


def test_who_must_be_said_and_nothing_is_left_behind(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="who"):
        create(tmp_path / "r.db", standard(), who=" ", now=NOW)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(("version", "word"), [("9999", "newer"), ("0000", "older")])
def test_another_schema_is_refused(where: str, version: str, word: str) -> None:
    with open_registry(where) as opened, writing(opened.engine) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")
    with pytest.raises(RecordError, match=word):
        open_registry(where)


def test_a_registry_from_before_a_variable_is_upgraded(where: str, engine_name: str) -> None:
    with open_registry(where) as opened, writing(opened.engine) as connection:
        change = 'RENAME COLUMN "height_cm" TO "old"'  # SQLite drops no column that has a check
        if engine_name == "postgresql":
            change = 'DROP COLUMN "height_cm"'
        connection.exec_driver_sql(f'ALTER TABLE "patient" {change}')
    with pytest.raises(RecordError, match="afterload record upgrade"):
        open_registry(where)
    with open_registry(where, migrate=True) as upgraded:
        add(upgraded, Batch((Rows("patient", {"key": ["p"], "height_cm": [170.0]}),)), who="Ada",
            why="test", now=NOW)  # fmt: skip
    with open_registry(where) as opened:
        assert current(opened, "patient")["height_cm"] == [170.0]
        found = {(f.rule, f.table) for f in verify_chain(opened)}
        # the renamed column is one this version does not make
        assert found == ({("audit:schema", "patient")} if engine_name == "sqlite" else set())


def test_the_head_is_the_newest_migration() -> None:
    from alembic.script import ScriptDirectory

    import afterload.registry.schema as schema

    folder = Path(schema.__file__).parent / "migration"
    assert ScriptDirectory(str(folder)).get_current_head() == HEAD


@pytest.mark.parametrize("variable", [BNP, CALL, WARD], ids=lambda v: v.name)
def test_a_declaration_says_all_of_a_site_variable(variable: Variable) -> None:
    again = declared(declaration(variable))
    assert declaration(again) == declaration(variable)
    for name in ("name", "label", "kind", "unit", "low", "high", "soft_low", "soft_high", "table",
                 "levels", "aliases", "readable_units"):  # fmt: skip
        assert getattr(again, name) == getattr(variable, name)


def _use(registry: Registry) -> None:
    rows = (
        Rows("patient", {"key": ["p"]}),
        Rows("episode", {"key": ["e"], "patient": ["p"], "ward": ["it's"], "call_dt": [NOW]}),
        Rows("observation", {"episode": ["e"], "nominal": ["pre"], "bnp_site": [5000.0]}),
    )
    add(registry, Batch(rows), who="Ada", why="test", now=NOW)
    assert current(registry, "observation")["bnp_site"] == [5000.0]
    assert current(registry, "episode")["ward"] == ["it's"]
    assert current(registry, "episode")["call_dt"] == [NOW]
    bad = Rows("observation", {"episode": ["e"], "nominal": ["24h"], "bnp_site": [0.5]})
    with pytest.raises(InputError, match="bnp_site"):
        add(registry, Batch((bad,)), who="Ada", why="test", now=NOW)
    with pytest.raises(RecordError), writing(registry.engine) as connection:
        connection.exec_driver_sql(
            'INSERT INTO "observation" ("id", "root", "withdrawn", "entry", "digest", "episode", '
            f'"bnp_site") VALUES (9, 9, {"0" if registry.engine.name == "sqlite" else "false"}, '
            "1, '', 1, 0.5)"
        )


def test_a_registry_describes_its_own_variables(nowhere: str) -> None:
    vocabulary = standard().with_variables((BNP, CALL, WARD))
    create(nowhere, vocabulary, who="Ada", now=NOW).close()
    with open_registry(nowhere) as opened:
        assert [v.name for v in own_variables(opened.vocabulary)] == ["bnp_site", "call_dt", "ward"]
        assert opened.vocabulary["bnps"].units[0].unit == "pg/mL"
        _use(opened)
        assert verify_chain(opened) == []


def test_variables_can_be_added_later(where: str) -> None:
    with open_registry(where) as opened:
        larger = add_site_variables(
            opened, (BNP, CALL, WARD), who="Ada", why="the cardiologists ask", now=NOW
        )
        assert entries(larger)[-1].action == "variables"
        assert entries(larger)[-1].counts == {"site_variable": 3}
    with open_registry(where) as opened:
        again = add_site_variables(opened, (declared(declaration(BNP)),), who="Ada", why="again",
                                   now=NOW)  # fmt: skip
        assert again is opened
        _use(opened)
        assert verify_chain(opened) == []


def test_a_variable_cannot_change_or_take_a_name(own: Registry) -> None:
    larger = add_site_variables(own, (BNP,), who="Ada", why="ask", now=NOW)
    other = Variable("bnp_site", "BNP", table="observation", high=3, level="site")
    with pytest.raises(RecordError, match="another declaration"):
        add_site_variables(larger, (other,), who="Ada", why="ask", now=NOW)
    with pytest.raises(InputError, match="already declared"):
        add_site_variables(larger, (Variable("lactate", "L"),), who="Ada", why="ask", now=NOW)
    with pytest.raises(InputError, match="taken"):
        add_site_variables(larger, (Variable("key", "K", table="run"),), who="A", why="a", now=NOW)
    assert len(entries(larger)) == 2


def test_memory_leaves_nothing_and_works() -> None:
    with memory(standard()) as registry:
        add(registry, Batch((Rows("patient", {"key": ["p"]}),)), who="Ada", why="test", now=NOW)
        assert current(registry, "patient")["key"] == ["p"]
        with memory(standard()) as other:
            assert current(other, "patient")["key"] == []


def test_sqlite_is_set_up_as_promised(tmp_path: Path) -> None:
    pragmas = ("journal_mode", "foreign_keys", "synchronous", "busy_timeout")
    with (
        create(tmp_path / "r.db", standard(), who="Ada", now=NOW) as registry,
        registry.engine.connect() as connection,
    ):
        told = {p: connection.exec_driver_sql(f"PRAGMA {p}").scalar() for p in pragmas}
    assert told == {
        "journal_mode": "wal", "foreign_keys": 1, "synchronous": 2, "busy_timeout": 60000,
    }  # fmt: skip


def test_the_password_is_not_shown() -> None:
    from afterload.registry.engine import address

    url = address("postgres://ada:secret@localhost/db")
    assert url.drivername == "postgresql+psycopg"
    assert "secret" not in url.render_as_string()


def test_a_folder_that_cannot_be_written_is_told_in_a_sentence() -> None:
    """SQLite makes files beside a registry even to read it; its own words say nothing of that."""
    told = trouble(sqlite3.OperationalError("attempt to write a readonly database"), "'r.db'")
    assert str(told).startswith("'r.db' cannot be written to, or its folder cannot, which SQLite")
    assert "Copy the registry to a folder of your own" in str(told)
