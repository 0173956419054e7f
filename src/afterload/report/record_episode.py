"""One episode for the terminal: its rows, its measurements as a flow sheet, its history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from afterload.report.record_text import plural, rows_table, shown, simple_table

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.registry.export_episode import EpisodeView
    from afterload.registry.past import Version

_NOTES = ("entered", "accepted", "missing")


def episode_text(view: EpisodeView) -> RenderableType:
    """Everything on one episode, table by table; measurements as a flow sheet."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"Episode {view.key}", style="bold")]
    for name, rows in view.tables.items():
        parts += [Text(), Text(name, style="bold cyan")]
        if name == "observation":
            parts += _flow_sheet(rows)
        elif name == "score":
            parts.append(_scores(rows))
        elif name in ("patient", "episode", "outcome"):
            parts.append(_pairs(rows[0]))
        else:
            parts.append(rows_table(_columns(rows)))
        for row in rows:
            versions = view.history.get((name, row["id"]), ())
            if len(versions) > 1:
                parts.append(_history(name, versions))
    return Group(*parts)


_PER_BLOCK = 7
_MOST_SETS = 28


def _flow_sheet(rows: Sequence[Mapping[str, Any]]) -> list[RenderableType]:
    """Measurement sets side by side, in the order of time, a line per variable."""
    from rich.text import Text

    rows = sorted(rows, key=_when)
    parts: list[RenderableType] = []
    for first in range(0, min(len(rows), _MOST_SETS), _PER_BLOCK):
        parts.append(_block(rows[first : first + _PER_BLOCK]))
    if len(rows) > _MOST_SETS:
        rest = plural(len(rows) - _MOST_SETS, "more set")
        parts.append(Text(f"{rest}: see them with --json", style="dim"))
    for row in rows[:_MOST_SETS]:
        if notes := _row_notes(row):
            parts.append(Text(f"{row['id']}: {notes}", style="dim"))
    return parts


def _when(row: Mapping[str, Any]) -> tuple[str, float, float]:
    from afterload.registry.points import POINTS

    at, point = row.get("at"), row.get("nominal")
    order = POINTS.index(point) if point in POINTS else -1
    return (f"{at:%Y%m%d%H%M}" if at else "", row.get("at_h", 0.0), order)


def _block(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    table = simple_table()
    table.add_column("observation")
    for row in rows:
        hours = f"{row['at_h']:g} h" if "at_h" in row else ""
        at = f"{row['at']:%Y-%m-%d\n%H:%M}" if "at" in row else ""
        place = " ".join(part for part in (row.get("nominal", ""), hours) if part)
        table.add_column("\n".join(x for x in (str(row["id"]), place, at) if x), justify="right")
    placed = ("id", "episode", "nominal", "at", "at_h", *_NOTES)
    for name in dict.fromkeys(n for row in rows for n in row if n not in placed):
        table.add_row(name, *(shown(row.get(name)) for row in rows))
    return table


def _scores(rows: Sequence[Mapping[str, Any]]) -> RenderableType:
    """Kept results of scores, a line each."""
    table = simple_table()
    for title in ("id", "score", "at", "total", "classes", "missing", "assumed", "version"):
        table.add_column(title)
    for row in rows:
        low, high = (row.get(end) for end in ("low", "high"))
        total = "no total" if low is None or high is None else f"{low:g} to {high:g}"
        if row.get("total") is not None:
            total = f"{row['total']:g}"
        listed = (", ".join(row.get(name) or ()) for name in ("classes", "wanting", "assumed"))
        table.add_row(
            str(row["id"]), row["score"], row.get("nominal", ""), total, *listed, row["version"]
        )
    return table


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(n for row in rows for n in row if n != "episode" and n not in _NOTES)
    columns: dict[str, list[Any]] = {name: [row.get(name) for row in rows] for name in names}
    notes = [_row_notes(row) for row in rows]
    return columns | ({"notes": notes} if any(notes) else {})


def _row_notes(row: Mapping[str, Any]) -> str | None:
    parts = [f"{name} entered as {text}" for name, text in (row.get("entered") or {}).items()]
    parts += [f"{name} unusual, accepted" for name in row.get("accepted") or ()]
    parts += [f"{name} {why}" for name, why in (row.get("missing") or {}).items()]
    return "; ".join(parts) or None


def _pairs(row: Mapping[str, Any]) -> RenderableType:
    table = simple_table(header=False)
    table.add_column(style="dim")
    table.add_column()
    for name, value in row.items():
        if name not in _NOTES:
            table.add_row(name, shown(value))
    if notes := _row_notes(row):
        table.add_row("notes", notes)
    return table


def _history(name: str, versions: Sequence[Version]) -> RenderableType:
    table = simple_table()
    for title in ("row", "when", "who", "why", "change"):
        table.add_column(title)
    for number, version in enumerate(versions):
        changes = "; ".join(
            f"{n}: {shown(old) or 'missing'} → {shown(new) or 'missing'}"
            for n, (old, new) in version.changed.items()
            if n not in _NOTES
        )
        what = "first version" if number == 0 else changes
        entry = version.entry
        table.add_row(
            f"{name}:{version.id}", f"{entry.at:%Y-%m-%d %H:%M}", entry.who, entry.why,
            "withdrawn" if version.withdrawn else what,
        )  # fmt: skip
    return table
