"""The French heart-allocation score (Score Coeur) and its index of cardiac risk (ICAR).

`coeur_tally` and `icar_tally` read one patient as every score of the package does. The steps are
pure functions: `icar` (the index), `ccb` (before pairing), `ccp` (pairing), `distance` (travel),
`final` (everything known), `reach` (something missing), `unknowns` (what the rule leaves open).

The steps are read when one of them is asked for; what the scores tell about themselves is light.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from afterload.scores.coeur.about import ABOUT, ICAR_ABOUT
from afterload.scores.coeur.variables import ICAR_NAMES, NAMES, variables

if TYPE_CHECKING:
    from afterload.scores.coeur.final import Donor, Recipient, Score, score
    from afterload.scores.coeur.reading import TAKEN, Reading
    from afterload.scores.coeur.result import (
        Result,
        coeur_result,
        coeur_tally,
        icar_result,
        icar_tally,
    )
    from afterload.scores.coeur.rules import Applied
    from afterload.scores.coeur.unknowns import Alternative, Unknown

__all__ = [
    "ABOUT",
    "ICAR_ABOUT",
    "ICAR_NAMES",
    "NAMES",
    "TAKEN",
    "Alternative",
    "Applied",
    "Donor",
    "Reading",
    "Recipient",
    "Result",
    "Score",
    "Unknown",
    "coeur_result",
    "coeur_tally",
    "icar_result",
    "icar_tally",
    "score",
    "variables",
]

_WHERE = {
    "final": ("Donor", "Recipient", "Score", "score"),
    "reading": ("TAKEN", "Reading"),
    "result": ("Result", "coeur_result", "coeur_tally", "icar_result", "icar_tally"),
    "rules": ("Applied",),
    "unknowns": ("Alternative", "Unknown"),
}


def __getattr__(name: str) -> Any:
    for module, names in _WHERE.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{module}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
