"""What is handed to the registry in one go: rows for its tables, all of them or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows for one registry table, as columns of equal length; None is missing.

    Args:
        table: Name of the registry table: "patient", "episode", "observation" ...
        columns: Python scalars (float, int, bool, str, datetime, None) by column name. Links are
            by key text: the columns "patient", "episode" and "run" hold the keys of those rows.
            `entered` holds {"variable": "54 mg/dL"}, `missing` {"variable": "not done"} and
            `accepted` a list of variables, as dicts and lists or as JSON text.

    Raises:
        ValueError: The columns differ in length.
    """

    table: str
    columns: Mapping[str, Sequence[Any]]

    def __post_init__(self) -> None:
        lengths = {len(values) for values in self.columns.values()}
        if len(lengths) > 1:
            raise ValueError(f"the columns for {self.table!r} differ in length: {lengths}")

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))


@dataclass(frozen=True, slots=True)
class Batch:
    """Rows for several tables that are written together, and where they come from.

    Rows of patient, episode, run and outcome whose key is there already are completions: they may
    fill what is missing (a superseding row), never change a value.

    Args:
        rows: The rows, table by table; links may point at rows of the same batch.
        origin: The file and its hash, e.g. "langen.csv sha256:ab12...".
    """

    rows: tuple[Rows, ...]
    origin: str = ""
