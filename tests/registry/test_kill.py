"""kill -9 in the middle of an import leaves the registry exactly as it was.

Fifty times in all: a process that adds the same large batch is killed at a random moment (seeded),
some before it begins to write, most in the middle, some while it commits.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from afterload.core.errors import RecordError
from afterload.registry.audit import receipt, verify_chain
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.store import Registry, open_registry

ROWS = 8000
KILLS = {"sqlite": 40, "postgresql": 10}

# The server process forks the writers, so that the packages are imported once, not fifty times.
SERVER = """
import os, sys, time
from datetime import datetime
import afterload.registry.audit, alembic, psycopg, sqlalchemy.dialects.postgresql
from afterload.registry.batch import Batch, Rows
from afterload.registry.ledger import add
from afterload.registry.store import open_registry

where, n = sys.argv[1], int(sys.argv[2])
keys = [f"k{i}" for i in range(n // 4)]
rows = (
    Rows("patient", {"key": keys}),
    Rows("episode", {"key": keys, "patient": keys}),
    Rows("observation", {"episode": keys * 4, "nominal": ["pre"] * n,
                         "hr": [60 + i % 100 for i in range(n)],
                         "lactate": [1 + i % 7 / 3 for i in range(n)]}),
)
batch = Batch(rows, "large.csv")
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        with open_registry(where) as registry:
            print("begins", os.getpid(), flush=True)
            started = time.perf_counter()
            add(registry, batch, who="A", why="b", now=datetime(2026, 1, 1))
            print("done", time.perf_counter() - started, flush=True)
        os._exit(0)
    os.waitpid(child, 0)
    print("gone", flush=True)
"""


def _begin(server: subprocess.Popen[str]) -> int:
    """Have the server start one writer; its process id once it is about to write."""
    assert server.stdin is not None
    server.stdin.write("go\n")
    server.stdin.flush()
    word, _, pid = _line(server).partition(" ")
    assert word == "begins"
    return int(pid)


def _line(server: subprocess.Popen[str]) -> str:
    assert server.stdout is not None
    return server.stdout.readline().strip()


def _whole(registry: Registry) -> bool:
    return len(current(registry, "observation")["id"]) == ROWS


def test_killed_imports_leave_no_trace(
    where: str, engine_name: str, tmp_path: Path
) -> None:
    script = tmp_path / "server.py"
    script.write_text(SERVER)
    server = subprocess.Popen(
        [sys.executable, str(script), where, str(ROWS)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    rng = random.Random(20260301)
    with open_registry(where) as registry:
        before = receipt(registry)
        killed = longest = 0.0
        try:
            longest = _time_of_one(registry, where, script, tmp_path)
            for _ in range(KILLS[engine_name]):
                pid = _begin(server)
                time.sleep(rng.uniform(0, 1.1) * longest)
                os.kill(pid, signal.SIGKILL)
                last = _line(server)
                killed += last == "gone"
                if last != "gone":
                    assert _line(server) == "gone"
                    break
                assert receipt(registry) == before
        finally:
            server.kill()
            server.communicate()
        assert killed
"""Replaced below."""
