"""A rehearsal tells what adding would come to, in the same words, and leaves no trace."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect

from afterload.core.errors import AfterloadError, InputError, RecordError
from afterload.core.variable import Variable
from afterload.registry.audit import receipt
from afterload.registry.batch import Batch, Rows
from afterload.registry.ledger import add, rehearse
from afterload.registry.past import entries
from afterload.registry.rows import current
from afterload.registry.shape import TABLES
from afterload.registry.store import Registry

NOW = datetime(2026, 3, 2, 9, 0)
T0 = datetime(2024, 3, 1, 8, 0)
TOLD: dict[str, Any] = {"who": "Ada", "why": "test", "now": NOW}
BNP = Variable("bnp_site", "BNP", unit="ng/L", table="observation", level="site")


def _one(table: str, episode: str = "e1", **values: Any) -> Rows:
    return Rows(table, {"episode": [episode], **{name: [v] for name, v in values.items()}})


def _state(registry: Registry) -> object:
    """All that a registry holds, and its columns."""
    columns = inspect(registry.engine).get_columns("observation")
    held = {table: current(registry, table) for table in TABLES}
    return held, entries(registry), receipt(registry), [column["name"] for column in columns]


BATCHES: dict[str, Batch] = {
    "new": Batch((
        Rows("patient", {"key": ["p9"]}),
        Rows("episode", {"key": ["e9"], "patient": ["p9"]}),
        _one("device", "e9", kind="ecls", start_h=0.0),
    )),
    "known": Batch((_one("observation", nominal="pre", at=T0 - timedelta(hours=1), lactate=8.0),)),
    "completing": Batch((
        Rows("patient", {"key": ["p1"], "height_cm": [170.0], "sex": ["male"]}),
        _one("device", "e2", kind="iabp", start_h=0.0, stop_h=100.0, model="x"),
        _one("observation", nominal="24h", lactate=2.0),
    )),
}  # fmt: skip


@pytest.mark.parametrize("name", BATCHES)
def test_a_rehearsal_finds_what_the_import_then_does(filled: Registry, name: str) -> None:
    before = _state(filled)
    would = rehearse(filled, BATCHES[name], **TOLD)
    assert _state(filled) == before
    did = add(filled, BATCHES[name], **TOLD)
    assert (would.counts, would.new, would.passed) == (did.counts, did.new, did.passed)
    assert bool(would.counts) == (name != "known")


REFUSED: dict[str, tuple[Batch, type[AfterloadError]]] = {
    "another value": (
        Batch((_one("observation", nominal="pre", at=T0 - timedelta(hours=1), lactate=3.9),)),
        RecordError,
    ),
    "another key": (Batch((Rows("patient", {"key": ["p1"], "birth_year": [1961]}),)), RecordError),
    "death before t0": (
        Batch((
            Rows("patient", {"key": ["p9"]}),
            Rows("episode", {"key": ["e9"], "patient": ["p9"], "t0": [T0]}),
            Rows("outcome", {"episode": ["e9"], "death_dt": [T0 - timedelta(hours=1)]}),
        )),
        RecordError,
    ),
    "nobody": (Batch((_one("device", "nobody", kind="ecls"),)), InputError),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_import_would_refuse_is_refused_in_the_same_words(
    untouched: Registry, name: str
) -> None:
    batch, error = REFUSED[name]
    before = _state(untouched)

    def refusal(verb: Callable[..., Any]) -> str:
        with pytest.raises(error) as refused:
            verb(untouched, batch, **TOLD)
        return str(refused.value)

    assert refusal(rehearse) == refusal(add)
    assert _state(untouched) == before


def test_a_sites_own_variable_is_not_left_behind(untouched: Registry) -> None:
    before = _state(untouched)
    batch = Batch((_one("observation", nominal="48h", bnp_site=100.0),))
    would = rehearse(untouched, batch, variables=(BNP,), **TOLD)
    assert would.new == {"observation": 1}
    assert _state(untouched) == before


def test_who_and_why_are_asked_of_a_rehearsal_too(untouched: Registry) -> None:
    with pytest.raises(InputError, match="who"):
        rehearse(untouched, BATCHES["new"], who=" ", why="test", now=NOW)
