"""What a protocol asks for: the columns it needs, and the shape of its report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from afterload.core.column import Column
from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import CATEGORICAL, Variable
from afterload.core.vocabulary import standard
from afterload.study.complications import only_events
from afterload.study.design import Design, Item, Outcome
from afterload.study.protocol import OutcomeRule, Protocol, Shown
from afterload.study.rule import parse, worded

DEATH = "death_dt"
"""The variable that ends every other event."""

IN_HOSPITAL = "died_in_hospital"
"""The column that tells who was discharged alive."""

COMPLICATION, TIME_TO, ASSUMED = "complication:", "time_to_", "assumed:"
"""What the columns of a complication begin with: how many events, the first one's time, and whether
the protocol takes it not to have occurred because nothing was recorded."""

DERIVED_STRATEGY = "device_strategy"
"""The column that sums up all devices of an episode, also those after time zero."""

STRATEGY = "strategy"
"""The word in `[arms] by` that tells arms from device intervals."""

_GRIDS = (1, 2, 5, 7, 10, 14, 20, 30, 60, 90, 180, 365, 730)
"""Steps in days between the times at which numbers at risk are told."""


def needed(protocol: Protocol) -> tuple[str, ...]:
    """The columns a protocol needs, each once."""
    rules = [*protocol.include, *protocol.exclude]
    rules += [outcome.rule for outcome in protocol.outcomes if outcome.rule]
    names = [name for rule in rules for name in rule.names()]
    arms = protocol.arms
    if arms.by != STRATEGY:
        names += [name for arm in arms.arms if arm.rule for name in parse(arm.rule).names()]
        names.append(arms.by)
    names += [shown.name for shown in protocol.baseline]
    names += [f"{shown.name}@{point}" for shown in protocol.biology for point in protocol.points]
    for outcome in protocol.outcomes:
        if outcome.event:
            names += [outcome.event, outcome.censor, DEATH]
            names += [IN_HOSPITAL] if outcome.discharged_alive_is_no else []
            if outcome.event.startswith(TIME_TO):
                names.append(COMPLICATION + outcome.event.removeprefix(TIME_TO))
    if protocol.complications:
        names += ["device_days", *(COMPLICATION + kind for kind in protocol.complications)]
    if arms.landmark_days:
        names += [DEATH, "last_known_alive"]
    return tuple(dict.fromkeys(names))


def assumed(protocol: Protocol, columns: Mapping[str, Column]) -> dict[str, Column]:
    """The columns with what the protocol assumes of complications nobody recorded.

    Beside each complication it assumes something of stands a column that says where.

    Raises:
        UnknownName: The protocol assumes something of what is no complication.
    """
    made = dict(columns)
    for kind in protocol.not_recorded_is_no:
        if kind not in standard()["compl_type"].levels:
            raise UnknownName("complication", kind, standard()["compl_type"].levels)
        column = columns.get(COMPLICATION + kind)
        if column is None:
            continue
        untold = np.isnan(column.values)
        made[COMPLICATION + kind] = replace(column, values=np.where(untold, 0.0, column.values))
        words = Variable(ASSUMED + kind, f"No {kind} assumed", kind="bool")
        made[ASSUMED + kind] = Column(words, untold.astype(np.float64), words.levels)
    return made


def design_of(
    protocol: Protocol, columns: Mapping[str, Column], warnings: Sequence[str] = ()
) -> Design:
    """The shape of the study: what is shown, in what order, with which labels."""
    kinds = standard()["compl_type"]
    return Design(
        title=protocol.title,
        question=protocol.question,
        authors=protocol.authors,
        time_zero=protocol.time_zero,
        alpha=protocol.alpha,
        notes=(*protocol.notes, *_notes(protocol, columns)),
        arms=tuple(arm.name for arm in protocol.arms.arms),
        reference=protocol.arms.reference,
        arm_rules=tuple(
            arm.rule or f"{protocol.arms.by}: {', '.join(arm.levels)}" for arm in protocol.arms.arms
        ),
        landmark_days=protocol.arms.landmark_days,
        support_margin_hours=protocol.support_margin_hours,
        baseline=tuple(_item(shown, columns[shown.name]) for shown in protocol.baseline),
        biology=tuple(
            replace(
                _item(shown, columns[f"{shown.name}@{protocol.points[0]}"]),
                points=_points(shown, protocol, columns),
            )
            for shown in protocol.biology
        ),
        complications=tuple(
            Item(kind, kinds.level_label(kind), kind="category", levels=("no", "yes"))
            for kind in protocol.complications
        ),
        outcomes=tuple(
            Outcome(
                o.name,
                o.label,
                o.kind,
                o.horizon_days,
                _outcome_note(o, columns, protocol.arms.landmark_days),
                o.curve,
                o.event,
            )
            for o in protocol.outcomes
        ),
        warnings=(*warnings, *_only_events(protocol, columns)),
    )


def _points(shown: Shown, protocol: Protocol, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """The points of a variable under their usual names, each once."""
    points = tuple(columns[f"{shown.name}@{point}"].point for point in protocol.points)
    if len(set(points)) < len(points):
        raise InputError(
            f"The biology's points {', '.join(protocol.points)} name the same time twice."
        )
    return points


def _notes(protocol: Protocol, columns: Mapping[str, Column]) -> tuple[str, ...]:
    """What was done about complications nobody recorded."""
    notes = _assumptions(protocol, columns)
    if not protocol.complications:
        return tuple(notes)
    notes += [
        "A complication counts as not having occurred only where that is recorded"
        f"{' or assumed as said' if notes else ''}; an episode with neither answer is counted as "
        "not recorded and is in no share, rate or test."
    ]
    if any(np.isnan(columns[COMPLICATION + kind].values).any() for kind in protocol.complications):
        notes.append(
            "Where complications are not recorded for all, their shares are too high if what "
            "happened was written down more readily than what did not."
        )
    if protocol.arms.landmark_days:
        notes.append(
            "Complications and device-days are counted from time zero, also before the landmark."
        )
    return tuple(notes)


def _assumptions(protocol: Protocol, columns: Mapping[str, Column]) -> list[str]:
    """The complications taken not to have occurred; the table tells in how many episodes."""
    kinds = standard()["compl_type"]
    told = [
        kinds.level_label(kind).lower()
        for kind in protocol.not_recorded_is_no
        if ASSUMED + kind in columns
    ]
    if not told:
        return []
    return [
        "Assumed by the protocol: these did not occur in an episode of which nobody recorded "
        f"whether they did: {', '.join(told)}."
    ]


def _only_events(protocol: Protocol, columns: Mapping[str, Column]) -> list[str]:
    """The complications of which only events are recorded, so that no share can be told."""
    kinds = standard()["compl_type"]
    found = [k for k in protocol.complications if only_events(columns[COMPLICATION + k].values)]
    if not found:
        return []
    labels = ", ".join(kinds.level_label(kind) for kind in found)
    return [
        f"Of {labels} only events are recorded, and no episode without: how often they occurred "
        "cannot be told. If what was not recorded did not happen, say so in the protocol with "
        "not_recorded_is_no."
    ]


def _outcome_note(
    outcome: OutcomeRule, columns: Mapping[str, Column], landmark: float | None
) -> str:
    """How an outcome is told from the data, in words."""
    if outcome.rule:
        return f"if {worded(outcome.rule, columns)}"
    event, seen = (columns[name].variable.label for name in (outcome.event, outcome.censor))
    origin = f"the landmark (day {landmark:g})" if landmark else "time zero"
    horizon = f" within {outcome.horizon_days:g} days of {origin}" if outcome.horizon_days else ""
    untold = ""
    if outcome.event.startswith(TIME_TO):
        untold = "; whoever had it at an unknown time, or has no answer, is not counted"
    if outcome.kind == "binary":
        home = ""
        if outcome.discharged_alive_is_no:
            home = "; whoever was discharged alive counts as without it (assumed by the protocol)"
            untold = f", if not discharged alive{untold}"
        return (
            f"{event}{horizon}{home}; whoever was last seen without it earlier ({seen.lower()}) "
            f"is not known and not counted{untold}"
        )
    censored = f"others are censored when last seen without it ({seen.lower()})"
    return f"{event}{horizon}; {censored}{untold}"


def _item(shown: Shown, column: Column) -> Item:
    variable: Variable = column.variable
    category = bool(column.levels) or variable.kind in CATEGORICAL
    return Item(
        name=variable.name,
        label=shown.label or variable.label,
        unit_label=variable.unit_label,
        kind="category" if category else "number",
        levels=column.levels,
        level_labels=tuple(variable.level_label(level) for level in column.levels),
        points=(column.point,),
        summary=shown.summary,
    )


def at_risk_grid(days: NDArray[np.float64], horizon_days: float | None) -> tuple[float, ...]:
    """Five to seven round times at which numbers at risk are told, from 0 to the horizon."""
    last = horizon_days or (float(np.nanmax(days)) if np.isfinite(days).any() else 1.0)
    step = next((g for g in _GRIDS if last / g <= 6), last / 6)
    return tuple(float(t) for t in np.arange(0, last + step / 2, step) if t <= last)
