"""Everything on one episode, and the keys a registry has, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from afterload.core.errors import RecordError
from afterload.registry.export import read_tables
from afterload.registry.export_episode import episode_view, known_keys
from afterload.registry.ledger import correct, withdraw
from afterload.registry.store import Registry

T0 = datetime(2024, 3, 1, 8, 0)
WHO = {"who": "Ada", "why": "look", "now": datetime(2026, 3, 2)}


def test_an_episode_is_shown_with_all_that_hangs_on_it(untouched: Registry) -> None:
    view = episode_view(untouched, "e1")
    assert view.tables["episode"][0]["t0"] == T0
    assert view.tables["patient"][0]["key"] == "p1"
    assert [row["kind"] for row in view.tables["device"]] == ["ecls", "impella-5.0"]
    assert [row["run"] for row in view.tables["device"]] == ["1", "1"]
    assert view.tables["device"][1]["stop"] == T0 + timedelta(hours=150)
    first = view.tables["observation"][0]
    assert (first["lactate"], first["entered"]) == (8.0, {"lactate": "72 mg/dL"})
    assert "followup" not in view.tables
    assert view.history == {}


def test_nobody_elses_rows_are_shown(untouched: Registry) -> None:
    view = episode_view(untouched, "e2")
    assert [row["kind"] for row in view.tables["device"]] == ["iabp"]
    assert [row["kind"] for row in view.tables["complication"]] == ["stroke"]
    assert view.tables["followup"][0]["at_h"] == 2160.0


def test_an_episode_that_is_not_there_is_refused_with_the_closest(untouched: Registry) -> None:
    with pytest.raises(RecordError, match=r"There is no episode 'e'.*Did you mean e1 or e2 or e3"):
        episode_view(untouched, "e")
    with pytest.raises(RecordError, match=r"There is no episode '100%_' in the registry\.$"):
        episode_view(untouched, "100%_")


def test_the_keys_are_those_of_current_rows(filled: Registry) -> None:
    patients, episodes = known_keys(filled)
    assert patients == {"p1", "p2"}
    assert episodes == {"e1": "p1", "e2": "p2", "e3": "p2"}
    withdraw(filled, "episode", "e2", **WHO)
    assert known_keys(filled)[1] == {"e1": "p1", "e3": "p2"}


def test_history_tells_every_version(filled: Registry) -> None:
    number = episode_view(filled, "e1").tables["observation"][0]["id"]
    correct(filled, "observation", number, {"lactate": 7.5}, **WHO)
    view = episode_view(filled, "e1", past=True)
    (row,) = [row for row in view.tables["observation"] if row["lactate"] == 7.5]
    first, second = view.history["observation", row["id"]]
    assert (first.id, second.id) == (number, row["id"])
    assert second.changed["lactate"] == (8.0, 7.5)


def test_an_export_reads_the_same_on_both_engines(untouched: Registry) -> None:
    tables = read_tables(untouched)
    assert tables["episode"]["key"] == ["e1", "e2", "e3"]
    assert tables["episode"]["t0"] == [T0, None, None]
    assert tables["episode"]["hx_chf"] == [True, False, None]
    assert tables["outcome"]["hosp_discharge_dt_h"] == [None, 480.0]
    assert "model" not in tables["device"]  # nobody filled it
    assert list(tables["observation"])[-3:] == ["entered", "accepted", "missing"]
