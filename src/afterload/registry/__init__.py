"""The registry: episodes of support, append-only, on SQLite or PostgreSQL.

What is public is listed here and loaded when it is first used, so that importing the room costs
nothing. The columns of a registry are read by `afterload.registry.extract.extract`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afterload.registry.audit import receipt as receipt
    from afterload.registry.audit import verify_chain as verify_chain
    from afterload.registry.batch import Batch as Batch
    from afterload.registry.batch import Rows as Rows
    from afterload.registry.check import check_all as check_all
    from afterload.registry.derived import complications as complications
    from afterload.registry.derived import intervals as intervals
    from afterload.registry.derived import no_device as no_device
    from afterload.registry.derived import ruled_out as ruled_out
    from afterload.registry.extract import Extract as Extract
    from afterload.registry.findings import Finding as Finding
    from afterload.registry.ledger import add as add
    from afterload.registry.ledger import correct as correct
    from afterload.registry.ledger import withdraw as withdraw
    from afterload.registry.past import Version as Version
    from afterload.registry.past import entries as entries
    from afterload.registry.past import history as history
    from afterload.registry.rows import current as current
    from afterload.registry.store import Registry as Registry
    from afterload.registry.store import add_site_variables as add_site_variables
    from afterload.registry.store import create as create
    from afterload.registry.store import memory as memory
    from afterload.registry.store import open_registry as open_registry
    from afterload.registry.strategy import Interval as Interval
    from afterload.registry.strategy import Strategy as Strategy
    from afterload.registry.strategy import matches as matches
    from afterload.registry.strategy import strategy_at as strategy_at
    from afterload.registry.strategy import strategy_over as strategy_over
    from afterload.registry.writer import Entry as Entry

_PLACES = {
    "audit": ("receipt", "verify_chain"),
    "batch": ("Batch", "Rows"),
    "check": ("check_all",),
    "derived": ("complications", "intervals", "no_device", "ruled_out"),
    "extract": ("Extract",),
    "findings": ("Finding",),
    "ledger": ("add", "correct", "withdraw"),
    "past": ("Version", "entries", "history"),
    "rows": ("current",),
    "store": ("Registry", "add_site_variables", "create", "memory", "open_registry"),
    "strategy": ("Interval", "Strategy", "matches", "strategy_at", "strategy_over"),
    "writer": ("Entry",),
}
_MODULE_OF = {name: module for module, names in _PLACES.items() for name in names}

__all__ = [
    "Batch", "Entry", "Extract", "Finding", "Interval", "Registry", "Rows", "Strategy", "Version",
    "add", "add_site_variables", "check_all", "complications", "correct", "create", "current",
    "entries", "history", "intervals", "matches", "memory", "no_device", "open_registry",
    "receipt", "ruled_out", "strategy_at", "strategy_over", "verify_chain", "withdraw",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULE_OF:
        raise AttributeError(f"module 'afterload.registry' has no attribute {name!r}")
    module = importlib.import_module(f"afterload.registry.{_MODULE_OF[name]}")
    return getattr(module, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
