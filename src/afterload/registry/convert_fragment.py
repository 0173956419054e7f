"""Pieces of registry tables on their way from sheets to rows, and how pieces become one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from afterload.core.errors import BadCell
from afterload.registry.batch import Rows
from afterload.registry.convert_cells import Cells, Lines

ENTERED, ACCEPTED, MISSING = "\x1fentered", "\x1faccepted", "\x1fmissing"
"""Endings of the columns that stand beside a variable's own; `ACCEPTED` holds the place."""

ROW, FILE, COLUMN = "\x1frow", "\x1ffile", "\x1fcolumn"
"""Where a piece's row came from; the column where it matters which."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """Part of one registry table, out of one sheet.

    Args:
        table: The registry table.
        frame: Its columns, with the row of the sheet under `ROW`.
        file: How errors name the sheet.
        keys: The columns that tell which rows are the same; empty when every row is its own.
        columns: The column of the sheet each variable came from.
    """

    table: str
    frame: pl.DataFrame
    file: str
    keys: tuple[str, ...] = ()
    columns: Mapping[str, str] = field(default_factory=dict)


def beside(name: str, cells: Cells, lines: Lines, *, hours: bool = False) -> list[pl.Series]:
    """A variable's values as columns of a fragment, with what stands beside them.

    Args:
        name: Name of the variable.
        cells: Its values.
        lines: The rows they stand in.
        hours: Whether the values are hours from t0 rather than times.
    """
    found = [cells.values.alias(f"{name}_h" if hours else name)]
    if cells.entered.null_count() < len(cells.entered):
        found.append(cells.entered.alias(name + ENTERED))
    if cells.accepted.any():
        place = pl.Series([f"{lines.where}, row "]).new_from_index(0, len(lines.rows))
        place = place + lines.rows.cast(pl.String)
        found.append(place.set(~cells.accepted, None).alias(name + ACCEPTED))
    if cells.missing.null_count() < len(cells.missing):
        found.append(cells.missing.alias(name + MISSING))
    return found


def own_columns(frame: pl.DataFrame) -> list[str]:
    """The columns of a fragment that hold values, not what stands beside them."""
    return [name for name in frame.columns if "\x1f" not in name]


def filled(fragment: Fragment, links: Iterable[str]) -> Fragment:
    """The rows that hold something beyond their links and times, or a reason why not."""
    told = [
        name
        for name in fragment.frame.columns
        if name not in links and name not in (ROW, FILE) and not name.endswith(ENTERED)
    ]
    if not told:
        return fragment
    keep = pl.any_horizontal(pl.col(name).is_not_null() for name in told)
    return Fragment(
        fragment.table,
        fragment.frame.filter(keep),
        fragment.file,
        fragment.keys,
        fragment.columns,
    )


Held = Callable[[str, int, str], str]
"""What the cell in a sheet, row and column holds; empty if it is not known."""


def unknown_cell(_sheet: str, _row: int, _column: str) -> str:
    """No cell is known."""
    return ""


def merged(
    fragments: Sequence[Fragment], held: Held = unknown_cell
) -> tuple[pl.DataFrame, list[BadCell]]:
    """One frame of all fragments of a registry table that have the same keys.

    Rows with the same keys become one; two different values of one variable are refused.
    """
    frames = [f.frame.with_columns(pl.lit(f.file).alias(FILE)) for f in fragments]
    frame = pl.concat(frames, how="diagonal_relaxed") if len(frames) > 1 else frames[0]
    keys = list(fragments[0].keys)
    if not keys or not frame.select(keys).is_duplicated().any():
        return frame, []
    bad = _conflicts(frame, keys, fragments, held)
    rest = [name for name in frame.columns if name not in keys]
    one = frame.group_by(keys, maintain_order=True).agg(
        pl.col(name).drop_nulls().first() for name in rest
    )
    return one.select(frame.columns), bad


def _conflicts(
    frame: pl.DataFrame, keys: list[str], fragments: Sequence[Fragment], held: Held
) -> list[BadCell]:
    """The cells that contradict an earlier row with the same keys."""
    names = [name for name in own_columns(frame) if name not in keys and name != "patient"]
    counts = frame.group_by(keys).agg(pl.col(name).drop_nulls().n_unique() for name in names)
    columns = {name: col for f in fragments for name, col in f.columns.items()}
    bad: list[BadCell] = []
    for name in names:
        several = counts.filter(pl.col(name) > 1).select(keys)
        if not several.height:
            continue
        rows = frame.join(several, on=keys, how="semi", nulls_equal=True, maintain_order="left")
        rows = rows.filter(pl.col(name).is_not_null())
        first: dict[tuple[Any, ...], dict[str, Any]] = {}
        for row in rows.select(*keys, name, ROW, FILE).iter_rows(named=True):
            known = first.setdefault(tuple(row[key] for key in keys), row)
            if known[name] != row[name]:
                bad.append(_conflict(row, known, name, columns.get(name, name), keys, held))
    return bad


def _conflict(
    row: dict[str, Any],
    known: dict[str, Any],
    name: str,
    column: str,
    keys: list[str],
    held: Held,
) -> BadCell:
    where = "" if known[FILE] == row[FILE] else f" of {known[FILE]}"
    one = " ".join(str(row[key]) for key in keys if row[key] is not None)
    first, second = (held(one[FILE], one[ROW], column) or _shown(one[name]) for one in (known, row))
    allowed = (
        f"Row {known[ROW]}{where} says {first} for the same {keys[0]} ({one}), which has "
        f'one {name}. Correct one of them, or say which counts with take = "first".'
    )
    return BadCell(row[FILE], row[ROW], column, second, allowed)


def _shown(value: Any) -> str:
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def rows_of(table: str, frame: pl.DataFrame) -> Rows:
    """A finished frame as rows for the registry."""
    notes = {
        "entered": _json_object(frame, ENTERED),
        "accepted": _json_list(frame, ACCEPTED),
        "missing": _json_object(frame, MISSING),
    }
    columns: dict[str, Any] = {name: frame[name].to_list() for name in own_columns(frame)}
    columns |= {name: values for name, values in notes.items() if values is not None}
    return Rows(table, columns)


def _json_object(frame: pl.DataFrame, ending: str) -> list[str | None] | None:
    """The texts beside the variables, as {"lactate": "54 mg/dL"} for each row."""
    names = [name for name in frame.columns if name.endswith(ending)]
    if not names:
        return None
    frame = frame.select(_quoted(frame[name]) for name in names)
    parts = [pl.lit(f'"{name.removesuffix(ending)}": ') + pl.col(name) for name in names]
    joined = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    text = pl.when(joined != "").then(pl.lit("{") + joined + pl.lit("}"))
    return frame.select(text.alias("t"))["t"].to_list()


def _json_list(frame: pl.DataFrame, ending: str) -> list[str | None] | None:
    names = [name for name in frame.columns if name.endswith(ending)]
    if not names:
        return None
    parts = [
        pl.when(pl.col(name).is_not_null()).then(pl.lit(f'"{name.removesuffix(ending)}"'))
        for name in names
    ]
    joined = pl.concat_str(parts, separator=", ", ignore_nulls=True)
    text = pl.when(joined != "").then(pl.lit("[") + joined + pl.lit("]"))
    return frame.select(text.alias("t"))["t"].to_list()


def _quoted(text: pl.Series) -> pl.Series:
    """Texts as JSON writes them."""
    if text.str.contains(r'["\\\x00-\x1f]').any():
        text = text.str.replace_all("\\", "\\\\", literal=True)
        for sign, written in (('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
            text = text.str.replace_all(sign, written, literal=True)
        text = text.str.replace_all(r"[\x00-\x1f]", " ")
    return ('"' + text + '"').alias(text.name)
