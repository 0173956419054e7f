"""The same tests on both engines: each gets an empty registry of its own."""

from __future__ import annotations

import os
import shutil
import uuid
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.pool import NullPool

from afterload.core.vocabulary import standard
from afterload.registry.batch import Batch, Rows
from afterload.registry.ledger import add
from afterload.registry.shape import TABLES
from afterload.registry.store import Registry, create, open_registry

NOW = datetime(2026, 3, 1, 12, 30)
ENGINES = ("sqlite", "postgresql")
POSTGRES = os.environ.get("AFTERLOAD_TEST_POSTGRES", "")
NO_POSTGRES = (
    'AFTERLOAD_TEST_POSTGRES is not set; start a PostgreSQL with: eval "$(.ci/postgres.sh start)"'
)


def _on_server(*statements: str) -> None:
    engine = create_engine(POSTGRES, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _database(name: str) -> str:
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


T0 = datetime(2024, 3, 1, 8, 0)


def cohort() -> Batch:
    """Two patients, three episodes: one with dates, one with hours only, one hardly known."""
    hour = timedelta(hours=1)
    return Batch(
        (
            Rows("outcome", {
                "episode": ["e1", "e2"],
                "discharge_dest": ["died", None],
                "death_dt": [T0 + 200 * hour, None],
                "hosp_discharge_dt": [T0 + 200 * hour, None],
                "hosp_discharge_dt_h": [None, 480.0],
            }),
            Rows("patient", {"key": ["p1", "p2"], "sex": [None, None],
                             "birth_year": [1960, None]}),
            Rows("episode", {
                "key": ["e1", "e2", "e3"],
                "patient": ["p1", "p2", "p2"],
                "t0": [T0, None, None],
                "age_years": [63.5, 41.0, None],
                "hx_chf": [True, False, None],
                "hosp_admit_dt": [T0 - 30 * hour, None, None],
                "hosp_admit_dt_h": [None, -12.0, None],
            }),
            Rows("run", {"episode": ["e1", "e2"], "key": ["1", "1"],
                         "start": [T0, None], "stop": [T0 + 150 * hour, None],
                         "start_h": [None, 0.0], "stop_h": [None, 100.0]}),
            Rows("device", {
                "episode": ["e1", "e1", "e2"],
                "run": ["1", "1", None],
                "kind": ["ecls", "impella-5.0", "iabp"],
                "start": [T0, T0 + 24 * hour, None],
                "stop": [T0 + 120 * hour, T0 + 150 * hour, None],
                "start_h": [None, None, 0.0],
                "stop_h": [None, None, 100.0],
            }),
            Rows("observation", {
                "episode": ["e1", "e1", "e1", "e2", "e2"],
                "nominal": ["pre", None, None, "day1", None],
                "at": [T0 - 1 * hour, T0 + 23 * hour, T0 + 25.5 * hour, None, None],
                "at_h": [None, None, None, None, -3.0],
                "lactate": [8.0, 4.0, 3.0, 2.5, 9.0],
                "creatinine": [150.0, None, 180.0, 200.0, None],
                "ventilated": [True, None, False, True, None],
                "entered": [{"lactate": "72 mg/dL"}, None, None, None, None],
                "accepted": [["lactate"], None, None, None, None],
                "missing": [None, {"creatinine": "not done"}, None, None, None],
            }),
            Rows("complication", {
                "episode": ["e1", "e1", "e2"],
                "kind": ["bleeding", "bleeding", "stroke"],
                "at": [T0 + 50 * hour, T0 + 20 * hour, None],
                "definition": ["BARC 3 or more", None, None],
            }),
            Rows("followup", {"episode": ["e2"], "at_h": [2160.0], "vital_status": ["alive"]}),
        ),
        origin="cohort.csv sha256:00",
    )  # fmt: skip


class Copies:
    """Registries made once per engine and copied for every test: a file, or a database."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.templates: dict[tuple[str, str], str] = {}
        self.databases: list[str] = []
        self.idle: dict[tuple[str, str], list[str]] = {}

    def place(self, engine: str) -> str:
        """The address of a place with nothing in it."""
        name = f"afterload_{uuid.uuid4().hex}"
        if engine == "sqlite":
            return str(self.folder / f"{name}.db")
        _on_server(f"CREATE DATABASE {name}")
        self.databases.append(name)
        return _database(name)

    def template(self, engine: str, what: str) -> str:
        """The address of the registry that copies are made of; it is never opened again."""
        if (engine, what) not in self.templates:
            where = self.place(engine) if what == "empty" else self.copy(engine, "empty")
            if what == "empty":
                create(where, standard(), who="fixture", now=NOW).close()
            else:
                with open_registry(where) as registry:
                    add(registry, cohort(), who="Ada", why="first import", now=NOW)
            self.templates[engine, what] = where
        return self.templates[engine, what]

    def copy(self, engine: str, what: str) -> str:
        """The address of a registry of one's own."""
        template = self.template(engine, what)
        if engine == "sqlite":
            where = self.place(engine)
            shutil.copyfile(template, where)
            return where
        name = f"afterload_{uuid.uuid4().hex}"
        _on_server(f"CREATE DATABASE {name} TEMPLATE {make_url(template).database}")
        self.databases.append(name)
        return _database(name)

    def lend(self, engine: str, what: str) -> str:
        """The address of a registry to add to: on PostgreSQL one that was lent before, if any."""
        idle = self.idle.get((engine, what), [])
        return idle.pop() if idle else self.copy(engine, what)

    def take_back(self, engine: str, what: str, where: str) -> None:
        """Make a lent registry as it was: rows of later entries go, with the guards asleep.

        Copying a database takes a fifth of a second, this a hundredth.
        """
        if engine == "sqlite":
            return
        last = {"empty": 1, "filled": 2}[what]
        statements = [
            "SET session_replication_role = replica",
            *(f'DELETE FROM "{table}" WHERE "entry" > {last}' for table in TABLES),
            f'DELETE FROM "entry" WHERE "id" > {last}',
        ]
        server = create_engine(where, poolclass=NullPool)
        with server.begin() as connection:
            connection.exec_driver_sql("; ".join(statements))
        self.idle.setdefault((engine, what), []).append(where)

    def drop(self, where: str) -> None:
        """Forget a registry that is no longer needed."""
        name = make_url(where).database if "://" in where else None
        if name in self.databases:
            self.databases.remove(str(name))
            _on_server(f"DROP DATABASE {name} WITH (FORCE)")

    def clear(self) -> None:
        """Leave the server as it was."""
        if self.databases:
            _on_server(*(f"DROP DATABASE {name} WITH (FORCE)" for name in self.databases))


@pytest.fixture(scope="session")
def copies(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Copies]:
    """Where registries for tests come from."""
    made = Copies(tmp_path_factory.mktemp("registries"))
    yield made
    made.clear()


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine a test runs on."""
    if request.param == "postgresql" and not POSTGRES:
        pytest.skip(NO_POSTGRES)
    return str(request.param)


@pytest.fixture
def nowhere(copies: Copies, engine_name: str) -> Iterator[str]:
    """The address of a place without a registry."""
    made = copies.place(engine_name)
    yield made
    copies.drop(made)


@pytest.fixture
def where(copies: Copies, engine_name: str) -> Iterator[str]:
    """The address of an empty registry."""
    made = copies.copy(engine_name, "empty")
    yield made
    copies.drop(made)


@pytest.fixture
def registry(copies: Copies, engine_name: str) -> Iterator[Registry]:
    """An empty registry, for tests that write to it as anybody does."""
    lent = copies.lend(engine_name, "empty")
    with open_registry(lent) as opened:
        yield opened
    copies.take_back(engine_name, "empty", lent)


@pytest.fixture
def filled(copies: Copies, engine_name: str) -> Iterator[Registry]:
    """The registry with `cohort` in it, for tests that write to it as anybody does."""
    lent = copies.lend(engine_name, "filled")
    with open_registry(lent) as opened:
        yield opened
    copies.take_back(engine_name, "filled", lent)


@pytest.fixture
def own(where: str) -> Iterator[Registry]:
    """An empty registry, for tests that change its schema."""
    with open_registry(where) as opened:
        yield opened


@pytest.fixture
def own_filled(copies: Copies, engine_name: str) -> Iterator[Registry]:
    """The registry with `cohort` in it, for tests that tamper with it."""
    made = copies.copy(engine_name, "filled")
    with open_registry(made) as opened:
        yield opened
    copies.drop(made)


@pytest.fixture(scope="session")
def shared(copies: Copies) -> Iterator[dict[str, Registry]]:
    """The filled registries that `untouched` hands out."""
    made: dict[str, Registry] = {}
    yield made
    for registry in made.values():
        registry.close()


@pytest.fixture
def untouched(copies: Copies, shared: dict[str, Registry], engine_name: str) -> Registry:
    """A registry with `cohort` in it, shared by the tests that must leave it as it is."""
    if engine_name not in shared:
        shared[engine_name] = open_registry(copies.copy(engine_name, "filled"))
    return shared[engine_name]
