"""The counts of a study's results, and the sums that tie them."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from afterload.report.disclosure_cells import Cells, Key
from afterload.report.disclosure_course import GRID, TIME_TO, Course, survival_key
from afterload.study.ard import Results, Statistic

PEOPLE = ("n", "missing", "unknown", "events", "events_all", "assumed_no")
_VARIABLES = frozenset({"baseline", "biology"})
_SURVIVAL = frozenset({"n", "missing", "events_total", *GRID})
_Family = tuple[str, str, str]


def family_of(row: Statistic) -> _Family:
    """What a count is about; the same count at baseline and in biology is one."""
    section = "variable" if row.section in _VARIABLES else row.section
    return section, row.variable, row.point


def key_of(row: Statistic) -> Key | None:
    """The cell a row counts; None for a row that is no count."""
    if row.versus:
        return None
    if row.section == "flow":
        return ("size", row.arm) if row.variable == "arm" else ("flow", row.variable, row.statistic)
    if row.section == "survival":
        known = row.statistic in _SURVIVAL
        return survival_key(row.variable, row.statistic, row.arm, row.at) if known else None
    if row.statistic == "count":
        return (*family_of(row), "count", row.level, row.arm)
    if row.statistic in PEOPLE:
        return (*family_of(row), row.statistic, "", row.arm)
    return None


def cells_of(results: Results, told: Mapping[tuple[str, str], Course], threshold: int) -> Cells:
    """Every count of the results and the sums that tie them.

    Args:
        results: The results as computed.
        told: How each event's course may be told; what it may not is marked as untold.
        threshold: Counts from 1 to below this are small.
    """
    cells = Cells()
    families: dict[_Family, dict[str, None]] = {}
    levels: dict[tuple[_Family, str], list[Key]] = {}
    for row in results:
        key = key_of(row) if row.section != "meta" else None
        if key is None:
            continue
        cells.add(key, row.value)
        if row.section in {"flow", "survival"}:
            continue
        families.setdefault(family_of(row), {}).setdefault(row.arm)
        if row.statistic == "count":
            found = levels.setdefault((family_of(row), row.arm), [])
            found += [key] if key not in found else []
            if row.denominator is not None:
                cells.add((*family_of(row), "n", "", row.arm), row.denominator)
    _tie_flow(cells, results, threshold)
    cells.pinned |= {key: 2 for key in cells.values if key[0] == "size"}
    cells.pinned[("flow", "start", "count")] = 1
    arms = [key[1] for key in cells.values if key[0] == "size" and key[1]]
    if any(0 < cells.values["size", arm] < threshold for arm in arms):
        # Beside a small arm, a total of all arms is withheld rather than that of another arm.
        cells.cheap |= {key for key in cells.values if len(key) == 6 and not key[-1]}
    for family, seen in families.items():
        for arm in seen:
            _tie_column(cells, family, arm, levels.get((family, arm), []))
        _tie_rows(cells, family, seen, arms, levels.get((family, ""), []))
    _tie_survival(cells, results)
    for (event, arm), course in told.items():
        _tie_course(cells, event, arm, course, threshold)
    return cells


def _tie_flow(cells: Cells, results: Results, threshold: int) -> None:
    """Each rule leaves some; the arms add up to those left in the end.

    Beside a small arm no number from which all arms together follow is told: else the size of
    another arm, and with it all that is known of that arm, would have to be withheld.
    """
    before: Key = ("flow", "start", "count")
    for name in dict.fromkeys(r.variable for r in results.section("flow")):
        if name.startswith("rule:"):
            parts = [("flow", name, s) for s in ("excluded", "unknown", "remaining")]
            cells.tie(before, [part for part in parts if part in cells.values])
            before = ("flow", name, "remaining")
    arms = [key for key in cells.values if key[0] == "size"]
    if arms:
        everyone: Key = ("size", "")
        cells.add(everyone, sum(cells.values[arm] for arm in arms))
        cells.tie(everyone, arms)
        none: Key = ("flow", "arm:none", "count")
        cells.tie(before, [everyone, none] if none in cells.values else [everyone])
        if any(0 < cells.values[arm] < threshold for arm in arms):
            flow = [key for key in cells.values if key[-1] in {"count", "remaining"}]
            cells.untold |= {key for key in flow if key[0] == "flow" and cells.values[key] > 0}
            cells.untold.add(everyone)


def _tie_column(cells: Cells, family: _Family, arm: str, levels: list[Key]) -> None:
    """Levels add up to those with a value; those with and without one to the arm.

    Nobody has a complication without an event: events are those who had it, and further ones; a
    reader may know that there are no further ones. Those during support and later ones are all.
    """

    def key(statistic: str) -> Key:
        return (*family, statistic, "", arm)

    known = key("n")
    if levels and known in cells.values:
        parts = list(levels)
        rest = cells.values[known] - sum(cells.values[level] for level in levels)
        if rest > 0 or len(levels) == 1:
            other = (*family, "other", "", arm)
            cells.add(other, max(rest, 0), unseen=True)
            parts.append(other)
            if len(levels) == 1 and key("assumed_no") in cells.values:
                _tie_rest(cells, other, key("assumed_no"), key("observed_no"))
        cells.tie(known, parts)
    had = (*family, "count", "", arm)
    every = key("events_all") if key("events_all") in cells.values else key("events")
    if had in cells.values and every in cells.values:
        _tie_rest(cells, every, had, key("further"), harmless=True)
    if every != key("events") and key("events") in cells.values:
        _tie_rest(cells, every, key("events"), key("later"))
    for absent in ("missing", "unknown"):
        cells.tie(("size", arm), (known, key(absent)))


def _tie_rest(cells: Cells, total: Key, part: Key, rest: Key, *, harmless: bool = False) -> None:
    """A part of a total, and the rest, which is not shown."""
    more = cells.values[total] - cells.values[part]
    if more == 0:
        cells.tie(total, (part,))
    elif more > 0:
        cells.add(rest, more, unseen=True)
        cells.harmless |= {rest} if harmless else set()
        cells.tie(total, (part, rest))


def _tie_rows(
    cells: Cells, family: _Family, seen: Mapping[str, None], arms: list[str], levels: list[Key]
) -> None:
    """The arms add up to all patients."""
    if "" not in seen:
        return
    others = ("n", "other", "further", "later", *PEOPLE)
    whole = [*levels, *((*family, name, "", "") for name in dict.fromkeys(others))]
    for key in whole:
        cells.tie(key, [(*key[:-1], arm) for arm in arms])


def _tie_survival(cells: Cells, results: Results) -> None:
    """Those with and without a time add up to the arm; under a curve, all at each day."""
    for row in results.section("survival"):
        name, arm = row.variable, row.arm
        n = survival_key(name, "n", arm)
        if row.statistic == "n":
            cells.tie(("size", arm), (n, survival_key(name, "missing", arm)))
        if row.statistic != "at_risk" or row.at is None:
            continue
        counts = [survival_key(name, statistic, arm, row.at) for statistic in GRID]
        if n not in cells.values or any(key not in cells.values for key in counts):
            continue
        risk, events, censored = counts
        same_day = sum(cells.values[key] for key in counts) - cells.values[n]
        if same_day > 0:  # who had it on that day is at risk that day, and had it by then
            after, today = (survival_key(name, s, arm, row.at) for s in ("after", "today"))
            cells.add(after, cells.values[risk] - same_day, unseen=True)
            cells.add(today, same_day, unseen=True)
            cells.harmless.add(today)
            cells.tie(risk, (after, today))
            risk = after
        cells.tie(n, (risk, events, censored))


def _tie_course(cells: Cells, event: str, arm: str, course: Course, threshold: int) -> None:
    """The same count under two names, a part of another, and what may not be told."""
    ever = ("complications", event.removeprefix(TIME_TO), "", "count", "", arm)
    for place, (day, mode) in enumerate(zip(course.days, course.modes, strict=True)):
        for other in day.had[1:]:
            cells.tie(day.had[0], (other,))
        unknown = [key for key in day.others if key[3] == "unknown"]
        for name in day.outcomes:
            lost = survival_key(name, "censored", arm, day.at)
            for key in unknown:
                cells.tie(key, (lost, survival_key(name, "missing", arm)))
        if event.startswith(TIME_TO) and {ever, day.had[0]} <= set(cells.values):
            _tie_rest(cells, ever, day.had[0], (*ever[:3], f"after {place}", "", arm))
        untold = day.untold(mode)
        cells.silent |= {key for key in untold if key[0] == "survival"}
        cells.untold |= {key for key in untold if cells.values.get(key, 0) > 0}
    for kind in ("events", "censored", "unknown"):
        found = [day.key(kind) for day in course.days]
        _tie_days(cells, (event, arm), [key for key in found if key], threshold)
    _tie_todays(cells, event, arm, course)


def _tie_todays(cells: Cells, event: str, arm: str, course: Course) -> None:
    """Who has it on the very day has it since the day told before."""
    for place, day in enumerate(course.days):
        for name in day.outcomes:
            today = survival_key(name, "today", arm, day.at)
            before = [one.had[0] for one in course.days[:place] if one.at < day.at]
            if before and today in cells.values:
                since = ("since", event, name, before[-1][3], *today[3:])
                _tie_rest(cells, day.had[0], before[-1], since)
                if since in cells.values:
                    _tie_rest(cells, since, today, ("earlier", *since))


def _tie_days(cells: Cells, about: tuple[str, str], keys: list[Key], threshold: int) -> None:
    """Counts grow from day to day: between two days is the rest, and few between any two is few."""
    for i, j in combinations(range(len(keys)), 2):
        between = cells.values[keys[j]] - cells.values[keys[i]]
        if j == i + 1 or 0 < between < threshold:
            rest = ("between", *about, keys[i][3], keys[j][3], keys[j][1])
            _tie_rest(cells, keys[j], keys[i], rest)
