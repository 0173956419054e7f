"""Score every episode of a registry, or one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.actions.score import (
    Scores,
    check_names,
    feeds,
    find_score,
    for_score,
    score_with,
)
from afterload.core.errors import InputError, UnknownName
from afterload.core.progress import Progress, silent
from afterload.scores import ALL, Composite, Score, Tally
from afterload.scores.inputs import as_given, find, population_of, read_value

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from afterload.actions.score_store import Keeper, Stored
    from afterload.registry.store import Registry
    from afterload.scores.columns import ColumnTally

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScoredEpisodes:
    """One score for every episode of a registry.

    Args:
        score: The score.
        episodes: The episodes' keys.
        tally: Totals, intervals and classes, in the order of `episodes`.
        missing: For every episode, the inputs that would narrow its interval.
        rule: At which time points the inputs were read.
        inputs: The values used, by input, shape (n,) each.
        assumed: By input, in which episodes its value was assumed; only inputs assumed somewhere.
        at: The nominal point asked; "" for each item's own.
        context: By input, in which episodes it follows from the circumstances (device intervals,
            infusions, times); only inputs that do somewhere.
    """

    score: Score
    episodes: tuple[str, ...]
    tally: ColumnTally
    missing: tuple[tuple[str, ...], ...]
    rule: str
    inputs: Mapping[str, Floats]
    assumed: Mapping[str, NDArray[np.bool_]]
    at: str = ""
    context: Mapping[str, NDArray[np.bool_]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ScoredEpisode:
    """The scores of one episode of a registry.

    Args:
        episode: Its key.
        at: The nominal point asked; "" for each item's own.
        tallies: The scores.
        untouched: Names of the scores nothing is known for.
        rules: For each score, at which time points its inputs were read.
    """

    episode: str
    at: str
    tallies: tuple[Tally, ...]
    untouched: tuple[str, ...]
    rules: Mapping[str, str]


def score_registry(
    registry: Registry,
    names: Sequence[str],
    progress: Progress = silent,
    *,
    at: str = "",
    assume: Mapping[str, object] | None = None,
    among: Scores = ALL,
) -> tuple[ScoredEpisodes, ...]:
    """Score every episode of a registry.

    Args:
        registry: The registry, open.
        names: Names of the scores.
        progress: Told how far it is.
        at: The nominal point the measurements are read at, e.g. "24h"; by default each item's own.
            Scores made before support are read before support all the same, and say so.
        assume: Values taken for granted where none is recorded; the result tells where.
        among: The scores to choose from; see `score.with_cards`.

    Raises:
        UnknownName: A score, a point or an assumed input does not exist.
        OutOfRange, InputError: An assumed value is not possible.
    """
    from afterload.actions.score_inputs import gather

    scores = [find_score(name, among) for name in names]
    assume = assume or {}
    check_names(assume, scores)
    gathered = gather(registry, scores, at)
    done = []
    for count, one in enumerate(scores):
        done.append(_score_one(one, gathered, assume))
        progress("Scoring", (count + 1) / len(scores))
    return tuple(done)


def _score_one(one: Score, gathered: Any, assume: Mapping[str, object]) -> ScoredEpisodes:
    from afterload.actions.score_inputs import all_inputs_of, context_text
    from afterload.scores.columns import missing_columns, score_columns
    from afterload.scores.timing import rule_text

    told = all_inputs_of(one, gathered)
    x, assumed = _with_assumed(one, told.x, assume, len(gathered.keys))
    x = x or _nothing(one, len(gathered.keys))
    rule = rule_text(one, gathered.at) + context_text(told.how)
    if assumed:
        rule += f"; where missing, assumed: {', '.join(assumed)}"
    return ScoredEpisodes(
        one, gathered.keys, score_columns(one, x), tuple(missing_columns(one, x)), rule, x, assumed,
        gathered.at, told.context,
    )  # fmt: skip


def _nothing(one: Score, n: int) -> dict[str, Floats]:
    """A column of nothing, for a score none of whose inputs the registry keeps."""
    import numpy as np

    return {next(iter(population_of(one))): np.full(n, np.nan)}


def _with_assumed(
    one: Score, x: Mapping[str, Floats], assume: Mapping[str, object], n: int
) -> tuple[dict[str, Floats], dict[str, NDArray[np.bool_]]]:
    """The columns with assumed values where none is recorded, and where that was."""
    import numpy as np

    filled, assumed = dict(x), {}
    for name, value in for_score(one, assume).items():
        variable = find(one, name)
        code = read_value(variable, value)
        if code is None:
            continue
        column = filled.get(variable.name, np.full(n, np.nan))
        missing = np.isnan(column)
        filled[variable.name] = np.where(missing, code, column)
        assumed[variable.name] = missing
    return filled, assumed


def score_episode(
    registry: Registry,
    episode: str,
    names: Sequence[str] = (),
    *,
    at: str = "",
    values: Mapping[str, object] | None = None,
    assume: Mapping[str, object] | None = None,
    among: Scores = ALL,
) -> ScoredEpisode:
    """Score one episode of a registry.

    Args:
        registry: The registry, open.
        episode: The episode's key.
        names: Names of the scores; by default all that something is known for.
        at: As `score_registry`.
        values: What the registry does not hold, as `score`.
        assume, among: As `score`.

    Raises:
        UnknownName: The episode, a score, a point or an input does not exist.
        InputError: A value is recorded and given as well, or cannot be read.
    """
    from afterload.actions.score_inputs import all_inputs_of, context_text, gather
    from afterload.scores.timing import rule_text

    scores = [find_score(name, among) for name in names] or list(among.values())
    values, assume = values or {}, assume or {}
    check_names([*values, *assume], scores)
    gathered = gather(registry, scores, at)
    if episode not in gathered.keys:
        raise UnknownName("episode", episode, gathered.keys)
    row = gathered.keys.index(episode)
    tallies, untouched, rules = [], [], {}
    for one in scores:
        told = all_inputs_of(one, gathered)
        mine, taken = for_score(one, values), for_score(one, assume)
        given = {find(one, name).name for name in mine}
        recorded = _row(one, told.x, row)
        how = {n: told.how[n] for n, where in told.context.items() if where[row]}
        for name in given & how.keys():  # what is said goes before what follows
            del recorded[name], how[name]
        for name in mine:
            if find(one, name).name in recorded:
                raise InputError(
                    f"{name} is recorded for {episode} as {recorded[find(one, name).name]}. "
                    "Leave it out, or correct the record (`afterload record correct`)."
                )
        # That a device runs says nothing of a heart waited for.
        known = set(recorded) - (how.keys() if isinstance(one, Composite) else set())
        if not names and not feeds(one, [*known, *mine, *taken]):
            untouched.append(one.about.name)
            continue
        tallies.append(score_with(one, {**recorded, **mine}, taken))
        rules[one.about.name] = rule_text(one, gathered.at) + context_text(how)
        if given:
            rules[one.about.name] += f"; said, not recorded: {', '.join(sorted(given))}"
    return ScoredEpisode(episode, gathered.at, tuple(tallies), tuple(untouched), rules)


def score_episode_at(
    where: str,
    episode: str,
    names: Sequence[str] = (),
    *,
    at: str = "",
    values: Mapping[str, object] | None = None,
    assume: Mapping[str, object] | None = None,
    among: Scores = ALL,
    keeper: Keeper | None = None,
) -> tuple[ScoredEpisode, Stored | None]:
    """Open a registry and score one of its episodes; see `score_episode`.

    Args:
        where: Path or URL of the registry.
        episode, names, at, values, assume, among: As `score_episode`.
        keeper: Who keeps the results in the registry, and why; None to keep none.

    Raises:
        RecordError: The registry cannot be opened, or written.
        UnknownName, InputError: As `score_episode`.
    """
    from afterload.registry import open_registry

    with open_registry(where) as registry:
        found = score_episode(
            registry, episode, names, at=at, values=values, assume=assume, among=among
        )
        if keeper is None:
            return found, None
        from afterload.actions.score_store import store_episode

        return found, store_episode(registry, found, keeper)


def _row(one: Score, x: Mapping[str, Floats], row: int) -> dict[str, object]:
    """One episode's values as they are read by people, by input."""
    found: dict[str, object] = {}
    variables = population_of(one)
    for name, column in x.items():
        code = float(column[row])
        if code == code:
            found[name] = as_given(variables[name], code).value
    return found


def count(one: ScoredEpisodes) -> tuple[str, int, int, int, int]:
    """Title, episodes, and how many have a total, an interval only, or no score at all."""
    total, low = one.tally.total, one.tally.low
    with_total, with_any = int((total == total).sum()), int((low == low).sum())
    n = len(one.episodes)
    return one.score.about.title, n, with_total, with_any - with_total, n - with_any


def score_registry_at(
    where: str,
    names: Sequence[str],
    out: Path | None,
    progress: Progress = silent,
    *,
    at: str = "",
    assume: Mapping[str, object] | None = None,
    among: Scores = ALL,
    force: bool = False,
    keeper: Keeper | None = None,
) -> tuple[tuple[ScoredEpisodes, ...], Stored | None]:
    """Open a registry, score every episode, and write the scores as CSV, keep them, or both.

    Args:
        where: Path or URL of the registry.
        names: Names of the scores; if none is named all but the composites, which rest on a
            donor or a waiting list that a registry of shock does not keep.
        out: The CSV file to write; None for none.
        progress: Told how far it is.
        at, assume, among: As `score_registry`.
        force: Write over a file that does not hold scores.
        keeper: Who keeps the results in the registry, and why; None to keep none.

    Raises:
        UnknownName: A score does not exist.
        RecordError: The registry cannot be opened, or written.
        InputError: The file cannot be written, or holds something else.
    """
    from afterload.actions.score_file import refuse_other, write_scores
    from afterload.registry import open_registry

    names = list(names) or [n for n, one in among.items() if not isinstance(one, Composite)]
    for name in names:
        find_score(name, among)
    if out is not None and not force:
        refuse_other(out)
    stored = None
    with open_registry(where) as registry:
        scored = score_registry(registry, names, progress, at=at, assume=assume, among=among)
        if out is not None:
            write_scores(scored, out, force=force)
        if keeper is not None:
            from afterload.actions.score_store import store_scored

            stored = store_scored(registry, scored, keeper, progress)
    return scored, stored
