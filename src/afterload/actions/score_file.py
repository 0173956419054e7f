"""The scores of a registry as a CSV file."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from afterload.actions.score_registry import ScoredEpisodes
from afterload.core.errors import InputError
from afterload.core.spreadsheet import safe_text
from afterload.scores.columns_warn import warning_columns

COLUMNS = (
    "episode", "score", "at", "total", "low", "high", "classes", "predicted_low", "predicted_high",
    "missing", "assumed", "version", "rule", "status", "unit", "warnings",
)  # fmt: skip
"""Columns of the file written by `write_scores`; a predicted risk is a share, 0 to 1."""

_LATER = ("status", "unit", "warnings")
_BEFORE = tuple(name for name in COLUMNS if name not in _LATER)
_EARLIER = (_BEFORE, tuple(name for name in _BEFORE if not name.startswith("predicted")))
"""Columns of files that earlier versions wrote."""


def refuse_other(path: Path) -> None:
    """Refuse to write over a file, unless it holds scores that `write_scores` wrote.

    Raises:
        InputError: The file is there and its first line is not that of a file of scores.
    """
    if not path.exists():
        return
    first = b""
    if path.is_file():
        with path.open("rb") as file:
            first = file.readline(1000).strip()
    if first not in (",".join(names).encode() for names in (COLUMNS, *_EARLIER)):
        raise InputError(
            f"{path} is there already and does not hold scores. "
            "Name another file, or write over it with --force."
        )


def write_scores(scored: Sequence[ScoredEpisodes], path: Path, *, force: bool = False) -> int:
    """Write the scores of a registry as CSV, a row per episode and score.

    Names of several classes or missing inputs are joined by "|". An apostrophe goes before a text
    that a spreadsheet would run as a formula. A file of scores is written over; any other only
    with `force`. Returns the number of rows.

    Raises:
        InputError: The file cannot be written, or holds something else.
    """
    if not force:
        refuse_other(path)
    rows = [row for one in scored for row in _rows(one)]
    try:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(COLUMNS)
            writer.writerows(rows)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    return len(rows)


def _rows(one: ScoredEpisodes) -> Iterable[tuple[str, ...]]:
    result, about = one.tally, one.score.about
    warnings = warning_columns(one.score, one.inputs, result.total)
    for row, episode in enumerate(one.episodes):
        yield (
            safe_text(episode),
            result.score,
            one.at,
            _number(float(result.total[row])),
            _number(float(result.low[row])),
            _number(float(result.high[row])),
            safe_text("|".join(result.classes(row))),
            *(_number(float(end[row])) for end in result.predicted or ()),
            *(() if result.predicted else ("", "")),
            safe_text("|".join(one.missing[row])),
            safe_text("|".join(name for name, where in one.assumed.items() if where[row])),
            safe_text(result.version),
            safe_text(one.rule),
            about.status,
            getattr(one.score, "unit", ""),
            safe_text(" | ".join(warnings[row])),
        )


def _number(value: float) -> str:
    """A number in full; empty where there is none."""
    if value != value:
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
