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
from afterload.registry.store import Registry, create, open_registry

NOW = datetime(2026, 3, 1, 12, 30)
ENGINES = ("sqlite", "postgresql")
POSTGRES = os.environ.get("AFTERLOAD_TEST_POSTGRES", "")
NO_POSTGRES = (
    "AFTERLOAD_TEST_POSTGRES is not set; start a PostgreSQL with: "
    'eval "$(.ci/postgres.sh start)"'
)


def _on_server(*statements: str) -> None:
    engine = create_engine(POSTGRES, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def _database(name: str) -> str:
    return make_url(POSTGRES).set(database=name).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """An empty registry on each engine, made once and copied for every test."""
    file = tmp_path_factory.mktemp("template") / "empty.db"
    create(file, standard(), who="fixture", now=NOW).close()
    made = {"sqlite": str(file)}
    if POSTGRES:
        made["postgresql"] = f"afterload_{uuid.uuid4().hex}"
        _on_server(f"CREATE DATABASE {made['postgresql']}")
        create(_database(made["postgresql"]), standard(), who="fixture", now=NOW).close()
    yield made
    if POSTGRES:
        _on_server(f"DROP DATABASE {made['postgresql']} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """Which engine a test runs on."""
    if request.param == "postgresql" and not POSTGRES:
        pytest.skip(NO_POSTGRES)
    return str(request.param)


@pytest.fixture
def where(engine_name: str, templates: dict[str, str], tmp_path: Path) -> Iterator[str]:
    """The address of an empty registry."""
    if engine_name == "sqlite":
        file = tmp_path / "registry.db"
        shutil.copyfile(templates["sqlite"], file)
        yield str(file)
        return
    name = f"afterload_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name} TEMPLATE {templates['postgresql']}")
    yield _database(name)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def nowhere(engine_name: str, tmp_path: Path) -> Iterator[str]:
    """The address of a place without a registry."""
    if engine_name == "sqlite":
        yield str(tmp_path / "new.db")
        return
    name = f"afterload_{uuid.uuid4().hex}"
    _on_server(f"CREATE DATABASE {name}")
    yield _database(name)
    _on_server(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def registry(where: str) -> Iterator[Registry]:
    """An empty registry."""
    with open_registry(where) as opened:
        yield opened


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


@pytest.fixture
def filled(registry: Registry) -> Registry:
    """The registry with `cohort` in it."""
    add(registry, cohort(), who="Ada", why="first import", now=NOW)
    return registry
