"""Published scores as data, and the functions that read them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from afterload.scores.assigned import Assigned
from afterload.scores.card import Card
from afterload.scores.cardshock import CARDSHOCK
from afterload.scores.composite import Composite
from afterload.scores.composites import COMPOSITES
from afterload.scores.definition import Definition
from afterload.scores.egfr import EGFR
from afterload.scores.encourage import ENCOURAGE
from afterload.scores.formula import Formula
from afterload.scores.iabp_shock_ii import IABP_SHOCK_II
from afterload.scores.indices import INDICES
from afterload.scores.inputs import Score
from afterload.scores.intermacs import INTERMACS
from afterload.scores.patient import tally
from afterload.scores.saps2 import SAPS_II
from afterload.scores.save import SAVE
from afterload.scores.scai import SCAI
from afterload.scores.shock_definitions import SHOCK_DEFINITIONS
from afterload.scores.sofa import SOFA
from afterload.scores.staging import Staging
from afterload.scores.stagings import STAGINGS
from afterload.scores.tally import Tally
from afterload.scores.vis import VIS

if TYPE_CHECKING:
    from afterload.scores.columns import ColumnTally as ColumnTally
    from afterload.scores.columns import score_columns as score_columns

_SHIPPED: tuple[Score, ...] = (
    SAVE,
    ENCOURAGE,
    CARDSHOCK,
    IABP_SHOCK_II,
    SOFA,
    SAPS_II,
    VIS,
    EGFR,
    *INDICES,
    *STAGINGS,
    *SHOCK_DEFINITIONS,
    SCAI,
    INTERMACS,
    *COMPOSITES,
)

ALL: dict[str, Score] = {score.about.name: score for score in _SHIPPED}
"""Every score, by its name on the command line."""

__all__ = [
    "ALL",
    "CARDSHOCK",
    "EGFR",
    "ENCOURAGE",
    "IABP_SHOCK_II",
    "SAPS_II",
    "SAVE",
    "SOFA",
    "VIS",
    "Assigned",
    "Card",
    "ColumnTally",
    "Composite",
    "Definition",
    "Formula",
    "Score",
    "Staging",
    "Tally",
    "score_columns",
    "tally",
]


def __getattr__(name: str) -> Any:
    # Columns need NumPy; one patient does not.
    if name in ("ColumnTally", "score_columns"):
        from afterload.scores import columns

        return getattr(columns, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
