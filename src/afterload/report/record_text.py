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
    from afterload.registry.findings import Finding
    from afterload.registry.writer import Added, Changes, Entry

_DELIMITERS = {"\t": "tab", ";": "semicolon", ",": "comma", "|": "bar"}
_STYLES = {"error": "bold red", "warning": "yellow", "note": "dim"}


HOLDS = (
    "Each follows from the one before it, every row agrees with its entry, and the guards {guards}."
)
COMPARED, UNCOMPARED = "are those of this version", "were not compared"
VOUCHED = "A receipt stands for it up to entry {entry}: none was cut off, none rewritten."
UNVOUCHED = (
    "Whether entries were cut off its end, or all was written anew, this alone cannot show: give "
    "an earlier receipt (--receipt), or keep a file of them elsewhere (--receipts)."
)


def plural(count: int, one: str, many: str = "") -> str:
    """A count with its noun: "1 patient", "12,000 patients"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def import_view(report: ImportReport, done: Added | Changes | None) -> RenderableType:
    """What an import read and wrote, or would write.

    Args:
        report: What was read.
        done: The audit entry; what a dry run found; None where no registry was asked.
    """
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [
        Text(_headline(report, done), style="bold"),
        Text(),
        *(_file(one) for one in report.files),
        Text(),
        _counts(report),
    ]
    for title, lines in _remarks(report):
        parts += [Text(), Text(title, style="bold"), *(Text(f"  {line}") for line in lines)]
    return Group(*parts, Text(), *_written(done))


def _headline(report: ImportReport, done: Added | Changes | None) -> str:
    """What came in, in one sentence: patients that were there already are not imported anew."""
    patients, episodes = plural(report.patients, "patient"), plural(report.episodes, "episode")
    verb = "Imported" if _entry_of(done) else "Would import"
    if done is None:
        return f"{verb} {patients} and {episodes}."
    new = done.new.get("patient", 0), done.new.get("episode", 0)
    if new == (report.patients, report.episodes):
        return f"{verb} {patients} and {episodes}."
    there = plural(report.patients - new[0], "patient")
    courses = plural(report.episodes - new[1], "episode")
    first = f"{plural(new[0], 'new patient')} and {plural(new[1], 'new episode')}"
    return f"{verb} {first}; {there} and {courses} were there already."


def _entry_of(done: Added | Changes | None) -> Added | None:
    """The audit entry, if something was written rather than rehearsed."""
    from afterload.registry.writer import Added

    return done if isinstance(done, Added) else None


def _written(done: Added | Changes | None) -> list[RenderableType]:
    """What an import wrote (or would write), what it passed over, and its receipt."""
    from rich.text import Text

    nothing = Text("Nothing was written (--dry-run).", style="yellow")
    if done is None:
        return [nothing]
    wrote = _entry_of(done)
    lines: list[RenderableType] = []
    if not wrote and done.new:
        word = "row" if sum(done.new.values()) == 1 else "rows"
        lines.append(Text(f"New: {_by_table(done.new)} {word}."))
    if done.passed:
        word = "row" if sum(done.passed.values()) == 1 else "rows"
        left = "and left as they are" if wrote else "and would be left as they are"
        lines.append(Text(f"Already recorded {left}: {_by_table(done.passed)} {word}."))
    completed = {t: n - done.new.get(t, 0) for t, n in done.counts.items()}
    if any(completed.values()):
        filled = "Filled" if wrote else "Would be filled"
        rows = _by_table(completed)
        lines.append(Text(f"{filled} where values were missing: {rows} (new versions)."))
    if not done.counts:
        told = "No row was written" if wrote else "No row would be written"
        lines.append(Text(f"{told}: nothing in it is new.", style="yellow"))
    if not wrote:
        return [*lines, nothing]
    return [*lines, receipt_line(wrote)] if wrote.counts else lines


def _by_table(counts: Mapping[str, int]) -> str:
    """Counts of rows, e.g. "12 device, 1,200 observation"."""
    return ", ".join(f"{count:,} {table}" for table, count in counts.items() if count)


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
    table = simple_table()
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
            f"{one.file}: {_names(one.ignored)}" for one in report.files if one.ignored
        ],
        "To be known": [
            *(f"{one.file}: {note}" for one in report.files for note in one.notes),
            *report.notes,
        ],
    }  # fmt: skip
    return [(title, lines) for title, lines in groups.items() if lines]


def _names(names: Sequence[str], most: int = 12) -> str:
    """Names in a row, at most so many of them."""
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _unit(unit: str) -> str:
    return "a fraction of 1" if unit == "1" else unit


def receipt_line(entry: Entry) -> RenderableType:
    """The audit entry that was written, with its receipt."""
    from rich.text import Text

    rows = plural(sum(entry.counts.values()), "row")
    text = Text(f"Entry {entry.id}, {rows}. Receipt ", style="dim")
    return text.append(entry.hash)


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
    table = simple_table()
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


def findings_view(
    findings: Sequence[Finding], entries: int, receipt: str, *, vouched: int = 0
) -> RenderableType:
    """What a check found, rule by rule, the worst first.

    Args:
        findings: What was found.
        entries: How many entries the audit chain has.
        receipt: The hash of the last one.
        vouched: The newest entry for which a receipt was given; 0 without one.
    """
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
        unread = any(finding.rule == "audit:schema-unread" for finding in findings)
        holds = HOLDS.format(guards=UNCOMPARED if unread else COMPARED)
        parts.append(Text(f"The registry holds: {chain}. {holds}", style="green"))
        parts.append(Text(VOUCHED.format(entry=vouched) if vouched else UNVOUCHED))
    parts.append(Text(f"Receipt {receipt}", style="dim"))
    return Group(*parts)


def simple_table(*, header: bool = True) -> Table:
    """An empty table as all of these are drawn."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table as RichTable

    return RichTable(box=SIMPLE_HEAD if header else None, show_header=header, pad_edge=False,
                 header_style="bold")  # fmt: skip
