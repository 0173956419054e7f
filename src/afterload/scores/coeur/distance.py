"""MG, the geographic model: what travel time takes away."""

from __future__ import annotations

from math import exp

from afterload.scores.coeur import coefficient as c


def mg(minutes: float) -> float:
    """Credit for the travel time from procurement to transplantation, minutes: 1 falling to 0."""
    return float(exp(-c.TRAVEL.value * minutes**c.TRAVEL_POWER.value))
