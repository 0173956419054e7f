"""The counts of a study's results, and the sums that tie them."""

from __future__ import annotations

from afterload.report.disclosure_cells import Cells, Key
from afterload.study.ard import Results, Statistic

PEOPLE = ("n", "missing", "unknown", "events", "assumed_no")
_VARIABLES = frozenset({"baseline", "biology"})


def family_of(row: Statistic) -> tuple[str, str, str]:
    """What a count is about; the same count at baseline and in biology is one."""
    section = "variable" if row.section in _VARIABLES else row.section
    return section, row.variable, row.point


def key_of(row: Statistic) -> Key | None:
    """The cell a row counts; None for a row that is no count."""
    if row.versus:
        return None
    if row.section == "flow":
        return ("size", row.arm) if row.variable == "arm" else ("flow", row.variable, row.statistic)
    if row.statistic == "count":
        return (*family_of(row), "count", row.level, row.arm)
    if row.statistic in PEOPLE:
        return (*family_of(row), row.statistic, "", row.arm)
    return None


def cells_of(results: Results) -> Cells:
    """Every count of the results and the sums that tie them."""
    cells = Cells()
    families: dict[tuple[str, str, str], dict[str, None]] = {}
    for row in results:
        key = key_of(row) if row.section not in {"survival", "meta"} else None
        if key is None:
            continue
        cells.add(key, row.value)
        if row.section != "flow":
            families.setdefault(family_of(row), {}).setdefault(row.arm)
            if row.statistic == "count" and row.denominator is not None:
                cells.add((*family_of(row), "n", "", row.arm), row.denominator)
    _tie_flow(cells, results)
    cells.pinned |= {key: 2 for key in cells.values if key[0] == "size"}
    cells.pinned[("flow", "start", "count")] = 1
    arms = [key[1] for key in cells.values if key[0] == "size" and key[1]]
    for family, seen in families.items():
        for arm in seen:
            _tie_column(cells, family, arm)
        _tie_rows(cells, family, arms)
    return cells


def _tie_flow(cells: Cells, results: Results) -> None:
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


def _tie_column(cells: Cells, family: tuple[str, str, str], arm: str) -> None:
    """Levels add up to those with a value; those with and without one to the arm.

    Nobody has a complication without an event: events are those who had it, and further ones.
    """

    def key(statistic: str) -> Key:
        return (*family, statistic, "", arm)

    known = key("n")
    levels = [k for k in cells.values if k[:4] == (*family, "count") and k[-1] == arm]
    if levels and known in cells.values:
        rest = cells.values[known] - sum(cells.values[level] for level in levels)
        if rest > 0 or len(levels) == 1:
            other = (*family, "other", "", arm)
            cells.add(other, max(rest, 0), unseen=True)
            levels.append(other)
        cells.tie(known, levels)
    had, events = (*family, "count", "", arm), key("events")
    if had in cells.values and cells.values.get(events, 0) >= cells.values[had]:
        further = key("further")
        cells.add(further, cells.values[events] - cells.values[had], unseen=True)
        cells.harmless.add(further)
        cells.tie(events, (had, further))
    for absent in ("missing", "unknown"):
        cells.tie(("size", arm), (known, key(absent)))


def _tie_rows(cells: Cells, family: tuple[str, str, str], arms: list[str]) -> None:
    """The arms add up to all patients."""
    for key in [k for k in cells.values if k[:3] == family and k[-1] == ""]:
        cells.tie(key, [(*key[:-1], arm) for arm in arms])
