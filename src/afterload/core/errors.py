"""Every error the package raises on purpose.

AfterloadError
+-- InputError            the caller's values are at fault       exit 2
|   +-- OutOfRange        a value the variable cannot take
|   +-- Missing           a value that is needed is not there
|   +-- UnknownName       a variable, score, arm ... nobody declared
|   +-- UnknownUnit       a unit the variable cannot be read in
|   +-- BadCells          a file with cells that cannot be imported, all listed
+-- RecordError           the registry refuses the change        exit 3
|   +-- Tampered          the audit chain does not hold
+-- NoConvergence         the computation did not settle         exit 4

The exit code hangs on the class, so that no face decides it again.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from afterload.core.variable import Variable


class AfterloadError(Exception):
    """Any error the package raises on purpose."""

    exit_code: ClassVar[int] = 1


class InputError(AfterloadError):
    """The caller's values are at fault; the message says what to check."""

    exit_code = 2


class OutOfRange(InputError):
    """A value lies outside what the variable can physically take."""

    def __init__(self, variable: Variable, value: float, hint: str = "") -> None:
        self.variable = variable
        self.value = value
        hint = hint or "Check the unit the value was recorded in."
        unit = f" {variable.unit_label}".rstrip()
        super().__init__(
            f"{variable.name} = {value:g}{unit} is outside "
            f"{variable.low:g} to {variable.high:g}{unit}. {hint}"
        )


class Missing(InputError):
    """A value that is needed is not there."""


class UnknownName(InputError):
    """A name nobody declared; the message offers the closest ones, or says what there is."""

    def __init__(self, kind: str, name: str, known: Iterable[str], otherwise: str = "") -> None:
        self.name = name
        close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
        hint = f" Did you mean {' or '.join(close)}?" if close else f" {otherwise}".rstrip()
        super().__init__(f"{name!r} is not a known {kind}.{hint}")


class UnknownUnit(InputError):
    """A unit the variable cannot be read in."""

    def __init__(self, variable: Variable, unit: str) -> None:
        self.variable = variable
        self.unit = unit
        known = ", ".join(variable.readable_units) or "none: it has no unit"
        super().__init__(
            f"{variable.name} cannot be read in {unit!r}. Units known for it: {known}."
        )


@dataclass(frozen=True, slots=True)
class BadCell:
    """One cell that cannot be imported.

    Args:
        file: Name of the file.
        row: Row as a spreadsheet counts it (the header is row 1); 0 when the whole column is meant.
        column: Name of the column.
        value: What the cell holds, as text.
        allowed: What it may hold, as a sentence.
    """

    file: str
    row: int
    column: str
    value: str
    allowed: str

    def __str__(self) -> str:
        where = f"{self.file}, row {self.row}" if self.row else self.file
        return f"{where}, column {self.column!r}: {self.value!r}. {self.allowed}"


class BadCells(InputError):
    """A file with cells that cannot be imported; nothing of it was."""

    SHOWN: ClassVar[int] = 50

    def __init__(self, cells: Sequence[BadCell]) -> None:
        self.cells = tuple(cells)
        shown = "\n".join(f"  {cell}" for cell in self.cells[: self.SHOWN])
        more = len(self.cells) - self.SHOWN
        tail = f"\n  ... and {more} more." if more > 0 else ""
        count = "1 cell" if len(self.cells) == 1 else f"{len(self.cells)} cells"
        super().__init__(f"{count} cannot be imported, so nothing was:\n{shown}{tail}")


class RecordError(AfterloadError):
    """The registry refuses the change, or cannot be read."""

    exit_code = 3


class Tampered(RecordError):
    """The audit chain does not hold: something was changed behind its back."""


class NoConvergence(AfterloadError):
    """The computation did not settle."""

    exit_code = 4
