"""The registry for the terminal: what was imported, what it holds, what a check found."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

    from afterload.registry.convert import FileRead, ImportReport
    from afterload.registry.export_episode import EpisodeView
    from afterload.registry.findings import Finding
    from afterload.registry.past import Version
    from afterload.registry.writer import Entry

_DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
_NOTES = ("entered", "accepted", "missing")
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 patient", "12,000 patients"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def import_view(report: ImportReport, entry: Entry | None) -> RenderableType:
    """What an import read and wrote; without an entry, what it would have written."""
    from rich.console import Group
    from rich.text import Text

    first = "Would import" if entry is None else "Imported"
    patients = plural(report.patients, "patient")
    episodes = plural(report.episodes, "episode")
    parts: list[RenderableType] = [
        Text(f"{first} {patients} and {episodes}.", style="bold"),
        Text(),
        *(_file(one) for one in report.files),
        Text(),
        _counts(report),
    ]
    for title, lines in _remarks(report):
        parts += [Text(), Text(title, style="bold"), *(Text(f"  {line}") for line in lines)]
    parts.append(Text())
    if entry is None:
        parts.append(Text("Nothing was written (--dry-run).", style="yellow"))
    else:
        parts.append(receipt_line(entry))
    return Group(*parts)


def _file(one: FileRead) -> RenderableType:
    from rich.text import Text

    text = Text(one.file, style="cyan")
    if one.sheet:
        text.append(f" [{one.sheet}]")
    facts = [plural(one.rows, "row")]
    if one.encoding:
        facts.append(one.encoding)
    if one.delimiter:
        facts.append(f"separated by {_DELIMITERS.get(one.delimiter, repr(one.delimiter))}")
    if one.skipped:
        facts.append(f"{plural(one.skipped, 'row')} of nobody known passed over")
    facts.append(f"sha256 {one.sha256[:12]}")
    return text.append(f": {', '.join(facts)}", style="default")


def _counts(report: ImportReport) -> RenderableType:
    table = _table()
    table.add_column("table")
    table.add_column("rows", justify="right")
    table.add_column("values", justify="right")
    for name, rows in report.rows.items():
        values = report.values.get(name)
        table.add_row(name, f"{rows:,}", "" if values is None else f"{values:,}")
    return table


def _remarks(report: ImportReport) -> Iterable[tuple[str, list[str]]]:
    """What a reader must know, under its title; nothing for what did not happen."""
    tallies = report.tallies
    groups = {
        "Converted to the unit the registry keeps": [
            f"{t.column} → {t.name}: {plural(t.values, 'value')} from {_unit(t.unit)}"
            for t in tallies if t.unit and t.values
        ],
        "Corrected by the map": [
            f"{t.column} → {t.name}: {plural(t.fixed, 'cell')}" for t in tallies if t.fixed
        ],
        "Left out because they cannot be, as the map says": [
            f"{t.column} → {t.name}: {plural(t.blanked, 'cell')}" for t in tallies if t.blanked
        ],
        "Unusual, let through and marked (one open question each)": [
            f"{t.column} → {t.name}: {plural(t.soft, 'value')}" for t in tallies if t.soft
        ],
        "Columns left out": [
            f"{one.file}: {', '.join(one.ignored)}" for one in report.files if one.ignored
        ],
        "To be known": [f"{one.file}: {note}" for one in report.files for note in one.notes],
    }  # fmt: skip
    return [(title, lines) for title, lines in groups.items() if lines]


def _unit(unit: str) -> str:
    return "a fraction of 1" if unit == "1" else unit


def receipt_line(entry: Entry) -> RenderableType:
    """The audit entry that was written, with its receipt."""
    from rich.text import Text

    rows = plural(sum(entry.counts.values()), "row")
    text = Text(f"Entry {entry.id}, {rows}. Receipt ", style="dim")
    return text.append(entry.hash)


def episode_text(view: EpisodeView) -> RenderableType:
    """Everything on one episode, table by table; measurements as a flow sheet."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(f"Episode {view.key}", style="bold")]
    for name, rows in view.tables.items():
        parts += [Text(), Text(name, style="bold cyan")]
        if name == "observation":
            parts += _flow_sheet(rows)
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
    table = _table()
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
    table = _table(header=False)
    table.add_column(style="dim")
    table.add_column()
    for name, value in row.items():
        if name not in _NOTES:
            table.add_row(name, shown(value))
    if notes := _row_notes(row):
        table.add_row("notes", notes)
    return table


def _history(name: str, versions: Sequence[Version]) -> RenderableType:
    table = _table()
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


def shown(value: Any) -> str:
    """One value as people read it; empty if it is missing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def rows_table(columns: Mapping[str, Sequence[Any]]) -> RenderableType:
    """Rows as a table; columns nobody filled are left out."""
    table = _table()
    kept = {n: v for n, v in columns.items() if any(x is not None for x in v)}
    for name, values in kept.items():
        first = next(value for value in values if value is not None)
        number = isinstance(first, int | float) and not isinstance(first, bool)
        table.add_column(name, justify="right" if number else "left", overflow="fold")
    for row in zip(*kept.values(), strict=True):
        table.add_row(*(shown(value) for value in row))
    return table


def rows_plain(columns: Mapping[str, Sequence[Any]]) -> str:
    """Rows as lines of values separated by tabs, for other programs."""
    lines = ["\t".join(columns)]
    for row in zip(*columns.values(), strict=True):
        lines.append("\t".join(_plain(value) for value in row))
    return "\n".join(lines)


def _plain(value: Any) -> str:
    text = repr(value) if isinstance(value, float) else shown(value)
    return text.replace("\t", " ").replace("\n", " ")


def findings_view(findings: Sequence[Finding], entries: int, receipt: str) -> RenderableType:
    """What a check found, rule by rule, the worst first."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = []
    for severity, of_one in groupby(findings, key=lambda finding: finding.severity):
        same = list(of_one)
        parts.append(Text(plural(len(same), severity), style=_STYLES[severity]))
        rules = {rule: [f for f in same if f.rule == rule] for rule in dict.fromkeys(
            finding.rule for finding in same)}  # fmt: skip
        for rule, several in sorted(rules.items(), key=lambda item: len(item[1])):
            parts += [Text(f"  {rule}: {finding}") for finding in several[:10]]
            if len(several) > 10:
                parts.append(Text(f"  {rule}: and {len(several) - 10} more", style="dim"))
        parts.append(Text())
    errors = any(finding.severity == "error" for finding in findings)
    chain = plural(entries, "entry", "entries")
    if errors:
        parts.append(Text("The registry does not hold.", style="bold red"))
    else:
        parts.append(Text(f"The registry holds: {chain}, none changed behind it.", style="green"))
    parts.append(Text(f"Receipt {receipt}", style="dim"))
    return Group(*parts)


def _table(*, header: bool = True) -> Table:
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable

    return RichTable(box=SIMPLE_HEAD if header else None, show_header=header, pad_edge=False,
                 header_style="bold")  # fmt: skip
