"""The table of a simulation on a terminal, laid out for the width that there is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterload.report.sim_label import labels
from afterload.report.sim_rows import MORE, grouped

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions
    from rich.table import Table
    from rich.text import Text

    from afterload.actions.simulate import Scenario

THIN = "\N{NARROW NO-BREAK SPACE}"

LABEL = 27
"""Width of the labels on a narrow terminal; the longest of an index fits."""


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Every scenario's indices side by side.

    An interval stands beside its value; where the terminal is too narrow for that, below it; where
    that is too wide still, scenarios go into several tables, each beside the first scenario.
    What stands in no group is left to the page and the files.

    Args:
        scenarios: All of them; the first is without a device.
    """

    scenarios: tuple[Scenario, ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Table]:
        """The table, or several."""
        count = len(self.scenarios)
        every = tuple(range(count))
        table = self._table(every, below=False)
        if not _fits(table, console, options):
            most = next(
                (
                    size
                    for size in range(count, 1, -1)
                    if all(
                        _fits(self._table(part, below=True), console, options)
                        for part in _parts(count, size)
                    )
                ),
                2,
            )
            for part in _parts(count, most):
                yield self._table(part, below=True)
            return
        yield table

    def _table(self, places: Sequence[int], *, below: bool) -> Table:
        """Some scenarios, with intervals below the values or beside them."""
        from rich import box
        from rich.table import Table
        from rich.text import Text

        padding = (0, 1, 0, 0) if below else (0, 1)
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, padding=padding)
        table.add_column("", no_wrap=not below, max_width=LABEL if below else None)
        table.add_column("", no_wrap=True)
        names = labels(self.scenarios)
        for place in places:
            head = Text(names[place])
            table.add_column(
                head, justify="right", vertical="bottom", min_width=8, max_width=11 if below else 16
            )
        for title, rows in grouped(self.scenarios):
            if title == MORE:
                continue
            table.add_row(Text(title, style="bold"))
            for row in rows:
                told = [(row.texts[k], row.intervals[k]) for k in places]
                deep = below and any(interval for _, interval in told)
                cells = (cell(text, interval, below=deep) for text, interval in told)
                end = "\n " if deep else ""
                name, unit = Text(f"  {row.short}{end}"), Text(f"{row.unit}{end}", style="dim")
                table.add_row(name, unit, *cells)
        return table


def cell(text: str, interval: str = "", *, below: bool = False) -> Text:
    """A value with its interval; no space within a number, where a terminal would break it."""
    from rich.text import Text

    found = Text(text.replace(THIN, ""), no_wrap=True, justify="right")
    told = interval.replace(THIN, "")
    if below:
        return found.append(f"\n{told or ' '}", "dim")
    return found.append(f" ({told})" if told else "", "dim")


def _fits(table: Table, console: Console, options: ConsoleOptions) -> bool:
    """Whether nothing is cut at the width that there is."""
    from rich.measure import Measurement

    wide = options.update(max_width=10 * options.max_width)
    return Measurement.get(console, wide, table).maximum <= options.max_width


def _parts(count: int, size: int) -> list[tuple[int, ...]]:
    """Scenarios in tables of so many, the first in each of them."""
    others = range(1, count)
    return [
        (0, *others[first : first + size - 1]) for first in range(0, len(others), size - 1)
    ] or [(0,)]
