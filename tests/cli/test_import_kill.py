"""`afterload record import`, killed (SIGKILL) at random moments, loses and duplicates nothing.

The registry's own test kills the writing itself 50 times on both engines; this one kills the whole
command as an operating system would. AFTERLOAD_KILLS sets how often (default 6).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import datetime
from pathlib import Path

import numpy as np

from afterload.actions import demo_cohort, record
from afterload.registry.audit import verify_chain
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.store import open_registry

KILLS = int(os.environ.get("AFTERLOAD_KILLS", "6"))
N = 600


def _command(db: Path, files: demo_cohort.Files) -> list[str]:
    return [
        sys.executable, "-m", "afterload", "record", "import", str(db), str(files.cohort),
        "--map", str(files.map), "--accept-soft", "--who", "Ada", "--why", "test",
    ]  # fmt: skip


def _content(db: Path) -> tuple[int, int, int]:
    with open_registry(db) as registry:
        assert verify_chain(registry) == []
        return (
            len(entries(registry)),
            len(current(registry, "episode")["key"]),
            len(current(registry, "observation")["id"]),
        )


def test_a_killed_import_leaves_the_registry_as_before_or_whole(tmp_path: Path) -> None:
    files = demo_cohort.write(demo_cohort.generate(np.random.default_rng(1), N), tmp_path)
    whole = tmp_path / "whole.db"
    record.create(whole, who="Ada", now=datetime(2026, 1, 1)).close()
    start = time.monotonic()
    subprocess.run(_command(whole, files), check=True, capture_output=True)
    lasts = time.monotonic() - start
    expected = _content(whole)

    rng = random.Random(20260101)
    db = tmp_path / "shock.db"
    record.create(db, who="Ada", now=datetime(2026, 1, 1)).close()
    before = _content(db)
    done = 0
    for _ in range(KILLS):
        process = subprocess.Popen(
            _command(db, files), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(lasts * rng.uniform(0.2, 1.05))
        process.send_signal(signal.SIGKILL)
        process.wait()
        found = _content(db)
        assert found in (before, expected)
        if found == expected:  # it was faster than the signal: begin again
            done += 1
            db = tmp_path / f"shock-{done}.db"
            record.create(db, who="Ada", now=datetime(2026, 1, 1)).close()
    subprocess.run(_command(db, files), check=True, capture_output=True)
    assert _content(db) == expected
