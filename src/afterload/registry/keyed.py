"""Rows that have a name (patients, episodes, runs, outcomes): telling new ones from completions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import RecordError
from afterload.registry.rows import latest, stored_rows
from afterload.registry.shape import BOOKKEEPING, Shape

_NOTES = ("entered", "accepted", "missing")
_AT_ONCE = 500


@dataclass(slots=True)
class Sorted:
    """What a batch means for one table of named rows.

    Args:
        new: Rows nobody knew.
        completed: Root id, superseded id and whole new content of rows that gain something.
        revived: How many of them had been withdrawn, and begin afresh.
        passed: How many rows said nothing that was not recorded.
    """

    new: list[dict[str, Any]] = field(default_factory=list)
    completed: list[tuple[int, int, dict[str, Any]]] = field(default_factory=list)
    revived: int = 0
    passed: int = 0


def sort_out(
    connection: Connection, shape: Shape, columns: Mapping[str, Sequence[Any]], count: int
) -> Sorted:
    """Tell new rows from completions of rows that are there.

    A row that was withdrawn and comes again begins afresh, as a later version of itself.

    Args:
        connection: Where the registry is.
        shape: The table.
        columns: Stored values by field name, links as root ids.
        count: How many rows.

    Raises:
        RecordError: A row would change a value that is there, or two rows of the batch disagree.
    """
    wanted = _fold(shape, columns, count)
    known = _known(connection, shape, wanted)
    sorted_out = Sorted()
    for key, row in wanted.items():
        there = known.get(key)
        if there is None:
            sorted_out.new.append(row)
        elif there["withdrawn"]:
            sorted_out.completed.append((there["root"], there["id"], row))
            sorted_out.revived += 1
        else:
            content = {n: v for n, v in there.items() if n in _NOTES or n not in BOOKKEEPING}
            merged = complete(shape, content, row)
            if merged != content:
                sorted_out.completed.append((there["root"], there["id"], merged))
            else:
                sorted_out.passed += 1
    return sorted_out


def complete(shape: Shape, there: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what another one adds to it.

    Raises:
        RecordError: They disagree on a value.
    """
    differing = [
        f"{name} is {there[name]!r}, not {value!r}"
        for name, value in row.items()
        if value is not None and name not in _NOTES
        and there.get(name) is not None and there[name] != value
    ]  # fmt: skip
    if differing:
        key = "/".join(str(row.get(name)) for name in shape.key)
        raise RecordError(
            f"The {shape.name} {key!r} is there already with other values: "
            f"{'; '.join(differing[:5])}. Adding rows fills what is missing and changes nothing; "
            "use: afterload record correct"
        )
    merged = {**there, **{n: v for n, v in row.items() if v is not None and n not in _NOTES}}
    return {**merged, **_merged_notes(there, row, merged)}


def _merged_notes(
    there: Mapping[str, Any], row: Mapping[str, Any], merged: Mapping[str, Any]
) -> dict[str, str | None]:
    """Both rows' raw texts, accepted values and reasons; no reason for what is now known."""
    old = {name: json.loads(there.get(name) or "null") for name in _NOTES}
    new = {name: json.loads(row.get(name) or "null") for name in _NOTES}
    entered = {**(old["entered"] or {}), **(new["entered"] or {})}
    accepted = sorted({*(old["accepted"] or ()), *(new["accepted"] or ())})
    reasons = {**(old["missing"] or {}), **(new["missing"] or {})}
    missing = {
        name: reason
        for name, reason in reasons.items()
        if merged.get(name) is None and merged.get(f"{name}_h") is None
    }
    notes = {"entered": entered, "accepted": accepted, "missing": missing}
    return {name: note_text(held) for name, held in notes.items()}


def note_text(held: Any) -> str | None:
    """A note as it is stored; None when there is nothing to note."""
    return json.dumps(held, sort_keys=True, separators=(",", ":")) if held else None


def _fold(
    shape: Shape, columns: Mapping[str, Sequence[Any]], count: int
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The rows by key; rows of the same key complete each other."""
    names = list(columns)
    folded: dict[tuple[Any, ...], dict[str, Any]] = {}
    keys = zip(*(columns[name] for name in shape.key), strict=True)
    rows = zip(*columns.values(), strict=True) if names else iter([()] * count)
    for key, values in zip(keys, rows, strict=True):
        row = dict(zip(names, values, strict=True))
        folded[key] = complete(shape, folded[key], row) if key in folded else row
    return folded


def _known(
    connection: Connection, shape: Shape, keys: Iterable[tuple[Any, ...]]
) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The newest version of the rows whose keys begin as the given ones."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    first = shape.key[0]
    firsts = list(dict.fromkeys(key[0] for key in keys))
    for start in range(0, len(firsts), _AT_ONCE):
        asked = firsts[start : start + _AT_ONCE]
        where = f'"{first}" IN ({", ".join("?" * len(asked))}) AND {latest(shape.name)}'
        for row in stored_rows(connection, shape, where, asked):
            found[tuple(row[name] for name in shape.key)] = row
    return found
