"""Score one patient, or every patient of a registry."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.core.errors import InputError, UnknownName
from afterload.core.progress import Progress, silent
from afterload.core.spreadsheet import safe_text
from afterload.scores import ALL, Score, Tally, tally

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from afterload.core.column import Column
    from afterload.core.variable import Variable
    from afterload.registry.store import Registry
    from afterload.scores.columns import ColumnTally


@dataclass(frozen=True, slots=True)
class ScoredEpisodes:
    """One score for every episode of a registry.

    Args:
        score: The score.
        episodes: The episodes' keys.
        tally: Totals, intervals and classes, in the order of `episodes`.
        missing: For every episode, the inputs that would narrow its interval.
        rule: At which time points the inputs were read.
    """

    score: Score
    episodes: tuple[str, ...]
    tally: ColumnTally
    missing: tuple[tuple[str, ...], ...]
    rule: str


def score(name: str, values: Mapping[str, object]) -> Tally:
    """Score one patient.

    Args:
        name: The score's name, e.g. "save".
        values: Values by name or alias: numbers in the variable's own unit, texts with a unit
            ("27 mg/dL", "3,5"), yes/no, categories by name. What is left out is missing.

    Returns:
        The total, or the attainable interval where inputs are missing, with its breakdown.

    Raises:
        UnknownName: The score, or an input, does not exist.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read, or the values contradict each other.

    Example:
        >>> score("egfr", {"sex": "female", "age": 60, "creatinine": "1.0 mg/dL"}).total
        64.4950003539451
    """
    return tally(find_score(name), values)


def find_score(name: str) -> Score:
    """The score of that name.

    Raises:
        UnknownName: There is none; the closest names are offered.
    """
    found = ALL.get(name.strip().lower())
    if found is None:
        raise UnknownName("score", name, ALL)
    return found


def parse_values(words: Iterable[str]) -> dict[str, str]:
    """Values as typed on a command line, "age=45", "lactate=27mg/dL", by name.

    Raises:
        InputError: A word is not NAME=VALUE, or a name stands twice.
    """
    values: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise InputError(f"{word!r} is not NAME=VALUE, like age=45 or lactate=27mg/dL.")
        if name in values:
            raise InputError(f"{name} is given twice. Give it once.")
        values[name] = value
    return values


def score_registry(
    registry: Registry, names: Sequence[str], progress: Progress = silent
) -> tuple[ScoredEpisodes, ...]:
    """Score every episode of a registry.

    Args:
        registry: The registry, open.
        names: Names of the scores.
        progress: Told how far it is.

    Raises:
        UnknownName: A score does not exist.
    """
    scores = [find_score(name) for name in names]
    done = []
    for count, one in enumerate(scores):
        done.append(_score_one(registry, one))
        progress("Scoring", (count + 1) / len(scores))
    return tuple(done)


def _score_one(registry: Registry, one: Score) -> ScoredEpisodes:
    from afterload.scores.columns import missing_columns, score_columns
    from afterload.scores.timing import pick, rule_text

    episodes, columns = _inputs(registry, one)
    x = pick(one, columns)
    return ScoredEpisodes(
        one, episodes, score_columns(one, x), tuple(missing_columns(one, x)), rule_text(one)
    )


def _inputs(
    registry: Registry, one: Score
) -> tuple[tuple[str, ...], dict[str, dict[str, NDArray[np.float64]]]]:
    """Every input of a score that the registry keeps, by name and time point."""
    from afterload.registry.extract import extract
    from afterload.scores.inputs import needed, population_of
    from afterload.scores.timing import points_of

    points = points_of(one)
    wanted = {*needed(one), *(limit.variable for limit in one.about.limits)}
    variables = (v for name, v in population_of(one).items() if name in wanted)
    kept = [variable for variable in variables if _is_kept(registry, variable)]
    places = {
        f"{v.name}@{point}" if point else v.name: (v.name, point)
        for v in kept
        if v.kind != "multi"
        for point in points.get(v.name, ("",))
    }
    found = extract(registry, list(places))
    columns: dict[str, dict[str, Any]] = {}
    for place, (name, point) in places.items():
        columns.setdefault(name, {})[point] = _places(found.columns[place])
    for variable in kept:
        if variable.kind == "multi":
            columns[variable.name] = {"": _masks(registry, variable, found.keys)}
    return found.keys, columns


def _places(column: Column) -> NDArray[np.float64]:
    """A column's values; categories as their places among all words of the variable."""
    import numpy as np

    if column.levels == column.variable.levels:
        return column.values
    places = np.array([column.variable.levels.index(level) for level in column.levels], float)
    there = ~np.isnan(column.values)
    values = np.full(len(column.values), np.nan)
    values[there] = places[column.values[there].astype(np.int64)]
    return values


def _is_kept(registry: Registry, variable: Variable) -> bool:
    """Whether the registry keeps this very input, not another one of the same name."""
    if variable.name not in registry.vocabulary:
        return False
    kept = registry.vocabulary[variable.name]
    return (kept.name, kept.kind, kept.unit, kept.levels) == (
        variable.name, variable.kind, variable.unit, variable.levels,
    )  # fmt: skip


def _masks(registry: Registry, variable: Variable, episodes: Sequence[str]) -> NDArray[np.float64]:
    """Several categories per episode, as bit masks of their places."""
    import numpy as np

    from afterload.registry import current
    from afterload.scores.inputs import read_value

    table = current(registry, variable.table)
    values = dict(zip(table["key"], table[variable.name], strict=True))
    masks = (read_value(variable, values.get(key)) for key in episodes)
    return np.array([np.nan if mask is None else mask for mask in masks], np.float64)


def count(one: ScoredEpisodes) -> tuple[str, int, int, int, int]:
    """Title, episodes, and how many have a total, an interval only, or no score at all."""
    total, low = one.tally.total, one.tally.low
    with_total, with_any = int((total == total).sum()), int((low == low).sum())
    n = len(one.episodes)
    return one.score.about.title, n, with_total, with_any - with_total, n - with_any


def score_registry_at(
    where: str,
    names: Sequence[str],
    out: Path,
    progress: Progress = silent,
    *,
    force: bool = False,
) -> tuple[ScoredEpisodes, ...]:
    """Open a registry, score every episode and write the scores as CSV.

    Args:
        where: Path or URL of the registry.
        names: Names of the scores.
        out: The CSV file to write.
        progress: Told how far it is.
        force: Write over a file that does not hold scores.

    Raises:
        UnknownName: A score does not exist.
        RecordError: The registry cannot be opened.
        InputError: The file cannot be written, or holds something else.
    """
    from afterload.registry import open_registry

    for name in names:
        find_score(name)
    if not force:
        refuse_other(out)
    scored = score_registry(open_registry(where), names, progress)
    write_scores(scored, out, force=force)
    return scored


def catalogue() -> tuple[Score, ...]:
    """Every score there is."""
    return tuple(ALL.values())


COLUMNS = ("episode", "score", "total", "low", "high", "classes", "missing", "version", "rule")
"""Columns of the file written by `write_scores`."""


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
    if first != ",".join(COLUMNS).encode():
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
    result = one.tally
    for row, episode in enumerate(one.episodes):
        yield (
            safe_text(episode),
            result.score,
            _number(float(result.total[row])),
            _number(float(result.low[row])),
            _number(float(result.high[row])),
            safe_text("|".join(result.classes(row))),
            safe_text("|".join(one.missing[row])),
            safe_text(result.version),
            safe_text(one.rule),
        )


def _number(value: float) -> str:
    """A number in full; empty where there is none."""
    if value != value:
        return ""
    return str(int(value)) if value.is_integer() else repr(value)
