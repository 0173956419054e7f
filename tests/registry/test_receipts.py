"""Receipts kept elsewhere show what the chain by itself cannot: entries cut off its end."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from afterload.actions.record import verify
from afterload.core.errors import InputError
from afterload.registry.engine import writing
from afterload.registry.guard import create_guards
from afterload.registry.ledger import correct
from afterload.registry.rows import select
from afterload.registry.store import Registry

NOW = datetime(2026, 3, 2, 9, 0)


def _cut_off(registry: Registry, entry: int) -> None:
    """Remove the last entry with its rows, and put every guard back as it was."""
    dialect = registry.engine.dialect.name
    with writing(registry.engine) as connection:
        if dialect == "postgresql":
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        else:
            names = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            for (name,) in select(connection, names):
                connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for table in registry.shapes:
            connection.exec_driver_sql(f'DELETE FROM "{table}" WHERE "entry" = {entry}')
        connection.exec_driver_sql(f'DELETE FROM "entry" WHERE "id" = {entry}')
        if dialect == "sqlite":
            for statement in create_guards(registry.shapes, dialect):
                connection.exec_driver_sql(statement)


def test_a_file_of_receipts_is_begun_checked_and_added_to(
    own_filled: Registry, tmp_path: Path
) -> None:
    kept = tmp_path / "elsewhere.txt"
    first = verify(own_filled, receipts=kept, now=NOW)
    assert (first.holds, first.vouched) == (True, 0)
    assert kept.read_text() == f"2026-03-02 09:00:00 entry 2 {first.receipt}\n"
    assert verify(own_filled, receipts=kept, now=NOW).vouched == 2
    assert len(kept.read_text().splitlines()) == 1
    correct(own_filled, "episode", "e1", {"age_years": 53.5}, who="Bo", why="typo", now=NOW)
    second = verify(own_filled, receipts=kept, now=NOW)
    assert (second.entries, second.vouched) == (3, 2)
    _cut_off(own_filled, 3)
    assert verify(own_filled).holds  # the chain alone cannot tell
    assert verify(own_filled, receipt=first.receipt).holds
    found = verify(own_filled, receipts=kept, now=NOW)
    assert not found.holds
    (finding,) = [f for f in found.findings if f.severity == "error"]
    assert finding.rule == "audit:receipt"
    assert second.receipt[:16] in finding.sentence
    assert len(kept.read_text().splitlines()) == 2  # what does not hold leaves no receipt


def test_a_file_of_something_else_is_refused(own_filled: Registry, tmp_path: Path) -> None:
    kept = tmp_path / "letters.txt"
    kept.write_text("Dear colleague\n")
    with pytest.raises(InputError, match="line 1 ends in no receipt"):
        verify(own_filled, receipts=kept, now=NOW)
    with pytest.raises(InputError, match="cannot be written"):
        verify(own_filled, receipts=tmp_path / "no" / "folder.txt", now=NOW)
