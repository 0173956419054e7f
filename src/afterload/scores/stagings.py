"""Every published staging: stages decided by ordered rules."""

from __future__ import annotations

from afterload.scores.barc import BARC
from afterload.scores.cswg_scai import CSWG_SCAI
from afterload.scores.gusto import GUSTO
from afterload.scores.haemolysis import (
    HAEMOLYSIS_INTERMACS,
    HAEMOLYSIS_MCS_ARC,
    HAEMOLYSIS_PVAD,
)
from afterload.scores.kdigo import KDIGO
from afterload.scores.rifle import RIFLE
from afterload.scores.rutherford_ali import RUTHERFORD_ALI
from afterload.scores.staging import Staging

STAGINGS: tuple[Staging, ...] = (
    CSWG_SCAI,
    KDIGO,
    RIFLE,
    BARC,
    GUSTO,
    RUTHERFORD_ALI,
    HAEMOLYSIS_MCS_ARC,
    HAEMOLYSIS_INTERMACS,
    HAEMOLYSIS_PVAD,
)
"""In the order they are listed."""
