"""Temporary mechanical circulatory support in cardiogenic shock: record, score, compare.

    import afterload
    afterload.record     the registry: create, import, correct, export, verify
    afterload.score      score one patient
    afterload.compare    compare device strategies as a finished study
    afterload.simulate   simulate a patient without a device, with some, and with others

What `simulate` gives back is there by name too: a `Simulation` of `Scenario`s, each with its
`Indices` and its `Trace`.

Each name is loaded when it is first used, so that importing the package costs nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from afterload.actions import record as record
    from afterload.actions.compare import compare as compare
    from afterload.actions.score import score as score
    from afterload.actions.simulate import Scenario as Scenario
    from afterload.actions.simulate import Simulation as Simulation
    from afterload.actions.simulate import simulate as simulate
    from afterload.hemodynamics.indices import Indices as Indices
    from afterload.hemodynamics.trace import Trace as Trace

__all__ = ["Indices", "Scenario", "Simulation", "Trace", "compare", "record", "score", "simulate"]
__version__ = "0.1.0"

_NAMES = {
    "record": ("afterload.actions.record", ""),
    "score": ("afterload.actions.score", "score"),
    "compare": ("afterload.actions.compare", "compare"),
    "simulate": ("afterload.actions.simulate", "simulate"),
    "Simulation": ("afterload.actions.simulate", "Simulation"),
    "Scenario": ("afterload.actions.simulate", "Scenario"),
    "Indices": ("afterload.hemodynamics.indices", "Indices"),
    "Trace": ("afterload.hemodynamics.trace", "Trace"),
}


def __getattr__(name: str) -> Any:
    if name not in _NAMES:
        raise AttributeError(f"module 'afterload' has no attribute {name!r}")
    module_name, attribute = _NAMES[name]
    module = importlib.import_module(module_name)
    value = getattr(module, attribute) if attribute else module
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
