"""The definitions of cardiogenic shock, in the order they were written."""

from __future__ import annotations

from afterload.scores.definition import Definition
from afterload.scores.shock_culprit import SHOCK_CULPRIT
from afterload.scores.shock_esc_2016 import SHOCK_ESC_2016
from afterload.scores.shock_iabp_ii import SHOCK_IABP_II
from afterload.scores.shock_sharc_2023 import SHOCK_SHARC_2023
from afterload.scores.shock_trial import SHOCK_TRIAL, SHOCK_TRIAL_CLINICAL

SHOCK_DEFINITIONS: tuple[Definition, ...] = (
    SHOCK_TRIAL,
    SHOCK_TRIAL_CLINICAL,
    SHOCK_IABP_II,
    SHOCK_ESC_2016,
    SHOCK_CULPRIT,
    SHOCK_SHARC_2023,
)
