"""The temporal rules of admission, discharge and death."""

from __future__ import annotations

from afterload.registry.course import TOLERANCE_H, Course, Found


def _of_outcome(course: Course, sentence: str) -> Found:
    return () if course.outcome is None else (("outcome", course.outcome, sentence),)


def discharge_before_admission(course: Course) -> Found:
    """Discharge that comes before admission."""
    if course.left < course.admitted:
        yield from _of_outcome(
            course, f"Discharge comes {course.admitted - course.left:.1f} h before admission."
        )


def death_before_t0(course: Course) -> Found:
    """Death that comes before time zero."""
    if course.died < 0:
        yield from _of_outcome(course, f"Death comes {-course.died:.1f} h before time zero.")


def discharge_before_t0(course: Course) -> Found:
    """Discharge that comes before time zero."""
    if course.left < 0:
        yield from _of_outcome(course, f"Discharge comes {-course.left:.1f} h before time zero.")


def discharge_after_death(course: Course) -> Found:
    """Discharge that comes after death."""
    if course.left > course.died + TOLERANCE_H:
        yield from _of_outcome(
            course, f"Discharge comes {course.left - course.died:.1f} h after death."
        )


def died_elsewhere(course: Course) -> Found:
    """Death in hospital that comes after discharge."""
    if course.destination == "died" and course.died > course.left + TOLERANCE_H:
        yield from _of_outcome(
            course,
            "The patient is said to have died in hospital and death comes "
            f"{course.died - course.left:.1f} h after discharge.",
        )


def alive_and_dead(course: Course) -> Found:
    """A discharge alive that comes after death."""
    alive = course.destination not in ("", "died", "hospice")
    if alive and course.died < course.left - TOLERANCE_H:
        yield from _of_outcome(
            course,
            f"The patient is said to have left alive ({course.destination}) and death comes "
            f"{course.left - course.died:.1f} h before discharge.",
        )


def dead_at_discharge(course: Course) -> Found:
    """A death in hospital without a time: that of the discharge is taken."""
    told = course.died == course.died or course.left != course.left
    if course.destination == "died" and not told:
        yield from _of_outcome(
            course,
            "The patient died in hospital and no time of death is recorded: the time of discharge "
            f"({course.left:.1f} h) is taken.",
        )


def dead_at_followup(course: Course) -> Found:
    """A death told by a follow-up alone: its time is taken."""
    in_hospital = course.destination == "died" and course.left == course.left
    if course.died == course.died or in_hospital:
        return
    dead = [i for i in course.of("followup") if i.name == "dead" and i.start == i.start]
    for item in sorted(dead, key=lambda item: item.start)[:1]:
        yield (
            "followup", item.row,
            "A follow-up says dead and no time of death is recorded: its time "
            f"({item.start / 24:.0f} days from time zero), the latest possible, is taken.",
        )  # fmt: skip
