"""Anything done behind the registry's back shows, on both engines."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import struct
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import Connection

from afterload.core.errors import RecordError
from afterload.core.variable import Variable
from afterload.registry.audit import receipt, verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.digest import content_hash, counts_text, entry_hash
from afterload.registry.engine import writing
from afterload.registry.guard import create_guards
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.past import ENTRY_FIELDS, entries
from afterload.registry.rows import select
from afterload.registry.schema_check import schema_findings
from afterload.registry.shape import Shape
from afterload.registry.store import Registry, add_site_variables, open_registry

if TYPE_CHECKING:
    from conftest import Copies

NOW = datetime(2026, 3, 2, 9, 0)


@pytest.fixture
def lived_in(own_filled: Registry) -> Registry:
    """A registry with five entries."""
    correct(own_filled, "episode", "e1", {"age_years": 53.5}, who="Bo", why="typo", now=NOW)
    withdraw(own_filled, "complication", 3, who="Bo", why="other patient", now=NOW)
    correct(own_filled, "observation", 1, {"lactate": 7.0}, who="Bo", why="typo", now=NOW)
    assert verify_chain(own_filled) == []
    return own_filled


def guard_names(shapes: Mapping[str, Shape], dialect: str) -> set[tuple[str, str]]:
    """Table and trigger of every append-only guard."""
    kinds = ("no_update", "no_delete", "no_replace") if dialect == "sqlite" else ("append_only",)
    return {(table, f"{table}_{kind}") for table in ("entry", *shapes) for kind in kinds}


def _drop_guards(connection: Connection, registry: Registry) -> None:
    dialect = registry.engine.dialect.name
    for table, name in guard_names(registry.shapes, dialect):
        on = f' ON "{table}"' if dialect == "postgresql" else ""
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"{on}')


def _restore_guards(connection: Connection, registry: Registry) -> None:
    dialect = registry.engine.dialect.name
    names = {name for _, name in guard_names(registry.shapes, dialect)}
    for statement in create_guards(registry.shapes, dialect):
        if any(f'"{name}"' in statement for name in names):
            connection.exec_driver_sql(statement)


def _tamper(registry: Registry, *statements: str) -> None:
    """Run statements with the guards away, and put the guards back."""
    with writing(registry.engine) as connection:
        _drop_guards(connection, registry)
        for statement in statements:
            connection.exec_driver_sql(statement)
        _restore_guards(connection, registry)


def _no(registry: Registry) -> str:
    return "0" if registry.engine.dialect.name == "sqlite" else "false"


def _found(registry: Registry, **kwargs: list[str]) -> set[tuple[str, str, int | None]]:
    return {(f.rule, f.table, f.row) for f in verify_chain(registry, **kwargs)}


@pytest.mark.parametrize(
    ("statement", "table", "row"),
    [
        ('UPDATE "observation" SET "lactate" = 2.000000000000001 WHERE "id" = 4', "observation", 4),
        ('UPDATE "observation" SET "creatinine" = 99.0 WHERE "id" = 2', "observation", 2),
        ('UPDATE "observation" SET "lactate" = NULL WHERE "id" = 2', "observation", 2),
        ('UPDATE "observation" SET "missing" = NULL WHERE "id" = 2', "observation", 2),
        ('UPDATE "episode" SET "t0" = \'2024-03-01 08:00:00.000001\' WHERE "id" = 1', "episode", 1),
        ('UPDATE "complication" SET "definition" = \'BARC 2\' WHERE "id" = 1', "complication", 1),
        ('UPDATE "complication" SET "episode" = 2 WHERE "id" = 1', "complication", 1),
        ('UPDATE "device" SET "entry" = 3 WHERE "id" = 1', "device", 1),
    ],
)
def test_an_edited_row_is_named(lived_in: Registry, statement: str, table: str, row: int) -> None:
    _tamper(lived_in, statement)
    assert ("audit:row-changed", table, row) in _found(lived_in)


def test_an_edit_with_a_new_digest_is_found_by_its_entry(lived_in: Registry) -> None:
    wrong = "f" * 64
    _tamper(lived_in, f'UPDATE "device" SET "digest" = \'{wrong}\' WHERE "id" = 1')
    assert _found(lived_in) == {("audit:row-changed", "device", 1), ("audit:content", "entry", 2)}


def test_a_row_put_back_from_the_withdrawn_is_found(lived_in: Registry) -> None:
    _tamper(lived_in, f'UPDATE "complication" SET "withdrawn" = {_no(lived_in)} WHERE "id" = 4')
    assert ("audit:row-changed", "complication", 4) in _found(lived_in)


@pytest.mark.parametrize(
    ("table", "row", "expected"),
    [
        ("complication", 2, ("audit:row-gap", "complication", 3)),
        ("observation", 6, ("audit:count", "entry", 5)),
        ("followup", 1, ("audit:count", "entry", 2)),
    ],
)
def test_a_removed_row_is_found(
    lived_in: Registry, table: str, row: int, expected: tuple[str, str, int]
) -> None:
    _tamper(lived_in, f'DELETE FROM "{table}" WHERE "id" = {row}')
    assert expected in _found(lived_in)


def test_an_inserted_row_is_found(lived_in: Registry) -> None:
    columns = '"id", "root", "withdrawn", "entry", "digest", "episode", "kind"'
    values = f"5, 5, {_no(lived_in)}, 2, '{'0' * 64}', 1, 'stroke'"
    _tamper(lived_in, f'INSERT INTO "complication" ({columns}) VALUES ({values})')
    found = _found(lived_in)
    assert ("audit:row-changed", "complication", 5) in found
    assert ("audit:count", "entry", 2) in found


def test_a_changed_entry_is_found(lived_in: Registry) -> None:
    _tamper(lived_in, 'UPDATE "entry" SET "who" = \'Eve\' WHERE "id" = 3')
    assert _found(lived_in) == {("audit:entry-changed", "entry", 3)}


def _rehash(registry: Registry, number: int, **changes: str) -> str:
    listed = ", ".join(f'"{name}"' for name in ENTRY_FIELDS)
    with registry.engine.connect() as connection:
        row = select(connection, f'SELECT {listed} FROM "entry" WHERE "id" = ?', [number])[0]
    fields = dict(zip(ENTRY_FIELDS, row, strict=True)) | changes
    fields["at"] = str(fields["at"]) if isinstance(fields["at"], str) else (
        fields["at"].isoformat(" ", "microseconds"))  # fmt: skip
    del fields["hash"]
    return entry_hash(fields)


def test_an_entry_hashed_anew_breaks_the_chain(lived_in: Registry) -> None:
    new = _rehash(lived_in, 3, who="Eve")
    _tamper(lived_in, f'UPDATE "entry" SET "who" = \'Eve\', "hash" = \'{new}\' WHERE "id" = 3')
    assert _found(lived_in) == {("audit:chain", "entry", 4)}


def test_a_rewritten_last_entry_is_found_by_a_receipt(lived_in: Registry) -> None:
    kept = receipt(lived_in)
    new = _rehash(lived_in, 5, who="Eve")
    _tamper(lived_in, f'UPDATE "entry" SET "who" = \'Eve\', "hash" = \'{new}\' WHERE "id" = 5')
    assert _found(lived_in) == set()
    assert _found(lived_in, expected=[kept]) == {("audit:receipt", "entry", None)}


def test_entries_cut_off_the_end_are_found_by_a_receipt(lived_in: Registry) -> None:
    kept = receipt(lived_in)
    assert _found(lived_in, expected=[kept]) == set()
    _tamper(
        lived_in,
        'DELETE FROM "observation" WHERE "entry" = 5',
        'DELETE FROM "entry" WHERE "id" = 5',
    )
    assert _found(lived_in) == set()
    assert _found(lived_in, expected=[kept]) == {("audit:receipt", "entry", None)}


def test_an_older_receipt_still_holds(filled: Registry) -> None:
    kept = receipt(filled)
    assert kept == entries(filled)[-1].hash
    correct(filled, "episode", "e1", {"age_years": 53.5}, who="Bo", why="typo", now=NOW)
    assert _found(filled, expected=[kept]) == set()


def test_a_missing_last_entry_leaves_rows_without_one(lived_in: Registry) -> None:
    away = 'DELETE FROM "entry" WHERE "id" = 5'
    if lived_in.engine.dialect.name == "sqlite":
        # The deferred link to the entry would refuse it, so look at it as an editor of the file
        # would: without foreign keys.
        with lived_in.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
            connection.exec_driver_sql("BEGIN IMMEDIATE")
            _drop_guards(connection, lived_in)
            connection.exec_driver_sql(away)
            _restore_guards(connection, lived_in)
            connection.commit()
    else:
        _tamper(lived_in, "SET session_replication_role = replica", away,
                "SET session_replication_role = origin")  # fmt: skip
    assert _found(lived_in) == {("audit:row-without-entry", "observation", 6)}


def test_a_removed_entry_in_between_is_a_gap(lived_in: Registry) -> None:
    _tamper(lived_in, 'DELETE FROM "complication" WHERE "entry" = 4',
            'DELETE FROM "entry" WHERE "id" = 4')  # fmt: skip
    assert _found(lived_in) == {("audit:entry-gap", "entry", 5)}


def test_guards_switched_off_are_found(own_filled: Registry) -> None:
    sqlite = own_filled.engine.dialect.name == "sqlite"
    with writing(own_filled.engine) as connection:
        connection.exec_driver_sql(
            'DROP TRIGGER "entry_no_update"'
            if sqlite
            else 'ALTER TABLE "entry" DISABLE TRIGGER "entry_append_only"'
        )
    assert _found(own_filled) == {("audit:guard", "entry", None)}


@pytest.mark.parametrize("table", ["entry", "patient", "observation", "query"])
def test_the_database_itself_refuses_changes(untouched: Registry, table: str) -> None:
    statements = [f'UPDATE "{table}" SET "id" = "id" + 1', f'DELETE FROM "{table}"']
    if table == "query":
        statements = []
    if untouched.engine.dialect.name == "postgresql":
        statements.append(f'TRUNCATE "{table}" CASCADE')
    elif table == "patient":
        statements.append('INSERT OR REPLACE INTO "patient" SELECT * FROM "patient"')
    for statement in statements:
        with pytest.raises(RecordError, match="append-only"), writing(untouched.engine) as made:
            made.exec_driver_sql(statement)


def test_a_row_cannot_be_replaced_from_outside(copies: Copies) -> None:
    """A connection without our settings, whose replacing fires no trigger on deletion."""
    raw = sqlite3.connect(copies.copy("sqlite", "filled"))
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        raw.execute('INSERT OR REPLACE INTO "patient" SELECT * FROM "patient" WHERE "id" = 1')
    raw.close()


def test_a_row_is_superseded_once(filled: Registry) -> None:
    correct(filled, "complication", 1, {"kind": "vascular"}, who="B", why="typo", now=NOW)
    columns = '"id", "root", "supersedes", "withdrawn", "entry", "digest", "episode", "kind"'
    values = f"5, 1, 1, {_no(filled)}, 2, '', 1, 'stroke'"
    with pytest.raises(RecordError), writing(filled.engine) as connection:
        connection.exec_driver_sql(f'INSERT INTO "complication" ({columns}) VALUES ({values})')


def test_the_digest_is_what_the_page_says(filled: Registry) -> None:
    """The canonical content, written out by hand from the words of `digest.py`."""
    with filled.engine.connect() as connection:
        (digest,) = select(connection, 'SELECT "digest" FROM "complication" WHERE "id" = 1')[0]
        (numbers,) = select(connection, 'SELECT "digest" FROM "observation" WHERE "id" = 4')[0]
    stored = {
        "at": "2024-03-03 10:00:00.000000", "definition": "BARC 3 or more", "entry": 2,
        "episode": 1, "id": 1, "kind": "bleeding", "occurred": 1, "root": 1, "withdrawn": 0,
    }  # fmt: skip
    text = "complication\n" + json.dumps(stored, separators=(",", ":")) + "\n\n"
    assert digest == hashlib.sha256(text.encode()).hexdigest()
    words = {"entry": 2, "episode": 2, "id": 4, "nominal": "24h", "root": 4, "ventilated": 1,
             "withdrawn": 0}  # fmt: skip
    text = "observation\n" + json.dumps(words, separators=(",", ":")) + "\ncreatinine,lactate\n"
    packed = struct.pack(">2d", 200.0, 2.5)
    assert numbers == hashlib.sha256(text.encode() + packed).hexdigest()


def test_hashes_depend_on_order_and_content() -> None:
    def running(*digests: str) -> dict[str, object]:
        return {"patient": hashlib.sha256("".join(digests).encode())}

    assert content_hash(running("a", "b")) != content_hash(running("b", "a"))
    assert content_hash({}) != content_hash(running())
    assert counts_text({"b": 1, "a": 2}) == '{"a":2,"b":1}'


def test_progress_is_told(untouched: Registry) -> None:
    told: list[float] = []
    look: Callable[[str, float], None] = lambda _what, share: told.append(share)  # noqa: E731
    assert verify_chain(untouched, progress=look) == []
    assert told[-1] == 1.0


def test_a_chain_of_entries_holds(registry: Registry) -> None:
    for number in range(25):
        rows = Rows("patient", {"key": [f"p{number}"]})
        add(registry, Batch((rows,)), who="A", why="b", now=NOW)
    chain = entries(registry)
    assert [e.previous for e in chain[1:]] == [e.hash for e in chain[:-1]]
    assert verify_chain(registry) == []


def test_a_variable_added_by_another_process_is_no_tampering(where: str) -> None:
    with open_registry(where) as early, open_registry(where) as other:
        variable = Variable("own_count", "Own count", kind="num", unit="1", level="site")
        larger = add_site_variables(other, [variable], who="B", why="more", now=NOW)
        rows = (Rows("patient", {"key": ["p"]}),
                Rows("episode", {"key": ["e"], "patient": ["p"], "own_count": [4.5]}))  # fmt: skip
        add(larger, Batch(rows), who="B", why="more", now=NOW)
        assert "own_count" not in early.vocabulary
        assert verify_chain(early) == []
        _tamper(larger, 'UPDATE "episode" SET "own_count" = 5')
        assert {finding.rule for finding in verify_chain(early)} == {"audit:row-changed"}


# ---- the guards themselves ----------------------------------------------------------------------


def _schema(registry: Registry, *statements: str) -> list[tuple[str, str, str]]:
    """What `verify_chain` finds after somebody changed the schema: rule, table, sentence."""
    assert verify_chain(registry) == []
    with writing(registry.engine) as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)
    return [(f.rule, f.table, f.sentence) for f in verify_chain(registry)]


def _rewritten(old: str, new: str) -> str:
    return f"UPDATE sqlite_master SET sql = replace(sql, '{old}', '{new}')"


HEIGHT = 'CHECK ("height_cm" BETWEEN 100.0 AND 230.0)'
LOOSE = {
    "sqlite": [
        (
            ['DROP TRIGGER "patient_no_update"',
             'CREATE TRIGGER "patient_no_update" BEFORE UPDATE ON "patient" BEGIN SELECT 1; END'],
            ("audit:guard", "patient", "'patient_no_update' is not the one this version makes"),
        ),
        (
            ['DROP TRIGGER "outcome_death_after_t0"'],
            ("audit:guard", "outcome", "'outcome_death_after_t0' that refuses changes was removed"),
        ),
        (
            ["PRAGMA writable_schema = 1",
             _rewritten("BETWEEN 100.0 AND 230.0", "BETWEEN 0 AND 9")],
            ("audit:schema", "patient", "The check 'ck_patient_height_cm' is not the one"),
        ),
        (
            ["PRAGMA writable_schema = 1",
             _rewritten(f"CONSTRAINT ck_patient_height_cm {HEIGHT}", "CHECK (1)")],
            ("audit:schema", "patient", "'ck_patient_height_cm' that refuses impossible values"),
        ),
        (
            ["PRAGMA writable_schema = 1",
             _rewritten("STRICT", "") + " WHERE name = 'outcome'"],
            ("audit:schema", "outcome", "The table 'outcome' is not the one this version makes"),
        ),
        (
            ["PRAGMA writable_schema = 1",
             _rewritten("withdrawn INTEGER NOT NULL", "withdrawn INTEGER")
             + " WHERE name = 'patient'"],
            ("audit:schema", "patient", "The column 'withdrawn' is not the one this version makes"),
        ),
        (
            ['DROP INDEX "uq_patient_key"'],
            ("audit:schema", "patient", "The unique index 'uq_patient_key' that refuses a second"),
        ),
        (
            ['CREATE TRIGGER "quiet" AFTER INSERT ON "outcome" BEGIN SELECT 1; END'],
            ("audit:guard", "outcome", "'quiet' is none this version makes"),
        ),
        (
            ['ALTER TABLE "patient" ADD COLUMN "note" TEXT'],
            ("audit:schema", "patient", "The column 'note' is none this version makes"),
        ),
    ],
    "postgresql": [
        (
            ['DROP TRIGGER "patient_append_only" ON "patient"',
             'CREATE TRIGGER "patient_append_only" BEFORE UPDATE ON "patient" FOR EACH STATEMENT '
             "EXECUTE FUNCTION afterload_append_only()"],
            ("audit:guard", "patient", "'patient_append_only' is not the one this version makes"),
        ),
        (
            ['ALTER TABLE "patient" DISABLE TRIGGER "patient_append_only"'],
            ("audit:guard", "patient", "'patient_append_only' that refuses changes was removed or"),
        ),
        (
            ['ALTER TABLE "patient" ENABLE REPLICA TRIGGER "patient_append_only"'],
            ("audit:guard", "patient", "'patient_append_only' that refuses changes was removed or"),
        ),
        (
            ["CREATE OR REPLACE FUNCTION afterload_append_only() RETURNS trigger LANGUAGE plpgsql "
             "AS $$ BEGIN RETURN NEW; END $$"],
            ("audit:guard", "", "The function 'afterload_append_only' is not the one"),
        ),
        (
            ["DROP FUNCTION afterload_outcome_death_after_t0 CASCADE"],
            ("audit:guard", "outcome", "'outcome_death_after_t0' that refuses changes was removed"),
        ),
        (
            ['ALTER TABLE "observation" DROP CONSTRAINT "ck_observation_hb"'],
            ("audit:schema", "observation", "'ck_observation_hb' that refuses impossible values"),
        ),
        (
            ['ALTER TABLE "observation" DROP CONSTRAINT "ck_observation_hb"',
             'ALTER TABLE "observation" ADD CONSTRAINT "ck_observation_hb" CHECK ("hb" < 9999)'],
            ("audit:schema", "observation", "It is: CHECK (hb < 9999"),
        ),
        (
            ['ALTER TABLE "entry" DROP CONSTRAINT "uq_entry_previous"'],
            ("audit:schema", "entry", "The unique rule 'uq_entry_previous' that refuses a second"),
        ),
        (
            ['ALTER TABLE "device" DROP CONSTRAINT "device_episode_fkey"'],
            ("audit:schema", "device", "'device_episode_fkey' that refuses rows of nobody was"),
        ),
        (
            ['DROP INDEX "uq_patient_key"'],
            ("audit:schema", "patient", "The unique index 'uq_patient_key' that refuses a second"),
        ),
        (
            ['CREATE RULE "deaf" AS ON INSERT TO "outcome" DO INSTEAD NOTHING'],
            ("audit:schema", "outcome", "The rewriting rule 'deaf' is none this version makes"),
        ),
        (
            ['ALTER TABLE "patient" ALTER COLUMN "key" DROP NOT NULL'],
            ("audit:schema", "patient", "The column 'key' is not the one this version makes"),
        ),
    ],
}  # fmt: skip


@pytest.mark.parametrize("number", range(12))
def test_a_changed_guard_is_found(own_filled: Registry, number: int) -> None:
    cases = LOOSE[own_filled.engine.dialect.name]
    if number >= len(cases):
        pytest.skip("the other engine has more kinds of guards")
    statements, (rule, table, words) = cases[number]
    found = _schema(own_filled, *statements)
    assert [(r, t) for r, t, sentence in found if words in sentence] == [(rule, table)], found


def test_an_index_that_only_makes_reading_faster_is_no_error(own_filled: Registry) -> None:
    with writing(own_filled.engine) as connection:
        connection.exec_driver_sql('CREATE INDEX "mine" ON "patient" ("entered")')
        connection.exec_driver_sql('DROP INDEX "ix_patient_root"')
    (finding,) = verify_chain(own_filled)
    assert (finding.rule, finding.severity) == ("audit:schema", "warning")
    assert "'ix_patient_root' was removed: reading is slower" in finding.sentence


def test_who_may_make_no_temporary_tables_is_told_so(own_filled: Registry) -> None:
    if own_filled.engine.dialect.name == "sqlite":
        pytest.skip("SQLite makes the schema anew in memory")
    from sqlalchemy import create_engine
    from sqlalchemy.pool import NullPool

    from afterload.registry import schema_parts

    name = own_filled.engine.url.database
    reader = f"reader_{name}"
    with writing(own_filled.engine) as connection:
        for statement in (
            f"REVOKE TEMPORARY ON DATABASE {name} FROM PUBLIC",
            f"CREATE ROLE {reader} LOGIN PASSWORD 'x'",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {reader}",
        ):
            connection.exec_driver_sql(statement)
    schema_parts._MADE.clear()
    engine = create_engine(own_filled.engine.url, poolclass=NullPool)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql(f"SET LOCAL ROLE {reader}")
            (finding,) = schema_findings(connection, own_filled.shapes)
        assert finding.severity == "warning"
        assert "were not compared" in finding.sentence
    finally:
        with writing(own_filled.engine) as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {reader}; DROP ROLE {reader}")
