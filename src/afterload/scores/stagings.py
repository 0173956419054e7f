"""Every published staging: stages decided by ordered rules."""

from __future__ import annotations

from afterload.scores.cswg_scai import CSWG_SCAI
from afterload.scores.kdigo import KDIGO
from afterload.scores.rifle import RIFLE
from afterload.scores.staging import Staging

STAGINGS: tuple[Staging, ...] = (CSWG_SCAI, KDIGO, RIFLE)
"""In the order they are listed."""
