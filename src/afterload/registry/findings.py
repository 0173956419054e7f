"""What a look over the registry found: one sentence each, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]
"""error: cannot be true, or was tampered with; warning: to be asked about; note: to be known."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a check found.

    Args:
        rule: Short name of the rule, e.g. "audit:row-changed", "time:death-before-t0".
        severity: How bad it is.
        table: The registry table; empty when the whole registry is meant.
        row: Id of the row; None when a whole table is meant.
        episode: Key of the episode; empty when the row belongs to none.
        sentence: What was found and what to check.
    """

    rule: str
    severity: Severity
    table: str
    row: int | None
    episode: str
    sentence: str

    def __str__(self) -> str:
        place = self.table if self.row is None else f"{self.table} row {self.row}"
        if self.episode:
            place = f"{place}, episode {self.episode}"
        return f"{place}: {self.sentence}" if place else self.sentence
