"""Two writers at once lose nothing."""

from __future__ import annotations

import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest

from afterload.core.errors import RecordError
from afterload.core.variable import Variable
from afterload.core.vocabulary import standard
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.engine import reading, writing
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.past import entries, history
from afterload.registry.rows import current, select
from afterload.registry.store import add_site_variables, memory, open_registry

NOW = datetime(2026, 3, 2, 9, 0)

WRITER = """
import sys
from datetime import datetime
from afterload.registry.batch import Batch, Rows
from afterload.registry.ledger import add, correct
from afterload.registry.store import open_registry

where, name, times = sys.argv[1], sys.argv[2], int(sys.argv[3])
now = datetime(2026, 3, 2, 9, 0)
with open_registry(where) as registry:
    print("ready", flush=True)
    sys.stdin.readline()
    for number in range(times):
        keys = [f"{name}-{number}-{k}" for k in range(20)]
        rows = (
            Rows("patient", {"key": [*keys, "shared"]}),
            Rows("episode", {"key": keys, "patient": keys}),
        )
        add(registry, Batch(rows, name), who=name, why="both", now=now)
        correct(registry, "patient", keys[0], {"height_cm": 170.0}, who=name, why="c", now=now)
"""
TIMES = 6


def test_two_processes_write_at_once(where: str, tmp_path: Path) -> None:
    script = tmp_path / "writer.py"
    script.write_text(WRITER)
    writers = [
        subprocess.Popen(
            [sys.executable, str(script), where, name, str(TIMES)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for name in ("left", "right")
    ]  # fmt: skip
    for writer in writers:
        assert writer.stdout is not None
        assert writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("go\n")
        writer.stdin.flush()
    for writer in writers:
        writer.communicate(timeout=60)
        assert writer.returncode == 0
    with open_registry(where) as registry:
        assert verify_chain(registry) == []
        chain = entries(registry)
        assert [e.id for e in chain] == list(range(1, 2 + 2 * 2 * TIMES))
        keys = current(registry, "patient")["key"]
        assert len(keys) == len(set(keys)) == 2 * TIMES * 20 + 1
        tall = [h for h in current(registry, "patient")["height_cm"] if h is not None]
        assert len(tall) == 2 * TIMES
        assert len(current(registry, "episode")["key"]) == 2 * TIMES * 20


def test_a_reader_sees_one_moment_while_another_writes(where: str) -> None:
    """A snapshot opened before a write does not see it, and does not wait for it."""
    with open_registry(where) as one, open_registry(where) as other:
        with reading(one.engine) as connection:
            count = 'SELECT count(*) FROM "patient"'
            assert select(connection, count) == [(0,)]
            rows = (Rows("patient", {"key": ["p"]}),)
            add(other, Batch(rows), who="A", why="b", now=NOW)
            assert select(connection, count) == [(0,)]
        assert current(one, "patient")["key"] == ["p"]


def test_a_writer_waits_only_so_long(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("afterload.registry.engine.PATIENCE_S", 0.2)
    rows = (Rows("patient", {"key": ["p"]}),)
    with open_registry(where) as one, open_registry(where) as other:
        with writing(one.engine), pytest.raises(RecordError, match="Another program"):
            add(other, Batch(rows), who="A", why="b", now=NOW)
        add(other, Batch(rows), who="A", why="b", now=NOW)
        assert current(one, "patient")["key"] == ["p"]


IMPORTER = """
import sys
from datetime import datetime
from pathlib import Path
from afterload.actions.record import import_files, open_registry

where, file, plan = sys.argv[1:]
with open_registry(where) as registry:
    print("ready", flush=True)
    sys.stdin.readline()
    done = import_files(
        registry, [Path(file)], Path(plan), who=file, why="both", now=datetime(2026, 3, 2, 9)
    )
    assert done.entry is not None and done.entry.new["episode"] == 3, done
"""

SITE_MAP = """
[variable.team]
kind = "enum"
choices = ["a", "b"]
identifying = false

[[table]]
episode = "id"
[table.columns]
team = "team"
"""


def test_imports_at_once_may_bring_the_same_variable(where: str, tmp_path: Path) -> None:
    """Whoever comes second finds the column there; nobody is refused and nothing is lost."""
    script, plan = tmp_path / "importer.py", tmp_path / "m.toml"
    script.write_text(IMPORTER)
    plan.write_text(SITE_MAP)
    running = []
    for number in range(4):
        cells = tmp_path / f"c{number}.csv"
        cells.write_text("id,team\n" + "".join(f"{number}-{k},a\n" for k in range(3)))
        running.append(
            subprocess.Popen(
                [sys.executable, str(script), where, str(cells), str(plan)],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            )
        )  # fmt: skip
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    for one in running:
        _, trouble = one.communicate(timeout=120)
        assert one.returncode == 0, trouble
    with open_registry(where) as registry:
        assert current(registry, "episode")["team"] == ["a"] * 12
        assert current(registry, "site_variable")["name"] == ["team"]
        assert verify_chain(registry) == []


def test_a_registry_opened_before_a_variable_keeps_its_values(where: str) -> None:
    """A correction by somebody who does not know the variable yet leaves its value alone."""
    team = Variable("team", "Team", kind="text", level="site", section="Site variables", tag="SITE")
    rows = (
        Rows("patient", {"key": ["p"]}),
        Rows("episode", {"key": ["e"], "patient": ["p"], "team": ["red"]}),
    )
    with open_registry(where) as early, open_registry(where) as other:
        add(other, Batch(rows), who="A", why="b", now=NOW, variables=[team])
        correct(early, "episode", "e", {"age_years": 60.0}, who="A", why="b", now=NOW)
        assert add_site_variables(early, [team], who="A", why="b", now=NOW) is not early
        withdraw(early, "episode", "e", who="A", why="b", now=NOW)
    with open_registry(where) as registry:
        past = history(registry, "episode", 1)
        assert [version.values["team"] for version in past] == ["red"] * 3
        assert verify_chain(registry) == []


def test_importing_the_room_loads_no_database() -> None:
    code = (
        "import sys, afterload.registry, afterload.registry.batch, afterload.registry.strategy\n"
        "assert not {'sqlalchemy', 'alembic', 'numpy'} & set(sys.modules), sys.modules.keys()"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_every_public_name_of_the_room_is_there() -> None:
    import afterload.registry as room

    assert set(room.__all__) <= set(dir(room))
    for name in room.__all__:
        assert getattr(room, name) is not None


def test_memory_registries_are_apart() -> None:
    with memory(standard()) as one, memory(standard()) as other:
        assert one.engine is not other.engine
