"""Where a registry is kept: an SQLite file or a PostgreSQL database, behind one address."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from types import TracebackType

from sqlalchemy import Connection, Engine, MetaData, inspect
from sqlalchemy.exc import DBAPIError

from afterload.core.errors import InputError, RecordError
from afterload.core.variable import Variable
from afterload.core.vocabulary import Vocabulary, standard
from afterload.registry.engine import (
    address,
    connect_to,
    reading,
    sqlite_file,
    trouble,
    writing,
)
from afterload.registry.schema import HEAD, add_column, build
from afterload.registry.shape import Shape, fields_of, shapes
from afterload.registry.site import declaration, declared


@dataclass(frozen=True, slots=True)
class Registry:
    """An open registry; a `with` statement closes it.

    Args:
        engine: The database.
        vocabulary: The standard variables and the site's own.
        shapes: The tables as plain data, by name.
        url: Its address, without password.
    """

    engine: Engine
    vocabulary: Vocabulary
    shapes: Mapping[str, Shape]
    url: str

    @property
    def tables(self) -> MetaData:
        """The database schema, as SQLAlchemy knows it."""
        return build(self.shapes, self.engine.dialect.name)

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()

    def __enter__(self) -> Registry:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()


def create(where: str | Path, vocabulary: Vocabulary, *, who: str, now: datetime) -> Registry:
    """Create an empty registry; its first audit entry says who did.

    Args:
        where: Path of an SQLite file, or a URL ("postgresql+psycopg://user@host/database").
        vocabulary: The standard vocabulary with the site's own variables.
        who: Who creates it.
        now: When.

    Raises:
        RecordError: There is a registry (or something else) already, or no place for one.
    """
    url = address(where)
    file = sqlite_file(url)
    fresh = file is not None and not file.exists()
    if file is not None and not file.parent.is_dir():
        raise RecordError(f"The folder {str(file.parent)!r} does not exist. Create it first.")
    registry = _registry(connect_to(url), vocabulary)
    try:
        if file is not None:
            _switch_to_wal(registry.engine)
        with writing(registry.engine) as connection:
            _refuse_if_taken(connection, registry)
            _migrate(connection, registry)
            _declare(connection, registry, own_variables(vocabulary), who, "created", "init", now)
    except BaseException:
        registry.close()
        if fresh and file is not None:
            _remove(file)
        raise
    return registry


def open_registry(where: str | Path, *, migrate: bool = False) -> Registry:
    """Open a registry that exists.

    Args:
        where: Path of an SQLite file, or a URL.
        migrate: Bring an older registry to this version's schema first.

    Raises:
        RecordError: There is no registry, or its schema is older or newer than this version's.
    """
    url = address(where)
    file = sqlite_file(url)
    if file is not None and file.is_dir():
        raise RecordError(f"{str(where)!r} is a folder, not a registry. Name a file in it.")
    if file is not None and not file.is_file():
        raise RecordError(
            f"There is no registry at {str(where)!r}. "
            f"Create one with: afterload record init {where}"
        )
    engine = connect_to(url)
    try:
        with reading(engine) as connection:
            version = _version(connection, str(where))
            _refuse_newer(version, str(where))
            vocabulary = standard().with_variables(_site_variables(connection))
        registry = _registry(engine, vocabulary)
        if migrate:
            _upgrade(registry)
        with reading(engine) as connection:
            _check_version(connection, registry, version if not migrate else HEAD)
    except BaseException:
        engine.dispose()
        raise
    return registry


def memory(vocabulary: Vocabulary) -> Registry:
    """An empty registry that lives in memory only and is gone with the program."""
    start = datetime(1970, 1, 1)
    return create("sqlite:///:memory:", vocabulary, who="afterload", now=start)


def add_site_variables(
    registry: Registry, variables: Iterable[Variable], *, who: str, why: str, now: datetime
) -> Registry:
    """Give a registry more variables of the site's own; the registry with them is returned.

    Variables it has already, declared in the same words, are left as they are.

    Raises:
        InputError: A variable has the name of another one.
        RecordError: A variable is there already with another declaration.
    """
    named = list(variables)
    larger, new = enlarged(registry, named)
    if new:
        with writing(registry.engine) as connection:
            # Another writer may have added them since the registry was opened.
            larger, new = enlarged(as_it_is(connection, registry), named)
            if new:
                put_variables(connection, larger, new, who=who, why=why, now=now)
    return larger


def enlarged(registry: Registry, variables: Iterable[Variable]) -> tuple[Registry, list[Variable]]:
    """What a registry would be with more variables, and which of them are new; nothing is written.

    Raises:
        InputError: A variable has the name of another one.
        RecordError: A variable is there already with another declaration.
    """
    new = []
    for variable in variables:
        known = registry.vocabulary.variables.get(variable.name)
        if known is None or known.level != "site":
            new.append(variable)
        elif _meaning(known) != _meaning(variable):
            raise RecordError(
                f"The registry has a variable {variable.name!r} with another declaration. "
                "Choose another name."
            )
    if not new:
        return registry, new
    if any(variable.table == "meta" for variable in new):
        raise InputError("A site's variable cannot be kept in the table 'meta'.")
    return _registry(registry.engine, registry.vocabulary.with_variables(new)), new


def _meaning(variable: Variable) -> str:
    """A declaration without `identifying`, which says nothing of what is stored."""
    return declaration(replace(variable, identifying=None))


def put_variables(
    connection: Connection,
    larger: Registry,
    new: Iterable[Variable],
    *,
    who: str,
    why: str,
    now: datetime,
) -> None:
    """Add the columns of new variables and their audit entry, within a transaction.

    Args:
        connection: In a transaction that writes.
        larger: The registry with them; see `enlarged`.
        new: The variables.
        who, why, now: Who adds them, for what reason, and when.
    """
    named = list(new)
    for variable in named:
        for field in fields_of(variable):
            connection.exec_driver_sql(
                add_column(variable.table, field, larger.engine.dialect.name)
            )
    _declare(connection, larger, named, who, why, "variables", now)


def as_it_is(connection: Connection, registry: Registry) -> Registry:
    """A registry with the variables it has by now, added by whoever since it was opened."""
    more = [v for v in _site_variables(connection) if v.name not in registry.vocabulary.variables]
    if not more:
        return registry
    return _registry(registry.engine, registry.vocabulary.with_variables(more))


def own_variables(vocabulary: Vocabulary) -> list[Variable]:
    """The variables of a vocabulary that do not come with afterload."""
    return [v for v in vocabulary.variables.values() if v.name not in standard().variables]


def _registry(engine: Engine, vocabulary: Vocabulary) -> Registry:
    url = engine.url.render_as_string(hide_password=True)
    return Registry(engine, vocabulary, shapes(vocabulary), url)


def _declare(
    connection: Connection,
    registry: Registry,
    variables: Iterable[Variable],
    who: str,
    why: str,
    action: str,
    now: datetime,
) -> None:
    from afterload.registry.writer import Writer

    writer = Writer.begin(connection, registry.shapes)
    named = list(variables)
    columns = {
        "name": [variable.name for variable in named],
        "declaration": [declaration(variable) for variable in named],
    }
    writer.insert("site_variable", columns, len(named))
    writer.close(who=who, why=why, action=action, origin="", now=now)


def _switch_to_wal(engine: Engine) -> None:
    """Write-ahead logging: readers never wait for a writer. The file remembers it."""
    database = engine.url.database
    try:
        raw = engine.raw_connection()
        try:
            raw.cursor().execute("PRAGMA journal_mode = WAL")
        finally:
            raw.close()
    except (DBAPIError, sqlite3.Error) as error:
        told = str(trouble(error))
        raise RecordError(f"No registry can be created at {database!r}. {told}") from error


def _refuse_if_taken(connection: Connection, registry: Registry) -> None:
    there = set(inspect(connection).get_table_names())
    if there & {"alembic_version", "entry", *registry.shapes}:
        raise RecordError(
            f"There is a registry at {registry.url} already. Choose another place, or open it."
        )
    if there and registry.engine.dialect.name == "sqlite":
        raise RecordError(f"{registry.url} is a database of something else.")


def _remove(file: Path) -> None:
    for end in ("", "-wal", "-shm"):
        with suppress(OSError):
            Path(f"{file}{end}").unlink()


def _migrate(connection: Connection, registry: Registry) -> None:
    """Run the migrations that are still to be run, inside this transaction."""
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migration"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["tables"] = registry.tables
    config.attributes["shapes"] = registry.shapes
    command.upgrade(config, "head")


def _upgrade(registry: Registry) -> None:
    """Bring a registry to this version: its migrations, then the vocabulary's new variables."""
    with writing(registry.engine) as connection:
        _migrate(connection, registry)
        missing = _missing_columns(connection, registry)
        for table, name in missing:
            field = registry.shapes[table].by_name[name]
            connection.exec_driver_sql(add_column(table, field, registry.engine.dialect.name))


def _version(connection: Connection, where: str) -> str:
    if "alembic_version" in inspect(connection).get_table_names():
        found = connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar()
        if found:
            return str(found)
    raise RecordError(
        f"{where!r} holds no registry. Create one with: afterload record init {where}"
    )


def _site_variables(connection: Connection) -> list[Variable]:
    rows = connection.exec_driver_sql(
        'SELECT "declaration" FROM "site_variable" s WHERE NOT EXISTS '
        '(SELECT 1 FROM "site_variable" n WHERE n."supersedes" = s."id") ORDER BY "id"'
    )
    return [declared(row[0]) for row in rows]


def _refuse_newer(version: str, where: str) -> None:
    if version > HEAD:
        raise RecordError(
            f"{where!r} was written by a newer version of afterload (schema {version}, this one "
            f"knows {HEAD}). Update afterload."
        )


def _check_version(connection: Connection, registry: Registry, version: str) -> None:
    if version < HEAD or _missing_columns(connection, registry):
        raise RecordError(
            f"{registry.url} was written by an older version of afterload. "
            "Make a copy of it, then run: afterload record upgrade"
        )


def _missing_columns(connection: Connection, registry: Registry) -> list[tuple[str, str]]:
    """Table and column of every field the database does not have."""
    found = inspect(connection).get_multi_columns()
    there = {table: {c["name"] for c in columns} for (_, table), columns in found.items()}
    return [
        (shape.name, field.name)
        for shape in registry.shapes.values()
        for field in shape.fields
        if field.name not in there.get(shape.name, set())
    ]
