"""kill -9 in the middle of an import leaves the registry exactly as it was.

A process that adds a large batch is killed at random moments (seeded): before it begins to write,
in the middle, while it commits. What is left is the registry before, or (when it had just
finished) the registry after, never anything in between.
"""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from afterload.registry.audit import receipt, verify_chain
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.store import open_registry

if TYPE_CHECKING:
    from conftest import Copies

ROWS = 6000
KILLS = {"sqlite": 50, "postgresql": 20}

# The packages are imported once; every import that will be killed is a fork of this process.
SERVER = """
import os, sys, time
from datetime import datetime
import alembic
if sys.argv[2] == "postgresql":
    import psycopg, sqlalchemy.dialects.postgresql.psycopg
from afterload.registry.batch import Batch, Rows
from afterload.registry.ledger import add
from afterload.registry.store import open_registry

n = int(sys.argv[1])
keys = [f"k{i}" for i in range(n // 4)]
batch = Batch((
    Rows("patient", {"key": keys}),
    Rows("episode", {"key": keys, "patient": keys}),
    Rows("observation", {"episode": keys * 4, "nominal": ["pre"] * n,
                         "hr": [60 + i % 100 for i in range(n)],
                         "lactate": [1 + i % 7 / 3 for i in range(n)]}),
), "large.csv")
for line in sys.stdin:
    delay, where = line.strip().split(" ", 1)
    begins, tell = os.pipe()
    child = os.fork()
    if child == 0:
        with open_registry(where) as registry:
            os.write(tell, b".")
            add(registry, batch, who="A", why="b", now=datetime(2026, 1, 1))
        os._exit(0)
    os.read(begins, 1)
    started = time.perf_counter()
    if float(delay) >= 0:
        time.sleep(float(delay))
        os.kill(child, 9)
    _, status = os.waitpid(child, 0)
    print("killed" if os.WIFSIGNALED(status) else "done", time.perf_counter() - started, flush=True)
    os.close(begins)
    os.close(tell)
"""


class Importer:
    """Starts imports, one after the other, in processes that can be killed."""

    def __init__(self, script: Path, engine: str) -> None:
        script.write_text(SERVER)
        self.process = subprocess.Popen(
            [sys.executable, str(script), str(ROWS), engine],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip

    def add(self, where: str, kill_after: float = -1.0) -> tuple[str, float]:
        """Add the batch; "done" or "killed", and the seconds it took."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(f"{kill_after} {where}\n")
        self.process.stdin.flush()
        word, seconds = self.process.stdout.readline().split()
        return word, float(seconds)


@pytest.fixture
def importer(tmp_path: Path, engine_name: str) -> Iterator[Importer]:
    made = Importer(tmp_path / "importer.py", engine_name)
    yield made
    made.process.kill()
    made.process.communicate()


def _is_whole(where: str, entries_expected: int) -> bool:
    with open_registry(where) as registry:
        assert verify_chain(registry) == []
        assert len(entries(registry)) == entries_expected
        counts = {t: len(current(registry, t)["id"]) for t in ("patient", "episode", "observation")}
    assert counts in (
        {"patient": 0, "episode": 0, "observation": 0},
        {"patient": ROWS // 4, "episode": ROWS // 4, "observation": ROWS},
    )
    return counts["observation"] == ROWS


def test_killed_imports_leave_no_trace(
    importer: Importer, copies: Copies, engine_name: str
) -> None:
    rng = random.Random(20260301)
    # The quicker of two: the first one may wait for the server to warm up.
    seconds = min(importer.add(copies.copy(engine_name, "empty"))[1] for _ in range(2))
    where, interrupted = copies.copy(engine_name, "empty"), 0
    with open_registry(where) as registry:
        empty = receipt(registry)
    for _ in range(KILLS[engine_name]):
        word, took = importer.add(where, kill_after=rng.uniform(0, 1.05) * seconds)
        with open_registry(where) as registry:
            unchanged = receipt(registry) == empty
        if unchanged:
            assert word == "killed"
            interrupted += 1
        else:
            # It had just finished: then all of it is there. Go on with another registry.
            assert _is_whole(where, 2)
            seconds = min(seconds, took)  # a busy machine was slower before
            where = copies.copy(engine_name, "empty")
    assert interrupted > KILLS[engine_name] // 2
    assert not _is_whole(where, 1)
    assert importer.add(where)[0] == "done"
    assert _is_whole(where, 2)
