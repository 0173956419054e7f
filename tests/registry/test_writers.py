"""Two writers at once lose nothing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from afterload.core.vocabulary import standard
from afterload.registry.audit import verify_chain
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.store import memory, open_registry

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
TIMES = 12


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
    from datetime import datetime

    from afterload.registry.batch import Batch, Rows
    from afterload.registry.engine import reading
    from afterload.registry.ledger import add
    from afterload.registry.rows import select

    with open_registry(where) as one, open_registry(where) as other:
        with reading(one.engine) as connection:
            count = 'SELECT count(*) FROM "patient"'
            assert select(connection, count) == [(0,)]
            rows = (Rows("patient", {"key": ["p"]}),)
            add(other, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
            assert select(connection, count) == [(0,)]
        assert current(one, "patient")["key"] == ["p"]


def test_memory_registries_are_apart() -> None:
    with memory(standard()) as one, memory(standard()) as other:
        assert one.engine is not other.engine
