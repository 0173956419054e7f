"""When times in the future are those of dates shifted on purpose, as public data has them."""

from __future__ import annotations

from datetime import timedelta

MANY = 20
"""So many times to come, and more than half of all, are those of shifted dates (our choice)."""

TOLERANCE = timedelta(days=1)
"""Clocks of other zones may be ahead by this much."""
