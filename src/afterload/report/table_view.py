"""A table ready to be drawn: text only, the same for HTML, Word and CSV."""

from __future__ import annotations

import string
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["group", "level", "data", "missing"]


@dataclass(frozen=True, slots=True)
class Cell:
    """What stands in one cell.

    Args:
        text: The number as people read it.
        mark: "*" where an arm differs from the reference.
        note: A second, smaller line: how many, or the p-value behind the mark.
        refs: Letters of the footnotes it points to.
    """

    text: str
    mark: str = ""
    note: str = ""
    refs: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The cell on one line, without its footnotes."""
        return f"{self.text}{self.mark}" + (f" ({self.note})" if self.note else "")


EMPTY = Cell("")


@dataclass(frozen=True, slots=True)
class ColumnHead:
    """The head of a column.

    Args:
        title: First line.
        second: Second line, e.g. "n = 52".
        spanner: A title over this column and its neighbours of the same spanner.
        kind: What the column holds, for its alignment and width.
        refs: Letters of the footnotes it points to.
    """

    title: str
    second: str = ""
    spanner: str = ""
    kind: Literal["stub", "value", "narrow"] = "value"
    refs: tuple[str, ...] = ()

    @property
    def plain(self) -> str:
        """The head on one line."""
        parts = [self.spanner, self.title, f"({self.second})" if self.second else ""]
        return " ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table; `detail` is said more quietly after the label."""

    label: str
    cells: tuple[Cell, ...] = ()
    kind: Kind = "data"
    indent: int = 0
    detail: str = ""
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note under the table, called by its letter."""

    letter: str
    text: str


@dataclass(frozen=True, slots=True)
class TableView:
    """A finished table.

    Args:
        number: Its number in the report, from 1.
        name: Short name, used for its file.
        title: What it shows.
        columns: The heads; the first is that of the row labels.
        rows: The rows, each with one cell per column after the first (or none: a heading row).
        footnotes: What the letters mean, in order of appearance.
        note: What holds for the whole table.
    """

    number: int
    name: str
    title: str
    columns: tuple[ColumnHead, ...]
    rows: tuple[Row, ...]
    footnotes: tuple[Footnote, ...] = ()
    note: str = ""

    @property
    def spanners(self) -> tuple[tuple[str, int], ...]:
        """Titles over neighbouring columns and how many each covers; empty when there are none."""
        runs: list[tuple[str, int]] = []
        for column in self.columns:
            if runs and runs[-1][0] == column.spanner and column.spanner:
                runs[-1] = (column.spanner, runs[-1][1] + 1)
            else:
                runs.append((column.spanner, 1))
        return tuple(runs) if any(title for title, _ in runs) else ()


@dataclass(slots=True)
class Notes:
    """Footnotes being collected while a table is built; each text gets one letter."""

    letters: dict[str, str] = field(default_factory=dict)

    def letter(self, text: str) -> str:
        """The letter of a footnote, a new one at its first use."""
        if text not in self.letters:
            self.letters[text] = _letter(len(self.letters))
        return self.letters[text]

    def refs(self, *texts: str) -> tuple[str, ...]:
        """The letters of several footnotes, leaving out empty ones."""
        return tuple(self.letter(text) for text in texts if text)

    def footnotes(self) -> tuple[Footnote, ...]:
        """All of them, in order of appearance."""
        return tuple(Footnote(letter, text) for text, letter in self.letters.items())


def _letter(index: int) -> str:
    repeat, place = divmod(index, len(string.ascii_lowercase))
    return string.ascii_lowercase[place] * (repeat + 1)
