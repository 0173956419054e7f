"""`afterload record import`, killed (SIGKILL) while it writes, loses and duplicates nothing.

The registry's own test kills the writing itself 50 times on both engines; this one kills the whole
command as an operating system would, at a random moment after its first rows have reached the
journal. AFTERLOAD_KILLS sets how often (default 6).
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from afterload.actions import record
from afterload.registry.audit import verify_chain
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.store import open_registry

KILLS = int(os.environ.get("AFTERLOAD_KILLS", "6"))
N = 5000
"""Episodes: enough that rows reach the journal well before they are committed."""

MAP = """
[[table]]
patient = "patient"
episode = "stay"
[table.columns]
age = "age_years"
lactate = { to = "lactate@pre", unit = "mg/dL" }
"""

SHARE = 0.8
"""Kills fall into this share of the time in which rows come into the journal."""


def _command(db: Path, folder: Path) -> list[str]:
    return [
        sys.executable, "-m", "afterload", "record", "import", str(db), str(folder / "many.csv"),
        "--map", str(folder / "map.toml"), "--who", "Ada", "--why", "test",
    ]  # fmt: skip


def _write(folder: Path) -> Path:
    lines = (f"p{i},e{i},{20 + i % 60},{9 + i % 90}" for i in range(N))
    (folder / "many.csv").write_text("\n".join(["patient,stay,age,lactate", *lines]))
    (folder / "map.toml").write_text(MAP)
    return folder


def _content(db: Path) -> tuple[int, int, int]:
    with open_registry(db) as registry:
        assert verify_chain(registry) == []
        return (
            len(entries(registry)),
            len(current(registry, "episode")["key"]),
            len(current(registry, "observation")["id"]),
        )


def _begin(db: Path, files: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        _command(db, files), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _written(db: Path) -> int:
    """Bytes in the journal of the registry: rows on their way, not yet in the file itself."""
    with suppress(FileNotFoundError):
        return Path(f"{db}-wal").stat().st_size
    return 0


def _wait_for_rows(process: subprocess.Popen[bytes], db: Path) -> None:
    while process.poll() is None and not _written(db):
        time.sleep(0.001)


def _writing_lasts(process: subprocess.Popen[bytes], db: Path) -> float:
    """Seconds from the first row in the journal to the last."""
    _wait_for_rows(process, db)
    first = last = time.monotonic()
    size = _written(db)
    while process.poll() is None:
        if _written(db) > size:
            size, last = _written(db), time.monotonic()
        time.sleep(0.001)
    assert process.returncode == 0
    return last - first


def _empty(path: Path) -> Path:
    record.create(path, who="Ada", now=datetime(2026, 1, 1)).close()
    return path


def test_a_killed_import_leaves_the_registry_as_before_or_whole(tmp_path: Path) -> None:
    files = _write(tmp_path)
    whole, db = _empty(tmp_path / "whole.db"), _empty(tmp_path / "shock.db")
    before = _content(db)
    lasts = _writing_lasts(_begin(whole, files), whole)
    expected = _content(whole)

    rng = random.Random(20260101)
    done = interrupted = 0
    for _ in range(KILLS):
        process = _begin(db, files)
        _wait_for_rows(process, db)
        time.sleep(lasts * rng.uniform(0, SHARE))
        process.send_signal(signal.SIGKILL)
        process.wait()
        began = _written(db) > 0
        found = _content(db)
        assert found in (before, expected)
        if found == expected:  # it was faster than the signal: begin again
            done += 1
            db = _empty(tmp_path / f"shock-{done}.db")
        elif began:
            interrupted += 1
    assert 2 * interrupted >= KILLS, f"{interrupted} of {KILLS} kills came while rows were written"
    subprocess.run(_command(db, files), check=True, capture_output=True)
    assert _content(db) == expected
