"""Temporary mechanical circulatory support in cardiogenic shock: record, score, compare.

    import afterload
    afterload.record     the registry: create, import, correct, export, verify
    afterload.score      score one patient
    afterload.compare    compare device strategies as a finished study
    afterload.simulate   simulate a patient without a device, with some, and with others

Each verb is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afterload.actions import record as record
    from afterload.actions.compare import compare as compare
    from afterload.actions.score import score as score
    from afterload.actions.simulate import simulate as simulate

__all__ = ["compare", "record", "score", "simulate"]
__version__ = "0.1.0"

_VERBS = {
    "record": ("afterload.actions.record", ""),
    "score": ("afterload.actions.score", "score"),
    "compare": ("afterload.actions.compare", "compare"),
    "simulate": ("afterload.actions.simulate", "simulate"),
}


def __getattr__(name: str) -> Any:
    if name not in _VERBS:
        raise AttributeError(f"module 'afterload' has no attribute {name!r}")
    module_name, attribute = _VERBS[name]
    module = importlib.import_module(module_name)
    value = getattr(module, attribute) if attribute else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
