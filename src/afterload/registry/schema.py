"""The registry's tables as a database schema, made from their shapes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import (
    REAL,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)  # fmt: skip
from sqlalchemy.types import TypeEngine

from afterload.registry.shape import Field, Shape

HEAD = "0005"
"""The schema this version reads and writes; the newest file of `migration/versions`."""

_SQLITE: dict[str, type[TypeEngine[Any]]] = {"real": REAL, "int": Integer, "bool": Integer}
_POSTGRESQL: dict[str, type[TypeEngine[Any]]] = {
    "real": Double,
    "int": BigInteger,
    "bool": Boolean,
    "time": DateTime,
}
_FINITE = 1e300
_TIME_PATTERN = " ".join(
    (
        "-".join(("[0-9]" * 4, "[01][0-9]", "[0-3][0-9]")),
        ":".join(("[0-2][0-9]", "[0-5][0-9]", "[0-5][0-9]." + "[0-9]" * 6)),
    )
)


def build(shapes: Mapping[str, Shape], dialect: str) -> MetaData:
    """The whole schema for one engine.

    Args:
        shapes: The tables, in writing order.
        dialect: "sqlite" or "postgresql".
    """
    metadata = MetaData()
    _entry(metadata, dialect)
    for shape in shapes.values():
        _data_table(metadata, shape, dialect)
    return metadata


def column_type(field: Field, dialect: str) -> TypeEngine[Any]:
    """The database type of a field."""
    kind = "int" if field.kind == "link" else field.kind
    return (_SQLITE if dialect == "sqlite" else _POSTGRESQL).get(kind, Text)()


def check_of(field: Field, dialect: str) -> str | None:
    """The SQL that refuses what a field cannot hold; None if any value will do."""
    name = f'"{field.name}"'
    match field.kind:
        case "real" | "int":
            low, high = max(field.low, -_FINITE), min(field.high, _FINITE)
            if field.kind == "int":
                low, high = int(max(low, -(2**53))), int(min(high, 2**53))
            return f"{name} BETWEEN {low!r} AND {high!r}"
        case "bool" if dialect == "sqlite":
            return f"{name} IN (0, 1)"
        case "word" if field.words:
            # SQLite builds the list of an IN anew for every row; it does not for a chain of ORs.
            return " OR ".join(f"{name} = {_quoted(word)}" for word in field.words)
        case "words" if field.words:
            left = f"'|' || replace({name}, '|', '||') || '|'"
            for word in field.words:
                left = f"replace({left}, {_quoted(f'|{word}|')}, '')"
            return f"{left} = ''"
        case "time":
            bounds = f"{name} >= '1900-01-01' AND {name} < '2300-01-01'"
            return f"{bounds} AND {name} GLOB '{_TIME_PATTERN}'" if dialect == "sqlite" else bounds
        case "text" if field.required:
            return f"{name} <> ''"
        case _:
            return None


def check_name(table: str, field: str) -> str:
    """The name of the constraint that guards one field."""
    return f"ck_{table}_{field}"


def add_column(table: str, field: Field, dialect: str, *rules: tuple[str, str]) -> str:
    """The SQL that gives an existing table one more field.

    Args:
        table: The table.
        field: The field.
        dialect: "sqlite" or "postgresql".
        rules: Checks that come with it, each by name and as SQL; they may name other columns.
    """
    kind = column_type(field, dialect).compile(dialect=_dialect(dialect))
    check = check_of(field, dialect)
    checks = [(field.name, check), *rules] if check else [*rules]
    guards = (f' CONSTRAINT "{check_name(table, name)}" CHECK ({sql})' for name, sql in checks)
    return f'ALTER TABLE "{table}" ADD COLUMN "{field.name}" {kind}{"".join(guards)}'


def _dialect(name: str) -> Any:
    from sqlalchemy.dialects import postgresql, sqlite

    made: Any = sqlite if name == "sqlite" else postgresql
    return made.dialect()


def _entry(metadata: MetaData, dialect: str) -> None:
    time = column_type(Field("at", "time"), dialect)
    words = ("who", "why", "action", "origin", "counts", "content", "previous", "hash")
    Table(
        "entry",
        metadata,
        Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True,
               autoincrement=False),
        Column("at", time, nullable=False),
        *(Column(word, Text, nullable=False) for word in words),
        CheckConstraint("\"who\" <> '' AND \"why\" <> ''", name="ck_entry_who_and_why"),
        UniqueConstraint("previous", name="uq_entry_previous"),
        sqlite_strict=True,
    )  # fmt: skip


def _data_table(metadata: MetaData, shape: Shape, dialect: str) -> None:
    """One table: its bookkeeping, its fields, their checks and its indexes."""
    whole = _SQLITE["int"] if dialect == "sqlite" else BigInteger
    name = shape.name
    table = Table(
        name,
        metadata,
        Column("id", whole, primary_key=True, autoincrement=False),
        Column("root", whole, nullable=False),
        Column("supersedes", whole, ForeignKey(f"{name}.id")),
        Column("withdrawn", column_type(Field("withdrawn", "bool"), dialect), nullable=False),
        Column("entry", whole,
               ForeignKey("entry.id", deferrable=True, initially="DEFERRED"), nullable=False),
        Column("digest", Text, nullable=False),
        Column("entered", Text),
        Column("accepted", Text),
        Column("missing", Text),
        *(_column(field, dialect) for field in shape.fields),
        CheckConstraint(
            '("supersedes" IS NULL) = ("root" = "id") AND "root" <= "id"',
            name=f"ck_{name}_first_version",
        ),
        *_checks(shape, dialect),
        sqlite_strict=True,
    )  # fmt: skip
    _indexes(table, shape)


def _column(field: Field, dialect: str) -> Column[Any]:
    link = [ForeignKey(f"{field.link}.id")] if field.kind == "link" else []
    return Column(
        field.name, column_type(field, dialect), *link, nullable=not field.required, quote=True
    )


def _checks(shape: Shape, dialect: str) -> list[CheckConstraint]:
    ranges = [
        CheckConstraint(check.replace(":", r"\:"), name=check_name(shape.name, field.name))
        for field in shape.fields
        if (check := check_of(field, dialect))
    ]
    rules = [
        CheckConstraint(sql, name=check_name(shape.name, rule)) for rule, sql, _ in shape.sentences
    ]
    return ranges + rules


def _indexes(table: Table, shape: Shape) -> None:
    """A row is superseded once; a key begins once; rows are found by their episode."""
    name, columns = shape.name, table.columns
    later = text('"supersedes" IS NOT NULL')
    first = text('"supersedes" IS NULL')
    Index(f"uq_{name}_supersedes", columns["supersedes"], unique=True,
          sqlite_where=later, postgresql_where=later)  # fmt: skip
    Index(f"ix_{name}_root", columns["root"], sqlite_where=later, postgresql_where=later)
    if shape.key:
        Index(f"uq_{name}_key", *(columns[key] for key in shape.key), unique=True,
              sqlite_where=first, postgresql_where=first)  # fmt: skip
    for link in shape.links:
        Index(f"ix_{name}_{link.name}", columns[link.name])


def _quoted(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"
