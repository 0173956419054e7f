"""Connections: how each engine is spoken to so that a write is whole, lasting and alone."""

from __future__ import annotations

import sqlite3
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import NullPool, StaticPool

from afterload.core.errors import RecordError

PATIENCE_S = 60.0
"""How long a writer waits for another one to finish."""

_LOCK = 4_705_112_301
"""The number of PostgreSQL's advisory lock that writers take, one after the other."""


def address(where: str | Path) -> URL:
    """A path or a URL as the URL of a database.

    Raises:
        RecordError: It is a URL of something else than SQLite or PostgreSQL.
    """
    text = str(where)
    if "://" not in text:
        return URL.create("sqlite", database=text)
    try:
        url = make_url(text)
    except ArgumentError as error:
        raise RecordError(f"{text!r} is not the address of a database.") from error
    if url.drivername in ("postgresql", "postgres"):
        url = url.set(drivername="postgresql+psycopg")
    if url.drivername not in ("sqlite", "postgresql+psycopg"):
        raise RecordError(
            f"{url.drivername!r} is not a database afterload keeps registries in. "
            "Give the path of an SQLite file, or postgresql+psycopg://user@host/database."
        )
    return url


def sqlite_file(url: URL) -> Path | None:
    """The file of an SQLite address; None for PostgreSQL and for a registry in memory."""
    if url.get_backend_name() != "sqlite" or url.database in (None, "", ":memory:"):
        return None
    return Path(str(url.database))


def connect_to(url: URL) -> Engine:
    """An engine for a database; nothing is opened yet.

    Raises:
        RecordError: The driver for PostgreSQL is not installed.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url)
    try:
        engine = create_engine(url, poolclass=NullPool)
    except (ModuleNotFoundError, NoSuchModuleError) as error:
        raise RecordError(
            "PostgreSQL needs the package psycopg. Install it with: "
            "pip install 'afterload[postgresql]'"
        ) from error
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def _sqlite(url: URL) -> Engine:
    """SQLite with transactions begun by hand, because its driver would begin them too late."""
    if sqlite3.sqlite_version_info < (3, 37):
        raise RecordError(
            f"Registries need SQLite 3.37 or later; this Python has {sqlite3.sqlite_version}. "
            "Use a newer Python, or PostgreSQL."
        )
    options = {"isolation_level": None, "timeout": PATIENCE_S}
    if sqlite_file(url) is None:
        raw = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        engine = create_engine("sqlite://", creator=lambda: raw, poolclass=StaticPool)
        weakref.finalize(engine, raw.close)
    else:
        engine = create_engine(url, connect_args=options, poolclass=NullPool)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(raw: sqlite3.Connection, _record: object) -> None:
    """Set what SQLite forgets between connections.

    `synchronous` is FULL: a correction that was confirmed is still there after a power cut. It
    costs one flush to disk per entry, and entries are few.
    """
    for pragma in ("foreign_keys = ON", "recursive_triggers = ON", "synchronous = FULL"):
        raw.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("afterload_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _begin_postgresql(connection: Connection) -> None:
    if connection.get_execution_options().get("afterload_write", False):
        patience = f"{1000 * PATIENCE_S:.0f}ms"
        connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{patience}'")
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """One transaction that no other writer shares; undone as a whole if anything fails.

    Raises:
        RecordError: Another writer did not finish in `PATIENCE_S`, or the database refused.
    """
    try:
        with (
            engine.connect().execution_options(afterload_write=True) as connection,
            connection.begin(),
        ):
            yield connection
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise trouble(error, _place(engine)) from error


class _Undone(Exception):
    """Ends a rehearsal."""


@contextmanager
def rehearsing(engine: Engine) -> Iterator[Connection]:
    """A transaction like `writing`, with all its checks, that leaves nothing behind.

    Raises:
        RecordError: As `writing` does.
    """
    with suppress(_Undone), writing(engine) as connection:
        yield connection
        raise _Undone


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """One transaction to read in: everything read belongs to one moment.

    Raises:
        RecordError: The database cannot be reached or read.
    """
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ")
            with connection.begin():
                yield connection
    except (DBAPIError, engine.dialect.loaded_dbapi.Error) as error:
        raise trouble(error, _place(engine)) from error


def _place(engine: Engine) -> str:
    return repr(engine.url.database) if engine.url.database else ""


def trouble(error: Exception, place: str = "") -> RecordError:
    """A database's own error as one sentence; `place` names the file in it."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    text = (str(cause).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
    if "locked" in text or "lock timeout" in text:
        return RecordError(
            f"Another program has been writing to this registry for {PATIENCE_S:.0f} s. "
            "Nothing was changed; try again when it has finished."
        )
    if "readonly database" in text:
        return RecordError(
            f"{place or 'The registry'} cannot be written to, or its folder cannot, which SQLite "
            "needs even to read. Copy the registry to a folder of your own, or ask for the right "
            "to write."
        )
    if "not a database" in text:
        return RecordError(
            f"{place or 'This file'} is not a registry: it is not an SQLite database."
        )
    return RecordError(f"The database refused: {text}.")


def cursor_of(connection: Connection) -> Any:
    """The driver's own cursor, inside the connection's transaction: for bulk work only."""
    return connection.connection.cursor()
