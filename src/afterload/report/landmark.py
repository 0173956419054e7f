"""From when time is counted, in words: from time zero, or from the landmark of the study."""

from __future__ import annotations

from afterload.study.design import Design


def days_from(design: Design) -> str:
    """What an axis of days shows, e.g. "Days from time zero"."""
    if design.landmark_days:
        return f"Days from the landmark (day {design.landmark_days:g})"
    return "Days from time zero"


def at_days(design: Design, days: float) -> str:
    """When a number holds, e.g. "at 30 days", "at 30 days after the landmark"."""
    return f"at {days:g} days" + (" after the landmark" if design.landmark_days else "")


def from_landmark(design: Design) -> str:
    """A sentence that time is counted from the landmark; empty where there is none."""
    if not design.landmark_days:
        return ""
    return f"Times are counted from the landmark, day {design.landmark_days:g} after time zero."
