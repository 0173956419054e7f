"""Columns with the times of a device or a complication, joined to the column that tells of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from afterload.core.vocabulary import Vocabulary
from afterload.registry.suggest import Line
from afterload.registry.suggest_names import Name, meaning, take_apart
from afterload.registry.suggest_values import Look

_START = frozenset(("start", "begin", "beginn", "beginning", "debut", "anfang", "on"))
_STOP = frozenset(("stop", "end", "ende", "fin", "off", "retrait", "explantation", "removal"))
_AT = frozenset(("date", "datum", "time", "zeitpunkt"))
_DAY = frozenset(("day", "tag", "jour"))
_SURE = 0.7

NO_START = "no column with its start: taken to start at t0"


def joined(lines: Sequence[Line], looks: Mapping[str, Look], vocabulary: Vocabulary) -> list[Line]:
    """Give devices their start and stop, and complications their day; these columns go.

    Args:
        lines: What is suggested for each column.
        looks: The columns as their cells show them, by name.
        vocabulary: The variables a name may mean.
    """
    made = list(lines)
    gone: set[int] = set()
    for index, line in enumerate(lines):
        found = _time_of(line.column, looks[line.column], vocabulary)
        base = _base(made, found[0], skip=index) if found else None
        if found is None or base is None:
            continue
        old = dict(made[base].to or {})
        lasts = bool({"days", "hours"} & set(old))
        if any(key.startswith(found[1].partition("_")[0]) for key in old) or (
            lasts and found[1].startswith("stop")
        ):
            continue
        words = sorted({*old.get("\x1fmissing", ()), *(line.to or {}).get("\x1fmissing", ())})
        more = {"\x1fmissing": words} if words else {}
        made[base] = replace(made[base], to=old | {found[1]: line.column} | more)
        if not line.head:
            gone.add(index)
    return [_told(line) for index, line in enumerate(made) if index not in gone]


def _time_of(column: str, seen: Look, vocabulary: Vocabulary) -> tuple[str, str] | None:
    """The device or complication a column times, and the key of the map: "start", "at_days"."""
    name = take_apart(column)
    words = name.rest.split()
    rest = " ".join(w for w in words if w not in _START | _STOP | _AT | _DAY)
    target, share = meaning(rest, vocabulary)
    kind = target.partition(":")[0]
    if kind not in ("device", "complication") or share < _SURE:
        return None
    key = "at"
    if kind == "device":
        key = "stop" if _STOP & set(words) else ("start" if _START & set(words) else "")
    if not key:
        return None
    if seen.all_dates:
        return target, key
    unit = _unit(name, words)
    return (target, f"{key}_{unit}") if unit and seen.all_numbers else None


def _unit(name: Name, words: Sequence[str]) -> str:
    return name.lasts or ("days" if _DAY & set(words) else "")


def _base(lines: Sequence[Line], target: str, skip: int) -> int | None:
    """The one column that tells of a device or complication; None if there are none or several."""
    table, _, kind = target.partition(":")
    found = [
        index
        for index, line in enumerate(lines)
        if index != skip and not line.doubt and line.to
        and (line.to.get("to"), line.to.get("kind")) == (table, kind)
    ]  # fmt: skip
    return found[0] if len(found) == 1 else None


def _told(line: Line) -> Line:
    """A device without a start, with a remark that says what follows."""
    to = line.to or {}
    if to.get("to") != "device" or line.doubt or any(key.startswith("start") for key in to):
        return line
    return replace(line, remark=f"{line.remark}; {NO_START}" if line.remark else NO_START)
