"""The haemodynamic and laboratory indices, in the order they are listed."""

from __future__ import annotations

from afterload.scores.cpi import CPI
from afterload.scores.cpo import CPO
from afterload.scores.egfr_mdrd import EGFR_MDRD
from afterload.scores.formula import Formula
from afterload.scores.inotrope_score import INOTROPE_SCORE
from afterload.scores.lactate_clearance import LACTATE_CLEARANCE
from afterload.scores.meld_xi import MELD_XI
from afterload.scores.papi import PAPI
from afterload.scores.pulse_pressure import PULSE_PRESSURE
from afterload.scores.pvr import PVR
from afterload.scores.rap_pcwp import RAP_PCWP
from afterload.scores.svr import SVR

INDICES: tuple[Formula, ...] = (
    CPO,
    CPI,
    PAPI,
    RAP_PCWP,
    SVR,
    PVR,
    PULSE_PRESSURE,
    LACTATE_CLEARANCE,
    MELD_XI,
    EGFR_MDRD,
    INOTROPE_SCORE,
)
"""Every index; VIS and eGFR (CKD-EPI 2021) stand beside them in `ALL`."""
