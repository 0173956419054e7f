"""What a database has of a registry's schema, piece by piece, and what this version would make.

A piece is a column, a check, a unique rule, a link, an index or a trigger, with its definition as
the engine tells it. Both sides are told by the same engine in the same words, so that they can be
compared: on SQLite the schema is made anew in memory, on PostgreSQL as temporary tables that are
undone at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from sqlalchemy import Connection, text
from sqlalchemy.engine import URL

from afterload.registry.guard import create_guards
from afterload.registry.rows import select
from afterload.registry.schema import build
from afterload.registry.shape import Shape


class Part(NamedTuple):
    """One piece of a schema: its table, what it is, and its name."""

    table: str
    kind: str
    name: str


Parts = dict[Part, str]
"""The definition of each piece; empty where the engine could not tell it."""


def live_parts(connection: Connection, shapes: Mapping[str, Shape]) -> Parts:
    """What the database has for the registry's tables."""
    if connection.dialect.name == "sqlite":
        return _sqlite(connection, shapes)
    parts = _postgresql(connection, shapes, "current_schema()::regnamespace")
    return parts | _functions(connection)


def expected_parts(connection: Connection, shapes: Mapping[str, Shape]) -> Parts:
    """What this version makes for the same tables on the same engine.

    Raises:
        DBAPIError: PostgreSQL does not let the user make temporary tables.
    """
    version, there = "", frozenset[str]()
    if connection.dialect.name == "postgresql":
        version = str(select(connection, "SHOW server_version_num")[0][0])
        there = frozenset(part.name for part in _functions(connection))
    key = (version, there, tuple(shapes.values()))
    if key not in _MADE:
        if version:
            _MADE[key] = _expected_postgresql(connection, shapes, there)
        else:
            _MADE[key] = _expected_sqlite(shapes)
    return _MADE[key]


_MADE: dict[tuple[str, frozenset[str], tuple[Shape, ...]], Parts] = {}
"""What was made before, by the version of the engine: it takes a fifth of a second."""


# ---- SQLite ------------------------------------------------------------------------------------


def _expected_sqlite(shapes: Mapping[str, Shape]) -> Parts:
    from afterload.registry.engine import connect_to, writing

    engine = connect_to(URL.create("sqlite", database=":memory:"))
    try:
        with writing(engine) as connection:
            build(shapes, "sqlite").create_all(connection, checkfirst=False)
            for statement in create_guards(shapes, "sqlite"):
                connection.exec_driver_sql(statement)
            return _sqlite(connection, shapes)
    finally:
        engine.dispose()


def _sqlite(connection: Connection, shapes: Mapping[str, Shape]) -> Parts:
    ours = {"entry", *shapes}
    parts: Parts = {}
    sql = "SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    for kind, name, table, made in select(connection, sql):
        if table not in ours:
            continue
        if kind == "table":
            parts[Part(table, "table", table)] = ""
            for check, said in checks_of(made):
                parts[Part(table, "check", check)] = said
        elif kind == "index":
            unique = "unique index" if made.upper().startswith("CREATE UNIQUE") else "index"
            parts[Part(table, unique, name)] = _plain(made)
        elif kind == "trigger":
            parts[Part(table, "trigger", name)] = _plain(made)
    for table in sorted(ours & {part.table for part in parts}):
        parts |= _sqlite_columns(connection, table)
    return parts


def _sqlite_columns(connection: Connection, table: str) -> Parts:
    """Columns, links and unique rules of one table, and whether it refuses other types."""
    parts: Parts = {}
    ((strict,),) = select(connection, f"SELECT strict FROM pragma_table_list('{table}')")
    parts[Part(table, "table", table)] = "strict" if strict else "any type"
    sql = f"SELECT name, type, \"notnull\", dflt_value, pk FROM pragma_table_info('{table}')"
    for name, kind, required, default, key in select(connection, sql):
        parts[Part(table, "column", name)] = f"{kind}, {required}, {default}, {key}"
    columns = '"from", "table", "to", on_update, on_delete'
    sql = f"SELECT {columns} FROM pragma_foreign_key_list('{table}')"
    for name, *link in select(connection, sql):
        parts[Part(table, "link", name)] = ", ".join(map(str, link))
    sql = f"SELECT name, origin FROM pragma_index_list('{table}') WHERE origin <> 'c'"
    for name, origin in select(connection, sql):
        of = select(connection, f"SELECT name FROM pragma_index_info('{name}')")
        parts[Part(table, "unique rule", ", ".join(str(c) for (c,) in of))] = origin
    return parts


_CHECK = re.compile(r'(?:CONSTRAINT\s+"?(\w+)"?\s+)?CHECK\s*\(', re.IGNORECASE)
_WHOLE = re.compile(r"(?<![\w.'])(-?\d+)\.0(?!\d)")
_WORD = re.compile(r"'(?:[^']|'')*'")


def checks_of(made: str) -> Iterator[tuple[str, str]]:
    """The checks in the text of a CREATE TABLE, by name; of one without a name, its text.

    Example:
        >>> list(checks_of("CREATE TABLE t (a CONSTRAINT c CHECK (a IN (1, 2)), CHECK (a > 0))"))
        [('c', 'a IN (1, 2)'), ('a > 0', 'a > 0')]
    """
    blind = _WORD.sub(lambda found: "~" * len(found[0]), made)
    for found in _CHECK.finditer(blind):
        depth, end = 1, found.end()
        while depth and end < len(blind):
            depth += {"(": 1, ")": -1}.get(blind[end], 0)
            end += 1
        said = _same_numbers(_plain(made[found.end() : end - 1]))
        yield found[1] or said, said


def _plain(made: str) -> str:
    return " ".join(made.split())


def _same_numbers(said: str) -> str:
    """A rule with 1.0 written as 1, as declarations may."""
    return _WHOLE.sub(r"\1", said)


# ---- PostgreSQL --------------------------------------------------------------------------------


def _expected_postgresql(
    connection: Connection, shapes: Mapping[str, Shape], there: frozenset[str]
) -> Parts:
    guards = create_guards(shapes, "postgresql")
    bodies = dict(map(_body, (g for g in guards if "CREATE FUNCTION" in g)))
    parts = {Part("", "function", name): body for name, body in bodies.items()}
    path = str(select(connection, "SELECT current_setting('search_path')")[0][0])
    undone = connection.begin_nested()
    try:
        connection.execute(text("SELECT set_config('search_path', :path, true)"),
                           {"path": f"pg_temp, {path}"})  # fmt: skip
        build(shapes, "postgresql").create_all(connection, checkfirst=False)
        for guard in guards:
            found = _TRIGGER.search(guard)
            if found and found[3] in there:
                connection.exec_driver_sql(guard)
            elif found:  # its function was removed, and it with it
                parts[Part(found[2], "trigger", found[1])] = ""
        return parts | _postgresql(connection, shapes, "pg_my_temp_schema()")
    finally:
        undone.rollback()


_TRIGGER = re.compile(r'CREATE TRIGGER "(\w+)".* ON "(\w+)".*EXECUTE FUNCTION (\w+)\(', re.DOTALL)
_FUNCTION = re.compile(r"CREATE FUNCTION (\w+)\(\).*?\$\$(.*)\$\$", re.DOTALL)


def _body(guard: str) -> tuple[str, str]:
    """Name and text of a function."""
    found = _FUNCTION.search(guard)
    assert found is not None
    return found[1], _plain(found[2])


def _functions(connection: Connection) -> Parts:
    sql = (
        "SELECT proname, prosrc FROM pg_proc WHERE proname LIKE 'afterload\\_%' "
        "AND pronamespace = current_schema()::regnamespace AND pronargs = 0"
    )
    found = connection.execute(text(sql.replace(":", r"\:"))).all()
    return {Part("", "function", name): _plain(body) for name, body in found}


_CATALOGUE: dict[str, str] = {
    "table": (
        "SELECT c.relname, 'table', c.relname, c.relkind::text || ' ' || c.relrowsecurity::text "
        "FROM pg_class c WHERE c.relkind IN ('r', 'v', 'p', 'm', 'f') AND {here}"
    ),
    "column": (
        "SELECT c.relname, 'column', a.attname, format_type(a.atttypid, a.atttypmod) || ' ' || "
        "a.attnotnull::text || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') "
        "FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_attrdef d "
        "ON d.adrelid = a.attrelid AND d.adnum = a.attnum "
        "WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind = 'r' AND {here}"
    ),
    "constraint": (
        "SELECT c.relname, CASE k.contype WHEN 'c' THEN 'check' WHEN 'f' THEN 'link' "
        "ELSE 'unique rule' END, k.conname, pg_get_constraintdef(k.oid, true) "
        "FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid "
        "WHERE k.contype IN ('c', 'f', 'p', 'u', 'x') AND {here}"
    ),
    "index": (
        "SELECT c.relname, CASE WHEN i.indisunique THEN 'unique index' ELSE 'index' END, "
        "x.relname, pg_get_indexdef(i.indexrelid, 0, true) || ' ' || i.indisvalid::text "
        "FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_class x "
        "ON x.oid = i.indexrelid WHERE NOT EXISTS (SELECT 1 FROM pg_constraint k "
        "WHERE k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')) AND {here}"
    ),
    "trigger": (
        "SELECT c.relname, 'trigger', t.tgname, pg_get_triggerdef(t.oid, true) "
        "FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND {here}"
    ),
    "rule": (
        "SELECT c.relname, 'rule', r.rulename, pg_get_ruledef(r.oid, true) "
        "FROM pg_rewrite r JOIN pg_class c ON c.oid = r.ev_class "
        "WHERE c.relkind = 'r' AND {here}"
    ),
}  # fmt: skip


def _postgresql(connection: Connection, shapes: Mapping[str, Shape], namespace: str) -> Parts:
    ours = {"entry", *shapes}
    here = f"c.relnamespace = {namespace}"
    parts: Parts = {}
    for sql in _CATALOGUE.values():
        statement = text(sql.format(here=here).replace(":", r"\:"))
        for table, kind, name, said in connection.execute(statement):
            if table in ours:
                parts[Part(table, kind, name)] = _same_numbers(_plain(str(said)))
    return parts
