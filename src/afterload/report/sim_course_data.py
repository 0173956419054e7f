"""Courses as JSON and CSV: no number is rounded, and none is NaN."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from afterload.hemodynamics.course import (
    BloodAct,
    ChangeAct,
    DeviceAct,
    DrugAct,
    OffAct,
    Step,
)
from afterload.hemodynamics.device import SLOTS
from afterload.hemodynamics.drug import DRUGS
from afterload.report.sim_course import moment_label, step_text
from afterload.report.sim_data import simulation_data
from afterload.report.sim_rows import EVERY

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from afterload.actions.simulate_course import PatientCourse


def course_data(course: PatientCourse) -> dict[str, Any]:
    """A course as what JSON can hold.

    As a simulation, whose scenarios are moments here, and besides: `course` (its duration, the
    devices at the begin, and everything that is done), `spells`, `beats`, every index of every
    beat, and `intervals`. An index is null where there is none; the gases are worked out for up to
    600 beats.
    """
    data = simulation_data(course.found)
    for one, moment in zip(data["scenarios"], course.moments, strict=True):
        one["label"] = moment_label(moment, course)
        one["time_s"] = moment.time
    told = {
        "name": course.name,
        "duration_s": course.duration,
        "devices": [one.words for one in course.plan.runs[0][1]],
        "events": [_event(course, step) for step in course.plan.steps],
    }
    return {
        "patient": data["patient"],
        "course": told,
        "scenarios": data["scenarios"],
        "spells": [
            {"what": one.what, "from_s": one.begin, "to_s": one.end} for one in course.spells
        ],
        "beats": {name: _plain(values) for name, values in beats(course)},
        "intervals": _intervals(course),
        "warnings": list(course.warnings),
        "units": data["units"],
    }


def _intervals(course: PatientCourse) -> dict[str, Any] | None:
    """90 % intervals of every beat, and of what changes from moment to moment; null for none."""
    spread = course.spread
    if spread is None:
        return None
    return {
        "draws": spread.draws,
        "left_out": spread.lost,
        "aortic_valve_shut_in_draws": spread.shut,
        "low": {name: _plain(values) for name, values in spread.low.items()},
        "high": {name: _plain(values) for name, values in spread.high.items()},
        "changes": [{name: list(ends) for name, ends in one.items()} for one in spread.changes],
    }


def _event(course: PatientCourse, step: Step) -> dict[str, Any]:
    act = step.act
    found: dict[str, Any] = {
        "time_s": step.told.time,
        "over_s": step.told.over,
        "told": step.told.text,
        "note": step.told.note,
        "label": step_text(step),
    }
    if isinstance(act, DeviceAct | OffAct):
        found |= {
            "device": act.word,
            "before": step.before.words if step.before else None,
            "after": step.after.words if step.after else None,
        }
    elif isinstance(act, ChangeAct):
        found |= {"parameters": list(act.parameters), "way": act.way, "value": act.value}
    elif isinstance(act, BloodAct):
        found |= {"volume_ml": act.volume}
    elif isinstance(act, DrugAct):
        unit = DRUGS[act.word].unit
        found |= {"drug": act.word, "dose": act.dose, "dose_before": step.dose, "unit": unit}
        found["acts_within_s"] = step.over
    found["devices"] = [one.words for one in course.plan.running(step.told.time)]
    return found


def beats(course: PatientCourse) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Every number of every beat: when it began, all indices, all blood, what follows slowly."""
    yield "time_s", course.time
    for index in EVERY:
        if index.name in course.indices:
            yield index.name, course.indices[index.name]
    yield "blood_volume", course.volume
    for name, values in course.slow.items():
        yield name.replace(" ", "_"), values


def _plain(values: NDArray[np.float64]) -> list[float | None]:
    return [float(value) if math.isfinite(value) else None for value in values]


def beats_csv(course: PatientCourse) -> str:
    """A row per beat, a column per number; `columns_csv` tells what they are."""
    columns = {**dict(beats(course)), **dict(_ends(course))}
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([repr(float(value)) if math.isfinite(value) else "" for value in row])
    return text.getvalue()


def _ends(course: PatientCourse) -> Iterator[tuple[str, NDArray[np.float64]]]:
    """Ends of the 90 % intervals of every beat, index by index."""
    if course.spread is not None:
        for name, low in course.spread.low.items():
            yield f"{name}_low", low
            yield f"{name}_high", course.spread.high[name]


def columns_csv(course: PatientCourse) -> str:
    """What every column of `beats.csv` is, with its unit (UCUM)."""
    known = {index.name: (index.label, index.unit) for index in EVERY}
    known["time_s"] = ("When the beat began", "s")
    known["blood_volume"] = ("All blood at the begin of the beat", "mL")
    known["contractility"] = ("Factor on contractility, from coronary flow", "1")
    known["sympathetic_drive"] = ("Drive of the baroreflex, from its rest", "1")
    known["cerebral_conductance"] = ("Factor on the conductance of the brain's vessels", "1")
    for slot, one in SLOTS.items():
        known[f"{slot}_speed"] = (f"Speed of the pump that takes {one.place}, thousands", "/min")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("column", "what", "unit"))
    for name, _ in beats(course):
        writer.writerow((name, *known[name]))
    for name, _ in _ends(course):
        index, _, end = name.rpartition("_")
        label, unit = known[index]
        which = "Lower" if end == "low" else "Upper"
        writer.writerow((name, f"{which} end of the 90 % interval of: {label}", unit))
    return text.getvalue()
