"""Compare device strategies: from a protocol and a registry to a finished study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from afterload.actions.shape import (
    ASSUMED,
    COMPLICATION,
    DEATH,
    DERIVED_STRATEGY,
    IN_HOSPITAL,
    STRATEGY,
    TIME_TO,
    assumed,
    at_risk_grid,
    design_of,
    needed,
)
from afterload.core.column import Column
from afterload.core.errors import InputError
from afterload.core.progress import Progress, silent
from afterload.study import (
    baseline,
    complications,
    endpoint,
    exposure,
    outcomes,
    population,
    survival,
)
from afterload.study.ard import Statistic, collect
from afterload.study.design import Design, Study
from afterload.study.groups import Groups
from afterload.study.protocol import OutcomeRule, Protocol, read
from afterload.study.rule import FALSE, TRUE, UNKNOWN, parse

if TYPE_CHECKING:
    from afterload.registry.store import Registry


def compare(protocol: Path | str, *, registry: Registry | str | Path) -> Study:
    """Run the study a protocol describes on the episodes of a registry.

    Args:
        protocol: Path of the protocol file.
        registry: An open registry, or its path or URL.

    Raises:
        InputError: The protocol cannot be read, or asks for what the registry does not have.
        RecordError: The registry cannot be opened.

    Example:
        study = afterload.compare("study.toml", registry="shock.db")
    """
    from afterload.registry.store import Registry, open_registry

    opened = registry if isinstance(registry, Registry) else open_registry(registry)
    return run(read(Path(protocol)), opened)


def compare_files(
    protocol: Path | str,
    files: Sequence[Path],
    map_file: Path,
    *,
    accept_soft: bool = False,
    progress: Progress = silent,
) -> Study:
    """Run the study a protocol describes on spreadsheets, without keeping a registry.

    The files go the same way as an import, into a registry that lives in memory only: the same
    checks, the same refusals.

    Args:
        protocol: Path of the protocol file.
        files: The spreadsheets.
        map_file: What their columns mean.
        accept_soft: Let values outside their usual range through.
        progress: Told how far it is.

    Raises:
        InputError: The protocol or the map cannot be read, or cells cannot be imported (all are
            listed).
    """
    from afterload.actions.record import registry_of_files
    from afterload.registry.convert import origin

    plan = read(Path(protocol))
    registry, report = registry_of_files(
        files, map_file, accept_soft=accept_soft, progress=progress
    )
    return run(plan, registry, origin(report.files))


def run(protocol: Protocol, registry: Registry, data_sha256: str = "") -> Study:
    """Run a protocol that was already read; `data_sha256` names the data it was run on."""
    from afterload.registry.audit import receipt
    from afterload.registry.extract import extract

    extracted = extract(registry, needed(protocol))
    cohort = _Cohort(extracted.keys, assumed(protocol, extracted.columns))
    chosen = population.select(len(cohort.keys), protocol.include, protocol.exclude, cohort.columns)
    flow = list(chosen.flow)
    cohort = cohort.where(chosen.keep)
    warnings = _warnings(protocol)
    if protocol.arms.landmark_days:
        reached, rows = _reach_landmark(protocol, cohort)
        flow += rows
        cohort = cohort.where(reached)
    arm = _arms(protocol, registry, cohort, warnings)
    flow += _arm_flow(protocol, arm)
    cohort, arm = cohort.where(arm != exposure.NO_ARM), arm[arm != exposure.NO_ARM]
    if not cohort.keys:
        raise InputError(
            "No episode is left to compare. Check the population and the rules of the arms."
        )
    if not (arm == [one.name for one in protocol.arms.arms].index(protocol.arms.reference)).any():
        raise InputError(
            f"The reference arm {protocol.arms.reference!r} has no episode, so nothing can be "
            "compared with it. Check its rule, or name another reference in [arms]."
        )
    design = design_of(protocol, cohort.columns, tuple(dict.fromkeys(warnings)))
    groups = Groups(design.arms, design.reference, arm)
    results = collect(
        flow,
        *_tables(protocol, registry, design, cohort, groups),
        *_outcome_rows(protocol, design, cohort, groups),
        _meta(protocol, design, data_sha256 or receipt(registry)),
    )
    return Study(design, results)


@dataclass(frozen=True, slots=True)
class _Cohort:
    """The episodes of a study and their columns."""

    keys: tuple[str, ...]
    columns: Mapping[str, Column]

    def where(self, keep: NDArray[np.bool_]) -> _Cohort:
        return _Cohort(
            tuple(key for key, kept in zip(self.keys, keep, strict=True) if kept),
            {name: column.where(keep) for name, column in self.columns.items()},
        )


def _warnings(protocol: Protocol) -> list[str]:
    """What a reader must know from the protocol alone."""
    warnings = []
    rules = (*protocol.include, *protocol.exclude)
    if any(DERIVED_STRATEGY in rule.names() for rule in rules):
        warnings.append(exposure.CHOSEN_BY_FUTURE)
    for outcome in protocol.outcomes:
        if outcome.kind == "time-to-event" and outcome.event != DEATH:
            warnings.append(exposure.DEATHS_CENSORED.format(label=outcome.label))
    return warnings


def _reach_landmark(
    protocol: Protocol, cohort: _Cohort
) -> tuple[NDArray[np.bool_], list[Statistic]]:
    """Who is alive and still followed at the landmark, and the flow numbers of that step."""
    days = protocol.arms.landmark_days or 0.0
    death = cohort.columns[DEATH].values / endpoint.HOURS_PER_DAY
    seen = cohort.columns["last_known_alive"].values / endpoint.HOURS_PER_DAY
    with np.errstate(invalid="ignore"):
        alive = (death > days) | (np.isnan(death) & (seen >= days))
        dead = death <= days
    truth = np.where(alive, TRUE, np.where(dead, FALSE, UNKNOWN)).astype(np.int8)
    wording = f"Include if alive and followed {days:g} days after time zero (landmark)"
    everyone = np.ones(len(cohort.keys), dtype=np.bool_)
    number = len(protocol.include) + len(protocol.exclude) + 1
    return alive, population.step(f"rule:{number}", wording, truth, True, everyone)


def _arms(
    protocol: Protocol, registry: Registry, cohort: _Cohort, warnings: list[str]
) -> NDArray[np.int64]:
    """The arm of each episode; a warning is added where the choice makes time immortal."""
    arms = protocol.arms
    if arms.by != STRATEGY:
        told = [name for arm in arms.arms if arm.rule for name in parse(arm.rule).names()]
        if DERIVED_STRATEGY in (arms.by, *told):
            raise InputError(
                f"Arms cannot be told from {DERIVED_STRATEGY}: it knows devices after time zero. "
                f'Write by = "{STRATEGY}" and rules such as "ecls alone".'
            )
        return exposure.arm_of_columns(arms, cohort.columns, cohort.keys)
    from afterload.registry.derived import intervals, no_device
    from afterload.registry.strategy import Strategy, matches, strategy_over

    by_episode, none = intervals(registry), no_device(registry)
    untold = {key for key in cohort.keys if not by_episode.get(key) and key not in none}
    if untold and any(matches(arm.rule, Strategy()) for arm in arms.arms):
        warnings.append(exposure.NO_DEVICE_TOLD.format(count=len(untold)))
    until_h = None if arms.landmark_days is None else arms.landmark_days * endpoint.HOURS_PER_DAY
    strategies = [strategy_over(by_episode.get(key, ()), until_h) for key in cohort.keys]
    member = np.array(
        [
            [
                key not in untold and matches(arm.rule, strategy)
                for key, strategy in zip(cohort.keys, strategies, strict=True)
            ]
            for arm in arms.arms
        ],
        dtype=np.bool_,
    ).reshape(len(arms.arms), len(cohort.keys))
    if until_h is None and any(
        strategy.pattern == "sequential"
        for row in member
        for strategy, inside in zip(strategies, row, strict=True)
        if inside
    ):
        warnings.append(exposure.IMMORTAL_TIME)
    return exposure.one_arm_each(member, [arm.name for arm in arms.arms], cohort.keys)


def _arm_flow(protocol: Protocol, arm: NDArray[np.int64]) -> list[Statistic]:
    rows = []
    for index, rule in enumerate(protocol.arms.arms):
        count = float((arm == index).sum())
        rows.append(
            Statistic(
                "flow", "arm", "count", count, arm=rule.name, n=arm.size, denominator=arm.size,
                text=rule.rule or f"{protocol.arms.by}: {', '.join(rule.levels)}",
            )
        )  # fmt: skip
    none = float((arm == exposure.NO_ARM).sum())
    return [*rows, Statistic("flow", "arm:none", "count", none, n=arm.size, denominator=arm.size)]


def _tables(
    protocol: Protocol, registry: Registry, design: Design, cohort: _Cohort, groups: Groups
) -> list[list[Statistic]]:
    """The rows of Table 1, of the biology over time and of the complications."""
    biology = [
        cohort.columns[f"{shown.name}@{point}"]
        for shown in protocol.biology
        for point in protocol.points
    ]
    tables = [
        baseline(
            [cohort.columns[shown.name] for shown in protocol.baseline], design.baseline, groups
        ),
        baseline(biology, design.biology, groups, section="biology"),
    ]
    if design.complications:
        events = {
            item.name: cohort.columns[COMPLICATION + item.name].values
            for item in design.complications
        }
        days = cohort.columns["device_days"].values
        taken = {
            item.name: cohort.columns[ASSUMED + item.name].values == 1
            for item in design.complications
            if ASSUMED + item.name in cohort.columns
        }
        during = _during_support(protocol, registry, cohort)
        tables.append(
            complications(design.complications, events, days, groups, assumed=taken, during=during)
        )
    return tables


def _during_support(
    protocol: Protocol, registry: Registry, cohort: _Cohort
) -> dict[str, NDArray[np.float64]]:
    """By complication, how many of each episode's events fell into support."""
    from afterload.registry.derived import complications as dated
    from afterload.registry.derived import intervals

    spans, events = intervals(registry), dated(registry)
    margin = protocol.support_margin_hours
    return {
        kind: np.array(
            [
                exposure.during_support(
                    [event.hours for event in events.get(key, ()) if event.kind == kind],
                    [(one.start_h, one.stop_h) for one in spans.get(key, ())],
                    margin,
                )
                for key in cohort.keys
            ],
            dtype=np.float64,
        )
        for kind in protocol.complications
    }


def _outcome_rows(
    protocol: Protocol, design: Design, cohort: _Cohort, groups: Groups
) -> list[list[Statistic]]:
    """The rows of the yes/no outcomes and of the times to an event."""
    start = protocol.arms.landmark_days or 0.0
    values: dict[str, NDArray[np.float64]] = {}
    taken: dict[str, NDArray[np.bool_]] = {}
    curves: list[list[Statistic]] = []
    for rule, outcome in zip(protocol.outcomes, design.outcomes, strict=True):
        if rule.rule:
            truth = rule.rule.holds(cohort.columns)
            values[rule.name] = np.where(truth == UNKNOWN, np.nan, truth).astype(np.float64)
            continue
        event_h, censor_h = (_hours(cohort, name, rule) for name in (rule.event, rule.censor))
        answer = cohort.columns.get(COMPLICATION + rule.event.removeprefix(TIME_TO))
        had = answer.values if answer and rule.event.startswith(TIME_TO) else None
        if rule.kind == "binary":
            horizon = rule.horizon_days or 0.0
            death_h = None if rule.event == DEATH else cohort.columns[DEATH].values
            told = endpoint.by_horizon(event_h, censor_h, horizon, start, death_h, had)
            if rule.discharged_alive_is_no:
                died = cohort.columns[IN_HOSPITAL].values
                taken[rule.name] = endpoint.assumed_free(told, event_h, died, had)
                told = np.where(taken[rule.name], 0.0, told)
            values[rule.name] = told
        else:
            time = endpoint.followed(event_h, censor_h, rule.horizon_days, start, had)
            event = np.where(np.isnan(time.days), np.nan, time.event)
            grid = at_risk_grid(time.days, rule.horizon_days)
            curves.append(survival(outcome, time.days, event, groups, grid=grid))
    return [outcomes(design.outcomes, values, groups, assumed=taken), *curves]


def _hours(cohort: _Cohort, name: str, outcome: OutcomeRule) -> NDArray[np.float64]:
    column = cohort.columns[name]
    if column.variable.kind != "datetime" and column.variable.unit != "h":
        raise InputError(
            f"The outcome {outcome.name!r}: {name} is not a date. "
            "Name a date such as death_dt, or write a rule."
        )
    return column.values


def _meta(protocol: Protocol, design: Design, data_sha256: str) -> list[Statistic]:
    """What was run, on what, with which version."""
    from afterload import __version__

    def told(name: str, text: str) -> Statistic:
        return Statistic("meta", name, "text", None, text=text)

    return [
        told("title", design.title),
        told("version", __version__),
        told("protocol_sha256", protocol.sha256),
        told("data_sha256", data_sha256),
        Statistic("meta", "alpha", "value", design.alpha),
        *(Statistic("meta", "warning", "text", None, level=str(i), text=w, warning=w)
          for i, w in enumerate(design.warnings)),
    ]  # fmt: skip
